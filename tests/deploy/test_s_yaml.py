"""infra/s.yaml as the real Serverless Devs resolves it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft7Validator

from infra.deploying.rules.every import faults
from infra.deploying.rules.template import parse_template
from tests.deploy.resolved import ARCHIVES, SOURCES, resolved
from tests.deploy.serverless_devs import ROOT, TEMPLATE, Json, ServerlessDevs
from tests.sandbox.witness import META_VARIABLE

LAYER: Final = "acs:fc:us-west-1:1234567890123456:layers/seeds-python/versions/7"
LOOPBACK: Final = "http://127.0.0.1:8800"
PASSED_ON: Final = {
    "CONTROL_SOURCES": f"{SOURCES}#main:control.yaml git@git.example.com:fleet",
    "MAX_NODES_PER_REGION": "5",
    "MAX_NODES": "90",
    "MAX_USD_PER_DAY": "12.50",
    "NOTIFY_URLS": "https://hooks.example.com/T0KEN/1",
    "SCHEDULER": "timer",
    "CONTROL_TOKEN": "gl'pat:\"#1{}",
    "CONTROL_SSH_KEY": "LS0tLS1CRUdJTg==",
    "CONTROL_KNOWN_HOSTS": "git.example.com ssh-ed25519 AAAA",
    "CONTROL_ALLOW_REWIND": "true",
}
EVERYTHING: Final = {
    **PASSED_ON,
    "DEPLOY_REGION": "us-west-1",
    "FLEET_NAME": "seeds",
    "FUNCTION_LOGS": "{project: mine, logstore: functions}",
    "P2P_FLEET_LAYER": LAYER,
    "P2P_FLEET_SANDBOX": LOOPBACK,
}


@pytest.fixture(scope="module")
def plain(serverless_devs: ServerlessDevs) -> Json:
    """What a newcomer gets who has named the control repository and nothing else."""
    return serverless_devs.preview(CONTROL_SOURCES=SOURCES)


@pytest.fixture(scope="module")
def full(serverless_devs: ServerlessDevs) -> Json:
    """What comes out with every variable set."""
    return serverless_devs.preview(**EVERYTHING)


@pytest.fixture(scope="session")
def schema() -> Json:
    """The schema of the component fc3; fails in CI and skips elsewhere where it is not at hand."""
    folder = os.environ.get(META_VARIABLE)
    if not folder:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must set {META_VARIABLE} to the folder with fc3-schema.json")
        pytest.skip(f"{META_VARIABLE} names no folder with fc3-schema.json")
    published: Json = json.loads((Path(folder) / "fc3-schema.json").read_text("utf-8"))
    return published


def test_naming_the_control_repository_is_enough(plain: Json) -> None:
    """Everything else has a default."""
    usual = resolved(
        "ap-southeast-1", "p2p-agent", "not-published", "auto", CONTROL_SOURCES=SOURCES
    )

    assert plain == usual


def test_every_value_can_come_from_the_environment(full: Json) -> None:
    """Each variable ends where the functions read it, letter by letter."""
    logs = {"project": "mine", "logstore": "functions"}
    sandbox = {"ALIBABA_CLOUD_ENDPOINT_URL": LOOPBACK, "P2P_FLEET_CLOCK_URL": LOOPBACK}

    assert full == resolved("us-west-1", "seeds", LAYER, logs, **PASSED_ON, **sandbox)


@pytest.mark.parametrize("case", ["plain", "full"])
def test_the_file_keeps_to_our_own_rules(case: str, request: pytest.FixtureRequest) -> None:
    """What is in the repository can be deployed as it is, with few variables set and with all."""
    template = parse_template(json.dumps(request.getfixturevalue(case)))

    assert faults(template, ARCHIVES) == ()


@pytest.mark.parametrize("case", ["plain", "full"])
def test_the_component_accepts_both_functions(
    case: str, schema: Json, request: pytest.FixtureRequest
) -> None:
    """The published schema of fc3 finds nothing wrong; a wrong value shows that it looks."""
    validator = Draft7Validator(schema)
    both = [one["props"] for one in request.getfixturevalue(case)["resources"].values()]
    broken = {**both[0], "memorySize": 100, "region": "eu-north-9"}

    assert [error.message for one in both for error in validator.iter_errors(one)] == []
    assert {error.json_path for error in validator.iter_errors(broken)} == {
        "$.memorySize",
        "$.region",
    }


def test_no_secret_is_written_in_the_file() -> None:
    """Token and key come from outside alone, and the file for them is none of Git's."""
    text = TEMPLATE.read_text("utf-8")
    ignored = (ROOT / "infra" / ".gitignore").read_text("utf-8").splitlines()

    for name in ("CONTROL_TOKEN", "CONTROL_SSH_KEY"):
        assert f"{name}: ${{env('{name}', '')}}" in text
    assert ".env" in ignored


def test_the_handlers_are_where_the_file_says() -> None:
    """Each handler that is named is a function of this repository."""
    for name in ("watcher", "bootstrap"):
        module = ROOT / "functions" / name / "handler.py"
        assert "\ndef handler(" in module.read_text("utf-8")
