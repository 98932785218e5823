"""Import statements, followed without running anything."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

Source = Callable[[str], tuple[bytes, bool] | None]
"""Source of a module by its dotted name, and whether it is a package; None: no such module."""


def closure(modules: Iterable[str], source_of: Source) -> dict[str, frozenset[str]]:
    """Return every module that can be reached, with the names that its import statements name.

    Statements inside of functions count; those that only a type checker sees do not.
    """
    reached: dict[str, frozenset[str]] = {}
    waiting = list(modules)
    while waiting:
        for name in with_parents(waiting.pop()):
            if name in reached or (found := source_of(name)) is None:
                continue
            source, is_package = found
            reached[name] = frozenset(imported_names(source, name, is_package=is_package))
            waiting.extend(reached[name])
    return reached


def with_parents(name: str) -> list[str]:
    """Return a dotted name and those of the packages that it is in, outermost first."""
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def imported_names(source: bytes, module: str, *, is_package: bool) -> Iterator[str]:
    """Give what a module's import statements name, absolute; of `from a import b` also `a.b`.

    Whether `b` is a module or something in `a` only the one who finds modules can tell.
    """
    package = module if is_package else module.rpartition(".")[0]
    for node in _run_time_nodes(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def _run_time_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):
            continue  # no statement is in there
        if isinstance(node, ast.If) and _is_for_type_checkers(node.test):
            for otherwise in node.orelse:
                yield otherwise
                yield from _run_time_nodes(otherwise)
        else:
            yield node
            yield from _run_time_nodes(node)


def _is_for_type_checkers(condition: ast.expr) -> bool:
    """Whether it is `TYPE_CHECKING` or `typing.TYPE_CHECKING`."""
    if isinstance(condition, ast.Attribute):
        return condition.attr == "TYPE_CHECKING"
    return isinstance(condition, ast.Name) and condition.id == "TYPE_CHECKING"


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """The module that a `from` names; one leading dot stands for the package itself."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)
