"""The admin interface under `/_sandbox/`: what tests look at and turn.

`GET state`, `GET requests`, `GET invocations`, `POST reset`, `GET|POST clock`,
`GET|POST faults`; JSON both ways. Wrong input is answered with 400 and
`{"error": <one sentence>}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from sandbox.domain.faults import Faults, FaultsSyntaxError
from sandbox.wire.instants import parse_rfc3339, rfc3339
from sandbox.wire.journal import Journal
from sandbox.wire.live_cloud import LiveCloud
from sandbox.wire.messages import Answer, Request, json_answer

MAX_ADVANCE: Final = timedelta(days=3660)
"""Longest move of the clock in one request; a slip of the finger should not run for ages."""


class _BadRequestError(Exception):
    """Wrong input; the message is the sentence that is answered."""


class Admin:
    """Answers `/_sandbox/…` requests."""

    def __init__(self, live: LiveCloud, journal: Journal) -> None:
        self._live = live
        self._journal = journal
        self._routes: Mapping[str, Mapping[str, Callable[[Request], object]]] = {
            "/_sandbox/state": {"GET": lambda _: live.state()},
            "/_sandbox/requests": {"GET": lambda _: journal.as_json()},
            "/_sandbox/invocations": {"GET": lambda _: asdict(live.invocations())},
            "/_sandbox/reset": {"POST": self._reset},
            "/_sandbox/clock": {"GET": lambda _: _now(live.now()), "POST": self._move_clock},
            "/_sandbox/faults": {
                "GET": lambda _: live.faults().render(),
                "POST": self._replace_faults,
            },
        }

    def answer(self, request: Request) -> Answer:
        """The answer to one admin request."""
        methods = self._routes.get(request.path)
        if methods is None:
            paths = ", ".join(self._routes)
            return _error(HTTPStatus.NOT_FOUND, f"There is no {request.path}; there are {paths}.")
        action = methods.get(request.method)
        if action is None:
            allowed = ", ".join(methods)
            return _error(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"{request.path} takes {allowed}, not {request.method}.",
                ("Allow", allowed),
            )
        try:
            return json_answer(HTTPStatus.OK, action(request))
        except _BadRequestError as error:
            return _error(HTTPStatus.BAD_REQUEST, str(error))

    def _reset(self, _request: Request) -> object:
        now = self._live.reset()
        self._journal.clear()
        return _now(now)

    def _move_clock(self, request: Request) -> object:
        body = _json_object(request, "the clock")
        match body:
            case {"advance_s": bool()}:
                raise _BadRequestError("advance_s must be a number of seconds, not a boolean.")
            case {"advance_s": int() | float() as seconds, **rest} if not rest:
                return _now(self._advance(seconds))
            case {"now": str() as text, **rest} if not rest:
                return _now(self._advance_to(text))
            case _:
                raise _BadRequestError(
                    'The clock takes {"advance_s": <seconds>} or {"now": "<instant>"}, '
                    f"not {_short(request.body)}."
                )

    def _advance(self, seconds: float) -> datetime:
        if not 0 <= seconds <= MAX_ADVANCE.total_seconds():
            raise _BadRequestError(
                f"advance_s must be from 0 to {MAX_ADVANCE.total_seconds():.0f}, not {seconds}."
            )
        return self._live.advance(timedelta(seconds=seconds))

    def _advance_to(self, text: str) -> datetime:
        try:
            instant = parse_rfc3339(text)
        except ValueError:
            raise _BadRequestError(
                f"now must be an RFC 3339 instant with a zone, not {text[:60]!r}."
            ) from None
        now = self._live.now()
        if instant - now > MAX_ADVANCE:
            raise _BadRequestError(f"now can move at most {MAX_ADVANCE.days} days at once.")
        try:
            return self._live.advance_to(instant)
        except ValueError:
            raise _BadRequestError(
                f"The clock cannot go back: it shows {rfc3339(now)}, you asked for {text}."
            ) from None

    def _replace_faults(self, request: Request) -> object:
        body = _json_object(request, "faults")
        try:
            faults = Faults.parse(body)
        except FaultsSyntaxError as error:
            raise _BadRequestError(str(error)) from None
        self._live.set_faults(faults)
        return faults.render()


def _json_object(request: Request, what: str) -> dict[str, object]:
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        raise _BadRequestError(
            f"The body for {what} must be a JSON object, not {_short(request.body)}."
        ) from None
    if not isinstance(value, dict):
        raise _BadRequestError(
            f"The body for {what} must be a JSON object, not {_short(request.body)}."
        )
    return value


def _short(body: bytes) -> str:
    return repr(body[:80].decode("utf-8", "replace"))


def _now(instant: datetime) -> dict[str, str]:
    return {"now": rfc3339(instant)}


def _error(status: HTTPStatus, sentence: str, *headers: tuple[str, str]) -> Answer:
    return json_answer(status, {"error": sentence}, headers)
