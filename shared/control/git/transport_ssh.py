"""Git over SSH, with paramiko: our key and nothing else, no agent and no configuration."""

from __future__ import annotations

import io
import logging
from typing import Final

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from shared.control.git.conversation import Read
from shared.control.git.dialing import dial
from shared.control.git.faults import SourceFault, foreign_words
from shared.control.git.host_keys import ExpectedKeys, fingerprint
from shared.control.git.leash import Leash, timed_out
from shared.control.git.records import Credentials, Means
from shared.control.git.source import Source

_SSH_PORT: Final = 22
_JOIN_S: Final = 1.0
_WORDS_BYTES: Final = 1024
_LOG: Final = "p2p_fleet.git.ssh"
# paramiko logs, with tracebacks, what is a fault in the report
logging.getLogger(_LOG).addHandler(logging.NullHandler())
logging.getLogger(_LOG).propagate = False


class SshConnection:
    """A connection to the host of an ssh source."""

    def __init__(self, source: Source, means: Means, leash: Leash) -> None:
        self.host_key: str | None = None
        self._source = source
        self._port = source.port or _SSH_PORT
        self._expected = ExpectedKeys(source.host, self._port, means.credentials.known_hosts)
        self._key = _private_key(means.credentials)
        self._leash = leash
        self._resolve = means.resolve
        self._transport: paramiko.Transport | None = None
        self._channel: paramiko.Channel | None = None
        self._heard = False

    def greet(self) -> Read:
        """Run `git-upload-pack` on the host, in a new channel of the one connection."""
        path = self._source.repository.replace("'", "'\\''")
        try:
            channel = self._new_channel(self._transport or self._connected())
            channel.set_environment_variable("GIT_PROTOCOL", "version=2")
            # always in quotes: hosts match the very words that git sends
            channel.exec_command(f"git-upload-pack '{path}'")
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise self._fault_of(error) from error
        return self._read

    def exchange(self, request: bytes) -> Read:
        """Send one request into the channel."""
        if self._channel is None:
            raise SourceFault("SourceUnreachable", "was not greeted")
        try:
            self._channel.sendall(request)
        except OSError as error:
            raise self._fault_of(error) from error
        return self._read

    def close(self) -> None:
        """Close the connection and wait for paramiko's thread."""
        if self._transport is None:
            return
        self._transport.close()
        if self._transport.is_alive():
            self._transport.join(_JOIN_S)
        self._transport.sock.close()  # paramiko leaves it open if the handshake never began

    def _connected(self) -> paramiko.Transport:
        connected = dial(
            self._source.host,
            self._port,
            self._leash,
            self._resolve,
            private_allowed=self._source.given_private,
        )
        self._transport = transport = paramiko.Transport(connected)
        transport.set_log_channel(_LOG)
        left_s = self._leash.remaining_s()
        transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = left_s
        if self._expected.algorithms:
            transport.get_security_options().key_types = self._expected.algorithms
        transport.start_client(timeout=left_s)
        shown = transport.get_remote_server_key()
        self.host_key = fingerprint(shown)
        self._expected.check(shown)
        transport.auth_publickey(self._source.username or "git", self._key)
        return transport

    def _new_channel(self, transport: paramiko.Transport) -> paramiko.Channel:
        if self._channel is not None:
            self._channel.close()
        channel = transport.open_session(timeout=self._leash.remaining_s())
        channel.settimeout(self._leash.remaining_s())
        self._channel, self._heard = channel, False
        return channel

    def _read(self, size: int) -> bytes:
        data = bytearray()
        try:
            while self._channel is not None and len(data) < size:
                chunk = self._channel.recv(size - len(data))
                if not chunk:
                    break
                data += self._leash.count(chunk)
            if not data and not self._heard and self._channel is not None:
                said = foreign_words(self._channel.recv_stderr(_WORDS_BYTES))
                raise SourceFault(
                    "SourceNotFound", f"was refused by its host: {said or 'no reason'}"
                )
        except OSError as error:
            raise self._fault_of(error) from error
        self._heard = True
        return bytes(data)

    def _fault_of(self, error: Exception) -> SourceFault:
        if isinstance(error, paramiko.AuthenticationException):
            return SourceFault("SourceUnauthorized", "does not accept the key in CONTROL_SSH_KEY")
        if isinstance(error, TimeoutError) or self._leash.deadline.passed:
            return timed_out()
        if isinstance(error, IncompatiblePeer) and self._expected.algorithms:
            return SourceFault("SourceHostKeyMismatch", "shows no host key of the expected type")
        if isinstance(error, paramiko.SSHException):
            return SourceFault("SourceUnreachable", f"breaks off SSH: {foreign_words(str(error))}")
        reason = getattr(error, "strerror", None) or "connection closed"
        return SourceFault(
            "SourceUnreachable", f"breaks off the connection: {foreign_words(reason)}"
        )


def _private_key(credentials: Credentials) -> paramiko.Ed25519Key:
    if credentials.ssh_key is None:
        raise SourceFault("SourceUnauthorized", "needs a key, and CONTROL_SSH_KEY is not set")
    try:
        return paramiko.Ed25519Key.from_private_key(io.StringIO(credentials.ssh_key.decode()))
    except paramiko.PasswordRequiredException as error:
        raise _unusable("is protected by a passphrase") from error
    # paramiko parses without checking: a damaged key fails in any of these ways
    except (paramiko.SSHException, ValueError, IndexError, TypeError) as error:
        raise _unusable("is not an OpenSSH ed25519 private key") from error


def _unusable(why: str) -> SourceFault:
    return SourceFault("SourceKeyUnusable", f"cannot be asked: CONTROL_SSH_KEY {why}")
