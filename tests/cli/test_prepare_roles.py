"""The functions' roles: created and brought up to date, whatever happens in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest

from infra.ram.documents import FUNCTION_TRUST, policy_document
from tests.cli.role_account import (
    FLEET,
    MEXICO,
    AtWrite,
    RoleAccount,
    deeds,
    die,
    opened_role_account,
    prepared,
)
from tests.poll.sessions import ProcessKilledError

WATCHER: Final = "p2p-agent-watcher"
BOOTSTRAP: Final = "p2p-agent-bootstrap"
TAGS: Final = [{"Key": "p2p-fleet", "Value": FLEET}]
OTHER: Final = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": ["ess:*"], "Resource": ["*"]}],
}
FRESH_WRITES: Final = [
    "CreateRole",
    "CreatePolicy",
    "AttachPolicyToRole",
    "CreateRole",
    "CreatePolicy",
    "AttachPolicyToRole",
    "CreateServiceLinkedRole",
    "CreateServiceLinkedRole",
]
QUESTIONS: Final = 11
"""How many of the harmless questions before the work look like writes."""


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


def test_a_fresh_account_gets_both_roles_with_their_policies(account: RoleAccount) -> None:
    """Trusted by Function Compute, tagged, with the documents of the files beside s.yaml."""
    outcome = account.prepare()

    assert (outcome.failure, outcome.missing) == (None, ())
    assert outcome.account_id == account.sandbox.account_id
    assert deeds(outcome) == [
        "created function role p2p-agent-watcher",
        "created role policy p2p-agent-watcher",
        "created policy attachment p2p-agent-watcher",
        "created function role p2p-agent-bootstrap",
        "created role policy p2p-agent-bootstrap",
        "created policy attachment p2p-agent-bootstrap",
        "created service-linked role AliyunServiceRoleForFC",
        "created service-linked role AliyunServiceRoleForAutoScaling",
    ]
    assert account.writes == FRESH_WRITES
    assert account.standing() == prepared()
    assert account.document(WATCHER) == policy_document("watcher", FLEET)
    assert account.document(BOOTSTRAP) == policy_document("bootstrap", FLEET)


def test_what_is_prepared_is_left_alone(account: RoleAccount) -> None:
    """Converged is no write at all."""
    account.prepare()

    again = account.prepare()

    assert (again.failure, again.missing, deeds(again)) == (None, (), [])
    assert account.writes == []
    assert account.standing() == prepared()


def test_a_dry_run_says_what_would_be_done_and_changes_nothing(account: RoleAccount) -> None:
    """Its deeds are those of the run that would follow."""
    planned = account.prepare(dry_run=True)
    left = account.standing()
    done = account.prepare()

    assert left == {"roles": {}, "policies": {}}
    assert (planned.failure, deeds(planned)) == (None, deeds(done))


def test_another_fleet_gets_roles_of_its_own(account: RoleAccount) -> None:
    """Names, tags and resources are the other fleet's; the first one's stay."""
    account.prepare()
    first = account.standing()

    account.prepare(fleet="tokyo")

    assert account.standing() == {
        kind: {**first[kind], **prepared("tokyo")[kind]} for kind in ("roles", "policies")
    }
    assert account.document("tokyo-watcher") == policy_document("watcher", "tokyo")


def test_a_policy_that_somebody_changed_gets_a_new_version(account: RoleAccount) -> None:
    """The role keeps its identity; the version before stays for a roll back."""
    account.prepare()
    account.console(
        "ram",
        "CreatePolicyVersion",
        PolicyName=WATCHER,
        PolicyDocument=json.dumps(OTHER),
        SetAsDefault=True,
    )

    outcome = account.prepare()

    assert deeds(outcome) == ["changed role policy p2p-agent-watcher"]
    assert account.writes == ["CreatePolicyVersion"]
    assert account.document(WATCHER) == policy_document("watcher", FLEET)
    assert account.versions(WATCHER) == ["v1", "v2", "v3"]


def test_the_oldest_version_makes_room_for_a_new_one(account: RoleAccount) -> None:
    """RAM allows five; the one that is in force is never the one to go."""
    account.prepare()
    for _ in range(4):
        account.console(
            "ram",
            "CreatePolicyVersion",
            PolicyName=WATCHER,
            PolicyDocument=json.dumps(OTHER),
            SetAsDefault=False,
        )
    account.console("ram", "SetDefaultPolicyVersion", PolicyName=WATCHER, VersionId="v5")

    outcome = account.prepare()

    assert deeds(outcome) == [
        "removed policy version p2p-agent-watcher v1",
        "changed role policy p2p-agent-watcher",
    ]
    assert account.versions(WATCHER) == ["v2", "v3", "v4", "v5", "v6"]
    assert account.document(WATCHER) == policy_document("watcher", FLEET)


def test_who_may_assume_a_role_is_put_right_without_recreating_it(account: RoleAccount) -> None:
    """A role that is recreated leaves its function locked out for a while."""
    account.prepare()
    trust = json.dumps(FUNCTION_TRUST).replace("fc.aliyuncs.com", "ecs.aliyuncs.com")
    account.console("ram", "UpdateRole", RoleName=WATCHER, NewAssumeRolePolicyDocument=trust)

    outcome = account.prepare()

    assert deeds(outcome) == ["changed function role p2p-agent-watcher"]
    assert account.writes == ["UpdateRole"]
    assert account.standing() == prepared()


def test_a_policy_that_was_detached_is_attached_again(account: RoleAccount) -> None:
    """The role and the policy themselves are left alone."""
    account.prepare()
    pair = {"PolicyType": "Custom", "PolicyName": WATCHER, "RoleName": WATCHER}
    account.console("ram", "DetachPolicyFromRole", **pair)

    outcome = account.prepare()

    assert deeds(outcome) == ["created policy attachment p2p-agent-watcher"]
    assert account.standing() == prepared()


@pytest.mark.parametrize("name", [WATCHER, BOOTSTRAP])
@pytest.mark.parametrize("tags", [[], [{"Key": "p2p-fleet", "Value": "tokyo"}]])
def test_a_role_of_our_name_that_is_not_ours_is_refused(
    account: RoleAccount, name: str, tags: list[dict[str, str]]
) -> None:
    """Nothing is written then, of the other role neither."""
    trust = json.dumps(FUNCTION_TRUST)
    account.console("ram", "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust, Tag=tags)

    outcome = account.prepare()

    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.message) == (
        "RoleNotOurs",
        f"A RAM role named {name} exists without the tag p2p-fleet=p2p-agent.",
    )
    assert (deeds(outcome), account.writes) == ([], [])
    assert list(account.standing()["roles"]) == [name]


def test_a_policy_of_our_name_that_is_not_ours_is_refused(account: RoleAccount) -> None:
    """Somebody else's grants would be lost."""
    account.console("ram", "CreatePolicy", PolicyName=BOOTSTRAP, PolicyDocument=json.dumps(OTHER))

    outcome = account.prepare()

    assert outcome.failure is not None
    assert outcome.failure.code == "PolicyNotOurs"
    assert (deeds(outcome), account.writes) == ([], [])


