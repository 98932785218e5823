"""The actions on tags; functions are named by their ARN."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from sandbox.domain.fc.errors import function_not_found, invalid_argument
from sandbox.domain.fc.paging import read_limit
from sandbox.domain.fc.records import Function
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.fc.tag_values import add_tags, carries
from sandbox.domain.product import Params

RESOURCE_TYPE: Final = "ALIYUN::FC::FUNCTION"

_RESOURCE_TYPES: Final = frozenset({RESOURCE_TYPE, "FUNCTION"})
_MAX_RESOURCES: Final = 50
_MAX_KEYS: Final = 50


def tag_resources(region: FcRegion, params: Params) -> dict[str, Any]:
    """TagResources: all functions or none."""
    body = params["body"]
    functions = _functions(region, body.get("ResourceType", RESOURCE_TYPE), body["ResourceId"])
    tagged = [add_tags(function.tags, body["Tag"]) for function in functions]
    for function, tags in zip(functions, tagged, strict=True):
        function.tags = tags
    return {}


def untag_resources(region: FcRegion, params: Params) -> dict[str, Any]:
    """UntagResources: the named keys, or with All every one; unknown keys do not matter."""
    functions = _functions(region, params["ResourceType"], params["ResourceId"])
    keys = params.get("TagKey", ())
    if len(keys) > _MAX_KEYS:
        raise invalid_argument(f"at most {_MAX_KEYS} tag keys can be named, not {len(keys)}")
    every = params.get("All", False)
    if not keys and not every:
        raise invalid_argument("either TagKey or All must be specified")
    for function in functions:
        kept = {} if every else function.tags
        function.tags = {key: value for key, value in kept.items() if key not in keys}
    return {}


def list_tag_resources(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListTagResources: of the named functions, of those that carry all the tags, or of both."""
    named, wanted = params.get("ResourceId", ()), params.get("Tag", ())
    if not named and not wanted:
        raise invalid_argument("either ResourceId or Tag must be specified")
    kind = params["ResourceType"]
    functions = _functions(region, kind, named) if named else list(region.functions.values())
    found = [
        (function, key, value)
        for function in functions
        if all(carries(function.tags, tag) for tag in wanted)
        for key, value in function.tags.items()
        if not wanted or key in {tag.get("Key") for tag in wanted}
    ]
    limit, first = read_limit(params, "Limit"), _read_token(params.get("NextToken"))
    answer: dict[str, Any] = {
        "TagResources": [
            {
                "ResourceId": function.arn,
                "ResourceType": RESOURCE_TYPE,
                "TagKey": key,
                "TagValue": value,
            }
            for function, key, value in islice(found, first, first + limit)
        ]
    }
    if first + limit < len(found):
        answer["NextToken"] = f"{first + limit:032x}"
    return answer


def _functions(region: FcRegion, kind: str, arns: list[str]) -> list[Function]:
    if kind.upper() not in _RESOURCE_TYPES:
        raise invalid_argument(f"ResourceType '{kind}' must be {RESOURCE_TYPE}")
    if not 1 <= len(arns) <= _MAX_RESOURCES:
        raise invalid_argument(f"1 to {_MAX_RESOURCES} resources must be named, not {len(arns)}")
    return [_function(region, arn) for arn in dict.fromkeys(arns)]


def _function(region: FcRegion, arn: str) -> Function:
    prefix = f"{region.arn}:functions/"
    if not arn.startswith(prefix):
        raise invalid_argument(f"ResourceId '{arn}' is not of the form {prefix}<name>")
    name = arn.removeprefix(prefix)
    function = region.functions.get(name)
    if function is None:
        raise function_not_found(name)
    return function


def _read_token(token: str | None) -> int:
    try:
        return int(token, 16) if token else 0
    except ValueError:
        raise invalid_argument(f"NextToken '{token}' is not valid") from None
