"""Projects of the log service: names, quotas, visibility, other accounts', tags, denial."""

from __future__ import annotations

import pytest

from sandbox.domain.errors import ApiError
from tests.sandbox.domain.log_user import (
    CONFIG_BODY,
    GROUP_BODY,
    LOGSTORE,
    LOGSTORE_BODY,
    PROJECT,
    REGION,
    Json,
    LogUser,
)


def body(name: str = PROJECT, **settings: object) -> Json:
    """What CreateProject needs."""
    return {"projectName": name, "description": "logs", **settings}


def names(user: LogUser, **filters: object) -> list[str]:
    """The names that ListProject answers."""
    return [one["projectName"] for one in user.call("ListProject", **filters)["projects"]]


def test_a_project_is_shown_as_created() -> None:
    """GetProject shows what CreateProject was given, with owner, region and times."""
    user = LogUser()
    assert user.call("CreateProject", body=body(dataRedundancyType="ZRS")) == {}
    assert user.call("GetProject", project=PROJECT) == {
        "projectName": PROJECT,
        "description": "logs",
        "status": "Normal",
        "region": REGION,
        "owner": user.cloud.account.account_id,
        "createTime": "2026-11-23 08:00:00",
        "lastModifyTime": "2026-11-23 08:00:00",
        "resourceGroupId": "",
        "dataRedundancyType": "ZRS",
        "recycleBinEnabled": False,
    }


@pytest.mark.parametrize(
    "name", ["ab", "a" * 64, "Logs", "my_logs", "-logs", "logs-", "lögs", "", "a.b"]
)
def test_a_wrong_name_is_refused(name: str) -> None:
    """Names have 3 to 63 lowercase letters, digits and inner hyphens."""
    assert LogUser().refusal("CreateProject", body=body(name)) == ("ParameterInvalid", 400)


@pytest.mark.parametrize("name", ["abc", "a" * 63, "0-9"])
def test_a_name_at_the_limit_is_taken(name: str) -> None:
    """Both ends of the length are allowed, and digits at the ends."""
    user = LogUser()
    user.call("CreateProject", body=body(name))
    assert names(user) == [name]


def test_a_description_is_required() -> None:
    """CreateProject and UpdateProject must say a description, if only an empty one."""
    user = LogUser()
    lacking = {"projectName": "another"}
    assert user.refusal("CreateProject", body=lacking) == ("ParameterInvalid", 400)
    user.project()
    assert user.refusal("UpdateProject", project=PROJECT, body={}) == ("ParameterInvalid", 400)


def test_a_name_is_taken_in_every_region() -> None:
    """One namespace serves all regions; a project is found in its own only."""
    user = LogUser()
    user.project()
    taken = ("ProjectAlreadyExist", 400)
    assert user.refusal("CreateProject", body=body()) == taken
    assert user.elsewhere().refusal("CreateProject", body=body()) == taken
    absent = user.elsewhere().refusal("GetProject", project=PROJECT)
    assert absent == ("ProjectNotExist", 404)


def test_a_name_is_taken_by_another_account() -> None:
    """A foreign project blocks its name and says that it is not ours when looked at."""
    user = LogUser()
    user.set_faults(account={"foreign_log_projects": ["p2p-*"]})
    assert user.refusal("CreateProject", body=body()) == ("ProjectAlreadyExist", 400)
    for action in ("GetProject", "DeleteProject", "ListLogStores"):
        error = user.error(action, project=PROJECT)
        assert (error.code, error.http_status, error.message) == (
            "Unauthorized",
            401,
            "The project does not belong to you.",
        )
    assert names(user) == []
    assert user.refusal("GetProject", project="mine") == ("ProjectNotExist", 404)


def test_a_foreign_project_may_look_absent() -> None:
    """The switch makes a foreign project answer as one that does not exist."""
    user = LogUser()
    user.set_faults(
        account={"foreign_log_projects": [PROJECT]},
        variants={"foreign_log_project_error": "ProjectNotExist"},
    )
    assert user.refusal("GetProject", project=PROJECT) == ("ProjectNotExist", 404)
    assert user.refusal("CreateProject", body=body()) == ("ProjectAlreadyExist", 400)


