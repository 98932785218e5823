"""Bootstrap is asked for what is missing, to be adopted, out of date or short; and not too often.

The functions are real ones in the account: what bootstrap was asked for is what it was run with.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from shared.cloud.session import Session
from shared.control.document import ControlDocument
from shared.control.parse import parse_document
from shared.deadline import Deadline
from shared.regions import CATALOGUE
from shared.settings import Settings
from shared.stack import stack_fingerprint
from tests.poll.deployed import BOOTSTRAP, asked, deploy, fc_requests, forget, memory
from tests.poll.launch import (
    FRANKFURT,
    HANGZHOU,
    HOUR,
    MINUTE,
    NOON,
    SINGAPORE,
    START,
    Json,
    Launch,
    document,
    errors,
    everywhere,
    told,
)
from tests.poll.meddler import Answered, Asked, meddling
from tests.poll.trouble import run

TOKYO: Final = "ap-northeast-1"
SEOUL: Final = "ap-northeast-2"
FOUR: Final = f"regions: [{HANGZHOU}, {SINGAPORE}, {FRANKFURT}, {TOKYO}]"
FIVE: Final = f"regions: [{HANGZHOU}, {SINGAPORE}, {FRANKFURT}, {TOKYO}, {SEOUL}]"
ASKED: Final = ["ListTagResources", "InvokeFunction", "TagResources"]
WINDOW: Final = {"start": "2026-12-01T18:00:00Z", "stop": "2026-12-08T18:00:00Z"}
NO_GROUP: Final = "the region has no group yet"


def tag(launch: Launch, region: str, **tags: str) -> None:
    """Tag a region's group, as bootstrap does; `stack` stands for `p2p-fleet-stack`."""
    launch.console(
        region,
        "TagResources",
        ResourceType="scalinggroup",
        ResourceIds=[launch.group(region)["ScalingGroupId"]],
        Tags=[
            {"Key": f"p2p-fleet-{key.replace('_', '-')}", "Value": value}
            for key, value in tags.items()
        ],
    )


def fingerprint(text: str, region: str) -> str:
    """Return what bootstrap tags a stack with that is as the document says."""
    parsed = parse_document(text.encode())
    assert isinstance(parsed, ControlDocument)
    return stack_fingerprint(parsed, region)


def reason(report: Json, region: str) -> str:
    """Return the sentence that a report says of a region's decision."""
    [said] = [one["reason"] for one in report["regions"] if one["region"] == region]
    return str(said)


def bits(*regions: str) -> str:
    """Return the hexadecimal digits that stand for regions in the watcher's memory."""
    places = [one.region_id for one in CATALOGUE]
    return f"{sum(1 << places.index(region) for region in regions):x}"


# --- missing ------------------------------------------------------------------------------------


def test_a_missing_region_is_asked_for_once_and_then_hourly(launch: Launch) -> None:
    """The memory is a tag of the watcher's own function; while it lasts, one call reads it."""
    given = deploy(launch)
    sha = launch.commit(document(2, FOUR))

    first = launch.poll(given=given)
    requests = fc_requests(launch)
    launch.advance_to(NOON + 12 * MINUTE)
    waiting = launch.poll(given=given)
    requests_waiting = fc_requests(launch)
    launch.advance_to(NOON + HOUR + MINUTE)
    again = launch.poll(given=given)

    event = {
        "action": "provision",
        "regions": [TOKYO],
        "commit": {"sha": sha, "time": "2026-12-01T12:00:00Z"},
        "window": WINDOW,
        "now": None,
        "shortages": {},
    }
    assert (told(first)[TOKYO], reason(first, TOKYO)) == ("provision None done", NO_GROUP)
    assert requests == ASKED
    assert (told(waiting)[TOKYO], reason(waiting, TOKYO)) == (
        "provision None none",
        f"{NO_GROUP}; asked for 12 minutes ago",
    )
    assert (waiting["status"], requests_waiting) == ("converged", ["ListTagResources"])
    assert told(again)[TOKYO] == "provision None done"
    assert asked(launch) == [event, event]
    assert memory(launch)["p2p-fleet-asked"].split()[::2] == [sha[:12], bits(TOKYO)]


