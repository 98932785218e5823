"""The parts of the user data: who may log in, the agent, and what ships logs and metrics. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from shared.control.git import Source

_FILES: Final = Path(__file__).with_name("files")
_AGENT: Final = Path(__file__).with_name("agent")
_HOME: Final = "/opt/p2p-fleet"
_SETTINGS: Final = "/etc/p2p-fleet"
_UNITS: Final = "/etc/systemd/system"
_LOGTAIL: Final = "/etc/ilogtail"
_CLOUD_CONFIG: Final = "text/cloud-config"
_APPENDING: Final = [
    {"name": "list", "settings": ["append"]},
    {"name": "dict", "settings": ["no_replace", "recurse_list"]},
]
"""Parts with the same key add to each other; cloud-init's own way is that the last one counts."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens private repositories: of the control document, and of what the nodes run."""

    control_token: str | None = None
    control_key: bytes | None = None
    repository_key: bytes | None = None


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """All that the nodes of a region are told.

    `name` is that of the region's stack, and the id by which Logtail's machine group knows them.
    """

    fleet: str
    region: str
    name: str
    account_id: str
    public_keys: Sequence[str]
    sources: Sequence[Source]
    package_mirrors: Sequence[str]
    logs: bool
    metrics: bool
    secrets: Secrets = field(default=Secrets(), repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the archive; `kind` is its content type."""

    name: str
    kind: str
    text: str


def parts_of(identity: NodeIdentity) -> Iterator[Part]:
    """Yield the parts in the order in which cloud-init takes them."""
    if identity.public_keys:
        yield _config("access", {"ssh_authorized_keys": list(identity.public_keys)})
    yield _agent(identity)
    if identity.logs:
        yield _logs(identity)
    if identity.metrics:
        yield _installer("metrics", "cloudmonitor", [])


def _agent(identity: NodeIdentity) -> Part:
    """Install the agent with its timer, and tell it who it is."""
    secrets = [_file(f"{_SETTINGS}/secrets/{name}", text, "0600") for name, text in _told(identity)]
    code = [
        _file(f"{_HOME}/agent/{path.name}", path.read_text("utf-8"))
        for path in sorted(_AGENT.glob("*.py"))
    ]
    units = [_unit(name) for name in ("p2p-agent.service", "p2p-agent.timer")]
    rotation = _file("/etc/logrotate.d/p2p-agent", _text_of("p2p-agent.logrotate"))
    node = _file(f"{_SETTINGS}/node.json", _node_file(identity), "0600")
    commands = [
        ["chmod", "700", _SETTINGS],
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable", "--now", "p2p-agent.timer"],
    ]
    written = [node, *secrets, *code, *units, rotation]
    return _config("agent", {"write_files": written, "runcmd": commands})


def _told(identity: NodeIdentity) -> Iterator[tuple[str, str]]:
    """Yield the secrets there are, by the names that the agent knows them by."""
    secrets = identity.secrets
    if secrets.control_token is not None:
        yield "control_token", secrets.control_token
    if secrets.control_key is not None:
        yield "control_key", secrets.control_key.decode()
    if secrets.repository_key is not None:
        yield "repository_key", secrets.repository_key.decode()


def _node_file(identity: NodeIdentity) -> str:
    """Return node.json; a source that is a file of some machine is nothing to a node."""
    sources = [
        {
            "url": source.url,
            "ref": source.ref,
            "path": source.path,
            "takes_token": source.takes_control_token,
        }
        for source in identity.sources
        if source.scheme != "file"
    ]
    told = {
        "fleet": identity.fleet,
        "region": identity.region,
        "sources": sources,
        "package_mirrors": list(identity.package_mirrors),
    }
    return json.dumps(told, indent=1) + "\n"


def _logs(identity: NodeIdentity) -> Part:
    """Install Logtail, which finds its machine group by the id in its file."""
    belonging = [
        _file(f"{_LOGTAIL}/user_defined_id", f"{identity.name}\n"),
        _file(f"{_LOGTAIL}/users/{identity.account_id}", ""),
    ]
    return _installer("logs", "logtail", belonging)


def _installer(name: str, program: str, files: Sequence[Mapping[str, str]]) -> Part:
    written = [
        *files,
        _file(f"{_HOME}/install/{program}", _text_of(f"{program}.sh"), "0755"),
        _unit("p2p-install@.service"),
    ]
    started = f"p2p-install@{program}.service"
    commands = [["systemctl", "daemon-reload"], ["systemctl", "start", "--no-block", started]]
    return _config(name, {"write_files": written, "runcmd": commands})


def _config(name: str, settings: Mapping[str, Any]) -> Part:
    config = {"merge_how": _APPENDING, **settings}
    text = "#cloud-config\n" + yaml.dump(config, Dumper=_Dumper, sort_keys=True, width=1_000)
    return Part(f"{name}.yaml", _CLOUD_CONFIG, text)


def _unit(name: str) -> Mapping[str, str]:
    return _file(f"{_UNITS}/{name}", _text_of(name))


def _text_of(name: str) -> str:
    return (_FILES / name).read_text("utf-8")


def _file(path: str, content: str, permissions: str = "0644") -> Mapping[str, str]:
    return {"path": path, "content": content, "permissions": permissions, "owner": "root:root"}


class _Dumper(yaml.SafeDumper):
    """Writes files as blocks that a person can read in the console, and that pack well."""


def _as_block(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _as_block)