def test_an_own_project_stays_ours() -> None:
    """A glob of foreign names does not take away a project that exists already."""
    user = LogUser()
    user.project()
    user.set_faults(account={"foreign_log_projects": ["*"]})
    assert user.call("GetProject", project=PROJECT)["projectName"] == PROJECT


def test_the_inside_of_a_new_project_is_reachable_later() -> None:
    """For a second after its creation a project exists but nothing can be done inside it."""
    user = LogUser()
    user.call("CreateProject", body=body())
    inside: dict[str, Json] = {
        "CreateLogStore": {"body": LOGSTORE_BODY},
        "ListLogStores": {},
        "CreateMachineGroup": {"body": GROUP_BODY},
        "CreateConfig": {"body": CONFIG_BODY},
        "GetIndex": {"logstore": LOGSTORE},
    }
    user.wait(0.9)
    for action, params in inside.items():
        assert user.refusal(action, project=PROJECT, **params) == ("ProjectNotExist", 404)
    user.wait(0.2)
    assert user.call("CreateLogStore", project=PROJECT, body=LOGSTORE_BODY) == {}


def test_the_account_has_a_quota_of_projects() -> None:
    """The quota counts the projects of all regions together."""
    user = LogUser()
    user.set_faults(account={"quotas": {"log:projects": 1}})
    user.project()
    refused = user.elsewhere().refusal("CreateProject", body=body("another"))
    assert refused == ("ProjectQuotaExceed", 403)


def test_the_usual_quota_of_projects_is_fifty() -> None:
    """The fifty-first project is refused."""
    user = LogUser()
    for number in range(50):
        user.call("CreateProject", body=body(f"p2p-{number:02}"))
    assert user.refusal("CreateProject", body=body("one-too-many")) == ("ProjectQuotaExceed", 403)


def test_projects_are_listed_in_pages() -> None:
    """ListProject filters by part of name and description and cuts pages by offset and size."""
    user = LogUser()
    for name in ("p2p-b", "p2p-a", "other"):
        user.call("CreateProject", body=body(name, description=f"of {name}"))
    user.elsewhere().call("CreateProject", body=body("p2p-elsewhere"))
    assert names(user) == ["other", "p2p-a", "p2p-b"]
    assert names(user, projectName="p2p") == ["p2p-a", "p2p-b"]
    assert names(user, description="p2p-b") == ["p2p-b"]
    page = user.call("ListProject", offset=1, size=1)
    assert (page["count"], page["total"]) == (1, 3)
    assert names(user, offset=1, size=1) == ["p2p-a"]
    assert user.refusal("ListProject", size=501) == ("ParameterInvalid", 400)
    assert user.refusal("ListProject", offset=-1) == ("ParameterInvalid", 400)


def test_a_project_is_updated() -> None:
    """UpdateProject changes the description and the time of the last change."""
    user = LogUser()
    user.project()
    changed = {"description": "new", "recycleBinEnabled": True}
    user.call("UpdateProject", project=PROJECT, body=changed)
    shown = user.call("GetProject", project=PROJECT)
    assert (shown["description"], shown["recycleBinEnabled"]) == ("new", True)
    assert (shown["createTime"], shown["lastModifyTime"]) == (
        "2026-11-23 08:00:00",
        "2026-11-23 08:00:10",
    )


def test_a_deleted_project_takes_everything_with_it() -> None:
    """DeleteProject needs no empty project, and its name is free again, without the old content."""
    user = LogUser()
    place = user.logstore()
    user.call("CreateMachineGroup", project=PROJECT, body=GROUP_BODY)
    user.call("DeleteProject", project=PROJECT)
    assert user.state() == {}
    assert user.refusal("GetLogStore", **place) == ("ProjectNotExist", 404)
    assert user.refusal("DeleteProject", project=PROJECT) == ("ProjectNotExist", 404)
    user.project()
    assert user.call("ListLogStores", project=PROJECT)["total"] == 0