def test_another_commit_another_region_or_no_memory_is_asked_for_at_once(launch: Launch) -> None:
    """Bootstrap deletes the memory when it leaves regions pending; that counts as none."""
    given = deploy(launch)
    launch.commit(document(2, FOUR))
    launch.poll(given=given)

    launch.commit(document(3, FOUR))
    commit = launch.poll(given=given)
    launch.console(
        SINGAPORE,
        "DeleteScalingGroup",
        ScalingGroupId=launch.group(SINGAPORE)["ScalingGroupId"],
        ForceDelete=True,
    )
    launch.advance_to(launch.now() + MINUTE)
    region = launch.poll(given=given)
    forget(launch, given)
    forgotten = launch.poll(given=given)
    waiting = launch.poll(given=given)

    assert [told(one)[TOKYO] for one in (commit, region, forgotten, waiting)] == [
        "provision None done",
        "provision None done",
        "provision None done",
        "provision None none",
    ]
    assert [event["regions"] for event in asked(launch)] == [
        [TOKYO],
        [TOKYO],
        [TOKYO, SINGAPORE],
        [TOKYO, SINGAPORE],
    ]


def test_what_now_stands_for_is_handed_on_to_bootstrap(launch: Launch) -> None:
    """A new group must remember the same instant as the others."""
    given = deploy(launch)
    launch.commit(document(2, FOUR, start="now"))

    launch.poll(given=given)

    [event] = asked(launch)
    assert (event["window"]["start"], event["now"]) == (
        "2026-12-01T12:15:00Z",
        {"key": "v1+15minutes", "instant": "2026-12-01T12:00:00Z"},
    )


@pytest.mark.parametrize("variable", ["WATCHER_FUNCTION", "FC_ACCOUNT_ID"])
def test_without_a_function_to_remember_it_bootstrap_is_asked_every_time(
    launch: Launch, variable: str
) -> None:
    """As from a terminal: one request each, and none for a memory."""
    given = deploy(launch)
    given.pop(variable)
    launch.commit(document(2, FOUR))

    reports = [launch.poll(given=given) for _ in range(2)]

    assert [told(one)[TOKYO] for one in reports] == ["provision None done"] * 2
    assert fc_requests(launch) == ["InvokeFunction"]


@pytest.mark.parametrize("kind", ["throttle", "http_500", "html", "reset", "timeout_before"])
def test_a_memory_that_cannot_be_read_does_not_keep_bootstrap_from_being_asked(
    launch: Launch, kind: str
) -> None:
    """An invocation more does no harm, one that never comes does; it is read once, not again."""
    given = deploy(launch)
    launch.commit(document(2, FOUR))
    launch.poll(given=given)
    launch.faults({"product": "fc", "action": "ListTagResources", "fault": kind})

    report = launch.poll(given=given | {"DEADLINE_S": "4"})

    assert told(report)[TOKYO] == "provision None done"
    assert [one.split()[0] for one in fc_requests(launch)] == ASKED


def test_a_memory_that_cannot_be_written_is_told_and_asked_for_again(launch: Launch) -> None:
    """The asking itself was done; the reason names what is missing."""
    given = deploy(launch)
    launch.commit(document(2, FOUR))
    launch.faults(account={"denied_actions": ["fc:TagResources"]})

    reports = [launch.poll(given=given) for _ in range(2)]

    assert [reason(one, TOKYO) for one in reports] == [
        f"{NO_GROUP}; asked, but not remembered (AccessDenied)"
    ] * 2
    assert told(reports[1])[TOKYO] == "provision None done"
    assert len(asked(launch)) == 2


def test_an_asking_that_failed_is_not_remembered(launch: Launch) -> None:
    """The next poll asks again."""
    given = deploy(launch)
    launch.commit(document(2, FOUR))
    launch.faults({"product": "fc", "action": "InvokeFunction", "fault": "http_500"})
    failed = launch.poll(given=given)
    requests = fc_requests(launch)
    launch.faults()
    done = launch.poll(given=given)

    assert told(failed)[TOKYO] == "provision None failed InternalError"
    assert requests == ["ListTagResources", "InvokeFunction InternalError"]
    assert told(done)[TOKYO] == "provision None done"


def test_an_answer_in_an_odd_shape_is_no_memory(launch: Launch) -> None:
    """The vendor's own reader stumbles over it; the poll does not."""
    given = deploy(launch)
    launch.commit(document(2, FOUR))

    def garble(question: Asked, answer: Answered) -> Answered:
        if question.action == "ListTagResources":
            return answer.saying(b'{"TagResources": ["what is this"]}')
        return answer

    with meddling(launch.sandbox.endpoint, garble) as url:
        report = launch.poll(given=given | {"ALIBABA_CLOUD_ENDPOINT_URL": url})

    assert told(report)[TOKYO] == "provision None done"


def test_a_mistake_of_this_program_in_asking_costs_no_other_region_its_report(
    launch: Launch,
) -> None:
    """What was done in the regions is told, and the mistake where bootstrap was wanted."""
    given = deploy(launch)
    launch.commit(document(2, FOUR))

    report = launch.poll(given=given, open_session=stumbling_at("InvokeFunction"))

    assert told(report) == everywhere("arm 0 done") | {
        TOKYO: "provision None failed UnexpectedError"
    }
    assert errors(report)[TOKYO]["message"].startswith(
        "This program made a mistake in asking bootstrap: ZeroDivisionError at"
    )


