"""The actions on tags of roles and policies."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.ram.errors import invalid_parameter, missing_parameter, too_many_tags
from sandbox.domain.ram.records import Policy, PolicyRef, PolicyType, Role
from sandbox.domain.ram.store import RamStore
from sandbox.domain.ram.tagging import TagRules, carries, chosen

_MOST_RESOURCES: Final = 50
_LARGEST_PAGE: Final = 100

TAG_RULES: Final = TagRules(256, invalid_parameter, too_many_tags)
"""Tag values of roles and policies may have 256 characters."""


def tag_resources(store: RamStore, params: Params) -> dict[str, Any]:
    """TagResources: all roles or policies, or none."""
    resources = _resources(store, params)
    if not params.get("Tag"):
        raise missing_parameter("Tag")
    tagged = [TAG_RULES.add(resource.tags, params["Tag"]) for resource in resources]
    for resource, tags in zip(resources, tagged, strict=True):
        _keep(store, resource, tags)
    return {}


def untag_resources(store: RamStore, params: Params) -> dict[str, Any]:
    """UntagResources: the named keys, or with All every one; unknown keys do not matter."""
    keys = params.get("TagKeys", ())
    if not keys and not params.get("All", False):
        raise missing_parameter("TagKeys")
    for resource in _resources(store, params):
        left = {key: value for key, value in resource.tags.items() if keys and key not in keys}
        _keep(store, resource, left)
    return {}


def list_tag_resources(store: RamStore, params: Params) -> dict[str, Any]:
    """ListTagResources: of the named resources, of those that carry all the tags, or of both."""
    resource_type = _resource_type(params)
    names, wanted = params.get("ResourceNames"), params.get("Tag", ())
    candidates: list[Role] | list[Policy] = (
        list(store.roles.values()) if resource_type == "role" else list(store.policies.values())
    )
    found = [
        {
            "ResourceType": resource_type,
            "ResourceName": _name(resource),
            "TagKey": key,
            "TagValue": value,
        }
        for resource in candidates
        if (not names or _name(resource) in names) and carries(resource.tags, wanted)
        for key, value in chosen(resource.tags, wanted).items()
    ]
    size = params.get("PageSize", _LARGEST_PAGE)
    if not 1 <= size <= _LARGEST_PAGE:
        raise invalid_parameter("PageSize")
    first = _parse_token(params.get("NextToken"))
    answer: dict[str, Any] = {"TagResources": list(islice(found, first, first + size))}
    if first + size < len(found):
        answer["NextToken"] = f"{first + size:032x}"
    return answer


def _resources(store: RamStore, params: Params) -> list[Role | Policy]:
    resource_type = _resource_type(params)
    names = list(dict.fromkeys(params.get("ResourceNames", ())))
    if not names:
        raise missing_parameter("ResourceNames")
    if len(names) > _MOST_RESOURCES:
        raise invalid_parameter("ResourceNames")
    if resource_type == "role":
        return [store.role({"RoleName": name}) for name in names]
    return [store.find_policy(PolicyRef(PolicyType.CUSTOM, name)) for name in names]


def _resource_type(params: Params) -> str:
    resource_type: str = params["ResourceType"]
    if resource_type not in {"role", "policy"}:
        raise invalid_parameter("ResourceType")
    return resource_type


def _name(resource: Role | Policy) -> str:
    return resource.name if isinstance(resource, Role) else resource.ref.name


def _keep(store: RamStore, resource: Role | Policy, tags: dict[str, str]) -> None:
    if isinstance(resource, Role):
        store.keep_role(replace(resource, tags=tags))
    else:
        store.policies[resource.ref] = replace(resource, tags=tags)


def _parse_token(token: str | None) -> int:
    try:
        return int(token, 16) if token else 0
    except ValueError:
        raise invalid_parameter("NextToken") from None
