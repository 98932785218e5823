"""The policy documents themselves: valid, narrow, for a fleet of any name, and explained."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from infra.ram.documents import LONGEST_DOCUMENT, PolicyName, as_text, policy_document
from sandbox.domain.ram.documents import check_policy_document

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "infra" / "ram" / "README.md"
NAMES: Final[tuple[PolicyName, ...]] = get_args(PolicyName)
FLEET: Final = "p2p-agent"
LONGEST_NAME: Final = "f" * 32
ROW: Final = re.compile(r"\| `(?P<action>\w+:\w+)` \| (?P<who>[\w, ]+) \| (?P<by>[^|]+) \|[^|]*\|")
CALL: Final = re.compile(r"`(?P<name>[\w.]+)` in `(?P<file>[\w/]+\.py)`")
RENAMED: Final = {
    "log:ApplyConfigToGroup": "ApplyConfigToMachineGroup",
}
"""Actions that the API calls otherwise than policies do."""
WITHOUT_CALL: Final = {"ram:PassRole", "log:PostLogStoreLogs"}
UNNAMED_PRODUCTS: Final = {"ecs", "ess", "vpc"}
"""Their ids are given out by the service."""
ABOUT_ALL_OF_A_KIND: Final = {
    "eventbridge:CheckServiceLinkedRoleForProduct",
    "eventbridge:CreateServiceLinkedRoleForProduct",
    "fc:GetScalingConfig",
    "fc:GetTempBucketToken",
    "fc:ListScalingConfigs",
    "fc:ListTagResources",
    "fc:TagResources",
    "fc:UntagResources",
    "ram:CreateResourceGroup",
    "ram:DeleteResourceGroup",
    "ram:ListResourceGroups",
    "ram:ListTagResources",
}
NEEDS_CONDITION: Final = {
    "ram:PassRole": "acs:Service",
    "ram:CreateServiceLinkedRole": "ram:ServiceName",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the page's table."""

    action: str
    granted_to: frozenset[str]
    needed_by: str


def statements(name: PolicyName, fleet: str = FLEET) -> list[dict[str, Any]]:
    """The statements of a document."""
    found: list[dict[str, Any]] = policy_document(name, fleet)["Statement"]
    return found


def actions(name: PolicyName) -> list[str]:
    """All actions of a document."""
    return [action for one in statements(name) for action in one["Action"]]


def rows() -> list[Row]:
    """The rows of the page's table of actions."""
    page = PAGE.read_text(encoding="utf-8")
    return [
        Row(found["action"], frozenset(found["who"].split(", ")), found["by"])
        for found in ROW.finditer(page)
    ]


