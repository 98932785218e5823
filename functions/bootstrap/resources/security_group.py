"""Security group: the P2P ports for everybody, SSH for whom the document names, egress to all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Write,
    due,
)
from functions.bootstrap.site import Site
from shared.cloud.stack_records import SecurityGroup as Group
from shared.cloud.stack_records import SecurityRule
from shared.control.fleet import FleetTemplate

_DIRECTIONS: Final = ("egress", "ingress")
_EVERYBODY: Final = "0.0.0.0/0"
_OURS: Final = "p2p-fleet"
"""Description of our rules; one with another was made by a person, and is left alone."""


@dataclass(frozen=True, slots=True)
class SecurityFound:
    """Our security groups in the VPC (one, or several after an accident), rules of the first."""

    groups: Sequence[Group]
    rules: Sequence[SecurityRule]

    def __bool__(self) -> bool:
        return bool(self.groups)


class SecurityGroup:
    """What nodes may be reached at; nothing else is let in."""

    kind = "security group"

    def find(self, site: Site) -> SecurityFound:
        """DescribeSecurityGroups of our VPC and DescribeSecurityGroupAttribute."""
        ecs, vpc_id = site.clouds.ecs, site.ground.vpc_id
        if vpc_id is None:
            return SecurityFound((), ())
        groups = [one for one in ecs.security_groups(site.region, vpc_id) if site.is_ours(one.tags)]
        groups.sort(key=lambda one: one.group_id)
        rules = ecs.security_rules(site.region, groups[0].group_id) if groups else ()
        return SecurityFound(groups, rules)

    def know(self, ground: Ground, found: SecurityFound) -> Ground:
        """The launch template puts instances into it."""
        return replace(ground, security_group_id=found.groups[0].group_id if found else None)

    def build(self, site: Site, found: SecurityFound) -> BuildMove:
        """Create it, add rules that are missing, remove rules of ours that are no longer wanted."""
        ecs, region, vpc_id = site.clouds.ecs, site.region, site.ground.vpc_id
        if not found:
            return Write(
                Deed("created", self.kind, site.name),
                lambda: ecs.create_security_group(
                    region,
                    vpc_id=vpc_id or "",
                    name=site.name,
                    resource_group_id=site.ground.resource_group_id or "",
                    tags=site.tags,
                    token=site.token(self.kind, vpc_id),
                ),
                then=tuple(self._opened(site)),
            )
        return due(*self._corrections(site, found)) or Ready()

    def _opened(self, site: Site) -> Iterator[Deed]:
        """Yield what is done to a new group, which lets nothing through."""
        directions = {rule.direction for rule in _rules(site.wanted.template)}
        for direction in _DIRECTIONS:
            if direction in directions:
                yield self._let_through(site, direction)

    def _let_through(self, site: Site, direction: str) -> Deed:
        return Deed("changed", self.kind, f"{site.name} {direction}")

    def _corrections(self, site: Site, found: SecurityFound) -> Iterator[Write]:
        """Yield what lets in what is wanted, then what no longer lets in the rest."""
        ecs, region, group_id = site.clouds.ecs, site.region, found.groups[0].group_id
        wanted = {_traffic(one): one for one in _rules(site.wanted.template)}
        there = {_traffic(one) for one in found.rules}
        # A rule is there once however often it is asked for, and may be taken away and asked for
        # again: each request has a token of its own.
        moment = site.now().isoformat()
        for direction in _DIRECTIONS:
            missing = [wanted[one] for one in sorted(wanted.keys() - there) if one[0] == direction]
            if missing:
                token = site.token(f"add {direction}", group_id, moment)
                deed = self._let_through(site, direction)
                yield Write(deed, partial(ecs.add_rules, region, group_id, missing, token))
        surplus = [one for one in found.rules if _is_ours(one) and _traffic(one) not in wanted]
        if surplus:
            token = site.token("remove", group_id, moment)
            deed = Deed("changed", self.kind, f"{site.name} closed")
            yield Write(deed, partial(ecs.remove_rules, region, group_id, surplus, token))

    def destroy(self, site: Site, found: SecurityFound) -> DestroyMove:
        """Delete it; the cloud refuses while a network interface is in it."""
        if not found:
            return Gone()
        group, *others = found.groups
        return Write(
            Deed("removed", self.kind, group.group_id),
            lambda: site.clouds.ecs.delete_security_group(site.region, group.group_id),
            then=tuple(Deed("removed", self.kind, other.group_id) for other in others),
        )


def _rules(template: FleetTemplate) -> Iterator[SecurityRule]:
    yield SecurityRule("egress", "all", "-1/-1", _EVERYBODY, _OURS)
    for protocol, ranges in (("tcp", template.open_ports.tcp), ("udp", template.open_ports.udp)):
        for ports in ranges:
            span = f"{ports.first}/{ports.last}"
            yield SecurityRule("ingress", protocol, span, _EVERYBODY, _OURS)
    for source in template.allow_ssh:
        yield SecurityRule("ingress", "tcp", "22/22", source, _OURS)


def _is_ours(rule: SecurityRule) -> bool:
    return rule.direction == "ingress" and rule.description == _OURS


def _traffic(rule: SecurityRule) -> tuple[str, str, str, str]:
    """What a rule lets through, and all that the cloud goes by: a description changes nothing."""
    return rule.direction, rule.protocol, rule.port_range, rule.cidr
