"""What Function Compute calls: a thin skin around one poll.

s.yaml names it `functions/watcher/handler.handler`.
"""

from __future__ import annotations

from shared import cold_start  # isort: skip (before everything that it is about)

import os
import sys

from functions.watcher.entry import run
from functions.watcher.event import parse_event
from shared.report import as_json
from shared.report_log import log

cold_start.imports_are_done()


def handler(event: bytes, _context: object) -> str:
    """Do what `event` asks for and return the report as JSON.

    Raises:
        EventError, SettingsError: one sentence on what is wrong with event or environment.
    """
    report = run(os.environ, parse_event(event))
    log(report, sys.stderr)
    return as_json(report)
