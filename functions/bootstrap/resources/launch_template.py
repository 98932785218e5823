"""Launch template: what an instance is made from. A change is a new default version.

Running instances stay as they are: a version only speaks of instances that are still to come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from functions.bootstrap.records import (
    BuildMove,
    Deed,
    DestroyMove,
    Gone,
    Ground,
    Ready,
    Stuck,
    Write,
    due,
)
from functions.bootstrap.site import Site
from shared.cloud.stack_records import Template, TemplateSpec, TemplateVersion
from shared.failure import Failure, Reaction
from shared.naming import Tag, role_name

_MOST_VERSIONS: Final = 30
"""Versions that a template may have (ECS limits)."""
_KEPT_VERSIONS: Final = 10
"""Versions that are kept: a person may want to look back, nobody needs thirty."""


@dataclass(frozen=True, slots=True)
class TemplateFound:
    """The template of our name or tag, and its versions."""

    template: Template | None
    versions: Sequence[TemplateVersion]

    def __bool__(self) -> bool:
        return self.template is not None


class LaunchTemplate:
    """The region's launch template; names are unique in a region."""

    kind = "launch template"

    def find(self, site: Site) -> TemplateFound:
        """DescribeLaunchTemplates and DescribeLaunchTemplateVersions."""
        ecs = site.clouds.ecs
        templates = ecs.templates(site.region, site.name)
        ours = [one for one in templates if site.is_ours(one.tags)]
        named = [one for one in templates if one.name == site.name]
        template = next(iter(ours or named), None)
        if template is None:
            return TemplateFound(None, ())
        return TemplateFound(template, ecs.template_versions(site.region, template.template_id))

    def know(self, ground: Ground, found: TemplateFound) -> Ground:
        """The scaling group makes instances from it."""
        return replace(ground, template_id=found.template.template_id if found.template else None)

    def build(self, site: Site, found: TemplateFound) -> BuildMove:
        """Create it, or let its default version say what is wanted; then drop old versions."""
        ecs, region = site.clouds.ecs, site.region
        spec = _spec_of(site)
        template = found.template
        if template is None:
            group_id = site.ground.resource_group_id or ""
            return Write(
                Deed("created", self.kind, site.name),
                lambda: ecs.create_template(
                    region, name=site.name, spec=spec, tags=site.tags, resource_group_id=group_id
                ),
            )
        trouble = template_trouble(site, [template])
        if trouble is not None:
            return Stuck(trouble)
        return due(*self._versions(site, template, found.versions, spec)) or Ready()

    def destroy(self, site: Site, found: TemplateFound) -> DestroyMove:
        """Delete it with all its versions."""
        template = found.template
        if template is None or not site.is_ours(template.tags):
            return Gone()
        return Write(
            Deed("removed", self.kind, template.template_id),
            lambda: site.clouds.ecs.delete_template(site.region, template.template_id),
        )

    def _versions(
        self,
        site: Site,
        template: Template,
        versions: Sequence[TemplateVersion],
        spec: TemplateSpec,
    ) -> Iterator[Write]:
        """Yield what makes a version that says `spec` the default, and drops the oldest others."""
        same = [one.number for one in versions if one.spec == spec]
        default = next((one.number for one in versions if one.default), 0)
        numbers = sorted(one.number for one in versions)
        if not same:
            if len(numbers) >= _MOST_VERSIONS:
                oldest = next(one for one in numbers if one != default)
                yield self._drop(site, template, oldest)
                numbers.remove(oldest)
            same = [template.latest_version + 1]
            numbers += same
            yield self._add(site, template, spec)
        if default not in same:
            default = max(same)
            yield self._prefer(site, template, default)
        surplus = max(len(numbers) - _KEPT_VERSIONS, 0)
        for oldest in [one for one in numbers if one != default][:surplus]:
            yield self._drop(site, template, oldest)

    def _add(self, site: Site, template: Template, spec: TemplateSpec) -> Write:
        ecs, region = site.clouds.ecs, site.region
        return Write(
            Deed("changed", self.kind, f"{site.name} version {template.latest_version + 1}"),
            lambda: ecs.create_template_version(region, template.template_id, spec),
        )

    def _prefer(self, site: Site, template: Template, number: int) -> Write:
        ecs, region = site.clouds.ecs, site.region
        return Write(
            Deed("changed", self.kind, f"{site.name} default {number}"),
            lambda: ecs.set_default_version(region, template.template_id, number),
        )

    def _drop(self, site: Site, template: Template, number: int) -> Write:
        ecs, region = site.clouds.ecs, site.region
        return Write(
            Deed("removed", "template version", f"{site.name} version {number}"),
            lambda: ecs.delete_template_version(region, template.template_id, number),
        )


def _spec_of(site: Site) -> TemplateSpec:
    template, offer, image = site.wanted.template, site.ground.offer, site.ground.image
    return TemplateSpec(
        image_id=image.image_id if image else "",
        instance_type=offer.instance_types[0] if offer else "",
        security_group_id=site.ground.security_group_id or "",
        disk_category=offer.disk_category if offer else "",
        disk_size_gb=template.disk_size_gb,
        bandwidth_in_mbps=template.bandwidth_in_mbps,
        bandwidth_out_mbps=template.bandwidth_out_mbps,
        internet_charge_type=template.internet_charge_type,
        role_name=role_name(site.fleet),
        resource_group_id=site.ground.resource_group_id or "",
        user_data=site.wanted.user_data,
        tags=(*template.tags.items(), (Tag.FLEET.value, site.fleet)),
    )


def template_trouble(site: Site, templates: Sequence[Template]) -> Failure | None:
    """Say why our name cannot be had: names of launch templates are unique in a region."""
    named = [one for one in templates if one.name == site.name]
    if all(site.is_ours(one.tags) for one in named):
        return None
    return Failure(
        "LaunchTemplateNotOurs",
        f"A launch template named {site.name} exists without the tag p2p-fleet={site.fleet}.",
        Reaction.HUMAN,
        "Rename or delete it, give the fleet another FLEET_NAME, or add that tag to it.",
    )
