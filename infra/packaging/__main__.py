"""The command: `python -m infra.packaging`, or `… lock` to make the locks anew."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.packaging.build import OUT, ROOT, build_packages
from infra.packaging.errors import PackagingError
from infra.packaging.locking import write_locks
from infra.packaging.manifest import Manifest
from infra.packaging.target import RUNTIME_PYTHON, parse_target

_MIB = 1024 * 1024


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.packaging", description="Build what Function Compute runs."
    )
    parser.add_argument("action", nargs="?", choices=("build", "lock"), default="build")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to build into")
    parser.add_argument(
        "--python",
        default=RUNTIME_PYTHON,
        help="version to build for, or path of a CPython (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        if options.action == "lock":
            write_locks(ROOT, parse_target(options.python), environment)
        else:
            manifest = build_packages(
                options.out.absolute(), python=options.python, environment=environment, say=print
            )
            print(summary(manifest, options.out))
    except PackagingError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"package: {error.strerror or error}{where}", file=sys.stderr)
        return 1
    return 0


def summary(manifest: Manifest, out: Path) -> str:
    """Say what was built and how large it is."""
    before = sum(part.bytes_before for part in manifest.included)
    before += sum(part.bytes_before for part in manifest.excluded)
    after = sum(part.bytes for part in manifest.included)
    lines = [
        f"{name:<10} {archive.zip_bytes / _MIB:6.2f} MiB zip {archive.unpacked_bytes / _MIB:7.2f}"
        f" MiB unpacked {archive.files:5} files"
        for name, archive in manifest.artefacts.items()
    ]
    made = manifest.bytecode
    bytecode = (
        f"bytecode by CPython {made.python}"
        if made
        else f"no bytecode: no CPython {manifest.python} was found on PATH, in uv or in pyenv;"
        " cold starts compile what they import"
    )
    return "\n".join(
        [
            *lines,
            f"libraries: {before / _MIB:.1f} MiB locked, {after / _MIB:.1f} MiB kept,"
            f" {len(manifest.excluded)} distributions left out",
            bytecode,
            f"for {manifest.runtime} on {manifest.platform}, in {out}",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
