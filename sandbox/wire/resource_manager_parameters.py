"""Parameters of the resource manager actions served here (version 2020-03-31).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata;
choices and the bounds that the metadata's schema lacks come from its descriptions. Its lists have
the style "flat": numbered as a repeated list is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Kind, Param, Style, boolean, integer, text

VERSION: Final = "2020-03-31"


def _flat_list(name: str, item: Param, max_items: int, *, required: bool = False) -> Param:
    return Param(
        name,
        Kind.ARRAY,
        required=required,
        style=Style.FLAT,
        item=item,
        max_items=max_items,
    )


_PAIR: Final = Param("", Kind.OBJECT, members=(text("Key"), text("Value")))
_TAG: Final = _flat_list("Tag", _PAIR, 20)
_GROUP: Final = text("ResourceGroupId", required=True)
_RESOURCES: Final = _flat_list("ResourceId", text(""), 50, required=True)
_RESOURCE_TYPE: Final = text("ResourceType", "ResourceGroup", "Account", any_case=True)

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateResourceGroup": (
        text("Name", required=True),
        text("DisplayName", required=True),
        _TAG,
    ),
    "GetResourceGroup": (_GROUP, boolean("IncludeTags")),
    "ListResourceGroups": (
        text("Status", "Creating", "OK", "PendingDelete"),
        integer("PageNumber", 1),
        integer("PageSize", 1, 100),
        text("ResourceGroupId", max_length=18),
        text("DisplayName", max_length=50),
        text("Name", max_length=50),
        _TAG,
        boolean("IncludeTags"),
        _flat_list("ResourceGroupIds", text(""), 100),
    ),
    "UpdateResourceGroup": (_GROUP, text("NewDisplayName", required=True)),
    "DeleteResourceGroup": (_GROUP,),
    "CreateServiceLinkedRole": (
        text("ServiceName", required=True),
        text("CustomSuffix"),
        text("Description"),
    ),
    "DeleteServiceLinkedRole": (text("RoleName", required=True),),
    "GetServiceLinkedRoleDeletionStatus": (text("DeletionTaskId"),),
    "TagResources": (
        _RESOURCES,
        _flat_list("Tag", _PAIR, 20, required=True),
        _RESOURCE_TYPE,
    ),
    "UntagResources": (
        boolean("All"),
        _RESOURCES,
        _flat_list("TagKey", text(""), 20),
        _RESOURCE_TYPE,
    ),
    "ListTagResources": (
        text("NextToken"),
        integer("MaxResults", 1, 100),
        _TAG,
        _flat_list("ResourceId", text(""), 50),
        _RESOURCE_TYPE,
    ),
}
