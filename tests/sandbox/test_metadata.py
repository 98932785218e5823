"""The sandbox speaks the published API of ESS: its parameters and answers.

Always against the request and response models of the vendor's SDK; and against the vendor's OpenAPI
metadata where the environment variable P2P_FLEET_META names the folder that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from alibabacloud_ess20220222 import models as ess_models

from sandbox.domain.cloud import Cloud
from sandbox.wire.products import ESS, FC_2, PRODUCTS
from tests.sandbox.witness import (
    answer_errors,
    parameter_errors,
    published_answer_errors,
    published_parameter_errors,
    undescribed_choices,
)

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ACTIONS: Final = ESS.actions

Json = dict[str, Any]


def test_every_action_of_the_domain_has_parameters() -> None:
    """What the domain serves is what the wire lets through, product by product."""
    served = Cloud(start=START, regions=[REGION]).actions
    let_through = {name: set(product.actions) for name, product in PRODUCTS.items()}
    let_through["fc"] |= set(FC_2.actions)
    assert let_through == served


def test_the_scenario_covers_every_ess_action(ess_answers: dict[str, list[Json]]) -> None:
    """No ESS action escapes the checks of answers below."""
    assert set(ess_answers) == set(ACTIONS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter accepted here is in the SDK's request model, with a compatible type."""
    assert parameter_errors(action, ACTIONS[action], ess_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_parse_into_the_sdks_models(
    action: str, ess_answers: dict[str, list[Json]]
) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    assert answer_errors(action, ess_answers[action], ess_models) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, metadata: Mapping[str, Json]) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    assert published_parameter_errors(action, ACTIONS[action], metadata["ess"]) == []


def test_choices_are_described(metadata: Mapping[str, Json]) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    assert undescribed_choices(ACTIONS, metadata["ess"]) == []


def test_all_products_have_the_published_version(metadata: Mapping[str, Json]) -> None:
    """A product answers to the API version that is published, and to no other.

    OSS's metadata is not among the documents: its API has had one version ever.
    """
    assert {name: product.version for name, product in PRODUCTS.items() if name != "oss"} == {
        name: document["info"]["version"] for name, document in metadata.items()
    }


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_fit_the_published_schema(
    action: str, metadata: Mapping[str, Json], ess_answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types only."""
    assert published_answer_errors(action, ess_answers[action], metadata["ess"]) == []


def test_caller_identity_fits_the_published_schema(metadata: Mapping[str, Json]) -> None:
    """GetCallerIdentity answers with published keys only."""
    answer = Cloud(start=START, regions=[REGION]).call("sts", "GetCallerIdentity", None, {})
    assert published_answer_errors("GetCallerIdentity", [answer], metadata["sts"]) == []
