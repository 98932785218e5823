"""Readiness, what the cloud and the account may refuse: told before start, with what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from shared.cloud.permissions import LAUNCH_ACTIONS
from tests.bootstrap.countdown import (
    BOOTSTRAP,
    NOBODY_KNOWS,
    arm,
    build_and_arm,
    no_go,
    said,
    status,
    trouble,
)
from tests.bootstrap.yard import FRANKFURT, HANGZHOU, LONDON, NOON, START, Yard

_HOST: Final = "ess.eu-central-1.aliyuncs.com"
_RAISE: Final = "Raise the quota in the Quota Center of the region, or lower the capacity."
_PASS_KYC: Final = (
    "Pass the identity verification (KYC) of the account, or ask support to lift the block."
)
_RISK: Final = "Alibaba Cloud's risk control blocks new instances of this account."


# --- endpoints --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            "dns",
            (
                "EndpointUnreachable",
                f"{_HOST} cannot be reached.",
                "Nothing to do: the next poll tries again. If it lasts, check DNS and the network.",
            ),
        ),
        (
            "html",
            (
                "EndpointAnswerUnreadable",
                f"{_HOST} answered DescribeScalingGroups with something that is not the API's"
                " JSON.",
                "Nothing to do: the next poll tries again. If it lasts, look for a proxy in"
                " between.",
            ),
        ),
        (
            "timeout_before",
            (
                "EndpointTimeout",
                f"{_HOST} did not answer DescribeScalingGroups in time.",
                "Nothing to do: the next poll tries again.",
            ),
        ),
        (
            "http_500",
            (
                "InternalError",
                "The service had an internal error.",
                "Nothing to do: the next poll tries again.",
            ),
        ),
    ],
)
def test_an_endpoint_that_does_not_answer_is_no_go(
    armed_yard: Yard,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    expected: tuple[str, str, str],
) -> None:
    """Nobody could arm or start there; it may pass, so that the row says transient."""
    monkeypatch.setattr("shared.cloud.session._READ_TIMEOUT_S", 0.2)
    armed_yard.faults({"product": "ess", "region": FRANKFURT, "fault": fault})

    assert trouble(status(armed_yard)) == no_go("endpoint", *expected, "transient")


def test_an_endpoint_that_hangs_is_waited_for_once(
    armed_yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question and its one repetition; what it was asked for the document is not asked again."""
    monkeypatch.setattr("shared.cloud.session._READ_TIMEOUT_S", 0.2)
    armed_yard.faults({"product": "ess", "region": FRANKFURT, "fault": "timeout_before"})

    before = len(armed_yard.admin("requests"))

    status(armed_yard)

    since = armed_yard.admin("requests")[before:]
    asked = [
        one["action"] for one in since if (one["product"], one["region"]) == ("ess", FRANKFURT)
    ]
    assert asked == ["DescribeScalingGroups"] * 2


def test_a_region_that_does_not_answer_leaves_the_others_as_they_are(yard: Yard) -> None:
    """They are looked at all the same, and the permissions asked of one that answers."""
    build_and_arm(yard, regions=(FRANKFURT, LONDON))
    yard.faults({"product": "*", "region": FRANKFURT, "fault": "dns"})

    report = status(yard)

    assert trouble(report, LONDON) == {"verdict": ("partial", 2), "bad": {}, "error": None}
    assert set(said(report, "ok", FRANKFURT)) == {"permissions", "document"}


# --- permissions ------------------------------------------------------------------------------


def test_every_action_that_is_denied_is_named(armed_yard: Yard) -> None:
    """Found out without writing, hours before the action is needed."""
    found = {}
    for action in LAUNCH_ACTIONS:
        armed_yard.faults(account={"denied_actions": [f"ess:{action}"]})
        found[action] = trouble(status(armed_yard))

    assert found == {
        action: no_go(
            "permissions",
            "ActionsDenied",
            f"The access key may not call ess:{action}.",
            f"Grant ess:{action} to the identity whose access key is used.",
        )
        for action in LAUNCH_ACTIONS
    }


def test_denials_are_named_where_the_document_is_held_for_them(yard: Yard) -> None:
    """`start: now` cannot be resolved while the groups may not be looked at."""
    lines = ["start: now", "capacity: 1", f"regions: [{FRANKFURT}]"]
    yard.repository.commit("\n".join(lines), at=yard.now())
    yard.faults(account={"denied_actions": ["ess:Describe*"]})

    report = status(yard)

    assert said(report, "bad")["permissions"] == (
        "The access key may not call ess:DescribeScalingGroups, ess:DescribeScheduledTasks,"
        " ess:DescribeScalingActivities."
    )


