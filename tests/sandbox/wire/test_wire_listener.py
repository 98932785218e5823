"""The HTTP server itself, spoken to over raw sockets."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sandbox.wire.listener import MAX_REQUEST_LINE_BYTES, Listener
from sandbox.wire.messages import Ending, Reply, Request, json_answer


@contextmanager
def listening(reply_to: Callable[[Request], Reply]) -> Iterator[Listener]:
    """A listener that is stopped at the end."""
    listener = Listener(0, reply_to)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


@contextmanager
def connected(listener: Listener) -> Iterator[socket.socket]:
    """A client connection."""
    with socket.create_connection(("127.0.0.1", listener.port), timeout=5) as client:
        yield client


def echo(request: Request) -> Reply:
    """Answers with what was understood of the request."""
    return json_answer(
        200,
        {
            "method": request.method,
            "host": request.host,
            "via_proxy": request.via_proxy,
            "path": request.path,
            "query_bytes": len(request.query),
            "form": request.form_pairs(),
            "body_bytes": len(request.body),
        },
    )


def read_answer(client: socket.socket) -> tuple[int, dict[str, object]]:
    """Status and JSON body of the next answer on the connection."""
    with client.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        length = 0
        while (line := stream.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, json.loads(stream.read(length))


def exchange(listener: Listener, message: bytes) -> tuple[int, dict[str, object]]:
    """The answer to one message on a connection of its own."""
    with connected(listener) as client:
        client.sendall(message)
        return read_answer(client)


def test_absolute_uri_and_origin_form_are_understood() -> None:
    """A proxy request names its host in the URI, a plain one in the Host header."""
    with listening(echo) as listener:
        proxied = exchange(
            listener,
            b"POST http://ESS.aliyuncs.com:80/?A=1 HTTP/1.1\r\nHost: other\r\n\r\n",
        )
        plain = exchange(listener, b"GET /_sandbox/state?B HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")
    nothing = {"form": [], "body_bytes": 0}
    assert proxied == (
        200,
        {"method": "POST", "host": "ess.aliyuncs.com", "via_proxy": True, "path": "/"}
        | {"query_bytes": 3}
        | nothing,
    )
    assert plain == (
        200,
        {"method": "GET", "host": "127.0.0.1", "via_proxy": False, "path": "/_sandbox/state"}
        | {"query_bytes": 1}
        | nothing,
    )


def test_connection_is_kept_and_bodies_are_framed() -> None:
    """Requests with bodies follow each other on one connection without mixing."""
    message = (
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 3\r\n\r\na=1"
    )
    with listening(echo) as listener, connected(listener) as client:
        client.sendall(message)
        first = read_answer(client)
        client.sendall(message)
        second = read_answer(client)
    assert first == second
    assert first[1]["form"] == [["a", "1"]]


def test_request_line_of_a_megabyte_is_taken() -> None:
    """User data in the query, far over the usual 64 KiB, arrives whole."""
    query = b"UserData=" + b"x" * 1_000_000
    with listening(echo) as listener:
        status, seen = exchange(listener, b"POST /?" + query + b" HTTP/1.1\r\nHost: h\r\n\r\n")
    assert (status, seen["query_bytes"]) == (200, len(query))


def test_endless_request_line_is_refused() -> None:
    """A request line over the bound is 414 and ends the connection."""
    with listening(echo) as listener, connected(listener) as client:
        client.sendall(b"GET /" + b"x" * MAX_REQUEST_LINE_BYTES)
        assert read_answer(client) == (414, {"error": "The request line is over 2 MiB."})


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"Content-Length: x", 400),
        (b"Content-Length: -1", 400),
        (b"Content-Length: 99999999999", 413),
        (b"Transfer-Encoding: gzip", 400),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 3", 400),
    ],
)
def test_unusable_body_framing_is_refused(header: bytes, status: int) -> None:
    """A body whose end cannot be told, or is too far, is refused before it is read."""
    with listening(echo) as listener:
        answer = exchange(listener, b"POST / HTTP/1.1\r\nHost: h\r\n" + header + b"\r\n\r\n")
    assert answer[0] == status


def test_a_body_in_chunks_arrives_whole() -> None:
    """Chunks are put together, and what follows them is the next request."""
    message = (
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2;note=x\r\na=\r\nB\r\n12345678901\r\n0\r\nT: x\r\n\r\n"
    )
    with listening(echo) as listener, connected(listener) as client:
        answers = []
        for _ in range(2):
            client.sendall(message)
            answers.append(read_answer(client))
    assert [(status, seen["form"]) for status, seen in answers] == [
        (200, [["a", "12345678901"]]),
        (200, [["a", "12345678901"]]),
    ]


@pytest.mark.parametrize(
    ("chunks", "sentence"),
    [
        (b"x\r\n", "The length of a chunk is not a hexadecimal number."),
        (b"1\r\nabc\r\n", "A chunk is longer than it says."),
        (b"20000001\r\n", "The body is over 536870912 bytes."),
        (b"0\r\n" + b"T: x\r\n" * 64, "There are more than 64 trailers."),
    ],
)
def test_wrong_chunks_are_refused(chunks: bytes, sentence: str) -> None:
    """A body that is not what it says ends the connection with the reason."""
    head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    with listening(echo) as listener:
        assert exchange(listener, head + chunks) == (400, {"error": sentence})


def test_connect_is_refused() -> None:
    """TLS through the proxy is refused with 405 and the reason."""
    with listening(echo) as listener:
        answer = exchange(
            listener, b"CONNECT ess.aliyuncs.com:443 HTTP/1.1\r\nHost: ess.aliyuncs.com:443\r\n\r\n"
        )
    assert answer == (
        405,
        {"error": "CONNECT is not served: use protocol http for the cloud's endpoints."},
    )


def test_close_and_reset_reach_the_client_as_such() -> None:
    """An unanswered request ends in an orderly close or a TCP reset."""
    replies = {"/close": Ending.CLOSE, "/reset": Ending.RESET}
    with listening(lambda request: replies[request.path]) as listener:
        with connected(listener) as client:
            client.sendall(b"GET /close HTTP/1.1\r\nHost: h\r\n\r\n")
            assert client.recv(100) == b""
        with connected(listener) as client:
            client.sendall(b"GET /reset HTTP/1.1\r\nHost: h\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                client.recv(100)


def test_held_connection_stays_silent_until_the_client_goes() -> None:
    """A held request gets neither answer nor close; its thread ends with the client."""
    with listening(lambda _: Ending.HOLD) as listener:
        before = threading.active_count()
        with connected(listener) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(1)
            assert threading.active_count() == before + 1
        deadline = time.monotonic() + 5
        while threading.active_count() > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert threading.active_count() == before


def test_stop_ends_idle_held_and_half_sent_connections() -> None:
    """Stopping takes no time and leaves no thread, whatever the clients are doing."""
    before = threading.active_count()
    listener = Listener(0, lambda _: Ending.HOLD)
    listener.start()
    with connected(listener), connected(listener) as held, connected(listener) as half:
        held.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        half.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
        deadline = time.monotonic() + 5
        while threading.active_count() < before + 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        began = time.monotonic()
        listener.stop()
        assert time.monotonic() - began < 1
    assert threading.active_count() == before


def test_client_that_leaves_in_its_body_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    """A client that closes in mid-request leaves no traceback behind."""
    with listening(echo) as listener:
        with connected(listener) as client:
            client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
        status, _ = exchange(listener, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert status == 200
    assert capfd.readouterr() == ("", "")
