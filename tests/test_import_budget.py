"""What a poll may import: its import graph is a budget."""

from __future__ import annotations

import subprocess
import sys

import pytest

NEVER = (
    "alibabacloud_ess20220222",  # 300 model modules; the generic client sends the same bytes
    "alibabacloud_fc20230330",
    "aliyun.log",
    "cli",
    "click",
    "dulwich.porcelain",
    "dulwich.repo",
    "functions.bootstrap",
    "functions.watcher.cadence_hands",
    "paramiko",
    "rich",
    "sandbox",
    "shared.cloud.eventbridge",
    "shared.cloud.fc_timers",
    "shared.cloud.log_client",
    "shared.cloud.stack_records",
)


@pytest.fixture(scope="module")
def modules() -> frozenset[str]:
    """Every module that is loaded once the watcher is imported."""
    program = "import functions.watcher.__main__, sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return frozenset(run.stdout.split())


@pytest.mark.parametrize("name", NEVER)
def test_a_poll_does_not_import_what_it_does_not_use(modules: frozenset[str], name: str) -> None:
    """Terminal, FC, SLS and SSH libraries cost CPU in every cold start, so they stay away."""
    assert [module for module in modules if module == name or module.startswith(f"{name}.")] == []


def test_the_number_of_modules_of_a_cold_start_is_kept(modules: frozenset[str]) -> None:
    """Nothing slips into the import graph unseen: it stays below what was measured and reviewed."""
    assert len(modules) < 850