@pytest.mark.parametrize("number", range(len(FRESH_WRITES)))
def test_a_run_that_dies_after_any_write_is_finished_by_the_next(
    account: RoleAccount, number: int
) -> None:
    """One of each at the end, as if nothing had happened."""
    with pytest.raises(ProcessKilledError):
        account.prepare(after=AtWrite(number, die))

    outcome = account.prepare()

    assert (outcome.failure, len(outcome.deeds)) == (None, len(FRESH_WRITES) - number - 1)
    assert account.standing() == prepared()


@pytest.mark.parametrize("number", range(QUESTIONS, QUESTIONS + len(FRESH_WRITES)))
def test_another_run_before_any_write_does_no_harm(account: RoleAccount, number: int) -> None:
    """Two at once end in one of each; the slower one finds that everything is done."""
    other: list[object] = []

    outcome = account.prepare(
        before=AtWrite(number, lambda: other.append(account.prepare().failure))
    )

    assert (outcome.failure, other) == (None, [None])
    assert account.standing() == prepared()


@pytest.mark.parametrize("number", range(QUESTIONS, QUESTIONS + 2))
def test_two_runs_that_mend_one_policy_leave_it_right(account: RoleAccount, number: int) -> None:
    """Also where a version has to make room first."""
    account.prepare()
    for _ in range(4):
        account.console(
            "ram",
            "CreatePolicyVersion",
            PolicyName=WATCHER,
            PolicyDocument=json.dumps(OTHER),
            SetAsDefault=True,
        )
    other: list[object] = []

    outcome = account.prepare(
        before=AtWrite(number, lambda: other.append(account.prepare().failure))
    )

    assert (outcome.failure, other) == (None, [None])
    assert account.document(WATCHER) == policy_document("watcher", FLEET)
    assert len(account.versions(WATCHER)) in {4, 5}


