"""From flat wire parameters to typed values, refusing whatever the published schema refuses."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Final

from sandbox.wire.parameters import Kind, Param, Style
from sandbox.wire.rejections import invalid_parameter, missing_parameter, unknown_parameter

_Tree = dict[str, "_Tree | str"]

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_INDEX: Final = re.compile(r"[1-9][0-9]{0,4}")
_INT32_MIN: Final = -(2**31)
_INT32_MAX: Final = 2**31 - 1
_BOOLEANS: Final = {"true": True, "false": False}


def decode(params: Mapping[str, Param], pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    """The typed value of every parameter that was sent.

    Arrays become lists, objects dicts, both in the shape of the metadata. A name sent twice with
    the same value counts once (SDKs put RegionId in query and body). Raises ApiError: unknown
    name, malformed value, gap in an index, conflicting repetition, missing required parameter.
    """
    tree: _Tree = {}
    for name, text in pairs:
        _plant(tree, name, text, params)
    values = {name: _value(params[name], node, name) for name, node in tree.items()}
    for name, param in params.items():
        if param.required and values.get(name) in (None, "", []):
            raise missing_parameter(name)
    return values


def _plant(tree: _Tree, name: str, text: str, params: Mapping[str, Param]) -> None:
    head, *rest = name.split(".")
    if head not in params:
        raise unknown_parameter(name)
    node: _Tree = tree
    for segment in rest:
        child = node.setdefault(head, {})
        if isinstance(child, str):
            raise invalid_parameter(name)
        node, head = child, segment
    if node.setdefault(head, text) != text:
        raise invalid_parameter(name)


def _value(param: Param, node: _Tree | str, path: str) -> object:
    if param.style is Style.JSON:
        return _from_json(param, node, path)
    if param.kind is Kind.ARRAY:
        return _array(param, node, path)
    if param.kind is Kind.OBJECT:
        return _object(param, node, path)
    if not isinstance(node, str):
        raise unknown_parameter(f"{path}.{next(iter(node))}")
    return _scalar(param, node, path)


def _array(param: Param, node: _Tree | str, path: str) -> list[object]:
    if isinstance(node, str) or param.item is None:
        raise invalid_parameter(path)
    for index in node:
        if not _INDEX.fullmatch(index):
            raise invalid_parameter(f"{path}.{index}")
    count = len(node)
    if param.max_items is not None and count > param.max_items:
        raise invalid_parameter(path)
    elements = []
    for position in range(1, count + 1):
        place = f"{path}.{position}"
        element = node.get(str(position))
        if element is None:
            # A gap would silently shift what the client believes to have numbered.
            raise invalid_parameter(place)
        elements.append(_value(param.item, element, place))
    return elements


def _object(param: Param, node: _Tree | str, path: str) -> dict[str, object]:
    if isinstance(node, str):
        raise invalid_parameter(path)
    members = {member.name: member for member in param.members}
    for name in node:
        if name not in members:
            raise unknown_parameter(f"{path}.{name}")
    return {name: _value(members[name], child, f"{path}.{name}") for name, child in node.items()}


def _scalar(param: Param, text: str, path: str) -> object:
    match param.kind:
        case Kind.BOOLEAN:
            value = _BOOLEANS.get(text.lower())
            if value is None:
                raise invalid_parameter(path)
            return value
        case Kind.INTEGER:
            if not _INTEGER.fullmatch(text):
                raise invalid_parameter(path)
            whole = int(text)
            _check_range(param, whole, path)
            return whole
        case Kind.NUMBER:
            if not _NUMBER.fullmatch(text):
                raise invalid_parameter(path)
            decimal = float(text)
            _check_range(param, decimal, path)
            return decimal
        case _:
            return _checked_text(param, text, path)


def _check_range(param: Param, value: float, path: str) -> None:
    low, high = (_INT32_MIN, _INT32_MAX) if param.kind is Kind.INTEGER else (-math.inf, math.inf)
    low = low if param.minimum is None else param.minimum
    high = high if param.maximum is None else param.maximum
    if not math.isfinite(value) or not low <= value <= high:
        raise invalid_parameter(path)


def _checked_text(param: Param, text: str, path: str) -> str:
    if param.max_length is not None and len(text) > param.max_length:
        raise invalid_parameter(path)
    if param.choices:
        fold = str.lower if param.any_case else str
        if fold(text) not in {fold(choice) for choice in param.choices}:
            raise invalid_parameter(path)
    return text


def _from_json(param: Param, node: _Tree | str, path: str) -> object:
    if not isinstance(node, str):
        raise invalid_parameter(path)
    try:
        value = json.loads(node)
    except (ValueError, RecursionError):
        raise invalid_parameter(path) from None
    return _json_value(param, value, path)


def _json_value(param: Param, value: object, path: str) -> object:
    match param.kind, value:
        case Kind.ARRAY, list() if param.item is not None:
            if param.max_items is not None and len(value) > param.max_items:
                raise invalid_parameter(path)
            item = param.item
            return [
                _json_value(item, element, f"{path}.{index}")
                for index, element in enumerate(value, 1)
            ]
        case Kind.OBJECT, dict() if param.open:
            return value
        case Kind.OBJECT, dict():
            return _json_object(param, value, path)
        case Kind.STRING, str():
            return _checked_text(param, value, path)
        case Kind.BOOLEAN, bool():
            return value
        case (Kind.INTEGER, int() as figure) | (Kind.NUMBER, int() | float() as figure) if (
            not isinstance(figure, bool)
        ):
            _check_range(param, figure, path)
            return figure
        case _:
            raise invalid_parameter(path)


def _json_object(param: Param, value: Mapping[str, object], path: str) -> dict[str, object]:
    members = {member.name: member for member in param.members}
    for name in value:
        if name not in members:
            raise unknown_parameter(f"{path}.{name}")
    for name, member in members.items():
        if member.required and name not in value:
            raise missing_parameter(f"{path}.{name}")
    return {
        name: _json_value(members[name], child, f"{path}.{name}") for name, child in value.items()
    }