def stumbling_at(action: str) -> Callable[[Settings, Deadline], Session]:
    """Return what opens sessions that make a mistake of their own at one action."""

    class Stumbling(Session):
        def send(self, region: str, host: str, what: str, ask: Any) -> Any:  # noqa: ANN401
            if what == action:
                raise ZeroDivisionError
            return super().send(region, host, what, ask)

    def open_session(settings: Settings, deadline: Deadline) -> Session:
        return Stumbling(
            settings.cloud,
            deadline,
            endpoint_url=settings.endpoint_url,
            sleep=time.sleep,
            rng=random.Random(1),
        )

    return open_session


def test_a_poll_that_wants_nothing_of_bootstrap_makes_not_one_call_more(launch: Launch) -> None:
    """A describe for each region of the catalogue, and a second where a group of ours is."""
    given = deploy(launch)
    launch.commit(document(2))
    launch.poll(given=given)

    report = launch.poll(given=given)

    assert report["totals"]["calls"] == len(CATALOGUE) + 3
    assert fc_requests(launch) == []


# --- to be adopted ------------------------------------------------------------------------------


def test_a_group_made_by_others_is_asked_to_be_adopted_where_the_document_says_so(
    launch: Launch,
) -> None:
    """It is never written by the watcher; without `adopt` the error says how to hand it over."""
    given = deploy(launch)
    launch.build(TOKYO, fleet=None)
    regions = f"  {HANGZHOU}: {{}}\n  {SINGAPORE}: {{}}\n  {FRANKFURT}: {{}}\n  {TOKYO}: "
    launch.commit(document(2, f"regions:\n{regions}{{}}"))
    held = launch.poll(given=given)
    held_requests = fc_requests(launch)
    launch.commit(document(2, f"regions:\n{regions}{{adopt: true}}"))

    plan = launch.poll({"action": "plan"}, given=given)
    adopted = launch.poll(given=given)

    assert (told(held)[TOKYO], held_requests) == ("hold None none GroupNotOurs", [])
    assert errors(held)[TOKYO]["remedy"] == (
        f"To hand it to the fleet, set `regions.{TOKYO}.adopt: true` in the control document; else"
        " rename or delete it."
    )
    assert (told(plan)[TOKYO], told(adopted)[TOKYO]) == (
        "provision None none",
        "provision None done",
    )
    assert reason(adopted, TOKYO) == "the group here is to be adopted"
    assert launch.writes(TOKYO) == []
    assert [event["regions"] for event in asked(launch)] == [[TOKYO]]


def test_a_group_of_another_fleet_is_never_asked_for(launch: Launch) -> None:
    """Its tag says whose it is, whatever its name and whatever the document."""
    given = deploy(launch)
    launch.build(TOKYO, fleet="other")
    adopt = "".join(f"\n  {region}: {{}}" for region in (HANGZHOU, SINGAPORE, FRANKFURT))
    launch.commit(document(2, f"regions:{adopt}\n  {TOKYO}: {{adopt: true}}"))

    report = launch.poll(given=given)

    assert told(report)[TOKYO] == "hold None none GroupOfAnotherFleet"
    assert errors(report)[TOKYO]["message"] == (
        f"A group named p2p-agent-{TOKYO} carries the tag p2p-fleet=other."
    )
    assert fc_requests(launch) == []


# --- out of date --------------------------------------------------------------------------------


def test_a_stack_whose_template_has_changed_is_asked_for_and_runs_on(launch: Launch) -> None:
    """A plan says so too; groups handed over by hand or adopted are left as they are."""
    given = deploy(launch)
    text = document(2)
    tag(launch, FRANKFURT, stack=fingerprint(text, FRANKFURT))
    tag(launch, HANGZHOU, stack="0" * 16, adopted="true")
    launch.commit(text)
    launch.poll(given=given)
    current = launch.poll(given=given)

    changed = document(2, "fleet: {disk_size_gb: 40}")
    launch.commit(changed)
    plan = launch.poll({"action": "plan"}, given=given)
    planned_requests = fc_requests(launch)
    outdated = launch.poll(given=given)
    waiting = launch.poll(given=given)
    tag(launch, FRANKFURT, stack=fingerprint(changed, FRANKFURT))
    updated = launch.poll(given=given)

    behind = "before start: armed for 2; the stack's template is out of date, and bootstrap brings"
    assert current["status"] == "converged"
    assert (plan["status"], told(plan)[FRANKFURT]) == ("changed", "provision 0 none")
    assert planned_requests == []
    assert told(outdated) == everywhere("none 0 none") | {FRANKFURT: "provision 0 done"}
    assert reason(outdated, FRANKFURT) == f"{behind} it up to date"
    assert told(waiting)[FRANKFURT] == "provision 0 none"
    assert reason(waiting, FRANKFURT) == f"{behind} it up to date; asked for just now"
    assert (updated["status"], told(updated)) == ("converged", everywhere("none 0 none"))
    assert [event["regions"] for event in asked(launch)] == [[FRANKFURT]]
    assert launch.all_writes == []


