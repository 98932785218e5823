"""A control repository as an operator has it, made with the real `git`."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

CONTROL_FILE = "control.yaml"
_OPERATOR = ("An Operator", "operator@example.com")


class ControlRepository:
    """A bare repository that commits are made into directly, as a host's web page does.

    Made if it does not exist. Without `partial` it is that of a host that always sends whole
    trees, and only what refs point at.
    """

    def __init__(self, path: Path, *, branch: str = "main", partial: bool = True) -> None:
        self.path = path
        if not path.exists():
            run_git(["init", "--quiet", "--bare", f"--initial-branch={branch}", str(path)])
            _configure_as_hosts_do(path, partial=partial)

    @property
    def head(self) -> str:
        """Id of the commit that the default branch is at."""
        return self._git("rev-parse", "HEAD")

    def commit(
        self,
        text: str | bytes,
        *,
        message: str = "Change the fleet",
        at: datetime | None = None,
        path: str = CONTROL_FILE,
        branch: str = "HEAD",
    ) -> str:
        """Commit a new content of the control file and return the commit's id.

        `at` is the committer's time (default: now). Other files stay as they are.
        """
        return self.commit_files({path: text}, message=message, at=at, branch=branch)

    def commit_files(
        self,
        files: Mapping[str, str | bytes | None],
        *,
        message: str = "Change the fleet",
        at: datetime | None = None,
        branch: str = "HEAD",
        merges: str | None = None,
    ) -> str:
        """Commit several files at once (None removes one); `merges` names a second parent."""
        tip = self._tip(branch)
        parents = [commit for commit in (tip, merges) if commit]
        tree = self._tree(files, tip)
        arguments = [argument for parent in parents for argument in ("-p", parent)]
        sha = self._git("commit-tree", tree, *arguments, "-m", message, at=at)
        self._git("update-ref", self._ref(branch), sha)
        return sha

    def commit_entries(self, entries: Mapping[str, tuple[str, str]], text: str = "x") -> str:
        """Commit what is no plain file: per path its mode, and the kind of object to point at."""
        tree = self._git("ls-tree", "HEAD")
        for path, (mode, kind) in entries.items():
            target = self.head if kind == "commit" else self.store("blob", text.encode())
            tree += f"\n{mode} {kind} {target}\t{path}"
        parent = self.head
        root = self._git("mktree", stdin=tree.encode())
        sha = self._git("commit-tree", root, "-p", parent, "-m", "Odd entries")
        self._git("update-ref", self._ref("HEAD"), sha)
        return sha

    def rewind(self, to: str, *, branch: str = "HEAD") -> None:
        """Move a branch back (or anywhere), as a forced push does."""
        self._git("update-ref", self._ref(branch), to)

    def branch(self, name: str, at: str = "HEAD") -> None:
        """Create a branch."""
        self._git("update-ref", f"refs/heads/{name}", self._git("rev-parse", at))

    def tag(self, name: str, at: str = "HEAD", *, message: str | None = None) -> None:
        """Create a tag: an annotated one if there is a message."""
        note = ["-a", "-m", message] if message else []
        self._git("tag", *note, name, at)

    def fork(self, path: Path) -> ControlRepository:
        """Copy the repository, as a mirror starts out."""
        run_git(["clone", "--quiet", "--mirror", str(self.path), str(path)])
        _configure_as_hosts_do(path, partial=True)
        return ControlRepository(path)

    def id_of(self, revision: str) -> str:
        """Return the id of whatever a revision names, as in `main:control.yaml`."""
        return self._git("rev-parse", "--verify", revision)

    def show(self, kind: str, sha: str) -> bytes:
        """Return the raw content of an object."""
        return run_git(["cat-file", kind, sha], self.path)

    def store(self, kind: str, content: bytes) -> str:
        """Write an object as it is and return its id."""
        return self._git("hash-object", "-w", "--literally", "-t", kind, "--stdin", stdin=content)

    def configure(self, key: str, value: str) -> None:
        """Set one setting of this repository."""
        self._git("config", key, value)

    def list_objects(self) -> list[str]:
        """Return the ids of all objects that branches and tags lead to."""
        listed = self._git("rev-list", "--objects", "--all").splitlines()
        return [line.split()[0] for line in listed]

    def clone_shallow(self, path: Path) -> Path:
        """Copy only the newest commit, and return where to."""
        run_git(["clone", "--quiet", "--bare", "--depth=1", f"file://{self.path}", str(path)])
        return path

    def _tip(self, branch: str) -> str | None:
        found = self._git("for-each-ref", "--format=%(objectname)", self._ref(branch))
        return found or None

    def _ref(self, branch: str) -> str:
        return self._git("symbolic-ref", "HEAD") if branch == "HEAD" else f"refs/heads/{branch}"

    def _tree(self, files: Mapping[str, str | bytes | None], tip: str | None) -> str:
        """Write a tree through an index and a work tree of its own: a bare repository has none."""
        with tempfile.TemporaryDirectory() as directory:
            index = {"GIT_INDEX_FILE": str(Path(directory, "index")), "GIT_WORK_TREE": directory}
            if tip:
                self._git("read-tree", tip, environment=index)
            for path, content in files.items():
                if content is None:
                    self._git("update-index", "--force-remove", path, environment=index)
                    continue
                data = content.encode() if isinstance(content, str) else content
                blob = self._git("hash-object", "-w", "--stdin", stdin=data)
                entry = f"100644,{blob},{path}"
                self._git("update-index", "--add", "--cacheinfo", entry, environment=index)
            return self._git("write-tree", environment=index)

    def _git(
        self,
        *arguments: str,
        at: datetime | None = None,
        stdin: bytes | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        printed = run_git(arguments, self.path, at=at, stdin=stdin, environment=environment)
        return printed.decode().strip()


def _configure_as_hosts_do(path: Path, *, partial: bool) -> None:
    """Offer partial fetch as narrowly as the big hosts do: GitHub allows no tree depth above 0."""
    run_git(["config", "uploadpack.allowFilter", str(partial).lower()], path)
    run_git(["config", "uploadpackfilter.tree.maxDepth", "0"], path)


def run_git(
    arguments: Sequence[str],
    git_dir: Path | None = None,
    *,
    at: datetime | None = None,
    stdin: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Run `git` apart from the configuration of whoever runs this, and return what it prints.

    Raises:
        RuntimeError: it failed; the message is git's.
    """
    located = [f"--git-dir={git_dir}"] if git_dir else []
    stamp = f"{int((at or datetime.now(UTC)).timestamp())} +0000"
    finished = subprocess.run(  # noqa: S603
        ["git", *located, *arguments],  # noqa: S607 (the system's git, wherever it is)
        input=stdin if stdin is not None else b"",
        env=git_environment() | _identity(stamp) | dict(environment or {}),
        capture_output=True,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"git {arguments[0]}: {finished.stderr.decode().strip()}")
    return finished.stdout


def git_environment() -> dict[str, str]:
    """Return an environment in which nobody's configuration changes what git does."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        # repositories may lie in directories of another user, as in containers
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "LC_ALL": "C",
    }


def _identity(stamp: str) -> dict[str, str]:
    name, mail = _OPERATOR
    return {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", mail), ("DATE", stamp))
    }
