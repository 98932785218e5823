"""From YAML or JSON text to a tree of nodes, by PyYAML's events.

PyYAML's own constructors are not used: they resolve YAML 1.1 (`no` is false, `12:30:00` a number),
forget where values stood, let a later key overwrite an earlier one, and follow aliases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from shared.control.complaint import Complaint, shown
from shared.control.json_text import as_yaml
from shared.control.tree import Mapping, Mark, Node, Scalar, Sequence

MAX_DEPTH: Final = 16
"""A control document is four levels deep; what nests deeper is an accident or an attack."""

LOADER: Final[type[Any]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser of libyaml where PyYAML has it: ten times faster."""

_PROBLEMS: Final = (
    # a part of the parser's own words, what to tell the operator, show where the context began
    ("unexpected end of stream", "the quoted text that begins here has no closing quote", True),
    ("',' or ']'", "in the list that begins here a `,` or the closing `]` is missing", True),
    ("',' or '}'", "in the mapping that begins here a `,` or the closing `}` is missing", True),
    ("mapping values", "a `:` cannot stand here; check the indentation, or quote the value", False),
    ("sequence entries", "a lone `-` or a list cannot stand here; write the dash as `'-'`", False),
    ("did not find expected key", "this does not fit what stands above; indent keys alike", False),
    ("<block end>", "this does not fit what stands above; indent keys alike", False),
    ("'-' indicator", "this does not fit the list above; begin each entry with `- `", False),
    ("document start", "this is indented less than the first key; indent keys alike", False),
    ("node content", "a value is missing here, or a bracket is not closed", False),
    ("could not find expected ':'", "a key must be followed by `: ` and its value", True),
    (
        "unexpected ':'",
        "a `:` cannot stand here; write a space after it, or quote the value",
        False,
    ),
    ("escape code", "this escape is not accepted; write the character itself", False),
    ("escape character", "this escape is not accepted; double each backslash", False),
)


@dataclass(frozen=True, slots=True)
class Composition:
    """The tree (None where the text cannot be read to its end) and what is wrong with the text."""

    root: Node | None
    complaints: tuple[Complaint, ...]


class _RefusedError(Exception):
    """Reading cannot go on past this complaint."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(str(complaint))
        self.complaint = complaint


def compose(text: str, loader: type[Any] = LOADER) -> Composition:
    """Return the tree of one YAML or JSON document.

    Tags, anchors, aliases, merge keys, duplicate keys and further documents are complaints.
    """
    text = as_yaml(text)
    composer = _Composer(iter(yaml.parse(text, Loader=loader)))
    try:
        root = composer.document()
    except _RefusedError as refused:
        return Composition(None, (*composer.complaints, refused.complaint))
    except yaml.YAMLError as error:
        return Composition(None, (*composer.complaints, _syntax_complaint(error, text)))
    return Composition(root, tuple(composer.complaints))


class _Composer:
    """Turns a stream of parser events into nodes, and collects complaints on the way."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self.complaints: list[Complaint] = []

    def document(self) -> Node:
        """Read the one document of the stream."""
        next(self._events)  # the start of the stream
        if not isinstance(next(self._events), yaml.DocumentStartEvent):
            raise _RefusedError(Complaint(1, 1, "the document is empty; write at least `capacity`"))
        root = self._node(next(self._events), depth=1)
        next(self._events)  # the end of the document
        further = next(self._events)
        if isinstance(further, yaml.DocumentStartEvent):
            self._complain(_mark(further), "a second document begins here; only one is read")
        return root

    def _node(self, event: Any, depth: int) -> Node:  # noqa: ANN401 -- PyYAML's events share no type
        mark = _mark(event)
        if depth > MAX_DEPTH:
            where = f"{MAX_DEPTH} levels deep"
            raise _RefusedError(Complaint(mark.line, mark.column, f"this is nested over {where}"))
        if isinstance(event, yaml.AliasEvent):
            self._complain(mark, f"aliases such as `*{shown(str(event.anchor))}` are not accepted")
            return Scalar("", plain=False, mark=mark)
        if event.anchor is not None:
            self._complain(mark, f"anchors such as `&{shown(event.anchor)}` are not accepted")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._complain(mark, f"tags such as `{shown(tag)}` are not accepted")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, event.style in (None, ""), mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(self._items(depth), mark)
        return Mapping(self._entries(depth), mark)

    def _items(self, depth: int) -> tuple[Node, ...]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items)

    def _entries(self, depth: int) -> dict[str, tuple[Scalar, Node]]:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._complain(key.mark, "a key must be a single word, not a list or a mapping")
            elif key.plain and key.text == "<<":
                self._complain(key.mark, "merge keys (`<<`) are not accepted; write the keys out")
            elif key.text in entries:
                first = entries[key.text][0].mark.line
                name = shown(key.text)
                self._complain(key.mark, f"the key `{name}` already stands in line {first}")
            else:
                entries[key.text] = (key, value)
        return entries

    def _complain(self, mark: Mark, message: str) -> None:
        self.complaints.append(Complaint(mark.line, mark.column, message))


def _mark(event: Any) -> Mark:  # noqa: ANN401 -- as above
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _syntax_complaint(error: yaml.YAMLError, text: str) -> Complaint:
    """Say in our words what the YAML parser could not read."""
    problem = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    if "cannot start any token" in problem and mark is not None:
        char = text.splitlines()[mark.line][mark.column]
        message = "a tab cannot indent; use spaces" if char == "\t" else _quote_it(char)
        return Complaint(mark.line + 1, mark.column + 1, message)
    message, at_context = next(
        ((message, at_context) for words, message, at_context in _PROBLEMS if words in problem),
        (f"this is not YAML: {shown(problem)}", False),
    )
    if at_context:
        mark = getattr(error, "context_mark", None) or mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Complaint(line, column, message)


def _quote_it(char: str) -> str:
    return f"a value cannot begin with {char} unless it is in quotes"
