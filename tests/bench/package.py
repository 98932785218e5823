"""What a cold start pays for imports, from the packages alone, with bytecode and without."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from infra.packaging.build import CODE_FOLDER, LAYER_FOLDER, build_packages
from infra.packaging.functions import FUNCTIONS
from infra.packaging.interpreters import Interpreter, find_interpreter
from infra.packaging.manifest import Manifest
from infra.packaging.target import RUNTIME_PYTHON, parse_target
from tests.bench.measure import Cost, cost_of, median_cost

RUNS: Final = 7
_MIB: Final = 1024 * 1024
_IMPORT: Final = "import sys; sys.path[:0] = {folders}; import functions.{function}.handler"


def package_section() -> str:
    """Build, measure, and return the section of the page."""
    interpreter = find_interpreter(parse_target(RUNTIME_PYTHON), os.environ)
    with tempfile.TemporaryDirectory() as folder:
        package, plain = Path(folder, "package"), Path(folder, "plain")
        manifest = build_packages(package)
        lines = ["## Packages for Function Compute", "", *_sizes(manifest), ""]
        if interpreter is None:
            return "\n".join([*lines, f"No CPython {RUNTIME_PYTHON} was at hand to import them."])
        shutil.copytree(package, plain, ignore=shutil.ignore_patterns("__pycache__"))
        return "\n".join([*lines, *_imports(interpreter, package, plain)])


def _sizes(manifest: Manifest) -> list[str]:
    before = sum(part.bytes_before for part in manifest.included)
    before += sum(part.bytes_before for part in manifest.excluded)
    after = sum(part.bytes for part in manifest.included)
    rows = [
        f"| `{archive.name}` | {archive.zip_bytes / _MIB:.2f} | {archive.unpacked_bytes / _MIB:.2f}"
        f" | {archive.files} |"
        for archive in manifest.artefacts.values()
    ]
    return [
        f"`make package`, for {manifest.runtime} on {manifest.platform}. The locked libraries are"
        f" {before / _MIB:.1f} MiB",
        f"unpacked; {after / _MIB:.1f} MiB stay, and bytecode comes on top. The smallest limit of"
        " any region is",
        "100 MiB for an archive.",
        "",
        "| archive | MiB | unpacked MiB | files |",
        "|---|---|---|---|",
        *rows,
    ]


def _imports(interpreter: Interpreter, package: Path, plain: Path) -> list[str]:
    rows = []
    for function in FUNCTIONS:
        compiled = _import_cost(interpreter, package, function)
        uncompiled = _import_cost(interpreter, plain, function)
        rows.append(
            f"| {function} | {compiled.cpu_s:.2f} | {uncompiled.cpu_s:.2f} |"
            f" {uncompiled.cpu_s / compiled.cpu_s:.1f} | {compiled.peak_mb:.0f} |"
            f" {uncompiled.peak_mb:.0f} |"
        )
    version = ".".join(map(str, interpreter.version))
    return [
        "Importing a handler in a fresh process, with the code and the layer alone on sys.path",
        f"(in FC {CODE_FOLDER} and {LAYER_FOLDER}, which cannot be written; `-B` does the same",
        f"here), CPython {version}, medians of {RUNS} runs. `python -m tests.bench.package`",
        "measures this section alone.",
        "",
        "| handler | CPU s with bytecode | CPU s without | × | peak MB with | peak MB without |",
        "|---|---|---|---|---|---|",
        *rows,
    ]


def _import_cost(interpreter: Interpreter, package: Path, function: str) -> Cost:
    folders = [str(package / function), str(package / "layer" / "python")]
    program = _IMPORT.format(folders=folders, function=function)
    arguments = ("-I", "-S", "-B", "-c", program)
    python = str(interpreter.path)
    return median_cost([cost_of(arguments, {}, python) for _ in range(RUNS)])


if __name__ == "__main__":
    print(package_section())  # noqa: T201 (a program for the terminal)
