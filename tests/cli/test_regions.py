"""`p2p-fleet regions`: the catalogue offline, and what an account may run in each region."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from cli.main import main
from sandbox.server import RunningSandbox, start_sandbox
from shared.regions import CATALOGUE, OPEN_REGION_IDS
from tests.bootstrap.yard import FRANKFURT, LONDON, NOON, Yard
from tests.cli.operator import Ended, opened_account, plain, run, run_on_terminal, settled

SHANGHAI: Final = "cn-shanghai"
VIRGINIA: Final = "us-east-1"
THREE: Final = ("--regions", f"{FRANKFURT},{LONDON},{VIRGINIA}")
"""Two regions that the account has, and one that it has not."""
DISKS: Final = "cloud_essd_entry          cloud_essd  cloud_auto"
NOT_THERE: Final = [
    "InvalidRegionId.NotFound",
    "  us-east-1: This endpoint does not know the region. (The specified region does not exist.)",
    "  → Exclude the region in the control document until it is served again.",
]


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Yard]:
    """An account in a cloud of three regions; its environment names no control repository."""
    with opened_account(tmp_path, FRANKFURT, LONDON, SHANGHAI) as opened:
        del opened.environment["CONTROL_SOURCES"]
        yield opened


@pytest.fixture
def world() -> Iterator[RunningSandbox]:
    """A cloud of all regions."""
    with start_sandbox(seed=1, start=NOON) as sandbox:
        yield sandbox


def asked(account: Yard) -> list[str]:
    """The actions that the account has been asked for, each once, by name."""
    return sorted({one["action"] for one in account.admin("requests")})


def answers(ended: Ended, key: str) -> dict[str, Any]:
    """What the JSON of a command says to a question, by region."""
    return {one["region_id"]: one[key] for one in json.loads(ended.out)}


def in_pipe(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Run the command in this process, and return what a pipe gets."""
    assert main(["regions", *arguments]) == 0
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_the_catalogue_needs_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a question no key is needed; closing regions are marked."""
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_ID", raising=False)

    lines = in_pipe(capsys, "--regions", "cn-nanjing,eu-central-1")

    assert lines == [
        "region        where                           mainland China  state"
        "                     Auto Scaling endpoint",
        "cn-nanjing    China (Nanjing - Local Region)  yes             closing: only when named"
        "  ess.aliyuncs.com",
        "eu-central-1  Germany (Frankfurt)                             open"
        "                      ess.eu-central-1.aliyuncs.com",
    ]
    assert len(in_pipe(capsys)) == 1 + len(CATALOGUE)


def test_the_catalogue_fits_a_narrow_terminal() -> None:
    """Every endpoint is whole: it is what a person would copy."""
    code, shown = run_on_terminal({}, "regions", columns=80)

    lines = plain(shown)
    hosts = [word for line in lines for word in line.split() if word.endswith(".com")]
    assert (code, max(map(len, lines)) <= 80) == (0, True)
    assert hosts == [region.ess_host for region in CATALOGUE]


def test_zones_are_asked_of_every_open_region(world: RunningSandbox) -> None:
    """All at once, in the order of the catalogue; exit 0 when all have answered."""
    environment = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": world.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": world.access_key_secret,
        "ALIBABA_CLOUD_ENDPOINT_URL": world.endpoint,
    }
    done = run(environment, "regions", "--zones", "--json")

    zones = answers(done, "zones")
    assert (done.code, tuple(zones)) == (0, OPEN_REGION_IDS)
    assert (zones[FRANKFURT], len(zones[SHANGHAI])) == (
        ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
        12,
    )
    assert [error for errors in answers(done, "errors").values() for error in errors] == []


def test_all_questions_together_are_a_table_each(account: Yard) -> None:
    """A region that does not answer shows its code, and the others are told all the same."""
    account.faults(stock=[{"region": LONDON, "zone": "*", "instance_type": "*", "disk": "*"}])

    done = run(account.environment, "regions", "--zones", "--types", "--quotas", *THREE)

    assert (done.code, done.err, done.lines) == (
        3,
        "",
        [
            "region        where                zones  which",
            "eu-central-1  Germany (Frankfurt)      3  a b c",
            "eu-west-1     UK (London)              2  a b",
            "us-east-1     US (Virginia)            ?  InvalidRegionId.NotFound",
            "5 zones in 2 regions",
            f"region        where                instance type      {DISKS}",
            f"eu-central-1  Germany (Frankfurt)  ecs.e-c1m1.large   {'a':24}  a b c       a b",
            f"{'':35}ecs.e-c1m2.large   {'a':24}  a b c       a b",
            f"{'':35}ecs.u1-c1m1.large  {'a c':24}  a b c       a b c",
            f"{'':35}ecs.t6-c1m1.large  {'-':24}  a c         -",
            f"eu-west-1     UK (London)          ecs.e-c1m1.large   {'-':24}  -           -",
            f"{'':35}ecs.e-c1m2.large   {'-':24}  -           -",
            f"{'':35}ecs.u1-c1m1.large  {'-':24}  -           -",
            f"{'':35}ecs.t6-c1m1.large  {'-':24}  -           -",
            "us-east-1     US (Virginia)        ?                  InvalidRegionId.NotFound",
            "1 of 2 regions has stock of at least one of the types; nothing of all this is in"
            " eu-west-1",
            "region        where                 vCPUs  groups  tasks  security groups  verified",
            "eu-central-1  Germany (Frankfurt)  0/2000   0/200   0/70            ?/100       yes",
            "eu-west-1     UK (London)          0/2000   0/200   0/70            ?/100       yes",
            "us-east-1     US (Virginia)             ?   ?/200   ?/70                ?         ?"
            "  InvalidRegionId.NotFound",
            "used/most: vCPUs of pay-as-you-go instances, scaling groups, scheduled tasks, security"
            " groups; verified: real-name verification, which mainland China demands; ?: not told",
            *NOT_THERE,
            "3 regions, CALLS, TIME",
        ],
    )


def test_a_terminal_of_80_columns_gets_short_names_of_disks(account: Yard) -> None:
    """No names of places, and many zones take two lines rather than being cut off."""
    code, shown = run_on_terminal(
        account.environment, "regions", "--types", "--regions", SHANGHAI, columns=80
    )

    lines = plain(shown)
    assert (code, max(map(len, lines)) <= 80) == (0, True)
    assert lines[:8] == [
        "region       instance type      essd_entry   essd              auto",
        "cn-shanghai  ecs.e-c1m1.large   a e l        a b c e f g l m   a b e f l m",
        "                                             n",
        "             ecs.e-c1m2.large   a e l        a b c e f g l m   a b e f l m",
        "                                             n",
        "             ecs.u1-c1m1.large  a c e g l n  a b c d e f g k   a b c d e f g k l",
        "                                             l m n o           m n o",
        "             ecs.t6-c1m1.large  -            a c e g l n       -",
    ]


def test_json_answers_every_question_and_names_every_error(account: Yard) -> None:
    """Null where a region did not answer; what was not asked is not there."""
    account.faults(
        {
            "region": LONDON,
            "action": "DescribeLimitation",
            "fault": "error",
            "code": "Odd",
            "message": "Odd words.",
        },
        account={"real_name_verified": False},
    )

    done = run(account.environment, "regions", "--quotas", "--json", *THREE)

    untold = dict.fromkeys(
        ("max_scaling_groups", "used_scaling_groups", "max_scheduled_tasks", "used_scheduled_tasks")
    )
    full = {
        "max_vcpus": 2000,
        "used_vcpus": 0,
        "max_security_groups": 100,
        "max_scaling_groups": 200,
        "used_scaling_groups": 0,
        "max_scheduled_tasks": 70,
        "used_scheduled_tasks": 0,
        "real_name_verified": False,
    }
    codes = {
        region: [(error["code"], error["message"]) for error in errors]
        for region, errors in answers(done, "errors").items()
    }
    assert (done.code, answers(done, "quotas")) == (
        3,
        {
            FRANKFURT: full,
            LONDON: full | untold,
            VIRGINIA: dict.fromkeys(full) | {"max_scaling_groups": 200, "max_scheduled_tasks": 70},
        },
    )
    assert codes == {
        FRANKFURT: [],
        LONDON: [("Odd", "Odd words.")],
        VIRGINIA: [
            (
                "InvalidRegionId.NotFound",
                "This endpoint does not know the region. (The specified region does not exist.)",
            )
        ],
    }
    assert "zones" not in json.loads(done.out)[0]


def test_a_document_says_which_regions_and_types(account: Yard, tmp_path: Path) -> None:
    """What one region overrides counts there; nothing else is asked for."""
    file = tmp_path / "control.yaml"
    file.write_text(
        "capacity: 1\nfleet: {instance_types: [ecs.e-c1m2.large], disk_categories: [cloud_essd]}\n"
        f"regions: {{{LONDON}: {{instance_types: [ecs.u1-c1m1.large]}}, {FRANKFURT}: {{}}}}\n",
        encoding="utf-8",
    )

    done = run(account.environment, "regions", "--types", "--document", str(file), "--json")

    types = answers(done, "types")
    assert (done.code, types) == (
        0,
        {
            FRANKFURT: [
                {
                    "instance_type": "ecs.e-c1m2.large",
                    "disk_category": "cloud_essd",
                    "zones": ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
                }
            ],
            LONDON: [
                {
                    "instance_type": "ecs.u1-c1m1.large",
                    "disk_category": "cloud_essd",
                    "zones": ["eu-west-1a", "eu-west-1b"],
                }
            ],
        },
    )
    assert asked(account) == ["DescribeAvailableResource"]


def test_a_region_that_hangs_keeps_the_others_no_longer_than_the_deadline(account: Yard) -> None:
    """It shows that time ran out or that nobody answered; the others have their answer."""
    account.faults({"region": LONDON, "fault": "timeout_before"})

    done = run(
        {**account.environment, "DEADLINE_S": "2"},
        "regions",
        "--zones",
        *THREE[:1],
        f"{FRANKFURT},{LONDON}",
    )

    assert (done.code, done.lines[1:5]) == (
        3,
        [
            "eu-central-1  Germany (Frankfurt)      3  a b c",
            "eu-west-1     UK (London)              ?  EndpointTimeout",
            "3 zones in 1 region",
            "EndpointTimeout",
        ],
    )
    elapsed = re.search(r"(\d+\.\d) s$", done.out)
    assert elapsed is not None
    assert float(elapsed.group(1)) < 3


def test_exit_4_says_that_no_region_answered(account: Yard) -> None:
    """A wrong key is told once, for all regions, and never shown."""
    environment = {**account.environment, "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIwrong"}

    done = run(environment, "regions", "--zones", "--regions", f"{FRANKFURT},{LONDON}")

    assert (done.code, [settled(line) for line in done.lines[3:]]) == (
        4,
        [
            "0 zones in 0 regions",
            "InvalidAccessKeyId.NotFound",
            "  eu-central-1, eu-west-1: The access key does not exist or is disabled.",
            "  → Check ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, with"
            " temporary credentials, ALIBABA_CLOUD_SECURITY_TOKEN.",
            "2 regions, CALLS, TIME",
        ],
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--regions", "frankfurt"],
            "--regions: `frankfurt` is not a region of Alibaba Cloud; did you mean `eu-central-1`,"
            " Germany (Frankfurt)?",
        ),
        (
            ["--zones"],
            "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set; set it to an access key id.",
        ),
        (
            ["--types", "--document", "{}/no.yaml"],
            "{}/no.yaml: No such file or directory; name a readable file.",
        ),
        (
            ["--types", "--document", "{}/bad.yaml"],
            "{}/bad.yaml:1:1: unknown key `capcity`; did you mean `capacity`? (and 1 more:"
            " p2p-fleet validate {}/bad.yaml)",
        ),
        (["--bogus"], "No such option '--bogus'."),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence_and_exit_1(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: Sequence[str],
    said: str,
) -> None:
    """Nobody is asked, and nothing is on stdout."""
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_ID", raising=False)
    bad = "capcity: 3\nregions: [eu-centrl-1]\n"
    (tmp_path / "bad.yaml").write_text(bad, encoding="utf-8")

    code = main(["regions", *(one.replace("{}", str(tmp_path)) for one in arguments)])

    told = capsys.readouterr()
    sentence = said.replace("{}", str(tmp_path))
    assert (code, told.out, told.err) == (1, "", f"p2p-fleet: {sentence}\n")
