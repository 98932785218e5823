"""The report's JSON: its published schema, its keys, its exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from shared.report import (
    ArmedReport,
    BeforeReport,
    CommitReport,
    CostReport,
    ErrorReport,
    RegionReport,
    Report,
    ResourceReport,
    ScheduleReport,
    SourceReport,
    Status,
    Totals,
    WindowReport,
    as_json,
)
from shared.report_schema import report_schema

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
AT = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
REGION = RegionReport(
    region="eu-central-1",
    local_name="Germany (Frankfurt)",
    decision="scale",
    reason="inside the window: 3 wanted, was 0",
    before=BeforeReport(min=0, max=0, desired=None, active=0, pending=0),
    target=3,
    target_in_window=3,
    armed=ArmedReport(None, AT.replace(day=8)),
    outcome="failed",
    error=ErrorReport("Forbidden.RiskControl", "Blocked.", "human", "Verify.", "0A-1B"),
)
REPORT = Report(
    action="poll",
    status=Status.PARTIAL,
    reason=None,
    commit=CommitReport("a" * 40, AT, "https://git.example/fleet.git", None),
    window=WindowReport(AT, None),
    dry_run=False,
    regions=(REGION,),
    sources=(SourceReport("https://git.example/fleet.git", "used", "a" * 40, None, 80),),
    totals=Totals(regions=1, target=3, active=0, writes=2, calls=5),
    cost=CostReport(3.24, None, "bound"),
    unseen=("cn-nanjing",),
    now=AT,
    elapsed_ms=420,
    shared=(ResourceReport("resource group", "p2p-agent", "created"),),
    clear=("eu-west-1",),
    schedule=ScheduleReport("0 */5 * * * *", "0 0 * * * *", "changed", "every 1 hour", None),
)


def test_the_json_is_what_other_programs_rely_on() -> None:
    """Keys, nesting and forms of the report are public."""
    assert json.loads(as_json(REPORT)) == {
        "action": "poll",
        "status": "partial",
        "reason": None,
        "commit": {
            "sha": "a" * 40,
            "time": "2026-12-01T18:00:00Z",
            "source": "https://git.example/fleet.git",
            "signed_by": None,
        },
        "window": {"start": "2026-12-01T18:00:00Z", "stop": None},
        "dry_run": False,
        "regions": [
            {
                "region": "eu-central-1",
                "local_name": "Germany (Frankfurt)",
                "decision": "scale",
                "reason": "inside the window: 3 wanted, was 0",
                "before": {"min": 0, "max": 0, "desired": None, "active": 0, "pending": 0},
                "target": 3,
                "target_in_window": 3,
                "armed": {"start": None, "stop": "2026-12-08T18:00:00Z"},
                "outcome": "failed",
                "error": {
                    "code": "Forbidden.RiskControl",
                    "message": "Blocked.",
                    "reaction": "human",
                    "remedy": "Verify.",
                    "request_id": "0A-1B",
                },
                "resources": [],
                "checks": [],
            }
        ],
        "sources": [
            {
                "source": "https://git.example/fleet.git",
                "status": "used",
                "commit": "a" * 40,
                "message": None,
                "elapsed_ms": 80,
            }
        ],
        "totals": {"regions": 1, "target": 3, "active": 0, "writes": 2, "calls": 5},
        "cost": {"usd_per_day": 3.24, "usd_window": None, "basis": "bound"},
        "unseen": ["cn-nanjing"],
        "now": "2026-12-01T18:00:00Z",
        "elapsed_ms": 420,
        "shared": [{"kind": "resource group", "name": "p2p-agent", "verb": "created"}],
        "clear": ["eu-west-1"],
        "schedule": {
            "carried": "0 */5 * * * *",
            "wanted": "0 0 * * * *",
            "outcome": "changed",
            "reason": "every 1 hour",
            "error": None,
        },
    }


def test_the_published_schema_is_the_one_of_the_types() -> None:
    """`python -m shared.report_schema > docs/report.schema.json` was run after the last change."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == report_schema()


def test_a_report_is_valid_by_its_schema_and_a_broken_one_is_not() -> None:
    """Programs can check what they read against the schema."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))

    validator.validate(json.loads(as_json(REPORT)))
    broken = json.loads(as_json(REPORT)) | {"status": "fine"}
    assert not validator.is_valid(broken)


@pytest.mark.parametrize(
    ("status", "code"),
    [("converged", 0), ("changed", 0), ("held", 2), ("partial", 3), ("failed", 4)],
)
def test_exit_codes_follow_the_status(status: str, code: int) -> None:
    """Scripts tell by the exit code what a run came to; 1 is left for wrong input."""
    assert replace(REPORT, status=Status(status)).exit_code == code
