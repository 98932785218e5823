"""Where a node's orders come from, with a real Git host that misbehaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.bootstrap.node.agent.node import ControlSource
from functions.bootstrap.node.agent.run import Result
from sandbox.git_host import start_git_host
from sandbox.git_host_behaviour import LOGIN_PAGE, Hang, Misbehaviour, Truncate, redirect_to
from tests.agent.yard import NOON, Yard
from tests.control.git.ssh_host import SshHost

DEAD = ControlSource("http://127.0.0.1:1/control.git", "HEAD", "control.yaml", takes_token=False)


def test_the_first_source_that_answers_counts(yard: Yard) -> None:
    """A dead one before it is named in the log, and nothing else."""
    yard.order(main_run="echo ran")

    yard.run(yard.node(DEAD, yard.source()))

    assert yard.quoted() == ["ran"]
    assert yard.said()[1].startswith(f"control: {DEAD.url}: fatal: unable to access")


@pytest.mark.parametrize(
    "misbehaviour",
    [Hang(), Truncate(300), LOGIN_PAGE, redirect_to("http://127.0.0.1:1/")],
    ids=["hangs", "cut", "login page", "redirected"],
)
def test_without_an_answer_the_last_known_good_settings_count(
    yard: Yard, misbehaviour: Misbehaviour
) -> None:
    """The fleet goes on with what it was told last, however the host fails."""
    yard.order(main_run="echo ran")
    yard.run()
    yard.order(NOON + timedelta(minutes=1), main_run="echo never seen")
    yard.host.misbehave("control.git", misbehaviour)

    result = yard.run()

    assert (result, yard.quoted()) == (Result("done", commit=yard.work.head), ["ran", "ran"])
    last = "control: no source has an acceptable document; the last known good settings stay in"
    assert [line for line in yard.said() if line.startswith(last)]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("capacity: [", "the control document is not YAML"),
        ("hello: world", "the file is no control document: it has no `capacity`"),
        ("capacity: 1\nagent: [a]", "`agent` is not a mapping"),
        ("capacity: 1\nagent: {main_run: 3}", "`agent.main_run` is not text"),
        ("capacity: 1\nagent: {type: bash}", "`agent.type` is neither ansible nor shell"),
        ("capacity: 1\nagent: {delay: -1}", "`agent.delay` is not a number of seconds"),
        ("capacity: 1\nagent: {delay: yes}", "`agent.delay` is not a number of seconds"),
        ("capacity: 1\nagent: {force_run: 1}", "`agent.force_run` is neither true nor false"),
        (
            "capacity: 1\nagent: {schedule: often}",
            "`agent.schedule` is not a duration such as `15 minutes`",
        ),
        ("capacity: 1\nagent: {mirrors: []}", "`agent.mirrors` is not a mapping"),
        (
            "capacity: 1\nagent: {mirrors: {eu-*: {repositories: x}}}",
            "`repositories` of `agent.mirrors` is not a list of addresses",
        ),
        ("#" * 262_145, "the control document is longer than 262144 bytes"),
        ("&a [*a, *a]", "the file is no control document: it has no `capacity`"),
    ],
)
def test_a_document_that_says_nothing_usable_changes_nothing(
    yard: Yard, document: str, why: str
) -> None:
    """The sentence is in the log, and the last known good settings are followed."""
    yard.order(main_run="echo good")
    yard.run()
    yard.control.commit(document, at=NOON + timedelta(minutes=1))

    yard.run()

    assert (yard.quoted(), f"control: {yard.source().url}: {why}" in yard.said()) == (
        ["good", "good"],
        True,
    )


def test_a_mirror_that_lags_does_not_bring_back_old_orders(yard: Yard) -> None:
    """What is older than what was followed is passed over; the next source counts."""
    yard.order(main_run="echo old")
    lagging = yard.control.fork(yard.control.path.with_name("lagging.git"))
    lagging.head  # noqa: B018 (it must be a repository)
    yard.order(NOON + timedelta(minutes=1), main_run="echo new")
    yard.run()

    yard.run(yard.node(yard.source("lagging.git"), yard.source()))
    yard.run(yard.node(yard.source("lagging.git")))

    assert yard.quoted() == ["new", "new", "new"]
    behind = f"control: {yard.source('lagging.git').url}: is behind what was followed before"
    assert yard.said().count(behind) == 2


def test_a_node_that_never_read_anything_runs_what_is_built_in(yard: Yard) -> None:
    """That is p2p-agent-infra's own playbook; here there is no way to it."""
    yard.limits = type(yard.limits)(control_s=5.0, fetch_s=3.0)
    yard.host.misbehave("control.git", LOGIN_PAGE)

    result = yard.run()

    assert result == Result("failed", "no address gives the repository")
    built_in = "control: no source has an acceptable document; the built-in settings stay in force"
    assert built_in in yard.said()


