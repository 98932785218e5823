"""What one run does, with real Git, shell and Ansible."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from functions.bootstrap.node.agent.checkout import folder_name
from functions.bootstrap.node.agent.limits import Limits
from functions.bootstrap.node.agent.run import Result
from tests.agent.yard import NOON, Yard

PLAYBOOK = """
- hosts: {hosts}
  {connection}
  gather_facts: false
  tasks:
    - ansible.builtin.copy:
        content: "{{{{ lookup('env', 'P2P_REGION') }}}}"
        dest: "{path}"
"""


def test_a_command_runs_between_what_comes_before_and_after(yard: Yard) -> None:
    """All three find fleet and region in their environment; their words are in the log."""
    yard.order(
        pre_run="echo before $P2P_FLEET",
        main_run="echo main $P2P_REGION in $(basename $PWD)",
        post_run="echo after; exit 0",
    )

    result = yard.run()

    folder = folder_name(yard.work_url)
    assert (result, yard.quoted()) == (
        Result("done", commit=yard.work.head),
        ["before p2p-agent", f"main eu-central-1 in {folder}", "after"],
    )


def test_a_script_runs_though_it_is_not_executable(yard: Yard) -> None:
    """`main_run` may name a script of the repository, as in p2p-agent-infra."""
    yard.work.commit_files({"bin/go.sh": 'echo "hello from $0"\n'})
    yard.order(main_run="bin/go.sh")

    yard.run()

    assert yard.quoted() == ["hello from bin/go.sh"]


@pytest.mark.parametrize(
    ("hosts", "connection"),
    [("127.0.0.1", "connection: local"), ("localhost", ""), ("all", "")],
)
def test_a_playbook_runs(yard: Yard, hosts: str, connection: str) -> None:
    """Playbooks for ansible-pull say hosts in three ways; each of them is this node."""
    made = yard.folder / "made"
    playbook = PLAYBOOK.format(hosts=hosts, connection=connection, path=made)
    yard.work.commit_files({"ansible/playbook.yml": playbook})
    yard.order(type="ansible", main_run="ansible/playbook.yml")

    result = yard.run()

    assert result == Result("done", commit=yard.work.head), yard.said()
    assert made.read_text("utf-8") == "eu-central-1"


def test_a_playbook_that_fails_is_a_run_that_failed(yard: Yard) -> None:
    """The status of Ansible is the outcome; what comes after runs all the same."""
    tasks = "- hosts: localhost\n  gather_facts: false\n  tasks: [{ansible.builtin.fail: {}}]\n"
    yard.work.commit_files({"site.yml": tasks})
    yard.order(type="ansible", main_run="site.yml", post_run="echo after")

    result = yard.run()

    assert (result, "after" in yard.quoted(), "main_run ended with status 2" in yard.said()) == (
        Result("failed", "main_run", yard.work.head),
        True,
        True,
    )


def test_each_failure_is_named(yard: Yard) -> None:
    """A failing `pre_run` keeps nothing else from running."""
    yard.order(pre_run="exit 3", main_run="echo main", post_run="kill -9 $$")

    result = yard.run()

    assert (result, yard.quoted()) == (
        Result("failed", "pre_run, post_run", yard.work.head),
        ["main"],
    )
    assert "post_run was ended by signal 9" in yard.said()


def test_nothing_new_is_not_run_again(yard: Yard) -> None:
    """Without `force_run` a commit that was run is left alone, until the next one."""
    yard.order(force_run=False, main_run="cat README")
    results = [yard.run(forced=False)]
    yard.later(minutes=15)
    results.append(yard.run(forced=False))
    first = yard.work.head
    yard.work.commit_files({"README": "something\n"})
    yard.later(minutes=15)
    results.append(yard.run(forced=False))

    assert (results, yard.quoted()) == (
        [
            Result("done", commit=first),
            Result("unchanged", commit=first),
            Result("done", commit=yard.work.head),
        ],
        ["nothing yet", "something"],
    )


def test_new_settings_are_run_though_the_repository_is_the_same(yard: Yard) -> None:
    """What the operator wants is more than the commit."""
    yard.order(force_run=False, main_run="echo one")
    yard.run(forced=False)
    yard.order(NOON + timedelta(minutes=1), force_run=False, main_run="echo two")
    yard.later(minutes=15)
    yard.run(forced=False)

    assert yard.quoted() == ["one", "two"]


def test_a_run_that_failed_is_tried_again(yard: Yard) -> None:
    """Even where nothing has changed: the failure may have been the network's."""
    yard.order(force_run=False, main_run="echo try; exit 1")
    for _ in range(2):
        yard.run(forced=False)
        yard.later(minutes=15)

    assert yard.quoted() == ["try", "try"]


