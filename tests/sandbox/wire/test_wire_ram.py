"""RAM, the resource manager and STS through the vendor's own, unmodified SDKs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as RamClient
from alibabacloud_resourcemanager20200331 import models as manager_models
from alibabacloud_resourcemanager20200331.client import Client as ManagerClient
from alibabacloud_sts20150401 import models as sts_models
from alibabacloud_sts20150401.client import Client as StsClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from sandbox.server import RunningSandbox
from tests.sandbox.roles import attach

AGENT = "p2p-agent"
MONITOR_ROLE = "AliyunServiceRoleForCloudMonitor"

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


@pytest.fixture
def ram(sandbox: RunningSandbox, config_for: ConfigFor) -> RamClient:
    """The official RAM client."""
    return RamClient(config_for(sandbox, endpoint="ram.aliyuncs.com"))


@pytest.fixture
def manager(sandbox: RunningSandbox, config_for: ConfigFor) -> ManagerClient:
    """The official resource manager client."""
    return ManagerClient(config_for(sandbox, endpoint="resourcemanager.aliyuncs.com"))


@pytest.fixture
def sts(sandbox: RunningSandbox, config_for: ConfigFor) -> StsClient:
    """The official STS client."""
    return StsClient(config_for(sandbox, endpoint="sts.ap-southeast-7.aliyuncs.com"))


def trusting(**principal: list[str]) -> str:
    """A trust document that lets the principal assume the role."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "1", "Statement": [statement]})


def refusal(call: Callable[..., object], request: object) -> tuple[int, str]:
    """Status and code with which the SDK reports a refused call."""
    with pytest.raises(ClientException) as caught:
        call(request)
    return caught.value.status_code, caught.value.code


def create_role(ram: RamClient, trust: str) -> None:
    """A tagged role."""
    tags = [ram_models.CreateRoleRequestTag(key="p2p-fleet", value=AGENT)]
    ram.create_role(
        ram_models.CreateRoleRequest(
            role_name=AGENT, assume_role_policy_document=trust, max_session_duration=3600, tag=tags
        )
    )


def test_a_role_and_its_policy_live_and_go(
    sandbox: RunningSandbox, ram: RamClient, admin: AdminCall
) -> None:
    """Create, tag, attach, find by tag, be refused, detach and delete, down to an empty account."""
    create_role(ram, trusting(Service=["ecs.aliyuncs.com"]))
    allow = {"Effect": "Allow", "Action": "log:PostLogStoreLogs", "Resource": "*"}
    document = json.dumps({"Version": "1", "Statement": [allow]})
    ram.create_policy(ram_models.CreatePolicyRequest(policy_name=AGENT, policy_document=document))
    attachment = {"policy_type": "Custom", "policy_name": AGENT, "role_name": AGENT}
    ram.attach_policy_to_role(ram_models.AttachPolicyToRoleRequest(**attachment))
    ram.tag_resources(
        ram_models.TagResourcesRequest(
            resource_type="policy",
            resource_names=[AGENT],
            tag=[ram_models.TagResourcesRequestTag(key="p2p-fleet", value=AGENT)],
        )
    )
    wanted = [ram_models.ListRolesRequestTag(key="p2p-fleet", value=AGENT)]
    (role,) = ram.list_roles(ram_models.ListRolesRequest(tag=wanted)).body.roles.role
    assert (role.role_name, role.tags.tag[0].tag_value) == (AGENT, AGENT)
    policy = ram.get_policy(ram_models.GetPolicyRequest(policy_name=AGENT, policy_type="Custom"))
    assert policy.body.policy.attachment_count == 1
    assert policy.body.default_policy_version.policy_document == document
    delete_role = ram_models.DeleteRoleRequest(role_name=AGENT)
    delete_policy = ram_models.DeletePolicyRequest(policy_name=AGENT)
    assert refusal(ram.delete_role, delete_role) == (409, "DeleteConflict.Role.Policy")
    assert refusal(ram.delete_policy, delete_policy) == (409, "DeleteConflict.Role.Policy")
    ram.detach_policy_from_role(ram_models.DetachPolicyFromRoleRequest(**attachment))
    ram.delete_role(delete_role)
    ram.delete_policy(delete_policy)
    assert admin(sandbox, "GET", "state")["products"]["ram"] == {}


def test_what_the_schema_forbids_is_refused(ram: RamClient) -> None:
    """Bounds and choices of the metadata hold before RAM itself is asked."""
    too_many = ram_models.ListRolesRequest(max_items=1001)
    assert refusal(ram.list_roles, too_many) == (400, "InvalidParameter")
    wrong_type = ram_models.ListTagResourcesRequest(resource_type="user")
    assert refusal(ram.list_tag_resources, wrong_type) == (400, "InvalidParameter")


def test_denied_actions_are_no_permission(
    sandbox: RunningSandbox, ram: RamClient, manager: ManagerClient, admin: AdminCall
) -> None:
    """RAM and the resource manager say NoPermission where the account may not do something."""
    denied = {"denied_actions": ["ram:GetRole", "resourcemanager:*"]}
    admin(sandbox, "POST", "faults", {"account": denied})
    get_role = ram_models.GetRoleRequest(role_name=AGENT)
    assert refusal(ram.get_role, get_role) == (403, "NoPermission")
    every = manager_models.ListResourceGroupsRequest()
    assert refusal(manager.list_resource_groups, every) == (403, "NoPermission")


