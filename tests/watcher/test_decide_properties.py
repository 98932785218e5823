"""Laws of the decision, over groups, tasks, memories, windows and instants of all kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.watcher.arming import plan_tasks, sort_tasks
from functions.watcher.decide import decide
from functions.watcher.records import (
    Absent,
    Action,
    CreateTask,
    DeleteTask,
    ModifyTask,
    NotOurs,
    Observation,
    Ours,
    Provision,
    SetCapacity,
    Sighting,
    Stack,
)
from shared.cloud.records import Capacity, ScheduledTask, TaskSpec
from shared.control.intent import Hold, Intent, Verdict
from shared.control.window import Phase, Window, phase
from shared.failure import Failure, Reaction
from shared.memory import AppliedCommit, Memory
from shared.naming import TaskRole
from tests.watcher.fleet import (
    COMMIT,
    NAME,
    OUT_OF_DATE,
    REGION,
    START,
    TEMPLATE,
    UP_TO_DATE,
    after,
    group,
    ours,
    task,
)

MINUTE = timedelta(minutes=1)
TROUBLE = Failure("Some.Code", "Something.", Reaction.HUMAN, "Do this.")

settings.register_profile("decisions", max_examples=400, deadline=None)
thorough = settings.get_profile("decisions")

instants = st.integers(-60 * 24 * 100, 60 * 24 * 200).map(lambda count: START + count * MINUTE)
near = st.integers(-8, 8).map(lambda count: START + count * 10 * MINUTE)
moments = st.one_of(
    near, near, instants, st.integers(-5000, 5000).map(lambda s: START + timedelta(0, s))
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """A window of at least ten minutes, or one without an end."""
    start = draw(st.one_of(near, near, moments))
    length = draw(st.one_of(st.none(), st.integers(10, 60 * 24 * 200)))
    return Window(start, None if length is None else start + length * MINUTE)


@st.composite
def capacities(draw: st.DrawFn) -> Capacity:
    """Bounds in order, with the desired feature on or off."""
    low, middle, high = sorted(draw(st.tuples(*[st.integers(0, 6)] * 3)))
    return Capacity(low, high, draw(st.sampled_from([None, middle])))


@st.composite
def task_sets(draw: st.DrawFn) -> tuple[ScheduledTask, ...]:
    """Up to one task for each role, in different minutes, as ESS would let us have them."""
    roles = draw(st.sets(st.sampled_from(TaskRole)))
    minutes = draw(st.lists(near, min_size=len(roles), max_size=len(roles), unique=True))
    return tuple(
        replace(
            task(role, minute, draw(st.integers(0, 4)), desired_on=draw(st.booleans())),
            enabled=draw(st.booleans()),
            recurring=draw(st.sampled_from([False, False, False, True])),
        )
        for role, minute in zip(sorted(roles), minutes, strict=True)
    )


stacks = st.builds(Stack, st.sampled_from([None, TEMPLATE, OUT_OF_DATE.fingerprint]), st.booleans())


@st.composite
def regions(draw: st.DrawFn) -> Ours:
    """A group of ours in any state that an operator, a crash or time can have left it in."""
    window = draw(st.one_of(st.none(), windows()))
    memory = Memory(
        commit=draw(st.sampled_from([None, COMMIT])),
        window=window,
        earlier_stop=draw(st.one_of(st.none(), near)),
    )
    state = draw(st.sampled_from(["Active", "Active", "Active", "Inactive"]))
    seen = group(draw(capacities()), state=state)
    return ours(seen, *draw(task_sets()), memory=memory, stack=draw(stacks))


sightings: st.SearchStrategy[Sighting] = st.one_of(
    regions(),
    st.just(Absent()),
    st.builds(NotOurs, st.just(TROUBLE), st.booleans(), st.booleans()),
)


@st.composite
def intents(draw: st.DrawFn) -> Intent:
    """An accepted document."""
    nodes = draw(st.one_of(st.none(), st.integers(0, 6)))
    configured = {REGION: nodes} if draw(st.booleans()) or nodes else {}
    commit = AppliedCommit("b" * 40, START)
    return Intent(
        commit,
        draw(windows()),
        None,
        configured,
        draw(st.booleans()),
        stacks=dict.fromkeys(configured, TEMPLATE),
        adopting=frozenset(configured if draw(st.booleans()) else ()),
    )


verdicts: st.SearchStrategy[Verdict] = st.one_of(intents(), st.just(Hold("broken")))


@thorough
@given(regions(), verdicts, moments)
def test_deciding_again_after_acting_does_nothing(
    seen: Ours, verdict: Verdict, now: datetime
) -> None:
    """A decision carried out converges in one poll: converged means zero writes."""
    first = decide(Observation(REGION, seen), verdict, now)

    again = decide(Observation(REGION, after(seen, first.actions)), verdict, now)

    assert [one for one in again.actions if not isinstance(one, Provision)] == []


@thorough
@given(regions(), verdicts, moments)
def test_capacity_is_raised_only_inside_the_window_of_an_accepted_document(
    seen: Ours, verdict: Verdict, now: datetime
) -> None:
    """No write outside the window raises capacity, and none under a document that is held."""
    decision = decide(Observation(REGION, seen), verdict, now)

    raised = [action for action in decision.actions if _raises(seen, action)]
    if raised:
        assert isinstance(verdict, Intent)
        assert not verdict.suspended
        assert phase(verdict.window, now) is Phase.INSIDE


@thorough
@given(regions(), intents(), moments)
def test_nothing_exceeds_what_the_document_wants(
    seen: Ours, verdict: Intent, now: datetime
) -> None:
    """No call and no armed task asks for more nodes than the document gives the region."""
    decision = decide(Observation(REGION, seen), verdict, now)

    asked = [_asked(action) for action in decision.actions if _raises(seen, action)]
    armed = [_asked(action) for action in decision.actions if not isinstance(action, SetCapacity)]
    assert max([*asked, *armed], default=0) <= (verdict.nodes.get(REGION) or 0)


@thorough
@given(regions(), intents(), moments)
def test_before_start_nothing_above_the_target_is_left(
    seen: Ours, verdict: Intent, now: datetime
) -> None:
    """Before start a group is lowered to what the document wants, and to 0 past an earlier stop."""
    nodes = verdict.nodes.get(REGION)
    waiting = phase(verdict.window, now) is Phase.BEFORE and not verdict.suspended
    if nodes is None or not waiting or seen.group.lifecycle_state != "Active":
        return

    left = after(seen, decide(Observation(REGION, seen), verdict, now).actions)

    earlier = seen.memory.earlier_stop
    over = earlier is not None and earlier <= now
    assert left.group.capacity == seen.group.capacity.lowered_to(
        0 if over else left_over(seen, verdict, now, nodes)
    )


@thorough
@given(regions(), intents(), moments)
def test_whatever_runs_or_will_run_has_an_armed_stop(
    seen: Ours, verdict: Intent, now: datetime
) -> None:
    """After acting, capacity or an armed start always has a stop behind it, if the window ends."""
    decision = decide(Observation(REGION, seen), verdict, now)
    unmanaged = verdict.nodes.get(REGION, 0) is None
    unfinished = seen.group.lifecycle_state != "Active" and decision.kind == "provision"
    if unmanaged or unfinished or verdict.window.stop is None:
        return

    left = after(seen, decision.actions)

    armed = sort_tasks(NAME, left.tasks, now).armed()
    if left.group.capacity.maximum > 0 or armed.start is not None:
        assert armed.stop is not None


@thorough
@given(regions(), intents(), moments)
def test_at_every_step_a_raise_finds_its_stop_already_armed(
    seen: Ours, verdict: Intent, now: datetime
) -> None:
    """A crash between any two calls never leaves more nodes without a stop than there were."""
    decision = decide(Observation(REGION, seen), verdict, now)

    for number, action in enumerate(decision.actions):
        if _raises(seen, action) and verdict.window.stop is not None:
            done = after(seen, decision.actions[:number])
            assert sort_tasks(NAME, done.tasks, now).armed().stop is not None


@thorough
@given(sightings, verdicts, moments)
def test_bootstrap_is_asked_only_for_what_is_wanted_and_may_be_built(
    sighting: Sighting, verdict: Verdict, now: datetime
) -> None:
    """Nodes are to run, and nothing that others have made is changed but by `adopt: true`."""
    decision = decide(Observation(REGION, sighting), verdict, now)

    if Provision() not in decision.actions:
        assert decision.kind != "provision"
        return
    assert isinstance(verdict, Intent)
    assert (verdict.nodes.get(REGION) or 0) > 0
    assert not verdict.suspended
    assert phase(verdict.window, now) is not Phase.AFTER
    if isinstance(sighting, NotOurs):
        assert sighting.adoptable
        assert REGION in verdict.adopting
    if isinstance(sighting, Ours) and sighting.group.lifecycle_state == "Active":
        assert sighting.stack == OUT_OF_DATE


@thorough
@given(regions(), intents(), moments)
def test_a_stack_that_is_out_of_date_changes_nothing_but_the_asking(
    seen: Ours, verdict: Intent, now: datetime
) -> None:
    """The group is driven as it is: no action is left out, added or put in another order."""
    behind = decide(Observation(REGION, replace(seen, stack=OUT_OF_DATE)), verdict, now)
    current = decide(Observation(REGION, replace(seen, stack=UP_TO_DATE)), verdict, now)

    if current.actions == behind.actions:
        assert current == behind
    else:
        assert behind == replace(
            current,
            kind="provision" if current.kind == "none" else current.kind,
            reason=behind.reason,
            actions=(*current.actions, Provision()),
        )


@st.composite
def wanted_sets(draw: st.DrawFn) -> tuple[TaskSpec, ...]:
    """Tasks that a decision may want: stops first, in different minutes."""
    roles = draw(
        st.sampled_from([(), ("stop",), ("stop", "start"), ("stop", "stop-next", "start")])
    )
    minutes = draw(st.lists(near, min_size=len(roles), max_size=len(roles), unique=True))
    desired_on = draw(st.booleans())
    return tuple(
        TaskSpec(TaskRole(role), minute, Capacity.of_all(role == "start", desired_on=desired_on))
        for role, minute in zip(roles, minutes, strict=True)
    )


@thorough
@given(task_sets(), wanted_sets(), near)
def test_arming_ends_at_the_wanted_tasks_and_never_puts_two_into_one_minute(
    tasks: tuple[ScheduledTask, ...], wanted: tuple[TaskSpec, ...], now: datetime
) -> None:
    """ESS would run only the newest of two in a minute, so no step may make such a pair."""
    wanted = tuple(spec for spec in wanted if spec.launch_time > now)
    seen = ours(group(0), *tasks)
    actions = plan_tasks(sort_tasks(NAME, tasks, now), wanted)

    for number in range(len(actions)):
        live = after(seen, actions[: number + 1]).tasks
        minutes = [one.launch_time for one in live if one.launch_time > now]
        assert len(set(minutes)) == len(minutes)
    left = after(seen, actions).tasks
    assert {one.name: True for one in left} == {f"{NAME}-{spec.role}": True for spec in wanted}
    assert all(any(spec.matches(one) for spec in wanted) for one in left)


def left_over(seen: Ours, verdict: Intent, now: datetime, nodes: int) -> int:
    """Nodes that may stay before start: none past the stop of the window they run in."""
    window = seen.memory.window
    if seen.memory.earlier_stop is not None or window is None or window == verdict.window:
        return nodes
    return 0 if phase(window, now) is Phase.AFTER and window.start <= now else nodes


def _raises(seen: Ours, action: Action) -> bool:
    before = seen.group.capacity
    return isinstance(action, SetCapacity) and (
        action.capacity.wanted > before.wanted or action.capacity.maximum > before.maximum
    )


def _asked(action: Action) -> int:
    match action:
        case SetCapacity(capacity):
            return capacity.maximum
        case CreateTask(spec) | ModifyTask(_, spec):
            return spec.capacity.maximum
        case DeleteTask():
            return 0
        case _:
            return 0
