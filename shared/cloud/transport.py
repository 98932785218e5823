"""One TLS context and one connection pool for every endpoint.

The SDK builds a context and a pool for each host that it meets. With 23 ESS hosts that alone is
half a second of CPU (22 ms each), and requests loads the CA bundle once more into the context for
every new connection. `DaraCore.get_adapter` is where the SDK asks for its adapter, so that is
where ours is handed out.
"""

from __future__ import annotations

import ssl
import threading
from typing import Any

import certifi
from darabonba.core import DaraCore
from requests.adapters import HTTPAdapter

_MAX_HOSTS = 64  # more than there are regions: a pool that is evicted costs a TLS handshake


class SharedAdapter(HTTPAdapter):
    """An HTTP adapter whose connections all verify against one preloaded TLS context."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(pool_connections=_MAX_HOSTS, pool_maxsize=_MAX_HOSTS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (requests' own)
        """Give the pool our context (overrides requests' hook)."""
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 (requests' own)
        """Give the pool behind a proxy our context too (overrides requests' hook)."""
        return super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ANN401
        """Always verify, against the context's authorities (overrides requests' hook).

        requests would name the CA file here, which makes urllib3 parse it again for every
        connection (15 ms each).
        """
        if url.startswith("https") and (self._context is None or verify is not True or cert):
            raise ValueError("this adapter verifies https with its own authorities only")
        if url.startswith("https"):
            conn.cert_reqs = "CERT_REQUIRED"


_made: dict[bool, SharedAdapter] = {}
_lock = threading.Lock()


def _get_adapter(prefix: str, *_args: object, **_kwargs: object) -> SharedAdapter:
    """Stand in for `DaraCore.get_adapter`: one adapter for http, one for https."""
    tls = prefix.upper() == "HTTPS"
    with _lock:
        if tls not in _made:
            context = ssl.create_default_context(cafile=certifi.where()) if tls else None
            _made[tls] = SharedAdapter(context)
        return _made[tls]


def share_connections() -> None:
    """Make every SDK client of this process use one adapter per scheme; harmless to repeat."""
    DaraCore.get_adapter = staticmethod(_get_adapter)
