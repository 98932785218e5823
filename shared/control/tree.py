"""A document as a tree of nodes that know their place, and as the values that it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from shared.control.complaint import KEY, Path, shown


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in the text; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `plain` when it stands without quotes."""

    text: str
    plain: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order of the text; each entry holds the key's own node as well."""

    entries: dict[str, tuple[Scalar, Node]]
    mark: Mark


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Oddity:
    """An unquoted value that YAML readers understand differently, such as `no` or `0o17`.

    It is neither text nor number to us, so every type refuses it, whatever it would mean.
    """

    text: str


INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,39}", re.ASCII)
"""The one way to write a whole number.

Far more digits than any key takes, so that a number that is too large is refused as just that; yet
no more than a sentence can show, since it repeats the number.
"""

_NUMBER_LIKE: Final = re.compile(
    r"[-+]?(?:"
    r"0[box][0-9a-f_]+"  # other bases
    r"|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:e[-+]?[0-9]+)?"  # fractions, 1_000, 017
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # 12:30:00 is a number to YAML 1.1
    r"|\.inf|\.nan)",
    re.ASCII | re.IGNORECASE,
)
_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_AMBIGUOUS_WORDS: Final = frozenset({"yes", "no", "on", "off", "y", "n", "=", "<<"})


def plain_value(node: Node) -> object:
    """Return the value of `node`: dict, tuple, str, int, bool, None or `Oddity`.

    Unquoted scalars follow the core schema of YAML 1.2; what YAML 1.1 would read differently is an
    `Oddity`, but for instants, which stay text here.
    """
    match node:
        case Mapping():
            return {key: plain_value(value) for key, (_, value) in node.entries.items()}
        case Sequence():
            return tuple(plain_value(item) for item in node.items)
        case Scalar():
            return _plain_scalar(node.text) if node.plain else node.text


def _plain_scalar(text: str) -> object:
    """Return what unquoted `text` means."""
    if text in _WORDS:
        return _WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if text.lower() in _AMBIGUOUS_WORDS or _NUMBER_LIKE.fullmatch(text):
        return Oddity(text)
    return text


_KINDS: Final = {type(None): "nothing", tuple: "a list", list: "a list", dict: "a mapping"}


def described(value: object) -> str:
    """Say what `value` is, as it may stand in a sentence after `not`."""
    match value:
        case Oddity(text):
            return f"`{shown(text)}`"
        case str():
            return _described_text(value)
        case bool():
            return f"`{str(value).lower()}`"
        case _:
            return _KINDS.get(type(value)) or f"`{value}`"


def is_quoted(value: object, kind: type[int]) -> bool:
    """Tell whether `value` is text that would be of `kind` (int or bool) without its quotes."""
    return isinstance(value, str) and type(_plain_scalar(value)) is kind


def _described_text(text: str) -> str:
    if not text:
        return "empty text"
    # Of text that looks like something else it must be said that it is text.
    looks_like_text = isinstance(_plain_scalar(text), str)
    return f"`{shown(text)}`" if looks_like_text else f"the text `{shown(text)}`"


def locate(root: Node, path: Path) -> Mark:
    """Return the place to show for what is wrong at `path`.

    That is the value, or its key where the value is a list or a mapping on lines of its own. A
    trailing `KEY` asks for the key. Where the way ends early, the last node reached is shown. A
    name leads to the entry of that text in a list, since a list of names is read as a mapping.
    """
    node, key = root, None
    for step in path:
        if step == KEY:
            return key.mark if key else node.mark
        child = _child(node, step)
        if child is None:
            break
        key, node = child
    if key is None or isinstance(node, Scalar) or node.mark.line == key.mark.line:
        return node.mark
    return key.mark


def _child(node: Node, step: str | int) -> tuple[Scalar | None, Node] | None:
    """Return the key (if any) and the node that `step` leads to, or None."""
    if isinstance(node, Mapping):
        return node.entries.get(str(step))
    if isinstance(node, Sequence):
        if isinstance(step, int):
            return (None, node.items[step]) if step < len(node.items) else None
        named = (item for item in node.items if isinstance(item, Scalar) and item.text == step)
        return next(((item, item) for item in named), None)
    return None
