"""Which key an SSH host must have."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from paramiko import PKey, SSHException
from paramiko.hostkeys import HostKeyEntry, HostKeys, InvalidHostKey

from shared.control.git.faults import SourceFault

_SSH_PORT: Final = 22
_BUILT_IN: Final = (
    # https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints
    "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
)

_ALGORITHMS: Final = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}
"""Signature algorithms by type of key, where they are called differently (RFC 8332)."""


class ExpectedKeys:
    """The keys that one host may show; none at all means that any is taken.

    With `known_hosts` the host must be in it. Without, hosts whose key is built in must have that
    key, and others are taken at their word: a function that starts anew every few minutes has
    nowhere to remember a first meeting, so the fingerprint goes into the report instead.
    """

    def __init__(self, host: str, port: int, known_hosts: str | None) -> None:
        text = _BUILT_IN if known_hosts is None else known_hosts
        name = host if port == _SSH_PORT else f"[{host}]:{port}"
        self._must_be_known = known_hosts is not None
        self._by_type = dict(_parsed(text).lookup(name) or {})

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms to negotiate, so that a key of these is shown; empty if any will do."""
        return tuple(a for name in self._by_type for a in _ALGORITHMS.get(name, (name,)))

    def check(self, shown: PKey) -> None:
        """Compare the key a host shows.

        Raises:
            SourceFault: it is another one, or the host is unknown.
        """
        expected = self._by_type.get(shown.get_name())
        if expected is None and not self._by_type and not self._must_be_known:
            return
        if expected is None:
            raise _mismatch(f"shows the host key {fingerprint(shown)}, which is not known")
        if expected.asbytes() != shown.asbytes():
            raise _mismatch(
                f"shows the host key {fingerprint(shown)} instead of {fingerprint(expected)}"
            )


def fingerprint(key: PKey) -> str:
    """Return a key's SHA-256 fingerprint as OpenSSH writes it."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _mismatch(predicate: str) -> SourceFault:
    return SourceFault("SourceHostKeyMismatch", predicate)


def _parsed(text: str) -> HostKeys:
    keys = HostKeys()
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        try:
            entry = HostKeyEntry.from_line(stripped)
        except (InvalidHostKey, SSHException, ValueError) as error:
            raise _mismatch(
                "cannot be checked: CONTROL_KNOWN_HOSTS has a line that cannot be used"
            ) from error
        if entry is not None and entry.key is not None:
            for name in entry.hostnames or ():
                keys.add(name, entry.key.get_name(), entry.key)
    return keys