def test_a_resource_group_lives_and_goes(
    sandbox: RunningSandbox, manager: ManagerClient, admin: AdminCall
) -> None:
    """Created, OK after a while, found by tag and id, deleted, gone after a while."""
    created = manager.create_resource_group(
        manager_models.CreateResourceGroupRequest(
            name=AGENT,
            display_name="P2P agents",
            tag=[manager_models.CreateResourceGroupRequestTag(key="p2p-fleet", value=AGENT)],
        )
    ).body.resource_group
    assert created.status == "Creating"
    admin(sandbox, "POST", "clock", {"advance_s": 2})
    found = manager.list_resource_groups(
        manager_models.ListResourceGroupsRequest(
            resource_group_ids=[created.id],
            tag=[manager_models.ListResourceGroupsRequestTag(key="p2p-fleet", value=AGENT)],
        )
    ).body.resource_groups.resource_group
    assert [(group.name, group.status) for group in found] == [(AGENT, "OK")]
    target = {"resource_group_id": created.id}
    manager.delete_resource_group(manager_models.DeleteResourceGroupRequest(**target))
    get = manager_models.GetResourceGroupRequest(**target)
    assert manager.get_resource_group(get).body.resource_group.status == "PendingDelete"
    admin(sandbox, "POST", "clock", {"advance_s": 5})
    assert refusal(manager.get_resource_group, get) == (404, "EntityNotExists.ResourceGroup")
    assert admin(sandbox, "GET", "state")["products"]["resourcemanager"] == {}


def test_a_service_linked_role_lives_and_goes(
    sandbox: RunningSandbox, ram: RamClient, manager: ManagerClient, admin: AdminCall
) -> None:
    """Made and deleted by the resource manager, seen by RAM in between."""
    request = manager_models.CreateServiceLinkedRoleRequest(
        service_name="cloudmonitor.aliyuncs.com"
    )
    manager.create_service_linked_role(request)
    assert refusal(manager.create_service_linked_role, request) == (409, "EntityAlreadyExists.Role")
    get = ram_models.GetRoleRequest(role_name=MONITOR_ROLE)
    assert ram.get_role(get).body.role.is_service_linked_role is True
    task = manager.delete_service_linked_role(
        manager_models.DeleteServiceLinkedRoleRequest(role_name=MONITOR_ROLE)
    ).body.deletion_task_id
    admin(sandbox, "POST", "clock", {"advance_s": 3})
    status = manager.get_service_linked_role_deletion_status(
        manager_models.GetServiceLinkedRoleDeletionStatusRequest(deletion_task_id=task)
    )
    assert status.body.status == "SUCCEEDED"
    assert refusal(ram.get_role, get) == (404, "EntityNotExist.Role")


def test_the_resource_managers_own_roles_are_not_served(manager: ManagerClient) -> None:
    """Its CreateRole and the like have RAM's names; only RAM's are served."""
    request = manager_models.GetRoleRequest(role_name=AGENT)
    assert refusal(manager.get_role, request) == (404, "InvalidAction.NotFound")


def assume(sandbox: RunningSandbox, ram: RamClient, sts: StsClient) -> Any:  # noqa: ANN401 (untyped SDK)
    """Temporary credentials of a role that trusts the account."""
    create_role(ram, trusting(RAM=[f"acs:ram::{sandbox.account_id}:root"]))
    answer = sts.assume_role(
        sts_models.AssumeRoleRequest(
            role_arn=f"acs:ram::{sandbox.account_id}:role/{AGENT}",
            role_session_name="poll",
            duration_seconds=900,
        )
    )
    return answer.body.credentials


def test_temporary_keys_open_the_account(
    sandbox: RunningSandbox,
    ram: RamClient,
    sts: StsClient,
    config_for: ConfigFor,
    admin: AdminCall,
) -> None:
    """What AssumeRole gives has the rights of its role, however far the clock is moved."""
    given = assume(sandbox, ram, sts)
    attach(sandbox.cloud, AGENT, "AliyunRAMReadOnlyAccess")
    config = config_for(
        sandbox,
        endpoint="ram.aliyuncs.com",
        access_key_id=given.access_key_id,
        access_key_secret=given.access_key_secret,
        security_token=given.security_token,
    )
    get = ram_models.GetRoleRequest(role_name=AGENT)
    admin(sandbox, "POST", "clock", {"advance_s": 86400})
    assert RamClient(config).get_role(get).body.role.role_name == AGENT
    config.security_token = f"{given.security_token}x"
    expected = (400, "InvalidSecurityToken.MismatchWithAccessKey")
    assert refusal(RamClient(config).get_role, get) == expected
    admin(sandbox, "POST", "reset")
    config.security_token = given.security_token
    assert refusal(RamClient(config).get_role, get) == (404, "InvalidAccessKeyId.NotFound")


def test_no_secret_is_in_state_or_journal(
    sandbox: RunningSandbox, ram: RamClient, sts: StsClient, admin: AdminCall
) -> None:
    """What AssumeRole has given out is shown to its caller only."""
    given = assume(sandbox, ram, sts)
    shown = json.dumps([admin(sandbox, "GET", "state"), admin(sandbox, "GET", "requests")])
    assert given.access_key_secret not in shown
    assert given.security_token not in shown
