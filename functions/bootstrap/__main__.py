"""`python -m functions.bootstrap --event JSON`: what the FC console does, from a terminal."""

from __future__ import annotations

from shared import cold_start  # isort: skip (before everything that it is about)

import argparse
import os
import sys
from typing import NoReturn

from functions.bootstrap.entry import run
from functions.bootstrap.event import EventError, parse_event
from shared.report import as_json
from shared.report_log import log
from shared.settings import SettingsError

_WRONG_INPUT = 1  # 2 means that the document is held


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_WRONG_INPUT, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run once; the report goes to stdout, one log line per region to stderr."""
    parser = _Parser(prog="python -m functions.bootstrap", description=__doc__)
    parser.add_argument("--event", default="{}", help="event JSON, as FC would pass it")
    options = parser.parse_args(arguments)
    try:
        report = run(os.environ, parse_event(options.event))
    except EventError as error:
        print(f"event: {error}", file=sys.stderr)
        return _WRONG_INPUT
    except SettingsError as error:
        print(f"environment: {error}", file=sys.stderr)
        return _WRONG_INPUT
    log(report, sys.stderr)
    print(as_json(report))
    cold_start.imports_are_done()
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
