"""What a group's tags say of the stack around it, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from functions.watcher.records import Stack
from shared.instants import parse_instant
from shared.memory import MemoryUnreadableError
from shared.naming import Tag


def stack_of(tags: Mapping[str, str]) -> Stack:
    """Read what bootstrap wrote into a group's tags.

    Raises:
        MemoryUnreadableError: a tag of ours cannot be understood.
    """
    next_offer = tags.get(Tag.NEXT_OFFER)
    return Stack(
        fingerprint=tags.get(Tag.STACK),
        adopted=Tag.ADOPTED in tags,
        next_offer=None if next_offer is None else _instant(Tag.NEXT_OFFER, next_offer),
    )


def _instant(tag: Tag, value: str) -> datetime:
    try:
        return parse_instant(value)
    except ValueError as error:
        raise MemoryUnreadableError(
            f"tag {tag} holds {value[:60]!r}, which the fleet did not write"
        ) from error


def is_outdated(stack: Stack, wanted: str) -> bool:
    """Whether bootstrap built the stack from another template than that of fingerprint `wanted`.

    A group without a fingerprint was handed over by hand and an adopted one was made by others:
    around those, nothing is ours to change.
    """
    return _is_built(stack) and stack.fingerprint != wanted


def may_choose_again(stack: Stack, now: datetime) -> bool:
    """Whether bootstrap may look for another offer for a stack that falls short."""
    return _is_built(stack) and (stack.next_offer is None or stack.next_offer <= now)


def _is_built(stack: Stack) -> bool:
    return stack.fingerprint is not None and not stack.adopted