def test_actions_that_are_denied_are_named_in_one_line(yard: Yard) -> None:
    """Once in the reason of the report, whatever the number of regions."""
    build_and_arm(yard, regions=(FRANKFURT, LONDON))
    yard.faults(account={"denied_actions": ["ess:*Task", "ess:TagResources"]})

    report = status(yard)

    assert report["reason"] == (
        "NO-GO: 2 of 2 regions would not start: eu-central-1, eu-west-1: The access key may not"
        " call ess:CreateScheduledTask, ess:ModifyScheduledTask, ess:DeleteScheduledTask,"
        " ess:TagResources."
    )


def test_what_may_not_be_looked_at_is_no_go(armed_yard: Yard) -> None:
    """A launch that nobody could check is not promised; every denied action is named once."""
    armed_yard.faults(account={"denied_actions": ["ecs:*"]})
    denied = "not known: Forbidden.Unauthorized: The access key may not call ecs:"
    names = "ecs:DescribeAccountAttributes, ecs:DescribeLaunchTemplateVersions"

    report = status(armed_yard)

    assert trouble(report) == no_go(
        "permissions",
        "ActionsDenied",
        f"The access key may not call {names}.",
        f"Grant {names} to the identity whose access key is used.",
    )
    assert said(report, "unknown") == {
        "template": f"{denied}DescribeLaunchTemplateVersions.",
        "stock": f"{denied}DescribeLaunchTemplateVersions.",
        "quota": f"{denied}DescribeAccountAttributes.",
        "image": f"{denied}DescribeLaunchTemplateVersions.",
        "account": NOBODY_KNOWS,
    }


def test_a_template_that_may_not_be_tried_is_unknown(armed_yard: Yard) -> None:
    """The right to try it is told to be missing."""
    armed_yard.faults(account={"denied_actions": ["ecs:RunInstances"]})

    report = status(armed_yard)

    assert (report["status"], said(report, "unknown")["template"]) == (
        "converged",
        "not known: Forbidden.Unauthorized: The access key may not call ecs:RunInstances.",
    )


def test_a_wrong_access_key_is_no_go(armed_yard: Yard) -> None:
    """Not one region is asked with it."""
    report = status(armed_yard, ALIBABA_CLOUD_ACCESS_KEY_ID="LTAIwrong")

    assert (report["status"], report["regions"], report["reason"]) == (
        "partial",
        [],
        "NO-GO: The access key does not exist or is disabled. Check ALIBABA_CLOUD_ACCESS_KEY_ID,"
        " ALIBABA_CLOUD_ACCESS_KEY_SECRET and, with temporary credentials,"
        " ALIBABA_CLOUD_SECURITY_TOKEN.",
    )


# --- quotas -----------------------------------------------------------------------------------


def test_too_few_vcpus_are_no_go(armed_yard: Yard) -> None:
    """Counted with the vCPUs of the type that would be taken."""
    armed_yard.faults(account={"quotas": {"ecs:vcpus": 3}})

    assert trouble(status(armed_yard)) == no_go(
        "quota",
        "QuotaOfVcpus",
        "2 more nodes need 4 vCPUs, and 0 of the 3 that the region allows are used.",
        _RAISE,
    )


def test_a_quota_that_only_an_attempt_shows_is_no_go(armed_yard: Yard) -> None:
    """The dry run meets it; the template itself is not blamed."""
    armed_yard.faults(account={"quotas": {"ecs:instances": 0}})

    report = status(armed_yard)

    assert trouble(report) == no_go(
        "quota",
        "QuotaExceed.ElasticQuota",
        "A quota of the account is used up. (No additional quota is available for the specified ECS"
        " instance type.)",
        _RAISE,
    )
    assert said(report, "unknown")["template"] == (
        "not tried to the end: QuotaExceed.ElasticQuota came first"
    )


def test_too_few_scheduled_tasks_are_no_go_before_anything_is_armed(yard: Yard) -> None:
    """Arming would fail; once armed, the quota does not matter any more."""
    yard.commit()
    yard.run()
    yard.faults(account={"quotas": {"ess:scheduled_tasks": 1}})

    before = trouble(status(yard))["bad"]["quota"]
    yard.faults()
    arm(yard)
    yard.faults(account={"quotas": {"ess:scheduled_tasks": 1}})

    assert before == (
        "The region has 0 of the 1 scheduled tasks that the account may have, and 2 more are to be"
        " armed.",
        "Raise the quota in the Quota Center of the region, or delete tasks that nobody needs.",
    )
    assert trouble(status(yard))["bad"] == {}


