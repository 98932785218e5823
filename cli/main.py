"""`p2p-fleet`: the operator's terminal. Commands parse, call, print; nothing is decided here."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click

from cli.bootstrap import bootstrap
from cli.destroy import destroy
from cli.poll import poll
from cli.prepare import prepare
from cli.regions import regions
from cli.sandbox import sandbox
from cli.status import status
from cli.validate import validate

_WRONG_INPUT = 1  # the commands' other exit codes are statuses of a report


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="p2p-fleet", prog_name="p2p-fleet")
def p2p_fleet() -> None:
    """Launch P2P nodes in every Alibaba Cloud region, from one Git commit."""


for _command in (validate, poll, regions, sandbox, bootstrap, destroy, status, prepare):
    p2p_fleet.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a wrong command line is one sentence and exit code 1.

    The installed script passes the result to `sys.exit`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without arrows still gets the table
    try:
        result = p2p_fleet.main(arguments, prog_name="p2p-fleet", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        return _WRONG_INPUT
    except click.ClickException as error:
        print(f"p2p-fleet: {error.format_message()}", file=sys.stderr)
        return _WRONG_INPUT
    except click.Abort:
        return 130  # interrupted by the user, as shells count it
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
