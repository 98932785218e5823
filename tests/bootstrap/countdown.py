"""The hours before a launch: a fleet that is built and armed, and what `status` says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from functions.watcher.entry import run as poll
from functions.watcher.event import parse_event
from tests.bootstrap.yard import FRANKFURT, Json, Yard

GROUP: Final = f"p2p-agent-{FRANKFURT}"
BOOTSTRAP: Final = f"Let bootstrap build what is missing: p2p-fleet bootstrap --regions {FRANKFURT}"
"""The remedy for whatever is missing or damaged of the stack."""
NOBODY_KNOWS: Final = (
    "no instance has run here yet: only the first one shows whether risk control and account"
    " verification let it"
)
_READS: Final = ("Describe", "Get", "List")


def arm(yard: Yard) -> None:
    """Let the watcher poll once, which arms what is built."""
    poll(yard.environment, parse_event("{}"))


def build_and_arm(
    yard: Yard, *lines: str, regions: Sequence[str] = (FRANKFURT,), capacity: int = 2
) -> None:
    """Let the operator commit, bootstrap build and the watcher arm: all is well."""
    yard.commit(*lines, regions=regions, capacity=capacity)
    yard.run()
    arm(yard)


def status(yard: Yard, *regions: str, **environment: str) -> Json:
    """Ask for the readiness, and make sure that nothing was written for the answer."""
    event: Json = {"action": "status", **({"regions": list(regions)} if regions else {})}
    before = len(yard.admin("requests"))
    report = yard.run(event, given=environment)
    assert _carried_out(yard.admin("requests")[before:]) == []
    return report


def _carried_out(journal: list[Json]) -> list[str]:
    """The writes that the cloud did not refuse."""
    return [
        one["action"]
        for one in journal
        if one["code"] is None and not one["action"].startswith(_READS)
    ]


def said(report: Json, state: str, region: str = FRANKFURT) -> dict[str, str]:
    """What the checks of a region say that came to this: ok, bad or unknown."""
    row = next(one for one in report["regions"] if one["region"] == region)
    return {one["check"]: one["said"] for one in row["checks"] if one["state"] == state}


def trouble(report: Json, region: str = FRANKFURT) -> Json:
    """The verdict, what is bad with what to do about it, and the error of the region's row."""
    row = next(one for one in report["regions"] if one["region"] == region)
    return {
        "verdict": (report["status"], report["totals"]["target"]),
        "bad": {
            one["check"]: (one["said"], one["remedy"])
            for one in row["checks"]
            if one["state"] == "bad"
        },
        "error": row["error"] and (row["error"]["code"], row["error"]["reaction"]),
    }


def no_go(check: str, code: str, told: str, remedy: str, reaction: str = "human") -> Json:
    """The trouble of a fleet of one region in which one thing is bad."""
    return {
        "verdict": ("partial", 0),
        "bad": {check: (told, remedy)},
        "error": (code, reaction),
    }
