"""Hosts that are dead, slow, lying or simply not Git: one sentence each, and never an exception."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest
from dulwich.protocol import pkt_line

from sandbox.git_host import (
    LOGIN_PAGE,
    ControlRepository,
    Drip,
    Hang,
    Instead,
    RunningGitHost,
    Truncate,
    start_git_host,
)
from sandbox.git_host_behaviour import Misbehaviour, Stage
from shared.control.git import Answer, Credentials, Limits, NoAnswer, parse_sources, read_sources
from shared.control.git.faults import FAULTS
from shared.failure import Failure, Reaction
from tests.control.git.asking import DOCUMENT, HASTY, SOON_S, ask, ask_in_vain

pytestmark = pytest.mark.usefixtures("repository")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Return a port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


@pytest.fixture
def dead_port() -> int:
    """Return a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.mark.parametrize(
    ("misbehaviour", "stage", "code", "predicate"),
    [
        (LOGIN_PAGE, None, "SourceNotGit", "answers with a web page"),
        (LOGIN_PAGE, Stage.FETCH, "SourceNotGit", "answers with a web page"),
        (Instead(404), None, "SourceNotFound", "answers 404 Not Found"),
        (Instead(410), None, "SourceNotFound", "answers 410 Gone"),
        (Instead(401), None, "SourceUnauthorized", "answers 401 Unauthorized"),
        (Instead(403), None, "SourceUnauthorized", "answers 403 Forbidden"),
        (Instead(418), None, "SourceNotGit", "answers 418 I'm a Teapot"),
        (Instead(429), None, "SourceUnavailable", "answers 429 Too Many Requests"),
        (Instead(503), Stage.FETCH, "SourceUnavailable", "answers 503 Service Unavailable"),
        (Instead(599), None, "SourceUnavailable", "answers 599"),
        (
            Instead(content_type="text/plain", body=b"0" * 99),
            None,
            "SourceUnsupported",
            "only serves files, not Git's smart protocol",
        ),
        (
            Instead(content_type="image/png", body=b"x"),
            None,
            "SourceNotGit",
            "answers with image/png, not with Git",
        ),
        (
            Instead(body=b"\x00\xff" * 500),
            Stage.GREETING,
            "SourceGarbage",
            "sends an answer that is cut off or not in Git's protocol",
        ),
        (
            Instead(body=b"\x00\xff" * 500),
            Stage.FETCH,
            "SourceGarbage",
            "sends an answer that is cut off or not in Git's protocol",
        ),
        (
            Instead(body=b"000dpackfile\n000a\x01junk!0000"),
            Stage.FETCH,
            "SourceGarbage",
            "sends a pack whose checksum is wrong",
        ),
        (
            Instead(body=b"0009what\n0000"),
            Stage.FETCH,
            "SourceGarbage",
            "sends an answer without a pack",
        ),
        (Instead(body=b""), Stage.FETCH, "SourceGarbage", "sends an answer that ends too early"),
        (
            Instead(body=b"0019nonsense HEAD is what\n0000"),
            Stage.REFS,
            "SourceGarbage",
            "sends an answer that is cut off or not in Git's protocol",
        ),
        (
            Instead(body=b"000dnot HEAD\n0000"),
            Stage.REFS,
            "SourceGarbage",
            "sends a ref that is not a commit id",
        ),
        (
            Instead(body=pkt_line(b"ERR maintenance\x1b[31m until six o'clock")),
            Stage.REFS,
            "SourceRefused",
            "refuses the request: maintenance [31m until six o'clock",
        ),
        (
            Instead(body=b"000dpackfile\n" + pkt_line(b"\x03no more of these today")),
            Stage.FETCH,
            "SourceRefused",
            "refuses the request: no more of these today",
        ),
        (
            Instead(body=b"000eversion 2\n0019object-format=sha256\n0000"),
            Stage.GREETING,
            "SourceUnsupported",
            "keeps its objects in the SHA-256 format",
        ),
        (
            Instead(body=b"#" * 3_000_000),
            Stage.FETCH,
            "SourceGarbage",
            "sends an answer that is cut off or not in Git's protocol",
        ),
        (
            Instead(body=b"000dpackfile\n" + (b"fff0\x02" + b" " * 65_515) * 40),
            Stage.FETCH,
            "SourceTooLarge",
            "sends more than 2048 KiB, the limit",
        ),
        (
            Truncate(30),
            Stage.GREETING,
            "SourceGarbage",
            "sends an answer that is cut off or not in Git's protocol",
        ),
        (
            Truncate(120),
            Stage.FETCH,
            "SourceGarbage",
            "sends an answer that is cut off or not in Git's protocol",
        ),
        (Truncate(0), Stage.FETCH, "SourceGarbage", "sends an answer that ends too early"),
    ],
)
def test_misbehaving_host(
    host: RunningGitHost,
    misbehaviour: Misbehaviour,
    stage: Stage | None,
    code: str,
    predicate: str,
) -> None:
    """Each way of being wrong has its code, its reaction, its remedy and one sentence."""
    host.misbehave("fleet.git", misbehaviour, on=stage)
    url = host.url_of("fleet.git")
    reaction, remedy = FAULTS[code]
    assert ask_in_vain(url) == Failure(code, f"Source {url} {predicate}.", reaction, remedy)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("misbehaviour", [Hang(), Drip(0.05)])
