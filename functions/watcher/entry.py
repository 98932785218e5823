"""Build a poll's edges from the real world, run it: shared by FC, terminal and console."""

from __future__ import annotations

from collections.abc import Mapping

from functions.watcher.event import Event
from functions.watcher.poll import Listener, poll
from shared.edges import edges_of
from shared.report import Report
from shared.settings import settings_from


def run(
    environment: Mapping[str, str], event: Event, listener: Listener = lambda _: None
) -> Report:
    """Poll with the settings of an environment.

    Raises:
        SettingsError: the environment is wrong.
    """
    settings = settings_from(environment)
    return poll(settings, event, edges_of(settings), listener)
