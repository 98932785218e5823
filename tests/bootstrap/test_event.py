"""Events: what may invoke bootstrap, and how everything else is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from functions.bootstrap.event import Event, EventError, Resolved, parse_event
from shared.control.window import NowKey, Window
from shared.memory import AppliedCommit, ResolvedNow

COMMIT: Final = {"sha": "a" * 40, "time": "2026-12-01T12:00:00Z"}
APPLIED: Final = AppliedCommit("a" * 40, datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
WINDOW: Final = {"start": "2026-12-01T18:00:00Z", "stop": None}
START: Final = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
KEY: Final = NowKey.parse("v2+15minutes")


@pytest.mark.parametrize(
    ("event", "meaning"),
    [
        ({}, Event()),
        ({"action": "provision", "regions": None}, Event()),
        (
            {"action": "destroy", "confirm": "p2p-agent", "regions": ["eu-west-1", "eu-west-1"]},
            Event("destroy", ("eu-west-1",), confirm="p2p-agent"),
        ),
        ({"action": "status", "dry_run": True}, Event("status", dry_run=True)),
        ({"action": "schedule"}, Event("schedule")),
        ({"action": "unschedule"}, Event("unschedule")),
        (
            {"commit": COMMIT, "window": WINDOW, "now": None},
            Event(resolved=Resolved(APPLIED, Window(START, None), None)),
        ),
        (
            {
                "commit": COMMIT,
                "window": {**WINDOW, "stop": "2026-12-02T18:00:00Z"},
                "now": {"key": str(KEY), "instant": "2026-12-01T17:45:00Z"},
                "shortages": {"eu-west-1": "OperationDenied.NoStock"},
            },
            Event(
                resolved=Resolved(
                    APPLIED,
                    Window(START, START + timedelta(days=1)),
                    ResolvedNow(KEY, START - timedelta(minutes=15)),
                ),
                shortages={"eu-west-1": "OperationDenied.NoStock"},
            ),
        ),
    ],
)
def test_an_event_is_understood(event: dict[str, object], meaning: Event) -> None:
    """What is left out means what is usual; text and bytes are read alike."""
    text = json.dumps(event)

    assert (parse_event(text), parse_event(text.encode())) == (meaning, meaning)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("provision", "the event is not JSON; use {} to provision what is missing."),
        (b"\xff\xfe{}", "the event is not JSON; use {} to provision what is missing."),
        ("[" * 100_000, "the event is not JSON; use {} to provision what is missing."),
        ("[]", "the event must be a JSON object; use {} to provision what is missing."),
        (" " * 131_073, "the event is longer than 131072 bytes."),
        ('{"actoin": "destroy"}', "the event has the unknown key 'actoin'; did you mean `action`?"),
        (
            '{"force": 1}',
            "the event has the unknown key 'force'; known are action, regions, dry_run, confirm,"
            " commit, window, now, shortages.",
        ),
        (
            '{"action": "remove"}',
            "action must be one of provision, destroy, status, schedule, unschedule, not 'remove'.",
        ),
        (
            '{"action": null}',
            "action must be one of provision, destroy, status, schedule, unschedule, not 'None'.",
        ),
        (
            '{"regions": "eu-west-1"}',
            'regions must be a list of region ids, e.g. ["eu-central-1"].',
        ),
        ('{"regions": []}', 'regions must be a list of region ids, e.g. ["eu-central-1"].'),
        (
            '{"regions": ["eu-wset-1"]}',
            "regions: `eu-wset-1` is not a region of Alibaba Cloud; did you mean `eu-west-1`?",
        ),
        ('{"dry_run": "yes"}', "dry_run must be true or false, not 'yes'."),
        ('{"confirm": true}', "confirm must be text, not 'True'."),
        (
            json.dumps({"commit": COMMIT, "window": {"stop": None}}),
            "commit, window and now must be as the watcher writes them.",
        ),
        (
            json.dumps({"commit": COMMIT, "window": WINDOW, "now": {"key": "x"}}),
            "commit, window and now must be as the watcher writes them.",
        ),
        (
            json.dumps({"commit": COMMIT}),
            "commit, window and now must be as the watcher writes them.",
        ),
        (
            json.dumps({"window": WINDOW}),
            "commit, window and now must be as the watcher writes them.",
        ),
        (
            json.dumps({"commit": 1, "window": WINDOW}),
            "commit, window and now must be as the watcher writes them.",
        ),
        (
            json.dumps({"commit": COMMIT, "window": WINDOW, "now": "yes"}),
            "commit, window and now must be as the watcher writes them.",
        ),
        (
            '{"shortages": {"mars-1": "NoStock"}}',
            'shortages must map region ids to codes, e.g. {"eu-west-1": "…NoStock"}.',
        ),
        (
            '{"shortages": {"eu-west-1": 7}}',
            'shortages must map region ids to codes, e.g. {"eu-west-1": "…NoStock"}.',
        ),
    ],
)
def test_anything_else_is_refused_in_one_sentence(text: str | bytes, sentence: str) -> None:
    """The sentence says what is wrong and what would be right."""
    with pytest.raises(EventError) as caught:
        parse_event(text)

    assert str(caught.value) == sentence
