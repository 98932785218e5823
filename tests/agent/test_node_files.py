"""The files that a node is given besides the agent: units, scripts, rotation of the log."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.agent.yard import AGENT
from tests.tools import tool

FILES: Final = AGENT.parent / "files"
UNITS: Final = ("p2p-agent.service", "p2p-agent.timer", "p2p-install@.service")
PYTHON_OF_JAMMY: Final = (3, 10)


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` says nothing at all."""
    for name in UNITS:
        # On a node the installers are there; here anything executable does.
        text = (FILES / name).read_text("utf-8").replace("/opt/p2p-fleet/install/%i", "/bin/true")
        (tmp_path / name).write_text(text, "utf-8")
    paths = [str(tmp_path / name.replace("@.", "@logtail.")) for name in UNITS]

    (tmp_path / "p2p-install@logtail.service").symlink_to("p2p-install@.service")
    checked = subprocess.run(
        [tool("systemd-analyze"), "verify", *paths], capture_output=True, text=True, check=False
    )

    said = [line for line in checked.stderr.splitlines() if str(tmp_path) in line]
    assert (checked.returncode, said) == (0, [])


@pytest.mark.parametrize("script", sorted(FILES.glob("*.sh")), ids=lambda path: path.name)
def test_shellcheck_finds_nothing_wrong_with_the_scripts(script: Path) -> None:
    """No remark of any severity."""
    checked = subprocess.run(
        [tool("shellcheck"), str(script)], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.parametrize("module", sorted(AGENT.glob("*.py")), ids=lambda path: path.name)
def test_the_agent_is_python_that_older_images_have(module: Path) -> None:
    """Ubuntu 22.04 has Python 3.10; the grammar is checked, its library by the imports below."""
    ast.parse(module.read_text("utf-8"), feature_version=PYTHON_OF_JAMMY)


def test_the_agent_needs_nothing_but_what_an_image_has() -> None:
    """The standard library, and PyYAML, which cloud-init itself is made with."""
    imported = set()
    for module in AGENT.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and not node.level:
                imported.add((node.module or "").partition(".")[0])

    assert imported == {
        *("__future__", "argparse", "base64", "collections", "contextlib", "dataclasses"),
        *("datetime", "fcntl", "fnmatch", "json", "os", "pathlib", "random", "re", "shutil"),
        *("signal", "subprocess", "sys", "threading", "time", "typing", "urllib", "yaml"),
    }
