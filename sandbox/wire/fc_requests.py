"""From the path of a Function Compute request to its action and the parameters beside the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from sandbox.wire import fc2_parameters
from sandbox.wire.fc_parameters import VERSION
from sandbox.wire.messages import Pairs, Request

_HEADER_PARAMETERS: Final = ("x-fc-invocation-type", "x-fc-log-type", "x-fc-async-task-id")

_TOKEN_PATH: Final = f"{fc2_parameters.PATH_PREFIX}tempBucketToken"

_ROUTES: Final[Mapping[str, Mapping[str, str]]] = {
    "functions": {"POST": "CreateFunction", "GET": "ListFunctions"},
    "functions/{functionName}": {
        "GET": "GetFunction",
        "PUT": "UpdateFunction",
        "DELETE": "DeleteFunction",
    },
    "functions/{functionName}/code": {"GET": "GetFunctionCode"},
    "functions/{functionName}/invocations": {"POST": "InvokeFunction"},
    "functions/{functionName}/async-invoke-config": {
        "PUT": "PutAsyncInvokeConfig",
        "GET": "GetAsyncInvokeConfig",
        "DELETE": "DeleteAsyncInvokeConfig",
    },
    "functions/{functionName}/concurrency": {
        "PUT": "PutConcurrencyConfig",
        "GET": "GetConcurrencyConfig",
        "DELETE": "DeleteConcurrencyConfig",
    },
    "functions/{functionName}/vpc-bindings": {"GET": "ListVpcBindings"},
    "functions/{functionName}/provision-config": {
        "PUT": "PutProvisionConfig",
        "GET": "GetProvisionConfig",
        "DELETE": "DeleteProvisionConfig",
    },
    "functions/{functionName}/scaling-config": {
        "PUT": "PutScalingConfig",
        "GET": "GetScalingConfig",
        "DELETE": "DeleteScalingConfig",
    },
    "functions/{functionName}/versions": {"GET": "ListFunctionVersions"},
    "functions/{functionName}/aliases": {"GET": "ListAliases"},
    "async-invoke-configs": {"GET": "ListAsyncInvokeConfigs"},
    "concurrency-configs": {"GET": "ListConcurrencyConfigs"},
    "provision-configs": {"GET": "ListProvisionConfigs"},
    "scaling-configs": {"GET": "ListScalingConfigs"},
    "functions/{functionName}/triggers": {"POST": "CreateTrigger", "GET": "ListTriggers"},
    "functions/{functionName}/triggers/{triggerName}": {
        "GET": "GetTrigger",
        "PUT": "UpdateTrigger",
        "DELETE": "DeleteTrigger",
    },
    "layers": {"GET": "ListLayers"},
    "layers/{layerName}/versions": {"POST": "CreateLayerVersion", "GET": "ListLayerVersions"},
    "layers/{layerName}/versions/{version}": {
        "GET": "GetLayerVersion",
        "DELETE": "DeleteLayerVersion",
    },
    "tags-v2": {"POST": "TagResources", "GET": "ListTagResources", "DELETE": "UntagResources"},
}


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(f"/{VERSION}/" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route))


_PATTERNS: Final = tuple((_pattern(route), methods) for route, methods in _ROUTES.items())


def read_fc(request: Request) -> tuple[str, Pairs] | None:
    """The action that method and path stand for, and its parameters in path and headers.

    None where there is no such path, or not with this method.
    """
    for pattern, methods in _PATTERNS:
        match = pattern.fullmatch(request.path)
        if match is not None:
            action = methods.get(request.method)
            return None if action is None else (action, _path_pairs(match) + _headers(request))
    return None


def read_fc2(request: Request) -> tuple[str, Pairs] | None:
    """As `read_fc`, for what is left of version 2.0."""
    is_token = (request.method, request.path) == ("GET", _TOKEN_PATH)
    return ("GetTempBucketToken", ()) if is_token else None


def _path_pairs(match: re.Match[str]) -> Pairs:
    return tuple((name, unquote(value)) for name, value in match.groupdict().items())


def _headers(request: Request) -> Pairs:
    return tuple(
        (name, request.headers[name]) for name in _HEADER_PARAMETERS if name in request.headers
    )
