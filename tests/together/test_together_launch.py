"""From one commit to an armed stack: the watcher asks, bootstrap builds, the watcher arms."""

from __future__ import annotations

from cli.demo_deployment import BOOTSTRAP, WATCHER
from shared.instants import format_instant
from tests.together.account import FRANKFURT, HOUR, LONDON, MINUTE, Account, reason, told

MEMORY = ("commit", "commit-time", "start", "stop", "now")


def memory(account: Account) -> dict[str, str]:
    """Return what the group remembers of commit and window, by the ends of the tags' keys."""
    tags = account.tags()
    return {key: tags[f"p2p-fleet-{key}"] for key in MEMORY}


def test_a_commit_on_an_empty_account_is_armed_by_one_poll(account: Account) -> None:
    """However rare polls are: bootstrap ends by invoking the watcher, and then all is done."""
    sha = account.commit("poll_every: 24 hours", regions=(FRANKFURT, LONDON), at=account.noon)

    first = account.poll()
    account.rest()
    again = account.poll_here()

    asking, arming = account.runs(WATCHER)
    (building,) = account.runs(BOOTSTRAP)
    assert (asking.event, arming.event) == ({}, {"action": "poll"})
    assert [told(one) for one in (first, building.report or {}, arming.report or {})] == [
        dict.fromkeys((FRANKFURT, LONDON), "provision done"),
        dict.fromkeys((FRANKFURT, LONDON), "provision done"),
        dict.fromkeys((FRANKFURT, LONDON), "arm done"),
    ]
    assert account.now() - account.noon < 5 * MINUTE
    due = {"start": f"{account.start:%Y-%m-%dT%H:%MZ}", "stop": f"{account.stop:%Y-%m-%dT%H:%MZ}"}
    assert (account.tasks(FRANKFURT), account.tasks(LONDON)) == (due, due)
    assert memory(account) == {
        "commit": sha,
        "commit-time": format_instant(account.noon),
        "start": format_instant(account.start),
        "stop": format_instant(account.stop),
        "now": "-",
    }
    assert (again["status"], again["totals"]["writes"]) == ("converged", 0)


def test_what_now_stands_for_is_when_the_commit_was_made_not_when_bootstrap_ran(
    account: Account,
) -> None:
    """The stack remembers the instant that the watcher resolved, however late it is built."""
    sha = account.commit(
        "start: now", "start_offset: 2 hours", "run_duration: 1 day", at=account.noon
    )
    account.hold_back(BOOTSTRAP)
    account.advance(20 * MINUTE)
    account.poll()
    account.advance(20 * MINUTE)
    account.let_go(BOOTSTRAP)
    account.rest()

    assert memory(account) == {
        "commit": sha,
        "commit-time": format_instant(account.noon),
        "start": format_instant(account.noon + 2 * HOUR),
        "stop": format_instant(account.noon + 26 * HOUR),
        "now": f"v1+120minutes@{format_instant(account.noon)}",
    }
    assert account.tasks() == {
        "start": f"{account.noon + 2 * HOUR:%Y-%m-%dT%H:%MZ}",
        "stop": f"{account.noon + 26 * HOUR:%Y-%m-%dT%H:%MZ}",
    }


def test_a_commit_that_bootstrap_is_the_first_to_see_does_not_move_now(account: Account) -> None:
    """Tags are of the newer commit and its window, from the instant that the watcher had seen."""
    now = ("start: now", "start_offset: 2 hours")
    account.commit(*now, "run_duration: 1 day", at=account.noon)
    account.hold_back(BOOTSTRAP)
    account.poll()
    account.advance(20 * MINUTE)
    committed_at = account.noon + 20 * MINUTE
    newer = account.commit(*now, "run_duration: 2 days", at=committed_at)
    account.let_go(BOOTSTRAP)
    account.rest()

    assert memory(account) == {
        "commit": newer,
        "commit-time": format_instant(committed_at),
        "start": format_instant(account.noon + 2 * HOUR),
        "stop": format_instant(account.noon + 50 * HOUR),
        "now": f"v1+120minutes@{format_instant(account.noon)}",
    }


def test_while_bootstrap_is_at_work_it_is_not_asked_again(account: Account) -> None:
    """The next polls say since when it is waited for, and so does that of another watcher."""
    account.commit()
    account.hold_back(BOOTSTRAP)
    account.poll()
    account.advance(5 * MINUTE)

    second = account.poll()
    third = account.poll_here()

    assert [(told(one), reason(one)) for one in (second, third)] == [
        ({FRANKFURT: "provision none"}, "the region has no group yet; asked for 5 minutes ago")
    ] * 2
    assert account.asked() == [[FRANKFURT]]
