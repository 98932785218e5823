"""The syntax of CONTROL_SOURCES."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.control.git import Source, SourceSyntaxError, parse_sources
from tests.control.git.asking import UNHURRIED, source


def test_https_source() -> None:
    """A plain URL means the control file on the default branch."""
    assert source("https://git.example.com/owner/fleet.git") == Source(
        url="https://git.example.com/owner/fleet.git",
        ref="HEAD",
        path="control.yaml",
        scheme="https",
        host="git.example.com",
        port=None,
        repository="/owner/fleet.git",
        given_private=False,
        label="https://git.example.com/owner/fleet.git",
        takes_control_token=True,
    )


@pytest.mark.parametrize(
    ("text", "ref", "path", "suffix"),
    [
        ("#main", "main", "control.yaml", "#main:control.yaml"),
        ("#:ops/fleet.yaml", "HEAD", "ops/fleet.yaml", "#HEAD:ops/fleet.yaml"),
        ("#refs/heads/x/y:a", "refs/heads/x/y", "a", "#refs/heads/x/y:a"),
        ("#" + "a" * 40, "a" * 40, "control.yaml", f"#{'a' * 40}:control.yaml"),
        ("#", "HEAD", "control.yaml", ""),
        ("#HEAD:control.yaml", "HEAD", "control.yaml", ""),
    ],
)
def test_fragment_names_ref_and_path(text: str, ref: str, path: str, suffix: str) -> None:
    """Ref and path are both optional, and the label shows them only where they are not usual."""
    parsed = source(f"https://host.example/r.git{text}")
    assert (parsed.ref, parsed.path) == (ref, path)
    assert parsed.label == f"https://host.example/r.git{suffix}"


@pytest.mark.parametrize(
    ("text", "host", "port", "user", "repository"),
    [
        ("git@host.example:owner/r.git", "host.example", None, "git", "owner/r.git"),
        ("ssh://host.example/owner/r", "host.example", None, "git", "/owner/r"),
        ("ssh://me@host.example:2222/~me/r", "host.example", 2222, "me", "~me/r"),
        ("ssh://git@[2001:db8::1]:22/r%20s", "2001:db8::1", 22, "git", "/r s"),
        ("git@[2001:db8::1]:r", "2001:db8::1", None, "git", "r"),
    ],
)
def test_ssh_forms(text: str, host: str, port: int | None, user: str, repository: str) -> None:
    """Both ssh forms give what `git-upload-pack` is to be told."""
    parsed = source(text)
    assert (parsed.scheme, parsed.host, parsed.port) == ("ssh", host, port)
    assert (parsed.username, parsed.repository) == (user, repository)


@pytest.mark.parametrize(
    ("text", "given_private"),
    [
        ("https://github.com/o/r", False),
        ("https://8.8.8.8/r", False),
        ("https://metadata.example/r", False),
        ("https://100.100.100.200/r", False),
        ("https://169.254.169.254/r", False),
        ("https://10.0.0.5/r", True),
        ("https://[fd12::1]/r", True),
        ("https://[::ffff:10.0.0.5]/r", True),
        ("http://127.0.0.1:3000/r", True),
        ("http://localhost/r", True),
        ("https://git.corp/r", True),
        ("git@gitlab:o/r", True),
        ("file:///srv/r.git", True),
    ],
)
def test_private_hosts_are_those_named_so(text: str, *, given_private: bool) -> None:
    """A host is the operator's own private one by its address or its name, never by its DNS."""
    assert source(text).given_private is given_private


def test_credentials_are_kept_apart_and_never_shown() -> None:
    """User and token of a URL are used, but stand in no text that anyone prints."""
    parsed = source("https://me:s%40cret-token@host.example/r.git#main")
    assert (parsed.username, parsed.password) == ("me", "s@cret-token")
    assert parsed.url == "https://host.example/r.git"
    assert "cret" not in f"{parsed!r}{parsed.label}{parsed}"


def test_control_token_belongs_to_one_host() -> None:
    """CONTROL_TOKEN is for the first http host without a password, never for other mirrors."""
    sources = parse_sources(
        "git@first.example:r https://a:b@own.example/r https://main.example/r"
        " https://mirror.example/r https://main.example/second https://main.example:8443/r"
    )
    assert [s.takes_control_token for s in sources] == [False, False, True, False, True, False]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "No source is named"),
        ("   \n", "No source is named"),
        ("github.com/owner/r", "it is not one of https://"),
        ("https://", "host name is missing"),
        ("https://host.example", "names a host but no repository"),
        ("https://host.example/", "names a host but no repository"),
        ("ssh://git@host.example", "names a host but no repository"),
        ("http://github.com/o/r", "plain http is for loopback hosts only"),
        ("http://10.0.0.5/o/r", "plain http is for loopback hosts only"),
        ("ftp://host.example/r", "it is not one of https://"),
        ("git://host.example/r", "it is not one of https://"),
        ("https://host.example:port/r", "host or port is malformed"),
        ("https://host.example:99999/r", "host or port is malformed"),
        ("https://ho st.example/r", "names a host but no repository"),
        ("https://host..example/r", "host name is malformed"),
        ("https://host.example/r?token=x", "query"),
        ("ssh://git:pw@host.example/r", "not a password"),
        ("file://server/share/r", "file:///absolute/path"),
        ("file:///", "file:///absolute/path"),
        ("https://host.example/r#a..b", "not the name of a branch"),
        ("https://host.example/r#-x", "not the name of a branch"),
        ("https://host.example/r#main:../x", "not a file's path"),
        ("https://host.example/r#main:/x", "not a file's path"),
        ("https://host.example/r#main:dir/", "not a file's path"),
        (" ".join(["https://host.example/r"] * 17), "17 sources"),
    ],
)
def test_wrong_sources_are_refused_with_the_reason(text: str, reason: str) -> None:
    """Every wrong entry gets one sentence that says why."""
    with pytest.raises(SourceSyntaxError, match=reason.replace("?", r"\?")) as caught:
        parse_sources(text)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "http://user:hunter2@github.com/o/r",
        "https://user:hunter2@host.example",
        "https://user:hun/ter2@host.example/r",
        "https://user:hun#ter2@host.example/r",
        "https://host.example/r?token=hunter2",
        "https//hunter2@host.example/r",
        "hunter2@",
        "ssh://git:hunter2@host.example/r",
        "https://x:hunter2@host.example/r#a..b",
        "https://x:hunter2@host.example:port/r",
    ],
)
def test_messages_name_the_entry_without_credentials(text: str) -> None:
    """However malformed an entry, what may be a secret in it is not repeated."""
    with pytest.raises(SourceSyntaxError) as caught:
        parse_sources(text)
    assert not any(part in str(caught.value) for part in ("hunter2", "hun/", "ter2", "hun"))


@UNHURRIED
@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused(text: str) -> None:
    """No text makes the parser fail in another way than its own, and labels are never empty."""
    try:
        sentences = [parsed.label for parsed in parse_sources(text)]
    except SourceSyntaxError as error:
        sentences = [str(error)]
    assert sentences
    assert all(sentences)


@UNHURRIED
@given(
    st.text(st.characters(codec="ascii", exclude_characters="@/#?:\\[]"), min_size=1, max_size=12)
)
def test_passwords_never_reach_text(password: str) -> None:
    """Whatever the password is, neither records nor messages hold it."""
    marked = f"zq{password}qz".replace(" ", "")
    try:
        shown = repr(parse_sources(f"https://me:{marked}@host.example/r"))
    except SourceSyntaxError as error:
        shown = str(error)
    assert marked not in shown
