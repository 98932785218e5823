"""Git over HTTP: one kept-alive connection to a checked address (gitprotocol-http).

The standard library's client, and not that of the SDKs: the address connected to must be the one
that was checked, and redirects, proxies, cookies and netrc files are what a token must not travel
by.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
from typing import Final

from shared.control.git.conversation import Read
from shared.control.git.dialing import dial, fault_of_socket
from shared.control.git.faults import SourceFault, foreign_words, garbage
from shared.control.git.leash import Leash
from shared.control.git.records import Credentials, Means
from shared.control.git.redirects import SERVICE, Place, redirected
from shared.control.git.source import Source
from shared.control.git.tls import client_context

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {
    "User-Agent": "git/2 (p2p-fleet)",  # hosts decide by "git/" between repository and web page
    "Git-Protocol": "version=2",
    "Accept-Encoding": "identity",
}
_POST_HEADERS: Final = {
    "Content-Type": "application/x-git-upload-pack-request",
    "Accept": "application/x-git-upload-pack-result",
}
_DEFAULT_USER: Final = "x-access-token"
"""What GitHub calls the user of a token; GitLab, Gitea and others take any name."""


class HttpConnection:
    """A connection to the host of an http(s) source."""

    host_key: str | None = None

    def __init__(self, source: Source, means: Means, leash: Leash) -> None:
        self._place = Place.of(source.scheme, source.host, source.port, source.repository)
        self._authorization = authorization(source, means.credentials)
        self._private_allowed = source.given_private
        self._means = means
        self._leash = leash
        self._client: http.client.HTTPConnection | None = None
        self._response: http.client.HTTPResponse | None = None

    def greet(self) -> Read:
        """Ask for the service, following redirects: later requests go where they led."""
        seen = [self._place]
        while (response := self._request("GET", SERVICE)).status in _REDIRECTS:
            place = redirected(self._place, response.headers.get("Location", ""))
            if place in seen or len(seen) > self._means.limits.max_redirects:
                raise SourceFault("SourceRedirectLoop", f"redirects on and on, last to {place.url}")
            seen.append(place)
            self._move(place)
        return self._accepted(response, "application/x-git-upload-pack-advertisement")

    def exchange(self, request: bytes) -> Read:
        """Post one request."""
        response = self._request("POST", "/git-upload-pack", request)
        if response.status in _REDIRECTS:
            raise SourceFault("SourceRedirectRefused", "redirects in the middle of a conversation")
        return self._accepted(response, "application/x-git-upload-pack-result")

    def close(self) -> None:
        """Close the connection."""
        if self._response is not None:
            self._response.close()
        if self._client is not None:
            self._client.close()
        self._client = self._response = None

    def _move(self, place: Place) -> None:
        """Go on at another place, without the secret unless it is on the same host."""
        if not place.same_host(self._place):
            self._authorization = None
        self._place = place
        self.close()

    def _request(
        self, method: str, suffix: str, body: bytes | None = None
    ) -> http.client.HTTPResponse:
        headers = {"Host": self._place.authority, **_HEADERS}
        if body is not None:
            headers |= _POST_HEADERS
        if self._authorization is not None:
            headers["Authorization"] = self._authorization
        try:
            self._response = self._sent(method, self._place.path + suffix, body, headers)
        except OSError as error:
            raise fault_of_socket(error) from error
        except (http.client.HTTPException, ValueError) as error:
            raise SourceFault("SourceNotGit", "answers in something that is not HTTP") from error
        return self._response

    def _sent(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        client, is_reused = self._connected()
        try:
            client.request(method, target, body, headers)
            return client.getresponse()
        except ConnectionError:
            if not is_reused:
                raise
            # the host kept the connection no longer; every request only reads, so once more
            self.close()
            client, _ = self._connected()
            client.request(method, target, body, headers)
            return client.getresponse()

    def _connected(self) -> tuple[http.client.HTTPConnection, bool]:
        """Return a connection, and whether it is the one that the last answer came over."""
        if self._response is not None and self._read(1):
            self.close()
        if self._client is not None and self._client.sock is not None:
            self._client.sock.settimeout(self._leash.remaining_s())
            return self._client, True
        self.close()
        self._client = http.client.HTTPConnection(self._place.host, self._place.port)
        self._client.auto_open = 0  # it would resolve the name again, unchecked
        self._client.sock = self._dialled()
        return self._client, False

    def _dialled(self) -> socket.socket:
        place = self._place
        dialled = dial(
            place.host,
            place.port,
            self._leash,
            self._means.resolve,
            private_allowed=self._private_allowed,
        )
        if place.scheme == "http":
            return dialled
        try:
            context = client_context(self._means.credentials.ca_file)
            dialled.settimeout(self._leash.remaining_s())
            return context.wrap_socket(dialled, server_hostname=place.host)
        except ssl.SSLCertVerificationError as error:
            reason = foreign_words(error.verify_message)
            raise SourceFault("SourceTlsFailure", f"shows a bad certificate: {reason}") from error
        except ssl.SSLError as error:
            reason = foreign_words(error.reason or "handshake failed")
            raise SourceFault("SourceTlsFailure", f"does not speak TLS: {reason}") from error
        except OSError as error:
            raise fault_of_socket(error) from error
        finally:
            dialled.close()  # no effect once TLS has taken it over

    def _accepted(self, response: http.client.HTTPResponse, content_type: str) -> Read:
        fault = _fault_of_status(response.status)
        if fault is not None:
            raise fault
        answered = response.headers.get_content_type()
        if answered == content_type:
            return self._read
        if answered == "text/html":
            raise SourceFault("SourceNotGit", "answers with a web page")
        if answered == "text/plain":
            raise SourceFault("SourceUnsupported", "only serves files, not Git's smart protocol")
        raise SourceFault("SourceNotGit", f"answers with {foreign_words(answered)}, not with Git")

    def _read(self, size: int) -> bytes:
        if self._response is None:
            return b""
        try:
            return self._leash.count(self._response.read(size))
        except OSError as error:
            raise fault_of_socket(error) from error
        except (http.client.HTTPException, ValueError) as error:
            raise garbage("an answer that is cut off") from error


def _fault_of_status(status: int) -> SourceFault | None:
    reason = f"{status} {http.client.responses.get(status, '')}".strip()
    match status:
        case 200:
            return None
        case 401 | 403:
            return SourceFault("SourceUnauthorized", f"answers {reason}")
        case 404 | 410:
            return SourceFault("SourceNotFound", f"answers {reason}")
        case _ if status == http.client.TOO_MANY_REQUESTS or status >= 500:  # noqa: PLR2004 (server errors)
            return SourceFault("SourceUnavailable", f"answers {reason}")
        case _:
            return SourceFault("SourceNotGit", f"answers {reason}")


def authorization(source: Source, credentials: Credentials) -> str | None:
    """Return the Authorization header for the host of a source, and for no other."""
    token = source.password
    if token is None and source.takes_control_token:
        token = credentials.token
    if token is None and source.username is None:
        return None
    pair = f"{source.username or _DEFAULT_USER}:{token or ''}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
