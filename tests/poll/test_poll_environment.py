"""What a poll is asked with: the environment and the event. Each mistake is one sentence."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

import pytest

from functions.watcher.cadence_cron import Cadence
from functions.watcher.entry import run
from functions.watcher.event import Event, EventError, Firing, parse_event
from shared.settings import SettingsError, settings_from
from tests.poll.launch import FRANKFURT, Launch, document, told

RIGHT: Final = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tSomebody",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hunter2hunter2",
    "CONTROL_SOURCES": "https://git.example.com/fleet.git",
}
LOOPBACK: Final = "http://127.0.0.1:8800"
NO_URL: Final = "must be a URL such as http://127.0.0.1:8800."
NO_NUMBER: Final = "must be a whole number of at least"
NO_AMOUNT: Final = "must be an amount such as 25 or 12.50, or off, not"
NO_WORD: Final = "must be one word of ASCII characters; copy it anew."
NO_BASE64: Final = "is not base64; set it to the output of `base64 -w0 <private key file>`."
NO_FUNCTION: Final = "must be a function's name: 1 to 64 letters, digits, `_` and `-`, not"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "", "is not set; set it to an access key id."),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ключ", NO_WORD),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", " ", "is not set; set it to an access key secret."),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "two words", NO_WORD),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "two\nlines", NO_WORD),
        ("ALIBABA_CLOUD_ENDPOINT_URL", "127.0.0.1:8800", NO_URL),
        ("ALIBABA_CLOUD_ENDPOINT_URL", "http://[::1", NO_URL),
        ("ALIBABA_CLOUD_ENDPOINT_URL", "http://127.0.0.1:99999", NO_URL),
        ("P2P_FLEET_CLOCK_URL", "http://", NO_URL),
        (
            "CONTROL_SOURCES",
            "",
            "is not set; set it to where the control document is, e.g. https://host/repo.git.",
        ),
        (
            "CONTROL_SOURCES",
            "http://me:hunter2@git.example.com/fleet.git",
            ": The source 'http://git.example.com/fleet.git' is refused: plain http is for loopback"
            " hosts only; use https.",
        ),
        ("CONTROL_TOKEN", "to ken", NO_WORD),
        ("CONTROL_SSH_KEY", "-----BEGIN OPENSSH PRIVATE KEY-----", NO_BASE64),
        ("CONTROL_SSH_KEY", "ключ", NO_BASE64),
        (
            "CONTROL_ALLOW_REWIND",
            "maybe",
            "must be true or false, not 'maybe'.",
        ),
        ("MAX_NODES_PER_REGION", "-1", f"{NO_NUMBER} 0, not '-1'."),
        ("MAX_NODES_PER_REGION", "1e3", f"{NO_NUMBER} 0, not '1e3'."),
        ("MAX_NODES", "9" * 5000, f"{NO_NUMBER} 0, not '{'9' * 40}'."),
        ("MAX_NODES", "²", f"{NO_NUMBER} 0, not '²'."),
        ("MAX_USD_PER_DAY", "nan", f"{NO_AMOUNT} 'nan'."),
        ("MAX_USD_PER_DAY", "-1", f"{NO_AMOUNT} '-1'."),
        (
            "FLEET_NAME",
            "My Fleet",
            "must be 1 to 32 lower-case letters, digits and hyphens, beginning with a letter, not"
            " 'My Fleet'.",
        ),
        ("BOOTSTRAP_FUNCTION", "acs:fc:x", f"{NO_FUNCTION} 'acs:fc:x'."),
        ("WATCHER_FUNCTION", "1st", f"{NO_FUNCTION} '1st'."),
        ("FC_REGION", "mars", "must be the id of a region, not 'mars'."),
        ("FC_ACCOUNT_ID", "my-account", "must be the digits of an account id, not 'my-account'."),
        ("DEADLINE_S", "soon", "must be seconds from 1 to 86400, not 'soon'."),
        ("DEADLINE_S", "0.5", "must be seconds from 1 to 86400, not '0.5'."),
        ("MAX_CONCURRENCY", "0", f"{NO_NUMBER} 1, not '0'."),
    ],
)
def test_a_wrong_variable_is_named_in_one_sentence(name: str, value: str, said: str) -> None:
    """The sentence says what it should be, and repeats nothing that could be a secret."""
    with pytest.raises(SettingsError) as refusal:
        settings_from(RIGHT | {name: value})

    between = "" if said.startswith(":") else " "
    assert str(refusal.value) == f"{name}{between}{said}"
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        (
            {"P2P_FLEET_CLOCK_URL": "http://clock.example.com"},
            "P2P_FLEET_CLOCK_URL must be on loopback, such as http://127.0.0.1:8800.",
        ),
        (
            {"P2P_FLEET_CLOCK_URL": LOOPBACK},
            "P2P_FLEET_CLOCK_URL works only with a sandbox: ALIBABA_CLOUD_ENDPOINT_URL must be a"
            " loopback URL as well.",
        ),
        (
            {
                "P2P_FLEET_CLOCK_URL": LOOPBACK,
                "ALIBABA_CLOUD_ENDPOINT_URL": "http://cloud.example.com",
            },
            "P2P_FLEET_CLOCK_URL works only with a sandbox: ALIBABA_CLOUD_ENDPOINT_URL must be a"
            " loopback URL as well.",
        ),
    ],
)
def test_a_foreign_clock_is_refused_unless_all_is_loopback(urls: dict[str, str], said: str) -> None:
    """Nobody can make a fleet in the real cloud believe in another time."""
    with pytest.raises(SettingsError) as refusal:
        settings_from(RIGHT | urls)

    assert str(refusal.value) == said


def test_a_clock_that_does_not_answer_is_named(launch: Launch) -> None:
    """A port where nobody listens, and one where something else does."""
    dead = "http://127.0.0.1:1"
    for url, why in ((dead, "URLError"), (launch.host.http_url, "HTTPError")):
        with pytest.raises(SettingsError) as refusal:
            run(launch.environment | {"P2P_FLEET_CLOCK_URL": url}, Event())
        assert str(refusal.value) == (
            f"P2P_FLEET_CLOCK_URL: no sandbox answers at {url} ({why}); start one with p2p-fleet"
            " sandbox."
        )


def test_secrets_are_not_shown_by_the_settings() -> None:
    """Not even where a record is printed whole, as in a traceback."""
    secrets = {
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hunter2-secret",
        "ALIBABA_CLOUD_SECURITY_TOKEN": "hunter2-security-token",
        "CONTROL_TOKEN": "hunter2-control-token",
        "CONTROL_SSH_KEY": "aHVudGVyMg==",
        "CONTROL_SOURCES": "https://me:hunter2-in-the-url@git.example.com/fleet.git",
    }

    shown = repr(settings_from(RIGHT | secrets))

    assert [secret for secret in ("hunter2", "aHVudGVyMg") if secret in shown] == []


# --- events -------------------------------------------------------------------------------------

CLOUD_EVENT: Final = {
    "datacontenttype": "application/json;charset=utf-8",
    "aliyunaccountid": "1234567890123456",
    "aliyunpublishtime": "2022-09-21T05:00:00.035Z",
    "data": {"TimeZone": "GMT+8:00", "Schedule": "0 */10 * * * *"},
    "specversion": "1.0",
    "aliyuneventbusname": "Housekeeping-Bus",
    "id": "1234567-89",
    "source": "housekeeping.scheduledevent",
    "time": "2022-09-21T05:00:00Z",
    "aliyunregionid": "cn-beijing",
    "type": "eventbridge:Events:ScheduledEvent",
}
TIMER_EVENT: Final = {
    "triggerTime": "2023-12-26T07:49:00Z",
    "triggerName": "every-5-minutes",
    "payload": "",
}


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (
            json.dumps(CLOUD_EVENT),
            Event(
                schedule=Firing(
                    "eventbridge",
                    "housekeeping.scheduledevent",
                    Cadence("0 */10 * * * *", timedelta(minutes=10)),
                )
            ),
        ),
        (json.dumps(TIMER_EVENT), Event(schedule=Firing("timer", "every-5-minutes", None))),
        ("{}", Event()),
        ('{"action": "poll"}', Event()),
        ('{"action": "plan"}', Event(action="plan")),
        ('{"regions": ["eu-central-1", "eu-central-1"]}', Event(regions=("eu-central-1",))),
        (b'{"action": "plan", "regions": null}', Event(action="plan")),
    ],
)
def test_what_invokes_the_watcher_is_understood(text: str | bytes, event: Event) -> None:
    """Schedules of EventBridge and FC, and a person at the console."""
    assert parse_event(text) == event


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the event is not JSON; use {} for a plain poll."),
        ("poll", "the event is not JSON; use {} for a plain poll."),
        ('{"action": "plan", "action": "poll"}', "a key stands twice in the event."),
        (b"\xff\xfe", "the event is not JSON; use {} for a plain poll."),
        ("[" * 100_000, "the event is not JSON; use {} for a plain poll."),
        (" " * 200_000, "the event is longer than 131072 bytes."),
        ("[]", "the event must be a JSON object; use {} for a plain poll."),
        ("null", "the event must be a JSON object; use {} for a plain poll."),
        (
            json.dumps(CLOUD_EVENT | {"type": "ecs:Instance:StateChange"}),
            "the CloudEvent is not of type eventbridge:Events:ScheduledEvent; only schedules may"
            " invoke.",
        ),
        (
            json.dumps(TIMER_EVENT | {"action": "poll"}),
            "the timer event has the unknown key 'action'.",
        ),
        ('{"action": "destroy"}', "action must be poll or plan, not 'destroy'."),
        ('{"action": ["poll"]}', "action must be poll or plan, not \"['poll']\"."),
        ('{"acton": "poll"}', "the event has the unknown key 'acton'; did you mean `action`?"),
        (
            '{"regions": "eu-central-1"}',
            'regions must be a list of region ids, e.g. ["eu-central-1"].',
        ),
        ('{"regions": []}', 'regions must be a list of region ids, e.g. ["eu-central-1"].'),
        (
            '{"regions": ["eu-centrl-1"]}',
            "regions: `eu-centrl-1` is not a region of Alibaba Cloud; did you mean `eu-central-1`?",
        ),
    ],
)
def test_any_other_event_is_refused_with_one_sentence(text: str | bytes, said: str) -> None:
    """What is not understood changes nothing."""
    with pytest.raises(EventError) as refusal:
        parse_event(text)

    assert str(refusal.value) == said


@pytest.mark.parametrize("event", [CLOUD_EVENT, TIMER_EVENT])
def test_a_schedule_polls_the_whole_fleet(launch: Launch, event: dict[str, Any]) -> None:
    """Whatever is in its payload."""
    launch.commit(document(2))

    report = launch.poll(event)

    assert (report["action"], report["status"]) == ("poll", "changed")
    assert told(report)[FRANKFURT] == "arm 0 done"
