"""What was done to a stack, in few words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal, get_args

from shared.report import RegionReport, ResourceReport

Verb = Literal["created", "changed", "removed", "left"]
_VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
_DONE: Final[dict[Verb, str]] = {
    "created": "created",
    "changed": "changed",
    "removed": "removed",
    "left": "handed back",
}
_PLANNED: Final[dict[str, str]] = {
    "created": "create",
    "changed": "change",
    "removed": "remove",
    "left": "hand back",
    "missing": "without",
}


def changes(resources: Sequence[ResourceReport]) -> list[ResourceReport]:
    """Return what was written; what belongs to the making of something new is no change of its own.

    A gateway is created and then enabled, a security group created and then given rules.
    """
    made = {one.kind for one in resources if one.verb == "created"}
    return [
        one
        for one in resources
        if one.verb in _VERBS and not (one.verb == "changed" and one.kind in made)
    ]


def in_numbers(resources: Sequence[ResourceReport], *, planned: bool) -> str:
    """Say how many things were done, by verb: `8 created, 1 changed`."""
    counts = Counter(one.verb for one in changes(resources))
    if planned:
        said = [f"{_PLANNED[verb]} {counts[verb]}" for verb in _VERBS if counts[verb]]
    else:
        said = [f"{counts[verb]} {_DONE[verb]}" for verb in _VERBS if counts[verb]]
    return ", ".join([*said, *_lacks(resources)])


def in_kinds(resources: Sequence[ResourceReport], *, planned: bool) -> str:
    """Say what kinds of things were done, by verb: `created VPC, vSwitch ×2; changed image`."""
    words = _PLANNED if planned else _DONE
    said = []
    for verb in _VERBS:
        kinds = Counter(one.kind for one in changes(resources) if one.verb == verb)
        if kinds:
            told = (kind if number == 1 else f"{kind} ×{number}" for kind, number in kinds.items())
            said.append(f"{words[verb]} {', '.join(told)}")
    return "; ".join([*said, *_lacks(resources)])


def one_by_one(resources: Sequence[ResourceReport]) -> list[tuple[str, str, str]]:
    """Return what a plan would do, and do without, each with its verb, kind and name; in order."""
    told = changes(resources)
    return [
        (_PLANNED[one.verb], one.kind, one.name)
        for one in resources
        if one in told or one.verb == "missing"
    ]


def state_of(region: RegionReport) -> str:
    """Say in a few words what came of a region's stack."""
    if region.outcome == "skipped":
        return "pending"
    if region.error is not None:
        return f"failed: {region.error.code}"
    return region.reason.removeprefix("the stack ")


def _lacks(resources: Sequence[ResourceReport]) -> list[str]:
    return [f"without {one.kind} ({one.name})" for one in resources if one.verb == "missing"]
