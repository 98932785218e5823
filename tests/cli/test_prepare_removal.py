"""The functions' roles: removed, whatever happens in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest

from infra.ram.documents import FUNCTION_TRUST
from tests.cli.role_account import (
    AtWrite,
    RoleAccount,
    deeds,
    die,
    opened_role_account,
    prepared,
    unprepared,
)
from tests.poll.sessions import ProcessKilledError

WATCHER: Final = "p2p-agent-watcher"
BOOTSTRAP: Final = "p2p-agent-bootstrap"
OTHER: Final = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": ["ess:*"], "Resource": ["*"]}],
}
WRITES: Final = ["DetachPolicyFromRole", "DeletePolicy", "DeleteRole"] * 2
QUESTIONS: Final = 4
"""How many of the harmless questions before the work look like writes."""


@pytest.fixture(scope="module")
def opened() -> Iterator[RoleAccount]:
    """One sandbox for all tests."""
    with opened_role_account() as account:
        yield account


@pytest.fixture
def account(opened: RoleAccount) -> RoleAccount:
    """An account in which the roles stand."""
    opened.admin("reset", {})
    opened.faults()
    opened.prepare()
    return opened


def test_a_removal_leaves_nothing_of_the_fleets(account: RoleAccount) -> None:
    """Service-linked roles are the account's and stay."""
    outcome = account.remove()

    assert (outcome.failure, account.writes) == (None, WRITES)
    assert account.standing() == unprepared()
    assert deeds(account.remove()) == []


def test_a_removal_takes_old_versions_along(account: RoleAccount) -> None:
    """RAM deletes a policy only with its last version."""
    for _ in range(2):
        account.console(
            "ram",
            "CreatePolicyVersion",
            PolicyName=WATCHER,
            PolicyDocument=json.dumps(OTHER),
            SetAsDefault=True,
        )

    outcome = account.remove()

    assert outcome.failure is None
    assert account.standing() == unprepared()


@pytest.mark.parametrize("number", range(len(WRITES)))
def test_a_removal_that_dies_is_finished_by_the_next(account: RoleAccount, number: int) -> None:
    """Whatever is left of a role goes."""
    with pytest.raises(ProcessKilledError):
        account.remove(after=AtWrite(number, die))

    assert account.remove().failure is None
    assert account.standing() == unprepared()


@pytest.mark.parametrize("number", range(QUESTIONS, QUESTIONS + len(WRITES)))
def test_two_removals_at_once_do_no_harm(account: RoleAccount, number: int) -> None:
    """The slower one finds that everything is gone."""
    outcome = account.remove(before=AtWrite(number, account.remove))

    assert (outcome.failure, account.standing()) == (None, unprepared())


def test_a_removal_waits_for_the_functions_to_be_gone(account: RoleAccount) -> None:
    """A function without its role would only fail."""
    account.deploy(BOOTSTRAP)

    outcome = account.remove()

    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.message, outcome.failure.remedy) == (
        "FunctionStillThere",
        "The function p2p-agent-bootstrap in ap-southeast-1 still runs under the role"
        " p2p-agent-bootstrap.",
        "Remove the functions first: make undeploy.",
    )
    assert account.standing() == prepared()


def test_a_removal_leaves_a_strangers_role_alone(account: RoleAccount) -> None:
    """It says so, and touches nothing."""
    account.admin("reset", {})
    trust = json.dumps(FUNCTION_TRUST)
    account.console("ram", "CreateRole", RoleName=WATCHER, AssumeRolePolicyDocument=trust)

    outcome = account.remove()

    assert outcome.failure is not None
    assert (outcome.failure.code, account.writes) == ("RoleNotOurs", [])


def test_a_removal_names_every_missing_permission(account: RoleAccount) -> None:
    """And removes nothing before all is granted."""
    account.deny("ram:DeleteRole", "ram:DeletePolicy")

    outcome = account.remove()

    assert outcome.missing == ("ram:DeletePolicy", "ram:DeleteRole")
    assert account.standing() == prepared()