def functions_of(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions of a module, and methods as `Class.method`."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", inner


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fleet", [FLEET, LONGEST_NAME])
def test_a_document_is_one_that_ram_takes(name: PolicyName, fleet: str) -> None:
    """Well formed, and not too long even for the longest name that a fleet may have."""
    text = as_text(policy_document(name, fleet))

    check_policy_document(text)
    assert len(text) <= LONGEST_DOCUMENT


@pytest.mark.parametrize("name", NAMES)
def test_the_files_stand_for_the_default_fleet(name: PolicyName) -> None:
    """They can be pasted into RAM's console as they are."""
    file = ROOT / "infra" / "ram" / f"{name}.json"

    assert json.loads(file.read_text(encoding="utf-8")) == policy_document(name, FLEET)


@pytest.mark.parametrize("name", NAMES)
def test_another_fleets_document_names_that_fleet_and_no_other(name: PolicyName) -> None:
    """In resources only: actions, conditions and what is not the fleet's stay."""
    other = json.dumps(policy_document(name, "tokyo"))

    assert FLEET not in other
    assert json.loads(other.replace("tokyo", FLEET)) == policy_document(name, FLEET)


@pytest.mark.parametrize("name", NAMES)
def test_statements_name_actions_one_by_one_and_in_order(name: PolicyName) -> None:
    """No wildcards in actions, no action twice on the same resources, everything allowed only."""
    for one in statements(name):
        assert one.keys() <= {"Effect", "Action", "Resource", "Condition"}
        assert one["Effect"] == "Allow"
        assert not [action for action in one["Action"] if "*" in action]
        assert one["Action"] == sorted(set(one["Action"]))


@pytest.mark.parametrize("name", NAMES)
def test_a_resource_is_named_wherever_its_name_is_known(name: PolicyName) -> None:
    """`*` is for ids that services give out, and for actions about all of a kind."""
    on_everything = {
        action
        for one in statements(name)
        for action in one["Action"]
        if one["Resource"] == ["*"] and action not in NEEDS_CONDITION
    }
    of_unnamed = {one for one in on_everything if one.partition(":")[0] in UNNAMED_PRODUCTS}

    assert on_everything - of_unnamed <= ABOUT_ALL_OF_A_KIND


@pytest.mark.parametrize("name", NAMES)
def test_what_could_widen_permissions_is_narrowed_by_a_condition(name: PolicyName) -> None:
    """Roles are handed to, and made for, services that are named."""
    for one in statements(name):
        for action in one["Action"]:
            if action in NEEDS_CONDITION:
                assert list(one["Condition"]["StringEquals"]) == [NEEDS_CONDITION[action]]
            else:
                assert "Condition" not in one


def test_the_page_says_of_every_action_who_has_it() -> None:
    """No action of a document is missing in the table, and no row is left over."""
    granted: dict[str, set[str]] = {}
    for name in NAMES:
        for action in actions(name):
            granted.setdefault(action, set()).add(name)

    assert {row.action: set(row.granted_to) for row in rows()} == granted
    assert len(rows()) == len(granted)


def test_every_action_has_a_call_in_the_code_that_needs_it() -> None:
    """Each row names a function that exists and that speaks of the API's action."""
    wrong = []
    for row in rows():
        api_action = RENAMED.get(row.action, row.action.partition(":")[2])
        call = CALL.search(row.needed_by)
        if call is None:
            if row.needed_by != "Serverless Devs" and row.action not in WITHOUT_CALL:
                wrong.append(row.action)
            continue
        source = (ROOT / call["file"]).read_text(encoding="utf-8")
        found = dict(functions_of(ast.parse(source))).get(call["name"])
        if found is None or api_action not in (ast.get_source_segment(source, found) or ""):
            wrong.append(row.action)

    assert wrong == []


def test_only_the_deployer_has_what_only_serverless_devs_needs() -> None:
    """The functions do not deploy themselves."""
    theirs = {row.granted_to for row in rows() if row.needed_by == "Serverless Devs"}

    assert theirs == {frozenset({"deployer"})}


def test_whoever_deploys_may_build_and_remove_stacks_and_no_more_of_bootstraps_work() -> None:
    """`bootstrap`, `status` and `destroy` do in a terminal what the function does.

    It alone sets up schedules, hears of shortages from the watcher, and writes logs.
    """
    assert set(actions("bootstrap")) - set(actions("deployer")) == {
        "ecs:TagResources",
        "ecs:UntagResources",
        "eventbridge:CheckServiceLinkedRoleForProduct",
        "eventbridge:CreateEventBus",
        "eventbridge:CreateEventSource",
        "eventbridge:CreateRule",
        "eventbridge:CreateServiceLinkedRoleForProduct",
        "eventbridge:PutTargets",
        "eventbridge:UpdateRule",
        "fc:CreateTrigger",
        "fc:UpdateTrigger",
        "log:PostLogStoreLogs",
    }


def test_a_document_can_be_printed_for_a_fleet() -> None:
    """For whoever attaches it by hand."""
    command = [sys.executable, "-m", "infra.ram", "deployer", "tokyo"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)

    assert json.loads(printed.stdout) == policy_document("deployer", "tokyo")


@pytest.mark.parametrize(
    "arguments", [[], ["nobody"], ["watcher", "Tokyo!"], ["watcher", "a", "b"]]
)
def test_a_wrong_command_line_is_one_sentence(arguments: list[str]) -> None:
    """And exit code 1."""
    command = [sys.executable, "-m", "infra.ram", *arguments]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
