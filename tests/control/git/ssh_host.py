"""A Git host over SSH: asyncssh in front of the real `git upload-pack`."""

from __future__ import annotations

import asyncio
import shlex
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import asyncssh

from sandbox.git_host_repository import git_environment

T = TypeVar("T")
_Source = asyncio.StreamReader | asyncssh.SSHReader[bytes]
_Sink = asyncio.StreamWriter | asyncssh.SSHWriter[bytes]


class SshHost:
    """Serves the repositories under a directory to one key until it is stopped.

    `commands` is what clients asked to run, `protocols` what they said in GIT_PROTOCOL,
    unless it `drops_environment` as sshd does by default.
    """

    def __init__(self, root: Path) -> None:
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.client_key = asyncssh.generate_private_key("ssh-ed25519")
        self.commands: list[str] = []
        self.protocols: list[str] = []
        self.drops_environment = False
        self._root = root
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ssh-host")
        self._thread.start()
        self._acceptor = self._run(self._listen())
        self.port = self._acceptor.get_port()

    def url_of(self, name: str) -> str:
        """Return the URL of a repository by its path under the root."""
        return f"ssh://git@127.0.0.1:{self.port}/{name}"

    @property
    def private_key(self) -> bytes:
        """The key that is let in, as the decoded CONTROL_SSH_KEY."""
        return self.client_key.export_private_key("openssh")

    @property
    def known_hosts(self) -> str:
        """The line of known_hosts for this host."""
        return f"[127.0.0.1]:{self.port} {self.host_key.export_public_key('openssh').decode()}"

    @property
    def fingerprint(self) -> str:
        """The host key's SHA-256 fingerprint."""
        return self.host_key.get_fingerprint()

    def stop(self) -> None:
        """Stop serving and wait for the thread."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _listen(self) -> asyncssh.SSHAcceptor:
        public_key = self.client_key.export_public_key("openssh").decode()
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self.host_key],
            authorized_client_keys=asyncssh.import_authorized_keys(public_key),
            process_factory=self._serve,
            encoding=None,
        )

    async def _close(self) -> None:
        self._acceptor.close()
        await self._acceptor.wait_closed()
        ending = asyncio.all_tasks() - {asyncio.current_task()}
        if ending:
            await asyncio.wait(ending, timeout=5)

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        command = process.command or ""
        protocol = "" if self.drops_environment else str(process.env.get("GIT_PROTOCOL", ""))
        self.commands.append(command)
        self.protocols.append(protocol)
        program, path = shlex.split(command)
        child = await asyncio.create_subprocess_exec(
            "git",
            program.removeprefix("git-"),
            str(self._root / path.lstrip("/")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=git_environment() | {"GIT_PROTOCOL": protocol},
        )
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        requests = asyncio.create_task(_copy(process.stdin, child.stdin))
        await asyncio.gather(
            _copy(child.stdout, process.stdout), _copy(child.stderr, process.stderr)
        )
        status = await child.wait()
        process.exit(status)  # this also says that nothing more comes
        await requests


async def _copy(source: _Source, sink: _Sink) -> None:
    """Copy until the end of either side; a program's input ends with its client's words."""
    with suppress(OSError, asyncssh.Error):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    if isinstance(sink, asyncio.StreamWriter):
        sink.close()
