"""The sandbox speaks the published API: its parameters and answers against two witnesses.

Always the request and response models of the vendor's SDK; and the vendor's OpenAPI metadata where
the environment variable P2P_FLEET_META names the folder that holds it.
"""

from __future__ import annotations

import inspect
import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from alibabacloud_ess20220222 import models as ess_models

from sandbox.domain.account import make_account
from sandbox.domain.clock import VirtualClock
from sandbox.domain.cloud import Cloud
from sandbox.domain.ess.product import Ess
from sandbox.domain.faults import Faults
from sandbox.domain.fc import FunctionCompute
from sandbox.domain.sts import Sts
from sandbox.domain.timing import Timing
from sandbox.domain.world import World
from sandbox.wire.ess_parameters import ACTIONS
from sandbox.wire.parameters import Kind, Param, Style
from sandbox.wire.products import ESS, FC, PRODUCTS, STS

META_VARIABLE: Final = "P2P_FLEET_META"
META_FILES: Final = {
    "ess": "ess-2022-02-22.json",
    "sts": "sts-2015-04-01.json",
    "fc": "fc-2023-03-30.json",
}
REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

Json = dict[str, Any]


def test_every_action_of_the_domain_has_parameters() -> None:
    """What the domain serves is what the wire lets through, product by product."""
    world = World(
        clock=VirtualClock(START),
        account=make_account(Random(0)),
        region_ids=(REGION,),
        timing=Timing(),
        seed=0,
        faults=Faults(),
    )
    assert {name: set(product.actions) for name, product in PRODUCTS.items()} == {
        "ess": set(Ess(world).actions),
        "sts": set(Sts(world).actions),
        "fc": set(FunctionCompute(world).actions),
    }


def test_the_scenario_covers_every_ess_action(ess_answers: dict[str, list[Json]]) -> None:
    """No ESS action escapes the checks of answers below."""
    assert set(ess_answers) == set(ACTIONS)


# --- the SDK's models as witness ----------------------------------------------------------------


def wire_types(model: Any) -> Mapping[str, str]:  # noqa: ANN401 (the SDK is untyped)
    """Wire name → annotation (`int`, `List[main_models.Tags]`…) of an SDK model's attributes."""
    parameters = list(inspect.signature(model.__init__).parameters.values())[1:]
    empty = model().to_map()
    types: dict[str, str] = {}
    for parameter in parameters:
        annotation = str(parameter.annotation)
        filled = model(**{parameter.name: probe(annotation)}).to_map()
        (name,) = (key for key, value in filled.items() if empty.get(key) != value)
        types[name] = annotation
    return types


def probe(annotation: str) -> object:
    """Some value for an attribute of that annotation."""
    nested = nested_model(annotation)
    if annotation.startswith("List["):
        return [nested() if nested else "x"]
    return nested() if nested else "x"


def nested_model(annotation: str) -> Any:  # noqa: ANN401 (the SDK is untyped)
    """The model that an annotation names, None where it names none."""
    match = re.search(r"main_models\.(\w+)", annotation)
    return getattr(ess_models, match[1]) if match else None


def type_errors(annotation: str, value: object, path: str) -> Iterator[str]:
    """Where `value` does not fit an SDK annotation, names included."""
    nested = nested_model(annotation)
    if annotation.startswith("List["):
        if not isinstance(value, list):
            yield f"{path}: {annotation} but {value!r}"
            return
        for index, element in enumerate(value):
            yield from type_errors(annotation[5:-1], element, f"{path}[{index}]")
    elif nested is not None:
        yield from model_errors(nested, value, path)
    elif type(value).__name__ != annotation and (annotation, type(value)) != ("float", int):
        yield f"{path}: {annotation} but {value!r}"


def model_errors(model: Any, value: object, path: str) -> Iterator[str]:  # noqa: ANN401
    """Where an object has members that the SDK model has not, or of another type."""
    if not isinstance(value, dict):
        yield f"{path}: {model.__name__} but {value!r}"
        return
    types = wire_types(model)
    for name, member in value.items():
        if name in types:
            yield from type_errors(types[name], member, f"{path}.{name}")
        else:
            yield f"{path}.{name}: unknown to {model.__name__}"


def sample(param: Param) -> object:
    """Some value that the parameter takes."""
    match param.kind:
        case Kind.ARRAY:
            assert param.item is not None
            return [sample(param.item)]
        case Kind.OBJECT:
            return {member.name: sample(member) for member in param.members}
        case Kind.INTEGER:
            return param.minimum or 0
        case Kind.NUMBER:
            return 0.5
        case Kind.BOOLEAN:
            return True
        case Kind.STRING:
            return param.choices[0] if param.choices else "x"


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_exist_in_the_sdk(action: str) -> None:
    """Every parameter accepted here is in the SDK's request model, with a compatible type."""
    params = ACTIONS[action]
    model = getattr(ess_models, f"{action}Request", None)
    if model is None:
        assert params == (), "the SDK sends no parameters"
        return
    request = {param.name: sample(param) for param in params}
    assert list(model_errors(model, request, action)) == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_parse_into_the_sdks_models(
    action: str, ess_answers: dict[str, list[Json]]
) -> None:
    """Every answer fits the SDK's response model and has no key that the model would drop."""
    model = getattr(ess_models, f"{action}ResponseBody")
    errors = [
        error
        for answer in ess_answers[action]
        for error in model_errors(model, {"RequestId": "R", **answer}, action)
    ]
    assert errors == []


# --- the metadata as witness --------------------------------------------------------------------


