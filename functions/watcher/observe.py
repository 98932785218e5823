"""Observe: what the API of one region says about our group. Failures become `Unknown`."""

from __future__ import annotations

import traceback

from functions.watcher.health import no_time
from functions.watcher.records import Absent, NotOurs, Observation, Ours, Sighting, Unknown
from functions.watcher.stack import stack_of
from shared.cloud.ess import Ess
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.failure import Failure, Reaction
from shared.memory import MemoryUnreadableError, memory_of
from shared.naming import Tag, group_name
from shared.ownership import ADOPTABLE, ownership_trouble


def observe(ess: Ess, fleet: str, region: str) -> Observation:
    """Look at one region: one describe, and a second call where a group of ours exists."""
    try:
        return Observation(region, _look(ess, fleet, region))
    except CallFailedError as error:
        return Observation(region, Unknown(error.failure))
    except DeadlinePassedError:
        return Observation(region, Unknown(no_time(region)))


def _look(ess: Ess, fleet: str, region: str) -> Sighting:
    name = group_name(fleet, region)
    groups = ess.groups(region, named=name, tagged=Tag.FLEET)
    trouble = ownership_trouble(fleet, name, groups)
    tagged = [one for one in groups if one.tags.get(Tag.FLEET) == fleet]
    if trouble is not None:
        return NotOurs(trouble, tagged=bool(tagged), adoptable=trouble.code == ADOPTABLE)
    if not tagged:
        return Absent()
    group = tagged[0]
    try:
        memory, stack = memory_of(group.tags), stack_of(group.tags)
    except MemoryUnreadableError as error:
        return Unknown(_unreadable(name, error))
    return Ours(group, ess.tasks(region, group.group_id), memory, stack)


def _unreadable(group: str, error: MemoryUnreadableError) -> Failure:
    return Failure(
        "TagUnreadable",
        f"{group}: {error}.",
        Reaction.HUMAN,
        "Delete this tag of the group in the ESS console; it is written again when it is needed.",
    )


def our_mistake(region: str, error: Exception) -> Failure:
    """Say that this program failed, in one region only; its words could hold anything."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
    return Failure(
        "UnexpectedError",
        f"This program made a mistake in {region}: {type(error).__name__} at {place}.",
        Reaction.BUG,
        "The region is left as it is; report this sentence to the authors of p2p-fleet.",
    )
