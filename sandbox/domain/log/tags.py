"""The actions on tags of projects; tags of what is inside a project are not served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from sandbox.domain.log.errors import parameter_invalid
from sandbox.domain.log.holdings import Holdings
from sandbox.domain.log.records import Project
from sandbox.domain.product import Params

_MAX_TAGS: Final = 20
_MAX_LENGTH: Final = 128
_PAGE_SIZE: Final = 50
"""How many tags one answer of ListTagResources holds; not documented."""
_RESERVED_PREFIXES: Final = ("acs:", "aliyun")
_LINKS: Final = ("http://", "https://")


def tag_resources(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """TagResources: of one project; a key that is there already gets the new value."""
    body = params["body"]
    project = _project(holdings, region_id, body)
    tags = body.get("tags", [])
    if not 1 <= len(tags) <= _MAX_TAGS:
        raise parameter_invalid(f"tags is invalid: 1 to {_MAX_TAGS} tags can be added at once")
    for tag in tags:
        _check(tag)
    tagged = project.tags | {tag["key"]: tag["value"] for tag in tags}
    if len(tagged) > _MAX_TAGS:
        raise parameter_invalid(f"tags is invalid: a project has at most {_MAX_TAGS} tags")
    project.tags = tagged
    return {}


def untag_resources(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """UntagResources: the named keys, or with all every one; unknown keys do not matter."""
    body = params.get("body", {})
    project = _project(holdings, region_id, body)
    keys = body.get("tags", [])
    if body.get("all", False):
        project.tags = {}
        return {}
    if not keys:
        raise parameter_invalid("tags is required where all is not true")
    project.tags = {key: value for key, value in project.tags.items() if key not in keys}
    return {}


def list_tag_resources(holdings: Holdings, region_id: str, params: Params) -> dict[str, Any]:
    """ListTagResources: of a project, of those in the region that carry all the tags, or both."""
    _check_type(params)
    wanted = params.get("tags", [])
    ids = params.get("resourceId", [])
    if not ids and not wanted:
        raise parameter_invalid("resourceId or tags is required")
    projects = (
        [holdings.project(region_id, name) for name in ids]
        if ids
        else [one for one in holdings.projects.values() if one.region_id == region_id]
    )
    shown = [
        {
            "resourceType": "project",
            "resourceId": project.name,
            "tagKey": key,
            "tagValue": value,
        }
        for project in projects
        if all(_carries(project, tag) for tag in wanted)
        for key, value in project.tags.items()
        if not wanted or any(tag.get("key") == key for tag in wanted)
    ]
    first = _parse_token(params.get("nextToken"))
    rest = first + _PAGE_SIZE < len(shown)
    return {
        "nextToken": f"{first + _PAGE_SIZE:032x}" if rest else "",
        "tagResources": list(islice(shown, first, first + _PAGE_SIZE)),
    }


def _project(holdings: Holdings, region_id: str, body: Mapping[str, Any]) -> Project:
    _check_type(body)
    ids: Sequence[str] = body.get("resourceId", ())
    if len(ids) != 1:
        raise parameter_invalid("resourceId is invalid: exactly one resource can be named")
    return holdings.project(region_id, ids[0])


def _check_type(values: Mapping[str, Any]) -> None:
    if values.get("resourceType", "project").lower() != "project":
        raise parameter_invalid("resourceType is invalid: only projects have tags here")


def _check(tag: Mapping[str, str]) -> None:
    key, value = tag.get("key", ""), tag.get("value", "")
    if not 1 <= len(key) <= _MAX_LENGTH or key.startswith(_RESERVED_PREFIXES):
        raise parameter_invalid(f"tag key {key} is invalid")
    if not 1 <= len(value) <= _MAX_LENGTH:
        raise parameter_invalid(f"the value of tag {key} is invalid")
    if any(link in text for link in _LINKS for text in (key, value)):
        raise parameter_invalid(f"tag {key} is invalid: it must not contain http:// or https://")


def _carries(project: Project, wanted: Mapping[str, str]) -> bool:
    value = project.tags.get(wanted.get("key", ""))
    return value is not None and wanted.get("value") in {None, value}


def _parse_token(token: str | None) -> int:
    try:
        return int(token, 16) if token else 0
    except ValueError:
        raise parameter_invalid("nextToken is invalid") from None
