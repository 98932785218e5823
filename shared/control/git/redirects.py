"""Where an HTTP host may send us, and whether the token comes along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urljoin, urlsplit

from shared.control.git.faults import SourceFault, printable

SERVICE: Final = "/info/refs?service=git-upload-pack"
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a repository is asked for: its URL, taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, scheme: str, host: str, port: int | None, path: str) -> Place:
        """Return a place; without a port it is the scheme's own."""
        return cls(scheme, host, port or _DEFAULT_PORTS[scheme], path)

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The repository's URL, fit for a sentence."""
        return printable(f"{self.scheme}://{self.authority}{self.path}")

    def same_host(self, other: Place) -> bool:
        """Tell whether a secret for one may be shown to the other."""
        return replace(self, path="") == replace(other, path="")


def redirected(place: Place, location: str) -> Place:
    """Return the place that the answer to a greeting redirects to.

    Only a redirect that keeps the request's own ending leads to a repository; anything else is a
    web page, most often one to log in. What address the new host has is checked when it is
    connected to.

    Raises:
        SourceFault: the redirect is not followed.
    """
    try:
        parts = urlsplit(urljoin(place.url + SERVICE, location))
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise SourceFault("SourceRedirectRefused", "redirects to a malformed URL") from error
    # without its query, which may hold somebody's token
    shown = printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise SourceFault("SourceRedirectRefused", f"redirects to {shown}, which is not https")
    if place.scheme == "https" and parts.scheme != "https":
        raise SourceFault(
            "SourceRedirectRefused", f"redirects from https to unencrypted http, {shown}"
        )
    if not f"{parts.path}?{parts.query}".endswith(SERVICE):
        raise SourceFault("SourceNotGit", f"redirects to {shown}, which is not a repository")
    path = parts.path.removesuffix(SERVICE.partition("?")[0])
    return Place.of(parts.scheme, host, port, path)
