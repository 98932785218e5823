"""Programs that the agent needs and an image may lack: installed from the nearest archive.

A node whose archive is blocked keeps trying, more and more rarely, and says so in its log. It never
ends itself: the group would replace it by one that is no better off.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .journal import Journal
from .places import Places
from .program import path_of_programs, run_program
from .remembered import recall, remember

_ALWAYS: Final = {"git": "git", "ssh": "openssh-client"}
"""By program: the package that has it; the same names in Ubuntu and Debian."""
_FOR_ANSIBLE: Final = {"ansible-playbook": "ansible", "curl": "curl", "jq": "jq"}
"""With Ansible's collections, and what the playbooks of p2p-agent-infra take for granted."""
_LIMIT_S: Final = 1200.0
_FIRST_PAUSE_S: Final = 60.0
_LONGEST_PAUSE_S: Final = 1800.0
_APT: Final = (
    "apt-get",
    "--yes",
    "--quiet=2",
    "-o=DPkg::Lock::Timeout=300",
    "-o=Dpkg::Use-Pty=0",  # or the log is full of percentages
    "-o=Acquire::Retries=2",
    "-o=Acquire::http::Timeout=20",
    "-o=Acquire::https::Timeout=20",
    "-o=APT::Update::Error-Mode=any",
)
_SUITES: Final = ("", "-updates", "-security")


class NotReadyError(Exception):
    """Something is missing and cannot be had now; the message says what."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Where packages come from: `options` for apt, none for what the image itself is set to."""

    name: str
    options: tuple[str, ...] = ()


def get_ready(  # noqa: PLR0913 (the edges of the world, and what is wanted of it)
    places: Places,
    mirrors: Sequence[str],
    journal: Journal,
    *,
    ansible: bool,
    now_s: float,
    which: Callable[[str], str | None] = shutil.which,
) -> None:
    """Install what is missing; does nothing where nothing is.

    Raises:
        NotReadyError: it could not be installed, or it is too early to try again.
    """
    wanted = {**_ALWAYS, **(_FOR_ANSIBLE if ansible else {})}
    missing = {program: package for program, package in wanted.items() if which(program) is None}
    if not missing:
        return
    named = ", ".join(missing)
    memory = places.state / "prerequisites.json"
    tried = recall(memory)
    failures, next_s = int(tried.get("failures", 0)), float(tried.get("next_s", 0.0))
    # A clock that was set back must not keep a node waiting for longer than any pause is.
    if now_s < next_s <= now_s + _LONGEST_PAUSE_S:
        raise NotReadyError(f"{named} is missing; the next try is in {next_s - now_s:.0f} s")
    for archive in _archives(places, mirrors, journal):
        if _install(archive, tuple(missing.values()), journal) and not _missing(missing, which):
            _note(memory, {}, journal)
            return
        journal.say(f"packages: {archive.name} does not give {' '.join(missing.values())}")
    pause_s = min(_FIRST_PAUSE_S * 2**failures, _LONGEST_PAUSE_S)
    _note(memory, {"failures": failures + 1, "next_s": now_s + pause_s}, journal)
    raise NotReadyError(
        f"{named} is missing and no archive gives it; the next try is in {pause_s:.0f} s"
    )


def _missing(wanted: Mapping[str, str], which: Callable[[str], str | None]) -> list[str]:
    return [program for program in wanted if which(program) is None]


def _install(archive: Archive, packages: Sequence[str], journal: Journal) -> bool:
    journal.say(f"packages: installing {' '.join(packages)} from {archive.name}")
    environment = {
        "PATH": path_of_programs(),
        "LC_ALL": "C",
        "DEBIAN_FRONTEND": "noninteractive",
        "NEEDRESTART_MODE": "l",
    }
    install = (*_APT, *archive.options, "install", "--no-install-recommends", *packages)
    return all(
        run_program(command, journal, limit_s=_LIMIT_S, environment=environment).well
        for command in ((*_APT, *archive.options, "update"), install)
    )


def _archives(places: Places, mirrors: Sequence[str], journal: Journal) -> list[Archive]:
    """Return the mirrors, in their order, and last what the image is set to."""
    release = _release(places)
    archives = []
    if release is not None:
        for number, mirror in enumerate(mirrors):
            try:
                archives.append(_mirrored(places, mirror, release, number))
            except OSError as error:
                journal.say(f"packages: {mirror} cannot be listed: {error.strerror}")
    return [*archives, Archive("the image's own archive")]


def _mirrored(places: Places, mirror: str, release: str, number: int) -> Archive:
    """Let apt see one mirror, and nothing else."""
    listed = places.state / f"archive-{number}.list"
    lines = [f"deb {mirror} {release}{suite} main universe\n" for suite in _SUITES]
    listed.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    listed.write_text("".join(lines), "utf-8")
    lists = places.root / f"var/lib/apt/lists-p2p-{number}"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    return Archive(
        mirror,
        (
            f"-o=Dir::Etc::sourcelist={listed}",
            "-o=Dir::Etc::sourceparts=-",
            f"-o=Dir::State::lists={lists}",
        ),
    )


def _release(places: Places) -> str | None:
    """Return the code name of the Ubuntu release; mirrors are of Ubuntu's archive."""
    try:
        text = (places.root / "etc/os-release").read_text("utf-8")
    except OSError:
        return None
    facts = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    is_ubuntu = facts.get("ID", "").strip('"') == "ubuntu"
    return facts.get("VERSION_CODENAME", "").strip('"') or None if is_ubuntu else None


def _note(memory: Path, facts: Mapping[str, object], journal: Journal) -> None:
    try:
        remember(memory, facts)
    except OSError as error:
        journal.say(f"packages: the try cannot be noted: {error.strerror}")
