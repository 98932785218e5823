"""Faults: their JSON form and what they match."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from sandbox.domain.faults import Faults, FaultsSyntaxError, QuotaName, Rule
from sandbox.domain.variants import Variants

_QUOTAS: tuple[str, ...] = get_args(QuotaName)
QUOTA_NAMES = ", ".join(f"'{name}'" for name in _QUOTAS[:-1]) + f" or '{_QUOTAS[-1]}'"

COMPLETE: dict[str, Any] = {
    "rules": [
        {
            "product": "ess",
            "action": "Modify*",
            "region": "cn-*",
            "fault": "error",
            "code": "Throttling.User",
            "message": "Slow down.",
            "retry_after_ms": 1500,
            "delay_ms": 20,
            "times": 3,
        }
    ],
    "stock": [
        {
            "region": "cn-*",
            "zone": "*-b",
            "instance_type": "ecs.e-*",
            "disk": "cloud_essd",
            "available": False,
        }
    ],
    "account": {
        "risk_control": True,
        "denied_actions": ["ess:ModifyScalingGroup"],
        "unauthorized_types": ["ecs.e-*"],
        "quotas": {"ess:scaling_groups": 3, "ess:scheduled_tasks": 2, "ecs:instances": 1},
    },
    "variants": {
        "desired_capacity_zero_at_create": "reject",
        "modify_desired_capacity": "ignored",
        "filters_omit_inactive_groups": False,
        "fired_task_kept": False,
        "launch_expiration_max_s": 86400,
        "launch_time_error": "InvalidLaunchTime",
        "deletion_protection_error": "OperationDenied",
        "auto_suspend_after_days": 30,
    },
}


def test_the_json_form_survives_parsing_and_rendering() -> None:
    """What is rendered is what was parsed, with the defaults of what was not said; plain JSON."""
    rendered = json.loads(json.dumps(Faults.parse(COMPLETE).render()))
    usual = Faults().render()
    assert rendered == {
        **COMPLETE,
        "account": {**usual["account"], **COMPLETE["account"]},
        "variants": {**usual["variants"], **COMPLETE["variants"]},
    }
    assert Faults.parse(rendered) == Faults.parse(COMPLETE)


def test_nothing_said_means_nothing_wrong() -> None:
    """An empty document is a healthy cloud with the likelier variants."""
    faults = Faults.parse({})
    assert faults == Faults()
    assert faults.variants == Variants()
    assert faults.match("ess", "DescribeScalingGroups", "cn-hangzhou") is None
    assert faults.in_stock("cn-hangzhou", "cn-hangzhou-b", "ecs.e-c1m1.large", "cloud_essd")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "faults must be an object, not []."),
        ({"rulez": []}, "faults.rulez is not a known key."),
        ({"rules": {}}, "faults.rules must be a valid array, not {}."),
        ({"rules": [{"fault": "dns", "tiems": 1}]}, "faults.rules[0].tiems is not a known key."),
        (
            {"rules": [{"fault": "slow"}]},
            "faults.rules[0].fault must be 'throttle', 'http_500', 'timeout_before', "
            "'timeout_after', 'html', 'reset', 'dns' or 'error', not \"slow\".",
        ),
        (
            {"rules": [{"action": "*"}]},
            "faults.rules[0]: a rule needs a fault or a delay_ms, else it does nothing.",
        ),
        (
            {"rules": [{"fault": "error"}]},
            "faults.rules[0]: the fault error needs a code.",
        ),
        (
            {"rules": [{"fault": "dns", "times": 0}]},
            "faults.rules[0].times must be greater than or equal to 1, not 0.",
        ),
        (
            {"rules": [{"fault": "dns", "times": True}]},
            "faults.rules[0].times must be a valid integer, not true.",
        ),
        ({"stock": [{"zone": 7}]}, "faults.stock[0].zone must be a valid string, not 7."),
        (
            {"account": {"quotas": {"ess:grops": 1}}},
            f'faults.account.quotas.ess:grops must be {QUOTA_NAMES}, not "ess:grops".',
        ),
        (
            {"account": {"quotas": {"ecs:instances": -1}}},
            "faults.account.quotas.ecs:instances must be greater than or equal to 0, not -1.",
        ),
        (
            {"variants": {"fired_task_kept": "no"}},
            'faults.variants.fired_task_kept must be a valid boolean, not "no".',
        ),
        (
            {"variants": {"unknown_fact": True}},
            "faults.variants.unknown_fact is not a known key.",
        ),
        ({"_hits": {}}, "faults._hits is not a known key."),
        (
            {"rules": {1, 2}},
            "Faults must be plain JSON: Object of type set is not JSON serializable.",
        ),
    ],
)
def test_wrong_faults_are_refused_in_one_sentence(document: object, sentence: str) -> None:
    """The sentence says where the mistake is and what is wanted there."""
    with pytest.raises(FaultsSyntaxError) as caught:
        Faults.parse(document)
    assert str(caught.value) == sentence


def test_a_rule_hits_as_often_as_it_says() -> None:
    """The first rule that matches and is not used up wins."""
    faults = Faults.parse(
        {
            "rules": [
                {"action": "Modify*", "fault": "throttle", "times": 2},
                {"product": "ess", "region": "cn-*", "fault": "http_500"},
            ]
        }
    )
    throttle, http_500 = Rule(action="Modify*", fault="throttle", times=2), faults.rules[1]
    modify = [faults.match("Ess", "ModifyScalingGroup", "cn-beijing") for _ in range(3)]
    assert modify == [throttle, throttle, http_500]
    assert faults.match("ESS", "DescribeScalingGroups", "cn-beijing") == http_500
    assert faults.match("ess", "DescribeScalingGroups", "eu-west-1") is None
    assert faults.match("sts", "GetCallerIdentity", "cn-beijing") is None


def test_hits_do_not_change_what_faults_are() -> None:
    """Faults compare and render the same however often their rules have hit."""
    document = {"rules": [{"fault": "dns", "times": 1}]}
    used, fresh = Faults.parse(document), Faults.parse(document)
    assert used.match("ess", "Any", None) is not None
    assert used.match("ess", "Any", None) is None
    assert used == fresh
    assert used.render() == fresh.render()


def test_a_rule_for_any_region_hits_a_call_without_region() -> None:
    """A call that names no region is only hit by rules that do not ask for one."""
    faults = Faults.parse({"rules": [{"region": "cn-*", "fault": "dns"}, {"delay_ms": 5}]})
    assert faults.match("sts", "GetCallerIdentity", None) == Rule(delay_ms=5)


def test_of_the_stock_rules_the_first_match_decides() -> None:
    """An exception goes before the rule that it is an exception of."""
    faults = Faults.parse(
        {
            "stock": [
                {"zone": "*-b", "disk": "cloud_auto", "available": True},
                {"region": "cn-*", "instance_type": "ecs.e-*"},
            ]
        }
    )
    shop = [
        ("cn-hangzhou", "cn-hangzhou-b", "ecs.e-c1m1.large", "cloud_auto"),
        ("cn-hangzhou", "cn-hangzhou-b", "ecs.e-c1m1.large", "cloud_essd"),
        ("cn-hangzhou", "cn-hangzhou-e", "ecs.u1-c1m1.large", "cloud_essd"),
        ("eu-west-1", "eu-west-1a", "ecs.e-c1m1.large", "cloud_essd"),
    ]
    assert [faults.in_stock(*wanted) for wanted in shop] == [True, False, True, True]
