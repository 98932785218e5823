"""All regions at once, each on its own: what came of a region's stack is a value."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, Literal

from functions.bootstrap.engine import Ledger, PendingError
from functions.bootstrap.records import Deed
from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.failure import Failure, FailureError, Reaction

PENDING: Final = "Pending"
"""Code of a region that ran out of time; the next run finishes it."""


WHOLE: Final = "stack"
BEGUN: Final = "begun"
FINISHED: Final = "finished"
"""What a display is told of a region's whole stack; instead of the last one, an error's code."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one region: its deeds, and why it did not come further."""

    region: str
    deeds: tuple[Deed, ...] = ()
    failure: Failure | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def is_pending(self) -> bool:
        """Whether there was just not enough time."""
        return self.failure is not None and self.failure.code == PENDING

    @property
    def changes(self) -> tuple[Deed, ...]:
        """What was written, or would be."""
        return tuple(deed for deed in self.deeds if deed.is_change)

    @property
    def writes(self) -> int:
        """How many requests have changed something, or would."""
        return sum(not deed.along for deed in self.changes)


Work = Callable[[str, Ledger], object]


def work_on_all(
    pool: ThreadPoolExecutor,
    regions: Iterable[str],
    ledgers: Callable[[str], Ledger],
    work: Work,
) -> Mapping[str, Result]:
    """Do the work in every region; whatever happens in one changes nothing for the others."""
    books = {region: ledgers(region) for region in regions}
    for ledger in books.values():
        ledger.tell(WHOLE, BEGUN)

    def one(region: str) -> Result:
        result = attempt(region, books[region], work)
        books[region].tell(WHOLE, result.failure.code if result.failure else FINISHED)
        return result

    return {result.region: result for result in pool.map(one, books)}


def attempt(region: str, ledger: Ledger, work: Work) -> Result:
    """Do the work in one region and return what came of it; never raises."""
    failure: Failure | None = None
    try:
        work(region, ledger)
    except PendingError as error:
        failure = _pending(region, f"time ran out while waiting for {error.what}")
    except DeadlinePassedError:
        failure = _pending(region, "there was no time to begin")
    except FailureError as error:
        failure = error.failure
    except CallFailedError as error:
        failure = _pending(region, "its first answer") if error.cut_short else error.failure
    except Exception as error:  # noqa: BLE001 (a mistake of ours ends no other region's work)
        failure = _our_mistake(region, error)
    return Result(region, tuple(ledger.deeds), failure)


Kind = Literal["done", "failed", "skipped", "none"]


def outcome_of(result: Result, *, dry_run: bool) -> Kind:
    """Return the outcome as reports have it."""
    if result.is_pending:
        return "skipped"
    if result.failure is not None:
        return "failed"
    return "done" if result.changes and not dry_run else "none"


def _pending(region: str, why: str) -> Failure:
    return Failure(
        PENDING,
        f"{region} is not finished: {why}.",
        Reaction.TRANSIENT,
        "Nothing to do: the next run goes on from here. If it lasts, raise DEADLINE_S.",
    )


def _our_mistake(region: str, error: Exception) -> Failure:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
    return Failure(
        "UnexpectedError",
        f"This program made a mistake in {region}: {type(error).__name__} at {place}.",
        Reaction.BUG,
        "The region is left as it is; report this sentence to the authors of p2p-fleet.",
    )
