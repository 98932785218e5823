"""Build bootstrap's edges from the real world, run it: shared by FC, terminal and console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from functions.bootstrap.event import Event
from functions.bootstrap.run import run as run_with
from functions.bootstrap.setting import Listener
from shared.edges import edges_of
from shared.report import Report
from shared.settings import settings_from

DEADLINE_S: Final = 540.0
"""What bootstrap takes at most unless DEADLINE_S says otherwise: a stack needs half a minute."""
_PATIENCE_S: Final = 20.0
"""How long a single read is repeated; the engine above has patience of its own."""


def run(
    environment: Mapping[str, str], event: Event, listener: Listener = lambda _: None
) -> Report:
    """Do what the event asks for, with the settings of an environment.

    Raises:
        SettingsError: the environment is wrong.
        EventError: a removal without its confirmation.
    """
    settings = settings_from(environment, deadline_s=DEADLINE_S)
    return run_with(settings, event, edges_of(settings, patience_s=_PATIENCE_S), listener)
