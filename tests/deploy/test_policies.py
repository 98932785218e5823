"""The policies against a fleet's whole life: everybody may do what is needed, and nothing else.

The sandbox judges every request of a role by the policies that the role has, and notes who made it
and what permissions it took.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from cli.demo_deployment import BOOTSTRAP, FLEET, WATCHER
from infra.ram.documents import PolicyName, as_text, policy_document
from tests.deploy.fleet_life import RARE, Life, live, opened_fleet
from tests.deploy.operator import ROLE
from tests.together.account import FRANKFURT

pytestmark = pytest.mark.timeout(300)  # a whole life takes most of a minute, on an idle machine

CALLERS: Final[dict[PolicyName, str]] = {
    "watcher": f"role/{WATCHER}",
    "bootstrap": f"role/{BOOTSTRAP}",
    "deployer": f"role/{ROLE}",
}
NEVER_CALLED: Final[dict[PolicyName, set[str]]] = {
    # Function Compute itself writes what a function says into the function's log project, in the
    # name of the function's role.
    "watcher": {"log:PostLogStoreLogs"},
    "bootstrap": {"log:PostLogStoreLogs"},
    "deployer": set(),
}
"""What a policy grants although no call of a whole life needs it; each with its reason."""
FREE_OF_CHARGE: Final = {"GetCallerIdentity", "PutObject"}
"""What RAM does not judge: anybody may ask who he is; a bucket of Function Compute is not ours."""


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A fleet that is deployed, provisioned, polled through two windows, and removed."""
    return live(tmp_path_factory.mktemp("life"))


def granted(name: PolicyName) -> set[str]:
    """Every action that a document grants."""
    return {one for part in policy_document(name, FLEET)["Statement"] for one in part["Action"]}


@pytest.mark.parametrize("name", CALLERS)
def test_a_policy_grants_what_its_role_uses_and_nothing_else(life: Life, name: PolicyName) -> None:
    """Not one action more, but for those that are listed with a reason, and not one less."""
    used = {
        action
        for request in life.requests
        if request["caller"] == CALLERS[name]
        for action in request["ram_actions"]
    }

    assert {"granted, never used": granted(name) - used - NEVER_CALLED[name]} == {
        "granted, never used": set()
    }
    assert {"used, not granted": used - granted(name)} == {"used, not granted": set()}
    assert NEVER_CALLED[name] <= granted(name) - used


def test_nobody_was_refused_anything(life: Life) -> None:
    """By resources and conditions neither: names of roles, functions, buses and projects fit."""
    refused = [
        f"{one['caller']} {one['product']}:{one['action']} {one['code']}"
        for one in life.requests
        if one["status"] in {401, 403}
    ]

    assert refused == []


def test_nobody_else_took_part(life: Life) -> None:
    """Every request is one of the three's, so nothing escapes the comparison."""
    assert {one["caller"] for one in life.requests} == set(CALLERS.values())


def test_every_request_was_judged(life: Life) -> None:
    """But for the few that RAM leaves to everybody."""
    unjudged = {one["action"] for one in life.requests if not one["ram_actions"]}

    assert unjudged <= FREE_OF_CHARGE


def test_the_life_was_a_whole_one(life: Life) -> None:
    """It has what a scenario must have: nodes in a window, a shortage, another cadence, an end."""
    done = {(one["caller"], one["action"]) for one in life.requests if one["status"] < 300}
    watcher, bootstrap, operator = (CALLERS[one] for one in ("watcher", "bootstrap", "deployer"))

    assert done >= {
        (watcher, "ModifyScalingGroup"),
        (watcher, "CreateScheduledTask"),
        (watcher, "ModifyScheduledTask"),
        (watcher, "DescribeScalingActivities"),
        (watcher, "UpdateEventSource"),
        (watcher, "UpdateTrigger"),
        (watcher, "InvokeFunction"),
        (bootstrap, "CreateScalingGroup"),
        (bootstrap, "CreateProject"),
        (bootstrap, "CreateRule"),
        (bootstrap, "CreateTrigger"),
        (bootstrap, "DeleteEventBus"),
        (bootstrap, "DeleteVpc"),
        (operator, "CreateRole"),
        (operator, "CreateFunction"),
        (operator, "CreateScalingGroup"),
        (operator, "DeleteVpc"),
        (operator, "DeleteFunction"),
        (operator, "DeleteRole"),
    }


def test_the_nodes_policy_is_the_document_that_is_published(life: Life) -> None:
    """Bootstrap names the account in it; a fleet without logs has nodes that may do nothing."""
    without_logs, with_logs = life.node_policies
    (statement,) = policy_document("instance", FLEET)["Statement"]
    (resource,) = statement["Resource"]
    of_account = resource.replace("acs:log:*:*:", f"acs:log:*:{life.account_id}:")

    assert with_logs == {"Version": "1", "Statement": [{**statement, "Resource": [of_account]}]}
    assert without_logs == {
        "Version": "1",
        "Statement": [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}],
    }


def test_a_function_that_lacks_a_permission_says_just_which(tmp_path: Path) -> None:
    """Its policy grants everything else that it asks for when it makes the list."""
    with opened_fleet(tmp_path) as (account, operator):
        operator.command("prepare")
        operator.deploy(account.functions)
        document = policy_document("bootstrap", FLEET)
        for statement in document["Statement"]:
            statement["Action"] = [
                one
                for one in statement["Action"]
                if one not in {"vpc:CreateVSwitch", "ess:TagResources"}
            ]
        account.console(
            "ram",
            None,
            "CreatePolicyVersion",
            PolicyName=BOOTSTRAP,
            PolicyDocument=as_text(document),
            SetAsDefault=True,
        )
        account.commit(RARE)

        account.poll()
        account.rest()

        (run,) = account.runs(BOOTSTRAP)
        assert run.report is not None
        (row,) = run.report["regions"]
        assert (row["region"], row["error"]["code"], row["error"]["message"]) == (
            FRANKFURT,
            "ActionsDenied",
            "The access key may not call vpc:CreateVSwitch, ess:TagResources.",
        )
        mended = operator.command("prepare")
        assert "  changed role policy p2p-agent-bootstrap" in mended.lines
