"""Reading a control file over SSH."""

from __future__ import annotations

import asyncssh
import pytest
from paramiko.hostkeys import HostKeys

from sandbox.git_host import ControlRepository
from shared.control.git import Credentials, Limits
from shared.control.git.host_keys import ExpectedKeys
from shared.failure import Failure, Reaction
from tests.control.git.asking import DOCUMENT, HASTY, ask, ask_in_vain
from tests.control.git.ssh_host import SshHost


def test_deploy_key_reads_the_file(ssh_host: SshHost, repository: ControlRepository) -> None:
    """A deploy key reads the file over version 2, and the host's key is told in the answer."""
    answer = ask(ssh_host.url_of("fleet.git"), Credentials(ssh_key=ssh_host.private_key))
    assert (answer.text, answer.commit.sha) == (DOCUMENT.encode(), repository.head)
    assert answer.host_key == ssh_host.fingerprint
    assert ssh_host.commands == ["git-upload-pack '/fleet.git'"]
    assert ssh_host.protocols == ["version=2"]


def test_directories_are_followed_in_one_channel(
    ssh_host: SshHost, repository: ControlRepository
) -> None:
    """A file in a directory takes more requests, but no second command on the host."""
    repository.commit("capacity: 7\n", path="ops/fleet/control.yaml")
    url = f"{ssh_host.url_of('fleet.git')}#main:ops/fleet/control.yaml"
    answer = ask(url, Credentials(ssh_key=ssh_host.private_key))
    assert answer.text == b"capacity: 7\n"
    assert len(ssh_host.commands) == 1


def test_quote_in_a_path_stays_inside_it(ssh_host: SshHost) -> None:
    """A quote in a repository's path cannot end the command's argument."""
    failure = ask_in_vain(ssh_host.url_of("it's.git"), Credentials(ssh_key=ssh_host.private_key))
    assert failure.code == "SourceNotFound"
    assert ssh_host.commands == [r"git-upload-pack '/it'\''s.git'"]


@pytest.mark.usefixtures("repository")
def test_known_host_is_accepted(ssh_host: SshHost) -> None:
    """A host whose key is in CONTROL_KNOWN_HOSTS is asked."""
    credentials = Credentials(ssh_key=ssh_host.private_key, known_hosts=ssh_host.known_hosts)
    assert ask(ssh_host.url_of("fleet.git"), credentials).text == DOCUMENT.encode()


@pytest.mark.usefixtures("repository")
def test_host_with_another_key_is_refused(ssh_host: SshHost) -> None:
    """A host that shows another key than the known one gets no key and no request."""
    known_hosts = ssh_host.known_hosts
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key("openssh").decode()
    expected = f"{known_hosts.split()[0]} {other}"
    credentials = Credentials(ssh_key=ssh_host.private_key, known_hosts=expected)
    failure = ask_in_vain(ssh_host.url_of("fleet.git"), credentials)
    assert failure.code == "SourceHostKeyMismatch"
    assert ssh_host.fingerprint in failure.message
    assert ssh_host.commands == []


@pytest.mark.usefixtures("repository")
def test_host_that_lacks_the_expected_type_of_key_is_refused(ssh_host: SshHost) -> None:
    """A host known by an ECDSA key that only shows an ed25519 key is a mismatch."""
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    known_hosts = f"[127.0.0.1]:{ssh_host.port} {other.export_public_key('openssh').decode()}"
    credentials = Credentials(ssh_key=ssh_host.private_key, known_hosts=known_hosts)
    assert ask_in_vain(ssh_host.url_of("fleet.git"), credentials).code == "SourceHostKeyMismatch"


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "known_hosts", ["other.example ssh-ed25519 {key}", "127.0.0.1 ssh-ed25519 !"]
)
def test_unknown_host_is_refused_once_known_hosts_are_given(
    ssh_host: SshHost, known_hosts: str
) -> None:
    """With CONTROL_KNOWN_HOSTS set a host that is not in it, or a broken line, is a mismatch."""
    text = known_hosts.format(key=ssh_host.known_hosts.split()[2])
    credentials = Credentials(ssh_key=ssh_host.private_key, known_hosts=text)
    assert ask_in_vain(ssh_host.url_of("fleet.git"), credentials).code == "SourceHostKeyMismatch"


