"""What the wire tests share: a running sandbox and the vendor's own clients for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from alibabacloud_ess20220222.client import Client as EssClient
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.utils_models import Config

from sandbox.domain.setup import Surroundings
from sandbox.server import RunningSandbox, start_sandbox

UTCNOW_IS_DEPRECATED: Final = "ignore:datetime.datetime.utcnow:DeprecationWarning"
"""The vendor's SDK still calls it, which Python 3.12 warns of."""

HERE: Final = Path(__file__).parent
REGION: Final = "ap-southeast-7"

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets the vendor's own deprecations pass, in the tests of this folder only."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings(UTCNOW_IS_DEPRECATED))


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """An empty sandbox on a free port."""
    with start_sandbox(seed=1) as running:
        yield running


@pytest.fixture
def fleet_sandbox() -> Iterator[RunningSandbox]:
    """A sandbox with a group of the fleet in two regions, one behind the central ESS host."""
    with start_sandbox(seed=1, regions=(REGION, "cn-hangzhou"), with_groups=True) as running:
        yield running


@pytest.fixture
def surroundings(sandbox: RunningSandbox) -> Surroundings:
    """What a scaling group needs, in the empty sandbox."""
    return sandbox.cloud.add_surroundings(REGION, "p2p", None)


@pytest.fixture
def config_for() -> ConfigFor:
    """Makes an SDK configuration that reaches a sandbox as its HTTP proxy."""

    def make(sandbox: RunningSandbox, region: str = REGION, **overrides: object) -> Config:
        settings: dict[str, object] = {
            "access_key_id": sandbox.access_key_id,
            "access_key_secret": sandbox.access_key_secret,
            "region_id": region,
            "protocol": "http",
            "http_proxy": sandbox.endpoint,
            "connect_timeout": 2000,
            "read_timeout": 5000,
            **overrides,
        }
        return Config(**settings)

    return make


@pytest.fixture
def ess(sandbox: RunningSandbox, config_for: ConfigFor) -> EssClient:
    """The official ESS client, for the empty sandbox."""
    return EssClient(config_for(sandbox))


@pytest.fixture
def fleet_ess(fleet_sandbox: RunningSandbox, config_for: ConfigFor) -> EssClient:
    """The official ESS client, for the sandbox with groups."""
    return EssClient(config_for(fleet_sandbox))


@pytest.fixture
def sts(sandbox: RunningSandbox, config_for: ConfigFor) -> OpenApiClient:
    """The official generic client, for STS in the empty sandbox."""
    return OpenApiClient(config_for(sandbox, endpoint="sts.ap-southeast-7.aliyuncs.com"))


@pytest.fixture
def admin() -> AdminCall:
    """Calls the admin interface: `admin(sandbox, "GET", "clock")` → decoded JSON of a 200."""

    def call(sandbox: RunningSandbox, method: str, name: str, body: object = None) -> Any:  # noqa: ANN401
        response = requests.request(
            method, f"{sandbox.endpoint}/_sandbox/{name}", json=body, timeout=5
        )
        assert response.status_code == 200, response.text
        return response.json()

    return call
