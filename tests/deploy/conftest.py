"""What the tests of a deployment share."""

from __future__ import annotations

import pytest

from tests.deploy.serverless_devs import ServerlessDevs, install


@pytest.fixture(scope="session")
def serverless_devs(tmp_path_factory: pytest.TempPathFactory) -> ServerlessDevs:
    """Serverless Devs itself, with a home of its own."""
    return install(tmp_path_factory.mktemp("home"))
