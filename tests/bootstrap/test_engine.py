"""The engine: one resource brought to stand by asking, deciding, doing, and asking again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pytest

from functions.bootstrap.engine import Ledger, Patience, PendingError, build
from functions.bootstrap.records import BuildMove, Deed, DestroyMove, Gone, Ground, Ready, Write
from functions.bootstrap.site import Clouds, Site
from shared.cloud.session import CallFailedError, CloudCredentials, Session
from shared.deadline import Deadline
from shared.failure import Failure, FailureError, Reaction
from tests.bootstrap.yard import NOON

CREATED: Final = Deed("created", "thing", "it")


@dataclass
class Time:
    """A clock that moves when somebody waits."""

    now_s: float = 0.0

    def monotonic(self) -> float:
        """Return the present."""
        return self.now_s

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now_s += seconds


@dataclass
class Thing:
    """A resource in a cloud of its own, which answers creations as it is told to.

    `answers`: what happens to each creation in turn; the last one repeats. `visible_after_s`: how
    long what was created stays unseen.
    """

    time: Time
    answers: Sequence[Callable[[Thing], None]]
    visible_after_s: float = 0.0
    kind: str = "thing"
    made_at_s: list[float] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def find(self, _site: Site) -> bool:
        """Whether anything that was made can be seen."""
        return any(self.time.now_s >= at + self.visible_after_s for at in self.made_at_s)

    def know(self, ground: Ground, _found: bool) -> Ground:  # noqa: FBT001 (what was found)
        """Nothing is known."""
        return ground

    def build(self, site: Site, found: bool) -> BuildMove:  # noqa: FBT001 (as above)
        """Create it."""
        if found:
            return Ready()

        def send() -> None:
            self.tokens.append(site.token("thing"))
            self.answers[min(len(self.tokens), len(self.answers)) - 1](self)

        return Write(CREATED, send)

    def destroy(self, _site: Site, _found: bool) -> DestroyMove:  # noqa: FBT001 (as above)
        """It is never removed here."""
        return Gone()


def made(thing: Thing) -> None:
    """Make it and say so."""
    thing.made_at_s.append(thing.time.now_s)


def accepted(_thing: Thing) -> None:
    """Say that it is made, and forget about it."""


def refused(
    code: str, reaction: Reaction, *, made_all_the_same: bool = False
) -> Callable[[Thing], None]:
    """Return what refuses with a code, having done it or not."""

    def refuse(thing: Thing) -> None:
        if made_all_the_same:
            made(thing)
        failure = Failure(code, "Said the cloud.", reaction, "Do something.")
        raise CallFailedError(failure, perhaps_applied=made_all_the_same)

    return refuse


def settle(
    thing: Thing, *, deadline_s: float = 600.0, planning: bool = False
) -> tuple[list[Deed], Site]:
    """Let the thing stand; return the deeds and the site."""
    time, deeds = thing.time, Ledger(lambda _kind, _said: None, planning)
    deadline = Deadline.after(deadline_s, time.monotonic)
    session = Session(
        CloudCredentials("id", "secret"),
        deadline,
        endpoint_url=None,
        sleep=time.sleep,
        rng=random.Random(1),
    )
    site = Site(Clouds.behind(session), lambda: NOON, "fleet", "eu-west-1", "1")
    patience = Patience(deadline, time.sleep, random.Random(1))
    return deeds.deeds, build(thing, site, patience, deeds)


@pytest.fixture
def time() -> Time:
    """A clock at zero."""
    return Time()


def test_what_is_there_is_noted_as_found(time: Time) -> None:
    """Nothing is sent."""
    thing = Thing(time, [made], made_at_s=[0.0])

    deeds, _ = settle(thing)

    assert (deeds, thing.tokens) == ([Deed("found", "thing", "fleet-eu-west-1")], [])


def test_what_is_created_is_waited_for_and_not_created_again(time: Time) -> None:
    """It may stay out of sight for half a minute."""
    thing = Thing(time, [made], visible_after_s=25.0)

    deeds, _ = settle(thing)

    assert (deeds, len(thing.made_at_s), 25.0 <= time.now_s < 30.0) == ([CREATED], 1, True)


def test_what_never_came_to_light_is_created_with_another_token(time: Time) -> None:
    """The old token would only bring the old answer; the next resource begins with its own."""
    thing = Thing(time, [accepted, made])

    deeds, site = settle(thing)

    assert (deeds, len(set(thing.tokens)), site.attempt) == ([CREATED, CREATED], 2, 0)
    assert 30.0 <= time.now_s < 40.0


def test_what_never_shows_is_given_up_after_three_times(time: Time) -> None:
    """Else a change of the API would create one after the other until the deadline."""
    thing = Thing(time, [accepted])

    with pytest.raises(FailureError) as caught:
        settle(thing)

    failure = caught.value.failure
    assert (failure.code, failure.message, len(set(thing.tokens))) == (
        "NeverSeen",
        "thing it was created 3 times in eu-west-1, and nothing of it shows.",
        3,
    )


def test_a_token_that_made_something_else_is_let_go_of_in_the_end(time: Time) -> None:
    """Another run may be making it; what was made with it long ago is gone, and needs a new one."""
    used = refused("IdempotentParameterMismatch", Reaction.TRANSIENT)
    thing = Thing(time, [used, made])

    deeds, _ = settle(thing)

    assert (deeds, len(set(thing.tokens)), 30.0 <= time.now_s < 40.0) == ([CREATED], 2, True)


def test_what_another_run_makes_with_our_token_is_found(time: Time) -> None:
    """Nothing is created twice, and nobody claims to have done it."""

    def made_by_another(thing: Thing) -> None:
        made(thing)
        refused("IdempotentParameterMismatch", Reaction.TRANSIENT)(thing)

    thing = Thing(time, [made_by_another], visible_after_s=5.0)

    deeds, _ = settle(thing)

    assert (deeds, len(thing.tokens)) == ([Deed("found", "thing", "fleet-eu-west-1")], 1)


def test_what_was_done_without_an_answer_is_noted_as_done(time: Time) -> None:
    """A report must not say that nothing was changed."""
    lost = refused("EndpointTimeout", Reaction.TRANSIENT, made_all_the_same=True)
    thing = Thing(time, [lost])

    deeds, _ = settle(thing)

    assert (deeds, len(thing.made_at_s)) == ([CREATED], 1)


@pytest.mark.parametrize(
    ("code", "reaction", "least_s", "most_s"),
    [
        pytest.param("TaskConflict", Reaction.TRANSIENT, 90.0, 100.0, id="busy"),
        pytest.param("LaunchTemplateSet.NotFound", Reaction.HUMAN, 30.0, 36.0, id="not yet seen"),
        pytest.param("InvalidScalingGroupName.Duplicate", Reaction.HUMAN, 30.0, 36.0, id="twice"),
        pytest.param("InvalidRegionId.NotFound", Reaction.HUMAN, 0.0, 0.1, id="no such region"),
        pytest.param("NoPermission", Reaction.HUMAN, 0.0, 0.1, id="denied"),
        pytest.param("OperationDenied.NoStock", Reaction.SHORTAGE, 0.0, 0.1, id="shortage"),
        pytest.param("InvalidParameter", Reaction.BUG, 0.0, 0.1, id="bug"),
    ],
)
def test_a_failure_that_lasts_is_endured_as_long_as_it_may_pass(
    time: Time, code: str, reaction: Reaction, least_s: float, most_s: float
) -> None:
    """Then the region fails with it, and leaves its time to nobody."""
    with pytest.raises(FailureError) as caught:
        settle(Thing(time, [refused(code, reaction)]))

    assert (caught.value.failure.code, least_s <= time.now_s <= most_s) == (code, True)


def test_out_of_time_while_failing_says_what_failed(time: Time) -> None:
    """It says more than that the time is over."""
    with pytest.raises(FailureError) as caught:
        settle(Thing(time, [refused("TaskConflict", Reaction.TRANSIENT)]), deadline_s=20.0)

    assert (caught.value.failure.code, time.now_s <= 20.0) == ("TaskConflict", True)


def test_a_last_request_that_our_deadline_cut_short_is_pending(time: Time) -> None:
    """A slow answer at the end is no failure of the cloud's, which would be asked for hourly."""
    silent = Failure("EndpointTimeout", "No answer.", Reaction.TRANSIENT, "Wait.")

    def cut_short(_thing: Thing) -> None:
        time.sleep(0.3)
        raise CallFailedError(silent, perhaps_applied=True, cut_short=True)

    with pytest.raises(PendingError) as caught:
        settle(Thing(time, [cut_short]), deadline_s=1.0)

    assert caught.value.what == "thing (EndpointTimeout)"


def test_out_of_time_while_waiting_is_pending(time: Time) -> None:
    """The next run goes on."""
    with pytest.raises(PendingError) as caught:
        settle(Thing(time, [made], visible_after_s=25.0), deadline_s=20.0)

    assert (caught.value.what, time.now_s <= 20.0) == ("it to come to light", True)


def test_a_plan_sends_nothing_and_waits_for_nothing(time: Time) -> None:
    """What would be done is noted, once however often it is asked for."""
    thing = Thing(time, [made])

    deeds, _ = settle(thing, planning=True)

    assert (deeds, thing.tokens, time.now_s) == ([CREATED], [], 0.0)
