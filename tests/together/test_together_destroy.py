"""The fleet goes, or a part of it, while its schedule fires and others work; nothing comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pytest

from cli.demo_deployment import BOOTSTRAP, WATCHER
from tests.together.account import (
    DAY,
    FRANKFURT,
    LONDON,
    MINUTE,
    SECOND,
    SINGAPORE,
    Account,
    reason,
    told,
)

CONFIRMED: Final = "p2p-agent"
DESTROY: Final = {"action": "destroy", "confirm": CONFIRMED}
OF_THE_ACCOUNT: Final = {"eventbridge": {"ram roles": 1}, "timer": {}}
"""The service-linked role of EventBridge is the account's, not the fleet's."""
CLEARING: Final = "; the fleet is being destroyed: nothing is built before "


def destroyed(account: Account) -> dict[str, Any]:
    """Return the report of the run of bootstrap that destroyed something."""
    (run,) = [one for one in account.runs(BOOTSTRAP) if one.event["action"] == "destroy"]
    assert run.report is not None, run.error
    return run.report


def wait_until_groups_are_gone(account: Account, regions: Sequence[str] = (FRANKFURT,)) -> None:
    """Wait until a removal is through with the scaling groups, and with little else."""
    account.wait_until(
        lambda: not any(account.standing("ess", "scaling_groups", region) for region in regions)
    )


# --- the whole fleet ------------------------------------------------------------------------------


@pytest.mark.parametrize("scheduler", ["eventbridge", "timer"])
def test_a_full_destroy_ends_the_schedule_first_so_that_nothing_is_rebuilt(
    account: Account, scheduler: str
) -> None:
    """Polls that had fired by then run in the midst of it, and days after it none has fired.

    They find groups missing, and a document that wants another cadence than theirs.
    """
    regions = (FRANKFURT, LONDON)
    account.configure(BOOTSTRAP, SCHEDULER=scheduler)
    account.prepare("poll_every: 1 minute", regions=regions)
    account.invoke_here({"action": "schedule"}, SCHEDULER=scheduler)
    account.commit("poll_every: 2 minutes", regions=regions)
    account.hold_back(WATCHER)
    account.advance_to(account.noon + 2 * MINUTE + SECOND)
    account.faults({"product": "vpc", "action": "DeleteVpc", "delay_ms": 2500, "times": 2})

    account.begin(BOOTSTRAP, DESTROY)
    wait_until_groups_are_gone(account, regions)
    account.let_go(WATCHER)
    account.rest()
    account.advance(2 * DAY)
    account.rest()

    report, polls = destroyed(account), account.runs(WATCHER)
    assert (report["status"], report["reason"]) == ("changed", None)
    assert told(report) == {FRANKFURT: "stop done", LONDON: "stop done"}
    assert [told(one.report or {}) for one in polls] == [
        {FRANKFURT: "provision none", LONDON: "provision none"}
    ] * 2
    assert (account.asked(), account.things()) == ([], OF_THE_ACCOUNT[scheduler])


def test_a_poll_that_runs_while_the_fleet_goes_or_just_after_asks_for_nothing(
    account: Account,
) -> None:
    """It sees that groups are missing, and on its own function, why."""
    account.prepare()
    account.faults({"product": "vpc", "action": "DeleteVpc", "delay_ms": 2000, "times": 1})
    account.begin(BOOTSTRAP, DESTROY)
    wait_until_groups_are_gone(account)
    meanwhile = account.poll()
    account.rest()
    afterwards = account.poll_here()

    assert destroyed(account)["status"] == "changed"
    assert (told(meanwhile), told(afterwards)) == ({FRANKFURT: "provision none"},) * 2
    assert reason(meanwhile).startswith(f"the region has no group yet{CLEARING}")
    assert reason(afterwards).startswith(f"the region has no group yet{CLEARING}")
    assert (account.asked(), account.things()) == ([], {})


def test_a_poll_that_asks_just_as_the_fleet_goes_has_nothing_built(account: Account) -> None:
    """It has looked at groups and notices before the removal began; its request arrives later."""
    account.prepare()
    account.commit(regions=(FRANKFURT, LONDON))
    account.faults({"action": "InvokeFunction", "delay_ms": 2500, "times": 1})
    before = readings(account)
    account.begin(WATCHER)
    account.wait_until(lambda: readings(account) > before)
    report = account.invoke_here(DESTROY)
    account.rest()

    (late,) = account.runs(BOOTSTRAP)
    assert (report["status"], late.event["regions"]) == ("changed", [LONDON])
    assert reason(late.report or {}, LONDON).startswith(
        "the fleet is being destroyed; nothing is built before "
    )
    assert account.things() == {}


def readings(account: Account) -> int:
    """Return how often somebody has looked at the notices on the watcher's function."""
    return sum(one["action"] == "ListTagResources" for one in account.admin("requests"))


