"""Trouble that passes costs time and nothing else; trouble that lasts stays in its region."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.bootstrap.test_provision import ONE_STACK
from tests.bootstrap.test_stack import LOGS, REGIONAL, SHARED
from tests.bootstrap.yard import (
    FRANKFURT,
    LONDON,
    Yard,
    error_of,
    is_write,
    opened_yard,
    told,
)

PASSING: Final[dict[str, dict[str, object]]] = {
    "throttled": {"fault": "throttle"},
    "broken inside": {"fault": "http_500"},
    "a captive portal": {"fault": "html"},
    "connection reset": {"fault": "reset"},
    "no such host": {"fault": "dns"},
    "silent": {"fault": "timeout_before"},
    "silent after the work": {"fault": "timeout_after"},
    "TaskConflict": {"fault": "error", "code": "TaskConflict"},
    "OperationConflict": {"fault": "error", "code": "OperationConflict"},
    "IncorrectVpcStatus": {"fault": "error", "code": "IncorrectVpcStatus"},
    "ServiceUnavailable": {"fault": "error", "code": "ServiceUnavailable"},
}
REFUSED: Final = {"fault": "error", "code": "QuotaExceeded.Whatever"}
REMOVAL: Final = [
    "DeleteScalingGroup",
    "DeleteLaunchTemplate",
    "DeleteSecurityGroup",
    "DeleteVSwitch",
    "DeleteRouteEntry",
    "DeleteIpv4Gateway",
    "DeleteVpc",
    "DetachPolicyFromRole",
    "DeletePolicy",
    "DeleteRole",
    "DeleteResourceGroup",
]


@pytest.fixture(autouse=True)
def _short_silences(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits eight real seconds for an answer that is known not to come."""
    monkeypatch.setattr("shared.cloud.session._READ_TIMEOUT_S", 0.2)


@pytest.mark.parametrize(
    ("trouble", "times"),
    [*((one, 1) for one in PASSING), *((one, 2) for one in PASSING if "silent" not in one)],
)
def test_trouble_at_every_write_passes(yard: Yard, trouble: str, times: int) -> None:
    """Each request meets it once or twice; there is still exactly one of each, then nothing."""
    yard.commit()
    yard.faults(
        *({"action": one, "times": times, **PASSING[trouble]} for one in (*SHARED, *REGIONAL))
    )
    report = yard.run()
    built = yard.inventory()
    yard.faults(*({"action": one, "times": times, **PASSING[trouble]} for one in REMOVAL))
    removal = yard.destroy()

    assert (error_of(report), built) == (("none", "", ""), ONE_STACK)
    assert (removal["status"], yard.ours()) == ("changed", {})


@pytest.mark.parametrize(
    "trouble", [one for one in PASSING if one not in {"silent after the work", "silent"}]
)
def test_trouble_at_every_read_passes(yard: Yard, trouble: str) -> None:
    """What is asked again is answered, while building and while removing."""
    yard.commit()
    yard.run()
    reads = {one["action"] for one in yard.requests if not is_write(one["action"])}
    yard.destroy()
    rules = [{"action": one, "times": 2, **PASSING[trouble]} for one in sorted(reads)]
    yard.faults(*rules)
    report = yard.run()
    built = yard.inventory()
    yard.faults(*rules)
    removal = yard.destroy()

    assert (error_of(report), built) == (("none", "", ""), ONE_STACK)
    assert (removal["status"], yard.ours()) == ("changed", {})


