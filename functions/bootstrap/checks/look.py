"""Look: ask the cloud everything that tells whether one region would start; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, ParamSpec, TypeVar

from functions.bootstrap.checks.records import (
    Limits,
    Ours,
    Source,
    Stocked,
    View,
    Wanted,
    human,
    rebuild,
)
from functions.bootstrap.site import Clouds
from shared.cloud.records import ScalingGroup
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.cloud.stack_records import TemplateVersion
from shared.failure import Failure, Reaction
from shared.naming import Tag, group_name

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
NO_TIME: Final = Failure(
    "DeadlinePassed",
    "There was no time left to ask.",
    Reaction.TRANSIENT,
    "Ask for fewer regions at once (--regions), or raise DEADLINE_S.",
)


def ask(
    question: Callable[_Asked, _Answer], *args: _Asked.args, **kwargs: _Asked.kwargs
) -> _Answer | Failure:
    """Return the answer to a question, or the failure that stands in its place."""
    try:
        return question(*args, **kwargs)
    except CallFailedError as error:
        return error.failure
    except DeadlinePassedError:
        return NO_TIME


def look(clouds: Clouds, wanted: Wanted) -> View:
    """Look at one region; never raises for what the cloud does."""
    region, fleet = wanted.region, wanted.fleet
    name = group_name(fleet, region)
    groups = ask(clouds.ess.groups, region, named=name, tagged=Tag.FLEET)
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
    stocked = _stocked(clouds, region, source)
    missing = group.active + group.pending < wanted.nodes
    trial: Failure | Literal["passed", "not made"] = "not made"
    if missing and isinstance(stocked, Stocked):
        trial = _trial(clouds, region, source, stocked)
    image = ask(clouds.ecs.image, region, source.version.spec.image_id)
    return Ours(group, tasks, activities, source, image, stocked, trial)


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


def _stocked(clouds: Clouds, region: str, source: Source) -> Stocked | Failure | None:
    """Return the first of the group's types that one of its zones has, as Auto Scaling chooses."""
    disk = source.version.spec.disk_category
    for instance_type in source.instance_types:
        zones = ask(clouds.ecs.zones_with_stock, region, instance_type, disk)
        if isinstance(zones, Failure):
            return zones
        zone = next((one for one in source.vswitches if one in zones), None)
        if zone is not None:
            return Stocked(instance_type, zone, ask(clouds.ecs.vcpus, region, instance_type))
    return None


def _trial(
    clouds: Clouds, region: str, source: Source, stocked: Stocked
) -> Failure | Literal["passed"]:
    obstacle = ask(
        clouds.ecs.would_run,
        region,
        template_id=source.template_id,
        version=source.version.number,
        vswitch_id=source.vswitches[stocked.zone],
        instance_type=stocked.instance_type,
    )
    return "passed" if obstacle is None else obstacle


def _gone(region: str, said: str) -> Failure:
    return human("StackDamaged", said, rebuild(region))
