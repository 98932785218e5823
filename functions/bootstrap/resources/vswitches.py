"""vSwitches: one in each zone that the offer names, with a part of the VPC's block each."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Offer,
    Ready,
    Stuck,
    Wait,
    Write,
    due,
)
from functions.bootstrap.site import Site
from shared.cloud.stack_records import VSwitch
from shared.control.fleet import vswitch_prefix
from shared.failure import Failure, Reaction
from shared.naming import vswitch_name


@dataclass(frozen=True, slots=True)
class VSwitchesFound:
    """Our vSwitches by zone, and the blocks of all that are in the VPC, whosever."""

    ours: Mapping[str, VSwitch]
    blocks: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.ours)


class VSwitches:
    """The fleet's vSwitches by zone. One that an older offer needed stays until `destroy`."""

    kind = "vSwitch"

    def find(self, site: Site) -> VSwitchesFound:
        """DescribeVSwitches of our VPC; people may have put others there."""
        vpc_id = site.ground.vpc_id
        found = site.clouds.vpc.vswitches(site.region, vpc_id) if vpc_id else ()
        ours = sorted((one for one in found if site.is_ours(one.tags)), key=_order, reverse=True)
        return VSwitchesFound(
            {one.zone: one for one in ours}, tuple(one.cidr_block for one in found)
        )

    def know(self, ground: Ground, found: VSwitchesFound) -> Ground:
        """The scaling group spreads over them in the order of the offer."""
        ours = found.ours
        zones = ground.offer.zones if ground.offer else tuple(ours)
        known = {zone: ours[zone].vswitch_id for zone in zones if zone in ours}
        return replace(ground, vswitches=known)

    def build(self, site: Site, found: VSwitchesFound) -> BuildMove:
        """Create one after the other: a VPC takes no two changes at once."""
        busy = [one for one in found.ours.values() if one.status != "Available"]
        if busy:
            return Wait(f"the vSwitch in {busy[0].zone}")
        offer = site.ground.offer or Offer((), "", ())
        missing = [zone for zone in offer.zones if zone not in found.ours]
        if not missing:
            return Ready()
        made = self._made(site, missing, found.blocks)
        lacking = missing[len(made) :]
        without = Deed("missing", self.kind, f"no room in the VPC for {', '.join(lacking)}")
        first = due(*made.values())
        if first is None and any(one in found.ours for one in offer.zones):
            return Ready(lacking=without.name)
        if first is None:
            return Stuck(_no_room(site))
        names = {zone: write.deed.name for zone, write in made.items()}
        return replace(
            first,
            then=(*first.then, without) if lacking else first.then,
            foreseen=lambda ground: replace(ground, vswitches={**ground.vswitches, **names}),
        )

    def _made(self, site: Site, zones: Sequence[str], blocks: Sequence[str]) -> Mapping[str, Write]:
        """Return the writes of new vSwitches by zone, as far as the VPC has room for them."""
        template, taken, made = site.wanted.template, list(blocks), {}
        for zone in zones:
            whole = site.ground.vpc_block or template.cidr_block
            block = free_block(whole, vswitch_prefix(template), taken)
            if block is None:
                break
            taken.append(block)
            made[zone] = self._one_made(site, zone, block)
        return made

    def _one_made(self, site: Site, zone: str, block: str) -> Write:
        name, vpc_id = vswitch_name(site.fleet, zone), site.ground.vpc_id
        return Write(
            Deed("created", self.kind, name),
            lambda: site.clouds.vpc.create_vswitch(
                site.region,
                vpc_id=vpc_id or "",
                zone=zone,
                cidr_block=block,
                name=name,
                tags=site.tags,
                token=site.token(self.kind, vpc_id, zone, block),
            ),
        )

    def destroy(self, site: Site, found: VSwitchesFound) -> DestroyMove:
        """Delete one after the other."""
        if not found:
            return Gone()
        one, *others = found.ours.values()
        if one.status != "Available":
            return Wait(f"the vSwitch in {one.zone} to be gone")
        return Write(
            self._goes(one),
            lambda: site.clouds.vpc.delete_vswitch(site.region, one.vswitch_id),
            then=tuple(self._goes(other) for other in others),
        )

    def _goes(self, one: VSwitch) -> Deed:
        return Deed("removed", self.kind, f"{one.vswitch_id} in {one.zone}")


def free_block(vpc_block: str, prefix: int, taken: Iterable[str]) -> str | None:
    """Return the first part of a VPC's block, with this prefix, that overlaps nothing taken.

    None where there is none; `taken` may be parts of any size.
    """
    others = [ipaddress.IPv4Network(one) for one in taken]
    parts = ipaddress.IPv4Network(vpc_block).subnets(new_prefix=prefix)
    free = (part for part in parts if not any(part.overlaps(other) for other in others))
    return next((str(part) for part in free), None)


def _order(vswitch: VSwitch) -> tuple[str, str]:
    return vswitch.name, vswitch.vswitch_id


def _no_room(site: Site) -> Failure:
    template = site.wanted.template
    return Failure(
        "VpcFull",
        f"{template.cidr_block} has no room left for a vSwitch in {site.region}.",
        Reaction.HUMAN,
        "Write a larger `cidr_block`, or fewer `zones`, for this region.",
    )
