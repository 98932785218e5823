"""Readers of the values that stand under `fleet`; see `written` for what a reader is."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from shared.control.tree import described
from shared.control.written import WrongValueError, read_network, read_text

INSTANCE_TYPE: Final = re.compile(r"ecs(\.[a-z0-9]+(-[a-z0-9]+)*){2}", re.ASCII)
IMAGE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{1,127}", re.ASCII)
PORTS: Final = re.compile(r"([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?", re.ASCII)
_HIGHEST_PORT: Final = 65535
_PRIVATE: Final = tuple(
    ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_VPC_PREFIXES: Final = range(16, 29)
"""Lengths of a VPC's mask: those that CreateVpc recommends (VPC API, CreateVpc, CidrBlock)."""
_KEY_TYPES: Final = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
MAX_TAG: Final = 128
_RESERVED_TAGS: Final = ("p2p-fleet", "aliyun", "acs:")


@dataclass(frozen=True, slots=True)
class PortRange:
    """Ports `first` to `last`, both included; `str` gives `1024-65535`."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


def read_instance_type(value: object) -> str:
    """Read the name of an instance type; whether it exists is the cloud's to say."""
    if isinstance(value, str) and INSTANCE_TYPE.fullmatch(value):
        return value
    raise WrongValueError(
        f"must be an instance type such as `ecs.e-c1m1.large`, not {described(value)}"
    )


def read_image(value: object) -> str:
    """Read an image family or an image id."""
    if isinstance(value, str) and IMAGE.fullmatch(value):
        return value
    raise WrongValueError(
        f"must be an image family such as `acs:ubuntu_24_04_x64` or an image id, not"
        f" {described(value)}"
    )


def read_ports(value: object) -> PortRange:
    """Read a range of ports, or a single one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    match = PORTS.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise WrongValueError(
            f"must be ports such as `1024-65535` or `443`, not {described(value)}"
        )
    first, last = int(match[1]), int(match[2] or match[1])
    if last > _HIGHEST_PORT:
        raise WrongValueError(f"{described(value)} goes past the highest port, {_HIGHEST_PORT}")
    if first > last:
        raise WrongValueError(f"{described(value)} runs backwards; did you mean `{last}-{first}`?")
    return PortRange(first, last)


def read_vpc_block(value: object) -> str:
    """Read the private IPv4 block of a VPC."""
    block = read_network(value)
    if block.prefixlen not in _VPC_PREFIXES:
        shortest, longest = _VPC_PREFIXES[0], _VPC_PREFIXES[-1]
        raise WrongValueError(f"`{block}` must have a mask of /{shortest} to /{longest}")
    if not any(block.subnet_of(private) for private in _PRIVATE):
        raise WrongValueError(
            f"`{block}` is not private; choose one inside 10.0.0.0/8, 172.16.0.0/12 or"
            " 192.168.0.0/16"
        )
    return str(block)


def read_ssh_source(value: object) -> str:
    """Read an IPv4 address or block that may use SSH."""
    return str(read_network(value))


def read_public_key(value: object) -> str:
    """Check type and base64 of an OpenSSH public key; a sentence never repeats the key."""
    text = read_text(value).strip()
    if "PRIVATE KEY" in text:
        raise WrongValueError("holds a private key: take it out of the repository, and replace it")
    kind, _, rest = text.partition(" ")
    if kind not in _KEY_TYPES or "\n" in text:
        raise WrongValueError(
            f"must be one line of a public key file, such as `{_KEY_TYPES[0]} AAAA… name`"
        )
    try:
        blob = base64.b64decode(rest.split(" ")[0], validate=True)
    except binascii.Error:
        raise WrongValueError(f"the base64 after `{kind}` is damaged; copy the key again") from None
    length = int.from_bytes(blob[:4])
    if blob[4 : 4 + length] != kind.encode() or len(blob) <= 4 + length:
        raise WrongValueError(f"the base64 after `{kind}` is not such a key; copy the key again")
    return text


def read_tag(value: object) -> str:
    """Read the value of a tag."""
    if not isinstance(value, str):
        raise WrongValueError(f"must be text, not {described(value)}; put it in quotes")
    if len(value) > MAX_TAG or not value.isprintable():
        raise WrongValueError(f"must be one line of at most {MAX_TAG} characters")
    if "http://" in value or "https://" in value:
        raise WrongValueError("must not contain `http://` or `https://`; Alibaba Cloud refuses it")
    return value


def read_tag_key(value: object) -> str:
    """Read the name of a tag."""
    key = read_tag(value)
    if not key or key.casefold().startswith(_RESERVED_TAGS):
        raise WrongValueError(
            f"{described(key)} cannot name a tag: a name must not be empty, nor begin with"
            " `p2p-fleet`, `aliyun` or `acs:`"
        )
    return key
