"""Build a poll's edges from the real world, run it: shared by FC, terminal and console."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

from functions.watcher.event import Event
from functions.watcher.poll import Edges, Listener, poll
from shared.clock import clock_of
from shared.cloud.session import Session
from shared.control.sources import Reader
from shared.deadline import Deadline
from shared.report import Report
from shared.settings import Settings, settings_from


def run(
    environment: Mapping[str, str], event: Event, listener: Listener = lambda _: None
) -> Report:
    """Poll with the settings of an environment.

    Raises:
        SettingsError: the environment is wrong.
    """
    settings = settings_from(environment)
    return poll(settings, event, edges_of(settings), listener)


def edges_of(settings: Settings) -> Edges:
    """Return the real world as a poll sees it.

    Raises:
        SettingsError: P2P_FLEET_CLOCK_URL names no sandbox that answers.
    """
    rng = random.Random()

    def open_session(deadline: Deadline) -> Session:
        return Session(
            settings.cloud,
            deadline,
            endpoint_url=settings.endpoint_url,
            sleep=time.sleep,
            rng=rng,
        )

    return Edges(
        now=clock_of(settings.clock_url),
        monotonic=time.monotonic,
        sleep=time.sleep,
        rng=rng,
        open_session=open_session,
        reader=Reader(time.monotonic),
    )
