"""The session: what is repeated, what is not, and which way requests go."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import requests

from shared.cloud.session import CallFailedError, CloudCredentials, Effect, Session
from shared.cloud.transport import SharedAdapter
from shared.deadline import Deadline
from shared.failure import Reaction
from tests.shared.recording import refusal

PROXY = "http://127.0.0.1:9"


def session_with(endpoint_url: str | None, left_s: float = 60.0) -> Session:
    """A session whose clock stands still and which never really waits."""
    return Session(
        CloudCredentials("id", "secret", "token"),
        Deadline(lambda: 0.0, left_s),
        endpoint_url=endpoint_url,
        sleep=lambda _: None,
        rng=random.Random(1),
    )


def failing(times: int, code: str) -> Callable[[], str]:
    """A request that fails so often with this transient code before it succeeds."""
    left = [refusal(code, Reaction.TRANSIENT)] * times

    def once() -> str:
        if left:
            raise left.pop()
        return "done"

    return once


def test_a_read_is_repeated_while_the_service_is_in_trouble() -> None:
    """Asking again is harmless."""
    once = failing(3, "ServiceUnavailable")

    assert session_with(None).persist(Effect.READ, once) == "done"


def test_a_write_is_repeated_only_if_it_was_not_even_looked_at() -> None:
    """Throttling refuses at the door; of anything else only a fresh look tells."""
    session = session_with(None)

    assert session.persist(Effect.WRITE, failing(3, "Throttling.User")) == "done"
    with pytest.raises(CallFailedError):
        session.persist(Effect.WRITE, failing(1, "ServiceUnavailable"))


@pytest.mark.parametrize(
    "code",
    [
        "InvalidVpcId.NotFound",
        "EntityNotExist.Role",
        "ProjectNotExist",
        "IndexAlreadyExist",
        "DependencyViolation.VSwitch",
        "InvalidScalingGroupId.NotFound",
    ],
)
def test_what_would_be_said_again_is_not_asked_again(code: str) -> None:
    """That something is not there is an answer; whoever waits for it looks again, later."""
    with pytest.raises(CallFailedError, match=code):
        session_with(None).persist(Effect.READ, failing(1, code))


@pytest.mark.parametrize(("left_s", "cut_short"), [(60.0, False), (4.0, True)])
def test_silence_within_less_time_than_usual_is_our_own_deadlines_doing(
    left_s: float, *, cut_short: bool
) -> None:
    """An endpoint that had two seconds instead of eight has not failed."""

    def ask(_runtime: object) -> None:
        raise requests.ReadTimeout("Read timed out.")

    with pytest.raises(CallFailedError) as caught:
        session_with(None, left_s).send("eu-west-1", "ess.aliyuncs.com", "DescribeAll", ask)

    assert caught.value.failure.code == "EndpointTimeout"
    assert (caught.value.perhaps_applied, caught.value.cut_short) == (True, cut_short)


def test_other_clients_go_the_way_of_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an endpoint of its own for all products, whatever proxy the machine has."""
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    session = session_with(PROXY)

    http = session.http_session()

    assert (http.proxies, http.trust_env) == ({"http": PROXY}, False)
    assert session.url("x.log.aliyuncs.com") == "http://x.log.aliyuncs.com"
    assert isinstance(http.get_adapter("https://x.log.aliyuncs.com"), SharedAdapter)


def test_without_such_an_endpoint_they_go_the_way_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Always over TLS, through the proxy that the machine names if it names one."""
    monkeypatch.setenv("HTTPS_PROXY", "http://192.0.2.1:3128")
    session = session_with(None)

    assert session.http_session().proxies["https"] == "http://192.0.2.1:3128"
    assert session.url("x.log.aliyuncs.com") == "https://x.log.aliyuncs.com"


def test_no_secret_shows_in_what_a_session_hands_out() -> None:
    """Even a debugger's print keeps it."""
    assert repr(session_with(None).credentials) == "CloudCredentials(access_key_id='id')"
