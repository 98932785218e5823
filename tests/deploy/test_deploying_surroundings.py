"""What Serverless Devs is started with, and how it is found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from infra.deploying.surroundings import Target, to_deploy, to_resolve, with_layer, without_layer
from infra.deploying.tool import ToolError, find_tool
from shared.settings import cloud_settings_from

KEY: Final = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tSomebody",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hunter2hunter2",
}
SHELL: Final = {
    **KEY,
    "PATH": "/usr/bin",
    "CONTROL_SOURCES": "https://git.example.com/fleet.git",
    "FC_REGION": "eu-central-1",
    "AccountID": "1",
    "AccessKeyID": "another",
    "AccessKeySecret": "another",
    "P2P_FLEET_LAYER": "acs:fc:eu-central-1:1:layers/p2p-agent-python/versions/1",
}
ARN: Final = "acs:fc:eu-central-1:42:layers/p2p-agent-python/versions/2"
LOOPBACK: Final = "http://127.0.0.1:8800"
KEPT: Final = {
    **KEY,
    "PATH": "/usr/bin",
    "CONTROL_SOURCES": "https://git.example.com/fleet.git",
}


def deployed(region: str, **variables: str) -> dict[str, str]:
    """The tool's environment but for what is handed on as it is."""
    environment = {**SHELL, **variables}
    target = Target("42", region, ARN, "/venv/bin/python")
    surroundings = to_deploy(environment, cloud_settings_from(environment), target)
    return {name: value for name, value in surroundings.items() if name not in KEPT | variables}


def key(**more: str) -> str:
    """The key as the tool takes it."""
    pair = {"AccessKeyID": "LTAI5tSomebody", "AccessKeySecret": "hunter2hunter2"}
    return json.dumps({"AccountID": "42", **pair, **more})


def test_the_tool_signs_with_our_key_and_sees_nothing_that_misleads_it() -> None:
    """Keys of its own kind are hidden from it, and FC_REGION, with which it uploads elsewhere."""
    assert deployed("eu-central-1") == {
        "p2p_fleet_serverless_devs_key": key(),
        "P2P_FLEET_LAYER": ARN,
        "P2P_FLEET_PYTHON": "/venv/bin/python",
    }


def test_a_temporary_key_brings_its_token() -> None:
    """Who has assumed a role deploys as that role."""
    surroundings = deployed("eu-central-1", ALIBABA_CLOUD_SECURITY_TOKEN="CAIS")

    assert surroundings["p2p_fleet_serverless_devs_key"] == key(SecurityToken="CAIS")


def test_a_region_with_a_host_of_its_own_form_is_named_to_the_component() -> None:
    """The component builds one form of host for all regions."""
    assert deployed("me-central-1")["FC_CLIENT_CUSTOM_ENDPOINT"] == (
        "https://me-central-1.fc.aliyuncs.com"
    )


def test_the_sandbox_is_deployed_to_as_a_whole() -> None:
    """Requests, uploads, the functions' own requests and their logs: nothing leaves the machine."""
    assert deployed("eu-central-1", ALIBABA_CLOUD_ENDPOINT_URL=LOOPBACK) == {
        "p2p_fleet_serverless_devs_key": key(),
        "P2P_FLEET_LAYER": ARN,
        "P2P_FLEET_PYTHON": "/venv/bin/python",
        "P2P_FLEET_SANDBOX": LOOPBACK,
        "FUNCTION_LOGS": '{project: "", logstore: ""}',
        "FC_CLIENT_CUSTOM_ENDPOINT": f"{LOOPBACK}/eu-central-1",
        "FC_CODE_TEMP_OSS_ENDPOINT": LOOPBACK,
    }


def test_looking_at_the_file_takes_no_layer_for_granted() -> None:
    """The layer of an earlier deployment may be that of another fleet, account or region."""
    assert to_resolve(SHELL, None) == {**KEPT, "P2P_FLEET_LAYER": "not-published"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A=1\nP2P_FLEET_LAYER=old\nB=2\n", f"A=1\nP2P_FLEET_LAYER={ARN}\nB=2\n"),
        ("export P2P_FLEET_LAYER = old", f"P2P_FLEET_LAYER={ARN}"),
        ("A=1", f"A=1\nP2P_FLEET_LAYER={ARN}\n"),
        ("MY_P2P_FLEET_LAYER=x\n", f"MY_P2P_FLEET_LAYER=x\nP2P_FLEET_LAYER={ARN}\n"),
    ],
)
def test_only_the_layers_line_is_rewritten(before: str, after: str) -> None:
    """What the operator has written into infra/.env stays."""
    assert with_layer(before, ARN) == after


def test_a_new_file_says_what_it_is_for() -> None:
    """Whoever finds infra/.env learns who reads it and who writes it."""
    lines = with_layer("", ARN).splitlines()

    assert [line.startswith("#") for line in lines] == [True, True, False]
    assert without_layer(f"A=1\nP2P_FLEET_LAYER={ARN}\nB=2\n") == "A=1\nB=2\n"


def programs(folder: Path, **says: str) -> Mapping[str, str]:
    """An environment with programs that only say their version."""
    for name, version in says.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\necho '{version}'\n")
        program.chmod(0o755)
    return {"PATH": str(folder)}


NODE: Final = "v20.20.2"
TOOL: Final = "@serverless-devs/s: 3.1.10, s-home: /home/anna/.s, linux-x64, node-v20.20.2"
INSTALL: Final = "npm install --global @serverless-devs/s@3"


def test_the_tool_is_found_by_what_it_says(tmp_path: Path) -> None:
    """Serverless Devs 3 beside a Node.js that is new enough."""
    environment = programs(tmp_path, node=NODE, s=TOOL)

    assert find_tool(environment, tmp_path).program == str(tmp_path / "s")


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (
            {"s": TOOL},
            "Node.js is not installed (no `node` on PATH); install version 18 or newer with npm:"
            " https://nodejs.org, or Debian: apt install npm.",
        ),
        (
            {"s": TOOL, "node": "v12.22.9"},
            "Node.js 12.22 is too old for Serverless Devs; install 18.",
        ),
        ({"node": NODE}, f"Serverless Devs is not installed (no `s` on PATH): {INSTALL}."),
        (
            {"node": NODE, "s": "@serverless-devs/s: 2.1.17, darwin"},
            f"{{folder}}/s is not Serverless Devs 3: {INSTALL}.",
        ),
        ({"node": NODE, "s": "s 4.2.0"}, f"{{folder}}/s is not Serverless Devs 3: {INSTALL}."),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_installs_it(
    says: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    """Node.js, the tool, and something else of the tool's short name."""
    with pytest.raises(ToolError) as error:
        find_tool(programs(tmp_path, **says), tmp_path)

    assert str(error.value) == sentence.format(folder=tmp_path)
