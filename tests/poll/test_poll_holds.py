"""Documents that are not accepted: the fleet stays as it is, and an accepted stop is still met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from sandbox.git_host import ControlRepository, Instead
from tests.poll.launch import (
    DAY,
    FRANKFURT,
    HANGZHOU,
    HOUR,
    MINUTE,
    NOON,
    REGIONS,
    START,
    STOP,
    Launch,
    armed,
    document,
    everywhere,
    told,
)

ARMED: Final = ("2026-12-01T18:00:00Z", "2026-12-08T18:00:00Z")


def rewind(launch: Launch) -> None:
    """Push an older commit by force."""
    launch.repository.rewind(launch.repository.id_of("HEAD~1"))


def break_git(launch: Launch) -> None:
    """Let the Git host refuse everything."""
    launch.host.misbehave("", Instead(status=503))


def remove_file(launch: Launch) -> None:
    """Commit the removal of the control file."""
    launch.repository.commit_files({"control.yaml": None, "README": "gone"}, at=launch.now())


def fork_mirrors(launch: Launch) -> None:
    """Let the second mirror go its own way."""
    root = launch.repository.path.parent
    other = launch.repository.fork(root / "other.git")
    launch.commit(document(3))
    other.commit(document(4), at=launch.now())
    launch.environment["CONTROL_SOURCES"] += f" {launch.host.url_of('other.git')}"


def commit_from_the_future(launch: Launch) -> None:
    """Replace the history by a commit whose clock is a month ahead and that has no parents."""
    root = launch.repository.path.parent
    other = ControlRepository(root / "future.git")
    other.commit(document(4), at=launch.now() + 30 * DAY)
    launch.environment["CONTROL_SOURCES"] = launch.host.url_of("future.git")


def commit_text(text: str) -> Callable[[Launch], None]:
    """Return what commits a text."""

    def commit(launch: Launch) -> None:
        launch.commit(text)

    return commit


HOLDS: Final[dict[str, tuple[Callable[[Launch], None], str]]] = {
    "broken YAML": (commit_text("capacity: [2\n"), "control.yaml:"),
    "an empty document": (commit_text(""), "control.yaml:1:1: "),
    "no capacity": (commit_text(document(2).replace("capacity", "# capacity")), "control.yaml:"),
    "a capacity of null": (commit_text(document(None)), "control.yaml:2:11: "),
    "a misspelt key": (commit_text(document(2).replace("capacity", "capcity")), "control.yaml:2:1"),
    "over a rail": (commit_text(document(21)), "over a rail: cn-hangzhou asks for 21 nodes, "),
    "no file": (remove_file, "no source offers an acceptable commit: "),
    "Git down": (break_git, "no source offers an acceptable commit: "),
    "rewound": (rewind, "no source offers an acceptable commit: "),
    "forked": (fork_mirrors, "the sources have forked: "),
    "from the future": (commit_from_the_future, "no source offers an acceptable commit: "),
}
hold_of_each_kind: Final = pytest.mark.parametrize("kind", HOLDS)


def arm(launch: Launch) -> None:
    """Commit twice, so that there is something to rewind, and arm the fleet."""
    launch.commit(document(1))
    launch.advance_to(NOON + HOUR)
    launch.commit(document(2))
    launch.poll()


def run(launch: Launch) -> None:
    """Let the armed fleet start."""
    arm(launch)
    launch.advance_to(START + HOUR)


@hold_of_each_kind
def test_a_hold_before_start_leaves_everything_armed(launch: Launch, kind: str) -> None:
    """Start and stop stay where the last accepted commit put them, and fire."""
    arm(launch)
    launch.advance_to(NOON + 2 * HOUR)
    wrong, reason = HOLDS[kind]

    wrong(launch)
    report = launch.poll()

    assert (report["status"], launch.all_writes) == ("held", [])
    assert report["reason"].startswith(reason)
    assert told(report) == everywhere("hold None none")
    assert armed(report) == everywhere(ARMED)
    launch.advance_to(START + 2 * MINUTE)
    assert launch.sizes(FRANKFURT) == "2..2, 2 active"


@hold_of_each_kind
def test_a_hold_inside_the_window_keeps_the_fleet_running_until_its_stop(
    launch: Launch, kind: str
) -> None:
    """Nothing is written before the accepted stop; past it the poll itself meets it, if it must.

    Here it must: somebody has deleted the armed stops.
    """
    run(launch)
    wrong, reason = HOLDS[kind]
    wrong(launch)

    inside = launch.poll()
    written, sizes = launch.all_writes, [launch.sizes(region) for region in REGIONS]
    for region in REGIONS:
        for task in launch.admin("state")["products"]["ess"][region]["scheduled_tasks"]:
            launch.console(region, "DeleteScheduledTask", ScheduledTaskId=task["ScheduledTaskId"])
    launch.advance_to(STOP + MINUTE)
    past = launch.poll()

    assert (inside["status"], written, sizes) == ("held", [], ["2..2, 2 active"] * 3)
    assert armed(inside) == everywhere((None, ARMED[1]))
    assert past["status"] == "held"
    assert past["reason"].startswith(reason)
    assert told(past) == everywhere("stop 0 done")
    assert launch.writes(FRANKFURT) == ["ModifyScalingGroup 0..0"]


# --- rails --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("capacity", "rails", "reason"),
    [
        (
            {"aliyun": {"all": 1, FRANKFURT: 7}},
            {"MAX_NODES_PER_REGION": "5"},
            "eu-central-1 asks for 7 nodes, 2 over MAX_NODES_PER_REGION = 5; raise ",
        ),
        (4, {"MAX_NODES": "10"}, "the fleet asks for 12 nodes, 2 over MAX_NODES = 10; raise "),
        (
            4,
            {"MAX_USD_PER_DAY": "10"},
            "the fleet may cost 12.96 USD a day, 2.96 over MAX_USD_PER_DAY = 10.00; raise ",
        ),
    ],
)
def test_a_document_over_a_rail_is_refused_whole(
    launch: Launch, capacity: object, rails: dict[str, str], reason: str
) -> None:
    """No region is touched, not even those that keep inside; exactly at the rail is fine."""
    launch.commit(document(capacity))

    refused = launch.poll(given=rails)
    written = launch.all_writes
    roomy = dict.fromkeys(rails, "13" if "MAX_USD_PER_DAY" in rails else "12")
    accepted = launch.poll(given=roomy)

    assert refused["status"] == "held"
    assert refused["reason"].startswith(f"over a rail: {reason}")
    assert (told(refused), written) == (everywhere("hold None none"), [])
    assert accepted["status"] == "changed"


def test_a_spending_rail_fails_closed_where_no_price_is_known(launch: Launch) -> None:
    """Another instance type may cost anything."""
    launch.commit(document(1, "fleet: {instance_types: [ecs.g8i.large]}"))

    report = launch.poll(given={"MAX_USD_PER_DAY": "1000000"})

    assert (report["status"], launch.all_writes) == ("held", [])
    assert report["reason"].startswith("over a rail: MAX_USD_PER_DAY is set but no price is known")


# --- which commit counts ------------------------------------------------------------------------


def mirrored(launch: Launch) -> ControlRepository:
    """Arm the fleet from a repository, and return a mirror that is read as well."""
    arm(launch)
    mirror = launch.repository.fork(launch.repository.path.parent / "mirror.git")
    launch.environment["CONTROL_SOURCES"] += f" {launch.host.url_of('mirror.git')}"
    return mirror


def read(report: dict[str, object]) -> list[tuple[str, str | None]]:
    """Return what became of each source, by the report."""
    sources = report["sources"]
    assert isinstance(sources, list)
    return [(one["status"], one["message"]) for one in sources]


def test_equal_mirrors_are_one_source(launch: Launch) -> None:
    """The first is used, the second says the same."""
    mirrored(launch)

    report = launch.poll()

    assert (report["status"], read(report)) == ("converged", [("used", None), ("same", None)])


@pytest.mark.parametrize("fresh_first", [True, False])
def test_the_newest_mirror_counts_wherever_it_stands(launch: Launch, fresh_first: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A mirror that lags behind is named, and changes nothing; order only breaks ties."""
    mirror = mirrored(launch)
    fresh = launch.repository if fresh_first else mirror
    sha = fresh.commit(document(3), at=NOON + 2 * HOUR)
    launch.advance_to(NOON + 2 * HOUR)

    report = launch.poll()

    assert report["commit"]["sha"] == sha
    assert launch.tasks(FRANKFURT)["start"] == "2026-12-01T18:00Z 3..3"
    statuses = [status for status, _ in read(report)]
    assert statuses == (["used", "behind"] if fresh_first else ["behind", "used"])


