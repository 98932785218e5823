"""Roles' sessions in an account: what their policies allow, and how each product refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from sandbox.domain.account import AssumedRole
from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from tests.sandbox.roles import assume, attach, make_role, policy, statement

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SEND_ROLE: Final = "AliyunServiceRoleForEventBridgeSendToFC"

Json = dict[str, Any]


@pytest.fixture
def cloud() -> Cloud:
    """A small account."""
    return Cloud(seed=1, start=START, regions=[REGION])


def session_of(cloud: Cloud, *statements: Json, **params: object) -> AssumedRole:
    """A session of a new role `runner` whose policy has such statements."""
    arn = make_role(cloud, "runner", *statements, trusts=root_of(cloud))
    return assume(cloud, arn, **params).holder


def root_of(cloud: Cloud) -> str:
    """The account itself, as trust documents name it."""
    return f"acs:ram::{cloud.account.account_id}:root"


def refusal(
    cloud: Cloud, caller: AssumedRole | None, product: str, action: str, **params: object
) -> ApiError:
    """The error of a call that must be refused and change nothing."""
    before = cloud.state()
    region = REGION if product in {"ess", "ecs", "vpc", "fc", "log", "eventbridge"} else None
    with pytest.raises(ApiError) as caught:
        cloud.call(product, action, region, params, caller)
    assert cloud.state() == before
    return caught.value


def test_a_role_may_do_what_its_policies_allow(cloud: Cloud) -> None:
    """Reading is allowed, writing is not; the account's user may do both."""
    session = session_of(cloud, statement("ess:Describe*"))
    answer = cloud.call("ess", "DescribeScalingGroups", REGION, {}, session)
    assert answer["TotalCount"] == 0
    assert refusal(cloud, session, "ess", "CreateScalingGroup", MinSize=0, MaxSize=0).code == (
        "Forbidden.Unauthorized"
    )
    error = refusal(cloud, None, "ess", "CreateScalingGroup", MinSize=0, MaxSize=0)
    assert error.code != "Forbidden.Unauthorized"


def test_system_policies_count(cloud: Cloud) -> None:
    """What Alibaba Cloud's own policies allow, a role that has them may do."""
    session = session_of(cloud)
    assert refusal(cloud, session, "ram", "ListRoles").code == "NoPermission"
    attach(cloud, "runner", "AliyunRAMReadOnlyAccess")
    roles = cloud.call("ram", "ListRoles", None, {}, session)["Roles"]["Role"]
    assert [role["RoleName"] for role in roles] == ["runner"]
    assert refusal(cloud, session, "ram", "CreateRole", RoleName="x").code == "NoPermission"


def test_a_changed_policy_is_in_force_at_once(cloud: Cloud) -> None:
    """Keys do not remember what they could do: the version in force decides, and the attachment."""
    session = session_of(cloud, statement("vpc:*"))
    cloud.call("vpc", "DescribeVpcs", REGION, {}, session)
    narrower = policy(statement("vpc:CreateVpc"))
    version = {"PolicyName": "runner", "PolicyDocument": narrower, "SetAsDefault": True}
    cloud.call("ram", "CreatePolicyVersion", None, version)
    assert refusal(cloud, session, "vpc", "DescribeVpcs").code == "Forbidden.Unauthorized"
    cloud.call("ram", "SetDefaultPolicyVersion", None, {"PolicyName": "runner", "VersionId": "v1"})
    cloud.call("vpc", "DescribeVpcs", REGION, {}, session)
    named = {"PolicyType": "Custom", "PolicyName": "runner", "RoleName": "runner"}
    cloud.call("ram", "DetachPolicyFromRole", None, named)
    assert refusal(cloud, session, "vpc", "DescribeVpcs").code == "Forbidden.Unauthorized"


def test_the_resource_decides(cloud: Cloud) -> None:
    """A grant for one scaling group is none for another one."""
    groups = {name: cloud.add_group(REGION, name, None) for name in ("ours", "theirs")}
    account = cloud.account.account_id
    place = f"acs:ess:{REGION}:{account}:scalinggroup/{groups['ours']}"
    session = session_of(cloud, statement("ess:ModifyScalingGroup", resource=place))
    cloud.call(
        "ess", "ModifyScalingGroup", None, {"ScalingGroupId": groups["ours"], "MaxSize": 1}, session
    )
    error = refusal(
        cloud, session, "ess", "ModifyScalingGroup", ScalingGroupId=groups["theirs"], MaxSize=1
    )
    assert error.code == "Forbidden.Unauthorized"


