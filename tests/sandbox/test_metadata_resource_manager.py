"""The sandbox speaks the published API of the resource manager: its parameters and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from alibabacloud_resourcemanager20200331 import models as manager_models

from sandbox.wire.products import RESOURCE_MANAGER
from tests.sandbox.domain.identity_user import IdentityUser
from tests.sandbox.witness import (
    answer_errors,
    parameter_errors,
    published_answer_errors,
    published_parameter_errors,
    undescribed_choices,
)

ACTIONS: Final = RESOURCE_MANAGER.actions
PRODUCT: Final = "resourcemanager"
TAG: Final = [{"Key": "p2p-fleet", "Value": "p2p-agent"}, {"Key": "k", "Value": "v"}]

Json = dict[str, Any]


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Json]]:
    """Every action's answers over the lives of a resource group and a service-linked role."""
    manager = IdentityUser(PRODUCT)
    seen: dict[str, list[Json]] = {}

    def call(action: str, **params: object) -> Json:
        answer = manager.call(action, **params)
        seen.setdefault(action, []).append(answer)
        return answer

    created = call("CreateResourceGroup", Name="p2p-agent", DisplayName="P2P agents", Tag=TAG)
    group = {"ResourceGroupId": created["ResourceGroup"]["Id"]}
    call("GetResourceGroup", **group)
    manager.wait(2)
    call("GetResourceGroup", **group, IncludeTags=True)
    call("ListResourceGroups")
    call("ListResourceGroups", Tag=TAG)
    call("UpdateResourceGroup", **group, NewDisplayName="The fleet")
    target = {"ResourceId": [group["ResourceGroupId"]]}
    call("TagResources", **target, Tag=[{"Key": "stage", "Value": "1"}])
    call("ListTagResources", **target, MaxResults=1)
    call("ListTagResources", **target)
    call("UntagResources", **target, TagKey=["stage"])
    call("DeleteResourceGroup", **group)
    call("GetResourceGroup", **group)
    call("CreateServiceLinkedRole", ServiceName="cloudmonitor.aliyuncs.com")
    task = call("DeleteServiceLinkedRole", RoleName="AliyunServiceRoleForCloudMonitor")
    call("GetServiceLinkedRoleDeletionStatus", **task)
    manager.wait(3)
    call("GetServiceLinkedRoleDeletionStatus", **task)
    return seen


def test_the_scenario_covers_every_action(answers: dict[str, list[Json]]) -> None:
    """No action escapes the checks of answers below."""
    assert set(answers) == set(ACTIONS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter accepted here is in the SDK's request model, with a compatible type."""
    assert parameter_errors(action, ACTIONS[action], manager_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_parse_into_the_sdks_models(action: str, answers: dict[str, list[Json]]) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    assert answer_errors(action, answers[action], manager_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, metadata: Mapping[str, Json]) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    assert published_parameter_errors(action, ACTIONS[action], metadata[PRODUCT]) == []


def test_choices_are_described(metadata: Mapping[str, Json]) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    assert undescribed_choices(ACTIONS, metadata[PRODUCT]) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_fit_the_published_schema(
    action: str, metadata: Mapping[str, Json], answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types only."""
    assert published_answer_errors(action, answers[action], metadata[PRODUCT]) == []
