"""Records as FC's answers show them."""

from __future__ import annotations

from typing import Any

from sandbox.domain.fc.records import AsyncConfig, Function, Invocation, LayerVersion, Trigger
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.instants import utc_second

_SHOWN_BYTES = 64 * 1024


def show_function(function: Function) -> dict[str, Any]:
    """A function; a new one is Active at once."""
    answer = {
        "createdTime": utc_second(function.created_at),
        "functionArn": function.arn,
        "functionId": function.function_id,
        "functionName": function.name,
        "lastModifiedTime": utc_second(function.modified_at),
        "lastUpdateStatus": "Successful",
        "layers": [{"arn": layer.arn, "size": layer.package.size} for layer in function.layers],
        "state": "Active",
        "tags": [{"Key": key, "Value": value} for key, value in function.tags.items()],
        **function.settings,
    }
    if function.package is not None:
        answer |= {
            "codeChecksum": function.package.checksum,
            "codeSize": function.package.size,
        }
    if function.resource_group_id is not None:
        answer["resourceGroupId"] = function.resource_group_id
    return answer


def show_trigger(region: FcRegion, function: Function, trigger: Trigger) -> dict[str, Any]:
    """A trigger; `triggerConfig` is a string of JSON, as it was sent."""
    answer: dict[str, Any] = {
        "createdTime": utc_second(trigger.created_at),
        "lastModifiedTime": utc_second(trigger.modified_at),
        "qualifier": trigger.qualifier,
        "status": "OK",
        "targetArn": function.arn,
        "triggerConfig": trigger.config,
        "triggerId": trigger.trigger_id,
        "triggerName": trigger.name,
        "triggerType": trigger.kind,
    }
    optional = {
        "description": trigger.description,
        "invocationRole": trigger.invocation_role,
        "sourceArn": trigger.source_arn,
    }
    answer |= {name: value for name, value in optional.items() if value is not None}
    if trigger.kind == "http":
        host = f"{function.name}-{trigger.trigger_id[:10]}.{region.region_id}"
        answer["httpTrigger"] = {
            "urlInternet": f"https://{host}.fcapp.run",
            "urlIntranet": f"https://{host}-vpc.fcapp.run",
        }
    return answer


def show_layer(region: FcRegion, layer: LayerVersion) -> dict[str, Any]:
    """A version of a layer."""
    answer: dict[str, Any] = {
        "acl": "0",
        "code": {"location": code_location(region, "layers", layer.name), "repositoryType": "oss"},
        "codeChecksum": layer.package.checksum,
        "codeSize": layer.package.size,
        "compatibleRuntime": list(layer.runtimes),
        "createTime": utc_second(layer.created_at),
        "layerName": layer.name,
        "layerVersionArn": layer.arn,
        "version": layer.version,
    }
    optional = {"description": layer.description, "license": layer.licence}
    return answer | {name: value for name, value in optional.items() if value is not None}


def show_async_config(function: Function, config: AsyncConfig) -> dict[str, Any]:
    """The configuration of asynchronous invocations."""
    return {
        "createdTime": utc_second(config.created_at),
        "functionArn": function.arn,
        "lastModifiedTime": utc_second(config.modified_at),
        **config.settings,
    }


def code_location(region: FcRegion, kind: str, name: str) -> str:
    """Where the code could be fetched from; the sandbox serves no OSS."""
    return f"https://fc-code-{region.region_id}.oss-{region.region_id}.aliyuncs.com/{kind}/{name}"


def show_state(region: FcRegion) -> dict[str, Any]:
    """Everything in a region; of environment variables the names only."""
    return {
        "functions": [
            {
                **show_function(function),
                "environmentVariables": sorted(function.settings["environmentVariables"]),
                "triggers": [
                    show_trigger(region, function, trigger)
                    for trigger in function.triggers.values()
                ],
                "asyncInvokeConfig": (
                    show_async_config(function, function.async_config)
                    if function.async_config
                    else None
                ),
                "reservedConcurrency": function.reserved_concurrency,
            }
            for function in region.functions.values()
        ],
        "layers": [
            show_layer(region, layer) for versions in region.layers.values() for layer in versions
        ],
        "invocations": [
            _show_invocation(invocation) for invocation in (*region.ended, *region.pending.values())
        ],
    }


def _show_invocation(invocation: Invocation) -> dict[str, Any]:
    outcome = invocation.outcome
    failed = outcome is not None and outcome.error_type is not None
    return {
        "function": invocation.function_name,
        "request_id": invocation.request_id,
        "type": "Sync" if invocation.sync else "Async",
        "at": utc_second(invocation.accepted_at),
        "ended_at": None if invocation.ended_at is None else utc_second(invocation.ended_at),
        "status": str(invocation.status),
        "attempts": invocation.attempts,
        "event": _text(invocation.event),
        "error": _text(outcome.payload) if outcome is not None and failed else None,
        "result": _text(outcome.payload) if outcome is not None and not failed else None,
        "log": _text(outcome.log) if outcome is not None else None,
    }


def _text(content: bytes) -> str:
    return content[:_SHOWN_BYTES].decode("utf-8", "replace")