@pytest.mark.parametrize(
    ("product", "action", "params", "expected"),
    [
        ("ess", "DescribeScalingGroups", {}, ("Forbidden.Unauthorized", 403)),
        ("ecs", "DescribeInstances", {}, ("Forbidden.Unauthorized", 403)),
        ("vpc", "DescribeVpcs", {}, ("Forbidden.Unauthorized", 403)),
        ("eventbridge", "ListEventBuses", {}, ("Forbidden.Unauthorized", 403)),
        ("fc", "ListFunctions", {}, ("AccessDenied", 403)),
        ("ram", "ListRoles", {}, ("NoPermission", 403)),
        ("resourcemanager", "ListResourceGroups", {}, ("NoPermission", 403)),
        ("sts", "AssumeRole", {"RoleArn": "acs:ram::1:role/x"}, ("NoPermission", 403)),
        ("log", "ListProject", {}, ("Unauthorized", 401)),
    ],
)
def test_every_product_refuses_in_its_own_words(
    cloud: Cloud, product: str, action: str, params: Json, expected: tuple[str, int]
) -> None:
    """Code and status are the product's."""
    error = refusal(cloud, session_of(cloud), product, action, **params)
    assert (error.code, error.http_status) == expected


def test_the_refusal_says_who_lacks_what(cloud: Cloud) -> None:
    """The verdict names action, session and whether a policy forbids it."""
    deny = statement("ess:Modify*", effect="Deny")
    session = session_of(cloud, statement("ess:DescribeRegions"), deny)
    verdicts = []
    for action in ("DescribeScalingGroups", "ModifyScalingGroup"):
        error = refusal(cloud, session, "ess", action, ScalingGroupId="asg-1")
        detail = json.loads(error.message)["ramAuthResponseList"][0]["accessDeniedDetail"]
        del detail["encodedDiagnosticMessage"]
        verdicts.append(detail)
    common = {
        "authPrincipalDisplayName": "runner:test",
        "authPrincipalOwnerId": cloud.account.account_id,
        "authPrincipalType": "AssumedRoleUser",
        "policyType": "AccountLevelIdentityBasedPolicy",
    }
    assert verdicts == [
        common | {"authAction": "ess:DescribeScalingGroups", "noPermissionType": "ImplicitDeny"},
        common | {"authAction": "ess:ModifyScalingGroup", "noPermissionType": "ExplicitDeny"},
    ]


def test_the_log_service_names_action_and_resource(cloud: Cloud) -> None:
    """In RAM's terms: the action is not called as the API calls it."""
    session = session_of(cloud, statement("log:GetLogs"))
    body = {"from": 1, "to": 2}
    error = refusal(cloud, session, "log", "GetLogs", project="p", logstore="l", body=body)
    place = f"acs:log:{REGION}:{cloud.account.account_id}:project/p/logstore/l"
    assert error.message == (
        f"denied by sts or ram, action: log:GetLogStoreLogs, resource: {place}"
    )


def test_handing_over_a_role_is_judged_by_itself(cloud: Cloud) -> None:
    """Without PassRole for the service the launch template is refused, with it it is made."""
    make_role(cloud, "node", trusts="ecs.aliyuncs.com")
    template = {"LaunchTemplateName": "nodes", "RamRoleName": "node"}
    create = statement("ecs:CreateLaunchTemplate")
    passing = {"StringEquals": {"acs:Service": "fc.aliyuncs.com"}}
    session = session_of(cloud, create, statement("ram:PassRole", condition=passing))
    error = refusal(cloud, session, "ecs", "CreateLaunchTemplate", **template)
    assert (error.code, error.http_status) == ("InvalidUser.PassRoleForbidden", 403)
    passing["StringEquals"]["acs:Service"] = "ecs.aliyuncs.com"
    document = policy(create, statement("ram:PassRole", condition=passing))
    version = {"PolicyName": "runner", "PolicyDocument": document, "SetAsDefault": True}
    cloud.call("ram", "CreatePolicyVersion", None, version)
    cloud.call("ecs", "CreateLaunchTemplate", REGION, template, session)


