"""What is in the packages, and what is not: nothing of it is there by accident."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from modulefinder import ModuleFinder
from pathlib import Path
from typing import Any, Final

import pytest

from infra.packaging.build import CACHE, ROOT
from infra.packaging.contents import DISTRIBUTIONS, FILES, Omission
from infra.packaging.errors import PackagingError
from infra.packaging.functions import FUNCTIONS, function_files
from infra.packaging.imports import closure, with_parents
from infra.packaging.layer import is_left_out, layer_path
from tests.deploy.package.built import Package

pytestmark = pytest.mark.timeout(300)  # the first test of all processes builds the packages

CODE: Final = re.compile(r"(?P<module>.+?)(?:/__init__)?(?:\.[\w-]+)?\.(?:py|so)")
"""A module of Python or a compiled one, whose name may say for what it was compiled."""


class Tracer(ModuleFinder):
    """Python's own tracer of imports, which reads bytecode; for it nobody checks types."""

    def load_module(self, fqname: str, fp: Any, pathname: str, file_info: Any) -> Any:  # noqa: ANN401
        """Read a module as it is at run time."""
        if fp is not None:
            fp = io.BytesIO(fp.read().replace(b"if TYPE_CHECKING:", b"if False:"))
        return super().load_module(fqname, fp, pathname, file_info)


def sources(*folders: Path) -> Callable[[str], tuple[bytes, bool] | None]:
    """Return how to find a module's source in folders; of a compiled module there is none."""

    def source_of(module: str) -> tuple[bytes, bool] | None:
        for folder in folders:
            base = folder.joinpath(*module.split("."))
            if (base / "__init__.py").is_file():
                return (base / "__init__.py").read_bytes(), True
            if base.with_suffix(".py").is_file():
                return base.with_suffix(".py").read_bytes(), False
        return None

    return source_of


def module_names(paths: Iterable[str]) -> set[str]:
    """Return the modules that files are, by their paths in a folder of sys.path."""
    found = (CODE.fullmatch(path) for path in paths)
    return {match["module"].replace("/", ".") for match in found if match}


def wheel_paths(package: Package) -> dict[str, list[str]]:
    """Return where each locked distribution would lay its files."""
    folders = {path.name: path for path in (CACHE / "wheels").glob("*/*.whl")}
    paths = {}
    manifest = package.manifest
    for one in manifest["included"]:
        paths[one["name"]] = names_in(folders[one["wheel"]])
    for one in manifest["excluded"]:
        stem = f"{one['name'].replace('-', '_')}-{one['version']}-"
        [wheel] = {name for name in folders if name.lower().startswith(stem)}
        paths[one["name"]] = names_in(folders[wheel])
    return paths


def names_in(wheel: Path) -> list[str]:
    """Return the paths in the layer of a wheel's files."""
    with zipfile.ZipFile(wheel) as archive:
        entries = (name for name in archive.namelist() if not name.endswith("/"))
        return [path for path in map(layer_path, entries) if path is not None]


