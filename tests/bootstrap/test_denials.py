"""Permissions that are missing: all are named at once, nothing else is, and nothing is tried."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

import pytest

from shared.cloud.build_permissions import (
    Question,
    questions_of_building,
    questions_of_removing,
)
from tests.bootstrap.test_destroy import arm
from tests.bootstrap.test_provision import ONE_STACK
from tests.bootstrap.yard import (
    FRANKFURT,
    LONDON,
    Json,
    Yard,
    error_of,
    is_write,
    told,
)
from tests.shared.recording import RecordingSession, refusal

FLEET: Final = "p2p-agent"
BUILDING: Final = questions_of_building(FLEET, metrics=False)
REMOVING: Final = questions_of_removing(FLEET)
SHARED_KINDS: Final = {"ram policies", "ram roles", "resourcemanager resource_groups"}
NOT_ASKED: Final = ("log:*", "sts:*", "ecs:DescribePrice")
"""The log service does not tell, who one is may be asked by all, prices may stay unknown."""


def names_of(questions: Iterable[Question], *globs: str) -> list[str]:
    """Return the actions that any of the globs covers, once each, in the order of the questions."""
    names = dict.fromkeys(one.name for one in questions)
    return [name for name in names if any(fnmatchcase(name, glob) for glob in globs)]


def deny(yard: Yard, *globs: str) -> None:
    """Deny actions, as policies name them; the resource manager has no policies of its own."""
    besides = [glob.replace("ram:", "resourcemanager:") for glob in globs]
    yard.faults(account={"denied_actions": [*globs, *besides]})


def called(yard: Yard) -> set[str]:
    """Return every action of the last run, as policies name it."""
    return {
        f"{one['product'].replace('resourcemanager', 'ram')}:{one['action']}"
        for one in yard.requests
    }


def denial(names: Iterable[str], again: str) -> tuple[str, str, str]:
    """Return the error of a region in which these actions are denied."""
    return (
        "ActionsDenied",
        f"The access key may not call {', '.join(names)}.",
        f"Grant them to the identity whose access key is used, then run {again} again.",
    )


@pytest.mark.parametrize(
    "globs",
    [
        ("vpc:*",),
        ("vpc:Create*",),
        ("ecs:*",),
        ("ess:*Group*",),
        ("ram:Create*",),
        ("ram:Attach*", "ecs:Authorize*", "ess:Enable*"),
        ("ecs:CreateLaunchTemplateVersion", "ecs:CreateLaunchTemplate"),
        ("vpc:*", "ecs:*", "ess:*", "ram:*"),
    ],
)
def test_every_action_that_is_denied_is_named_at_once(yard: Yard, globs: tuple[str, ...]) -> None:
    """In every region the same sentence; once all is granted, the next run finishes."""
    yard.commit(regions=(FRANKFURT, LONDON))
    deny(yard, *globs)

    report = yard.run()

    named = names_of(BUILDING, *globs)
    assert report["status"] == "failed"
    assert {region: error_of(report, region) for region in (FRANKFURT, LONDON)} == dict.fromkeys(
        (FRANKFURT, LONDON), denial(named, "bootstrap")
    )
    yard.faults()
    assert told(yard.run()) == dict.fromkeys((FRANKFURT, LONDON), "provision done")
    assert yard.inventory() == {
        name: count if name in SHARED_KINDS else 2 * count for name, count in ONE_STACK.items()
    }


@pytest.mark.parametrize("globs", [("vpc:Delete*",), ("ess:*", "ecs:Describe*"), ("*:Delete*",)])
def test_every_denied_deletion_of_a_region_is_named_at_once(
    yard: Yard, globs: tuple[str, ...]
) -> None:
    """Once all is granted, the next run finishes."""
    yard.commit()
    yard.run()
    deny(yard, *globs)

    report = yard.destroy()

    assert (report["status"], error_of(report)) == (
        "failed",
        denial(names_of(REMOVING, *globs), "destroy"),
    )
    yard.faults()
    assert (yard.destroy()["status"], yard.ours()) == ("changed", {})


def test_every_denied_deletion_of_what_is_shared_is_named_at_once(yard: Yard) -> None:
    """The regions are clear by then, so that it is the run's own reason."""
    yard.commit()
    yard.run()
    deny(yard, "ram:D*")

    report = yard.destroy()

    code, message, remedy = denial(names_of(REMOVING, "ram:D*"), "destroy")
    assert (report["status"], told(report), report["reason"]) == (
        "partial",
        {FRANKFURT: "stop done"},
        f"{code}: {message} {remedy}",
    )
    yard.faults()
    assert (yard.destroy()["status"], yard.ours()) == ("changed", {})


def test_a_region_that_fails_for_another_reason_keeps_its_own_error(yard: Yard) -> None:
    """What a grant would not mend is told as it is."""
    yard.commit(regions=(FRANKFURT, LONDON))
    yard.faults(
        {"region": LONDON, "action": "CreateVpc", "fault": "error", "code": "QuotaExceeded.Vpc"},
        account={"denied_actions": ["ecs:CreateSecurityGroup"]},
    )

    report = yard.run()

    assert error_of(report) == denial(["ecs:CreateSecurityGroup"], "bootstrap")
    assert error_of(report, LONDON)[0] == "QuotaExceeded.Vpc"


