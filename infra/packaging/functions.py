"""The code of one function: its own package, and of `shared` what it can reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from infra.packaging.errors import PackagingError
from infra.packaging.imports import closure

FUNCTIONS: Final = ("watcher", "bootstrap")
_PACKAGES: Final = ("functions", "shared")


def function_files(root: Path, function: str) -> list[PurePosixPath]:
    """Return the files of a function's code, relative to the root of the repository.

    That is all of `functions/<name>`, every module of `shared` that an import statement of any of
    those leads to, and the data files that lie beside.

    Raises:
        PackagingError: there is no such function, or an import leads to other code of the
            repository (the other function, the terminal, the sandbox, the tests).
    """
    own = f"functions/{function}"
    if not (root / own / "handler.py").is_file():
        raise PackagingError(f"{root}: no {own}/handler.py there: run it in the repository")

    def source_of(module: str) -> tuple[bytes, bool] | None:
        path = _path_of(root, module)
        return None if path is None else ((root / path).read_bytes(), path.name == "__init__.py")

    start = [_module_of(path) for path in _tree(root, own) if path.suffix == ".py"]
    reached = closure(start, source_of)
    modules = {path for name in reached if (path := _path_of(root, name)) is not None}
    allowed = (own, "functions/__init__.py", "shared/")
    strangers = sorted(path for path in modules if not str(path).startswith(allowed))
    if strangers:
        raise PackagingError(
            f"{own} leads to {strangers[0]} by its imports: only {own} and shared are deployed"
        )
    folders = {path.parent for path in modules}
    data = {
        path
        for package in _PACKAGES
        for path in _tree(root, package)
        if path.suffix != ".py" and path.parent in folders
    }
    return sorted(modules | data | set(_tree(root, own)))


def _tree(root: Path, folder: str) -> Iterator[PurePosixPath]:
    """Every file that belongs to a package; editors and interpreters leave others there."""
    for path in (root / folder).rglob("*"):
        relative = path.relative_to(root)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in relative.parts)
        if path.is_file() and not hidden and not path.name.endswith("~"):
            yield PurePosixPath(relative)


def _module_of(path: PurePosixPath) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _path_of(root: Path, module: str) -> PurePosixPath | None:
    base = PurePosixPath(*module.split("."))
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if (root / path).is_file():
            return path
    return None
