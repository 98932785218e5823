"""The setting of one run: what it takes from the world, and the products it works with."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from functions.bootstrap.engine import Ledger, Patience
from functions.bootstrap.records import Progress, StackSpec
from functions.bootstrap.site import Clouds, Site
from shared.cloud.session import Session
from shared.control.sources import Reader
from shared.deadline import Deadline
from shared.edges import Edges
from shared.settings import Settings

Listener = Callable[[Progress], None]
"""Told of every deed and every wait; for progress displays only."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One run: its settings, its threads, and the products it works with until `deadline`.

    `session` lasts a little longer than the work, so that the watcher can still be told.
    """

    settings: Settings
    deadline: Deadline
    pool: ThreadPoolExecutor
    session: Session
    clouds: Clouds
    edges: Edges
    listener: Listener
    account_id: str

    @property
    def reader(self) -> Reader:
        """What reads the control document."""
        return self.edges.reader

    @property
    def patience(self) -> Patience:
        """How the cloud is waited for."""
        return Patience(self.deadline, self.edges.sleep, self.edges.rng)

    @property
    def watcher_arn(self) -> str | None:
        """ARN of the watcher's function, None where it is not known which one that is."""
        return replace(self.settings, account_id=self.account_id).watcher_arn

    def now(self) -> datetime:
        """The present."""
        return self.edges.now()

    def ledger(self, place: str, *, planning: bool) -> Ledger:
        """Return a new ledger for one region."""

        def tell(kind: str, said: str) -> None:
            self.listener(Progress(place, kind, said, self.now()))

        return Ledger(tell, planning)

    def site(self, region: str, spec: StackSpec | None = None) -> Site:
        """Return a region to build in, or to clear where there is no specification."""
        return Site(
            clouds=self.clouds,
            now=self.edges.now,
            fleet=self.settings.fleet,
            region=region,
            account_id=self.account_id,
            spec=spec,
        )
