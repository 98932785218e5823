"""The log of one run: JSON lines, drawn from the report alone."""

from __future__ import annotations

import json
from typing import TextIO

from shared.report import Report, as_json_object


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
        "schedule": as_json_object(report.schedule),
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
