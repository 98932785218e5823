"""One product's API through the session: what every verb of a product has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from shared.cloud.answers import Item, chained_pages, numbered_pages, read_all, understood
from shared.cloud.session import Call, CallFailedError, Effect, Session

_Record = TypeVar("_Record")
ACCOUNT: Final = "the account"
"""Stands where a region would, in calls of products that have none (RAM, resource groups)."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[_Record]):
    """Where the items of a list stand in an answer, and how to read one."""

    path: tuple[str, ...]
    read: Callable[[Item], _Record]


@dataclass(frozen=True, slots=True)
class Api:
    """How the actions of one product are sent.

    `host_of` is the product's endpoint rule. `regional`: its actions take RegionId.
    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`).
    """

    session: Session
    version: str
    host_of: Callable[[str], str]
    regional: bool = True

    def read(self, region: str, action: str, params: Mapping[str, object]) -> Item:
        """Ask something; repeated where that helps."""
        return self._send(region, action, params, {}, Effect.READ)

    def write(
        self,
        region: str,
        action: str,
        params: Mapping[str, object],
        *,
        settled: Sequence[str] = (),
        body: Mapping[str, object] | None = None,
    ) -> Item:
        """Change something; `body` holds parameters that are too long for a URL.

        A code of `settled` says that what the call is for is so already, which is as good; then
        the answer is empty.
        """
        try:
            return self._send(region, action, params, body or {}, Effect.WRITE)
        except CallFailedError as error:
            if error.failure.code not in settled:
                raise
            return {}

    def one(
        self,
        region: str,
        action: str,
        params: Mapping[str, object],
        read: Callable[[Item], _Record],
    ) -> _Record:
        """Ask something and read the answer."""
        return understood(region, action, read, self.read(region, action, params))

    def made(
        self,
        region: str,
        action: str,
        params: Mapping[str, object],
        read: Callable[[Item], _Record],
        *,
        body: Mapping[str, object] | None = None,
    ) -> _Record:
        """Make something and read the answer, such as the new thing's id."""
        answer = self.write(region, action, params, body=body)
        return understood(region, action, read, answer)

    def numbered(
        self,
        region: str,
        action: str,
        params: Mapping[str, object],
        rows: Rows[_Record],
        *,
        page_size: int = 50,
    ) -> tuple[_Record, ...]:
        """List all pages of an action that counts them (PageNumber)."""

        def ask(page: Mapping[str, object]) -> Item:
            return self.read(region, action, {**params, **page})

        items = numbered_pages(region, action, ask, rows.path, page_size=page_size)
        return read_all(region, action, rows.read, items)

    def chained(
        self,
        region: str,
        action: str,
        params: Mapping[str, object],
        rows: Rows[_Record],
        *,
        size: Mapping[str, int],
    ) -> tuple[_Record, ...]:
        """List all pages of an action that chains them (NextToken)."""

        def ask(page: Mapping[str, object]) -> Item:
            return self.read(region, action, {**params, **page})

        items = chained_pages(region, action, ask, rows.path, size=size)
        return read_all(region, action, rows.read, items)

    def _send(
        self,
        region: str,
        action: str,
        params: Mapping[str, object],
        body: Mapping[str, object],
        effect: Effect,
    ) -> Item:
        where = {"RegionId": region} if self.regional else {}
        host = self.host_of(region)
        return self.session.call(
            Call(self.version, action, region, host, {**where, **params}, effect, body)
        )


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as most products take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
