"""Auto Scaling (ESS, version 2022-02-22): the verbs that the fleet uses, typed both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from shared.cloud.answers import (
    Item,
    flag,
    items_at,
    number,
    number_or_none,
    optional_items,
    read_all,
    tags_at,
    text,
)
from shared.cloud.api import Api, Rows
from shared.cloud.records import Capacity, ScalingActivity, ScalingGroup, ScheduledTask, TaskSpec
from shared.cloud.session import Session
from shared.naming import task_name
from shared.regions import BY_ID

if TYPE_CHECKING:
    # A dozen records that a poll has no use for, and whose making costs it 10 ms.
    from shared.cloud.stack_records import GroupSpec

_VERSION: Final = "2022-02-22"
_PAGE_SIZE: Final = 50
_MINUTE: Final = "%Y-%m-%dT%H:%MZ"
LAUNCH_EXPIRATION_TIME_S: Final = 1800
"""How long ESS retries a task whose group is busy: the most it allows (CreateScheduledTask)."""


def _host(region: str) -> str:
    return BY_ID[region].ess_host


class Ess:
    """ESS of every region, behind one session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`); an answer
    that cannot be understood is a `CallFailedError` with code `AnswerUnexpected`.
    """

    def __init__(self, session: Session) -> None:
        self._api = Api(session, _VERSION, _host)
        # Two actions take no RegionId.
        self._plain_api = Api(session, _VERSION, _host, regional=False)

    def groups(self, region: str, *, named: str, tagged: str) -> tuple[ScalingGroup, ...]:
        """Scaling groups of a region with this name or this tag key (DescribeScalingGroups).

        All pages are listed and matched here: ESS's own filters by name and id silently leave out
        inactive groups. Groups that have nothing to do with us are not even parsed.
        """

        def near(item: Item) -> ScalingGroup | None:
            keys = [tag.get("TagKey") for tag in item.get("Tags") or ()]
            return _group(item) if item.get("ScalingGroupName") == named or tagged in keys else None

        found = self._api.numbered(
            region, "DescribeScalingGroups", {}, Rows(("ScalingGroups",), near)
        )
        return tuple(group for group in found if group is not None)

    def group_ids(self, region: str) -> frozenset[str]:
        """Ids of all scaling groups of a region, whosever and in whatever state."""
        found = self._api.numbered(
            region, "DescribeScalingGroups", {}, Rows(("ScalingGroups",), _group_id)
        )
        return frozenset(found)

    def tasks(self, region: str, group_id: str) -> tuple[ScheduledTask, ...]:
        """All scheduled tasks of one group (DescribeScheduledTasks, every page)."""
        return self._tasks(region, {"ScalingGroupId": group_id})

    def tasks_named(self, region: str, name: str) -> tuple[ScheduledTask, ...]:
        """All scheduled tasks of a region with this very name, whatever their group."""
        return self._tasks(region, {"ScheduledTaskNames": [name]})

    def task_count(self, region: str) -> int:
        """How many scheduled tasks a region has, whosever: they share one quota."""
        action = "DescribeScheduledTasks"
        return self._api.one(region, action, {"PageSize": 1}, lambda it: number(it, "TotalCount"))

    def last_activities(self, region: str, group_id: str) -> tuple[ScalingActivity, ...]:
        """Latest scaling activities of one group, newest first (DescribeScalingActivities)."""
        action = "DescribeScalingActivities"
        where = {"ScalingGroupId": group_id, "PageSize": _PAGE_SIZE}
        items = self._api.one(region, action, where, lambda it: items_at(it, "ScalingActivities"))
        activities = read_all(region, action, _activity, items)
        return tuple(sorted(activities, key=lambda activity: activity.started_at, reverse=True))

    def limits(self, region: str) -> Mapping[str, int]:
        """Quotas of the account (DescribeLimitation), such as `MaxNumberOfScalingGroups`.

        The action takes no region: where a host serves several, it does not say whose they are.
        """
        answer = self._plain_api.read(region, "DescribeLimitation", {})
        return {key: value for key, value in answer.items() if isinstance(value, int)}

    def create_group(self, region: str, spec: GroupSpec, token: str) -> str:
        """Make an empty, inactive scaling group and return its id (CreateScalingGroup).

        Without DesiredCapacity, so that the feature stays off: tasks that set only min and max
        then work. `token` is at most 64 ASCII characters.
        """
        params = {
            "ScalingGroupName": spec.name,
            "MinSize": 0,
            "MaxSize": 0,
            "LaunchTemplateId": spec.template_id,
            "LaunchTemplateVersion": spec.template_version,
            "LaunchTemplateOverrides": _overrides(spec.instance_types),
            "VSwitchIds": list(spec.vswitch_ids),
            "MultiAZPolicy": "PRIORITY",
            "ScalingPolicy": "forceRelease",
            "HealthCheckType": "ECS",
            "RemovalPolicies": ["OldestInstance"],
            "ResourceGroupId": spec.resource_group_id,
            "Tags": [
                *_tags(spec.tags, propagate=False),
                *_tags(spec.propagated_tags, propagate=True),
            ],
            "ClientToken": token,
        }
        return self._api.made(region, "CreateScalingGroup", params, _group_id)

    def enable_group(self, region: str, group_id: str) -> None:
        """Let an inactive group act (EnableScalingGroup)."""
        self._api.write(region, "EnableScalingGroup", {"ScalingGroupId": group_id})

    def reshape_group(  # noqa: PLR0913 (what makes a group's instances)
        self,
        region: str,
        group_id: str,
        *,
        template_id: str,
        template_version: str,
        instance_types: Iterable[str],
        vswitch_ids: Iterable[str],
    ) -> None:
        """Change what a group makes instances from, never how many (ModifyScalingGroup).

        Instances that run are not touched.
        """
        params = {
            "ScalingGroupId": group_id,
            "LaunchTemplateId": template_id,
            "LaunchTemplateVersion": template_version,
            "LaunchTemplateOverrides": _overrides(instance_types),
            "VSwitchIds": list(vswitch_ids),
        }
        self._plain_api.write(region, "ModifyScalingGroup", params)

    def delete_group(self, region: str, group_id: str) -> None:
        """Delete a group with its instances (DeleteScalingGroup, forced); one gone is fine.

        It goes on in the background. Scheduled tasks stay behind: delete them first.
        """
        params = {"ScalingGroupId": group_id, "ForceDelete": True}
        settled = ["InvalidScalingGroupId.NotFound"]
        self._api.write(region, "DeleteScalingGroup", params, settled=settled)

    def set_capacity(self, region: str, group_id: str, capacity: Capacity) -> None:
        """Set min, max and, where the feature is on, desired in one call (ModifyScalingGroup)."""
        params = {"ScalingGroupId": group_id} | _bounds(capacity, "MinSize", "MaxSize")
        self._plain_api.write(region, "ModifyScalingGroup", params)

    def create_task(self, region: str, group: ScalingGroup, spec: TaskSpec) -> None:
        """Arm a new scheduled task (CreateScheduledTask)."""
        params = {"ScalingGroupId": group.group_id, "Description": f"p2p-fleet {spec.role}"}
        self._api.write(region, "CreateScheduledTask", params | _launch(group, spec))

    def modify_task(self, region: str, group: ScalingGroup, task_id: str, spec: TaskSpec) -> None:
        """Change a live scheduled task in place, its name too (ModifyScheduledTask)."""
        params = {"ScheduledTaskId": task_id}
        self._api.write(region, "ModifyScheduledTask", params | _launch(group, spec))

    def delete_task(self, region: str, task_id: str) -> None:
        """Delete a scheduled task (DeleteScheduledTask); one that is gone already is fine."""
        params = {"ScheduledTaskId": task_id}
        settled = ["InvalidScheduledTaskId.NotFound"]
        self._api.write(region, "DeleteScheduledTask", params, settled=settled)

    def tag_group(self, region: str, group_id: str, tags: Mapping[str, str]) -> None:
        """Write tags on a group, replacing equal keys (TagResources)."""
        params = {
            "ResourceType": "scalinggroup",
            "ResourceIds": [group_id],
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        self._api.write(region, "TagResources", params)

    def untag_group(self, region: str, group_id: str, keys: Iterable[str]) -> None:
        """Take tags off a group (UntagResources); one that it has not is fine."""
        params = {
            "ResourceType": "scalinggroup",
            "ResourceIds": [group_id],
            "TagKeys": list(keys),
        }
        self._api.write(region, "UntagResources", params)

    def _tasks(self, region: str, where: Mapping[str, object]) -> tuple[ScheduledTask, ...]:
        return self._api.numbered(
            region, "DescribeScheduledTasks", where, Rows(("ScheduledTasks",), _task)
        )


def _overrides(instance_types: Iterable[str]) -> list[dict[str, str]]:
    return [{"InstanceType": name} for name in instance_types]


def _tags(tags: Mapping[str, str], *, propagate: bool) -> list[dict[str, object]]:
    return [{"Key": key, "Value": tags[key], "Propagate": propagate} for key in tags]


def _bounds(capacity: Capacity, minimum: str, maximum: str) -> dict[str, object]:
    bounds: dict[str, object] = {minimum: capacity.minimum, maximum: capacity.maximum}
    if capacity.desired is not None:
        bounds["DesiredCapacity"] = capacity.desired
    return bounds


def _launch(group: ScalingGroup, spec: TaskSpec) -> dict[str, object]:
    return {
        "ScheduledTaskName": task_name(group.name, spec.role),
        "LaunchTime": spec.launch_time.astimezone(UTC).strftime(_MINUTE),
        "LaunchExpirationTime": LAUNCH_EXPIRATION_TIME_S,
        "TaskEnabled": True,
        **_bounds(spec.capacity, "MinValue", "MaxValue"),
    }


def _group(item: Item) -> ScalingGroup:
    desired_on = flag(
        item, "EnableDesiredCapacity", default=item.get("DesiredCapacity") is not None
    )
    overrides = optional_items(item, "LaunchTemplateOverrides")
    return ScalingGroup(
        group_id=_group_id(item),
        name=text(item, "ScalingGroupName"),
        lifecycle_state=text(item, "LifecycleState"),
        system_suspended=flag(item, "SystemSuspended"),
        suspended_processes=tuple(str(name) for name in item.get("SuspendedProcesses") or ()),
        capacity=Capacity(
            number(item, "MinSize"),
            number(item, "MaxSize"),
            number(item, "DesiredCapacity") if desired_on else None,
        ),
        active=number(item, "ActiveCapacity"),
        pending=number(item, "PendingCapacity"),
        has_template=bool(item.get("LaunchTemplateId") or item.get("ActiveScalingConfigurationId")),
        tags=tags_at(item, "Tags"),
        template_id=item.get("LaunchTemplateId") or None,
        template_version=item.get("LaunchTemplateVersion") or None,
        instance_types=tuple(text(one, "InstanceType") for one in overrides),
        vswitch_ids=tuple(str(one) for one in item.get("VSwitchIds") or ()),
        vpc_id=item.get("VpcId") or None,
        resource_group_id=item.get("ResourceGroupId") or None,
    )


def _group_id(item: Item) -> str:
    return text(item, "ScalingGroupId")


def _task(item: Item) -> ScheduledTask:
    return ScheduledTask(
        task_id=text(item, "ScheduledTaskId"),
        name=text(item, "ScheduledTaskName"),
        group_id=str(item.get("ScalingGroupId") or ""),  # none where it acts through a rule
        launch_time=datetime.strptime(text(item, "LaunchTime"), _MINUTE).replace(tzinfo=UTC),
        minimum=number_or_none(item, "MinValue"),
        maximum=number_or_none(item, "MaxValue"),
        desired=number_or_none(item, "DesiredCapacity"),
        enabled=flag(item, "TaskEnabled"),
        recurring=bool(item.get("RecurrenceType")),
    )


def _activity(item: Item) -> ScalingActivity:
    details = item.get("ErrorMessages")
    first = details[0] if isinstance(details, list) and details else {}
    told = item.get("StatusMessage") or item.get("ErrorMessage") or first.get("Message") or ""
    return ScalingActivity(
        status=text(item, "StatusCode"),
        started_at=text(item, "StartTime"),
        error_code=str(item.get("ErrorCode") or first.get("Code") or ""),
        message=str(told),
    )
