"""The actions on tags of security groups, launch templates and instances."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sandbox.domain.ecs.errors import (
    all_and_keys,
    invalid_next_token,
    missing_tags,
    tagged_resource_not_found,
    tags_and_resources_empty,
    too_many_resources,
    unknown_resource_type,
)
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.ecs.tag_values import add_tags, has_tags, read_tags
from sandbox.domain.product import Params

_MAX_RESOURCES: Final = 50
_PAGE_SIZE: Final = 50
"""How many tags one answer of ListTagResources holds; not documented."""


def tag_resources(region: EcsRegion, params: Params) -> dict[str, Any]:
    """TagResources: all resources or none."""
    tags = _tags_of(region, params)
    changed = {one: add_tags(tags[one], params["Tag"]) for one in _named(params, tags)}
    _store(region, params, changed)
    return {}


def untag_resources(region: EcsRegion, params: Params) -> dict[str, Any]:
    """UntagResources: the named keys, or with All every one; unknown keys do not matter."""
    keys, everything = params.get("TagKey", []), params.get("All", False)
    if keys and everything:
        raise all_and_keys()
    if not keys and not everything:
        raise missing_tags()
    tags = _tags_of(region, params)
    changed = {
        one: {key: value for key, value in tags[one].items() if keys and key not in keys}
        for one in _named(params, tags)
    }
    _store(region, params, changed)
    return {}


def list_tag_resources(region: EcsRegion, params: Params) -> dict[str, Any]:
    """ListTagResources: of the named resources, of those that carry all the tags, or of both."""
    ids, wanted = params.get("ResourceId"), params.get("Tag", ())
    if not ids and not wanted:
        raise tags_and_resources_empty()
    keys = read_tags(wanted)
    found = [
        (resource_id, key, value)
        for resource_id, tags in _tags_of(region, params).items()
        if (not ids or resource_id in ids) and has_tags(tags, wanted)
        for key, value in tags.items()
        if not keys or key in keys
    ]
    first = _parse_token(params.get("NextToken"))
    shown = [
        {
            "ResourceType": params["ResourceType"].lower(),
            "ResourceId": resource_id,
            "TagKey": key,
            "TagValue": value,
        }
        for resource_id, key, value in islice(found, first, first + _PAGE_SIZE)
    ]
    answer: dict[str, Any] = {"TagResources": {"TagResource": shown}}
    if first + _PAGE_SIZE < len(found):
        answer["NextToken"] = f"{first + _PAGE_SIZE:032x}"
    return answer


def _tags_of(region: EcsRegion, params: Params) -> Mapping[str, Mapping[str, str]]:
    """The tags of all resources of the type that a call is about."""
    match params["ResourceType"].lower():
        case "securitygroup":
            return {one.group_id: one.tags for one in region.security_groups.values()}
        case "launchtemplate":
            return {one.template_id: one.tags for one in region.templates.values()}
        case "instance":
            return {one.instance_id: region.tags_of(one) for one in region.instances}
        case _:
            raise unknown_resource_type()


def _named(params: Params, known: Mapping[str, object]) -> list[str]:
    ids = list(dict.fromkeys(params["ResourceId"]))
    if len(ids) > _MAX_RESOURCES:
        raise too_many_resources()
    if not set(ids) <= known.keys():
        raise tagged_resource_not_found()
    return ids


def _store(region: EcsRegion, params: Params, changed: Mapping[str, dict[str, str]]) -> None:
    match params["ResourceType"].lower():
        case "securitygroup":
            for group_id, tags in changed.items():
                region.security_groups[group_id].tags = tags
        case "launchtemplate":
            for template_id, tags in changed.items():
                region.templates[template_id].tags = tags
        case _:
            there = {one.instance_id for one in region.instances}
            kept = {one: tags for one, tags in region.instance_tags.items() if one in there}
            region.instance_tags = {**kept, **changed}


def _parse_token(token: str | None) -> int:
    try:
        return int(token, 16) if token else 0
    except ValueError:
        raise invalid_next_token() from None
