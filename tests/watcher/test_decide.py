"""Decisions that deserve a story of their own; the whole table is in test_decision_table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.watcher.arming import plan_tasks, sort_tasks
from functions.watcher.decide import decide
from functions.watcher.records import (
    Armed,
    CreateTask,
    Decision,
    DeleteTask,
    ModifyTask,
    Observation,
    Ours,
    Remember,
    SetCapacity,
)
from shared.cloud.records import Capacity, TaskSpec
from shared.control.intent import Hold, Intent, Verdict
from shared.control.window import Window
from shared.memory import AppliedCommit, Memory
from shared.naming import TaskRole
from tests.watcher.fleet import (
    AFTER,
    BEFORE,
    COMMIT,
    INSIDE,
    NAME,
    REGION,
    START,
    STOP,
    WINDOW,
    after,
    group,
    intent,
    ours,
    task,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOTHING = Capacity.of_all(0, desired_on=False)
THREE = Capacity.of_all(3, desired_on=False)
ARMED = (task(TaskRole.START, START, 3), task(TaskRole.STOP, STOP))


def decided(seen: Ours, verdict: Verdict, now: datetime) -> Decision:
    """Decide the one region, and check that deciding again after it would do nothing."""
    decision = decide(Observation(REGION, seen), verdict, now)
    again = decide(Observation(REGION, after(seen, decision.actions)), verdict, now)
    assert again.actions == (), "a decision carried out must leave nothing to do"
    return decision


def test_first_sight_before_start_arms_the_stop_before_the_start() -> None:
    """A new window is remembered, then its stop is armed, then its start; capacity stays."""
    decision = decided(ours(group(0), memory=Memory()), intent(3), BEFORE)

    assert decision == Decision(
        REGION,
        "arm",
        "before start: armed for 3",
        (
            Remember(Memory(COMMIT, WINDOW)),
            CreateTask(TaskSpec(TaskRole.STOP, STOP, NOTHING)),
            CreateTask(TaskSpec(TaskRole.START, START, THREE)),
        ),
        target=0,
        target_in_window=3,
        armed=Armed(START, STOP),
    )


def test_a_running_fleet_keeps_running_when_its_window_moves_ahead() -> None:
    """Before start nothing is raised or stopped; the earlier stop stays armed beside the new."""
    earlier = Memory(COMMIT, Window(BEFORE - DAY, BEFORE + HOUR))
    running = ours(group(3), task(TaskRole.STOP, BEFORE + HOUR), memory=earlier)

    decision = decided(running, intent(5), BEFORE)

    five = Capacity.of_all(5, desired_on=False)
    assert decision.actions == (
        Remember(Memory(COMMIT, WINDOW, earlier_stop=BEFORE + HOUR)),
        CreateTask(TaskSpec(TaskRole.NEXT_STOP, STOP, NOTHING)),
        CreateTask(TaskSpec(TaskRole.START, START, five)),
    )
    assert decision.armed == Armed(START, BEFORE + HOUR)
    assert decision.target == 3


def test_an_earlier_stop_that_has_passed_is_met_by_the_watcher_too() -> None:
    """After the earlier stop the group goes to 0 until the new start, and the later stop stays."""
    memory = Memory(COMMIT, WINDOW, earlier_stop=BEFORE - HOUR)
    late = ours(
        group(3),
        replace(task(TaskRole.STOP, BEFORE - HOUR), task_id="fired"),
        task(TaskRole.NEXT_STOP, STOP),
        task(TaskRole.START, START, 3),
        memory=memory,
    )

    decision = decided(late, intent(3), BEFORE)

    assert decision.actions == (
        SetCapacity(NOTHING),
        Remember(Memory(COMMIT, WINDOW)),
        DeleteTask("fired"),
        ModifyTask("task-stop-next", TaskSpec(TaskRole.STOP, STOP, NOTHING)),
    )


def test_before_start_a_fleet_above_the_target_is_lowered_to_it() -> None:
    """Lowering comes first, arming after; nothing is ever raised before start."""
    seen = ours(group(Capacity(2, 9, None)), *ARMED)

    decision = decided(seen, intent(3), BEFORE)

    assert decision.kind == "scale"
    assert decision.actions == (SetCapacity(Capacity(2, 3, None)),)


def test_inside_the_window_the_stop_is_armed_before_capacity_is_raised() -> None:
    """The raise is the last call, so that a crash before it leaves an armed stop behind."""
    decision = decided(ours(group(0), memory=Memory()), intent(3), INSIDE)

    assert decision.actions == (
        Remember(Memory(COMMIT, WINDOW)),
        CreateTask(TaskSpec(TaskRole.STOP, STOP, NOTHING)),
        SetCapacity(THREE),
    )


def test_the_desired_capacity_follows_where_the_feature_is_on() -> None:
    """Groups and tasks carry the desired capacity exactly when the feature is on."""
    seen = ours(group(Capacity(0, 0, 0)), memory=Memory())

    decision = decided(seen, intent(3), INSIDE)

    assert decision.actions[1:] == (
        CreateTask(TaskSpec(TaskRole.STOP, STOP, Capacity(0, 0, 0))),
        SetCapacity(Capacity(3, 3, 3)),
    )


@pytest.mark.parametrize("on_now", [True, False])
def test_a_flip_of_the_desired_feature_re_arms(on_now: bool) -> None:  # noqa: FBT001 (parameter)
    """A task with the wrong combination would be rejected by ESS, so it is put right."""
    capacity = Capacity.of_all(3, desired_on=on_now)
    stop = task(TaskRole.STOP, STOP, desired_on=not on_now)

    decision = decided(ours(group(capacity), stop), intent(3), INSIDE)

    spec = TaskSpec(TaskRole.STOP, STOP, Capacity.of_all(0, desired_on=on_now))
    modified = (ModifyTask("task-stop", spec),)
    replaced = (DeleteTask("task-stop"), CreateTask(spec))  # a value cannot be unset
    assert decision.actions == (modified if on_now else replaced)


def test_a_converged_group_costs_no_write() -> None:
    """Armed before start, running inside, empty after: nothing is written."""
    assert decided(ours(group(0), *ARMED), intent(3), BEFORE).actions == ()
    assert decided(ours(group(3), ARMED[1]), intent(3), INSIDE).actions == ()
    assert decided(ours(group(0)), intent(3), AFTER).actions == ()


def test_a_commit_that_changes_nothing_writes_no_tag() -> None:
    """A newer commit with the same meaning leaves the group's tags alone."""
    newer = AppliedCommit("b" * 40, COMMIT.committed_at + HOUR)

    assert decided(ours(group(0), *ARMED), intent(3, commit=newer), BEFORE).actions == ()


