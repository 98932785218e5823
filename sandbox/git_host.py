"""A real Git host on loopback: smart HTTP by the system's own `git http-backend`.

with start_git_host(root) as host:
    repository = ControlRepository(root / "fleet.git")
    repository.commit("capacity: 1")
    # CONTROL_SOURCES = host.url_of("fleet.git")
"""

from __future__ import annotations

import base64
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from sandbox.git_host_behaviour import (
    LOGIN_PAGE,
    Drip,
    Hang,
    Instead,
    Misbehaviour,
    Request,
    Response,
    Stage,
    Truncate,
    answer_honestly,
    answer_instead,
    redirect_to,
)
from sandbox.git_host_repository import ControlRepository, run_git
from sandbox.git_host_tls import make_certificate

__all__ = [
    "LOGIN_PAGE",
    "ControlRepository",
    "Drip",
    "Hang",
    "Instead",
    "RunningGitHost",
    "Stage",
    "Truncate",
    "redirect_to",
    "run_git",
    "start_git_host",
]


class RunningGitHost:
    """A host that serves every repository under a directory until it is stopped.

    `requests` is what came in, in order, over so many `connections`. `ca_file` certifies a host
    with TLS. `speaks_v2` can be turned off to make it a host from before 2018.
    """

    def __init__(self, root: Path, login: tuple[str, str] | None, *, tls: bool, port: int) -> None:
        self.root = root
        self.requests: list[Request] = []
        self.connections = 0
        self.speaks_v2 = True
        self.stopping = threading.Event()
        self.ca_file: Path | None = None
        self._login = login
        self._misbehaviours: dict[tuple[str, Stage | None], Misbehaviour] = {}
        self._files = tempfile.TemporaryDirectory(prefix="git-host-")
        self._server = _Server(("127.0.0.1", port), self)
        if tls:
            certificate = make_certificate(Path(self._files.name))
            self.ca_file = certificate.certificate_file
            self._server.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._server.tls.load_cert_chain(certificate.certificate_file, certificate.key_file)
        scheme = "https" if tls else "http"
        self.http_url = f"{scheme}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="git-host"
        )
        self._thread.start()

    def url_of(self, name: str) -> str:
        """Return the URL of a repository by its path under the root."""
        return f"{self.http_url}/{name}"

    def misbehave(self, name: str, misbehaviour: Misbehaviour, *, on: Stage | None = None) -> None:
        """Go wrong for everything under this path; `on` limits it to one kind of request."""
        self._misbehaviours[name, on] = misbehaviour

    def behave(self) -> None:
        """Answer everything honestly again."""
        self._misbehaviours.clear()

    def misbehaviour_for(self, request: Request) -> Misbehaviour | None:
        """Return how this request is to go wrong, if it is."""
        for (name, stage), misbehaviour in self._misbehaviours.items():
            if request.path.startswith(f"/{name}") and stage in {None, request.stage}:
                return misbehaviour
        return None

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the request carries the login, where one is needed."""
        if self._login is None:
            return True
        expected = base64.b64encode(":".join(self._login).encode()).decode()
        return headers.get("Authorization") == f"Basic {expected}"

    def stop(self) -> None:
        """Stop serving and wait for every thread; more than once does no harm."""
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        self._files.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_git_host(
    root: Path, *, login: tuple[str, str] | None = None, tls: bool = False, port: int = 0
) -> RunningGitHost:
    """Serve the repositories under a directory on a loopback port (0: any free one).

    `login` is a user and a password or token that every request must carry.
    """
    return RunningGitHost(root, login, tls=tls, port=port)


class _Server(ThreadingHTTPServer):
    """One thread per connection; connections are known, so that all end when the host stops."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], host: RunningGitHost) -> None:
        self.host = host
        self.tls: ssl.SSLContext | None = None
        self._connections: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        if self.tls is not None:
            # the handshake is the handler's: a slow visitor must not keep others waiting
            connection = self.tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        self._connections.add(connection)
        self.host.connections += 1
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: tuple[str, int],
    ) -> None:
        """Visitors that hang up are what this host is for; anything else is a bug to be seen."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """End every connection that is still open."""
        for connection in tuple(self._connections):
            with suppress(OSError):  # the visitor was faster
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Reads one request after the other from a connection and answers each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Keep quiet: `RunningGitHost.requests` is the log."""

    def _answer(self, body: bytes) -> None:
        host = self.server.host
        url = urlsplit(self.path)
        request = Request(self.command, url.path, url.query, dict(self.headers.items()), body)
        host.requests.append(request)
        misbehaviour = host.misbehaviour_for(request)
        if isinstance(misbehaviour, Hang):
            host.stopping.wait()
            self.close_connection = True
            return
        if not host.admits(request.headers):
            refusal = {"WWW-Authenticate": 'Basic realm="git"', "Content-Type": "text/plain"}
            self._send(Response(401, refusal, b"authentication needed"))
            return
        honest = answer_honestly(host.root, request, speaks_v2=host.speaks_v2)
        match misbehaviour:
            case Instead():
                self._send(answer_instead(honest, misbehaviour))
            case Truncate():
                self._send_head(honest)
                self.wfile.write(honest.body[: misbehaviour.after_bytes])
                self.close_connection = True
            case Drip():
                self._drip(honest, misbehaviour.interval_s)
            case None:
                self._send(honest)

    def _send(self, response: Response) -> None:
        self._send_head(response)
        self.wfile.write(response.body)

    def _send_head(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()

    def _drip(self, response: Response, interval_s: float) -> None:
        self._send_head(response)
        for byte in response.body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.host.stopping.wait(interval_s):
                self.close_connection = True
                break
