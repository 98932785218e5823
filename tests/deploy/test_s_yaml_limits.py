"""Our own rules for infra/s.yaml, where one mistake is several faults or a limit has two sides."""

from __future__ import annotations

import pytest

from infra.deploying.rules.environment import size_of
from tests.deploy.broken import ELSEWHERE, RIGHT, WATCHER, at, broken, said, timer
from tests.deploy.resolved import SOURCES, resolved


def test_a_fleets_name_is_checked_before_anything_bears_it() -> None:
    """A name that the functions would refuse is refused once for the file, once for them."""
    document = resolved("ap-southeast-1", "P2P", "not-published", "auto", CONTROL_SOURCES=SOURCES)

    assert said(document) == [
        "vars.fleet (FLEET_NAME) must be 1 to 32 lower-case letters, digits and hyphens, beginning"
        " with a letter, not 'P2P'.",
        "environmentVariables: FLEET_NAME must be 1 to 32 lower-case letters, digits and hyphens,"
        " beginning with a letter, not 'P2P'.",
    ]


def test_a_functions_name_keeps_to_function_computes_pattern() -> None:
    """A name of other characters is refused for that, and for not being the fleet's."""
    name = "0-watcher!"
    document = broken(
        (at("functionName"), name), (at("environmentVariables/WATCHER_FUNCTION"), name)
    )

    assert said(document) == [
        f"{WATCHER}.functionName must be 1 to 64 letters, digits, `_` and `-`, and begin with a"
        f" letter or `_`, not {name!r}.",
        f"{WATCHER}.functionName must be p2p-agent-watcher, as roles and commands have it, not"
        f" {name!r}.",
        "environmentVariables: WATCHER_FUNCTION must be a function's name: 1 to 64 letters, digits,"
        f" `_` and `-`, not {name!r}.",
    ]


def test_without_eventbridge_the_timer_is_named() -> None:
    """Riyadh has functions and no EventBridge; with the timer it will do."""
    riyadh = ("me-central-1", "p2p-agent", "not-published", "auto")
    bridge = resolved(*riyadh, CONTROL_SOURCES=SOURCES)
    timer_instead = resolved(*riyadh, CONTROL_SOURCES=SOURCES, SCHEDULER="timer")

    assert said(bridge) == [
        f"EventBridge is not offered in me-central-1: set SCHEDULER=timer, or {ELSEWHERE}."
    ]
    assert said(timer_instead) == []


@pytest.mark.parametrize("spare", [0, 1])
def test_the_environment_may_take_4096_bytes_and_not_one_more(spare: int) -> None:
    """Names and values count; the sentence names the longest, never a value."""
    variables = RIGHT["resources"]["watcher"]["props"]["environmentVariables"]
    free = 4096 - size_of(variables)
    document = broken((at("environmentVariables/CONTROL_KNOWN_HOSTS"), "k" * (free + spare)))

    sentence = (
        f"{WATCHER}.environmentVariables takes 4097 of the 4096 bytes that Function Compute"
        " allows; the longest are CONTROL_KNOWN_HOSTS, CONTROL_SOURCES, BOOTSTRAP_FUNCTION (an"
        " ed25519 key is a tenth of an RSA one)."
    )
    assert said(document) == [sentence] * spare


def test_roles_may_be_named_in_full() -> None:
    """An ARN of the right role is as good as its name."""
    arn = "acs:ram::1234567890123456:role/p2p-agent-watcher"

    assert said(broken((at("role"), arn))) == []


@pytest.mark.parametrize(
    "cron",
    [
        "0 */5 * * * *",
        "0 0 4,16 1-15 JAN-MAR MON",
        "0 0 4 ? * SUN-FRI/2",
        "CRON_TZ=Asia/Shanghai 0 0 4 1 * *",
        "@every 15m",
        "@every 1h30m",
    ],
)
def test_cron_expressions_that_function_compute_takes_are_taken(cron: str) -> None:
    """Six fields, words for months and days, a zone before them, or an interval."""
    assert said(broken((at("triggers"), timer(cronExpression=cron)))) == []


@pytest.mark.parametrize(
    ("cron", "fault"),
    [
        ("", "it must have six fields, seconds first, such as `0 */5 * * * *`, not 1"),
        ("0 0 4 * *", "it must have six fields, seconds first, such as `0 */5 * * * *`, not 5"),
        ("60 0 4 * * *", "'60' is none for the seconds"),
        ("0 */0 * * * *", "'*/0' is none for the minutes"),
        ("0 0 24 * * *", "'24' is none for the hours"),
        ("0 0 ? * * *", "'?' is none for the hours"),
        ("0 0 4 0 * *", "'0' is none for the day of the month"),
        ("0 0 4 * 13 *", "'13' is none for the month"),
        ("0 0 4 * * FOO", "'FOO' is none for the day of the week"),
        ("0 0 9-3 * * *", "'9-3' is none for the hours"),
        ("0 0 4, * * *", "'4,' is none for the hours"),
        (
            "CRON_TZ=Asia/Shanghai 0 4 * * *",
            "it must have six fields, seconds first, such as `0 */5 * * * *`, not 5",
        ),
        ("@every 30s", "after `@every ` must stand e.g. 15m or 1h"),
        ("@daily", "after `@every ` must stand e.g. 15m or 1h"),
    ],
)
def test_cron_expressions_that_it_refuses_are_refused(cron: str, fault: str) -> None:
    """The sentence names the field that is wrong."""
    document = broken((at("triggers"), timer(cronExpression=cron)))

    assert said(document) == [f"{WATCHER}.triggers.0.triggerConfig.cronExpression: {fault}."]
