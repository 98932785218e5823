"""Reading a control file over HTTP and HTTPS from a healthy host."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.git_host import ControlRepository, RunningGitHost, start_git_host
from sandbox.git_host_behaviour import Stage
from shared.control.git import Answer, Commit, Credentials
from shared.failure import Reaction
from tests.control.git.asking import DOCUMENT, ask, ask_in_vain, at_loopback, source


def test_answer_holds_text_and_commit(host: RunningGitHost, tmp_path: Path) -> None:
    """The answer is the file at the head, with everything that is known of its commit."""
    repository = ControlRepository(tmp_path / "fleet.git")
    first = repository.commit("capacity: 1\n")
    at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    second = repository.commit("capacity: 2\n", message="Double it\n\nBecause.", at=at)
    answer = ask(host.url_of("fleet.git"))
    raw = repository.show("commit", second)
    assert answer == Answer(
        source=source(host.url_of("fleet.git")),
        commit=Commit(
            sha=second,
            tree=repository.id_of(f"{second}^{{tree}}"),
            parents=(first,),
            committed_at=at,
            author="An Operator <operator@example.com>",
            committer="An Operator <operator@example.com>",
            subject="Double it",
            raw=raw,
            signature=None,
        ),
        text=b"capacity: 2\n",
        text_sha=repository.id_of(f"{second}:control.yaml"),
        elapsed_ms=answer.elapsed_ms,
        received_bytes=answer.received_bytes,
        host_key=None,
    )


def test_five_round_trips_over_one_connection(
    host: RunningGitHost, repository: ControlRepository
) -> None:
    """Greeting, refs, commit, tree, file: five requests, one connection, version 2."""
    assert ask(host.url_of("fleet.git")).commit.sha == repository.head
    assert [r.stage for r in host.requests] == [
        Stage.GREETING,
        Stage.REFS,
        Stage.FETCH,
        Stage.FETCH,
        Stage.FETCH,
    ]
    assert {r.headers["Git-Protocol"] for r in host.requests} == {"version=2"}
    assert host.connections == 1


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", b"capacity: 3\n"),
        ("#main", b"capacity: 3\n"),
        ("#refs/heads/main", b"capacity: 3\n"),
        ("#staging", b"capacity: 2\n"),
        ("#light", b"capacity: 1\n"),
        ("#annotated", b"capacity: 1\n"),
        ("#refs/tags/annotated", b"capacity: 1\n"),
        ("#both", b"capacity: 2\n"),
        ("#:ops/fleet.yaml", b"capacity: 9\n"),
        ("#staging:control.yaml", b"capacity: 2\n"),
    ],
)
def test_refs_and_paths(
    host: RunningGitHost, tmp_path: Path, fragment: str, expected: bytes
) -> None:
    """HEAD, branches, both kinds of tag, full names; a branch goes before a tag of its name."""
    repository = ControlRepository(tmp_path / "fleet.git")
    repository.commit("capacity: 1\n")
    repository.tag("light")
    repository.tag("annotated", message="First")
    repository.tag("both")
    repository.commit("capacity: 2\n")
    repository.branch("staging")
    repository.branch("both")
    repository.commit_files({"control.yaml": "capacity: 3\n", "ops/fleet.yaml": "capacity: 9\n"})
    assert ask(host.url_of("fleet.git") + fragment).text == expected


def test_commit_id_as_ref(host: RunningGitHost, repository: ControlRepository) -> None:
    """A full commit id is read although no ref points at it, without asking for refs."""
    first = repository.head
    repository.commit("capacity: 2\n")
    assert ask(f"{host.url_of('fleet.git')}#{first}").text == DOCUMENT.encode()
    assert Stage.REFS not in {r.stage for r in host.requests}


@pytest.mark.parametrize(
    ("speaks_v2", "has_filter"), [(True, False), (False, True), (False, False)]
)
def test_hosts_without_partial_fetch(
    host: RunningGitHost, repository: ControlRepository, *, speaks_v2: bool, has_filter: bool
) -> None:
    """A host that speaks only version 0, or has no filter, sends one whole tree instead."""
    repository.configure("uploadpack.allowFilter", str(has_filter).lower())
    host.speaks_v2 = speaks_v2
    repository.commit_files({"ops/fleet.yaml": "capacity: 4\n", "README": "hello"})
    repository.tag("v1", message="First")
    url = host.url_of("fleet.git")
    assert ask(f"{url}#:ops/fleet.yaml").text == b"capacity: 4\n"
    assert ask(f"{url}#v1:ops/fleet.yaml").text == b"capacity: 4\n"
    assert ask_in_vain(f"{url}#nowhere").code == "SourceRefMissing"
    assert ask_in_vain(f"{url}#:nothing").code == "SourceFileMissing"


@pytest.mark.parametrize("speaks_v2", [True, False])
def test_empty_repository(host: RunningGitHost, tmp_path: Path, *, speaks_v2: bool) -> None:
    """A repository without commits is empty, in any version of the protocol."""
    ControlRepository(tmp_path / "fleet.git")
    host.speaks_v2 = speaks_v2
    url = host.url_of("fleet.git")
    assert ask_in_vain(url).message == f"Source {url} has no commit on its default branch."


def test_binary_and_empty_files_are_bytes(
    host: RunningGitHost, repository: ControlRepository
) -> None:
    """The text is handed on as it is: decoding is not the reader's business."""
    for content in (b"\xff\xfe\x00caf\xe9", b""):
        repository.commit(content)
        assert ask(host.url_of("fleet.git")).text == content


