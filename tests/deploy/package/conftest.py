"""The packages that the tests share: one build for each target in all test processes together."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from infra.packaging.interpreters import Interpreter, find_interpreter, require_interpreter
from infra.packaging.target import RUNTIME_PYTHON, parse_target
from tests.deploy.package.built import Package, package_for


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all test processes of this run have in common, and no other run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def package(shared_folder: Path) -> Package:
    """Return the packages for FC's runtime; building them needs no interpreter of its version."""
    return package_for(RUNTIME_PYTHON, shared_folder / f"package-{RUNTIME_PYTHON}")


@pytest.fixture(scope="session", params=["runtime", "at hand"])
def runnable(request: pytest.FixtureRequest, shared_folder: Path) -> tuple[Package, Interpreter]:
    """Return packages with an interpreter that runs them: FC's version, or else this one's.

    Where only another version is at hand the same recipe is run for that one; what is particular
    to FC's version (tags, markers, closure) is then checked without running it.
    """
    interpreter = find_interpreter(parse_target(RUNTIME_PYTHON), os.environ)
    if request.param == "runtime":
        if interpreter is None:
            pytest.skip(f"no CPython {RUNTIME_PYTHON} on PATH, in uv or in pyenv")
        python = RUNTIME_PYTHON
    else:
        if interpreter is not None:
            pytest.skip(f"CPython {RUNTIME_PYTHON} itself is at hand")
        python = sys.executable
        interpreter = require_interpreter(Path(python), os.environ)
    version = interpreter.target.python_version
    return package_for(python, shared_folder / f"package-{version}"), interpreter
