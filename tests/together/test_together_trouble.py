"""What goes wrong between the two functions: who finds out, and who goes on when."""

from __future__ import annotations

from typing import Final

import pytest

from cli.demo_deployment import BOOTSTRAP, WATCHER
from tests.together.account import (
    FRANKFURT,
    HOUR,
    LONDON,
    MINUTE,
    SINGAPORE,
    Account,
    Run,
    told,
)

ONE_STACK: Final = {
    "ecs launch_templates": 1,
    "ecs security_groups": 1,
    "ess scaling_groups": 1,
    "ess scheduled_tasks": 2,
    "ram policies": 1,
    "ram roles": 1,
    "resourcemanager resource_groups": 1,
    "vpc ipv4_gateways": 1,
    "vpc route_entries": 1,
    "vpc vpcs": 1,
    "vpc vswitches": 2,
}
ASKED: Final = {FRANKFURT: "provision done"}
WAITING: Final = {FRANKFURT: "provision none"}


def board(account: Account) -> set[str]:
    """Return which notices stand on the watcher's function."""
    functions = account.kept("fc", SINGAPORE)["functions"]
    (tags,) = [one["tags"] for one in functions if one["functionName"] == WATCHER]
    return {tag["Key"] for tag in tags}


def outcomes(account: Account) -> list[dict[str, str] | None]:
    """Return what each run of bootstrap said of the regions; None for one that did not live."""
    return [run.report and told(run.report) for run in account.runs(BOOTSTRAP)]


# --- bootstrap fails, or does not come to an end ------------------------------------------------


def test_a_region_that_keeps_failing_is_asked_for_hourly_and_after_each_commit(
    account: Account,
) -> None:
    """One that needs a person must neither be forgotten nor be tried in every poll."""
    account.faults(account={"denied_actions": ["vpc:CreateVpc"]})
    account.commit()
    polls = [told(account.poll_here())]
    account.rest()
    for minutes in (14, 40, 61):
        account.advance_to(account.noon + minutes * MINUTE)
        polls.append(told(account.poll_here()))
        account.rest()
    account.commit(capacity=3)
    polls.append(told(account.poll_here()))
    account.rest()

    overdue = {FRANKFURT: "provision none StackUnfinished"}
    assert polls == [ASKED, WAITING, overdue, ASKED, ASKED]
    failed = [next(iter((one or {}).values())) for one in outcomes(account)]
    assert [one.split()[:2] for one in failed] == [["provision", "failed"]] * 3
    assert len(account.runs(WATCHER)) == 0  # nothing was built that would have to be armed


def test_a_run_that_fc_kills_is_gone_on_with_by_the_next_poll_that_may_take_it_for_dead(
    account: Account,
) -> None:
    """Its notice says until when it may be at work; what it had built is found again."""
    limit_s = account.ample_time_s()
    account.configure(BOOTSTRAP, timeout_s=limit_s, DEADLINE_S="120")
    account.faults({"product": "vpc", "action": "CreateVSwitch", "fault": "timeout_before"})
    account.commit()
    account.poll_here()
    account.rest()
    died = account.deaths(BOOTSTRAP)
    half, left = account.things(), board(account)
    account.faults()
    account.configure(BOOTSTRAP, timeout_s=600)

    account.advance(MINUTE)
    soon = account.poll_here()
    account.advance(3 * MINUTE)
    later = account.poll_here()
    account.rest()

    assert died == [f"Function timed out after {limit_s} seconds"]
    assert (half["vpc vpcs"], half.get("ess scaling_groups")) == (1, None)
    assert left == {"p2p-fleet-asked", "p2p-fleet-building-until"}
    assert (told(soon), told(later)) == (WAITING, ASKED)
    assert (account.things(), board(account)) == (ONE_STACK, {"p2p-fleet-asked"})


def test_what_bootstrap_has_no_time_for_it_goes_on_with_until_it_stands(account: Account) -> None:
    """It leaves it pending and tells the watcher, which asks at once: one poll is enough."""
    account.configure(BOOTSTRAP, DEADLINE_S="5")
    account.faults({"product": "vpc", "delay_ms": 500})
    account.commit("poll_every: 24 hours")
    account.hold_back(WATCHER)
    account.poll_here()
    account.wait_until(lambda: outcomes(account) not in ([], [None]))
    half = account.things()
    account.faults()
    account.configure(BOOTSTRAP)
    account.let_go(WATCHER)
    account.rest()

    assert outcomes(account) == [{FRANKFURT: "provision skipped Pending"}, ASKED]
    assert (half["vpc vpcs"], half.get("ess scaling_groups")) == (1, None)
    assert account.things() == ONE_STACK


