"""Search statements: `*`, words, phrases, `key: value`, and, or, not, parentheses.

Of the language that "Query syntax and functions" describes, this is what finds logs by words.
Comparisons of numbers and analytic statements (`… | select …`) are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from sandbox.domain.log.errors import key_not_indexed, parameter_invalid, query_invalid
from sandbox.domain.log.records import Settings

Fields = Mapping[str, str]
"""A log as a search sees it: every key with its value, the service's own `__topic__` included."""

Condition = Callable[[Fields], bool]

ALWAYS_INDEXED: Final = frozenset({"__topic__", "__source__"})
"""Fields of the service's own that need no index."""

_LEXEME: Final = re.compile(r'\s*(?:(?P<mark>[():])|"(?P<phrase>[^"]*)"|(?P<word>[^\s():"]+))')
_OPERATORS: Final = frozenset({"and", "or", "not"})
_UNSERVED: Final = re.compile(r"[|<>=\[\]]")


@dataclass(frozen=True, slots=True)
class _Lexeme:
    """A mark, an operator, or text; `quoted` text is never an operator."""

    text: str
    quoted: bool = False

    def is_operator(self, name: str) -> bool:
        return not self.quoted and self.text.lower() == name


@dataclass(frozen=True, slots=True)
class _Splitter:
    """How an index cuts a value into words: at any of `delimiters`, as letters or without case."""

    delimiters: str
    case_sensitive: bool

    def words(self, value: str) -> list[str]:
        """The words of a value, in order."""
        folded = value if self.case_sensitive else value.lower()
        if not self.delimiters:
            return [folded]
        return [word for word in re.split(f"[{re.escape(self.delimiters)}]", folded) if word]

    def finds(self, wanted: str, value: str) -> bool:
        """Whether the value has every word of what is wanted; `error*` finds what begins so."""
        present = self.words(value)
        return all(any(_fits(word, one) for one in present) for word in self.words(wanted))


def _fits(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def parse(query: str, index: Settings) -> Condition:
    """What a log must be like to be found; an empty query finds all.

    Raises ApiError for what is no search statement, or asks for what the index does not have.
    """
    lexemes = list(_lexemes(query))
    if not lexemes:
        return lambda _: True
    parser = _Parser(lexemes, index)
    condition = parser.alternatives()
    if parser.rest:
        raise query_invalid(f"{parser.rest[0].text} is not expected here")
    return condition


def _lexemes(query: str) -> Iterator[_Lexeme]:
    position, end = 0, len(query.rstrip())
    while position < end:
        match = _LEXEME.match(query, position)
        if match is None:
            raise query_invalid("a quotation mark is not closed")
        position = match.end()
        phrase = match["phrase"]
        text = phrase if phrase is not None else match["word"] or match["mark"]
        if phrase is None and _UNSERVED.search(text):
            raise query_invalid(f"{text} asks for an analysis or a comparison, not for words")
        yield _Lexeme(text, quoted=phrase is not None)


@dataclass(slots=True)
class _Parser:
    """Recursive descent: alternatives of sequences of terms."""

    rest: list[_Lexeme]
    index: Settings

    def alternatives(self) -> Condition:
        """Sequences joined by `or`."""
        found = [self._sequence()]
        while self._took("or"):
            found.append(self._sequence())
        return reduce(_either, found)

    def _sequence(self) -> Condition:
        """Terms joined by `and`, or by nothing, which means the same."""
        found = [self._term()]
        while self.rest and not self._next_is("or") and not self._next_is(")"):
            self._took("and")
            found.append(self._term())
        return reduce(_both, found)

    def _term(self) -> Condition:
        if self._took("not"):
            return _negated(self._term())
        if self._took("("):
            inner = self.alternatives()
            if not self._took(")"):
                raise query_invalid("a parenthesis is not closed")
            return inner
        text = self._text()
        if self._took(":"):
            return self._in_key(text.text, self._text().text)
        return self._anywhere(text)

    def _text(self) -> _Lexeme:
        lexeme = self.rest.pop(0) if self.rest else _Lexeme("")
        if not lexeme.quoted and lexeme.text.lower() in {"", "(", ")", ":", *_OPERATORS}:
            raise query_invalid(f"a word is missing before {lexeme.text or 'the end'}")
        return lexeme

    def _in_key(self, key: str, wanted: str) -> Condition:
        keys = self.index.get("keys", {})
        if key in ALWAYS_INDEXED:
            return lambda fields: fields.get(key) == wanted or (wanted == "*" and key in fields)
        if key not in keys:
            raise key_not_indexed(key)
        splitter = _splitter(keys[key])
        return lambda fields: key in fields and splitter.finds(wanted, fields[key])

    def _anywhere(self, lexeme: _Lexeme) -> Condition:
        if lexeme.text == "*" and not lexeme.quoted:
            return lambda _: True
        line = self.index.get("line")
        if line is None:
            raise parameter_invalid("full text index is not configured, name a key")
        splitter = _splitter(line)
        return lambda fields: any(
            splitter.finds(lexeme.text, value)
            for key, value in fields.items()
            if _covers(line, key)
        )

    def _next_is(self, name: str) -> bool:
        return bool(self.rest) and self.rest[0].is_operator(name)

    def _took(self, name: str) -> bool:
        if not self._next_is(name):
            return False
        self.rest.pop(0)
        return True


def _splitter(settings: Mapping[str, Any]) -> _Splitter:
    return _Splitter("".join(settings.get("token", [])), bool(settings.get("caseSensitive", False)))


def _covers(line: Mapping[str, Any], key: str) -> bool:
    included, excluded = line.get("include_keys"), line.get("exclude_keys")
    return key in included if included else key not in (excluded or ())


def _both(first: Condition, second: Condition) -> Condition:
    return lambda fields: first(fields) and second(fields)


def _either(first: Condition, second: Condition) -> Condition:
    return lambda fields: first(fields) or second(fields)


def _negated(condition: Condition) -> Condition:
    return lambda fields: not condition(fields)
