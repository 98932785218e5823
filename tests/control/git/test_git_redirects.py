"""Redirects: followed where they are harmless, and never with somebody else's secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.git_host import (
    ControlRepository,
    RunningGitHost,
    Stage,
    redirect_to,
    start_git_host,
)
from shared.control.git import Credentials
from tests.control.git.asking import ask, ask_in_vain, at_loopback
from tests.control.git.ssh_host import SshHost

SERVICE = "/info/refs?service=git-upload-pack"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[RunningGitHost]:
    """Serve the same directory at another port."""
    with start_git_host(tmp_path) as running:
        yield running


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_renamed_repository(
    host: RunningGitHost, repository: ControlRepository, status: int
) -> None:
    """A redirect on the same host is followed, later requests go there, token and all."""
    host.misbehave("old.git", redirect_to(f"/fleet.git{SERVICE}", status))
    answer = ask(host.url_of("old.git"), Credentials(token="t0ken"))
    assert answer.commit.sha == repository.head
    assert [r.path for r in host.requests] == [
        "/old.git/info/refs",
        "/fleet.git/info/refs",
        *["/fleet.git/git-upload-pack"] * 4,
    ]
    assert len({r.headers["Authorization"] for r in host.requests}) == 1


def test_token_stays_on_its_host(
    host: RunningGitHost, other: RunningGitHost, repository: ControlRepository
) -> None:
    """A redirect to another host (here: another port) is followed without the token."""
    host.misbehave("fleet.git", redirect_to(other.url_of("fleet.git") + SERVICE))
    answer = ask(host.url_of("fleet.git"), Credentials(token="t0ken"))
    assert answer.commit.sha == repository.head
    assert "Authorization" in host.requests[0].headers
    assert all("Authorization" not in r.headers for r in other.requests)
    assert len(other.requests) == 5


def test_token_does_not_return_with_a_second_redirect(
    host: RunningGitHost, other: RunningGitHost, repository: ControlRepository
) -> None:
    """A host that was redirected to cannot get the token sent by redirecting back."""
    host.misbehave("a.git", redirect_to(other.url_of("b.git") + SERVICE))
    other.misbehave("b.git", redirect_to(host.url_of("fleet.git") + SERVICE))
    answer = ask(host.url_of("a.git"), Credentials(token="t0ken"))
    assert answer.commit.sha == repository.head
    assert ["Authorization" in r.headers for r in host.requests] == [True] + [False] * 5


@pytest.mark.parametrize("hops", ["self", "pair", "chain"])
def test_redirects_end(host: RunningGitHost, hops: str) -> None:
    """A redirect to itself, to and fro, or further and further is given up."""
    following = {
        "self": {"r0.git": "r0.git"},
        "pair": {"r0.git": "r1.git", "r1.git": "r0.git"},
        "chain": {f"r{i}.git": f"r{i + 1}.git" for i in range(9)},
    }
    for name, target in following[hops].items():
        host.misbehave(name, redirect_to(f"/{target}{SERVICE}"))
    failure = ask_in_vain(host.url_of("r0.git"))
    assert failure.code == "SourceRedirectLoop"
    assert len(host.requests) <= 4


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("https://user:hunter2@login.example/sign_in?token=hunter2", "SourceNotGit"),
        ("/users/sign_in", "SourceNotGit"),
        ("", "SourceRedirectLoop"),
        ("ftp://files.example/r.git" + SERVICE, "SourceRedirectRefused"),
        ("file:///etc/passwd" + SERVICE, "SourceRedirectRefused"),
        ("http://[broken/r.git" + SERVICE, "SourceRedirectRefused"),
        ("http://169.254.169.254/r.git" + SERVICE, "SourcePrivateAddress"),
        ("http://100.100.100.200/r.git" + SERVICE, "SourcePrivateAddress"),
        ("http://[::ffff:100.100.100.200]/r.git" + SERVICE, "SourcePrivateAddress"),
    ],
)
def test_redirects_that_are_not_followed(host: RunningGitHost, location: str, code: str) -> None:
    """Login pages, other schemes and metadata services are refused, without repeating secrets."""
    host.misbehave("fleet.git", redirect_to(location))
    failure = ask_in_vain(host.url_of("fleet.git"))
    assert failure.code == code
    assert "hunter2" not in failure.message


def test_redirect_in_the_middle(host: RunningGitHost, repository: ControlRepository) -> None:
    """Only the greeting may be redirected."""
    assert repository.head
    host.misbehave("fleet.git", redirect_to("/other.git/git-upload-pack"), on=Stage.FETCH)
    assert ask_in_vain(host.url_of("fleet.git")).code == "SourceRedirectRefused"


@pytest.fixture
def tls_host(tmp_path: Path) -> Iterator[RunningGitHost]:
    """Serve over https."""
    with start_git_host(tmp_path, tls=True) as running:
        yield running


def test_no_downgrade(tls_host: RunningGitHost, host: RunningGitHost) -> None:
    """A redirect from https to http is refused."""
    tls_host.misbehave("fleet.git", redirect_to(host.url_of("fleet.git") + SERVICE))
    trusting = Credentials(ca_file=str(tls_host.ca_file))
    failure = ask_in_vain(tls_host.url_of("fleet.git"), trusting)
    assert failure.code == "SourceRedirectRefused"
    assert host.requests == []


def test_public_name_that_resolves_to_loopback(tls_host: RunningGitHost) -> None:
    """A host that merely resolves to a private address is not even connected to."""
    url = tls_host.url_of("fleet.git").replace("127.0.0.1", "git.example.com")
    assert ask_in_vain(url, resolve=at_loopback).message == (
        f"Source {url} leads to git.example.com, which is at 127.0.0.1, a loopback, private,"
        " link-local or metadata address."
    )
    assert tls_host.connections == 0


def test_public_ssh_name_that_resolves_to_loopback(ssh_host: SshHost) -> None:
    """The same holds for ssh: no key is offered there."""
    url = ssh_host.url_of("fleet.git").replace("127.0.0.1", "git.example.com")
    credentials = Credentials(ssh_key=ssh_host.private_key)
    assert ask_in_vain(url, credentials, resolve=at_loopback).code == "SourcePrivateAddress"


def test_name_is_resolved_once_per_connection(
    tls_host: RunningGitHost, repository: ControlRepository
) -> None:
    """What was checked is what is connected to: a name cannot lead elsewhere the second time."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("169.254.169.254",)

    url = tls_host.url_of("fleet.git").replace("127.0.0.1", "localhost")
    answer = ask(url, Credentials(ca_file=str(tls_host.ca_file)), resolve=resolve)
    assert (answer.commit.sha, asked) == (repository.head, ["localhost"])
