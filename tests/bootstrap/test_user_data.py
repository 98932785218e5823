"""User data: what a node is told in its first minute."""

from __future__ import annotations

import base64
import gzip
import random
from typing import Any, Final

import pytest
import yaml

from functions.bootstrap.user_data import user_data
from shared.failure import Failure, Reaction

KEY: Final = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2bMk1C9Rz1 anna@desk: #1"


def packed(*, keys: tuple[str, ...] = (), logs: bool = False) -> str:
    """Return the user data of a node in Frankfurt."""
    made = user_data(
        fleet="p2p-agent",
        region="eu-central-1",
        name="p2p-agent-eu-central-1",
        account_id="1234567890",
        public_keys=keys,
        logs=logs,
    )
    assert isinstance(made, str)
    return made


def read(made: str) -> Any:  # noqa: ANN401 (any YAML)
    """Return what cloud-init reads."""
    text = gzip.decompress(base64.b64decode(made, validate=True)).decode()
    assert text.startswith("#cloud-config\n")
    return yaml.safe_load(text)


NODE_FILE: Final = {
    "path": "/etc/p2p-fleet/node.json",
    "content": '{"fleet": "p2p-agent", "region": "eu-central-1"}\n',
    "permissions": "0644",
}


def test_a_node_is_told_who_it_is() -> None:
    """Without keys and logs there is nothing else."""
    assert read(packed()) == {"write_files": [NODE_FILE]}


def test_public_keys_arrive_as_they_were_written() -> None:
    """Colons, hashes and spaces in a key's comment do not break the YAML."""
    assert read(packed(keys=(KEY,))) == {
        "ssh_authorized_keys": [KEY],
        "write_files": [NODE_FILE],
    }


def test_with_logs_a_node_knows_where_they_go() -> None:
    """Logtail goes by two files: its machine group's id, and the owner of the project."""
    assert read(packed(logs=True))["write_files"] == [
        NODE_FILE,
        {
            "path": "/etc/ilogtail/user_defined_id",
            "content": "p2p-agent-eu-central-1\n",
            "permissions": "0644",
        },
        {"path": "/etc/ilogtail/users/1234567890", "content": "", "permissions": "0644"},
    ]


@pytest.mark.parametrize("logs", [False, True])
def test_equal_input_gives_equal_bytes(*, logs: bool) -> None:
    """No time, no chance is in it: else every run would make a new template version."""
    assert packed(keys=(KEY,), logs=logs) == packed(keys=(KEY,), logs=logs)


def test_what_ecs_would_not_take_is_refused_with_a_remedy() -> None:
    """The limit counts after compression, before Base64."""
    rng = random.Random(1)
    keys = tuple("ssh-rsa " + rng.randbytes(2_000).hex() for _ in range(20))

    made = user_data(
        fleet="f",
        region="eu-west-1",
        name="f-eu-west-1",
        account_id="1",
        public_keys=keys,
        logs=False,
    )

    assert isinstance(made, Failure)
    size = made.message.split()[6]
    assert made == Failure(
        "UserDataTooLong",
        f"The nodes' user data would be {size} bytes, over the 32768 that ECS takes.",
        Reaction.HUMAN,
        "List fewer or shorter `public_keys` in `fleet` (ed25519 keys are the shortest).",
    )
    assert int(size) > 32768
