"""`p2p-fleet prepare` as a process: what people and scripts get from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest

from tests.cli.operator import run
from tests.cli.role_account import FLEET, RoleAccount, opened_role_account, prepared, unprepared

PLANNED: Final = [
    "  create  function role        p2p-agent-watcher",
    "  create  role policy          p2p-agent-watcher",
    "  create  policy attachment    p2p-agent-watcher",
    "  create  function role        p2p-agent-bootstrap",
    "  create  role policy          p2p-agent-bootstrap",
    "  create  policy attachment    p2p-agent-bootstrap",
    "  create  service-linked role  AliyunServiceRoleForFC",
    "  create  service-linked role  AliyunServiceRoleForAutoScaling",
]


@pytest.fixture(scope="module")
def opened() -> Iterator[RoleAccount]:
    """One sandbox for all tests."""
    with opened_role_account() as account:
        yield account


@pytest.fixture
def account(opened: RoleAccount) -> RoleAccount:
    """An empty account."""
    opened.admin("reset", {})
    opened.faults()
    return opened


def said_roles(account: RoleAccount) -> list[str]:
    """Where the functions' roles are said to be."""
    return [
        f"{FLEET}-{one} runs as acs:ram::{account.sandbox.account_id}:role/{FLEET}-{one}"
        for one in ("watcher", "bootstrap")
    ]


def test_the_way_from_a_plan_to_roles_to_nothing(account: RoleAccount) -> None:
    """Each command says what it did or would do, and names the next one."""
    plan = run(account.environment, "prepare", "--dry-run")
    planned = account.standing()
    done = run(account.environment, "prepare")
    stands = account.standing()
    again = run(account.environment, "prepare")
    listed = run(account.environment, "prepare", "--remove")
    removed = run(account.environment, "prepare", "--remove", "--confirm", FLEET)

    assert (plan.code, plan.lines) == (
        0,
        [
            "prepare: changed  (a plan: nothing was changed)",
            *PLANNED,
            *said_roles(account),
            "next: p2p-fleet prepare",
        ],
    )
    assert planned == {"roles": {}, "policies": {}}
    assert (done.code, done.lines[0], done.lines[-3:]) == (
        0,
        "prepare: changed",
        [*said_roles(account), "next: make deploy"],
    )
    assert "  created function role p2p-agent-watcher" in done.lines
    assert stands == prepared()
    assert (again.code, again.lines) == (
        0,
        ["prepare: converged", *said_roles(account), "next: make deploy"],
    )
    assert (listed.code, listed.lines[1], listed.lines[-1]) == (
        0,
        "  remove  policy attachment    p2p-agent-watcher",
        f"next: p2p-fleet prepare --remove --confirm {FLEET}",
    )
    assert (removed.code, removed.lines[0], removed.lines[-1]) == (
        0,
        "prepare --remove: changed",
        "  removed function role p2p-agent-bootstrap",
    )
    assert account.standing() == unprepared()


def test_json_is_for_scripts(account: RoleAccount) -> None:
    """It holds what the text says, under the words of the other reports."""
    ended = run(
        {**account.environment, "FLEET_NAME": "ignored"}, "prepare", "--fleet", "tokyo", "--json"
    )

    told = json.loads(ended.out)
    account_id = account.sandbox.account_id
    assert ended.code == 0
    assert told.pop("shared")[0] == {
        "kind": "function role",
        "name": "tokyo-watcher",
        "verb": "created",
    }
    assert told == {
        "action": "prepare",
        "status": "changed",
        "fleet": "tokyo",
        "account_id": account_id,
        "dry_run": False,
        "roles": {
            "tokyo-watcher": f"acs:ram::{account_id}:role/tokyo-watcher",
            "tokyo-bootstrap": f"acs:ram::{account_id}:role/tokyo-bootstrap",
        },
        "missing_permissions": [],
        "error": None,
        "next": "make deploy",
    }


def test_missing_permissions_stand_in_one_line(account: RoleAccount) -> None:
    """Exit code 4 where the roles do not stand; 3 where they do, and cannot be used."""
    account.deny("ram:CreateRole", "fc:CreateFunction")
    failed = run(account.environment, "prepare")
    account.deny("fc:CreateFunction")
    partial = run(account.environment, "prepare")

    assert (failed.code, failed.lines) == (
        4,
        [
            "prepare: failed",
            "The access key may not call ram:CreateRole, fc:CreateFunction. Grant them to the"
            " identity whose access key is used (infra/ram/deployer.json grants all that deploying"
            " needs), then run it again.",
            "next: p2p-fleet prepare",
        ],
    )
    assert (partial.code, partial.lines[0], partial.lines[-2:]) == (
        3,
        "prepare: partial",
        [
            "The roles are ready, but the access key may not call fc:CreateFunction. Whoever"
            " deploys needs that too: infra/ram/deployer.json grants all of it.",
            "next: p2p-fleet prepare",
        ],
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--confirm", FLEET], "p2p-fleet: --confirm goes with --remove.\n"),
        (
            ["--remove", "--confirm", "tokyo"],
            "p2p-fleet: --confirm must be the fleet's name, p2p-agent, not 'tokyo'.\n",
        ),
        (
            ["--fleet", "Tokyo"],
            "p2p-fleet: environment: FLEET_NAME must be 1 to 32 lower-case letters, digits and"
            " hyphens, beginning with a letter, not 'Tokyo'.\n",
        ),
    ],
)
def test_a_wrong_command_line_is_one_sentence(
    account: RoleAccount, arguments: list[str], said: str
) -> None:
    """And exit code 1; nobody is asked."""
    seen = len(account.admin("requests"))

    ended = run(account.environment, "prepare", *arguments)

    assert (ended.code, ended.out, ended.err) == (1, "", said)
    assert account.admin("requests")[seen:] == []


def test_a_wrong_key_is_said_plainly(account: RoleAccount) -> None:
    """One sentence, and what to check."""
    ended = run({**account.environment, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong"}, "prepare")

    assert (ended.code, ended.lines) == (
        4,
        [
            "prepare: failed",
            "The access key secret is wrong. Check ALIBABA_CLOUD_ACCESS_KEY_ID,"
            " ALIBABA_CLOUD_ACCESS_KEY_SECRET and, with temporary credentials,"
            " ALIBABA_CLOUD_SECURITY_TOKEN.",
            "next: p2p-fleet prepare",
        ],
    )
