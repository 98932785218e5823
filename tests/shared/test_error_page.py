"""What is published about errors: the vendor's codes as a page, our own in the troubleshooting."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from shared.cloud.error_rules import Rule
from shared.cloud.errors import RULES, rule_for
from shared.control.git.faults import FAULTS
from shared.failure import Reaction

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "errors.md"
OPERATIONS: Final = ROOT / "docs" / "operations.md"
OWN_CODES: Final = "### Codes of this program"
MAKERS: Final = frozenset({"Failure", "human", "_human"})
"""What makes a failure; the code comes first in all of them."""

SECTIONS: Final = {
    Reaction.HUMAN: (
        "A person must act",
        "Until then the region is held as it is, and what was armed stays armed.",
    ),
    Reaction.SHORTAGE: (
        "The cloud has none",
        "The watcher asks bootstrap for another offer; Auto Scaling goes on trying meanwhile.",
    ),
    Reaction.TRANSIENT: (
        "It passes",
        "Retried inside the deadline, else in the next poll or run. What lasts for hours does not"
        " pass: look at the region in the console.",
    ),
    Reaction.BUG: (
        "A mistake of this program, or a change of the API",
        "The region is left as it is; other regions go on.",
    ),
}
HEAD: Final = """\
# Error codes

What each code of Alibaba Cloud means to the fleet, and what to do. Reports show the code, the
sentence, the remedy and the request id; with the request id the vendor's support finds the call.
`*` stands for any ending, `<action>` for what RAM would have to allow (such as
`ess:ModifyScalingGroup`), `<region>` for the region's id. Where the meaning is "–", the report
shows the vendor's own sentence.

The codes that this program gives itself are in
[operations.md](operations.md#codes-of-this-program). A code that is in neither list is for a
person: the report shows it whole.

Written by `tests/shared/test_error_page.py` from the table that the program uses
(`shared/cloud/errors.py`); to renew it after a change that is meant, run
`UPDATE_GOLDEN=1 make test`.
"""
SOURCES: Final = """\
## Control sources

What can be wrong with one of `CONTROL_SOURCES`. The fleet is held only when no source is left.

| code | reaction | what to do |
|---|---|---|
"""


def page() -> str:
    """The whole page, as it must be."""
    parts = [HEAD]
    for reaction, (title, said) in SECTIONS.items():
        parts.append(f"\n## {title}\n\n{said}\n\n| code | meaning | what to do |\n|---|---|---|\n")
        rules = [rule for rule in RULES if rule.reaction is reaction]
        parts.extend(f"{row}\n" for row in rows(rules))
    parts.append(f"\n{SOURCES}")
    parts.extend(
        f"| `{code}` | {fault.reaction} | {cell(fault.remedy)} |\n"
        for code, fault in FAULTS.items()
    )
    return "".join(parts)


def rows(rules: list[Rule]) -> Iterator[str]:
    """One row for all codes that mean the same, sorted by the first of them."""
    alike: dict[tuple[str | None, str], list[str]] = {}
    for rule in rules:
        alike.setdefault((rule.said, rule.remedy), []).append(rule.code)
    for (said, remedy), codes in sorted(alike.items(), key=lambda one: min(one[1]).lower()):
        named = ", ".join(f"`{code}`" for code in sorted(codes, key=str.lower))
        yield f"| {named} | {cell(said or '–')} | {cell(remedy)} |"


def cell(text: str) -> str:
    """A sentence as it stands in a table."""
    told = re.sub(r"\{(\w+)\}", r"`<\1>`", text)
    return told.replace("|", "\\|")


def own_codes() -> Iterator[re.Pattern[str]]:
    """Every code that this program gives a failure, as its source says it."""
    modules = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for package in ("cli", "functions", "shared")
        for path in (ROOT / package).rglob("*.py")
    }
    named = {name: value for tree in modules.values() for name, value in constants(tree)}
    for tree in modules.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and maker(node.func) in MAKERS:
                yield from code_of(node.args[0], named)


def maker(function: ast.expr) -> str:
    """The plain name of what is called."""
    return ast.unparse(function).rpartition(".")[2]


def constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The text constants of a module."""
    for node in tree.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                yield name, text
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def code_of(node: ast.expr, named: Mapping[str, str]) -> Iterator[re.Pattern[str]]:
    """What a failure's first argument may be; nothing where it is somebody else's code."""
    match node:
        case ast.Constant(value=str(code)) if rule_for(code) is None:
            yield re.compile(re.escape(code))
        case ast.Name(id=name) if name in named:
            yield re.compile(re.escape(named[name]))
        case ast.JoinedStr(values=parts):
            told = (
                re.escape(str(one.value)) if isinstance(one, ast.Constant) else "[A-Za-z]+"
                for one in parts
            )
            yield re.compile("".join(told))


def documented_codes() -> set[str]:
    """The codes of the troubleshooting table, from the first cell of its rows."""
    _, _, after = OPERATIONS.read_text(encoding="utf-8").partition(f"\n{OWN_CODES}\n")
    section = re.split(r"\n##+ ", after)[0]
    cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return {code for text in cells for code in re.findall(r"`([^`]+)`", text)}


def test_the_page_of_error_codes_is_what_the_program_uses() -> None:
    """Codes, meanings and remedies are those of the table; a change is reviewed as a diff."""
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8")

    assert page() == PAGE.read_text(encoding="utf-8")


def test_every_code_of_this_program_is_in_the_troubleshooting_table() -> None:
    """Whatever code a report shows, an operator finds what to do."""
    documented = documented_codes()
    missing = {
        code.pattern for code in own_codes() if not any(code.fullmatch(one) for one in documented)
    }

    assert missing == set()


def test_the_troubleshooting_table_has_no_code_that_no_report_shows() -> None:
    """A code that was renamed or removed goes from the page as well."""
    patterns = list(own_codes())
    invented = {
        code for code in documented_codes() if not any(one.fullmatch(code) for one in patterns)
    }

    assert invented == set()
