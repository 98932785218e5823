"""The pages: what they link to exists, and so do the commands and tests that they name."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest

from cli.main import p2p_fleet

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
GUARANTEES: Final = ROOT / "docs" / "guarantees.md"
UNPROVED: Final = "Not proved yet"

_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_TEST: Final = re.compile(r"\[`(test_\w+)`\]\(([^)]+)\)")
_BLOCK: Final = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_COMMAND: Final = re.compile(r"(?:^|`|\$ )p2p-fleet ([a-z][^`\n#&|]*)", re.MULTILINE)


def prose(page: Path) -> str:
    """A page without its blocks of code and output."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What a link may name after `#`, as Git hosts make it of headings."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def broken(page: Path) -> Iterator[str]:
    """Links of a page that lead nowhere; the world's own are not followed."""
    for link in _LINK.findall(prose(page)):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Files exist, and so do the headings that links name."""
    assert list(broken(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_shown_is_understood(page: Path) -> None:
    """Commands and options on the pages are those of this version."""
    shown = _COMMAND.findall(page.read_text(encoding="utf-8"))

    assert [one for one in shown if not is_understood(one)] == []


def is_understood(shown: str) -> bool:
    """Whether the terminal knows a command and all of its options."""
    name, *words = [word for word in shlex.split(shown) if word not in {"…", "."}]
    command = p2p_fleet.commands.get(name)
    if command is None:
        return False
    known = {
        option for one in command.params for option in one.opts if isinstance(one, click.Option)
    }
    return all(word in known for word in words if word.startswith("--"))


def test_every_test_that_proves_a_guarantee_exists() -> None:
    """A test that is renamed or removed takes its proof from the page."""
    text = GUARANTEES.read_text(encoding="utf-8")
    missing = [
        f"{name} in {link}"
        for name, link in _TEST.findall(text)
        if name not in names_in(GUARANTEES.parent / link)
    ]

    assert missing == []


def test_every_guarantee_is_proved_or_says_that_it_is_not() -> None:
    """No promise stands on the page without a word on its proof."""
    rows = re.findall(r"^\| (?!promise|-)([^|]+) \| ([^|]+) \|$", prose(GUARANTEES), re.MULTILINE)

    assert len(rows) > 15
    assert [
        promise for promise, proof in rows if not _TEST.search(proof) and UNPROVED not in proof
    ] == []


def names_in(path: Path) -> set[str]:
    """The names of a file's functions."""
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
