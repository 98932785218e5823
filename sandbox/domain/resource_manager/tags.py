"""The actions on tags of resource groups."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any, Final

from sandbox.domain.product import Params
from sandbox.domain.ram.tagging import carries, chosen
from sandbox.domain.resource_manager.errors import invalid_parameter
from sandbox.domain.resource_manager.groups import TAG_RULES
from sandbox.domain.resource_manager.store import GroupStore, ResourceGroup

_MOST_RESOURCES: Final = 50
_LARGEST_PAGE: Final = 100


def tag_resources(store: GroupStore, params: Params) -> dict[str, Any]:
    """TagResources: all groups or none."""
    groups = _groups(store, params)
    tagged = [replace(one, tags=TAG_RULES.add(one.tags, params["Tag"])) for one in groups]
    for group in tagged:
        store.keep(group)
    return {}


def untag_resources(store: GroupStore, params: Params) -> dict[str, Any]:
    """UntagResources: the named keys, or with All every one; unknown keys do not matter."""
    keys = params.get("TagKey", ())
    if not keys and not params.get("All", False):
        raise invalid_parameter("TagKey")
    for group in _groups(store, params):
        left = {key: value for key, value in group.tags.items() if keys and key not in keys}
        store.keep(replace(group, tags=left))
    return {}


def list_tag_resources(store: GroupStore, params: Params) -> dict[str, Any]:
    """ListTagResources: of the named groups, of those that carry all the tags, or of both.

    NextToken is empty on the last page.
    """
    _check_type(params)
    ids, wanted = params.get("ResourceId"), params.get("Tag", ())
    found = [
        {
            "ResourceId": group.group_id,
            "ResourceType": "resourcegroup",
            "TagKey": key,
            "TagValue": value,
        }
        for group in store.groups.values()
        if (not ids or group.group_id in ids) and carries(group.tags, wanted)
        for key, value in chosen(group.tags, wanted).items()
    ]
    size = params.get("MaxResults", 10)
    if not 1 <= size <= _LARGEST_PAGE:
        raise invalid_parameter("MaxResults")
    first = _parse_token(params.get("NextToken"))
    last = first + size
    return {
        "TagResources": list(islice(found, first, last)),
        "NextToken": f"{last:032x}" if last < len(found) else "",
    }


def _groups(store: GroupStore, params: Params) -> list[ResourceGroup]:
    _check_type(params)
    ids = list(dict.fromkeys(params["ResourceId"]))
    if len(ids) > _MOST_RESOURCES:
        raise invalid_parameter("ResourceId")
    return [store.group({"ResourceGroupId": group_id}) for group_id in ids]


def _check_type(params: Params) -> None:
    """Only groups: the account is in no resource directory and so has no member accounts."""
    if params.get("ResourceType", "ResourceGroup").lower() != "resourcegroup":
        raise invalid_parameter("ResourceType")


def _parse_token(token: str | None) -> int:
    try:
        return int(token, 16) if token else 0
    except ValueError:
        raise invalid_parameter("NextToken") from None