def test_slow_host(host: RunningGitHost, misbehaviour: Misbehaviour, stage: Stage) -> None:
    """A host that hangs or drips, at any point, costs the time limit and no more."""
    host.misbehave("fleet.git", misbehaviour, on=stage)
    url = host.url_of("fleet.git")
    began_s = time.monotonic()
    failure = ask_in_vain(url, limits=HASTY)
    assert time.monotonic() - began_s < SOON_S
    assert (failure.code, failure.reaction) == ("SourceTimeout", Reaction.TRANSIENT)
    assert failure.message == f"Source {url} did not answer within the time limit."


@pytest.mark.parametrize("url", ["https://127.0.0.1:{}/r", "ssh://git@127.0.0.1:{}/r"])
def test_host_that_never_shakes_hands(silent_port: int, url: str) -> None:
    """A handshake of TLS or SSH that never comes is a timeout too."""
    began_s = time.monotonic()
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh")
    failure = ask_in_vain(url.format(silent_port), Credentials(ssh_key=key), HASTY)
    assert failure.code == "SourceTimeout"
    assert time.monotonic() - began_s < SOON_S


def test_name_server_that_hangs() -> None:
    """Name resolution cannot be interrupted; it is left behind."""
    released = threading.Event()

    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        released.wait(10)
        return ("127.0.0.1",)

    began_s = time.monotonic()
    failure = ask_in_vain("https://host.example/r", limits=HASTY, resolve=resolve)
    released.set()
    for left_behind in threading.enumerate():
        if left_behind.name == "git-source":
            left_behind.join()
    assert failure.code == "SourceTimeout"
    assert time.monotonic() - began_s < SOON_S


def test_dead_host(dead_port: int) -> None:
    """A port where nobody listens is unreachable, which passes or not."""
    url = f"http://127.0.0.1:{dead_port}/r"
    reaction, remedy = FAULTS["SourceUnreachable"]
    assert ask_in_vain(url) == Failure(
        "SourceUnreachable",
        f"Source {url} cannot be reached: Connection refused.",
        reaction,
        remedy,
    )


def test_name_without_an_address() -> None:
    """A host name that does not resolve is named."""

    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    failure = ask_in_vain("https://nowhere.example/r", resolve=resolve)
    assert failure.code == "SourceNameUnresolved"
    assert failure.message == (
        "Source https://nowhere.example/r has a host, nowhere.example, with no address."
    )


