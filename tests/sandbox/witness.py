"""Two witnesses of the published API: the vendor's SDK models, and its OpenAPI metadata.

Every product's tests hold its parameters and answers against both: what they find is a list of
sentences, empty where the sandbox speaks as published.
"""

from __future__ import annotations

import copy
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Final

from sandbox.wire.parameters import Kind, Param, Style

META_VARIABLE: Final = "P2P_FLEET_META"
META_FILES: Final = {
    "ess": "ess-2022-02-22.json",
    "sts": "sts-2015-04-01.json",
    "fc": "fc-2023-03-30.json",
    "vpc": "vpc-2016-04-28.json",
    "ecs": "ecs-2014-05-26.json",
    "ram": "ram-2015-05-01.json",
    "resourcemanager": "resourcemanager-2020-03-31.json",
    "log": "sls-2020-12-30.json",
    "eventbridge": "eventbridge-2020-04-01.json",
}

Json = dict[str, Any]


def parameter_errors(action: str, params: Mapping[str, Param], models: ModuleType) -> list[str]:
    """Where parameters accepted here are unknown to the SDK's request model, or of another type."""
    model = getattr(models, f"{action}Request", None)
    if model is None:
        return [f"{action}: the SDK sends no parameters"] if params else []
    request = {name: sample(param) for name, param in params.items()}
    return list(model_errors(model, request, action, models))


def answer_errors(action: str, answers: list[Json], models: ModuleType) -> list[str]:
    """Where answers do not fit the SDK's response model, or have keys that it would drop."""
    model = getattr(models, f"{action}ResponseBody")
    return [
        error
        for answer in answers
        for error in model_errors(model, {"RequestId": "R", **answer}, action, models)
    ]


def published_parameter_errors(
    action: str, params: Mapping[str, Param], metadata: Json
) -> list[str]:
    """Where names, types, required, bounds, list limits or styles are not the metadata's."""
    theirs = published_parameters(action, metadata)
    errors = [f"{name}: only here" for name in params if name not in theirs]
    errors += [f"{name}: only published" for name in theirs if name not in params]
    for name, param in params.items():
        if name not in theirs:
            continue
        if param.style != Style(theirs[name].get("style", "")):
            errors.append(f"{name}: style {param.style}")
        errors.extend(differences(param, theirs[name]["schema"], name))
    return errors


def published_parameters(action: str, metadata: Json) -> dict[str, Json]:
    """Parameter name → what is published of it.

    Where ECS's metadata lists the members of an object or a list under dotted names of their own
    (`SystemDisk.Size`, `Filter.1.Key`), they are put together, as the SDKs have them.
    """
    entries = metadata["apis"][action]["parameters"]
    whole = {entry["name"]: copy.deepcopy(entry) for entry in entries if "." not in entry["name"]}
    for entry in entries:
        head, *path = entry["name"].split(".")
        if not path:
            continue
        if path[0].isdecimal():
            items = {"type": "object", "properties": {}}
            listed = {"style": "repeatList", "schema": {"type": "array", "items": items}}
            members = whole.setdefault(head, {"name": head, **listed})["schema"]["items"]
        else:
            flat = {"style": "flat", "schema": {"type": "object", "properties": {}}}
            members = whole.setdefault(head, {"name": head, **flat})["schema"]
        members["properties"].setdefault(path[-1], entry["schema"])
    return whole


def resolved(part: Any, schemas: Json) -> Any:  # noqa: ANN401 (any part of a JSON document)
    """A part of the metadata with every reference replaced by the schema that it refers to.

    The metadata has a few references that lead nowhere: they stand for any object.
    """
    if isinstance(part, list):
        return [resolved(item, schemas) for item in part]
    if not isinstance(part, dict):
        return part
    own = {name: resolved(value, schemas) for name, value in part.items() if name != "$ref"}
    if "$ref" not in part:
        return own
    referred = schemas.get(part["$ref"].rpartition("/")[2], {"type": "object"})
    return {**resolved(referred, schemas), **own}