def test_a_run_that_died_before_it_could_tell_is_made_good_by_the_next(account: Account) -> None:
    """It finds all that it is asked for standing, changes nothing, and tells the watcher."""
    account.commit("poll_every: 24 hours")
    account.hold_back(BOOTSTRAP)
    account.poll_here()
    account.invoke_here(WATCHER_FUNCTION="")
    account.let_go(BOOTSTRAP)
    account.rest()

    assert outcomes(account) == [{FRANKFURT: "none none"}]
    assert [told(run.report or {}) for run in account.runs(WATCHER)] == [{FRANKFURT: "arm done"}]


# --- Function Compute fails ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"product": "fc", "fault": "reset"}, "EndpointUnreachable"),
        ({"action": "InvokeFunction", "fault": "http_500"}, "InternalError"),
    ],
    ids=["nobody answers", "it fails"],
)
def test_an_asking_that_fc_does_not_take_is_repeated_by_the_next_poll(
    account: Account, fault: dict[str, str], code: str
) -> None:
    """The report says what is wrong with Function Compute, and nothing is remembered as asked."""
    account.commit()
    account.faults(fault)
    failed = account.poll_here()
    left = board(account)
    account.faults()
    account.advance(5 * MINUTE)
    account.poll_here()
    account.rest()

    assert (failed["status"], left) == ("failed", set())
    assert told(failed) == {FRANKFURT: f"provision failed {code}"}
    assert (account.asked(), account.things()) == ([[FRANKFURT]], ONE_STACK)


def test_the_watcher_is_told_although_fc_stumbles(account: Account) -> None:
    """The stack would else be armed by the schedule only, which may be a day away."""
    account.commit()
    account.begin(BOOTSTRAP)
    account.faults({"action": "InvokeFunction", "fault": "http_500", "times": 2})
    account.rest()

    assert account.things() == ONE_STACK


def test_a_watcher_that_cannot_be_told_arms_at_its_next_poll(account: Account) -> None:
    """Bootstrap's report says so; the stack stands all the same."""
    account.commit()
    account.faults(account={"denied_actions": ["fc:InvokeFunction"]})
    report = account.invoke_here()
    account.faults()
    armed = account.poll_here()

    assert (report["status"], told(report)) == ("partial", ASKED)
    assert report["reason"].startswith("the watcher could not be told (AccessDenied: ")
    assert (told(armed), account.things()) == ({FRANKFURT: "arm done"}, ONE_STACK)


def test_without_a_bootstrap_function_a_deployed_watcher_says_what_is_missing(
    account: Account,
) -> None:
    """It is a person's job, and the region's own error."""
    account.configure(WATCHER, BOOTSTRAP_FUNCTION=None)
    account.commit()

    report = account.poll()

    assert (report["status"], account.asked()) == ("failed", [])
    assert told(report) == {FRANKFURT: "provision failed BootstrapNotConfigured"}


# --- the document changes meanwhile -------------------------------------------------------------


def test_a_document_broken_before_bootstrap_reads_it_builds_nothing_until_it_is_mended(
    account: Account,
) -> None:
    """The run is held and forgotten; once the document is as it was, it is asked for at once."""
    good = account.commit()
    account.hold_back(BOOTSTRAP)
    account.poll_here()
    account.advance(MINUTE)
    account.commit("capcity: 3")
    account.let_go(BOOTSTRAP)
    account.rest()
    held, left = account.runs(BOOTSTRAP)[0].report or {}, account.things()
    watcher_held = account.poll_here()

    account.repository.rewind(good)
    account.poll_here()
    account.rest()

    assert (held["status"], left, watcher_held["status"]) == ("held", {}, "held")
    assert (account.asked(), account.things()) == ([[FRANKFURT]] * 2, ONE_STACK)


