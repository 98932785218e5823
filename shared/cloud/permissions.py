"""What the access key may do on launch day, found out without changing anything.

RAM judges an action before the service looks for what it is about. So an action on something that
cannot exist is refused with one code where the key may not do it, and with another where it may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.cloud.api import Api
from shared.cloud.error_rules import GRANT
from shared.cloud.errors import rule_for
from shared.cloud.session import CallFailedError, Session
from shared.failure import Failure
from shared.regions import BY_ID

_VERSION: Final = "2022-02-22"
_NO_GROUP: Final = "asg-00000000000000000000"
_NO_TASK: Final = "00000000-0000-0000-0000-000000000000"
_NOT_FOUND: Final = ".NotFound"
_NO_REGION: Final = "InvalidRegionId.NotFound"
_ACTION: Final = re.compile(r"may not call (?P<name>[A-Za-z]+:[A-Za-z0-9]+)")
_AHEAD: Final = timedelta(days=1)  # a task in the past could be refused before RAM is asked

LAUNCH_ACTIONS: Final = (
    "DescribeScalingGroups",
    "DescribeScheduledTasks",
    "DescribeScalingActivities",
    "ModifyScalingGroup",
    "CreateScheduledTask",
    "ModifyScheduledTask",
    "DeleteScheduledTask",
    "TagResources",
)
"""Every action of ESS that a poll may need."""
_WITHOUT_REGION: Final = frozenset({"ModifyScalingGroup"})


class Permissions:
    """What the session's access key may do."""

    def __init__(self, session: Session) -> None:
        def host(region: str) -> str:
            return BY_ID[region].ess_host

        self._api = Api(session, _VERSION, host)
        self._plain_api = Api(session, _VERSION, host, regional=False)

    def may(self, region: str, action: str, now: datetime) -> bool:
        """Whether the key may do one of `LAUNCH_ACTIONS`; asked of one region, true of all.

        `now` is the present: the service wants a task to lie ahead of it.

        Raises:
            CallFailedError: the answer tells neither.
            DeadlinePassedError: there was no time to ask.
        """
        api = self._plain_api if action in _WITHOUT_REGION else self._api
        try:
            # It can be repeated as if it were a read: there is nothing that it could change.
            api.read(region, action, _about_nothing(action, now))
        except CallFailedError as error:
            code = error.failure.code
            if is_denial(code):
                return False
            if code.endswith(_NOT_FOUND) and code != _NO_REGION:
                return True
            raise
        return True


def is_denial(code: str) -> bool:
    """Whether an error code says that RAM refuses the action to this access key."""
    rule = rule_for(code)
    return rule is not None and rule.remedy == GRANT


def denied_action(failure: Failure) -> str | None:
    """Return the action that RAM refuses, as policies name it; None for any other failure."""
    found = _ACTION.search(failure.message) if is_denial(failure.code) else None
    return found["name"] if found else None


def _about_nothing(action: str, now: datetime) -> Mapping[str, object]:
    """Return what an action is asked to do with what cannot exist."""
    minute = (now + _AHEAD).astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    task = {"LaunchTime": minute, "MinValue": 0, "MaxValue": 0}
    tags = {"ResourceIds": [_NO_GROUP], "Tags": [{"Key": "p2p-fleet", "Value": "nobody"}]}
    asked: dict[str, Mapping[str, object]] = {
        "DescribeScalingGroups": {"PageSize": 1},
        "DescribeScheduledTasks": {"ScalingGroupId": _NO_GROUP},
        "DescribeScalingActivities": {"ScalingGroupId": _NO_GROUP},
        "ModifyScalingGroup": {"ScalingGroupId": _NO_GROUP, "MinSize": 0, "MaxSize": 0},
        "CreateScheduledTask": {"ScalingGroupId": _NO_GROUP, **task},
        "ModifyScheduledTask": {"ScheduledTaskId": _NO_TASK, **task},
        "DeleteScheduledTask": {"ScheduledTaskId": _NO_TASK},
        "TagResources": {"ResourceType": "scalinggroup", **tags},
    }
    return asked[action]
