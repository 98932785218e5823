"""Destroy: everything of the fleet's gone, and nothing of anybody else's touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from functions.bootstrap.denials import all_denials
from functions.bootstrap.engine import Ledger
from functions.bootstrap.event import Event
from functions.bootstrap.intake import (
    Intake,
    look_everywhere,
    ours_among,
    strangers_among,
    take_in,
)
from functions.bootstrap.node_prices import node_prices
from functions.bootstrap.records import Ground
from functions.bootstrap.regions import Result, attempt, work_on_all
from functions.bootstrap.setting import Setting
from functions.bootstrap.stack import SHARED, SHARED_PLACE, clear_parts, clear_stack, survey
from shared.cloud.build_permissions import questions_of_removing
from shared.cloud.records import ScalingGroup
from shared.control.intent import Hold
from shared.failure import FailureError
from shared.regions import CATALOGUE

SCHEDULE = "the schedule"
_NO_SUCH_REGION = "InvalidRegionId.NotFound"


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What came of it; `refusal`: why nothing was touched.

    `groups` and `prices` (US dollars per node and day, None where not known) are as before.
    `closed`: regions that are not there, or not open to the account: nothing can be in them, and
    nobody can look. `remark`: why it may not be the end, although everything went.
    """

    results: Mapping[str, Result] = field(default_factory=dict)
    shared: Result | None = None
    schedule: Result | None = None
    refusal: str | None = None
    intake: Intake | None = None
    groups: Mapping[str, ScalingGroup] = field(default_factory=dict)
    prices: Mapping[str, float | None] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    remark: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the whole fleet was to go, and went."""
        return self.shared is not None and self.shared.failure is None


def destroy(setting: Setting, event: Event, unschedule: Callable[[Ledger], None]) -> Destroyed:
    """Remove the stacks of the named regions, or the whole fleet with its schedule."""
    if event.regions is not None:
        done = _some(setting, event, event.regions)
    else:
        done = _everything(setting, event, unschedule)
    denials = all_denials(
        setting,
        [*done.results.values(), *([done.shared] if done.shared else [])],
        questions_of_removing(setting.settings.fleet),
        again="destroy",
    )
    return replace(
        done,
        results={region: denials.told_of(result) for region, result in done.results.items()},
        shared=denials.told_of(done.shared) if done.shared else None,
    )


def _everything(setting: Setting, event: Event, unschedule: Callable[[Ledger], None]) -> Destroyed:
    seen = look_everywhere(setting.pool, setting.clouds.ess, setting.settings.fleet)
    groups = ours_among(setting.settings.fleet, seen)
    prices = node_prices(setting, groups)
    schedule = _without(setting, event, SCHEDULE, lambda _place, ledger: unschedule(ledger))
    if schedule.failure is not None:
        return Destroyed(
            schedule=schedule,
            refusal=f"the schedule could not be removed ({schedule.failure.code}:"
            f" {schedule.failure.message}), and with it the next poll would rebuild what goes",
        )
    results, closed = _clear(setting, event, [region.region_id for region in CATALOGUE])
    left = [region for region, result in results.items() if result.failure is not None]
    if left:
        return Destroyed(results, schedule=schedule, groups=groups, prices=prices, closed=closed)
    strangers = strangers_among(setting.settings.fleet, seen)
    shared = _without(
        setting, event, SHARED_PLACE, lambda _place, ledger: _shared(setting, strangers, ledger)
    )
    return Destroyed(results, shared, schedule, groups=groups, prices=prices, closed=closed)


def _some(setting: Setting, event: Event, regions: tuple[str, ...]) -> Destroyed:
    """Remove some regions' stacks; never what the document still asks for."""
    intake = take_in(setting)
    document = intake.acceptance.document
    if document is None:
        return Destroyed(refusal=_unreadable(intake), intake=intake)
    configured = [region for region in regions if region in document.configured_regions]
    if configured:
        return Destroyed(refusal=_still_configured(configured), intake=intake)
    groups = {region: group for region, group in intake.groups.items() if region in regions}
    prices = node_prices(setting, groups)
    results, closed = _clear(setting, event, regions)
    return Destroyed(results, intake=intake, groups=groups, prices=prices, closed=closed)


def _clear(
    setting: Setting, event: Event, regions: Sequence[str]
) -> tuple[Mapping[str, Result], frozenset[str]]:
    """Clear regions; returns what came of each, and which of them are not there."""
    closed: set[str] = set()

    def clear(region: str, ledger: Ledger) -> None:
        try:
            clear_stack(setting.site(region), setting.patience, ledger)
        except FailureError as error:
            if error.failure.code != _NO_SUCH_REGION:
                raise
            closed.add(region)

    results = work_on_all(
        setting.pool, regions, lambda one: setting.ledger(one, planning=event.dry_run), clear
    )
    return results, frozenset(closed)


def _shared(setting: Setting, strangers: tuple[ScalingGroup, ...], ledger: Ledger) -> None:
    somewhere = setting.site(CATALOGUE[0].region_id).with_ground(Ground(strangers=strangers))
    site = survey(SHARED, somewhere)
    clear_parts(SHARED, site, setting.patience, ledger)


def _without(
    setting: Setting, event: Event, place: str, work: Callable[[str, Ledger], None]
) -> Result:
    return attempt(place, setting.ledger(place, planning=event.dry_run), work)


def _unreadable(intake: Intake) -> str:
    verdict = intake.acceptance.verdict
    why = f" ({verdict.reason.rstrip('.')})" if isinstance(verdict, Hold) else ""
    return f"the control document cannot be read, so nobody knows what it configures{why}"


def _still_configured(regions: list[str]) -> str:
    names = ", ".join(regions)
    return (
        f"the control document still configures {names}: take it out of `regions` (or add it to"
        " `exclude`), commit, and destroy then"
    )
