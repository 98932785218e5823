"""What the tests of the whole poll share: a launch in three regions, and one in the whole world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.poll.launch import Launch, launched

UTCNOW_IS_DEPRECATED: Final = "ignore:datetime.datetime.utcnow:DeprecationWarning"
"""The vendor's SDK still calls it, which Python 3.12 warns of."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the vendor's own deprecations pass, and nobody else's."""
    for item in items:
        item.add_marker(pytest.mark.filterwarnings(UTCNOW_IS_DEPRECATED))


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Groups of ours in three regions, an empty control repository, noon before the launch."""
    with launched(tmp_path) as opened:
        yield opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Launch]:
    """Groups of ours in every open region, an empty control repository."""
    with launched(tmp_path, world=True) as opened:
        yield opened
