"""The decision for one region: a pure function, its rows tried from the top.

The rows are those of the decision table in the design notes; `docs/decision-table.md` is written
by the test that walks them all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from functions.watcher import arming
from functions.watcher.records import (
    Absent,
    Action,
    Armed,
    Decision,
    NotOurs,
    Observation,
    Ours,
    Provision,
    Remember,
    SetCapacity,
    TaskAction,
    Unknown,
)
from functions.watcher.stack import is_outdated
from shared.arming import start_spec, stop_spec
from shared.cloud.records import Capacity, TaskSpec
from shared.control.intent import Hold, Intent, Verdict
from shared.control.window import Phase, phase
from shared.failure import Failure
from shared.group_health import foreign_tasks, group_trouble
from shared.instants import format_instant
from shared.memory import Memory
from shared.naming import TaskRole
from shared.report import DecisionKind

_ACTIVE = "Active"
_STOPS = frozenset({TaskRole.STOP, TaskRole.NEXT_STOP})


def decide(observation: Observation, verdict: Verdict, now: datetime) -> Decision:
    """Decide what one region needs at the instant `now`."""
    region, sighting = observation.region, observation.sighting
    wanted = verdict.nodes.get(region) if isinstance(verdict, Intent) else None
    decision = _row(region, sighting, verdict, now)
    return replace(decision, target_in_window=wanted)


def _row(
    region: str, sighting: Unknown | Absent | NotOurs | Ours, verdict: Verdict, now: datetime
) -> Decision:
    if isinstance(sighting, Unknown):
        return Decision(region, "hold", "the region cannot be read", failure=sighting.failure)
    if isinstance(sighting, NotOurs):
        return _not_ours(region, sighting, verdict, now)
    if isinstance(sighting, Absent):
        return _without_group(region, verdict, now)
    tasks = arming.sort_tasks(sighting.group.name, sighting.tasks, now)
    return _Place(region, sighting, tasks, now).decide(verdict)


def _not_ours(region: str, sighting: NotOurs, verdict: Verdict, now: datetime) -> Decision:
    adopting = isinstance(verdict, Intent) and region in verdict.adopting
    if adopting and sighting.adoptable:
        return _without_group(region, verdict, now, adopting=True)
    return Decision(region, "hold", "no group here is surely ours", failure=sighting.failure)


def _without_group(
    region: str, verdict: Verdict, now: datetime, *, adopting: bool = False
) -> Decision:
    """Ask for a missing stack, or for the group that stands in its place to be adopted."""
    if isinstance(verdict, Hold):
        return Decision(region, "hold", verdict.reason)
    nodes = verdict.nodes.get(region)
    if nodes is None:
        lacking = "the group is not adopted" if adopting else "there is no group"
        return Decision(region, "hold", f"capacity is unmanaged and {lacking}")
    if phase(verdict.window, now) is Phase.AFTER:
        return Decision(region, "none", "the run window is over; nothing to provision", target=0)
    if nodes == 0:
        return Decision(region, "none", "no nodes are wanted; nothing to provision", target=0)
    if verdict.suspended:
        return Decision(region, "hold", "suspended: nothing is provisioned")
    reason = "the group here is to be adopted" if adopting else "the region has no group yet"
    return Decision(region, "provision", reason, (Provision(),))


@dataclass(frozen=True, slots=True)
class _Place:
    """One region that has a group of ours, at one instant."""

    region: str
    ours: Ours
    tasks: arming.OurTasks
    now: datetime

    # --- rows -------------------------------------------------------------------------------

    def decide(self, verdict: Verdict) -> Decision:
        trouble = group_trouble(self.ours.group)
        decision = self._healthy(verdict)
        if trouble is None:
            return decision
        if decision.kind == "stop" and self.ours.group.lifecycle_state != "Deleting":
            # Whatever is suspended: an accepted stop is met as far as the group allows.
            return replace(decision, failure=trouble)
        return self._hold("the group needs a person", trouble)

    def _healthy(self, verdict: Verdict) -> Decision:  # noqa: PLR0911 (one return a row)
        if isinstance(verdict, Hold):
            return self._held(verdict)
        if self.region not in verdict.nodes:
            return self._to_nothing(verdict, "the region is not configured any more")
        nodes = verdict.nodes[self.region]
        if nodes is None:
            return self._hold("capacity is unmanaged here")
        when = phase(verdict.window, self.now)
        if when is Phase.AFTER:
            return self._to_nothing(verdict, "the run window is over")
        if verdict.suspended:
            return self._suspended(verdict)
        if not self._ready():
            return self._unready(verdict, nodes)
        rule = self._before if when is Phase.BEFORE else self._inside
        return self._keeping_up(verdict, nodes, rule(verdict, nodes))

    def _held(self, hold: Hold) -> Decision:
        """A hold never blocks a stop that was accepted before."""
        memory = self.ours.memory
        window, earlier = memory.window, memory.earlier_stop
        over = window is not None and phase(window, self.now) is Phase.AFTER
        between = window is not None and earlier is not None and earlier <= self.now < window.start
        if self.ours.group.capacity.maximum == 0 or not (over or between):
            return self._hold(hold.reason)
        tasks = self._plan(()) if over else ()
        capacity = SetCapacity(self._all(0))
        reason = f"the accepted stop has passed; besides, the document is held: {hold.reason}"
        return self._acting("stop", reason, (capacity, *tasks), target=0)

    def _to_nothing(self, intent: Intent, reason: str) -> Decision:
        lower = self._lower_to(0)
        tasks = self._plan(())
        remember = self._remember(intent, self._earlier_stop(intent)) if lower else ()
        actions: tuple[Action, ...] = (*self._lowering(intent, lower, remember), *tasks)
        kind: DecisionKind = "stop" if actions else "none"
        return self._acting(kind, reason, actions, target=0)

    def _unready(self, intent: Intent, nodes: int) -> Decision:
        if nodes == 0:
            # Nothing to finish; but bounds that would bring nodes once it is enabled are taken.
            return self._to_nothing(intent, "no nodes are wanted; the stack is unfinished")
        state = self.ours.group.lifecycle_state
        return Decision(
            self.region,
            "provision",
            f"the group is unfinished ({state})",
            (Provision(),),
            armed=self._armed(),
        )

    def _suspended(self, intent: Intent) -> Decision:
        """Capacity stays, starts are disarmed, stops are kept, or armed where nodes run."""
        reason = "suspended: capacity stays as it is, no start is armed"
        if self._earlier_stop_has_passed(intent) and self.ours.group.capacity.maximum > 0:
            return self._to_nothing(intent, "suspended, and the stop accepted before has passed")
        capacity = self.ours.group.capacity
        if capacity.maximum == 0:
            tasks = self._plan((), keep=_STOPS)
            armed = Armed(None, self.tasks.armed().stop)
            kind: DecisionKind = "arm" if tasks else "hold"
            return Decision(self.region, kind, reason, tasks, capacity.wanted, armed=armed)
        earlier = self._earlier_stop(intent)
        stops = self._stops(intent, earlier)
        tasks = self._plan(stops)
        remember = self._remember(intent, earlier, needed=bool(tasks))
        kind = "arm" if tasks or remember else "hold"
        actions: tuple[Action, ...] = (*remember, *tasks)
        return self._acting(kind, reason, actions, target=capacity.wanted, specs=stops)

    def _before(self, intent: Intent, nodes: int) -> Decision:
        """Before start capacity is never raised; a fleet that runs keeps running."""
        earlier = self._earlier_stop(intent)
        lower = self._lower_to(0 if self._earlier_stop_has_passed(intent) else nodes)
        capacity = lower[0].capacity if lower else self.ours.group.capacity
        specs = self._stops(intent, earlier) if nodes or capacity.maximum else ()
        minute = arming.start_minute(
            intent.window.start, self.tasks.live.get(TaskRole.START), self.now
        )
        if nodes and minute is not None:
            desired_on = self.ours.group.desired_on
            specs = (*specs, start_spec(minute, nodes, desired_on=desired_on))
        elif capacity.maximum == 0:
            specs = ()
        tasks = self._plan(specs)
        changed = bool(lower or tasks)
        remember = self._remember(
            intent, earlier, needed=changed, in_force=bool(specs or capacity.maximum)
        )
        actions: tuple[Action, ...] = (*self._lowering(intent, lower, remember), *tasks)
        kind: DecisionKind = "scale" if lower else "arm" if actions else "none"
        reason = _waiting(nodes, armed=minute is not None)
        if earlier is not None:
            reason += f"; the earlier stop at {format_instant(earlier)} stays in force"
        return self._acting(kind, reason, actions, target=capacity.wanted, specs=specs)

    def _inside(self, intent: Intent, nodes: int) -> Decision:
        """Inside the window the group has exactly the wanted nodes; the stop is armed first."""
        wanted = self._all(nodes)
        current = self.ours.group.capacity
        specs = self._stops(intent, None) if nodes else ()
        tasks = self._plan(specs)
        change = () if wanted == current else (SetCapacity(wanted),)
        remember = self._remember(
            intent, None, needed=bool(change or tasks), in_force=bool(nodes or current.maximum)
        )
        lowering = wanted.maximum < current.maximum and wanted.wanted <= current.wanted
        actions: tuple[Action, ...] = (
            (*remember, *change, *tasks) if lowering else (*remember, *tasks, *change)
        )
        kind: DecisionKind = "scale" if change else "arm" if actions else "none"
        reason = f"inside the window: {nodes} wanted"
        if change:
            reason += f", was {_said(current)}"
        return self._acting(kind, reason, actions, target=nodes, specs=specs)

    def _keeping_up(self, intent: Intent, nodes: int, decision: Decision) -> Decision:
        """Ask besides for a stack that is behind the document; the group goes on as it is."""
        wanted = intent.stacks.get(self.region)
        if nodes == 0 or wanted is None or not is_outdated(self.ours.stack, wanted):
            return decision
        return replace(
            decision,
            kind="provision" if decision.kind == "none" else decision.kind,
            reason=f"{decision.reason}; the stack's template is out of date, and bootstrap brings"
            " it up to date",
            actions=(*decision.actions, Provision()),
        )

    # --- parts ------------------------------------------------------------------------------

    def _ready(self) -> bool:
        return self.ours.group.lifecycle_state == _ACTIVE and self.ours.group.has_template

    def _all(self, nodes: int) -> Capacity:
        return Capacity.of_all(nodes, desired_on=self.ours.group.desired_on)

    def _lower_to(self, nodes: int) -> tuple[SetCapacity, ...]:
        current = self.ours.group.capacity
        lowered = current.lowered_to(nodes)
        return () if lowered == current else (SetCapacity(lowered),)

    def _lowering(
        self, intent: Intent, lower: tuple[SetCapacity, ...], remember: tuple[Remember, ...]
    ) -> tuple[Action, ...]:
        """Put the memory first: a crash in between must not lose whose doing the lowering is.

        But that an earlier stop has passed is known from the memory alone, which lasts until then.
        """
        if self._earlier_stop_has_passed(intent):
            return (*lower, *remember)
        return (*remember, *lower)

    def _plan(
        self, specs: tuple[TaskSpec, ...], keep: frozenset[TaskRole] = frozenset()
    ) -> tuple[TaskAction, ...]:
        return arming.plan_tasks(self.tasks, specs, keep=keep)

    def _stops(self, intent: Intent, earlier: datetime | None) -> tuple[TaskSpec, ...]:
        """Return the stops to arm: an earlier one still in force, and the window's own."""
        desired_on = self.ours.group.desired_on
        live = self.tasks.live
        specs: tuple[TaskSpec, ...] = ()
        role = TaskRole.STOP
        if earlier is not None:
            minute = arming.stop_minute(
                earlier, live.get(role), self.now, window_is_remembered=False
            )
            specs = (stop_spec(role, minute, desired_on=desired_on),)
            role = TaskRole.NEXT_STOP
        if intent.window.stop is None:
            return specs
        holder = live.get(role) or live.get(TaskRole.NEXT_STOP)
        minute = arming.stop_minute(
            intent.window.stop,
            holder,
            self.now,
            window_is_remembered=self.ours.memory.window == intent.window,
        )
        if any(spec.launch_time == minute for spec in specs):
            return specs  # both lie beyond the horizon: one dead-man stop serves for both
        return (*specs, stop_spec(role, minute, desired_on=desired_on))

    def _running_until(self, intent: Intent) -> datetime | None:
        """Return the stop of the window in which the group's nodes run, if it is another one."""
        memory = self.ours.memory
        if memory.earlier_stop is not None and phase(intent.window, self.now) is Phase.BEFORE:
            return memory.earlier_stop
        window = memory.window
        if window is None or window == intent.window or window.start > self.now:
            return None
        return window.stop

    def _earlier_stop(self, intent: Intent) -> datetime | None:
        if self.ours.group.capacity.maximum == 0:
            return None
        return arming.earlier_stop_in_force(self._running_until(intent), intent.window, self.now)

    def _earlier_stop_has_passed(self, intent: Intent) -> bool:
        until = self._running_until(intent)
        return until is not None and until <= self.now

    def _remember(
        self,
        intent: Intent,
        earlier: datetime | None,
        *,
        needed: bool = True,
        in_force: bool = True,
    ) -> tuple[Remember, ...]:
        """Write tags with another write, for another window, or for an allowed rewind.

        A commit that changes nothing for the region writes none.
        """
        old = self.ours.memory
        new = Memory(intent.commit, intent.window, earlier, intent.resolved_now)
        if new == old:
            return ()
        elsewhere = in_force and (
            old.window != new.window
            or old.resolved_now != new.resolved_now
            or (earlier is not None and old.earlier_stop != earlier)
        )
        rewound = intent.rewound and old.commit is not None and old.commit != new.commit
        return (Remember(new),) if needed or elsewhere or rewound else ()

    def _hold(self, reason: str, failure: Failure | None = None) -> Decision:
        return Decision(self.region, "hold", reason, armed=self._armed(), failure=failure)

    def _armed(self) -> Armed:
        """Return what ESS will act on: nothing while its scheduled actions are suspended."""
        if "ScheduledAction" in self.ours.group.suspended_processes:
            return Armed()
        return self.tasks.armed()

    def _acting(
        self,
        kind: DecisionKind,
        reason: str,
        actions: tuple[Action, ...],
        *,
        target: int,
        specs: tuple[TaskSpec, ...] = (),
    ) -> Decision:
        starts = [spec.launch_time for spec in specs if spec.role is TaskRole.START]
        stops = [spec.launch_time for spec in specs if spec.role is not TaskRole.START]
        armed = Armed(min(starts, default=None), min(stops, default=None))
        return Decision(
            self.region,
            kind,
            reason,
            actions,
            target,
            armed=armed,
            failure=foreign_tasks(self.ours.group, self.tasks.foreign),
        )


def _waiting(nodes: int, *, armed: bool) -> str:
    if nodes == 0:
        return "before start: no nodes are wanted"
    if armed:
        return f"before start: armed for {nodes}"
    return f"before start: armed for {nodes} once the start is under 80 days away"


def _said(capacity: Capacity) -> str:
    if capacity.minimum == capacity.maximum:
        return str(capacity.maximum)
    return f"{capacity.minimum} to {capacity.maximum}"
