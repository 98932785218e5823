"""Does the endpoint answer, and is our group there and able to act? Pure."""

from __future__ import annotations

from collections.abc import Sequence

from functions.bootstrap.checks.records import (
    Check,
    View,
    Wanted,
    bad,
    human,
    ok,
    rebuild,
    unmade,
)
from shared.cloud.permissions import is_denial
from shared.cloud.records import ScalingGroup
from shared.failure import Failure
from shared.group_health import group_trouble
from shared.memory import MemoryUnreadableError, memory_of
from shared.naming import group_name
from shared.ownership import ADOPTABLE, ownership_trouble
from shared.regions import BY_ID


def check_endpoint(wanted: Wanted, view: View) -> Check:
    """Whether Auto Scaling answers; a refusal is an answer, and told of by the permissions."""
    groups, host = view.groups, BY_ID[wanted.region].ess_host
    if isinstance(groups, Failure) and not is_denial(groups.code):
        return bad("endpoint", groups)
    return ok("endpoint", f"{host} answers")


def check_group(wanted: Wanted, view: View) -> Check:
    """Whether the group is there, ours, Active, and neither suspended nor half-made."""
    if isinstance(view.groups, Failure):
        return unmade("group", view.groups)
    trouble = _not_clearly_ours(wanted, view.groups)
    if trouble is not None:
        return bad("group", trouble)
    if view.ours is None:
        said = "The scaling group is missing: bootstrap has not built it yet."
        return bad("group", human("GroupMissing", said, rebuild(wanted.region)))
    trouble = _trouble(wanted, view.ours.group)
    if trouble is not None:
        return bad("group", trouble)
    return ok("group", f"{view.ours.group.name} is ours and Active")


def _not_clearly_ours(wanted: Wanted, groups: Sequence[ScalingGroup]) -> Failure | None:
    name = group_name(wanted.fleet, wanted.region)
    trouble = ownership_trouble(wanted.fleet, name, groups)
    if trouble is None or trouble.code != ADOPTABLE or not wanted.adopting:
        return trouble
    said = "The scaling group is not the fleet's yet: bootstrap has not adopted it."
    return human("GroupNotAdopted", said, rebuild(wanted.region))


def _trouble(wanted: Wanted, group: ScalingGroup) -> Failure | None:
    trouble = group_trouble(group)
    if trouble is not None:
        return trouble
    if group.lifecycle_state != "Active":
        said = (
            f"The scaling group is {group.lifecycle_state}: it starts nothing until it is enabled."
        )
        return human("GroupNotActive", said, rebuild(wanted.region))
    if not group.has_template:
        said = "The scaling group has no launch template to make instances from."
        return human("GroupWithoutTemplate", said, rebuild(wanted.region))
    try:
        memory_of(group.tags)
    except MemoryUnreadableError as error:
        return human(
            "TagUnreadable",
            f"{group.name}: {error}.",
            "Delete this tag of the group in the ESS console; it is written again when needed.",
        )
    return None
