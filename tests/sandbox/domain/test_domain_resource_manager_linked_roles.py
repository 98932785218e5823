"""Service-linked roles: the resource manager makes and deletes them, RAM shows them."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.domain.identity_user import TRUST, IdentityUser

MONITOR = {"ServiceName": "cloudmonitor.aliyuncs.com"}
MONITOR_ROLE = {"RoleName": "AliyunServiceRoleForCloudMonitor"}


@pytest.fixture
def manager() -> IdentityUser:
    """A user of the resource manager in an empty account."""
    return IdentityUser("resourcemanager")


def test_a_service_linked_role_is_made_by_its_service_name(manager: IdentityUser) -> None:
    """RAM shows the role afterwards, with its service's policy attached."""
    created = manager.call("CreateServiceLinkedRole", **MONITOR)["Role"]
    account_id = manager.cloud.account.account_id
    assert created == {
        "RoleId": created["RoleId"],
        "RoleName": "AliyunServiceRoleForCloudMonitor",
        "Arn": f"acs:ram::{account_id}:role/aliyunserviceroleforcloudmonitor",
        "Description": "Service Linked Role for CloudMonitor. CloudMonitor will use this role to "
        "access your resources in other services.",
        "AssumeRolePolicyDocument": created["AssumeRolePolicyDocument"],
        "CreateDate": "2026-11-23T08:00:00Z",
        "IsServiceLinkedRole": True,
        "RolePrincipalName": "AliyunServiceRoleForCloudMonitor@role."
        f"{account_id}.onaliyunservice.com",
    }
    assert '"Service": ["cloudmonitor.aliyuncs.com"]' in created["AssumeRolePolicyDocument"]
    ram = IdentityUser("ram", manager.cloud)
    assert ram.call("GetRole", **MONITOR_ROLE)["Role"]["IsServiceLinkedRole"] is True
    (policy,) = ram.call("ListPoliciesForRole", **MONITOR_ROLE)["Policies"]["Policy"]
    assert policy["PolicyName"] == "AliyunServiceRolePolicyForCloudMonitor"
    assert manager.held() == {}
    assert ram.held()["global"]["roles"][0]["IsServiceLinkedRole"] is True


@pytest.mark.parametrize(
    ("service", "role"),
    [
        ("ess.aliyuncs.com", "AliyunServiceRoleForAutoScaling"),
        ("sendevent-fc.eventbridge.aliyuncs.com", "AliyunServiceRoleForEventBridgeSendToFC"),
        ("fc.aliyuncs.com", "AliyunServiceRoleForFC"),
    ],
)
def test_other_services_have_their_roles(manager: IdentityUser, service: str, role: str) -> None:
    """Service and role names are those of the official list."""
    created = manager.call("CreateServiceLinkedRole", ServiceName=service)
    assert created["Role"]["RoleName"] == role


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"ServiceName": "ecs.aliyuncs.com"}, ("EntityNotExist.Service", 404)),
        (MONITOR, ("EntityAlreadyExists.Role", 409)),
        (
            {"ServiceName": "fc.aliyuncs.com", "CustomSuffix": "x"},
            ("InvalidParameter.CustomSuffix.NotAllowed", 400),
        ),
        (
            {"ServiceName": "fc.aliyuncs.com", "Description": "x"},
            ("InvalidParameter.Description.NotAllowed", 400),
        ),
    ],
)
def test_wrong_service_linked_roles_are_refused(
    manager: IdentityUser, params: dict[str, str], refusal: tuple[str, int]
) -> None:
    """Services without such a role, a second one, and suffixes or descriptions of one's own."""
    manager.call("CreateServiceLinkedRole", **MONITOR)
    assert manager.refusal("CreateServiceLinkedRole", **params) == refusal


def test_the_quota_of_roles_does_not_hold_for_service_linked_ones(manager: IdentityUser) -> None:
    """They count toward it, but can be made beyond it."""
    manager.set_faults(account={"quotas": {"ram:roles": 1}})
    ram = IdentityUser("ram", manager.cloud)
    ram.create_role()
    manager.call("CreateServiceLinkedRole", **MONITOR)
    another = {"RoleName": "another", "AssumeRolePolicyDocument": TRUST}
    assert ram.refusal("CreateRole", **another) == ("LimitExceeded.Role", 409)


