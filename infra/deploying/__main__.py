"""The command: `python -m infra.deploying`, which is `make deploy`; `… remove`; and the hooks."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from infra.deploying.checks import failure_sentence
from infra.deploying.deploy import LACKING, deploy
from infra.deploying.hooks import HookError, publish_layer, start_schedule, stop_schedule
from infra.deploying.packages import PackageMissingError
from infra.deploying.tool import ToolError
from infra.deploying.undeploy import undeploy
from infra.deploying.world import World, real_world
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.failure import FailureError
from shared.settings import SettingsError

_INTERRUPTED = 130  # as shells count it


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command and return its exit code; what is wrong is one sentence."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options, real_world(environment, _say))
    except (CallFailedError, FailureError) as error:
        return _failed(failure_sentence(error.failure))
    except DeadlinePassedError:
        return _failed("Time is up: the cloud answers too slowly. Run the same command again.")
    except (HookError, PackageMissingError, SettingsError, ToolError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.strerror or error} ({error.filename}).")
    except KeyboardInterrupt:
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.deploying", description="Deploy the functions of p2p-fleet."
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("deploy", help="check, publish the layer, run s deploy (the default)")
    remove = commands.add_parser("remove", help="remove schedule, functions and layer")
    remove.add_argument("--leave-stacks", action="store_true", help="even if regions have stacks")
    for name, what in (
        ("publish", "hook: publish the layer if it is new"),
        ("schedule", "hook: let bootstrap create the schedule"),
        ("unschedule", "hook: let bootstrap remove the schedule"),
    ):
        hook = commands.add_parser(name, help=what)
        hook.add_argument("--region", required=True)
        hook.add_argument("--fleet", required=True)
        if name == "publish":
            hook.add_argument("--layer", required=True, help="what s.yaml was read with")
    return parser


def _run(options: argparse.Namespace, world: World) -> int:
    match options.command:
        case "remove":
            return undeploy(world, leave_stacks=options.leave_stacks)
        case "publish":
            publish_layer(world, options.region, options.fleet, options.layer)
        case "schedule":
            start_schedule(world, options.region, options.fleet)
        case "unschedule":
            stop_schedule(world, options.region, options.fleet)
        case _:
            return deploy(world)
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _failed(sentence: str) -> int:
    print(f"deploying: {sentence}", file=sys.stderr)
    return LACKING


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
