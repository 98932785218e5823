"""The shared adapter: one for all hosts, and TLS is verified all the same."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.core import DaraCore
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions
from requests import Session
from requests.exceptions import SSLError

from sandbox.git_host_tls import make_certificate
from shared.cloud.transport import SharedAdapter, share_connections


class Answer(BaseHTTPRequestHandler):
    """Answers everything with an empty object."""

    def do_POST(self) -> None:
        """Answer one request."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST  # noqa: N815 (the base class looks for this name)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class Quiet(HTTPServer):
    """A server that does not print when a client walks away from a handshake."""

    def handle_error(self, *_: object) -> None:
        """Say nothing: the client's side is what is tested."""


@pytest.fixture
def tls_host(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A TLS server on loopback whose certificate no authority has signed."""
    certificate = make_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate_file, certificate.key_file)
    with Quiet(("127.0.0.1", 0), Answer) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_port, certificate.certificate_file
        server.shutdown()
        thread.join()


def test_the_sdk_takes_one_adapter_for_all_hosts_of_a_scheme() -> None:
    """However many endpoints there are, there is one pool and one TLS context."""
    share_connections()

    adapters = {id(DaraCore.get_adapter("https", None, pool_size=40)) for _ in range(3)}

    assert len(adapters) == 1
    assert isinstance(DaraCore.get_adapter("https"), SharedAdapter)
    assert DaraCore.get_adapter("https") is not DaraCore.get_adapter("http")


def test_an_unknown_certificate_is_refused_by_the_sdk(tls_host: tuple[int, Path]) -> None:
    """Sharing the context has not switched verification off."""
    share_connections()
    port, _ = tls_host
    client = Client(
        Config(
            access_key_id="id",
            access_key_secret="secret",
            endpoint=f"127.0.0.1:{port}",
            protocol="https",
        )
    )
    params = Params("X", "2022-02-22", "HTTPS", "/", "POST", "AK", "json", "formData", "RPC")

    with pytest.raises(UnretryableException, match="CERTIFICATE_VERIFY_FAILED"):
        client.call_api(params, OpenApiRequest(), RuntimeOptions())


def test_the_context_decides_whom_to_trust(tls_host: tuple[int, Path]) -> None:
    """With the host's own certificate in the context the same request succeeds."""
    port, authority = tls_host
    url = f"https://127.0.0.1:{port}/"

    with Session() as session:
        session.trust_env = False
        session.mount("https://", SharedAdapter(ssl.create_default_context(cafile=authority)))
        trusting = session.get(url, timeout=5).json()
        session.mount("https://", SharedAdapter(ssl.create_default_context()))
        with pytest.raises(SSLError):
            session.get(url, timeout=5)

    assert trusting == {}


def test_verification_cannot_be_switched_off_behind_the_adapters_back() -> None:
    """A caller that asks for no verification is refused rather than obeyed."""
    adapter = SharedAdapter(ssl.create_default_context())

    with pytest.raises(ValueError, match="its own authorities only"):
        adapter.cert_verify(object(), "https://ess.aliyuncs.com/", verify=False, cert=None)
