"""Event patterns: which events a rule takes.

Per field of the envelope a list of expressions, one of which must hold: a value, or an object with
`prefix`, `suffix` or `anything-but`. Sources: "Event patterns" and the "Limits" page of the
EventBridge documentation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_MOST_EXPRESSIONS: Final = 5
_KNOWN: Final = frozenset({"prefix", "suffix", "anything-but"})

Json = Any


class UnknownExpressionError(ValueError):
    """An expression that the real service knows, or may know, and this one does not."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as it was written, and decoded; made by `read_pattern` only."""

    text: str
    fields: Mapping[str, Json]

    def matches(self, event: Mapping[str, Json]) -> bool:
        """Whether every field of the pattern is satisfied; the empty pattern takes everything."""
        return _object_matches(self.fields, event)


def read_pattern(text: str) -> Pattern:
    """The pattern of JSON text.

    Raises ValueError where it is no pattern, UnknownExpressionError for what is not modelled.
    """
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("a pattern is a JSON object")  # noqa: TRY004  (one kind of refusal)
    _check_object(fields)
    return Pattern(text, fields)


def _check_object(fields: Mapping[str, Json]) -> None:
    for expected in fields.values():
        if isinstance(expected, dict):
            _check_object(expected)
        elif not isinstance(expected, list) or not expected:
            raise ValueError("a field's value is an object, or a list of expressions")
        else:
            _check_expressions(expected)


def _check_expressions(expressions: list[Json]) -> None:
    objects = [one for one in expressions if isinstance(one, dict)]
    if len(objects) > _MOST_EXPRESSIONS:
        raise ValueError(f"a field has at most {_MOST_EXPRESSIONS} expressions")
    if any(isinstance(one, list) for one in expressions):
        raise ValueError("an expression is not a list")
    for expression in objects:
        if not expression or expression.keys() - _KNOWN:
            raise UnknownExpressionError(json.dumps(expression))


def _object_matches(fields: Mapping[str, Json], event: Mapping[str, Json]) -> bool:
    return all(_field_matches(expected, event.get(name)) for name, expected in fields.items())


def _field_matches(expected: Json, actual: Json) -> bool:
    if isinstance(expected, dict):
        return isinstance(actual, dict) and _object_matches(expected, actual)
    return any(_expression_holds(one, actual) for one in expected)


def _expression_holds(expression: Json, actual: Json) -> bool:
    if not isinstance(expression, dict):
        return type(expression) is type(actual) and bool(expression == actual)
    return all(_condition_holds(name, value, actual) for name, value in expression.items())


def _condition_holds(name: str, value: Json, actual: Json) -> bool:
    if name == "anything-but":
        barred = value if isinstance(value, list) else [value]
        return actual is not None and not any(_expression_holds(one, actual) for one in barred)
    if not isinstance(actual, str) or not isinstance(value, str):
        return False
    return actual.startswith(value) if name == "prefix" else actual.endswith(value)
