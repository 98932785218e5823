"""Words for what goes wrong in the cloud, and for all being well again."""

from __future__ import annotations

from typing import Final

from tests.poll.launch import (
    FRANKFURT,
    HANGZHOU,
    HOUR,
    SINGAPORE,
    START,
    Json,
    Launch,
    armed,
    document,
    everywhere,
)

ARMED: Final = ("2026-12-01T18:00:00Z", "2026-12-08T18:00:00Z")
LOOK: Final = ["DescribeScalingGroups", "DescribeScheduledTasks"]
ARM: Final = [
    "TagResources",
    "CreateScheduledTask stop 2026-12-08T18:00Z 0..0",
    "CreateScheduledTask start 2026-12-01T18:00Z 2..2",
]
READS: Final = ("DescribeScalingGroups", "DescribeScheduledTasks")
WRITES: Final = ("TagResources", "CreateScheduledTask")
NEXT_POLL: Final = "Nothing to do: the next poll tries again."


def fault(action: str, kind: str, region: str = FRANKFURT, **more: object) -> Json:
    """Say what goes wrong with an action in one region."""
    return {"action": action, "region": region, "fault": kind, **more}


def run(launch: Launch, nodes: int = 2) -> None:
    """Bring the launch to an hour after its start, every node in service."""
    launch.commit(document(nodes))
    launch.poll()
    launch.advance_to(START + HOUR)
    launch.poll()


def assert_armed_and_converged(launch: Launch) -> None:
    """All is well again: every region armed once, and the next poll has nothing to do."""
    launch.faults()
    report = launch.poll()
    assert (report["status"], armed(report)) == ("converged", everywhere(ARMED))
    assert launch.tasks(FRANKFURT) == launch.tasks(HANGZHOU) == launch.tasks(SINGAPORE)
