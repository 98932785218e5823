"""The actions around invocations: InvokeFunction, and how much and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.domain.fc.dispatch import Dispatcher
from sandbox.domain.fc.errors import (
    async_config_not_found,
    concurrency_config_not_found,
    invalid_argument,
    payload_too_large,
)
from sandbox.domain.fc.paging import page
from sandbox.domain.fc.records import AsyncConfig, Function
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.fc.scaling import name_of, named
from sandbox.domain.fc.views import show_async_config
from sandbox.domain.product import Params

MAX_ASYNC_EVENT_BYTES: Final = 128 * 1024
MAX_SYNC_EVENT_BYTES: Final = 32 * 1024 * 1024

_INVOCATION_TYPES: Final = ("Sync", "Async")
_LOG_TYPES: Final = ("None", "Tail")
_ASYNC_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "maxAsyncEventAgeInSeconds": (1, 604800),
    "maxAsyncRetryAttempts": (0, 8),
}


def invoke_function(dispatcher: Dispatcher, region: FcRegion, params: Params) -> dict[str, Any]:
    """InvokeFunction: hands out the invocation itself, for whoever waits for its end.

    `body` is the event in bytes, empty unless given.
    """
    function = region.function(params)
    kind = params.get("x-fc-invocation-type", "Sync")
    if kind not in _INVOCATION_TYPES:
        raise invalid_argument(f"invocation type '{kind}' must be Sync or Async")
    if params.get("x-fc-log-type", "None") not in _LOG_TYPES:
        raise invalid_argument(f"log type '{params['x-fc-log-type']}' must be None or Tail")
    event: bytes = params.get("body", b"")
    sync = kind == "Sync"
    limit = MAX_SYNC_EVENT_BYTES if sync else MAX_ASYNC_EVENT_BYTES
    if len(event) > limit:
        raise payload_too_large(limit)
    return {"invocation": dispatcher.accept(region, function, event, sync=sync)}


def put_async_invoke_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """PutAsyncInvokeConfig: replaces it as a whole; destinations are kept and not called."""
    function = region.function(params)
    body = params["body"]
    for name, (least, most) in _ASYNC_RANGES.items():
        if name in body and not least <= body[name] <= most:
            raise invalid_argument(f"{name} {body[name]} must be from {least} to {most}")
    before = function.async_config
    created_at = region.now if before is None else before.created_at
    function.async_config = AsyncConfig(dict(body), created_at, region.now)
    return show_async_config(function, function.async_config)


def get_async_invoke_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """GetAsyncInvokeConfig."""
    function = region.function(params)
    if function.async_config is None:
        raise async_config_not_found(function.name)
    return show_async_config(function, function.async_config)


def delete_async_invoke_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """DeleteAsyncInvokeConfig."""
    function = region.function(params)
    if function.async_config is None:
        raise async_config_not_found(function.name)
    function.async_config = None
    return {}


def list_async_invoke_configs(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListAsyncInvokeConfigs, by the functions' names."""
    shown = [
        (one, one.async_config) for one in named(region, params) if one.async_config is not None
    ]
    return page(
        params, shown, "configs", lambda pair: pair[0].name, lambda pair: show_async_config(*pair)
    )


def put_concurrency_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """PutConcurrencyConfig: a share of the region's instances, for this function alone."""
    function = region.function(params)
    reserved = params["body"]["reservedConcurrency"]
    others = sum(
        one.reserved_concurrency or 0 for one in region.functions.values() if one is not function
    )
    most = region.quota("fc:instances") - others
    if not 0 <= reserved <= most:
        raise invalid_argument(f"reservedConcurrency {reserved} must be from 0 to {most}")
    function.reserved_concurrency = reserved
    return _show_concurrency(function)


def get_concurrency_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """GetConcurrencyConfig."""
    function = region.function(params)
    if function.reserved_concurrency is None:
        raise concurrency_config_not_found(function.name)
    return _show_concurrency(function)


def list_concurrency_configs(region: FcRegion, params: Params) -> dict[str, Any]:
    """ListConcurrencyConfigs, by the functions' names."""
    reserved = [one for one in named(region, params) if one.reserved_concurrency is not None]
    return page(params, reserved, "configs", name_of, _show_concurrency)


def delete_concurrency_config(region: FcRegion, params: Params) -> dict[str, Any]:
    """DeleteConcurrencyConfig."""
    function = region.function(params)
    if function.reserved_concurrency is None:
        raise concurrency_config_not_found(function.name)
    function.reserved_concurrency = None
    return {}


def _show_concurrency(function: Function) -> dict[str, Any]:
    return {"functionArn": function.arn, "reservedConcurrency": function.reserved_concurrency}
