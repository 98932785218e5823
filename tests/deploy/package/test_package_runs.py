"""Each handler runs from its archive and the layer's alone, in a bare environment."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from infra.packaging.interpreters import Interpreter
from sandbox.domain.timing import Timing
from sandbox.git_host import ControlRepository, start_git_host
from sandbox.server import RunningSandbox, start_sandbox
from tests.control.git.ssh_host import SshHost
from tests.deploy.package.built import Json, Package, run_bare

pytestmark = pytest.mark.timeout(300)  # the first test of all processes builds the packages

Runnable = tuple[Package, Interpreter]
Environment = Mapping[str, str]

FRANKFURT: Final = "eu-central-1"
NOON: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
DOCUMENT: Final = f"""\
start: 2026-12-01T00:00:00Z
run_duration: forever
capacity: 2
regions: [{FRANKFURT}]
fleet: {{logs: true, zones: 1}}
"""
PRODUCTS: Final = {"ecs", "ess", "log", "ram", "vpc"}
AT_ONCE: Final = replace(
    Timing(),
    resource_group_s=0.0,
    vpc_s=0.0,
    vswitch_s=0.0,
    ipv4_gateway_s=0.0,
    ipv4_gateway_enable_s=0.0,
    route_entry_s=0.0,
)


@dataclass(frozen=True, slots=True)
class Fleet:
    """An empty account and a document that wants two nodes in Frankfurt, with logs."""

    environment: Environment
    sandbox: RunningSandbox

    def products_asked(self) -> set[str]:
        """Return the products that have been sent a request."""
        url = f"{self.sandbox.endpoint}/_sandbox/requests"
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (loopback)
            return {request["product"] for request in json.load(answer)}


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """Run a sandbox, and a Git host that serves the document."""
    with (
        start_git_host(tmp_path) as host,
        start_sandbox(regions=[FRANKFURT], start=NOON, timing=AT_ONCE) as sandbox,
    ):
        ControlRepository(tmp_path / "control.git").commit(DOCUMENT)
        environment = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": sandbox.access_key_secret,
            "ALIBABA_CLOUD_ENDPOINT_URL": sandbox.endpoint,
            "P2P_FLEET_CLOCK_URL": sandbox.endpoint,
            "CONTROL_SOURCES": host.url_of("control.git"),
            "FC_ACCOUNT_ID": sandbox.account_id,
            "FC_REGION": FRANKFURT,
            "BOOTSTRAP_FUNCTION": "p2p-agent-bootstrap",
        }
        yield Fleet(environment, sandbox)


@pytest.fixture
def ssh_host(tmp_path: Path, fleet: Fleet) -> Iterator[SshHost]:
    """Run an SSH server beside, with the same repository."""
    del fleet  # makes the repository
    host = SshHost(tmp_path)
    yield host
    host.stop()


def handled(runnable: Runnable, function: str, event: Json, environment: Environment) -> Json:
    """Return the report of one run of a handler, and see that nothing else took part."""
    package, interpreter = runnable
    answer = run_bare(
        package,
        interpreter,
        function,
        "handle",
        function,
        json.dumps(event),
        environment=environment,
    )
    assert_alone(answer)
    report: Json = json.loads(answer["result"])
    return report


def assert_alone(answer: Json) -> None:
    """See that a run loaded nothing from elsewhere and compiled nothing."""
    assert (answer["strangers"], answer["compiled"], answer["path"]) == ([], [], True)


def told(report: Json) -> Json:
    """Return a report in few words: its status, and what became of Frankfurt."""
    [region] = report["regions"]
    error = region["error"] or {"code": None}
    return {
        "status": report["status"],
        "did": (region["decision"], region["outcome"], error["code"]),
        "target": region["target"],
    }


@pytest.mark.parametrize("function", ["watcher", "bootstrap"])
def test_every_module_of_the_code_can_be_imported(runnable: Runnable, function: str) -> None:
    """Whatever a path through the code needs when it begins is in the code or in the layer."""
    package, interpreter = runnable
    answer = run_bare(package, interpreter, function, "import_all", function)
    assert_alone(answer)
    files = package.code(function).rglob("*.py")
    modules = {file.relative_to(package.code(function)).with_suffix("") for file in files}
    names = {".".join(m.parts[:-1] if m.name == "__init__" else m.parts) for m in modules}
    roots = {"functions", f"functions.{function}", "shared"}
    programs = {name for name in names if name.endswith("__main__")}
    assert sorted(json.loads(answer["result"])) == sorted(names - roots - programs)


def test_both_functions_bring_a_fleet_up_together(runnable: Runnable, fleet: Fleet) -> None:
    """A stack with logs is built, polled up to its capacity, then found converged and ready."""
    steps: list[tuple[str, Json]] = [
        ("bootstrap", {}),
        ("watcher", {}),
        ("watcher", {}),
        ("bootstrap", {"action": "status"}),
    ]
    reports = [handled(runnable, *step, fleet.environment) for step in steps]
    assert [told(report) for report in reports] == [
        {"status": "changed", "did": ("provision", "done", None), "target": None},
        {"status": "changed", "did": ("scale", "done", None), "target": 2},
        {"status": "converged", "did": ("none", "none", None), "target": 2},
        {"status": "converged", "did": ("none", "none", None), "target": 2},
    ]
    assert fleet.products_asked() >= PRODUCTS


def test_a_poll_that_needs_bootstrap_asks_function_compute(
    runnable: Runnable, fleet: Fleet
) -> None:
    """The client of Function Compute, which is imported only then, is there."""
    report = handled(runnable, "watcher", {}, fleet.environment)
    assert told(report) == {
        "status": "failed",
        "did": ("provision", "failed", "FunctionNotFound"),
        "target": None,
    }


def test_a_poll_over_ssh_reads_the_document(
    runnable: Runnable, fleet: Fleet, ssh_host: SshHost
) -> None:
    """The SSH library, which is imported only for such sources, is there with all it needs."""
    there = {
        **fleet.environment,
        "CONTROL_SOURCES": ssh_host.url_of("control.git"),
        "CONTROL_SSH_KEY": base64.b64encode(ssh_host.private_key).decode(),
        "CONTROL_KNOWN_HOSTS": ssh_host.known_hosts,
    }
    report = handled(runnable, "watcher", {"action": "plan"}, there)
    assert told(report) == {
        "status": "changed",
        "did": ("provision", "none", None),
        "target": None,
    }
    assert len(ssh_host.commands) > 0


def test_a_wrong_event_is_answered_with_a_sentence(runnable: Runnable) -> None:
    """What FC shows of a failed run is our own error, not one of a missing library."""
    package, interpreter = runnable
    answer = run_bare(package, interpreter, "watcher", "handle", "watcher", '{"action": "dance"}')
    assert_alone(answer)
    assert answer["error"] == "EventError: action must be poll or plan, not 'dance'."


def test_the_versions_of_the_libraries_can_be_asked(runnable: Runnable) -> None:
    """importlib.metadata knows every distribution of the layer, as the manifest states it."""
    package, interpreter = runnable
    expected = {one["name"]: one["version"] for one in package.manifest["included"]}
    names = json.dumps(sorted(expected))
    answer = run_bare(package, interpreter, "watcher", "versions", names)
    assert json.loads(answer["result"]) == expected
