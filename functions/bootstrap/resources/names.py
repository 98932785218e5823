"""Names: those that are unique in a region are nobody else's, before anything is created."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from functions.bootstrap.records import BuildMove, DestroyMove, Gone, Ground, Ready, Stuck
from functions.bootstrap.resources.launch_template import template_trouble
from functions.bootstrap.site import Site
from shared.cloud.records import ScalingGroup
from shared.cloud.stack_records import Template
from shared.naming import Tag
from shared.ownership import ownership_trouble


@dataclass(frozen=True, slots=True)
class NamesFound:
    """Who bears our names, or our tag."""

    groups: Sequence[ScalingGroup] = ()
    templates: Sequence[Template] = ()

    def __bool__(self) -> bool:
        return False  # names are nothing that stands


class Names:
    """The names of scaling group and launch template."""

    kind = "names"

    def find(self, site: Site) -> NamesFound:
        """DescribeScalingGroups and DescribeLaunchTemplates."""
        if site.spec is None:
            return NamesFound()
        return NamesFound(
            site.clouds.ess.groups(site.region, named=site.name, tagged=Tag.FLEET),
            site.clouds.ecs.templates(site.region, site.name),
        )

    def know(self, ground: Ground, _found: NamesFound) -> Ground:
        """It adds nothing."""
        return ground

    def build(self, site: Site, found: NamesFound) -> BuildMove:
        """Give up, with nothing half-made, where somebody else has one of them."""
        group_trouble = ownership_trouble(site.fleet, site.name, found.groups)
        trouble = group_trouble or template_trouble(site, found.templates)
        return Ready() if trouble is None else Stuck(trouble)

    def destroy(self, _site: Site, _found: NamesFound) -> DestroyMove:
        """There is nothing to remove."""
        return Gone()
