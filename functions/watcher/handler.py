"""What Function Compute calls: a thin skin around one poll.

s.yaml names it `functions/watcher/handler.handler`.
"""

from __future__ import annotations

from shared import cold_start  # isort: skip (before everything that it is about)

import json
import os
import sys
from typing import TextIO

from functions.watcher.entry import run
from functions.watcher.event import parse_event
from shared.report import Report, as_json, as_json_object

cold_start.imports_are_done()


def handler(event: bytes, _context: object) -> str:
    """Do what `event` asks for and return the report as JSON.

    Raises:
        EventError, SettingsError: one sentence on what is wrong with event or environment.
    """
    report = run(os.environ, parse_event(event))
    log(report, sys.stderr)
    return as_json(report)


def log(report: Report, stream: TextIO) -> None:
    """Write one JSON line for the run and one for each region."""
    sha = report.commit.sha if report.commit else None
    head = {
        "level": "info" if report.exit_code == 0 else "warning",
        "action": report.action,
        "status": report.status.value,
        "reason": report.reason,
        "commit": sha,
        "sources": as_json_object(report.sources),
        "totals": as_json_object(report.totals),
        "elapsed_ms": report.elapsed_ms,
    }
    print(json.dumps(head, ensure_ascii=False), file=stream)
    for region in report.regions:
        line = {
            "level": "info" if region.error is None else "error",
            "action": report.action,
            "commit": sha,
            **as_json_object(region),
        }
        print(json.dumps(line, ensure_ascii=False), file=stream)