def tree(folder: Path) -> set[str]:
    """Return the paths of all files in a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def with_bytecode(paths: Iterable[str], package: Package) -> set[str]:
    """Return paths, and those of the bytecode that belongs to them where any was made."""
    paths = set(paths)
    made = package.manifest["bytecode"]
    if made is None:
        return paths
    tag = "cpython-" + "".join(package.manifest["python"].split("."))
    sources = (Path(path) for path in paths if path.endswith(".py"))
    return paths | {
        (path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc").as_posix() for path in sources
    }


def test_the_layer_is_the_locked_distributions_less_what_is_left_out(package: Package) -> None:
    """Not one file is in the layer that no table and no lock accounts for, and none is missing."""
    left_out = {omission.what for omission in DISTRIBUTIONS}
    expected = {
        path
        for distribution, paths in wheel_paths(package).items()
        if distribution not in left_out
        for path in paths
        if not is_left_out(path)
    }
    assert tree(package.libraries) == with_bytecode(expected, package)


def test_nothing_of_the_development_environment_is_in_the_layer(package: Package) -> None:
    """Terminal, tests and checks have their own libraries, and the functions none of them."""
    lines = (ROOT / "requirements-dev.txt").read_text().splitlines()
    development = {line.partition("==")[0].lower() for line in lines if "==" in line}
    included = {one["name"] for one in package.manifest["included"]}
    assert len(development) > 10
    assert included & development == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_code_is_the_functions_own_and_what_it_reaches(package: Package, function: str) -> None:
    """The files are those that Python's own tracer of imports finds, and the package's others."""
    tracer = Tracer(path=[str(ROOT)])
    own = ROOT / "functions" / function
    for path in sorted(own.rglob("*.py")):
        tracer.import_hook(".".join(path.relative_to(ROOT).with_suffix("").parts))
    files = (vars(module)["__file__"] for module in tracer.modules.values())
    traced = {Path(file).relative_to(ROOT).as_posix() for file in files if file}
    others = {
        path.relative_to(ROOT).as_posix()
        for path in own.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert tree(package.code(function)) == with_bytecode(traced | others, package)


@pytest.mark.parametrize(
    ("function", "other"), [("watcher", "bootstrap"), ("bootstrap", "watcher")]
)
def test_no_function_has_the_code_of_the_other(package: Package, function: str, other: str) -> None:
    """Each archive holds one handler, and of the repository its two packages alone."""
    files = tree(package.code(function))
    assert {path.split("/")[0] for path in files} == {"functions", "shared"}
    assert f"functions/{function}/handler.py" in files
    assert [path for path in files if path.startswith(f"functions/{other}/")] == []


@pytest.mark.parametrize("name", ["layer", "watcher", "bootstrap"])
def test_folder_and_archive_hold_the_same(package: Package, name: str) -> None:
    """It makes no difference whether the folder is deployed or the archive."""
    folder = package.out / name
    with zipfile.ZipFile(package.out / f"{name}.zip") as archive:
        packed = {entry: archive.read(entry) for entry in archive.namelist()}
    assert packed == {path: (folder / path).read_bytes() for path in tree(folder)}


@pytest.fixture(scope="module")
def reached(package: Package) -> dict[str, frozenset[str]]:
    """Return every module that an import statement can reach from a handler, and what it names."""
    return closure(
        [f"functions.{function}.handler" for function in FUNCTIONS],
        sources(package.code("watcher"), package.code("bootstrap"), package.libraries),
    )


def test_every_import_that_leads_to_something_left_out_is_accounted_for(
    package: Package, reached: dict[str, frozenset[str]]
) -> None:
    """No import statement that a handler can reach leads out of the layer unnoticed.

    Those that do are named in the tables, and none is named that is not there any more.
    """
    there = module_names(tree(package.libraries))
    found = defaultdict(set)
    for omission, modules in left_out_modules(package).items():
        for importer, names in reached.items():
            if names & (modules - there):
                found[omission.what].add(importer)
    named = {omission.what: set(omission.importers) for omission in (*DISTRIBUTIONS, *FILES)}
    assert found == {what: importers for what, importers in named.items() if importers}


def test_no_distribution_is_there_that_nothing_imports(
    package: Package, reached: dict[str, frozenset[str]]
) -> None:
    """What no import statement can reach is to be left out; only compiled modules import cffi's."""
    named = {
        parent for names in reached.values() for name in names for parent in with_parents(name)
    }
    left_out = {omission.what for omission in DISTRIBUTIONS}
    idle = {
        distribution
        for distribution, paths in wheel_paths(package).items()
        if distribution not in left_out and not module_names(paths) & named
    }
    assert idle == {"cffi"}


def left_out_modules(package: Package) -> dict[Omission, set[str]]:
    """Return the modules that each line of the tables leaves out."""
    paths = wheel_paths(package)
    modules = {one: module_names(paths[one.what]) for one in DISTRIBUTIONS}
    excluded = {one.what for one in DISTRIBUTIONS}
    kept = {path for name, files in paths.items() if name not in excluded for path in files}
    for one in FILES:
        modules[one] = module_names(Path(path).as_posix() for path in kept if matches(one, path))
    return modules


def matches(omission: Omission, path: str) -> bool:
    """Whether a file is left out by this line of the table."""
    return fnmatchcase(path, omission.what) and is_left_out(path)


def test_our_own_code_imports_nothing_that_is_not_there(package: Package) -> None:
    """A library of the development environment is noticed, also where a function imports it."""
    folders = [package.code(function) for function in FUNCTIONS]
    there = module_names(path for folder in (*folders, package.libraries) for path in tree(folder))
    ours = {name for folder in folders for name in module_names(tree(folder))}
    reached = closure(ours, sources(*folders))
    missing = {
        f"{importer} imports {name}"
        for importer, names in reached.items()
        for name in names
        if name.split(".")[0] not in sys.stdlib_module_names
        and not {name, name.rpartition(".")[0]} & there
    }
    assert len(reached) > 150
    assert missing == set()


def test_every_pattern_leaves_something_out(package: Package) -> None:
    """A line of the table that nothing matches any more is to be removed."""
    paths = [path for files in wheel_paths(package).values() for path in files]
    idle = [one.what for one in FILES if not any(matches(one, path) for path in paths)]
    assert idle == []


@pytest.mark.parametrize(
    ("imported", "stranger"),
    [
        ("sandbox.process", "sandbox/__init__.py"),
        ("functions.b.handler", "functions/b/__init__.py"),
    ],
)
def test_code_that_is_not_deployed_is_not_imported(
    tmp_path: Path, imported: str, stranger: str
) -> None:
    """A function that imports terminal, sandbox or the other function is not packed at all."""
    for path in ("functions/a", "functions/b", "sandbox"):
        folder = tmp_path / path
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "handler.py").touch()
    (tmp_path / "functions" / "__init__.py").touch()
    (tmp_path / "functions" / "a" / "handler.py").write_text(f"def f():\n    import {imported}\n")
    with pytest.raises(PackagingError) as refusal:
        function_files(tmp_path, "a")
    assert str(refusal.value) == (
        f"functions/a leads to {stranger} by its imports: only functions/a and shared are deployed"
    )