@pytest.mark.parametrize(
    ("words", "code"), [(b"", "SourceUnreachable"), (b"SSH-2.0-x\r\n", "SourceNotGit")]
)
def test_host_that_speaks_something_else(words: bytes, code: str) -> None:
    """A host that hangs up without a word is unreachable; one that is no web server not Git."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_once() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(words)

        thread = threading.Thread(target=answer_once)
        thread.start()
        failure = ask_in_vain(f"http://127.0.0.1:{listening.getsockname()[1]}/r")
        thread.join()
    assert failure.code == code


@pytest.mark.parametrize(
    ("fragment", "code", "predicate"),
    [
        ("#nowhere", "SourceRefMissing", "has no branch or tag nowhere"),
        ("#refs/x", "SourceRefMissing", "has no branch or tag refs/x"),
        ("#mai", "SourceRefMissing", "has no branch or tag mai"),
        (f"#{'1' * 40}", "SourceRefMissing", "does not give the commit 111111111111"),
        (
            "#:nothing.yaml",
            "SourceFileMissing",
            "has no file nothing.yaml at commit {head} of HEAD",
        ),
        (
            "#:no/such.yaml",
            "SourceFileMissing",
            "has no file no/such.yaml at commit {head} of HEAD",
        ),
        (
            "#:control.yaml/x",
            "SourceFileMissing",
            "has no file control.yaml/x at commit {head} of HEAD",
        ),
        ("#:ops", "SourceFileMissing", "has a directory as ops at commit {head} of HEAD"),
        ("#:link", "SourceFileMissing", "has a symbolic link as link at commit {head} of HEAD"),
        ("#:module", "SourceFileMissing", "has a submodule as module at commit {head} of HEAD"),
        ("#:big.yaml", "SourceTooLarge", "has a big.yaml of 262145 bytes, over 262144"),
    ],
)
def test_what_is_missing_in_a_healthy_repository(
    host: RunningGitHost,
    repository: ControlRepository,
    fragment: str,
    code: str,
    predicate: str,
) -> None:
    """Missing refs, commits and files, and things that are no files, are told apart."""
    repository.commit_files({"ops/fleet.yaml": "x", "big.yaml": "#" * 262_145})
    repository.commit_entries({"link": ("120000", "blob"), "module": ("160000", "commit")})
    url = host.url_of("fleet.git") + fragment
    reaction, remedy = FAULTS[code]
    label = url if ":" in fragment[1:] else f"{url}:control.yaml"
    label = label.replace("#:", "#HEAD:")
    sentence = f"Source {label} {predicate.format(head=repository.head[:12])}."
    assert ask_in_vain(url) == Failure(code, sentence, reaction, remedy)


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_tag_of_something_that_is_no_commit(
    host: RunningGitHost, repository: ControlRepository, scheme: str
) -> None:
    """A tag may point at a file; that is no commit to read from."""
    repository.tag("notes", "HEAD:control.yaml")
    url = host.url_of("fleet.git") if scheme == "http" else f"file://{repository.path}"
    assert ask_in_vain(f"{url}#notes").code == "SourceRefMissing"


def test_host_that_does_not_keep_connections_alive(
    host: RunningGitHost, repository: ControlRepository
) -> None:
    """A host that hangs up after each answer, unannounced, is asked on new connections."""
    host.misbehave("fleet.git", Truncate(1_000_000))
    assert ask(host.url_of("fleet.git")).commit.sha == repository.head
    assert host.connections == len(host.requests) == 5


def test_good_source_beside_bad_ones(
    host: RunningGitHost, repository: ControlRepository, dead_port: int
) -> None:
    """A hanging and a dead source cost the good one nothing, and answers keep the order given."""
    host.misbehave("hanging.git", Hang())
    urls = [
        host.url_of("hanging.git"),
        f"http://127.0.0.1:{dead_port}/r",
        host.url_of("fleet.git"),
        host.url_of("missing.git"),
    ]
    began_s = time.monotonic()
    answers = read_sources(
        parse_sources(" ".join(urls)),
        Credentials(),
        Limits(timeout_s=2.0),
        monotonic=time.monotonic,
    )
    assert time.monotonic() - began_s < 2.0 + SOON_S
    assert [a.source.url for a in answers] == urls
    assert [a.failure.code if isinstance(a, NoAnswer) else a.text for a in answers] == [
        "SourceTimeout",
        "SourceUnreachable",
        DOCUMENT.encode(),
        "SourceNotFound",
    ]
    assert isinstance(answers[2], Answer)
    assert answers[2].commit.sha == repository.head


def test_sources_are_asked_at_once(host: RunningGitHost) -> None:
    """Eight hanging sources take as long as one."""
    host.misbehave("hanging.git", Hang())
    sources = parse_sources(" ".join([host.url_of("hanging.git")] * 8))
    began_s = time.monotonic()
    answers = read_sources(sources, Credentials(), HASTY, monotonic=time.monotonic)
    assert time.monotonic() - began_s < SOON_S
    codes = {a.failure.code for a in answers if isinstance(a, NoAnswer)}
    assert (len(answers), codes) == (8, {"SourceTimeout"})


def test_no_thread_is_left(host: RunningGitHost) -> None:
    """After a timeout the thread of the slow source has ended."""
    host.misbehave("fleet.git", Drip(0.05))
    ask_in_vain(host.url_of("fleet.git"), limits=HASTY)
    assert [t.name for t in threading.enumerate() if t.name == "git-source"] == []


def test_configuration_of_the_machine_is_not_consulted(
    host: RunningGitHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user's netrc, Git configuration and proxies change nothing and are sent nowhere."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    (home / ".gitconfig").write_text(
        f'[url "http://127.0.0.1:1/"]\n  insteadOf = {host.http_url}/\n'
        '[http]\n  extraHeader = "Authorization: Basic s3cret"\n  proxy = http://127.0.0.1:1\n'
    )
    monkeypatch.setenv("HOME", str(home))
    for name in ("http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask(host.url_of("fleet.git")).text == DOCUMENT.encode()
    assert {r.headers.get("Authorization") for r in host.requests} == {None}


def test_nothing_is_written_to_the_disk(
    host: RunningGitHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading leaves the working directory and the home of whoever reads as they were."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setenv("HOME", str(empty))
    monkeypatch.setenv("TMPDIR", str(empty))
    ask(host.url_of("fleet.git"))
    assert list(empty.iterdir()) == []


def test_tls_host_that_hangs(tmp_path: Path) -> None:
    """The time limit holds inside TLS as well."""
    with start_git_host(tmp_path, tls=True) as host:
        host.misbehave("fleet.git", Drip(0.05), on=Stage.FETCH)
        trusting = Credentials(ca_file=str(host.ca_file))
        began_s = time.monotonic()
        assert ask_in_vain(host.url_of("fleet.git"), trusting, HASTY).code == "SourceTimeout"
        assert time.monotonic() - began_s < SOON_S