def test_a_project_is_a_member_of_its_resource_group() -> None:
    """A project in a resource group keeps the group from being deleted and can be listed by it."""
    user = LogUser()
    group = user.cloud.call(
        "resourcemanager", "CreateResourceGroup", None, {"Name": "p2p", "DisplayName": "p2p"}
    )["ResourceGroup"]["Id"]
    user.wait()
    user.project(resourceGroupId=group)
    user.project("without")
    assert names(user, resourceGroupId=group) == [PROJECT]
    in_use = "DeleteConflict.ResourceGroup.Resource"
    with pytest.raises(ApiError, match=in_use):
        user.cloud.call("resourcemanager", "DeleteResourceGroup", None, {"ResourceGroupId": group})
    user.call("DeleteProject", project=PROJECT)
    user.cloud.call("resourcemanager", "DeleteResourceGroup", None, {"ResourceGroupId": group})


def test_a_resource_group_must_exist() -> None:
    """A project cannot be put into a resource group that is not there."""
    unknown = LogUser().refusal("CreateProject", body=body(resourceGroupId="rg-unknown"))
    assert unknown == ("ParameterInvalid", 400)


def test_state_shows_everything_but_the_logs() -> None:
    """The state of a region is its projects with what is in them, logs only as a count."""
    user = LogUser()
    place = user.logstore()
    user.call("CreateIndex", **place, body={"line": {"token": [","]}})
    user.call("CreateMachineGroup", project=PROJECT, body=GROUP_BODY)
    user.call("CreateConfig", project=PROJECT, body=CONFIG_BODY)
    applied = {"machineGroup": "nodes", "configName": "agent-log"}
    user.call("ApplyConfigToMachineGroup", project=PROJECT, **applied)
    user.call(
        "TagResources",
        body={
            "resourceType": "project",
            "resourceId": [PROJECT],
            "tags": [{"key": "p2p-fleet", "value": "p2p-agent"}],
        },
    )
    user.write({"level": "info"}, {"level": "error"})
    project = user.state()["projects"][0]
    assert project == {
        **user.call("GetProject", project=PROJECT),
        "tags": {"p2p-fleet": "p2p-agent"},
        "logstores": [
            {
                **user.call("GetLogStore", **place),
                "index": user.call("GetIndex", **place),
                "log_count": 2,
            }
        ],
        "machine_groups": [
            {
                **user.call("GetMachineGroup", project=PROJECT, machineGroup="nodes"),
                "configs": ["agent-log"],
            }
        ],
        "configs": [user.call("GetConfig", project=PROJECT, configName="agent-log")],
    }
    assert user.elsewhere().state() == {}


@pytest.mark.parametrize(
    ("action", "params", "said"),
    [
        (
            "CreateProject",
            {"body": body()},
            "log:CreateProject, resource: {place}:project/p2p-logs",
        ),
        ("ListProject", {}, "log:ListProject, resource: {place}:project/*"),
        (
            "GetLogs",
            {"project": PROJECT, "logstore": LOGSTORE},
            "log:GetLogStoreLogs, resource: {place}:project/p2p-logs/logstore/agents",
        ),
        (
            "ApplyConfigToMachineGroup",
            {"project": PROJECT, "machineGroup": "nodes", "configName": "agent-log"},
            "log:ApplyConfigToGroup, resource: {place}:project/p2p-logs/machinegroup/nodes",
        ),
    ],
)
def test_denial_names_the_ram_action_and_the_resource(action: str, params: Json, said: str) -> None:
    """What RAM denies is a 401 that says in the service's words what a policy has to allow."""
    user = LogUser()
    user.set_faults(account={"denied_actions": ["log:*"]})
    error = user.error(action, **params)
    place = f"acs:log:{REGION}:{user.cloud.account.account_id}"
    assert (error.code, error.http_status, error.message) == (
        "Unauthorized",
        401,
        "denied by sts or ram, action: " + said.format(place=place),
    )
