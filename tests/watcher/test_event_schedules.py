"""What a schedule's event says of the schedule: which one fired, and at which cadence."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

import pytest

from functions.watcher.cadence_cron import Cadence
from functions.watcher.event import Event, EventError, Firing, parse_event

CRON: Final = "0 */10 * * * *"
TEN_MINUTES: Final = Cadence(CRON, timedelta(minutes=10))
POLL: Final = "p2p-agent-poll"
SOURCE_EVENT: Final = {
    "datacontenttype": "application/json;charset=utf-8",
    "aliyunaccountid": "1234567890123456",
    "aliyunpublishtime": "2026-12-01T12:10:00.035Z",
    "data": {"TimeZone": "GMT+0:00", "Schedule": CRON},
    "specversion": "1.0",
    "aliyuneventbusname": "p2p-agent",
    "id": "1234567-89",
    "source": POLL,
    "time": "2026-12-01T12:10:00Z",
    "aliyunregionid": "eu-central-1",
    "type": "eventbridge:Events:ScheduledEvent",
}
TIMER_EVENT: Final = {
    "triggerTime": "2026-12-01T12:10:00Z",
    "triggerName": POLL,
    "payload": CRON,
}


def read(event: dict[str, Any]) -> Event:
    """Parse an event as FC hands it over, whichever way its text is encoded."""
    text = json.dumps(event)
    escaped, plain = parse_event(text.encode()), parse_event(json.dumps(event, ensure_ascii=False))
    assert escaped == plain == parse_event(text)
    return plain


def test_eventbridge_says_its_cadence_by_itself() -> None:
    """The source's name and its cron stand in the envelope."""
    assert read(SOURCE_EVENT) == Event(schedule=Firing("eventbridge", POLL, TEN_MINUTES))


def test_a_timer_says_its_cadence_in_its_payload() -> None:
    """FC's event does not tell the cron, so bootstrap's timer carries it."""
    assert read(TIMER_EVENT) == Event(schedule=Firing("timer", POLL, TEN_MINUTES))


def test_a_late_and_a_second_event_are_what_the_first_one_is() -> None:
    """Neither the hour nor the number of a delivery counts."""
    late = SOURCE_EVENT | {
        "aliyunpublishtime": "2026-12-02T23:59:59.999Z",
        "id": "another",
        "time": "2026-11-30T00:00:00Z",
    }

    assert read(late) == read(SOURCE_EVENT)
    assert read(TIMER_EVENT | {"triggerTime": "2026-11-30T00:00:00Z"}) == read(TIMER_EVENT)


@pytest.mark.parametrize(
    "data",
    [
        None,
        CRON,
        [],
        {},
        {"Schedule": None},
        {"Schedule": 5},
        {"Schedule": {"cron": CRON}},
        {"Schedule": "soon"},
        {"UserData": {"Schedule": CRON}},
    ],
    ids=str,
)
def test_an_event_without_a_readable_schedule_still_polls(data: object) -> None:
    """A poll that is asked for is done; only its cadence is not known."""
    assert read(SOURCE_EVENT | {"data": data}) == Event(schedule=Firing("eventbridge", POLL, None))


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "every ten minutes",
        "awake!",
        "{}",
        '{"action": "plan"}',
        "*/10 * * * *",
        "größer 0 * * * *",
        None,
        10,
        {"cron": CRON},
        "0" * 10_000,
    ],
    ids=lambda payload: str(payload)[:20],
)
def test_a_timer_with_a_payload_of_somebodys_own_still_polls(payload: object) -> None:
    """A timer that was made by hand polls, and nothing in its payload is ever obeyed."""
    assert read(TIMER_EVENT | {"payload": payload}) == Event(schedule=Firing("timer", POLL, None))


def test_a_timer_may_send_no_payload_at_all() -> None:
    """FC's metadata has it optional."""
    event = {name: said for name, said in TIMER_EVENT.items() if name != "payload"}

    assert read(event) == Event(schedule=Firing("timer", POLL, None))


@pytest.mark.parametrize("name", [None, 7, ["p2p-agent-poll"]], ids=str)
def test_a_schedule_without_a_name_is_nobodys(name: object) -> None:
    """It polls, and can be taken for none of ours."""
    assert read(SOURCE_EVENT | {"source": name}) == Event(
        schedule=Firing("eventbridge", None, TEN_MINUTES)
    )
    assert read(TIMER_EVENT | {"triggerName": name}) == Event(
        schedule=Firing("timer", None, TEN_MINUTES)
    )


@pytest.mark.parametrize("text", ["{}", '{"action": "poll"}', '{"action": "plan"}'])
def test_a_person_is_no_schedule(text: str) -> None:
    """What the console and a terminal send carries no cadence."""
    assert parse_event(text).schedule is None


@pytest.mark.parametrize("key", ["regions", "schedule", "cron", "data", "payload"])
def test_a_person_cannot_pretend_to_be_one(key: str) -> None:
    """A console event with a schedule's keys is refused, not obeyed in part."""
    with pytest.raises(EventError):
        parse_event(json.dumps({"action": "poll", key: CRON}))
