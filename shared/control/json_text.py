"""JSON in a form that a parser of YAML 1.1 reads: nearly all of it is, but for three corners."""

from __future__ import annotations

import json
import re
from typing import Final

_STRING: Final = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?')
_SURROGATES: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)


def as_yaml(text: str) -> str:
    r"""Return JSON text as YAML 1.1 with every value at its place; other text as it is.

    JSON may indent with tabs, put space between a key and its colon, and write a character beyond
    the first plane as two escapes (`\ud83d\ude00`). Only the last moves what follows in its line,
    by two columns.
    """
    if not text.lstrip().startswith("{"):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _STRING.sub(_rewritten, text.replace("\t", " "))


def _rewritten(match: re.Match[str]) -> str:
    string, colon = match.group(1, 2)
    string = _SURROGATES.sub(_one_escape, string)
    return string if colon is None else f"{string}:{colon[:-1]}"


def _one_escape(match: re.Match[str]) -> str:
    backslashes, high, low = match.groups()
    code = 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)
    return f"{backslashes}\\U{code:08X}"