@pytest.mark.parametrize(
    ("action", "rule", "code"),
    [
        *((one, REFUSED, REFUSED["code"]) for one in dict.fromkeys(REGIONAL)),
        ("CreateVpc", {"fault": "http_500"}, "InternalError"),
        ("DescribeVpcs", {"fault": "html"}, "EndpointAnswerUnreadable"),
        ("EnableScalingGroup", {"fault": "throttle"}, "Throttling.User"),
    ],
)
def test_trouble_that_lasts_fails_its_region_and_no_other(
    yard: Yard, action: str, rule: dict[str, object], code: str
) -> None:
    """With code and remedy; and when it is over, the next run finishes."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.faults({"action": action, "region": LONDON, **rule})

    report = yard.run()

    assert (report["status"], told(report)) == (
        "partial",
        {FRANKFURT: "provision done", LONDON: f"provision failed {code}"},
    )
    assert error_of(report, LONDON)[2]
    yard.faults()
    assert told(yard.run()) == {FRANKFURT: "none none", LONDON: "provision done"}


def test_a_region_that_cannot_be_reached_delays_no_other(yard: Yard) -> None:
    """It is named with what to look at; nothing of it is known, nothing of it is touched."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.faults({"region": LONDON, "fault": "dns"})

    report = yard.run()

    assert told(report) == {
        FRANKFURT: "provision done",
        LONDON: "provision failed EndpointUnreachable",
    }
    assert error_of(report, LONDON)[2] == (
        "Nothing to do: the next poll tries again. If it lasts, check DNS and the network."
    )


def test_every_permission_that_is_missing_is_named(yard: Yard) -> None:
    """One after the other is granted; each time the next one is what the region fails for."""
    yard.commit("fleet: {logs: true, metrics: true}")
    wanted = [
        "resourcemanager:CreateResourceGroup",
        *(f"ram:{one}" for one in SHARED[1:]),
        "resourcemanager:CreateServiceLinkedRole",
        *(f"vpc:{one}" for one in REGIONAL[:5]),
        *(f"ecs:{one}" for one in REGIONAL[6:10]),
        *(f"ess:{one}" for one in REGIONAL[10:]),
        *(f"log:{one}" for one in LOGS),
    ]
    said = {}
    for action in wanted:
        yard.faults(account={"denied_actions": [action]})
        report = yard.run()
        said[action] = (report["status"], error_of(report)[:2])

    assert said == {
        # The resource manager has no policies of its own: its actions are RAM's there.
        action: ("failed", ("ActionsDenied", f"The access key may not call {name}."))
        for action in wanted
        for name in [action.replace("resourcemanager:", "ram:")]
    }
    yard.faults()
    assert yard.run()["status"] == "changed"


@pytest.mark.parametrize(
    ("quota", "code", "said"),
    [
        ("vpc:vpcs", "QuotaExceeded.Vpc", "The region's VPCs are used up."),
        ("vpc:vswitches", "QuotaExceeded.VSwitch", "The VPC's vSwitches are used up."),
        ("ecs:security_groups", None, "The region's security groups are used up."),
        ("ecs:launch_templates", None, "The region's launch templates, or a template's"),
        ("ess:scaling_groups", None, "The region's scaling groups are used up."),
        ("resourcemanager:resource_groups", None, "The resource groups are used up."),
        ("ram:roles", None, "A limit of the account's roles and policies."),
        ("ram:policies", None, "A limit of the account's roles and policies."),
        ("log:projects", None, "The log service has no room for more."),
    ],
)
def test_a_quota_that_is_used_up_is_named_with_what_to_do(
    yard: Yard, quota: str, code: str | None, said: str
) -> None:
    """In one sentence; once there is room, the next run finishes what was begun."""
    yard.commit("fleet: {logs: true}")
    yard.faults(account={"quotas": {quota: 0}})

    report = yard.run()

    got, message, remedy = error_of(report)
    assert (report["status"], message[: len(said)], bool(remedy)) == ("failed", said, True)
    assert code in {None, got}
    yard.faults()
    assert told(yard.run()) == {FRANKFURT: "provision done"}
    assert yard.inventory() == {**ONE_STACK, "log projects": 1}