def test_ram_leaves_service_linked_roles_alone(manager: IdentityUser) -> None:
    """RAM's own actions neither change nor delete them."""
    manager.call("CreateServiceLinkedRole", **MONITOR)
    ram = IdentityUser("ram", manager.cloud)
    policy = {"PolicyType": "System", "PolicyName": "AliyunLogFullAccess"}
    expected = ("NoPermission", 403)
    assert ram.refusal("DeleteRole", **MONITOR_ROLE) == expected
    assert ram.refusal("UpdateRole", **MONITOR_ROLE, NewDescription="x") == expected
    assert ram.refusal("AttachPolicyToRole", **MONITOR_ROLE, **policy) == expected
    assert ram.refusal("DetachPolicyFromRole", **MONITOR_ROLE, **policy) == expected


def test_a_service_linked_role_is_deleted_by_a_task(manager: IdentityUser) -> None:
    """The task is IN_PROGRESS at first; at its end the role is gone and can be made again."""
    manager.call("CreateServiceLinkedRole", **MONITOR)
    task = manager.call("DeleteServiceLinkedRole", **MONITOR_ROLE)
    assert re.fullmatch(
        "task/acs-service-role/cloudmonitor.aliyuncs.com/AliyunServiceRoleForCloudMonitor/"
        "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        task["DeletionTaskId"],
    )
    manager.wait(2.9)
    assert manager.call("GetServiceLinkedRoleDeletionStatus", **task) == {"Status": "IN_PROGRESS"}
    assert manager.refusal("CreateServiceLinkedRole", **MONITOR)[0] == "EntityAlreadyExists.Role"
    manager.wait(0.1)
    assert manager.call("GetServiceLinkedRoleDeletionStatus", **task) == {"Status": "SUCCEEDED"}
    manager.call("CreateServiceLinkedRole", **MONITOR)


def test_a_deletion_that_comes_too_late_spares_the_next_role(manager: IdentityUser) -> None:
    """Of two overlapping tasks the second ends well too, but leaves a role made since alone."""
    manager.call("CreateServiceLinkedRole", **MONITOR)
    manager.call("DeleteServiceLinkedRole", **MONITOR_ROLE)
    manager.wait(2)
    second = manager.call("DeleteServiceLinkedRole", **MONITOR_ROLE)
    manager.wait(1)
    created = manager.call("CreateServiceLinkedRole", **MONITOR)["Role"]
    manager.wait(2)
    assert manager.call("GetServiceLinkedRoleDeletionStatus", **second) == {"Status": "SUCCEEDED"}
    ram = IdentityUser("ram", manager.cloud)
    assert ram.call("GetRole", **MONITOR_ROLE)["Role"]["RoleId"] == created["RoleId"]


def test_wrong_deletions_of_linked_roles_are_refused(manager: IdentityUser) -> None:
    """Ordinary roles, unknown ones, and tasks that do not exist."""
    IdentityUser("ram", manager.cloud).create_role()
    for action, params, refusal in (
        ("DeleteServiceLinkedRole", {"RoleName": "none"}, ("EntityNotExist.Role", 404)),
        (
            "DeleteServiceLinkedRole",
            {"RoleName": "p2p-agent"},
            ("EntityNotExist.ServiceLinkedRole", 404),
        ),
        (
            "GetServiceLinkedRoleDeletionStatus",
            {},
            ("InvalidParameter.DeletionTaskId.Length", 400),
        ),
        (
            "GetServiceLinkedRoleDeletionStatus",
            {"DeletionTaskId": "t" * 26},
            ("InvalidParameter.DeletionTaskId", 400),
        ),
        (
            "GetServiceLinkedRoleDeletionStatus",
            {"DeletionTaskId": "task/acs-service-role/fc.aliyuncs.com/A/0a1b"},
            ("EntityNotExist.ServiceLinkedRole.DeletionTask", 404),
        ),
    ):
        assert manager.refusal(action, **params) == refusal