def published_answer_errors(action: str, answers: list[Json], metadata: Json) -> list[str]:
    """Where answers have keys or types that are not published."""
    schema = metadata["apis"][action]["responses"]["200"]["schema"]
    return [
        error
        for answer in answers
        for error in schema_errors(schema, {"RequestId": "R", **answer}, action)
    ]


def undescribed_choices(actions: Mapping[str, Mapping[str, Param]], metadata: Json) -> list[str]:
    """Choices that no description of their parameter mentions, in whatever action."""
    descriptions: dict[str, str] = {}
    for action in actions:
        for entry in published_parameters(action, metadata).values():
            text = json.dumps(entry).replace("\\n", " ")
            descriptions[entry["name"]] = descriptions.get(entry["name"], "") + text
    return [
        found
        for params in actions.values()
        for param in params.values()
        for found in undescribed(param, descriptions[param.name])
    ]


def wire_types(model: Any, models: ModuleType) -> Mapping[str, str]:  # noqa: ANN401 (the SDK is untyped)
    """Wire name → annotation (`int`, `List[main_models.Tags]`…) of an SDK model's attributes."""
    parameters = list(inspect.signature(model.__init__).parameters.values())[1:]
    empty = model().to_map()
    types: dict[str, str] = {}
    for parameter in parameters:
        annotation = str(parameter.annotation)
        filled = model(**{parameter.name: probe(annotation, models)}).to_map()
        (name,) = (key for key, value in filled.items() if empty.get(key) != value)
        types[name] = annotation
    return types


def probe(annotation: str, models: ModuleType) -> object:
    """Some value for an attribute of that annotation."""
    if annotation.startswith("List["):
        return [probe(annotation[5:-1], models)]
    nested = nested_model(annotation, models)
    return nested() if nested else "x"


def nested_model(annotation: str, models: ModuleType) -> Any:  # noqa: ANN401 (the SDK is untyped)
    """The model that an annotation names, None where it names none."""
    match = re.search(r"main_models\.(\w+)", annotation)
    return getattr(models, match[1]) if match else None


def type_errors(annotation: str, value: object, path: str, models: ModuleType) -> Iterator[str]:
    """Where `value` does not fit an SDK annotation, names included."""
    nested = nested_model(annotation, models)
    if annotation.startswith("List["):
        if not isinstance(value, list):
            yield f"{path}: {annotation} but {value!r}"
            return
        for index, element in enumerate(value):
            yield from type_errors(annotation[5:-1], element, f"{path}[{index}]", models)
    elif annotation == "Dict[str, str]" and isinstance(value, dict):
        for name, member in value.items():
            yield from type_errors("str", member, f"{path}.{name}", models)
    elif annotation == "Dict[str, Any]" and isinstance(value, dict):
        return
    elif nested is not None:
        yield from model_errors(nested, value, path, models)
    elif type(value).__name__ != annotation and (annotation, type(value)) != ("float", int):
        yield f"{path}: {annotation} but {value!r}"


def model_errors(model: Any, value: object, path: str, models: ModuleType) -> Iterator[str]:  # noqa: ANN401
    """Where an object has members that the SDK model has not, or of another type."""
    if not isinstance(value, dict):
        yield f"{path}: {model.__name__} but {value!r}"
        return
    types = wire_types(model, models)
    for name, member in value.items():
        if name in types:
            yield from type_errors(types[name], member, f"{path}.{name}", models)
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


def schema_errors(schema: Json, value: object, path: str) -> Iterator[str]:
    """Where an answer does not fit its published schema, unknown keys included."""
    match schema["type"], value:
        case "object", dict():
            properties = schema.get("properties", {})
            for name, member in value.items():
                if name in properties:
                    yield from schema_errors(properties[name], member, f"{path}.{name}")
                elif "additionalProperties" in schema:
                    yield from schema_errors(
                        schema["additionalProperties"], member, f"{path}.{name}"
                    )
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
