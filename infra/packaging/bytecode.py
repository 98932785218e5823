"""Bytecode beside the sources, made by the target's interpreter.

FC's code folders are read-only: without bytecode every cold start compiles all it imports. The
files say that nobody need compare them with their source (unchecked hash), and name the path that
the source has in FC, not where it lay when it was compiled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from infra.packaging.commands import Tool
from infra.packaging.interpreters import Interpreter

_SAME_EVERY_TIME: Final = {"PYTHONHASHSEED": "0"}  # else sets lie differently in every process


def compile_tree(interpreter: Interpreter, tree: Path, runtime_folder: str) -> None:
    """Compile every module of a tree that FC mounts at `runtime_folder`.

    Raises:
        PackagingError: a module does not compile; the sentence names it.
    """
    python = Tool("compileall", (str(interpreter.path), "-S", "-s"), _SAME_EVERY_TIME)
    python.run(
        "-m",
        "compileall",
        "-q",
        "-f",
        "--invalidation-mode=unchecked-hash",
        f"-s{tree}",
        f"-p{runtime_folder}",
        str(tree),
    )
