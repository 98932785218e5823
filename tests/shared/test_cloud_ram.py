"""RAM, resource groups and STS through the session: the account's own things."""

from __future__ import annotations

import json
from typing import Final

import pytest

from sandbox.server import RunningSandbox
from shared.cloud.ram import Ram
from shared.cloud.resource_manager import ResourceManager
from shared.cloud.session import CallFailedError, Session
from shared.cloud.stack_records import Policy, ResourceGroup, Role
from shared.cloud.sts import Sts
from shared.failure import Reaction
from tests.shared.conftest import PassTime, SetFaults

TAGS: Final = {"p2p-fleet": "p2p-agent", "p2p-fleet-commit": "abc"}
TRUST: Final = {
    "Statement": [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": ["ecs.aliyuncs.com"]},
        }
    ],
    "Version": "1",
}


def document(action: str) -> str:
    """A policy that allows one action."""
    statement = {"Effect": "Allow", "Action": [action], "Resource": ["*"]}
    return json.dumps({"Version": "1", "Statement": [statement]})


@pytest.fixture
def ram(session: Session) -> Ram:
    """RAM as the session reaches it."""
    return Ram(session)


@pytest.fixture
def manager(session: Session) -> ResourceManager:
    """The resource manager as the session reaches it."""
    return ResourceManager(session)


def test_the_account_is_known_by_its_key(session: Session, sandbox: RunningSandbox) -> None:
    """Names that must be unique in all the cloud are derived from it."""
    assert Sts(session).account_id() == sandbox.account_id


def test_a_role_reads_back_as_it_was_made(ram: Ram, sandbox: RunningSandbox) -> None:
    """Its tags say whose it is, its document who may assume it."""
    ram.create_role("p2p-agent", json.dumps(TRUST), TAGS)

    role = ram.role("p2p-agent")

    assert role is not None
    assert json.loads(role.trust_document) == TRUST
    assert role == Role(
        "p2p-agent",
        f"acs:ram::{sandbox.account_id}:role/p2p-agent",
        role.trust_document,
        TAGS,
    )


def test_what_does_not_exist_is_none_at_once(ram: Ram, session: Session) -> None:
    """An answer, not a failure: asking again and again would only take time."""
    assert (ram.role("nobody"), ram.policy("nothing")) == (None, None)
    assert session.calls == 2


def test_a_policy_keeps_its_versions_and_the_newest_is_in_force(ram: Ram) -> None:
    """The document that is read is the one that counts."""
    ram.create_policy("p2p-agent", document("log:PostLogStoreLogs"), TAGS)
    ram.create_policy_version("p2p-agent", document("log:GetProject"))

    policy = ram.policy("p2p-agent")

    assert policy == Policy(
        "p2p-agent", document("log:GetProject"), (("v1", False), ("v2", True)), 0, TAGS
    )


def test_a_role_is_given_a_policy_and_loses_it_again(ram: Ram) -> None:
    """Both may be repeated; only custom policies are listed."""
    ram.create_role("p2p-agent", json.dumps(TRUST), TAGS)
    ram.create_policy("p2p-agent", document("log:PostLogStoreLogs"), TAGS)
    for _ in range(2):
        ram.attach("p2p-agent", "p2p-agent")
    attached, policy = ram.policies_of("p2p-agent"), ram.policy("p2p-agent")
    for _ in range(2):
        ram.detach("p2p-agent", "p2p-agent")

    assert (attached, policy.attachments if policy else None) == (("p2p-agent",), 1)
    assert ram.policies_of("p2p-agent") == ()


def test_role_and_policy_go_and_twice_is_no_error(ram: Ram) -> None:
    """Old versions first, then the policy, then the role: the order that RAM asks for."""
    ram.create_role("p2p-agent", json.dumps(TRUST), TAGS)
    ram.create_policy("p2p-agent", document("log:PostLogStoreLogs"), TAGS)
    ram.create_policy_version("p2p-agent", document("log:GetProject"))
    for _ in range(2):
        ram.delete_policy_version("p2p-agent", "v1")
        ram.delete_policy("p2p-agent")
        ram.delete_role("p2p-agent")

    assert (ram.role("p2p-agent"), ram.policy("p2p-agent")) == (None, None)


def test_a_role_that_exists_is_not_made_again(ram: Ram) -> None:
    """It may be somebody else's, so a person is told."""
    ram.create_role("p2p-agent", json.dumps(TRUST), TAGS)

    with pytest.raises(CallFailedError) as caught:
        ram.create_role("p2p-agent", json.dumps(TRUST), TAGS)

    failure = caught.value.failure
    assert (failure.code, failure.reaction) == ("EntityAlreadyExists.Role", Reaction.HUMAN)


def test_a_resource_group_is_found_by_name_or_tag(
    manager: ResourceManager, pass_time: PassTime
) -> None:
    """It is shared by all regions, and found again whatever became of its name."""
    ours = manager.create_group("p2p-agent", TAGS)
    manager.create_group("p2p-agent-other", {})
    renamed = manager.create_group("renamed", {"p2p-fleet": "p2p-agent"})
    pass_time(60)

    found = manager.groups("p2p-agent")

    assert sorted(found, key=lambda group: group.name) == [
        ResourceGroup(ours, "p2p-agent", "OK", TAGS),
        ResourceGroup(renamed, "renamed", "OK", {"p2p-fleet": "p2p-agent"}),
    ]


def test_a_resource_group_goes_and_twice_is_no_error(
    manager: ResourceManager, pass_time: PassTime
) -> None:
    """It stays in sight for a while, with a status that says so."""
    group_id = manager.create_group("p2p-agent", TAGS)
    pass_time(60)
    manager.delete_group(group_id)
    statuses = {group.status for group in manager.groups("p2p-agent")}
    pass_time(60)
    manager.delete_group(group_id)

    assert statuses <= {"PendingDelete"}
    assert manager.groups("p2p-agent") == ()


def test_the_thirty_first_resource_group_is_a_matter_for_a_person(
    manager: ResourceManager, set_faults: SetFaults
) -> None:
    """The quota is the reason why the fleet has one group for all regions."""
    set_faults({"account": {"quotas": {"resourcemanager:resource_groups": 0}}})

    with pytest.raises(CallFailedError) as caught:
        manager.create_group("p2p-agent", TAGS)

    failure = caught.value.failure
    assert (failure.code, failure.reaction) == ("LimitExceeded.ResourceGroup", Reaction.HUMAN)


def test_a_service_is_let_in_once(manager: ResourceManager, ram: Ram) -> None:
    """A role that the service has already is as good as a new one."""
    for _ in range(2):
        manager.create_service_linked_role("cloudmonitor.aliyuncs.com")

    assert ram.role("AliyunServiceRoleForCloudMonitor") is not None


def test_a_denied_call_names_the_permission_as_ram_does(
    manager: ResourceManager, set_faults: SetFaults
) -> None:
    """Resource groups are RAM's in policies, whatever their product is called."""
    set_faults({"account": {"denied_actions": ["*:ListResourceGroups"]}})

    with pytest.raises(CallFailedError) as caught:
        manager.groups("p2p-agent")

    assert caught.value.failure.remedy == (
        "Grant ram:ListResourceGroups to the identity whose access key is used, then try again."
    )
