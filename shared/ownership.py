"""Whose group it is: told by tag and name together, never by one of them alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.cloud.records import ScalingGroup
from shared.failure import Failure, Reaction
from shared.naming import Tag

ADOPTABLE: Final = "GroupNotOurs"
"""Code of the one trouble that adopting the group mends."""


def ownership_trouble(fleet: str, name: str, groups: Sequence[ScalingGroup]) -> Failure | None:
    """Say why the groups that bear our name or our tag are not clearly ours, or return None."""
    tagged = [group for group in groups if group.tags.get(Tag.FLEET) == fleet]
    if len(tagged) > 1:
        names = ", ".join(f"{group.name} ({group.group_id})" for group in tagged)
        return _human(
            "GroupAmbiguous",
            f"Several groups carry the tag {Tag.FLEET}={fleet}: {names}.",
            "Remove the tag from all but one.",
        )
    if tagged and tagged[0].name != name:
        return _human(
            "GroupRenamed",
            f"Our group {tagged[0].group_id} is named {tagged[0].name} instead of {name}.",
            f"Rename it to {name}, or remove its tag {Tag.FLEET}.",
        )
    named = next((group for group in groups if group.name == name), None)
    return None if tagged or named is None else _not_ours(fleet, named)


def _not_ours(fleet: str, group: ScalingGroup) -> Failure:
    other = group.tags.get(Tag.FLEET)
    if other is not None:
        return _human(
            "GroupOfAnotherFleet",
            f"A group named {group.name} carries the tag {Tag.FLEET}={other[:40]}.",
            f"It belongs to another fleet: rename it, or remove its tag {Tag.FLEET}.",
        )
    region = group.name.removeprefix(f"{fleet}-")
    return _human(
        ADOPTABLE,
        f"A group named {group.name} exists without the tag {Tag.FLEET}={fleet}.",
        f"To hand it to the fleet, set `regions.{region}.adopt: true` in the control document; else"
        " rename or delete it.",
    )


def _human(code: str, message: str, remedy: str) -> Failure:
    return Failure(code, message, Reaction.HUMAN, remedy)