def test_a_lagging_mirror_alone_is_a_hold(launch: Launch) -> None:
    """Behind what was applied, it cannot bring back an old intent."""
    mirrored(launch)
    launch.commit(document(3))
    launch.poll()
    launch.host.misbehave("control.git", Instead(status=503))

    report = launch.poll()

    assert (report["status"], launch.all_writes) == ("held", [])
    assert [status for status, _ in read(report)] == ["failed", "passed over"]


def test_one_source_down_is_told_and_harms_nothing(launch: Launch) -> None:
    """Any mirror that is up will do."""
    mirrored(launch)
    launch.host.misbehave("control.git", Instead(status=503))

    report = launch.poll()

    assert report["status"] == "converged"
    assert [status for status, _ in read(report)] == ["failed", "used"]


def test_a_rewind_may_be_allowed_and_is_remembered(launch: Launch) -> None:
    """With CONTROL_ALLOW_REWIND the older commit is applied and becomes what is applied."""
    arm(launch)
    rewind(launch)

    report = launch.poll(given={"CONTROL_ALLOW_REWIND": "true"})
    again = launch.poll()

    assert told(report) == everywhere("arm 0 done")
    assert launch.tasks(FRANKFURT)["start"] == "2026-12-01T18:00Z 1..1"
    assert again["status"] == "converged"


