"""`make deploy`: look at everything, publish the layer, run `s deploy`."""

from __future__ import annotations

from infra.deploying.checks import Ready, check
from infra.deploying.layer import publish, remember
from infra.deploying.packages import layer_package
from infra.deploying.rules.environment import secrets_in
from infra.deploying.surroundings import ACCESS, Target, to_deploy
from infra.deploying.world import World

LACKING = 1
"""Exit code where something is missing; others are the tool's own."""
_SIGNALLED = 128


def deploy(world: World) -> int:
    """Deploy functions, layer and schedule; return the exit code of `s deploy`, or 1.

    Raises `CallFailedError` or `DeadlinePassedError` where the layer cannot be published, and
    `ToolError` where the tool cannot be started.
    """
    ready = check(world)
    if not isinstance(ready, Ready):
        tell_lacks(world, "deploy", ready)
        return LACKING
    package = layer_package(world.root)
    version, is_new = publish(ready.cloud, ready.fleet, package)
    remember(world.root, version.arn)
    world.say(f"layer {version.arn}: {'published' if is_new else 'unchanged'}")
    # -y: the tool would ask about every difference, the tags that it is going to take off included.
    code = run_tool(world, ready, ("deploy", "-y"), version.arn)
    if code != 0:
        world.say(f"make deploy: s deploy failed (exit code {code}); what it says stands above.")
        world.say("Run make deploy again: what was done is found and kept.")
        return code
    _tell_what_next(world, ready)
    return 0


def run_tool(world: World, ready: Ready, arguments: tuple[str, ...], layer: str) -> int:
    """Run the tool with our key; return its exit code, as a shell counts it."""
    target = Target(ready.account_id, ready.region, layer, world.python)
    surroundings = to_deploy(world.environment, ready.settings, target)
    cloud = ready.settings.cloud
    secrets = {cloud.access_key_secret, cloud.security_token or ""}
    for _, function in ready.template.functions:
        secrets.update(secrets_in(function.environment_variables))
    code = ready.tool.run((*arguments, "-a", ACCESS), surroundings, secrets=secrets, say=world.say)
    return code if code >= 0 else _SIGNALLED - code


def tell_lacks(world: World, command: str, lacks: tuple[str, ...]) -> None:
    """List everything that is missing."""
    things = "one thing is" if len(lacks) == 1 else f"{len(lacks)} things are"
    world.say(f"make {command}: {things} missing; nothing was changed.")
    for lack in lacks:
        world.say(f"  - {lack}")


def _tell_what_next(world: World, ready: Ready) -> None:
    fleet, region = ready.fleet, ready.region
    world.say(f"Deployed to {region}: {fleet}-watcher and {fleet}-bootstrap, with their schedule.")
    world.say("Next: commit control.yaml, and look whether every region would start:")
    world.say(
        f"  FLEET_NAME={fleet} FC_REGION={region} WATCHER_FUNCTION={fleet}-watcher p2p-fleet status"
    )
