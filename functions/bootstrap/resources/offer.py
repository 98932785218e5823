"""Offer: what can be had in this region, asked before anything is created.

What failed before is remembered in tags of the launch template: `p2p-fleet-avoid-<what>` holds the
end of the ban. A shortage that the watcher has seen in scaling activities is written there first;
then, on the group, until when nobody need ask again. Only after both is anything changed, so that
the same shortage, told twice, never bans what was chosen because of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
    due,
)
from functions.bootstrap.site import Site
from shared.cloud.records import ScalingGroup
from shared.cloud.stack_records import Template
from shared.failure import Failure, Reaction
from shared.instants import format_instant, parse_instant
from shared.naming import Tag

_AVOID: Final = "p2p-fleet-avoid-"
_NEW_OFFER_NEEDS: Final = timedelta(minutes=5)
_NOTHING_NEW_FOR: Final = timedelta(hours=1)
"""Auto Scaling gets this long to show whether a new offer works; then it may be asked again."""


@dataclass(frozen=True, slots=True)
class OfferFound:
    """The best offer now, what is avoided, and what the stack was last built from.

    `asked`: the combinations whose stock was asked for; `unknown`: listed types that do not exist,
    looked up only where nothing that is listed can be had.
    """

    offer: Offer | None
    avoid: Avoidance
    template: Template | None
    group: ScalingGroup | None
    last: Offer | None
    asked: tuple[str, ...]
    unknown: tuple[str, ...] = ()


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
        group = _group(site)
        last = _last_offer(site, template, group)
        present = last.zones if last else ()
        offer = choose_offer(wanted, stock, avoid=avoid, now=now, present_zones=present)
        if offer is None and last is not None:
            # Nothing better: Auto Scaling goes on trying with what the group has.
            again = choose_offer(wanted, stock, avoid=Avoidance(), now=now, present_zones=present)
            offer = replace(again or last, last_resort=True)
        combinations = tuple(dict.fromkeys(asked))
        unknown = () if offer and not offer.last_resort else _unknown_types(site)
        return OfferFound(offer, avoid, template, group, last, combinations, unknown)

    def know(self, ground: Ground, found: OfferFound | None) -> Ground:
        """vSwitches, launch template and scaling group follow it."""
        if found is None:
            return replace(ground, offer=None)
        return replace(ground, offer=found.offer, group=found.group)

    def build(self, site: Site, found: OfferFound | None) -> BuildMove:
        """Write down what failed, then settle for the best offer."""
        if found is None:
            return Ready()
        if found.offer is None or _all_unknown(site, found):
            return Stuck(_nothing(site, found))
        code, template, group, now = (
            site.wanted.shortage,
            found.template,
            found.group,
            site.now(),
        )
        if code is None or template is None or group is None or found.last is None:
            return Ready()
        if format_instant(now) < group.tags.get(Tag.NEXT_OFFER, ""):
            return Ready()  # a new choice was made for it already
        after = found.avoid.after(code, found.last, now)
        bans = []
        if after.active(now) != found.avoid.active(now):
            bans = self._bans(site, template, found.avoid, after)
        pause = _NOTHING_NEW_FOR if found.offer.last_resort else _NEW_OFFER_NEEDS
        told = {Tag.NEXT_OFFER.value: format_instant(now + pause)}
        remembered = Write(
            Deed("changed", "group tags", site.name),
            lambda: site.clouds.ess.tag_group(site.region, group.group_id, told),
        )
        return due(*bans, remembered) or Ready()

    def _bans(
        self, site: Site, template: Template, before: Avoidance, after: Avoidance
    ) -> list[Write]:
        """Forget the bans that are over, and write down what is avoided from now on."""
        ecs, region, name = site.clouds.ecs, site.region, template.template_id
        over = sorted(_AVOID + one for one in before.until if one not in after.until)
        ended = Deed("removed", "ban", ", ".join(over))
        new = sorted(one for one in after.until if one not in before.active(site.now()))
        tags = {_AVOID + one: format_instant(after.until[one]) for one in new}
        begun = Deed("created", "ban", ", ".join(new))
        forget = Write(ended, lambda: ecs.untag(region, "launchtemplate", name, over))
        remember = Write(begun, lambda: ecs.tag(region, "launchtemplate", name, tags))
        return [forget, remember] if over else [remember]

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


def _unknown_types(site: Site) -> tuple[str, ...]:
    knows = site.clouds.ecs.knows_type
    wanted = site.wanted.template.instance_types
    return tuple(one for one in wanted if not knows(site.region, one))


def _template(site: Site) -> Template | None:
    templates = site.clouds.ecs.templates(site.region, site.name)
    return next((one for one in templates if site.is_ours(one.tags)), None)


def _last_offer(site: Site, template: Template | None, group: ScalingGroup | None) -> Offer | None:
    """Return what the stack was last built from, where a group and its template stand."""
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


def _all_unknown(site: Site, found: OfferFound) -> bool:
    """Whether the document lists nothing that exists: no stack is kept going by its last offer."""
    return set(site.wanted.template.instance_types) == set(found.unknown)


def _nothing(site: Site, found: OfferFound) -> Failure:
    """Say in one line what was tried, and what the cloud says of it in its own words."""
    avoided = ", ".join(sorted(found.avoid.active(site.now())))
    tried = ", ".join(found.asked) or "nothing"
    besides = f"; no such instance type: {', '.join(found.unknown)}" if found.unknown else ""
    besides += f"; avoided after failures: {avoided}" if avoided else ""
    if _all_unknown(site, found):
        return Failure(
            "InvalidInstanceType.NotFound",
            f"{site.region} knows none of the instance types that the document lists:"
            f" {', '.join(found.unknown)}.",
            Reaction.HUMAN,
            "Correct `instance_types` in `fleet`, or in `regions` for this region alone;"
            f" p2p-fleet regions --types --regions {site.region} shows what there is.",
        )
    return Failure(
        "NoOffer",
        f"Nothing that the document lists can be had in {site.region}: WithoutStock for"
        f" {tried}{besides}.",
        Reaction.SHORTAGE,
        "Add an `instance_types` or `disk_categories` entry for this region, or exclude it.",
    )
