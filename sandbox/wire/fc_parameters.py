"""Parameters of the Function Compute actions served here (version 2023-03-30).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata.
`body` is the request's body: a JSON object, or an event in bytes for InvokeFunction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.fc_function_parameters import (
    CODE,
    CREATE_FUNCTION_BODY,
    TAG,
    UPDATE_FUNCTION_BODY,
    array,
    body,
    record,
)
from sandbox.wire.fc_scaling_parameters import PROVISION_CONFIG_BODY, SCALING_CONFIG_BODY
from sandbox.wire.parameters import Param, Style, boolean, integer, text

VERSION: Final = "2023-03-30"

_FUNCTION: Final = text("functionName", required=True)
_QUALIFIER: Final = text("qualifier")
_TRIGGER: Final = text("triggerName", required=True)
_LAYER: Final = text("layerName", required=True)
_LAYER_VERSION: Final = integer("version", required=True)
_PREFIX: Final = text("prefix")
_NEXT_TOKEN: Final = text("nextToken")
_LIMIT: Final = integer("limit")
_CONFIG_LIST: Final = (text("functionName"), _NEXT_TOKEN, _LIMIT)
_RESOURCE_TYPE: Final = text("ResourceType", required=True)

_FUNCTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateFunction": (CREATE_FUNCTION_BODY,),
    "GetFunction": (_FUNCTION, _QUALIFIER),
    "UpdateFunction": (_FUNCTION, UPDATE_FUNCTION_BODY),
    "ListFunctions": (
        _PREFIX,
        _NEXT_TOKEN,
        _LIMIT,
        text("fcVersion", "v3", "v2"),
        array("tags", TAG, style=Style.JSON),
        text("runtime"),
        text("gpuType"),
        text("description"),
        text("functionName"),
        text("resourceGroupId"),
    ),
    "DeleteFunction": (_FUNCTION,),
    "GetFunctionCode": (_FUNCTION, _QUALIFIER),
    "ListVpcBindings": (_FUNCTION,),
    "ListFunctionVersions": (_FUNCTION, _NEXT_TOKEN, text("direction"), _LIMIT),
    "ListAliases": (_FUNCTION, _PREFIX, _NEXT_TOKEN, _LIMIT),
}

_INVOCATIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "InvokeFunction": (
        _FUNCTION,
        _QUALIFIER,
        text("x-fc-invocation-type"),
        text("x-fc-log-type"),
        text("x-fc-async-task-id"),
        text("body"),
    ),
    "PutAsyncInvokeConfig": (
        _FUNCTION,
        _QUALIFIER,
        body(
            boolean("asyncTask"),
            record(
                "destinationConfig",
                record("onFailure", text("destination", max_length=512)),
                record("onSuccess", text("destination", max_length=512)),
            ),
            integer("maxAsyncEventAgeInSeconds"),
            integer("maxAsyncRetryAttempts"),
        ),
    ),
    "GetAsyncInvokeConfig": (_FUNCTION, _QUALIFIER),
    "DeleteAsyncInvokeConfig": (_FUNCTION, _QUALIFIER),
    "PutConcurrencyConfig": (_FUNCTION, body(integer("reservedConcurrency", required=True))),
    "GetConcurrencyConfig": (_FUNCTION,),
    "DeleteConcurrencyConfig": (_FUNCTION,),
    "ListAsyncInvokeConfigs": _CONFIG_LIST,
    "ListConcurrencyConfigs": _CONFIG_LIST,
}

_SCALING: Final[Mapping[str, tuple[Param, ...]]] = {
    "PutProvisionConfig": (_FUNCTION, _QUALIFIER, PROVISION_CONFIG_BODY),
    "GetProvisionConfig": (_FUNCTION, _QUALIFIER),
    "DeleteProvisionConfig": (_FUNCTION, _QUALIFIER),
    "ListProvisionConfigs": _CONFIG_LIST,
    "PutScalingConfig": (text("functionName"), _QUALIFIER, SCALING_CONFIG_BODY),
    "GetScalingConfig": (text("functionName"), _QUALIFIER),
    "DeleteScalingConfig": (text("functionName"), _QUALIFIER),
    "ListScalingConfigs": _CONFIG_LIST,
}

_TRIGGERS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateTrigger": (
        _FUNCTION,
        body(
            text("description", max_length=256),
            text("invocationRole", max_length=300),
            text("qualifier"),
            text("sourceArn", max_length=300),
            text("triggerConfig", required=True),
            text("triggerName", required=True, max_length=128),
            text("triggerType", required=True),
        ),
    ),
    "GetTrigger": (_FUNCTION, _TRIGGER),
    "UpdateTrigger": (
        _FUNCTION,
        _TRIGGER,
        body(
            text("description", max_length=256),
            text("invocationRole", max_length=300),
            text("qualifier"),
            text("triggerConfig"),
        ),
    ),
    "ListTriggers": (_FUNCTION, _PREFIX, _NEXT_TOKEN, _LIMIT),
    "DeleteTrigger": (_FUNCTION, _TRIGGER),
}

_LAYERS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateLayerVersion": (
        _LAYER,
        body(
            CODE,
            array("compatibleRuntime", text("")),
            text("description", max_length=256),
            text("license"),
        ),
    ),
    "ListLayers": (_PREFIX, _NEXT_TOKEN, _LIMIT, text("public"), text("official")),
    "ListLayerVersions": (_LAYER, text("startVersion"), _LIMIT),
    "GetLayerVersion": (_LAYER, _LAYER_VERSION),
    "DeleteLayerVersion": (_LAYER, _LAYER_VERSION),
}

_TAGS: Final[Mapping[str, tuple[Param, ...]]] = {
    "TagResources": (
        body(
            array("ResourceId", text(""), required=True),
            text("ResourceType"),
            array("Tag", TAG, required=True),
        ),
    ),
    "ListTagResources": (
        _RESOURCE_TYPE,
        array("ResourceId", text(""), style=Style.JSON),
        array("Tag", TAG, style=Style.JSON),
        text("NextToken"),
        integer("Limit"),
    ),
    "UntagResources": (
        _RESOURCE_TYPE,
        array("ResourceId", text(""), required=True, style=Style.JSON),
        array("TagKey", text(""), style=Style.JSON),
        boolean("All"),
    ),
}

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    **_FUNCTIONS,
    **_INVOCATIONS,
    **_SCALING,
    **_TRIGGERS,
    **_LAYERS,
    **_TAGS,
}
