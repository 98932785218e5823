"""The operators' page about sources says what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.control.git import Limits
from shared.control.git.addresses import is_private_host
from shared.control.git.faults import FAULTS
from shared.control.git.source import MAX_SOURCES

PAGE = Path(__file__).parents[3] / "docs" / "sources.md"


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_is_explained(code: str) -> None:
    """Each code stands in the table with its reaction and its remedy."""
    reaction, remedy = FAULTS[code]
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{code}` |")]
    assert [row.endswith(f"| {reaction.value}: {remedy} |") for row in rows] == [True]


def test_limits_are_the_real_ones() -> None:
    """The table of limits shows the defaults."""
    text = PAGE.read_text()
    limits = Limits()
    for row in (
        f"| time for one source, name resolution included | {limits.timeout_s:g} s |",
        f"| bytes received from one source | {limits.max_bytes >> 20} MiB |",
        f"| size of the control file | {limits.max_document_bytes >> 10} KiB |",
        f"| redirects | {limits.max_redirects} |",
        f"another | {limits.max_history_commits:,} generations |",
        f"At most {MAX_SOURCES} sources",
    ):
        assert row in text


@pytest.mark.parametrize(
    "suffix",
    [".local", ".internal", ".lan", ".corp", ".home", ".home.arpa", ".intranet", ".private"],
)
def test_private_names_are_the_documented_ones(suffix: str) -> None:
    """A name under each documented suffix counts as private."""
    assert f"`{suffix}`" in PAGE.read_text()
    assert is_private_host(f"git{suffix}")
