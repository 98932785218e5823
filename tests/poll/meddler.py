"""A proxy between watcher and sandbox that changes answers."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way: where to (path and query too), which action, and what it carries."""

    host: str
    action: str
    body: bytes
    target: str = "/"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer on its way back."""

    status: int
    content_type: str
    body: bytes

    def saying(self, body: bytes, *, status: int | None = None) -> Answered:
        """Return the same answer with another body, and another status if one is given."""
        return replace(self, body=body, status=self.status if status is None else status)


Meddle = Callable[[Asked, Answered], Answered]


@contextmanager
def meddling(sandbox_url: str, meddle: Meddle) -> Iterator[str]:
    """Stand before a sandbox, and give the URL that does."""
    address = urlsplit(sandbox_url).netloc

    class Proxy(ThreadingHTTPServer):
        request_queue_size = 128  # all regions are asked at once

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = self._forward(body)
            action = self.headers.get("x-acs-action", "")
            url = urlsplit(self.path)
            answer = meddle(Asked(url.netloc, action, body, f"{url.path}?{url.query}"), answer)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def _forward(self, body: bytes) -> Answered:
            connection = http.client.HTTPConnection(address, timeout=10)
            try:
                connection.request(self.command, self.path, body, dict(self.headers.items()))
                answer = connection.getresponse()
                kind = answer.headers.get("Content-Type", "")
                return Answered(answer.status, kind, answer.read())
            finally:
                connection.close()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the parent's name)
            """Keep quiet: tests look at what comes of it."""

    with Proxy(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()
