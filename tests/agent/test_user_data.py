"""User data: what a node is told in its first minute."""

from __future__ import annotations

import base64
import gzip
import random
import subprocess
from dataclasses import replace
from email import message_from_string
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from functions.bootstrap.node.parts import NodeIdentity, Secrets
from functions.bootstrap.node.user_data import LIMIT_BYTES, user_data
from shared.control.git import parse_sources
from shared.failure import Failure, Reaction
from tests.tools import tool

KEY: Final = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2bMk1C9Rz1 anna@desk: #1"
SMALL: Final = NodeIdentity(
    fleet="p2p-agent",
    region="eu-central-1",
    name="p2p-agent-eu-central-1",
    account_id="1234567890",
    public_keys=(),
    sources=parse_sources("https://git.example.com/a/b.git"),
    package_mirrors=(),
    logs=False,
    metrics=False,
)
LARGE: Final = replace(
    SMALL,
    public_keys=tuple(f"ssh-rsa {'Ab1+/' * 74}{number:02} person-{number}" for number in range(20)),
    sources=parse_sources(
        " ".join(f"https://host-{n}.example.com/o/r.git#main:control.yaml" for n in range(8))
    ),
    package_mirrors=tuple(f"https://mirror-{n}.example.com/ubuntu" for n in range(8)),
    logs=True,
    metrics=True,
    secrets=Secrets("a-token-for-the-host", b"PRIVATE ONE\n" * 30, b"PRIVATE TWO\n" * 30),
)
AGENT: Final = Path("functions/bootstrap/node/agent")


def packed(identity: NodeIdentity) -> str:
    """Return user data that was not refused."""
    made = user_data(identity)
    assert isinstance(made, str), made
    return made


def parts(identity: NodeIdentity) -> dict[str, str]:
    """Return what the standard library's reader of mail, which cloud-init uses, finds in it."""
    text = gzip.decompress(base64.b64decode(packed(identity), validate=True)).decode()
    message = message_from_string(text)
    assert (message.get_content_type(), message.defects) == ("multipart/mixed", [])
    found = {}
    for part in message.get_payload():
        assert not isinstance(part, str)
        assert part.get_content_type() == "text/cloud-config"
        found[str(part.get_filename())] = str(part.get_payload())
    return found


def config(identity: NodeIdentity, part: str) -> Any:  # noqa: ANN401 (any YAML)
    """Return one part as cloud-init reads it."""
    return yaml.safe_load(parts(identity)[part])


def files(identity: NodeIdentity, part: str = "agent.yaml") -> dict[str, tuple[str, str]]:
    """Return content and permissions of each file that a part writes."""
    written = config(identity, part)["write_files"]
    return {one["path"]: (one["content"], one["permissions"]) for one in written}


def test_a_part_for_each_thing_that_is_asked_for() -> None:
    """A fleet without keys, logs and metrics installs the agent and nothing else."""
    assert (list(parts(SMALL)), list(parts(LARGE))) == (
        ["agent.yaml"],
        ["access.yaml", "agent.yaml", "logs.yaml", "metrics.yaml"],
    )


def test_public_keys_arrive_as_they_were_written() -> None:
    """Colons, hashes and spaces in a key's comment do not break the YAML."""
    access = config(replace(SMALL, public_keys=(KEY,)), "access.yaml")

    assert access["ssh_authorized_keys"] == [KEY]


def test_the_agent_arrives_whole() -> None:
    """Every module of the agent is written, byte for byte."""
    written = files(SMALL)

    assert {
        path.removeprefix("/opt/p2p-fleet/agent/"): content
        for path, (content, _) in written.items()
        if path.startswith("/opt/p2p-fleet/agent/")
    } == {path.name: path.read_text("utf-8") for path in AGENT.glob("*.py")}


def test_a_node_is_told_who_it_is_and_where_its_orders_are() -> None:
    """A source that is a file is left out: it is a file of some other machine."""
    sources = parse_sources("file:///srv/control https://h.example.com/a/b.git#prod:fleet.yaml")

    assert yaml.safe_load(
        files(replace(SMALL, sources=sources))["/etc/p2p-fleet/node.json"][0]
    ) == {
        "fleet": "p2p-agent",
        "region": "eu-central-1",
        "sources": [
            {
                "url": "https://h.example.com/a/b.git",
                "ref": "prod",
                "path": "fleet.yaml",
                "takes_token": True,
            }
        ],
        "package_mirrors": [],
    }