def test_force_run_runs_each_time(yard: Yard) -> None:
    """It is the default, so that a playbook can keep a node as it should be."""
    yard.order(main_run="echo again")
    for _ in range(2):
        yard.run(forced=False)
        yard.later(minutes=15)

    assert yard.quoted() == ["again", "again"]


def test_local_changes_are_undone_and_other_files_stay(yard: Yard) -> None:
    """A run begins with the repository's files as they are in Git; what it made itself is kept."""
    yard.order(main_run="cat README; echo dirt > README; ls made 2>&1; touch made")
    for _ in range(2):
        yard.run()

    assert yard.quoted()[0::2] == ["nothing yet", "nothing yet"]
    assert yard.quoted()[3] == "made"


def test_a_program_that_takes_too_long_is_ended_with_its_children(yard: Yard) -> None:
    """The next step runs, and nothing of the program is left."""
    yard.limits = Limits(main_s=0.5, side_s=10.0)
    alive = yard.folder / "alive"
    yard.order(
        main_run=f"trap '' TERM; (while sleep 0.1; do touch {alive}; done) & sleep 60",
        post_run="echo after",
    )

    result = yard.run()

    assert (result, yard.quoted()) == (
        Result("failed", "main_run", yard.work.head),
        ["after"],
    )
    assert "main_run was ended: it took too long" in yard.said()
    assert not grows(alive)


def test_what_a_job_leaves_running_goes_on(yard: Yard) -> None:
    """A node's program that was started in the background is what the run was for."""
    alive = yard.folder / "alive"
    yard.order(main_run=f"(for _ in $(seq 30); do touch {alive}; sleep 0.1; done) & echo started")

    result = yard.run()

    assert (result, yard.quoted()) == (Result("done", commit=yard.work.head), ["started"])
    assert grows(alive)


def test_a_job_that_says_too_much_is_cut(yard: Yard) -> None:
    """No program can fill the disk through the log."""
    yard.order(main_run="seq 30000; head -c 10000 /dev/zero | tr '\\0' x; echo")

    yard.run()

    assert (len(yard.quoted()), max(map(len, yard.quoted()))) == (20_000, 5)
    assert "what follows its first 20000 lines is dropped" in yard.said()


def test_how_a_run_ended_is_remembered(yard: Yard) -> None:
    """For whoever looks at the node: when, what, and how."""
    yard.order(main_run="exit 7")

    yard.run()

    assert yard.remembered("last-run.json") == {
        "began": "2026-12-01T12:00:00+00:00",
        "began_s": NOON.timestamp(),
        "commit": yard.work.head,
        "ended": "2026-12-01T12:00:00+00:00",
        "status": "failed",
        "why": "main_run",
    }


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/p2p-way/p2p-agent-infra", "https-github-com-p2p-way-p2p-agent-infra"),
        ("git@github.com:a/b.git", "git-github-com-a-b-git"),
    ],
)
def test_checkouts_are_where_p2p_agent_infra_has_them(address: str, name: str) -> None:
    """Its playbooks may name the folder."""
    assert folder_name(address) == name


def grows(path: Path) -> bool:
    """Whether something still touches a file."""
    import time  # noqa: PLC0415 (the only test that has to wait)

    before = path.stat().st_mtime_ns
    time.sleep(0.4)
    return path.stat().st_mtime_ns > before