def test_a_document_broken_while_bootstrap_builds_leaves_a_whole_stack_unarmed(
    account: Account,
) -> None:
    """Begun by an accepted document, it is built to the end; what is held is the arming."""
    good = account.commit()
    account.faults({"product": "vpc", "action": "CreateVSwitch", "delay_ms": 1000, "times": 1})
    account.poll_here()
    account.wait_until(lambda: account.standing("vpc", "vpcs") == 1)
    account.commit("capcity: 3")
    account.rest()
    (held,) = account.runs(WATCHER)
    left, remembered = account.things(), account.tags()["p2p-fleet-commit"]

    account.commit(capacity=3)
    armed = account.poll_here()

    unarmed = {kind: count for kind, count in ONE_STACK.items() if kind != "ess scheduled_tasks"}
    assert outcomes(account) == [ASKED]
    assert (held.report or {})["status"] == "held"
    assert (left, remembered, account.sizes()) == (unarmed, good, (0, 0, 0))
    assert (told(armed), account.things()) == ({FRANKFURT: "arm done"}, ONE_STACK)
    assert account.asked() == [[FRANKFURT]]


def test_a_document_broken_when_a_stack_is_half_built_leaves_it_until_it_is_mended(
    account: Account,
) -> None:
    """What bootstrap could not finish stays as it is under a hold, and is finished after it."""
    account.faults(account={"denied_actions": ["vpc:CreateVSwitch"]})
    account.commit()
    account.poll_here()
    account.rest()
    half = account.things()
    account.faults()

    account.advance(HOUR)
    account.commit("capcity: 3")
    held = account.poll_here()
    account.rest()
    unchanged = account.things()
    account.commit(capacity=3)
    account.poll_here()
    account.rest()

    assert (half["vpc vpcs"], half.get("ess scaling_groups")) == (1, None)
    assert (held["status"], unchanged) == ("held", half)
    assert account.things() == ONE_STACK
    assert account.asked() == [[FRANKFURT]] * 2


def test_a_mirror_behind_the_commit_that_was_asked_for_builds_nothing(account: Account) -> None:
    """No group remembers the commit yet, but the watcher has seen it, and bootstrap is told."""
    older = account.commit(regions=(LONDON,))
    account.advance(MINUTE)
    newer = account.commit()
    account.hold_back(BOOTSTRAP)
    account.poll_here()
    account.repository.rewind(older)
    account.let_go(BOOTSTRAP)
    account.rest()
    held, left = account.runs(BOOTSTRAP)[0].report or {}, account.things()

    account.repository.rewind(newer)
    account.poll_here()
    account.rest()

    assert (held["status"], left) == ("held", {})
    assert "is behind the applied commit" in held["reason"]
    assert (account.asked(), account.things()) == ([[FRANKFURT]] * 2, ONE_STACK)


# --- two at once ----------------------------------------------------------------------------------


def test_two_watchers_that_ask_at_once_get_one_stack(account: Account) -> None:
    """Neither knows of the other, so bootstrap runs twice; there is exactly one of each."""
    account.commit()
    account.faults({"action": "InvokeFunction", "delay_ms": 1500, "times": 2})
    account.begin(WATCHER)
    account.begin(WATCHER)
    account.rest()
    last = account.poll_here()

    assert account.asked() == [[FRANKFURT]] * 2
    first, second = sorted(str(status_of(run)) for run in account.runs(BOOTSTRAP))
    assert (first, second) in {("changed", "changed"), ("changed", "converged")}
    assert (account.things(), last["status"]) == (ONE_STACK, "converged")


def test_two_runs_of_bootstrap_that_overlap_end_in_one_stack(account: Account) -> None:
    """The second begins half-way through the first; both end well, and the stack is armed."""
    account.commit()
    account.faults({"product": "vpc", "action": "CreateVSwitch", "delay_ms": 1500, "times": 1})
    account.begin(BOOTSTRAP)
    account.wait_until(lambda: account.standing("vpc", "vpcs") == 1)
    account.begin(BOOTSTRAP)
    account.rest()

    first, second = sorted(str(status_of(run)) for run in account.runs(BOOTSTRAP))
    assert (first, second) in {("changed", "changed"), ("changed", "converged")}
    assert account.things() == ONE_STACK


def status_of(run: Run) -> str | None:
    """Return how a run ended; None for one that did not live."""
    return None if run.report is None else str(run.report["status"])
