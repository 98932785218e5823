"""Which events a pattern takes."""

from __future__ import annotations

import json

import pytest

from sandbox.domain.eventbridge.patterns import Pattern, UnknownExpressionError, read_pattern

EVENT = {
    "source": "p2p-agent-poll",
    "type": "eventbridge:Events:ScheduledEvent",
    "data": {"Schedule": "0 * * * * *", "count": 3},
}


def pattern(fields: object) -> Pattern:
    """The pattern of fields."""
    return read_pattern(json.dumps(fields))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"source": ["p2p-agent-poll"]},
        {"source": ["another", "p2p-agent-poll"]},
        {"source": ["p2p-agent-poll"], "type": [{"prefix": "eventbridge:"}]},
        {"source": [{"prefix": "p2p", "suffix": "poll"}]},
        {"source": [{"anything-but": "another"}]},
        {"source": [{"anything-but": ["another", {"prefix": "acs."}]}]},
        {"data": {"count": [3]}},
    ],
)
def test_a_pattern_takes_an_event(fields: object) -> None:
    """Every field must hold, and of its expressions one."""
    assert pattern(fields).matches(EVENT)


@pytest.mark.parametrize(
    "fields",
    [
        {"source": ["p2p-agent"]},
        {"source": ["p2p-agent-poll"], "type": ["another"]},
        {"source": [{"prefix": "p2p", "suffix": "nothing"}]},
        {"source": [{"anything-but": "p2p-agent-poll"}]},
        {"source": [{"anything-but": {"prefix": "p2p"}}]},
        {"subject": [{"anything-but": "another"}]},
        {"subject": ["x"]},
        {"data": {"count": ["3"]}},
        {"data": {"count": [{"prefix": "3"}]}},
        {"source": {"name": ["x"]}},
    ],
)
def test_a_pattern_leaves_an_event(fields: object) -> None:
    """What is missing, or of another type, does not match."""
    assert not pattern(fields).matches(EVENT)


@pytest.mark.parametrize(
    "text", ["", "[]", "1", '{"source": "x"}', '{"source": []}', '{"source": [["x"]]}']
)
def test_what_is_no_pattern(text: str) -> None:
    """A pattern is an object of lists."""
    with pytest.raises(ValueError, match=r"JSON|object|list|Expecting"):
        read_pattern(text)


def test_a_field_has_five_expressions_at_most() -> None:
    """The documented limit; plain values do not count."""
    expressions = [{"prefix": str(number)} for number in range(6)]

    assert pattern({"source": [*expressions[:5], *"abcdef"]}).matches({"source": "f"})
    with pytest.raises(ValueError, match="at most 5"):
        pattern({"source": expressions})


def test_what_is_not_modelled_is_said() -> None:
    """Numeric ranges exist in reality; here they are not taken for something else."""
    with pytest.raises(UnknownExpressionError):
        pattern({"data": {"count": [{"numeric": [">", 1]}]}})
