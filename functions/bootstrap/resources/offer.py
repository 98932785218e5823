"""Offer: what can be had in this region, asked before anything is created.

What failed before is remembered in tags of the launch template: `p2p-fleet-avoid-<what>` holds the
end of the ban. A shortage that the watcher has seen in scaling activities is written there first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from functions.bootstrap.offers import Avoidance, choose_offer
from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Offer,
    Ready,
    Stuck,
    Write,
)
from functions.bootstrap.site import Site
from shared.cloud.records import ScalingGroup
from shared.cloud.stack_records import Template
from shared.failure import Failure, Reaction
from shared.instants import format_instant, parse_instant
from shared.naming import Tag

_AVOID: Final = "p2p-fleet-avoid-"


@dataclass(frozen=True, slots=True)
class OfferFound:
    """The best offer now, what is avoided, and what the stack was last built from."""

    offer: Offer | None
    avoid: Avoidance
    template: Template | None
    last: Offer | None
    asked: tuple[str, ...]


class OfferChoice:
    """The instance types, disk category and zones that the rest of the stack is built from."""

    kind = "offer"

    def find(self, site: Site) -> OfferFound | None:
        """DescribeAvailableResource for each combination that matters, in order of preference."""
        if site.spec is None:
            return None
        asked: list[str] = []

        def stock(instance_type: str, disk: str) -> tuple[str, ...]:
            asked.append(f"{instance_type} with {disk}")
            return site.clouds.ecs.zones_with_stock(site.region, instance_type, disk)

        template = _template(site)
        avoid = avoidance_of(template.tags if template else {})
        now, wanted = site.now(), site.spec.template
        last = _last_offer(site, template)
        present = last.zones if last else ()
        offer = choose_offer(wanted, stock, avoid=avoid, now=now, present_zones=present)
        if offer is None and last is not None:
            # Nothing better: Auto Scaling goes on trying with what the group has.
            again = choose_offer(wanted, stock, avoid=Avoidance(), now=now, present_zones=present)
            offer = replace(again or last, last_resort=True)
        return OfferFound(offer, avoid, template, last, tuple(dict.fromkeys(asked)))

    def know(self, ground: Ground, found: OfferFound | None) -> Ground:
        """vSwitches, launch template and scaling group follow it."""
        return replace(ground, offer=found.offer if found else None)

    def build(self, site: Site, found: OfferFound | None) -> BuildMove:
        """Write down what failed, then settle for the best offer."""
        if found is None:
            return Ready()
        code, template, last = site.wanted.shortage, found.template, found.last
        if code is not None and template is not None and last is not None:
            after = found.avoid.after(code, last, site.now())
            if not after.until.keys() <= found.avoid.until.keys():
                tags = {f"{_AVOID}{one}": format_instant(end) for one, end in after.until.items()}
                return Write(
                    Deed("changed", self.kind, f"{site.name} avoids {code}"),
                    lambda: site.clouds.ecs.tag(
                        site.region, "launchtemplate", template.template_id, tags
                    ),
                )
        return Ready() if found.offer is not None else Stuck(_nothing(site, found))

    def destroy(self, _site: Site, _found: OfferFound | None) -> DestroyMove:
        """There is nothing to remove."""
        return Gone()


def avoidance_of(tags: Mapping[str, str]) -> Avoidance:
    """Read what is avoided from a launch template's tags; what is no instant bans nothing."""
    until: dict[str, datetime] = {}
    for key, value in tags.items():
        if key.startswith(_AVOID):
            try:
                until[key.removeprefix(_AVOID)] = parse_instant(value)
            except ValueError:
                continue
    return Avoidance(until)


def _template(site: Site) -> Template | None:
    templates = site.clouds.ecs.templates(site.region, site.name)
    return next((one for one in templates if site.is_ours(one.tags)), None)


def _last_offer(site: Site, template: Template | None) -> Offer | None:
    """Return what the stack was last built from, where a group and its template stand."""
    group = _group(site)
    if group is None or template is None:
        return None
    versions = site.clouds.ecs.template_versions(site.region, template.template_id)
    spec = next((one.spec for one in versions if one.default), None)
    if spec is None:
        return None
    types = group.instance_types or (spec.instance_type,)
    return Offer(types, spec.disk_category, _zones_of(site, group))


def _zones_of(site: Site, group: ScalingGroup) -> tuple[str, ...]:
    if group.vpc_id is None:
        return ()
    vswitches = site.clouds.vpc.vswitches(site.region, group.vpc_id)
    zones = {one.vswitch_id: one.zone for one in vswitches}
    return tuple(zones[one] for one in group.vswitch_ids if one in zones)


def _group(site: Site) -> ScalingGroup | None:
    groups = site.clouds.ess.groups(site.region, named=site.name, tagged=Tag.FLEET)
    return next((one for one in groups if site.is_ours(one.tags)), None)


def _nothing(site: Site, found: OfferFound) -> Failure:
    avoided = ", ".join(sorted(found.avoid.until))
    besides = f"; avoided after failures: {avoided}" if avoided else ""
    return Failure(
        "NoOffer",
        f"Nothing that the document lists can be had in {site.region}: tried"
        f" {', '.join(found.asked) or 'nothing'}{besides}.",
        Reaction.SHORTAGE,
        "Add an `instance_types` or `disk_categories` entry for this region, or exclude it.",
    )
