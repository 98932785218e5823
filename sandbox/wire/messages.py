"""HTTP messages as plain records, so that everything above the socket is a pure function."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

JSON_CONTENT_TYPE = "application/json;charset=utf-8"
FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"

Pairs = tuple[tuple[str, str], ...]
"""Decoded parameters in the order in which they were sent; a name may occur twice."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    `host` is lower case and without port: the authority of an absolute URI (`via_proxy`), else
    the Host header. `path` and `query` are as they were sent, still percent-encoded: signatures
    cover them so. Header names are lower case; a header sent twice is joined with a comma.
    """

    method: str
    host: str
    via_proxy: bool
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def query_pairs(self) -> Pairs:
        """The decoded query; raises UnicodeDecodeError where it is not UTF-8."""
        return _pairs(self.query)

    def form_pairs(self) -> Pairs:
        """The decoded form body, empty when the body is no form; errors as in `query_pairs`."""
        content_type = self.headers.get("content-type", "")
        if not content_type.lower().startswith(FORM_CONTENT_TYPE):
            return ()
        return _pairs(self.body.decode("utf-8"))


def _pairs(encoded: str) -> Pairs:
    return tuple(parse_qsl(encoded, keep_blank_values=True, encoding="utf-8", errors="strict"))


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; Content-Length is added when it is sent."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self, *, date: str, close: bool) -> bytes:
        """The whole answer in one buffer, which leaves in as few packets as it can."""
        lines = [
            f"HTTP/1.1 {self.status} {_reason(self.status)}",
            f"Date: {date}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            f"Connection: {'close' if close else 'keep-alive'}",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return "\r\n".join((*lines, "", "")).encode("latin-1") + self.body


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def json_answer(status: int, value: object, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer whose body is `value` as compact JSON."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, JSON_CONTENT_TYPE, body, headers)


class Ending(enum.Enum):
    """What happens to a connection instead of an answer."""

    HOLD = "hold"
    """Nothing is ever sent: the client has to time out."""
    CLOSE = "close"
    """Closed in an orderly way without an answer."""
    RESET = "reset"
    """Torn down with a TCP reset."""


Reply = Answer | Ending