@pytest.mark.parametrize("product", ["resourcemanager", "eventbridge"])
def test_service_linked_roles_take_a_grant_for_their_service(cloud: Cloud, product: str) -> None:
    """Whichever API makes them."""
    service = "sendevent-fc.eventbridge.aliyuncs.com"
    for_bridge = {"StringEquals": {"ram:ServiceName": service}}
    create = {
        "resourcemanager": ("CreateServiceLinkedRole", {"ServiceName": service}),
        "eventbridge": ("CreateServiceLinkedRoleForProduct", {"ProductName": SEND_ROLE}),
    }
    action, params = create[product]
    session = session_of(
        cloud,
        statement("eventbridge:*"),
        statement("ram:CreateServiceLinkedRole", condition=for_bridge),
    )
    other = {"StringEquals": {"ram:ServiceName": "ess.aliyuncs.com"}}
    elsewhere = make_role(
        cloud,
        "other",
        statement("eventbridge:*"),
        statement("ram:CreateServiceLinkedRole", condition=other),
        trusts=root_of(cloud),
    )
    code = {"resourcemanager": "NoPermission", "eventbridge": "Forbidden.Unauthorized"}[product]
    assert refusal(cloud, assume(cloud, elsewhere).holder, product, action, **params).code == code
    cloud.call(product, action, REGION, params, session)
    roles = cloud.state()["products"]["ram"]["global"]["roles"]
    assert SEND_ROLE in [role["RoleName"] for role in roles]


def test_a_session_policy_narrows_the_role_down(cloud: Cloud) -> None:
    """Only what role and session both allow is allowed."""
    narrow = policy(statement("ess:DescribeScalingGroups", "ram:*"))
    session = session_of(cloud, statement("ess:*"), Policy=narrow)
    cloud.call("ess", "DescribeScalingGroups", REGION, {}, session)
    assert refusal(cloud, session, "ess", "DescribeRegions").code == "Forbidden.Unauthorized"
    assert refusal(cloud, session, "ram", "ListRoles").code == "NoPermission"


def test_a_new_role_of_the_same_name_is_another_one(cloud: Cloud) -> None:
    """A key of the old one opens nothing, whatever the new one may do."""
    session = session_of(cloud)
    cloud.call("ram", "DeleteRole", None, {"RoleName": "runner"})
    assert refusal(cloud, session, "vpc", "DescribeVpcs").code == "Forbidden.Unauthorized"
    again = session_of(cloud, statement("*"))
    assert refusal(cloud, session, "vpc", "DescribeVpcs").code == "Forbidden.Unauthorized"
    cloud.call("vpc", "DescribeVpcs", REGION, {}, again)


def test_whoever_comes_from_another_account_has_their_session_only(cloud: Cloud) -> None:
    """A role of that name in this account says nothing about theirs."""
    make_role(cloud, "runner", statement("*"))
    stranger = AssumedRole("1000", "3", "runner", "s")
    assert refusal(cloud, stranger, "vpc", "DescribeVpcs").code == "Forbidden.Unauthorized"
    given = AssumedRole("1000", "3", "runner", "s", policy(statement("vpc:DescribeVpcs")))
    cloud.call("vpc", "DescribeVpcs", REGION, {}, given)


@pytest.mark.parametrize("denied", ["ram:ListResourceGroups", "resourcemanager:ListResource*"])
def test_denied_actions_stand_over_everybody(cloud: Cloud, denied: str) -> None:
    """In RAM's words or the API's, for the user and for a role that may do everything."""
    session = session_of(cloud, statement("*"))
    cloud.set_faults(Faults.parse({"account": {"denied_actions": [denied]}}))
    for caller in (session, None):
        error = refusal(cloud, caller, "resourcemanager", "ListResourceGroups")
        assert (error.code, error.http_status) == ("NoPermission", 403)


def test_pass_role_can_be_denied_by_itself(cloud: Cloud) -> None:
    """`denied_actions` knows every permission that a call needs, not only the call's own."""
    make_role(cloud, "node", trusts="ecs.aliyuncs.com")
    cloud.set_faults(Faults.parse({"account": {"denied_actions": ["ram:PassRole"]}}))
    template = {"LaunchTemplateName": "nodes", "RamRoleName": "node"}
    error = refusal(cloud, None, "ecs", "CreateLaunchTemplate", **template)
    assert error.code == "InvalidUser.PassRoleForbidden"
    cloud.call("ecs", "CreateLaunchTemplate", REGION, {"LaunchTemplateName": "nodes"})


def test_everybody_may_ask_who_they_are(cloud: Cloud) -> None:
    """GetCallerIdentity needs no permission; it tells the role and the session."""
    session = session_of(cloud)
    account = cloud.account.account_id
    answer = cloud.call("sts", "GetCallerIdentity", None, {}, session)
    assert answer == {
        "IdentityType": "AssumedRoleUser",
        "AccountId": account,
        "PrincipalId": f"{session.role_id}:test",
        "RoleId": session.role_id,
        "Arn": f"acs:ram::{account}:assumed-role/runner/test",
    }
    after = cloud.call("sts", "GetCallerIdentity", None, {})
    assert after["IdentityType"] == "RAMUser"
