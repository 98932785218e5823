"""Auto Scaling (ESS, version 2022-02-22): the verbs that the fleet uses, typed both ways.

A tolerant reader: only fields that are used are looked at, so a field that changes its type
elsewhere in the answer does no harm; one that is used and is not what it should be makes the
answer unknown, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from shared.cloud.records import Capacity, ScalingActivity, ScalingGroup, ScheduledTask, TaskSpec
from shared.cloud.session import Call, CallFailedError, Effect, Session
from shared.failure import Failure, Reaction
from shared.naming import task_name
from shared.regions import BY_ID

_VERSION: Final = "2022-02-22"
_PAGE_SIZE: Final = 50
_MINUTE: Final = "%Y-%m-%dT%H:%MZ"
_Record = TypeVar("_Record")
LAUNCH_EXPIRATION_TIME_S: Final = 1800
"""How long ESS retries a task whose group is busy: the most it allows (CreateScheduledTask)."""


class Ess:
    """ESS of every region, behind one session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`); an answer
    that cannot be understood is a `CallFailedError` with code `AnswerUnexpected`.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def groups(self, region: str, *, named: str, tagged: str) -> tuple[ScalingGroup, ...]:
        """Scaling groups of a region with this name or this tag key (DescribeScalingGroups).

        All pages are listed and matched here: ESS's own filters by name and id silently leave out
        inactive groups. Groups that have nothing to do with us are not even parsed.
        """
        items = self._pages(region, "DescribeScalingGroups", {}, "ScalingGroups")

        def near(item: Mapping[str, Any]) -> ScalingGroup | None:
            keys = [tag.get("TagKey") for tag in item.get("Tags") or ()]
            return _group(item) if item.get("ScalingGroupName") == named or tagged in keys else None

        found = _read_all(region, "DescribeScalingGroups", near, items)
        return tuple(group for group in found if group is not None)

    def group_ids(self, region: str) -> frozenset[str]:
        """Ids of all scaling groups of a region, whosever and in whatever state."""
        items = self._pages(region, "DescribeScalingGroups", {}, "ScalingGroups")
        return frozenset(_read_all(region, "DescribeScalingGroups", _group_id, items))

    def tasks(self, region: str, group_id: str) -> tuple[ScheduledTask, ...]:
        """All scheduled tasks of one group (DescribeScheduledTasks, every page)."""
        where = {"ScalingGroupId": group_id}
        items = self._pages(region, "DescribeScheduledTasks", where, "ScheduledTasks")
        return _read_all(region, "DescribeScheduledTasks", _task, items)

    def tasks_named(self, region: str, name: str) -> tuple[ScheduledTask, ...]:
        """All scheduled tasks of a region with this very name, whatever their group."""
        where = {"ScheduledTaskNames": [name]}
        items = self._pages(region, "DescribeScheduledTasks", where, "ScheduledTasks")
        return _read_all(region, "DescribeScheduledTasks", _task, items)

    def last_activities(self, region: str, group_id: str) -> tuple[ScalingActivity, ...]:
        """Latest scaling activities of one group, newest first (DescribeScalingActivities)."""
        answer = self._read(
            region,
            "DescribeScalingActivities",
            {"ScalingGroupId": group_id, "PageSize": _PAGE_SIZE},
        )
        items = _items(region, "DescribeScalingActivities", answer, "ScalingActivities")
        activities = _read_all(region, "DescribeScalingActivities", _activity, items)
        return tuple(sorted(activities, key=lambda activity: activity.started_at, reverse=True))

    def set_capacity(self, region: str, group_id: str, capacity: Capacity) -> None:
        """Set min, max and, where the feature is on, desired in one call (ModifyScalingGroup).

        The one call of ours that takes no RegionId: the group's id says where it lives.
        """
        params = {"ScalingGroupId": group_id} | _bounds(capacity, "MinSize", "MaxSize")
        self._write(region, "ModifyScalingGroup", params)

    def create_task(self, region: str, group: ScalingGroup, spec: TaskSpec) -> None:
        """Arm a new scheduled task (CreateScheduledTask)."""
        params = {
            "RegionId": region,
            "ScalingGroupId": group.group_id,
            "Description": f"p2p-fleet {spec.role}",
        }
        self._write(region, "CreateScheduledTask", params | _launch(group, spec))

    def modify_task(self, region: str, group: ScalingGroup, task_id: str, spec: TaskSpec) -> None:
        """Change a live scheduled task in place, its name too (ModifyScheduledTask)."""
        params = {"RegionId": region, "ScheduledTaskId": task_id}
        self._write(region, "ModifyScheduledTask", params | _launch(group, spec))

    def delete_task(self, region: str, task_id: str) -> None:
        """Delete a scheduled task (DeleteScheduledTask); one that is gone already is fine."""
        try:
            self._write(
                region, "DeleteScheduledTask", {"RegionId": region, "ScheduledTaskId": task_id}
            )
        except CallFailedError as error:
            if error.failure.code != "InvalidScheduledTaskId.NotFound":
                raise

    def tag_group(self, region: str, group_id: str, tags: Mapping[str, str]) -> None:
        """Write tags on a group, replacing equal keys (TagResources)."""
        params = {
            "RegionId": region,
            "ResourceType": "scalinggroup",
            "ResourceIds": [group_id],
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        self._write(region, "TagResources", params)

    def _pages(
        self, region: str, action: str, where: Mapping[str, object], key: str
    ) -> list[Mapping[str, Any]]:
        """Collect every page; fewer items than TotalCount promised is an unknown answer."""
        found: list[Mapping[str, Any]] = []
        page = 1
        while True:
            params = {**where, "PageNumber": page, "PageSize": _PAGE_SIZE}
            answer = self._read(region, action, params)
            items = _items(region, action, answer, key)
            found.extend(items)
            total = answer.get("TotalCount")
            if not isinstance(total, int):
                raise _unexpected(region, action, "TotalCount is not a number")
            if len(found) >= total:
                return found
            if not items:
                raise _unexpected(region, action, f"{len(found)} of {total} items came")
            page += 1

    def _read(self, region: str, action: str, params: Mapping[str, object]) -> Mapping[str, Any]:
        return self._call(region, action, {"RegionId": region, **params}, Effect.READ)

    def _write(self, region: str, action: str, params: Mapping[str, object]) -> None:
        self._call(region, action, params, Effect.WRITE)

    def _call(
        self, region: str, action: str, params: Mapping[str, object], effect: Effect
    ) -> Mapping[str, Any]:
        host = BY_ID[region].ess_host
        return self._session.call(Call(_VERSION, action, region, host, params, effect))


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


def _items(
    region: str, action: str, answer: Mapping[str, Any], key: str
) -> Sequence[Mapping[str, Any]]:
    items = answer.get(key)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _unexpected(region, action, f"{key} is not a list of objects")
    return items


def _read_all(
    region: str,
    action: str,
    read: Callable[[Mapping[str, Any]], _Record],
    items: Iterable[Mapping[str, Any]],
) -> tuple[_Record, ...]:
    try:
        return tuple(read(item) for item in items)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unexpected(region, action, f"{type(error).__name__}: {error}") from error


def _unexpected(region: str, action: str, what: str) -> CallFailedError:
    failure = Failure(
        "AnswerUnexpected",
        f"{action} of {region} answered in a shape that we do not understand: {what}.",
        Reaction.BUG,
        "The region is left as it is; report this, the API may have changed.",
    )
    return CallFailedError(failure, perhaps_applied=False)


def _group(item: Mapping[str, Any]) -> ScalingGroup:
    desired_on = _flag(
        item, "EnableDesiredCapacity", default=item.get("DesiredCapacity") is not None
    )
    return ScalingGroup(
        group_id=_group_id(item),
        name=_text(item, "ScalingGroupName"),
        lifecycle_state=_text(item, "LifecycleState"),
        system_suspended=_flag(item, "SystemSuspended"),
        suspended_processes=tuple(str(name) for name in item.get("SuspendedProcesses") or ()),
        capacity=Capacity(
            _number(item, "MinSize"),
            _number(item, "MaxSize"),
            _number(item, "DesiredCapacity") if desired_on else None,
        ),
        active=_number(item, "ActiveCapacity"),
        pending=_number(item, "PendingCapacity"),
        has_template=bool(item.get("LaunchTemplateId") or item.get("ActiveScalingConfigurationId")),
        tags={_text(tag, "TagKey"): str(tag.get("TagValue", "")) for tag in item.get("Tags") or ()},
    )


def _group_id(item: Mapping[str, Any]) -> str:
    return _text(item, "ScalingGroupId")


def _task(item: Mapping[str, Any]) -> ScheduledTask:
    return ScheduledTask(
        task_id=_text(item, "ScheduledTaskId"),
        name=_text(item, "ScheduledTaskName"),
        group_id=str(item.get("ScalingGroupId") or ""),  # none where it acts through a rule
        launch_time=datetime.strptime(_text(item, "LaunchTime"), _MINUTE).replace(tzinfo=UTC),
        minimum=_number_or_none(item, "MinValue"),
        maximum=_number_or_none(item, "MaxValue"),
        desired=_number_or_none(item, "DesiredCapacity"),
        enabled=_flag(item, "TaskEnabled"),
        recurring=bool(item.get("RecurrenceType")),
    )


def _activity(item: Mapping[str, Any]) -> ScalingActivity:
    details = item.get("ErrorMessages")
    first = details[0] if isinstance(details, list) and details else {}
    told = item.get("StatusMessage") or item.get("ErrorMessage") or first.get("Message") or ""
    return ScalingActivity(
        status=_text(item, "StatusCode"),
        started_at=_text(item, "StartTime"),
        error_code=str(item.get("ErrorCode") or first.get("Code") or ""),
        message=str(told),
    )


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is not a text")
    return value


def _number(item: Mapping[str, Any], key: str) -> int:
    value = item[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{key} is not a number")
    return value


def _number_or_none(item: Mapping[str, Any], key: str) -> int | None:
    return None if item.get(key) is None else _number(item, key)


def _flag(item: Mapping[str, Any], key: str, *, default: bool = False) -> bool:
    value = item.get(key, default)
    if not isinstance(value, bool):
        raise TypeError(f"{key} is not a boolean")
    return value
