"""Instants in RFC 3339, as the admin interface speaks them."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(instant: datetime) -> str:
    """`instant` in UTC with milliseconds, such as `2026-11-23T08:56:27.125Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_rfc3339(text: str) -> datetime:
    """The instant in UTC; raises ValueError where `text` is no instant or has no zone."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone, such as Z")
    return instant.astimezone(UTC)
