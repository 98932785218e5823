"""HTTP/1.1 over loopback: sockets and threads, nothing about clouds.

The standard library's server does the work. It is extended where the cloud's clients need it:
request lines far over 64 KiB (launch templates carry user data in the query), bodies in chunks
(what Node.js sends) and of the size of code packages, connections that are held, reset or closed
instead of answered, and a stop that leaves no thread or socket behind.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Final
from urllib.parse import urlsplit

from sandbox.wire.chunks import ChunkError, read_chunks
from sandbox.wire.messages import Answer, Ending, Reply, Request, json_answer

HOST: Final = "127.0.0.1"
MAX_REQUEST_LINE_BYTES: Final = 2 * 1024 * 1024
MAX_BODY_BYTES: Final = 512 * 1024 * 1024
"""Above 500 MB, the largest package of code that Function Compute takes."""
HOLD_S: Final = 60.0
"""How long a held connection stays open; longer than any client's timeout."""

_STOP_POLL_S: Final = 0.02
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Listener(ThreadingMixIn, TCPServer):
    """Answers every request on a free or given loopback port with `reply_to(request)`.

    One thread per connection. Raises OSError where the port is taken.
    """

    allow_reuse_address = True
    request_queue_size = 128
    daemon_threads = False

    def __init__(self, port: int, reply_to: Callable[[Request], Reply]) -> None:
        self.reply_to = reply_to
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self._stopping = False
        super().__init__((HOST, port), _Connection)
        self._accepting = threading.Thread(
            target=self.serve_forever, args=(_STOP_POLL_S,), name="sandbox-accept"
        )

    @property
    def port(self) -> int:
        """The port that is listened on."""
        port: int = self.socket.getsockname()[1]
        return port

    def start(self) -> None:
        """Begins to accept connections, in a thread of its own."""
        self._accepting.start()

    def stop(self) -> None:
        """Closes every connection, answered or not, and waits for its thread to end."""
        self.shutdown()
        self._accepting.join()
        with self._open_lock:
            self._stopping = True
            for connection in self._open:
                _hang_up(connection)
        self.server_close()

    def opened(self, connection: socket.socket) -> None:
        """Registers a connection, so that `stop` can wake its thread."""
        with self._open_lock:
            self._open.add(connection)
            if self._stopping:
                _hang_up(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forgets a connection."""
        with self._open_lock:
            self._open.discard(connection)


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The peer was faster: the connection is gone, which is all that is wanted.
        return


class _Connection(BaseHTTPRequestHandler):
    """One client connection, serving requests until either side is done."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener
    connection: socket.socket

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            # The client went away in mid-sentence, as clients with timeouts do.
            self.close_connection = True

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(MAX_REQUEST_LINE_BYTES + 1)
        if len(self.raw_requestline) > MAX_REQUEST_LINE_BYTES:
            self.requestline, self.request_version, self.command = "", self.protocol_version, ""
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG, "The request line is over 2 MiB.")
            return
        if not self.raw_requestline:
            self.close_connection = True
            return
        if not self.parse_request():
            return
        body = self._read_body()
        if body is not None:
            self._send(self._reply(body))

    def _read_body(self) -> bytes | None:
        """The body, or None after a refusal."""
        encoding = self.headers.get("Transfer-Encoding")
        if encoding is not None:
            return self._read_encoded_body(encoding)
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.BAD_REQUEST, "Content-Length is not a number.")
            return None
        if int(length) > MAX_BODY_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is over 512 MiB.")
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionResetError("the client closed the connection within its body")
        return body

    def _read_encoded_body(self, encoding: str) -> bytes | None:
        if encoding.lower() != "chunked" or "Content-Length" in self.headers:
            # Both together are how requests are smuggled (RFC 9112, section 6.3).
            self._refuse(HTTPStatus.BAD_REQUEST, "The body's length is not clear.")
            return None
        try:
            return read_chunks(self.rfile, MAX_BODY_BYTES)
        except ChunkError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
            return None

    def _reply(self, body: bytes) -> Reply:
        if self.command == "CONNECT":
            # TLS cannot be looked into: HTTP is what makes this proxy possible.
            return json_answer(
                HTTPStatus.METHOD_NOT_ALLOWED,
                {"error": "CONNECT is not served: use protocol http for the cloud's endpoints."},
                (("Allow", "GET, POST, PUT, DELETE"),),
            )
        return self.server.reply_to(_request(self.command, self.path, self.headers.items(), body))

    def _send(self, reply: Reply) -> None:
        if isinstance(reply, Answer):
            self.wfile.write(
                reply.encode(date=self.date_time_string(), close=self.close_connection)
            )
            return
        self.close_connection = True
        if reply is Ending.HOLD:
            self._hold()
        elif reply is Ending.RESET:
            self._reset()

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        self.close_connection = True
        self._send(json_answer(status, {"error": sentence}))

    def _hold(self) -> None:
        """Waits until the client gives up, the server stops, or `HOLD_S` have passed."""
        self.connection.settimeout(HOLD_S)
        # An orderly client closes (empty read), an angry one resets: the caller handles both.
        self.connection.recv(1, socket.MSG_PEEK)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.server.closed(self.connection)
        self.rfile.close()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the parent's name)
        """Says nothing: the request journal tells what happened."""


def _request(method: str, uri: str, headers: list[tuple[str, str]], body: bytes) -> Request:
    by_name: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        by_name[key] = f"{by_name[key]},{value}" if key in by_name else value
    via_proxy = not uri.startswith("/")
    if via_proxy:
        parts = urlsplit(uri)
        host, path, query = parts.netloc, parts.path or "/", parts.query
    else:
        host = by_name.get("host", "")
        path, _, query = uri.partition("?")
    return Request(method, _without_port(host), via_proxy, path, query, by_name, body)


def _without_port(authority: str) -> str:
    # Some clients put their endpoint's path there too.
    authority = authority.partition("/")[0]
    host, colon, port = authority.rpartition(":")
    return (host if colon and port.isdigit() else authority).lower()
