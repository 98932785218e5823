"""Opening a repository: the transport its URL names, then the protocol its host speaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.control.git.leash import Leash
from shared.control.git.records import Means
from shared.control.git.repository import Repository
from shared.control.git.source import Source


@contextmanager
def opened(source: Source, means: Means, leash: Leash) -> Iterator[Repository]:
    """Open a source's repository for one conversation.

    Each transport is imported when a source uses it: paramiko alone costs more than all the rest.

    Raises:
        SourceFault: it cannot be opened, or the reading of it failed.
    """
    repository: Repository
    match source.scheme:
        case "file":
            from shared.control.git.local import LocalRepository  # noqa: PLC0415

            repository = LocalRepository(source, leash)
        case "ssh":
            from shared.control.git.remote import RemoteRepository  # noqa: PLC0415
            from shared.control.git.transport_ssh import SshConnection  # noqa: PLC0415

            repository = RemoteRepository(SshConnection(source, means, leash), means.limits)
        case _:
            from shared.control.git.remote import RemoteRepository  # noqa: PLC0415
            from shared.control.git.transport_http import HttpConnection  # noqa: PLC0415

            repository = RemoteRepository(HttpConnection(source, means, leash), means.limits)
    try:
        yield repository
    finally:
        repository.close()