@pytest.fixture(scope="module")
def metadata() -> Mapping[str, Json]:
    """Product → its published OpenAPI metadata."""
    folder = os.environ.get(META_VARIABLE)
    if not folder:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must set {META_VARIABLE} to the folder of the OpenAPI metadata")
        pytest.skip(f"{META_VARIABLE} names no folder with the OpenAPI metadata")
    if not Path(folder).is_dir():
        pytest.fail(f"{META_VARIABLE} names {folder}, which is no folder")
    return {
        product: json.loads((Path(folder) / name).read_text("utf-8"))
        for product, name in META_FILES.items()
    }


def published(metadata: Mapping[str, Json], product: str, action: str) -> Json:
    """One API of the metadata."""
    api: Json = metadata[product]["apis"][action]
    return api


def limits(schema: Json) -> Json:
    """A published schema's bounds, as numbers."""
    names = {"minimum": "minimum", "maximum": "maximum", "maxItems": "max_items"}
    return {ours: int(schema[theirs]) for theirs, ours in names.items() if theirs in schema}


def differences(param: Param, schema: Json, path: str) -> Iterator[str]:
    """Where a parameter contradicts its published schema.

    Bounds that the schema gives must be the same; it gives no choices, see `undescribed`.
    """
    if param.kind != schema["type"]:
        yield f"{path}: type {param.kind} but {schema['type']}"
    if param.required != schema.get("required", False):
        yield f"{path}: required {param.required}"
    for name, bound in limits(schema).items():
        if getattr(param, name) != bound:
            yield f"{path}: {name} {getattr(param, name)} but {bound}"
    if param.item is not None:
        yield from differences(param.item, schema["items"], f"{path}[]")
    members = {member.name: member for member in param.members}
    properties = schema.get("properties", {})
    for name in members.keys() | properties.keys():
        if name in members and name in properties:
            yield from differences(members[name], properties[name], f"{path}.{name}")
        else:
            yield f"{path}.{name}: only {'here' if name in members else 'published'}"


def undescribed(param: Param, descriptions: str) -> Iterator[str]:
    """The choices of a parameter, or of its members, that no description mentions."""
    for choice in param.choices:
        if not re.search(rf"\b{re.escape(choice)}\b", descriptions, re.IGNORECASE):
            yield f"{param.name}: {choice}"
    for part in (*param.members, *((param.item,) if param.item else ())):
        yield from undescribed(part, descriptions)


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_parameters_are_the_published_ones(action: str, metadata: Mapping[str, Json]) -> None:
    """Names, types, required, bounds, list limits and styles are exactly the metadata's."""
    theirs = {entry["name"]: entry for entry in published(metadata, "ess", action)["parameters"]}
    ours = ESS.actions[action]
    assert set(ours) == set(theirs)
    errors = []
    for name, param in ours.items():
        if param.style != Style(theirs[name].get("style", "")):
            errors.append(f"{name}: style {param.style}")
        errors.extend(differences(param, theirs[name]["schema"], name))
    assert errors == []


def test_choices_are_described(metadata: Mapping[str, Json]) -> None:
    """Every choice is a valid value in the descriptions of its parameter, in some action."""
    descriptions: dict[str, str] = {}
    for action in ACTIONS:
        for entry in published(metadata, "ess", action)["parameters"]:
            text = json.dumps(entry).replace("\\n", " ")
            descriptions[entry["name"]] = descriptions.get(entry["name"], "") + text
    missing = [
        found
        for params in ACTIONS.values()
        for param in params
        for found in undescribed(param, descriptions[param.name])
    ]
    assert missing == []


def test_other_products_are_as_published(metadata: Mapping[str, Json]) -> None:
    """All products have the published version; STS and FC the path and query parameters too."""
    assert {name: product.version for name, product in PRODUCTS.items()} == {
        name: document["info"]["version"] for name, document in metadata.items()
    }
    for product in (STS, FC):
        for action, params in product.actions.items():
            theirs = {
                entry["name"]
                for entry in published(metadata, product.name, action)["parameters"]
                if entry["in"] in {"path", "query"}
            }
            assert set(params) == theirs


def schema_errors(schema: Json, value: object, path: str) -> Iterator[str]:
    """Where an answer does not fit its published schema, unknown keys included."""
    match schema["type"], value:
        case "object", dict():
            properties = schema.get("properties", {})
            for name, member in value.items():
                if name in properties:
                    yield from schema_errors(properties[name], member, f"{path}.{name}")
                else:
                    yield f"{path}.{name}: not published"
        case "array", list():
            for index, element in enumerate(value):
                yield from schema_errors(schema["items"], element, f"{path}[{index}]")
        case ("string", str()) | ("boolean", bool()) | ("number", int() | float()):
            return
        case "integer", int() if not isinstance(value, bool):
            return
        case published_type, _:
            yield f"{path}: {published_type} but {value!r}"


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_answers_fit_the_published_schema(
    action: str, metadata: Mapping[str, Json], ess_answers: dict[str, list[Json]]
) -> None:
    """Every answer has published keys of the published types only."""
    schema = published(metadata, "ess", action)["responses"]["200"]["schema"]
    errors = [
        error
        for answer in ess_answers[action]
        for error in schema_errors(schema, {"RequestId": "R", **answer}, action)
    ]
    assert errors == []


def test_caller_identity_fits_the_published_schema(metadata: Mapping[str, Json]) -> None:
    """GetCallerIdentity answers with published keys only."""
    cloud = Cloud(start=START, regions=[REGION])
    answer = cloud.call("sts", "GetCallerIdentity", None, {})
    schema = published(metadata, "sts", "GetCallerIdentity")["responses"]["200"]["schema"]
    assert list(schema_errors(schema, {"RequestId": "R", **answer}, "GetCallerIdentity")) == []
