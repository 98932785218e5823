"""How RAM judges a permission by policies."""

from __future__ import annotations

import pytest

from sandbox.domain.ram.judgement import Verdict, judge
from sandbox.domain.ram_actions import Permission
from tests.sandbox.roles import Json, policy, statement

GROUP = "acs:ess:cn-hangzhou:1:scalinggroup/asg-1"
MODIFY = Permission("ess:ModifyScalingGroup", (GROUP,))
DESCRIBE = Permission("ecs:DescribeInstances")
ROLE = "acs:ram:*:1:role/fleet"
PASS = Permission("ram:PassRole", (ROLE,), (("acs:Service", "ecs.aliyuncs.com"),))


def verdict(permission: Permission, *statements: Json) -> Verdict:
    """What one policy of such statements says."""
    return judge([policy(*statements)], permission)


def allows(permission: Permission, *statements: Json) -> bool:
    """Whether one policy of such statements is enough."""
    return verdict(permission, *statements) is Verdict.ALLOWED


def test_without_a_policy_nothing_is_allowed() -> None:
    """RAM allows what is allowed, and nothing else."""
    assert judge([], MODIFY) is Verdict.NOT_ALLOWED


@pytest.mark.parametrize(
    ("action", "fits"),
    [
        ("*", True),
        ("ess:*", True),
        ("ESS:modifyscalinggroup", True),
        ("ess:Modify*", True),
        ("ess:ModifyScalingGrou?", True),
        ("*:ModifyScalingGroup", True),
        ("ess:ModifyScaling", False),
        ("ess:Modify?", False),
        ("ecs:*", False),
    ],
)
def test_actions_are_globs_without_case(action: str, *, fits: bool) -> None:
    """`*` is any characters, `?` one."""
    assert allows(MODIFY, statement(action)) is fits


@pytest.mark.parametrize(
    ("resource", "fits"),
    [
        ("*", True),
        (GROUP, True),
        ("acs:ess:*:*:scalinggroup/*", True),
        ("acs:ess:cn-*:1:scalinggroup/asg-?", True),
        ("acs:ess:cn-hangzhou:1:scalinggroup/asg-2", False),
        ("acs:ess:cn-hangzhou:1:scalinggroup/ASG-1", False),
        ("acs:ess:us-west-1:1:scalinggroup/*", False),
        ("acs:ess:*:2:*", False),
        ("acs:ess::1:scalinggroup/*", False),
        ("acs:*:*:*:*", True),
    ],
)
def test_resources_are_globs_with_case(resource: str, *, fits: bool) -> None:
    """Part by part: a `*` in the region does not reach into the account."""
    assert allows(MODIFY, statement("ess:*", resource=resource)) is fits


@pytest.mark.parametrize("resource", ["acs:ram::1:role/fleet", "acs:ram:*:1:role/fl*"])
def test_global_products_may_leave_the_region_out(resource: str) -> None:
    """Policies of Alibaba Cloud write RAM's ARNs both ways."""
    assert allows(PASS, statement("ram:PassRole", resource=resource))


def test_all_of_a_kind_is_not_one_of_it() -> None:
    """What is about every role needs a grant for every role."""
    every = Permission("ram:ListRoles", ("acs:ram:*:1:role/*",))
    assert not allows(every, statement("ram:ListRoles", resource="acs:ram:*:1:role/fleet"))
    assert allows(every, statement("ram:ListRoles", resource="acs:ram:*:1:role/*"))


def test_every_resource_has_to_be_allowed() -> None:
    """Attaching a policy to a role takes a grant for both, of one statement or of two."""
    both = Permission("ram:AttachPolicyToRole", (ROLE, "acs:ram:*:1:policy/fleet"))
    role = statement("ram:Attach*", resource="acs:ram:*:*:role/fleet")
    own_policy = statement("ram:Attach*", resource="acs:ram:*:*:policy/fleet")
    assert [allows(both, role), allows(both, own_policy), allows(both, role, own_policy)] == [
        False,
        False,
        True,
    ]


def test_what_is_not_an_arn_takes_all_resources() -> None:
    """A resource that a client has made up fits no pattern of ARNs."""
    made_up = Permission("fc:TagResources", ("nonsense",))
    assert not allows(made_up, statement("fc:*", resource="acs:fc:*:*:functions/*"))
    assert allows(made_up, statement("fc:*"))