def test_a_stop_that_was_accepted_is_met_under_a_held_document() -> None:
    """Past the remembered stop a held region goes to 0; before it, everything stays."""
    running = ours(group(3), ARMED[1])
    hold = Hold("control.yaml:1:1: broken")

    assert decided(running, hold, INSIDE) == Decision(
        REGION, "hold", "control.yaml:1:1: broken", armed=Armed(None, STOP)
    )
    assert decided(running, hold, AFTER).actions == (
        SetCapacity(NOTHING),
        DeleteTask("task-stop"),
    )


def test_an_accepted_stop_is_met_even_where_processes_are_suspended() -> None:
    """With scheduled actions suspended ESS does not stop the group, so the watcher does."""
    frozen = replace(group(3), suspended_processes=("ScheduledAction",))
    seen = ours(frozen, ARMED[1])

    before = decide(Observation(REGION, seen), intent(3), INSIDE)
    over = decide(Observation(REGION, seen), intent(3), AFTER)
    held = decide(Observation(REGION, seen), Hold("broken"), AFTER)

    assert (before.kind, before.actions, before.armed) == ("hold", (), Armed(None, None))
    assert over.actions == (SetCapacity(NOTHING), DeleteTask("task-stop"))
    assert held.actions == over.actions
    assert over.failure == held.failure == before.failure
    assert over.failure is not None
    assert over.failure.code == "GroupProcessesSuspended"


def test_a_region_that_is_not_configured_any_more_is_emptied_and_disarmed() -> None:
    """Capacity 0 and no tasks; the stack itself stays until it is destroyed."""
    gone = Intent(COMMIT, WINDOW, None, {}, suspended=False)

    decision = decided(ours(group(3), *ARMED), gone, BEFORE)

    assert (decision.kind, decision.actions) == (
        "stop",
        (SetCapacity(NOTHING), DeleteTask("task-start"), DeleteTask("task-stop")),
    )


def test_suspend_disarms_the_start_and_keeps_capacity_and_stop() -> None:
    """A suspended fleet stays as large as it is and still stops."""
    decision = decided(ours(group(2), *ARMED), intent(3, suspended=True), BEFORE)

    assert (decision.kind, decision.actions) == ("arm", (DeleteTask("task-start"),))
    assert decision.armed == Armed(None, STOP)