def test_hashed_host_names_are_understood(ssh_host: SshHost, repository: ControlRepository) -> None:
    """Entries of known_hosts whose host name is hashed count as well."""
    name, *key = ssh_host.known_hosts.split()[:3]
    hashed = " ".join([HostKeys.hash_host(name), *key])
    credentials = Credentials(ssh_key=ssh_host.private_key, known_hosts=f"# a comment\n\n{hashed}")
    assert ask(ssh_host.url_of("fleet.git"), credentials).commit.sha == repository.head


def test_githubs_key_is_built_in() -> None:
    """Without known hosts GitHub must show the ed25519 key it publishes; elsewhere any is taken."""
    assert ExpectedKeys("github.com", 22, None).algorithms == ("ssh-ed25519",)
    assert ExpectedKeys("git.example.com", 22, None).algorithms == ()


@pytest.mark.usefixtures("repository")
def test_wrong_key_is_unauthorized(ssh_host: SshHost) -> None:
    """A key the host does not know is the operator's to mend."""
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh")
    url = ssh_host.url_of("fleet.git")
    failure = ask_in_vain(url, Credentials(ssh_key=stranger))
    assert failure == Failure(
        "SourceUnauthorized",
        f"Source {url} does not accept the key in CONTROL_SSH_KEY.",
        Reaction.HUMAN,
        failure.remedy,
    )


@pytest.mark.usefixtures("repository")
def test_absent_key_is_named(ssh_host: SshHost) -> None:
    """An ssh source without a key says which variable is missing, and connects to nobody."""
    failure = ask_in_vain(ssh_host.url_of("fleet.git"))
    assert (failure.code, "CONTROL_SSH_KEY" in failure.message) == ("SourceUnauthorized", True)


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("kind", ["nonsense", "truncated", "other type", "passphrase"])
def test_unusable_key_says_how_to_make_one(ssh_host: SshHost, kind: str) -> None:
    """A key that is none, damaged, of another type or encrypted is refused without showing it."""
    match kind:
        case "nonsense":
            key = b"secret-nonsense"
        case "truncated":
            key = ssh_host.private_key[:200] + b"\n-----END OPENSSH PRIVATE KEY-----\n"
        case "other type":
            other = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
            key = other.export_private_key("openssh")
        case _:
            key = ssh_host.client_key.export_private_key("openssh", "open sesame", rounds=50)
    failure = ask_in_vain(ssh_host.url_of("fleet.git"), Credentials(ssh_key=key))
    assert failure.code == "SourceKeyUnusable"
    assert "secret" not in failure.message


def test_missing_repository_is_not_found(ssh_host: SshHost) -> None:
    """What the host says on the error channel is the reason."""
    failure = ask_in_vain(ssh_host.url_of("nothing.git"), Credentials(ssh_key=ssh_host.private_key))
    assert failure.code == "SourceNotFound"
    assert "does not appear to be a git repository" in failure.message


@pytest.mark.usefixtures("repository")
def test_host_that_lets_nobody_choose_the_version(ssh_host: SshHost) -> None:
    """A host that drops GIT_PROTOCOL (AcceptEnv) is read in version 0."""
    ssh_host.drops_environment = True
    answer = ask(ssh_host.url_of("fleet.git"), Credentials(ssh_key=ssh_host.private_key))
    assert answer.text == DOCUMENT.encode()


def test_too_much_is_cut_off(ssh_host: SshHost, repository: ControlRepository) -> None:
    """The byte limit holds over SSH too."""
    repository.commit("capacity: 1\n" + "#" * 10)
    credentials = Credentials(ssh_key=ssh_host.private_key)
    failure = ask_in_vain(ssh_host.url_of("fleet.git"), credentials, Limits(max_bytes=100))
    assert failure.code == "SourceTooLarge"


@pytest.mark.usefixtures("repository")
def test_dead_ssh_host_is_unreachable(ssh_host: SshHost) -> None:
    """A port where nobody listens is a transient failure."""
    url = ssh_host.url_of("fleet.git").replace(str(ssh_host.port), "1")
    failure = ask_in_vain(url, Credentials(ssh_key=ssh_host.private_key), HASTY)
    assert (failure.code, failure.reaction) == ("SourceUnreachable", Reaction.TRANSIENT)