def test_a_region_that_changes_otherwise_is_armed_and_asked_for(launch: Launch) -> None:
    """The group does not wait for its stack."""
    given = deploy(launch)
    tag(launch, FRANKFURT, stack="0" * 16)
    launch.commit(document(2))

    report = launch.poll(given=given)

    assert told(report) == everywhere("arm 0 done")
    assert [event["regions"] for event in asked(launch)] == [[FRANKFURT]]


def test_a_stack_that_is_out_of_date_needs_a_function_to_update_it(launch: Launch) -> None:
    """The region runs on, and a person is told."""
    tag(launch, FRANKFURT, stack="0" * 16)
    launch.commit(document(2))

    report = launch.poll()

    assert told(report)[FRANKFURT] == "arm 0 done BootstrapNotConfigured"
    assert launch.tasks(FRANKFURT) == launch.tasks(SINGAPORE)


# --- short --------------------------------------------------------------------------------------


@pytest.fixture
def short(launch: Launch) -> tuple[Launch, dict[str, str]]:
    """Two nodes wanted in each region, an hour into the window, and none to be had in Frankfurt."""
    given = deploy(launch)
    tag(launch, FRANKFURT, stack=fingerprint(document(2), FRANKFURT))
    launch.faults(stock=[{"region": FRANKFURT}])
    run(launch)
    return launch, given


def test_a_shortage_makes_the_poll_ask_for_another_offer(
    short: tuple[Launch, dict[str, str]],
) -> None:
    """The error stays the shortage; what bootstrap says in the tag decides when to ask again."""
    launch, given = short

    plan = launch.poll({"action": "plan"}, given=given)
    first = launch.poll(given=given)
    at_once = launch.poll(given=given)
    tag(launch, FRANKFURT, next_offer="2026-12-01T20:00:00Z")
    launch.advance_to(START + HOUR + 30 * MINUTE)
    settled = launch.poll(given=given)
    settled_requests = fc_requests(launch)
    launch.advance_to(START + 2 * HOUR)
    over = launch.poll(given=given)

    code = "RecommendEmpty.InstanceTypeNoStock"
    inside = "inside the window: 2 wanted"
    assert {told(one)[FRANKFURT] for one in (plan, first, at_once, settled, over)} == {
        f"none 2 none {code}"
    }
    assert [reason(one, FRANKFURT) for one in (plan, first, at_once, settled, over)] == [
        f"{inside}; bootstrap would be asked for another offer",
        f"{inside}; bootstrap looks for another offer",
        f"{inside}; bootstrap was asked for another offer just now",
        inside,
        f"{inside}; bootstrap looks for another offer",
    ]
    assert errors(first)[FRANKFURT]["remedy"] == (
        "Nothing to do yet: bootstrap looks for another offer."
    )
    assert errors(settled)[FRANKFURT]["remedy"].startswith("Add another instance type")
    assert settled_requests == []
    assert [(event["regions"], event["shortages"]) for event in asked(launch)] == [
        ([FRANKFURT], {FRANKFURT: code})
    ] * 2


def test_a_shortage_goes_along_with_what_else_is_wanted(
    short: tuple[Launch, dict[str, str]],
) -> None:
    """One invocation for all regions, and one memory for all."""
    launch, given = short
    tag(launch, HANGZHOU, stack="0" * 16)

    report = launch.poll(given=given)

    assert told(report)[HANGZHOU] == "provision 2 done"
    assert [(event["regions"], list(event["shortages"])) for event in asked(launch)] == [
        ([HANGZHOU, FRANKFURT], [FRANKFURT])
    ]
    assert memory(launch)["p2p-fleet-asked"].split()[2] == bits(HANGZHOU)


def test_a_shortage_that_cannot_be_asked_for_says_why(
    short: tuple[Launch, dict[str, str]],
) -> None:
    """The advice for a person stands."""
    launch, given = short

    report = launch.poll(given=given | {"BOOTSTRAP_FUNCTION": f"no-{BOOTSTRAP}"})

    assert reason(report, FRANKFURT) == (
        "inside the window: 2 wanted; bootstrap could not be asked for another offer"
        " (FunctionNotFound)"
    )
    assert errors(report)[FRANKFURT]["remedy"].startswith("Add another instance type")
