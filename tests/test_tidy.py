"""The house rules, checked: who may import whom, how long things are, where the world enters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("cli", "functions", "infra", "sandbox", "shared")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

MAY_IMPORT = {
    "cli": {"cli", "functions", "infra", "sandbox", "shared"},
    "functions": {"functions", "shared"},
    "infra": {"infra", "shared"},
    "sandbox": {"sandbox"},
    "shared": {"shared"},
}
# The named edges: only these may read the clock, the environment or chance, or wait.
EDGES = {
    "cli",
    "functions/bootstrap/__main__.py",
    "functions/bootstrap/entry.py",
    "functions/bootstrap/handler.py",
    "functions/bootstrap/node/agent/__main__.py",
    "functions/bootstrap/node/agent/processes.py",
    "functions/bootstrap/node/agent/program.py",
    "functions/bootstrap/node/agent/turn.py",
    "functions/watcher/__main__.py",
    "functions/watcher/entry.py",
    "functions/watcher/handler.py",
    "infra/deploying/__main__.py",
    "infra/deploying/world.py",
    "infra/packaging/__main__.py",
    "infra/packaging/build.py",
    "sandbox/fc_memory.py",
    "sandbox/fc_process.py",
    "sandbox/git_host",
    "sandbox/server.py",
    "sandbox/wire",
    "shared/clock.py",
    "shared/cold_start.py",
    "shared/edges.py",
}
WORLD = {"datetime.now", "time.time", "time.monotonic", "time.sleep", "os.environ", "os.getenv"}
PURE = (
    "functions/bootstrap/event.py",
    "functions/bootstrap/node/user_data.py",
    "functions/bootstrap/offers.py",
    "functions/bootstrap/records.py",
    "functions/bootstrap/spec.py",
    "functions/watcher/arming.py",
    "functions/watcher/asking.py",
    "functions/watcher/backoff.py",
    "functions/watcher/cadence.py",
    "functions/watcher/cadence_cron.py",
    "functions/watcher/decide.py",
    "functions/watcher/event.py",
    "functions/watcher/health.py",
    "functions/watcher/records.py",
    "functions/watcher/report.py",
    "functions/watcher/stack.py",
    "shared/control/accept.py",
    "shared/control/choose.py",
    "shared/control/intent.py",
    "shared/ownership.py",
    "shared/stack.py",
)
IMPURE_MODULES = {
    "shared.clock",
    "shared.cloud.api",
    "shared.cloud.ecs",
    "shared.cloud.ess",
    "shared.cloud.eventbridge",
    "shared.cloud.fc",
    "shared.cloud.fc_timers",
    "shared.cloud.log_client",
    "shared.cloud.logs",
    "shared.cloud.ram",
    "shared.cloud.resource_manager",
    "shared.cloud.session",
    "shared.cloud.sts",
    "shared.cloud.transport",
    "shared.cloud.vpc",
}


def imported(path: Path) -> Iterator[str]:
    """Names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def name_of(path: Path) -> str:
    """A file's path inside the repository."""
    return path.relative_to(ROOT).as_posix()


def test_imports_run_downwards_only() -> None:
    """`cli → functions → shared`; the sandbox knows none of them, and functions not each other."""
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in MODULES
        for module in imported(path)
        if module.split(".")[0] in PACKAGES
        and module.split(".")[0] not in MAY_IMPORT[name_of(path).split("/")[0]]
    ]
    crossing = [
        f"{name_of(path)} imports {module}"
        for path in (ROOT / "functions").rglob("*.py")
        for module in imported(path)
        if module.startswith("functions.")
        and module.split(".")[1] != path.relative_to(ROOT).parts[1]
    ]

    assert wrong + crossing == []


def test_decisions_import_no_input_or_output() -> None:
    """What decides never imports what talks to the network or reads a clock."""
    wrong = [
        f"{name} imports {module}"
        for name in PURE
        for module in imported(ROOT / name)
        if module in IMPURE_MODULES
    ]

    assert wrong == []


def test_the_world_enters_at_the_named_edges_only() -> None:
    """Clock, environment and waiting are passed in; reading them elsewhere hides a dependency."""
    wrong = [
        f"{name_of(path)}:{node.lineno} uses {ast.unparse(node)}"
        for path in MODULES
        if not any(name_of(path).startswith(edge) for edge in EDGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in WORLD
    ]

    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_short(path: Path) -> None:
    """A module has one job and a function fits on a screen."""
    text = path.read_text(encoding="utf-8")
    long_functions = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert (len(text.splitlines()) <= LONGEST_MODULE, long_functions) == (True, [])


def test_every_test_states_a_behaviour_in_one_sentence() -> None:
    """The docstrings of the tests can be read as the specification."""
    silent = [
        f"{name_of(path)}: {node.name}"
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").rstrip().endswith(".")
    ]

    assert silent == []