@pytest.mark.parametrize(
    "variants",
    [
        {"vpc_visible_after_s": 10.0},
        {"vpc_visible_after_s": 25.0},
        {"role_visible_s": 20.0},
        {"vswitches_in_parallel": True},
        {"vswitch_conflict_error": "TaskConflict"},
        {"vswitch_conflict_error": "OperationConflict"},
        {"vswitch_conflict_error": "OperationDenied.OtherSubnetCreating"},
        {"ipv4_gateway_already_active_error": "OperationFailed.Ipv4GatewayAlreadyActive"},
        {"unknown_vpc_filter_refused": True},
        {"template_disk_keys": "nested"},
        {"attached_policy_error": "DeleteConflict.Policy.Role"},
        {"filters_omit_inactive_groups": False},
        {"resource_group_deletion_s": 600_000.0},
        {"logstore_exists_error": "LogstoreAlreadyExist"},
        {"machine_group_missing_error": "GroupNotExist"},
        {"desired_capacity_zero_at_create": "reject"},
    ],
    ids=str,
)
def test_facts_that_nobody_could_verify_make_no_difference(
    yard: Yard, variants: dict[str, Any]
) -> None:
    """Built once, found by a second run, removed, and built anew."""
    yard.commit("fleet: {logs: true}")
    yard.faults(variants=variants)
    first = yard.run()
    built = yard.inventory()
    second = yard.run()
    yard.destroy()
    left = yard.ours()
    anew = yard.run()

    assert (told(first), built) == (
        {FRANKFURT: "provision done"},
        {**ONE_STACK, "log projects": 1},
    )
    assert (second["status"], left, told(anew)) == (
        "converged",
        {},
        {FRANKFURT: "provision done"},
    )


@pytest.mark.parametrize(
    ("free", "soon"),
    [
        ("when_gone", "provision done"),
        ("after_a_day", "provision failed EntityAlreadyExists.ResourceGroup"),
    ],
)
def test_a_resource_group_s_name_may_be_free_only_later(yard: Yard, free: str, soon: str) -> None:
    """The fleet that is built anew waits for minutes, or says so and is built by a later run."""
    yard.commit()
    yard.faults(variants={"resource_group_name_free": free, "resource_group_deletion_s": 200.0})
    yard.run()
    yard.destroy()

    first = yard.run()
    yard.wait(86_400)
    yard.run()

    assert (told(first), yard.ours()) == ({FRANKFURT: soon}, ONE_STACK)


def test_a_region_without_ipv4_gateways_is_a_matter_for_a_person(yard: Yard) -> None:
    """Its nodes could not be reached; it says so, and the other regions are built."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.faults(variants={"ipv4_gateway_missing_in": [LONDON]})

    report = yard.run()

    assert told(report)[FRANKFURT] == "provision done"
    (row,) = [one for one in report["regions"] if one["region"] == LONDON]
    assert (row["outcome"], row["error"]["reaction"], row["error"]["remedy"]) == (
        "failed",
        "human",
        "Exclude the region in the control document.",
    )
    yard.destroy()
    assert yard.ours() == {}


def test_keys_that_are_wrong_are_said_at_once(yard: Yard) -> None:
    """There is no use in trying for minutes."""
    yard.commit()
    began = yard.now()

    report = yard.run(given={"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIwrong"})

    assert report["status"] == "failed"
    assert report["reason"].startswith("InvalidAccessKeyId.NotFound: ")
    assert (yard.now() - began).total_seconds() < 5


def test_a_region_that_is_not_there_costs_no_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An endpoint that does not know the region is an answer, for building and for removal."""
    with opened_yard(tmp_path_factory.mktemp("yard"), regions=(FRANKFURT,)) as yard:
        yard.commit(regions=(FRANKFURT, LONDON))
        report = yard.run()
        began = yard.now()
        removal = yard.destroy()

        assert told(report)[LONDON].startswith("provision failed ")
        assert (told(removal), yard.ours()) == ({FRANKFURT: "stop done"}, {})
        assert (yard.now() - began).total_seconds() < 90
