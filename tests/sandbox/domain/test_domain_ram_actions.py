"""What RAM judges about a call: names, resources and conditions."""

from __future__ import annotations

import pytest

from sandbox.domain.ram_actions import Asked, Permission, action_names, permissions_for
from sandbox.wire.products import PRODUCTS

REGION = "cn-hangzhou"
ACCOUNT = "123456"
FLEET_ROLE = f"acs:ram:*:{ACCOUNT}:role/fleet"
EVERY_ROLE = f"acs:ram:*:{ACCOUNT}:role/*"
PASS_TO_ECS = Permission("ram:PassRole", (FLEET_ROLE,), (("acs:Service", "ecs.aliyuncs.com"),))
SEND_TO_FC = "sendevent-fc.eventbridge.aliyuncs.com"


def needed(product: str, action: str, **params: object) -> tuple[Permission, ...]:
    """The permissions that a call in REGION needs."""
    return permissions_for(Asked(product, action, params, REGION, ACCOUNT))


def resources(product: str, action: str, **params: object) -> list[str]:
    """What the call itself is about, without the beginning that all ARNs of a product share."""
    (permission,) = needed(product, action, **params)
    return [
        one.removeprefix(f"acs:{product}:{REGION}:{ACCOUNT}:").removeprefix("acs:ram:*:")
        for one in permission.resources
    ]


def test_most_actions_are_called_as_their_api_calls_them() -> None:
    """The exceptions are all here; the resource manager's actions are RAM's in policies."""
    renamed = {}
    for product in PRODUCTS.values():
        code = "ram" if product.name == "resourcemanager" else product.name
        for action in product.actions:
            names = action_names(product.name, action, {"body": {}})
            if names != (f"{code}:{action}",):
                renamed[product.name, action] = names
    assert renamed == {
        ("fc", "PutAsyncInvokeConfig"): ("fc:PutFunctionAsyncInvokeConfig",),
        ("fc", "GetAsyncInvokeConfig"): ("fc:GetFunctionAsyncInvokeConfig",),
        ("fc", "DeleteAsyncInvokeConfig"): ("fc:DeleteFunctionAsyncInvokeConfig",),
        ("fc", "ListAsyncInvokeConfigs"): ("fc:ListFunctionAsyncInvokeConfigs",),
        ("log", "ApplyConfigToMachineGroup"): ("log:ApplyConfigToGroup",),
        ("log", "RemoveConfigFromMachineGroup"): ("log:RemoveConfigFromGroup",),
        ("log", "GetLogs"): ("log:GetLogStoreLogs",),
        ("log", "GetCursor"): ("log:GetCursorOrData",),
        ("log", "GetCursorTime"): ("log:GetCursorOrData",),
        ("log", "PullLogs"): ("log:GetCursorOrData",),
        ("oss", "PutObject"): (),
        ("sts", "GetCallerIdentity"): (),
        ("eventbridge", "CreateServiceLinkedRoleForProduct"): (
            "eventbridge:CreateServiceLinkedRoleForProduct",
            "ram:CreateServiceLinkedRole",
        ),
    }


@pytest.mark.parametrize(
    ("product", "action", "params", "service"),
    [
        ("ecs", "CreateLaunchTemplate", {"RamRoleName": "fleet"}, "ecs.aliyuncs.com"),
        ("ecs", "CreateLaunchTemplateVersion", {"RamRoleName": "fleet"}, "ecs.aliyuncs.com"),
        ("ecs", "RunInstances", {"RamRoleName": "fleet"}, "ecs.aliyuncs.com"),
        ("fc", "CreateFunction", {"body": {"role": "acs:ram::1:role/fleet"}}, "fc.aliyuncs.com"),
        ("fc", "UpdateFunction", {"body": {"role": "acs:ram::1:role/fleet"}}, "fc.aliyuncs.com"),
    ],
)
def test_handing_over_a_role_takes_pass_role(
    product: str, action: str, params: dict[str, object], service: str
) -> None:
    """Of that role, for that service, beside the permission for the call itself."""
    call, handing_over = needed(product, action, **params)
    assert call.action == f"{product}:{action}"
    conditions = (("acs:Service", service),)
    assert handing_over == Permission("ram:PassRole", (FLEET_ROLE,), conditions)


@pytest.mark.parametrize(
    ("product", "action", "params"),
    [
        ("ecs", "CreateLaunchTemplate", {"RamRoleName": ""}),
        ("fc", "CreateFunction", {"body": {}}),
        ("fc", "UpdateFunction", {"body": {"role": ""}}),
        ("ess", "CreateScalingGroup", {"LaunchTemplateId": "lt-1"}),
    ],
)
def test_no_role_no_pass_role(product: str, action: str, params: dict[str, object]) -> None:
    """A call that hands no role over needs nothing but its own permission."""
    assert [one.action for one in needed(product, action, **params)] == [f"{product}:{action}"]


