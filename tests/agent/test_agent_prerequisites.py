"""What the agent does about programs that an image lacks; apt-get is played by a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from functions.bootstrap.node.agent.journal import Journal
from functions.bootstrap.node.agent.places import Places
from functions.bootstrap.node.agent.prerequisites import NotReadyError, get_ready
from tests.agent.yard import NOON

MIRRORS: Final = ("http://near.example.com/ubuntu", "http://far.example.com/ubuntu")
NOBLE: Final = 'ID=ubuntu\nVERSION_CODENAME=noble\nPRETTY_NAME="Ubuntu 24.04"\n'
APT: Final = """#!/bin/sh
# Notes what apt-get was asked; succeeds where the archive that it was told of is to be reached.
echo "$@" >> {calls}
case "$*" in
  *archive-*) list=$(echo "$*" | sed 's/.*sourcelist=\\([^ ]*\\).*/\\1/'); archive=$(cat "$list") ;;
  *) archive=own ;;
esac
case "$archive" in *{good}*) ;; *) echo "cannot reach $archive" | head -1; exit 100 ;; esac
case "$*" in *install*) touch {installed} ;; esac
"""


class Machine:
    """A scratch root whose apt-get reaches one archive."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch
        self.places = Places(folder / "root")
        for part in ("etc", "var/log"):
            (folder / "root" / part).mkdir(parents=True)
        self.release(NOBLE)
        self.reach("nothing at all")

    def release(self, text: str) -> None:
        """Say what the image is."""
        (self.folder / "root/etc/os-release").write_text(text, "utf-8")

    def reach(self, good: str) -> None:
        """Let apt-get succeed with archives of this name."""
        apt = self.folder / "bin/apt-get"
        apt.parent.mkdir(exist_ok=True)
        apt.write_text(
            APT.format(calls=self.folder / "calls", good=good, installed=self.folder / "installed")
        )
        apt.chmod(0o755)
        self._monkeypatch.setenv("PATH", f"{apt.parent}:/usr/bin:/bin")

    def which(self, _program: str) -> str | None:
        """Every program is missing until something was installed."""
        return "/usr/bin/it" if (self.folder / "installed").exists() else None

    def get_ready(self, at_s: float = 0.0, *, ansible: bool = False) -> str:
        """Try; return what is said where it does not work."""
        journal = Journal(self.places.log, "run", lambda: NOON)
        try:
            get_ready(
                self.places, MIRRORS, journal, ansible=ansible, now_s=1e9 + at_s, which=self.which
            )
        except NotReadyError as error:
            return str(error)
        return ""

    def calls(self) -> list[str]:
        """The packages that apt-get was asked to install, each time."""
        made = (self.folder / "calls").read_text("utf-8").splitlines()
        return [call.split("--no-install-recommends ")[1] for call in made if " install " in call]

    def said(self) -> list[str]:
        """The agent's own sentences in the log."""
        lines = self.places.log.read_text("utf-8").splitlines()
        return [line.split(" run ", 1)[1] for line in lines if " | " not in line]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A fresh image."""
    return Machine(tmp_path, monkeypatch)


def test_the_first_mirror_that_works_is_used(machine: Machine) -> None:
    """In the order of the document, and the image's own archive last."""
    machine.reach("far.example.com")

    assert (machine.get_ready(), machine.calls()) == ("", ["git openssh-client"])
    assert machine.said() == [
        f"packages: installing git openssh-client from {MIRRORS[0]}",
        f"packages: {MIRRORS[0]} does not give git openssh-client",
        f"packages: installing git openssh-client from {MIRRORS[1]}",
    ]


def test_where_no_mirror_works_the_images_own_archive_is_asked(machine: Machine) -> None:
    """A wrong mirror in the document is no reason to do without."""
    machine.reach("own")

    assert machine.get_ready() == ""
    assert machine.said()[-1] == (
        "packages: installing git openssh-client from the image's own archive"
    )


def test_a_mirror_lists_the_release_with_its_updates(machine: Machine) -> None:
    """Security updates come from the mirror, too."""
    machine.get_ready()

    assert (machine.places.state / "archive-0.list").read_text("utf-8") == (
        "deb http://near.example.com/ubuntu noble main universe\n"
        "deb http://near.example.com/ubuntu noble-updates main universe\n"
        "deb http://near.example.com/ubuntu noble-security main universe\n"
    )


def test_an_image_that_is_not_ubuntu_uses_its_own_archive(machine: Machine) -> None:
    """Mirrors are of Ubuntu's archive; another system's packages are not in them."""
    machine.release("ID=debian\nVERSION_CODENAME=bookworm\n")
    machine.reach("own")

    assert (machine.get_ready(), machine.said()) == (
        "",
        ["packages: installing git openssh-client from the image's own archive"],
    )


def test_ansible_comes_with_what_its_playbooks_take_for_granted(machine: Machine) -> None:
    """Only where the document asks for it."""
    machine.reach("near")

    assert (machine.get_ready(ansible=True), machine.calls()) == (
        "",
        ["git openssh-client ansible curl jq"],
    )


def test_nothing_missing_asks_nothing(machine: Machine) -> None:
    """The usual case costs nothing."""
    (machine.folder / "installed").touch()

    assert (machine.get_ready(), (machine.folder / "calls").exists()) == ("", False)


def test_a_blocked_archive_is_tried_more_and_more_rarely(machine: Machine) -> None:
    """After 1, 2, 4, 8, 16 minutes, then every half hour, for as long as the node lives."""
    tried = []
    for minute in range(150):
        before = len(list(calls(machine)))
        machine.get_ready(minute * 60.0)
        if len(list(calls(machine))) > before:
            tried.append(minute)

    assert tried == [0, 1, 3, 7, 15, 31, 61, 91, 121]


def test_too_early_says_when(machine: Machine) -> None:
    """Each run that ends here has its reason in the log."""
    named = "git, ssh is missing"
    assert [machine.get_ready(at_s) for at_s in (0.0, 10.0)] == [
        f"{named} and no archive gives it; the next try is in 60 s",
        f"{named}; the next try is in 50 s",
    ]


def test_a_clock_that_jumped_does_not_keep_a_node_waiting(machine: Machine) -> None:
    """A next try that lies further ahead than any pause is one by a wrong clock."""
    machine.get_ready(1e8)
    machine.reach("own")

    assert machine.get_ready(0.0) == ""


def test_a_success_begins_the_pauses_anew(machine: Machine) -> None:
    """What happened months ago does not slow the next trouble down."""
    for at_s in (0.0, 60.0, 180.0):
        machine.get_ready(at_s)
    machine.reach("own")
    machine.get_ready(420.0)
    (machine.folder / "installed").unlink()
    machine.reach("nothing at all")

    assert machine.get_ready(500.0).endswith("the next try is in 60 s")


def calls(machine: Machine) -> list[str]:
    """Everything that apt-get was asked."""
    path: Callable[[], str] = (machine.folder / "calls").read_text
    return path().splitlines() if (machine.folder / "calls").exists() else []
