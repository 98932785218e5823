"""Intake: the accepted document, read as the watcher reads it, rewinds and rails included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from functions.bootstrap.question import ask
from functions.bootstrap.setting import Setting
from shared.cloud.ess import Ess
from shared.cloud.records import ScalingGroup
from shared.control.accept import Acceptance, Recollection, accept
from shared.control.choose import Choice, choose
from shared.control.intent import Hold
from shared.failure import Failure
from shared.memory import Memory, MemoryUnreadableError, memory_of
from shared.naming import Tag, group_name
from shared.regions import CATALOGUE

Seen = Mapping[str, Sequence[ScalingGroup] | Failure]
"""By region: the groups with our name or tag, whosever, or why nobody could look."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What the sources said, and what follows from it."""

    choice: Choice
    acceptance: Acceptance
    seen: Seen
    fleet: str

    @property
    def groups(self) -> Mapping[str, ScalingGroup]:
        """Our own group of each region that has one."""
        return ours_among(self.fleet, self.seen)


def take_in(setting: Setting, told: Memory | None = None) -> Intake:
    """Read the document and what the fleet's groups remember, at the same time.

    `told`: what the watcher has resolved. It counts as if a group remembered it, for the groups
    that will are only to be built: what `now` stands for does not move, and no older commit counts.
    """
    settings, reader, deadline = setting.settings, setting.reader, setting.deadline
    reading = setting.pool.submit(reader.read, settings, deadline)
    seen = look_everywhere(setting.pool, setting.clouds.ess, settings.fleet)
    recollection = recollect(settings.fleet, seen)
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
        return Intake(choice, Acceptance(Hold(choice.reason), None, {}), seen, settings.fleet)
    acceptance = accept(choice.chosen, recollection, settings.rails, now)
    return Intake(choice, acceptance, seen, settings.fleet)


def look_everywhere(pool: Executor, ess: Ess, fleet: str) -> Seen:
    """Ask every region of the catalogue for the groups with our name or tag."""

    def look(region: str) -> Sequence[ScalingGroup] | Failure:
        return ask(ess.groups, region, named=group_name(fleet, region), tagged=Tag.FLEET)

    regions = [region.region_id for region in CATALOGUE]
    return dict(zip(regions, pool.map(look, regions), strict=True))


def ours_among(fleet: str, seen: Seen) -> Mapping[str, ScalingGroup]:
    """Return our own group of each region that has one."""
    return {
        region: group
        for region, groups in seen.items()
        if not isinstance(groups, Failure)
        for group in groups
        if group.tags.get(Tag.FLEET) == fleet
    }


def strangers_among(fleet: str, seen: Seen) -> tuple[ScalingGroup, ...]:
    """Return the groups that a removal leaves where they are: adopted, or never ours."""
    return tuple(
        group
        for groups in seen.values()
        if not isinstance(groups, Failure)
        for group in groups
        if group.tags.get(Tag.FLEET) != fleet or Tag.ADOPTED in group.tags
    )


def recollect(fleet: str, seen: Seen) -> Recollection:
    """Return what our groups remember, and the regions of which that is not known."""
    memories, unknown = [], set()
    ours = ours_among(fleet, seen)
    for region, groups in seen.items():
        try:
            if isinstance(groups, Failure):
                unknown.add(region)  # building there will meet it and say so
            else:
                memories.append(memory_of(ours[region].tags) if region in ours else Memory())
        except MemoryUnreadableError:
            unknown.add(region)
    return Recollection(tuple(memories), frozenset(unknown))
