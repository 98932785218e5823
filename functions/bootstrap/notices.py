"""Notices on the watcher's own function: what the two functions tell each other by its tags.

The watcher writes there what it has asked for. Bootstrap writes there that it is at work and by
when it has ended, so that its death shows, and that the fleet is being destroyed, so that a poll
under way asks for nothing of what goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.bootstrap.setting import Setting
from shared.cloud.fc import function_tags, tag_function, untag_function
from shared.cloud.session import CallFailedError, DeadlinePassedError, Effect
from shared.failure import Failure, Reaction
from shared.instants import format_instant, parse_instant
from shared.naming import ASKED_TAG, BUILDING_TAG, CLEARING_TAG

_AFTER_DEADLINE: Final = timedelta(minutes=1)
"""So long after its deadline a run has surely ended."""
_POLL_LASTS: Final = timedelta(minutes=1)
"""So long a poll that began before the fleet was gone may still ask for it."""


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices that one run writes and reads; from a terminal there may be no function."""

    setting: Setting

    def building_begins(self) -> Failure | None:
        """Say until when this run builds; return why that could not be said."""
        return self._write({BUILDING_TAG: self._end_of_run()})

    def building_ended(self, *, ask_again: bool) -> Failure | None:
        """Take that back, and with `ask_again` the watcher's memory of having asked."""
        return self._remove(BUILDING_TAG, *([ASKED_TAG] if ask_again else []))

    def clearing_begins(self) -> Failure | None:
        """Say until when nothing is to be built because the fleet is being destroyed."""
        return self._write({CLEARING_TAG: self._end_of_run()})

    def clearing_ended(self) -> Failure | None:
        """Let the fleet be asked for again, as soon as no poll is under way that saw it go."""
        until = format_instant(self.setting.now() + _POLL_LASTS)
        return self._write({CLEARING_TAG: until}) or self._remove(ASKED_TAG)

    def building_until(self) -> datetime | None:
        """Return until when another run builds, None where none is known to."""
        return self._future(BUILDING_TAG)

    def clearing_until(self) -> datetime | None:
        """Return until when nothing is to be built, None where nothing speaks against it."""
        return self._future(CLEARING_TAG)

    def _end_of_run(self) -> str:
        lasts = timedelta(seconds=self.setting.settings.deadline_s) + _AFTER_DEADLINE
        return format_instant(self.setting.now() + lasts)

    def _future(self, key: str) -> datetime | None:
        """Return the instant of a notice, None where there is none, or it is over or unreadable."""
        tags: dict[str, str] = {}

        def read(region: str, arn: str) -> None:
            tags.update(function_tags(self.setting.session, region, arn))

        self._at_the_board(read)
        try:
            until = parse_instant(tags.get(key, ""))
        except ValueError:
            return None
        return until if until > self.setting.now() else None

    def _write(self, tags: dict[str, str]) -> Failure | None:
        session = self.setting.session
        return self._at_the_board(lambda region, arn: tag_function(session, region, arn, tags))

    def _remove(self, *keys: str) -> Failure | None:
        session = self.setting.session
        return self._at_the_board(lambda region, arn: untag_function(session, region, arn, keys))

    def _at_the_board(self, deed: Callable[[str, str], None]) -> Failure | None:
        """Do something with the tags, if need be again: each of it may be done twice."""
        setting = self.setting
        region, arn = setting.settings.fc_region, setting.watcher_arn
        if region is None or arn is None:
            return None
        try:
            setting.session.persist(Effect.READ, lambda: deed(region, arn))
        except CallFailedError as error:
            return error.failure
        except DeadlinePassedError:
            return no_time_to("write on the watcher's function")
        return None


def no_time_to(do_what: str) -> Failure:
    """Say that time has run out before the watcher was told of something."""
    return Failure(
        "DeadlinePassed",
        f"There was no time left to {do_what}.",
        Reaction.TRANSIENT,
        "Nothing to do: its schedule comes to the same.",
    )
