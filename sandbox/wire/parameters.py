"""Typed descriptions of API parameters, and how to write them down in one line each."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """A parameter's type, in the words of the OpenAPI metadata."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ARRAY = "array"
    OBJECT = "object"


class Style(enum.StrEnum):
    """How a value is spread over flat wire names, in the words of the OpenAPI metadata."""

    PLAIN = ""
    REPEAT_LIST = "repeatList"
    """`Tags.1.Key=…&Tags.2.Key=…`"""
    FLAT = "flat"
    """`CapacityOptions.OnDemandBaseCapacity=…`"""
    JSON = "json"
    """One parameter whose value is JSON text."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of one action.

    `minimum` and `maximum` bound integers and numbers, `max_length` strings (in characters),
    `max_items` arrays. `choices` are the only values a string may have; `any_case` compares
    them without case. `item` describes an array's elements, `members` an object's; an `open`
    object may have any members, of any type.
    """

    name: str
    kind: Kind
    required: bool = False
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    max_items: int | None = None
    choices: tuple[str, ...] = ()
    any_case: bool = False
    style: Style = Style.PLAIN
    item: Param | None = None
    members: tuple[Param, ...] = ()
    open: bool = False


def text(
    name: str,
    *choices: str,
    required: bool = False,
    any_case: bool = False,
    max_length: int | None = None,
) -> Param:
    """A string, one of `choices` where there are any."""
    return Param(
        name,
        Kind.STRING,
        required=required,
        choices=choices,
        any_case=any_case,
        max_length=max_length,
    )


def integer(
    name: str, minimum: int | None = None, maximum: int | None = None, *, required: bool = False
) -> Param:
    """A 32-bit integer within the bounds, both included."""
    return Param(name, Kind.INTEGER, required=required, minimum=minimum, maximum=maximum)


def number(name: str, *, required: bool = False) -> Param:
    """A finite decimal number."""
    return Param(name, Kind.NUMBER, required=required)


def boolean(name: str, *, required: bool = False) -> Param:
    """`true` or `false`, in any case: the Python SDK sends `True`."""
    return Param(name, Kind.BOOLEAN, required=required)


def texts(name: str, *choices: str, max_items: int, required: bool = False) -> Param:
    """A repeated list of strings."""
    return _repeated(name, text("", *choices), max_items, required=required)


def integers(name: str, *, max_items: int) -> Param:
    """A repeated list of integers."""
    return _repeated(name, integer(""), max_items, required=False)


def records(name: str, *members: Param, max_items: int, required: bool = False) -> Param:
    """A repeated list of objects."""
    return _repeated(name, Param("", Kind.OBJECT, members=members), max_items, required=required)


def flat(name: str, *members: Param) -> Param:
    """One object whose members are parameters of their own."""
    return Param(name, Kind.OBJECT, style=Style.FLAT, members=members)


def json_object(name: str, *members: Param, required: bool = False) -> Param:
    """One object sent as JSON text."""
    return Param(name, Kind.OBJECT, required=required, style=Style.JSON, members=members)


def _repeated(name: str, item: Param, max_items: int, *, required: bool) -> Param:
    return Param(
        name,
        Kind.ARRAY,
        required=required,
        style=Style.REPEAT_LIST,
        item=item,
        max_items=max_items,
    )
