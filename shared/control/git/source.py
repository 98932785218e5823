"""Where a control document can be read: the syntax of `CONTROL_SOURCES`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from shared.control.git.addresses import is_loopback_host, is_private_host

DEFAULT_REF: Final = "HEAD"
DEFAULT_PATH: Final = "control.yaml"
MAX_SOURCES: Final = 16
_SCP_LIKE: Final = re.compile(
    r"(?P<user>[^@/:#]+)@(?P<host>\[[0-9A-Fa-f:.]+\]|[^@/:#\[\]]+):(?P<path>.+)"
)
_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?|[0-9a-f:.]*:[0-9a-f:.]*")
_BAD_REF: Final = re.compile(r"[\x00-\x20\x7f~^?*\[\\]|\.\.|@\{|^[/.-]|[/.]$|//")
_FORMS: Final = (
    "https://host/owner/repo.git, ssh://git@host/owner/repo.git, git@host:owner/repo.git"
    " or file:///path"
)


class SourceSyntaxError(ValueError):
    """An entry cannot be understood; one sentence that names it without its credentials."""


@dataclass(frozen=True, slots=True)
class Source:
    """One place the control document can be read from.

    `url` carries no credentials. `repository` is the path on the host: for https that of the URL,
    for ssh what `git-upload-pack` is given. `given_private`: the operator himself named a loopback
    or private host, or a file. `takes_control_token`: `CONTROL_TOKEN` may be shown to this host.
    `label` is how reports and messages call the source.
    """

    url: str
    ref: str
    path: str
    scheme: str
    host: str
    port: int | None
    repository: str
    given_private: bool
    label: str
    takes_control_token: bool = False
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def parse_sources(text: str) -> tuple[Source, ...]:
    """Parse whitespace-separated sources, each with an optional `#ref:path`.

    Raises:
        SourceSyntaxError: the first entry that is wrong, and why.
    """
    entries = text.split()
    if not entries:
        raise SourceSyntaxError(f"No source is named; give {_FORMS}.")
    if len(entries) > MAX_SOURCES:
        raise SourceSyntaxError(f"{len(entries)} sources are named; at most {MAX_SOURCES} are.")
    return _with_token_host([_parse_entry(entry) for entry in entries])


def _with_token_host(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Mark the sources that `CONTROL_TOKEN` belongs to.

    It is the token of one host: that of the first http(s) source without a password of its own. A
    mirror elsewhere must never be shown it.
    """
    hosts = [(s.host, s.port) for s in sources if _wants_token(s)]
    return tuple(
        replace(s, takes_control_token=_wants_token(s) and (s.host, s.port) == hosts[0])
        for s in sources
    )


def _wants_token(source: Source) -> bool:
    return source.scheme in {"http", "https"} and source.password is None


def _parse_entry(entry: str) -> Source:
    location, _, fragment = entry.partition("#")
    ref, _, path = fragment.partition(":")
    ref, path = ref or DEFAULT_REF, path or DEFAULT_PATH
    if _BAD_REF.search(ref) or ref.endswith(".lock"):
        raise _wrong(entry, "what follows # is not the name of a branch, tag, ref or commit")
    if any(part in {"", ".", ".."} for part in path.split("/")):
        raise _wrong(
            entry, "what follows the colon is not a file's path from the repository's root"
        )
    suffix = "" if (ref, path) == (DEFAULT_REF, DEFAULT_PATH) else f"#{ref}:{path}"
    source = _locate(entry, location)
    return replace(source, ref=ref, path=path, label=source.url + suffix)


def _locate(entry: str, location: str) -> Source:
    if "://" not in location:
        return _scp_like(entry, location)
    try:
        parts = urlsplit(location)
        port = parts.port
    except ValueError as error:
        raise _wrong(entry, "its host or port is malformed") from error
    if parts.query or "?" in location:
        raise _wrong(entry, "a query (?...) is not part of a repository's URL")
    match parts.scheme:
        case "https" | "http":
            return _web(entry, parts, port)
        case "ssh":
            return _ssh(entry, parts, port)
        case "file":
            return _file(entry, parts)
        case _:
            raise _wrong(entry, f"it is not one of {_FORMS}")