def test_a_rewound_repository_is_told_how_to_go_back_on_purpose(launch: Launch) -> None:
    """The sentence names both commits with their times, and the two ways out."""
    arm(launch)
    newer = launch.repository.head
    rewind(launch)
    older = launch.repository.head

    report = launch.poll()

    assert report["reason"] == (
        f"no source offers an acceptable commit: {launch.host.url_of('control.git')}: commit"
        f" {older[:12]} of 2026-12-01T12:00:00Z is behind the applied commit {newer[:12]} of"
        " 2026-12-01T13:00:00Z; to go back on purpose, commit the old content anew, or set"
        " CONTROL_ALLOW_REWIND"
    )
    assert report["commit"] is None


def test_a_descendant_counts_whatever_its_clock_says(launch: Launch) -> None:
    """An operator whose clock is wrong by a day, either way, is not locked out."""
    arm(launch)

    launch.commit(document(3), at=NOON - DAY)
    early = launch.poll()
    launch.commit(document(4), at=NOON + 2 * DAY)
    late = launch.poll()

    assert (told(early), told(late)) == (everywhere("arm 0 done"),) * 2
    assert launch.tasks(FRANKFURT)["start"] == "2026-12-01T18:00Z 4..4"


def test_a_first_commit_from_the_future_is_passed_over(launch: Launch) -> None:
    """Over five minutes ahead nothing is applied; within five it is."""
    launch.commit(document(2), at=NOON + 10 * MINUTE)

    too_far = launch.poll()
    launch.advance_to(NOON + 6 * MINUTE)
    near = launch.poll()

    assert (too_far["status"], near["status"]) == ("held", "changed")
    assert "lies in the future (2026-12-01T12:10:00Z)" in too_far["reason"]


def test_an_empty_repository_is_a_hold(launch: Launch) -> None:
    """Before the first commit nothing is known, so nothing is done; no region is listed wrongly."""
    report = launch.poll()

    assert (report["status"], launch.all_writes) == ("held", [])
    assert told(report) == everywhere("hold None none")
    assert (report["commit"], report["window"], report["cost"]) == (None, None, None)


def test_a_mended_document_goes_on_where_it_was(launch: Launch) -> None:
    """After a hold the next good commit is carried out in one poll."""
    run(launch)
    launch.commit("capacity: lots\n")
    launch.poll()

    launch.commit(document(3))
    report = launch.poll()

    assert told(report) == everywhere("scale 3 done")
    launch.advance_to(START + 2 * HOUR)
    assert launch.sizes(HANGZHOU) == "3..3, 3 active"
