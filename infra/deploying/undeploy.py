"""`make undeploy`: the schedule, the functions and the layer gone; last, and only if asked for.

The region stacks come first, by `p2p-fleet destroy`: without the functions nobody would drive them.
"""

from __future__ import annotations

from typing import Final

from infra.deploying.bootstrap import Bootstrap
from infra.deploying.checks import Ready, check
from infra.deploying.deploy import LACKING, run_tool, tell_lacks
from infra.deploying.layer import delete_all, forget
from infra.deploying.rules.names import NO_LAYER
from infra.deploying.world import World

_LEAVING: Final = "python -m infra.deploying remove --leave-stacks"


def undeploy(world: World, *, leave_stacks: bool) -> int:
    """Remove what `deploy` has made; return 0, or 1 where something keeps it from that.

    Raises `CallFailedError`, `DeadlinePassedError` or `FailureError` where the cloud or bootstrap
    refuses, and `ToolError` where the tool cannot be started. It may be run again at any time.
    """
    ready = check(world, for_removal=True)
    if not isinstance(ready, Ready):
        tell_lacks(world, "undeploy", ready)
        return LACKING
    bootstrap = Bootstrap(ready.cloud, ready.fleet)
    if bootstrap.is_deployed:
        standing = () if leave_stacks else bootstrap.standing_regions()
        if standing:
            world.say(stacks_stand(ready.fleet, standing))
            world.say(f"make undeploy: nothing was removed; to leave them: {_LEAVING}")
            return LACKING
        world.say(f"schedule: {bootstrap.stop_schedule()}")
    # The hook would ask bootstrap the same again.
    code = run_tool(world, ready, ("remove", "-y", "--skip-actions"), NO_LAYER)
    left = _left(ready)
    if code != 0 or left:  # the component reports failure, and exits with 0 all the same
        still = f": {' and '.join(left)} still there" if left else ""
        world.say(f"make undeploy: s remove failed{still}; what it says stands above.")
        return code or LACKING
    delete_all(ready.cloud, ready.fleet)
    forget(world.root)
    world.say(f"Removed from {ready.region}: functions, schedule and layer.")
    world.say(
        "Left: the log project that all functions share, and the roles; to remove these: p2p-fleet"
        f" prepare --remove --confirm {ready.fleet}"
    )
    return 0


def stacks_stand(fleet: str, regions: tuple[str, ...]) -> str:
    """Say that nodes may still run, and how to remove them."""
    where = f"{len(regions)} regions" if len(regions) > 1 else "1 region"
    return (
        f"Stacks of {fleet} still stand in {where} ({', '.join(regions)}): without the functions"
        f" nobody drives them. Remove them first: p2p-fleet destroy --confirm {fleet}"
    )


def _left(ready: Ready) -> list[str]:
    names = (f"{ready.fleet}-watcher", f"{ready.fleet}-bootstrap")
    return [name for name in names if ready.cloud.function_arn(name) is not None]
