"""Reading the cloud's answers: tolerant of what is not used, strict about what is.

Only fields that are used are looked at, so a field that changes its type elsewhere in an answer
does no harm; one that is used and is not what it should be makes the answer unknown, never a
guess. Products differ in how they wrap lists (`{"Vpcs": {"Vpc": […]}}`, or flat), name the parts
of a tag and turn pages; those differences are parameters here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from shared.cloud.session import CallFailedError
from shared.failure import Failure, Reaction

Item = Mapping[str, Any]
"""One object of an answer."""
Ask = Callable[[Mapping[str, object]], Item]
"""Asks for one page: paging parameters → answer."""
_Record = TypeVar("_Record")


def unexpected(region: str, action: str, what: str) -> CallFailedError:
    """Return the error of an answer that cannot be understood (code `AnswerUnexpected`)."""
    failure = Failure(
        "AnswerUnexpected",
        f"{action} of {region} answered in a shape that we do not understand: {what}.",
        Reaction.BUG,
        "The region is left as it is; report this, the API may have changed.",
    )
    return CallFailedError(failure, perhaps_applied=False)


def understood(region: str, action: str, read: Callable[[Item], _Record], item: Item) -> _Record:
    """Read one object, or part of it.

    Raises:
        CallFailedError: a field that is used is missing or of the wrong type.
    """
    try:
        return read(item)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise unexpected(region, action, f"{type(error).__name__}: {error}") from error


def read_all(
    region: str, action: str, read: Callable[[Item], _Record], items: Iterable[Item]
) -> tuple[_Record, ...]:
    """Read every object of a list.

    Raises:
        CallFailedError: as `understood`.
    """
    return tuple(understood(region, action, read, item) for item in items)


def items_at(item: Item, *path: str) -> Sequence[Item]:
    """Return the list of objects at `path`, such as `"Vpcs", "Vpc"`; raises KeyError, TypeError."""
    found: Any = item
    for key in path:
        found = found[key]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise TypeError(f"{'.'.join(path)} is not a list of objects")
    return found


def optional_items(item: Item, *path: str) -> Sequence[Item]:
    """Return the list at `path`, empty where the service leaves it out; raises TypeError."""
    found: Any = item
    for key in path[:-1]:
        found = found.get(key) or {}
    return items_at(found, path[-1]) if found.get(path[-1]) is not None else ()


def numbered_pages(
    region: str, action: str, ask: Ask, path: Sequence[str], *, page_size: int
) -> list[Item]:
    """Collect every page of an action with PageNumber, PageSize and TotalCount.

    Raises:
        CallFailedError: fewer items came than TotalCount promised, or an answer is unreadable.
    """
    found: list[Item] = []
    page = 1
    while True:
        answer = ask({"PageNumber": page, "PageSize": page_size})
        items = understood(region, action, lambda one: items_at(one, *path), answer)
        total = understood(region, action, lambda one: number(one, "TotalCount"), answer)
        found.extend(items)
        if len(found) >= total:
            return found
        if not items:
            raise unexpected(region, action, f"{len(found)} of {total} items came")
        page += 1


def chained_pages(
    region: str, action: str, ask: Ask, path: Sequence[str], *, size: Mapping[str, int]
) -> list[Item]:
    """Collect every page of an action with NextToken; `size` names and sets the page's length.

    Raises:
        CallFailedError: a token came twice (the pages would never end), or an answer is unreadable.
    """
    found: list[Item] = []
    seen: set[str] = set()
    where: dict[str, object] = dict(size)
    while True:
        answer = ask(where)
        found.extend(understood(region, action, lambda one: items_at(one, *path), answer))
        token = understood(region, action, lambda one: text_or(one, "NextToken", ""), answer)
        if not token:
            return found
        if token in seen:
            raise unexpected(region, action, "NextToken came twice")
        seen.add(token)
        where["NextToken"] = token


def tags_at(item: Item, *path: str) -> dict[str, str]:
    """Return the tags at `path`; products call the parts TagKey and TagValue, or Key and Value."""
    tags = (one if "Key" in one else _short(one) for one in optional_items(item, *path))
    return {text(tag, "Key"): text_or(tag, "Value", "") for tag in tags}


def _short(tag: Item) -> Item:
    return {"Key": tag["TagKey"], "Value": tag.get("TagValue")}


def text(item: Item, key: str) -> str:
    """Return the text at `key`; raises KeyError, TypeError."""
    value = item[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is not a text")
    return value


def text_or(item: Item, key: str, default: str) -> str:
    """Return the text at `key`, `default` where the service leaves it out; raises TypeError."""
    return default if item.get(key) is None else text(item, key)


def number(item: Item, key: str) -> int:
    """Return the whole number at `key`; raises KeyError, TypeError."""
    value = item[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{key} is not a number")
    return value


def number_or_none(item: Item, key: str) -> int | None:
    """Return the whole number at `key`, None where the service leaves it out."""
    return None if item.get(key) is None else number(item, key)


def flag(item: Item, key: str, *, default: bool = False) -> bool:
    """Return the boolean at `key`, `default` where the service leaves it out; raises TypeError."""
    value = item.get(key, default)
    if not isinstance(value, bool):
        raise TypeError(f"{key} is not a boolean")
    return value
