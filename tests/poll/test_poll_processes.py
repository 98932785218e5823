"""The programs around the poll: exit codes, what goes to which stream, and no secret in either."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator

from functions.watcher.handler import handler
from sandbox.git_host import Instead
from tests.poll.launch import (
    FRANKFURT,
    REGIONS,
    Json,
    Launch,
    document,
    everywhere,
    told,
)

SCHEMA: Final = Path(__file__).parents[2] / "docs" / "report.schema.json"
WATCHER: Final = ("functions.watcher",)
TERMINAL: Final = ("cli.main", "poll", "--json")


def lose_region(launch: Launch) -> Mapping[str, str]:
    """Let one region be out of reach."""
    launch.commit(document(2))
    launch.faults({"region": FRANKFURT, "fault": "error", "code": "Odd"})
    return {}


def hold(launch: Launch) -> Mapping[str, str]:
    """Commit what cannot be accepted."""
    launch.commit("capacity: two\n")
    return {}


def change(launch: Launch) -> Mapping[str, str]:
    """Commit what changes every region."""
    launch.commit(document(2))
    return {}


def converge(launch: Launch) -> Mapping[str, str]:
    """Commit what every region is already."""
    launch.commit(document(0))
    return {}


def lock_out(launch: Launch) -> Mapping[str, str]:
    """Let every request be refused."""
    launch.commit(document(2))
    return {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tNobodyHasThisKey00"}


@pytest.mark.parametrize(
    ("command", "prepare", "status", "code"),
    [
        (WATCHER, converge, "converged", 0),
        (TERMINAL, change, "changed", 0),
        (WATCHER, hold, "held", 2),
        (TERMINAL, hold, "held", 2),
        (WATCHER, lose_region, "partial", 3),
        (TERMINAL, lock_out, "failed", 4),
    ],
)
def test_the_exit_code_follows_the_status(
    launch: Launch, command: tuple[str, ...], prepare: object, status: str, code: int
) -> None:
    """On stdout stands one JSON report as its schema says, whatever came of the poll."""
    assert callable(prepare)
    given = prepare(launch)

    done = launch.run(*command, given=given)

    report = json.loads(done.stdout)
    assert (report["status"], done.returncode) == (status, code)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(report)


def test_the_report_has_every_key_that_the_contract_names(launch: Launch) -> None:
    """A whole report, compared whole; only what no two runs share is taken out."""
    sha = launch.commit(document({"aliyun": {"all": 2, FRANKFURT: 1}}))

    report = json.loads(launch.run(*WATCHER).stdout)

    label = launch.host.url_of("control.git")
    assert report.pop("elapsed_ms") > 0
    assert report.pop("now").startswith("2026-12-01T12:")
    assert report["sources"][0].pop("elapsed_ms") > 0
    assert "ecs.e-c1m1.large" in report["cost"].pop("basis")
    names = dict(
        zip(REGIONS, ("China (Hangzhou)", "Singapore", "Germany (Frankfurt)"), strict=True)
    )
    assert report == {
        "action": "poll",
        "status": "changed",
        "reason": None,
        "commit": {
            "sha": sha,
            "time": "2026-12-01T12:00:00Z",
            "source": label,
            "signed_by": None,
        },
        "window": {"start": "2026-12-01T18:00:00Z", "stop": "2026-12-08T18:00:00Z"},
        "dry_run": False,
        "regions": [
            {
                "region": region,
                "local_name": names[region],
                "decision": "arm",
                "reason": f"before start: armed for {nodes}",
                "before": {"min": 0, "max": 0, "desired": None, "active": 0, "pending": 0},
                "target": 0,
                "target_in_window": nodes,
                "armed": {"start": "2026-12-01T18:00:00Z", "stop": "2026-12-08T18:00:00Z"},
                "outcome": "done",
                "error": None,
                "resources": [],
                "checks": [],
            }
            for region, nodes in zip(REGIONS, (2, 2, 1), strict=True)
        ],
        "sources": [{"source": label, "status": "used", "commit": sha, "message": None}],
        "totals": {"regions": 3, "target": 0, "active": 0, "writes": 9, "calls": 32 + 3 + 9},
        "cost": {"usd_per_day": 5.4, "usd_window": 37.8},
        "unseen": [],
        "shared": [],
        "clear": [],
        "schedule": None,
    }


def test_the_watcher_logs_one_json_line_for_the_run_and_one_a_region(launch: Launch) -> None:
    """That is what Function Compute keeps; an error is marked as one."""
    sha = launch.commit(document(2))
    launch.faults({"action": "TagResources", "region": FRANKFURT, "fault": "error", "code": "Odd"})

    done = launch.run(*WATCHER)

    head, *lines = map(json.loads, done.stderr.splitlines())
    report = json.loads(done.stdout)
    assert {key: head[key] for key in ("level", "action", "status", "commit")} == {
        "level": "warning",
        "action": "poll",
        "status": "partial",
        "commit": sha,
    }
    assert lines == [
        {
            "level": "error" if region["error"] else "info",
            "action": "poll",
            "commit": sha,
            **region,
        }
        for region in report["regions"]
    ]
    assert [line["level"] for line in lines] == ["info", "info", "error"]


def test_an_interrupted_terminal_is_given_back_at_once(launch: Launch) -> None:
    """A region that hangs must not make a person wait; the next poll goes on from what it finds."""
    launch.commit(document(2))
    launch.faults({"fault": "timeout_before", "region": FRANKFURT})
    command = [sys.executable, "-m", "cli.main", "poll"]
    environment = {**os.environ, **launch.environment}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as terminal:
        while not launch.admin("requests"):
            time.sleep(0.01)
        terminal.send_signal(signal.SIGINT)
        began_s = time.monotonic()
        _, told_at_last = terminal.communicate(timeout=10)

    assert (terminal.returncode, time.monotonic() - began_s < 6) == (130, True)
    assert told_at_last.endswith("interrupted; run it again to go on\n")


def test_function_compute_gets_the_report_and_the_log(
    launch: Launch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The handler takes bytes and an unused context, and reads its environment."""
    launch.commit(document(2))
    for name, value in launch.environment.items():
        monkeypatch.setenv(name, value)

    report = json.loads(handler(b'{"action": "plan"}', None))

    assert (report["status"], told(report)) == ("changed", everywhere("arm 0 none"))
    assert len(capsys.readouterr().err.splitlines()) == 1 + len(REGIONS)


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [
        (
            ("functions.watcher", "--event", "[]"),
            {},
            "event: the event must be a JSON object; use {} for a plain poll.\n",
        ),
        (
            ("cli.main", "poll", "--event", '{"action": "stop"}'),
            {},
            "p2p-fleet: --event: action must be poll or plan, not 'stop'.\n",
        ),
        (
            ("functions.watcher",),
            {"MAX_NODES": "many"},
            "environment: MAX_NODES must be a whole number of at least 0, not 'many'.\n",
        ),
        (
            ("cli.main", "poll"),
            {"DEADLINE_S": "never"},
            "p2p-fleet: environment: DEADLINE_S must be seconds from 1 to 86400, not 'never'.\n",
        ),
        (
            ("functions.watcher", "--evnt"),
            {},
            "python -m functions.watcher: unrecognized arguments: --evnt\n",
        ),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence_and_exit_code_1(
    launch: Launch, command: tuple[str, ...], given: dict[str, str], said: str
) -> None:
    """Nothing is read, nothing written, nothing on stdout."""
    done = launch.run(*command, given=given)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert launch.admin("requests") == []


def test_a_plan_in_the_terminal_writes_nothing_and_shows_what_would_happen(
    launch: Launch,
) -> None:
    """`--plan` turns any event into a plan; exit code 0 although a poll would change things."""
    launch.commit(document(2))
    before = launch.fleet()

    done = launch.run(*TERMINAL, "--plan", "--event", '{"regions": ["eu-central-1"]}')

    report = json.loads(done.stdout)
    assert (report["status"], done.returncode) == ("changed", 0)
    assert told(report) == {FRANKFURT: "arm 0 none"}
    assert launch.fleet() == before


def test_a_table_is_shown_to_a_person(launch: Launch) -> None:
    """Every region with its local name, and the reason where there is trouble."""
    launch.commit(document(2))
    launch.faults({"region": FRANKFURT, "fault": "error", "code": "Odd", "message": "Odd words"})

    done = launch.run("cli.main", "poll", given={"COLUMNS": "200"})

    assert done.returncode == 3
    for words in ("China (Hangzhou)", "Singapore", "Germany (Frankfurt)", "Odd words"):
        assert words in done.stdout


# --- secrets ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deploy_key(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A private key as CONTROL_SSH_KEY takes it."""
    path = tmp_path_factory.mktemp("key") / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return base64.b64encode(path.read_bytes()).decode()


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [{"fault": "html"}],
        [{"fault": "reset"}],
        [{"fault": "error", "code": "SignatureDoesNotMatch", "message": "{secret} {token}"}],
        [{"fault": "error", "code": "Echo", "message": "you sent {secret} and {token}"}],
    ],
    ids=["none", "html", "reset", "SignatureDoesNotMatch", "echo"],
)
def test_no_secret_is_in_any_output(launch: Launch, deploy_key: str, rules: list[Json]) -> None:
    """Whatever goes wrong with cloud and Git, and whatever they quote in their answers."""
    secrets = {
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": launch.environment["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        "ALIBABA_CLOUD_SECURITY_TOKEN": "CAISsecurityTokenOfTheRole0123456789",
        "CONTROL_TOKEN": "github_pat_11ABCDEFG0123456789",
        "CONTROL_SSH_KEY": deploy_key,
    }
    said = {
        "{secret}": secrets["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        "{token}": secrets["ALIBABA_CLOUD_SECURITY_TOKEN"],
    }
    text = json.dumps(rules)
    for placeholder, secret in said.items():
        text = text.replace(placeholder, secret)
    sources = (
        f"{launch.host.http_url.replace('//', '//me:hunter2@')}/control.git"
        f" {launch.host.url_of('missing.git')} git@127.0.0.1:1/fleet.git"
    )
    launch.commit(document(2))
    launch.faults(*json.loads(text))
    launch.host.misbehave("missing.git", Instead(status=401))

    done = launch.run(*WATCHER, given={**secrets, "CONTROL_SOURCES": sources, "DEADLINE_S": "2"})

    output = done.stdout + done.stderr
    assert json.loads(done.stdout)["regions"]
    hidden = [*secrets.values(), "hunter2", base64.b64decode(deploy_key).decode()]
    assert [secret for secret in hidden if secret in output] == []