def test_a_deny_wins() -> None:
    """Wherever it stands, and whatever else allows it."""
    deny = statement("ess:Modify*", effect="Deny")
    assert verdict(MODIFY, deny, statement("*")) is Verdict.DENIED
    assert judge([policy(statement("*")), policy(deny)], MODIFY) is Verdict.DENIED
    elsewhere = statement("*", effect="Deny", resource="acs:ess:us-*:*:*")
    assert allows(MODIFY, statement("*"), elsewhere)


def test_an_unknown_resource_is_any_for_an_allow_and_all_for_a_deny() -> None:
    """Reading is not refused because a policy names what may be read, or one thing that may not."""
    one = "acs:ecs:*:*:instance/i-1"
    assert allows(DESCRIBE, statement("ecs:*", resource=one))
    assert allows(DESCRIBE, statement("ecs:*"), statement("*", effect="Deny", resource=one))
    denied = verdict(DESCRIBE, statement("ecs:*"), statement("ecs:Describe*", effect="Deny"))
    assert denied is Verdict.DENIED


def test_not_action_is_all_but_these() -> None:
    """A statement with NotAction is about every action that it does not name."""
    all_but_ram = {"Effect": "Allow", "NotAction": ["ram:*", "sts:*"], "Resource": "*"}
    assert (allows(MODIFY, all_but_ram), allows(PASS, all_but_ram)) == (True, False)


@pytest.mark.parametrize(
    ("operator", "wanted", "met"),
    [
        ("StringEquals", "ecs.aliyuncs.com", True),
        ("StringEquals", ["fc.aliyuncs.com", "ecs.aliyuncs.com"], True),
        ("StringEquals", "ECS.aliyuncs.com", False),
        ("StringEquals", "fc.aliyuncs.com", False),
        ("StringEqualsIgnoreCase", "ECS.aliyuncs.com", True),
        ("StringLike", "*.aliyuncs.com", True),
        ("StringNotEquals", "fc.aliyuncs.com", True),
        ("StringNotEquals", ["fc.aliyuncs.com", "ecs.aliyuncs.com"], False),
        ("StringNotEqualsIgnoreCase", "ECS.aliyuncs.com", False),
        ("StringNotLike", "*.aliyuncs.com", False),
    ],
)
def test_conditions_on_strings(operator: str, wanted: object, *, met: bool) -> None:
    """One of several values is enough; of those that are not wanted, none may fit."""
    condition = {operator: {"acs:Service": wanted}}
    assert allows(PASS, statement("ram:PassRole", condition=condition)) is met


def test_every_condition_has_to_be_met() -> None:
    """Two operators are two conditions; keys have no case."""
    both = {
        "StringEquals": {"ACS:service": "ecs.aliyuncs.com"},
        "StringNotEquals": {"acs:Service": "ecs.aliyuncs.com"},
    }
    assert not allows(PASS, statement("*", condition=both))
    assert allows(PASS, statement("*", condition={"StringEquals": both["StringEquals"]}))


def test_a_value_that_the_call_does_not_have_equals_nothing() -> None:
    """`acs:Service` is of PassRole only: elsewhere it is different from whatever is wanted."""
    equal = {"StringEquals": {"acs:Service": "ecs.aliyuncs.com"}}
    different = {"StringNotEquals": {"acs:Service": "ecs.aliyuncs.com"}}
    assert not allows(MODIFY, statement("*", condition=equal))
    assert allows(MODIFY, statement("*", condition=different))


@pytest.mark.parametrize(
    "condition",
    [
        {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}},
        {"StringEquals": {"acs:MFAPresent": "true"}},
        {"Bool": {"acs:Service": "true"}},
    ],
)
def test_what_cannot_be_told_is_judged_strictly(condition: Json) -> None:
    """An unknown key or operator keeps an Allow from applying, and lets a Deny apply."""
    assert verdict(PASS, statement("*", condition=condition)) is Verdict.NOT_ALLOWED
    deny = statement("*", effect="Deny", condition=condition)
    assert verdict(PASS, statement("*"), deny) is Verdict.DENIED
