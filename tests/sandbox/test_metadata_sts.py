"""The sandbox speaks the published API of STS: its parameters and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from alibabacloud_sts20150401 import models as sts_models

from sandbox.wire.products import STS
from tests.sandbox.domain.identity_user import IdentityUser
from tests.sandbox.roles import assume
from tests.sandbox.witness import (
    answer_errors,
    parameter_errors,
    published_answer_errors,
    published_parameter_errors,
)

ACTIONS: Final = STS.actions

Json = dict[str, Any]


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Json]]:
    """Every STS action's answers: to a user and to a role, with a source identity and without."""
    sts = IdentityUser("sts")
    root = f"acs:ram::{sts.cloud.account.account_id}:root"
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [root]}}
    trust = json.dumps({"Version": "1", "Statement": [statement]})
    ram = IdentityUser("ram", sts.cloud)
    role = ram.create_role("p2p-admin", AssumeRolePolicyDocument=trust)
    session = {"RoleArn": role["Arn"], "RoleSessionName": "poll"}
    caller = assume(sts.cloud, role["Arn"]).holder
    return {
        "GetCallerIdentity": [
            sts.call("GetCallerIdentity"),
            sts.cloud.call("sts", "GetCallerIdentity", None, {}, caller),
        ],
        "AssumeRole": [
            sts.call("AssumeRole", **session),
            sts.call("AssumeRole", **session, SourceIdentity="alice"),
        ],
    }


def test_the_scenario_covers_every_action(answers: dict[str, list[Json]]) -> None:
    """No action escapes the checks of answers below."""
    assert set(answers) == set(ACTIONS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter accepted here is in the SDK's request model, with a compatible type."""
    assert parameter_errors(action, ACTIONS[action], sts_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_parse_into_the_sdks_models(action: str, answers: dict[str, list[Json]]) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    assert answer_errors(action, answers[action], sts_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, metadata: Mapping[str, Json]) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    assert published_parameter_errors(action, ACTIONS[action], metadata["sts"]) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_fit_the_published_schema(
    action: str, metadata: Mapping[str, Json], answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types only."""
    assert published_answer_errors(action, answers[action], metadata["sts"]) == []