def test_secrets_are_for_root_alone() -> None:
    """Each secret has a file of its own that only root may read; without secrets there is none."""
    folder = "/etc/p2p-fleet/secrets/"

    def secrets(identity: NodeIdentity) -> dict[str, tuple[str, str]]:
        found = files(identity).items()
        return {path.removeprefix(folder): one for path, one in found if path.startswith(folder)}

    assert (secrets(SMALL), secrets(LARGE)) == (
        {},
        {
            "control_token": ("a-token-for-the-host", "0600"),
            "control_key": ("PRIVATE ONE\n" * 30, "0600"),
            "repository_key": ("PRIVATE TWO\n" * 30, "0600"),
        },
    )
    assert [name for name in ("a-token", "PRIVATE") if name in repr(LARGE)] == []


def test_with_logs_a_node_knows_where_they_go() -> None:
    """Logtail finds its machine group by the stack's name, and its account by a file's name."""
    written = files(LARGE, "logs.yaml")

    assert {path: one for path, one in written.items() if path.startswith("/etc/ilogtail")} == {
        "/etc/ilogtail/user_defined_id": ("p2p-agent-eu-central-1\n", "0644"),
        "/etc/ilogtail/users/1234567890": ("", "0644"),
    }


@pytest.mark.parametrize("identity", [SMALL, LARGE], ids=["small", "large"])
def test_equal_input_gives_equal_bytes(identity: NodeIdentity) -> None:
    """Or every run would make a new version of every launch template."""
    assert packed(identity) == packed(replace(identity))


def test_the_margin_below_the_limit_of_ecs() -> None:
    """All that a usual document asks for takes two thirds of what ECS accepts, at most."""
    usual = replace(LARGE, public_keys=(KEY,) * 3)

    assert len(base64.b64decode(packed(usual))) < LIMIT_BYTES * 2 / 3


def test_too_long_is_refused_with_the_remedy() -> None:
    """Twenty large keys of random letters do not fit beside the agent."""
    rng = random.Random(7)
    keys = [f"ssh-rsa {base64.b64encode(rng.randbytes(2048)).decode()}" for _ in range(20)]

    refused = user_data(replace(LARGE, public_keys=keys))

    assert refused == Failure(
        "UserDataTooLong",
        refused.message if isinstance(refused, Failure) else "",
        Reaction.HUMAN,
        "List fewer or shorter `public_keys` in `fleet` (ed25519 keys are the shortest).",
    )


@pytest.mark.parametrize("identity", [SMALL, LARGE], ids=["small", "large"])
def test_cloud_init_accepts_every_part(identity: NodeIdentity, tmp_path: Path) -> None:
    """The real cloud-init finds nothing against its schema."""
    refused = {}
    for name, text in parts(identity).items():
        path = tmp_path / name
        path.write_text(text, "utf-8")
        command = [tool("cloud-init"), "schema", "--config-file", str(path)]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        if checked.returncode or "Valid cloud-config" not in checked.stdout:
            refused[name] = checked.stdout + checked.stderr

    assert refused == {}


_MERGE: Final = """
import sys
from email import message_from_binary_file
from types import SimpleNamespace
from cloudinit.handlers import CONTENT_END, CONTENT_START
from cloudinit.handlers.cloud_config import CloudConfigPartHandler

paths = SimpleNamespace(get_ipath=lambda _: sys.argv[1])
handler = CloudConfigPartHandler(paths)
handler.handle_part(None, CONTENT_START, None, None, None, None)
for part in message_from_binary_file(sys.stdin.buffer).get_payload():
    text, kind = part.get_payload(decode=True).decode(), part.get_content_type()
    handler.handle_part(None, kind, part.get_filename(), text, None, part)
handler.handle_part(None, CONTENT_END, None, None, None, None)
"""


def test_parts_add_to_each_other(tmp_path: Path) -> None:
    """Cloud-init's own merging of all parts keeps every file and every command."""
    tool("cloud-init")
    archive = gzip.decompress(base64.b64decode(packed(LARGE)))
    every = [yaml.safe_load(text) for text in parts(LARGE).values()]
    merged_file = tmp_path / "merged"

    subprocess.run(["/usr/bin/python3", "-c", _MERGE, str(merged_file)], input=archive, check=True)

    merged = yaml.safe_load(merged_file.read_text("utf-8"))
    added = ("write_files", "runcmd", "ssh_authorized_keys")
    assert {key: merged[key] for key in added} == {
        key: [one for part in every for one in part.get(key, [])] for key in added
    }
