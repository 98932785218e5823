"""Intake: the accepted document, read as the watcher reads it, rewinds and rails included."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from functions.bootstrap.setting import Setting
from shared.cloud.ess import Ess
from shared.cloud.records import ScalingGroup
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.control.accept import Acceptance, Recollection, accept
from shared.control.choose import Choice, choose
from shared.control.intent import Hold
from shared.memory import Memory, MemoryUnreadableError, memory_of
from shared.naming import Tag, group_name
from shared.regions import CATALOGUE


@dataclass(frozen=True, slots=True)
class Intake:
    """What the sources said, and what follows from it; `groups`: ours, by region."""

    choice: Choice
    acceptance: Acceptance
    groups: Mapping[str, ScalingGroup]


def take_in(setting: Setting, told: Memory | None = None) -> Intake:
    """Read the document and what the fleet's groups remember, at the same time.

    `told`: what the watcher has resolved. It counts as if a group remembered it, for the groups
    that will are only to be built: what `now` stands for does not move, and no older commit counts.
    """
    settings, reader, deadline = setting.settings, setting.reader, setting.deadline
    reading = setting.pool.submit(reader.read, settings, deadline)
    groups, recollection = look_everywhere(setting.pool, setting.clouds.ess, settings.fleet)
    if told is not None:
        recollection = replace(recollection, memories=(*recollection.memories, told))
    answers, now = reading.result(), setting.now()
    choice = choose(
        answers,
        recollection.newest_applied,
        reader.ancestry(settings, deadline),
        now,
        allow_rewind=settings.allow_rewind,
    )
    if choice.chosen is None:
        return Intake(choice, Acceptance(Hold(choice.reason), None, {}), groups)
    acceptance = accept(choice.chosen, recollection, settings.rails, now)
    return Intake(choice, acceptance, groups)


def look_everywhere(
    pool: Executor, ess: Ess, fleet: str
) -> tuple[dict[str, ScalingGroup], Recollection]:
    """Ask every region of the catalogue what its group remembers."""

    def look(region: str) -> tuple[str, ScalingGroup | None, Memory | None]:
        try:
            group = _our_group(ess, fleet, region)
            return region, group, memory_of(group.tags) if group else Memory()
        except (CallFailedError, DeadlinePassedError, MemoryUnreadableError):
            return region, None, None  # whatever it was, building there will meet it and say so

    seen = list(pool.map(look, (region.region_id for region in CATALOGUE)))
    return (
        {region: group for region, group, _ in seen if group is not None},
        Recollection(
            tuple(memory for _, _, memory in seen if memory is not None),
            frozenset(region for region, _, memory in seen if memory is None),
        ),
    )


def _our_group(ess: Ess, fleet: str, region: str) -> ScalingGroup | None:
    groups = ess.groups(region, named=group_name(fleet, region), tagged=Tag.FLEET)
    return next((one for one in groups if one.tags.get(Tag.FLEET) == fleet), None)
