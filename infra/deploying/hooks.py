"""What the hooks of s.yaml run, in a plain `s deploy` as in `make deploy`.

They are told region and fleet, because the tool has resolved them, and sign with the same access
key as all of p2p-fleet. An error on standard error is what the tool shows.
"""

from __future__ import annotations

from infra.deploying.bootstrap import Bootstrap
from infra.deploying.checks import removal_fault
from infra.deploying.cloud import FunctionCompute
from infra.deploying.layer import publish, remember
from infra.deploying.packages import layer_package
from infra.deploying.surroundings import LAYER
from infra.deploying.undeploy import stacks_stand
from infra.deploying.world import World
from shared.cloud.endpoints import fc_host
from shared.settings import cloud_settings_from


class HookError(Exception):
    """The tool must not go on; the message is one sentence."""


def publish_layer(world: World, region: str, fleet: str, resolved: str) -> None:
    """Publish the layer if its content is new; `resolved` is what s.yaml was read with.

    Raises:
        HookError: s.yaml was read with another version than the one that there is now, or the
            fleet is being destroyed.
    """
    cloud, settings = _cloud(world, region), cloud_settings_from(world.environment)
    fault = removal_fault(cloud, fleet, world.now(settings))
    if fault is not None:
        raise HookError(fault)
    version, is_new = publish(cloud, fleet, layer_package(world.root))
    if version.arn == resolved:
        world.say(f"layer {version.arn}: {'published' if is_new else 'unchanged'}")
        return
    remember(world.root, version.arn)
    raise HookError(
        f"The layer is {version.arn}; this run had read {resolved}. It stands in infra/.env now:"
        f" run the same command again (and unset {LAYER}, if you have set it yourself)."
    )


def start_schedule(world: World, region: str, fleet: str) -> None:
    """Let bootstrap create or mend the schedule; raises as `Bootstrap.start_schedule` does."""
    bootstrap = Bootstrap(_cloud(world, region), fleet)
    world.say(f"schedule: {bootstrap.start_schedule()}")


def stop_schedule(world: World, region: str, fleet: str) -> None:
    """Let bootstrap remove the schedule, and say so if stacks still stand."""
    bootstrap = Bootstrap(_cloud(world, region), fleet)
    if not bootstrap.is_deployed:
        world.say(f"{bootstrap.function} is not deployed, so it has no schedule to remove.")
        return
    world.say(f"schedule: {bootstrap.stop_schedule()}")
    standing = bootstrap.standing_regions()
    if standing:
        world.say(f"WARNING: {stacks_stand(fleet, standing)}")


def _cloud(world: World, region: str) -> FunctionCompute:
    if fc_host(region) is None:
        raise HookError(f"Function Compute is not offered in {region[:40]}: see vars.region.")
    settings = cloud_settings_from(world.environment)
    return FunctionCompute(world.session(settings), region)
