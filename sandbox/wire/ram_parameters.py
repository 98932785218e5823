"""Parameters of the RAM actions served here (version 2015-05-01).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata;
choices and the bounds that the metadata's schema lacks come from its descriptions. What RAM has
codes of its own for (names, lengths, policy types, session durations) is left to the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Kind, Param, Style, boolean, integer, text

VERSION: Final = "2015-05-01"


def _json_list(name: str, item: Param, max_items: int, *, required: bool = False) -> Param:
    return Param(
        name,
        Kind.ARRAY,
        required=required,
        style=Style.JSON,
        item=item,
        max_items=max_items,
    )


_PAIR: Final = Param("", Kind.OBJECT, members=(text("Key"), text("Value")))
_WHOLE_PAIR: Final = Param(
    "",
    Kind.OBJECT,
    required=True,
    members=(text("Key", required=True), text("Value", required=True)),
)
_TAG: Final = _json_list("Tag", _PAIR, 20)
_ROLE_NAME: Final = text("RoleName")
_POLICY_TYPE: Final = text("PolicyType")
_POLICY_NAME: Final = text("PolicyName")
_POLICY_DOCUMENT: Final = text("PolicyDocument")
_DESCRIPTION: Final = text("Description")
_VERSION_ID: Final = text("VersionId")
_MARKER: Final = text("Marker")
_MAX_ITEMS: Final = integer("MaxItems", 1, 1000)
_RESOURCE_TYPE: Final = text("ResourceType", "role", "policy", required=True)

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateRole": (
        _ROLE_NAME,
        _DESCRIPTION,
        text("AssumeRolePolicyDocument"),
        integer("MaxSessionDuration"),
        _TAG,
    ),
    "GetRole": (_ROLE_NAME,),
    "UpdateRole": (
        _ROLE_NAME,
        text("NewAssumeRolePolicyDocument"),
        integer("NewMaxSessionDuration"),
        text("NewDescription"),
    ),
    "ListRoles": (_MARKER, _MAX_ITEMS, _TAG),
    "DeleteRole": (_ROLE_NAME,),
    "CreatePolicy": (_POLICY_NAME, _DESCRIPTION, _POLICY_DOCUMENT, _TAG),
    "GetPolicy": (_POLICY_TYPE, _POLICY_NAME),
    "ListPolicies": (_POLICY_TYPE, _MARKER, _MAX_ITEMS, _TAG),
    "DeletePolicy": (_POLICY_NAME, boolean("CascadingDelete")),
    "CreatePolicyVersion": (
        _POLICY_NAME,
        _POLICY_DOCUMENT,
        boolean("SetAsDefault"),
        text("RotateStrategy", "None", "DeleteOldestNonDefaultVersionWhenLimitExceeded"),
    ),
    "GetPolicyVersion": (_POLICY_TYPE, _POLICY_NAME, _VERSION_ID),
    "ListPolicyVersions": (_POLICY_TYPE, _POLICY_NAME),
    "SetDefaultPolicyVersion": (_POLICY_NAME, _VERSION_ID),
    "DeletePolicyVersion": (_POLICY_NAME, _VERSION_ID),
    "AttachPolicyToRole": (_POLICY_TYPE, _POLICY_NAME, _ROLE_NAME),
    "DetachPolicyFromRole": (_POLICY_TYPE, _POLICY_NAME, _ROLE_NAME),
    "ListPoliciesForRole": (_ROLE_NAME,),
    "ListEntitiesForPolicy": (_POLICY_TYPE, _POLICY_NAME),
    "TagResources": (
        _RESOURCE_TYPE,
        _json_list("ResourceNames", text("", required=True), 50),
        _json_list("Tag", _WHOLE_PAIR, 20, required=True),
    ),
    "UntagResources": (
        _RESOURCE_TYPE,
        _json_list("ResourceNames", text("", required=True), 50, required=True),
        _json_list("TagKeys", text(""), 20),
        boolean("All"),
    ),
    "ListTagResources": (
        _RESOURCE_TYPE,
        _json_list("ResourceNames", text(""), 50),
        _TAG,
        integer("PageSize", 1, 100),
        text("NextToken"),
    ),
}
