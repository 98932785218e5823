"""The actions on tags of scaling groups."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sandbox.domain.ess.errors import (
    invalid_parameter,
    missing_parameter,
    unknown_resource_type,
)
from sandbox.domain.ess.names import add_tags
from sandbox.domain.ess.records import ScalingGroup, Tag
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.ess.views import show_tag
from sandbox.domain.product import Params

_MAX_RESOURCES: Final = 50
_PAGE_SIZE: Final = 50
"""How many tags one answer of ListTagResources holds; not documented."""


def tag_resources(region: EssRegion, params: Params) -> dict[str, Any]:
    """TagResources: all groups or none."""
    groups = _groups(region, params)
    if not params.get("Tags"):
        raise missing_parameter("Tags.1.Key")
    tagged = [add_tags(group.tags, params["Tags"]) for group in groups]
    for group, tags in zip(groups, tagged, strict=True):
        group.tags = tags
    return {}


def untag_resources(region: EssRegion, params: Params) -> dict[str, Any]:
    """UntagResources: the named keys, or with All every one; unknown keys do not matter."""
    keys = params.get("TagKeys")
    if not keys and not params.get("All", False):
        raise missing_parameter("TagKeys.1")
    for group in _groups(region, params):
        group.tags = {key: tag for key, tag in group.tags.items() if keys and key not in keys}
    return {}


def list_tag_resources(region: EssRegion, params: Params) -> dict[str, Any]:
    """ListTagResources: of the named groups, of those that carry all the tags, or of both."""
    wanted = params.get("Tags", ())
    if not params.get("ResourceIds") and not wanted:
        raise missing_parameter("ResourceIds.1")
    _check_type(params)
    ids = params.get("ResourceIds")
    found = [
        (group, tag)
        for group in region.groups.values()
        if (not ids or group.group_id in ids) and all(_find(group, one) for one in wanted)
        for tag in group.tags.values()
        if not wanted or any(_find(group, one) is tag for one in wanted)
    ]
    first = _parse_token(params.get("NextToken"))
    shown = [_show(group, tag) for group, tag in islice(found, first, first + _PAGE_SIZE)]
    answer: dict[str, Any] = {"TagResources": shown}
    if first + _PAGE_SIZE < len(found):
        answer["NextToken"] = f"{first + _PAGE_SIZE:032x}"
    return answer


def _groups(region: EssRegion, params: Params) -> list[ScalingGroup]:
    _check_type(params)
    ids = dict.fromkeys(params["ResourceIds"])
    if not 1 <= len(ids) <= _MAX_RESOURCES:
        raise invalid_parameter("ResourceIds")
    return [region.group({"ScalingGroupId": group_id}) for group_id in ids]


def _check_type(params: Params) -> None:
    if params["ResourceType"].lower() != "scalinggroup":
        raise unknown_resource_type()


def _find(group: ScalingGroup, wanted: Mapping[str, Any]) -> Tag | None:
    tag = group.tags.get(wanted.get("Key", ""))
    return tag if tag is not None and wanted.get("Value") in {None, tag.value} else None


def _parse_token(token: str | None) -> int:
    try:
        return int(token, 16) if token else 0
    except ValueError:
        raise invalid_parameter("NextToken") from None


def _show(group: ScalingGroup, tag: Tag) -> dict[str, Any]:
    return {
        "ResourceId": group.group_id,
        "ResourceType": "ALIYUN::ESS::SCALINGGROUP",
        **show_tag(tag),
    }
