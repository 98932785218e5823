"""Vacancy: nothing of the group is left in the VPC before the VPC's parts are taken away."""

from __future__ import annotations

from functions.bootstrap.records import BuildMove, DestroyMove, Gone, Ground, Ready, Wait
from functions.bootstrap.site import Site


class Vacancy:
    """Instances and their network interfaces, which Auto Scaling releases in its own time."""

    kind = "instances"

    def find(self, site: Site) -> int:
        """DescribeNetworkInterfaces of our VPC; nobody but Auto Scaling puts any there."""
        vpc_id = site.ground.vpc_id
        if site.spec is not None or vpc_id is None:
            return 0
        return site.clouds.ecs.interfaces(site.region, vpc_id)

    def know(self, ground: Ground, _found: int) -> Ground:
        """It adds nothing."""
        return ground

    def build(self, _site: Site, _found: int) -> BuildMove:
        """Instances are the watcher's business."""
        return Ready()

    def destroy(self, _site: Site, found: int) -> DestroyMove:
        """Wait until the last network interface is gone."""
        return Wait(f"{found} network interfaces to be gone") if found else Gone()
