"""The commands that need no cloud: their output, their exit codes, their one-sentence refusals."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import main

GOOD = "start: 2026-12-01T18:00:00Z\ncapacity: {all: 3, aliyun: {eu-central-1: 1}}\n"
BAD = "capcity: 3\nregions: [eu-centrl-1]\n"


def test_validate_says_what_a_right_document_asks_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 0 and one line with the nodes and regions."""
    file = tmp_path / "control.yaml"
    file.write_text(GOOD, encoding="utf-8")

    assert main(["validate", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: valid: 88 nodes in 30 regions\n"


def test_validate_lists_every_complaint_with_file_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1 and one line a complaint, in a form that editors can jump to."""
    file = tmp_path / "control.yaml"
    file.write_text(BAD, encoding="utf-8")

    assert main(["validate", str(file)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{file}:1:1: unknown key `capcity`; did you mean `capacity`?",
        f"{file}:2:11: regions.eu-centrl-1: `eu-centrl-1` is not a region of Alibaba Cloud;"
        " did you mean `eu-central-1`?",
    ]


def test_validate_of_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, the file and the reason."""
    missing = tmp_path / "nowhere.yaml"

    assert main(["validate", str(missing)]) == 1
    assert capsys.readouterr().err == (
        f"p2p-fleet: {missing}: No such file or directory; name a readable file.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["polll"], "No such command 'polll'"),
        (["poll", "--plann"], "No such option"),
        (["validate"], "Missing argument 'FILE'"),
        (["sandbox", "--port", "70000"], "70000 is not in the range"),
        (["sandbox", "--regions", "mars-1"], "'mars-1' is not a public region"),
    ],
)
def test_a_wrong_command_line_is_one_sentence_and_exit_1(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """2 would mean that the document is held, so usage errors do not use it."""
    assert main(arguments) == 1
    told = capsys.readouterr().err
    assert told.startswith("p2p-fleet: ")
    assert said in told
    assert told.count("\n") == 1


def test_poll_without_an_environment_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first variable that is missing, and what to set it to."""
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "CONTROL_SOURCES"):
        monkeypatch.delenv(name, raising=False)

    assert main(["poll"]) == 1
    assert capsys.readouterr().err == (
        "p2p-fleet: environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set; set it to an access key"
        " id.\n"
    )


def test_regions_lists_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    """All 32 regions, two of them closing, each with the endpoint that really serves it."""
    assert main(["regions", "--json"]) == 0
    listed = {region["region_id"]: region for region in json.loads(capsys.readouterr().out)}

    assert len(listed) == 32
    assert [name for name, region in listed.items() if region["closing"]] == [
        "cn-nanjing",
        "cn-fuzhou",
    ]
    assert listed["cn-shanghai"] == {
        "region_id": "cn-shanghai",
        "local_name": "China (Shanghai)",
        "ess_host": "ess.aliyuncs.com",
        "mainland": True,
        "closing": False,
    }
    assert main(["regions"]) == 0
    assert "cn-shanghai     China (Shanghai)" in capsys.readouterr().out


def test_the_sandbox_announces_itself_and_ends_when_told_to() -> None:
    """One JSON line when ready; an interrupt ends it with exit code 0."""
    command = [sys.executable, "-m", "cli.main", "sandbox", "--regions", "eu-central-1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()

    assert (process.returncode, rest) == (0, "")
    assert set(ready) == {"endpoint", "access_key_id", "access_key_secret", "account_id"}


def test_help_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` lists the commands and is no error."""
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("validate", "poll", "regions", "sandbox"))