def test_branch_and_path_of_a_source_are_followed(yard: Yard) -> None:
    """As in CONTROL_SOURCES: `#ref:path`."""
    yard.order(main_run="echo main branch")
    document = (
        f"capacity: 1\nagent: {{type: shell, main_run: echo prod, repository: {yard.work_url}}}"
    )
    yard.control.branch("prod")
    yard.control.commit(document, path="fleet/eu.yaml", branch="prod", at=NOON)

    yard.run(yard.node(yard.source(ref="prod", path="fleet/eu.yaml")))

    assert yard.quoted() == ["prod"]


def test_mirrors_of_the_repository_are_tried_first(yard: Yard) -> None:
    """In their order; the repository itself is the last."""
    yard.work.commit_files({"README": "from the mirror\n"})
    yard.work.fork(yard.work.path.with_name("mirror.git"))
    mirrors = {"eu-*": {"repositories": [DEAD.url, yard.host.url_of("mirror.git")]}}
    yard.order(main_run="cat README", mirrors=mirrors)

    yard.run()

    heads = [line.split(": ")[1] for line in yard.said() if line.startswith("repository:")]
    assert (yard.quoted(), heads) == (
        ["from the mirror"],
        [DEAD.url, yard.host.url_of("mirror.git")],
    )


def test_without_the_repository_the_checkout_from_before_serves(yard: Yard) -> None:
    """A Git host that is down must not stop a fleet that runs."""
    yard.order(main_run="cat README")
    yard.run()
    yard.host.misbehave("work.git", Hang())

    result = yard.run()

    assert (result, yard.quoted()) == (
        Result("done", commit=yard.work.head),
        ["nothing yet", "nothing yet"],
    )


def test_a_private_control_repository_is_read_with_the_token(yard: Yard) -> None:
    """The token is in a file for root, and in no log and no command line."""
    yard.order(main_run="echo ran")
    yard.places.secrets.mkdir(parents=True)
    (yard.places.secrets / "control_token").write_text("t0ken\n", "utf-8")
    with start_git_host(yard.control.path.parent, login=("x-access-token", "t0ken")) as private:
        url = private.url_of("control.git")
        kept_back = yard.run(yard.node(yard.source(url=url)))
        shown = yard.run(yard.node(yard.source(url=url, takes_token=True)))

    assert (kept_back, shown, yard.quoted()) == (
        Result("failed", "no address gives the repository"),
        Result("done", commit=yard.work.head),
        ["ran"],
    )
    assert "t0ken" not in yard.places.log.read_text("utf-8")


def test_private_repositories_are_read_over_ssh(yard: Yard) -> None:
    """With a deploy key each: the control repository's, and that of what the nodes run."""
    host = SshHost(yard.control.path.parent)
    try:
        yard.places.secrets.mkdir(parents=True)
        for name in ("control_key", "repository_key"):
            key = yard.places.secrets / name
            key.write_bytes(host.private_key)
            key.chmod(0o600)
        yard.order(main_run="echo over ssh", repository=host.url_of("work.git"))
        result = yard.run(yard.node(yard.source(url=host.url_of("control.git"))))
    finally:
        host.stop()

    assert (result, yard.quoted()) == (Result("done", commit=yard.work.head), ["over ssh"])


def test_a_host_whose_key_has_changed_is_not_believed(yard: Yard) -> None:
    """The first key that a node meets is remembered; another one later is refused."""
    first = SshHost(yard.control.path.parent)
    key = yard.places.secrets / "control_key"
    key.parent.mkdir(parents=True)
    key.write_bytes(first.private_key)
    key.chmod(0o600)
    yard.order(main_run="echo ran")
    source = yard.source(url=first.url_of("control.git"))
    yard.run(yard.node(source))
    first.stop()
    known = (yard.places.state / "known_hosts").read_text("utf-8")
    other = SshHost(yard.control.path.parent)
    port = other.url_of("x").split(":")[2].split("/")[0]
    told = known.replace(known.split("]:")[1].split()[0], port, 1)
    (yard.places.state / "known_hosts").write_text(told, "utf-8")
    key.write_bytes(other.private_key)
    try:
        yard.run(yard.node(yard.source(url=other.url_of("control.git"))))
    finally:
        other.stop()

    last = (
        "control: no source has an acceptable document; the last known good settings stay in force"
    )
    assert (yard.quoted(), last in yard.said()) == (["ran", "ran"], True)
