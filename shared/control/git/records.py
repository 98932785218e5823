"""What reading a source takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.control.git.addresses import Resolve
from shared.control.git.source import Source
from shared.failure import Failure


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is shown to hosts, and by what hosts are recognised.

    `token` is `CONTROL_TOKEN`. `ssh_key` is the decoded `CONTROL_SSH_KEY`, an OpenSSH ed25519
    private key. `known_hosts` is text in OpenSSH's format; without it any host key is accepted
    but those of hosts whose key is built in. `ca_file` names a PEM file of certification
    authorities that replaces the system's.
    """

    token: str | None = field(default=None, repr=False)
    ssh_key: bytes | None = field(default=None, repr=False)
    known_hosts: str | None = None
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one conversation with one source.

    `timeout_s` is the time for everything, name resolution included. `max_bytes` bounds what is
    received, `max_document_bytes` the control file itself.
    """

    timeout_s: float = 10.0
    max_bytes: int = 2 * 1024 * 1024
    max_document_bytes: int = 256 * 1024
    max_history_commits: int = 1000
    max_redirects: int = 3


@dataclass(frozen=True, slots=True)
class Means:
    """What every conversation is had with; `resolve` turns a host's name into addresses."""

    credentials: Credentials
    limits: Limits
    resolve: Resolve


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit, verified to hash to `sha`.

    `raw` is the object as hashed (without Git's header), `signature` its raw `gpgsig`.
    `author` and `committer` are `Name <mail>`; `subject` is the first line of the message. These
    three are safe to print: one line each, nothing unprintable.
    """

    sha: str
    tree: str
    parents: tuple[str, ...]
    committed_at: datetime
    author: str
    committer: str
    subject: str
    raw: bytes = field(repr=False)
    signature: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source says: the control file at one commit.

    `text_sha` is the file's blob id: equal ids are identical files. `host_key` is the SHA-256
    fingerprint of an ssh host. `received_bytes` counts what the host sent inside its transport
    (bodies of HTTP answers, data of the SSH channel).
    """

    source: Source
    commit: Commit
    text: bytes = field(repr=False)
    text_sha: str
    elapsed_ms: int
    received_bytes: int
    host_key: str | None = None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A source that could not be read, and why."""

    source: Source
    failure: Failure
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A commit in the history: its parents and its committer time."""

    parents: tuple[str, ...]
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """Commits reachable from `head`, itself included.

    `complete`: nothing is missing down to the roots. False: a bound was hit first.
    """

    head: str
    commits: Mapping[str, Ancestor]
    complete: bool
    received_bytes: int = 0
