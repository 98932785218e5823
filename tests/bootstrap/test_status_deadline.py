"""Readiness without time: a region that could not be asked is no GO."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Final

from functions.bootstrap.checks.group import check_endpoint
from functions.bootstrap.checks.look import look
from functions.bootstrap.checks.permissions import check_permissions
from functions.bootstrap.checks.records import Wanted, bad
from functions.bootstrap.question import NO_TIME, ask
from functions.bootstrap.site import Clouds
from shared.cloud.permissions import Permissions
from shared.cloud.session import CloudCredentials, Session
from shared.control.window import Window
from shared.deadline import Deadline
from tests.bootstrap.yard import FRANKFURT

NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)
WANTED: Final = Wanted(
    region=FRANKFURT,
    fleet="p2p-agent",
    nodes=2,
    window=Window(NOW + timedelta(hours=6), None),
    now=NOW,
    fingerprint=None,
    adopting=False,
)


def late_session() -> Session:
    """A session whose time is up, so that it sends nothing."""
    return Session(
        CloudCredentials("id", "secret"),
        Deadline(lambda: 0.0, 0.0),
        endpoint_url="http://127.0.0.1:9",
        sleep=lambda _: None,
        rng=random.Random(1),
    )


def test_a_region_that_there_is_no_time_for_is_no_go() -> None:
    """Nothing is known of it, which is worse than an unknown detail."""
    clouds = Clouds.behind(late_session())
    groups = ask(clouds.ess.groups, FRANKFURT, named="p2p-agent", tagged="p2p-fleet")

    view = look(clouds, WANTED, groups)

    assert check_endpoint(WANTED, view) == bad("endpoint", NO_TIME)


def test_permissions_that_there_is_no_time_for_are_no_go() -> None:
    """The regions themselves were asked before."""
    with ThreadPoolExecutor(2) as pool:
        check = check_permissions(pool, Permissions(late_session()), [FRANKFURT], NOW)

    assert check == bad("permissions", NO_TIME)
