"""The sandbox speaks the published API of RAM: its parameters and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from alibabacloud_ram20150501 import models as ram_models

from sandbox.wire.products import RAM
from tests.sandbox.domain.identity_user import POLICY, TRUST, IdentityUser
from tests.sandbox.witness import (
    answer_errors,
    parameter_errors,
    published_answer_errors,
    published_parameter_errors,
    undescribed_choices,
)

ACTIONS: Final = RAM.actions
AGENT: Final = {"RoleName": "p2p-agent"}
OWN: Final = {"PolicyName": "p2p-agent"}
CUSTOM: Final = {"PolicyType": "Custom", **OWN}
SYSTEM: Final = {"PolicyType": "System", "PolicyName": "AliyunLogFullAccess"}
TAG: Final = [{"Key": "p2p-fleet", "Value": "p2p-agent"}]

NEWER_THAN_THE_METADATA: Final = {
    "GetRole.Role.IsServiceLinkedRole: not published",
    "GetRole.Role.RolePrincipalName: not published",
}
"""What the SDK's models already have."""

Json = dict[str, Any]
Call = Callable[..., Json]


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Json]]:
    """Every RAM action's answers over the lives of a role and a policy."""
    ram = IdentityUser("ram")
    seen: dict[str, list[Json]] = {}

    def call(action: str, **params: object) -> Json:
        answer = ram.call(action, **params)
        seen.setdefault(action, []).append(answer)
        return answer

    _create(call)
    _list(call)
    _tag(call)
    _change(call)
    _delete(call)
    return seen


def _create(call: Call) -> None:
    for number in range(2):
        name = {"RoleName": f"role-{number}"}
        call("CreateRole", **name, AssumeRolePolicyDocument=TRUST, Tag=TAG)
    call(
        "CreateRole",
        **AGENT,
        AssumeRolePolicyDocument=TRUST,
        Description="of the agents",
        MaxSessionDuration=7200,
    )
    call("CreatePolicy", **OWN, PolicyDocument=POLICY, Description="of the agents", Tag=TAG)
    for policy in (CUSTOM, SYSTEM):
        call("AttachPolicyToRole", **policy, **AGENT)


def _list(call: Call) -> None:
    call("GetRole", **AGENT)
    assert call("ListRoles", MaxItems=1)["IsTruncated"]
    call("ListRoles", Tag=TAG)
    call("ListPolicies")
    call("ListPolicies", MaxItems=1, PolicyType="System")
    call("ListPoliciesForRole", **AGENT)
    call("ListPoliciesForRole", RoleName="role-1")
    for policy in (CUSTOM, SYSTEM):
        call("GetPolicy", **policy)
        call("ListEntitiesForPolicy", **policy)
        call("ListPolicyVersions", **policy)
        call("GetPolicyVersion", **policy, VersionId="v1")


def _tag(call: Call) -> None:
    for target in (
        {"ResourceType": "role", "ResourceNames": ["p2p-agent"]},
        {"ResourceType": "policy", "ResourceNames": ["p2p-agent"]},
    ):
        call("TagResources", **target, Tag=[*TAG, {"Key": "k", "Value": "v"}])
        assert "NextToken" in call("ListTagResources", **target, PageSize=1)
        call("ListTagResources", **target)
        call("UntagResources", **target, TagKeys=["k"])


def _change(call: Call) -> None:
    call("UpdateRole", **AGENT, NewDescription="changed")
    call("CreatePolicyVersion", **OWN, PolicyDocument=POLICY, SetAsDefault=False)
    call("CreatePolicyVersion", **OWN, PolicyDocument=POLICY, SetAsDefault=True)
    call("SetDefaultPolicyVersion", **OWN, VersionId="v1")
    call("ListPolicyVersions", **CUSTOM)
    call("DeletePolicyVersion", **OWN, VersionId="v2")


def _delete(call: Call) -> None:
    for policy in (CUSTOM, SYSTEM):
        call("DetachPolicyFromRole", **policy, **AGENT)
    call("DeletePolicy", **OWN, CascadingDelete=True)
    call("DeleteRole", **AGENT)


def test_the_scenario_covers_every_action(answers: dict[str, list[Json]]) -> None:
    """No action escapes the checks of answers below."""
    assert set(answers) == set(ACTIONS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter accepted here is in the SDK's request model, with a compatible type."""
    assert parameter_errors(action, ACTIONS[action], ram_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_parse_into_the_sdks_models(action: str, answers: dict[str, list[Json]]) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    assert answer_errors(action, answers[action], ram_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, metadata: Mapping[str, Json]) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    assert published_parameter_errors(action, ACTIONS[action], metadata["ram"]) == []


def test_choices_are_described(metadata: Mapping[str, Json]) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    assert undescribed_choices(ACTIONS, metadata["ram"]) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_fit_the_published_schema(
    action: str, metadata: Mapping[str, Json], answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types, but for two newer than those."""
    found = set(published_answer_errors(action, answers[action], metadata["ram"]))
    assert found == (NEWER_THAN_THE_METADATA if action == "GetRole" else set())