def test_service_linked_roles_are_about_their_service() -> None:
    """The service is a condition key; EventBridge's own action needs RAM's as well."""
    made = needed("resourcemanager", "CreateServiceLinkedRole", ServiceName="ess.aliyuncs.com")
    create = "ram:CreateServiceLinkedRole"
    assert made == (Permission(create, (EVERY_ROLE,), (("ram:ServiceName", "ess.aliyuncs.com"),)),)
    name = "AliyunServiceRoleForEventBridgeSendToFC"
    deleted = needed("resourcemanager", "DeleteServiceLinkedRole", RoleName=name)
    conditions = (("ram:ServiceName", SEND_TO_FC),)
    place = f"acs:ram:*:{ACCOUNT}:role/{name}"
    assert deleted == (Permission("ram:DeleteServiceLinkedRole", (place,), conditions),)
    by_bridge = needed("eventbridge", "CreateServiceLinkedRoleForProduct", ProductName=name)
    assert by_bridge == (
        Permission("eventbridge:CreateServiceLinkedRoleForProduct"),
        Permission(create, (EVERY_ROLE,), conditions),
    )


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        ("CreateScalingGroup", {}, ["scalinggroup/*"]),
        ("ModifyScalingGroup", {"ScalingGroupId": "asg-1"}, ["scalinggroup/asg-1"]),
        ("TagResources", {"ResourceIds": ["a", "b"]}, ["scalinggroup/a", "scalinggroup/b"]),
        ("DescribeScalingGroups", {"ScalingGroupIds": ["a"]}, []),
        ("ModifyScheduledTask", {"ScheduledTaskId": "t"}, []),
    ],
)
def test_scaling_groups(action: str, params: dict[str, object], expected: list[str]) -> None:
    """Known by the id in the call; a new one is any; of tasks nothing is known."""
    assert resources("ess", action, **params) == expected


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        ("CreateFunction", {"body": {"functionName": "f"}}, ["functions/f"]),
        ("InvokeFunction", {"functionName": "f", "body": b"{}"}, ["functions/f"]),
        ("ListFunctions", {}, ["functions/*"]),
        (
            "CreateTrigger",
            {"functionName": "f", "body": {"triggerName": "t"}},
            ["functions/f/triggers/t"],
        ),
        ("ListTriggers", {"functionName": "f"}, ["functions/f/triggers/*"]),
        ("CreateLayerVersion", {"layerName": "l", "body": {}}, ["layers/l/versions/*"]),
        ("GetLayerVersion", {"layerName": "l", "version": "3"}, ["layers/l/versions/3"]),
        (
            "TagResources",
            {"body": {"ResourceId": [f"acs:fc:{REGION}:{ACCOUNT}:functions/f"]}},
            ["functions/f"],
        ),
        ("ListTagResources", {"ResourceType": "function"}, []),
    ],
)
def test_functions(action: str, params: dict[str, object], expected: list[str]) -> None:
    """In the path, in the body or as ARN: triggers are under their function."""
    assert resources("fc", action, **params) == expected


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        ("CreateProject", {"body": {"projectName": "p"}}, ["project/p"]),
        ("ListProject", {}, ["project/*"]),
        ("TagResources", {"body": {"resourceId": ["p", "q"]}}, ["project/p", "project/q"]),
        (
            "CreateLogStore",
            {"project": "p", "body": {"logstoreName": "l"}},
            ["project/p/logstore/l"],
        ),
        ("ListLogStores", {"project": "p"}, ["project/p/logstore/*"]),
        ("PullLogs", {"project": "p", "logStore": "l"}, ["project/p/logstore/l"]),
        (
            "CreateConfig",
            {"project": "p", "body": {"configName": "c"}},
            ["project/p/logtailconfig/c"],
        ),
        (
            "ApplyConfigToMachineGroup",
            {"project": "p", "machineGroup": "g", "configName": "c"},
            ["project/p/machinegroup/g"],
        ),
    ],
)
def test_log_projects(action: str, params: dict[str, object], expected: list[str]) -> None:
    """A project, or what is in it, as the metadata's ARNs have them."""
    assert resources("log", action, **params) == expected


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        ("CreateRole", {"RoleName": "r"}, [f"{ACCOUNT}:role/r"]),
        ("ListRoles", {}, [f"{ACCOUNT}:role/*"]),
        ("ListPolicies", {}, [f"{ACCOUNT}:policy/*"]),
        (
            "AttachPolicyToRole",
            {"RoleName": "r", "PolicyName": "p", "PolicyType": "Custom"},
            [f"{ACCOUNT}:role/r", f"{ACCOUNT}:policy/p"],
        ),
        (
            "GetPolicy",
            {"PolicyName": "ReadOnlyAccess", "PolicyType": "System"},
            ["system:policy/ReadOnlyAccess"],
        ),
        (
            "TagResources",
            {"ResourceType": "role", "ResourceNames": ["a", "b"]},
            [f"{ACCOUNT}:role/a", f"{ACCOUNT}:role/b"],
        ),
    ],
)
def test_roles_and_policies(action: str, params: dict[str, object], expected: list[str]) -> None:
    """By name; a system policy is nobody's own; attaching is about both."""
    assert resources("ram", action, **params) == expected


def test_a_role_to_be_assumed_is_a_resource() -> None:
    """AssumeRole is about the role, whatever account its ARN names."""
    (permission,) = needed("sts", "AssumeRole", RoleArn=f"acs:ram::{ACCOUNT}:role/fleet")
    assert permission == Permission("sts:AssumeRole", (FLEET_ROLE,))