def test_what_was_asked_for_before_the_fleet_went_is_not_built_after_all(account: Account) -> None:
    """An invocation that FC has taken and not yet run finds the fleet being destroyed."""
    account.commit()
    account.hold_back(BOOTSTRAP)
    account.poll_here()
    report = account.invoke_here(DESTROY)
    account.let_go(BOOTSTRAP)
    account.rest()

    (run,) = account.runs(BOOTSTRAP)
    assert run.report is not None
    assert (report["status"], run.report["status"]) == ("converged", "converged")
    assert reason(run.report).startswith("the fleet is being destroyed; nothing is built before ")
    assert account.things() == {}


def test_a_removal_that_fc_kills_is_finished_by_another_and_by_nothing_undone(
    account: Account,
) -> None:
    """The schedule went first, so that what is half removed is neither used nor rebuilt."""
    account.prepare("poll_every: 5 minutes")
    limit_s = account.ample_time_s()
    account.configure(BOOTSTRAP, timeout_s=limit_s, SCHEDULER="timer")
    account.invoke_here({"action": "schedule"}, SCHEDULER="timer")
    account.faults({"product": "vpc", "action": "DeleteVSwitch", "fault": "timeout_before"})
    account.begin(BOOTSTRAP, DESTROY)
    account.rest()
    died, half = account.deaths(BOOTSTRAP), account.things()
    account.faults()

    account.advance(2 * DAY)
    account.rest()
    unchanged = account.things()
    report = account.invoke_here(DESTROY, SCHEDULER="timer")

    assert died == [f"Function timed out after {limit_s} seconds"]
    assert (half["vpc vpcs"], half.get("ess scaling_groups")) == (1, None)
    assert (account.runs(WATCHER), unchanged) == ([], half)
    assert (report["status"], report["reason"], account.things()) == ("changed", None, {})


def test_a_fleet_that_is_destroyed_while_it_is_built_is_to_be_destroyed_once_more(
    account: Account,
) -> None:
    """Nobody can know what the other run still makes; the report says when it has ended."""
    account.configure(BOOTSTRAP, DEADLINE_S="6")  # it looks for its VPC until then
    account.faults({"product": "vpc", "action": "CreateVSwitch", "delay_ms": 2000})
    account.commit()
    account.begin(BOOTSTRAP)
    account.wait_until(lambda: account.standing("vpc", "vpcs") == 1)
    first = account.invoke_here(DESTROY)
    account.rest()
    account.faults()
    second = account.invoke_here(DESTROY)

    assert first["status"] == "partial"
    assert first["reason"].startswith("bootstrap was building at the same time and may have left")
    assert (second["reason"], account.things()) == (None, {})


def test_after_a_destroy_the_same_document_is_built_anew(account: Account) -> None:
    """A minute later, when no poll from before can be under way, all is as if for the first time.

    Polls before that say until when they wait.
    """
    account.prepare()
    before = account.things()
    account.invoke(DESTROY)
    gone = account.things()
    account.advance(30 * SECOND)
    too_soon = account.poll_here()
    account.advance(31 * SECOND)

    account.poll_here()
    account.rest()

    assert (told(too_soon), gone) == ({FRANKFURT: "provision none"}, {})
    assert reason(too_soon).startswith(f"the region has no group yet{CLEARING}")
    assert (account.asked(), account.things()) == ([[FRANKFURT]], before)
    assert set(account.tasks()) == {"start", "stop"}


# --- a part of it ---------------------------------------------------------------------------------


def test_a_region_goes_while_another_runs_and_a_third_is_built(account: Account) -> None:
    """Only what the document does not ask for any more is removed, and nobody else is held up."""
    account.prepare(regions=(FRANKFURT, LONDON))
    account.advance_to(account.start + 5 * MINUTE)
    account.poll_here()
    running = account.instance_ids(FRANKFURT)
    account.commit(regions=(FRANKFURT, SINGAPORE))
    account.hold_back(BOOTSTRAP)
    account.poll_here()
    account.begin(BOOTSTRAP, {"action": "destroy", "regions": [LONDON], "confirm": CONFIRMED})
    slow = {"product": "vpc", "delay_ms": 1000, "times": 1}
    account.faults(
        {**slow, "action": "CreateVSwitch", "region": SINGAPORE},
        {**slow, "action": "DeleteVpc", "region": LONDON},
    )
    account.let_go(BOOTSTRAP)
    account.rest()

    (building,) = [one for one in account.runs(BOOTSTRAP) if one.event["action"] == "provision"]
    (arming,) = account.runs(WATCHER)
    last = account.poll_here()
    assert told(building.report or {}) == {SINGAPORE: "provision done"}
    assert told(destroyed(account)) == {LONDON: "stop done"}
    assert told(arming.report or {})[SINGAPORE] == "scale done"
    assert told(last) == {FRANKFURT: "none none", SINGAPORE: "none none"}
    assert (account.instance_ids(FRANKFURT), account.sizes(FRANKFURT)) == (running, (2, 2, 2))
    assert account.tasks(SINGAPORE) == account.tasks(FRANKFURT)
    assert [
        [
            account.standing("ess", "scaling_groups", one),
            account.standing("vpc", "vpcs", one),
            account.standing("ecs", "launch_templates", one),
        ]
        for one in (FRANKFURT, LONDON, SINGAPORE)
    ] == [[1, 1, 1], [0, 0, 0], [1, 1, 1]]
