"""The vendor's own client of the Simple Log Service, pointed at a sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final

import pytest
from aliyun.log import LogClient
from aliyun.log import logclient as sdk

from sandbox.server import RunningSandbox

REGION: Final = "cn-hangzhou"
PROJECT: Final = "p2p-logs"
LOGSTORE: Final = "agents"


@contextmanager
def log_client(sandbox: RunningSandbox, region: str = REGION, **settings: Any) -> Iterator[Any]:  # noqa: ANN401 (the SDK is untyped)
    """A client for the region's real host that sends everything through the sandbox as its proxy.

    `settings` replace arguments of the client. `source` is given because the client would look
    its own address up in the network.
    """
    arguments = {
        "endpoint": f"{region}.log.aliyuncs.com",
        "accessKeyId": sandbox.access_key_id,
        "accessKey": sandbox.access_key_secret,
        "source": "10.0.0.1",
        "region": region,
        **settings,
    }
    client: Any = LogClient(**arguments)
    client.timeout = 5
    session = client._session  # noqa: SLF001 (the one place where the SDK takes a proxy)
    session.trust_env = False
    session.proxies = {"http": sandbox.endpoint}
    try:
        yield client
    finally:
        session.close()


def record_naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the SDK wants to wait before each retry, which then takes no time."""
    naps: list[float] = []
    monkeypatch.setattr(sdk, "time", SimpleNamespace(sleep=naps.append, time=time.time))
    return naps