@pytest.mark.parametrize("action", ["CreateRole", "CreatePolicy", "AttachPolicyToRole"])
def test_an_answer_that_is_lost_is_looked_into(account: RoleAccount, action: str) -> None:
    """The write may have happened: it is not repeated blindly."""
    rule = {"product": "ram", "action": action, "fault": "http_500", "times": 1}
    account.faults(rule)

    outcome = account.prepare()

    assert (outcome.failure, account.standing()) == (None, prepared())


def test_every_missing_permission_is_named_at_once(account: RoleAccount) -> None:
    """Of preparing and of deploying, in one list; nothing is written."""
    account.deny("ram:CreateRole", "ram:AttachPolicyToRole", "fc:CreateFunction", "fc:ListTriggers")

    outcome = account.prepare()

    missing = ("ram:CreateRole", "ram:AttachPolicyToRole", "fc:CreateFunction", "fc:ListTriggers")
    assert outcome.missing == missing
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.message) == (
        "ActionsDenied",
        f"The access key may not call {', '.join(missing)}.",
    )
    assert account.writes == []


def test_who_may_not_even_look_is_told_the_same_way(account: RoleAccount) -> None:
    """What could not be tried because of that is in the list, too."""
    account.deny("ram:*")

    outcome = account.prepare()

    assert outcome.missing == (
        "ram:GetRole",
        "ram:GetPolicy",
        "ram:ListPolicyVersions",
        "ram:ListPoliciesForRole",
        "ram:ListTagResources",
        "ram:CreateRole",
        "ram:UpdateRole",
        "ram:CreatePolicy",
        "ram:CreatePolicyVersion",
        "ram:DeletePolicyVersion",
        "ram:AttachPolicyToRole",
    )
    assert account.writes == []


def test_who_may_prepare_and_not_deploy_gets_the_roles_and_the_list(account: RoleAccount) -> None:
    """An administrator may prepare what somebody else deploys."""
    account.deny("fc:*")

    outcome = account.prepare()

    assert outcome.failure is None
    assert outcome.missing == (
        "fc:ListLayerVersions",
        "fc:CreateLayerVersion",
        "fc:GetFunction",
        "fc:CreateFunction",
        "fc:UpdateFunction",
        "fc:ListTriggers",
        "fc:ListVpcBindings",
        "fc:GetScalingConfig",
        "fc:GetFunctionAsyncInvokeConfig",
        "fc:PutFunctionAsyncInvokeConfig",
        "fc:GetConcurrencyConfig",
        "fc:PutConcurrencyConfig",
        "fc:InvokeFunction",
    )
    assert account.standing() == prepared()


def test_a_service_that_may_not_be_linked_is_a_missing_permission(account: RoleAccount) -> None:
    """The roles stand; somebody else may open the service in the console."""
    account.deny("ram:CreateServiceLinkedRole")

    outcome = account.prepare()

    assert (outcome.failure, outcome.missing) == (None, ("ram:CreateServiceLinkedRole",))
    assert list(account.standing()["policies"]) == [WATCHER, BOOTSTRAP]


def test_a_region_without_function_compute_is_asked_nothing(account: RoleAccount) -> None:
    """Roles are the account's; whether functions can be there is for the deployment to say."""
    outcome = account.prepare(region=MEXICO)

    assert (outcome.failure, outcome.missing) == (None, ())
    assert {one["product"] for one in account.requests} == {"sts", "ram", "resourcemanager"}