def test_foreign_text_in_a_commit_is_safe_to_print(
    host: RunningGitHost, repository: ControlRepository
) -> None:
    """Escape sequences in a commit's message reach nobody's terminal."""
    repository.commit("capacity: 2\n", message="\x1b[31mred\x07 alert\u202e")
    assert ask(host.url_of("fleet.git")).commit.subject == "[31mred alert"


def test_signature_is_handed_on(host: RunningGitHost, repository: ControlRepository) -> None:
    """The raw signature comes with the commit, and without it the raw commit is what was signed."""
    signature = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----"
    signed = repository.show("commit", repository.head).replace(
        b"\n\n", b"\ngpgsig " + signature.replace("\n", "\n ").encode() + b"\n\n", 1
    )
    repository.rewind(repository.store("commit", signed))
    answer = ask(host.url_of("fleet.git"))
    assert (answer.commit.raw, answer.commit.signature) == (signed, signature.encode())


def test_tls_host_with_a_certificate_that_is_trusted(
    tmp_path: Path, repository: ControlRepository
) -> None:
    """Over https the host is asked only if its certificate is vouched for."""
    with start_git_host(tmp_path, tls=True) as host:
        url = host.url_of("fleet.git")
        answer = ask(url, Credentials(ca_file=str(host.ca_file)))
        assert answer.commit.sha == repository.head
        assert host.connections == 1
        failure = ask_in_vain(url)
        assert (failure.code, failure.reaction) == ("SourceTlsFailure", Reaction.HUMAN)
        assert "certificate" in failure.message


def test_tls_host_with_another_name(tmp_path: Path, repository: ControlRepository) -> None:
    """A certificate for another host is refused."""
    assert repository.head
    with start_git_host(tmp_path, tls=True) as host:
        url = host.url_of("fleet.git").replace("127.0.0.1", "other.localhost")
        trusting = Credentials(ca_file=str(host.ca_file))
        failure = ask_in_vain(url, trusting, resolve=at_loopback)
        assert (failure.code, "other.localhost" in failure.message) == ("SourceTlsFailure", True)


def test_https_to_a_host_that_speaks_plain_http(host: RunningGitHost) -> None:
    """A host without TLS on that port is named so."""
    url = host.url_of("fleet.git").replace("http:", "https:")
    assert ask_in_vain(url).code == "SourceTlsFailure"


def test_missing_ca_file_is_named(host: RunningGitHost) -> None:
    """A CA file that is not there is the operator's to mend."""
    url = host.url_of("fleet.git").replace("http:", "https:")
    failure = ask_in_vain(url, Credentials(ca_file="/nowhere/ca.pem"))
    assert (failure.code, "/nowhere/ca.pem" in failure.message) == ("SourceTlsFailure", True)


@pytest.mark.parametrize(
    ("userinfo", "token", "sent"),
    [
        ("", None, None),
        ("", "t0ken", "x-access-token:t0ken"),
        ("oauth2@", "t0ken", "oauth2:t0ken"),
        ("t0ken@", None, "t0ken:"),
        ("me:own@", "t0ken", "me:own"),
    ],
)
def test_what_a_host_is_shown(
    host: RunningGitHost,
    repository: ControlRepository,
    userinfo: str,
    token: str | None,
    sent: str | None,
) -> None:
    """A URL's own credentials go before CONTROL_TOKEN; its user may go with the token."""
    url = host.url_of("fleet.git").replace("//", f"//{userinfo}")
    assert ask(url, Credentials(token=token)).commit.sha == repository.head
    expected = f"Basic {base64.b64encode(sent.encode()).decode()}" if sent else None
    assert {r.headers.get("Authorization") for r in host.requests} == {expected}


def test_private_repository(tmp_path: Path, repository: ControlRepository) -> None:
    """A token opens a private repository; without it, or with another, it is unauthorized."""
    with start_git_host(tmp_path, login=("x-access-token", "t0ken-s3cret")) as host:
        url = host.url_of("fleet.git")
        assert ask(url, Credentials(token="t0ken-s3cret")).commit.sha == repository.head
        for credentials in (Credentials(), Credentials(token="0ther-s3cret")):
            failure = ask_in_vain(url, credentials)
            assert (failure.code, failure.reaction) == ("SourceUnauthorized", Reaction.HUMAN)
            assert "s3cret" not in f"{failure}{credentials}"
