"""VPC: the region's private network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Stuck,
    Wait,
    Write,
)
from functions.bootstrap.site import Site
from shared.cloud.stack_records import Network as Vpc
from shared.failure import Failure, Reaction


class Network:
    """The fleet's VPC, found by its tag: names of VPCs are not unique, so they prove nothing."""

    kind = "VPC"

    def find(self, site: Site) -> Sequence[Vpc]:
        """DescribeVpcs; should there ever be several of ours, the same one always comes first.

        That is the one that the group is in, where there is a group already. Where the ground
        names a VPC, it is only about this one.
        """
        found = site.clouds.vpc.networks(site.region)
        meant, group = site.ground.vpc_id, site.ground.group
        home = group.vpc_id if group else None
        ours = [one for one in found if site.is_ours(one.tags) and meant in {None, one.vpc_id}]
        return sorted(ours, key=lambda one: (one.vpc_id != home, one.vpc_id))

    def know(self, ground: Ground, found: Sequence[Vpc]) -> Ground:
        """All but images and templates stands in it."""
        if not found:
            return replace(ground, vpc_id=None, vpc_block=None)
        return replace(ground, vpc_id=found[0].vpc_id, vpc_block=found[0].cidr_block)

    def build(self, site: Site, found: Sequence[Vpc]) -> BuildMove:
        """Create it and wait until it is Available."""
        block = site.wanted.template.cidr_block
        if not found:
            parent = site.ground.resource_group_id
            return Write(
                Deed("created", self.kind, site.name),
                lambda: site.clouds.vpc.create_network(
                    site.region,
                    name=site.name,
                    cidr_block=block,
                    resource_group_id=parent or "",
                    tags=site.tags,
                    token=site.token(self.kind, parent),
                ),
            )
        if found[0].status != "Available":
            return Wait("the VPC")  # it may be an old one on its way out
        if found[0].cidr_block != block:
            return Stuck(_other_block(site, found[0], block))
        return Ready()

    def destroy(self, site: Site, found: Sequence[Vpc]) -> DestroyMove:
        """Delete it; the cloud refuses while anything is left inside."""
        if not found:
            return Gone()
        vpc_id = found[0].vpc_id
        deed = Deed("removed", self.kind, vpc_id)
        return Write(deed, lambda: site.clouds.vpc.delete_network(site.region, vpc_id))


def _other_block(site: Site, found: Vpc, block: str) -> Failure:
    return Failure(
        "VpcBlockDiffers",
        f"The VPC of {site.region} has the block {found.cidr_block}, and `cidr_block` says {block}:"
        " a VPC cannot change its block.",
        Reaction.HUMAN,
        f"Write cidr_block: {found.cidr_block} for this region, or destroy its stack first.",
    )