def test_suspend_arms_a_missing_stop_where_nodes_run() -> None:
    """Nodes never run without an armed stop while the window has an end."""
    decision = decided(ours(group(2)), intent(3, suspended=True), INSIDE)

    assert decision.actions == (CreateTask(TaskSpec(TaskRole.STOP, STOP, NOTHING)),)


def test_suspend_does_not_outlive_a_stop_that_was_accepted_before() -> None:
    """A fleet that should have stopped stops, even though the document suspends it."""
    memory = Memory(COMMIT, Window(BEFORE - DAY, BEFORE - HOUR))
    late = ours(group(3), memory=memory)

    decision = decided(late, intent(3, suspended=True), BEFORE)

    assert (decision.kind, decision.actions) == (
        "stop",
        (SetCapacity(NOTHING), Remember(Memory(COMMIT, WINDOW))),
    )


def test_a_far_stop_is_armed_as_a_dead_man_and_moved_only_when_near() -> None:
    """A stop beyond 80 days is armed at 80, left alone to 40, then moved forward."""
    window = Window(START, START + 200 * DAY)
    memory = Memory(COMMIT, window)
    wanted = intent(3, window=window)
    first = decided(ours(group(0), memory=Memory()), wanted, START)
    assert first.armed == Armed(None, START + 80 * DAY)

    armed = ours(group(3), task(TaskRole.STOP, START + 80 * DAY), memory=memory)

    assert decided(armed, wanted, START + 40 * DAY).actions == ()
    assert decided(armed, wanted, START + 41 * DAY).actions == (
        ModifyTask("task-stop", TaskSpec(TaskRole.STOP, START + 121 * DAY, NOTHING)),
    )


def test_a_start_beyond_the_horizon_is_armed_later() -> None:
    """ESS takes tasks of the next 90 days only: nothing is armed, and nothing is lost."""
    decision = decided(ours(group(0), memory=Memory()), intent(3), START - 81 * DAY)

    assert (decision.kind, decision.actions) == ("none", ())
    assert decision.reason.endswith("armed for 3 once the start is under 80 days away")


def test_a_start_that_is_too_near_is_armed_at_the_next_minute_ess_can_take() -> None:
    """Ten seconds before start a new task would come too late for that very minute."""
    near = START - timedelta(seconds=10)

    decision = decided(ours(group(0), memory=Memory()), intent(3), near)

    assert decision.armed == Armed(START + timedelta(minutes=1), STOP)


def test_an_armed_start_is_left_alone_in_its_last_seconds() -> None:
    """A poll just before start does not push the armed task into the next minute."""
    near = START - timedelta(seconds=1)

    assert decided(ours(group(0), *ARMED), intent(3), near).actions == ()


def test_instants_with_seconds_are_armed_at_the_next_minute() -> None:
    """Start and stop are rounded up: never early."""
    window = Window(START + timedelta(seconds=1), STOP + timedelta(seconds=59))

    decision = decided(ours(group(0), memory=Memory()), intent(3, window=window), BEFORE)

    minute = timedelta(minutes=1)
    assert decision.armed == Armed(START + minute, STOP + minute)


def test_tasks_that_have_fired_are_deleted_and_a_stale_start_is_disarmed() -> None:
    """Inside the window a start, past or future, has no business on the group."""
    fired = ours(group(3), *ARMED)
    stale = ours(group(3), task(TaskRole.START, STOP - HOUR, 3), ARMED[1])

    assert decided(fired, intent(3), INSIDE).actions == (DeleteTask("task-start"),)
    assert decided(stale, intent(3), INSIDE).actions == (DeleteTask("task-start"),)


def test_a_disabled_task_is_enabled_and_a_recurring_one_replaced() -> None:
    """Human edits of our tasks are put right, in place where ESS allows it."""
    stop = TaskSpec(TaskRole.STOP, STOP, NOTHING)
    disabled = ours(group(3), replace(ARMED[1], enabled=False))
    recurring = ours(group(3), replace(ARMED[1], recurring=True))

    assert decided(disabled, intent(3), INSIDE).actions == (ModifyTask("task-stop", stop),)
    assert decided(recurring, intent(3), INSIDE).actions == (
        DeleteTask("task-stop"),
        CreateTask(stop),
    )


