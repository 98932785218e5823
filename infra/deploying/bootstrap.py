"""What a deployment asks of the bootstrap function: the schedule, and what of the fleet stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.deploying.cloud import FunctionCompute
from shared.failure import Failure, FailureError, Reaction
from shared.report import Status

_GOOD = frozenset({Status.CONVERGED, Status.CHANGED})


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """The bootstrap function of one fleet, deployed.

    Every method raises `CallFailedError`, `DeadlinePassedError`, or `FailureError` where the
    function answers that it could not do it.
    """

    cloud: FunctionCompute
    fleet: str

    @property
    def function(self) -> str:
        """The function's name."""
        return f"{self.fleet}-bootstrap"

    @property
    def is_deployed(self) -> bool:
        """Whether there is such a function to ask."""
        return self.cloud.function_arn(self.function) is not None

    def start_schedule(self) -> str:
        """Create what invokes the watcher, or mend it; return what was done, in one clause."""
        return self._ask({"action": "schedule"})["reason"] or "nothing to do"

    def stop_schedule(self) -> str:
        """Remove what invokes the watcher; return what was done, in one clause."""
        return self._ask({"action": "unschedule"})["reason"] or "nothing to do"

    def standing_regions(self) -> tuple[str, ...]:
        """Return the regions in which something of the fleet's still stands."""
        report = self.cloud.invoke(self.function, {"action": "destroy", "dry_run": True})
        if report.get("status") == Status.FAILED:
            raise FailureError(_refused(self.function, report))
        return tuple(region["region"] for region in report["regions"] if _stands(region))

    def _ask(self, event: Mapping[str, object]) -> Mapping[str, Any]:
        report = self.cloud.invoke(self.function, event)
        if report.get("status") not in _GOOD:
            raise FailureError(_refused(self.function, report))
        return report


def _stands(region: Mapping[str, Any]) -> bool:
    """Whether a plan of a removal names something here, or could not look."""
    return bool(region.get("resources")) or region.get("error") is not None


def _refused(function: str, report: Mapping[str, Any]) -> Failure:
    why = str(report.get("reason") or f"its report's status is {report.get('status')}")
    return Failure(
        "BootstrapRefused",
        f"{function} could not do it: {why.removesuffix('.')}.",
        Reaction.HUMAN,
        "Mend what it names, and run the same command again.",
    )
