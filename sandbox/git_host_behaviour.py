"""How a Git host answers: honestly through `git http-backend`, or in the ways hosts go wrong."""

from __future__ import annotations

import enum
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from sandbox.git_host_repository import git_environment


class Stage(enum.Enum):
    """Which request of a conversation it is."""

    GREETING = "greeting"
    REFS = "refs"
    FETCH = "fetch"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def stage(self) -> Stage:
        """Which request of a conversation it is."""
        if self.method == "GET":
            return Stage.GREETING
        return Stage.REFS if b"command=ls-refs" in self.body else Stage.FETCH


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to be sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hang:
    """Takes the request and never answers."""


@dataclass(frozen=True, slots=True)
class Drip:
    """Answers honestly, one byte at a time."""

    interval_s: float = 0.05


@dataclass(frozen=True, slots=True)
class Truncate:
    """Announces the whole answer, and hangs up after so many bytes of it at the latest."""

    after_bytes: int


@dataclass(frozen=True, slots=True)
class Instead:
    """Answers something else; without a content type it claims to be the honest answer."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    content_type: str | None = None
    location: str | None = None


Misbehaviour = Hang | Drip | Truncate | Instead

LOGIN_PAGE = Instead(
    content_type="text/html; charset=utf-8", body=b"<!DOCTYPE html><title>Please log in</title>"
)


def redirect_to(url: str, status: int = 302) -> Instead:
    """Return the misbehaviour of a host that sends its visitors elsewhere."""
    return Instead(status=status, location=url)


def answer_honestly(root: Path, request: Request, *, speaks_v2: bool = True) -> Response:
    """Answer with the real `git http-backend`, which is a CGI program (RFC 3875)."""
    environment = git_environment() | {
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", "") if speaks_v2 else "",
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "REMOTE_ADDR": "127.0.0.1",
    }
    finished = subprocess.run(
        ["git", "http-backend"],  # noqa: S607 (the system's git, wherever it is)
        input=request.body,
        env=environment,
        capture_output=True,
        check=False,
    )
    head, _, body = finished.stdout.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode("latin-1").splitlines())
    headers = {name: value for name, _, value in lines}
    status = headers.pop("Status", "200 OK")
    return Response(int(status.split()[0]), headers, body)


def answer_instead(honest: Response, instead: Instead) -> Response:
    """Return the answer of a host that says something else."""
    is_success = instead.status == HTTPStatus.OK
    body = instead.body or (b"" if is_success else b"no")
    headers = {"Content-Type": instead.content_type or honest.headers.get("Content-Type", "")}
    if instead.location is not None:
        headers["Location"] = instead.location
    return Response(instead.status, headers, body)
