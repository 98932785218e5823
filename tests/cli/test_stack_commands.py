"""`p2p-fleet bootstrap` and `destroy`, as processes: what people and scripts get from them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from cli.main import main
from tests.bootstrap.yard import FRANKFURT, HANGZHOU, LONDON, Yard
from tests.cli.operator import (
    Ended,
    opened_account,
    plain,
    run,
    run_on_terminal,
    seen,
    settled,
    start,
    terminal,
)

HEAD: Final = [
    "commit SHA of THEN from GIT/control.git",
    "start 2026-12-01 18:00 UTC (COUNTDOWN), stop 2026-12-08 18:00 UTC (COUNTDOWN)",
]
SHARED: Final = "shared by all regions:"
NO_SCHEDULE: Final = (
    "FC_REGION is not set, so nobody has looked for a schedule of the watcher: one that is there"
    " may have the stacks built again."
)
COST: Final = (
    "They cost 2.19 USD a day (at most, at list price: each node as the dearest that its group may"
    " make; traffic that is paid by volume is not in it)."
)
ALL_KINDS: Final = (
    "VPC, IPv4 gateway, default route, vSwitch ×2, security group, launch template, scaling group"
)
BACKWARDS: Final = (
    "scaling group, launch template, security group, vSwitch ×2, default route, IPv4 gateway, VPC"
)
WITH_NODES: Final = BACKWARDS.replace("group,", "group, instances,", 1)
CLOSED: Final = "not open to this account, so nothing can be there: 29 regions"
NOWHERE: Final = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
    "ALIBABA_CLOUD_ENDPOINT_URL": "http://127.0.0.1:9",
    "CONTROL_SOURCES": "https://example.invalid/control.git",
}
"""An environment that is right, of a cloud and a repository that nobody can reach."""
GONE: Final = (
    "Role and resource group are gone (a deleted resource group stays listed for some days)."
)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Yard]:
    """An empty account in a cloud of three regions, and a document for two of them."""
    with opened_account(tmp_path, HANGZHOU, FRANKFURT, LONDON) as opened:
        opened.commit(regions=(FRANKFURT, LONDON))
        yield opened


@pytest.fixture
def built(account: Yard) -> Yard:
    """The same, with both stacks built, and two nodes running in one of them."""
    account.run()
    account.scale(FRANKFURT, 2)
    return account


def carried_out(account: Yard, action: str) -> int:
    """How many requests of an action the account has seen."""
    return sum(one["action"] == action for one in account.admin("requests"))


def test_a_plan_lists_everything_that_would_be_built(account: Yard) -> None:
    """Each thing by name under its region, what is shared after that; nothing is written."""
    done = run(account.environment, "bootstrap", "--dry-run", "--regions", FRANKFURT)

    assert (done.code, done.err, done.lines) == (
        0,
        "",
        [
            "bootstrap: changed  (a plan: nothing was written)",
            *HEAD,
            "eu-central-1  Germany (Frankfurt): would be built",
            "  create  VPC              p2p-agent-eu-central-1",
            "  create  IPv4 gateway     p2p-agent-eu-central-1",
            "  create  default route    p2p-agent-eu-central-1",
            "  create  vSwitch          p2p-agent-eu-central-1a",
            "  create  vSwitch          p2p-agent-eu-central-1c",
            "  create  security group   p2p-agent-eu-central-1",
            "  create  launch template  p2p-agent-eu-central-1",
            "  create  scaling group    p2p-agent-eu-central-1",
            SHARED,
            "  create  resource group  p2p-agent",
            "  create  instance role   p2p-agent-node",
            "  create  role policy     p2p-agent-node",
            "1 region: 1 to change; 0 writes, CALLS, TIME",
        ],
    )
    assert account.inventory() == {}


def test_stacks_are_built_once_and_then_stand(account: Yard) -> None:
    """What was created is told in a line a region; a second run changes nothing and says so."""
    first = run(account.environment, "bootstrap")
    second = run(account.environment, "bootstrap")

    assert (first.code, first.err, first.lines) == (
        0,
        "",
        [
            "bootstrap: changed",
            *HEAD,
            f"{SHARED} created resource group, instance role, role policy",
            "region        where                stack   done",
            f"eu-central-1  Germany (Frankfurt)  stands  created {ALL_KINDS}",
            f"eu-west-1     UK (London)          stands  created {ALL_KINDS}",
            "2 regions: 2 changed; 28 writes, CALLS, TIME",
        ],
    )
    assert (second.code, second.lines) == (
        0,
        [
            "bootstrap: converged",
            *HEAD,
            "region        where                stack                        done",
            "eu-central-1  Germany (Frankfurt)  stands as the document says",
            "eu-west-1     UK (London)          stands as the document says",
            "2 regions: 2 left as they are; 0 writes, CALLS, TIME",
        ],
    )


def test_without_confirmation_all_that_would_go_is_listed(built: Yard) -> None:
    """Everything by name, the nodes that run, what they cost, and how to confirm."""
    done = run(built.environment, "destroy")

    assert (done.code, done.err, done.lines) == (
        0,
        "",
        [
            "destroy: changed  (a plan: nothing was written)",
            "eu-central-1  Germany (Frankfurt), 2 nodes: would be removed",
            "  remove  scaling group    p2p-agent-eu-central-1",
            "  remove  instances        2 of p2p-agent-eu-central-1",
            "  remove  launch template  lt-ID",
            "  remove  security group   sg-ID",
            "  remove  vSwitch          vsw-ID in eu-central-1c",
            "  remove  vSwitch          vsw-ID in eu-central-1a",
            "  remove  default route    vtb-ID",
            "  remove  IPv4 gateway     ipv4gw-ID",
            "  remove  VPC              vpc-ID",
            "eu-west-1  UK (London): would be removed",
            "  remove  scaling group    p2p-agent-eu-west-1",
            "  remove  launch template  lt-ID",
            "  remove  security group   sg-ID",
            "  remove  vSwitch          vsw-ID in eu-west-1b",
            "  remove  vSwitch          vsw-ID in eu-west-1a",
            "  remove  default route    vtb-ID",
            "  remove  IPv4 gateway     ipv4gw-ID",
            "  remove  VPC              vpc-ID",
            SHARED,
            "  remove  policy attachment  p2p-agent-node",
            "  remove  role policy        p2p-agent-node",
            "  remove  instance role      p2p-agent-node",
            "  remove  resource group     p2p-agent",
            CLOSED,
            "2 regions: 2 to remove; 0 writes, CALLS, TIME",
            f"2 nodes would be released. {COST}",
            NO_SCHEDULE,
            "Nothing was removed. To remove all this: p2p-fleet destroy --confirm p2p-agent",
        ],
    )
    assert len(built.instance_ids(FRANKFURT)) == 2


def test_with_confirmation_everything_goes_and_the_end_is_proved(built: Yard) -> None:
    """It is said before what goes; afterwards in which regions nothing is left, and no more."""
    done = run(built.environment, "destroy", "--confirm", "p2p-agent")
    again = run(built.environment, "destroy")

    nothing = "nothing tagged p2p-fleet=p2p-agent is"
    where = "in cn-hangzhou, eu-central-1, eu-west-1."
    assert (done.code, done.err, done.lines) == (
        0,
        "removing everything of p2p-agent: its stacks in all regions, its role and its resource"
        " group\n",
        [
            "destroy: changed",
            f"{SHARED} removed policy attachment, role policy, instance role, resource group",
            "region        where                stack    done",
            f"eu-central-1  Germany (Frankfurt)  is gone  removed {WITH_NODES}",
            f"eu-west-1     UK (London)          is gone  removed {BACKWARDS}",
            CLOSED,
            "2 regions: 2 removed; 20 writes, CALLS, TIME",
            f"2 nodes ran before. {COST}",
            f"{nothing.capitalize()} left {where}",
            GONE,
            NO_SCHEDULE,
        ],
    )
    assert (again.code, again.lines) == (
        0,
        [
            "destroy: converged  (a plan: nothing was written)",
            CLOSED,
            "0 regions; 0 writes, CALLS, TIME",
            f"There is nothing to remove: {nothing} {where}",
            GONE,
            NO_SCHEDULE,
        ],
    )
    assert built.ours() == {}


def test_some_regions_are_removed_and_the_rest_stays(built: Yard) -> None:
    """Nothing is claimed of what was not looked at: role, resource group, other regions."""
    built.commit(regions=(FRANKFURT,))

    done = run(built.environment, "destroy", "--regions", LONDON, "--confirm", "p2p-agent")

    assert (done.code, done.err, done.lines) == (
        0,
        "removing the stacks of p2p-agent in eu-west-1\n",
        [
            "destroy: changed",
            HEAD[0],
            "region     where        stack    done",
            f"eu-west-1  UK (London)  is gone  removed {BACKWARDS}",
            "1 region: 1 removed; 8 writes, CALLS, TIME",
            "Nothing tagged p2p-fleet=p2p-agent is left in eu-west-1.",
        ],
    )


def test_a_plan_for_some_regions_says_how_to_confirm_just_these(built: Yard) -> None:
    """The command line can be copied; no node runs there."""
    built.commit(regions=(FRANKFURT,))

    done = run(built.environment, "destroy", "--regions", f"{LONDON},{HANGZHOU}")

    assert done.lines[-2:] == [
        f"0 nodes would be released. {COST.replace('2.19', '0.00')}",
        "Nothing was removed. To remove all this:"
        " p2p-fleet destroy --confirm p2p-agent --regions eu-west-1,cn-hangzhou",
    ]


def test_the_report_says_what_is_shared_and_where_nothing_is_left(built: Yard) -> None:
    """By the published schema; a region that does not exist is not counted as empty."""
    environment = {**built.environment, "CONTROL_SOURCES": "https://example.invalid/r.git"}
    plan = run(environment, "destroy", "--json").report
    done = run(environment, "destroy", "--confirm", "p2p-agent", "--json").report

    shared = [
        {"kind": kind, "name": name, "verb": "removed"}
        for kind, name in (
            ("policy attachment", "p2p-agent-node"),
            ("role policy", "p2p-agent-node"),
            ("instance role", "p2p-agent-node"),
            ("resource group", "p2p-agent"),
        )
    ]
    assert (plan["shared"], plan["clear"], len(plan["unseen"])) == (shared, [HANGZHOU], 29)
    assert (done["shared"], done["clear"], len(done["unseen"])) == (
        shared,
        [HANGZHOU, FRANKFURT, LONDON],
        29,
    )
    assert done["cost"]["usd_per_day"] == plan["cost"]["usd_per_day"] == 2.19


def test_a_region_in_trouble_comes_last_with_what_to_do(built: Yard) -> None:
    """The one that stands is told first; exit 3 says that not everything went well."""
    built.faults(
        {
            "region": FRANKFURT,
            "action": "DescribeVpcs",
            "fault": "error",
            "code": "Odd",
            "message": "Odd words.",
        }
    )

    done = run(built.environment, "bootstrap")

    assert (done.code, done.lines[3:]) == (
        3,
        [
            "region        where                stack                        done",
            "eu-west-1     UK (London)          stands as the document says",
            "eu-central-1  Germany (Frankfurt)  failed: Odd",
            "Odd",
            "  eu-central-1: Odd words.",
            "  → This code is not in our table: look it up with the request id at"
            " https://api.alibabacloud.com/troubleshoot",
            "2 regions: 1 left as they are, 1 failed; 0 writes, CALLS, TIME",
        ],
    )


def test_a_removal_that_is_not_finished_says_how_to_go_on(built: Yard) -> None:
    """Nothing is said to be gone of the region that failed, nor of what the fleet shares."""
    built.faults(
        {
            "region": FRANKFURT,
            "action": "DeleteScalingGroup",
            "fault": "error",
            "code": "Odd",
            "message": "Odd words.",
        }
    )

    done = run(built.environment, "destroy", "--confirm", "p2p-agent")

    assert (done.code, done.lines[-3:]) == (
        3,
        [
            f"2 nodes ran before. {COST}",
            "Nothing tagged p2p-fleet=p2p-agent is left in cn-hangzhou, eu-west-1.",
            "The removal is not finished; to go on: p2p-fleet destroy --confirm p2p-agent",
        ],
    )
    assert len(built.group_ids(FRANKFURT)) == 1


def test_all_that_is_denied_is_named_in_one_line(account: Yard) -> None:
    """For both regions together, with what to do; nothing else is said of it."""
    account.faults(account={"denied_actions": ["vpc:Create*", "ess:EnableScalingGroup"]})

    done = run(account.environment, "bootstrap")

    start_of_troubles = done.lines.index("ActionsDenied")
    assert (done.code, done.lines[start_of_troubles:-1]) == (
        4,
        [
            "ActionsDenied",
            "  eu-central-1, eu-west-1: The access key may not call vpc:CreateVpc,"
            " vpc:CreateIpv4Gateway, vpc:CreateRouteEntry, vpc:CreateVSwitch,"
            " ess:EnableScalingGroup.",
            "  → Grant them to the identity whose access key is used, then run bootstrap again.",
        ],
    )


def test_a_key_that_is_wrong_is_one_sentence(account: Yard) -> None:
    """Nothing can be begun with it; exit 4."""
    environment = {**account.environment, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "nosecretofours"}

    done = run(environment, "destroy", "--confirm", "p2p-agent")

    assert (done.code, done.lines[:2]) == (
        4,
        [
            "destroy: failed",
            "SignatureDoesNotMatch: The access key secret is wrong. Check"
            " ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, with temporary"
            " credentials, ALIBABA_CLOUD_SECURITY_TOKEN.",
        ],
    )
    assert "nosecretofours" not in done.out + done.err


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [
        (
            ["bootstrap", "--regions", "eu-wst-1"],
            {},
            "regions: `eu-wst-1` is not a region of Alibaba Cloud; did you mean `eu-west-1`?",
        ),
        (
            ["destroy", "--regions", ""],
            {},
            "regions: `` is not a region of Alibaba Cloud; `p2p-fleet regions` lists them.",
        ),
        (
            ["destroy", "--confirm", "p2p-agnt"],
            {},
            "confirm says 'p2p-agnt', but the fleet is 'p2p-agent'.",
        ),
        (
            ["destroy"],
            {"FLEET_NAME": "No Fleet"},
            "environment: FLEET_NAME must be 1 to 32 lower-case letters, digits and hyphens,"
            " beginning with a letter, not 'No Fleet'.",
        ),
        (
            ["bootstrap"],
            {"CONTROL_SOURCES": ""},
            "environment: CONTROL_SOURCES is not set; set it to where the control document is,"
            " e.g. https://host/repo.git.",
        ),
        (["bootstrap", "--confirm", "x"], {}, "No such option '--confirm'."),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence_and_exit_1(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    given: dict[str, str],
    said: str,
) -> None:
    """Nothing is asked of the cloud, which nobody could reach here, and nothing is on stdout."""
    for name, value in {**NOWHERE, **given}.items():
        monkeypatch.setenv(name, value)

    code = main(command)

    told = capsys.readouterr()
    assert (code, told.out, told.err) == (1, "", f"p2p-fleet: {said}\n")


@pytest.mark.parametrize(
    ("command", "text", "reason"),
    [
        (
            ["destroy", "--regions", LONDON, "--confirm", "p2p-agent"],
            "",
            "the control document still configures eu-west-1: take it out of `regions` (or add it"
            " to `exclude`), commit, and destroy then",
        ),
        (
            ["destroy", "--regions", LONDON],
            "capacity: many",
            "the control document cannot be read, so nobody knows what it configures"
            " (control.yaml:3:11: capacity: `many` is not a number of instances; write a whole"
            " number such as `3`, or `'-'` to leave the region unmanaged)",
        ),
        (
            ["bootstrap"],
            "capacity: many",
            "control.yaml:3:11: capacity: `many` is not a number of instances; write a whole number"
            " such as `3`, or `'-'` to leave the region unmanaged",
        ),
    ],
)
def test_what_the_document_forbids_is_held_with_exit_2(
    account: Yard, command: list[str], text: str, reason: str
) -> None:
    """The reason is one sentence, and nothing is built or removed."""
    if text:
        account.commit(text)

    done = run(account.environment, *command)

    held = [line for line in done.lines if line.startswith("held: ")]
    assert (done.code, held) == (2, [f"held: {reason}"])
    assert account.inventory() == {}


def test_a_terminal_of_80_columns_gets_a_table_that_fits(built: Yard) -> None:
    """Counts instead of kinds, no names of places, sentences wrapped at words."""
    code, shown = run_on_terminal(
        built.environment, "destroy", "--confirm", "p2p-agent", columns=80
    )

    assert (code, [settled(line) for line in plain(shown)]) == (
        0,
        [
            "destroy: changed",
            "shared by all regions: removed policy attachment, role policy, instance role,",
            "resource group",
            "region        stack    done",
            "eu-central-1  is gone  9 removed",
            "eu-west-1     is gone  8 removed",
            CLOSED,
            "2 regions: 2 removed; 20 writes, CALLS, TIME",
            "2 nodes ran before. They cost 2.19 USD a day (at most, at list price: each node",
            "as the dearest that its group may make; traffic that is paid by volume is not in",
            "it).",
            "Nothing tagged p2p-fleet=p2p-agent is left in cn-hangzhou, eu-central-1,",
            "eu-west-1.",
            "Role and resource group are gone (a deleted resource group stays listed for some",
            "days).",
            "FC_REGION is not set, so nobody has looked for a schedule of the watcher: one",
            "that is there may have the stacks built again.",
        ],
    )


def test_progress_is_one_line_that_moves(account: Yard) -> None:
    """It never scrolls, counts the regions, fits the terminal, and is gone at the end."""
    _, shown = run_on_terminal(account.environment, "bootstrap", columns=60)

    progress, _, rest = shown.partition("bootstrap: ")
    frames = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", progress).split("\r")
    moved = [frame.rstrip() for frame in frames if frame.strip()]
    assert [one for one in moved if "\n" in one.strip("\n") or len(one.strip()) > 60] == []
    assert moved[-1].strip().startswith("building stacks ")
    assert " 2/2 " in moved[-1]
    assert "building stacks" not in rest
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1  # cursor hidden, and back


def test_an_interrupted_run_ends_at_once_and_says_that_a_rerun_goes_on(account: Yard) -> None:
    """A region that hangs keeps nobody; the cursor is back, and the next run finishes."""
    account.faults({"region": LONDON, "action": "DescribeVpcs", "fault": "timeout_before"})
    with terminal(80) as (person, program):
        process = start(account.environment, ["bootstrap"], program)
        os.close(program)
        seen(person, until=FRANKFURT)
        began_s = time.monotonic()
        process.send_signal(signal.SIGINT)
        last_words = seen(person)
        code = process.wait(10)

    assert (code, time.monotonic() - began_s < 5) == (130, True)
    assert last_words.endswith("\x1b[?25h\r\ninterrupted; run it again to go on\r\n")
    account.faults()
    again = run(account.environment, "bootstrap", "--json").report
    assert [one["reason"] for one in again["regions"]] == ["the stack stands"] * 2


def test_an_interrupted_removal_is_finished_by_the_next(built: Yard) -> None:
    """What was gone stays gone, what was left goes; only the sentence is left on the terminal."""
    built.faults({"region": LONDON, "action": "DescribeVpcs", "fault": "timeout_before"})
    command = ["destroy", "--confirm", "p2p-agent"]
    with terminal(80) as (person, program):
        process = start(built.environment, command, program)
        os.close(program)
        while not carried_out(built, "DeleteVpc"):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        shown = seen(person)
        code = process.wait(10)

    assert (code, shown.endswith("\ninterrupted; run it again to go on\r\n")) == (130, True)
    assert list(built.admin("state")["products"]["vpc"]) == [LONDON]
    built.faults()
    again = run(built.environment, *command)
    assert (again.code, built.ours()) == (0, {})


def test_an_interrupted_pipe_gets_no_control_characters(account: Yard) -> None:
    """Only the sentence, on stderr, and no half of a report."""
    account.faults({"region": LONDON, "action": "DescribeVpcs", "fault": "timeout_before"})
    with start(account.environment, ["bootstrap", "--json"], subprocess.PIPE) as process:
        while not carried_out(account, "CreateScalingGroup"):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)

    ended = Ended(process.returncode, out, err)
    assert ended == Ended(130, "", "\ninterrupted; run it again to go on\n")
