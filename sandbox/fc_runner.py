"""Runs what Function Compute's model says is due: each invocation in a process of its own."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Final

from sandbox.domain.fc.dispatch import UNHANDLED
from sandbox.domain.fc.records import Launch, Outcome
from sandbox.fc_code import CodeStore
from sandbox.fc_process import Instance
from sandbox.wire.live_cloud import LiveCloud

POLL_S: Final = 0.1
"""How late, in real time, a trigger may fire that nobody's request makes due."""

_INSTANCES_PER_CPU: Final = 4
_FEWEST_AT_ONCE: Final = 8
_MOST_AT_ONCE: Final = 100


class FunctionRunner:
    """A thread that starts due invocations, and one more for each that runs.

    No more run at once than this machine can give their time to; the others wait, as they do
    where the account's own limit is reached.
    """

    def __init__(self, live: LiveCloud) -> None:
        self._live = live
        self._stopping = threading.Event()
        self._store: CodeStore | None = None  # most sandboxes never run a function
        self._numbers = itertools.count()
        # As the store, these belong to the starting thread, and to `stop` when that has ended.
        self._instances: dict[Instance, threading.Thread] = {}
        at_once = _INSTANCES_PER_CPU * (os.cpu_count() or 1)
        self._places = threading.Semaphore(min(max(at_once, _FEWEST_AT_ONCE), _MOST_AT_ONCE))
        self._starting = threading.Thread(target=self._start_due, name="sandbox-functions")

    def start(self) -> None:
        """Begins to run what is due."""
        self._starting.start()

    def stop(self) -> None:
        """Gives up every invocation, ends every process and removes every file."""
        self._stopping.set()
        self._live.close_functions()
        self._starting.join()
        for instance in self._instances:
            instance.kill()
        for thread in self._instances.values():
            thread.join()
        if self._store is not None:
            shutil.rmtree(self._store.root)

    def _start_due(self) -> None:
        while not self._stopping.is_set():
            self._look_after_instances()
            if not self._places.acquire(timeout=POLL_S):
                continue
            launch = self._live.next_launch(POLL_S)
            if launch is None:
                self._places.release()
            else:
                self._start(launch)

    def _look_after_instances(self) -> None:
        """Forgets those that are through, and ends those whose invocation a reset has ended."""
        self._instances = {
            instance: thread for instance, thread in self._instances.items() if thread.is_alive()
        }
        for instance in self._instances:
            if instance.launch.invocation.ended:
                instance.kill()

    def _start(self, launch: Launch) -> None:
        if self._store is None:
            self._store = CodeStore(Path(tempfile.mkdtemp(prefix="p2p-fleet-functions-")))
        folder = self._store.root / "instances" / str(next(self._numbers))
        instance = Instance(launch, folder, self._store)
        thread = threading.Thread(
            target=self._run, args=(instance, folder), name=f"sandbox-{launch.function_name}"
        )
        thread.start()
        self._instances[instance] = thread

    def _run(self, instance: Instance, folder: Path) -> None:
        try:
            outcome = instance.run()
        except OSError as error:
            message = {"errorMessage": f"The sandbox cannot run the function: {error}."}
            outcome = Outcome(UNHANDLED, json.dumps(message).encode())
        shutil.rmtree(folder, ignore_errors=True)
        self._places.release()
        self._live.finish_launch(instance.launch, outcome)
