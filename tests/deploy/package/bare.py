"""One run of a handler as Function Compute makes it, with nothing else of this machine.

Run by path with the standard library only (`python -I -S -B bare.py`), whose folders are then all
of sys.path beside the two that the request names. Request and answer are JSON on stdin and stdout.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable
from importlib import machinery
from typing import Any


def handle(function: str, event: str) -> str:
    """The handler's answer to an event."""
    module = importlib.import_module(f"functions.{function}.handler")
    answer: str = module.handler(event.encode(), None)
    return answer


def import_all(function: str) -> str:
    """Imports every module of the function's code but its program; tells how many."""
    names = []
    for package_name in (f"functions.{function}", "shared"):
        package = importlib.import_module(package_name)
        for module in pkgutil.walk_packages(package.__path__, f"{package_name}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
                names.append(module.name)
    return json.dumps(names)


def versions(names: str) -> str:
    """What importlib.metadata says of distributions, given and returned as JSON."""
    from importlib.metadata import version  # noqa: PLC0415 (costs every other run its time)

    return json.dumps({name: version(name) for name in json.loads(names)})


ACTIONS: dict[str, Callable[..., str]] = {
    "handle": handle,
    "import_all": import_all,
    "versions": versions,
}


def note_compilations(compiled: list[str]) -> None:
    """Lets the import system tell which modules it has to compile."""
    compile_source = machinery.SourceFileLoader.source_to_code

    def noted(self: Any, data: Any, path: Any, **options: Any) -> Any:  # noqa: ANN401 (as it is)
        compiled.append(str(path))
        return compile_source(self, data, path, **options)

    machinery.SourceFileLoader.source_to_code = noted  # type: ignore[method-assign]


def main() -> None:
    """Runs the request."""
    request = json.loads(sys.stdin.read())
    standard = list(sys.path)
    sys.path[:0] = request["folders"]
    compiled: list[str] = []
    note_compilations(compiled)
    action = ACTIONS[request["action"]]
    answer: dict[str, object] = {}
    try:
        answer["result"] = action(*request["arguments"])
    except Exception as error:  # noqa: BLE001 (whatever it raises is what FC would show)
        answer["error"] = f"{type(error).__name__}: {error}"
    files = [str(getattr(module, "__file__", None) or "") for module in list(sys.modules.values())]
    known = (*request["folders"], *standard, __file__)
    answer["strangers"] = sorted(file for file in files if file and not file.startswith(known))
    answer["compiled"] = sorted(
        file for file in compiled if file.startswith(tuple(request["folders"]))
    )
    answer["path"] = sys.path == [*request["folders"], *standard]
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