def _web(entry: str, parts: SplitResult, port: int | None) -> Source:
    host = _host(entry, parts.hostname)
    if parts.scheme == "http" and not is_loopback_host(host):
        raise _wrong(entry, "plain http is for loopback hosts only; use https")
    path = quote(parts.path, safe="/%~!$&'()*+,;=:@").rstrip("/")
    if not path:
        raise _wrong(entry, "it names a host but no repository")
    shown_host = f"[{host}]" if ":" in host else host
    default_port = 443 if parts.scheme == "https" else 80
    explicit_port = port if port != default_port else None
    return _source(
        url=f"{parts.scheme}://{shown_host}{f':{explicit_port}' if explicit_port else ''}{path}",
        scheme=parts.scheme,
        host=host,
        port=explicit_port,
        repository=path,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _ssh(entry: str, parts: SplitResult, port: int | None) -> Source:
    host = _host(entry, parts.hostname)
    if parts.password:
        raise _wrong(entry, "ssh takes a key (CONTROL_SSH_KEY), not a password")
    path = unquote(parts.path)
    if not path.strip("/"):
        raise _wrong(entry, "it names a host but no repository")
    user = unquote(parts.username) if parts.username else "git"
    shown_host = f"[{host}]" if ":" in host else host
    return _source(
        url=f"ssh://{user}@{shown_host}{f':{port}' if port else ''}{parts.path}",
        scheme="ssh",
        host=host,
        port=port,
        repository=path[1:] if path.startswith("/~") else path,
        username=user,
    )


def _scp_like(entry: str, location: str) -> Source:
    match = _SCP_LIKE.fullmatch(location)
    if not match:
        raise _wrong(entry, f"it is not one of {_FORMS}")
    host = _host(entry, match["host"].strip("[]"))
    return _source(
        url=location,
        scheme="ssh",
        host=host,
        port=None,
        repository=match["path"],
        username=match["user"],
    )


def _file(entry: str, parts: SplitResult) -> Source:
    if parts.netloc not in {"", "localhost"} or not parts.path.strip("/"):
        raise _wrong(entry, "a local repository is file:///absolute/path")
    return _source(
        url=f"file://{parts.path}",
        scheme="file",
        host="",
        port=None,
        repository=unquote(parts.path),
    )


def _source(  # noqa: PLR0913 (one argument per field that the forms differ in)
    *,
    url: str,
    scheme: str,
    host: str,
    port: int | None,
    repository: str,
    username: str | None = None,
    password: str | None = None,
) -> Source:
    return Source(
        url=url,
        ref=DEFAULT_REF,
        path=DEFAULT_PATH,
        scheme=scheme,
        host=host,
        port=port,
        repository=repository,
        given_private=scheme == "file" or is_private_host(host),
        label=url,
        username=username,
        password=password,
    )


def _host(entry: str, host: str | None) -> str:
    try:
        ascii_host = (host or "").encode("idna").decode().lower()
    except UnicodeError as error:
        raise _wrong(entry, "its host name is malformed") from error
    if not _HOST.fullmatch(ascii_host):
        raise _wrong(entry, "its host name is missing or malformed")
    return ascii_host


def _wrong(entry: str, why: str) -> SourceSyntaxError:
    return SourceSyntaxError(f"The source {_without_credentials(entry)!r} is refused: {why}.")


def _without_credentials(entry: str) -> str:
    """Return an entry, however malformed, without anything that could be a secret."""
    scheme, separator, rest = entry.partition("?")[0].rpartition("://")
    return scheme.rpartition("@")[2] + separator + rest.rpartition("@")[2]
