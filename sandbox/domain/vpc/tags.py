"""The actions on tags of VPCs, vSwitches, route tables and IPv4 gateways."""

from __future__ import annotations

from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.vpc.names import add_tags, carries, read_tags
from sandbox.domain.vpc.paging import token_page
from sandbox.domain.vpc.records import ResourceType, Tags
from sandbox.domain.vpc.region import Change, VpcRegion
from sandbox.domain.vpc.tag_errors import (
    malformed_tag_key,
    resource_not_found,
    resource_twice,
    tags_and_resources_missing,
    tags_to_remove_missing,
    too_many_resources,
    too_many_tags,
    unknown_resource_type,
)

_MOST_RESOURCES: Final = 20
_MOST_KEYS: Final = 20


def tag_resources(region: VpcRegion, params: Params) -> Change:
    """TagResources: all resources or none."""
    added = read_tags(params["Tag"])
    tagged = [(tags, add_tags(tags, added)) for tags in _find(region, params).values()]
    return lambda: _replace(tagged)


def un_tag_resources(region: VpcRegion, params: Params) -> Change:
    """UnTagResources: the named keys, or with All every one; unknown keys do not matter."""
    keys = params.get("TagKey")
    if not keys and not params.get("All", False):
        raise tags_to_remove_missing()
    if keys and len(keys) > _MOST_KEYS:
        raise too_many_tags()
    left = [
        (tags, {key: value for key, value in tags.items() if keys and key not in keys})
        for tags in _find(region, params).values()
    ]
    return lambda: _replace(left)


def list_tag_resources(region: VpcRegion, params: Params) -> dict[str, Any]:
    """ListTagResources: of the named resources, of those that carry all the tags, or of both."""
    wanted = params.get("Tag", ())
    if not params.get("ResourceId") and not wanted:
        raise tags_and_resources_missing()
    if any(not one.get("Key") for one in wanted):
        raise malformed_tag_key()
    keys = {one["Key"] for one in wanted}
    kind = _kind(params)
    resources = _find(region, params) if params.get("ResourceId") else _all(region, kind)
    found = [
        {"ResourceType": kind.value, "ResourceId": resource, "TagKey": key, "TagValue": value}
        for resource, tags in resources.items()
        if carries(tags, wanted)
        for key, value in tags.items()
        if not keys or key in keys
    ]
    following, page = token_page(params, found, size_name="MaxResults", size=50, largest=50)
    return {"TagResources": {"TagResource": list(page)}, **following}


def _find(region: VpcRegion, params: Params) -> dict[str, Tags]:
    """The named resources with their tags; raises ApiError unless every one exists."""
    everything = _all(region, _kind(params))
    ids = params["ResourceId"]
    if len(ids) > _MOST_RESOURCES:
        raise too_many_resources()
    if len(set(ids)) < len(ids):
        raise resource_twice()
    if any(one not in everything for one in ids):
        raise resource_not_found()
    return {one: everything[one] for one in ids}


def _all(region: VpcRegion, kind: ResourceType) -> dict[str, Tags]:
    return {
        resource: tags
        for network in region.visible
        for resource, tags in network.tags_by_id(kind).items()
    }


def _kind(params: Params) -> ResourceType:
    try:
        return ResourceType(params["ResourceType"].upper())
    except ValueError:
        raise unknown_resource_type() from None


def _replace(changes: list[tuple[Tags, Tags]]) -> dict[str, Any]:
    """Gives each set of tags, in place, its new content."""
    for tags, content in changes:
        tags.clear()
        tags.update(content)
    return {}