def test_foreign_tasks_on_our_group_are_an_error_and_stay() -> None:
    """Tasks of others are named, not touched."""
    foreign = replace(ARMED[1], name="nightly", task_id="theirs")

    decision = decided(ours(group(3), ARMED[1], foreign), intent(3), INSIDE)

    assert decision.actions == ()
    assert decision.failure is not None
    assert decision.failure.code == "ForeignScheduledTasks"


def test_moving_the_window_by_its_own_length_never_puts_two_tasks_into_one_minute() -> None:
    """The stop moves off its minute before the start takes it, and the other way round."""
    length = STOP - START
    later, sooner = Window(STOP, STOP + length), Window(START - length, START)

    forward = decided(ours(group(0), *ARMED), intent(3, window=later), BEFORE)
    backward = decided(ours(group(0), *ARMED), intent(3, window=sooner), START - length - HOUR)

    assert forward.actions[1:] == (
        ModifyTask("task-stop", TaskSpec(TaskRole.STOP, STOP + length, NOTHING)),
        ModifyTask("task-start", TaskSpec(TaskRole.START, STOP, THREE)),
    )
    assert backward.actions[1:] == (
        ModifyTask("task-start", TaskSpec(TaskRole.START, START - length, THREE)),
        ModifyTask("task-stop", TaskSpec(TaskRole.STOP, START, NOTHING)),
    )


def test_a_ring_of_minutes_is_broken_by_the_start() -> None:
    """When start and stop want each other's minute, the start steps aside, never the stop."""
    until = BEFORE + HOUR
    memory = Memory(COMMIT, Window(START, None), earlier_stop=until)
    running = ours(
        group(3), task(TaskRole.STOP, until), task(TaskRole.START, START, 3), memory=memory
    )
    swapped = Window(until, START)

    decision = decided(running, intent(3, window=swapped), BEFORE)

    assert decision.actions[1:] == (
        DeleteTask("task-start"),
        ModifyTask("task-stop", TaskSpec(TaskRole.STOP, START, NOTHING)),
        CreateTask(TaskSpec(TaskRole.START, until, THREE)),
    )


def test_stops_of_two_windows_never_wait_for_each_others_minute_in_vain() -> None:
    """Where an earlier and a later stop swap minutes, the later one is made anew."""
    until, later = BEFORE + HOUR, BEFORE + 2 * HOUR
    tasks = (task(TaskRole.STOP, later), task(TaskRole.NEXT_STOP, until))
    wanted = (
        TaskSpec(TaskRole.STOP, until, NOTHING),
        TaskSpec(TaskRole.NEXT_STOP, later, NOTHING),
    )

    actions = plan_tasks(sort_tasks(NAME, tasks, BEFORE), wanted)

    assert actions == (
        DeleteTask("task-stop-next"),
        ModifyTask("task-stop", wanted[0]),
        CreateTask(wanted[1]),
    )


def test_two_stops_beyond_the_horizon_are_one_dead_man() -> None:
    """An earlier and a later stop that both lie too far ahead share one task, not one minute."""
    memory = Memory(COMMIT, Window(BEFORE - DAY, BEFORE + 90 * DAY))
    far = Window(BEFORE + 100 * DAY, BEFORE + 200 * DAY)

    decision = decided(ours(group(3), memory=memory), intent(3, window=far), BEFORE)

    assert [one for one in decision.actions if isinstance(one, CreateTask)] == [
        CreateTask(TaskSpec(TaskRole.STOP, BEFORE + 80 * DAY, NOTHING))
    ]


def test_a_fleet_that_runs_forever_has_no_stop() -> None:
    """Without an end of the window nothing is armed to stop it, and an old stop is disarmed."""
    forever = Window(START, None)

    decision = decided(ours(group(3), ARMED[1]), intent(3, window=forever), INSIDE)

    assert decision.actions == (Remember(Memory(COMMIT, forever)), DeleteTask("task-stop"))
    assert decision.armed == Armed(None, None)


def test_an_allowed_rewind_is_remembered_where_a_newer_commit_was() -> None:
    """Otherwise the newer commit's tag would refuse the rewound document at the next poll."""
    newer = AppliedCommit("b" * 40, COMMIT.committed_at + HOUR)
    seen = ours(group(0), *ARMED, memory=Memory(newer, WINDOW))

    decision = decided(seen, replace(intent(3), rewound=True), BEFORE)

    assert decision.actions == (Remember(Memory(COMMIT, WINDOW)),)
