"""What the tests of both functions together share: a place, and an account for each test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

import pytest

from tests.together.account import Account, Place, opened_place

UTCNOW_IS_DEPRECATED: Final = "ignore:datetime.datetime.utcnow:DeprecationWarning"
"""The vendor's SDK still calls it, which Python 3.12 warns of."""
_NUMBERS: Final = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the vendor's own deprecations pass, and nobody else's."""
    for item in items:
        item.add_marker(pytest.mark.filterwarnings(UTCNOW_IS_DEPRECATED))


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A sandbox that has run the functions before: their code is unpacked and compiled once."""
    with opened_place(tmp_path_factory.mktemp("together")) as opened:
        yield opened


@pytest.fixture
def account(place: Place) -> Account:
    """Both functions deployed into an empty account, an empty control repository, noon."""
    return place.open_account(f"control-{next(_NUMBERS)}")