def test_a_document_that_is_held_for_what_may_not_be_read_names_the_denials(yard: Yard) -> None:
    """`start: now` wants to know what the groups remember, so that nothing is even begun."""
    lines = ["start: now", "capacity: 1", f"regions: [{FRANKFURT}, {LONDON}]"]
    yard.repository.commit("\n".join(lines), at=yard.now())
    deny(yard, "ess:*", "vpc:Create*")

    report = yard.run()

    named = denial(names_of(BUILDING, "ess:*", "vpc:Create*"), "bootstrap")
    assert report["status"] == "held"
    assert [error_of(report, region) for region in (FRANKFURT, LONDON)] == [named, named]
    yard.faults()
    assert told(yard.run()) == dict.fromkeys((FRANKFURT, LONDON), "provision done")


def test_a_denial_that_nobody_can_ask_for_is_named_as_it_was_met(yard: Yard) -> None:
    """The log service's; it stands last, after those that were found by asking."""
    yard.commit("fleet: {logs: true}")
    deny(yard, "log:CreateProject", "ess:TagResources")

    report = yard.run()

    assert error_of(report) == denial(["ess:TagResources", "log:CreateProject"], "bootstrap")


@pytest.mark.parametrize("metrics", [True, False])
def test_what_the_document_does_not_want_needs_no_permission(yard: Yard, *, metrics: bool) -> None:
    """CloudMonitor's role only where `metrics` are wanted."""
    yard.commit(f"fleet: {{metrics: {str(metrics).lower()}}}")
    deny(yard, "ram:CreateServiceLinkedRole", "vpc:CreateVpc")

    report = yard.run()

    linked = ["ram:CreateServiceLinkedRole"] if metrics else []
    assert error_of(report) == denial([*linked, "vpc:CreateVpc"], "bootstrap")


def test_asking_changes_nothing(yard: Yard) -> None:
    """Not even where everything that is asked for besides is allowed, and the stack stands."""
    yard.commit(regions=(FRANKFURT,))
    yard.run()
    yard.commit(regions=(FRANKFURT, LONDON))
    deny(yard, "vpc:CreateVpc")
    before = yard.admin("state")["products"]

    yard.run()

    assert yard.admin("state")["products"] == before
    assert {one["code"] for one in yard.requests if is_write(one["action"])} >= {
        "InvalidVpcId.NotFound",
        "InvalidLaunchTemplateName.Malformed",
    }
    assert [one for one in yard.writes if " " not in one] == []


def test_nothing_is_asked_where_nothing_is_denied(yard: Yard) -> None:
    """Neither where all goes well nor where it fails for something else."""
    yard.commit()
    yard.faults({"action": "CreateVpc", "fault": "error", "code": "QuotaExceeded.Vpc"})
    yard.run()
    failed = called(yard)
    yard.faults()
    yard.run()

    assert "ess:ModifyScalingGroup" not in failed | called(yard)


def test_a_plan_names_the_denied_looks_and_deeds_too(yard: Yard) -> None:
    """A key that may not even look is told so before anything is begun."""
    yard.commit()
    deny(yard, "vpc:DescribeVpcs", "vpc:CreateVpc")

    report = yard.run({"dry_run": True})

    assert error_of(report) == denial(["vpc:DescribeVpcs", "vpc:CreateVpc"], "bootstrap")


FLEETS: Final = (
    "instance_types: [ecs.nobody.large]",
    "metrics: true, image: ubuntu_24_04_x64_20G_alibase_20260916.vhd",
    "allow_ssh: [192.0.2.7]",
    "instance_types: [ecs.g7.large]",
    *(f"disk_size_gb: {size}, logs: {str(size % 2 == 0).lower()}" for size in range(30, 41)),
)
"""A life of changes: nothing fits, everything fits, other rules, types, versions, policies."""


def test_every_action_that_is_called_is_asked_for(yard: Yard) -> None:
    """And none besides: stacks are built and changed in all their parts, found short, removed."""
    built: set[str] = set()

    def build(event: Json | None = None) -> None:
        yard.run(event)
        built.update(called(yard))

    yard.sandbox.cloud.add_group(LONDON, "p2p-agent-eu-west-1", None)
    for fleet in FLEETS:
        yard.commit(f"fleet: {{{fleet}}}", "regions: {eu-central-1: {}, eu-west-1: {adopt: true}}")
        build()
    for code in ("RecommendEmpty.InstanceTypeNoStock", "RecommendEmpty.DiskTypeNoStock"):
        build({"regions": [FRANKFURT], "shortages": {FRANKFURT: code}})
        yard.wait(7200)
    arm(yard, "stop")
    yard.scale(LONDON, 1)
    yard.destroy()

    handing_back = {"ram:UntagResources"}  # of a resource group with something of others in it
    assert (besides(built), besides(called(yard)) | handing_back) == (
        set(names_of(questions_of_building(FLEET, metrics=True), "*")),
        set(names_of(REMOVING, "*")),
    )


@pytest.mark.parametrize(
    ("code", "denied"),
    [
        ("Forbidden.Unauthorized", True),
        ("Forbidden.RAM", True),
        ("NoPermission", True),
        ("Forbidden", False),
        ("Forbidden.VpcNotFound", False),
        ("DryRunOperation", False),
        ("InternalError", False),
    ],
)
def test_only_what_ram_alone_says_is_a_denial(code: str, *, denied: bool) -> None:
    """A plain `Forbidden` may be about the id, which is nobody's; an error tells nothing."""
    (question,) = [one for one in BUILDING if one.name == "vpc:CreateVpc"]

    assert question.is_denied(RecordingSession({"CreateVpc": refusal(code)}), FRANKFURT) is denied


def besides(actions: Iterable[str]) -> set[str]:
    """Return the actions without those that it is of no use to ask for."""
    return {one for one in actions if not any(fnmatchcase(one, glob) for glob in NOT_ASKED)}
