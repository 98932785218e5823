"""What the tests of bootstrap share: an empty account with a control repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.bootstrap.countdown import build_and_arm
from tests.bootstrap.yard import FRANKFURT, HANGZHOU, LONDON, Yard, opened_yard

UTCNOW_IS_DEPRECATED: Final = "ignore:datetime.datetime.utcnow:DeprecationWarning"
"""The vendor's SDK still calls it, which Python 3.12 warns of."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the vendor's own deprecations pass, and nobody else's."""
    for item in items:
        item.add_marker(pytest.mark.filterwarnings(UTCNOW_IS_DEPRECATED))


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    """An empty account in a cloud of three regions, noon before the launch."""
    with opened_yard(tmp_path, regions=(HANGZHOU, FRANKFURT, LONDON)) as opened:
        yield opened


@pytest.fixture
def armed_yard(tmp_path: Path) -> Iterator[Yard]:
    """An account with the stack of one region, armed for two nodes: all is well for the launch."""
    with opened_yard(tmp_path, regions=(FRANKFURT,)) as opened:
        build_and_arm(opened)
        yield opened