# --- image and stock --------------------------------------------------------------------------


def test_a_missing_image_is_no_go(armed_yard: Yard) -> None:
    """The cloud withdraws old images; bootstrap takes the newest."""
    armed_yard.faults(account={"images_missing_in": [FRANKFURT]})

    assert trouble(status(armed_yard)) == no_go(
        "image",
        "ImageNotFound",
        "The region has no image ubuntu_24_04_x64_20G_alibase_20260916.vhd any more.",
        BOOTSTRAP,
    )


def test_no_stock_in_the_zones_of_the_group_is_no_go(armed_yard: Yard) -> None:
    """All types of the group are asked for, with the disk of its template."""
    armed_yard.faults(stock=[{"region": FRANKFURT, "available": False}])

    report = status(armed_yard)

    assert trouble(report) == no_go(
        "stock",
        "NoStock",
        "No zone of the group (eu-central-1a, eu-central-1c) has ecs.e-c1m1.large,"
        " ecs.e-c1m2.large, ecs.u1-c1m1.large with cloud_essd_entry now.",
        "Add another `instance_types` or `disk_categories` entry for the region, then p2p-fleet"
        f" bootstrap --regions {FRANKFURT} chooses anew; or wait.",
        "shortage",
    )
    assert said(report, "unknown")["template"] == "not tried: nothing is in stock"


def test_a_substitute_in_stock_is_go(armed_yard: Yard) -> None:
    """As Auto Scaling does, the next type of the group is taken."""
    armed_yard.faults(stock=[{"instance_type": "ecs.e-c1m1.large", "available": False}])

    report = status(armed_yard)

    assert (report["status"], said(report, "ok")["stock"]) == (
        "converged",
        "ecs.e-c1m2.large with cloud_essd_entry in eu-central-1a",
    )


# --- the account ------------------------------------------------------------------------------


def test_an_account_without_real_name_is_no_go_in_mainland_china(yard: Yard) -> None:
    """And nowhere else."""
    build_and_arm(yard, regions=(FRANKFURT, HANGZHOU))
    yard.faults(account={"real_name_verified": False})

    report = status(yard)

    assert trouble(report, HANGZHOU) == {
        "verdict": ("partial", 2),
        "bad": {
            "account": (
                "The account has not passed the real-name verification of mainland China.",
                "Pass the identity verification of the account in the Alibaba Cloud console, or"
                " exclude the regions of mainland China.",
            )
        },
        "error": ("RealNameNotVerified", "human"),
    }
    assert trouble(report, FRANKFURT)["bad"] == {}


def test_risk_control_that_the_dry_run_meets_is_no_go(armed_yard: Yard) -> None:
    """Where the cloud tells, it is told before start."""
    armed_yard.faults(account={"risk_control": True})

    assert trouble(status(armed_yard)) == no_go(
        "account",
        "Forbidden.RiskControl",
        f"{_RISK} (This operation is forbidden by Aliyun RiskControl system.)",
        _PASS_KYC,
    )


def test_risk_control_is_known_from_the_last_attempt(armed_yard: Yard) -> None:
    """What stopped the instances of the last launch stops the next, until one has run."""
    armed_yard.faults(account={"risk_control": True})
    armed_yard.wait((START - NOON + timedelta(minutes=5)).total_seconds())
    armed_yard.faults()
    armed_yard.commit("capacity: 0")
    arm(armed_yard)
    armed_yard.commit("capacity: 3")
    quoted = (
        'Fail to scale instances for scaling group(code:"Forbidden.RiskControl", msg:"This'
        ' operation is forbidden by Aliyun RiskControl system.").'
    )

    assert trouble(status(armed_yard))["bad"]["account"] == (
        f"When instances were last wanted (2026-12-01T18:03Z): {_RISK} ({quoted})",
        _PASS_KYC,
    )


def test_types_that_the_account_may_not_run_are_no_go(armed_yard: Yard) -> None:
    """Only if that is all of them: one that it may run is enough."""
    armed_yard.faults(account={"unauthorized_types": ["ecs.e-c1m1.large"]})
    one_is_left = status(armed_yard)
    armed_yard.faults(account={"unauthorized_types": ["*"]})

    assert one_is_left["reason"] == "GO: 1 region, 2 nodes"
    assert trouble(status(armed_yard)) == no_go(
        "account",
        "InvalidInstanceType.ValueUnauthorized",
        "The account may not run this instance type in this region.",
        "Ask Alibaba Cloud support for access, or list another instance type in `fleet`.",
        "shortage",
    )
