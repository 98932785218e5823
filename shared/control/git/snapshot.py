"""The control file at one commit: from the ref down through the trees to the file."""

from __future__ import annotations

from shared.control.git.faults import SourceFault
from shared.control.git.objects import Entry, parse_commit, tree_entry
from shared.control.git.packs import BLOB, COMMIT, TREE
from shared.control.git.records import Commit, Limits
from shared.control.git.repository import Repository
from shared.control.git.source import Source


def read_control_file(
    repository: Repository, source: Source, limits: Limits
) -> tuple[Commit, str, bytes]:
    """Return the commit a source's ref stands for, and its control file's blob id and content.

    Raises:
        SourceFault: ref or file are missing, or the file is too large.
    """
    commit_id = repository.resolve(source.ref)
    repository.prepare([commit_id])
    commit = parse_commit(commit_id, repository.get(commit_id, COMMIT))
    entry = find_entry(repository, commit, source.path)
    if entry is None or not entry.is_file:
        at = f"at commit {commit.sha[:12]} of {source.ref}"
        if entry is None:
            raise SourceFault("SourceFileMissing", f"has no file {source.path} {at}")
        raise SourceFault("SourceFileMissing", f"has {entry.described} as {source.path} {at}")
    text = repository.get(entry.sha, BLOB)
    if len(text) > limits.max_document_bytes:
        raise SourceFault(
            "SourceTooLarge",
            f"has a {source.path} of {len(text)} bytes, over {limits.max_document_bytes}",
        )
    return commit, entry.sha, text


def find_entry(repository: Repository, commit: Commit, path: str) -> Entry | None:
    """Return what a commit has under a path, or None.

    Raises:
        SourceFault: a tree on the way cannot be read.
    """
    *directories, name = path.split("/")
    tree = commit.tree
    for directory in directories:
        entry = tree_entry(repository.get(tree, TREE), directory)
        if entry is None or not entry.is_directory:
            return None
        tree = entry.sha
    return tree_entry(repository.get(tree, TREE), name)
