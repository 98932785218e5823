"""Function Compute as a product: its table of actions, its state, and what is to be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sandbox.domain.fc import (
    functions,
    invocations,
    layers,
    scaling,
    tags,
    triggers,
    uploads,
)
from sandbox.domain.fc.dispatch import Dispatcher
from sandbox.domain.fc.records import Function, InvocationCounts, Launch, Outcome
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.fc.views import show_state
from sandbox.domain.neighbours import Member
from sandbox.domain.product import Handler, Params
from sandbox.domain.world import World

RegionHandler = Callable[[FcRegion, Params], dict[str, Any]]

_ACTIONS: Final[Mapping[str, RegionHandler]] = {
    "CreateFunction": functions.create_function,
    "GetFunction": functions.get_function,
    "UpdateFunction": functions.update_function,
    "ListFunctions": functions.list_functions,
    "DeleteFunction": functions.delete_function,
    "GetFunctionCode": functions.get_function_code,
    "ListVpcBindings": functions.list_vpc_bindings,
    "ListFunctionVersions": functions.list_function_versions,
    "ListAliases": functions.list_aliases,
    "PutAsyncInvokeConfig": invocations.put_async_invoke_config,
    "GetAsyncInvokeConfig": invocations.get_async_invoke_config,
    "DeleteAsyncInvokeConfig": invocations.delete_async_invoke_config,
    "ListAsyncInvokeConfigs": invocations.list_async_invoke_configs,
    "PutConcurrencyConfig": invocations.put_concurrency_config,
    "GetConcurrencyConfig": invocations.get_concurrency_config,
    "DeleteConcurrencyConfig": invocations.delete_concurrency_config,
    "ListConcurrencyConfigs": invocations.list_concurrency_configs,
    "PutProvisionConfig": scaling.put_provision_config,
    "GetProvisionConfig": scaling.get_provision_config,
    "DeleteProvisionConfig": scaling.delete_provision_config,
    "ListProvisionConfigs": scaling.list_provision_configs,
    "PutScalingConfig": scaling.put_scaling_config,
    "GetScalingConfig": scaling.get_scaling_config,
    "DeleteScalingConfig": scaling.delete_scaling_config,
    "ListScalingConfigs": scaling.list_scaling_configs,
    "GetTrigger": triggers.get_trigger,
    "ListTriggers": triggers.list_triggers,
    "DeleteTrigger": triggers.delete_trigger,
    "CreateLayerVersion": layers.create_layer_version,
    "ListLayers": layers.list_layers,
    "ListLayerVersions": layers.list_layer_versions,
    "GetLayerVersion": layers.get_layer_version,
    "DeleteLayerVersion": layers.delete_layer_version,
    "TagResources": tags.tag_resources,
    "ListTagResources": tags.list_tag_resources,
    "UntagResources": tags.untag_resources,
    "GetTempBucketToken": uploads.get_temp_bucket_token,
}


class FunctionCompute:
    """Function Compute in every region of the cloud.

    Nothing is run by the model: whoever has processes asks `start_next` and tells `finish`.
    """

    def __init__(self, world: World) -> None:
        self._regions = {
            region_id: FcRegion(region_id, world, world.random(f"fc/{region_id}"))
            for region_id in world.region_ids
        }
        self._dispatcher = Dispatcher(self._regions.values())
        handlers: dict[str, RegionHandler] = {
            **_ACTIONS,
            "InvokeFunction": partial(invocations.invoke_function, self._dispatcher),
            "CreateTrigger": self._create_trigger,
            "UpdateTrigger": self._update_trigger,
        }
        self._actions: Mapping[str, Handler] = {
            name: partial(self._carry_out, handler) for name, handler in handlers.items()
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """Every action that is served."""
        return self._actions

    @property
    def counts(self) -> InvocationCounts:
        """How many invocations are due, running and done."""
        return self._dispatcher.counts

    @property
    def has_due(self) -> bool:
        """Whether an invocation waits for an instance."""
        return self._dispatcher.has_due

    @property
    def idle(self) -> bool:
        """Whether no invocation is due or running."""
        return self._dispatcher.idle

    @property
    def expects_time(self) -> bool:
        """Whether something becomes due by itself: a trigger that fires, or a retry."""
        return any(
            trigger.firing is not None
            for region in self._regions.values()
            for function in region.functions.values()
            for trigger in function.triggers.values()
        ) or any(region.pending for region in self._regions.values())

    def start_next(self) -> Launch | None:
        """The first attempt that is due and may start, which then counts as running."""
        return self._dispatcher.start_next()

    def finish(self, launch: Launch, outcome: Outcome) -> None:
        """Notes how an attempt ended."""
        self._dispatcher.finish(launch, outcome)

    def close(self) -> None:
        """Ends every invocation; nothing is accepted any more."""
        self._dispatcher.close()

    def invoke_async(self, region_id: str, function: str, payload: bytes) -> bool:
        """Takes an asynchronous invocation; false where there is no such function.

        False, too, for an event over the limit of asynchronous invocations.
        """
        region = self._regions[region_id]
        found = region.functions.get(function)
        if found is None or len(payload) > invocations.MAX_ASYNC_EVENT_BYTES:
            return False
        self._fire(region, found, payload)
        return True

    def region_of(self, params: Params) -> str:
        """The first region that has the function or layer that a call names."""
        for region in self._regions.values():
            if params.get("functionName") in region.functions:
                return region.region_id
            if params.get("layerName") in region.layers:
                return region.region_id
        return next(iter(self._regions))

    def state(self) -> dict[str, Any]:
        """Functions, layers and invocations of every region that has any."""
        return {
            region_id: show_state(region)
            for region_id, region in self._regions.items()
            if region.functions or region.layers or region.pending or region.ended
        }

    def members_of(self, group_id: str) -> Sequence[Member]:
        """The functions in a resource group."""
        return [
            Member("fc", "function", function.name, region.region_id)
            for region in self._regions.values()
            for function in region.functions.values()
            if function.resource_group_id == group_id
        ]

    def _carry_out(self, handler: RegionHandler, region_id: str, params: Params) -> dict[str, Any]:
        return handler(self._regions[region_id], params)

    def _create_trigger(self, region: FcRegion, params: Params) -> dict[str, Any]:
        return triggers.create_trigger(region, self._fire, params)

    def _update_trigger(self, region: FcRegion, params: Params) -> dict[str, Any]:
        return triggers.update_trigger(region, self._fire, params)

    def _fire(self, region: FcRegion, function: Function, event: bytes) -> None:
        if not self._dispatcher.closed:
            self._dispatcher.accept(region, function, event, sync=False)
