"""Look: ask the cloud everything that tells whether one region would start; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from functions.bootstrap.checks.records import (
    Limits,
    Ours,
    Source,
    Stocked,
    Trial,
    View,
    Wanted,
    human,
    rebuild,
)
from functions.bootstrap.question import ask
from functions.bootstrap.site import Clouds
from shared.cloud.records import ScalingGroup
from shared.cloud.stack_records import TemplateVersion
from shared.failure import Failure, Reaction
from shared.naming import Tag


def look(clouds: Clouds, wanted: Wanted, groups: Sequence[ScalingGroup] | Failure) -> View:
    """Look at one region, whose `groups` were seen already; never raises for what the cloud does.

    One that has not told of its groups is not asked for anything else.
    """
    region, fleet = wanted.region, wanted.fleet
    if isinstance(groups, Failure):
        return View(groups)  # what hangs or refuses once would do it again and again
    group = next((one for one in groups if one.tags.get(Tag.FLEET) == fleet), None)
    limits = Limits(
        account=ask(clouds.ecs.account_limits, region),
        scaling=ask(clouds.ess.limits, region),
        tasks=ask(clouds.ess.task_count, region),
    )
    return View(groups, limits, None if group is None else _ours(clouds, wanted, group))


def _ours(clouds: Clouds, wanted: Wanted, group: ScalingGroup) -> Ours:
    ess, region = clouds.ess, wanted.region
    tasks = ask(ess.tasks, region, group.group_id)
    activities = ask(ess.last_activities, region, group.group_id)
    source = _source(clouds, region, group)
    if source is None or isinstance(source, Failure):
        return Ours(group, tasks, activities, source)
    missing = group.active + group.pending < wanted.nodes
    stocked, trial = _try_out(clouds, region, source, missing=missing)
    node_type = stocked.instance_type if isinstance(stocked, Stocked) else source.instance_types[0]
    return Ours(
        group,
        tasks,
        activities,
        source,
        image=ask(clouds.ecs.image, region, source.version.spec.image_id),
        stocked=stocked,
        vcpus=ask(clouds.ecs.vcpus, region, node_type),
        trial=trial,
    )


def _source(clouds: Clouds, region: str, group: ScalingGroup) -> Source | Failure | None:
    if group.template_id is None:
        return None
    versions = ask(clouds.ecs.template_versions, region, group.template_id)
    if isinstance(versions, Failure):
        return versions
    version = _version_of(group, versions)
    if version is None:
        return _gone(region, "The scaling group's launch template is gone.")
    vswitches = ask(clouds.vpc.vswitches, region, group.vpc_id or "")
    if isinstance(vswitches, Failure):
        return vswitches
    zones = {one.zone: one.vswitch_id for one in vswitches if one.vswitch_id in group.vswitch_ids}
    if not zones:
        return _gone(region, "The scaling group's vSwitches are gone.")
    types = group.instance_types or (version.spec.instance_type,)
    return Source(version, group.template_id, types, zones)


def _version_of(group: ScalingGroup, versions: Sequence[TemplateVersion]) -> TemplateVersion | None:
    """Return the version that the group makes instances from: a number, Default or Latest."""
    if group.template_version == "Latest":
        return max(versions, key=lambda one: one.number, default=None)
    if group.template_version in {None, "Default"}:
        return next((one for one in versions if one.default), None)
    return next((one for one in versions if str(one.number) == group.template_version), None)


def _try_out(
    clouds: Clouds, region: str, source: Source, *, missing: bool
) -> tuple[Stocked | Failure | None, Trial]:
    """Return what Auto Scaling would choose, and whether one more of it could be had.

    What is in stock and all the same refused leads on to the next type, as it does there.
    """
    first: Stocked | None = None
    trial: Trial = "not made"
    for offer in _offers(clouds, region, source):
        if isinstance(offer, Failure):
            return first or offer, trial
        first = first or offer
        if not missing:
            break
        trial = _trial(clouds, region, source, offer)
        if not (isinstance(trial, Failure) and trial.reaction is Reaction.SHORTAGE):
            return offer, trial
    return first, trial


def _offers(clouds: Clouds, region: str, source: Source) -> Iterator[Stocked | Failure]:
    """Yield each of the group's types that one of its zones has, in order of preference."""
    disk = source.version.spec.disk_category
    for instance_type in source.instance_types:
        zones = ask(clouds.ecs.zones_with_stock, region, instance_type, disk)
        if isinstance(zones, Failure):
            yield zones
            return
        zone = next((one for one in source.vswitches if one in zones), None)
        if zone is not None:
            yield Stocked(instance_type, zone)


def _trial(clouds: Clouds, region: str, source: Source, offer: Stocked) -> Trial:
    obstacle = ask(
        clouds.ecs.would_run,
        region,
        template_id=source.template_id,
        version=source.version.number,
        vswitch_id=source.vswitches[offer.zone],
        instance_type=offer.instance_type,
    )
    return "passed" if obstacle is None else obstacle


def _gone(region: str, said: str) -> Failure:
    return human("StackDamaged", said, rebuild(region))
