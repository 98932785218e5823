"""Simple Log Service (SLS): a project, its store of logs, and what ships logs into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shared.cloud.answers import Item, number, text, text_or, understood
from shared.cloud.endpoints import log_host
from shared.cloud.session import CallFailedError, Effect, Session
from shared.cloud.stack_records import ForeignProject, LogProject, Logstore
from shared.failure import Failure, Reaction

if TYPE_CHECKING:
    from shared.cloud.log_client import LogServiceClient

_SOMEBODY_ELSES: Final = "does not belong to you"
_SHARDS: Final = 1  # takes 5 MB/s; SLS splits it by itself where that is too little
_MOST_SHARDS: Final = 16
_BETWEEN_WORDS: Final = tuple(", '\";=()[]{}?@&<>/:\n\t\r")
_FULL_TEXT: Final = {"line": {"token": list(_BETWEEN_WORDS), "caseSensitive": False}}
"""An index of whole lines: every word of a log line can be searched for."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One request to a project, and the name that the API gives it."""

    action: str
    method: str
    project: str
    path: str
    document: Mapping[str, object] | None = None


class Logs:
    """SLS of every region that has it, behind one session.

    Every method is one request, and raises `CallFailedError` or `DeadlinePassedError` (see
    `Session.call`); where SLS is not offered the code is `LogServiceNotOffered`. A new project is
    usable after some seconds; until then what is asked of it fails with `ProjectNotExist`.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._clients: dict[str, LogServiceClient] = {}

    def project(self, region: str, name: str) -> LogProject | ForeignProject | None:
        """Look a project up (GetProject)."""
        try:
            answer = self._get(region, _Request("GetProject", "GET", name, "/"))
        except CallFailedError as error:
            if error.failure.code == "ProjectNotExist":
                return None
            if error.failure.code == "Unauthorized" and _SOMEBODY_ELSES in error.failure.message:
                return ForeignProject(name)
            raise
        return understood(region, "GetProject", _project, answer)

    def create_project(
        self, region: str, name: str, *, description: str, resource_group_id: str
    ) -> None:
        """Make a project (CreateProject); its name is unique in all the cloud."""
        document = {
            "projectName": name,
            "description": description,
            "resourceGroupId": resource_group_id,
        }
        self._change(region, _Request("CreateProject", "POST", name, "/", document))

    def tag_project(self, region: str, name: str, tags: Mapping[str, str]) -> None:
        """Write tags on a project, replacing equal keys (TagResources)."""
        document = {
            "resourceType": "project",
            "resourceId": [name],
            "tags": [{"key": key, "value": value} for key, value in tags.items()],
        }
        self._change(region, _Request("TagResources", "POST", name, "/tag", document))

    def delete_project(self, region: str, name: str) -> None:
        """Delete a project with everything in it (DeleteProject); one that is gone is fine."""
        request = _Request("DeleteProject", "DELETE", name, "/")
        self._change(region, request, settled="ProjectNotExist")

    def logstore(self, region: str, project: str, logstore: str) -> Logstore | None:
        """Look a logstore up (GetLogStore)."""
        request = _Request("GetLogStore", "GET", project, f"/logstores/{logstore}")
        answer = self._find(region, request, absent=("LogStoreNotExist", "LogstoreNotExist"))
        return None if answer is None else understood(region, "GetLogStore", _logstore, answer)

    def create_logstore(self, region: str, project: str, logstore: str, *, ttl_days: int) -> None:
        """Make a logstore that keeps logs for so many days, 3650 for good (CreateLogStore)."""
        document = _logstore_document(logstore, Logstore(ttl_days, _SHARDS))
        self._change(region, _Request("CreateLogStore", "POST", project, "/logstores", document))

    def update_logstore(self, region: str, project: str, logstore: str, wanted: Logstore) -> None:
        """Keep logs for another number of days (UpdateLogStore); shards must be as they are."""
        path, document = f"/logstores/{logstore}", _logstore_document(logstore, wanted)
        self._change(region, _Request("UpdateLogStore", "PUT", project, path, document))

    def ensure_index(self, region: str, project: str, logstore: str) -> None:
        """Make a logstore searchable (CreateIndex); one that is so already is fine."""
        path = f"/logstores/{logstore}/index"
        request = _Request("CreateIndex", "POST", project, path, _FULL_TEXT)
        self._change(region, request, settled="IndexAlreadyExist")

    def index_exists(self, region: str, project: str, logstore: str) -> bool:
        """Whether a logstore is searchable (GetIndex)."""
        request = _Request("GetIndex", "GET", project, f"/logstores/{logstore}/index")
        return self._exists(region, request, absent=("IndexConfigNotExist",))

    def machine_group_exists(self, region: str, project: str, group: str) -> bool:
        """Whether a project has a machine group of this name (GetMachineGroup)."""
        request = _Request("GetMachineGroup", "GET", project, f"/machinegroups/{group}")
        return self._exists(region, request, absent=("MachineGroupNotExist", "GroupNotExist"))

    def create_machine_group(
        self, region: str, project: str, group: str, *, user_defined_id: str
    ) -> None:
        """Make a group of the machines that say this id of themselves (CreateMachineGroup)."""
        document = {
            "groupName": group,
            "groupType": "",
            "groupAttribute": {},
            "machineIdentifyType": "userdefined",
            "machineList": [user_defined_id],
        }
        request = _Request("CreateMachineGroup", "POST", project, "/machinegroups", document)
        self._change(region, request)

    def logtail_config_exists(self, region: str, project: str, config: str) -> bool:
        """Whether a project has a Logtail configuration of this name (GetConfig)."""
        request = _Request("GetConfig", "GET", project, f"/configs/{config}")
        return self._exists(region, request, absent=("ConfigNotExist",))

    def create_logtail_config(
        self, region: str, project: str, config: Mapping[str, object]
    ) -> None:
        """Make a Logtail configuration from its JSON (CreateConfig): what to ship, and where to.

        The older of the two kinds: the newer one (pipelines) is not offered in every region.
        """
        self._change(region, _Request("CreateConfig", "POST", project, "/configs", config))

    def apply_config(self, region: str, project: str, config: str, group: str) -> None:
        """Let a group's machines follow a configuration, also if they do (no error).

        ApplyConfigToMachineGroup.
        """
        path = f"/machinegroups/{group}/configs/{config}"
        self._change(region, _Request("ApplyConfigToMachineGroup", "PUT", project, path))

    def config_applied(self, region: str, project: str, config: str, group: str) -> bool:
        """Whether a group's machines follow a Logtail configuration (GetAppliedConfigs)."""
        action = "GetAppliedConfigs"
        answer = self._get(
            region, _Request(action, "GET", project, f"/machinegroups/{group}/configs")
        )
        return config in understood(region, action, lambda it: tuple(it["configs"]), answer)

    def _exists(self, region: str, request: _Request, *, absent: Sequence[str]) -> bool:
        return self._find(region, request, absent=absent) is not None

    def _find(self, region: str, request: _Request, *, absent: Sequence[str]) -> Item | None:
        """Ask for something; `absent` are the spellings of the code that says it is not there."""
        try:
            answer: Item = self._get(region, request)
        except CallFailedError as error:
            if error.failure.code not in absent:
                raise
            return None
        return answer

    def _get(self, region: str, request: _Request) -> Any:  # noqa: ANN401 (JSON)
        return self._session.persist(Effect.READ, lambda: self._send(region, request))

    def _change(self, region: str, request: _Request, *, settled: str | None = None) -> None:
        try:
            self._session.persist(Effect.WRITE, lambda: self._send(region, request))
        except CallFailedError as error:
            if error.failure.code != settled:
                raise

    def _send(self, region: str, request: _Request) -> Any:  # noqa: ANN401 (JSON)
        host = log_host(region)
        if host is None:
            raise CallFailedError(_not_offered(region), perhaps_applied=False)
        client = self._client(region, host)

        def ask(runtime: Any) -> Any:  # noqa: ANN401 (the SDK's own type, untyped; JSON)
            return client.exchange(
                request.method,
                request.project,
                request.path,
                request.document,
                (runtime.connect_timeout / 1000, runtime.read_timeout / 1000),
            )

        return self._session.send(region, host, request.action, ask)

    def _client(self, region: str, host: str) -> LogServiceClient:
        # Imported here: a third of a second that only a fleet with logs should pay.
        from shared.cloud.log_client import LogServiceClient  # noqa: PLC0415

        if region not in self._clients:
            self._clients[region] = LogServiceClient(self._session, region, host)
        return self._clients[region]


def _project(answer: Item) -> LogProject:
    return LogProject(
        name=text(answer, "projectName"),
        owner=text(answer, "owner"),
        resource_group_id=text_or(answer, "resourceGroupId", ""),
        description=text_or(answer, "description", ""),
    )


def _logstore(answer: Item) -> Logstore:
    return Logstore(number(answer, "ttl"), number(answer, "shardCount"))


def _logstore_document(name: str, logstore: Logstore) -> dict[str, object]:
    return {
        "logstoreName": name,
        "ttl": logstore.ttl_days,
        "shardCount": logstore.shards,
        "autoSplit": True,
        "maxSplitShard": _MOST_SHARDS,
    }


def _not_offered(region: str) -> Failure:
    return Failure(
        "LogServiceNotOffered",
        f"The Simple Log Service is not known to be offered in {region}.",
        Reaction.HUMAN,
        "Set `logs: false` in `fleet`, or exclude the region.",
    )
