"""Somebody who uses the Simple Log Service in one region of a cloud, in the fewest words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults

REGION: Final = "eu-central-1"
OTHER_REGION: Final = "cn-hangzhou"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PROJECT: Final = "p2p-logs"
LOGSTORE: Final = "agents"

LOGSTORE_BODY: Final = {"logstoreName": LOGSTORE, "ttl": 7, "shardCount": 2}
INDEX: Final = {
    "line": {"token": [" ", ","], "caseSensitive": False, "chn": False},
    "keys": {
        "level": {"type": "text", "token": [","], "caseSensitive": False},
        "path": {"type": "text", "token": ["/"], "caseSensitive": True},
    },
}
GROUP_BODY: Final = {
    "groupName": "nodes",
    "machineIdentifyType": "userdefined",
    "machineList": ["p2p"],
}
CONFIG_BODY: Final = {
    "configName": "agent-log",
    "inputType": "file",
    "inputDetail": {"logPath": "/var/log/p2p", "filePattern": "*.log"},
    "outputType": "LogService",
    "outputDetail": {"logstoreName": LOGSTORE},
}

Json = dict[str, Any]


class LogUser:
    """Calls the log service in one region and waits on virtual time."""

    def __init__(self, cloud: Cloud | None = None, region: str = REGION) -> None:
        self.cloud = cloud or Cloud(seed=1, start=START, regions=[REGION, OTHER_REGION])
        self.region = region

    def elsewhere(self) -> LogUser:
        """The same user in OTHER_REGION."""
        return LogUser(self.cloud, OTHER_REGION)

    def call(self, action: str, **params: object) -> Json:
        """The answer to one call."""
        return self.cloud.call("log", action, self.region, params)

    def refusal(self, action: str, **params: object) -> tuple[str, int]:
        """Code and HTTP status of a call that must be refused, and must not change anything."""
        error = self.error(action, **params)
        return error.code, error.http_status

    def error(self, action: str, **params: object) -> ApiError:
        """The error of a call that must be refused, and must not change anything."""
        before = self.cloud.state()
        try:
            answer = self.call(action, **params)
        except ApiError as error:
            assert self.cloud.state() == before
            return error
        raise AssertionError(f"{action} was not refused but answered {answer}")

    def set_faults(self, **faults: object) -> None:
        """Replaces what is wrong with the cloud."""
        self.cloud.set_faults(Faults.parse(faults))

    def wait(self, seconds: float = 10.0) -> None:
        """Lets so much virtual time pass, by default enough for a project to be reachable."""
        self.cloud.clock.advance_to(self.cloud.clock.now + timedelta(seconds=seconds))

    def state(self) -> Json:
        """What the log service holds in the region."""
        shown: Json = self.cloud.state()["products"]["log"].get(self.region, {})
        return shown

    def project(self, name: str = PROJECT, **settings: object) -> str:
        """Creates a project and waits until it can be reached; returns its name."""
        self.call("CreateProject", body={"projectName": name, "description": "", **settings})
        self.wait()
        return name

    def logstore(self, **settings: object) -> Json:
        """Creates PROJECT with LOGSTORE; returns the parameters that name them."""
        place = {"project": self.project(), "logstore": LOGSTORE}
        self.call("CreateLogStore", project=PROJECT, body={**LOGSTORE_BODY, **settings})
        return place

    def write(self, *logs: Json, at: int | None = None, topic: str = "", **tags: str) -> None:
        """Writes logs, dated `at` or now, to LOGSTORE in one group."""
        time_s = int(self.cloud.clock.now.timestamp()) if at is None else at
        self.call(
            "PostLogStoreLogs",
            project=PROJECT,
            logstore=LOGSTORE,
            body={
                "Topic": topic,
                "Source": "10.0.0.1",
                "LogTags": [{"Key": key, "Value": value} for key, value in tags.items()],
                "LogItems": [
                    {
                        "Time": time_s,
                        "Contents": [{"Key": key, "Value": log[key]} for key in log],
                    }
                    for log in logs
                ],
            },
        )

    def search(self, query: str = "", **settings: object) -> list[Json]:
        """The logs that a search of LOGSTORE over all of time finds."""
        body = {"from": 0, "to": 2**31 - 1, "query": query, **settings}
        answer = self.call("GetLogs", project=PROJECT, logstore=LOGSTORE, body=body)
        assert answer["meta"]["count"] == len(answer["data"])
        found: list[Json] = answer["data"]
        return found
