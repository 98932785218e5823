"""What was asked and what was answered, for tests to read."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

CAPACITY: Final = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request.

    `at` is an instant of the account's clock (RFC 3339, UTC). `status` is None where nothing was
    answered. `code` is the error code, or the name of the fault that took the answer's place, or
    None. `params` are the action's own parameters as sent, without the protocol's (which hold
    the key, the token and the signature). `caller` is `user`, `role/<name>`, or None where nobody
    was authenticated; `ram_actions` are the permissions that the request needs.
    """

    at: str
    product: str
    action: str
    region: str | None
    status: int | None
    code: str | None
    request_id: str
    params: Mapping[str, str]
    caller: str | None
    ram_actions: tuple[str, ...]


class Journal:
    """The latest 20,000 requests, in the order in which they were finished."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=CAPACITY)
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """Notes one finished request."""
        with self._lock:
            self._entries.append(entry)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._entries.clear()

    def as_json(self) -> list[dict[str, object]]:
        """Every entry as a JSON object, oldest first."""
        with self._lock:
            entries = list(self._entries)
        return [asdict(entry) for entry in entries]
