"""What can be wrong with a source, one code per remedy."""

from __future__ import annotations

from typing import Final, NamedTuple

from shared.failure import Failure, Reaction

_TRANSIENT: Final = Reaction.TRANSIENT
_HUMAN: Final = Reaction.HUMAN


class Handling(NamedTuple):
    """What a fault calls for: the fleet's reaction, and what a person should do."""

    reaction: Reaction
    remedy: str


FAULTS: Final[dict[str, Handling]] = {
    "SourceUnreachable": Handling(
        _TRANSIENT,
        "Nothing to do if it passes; else check that the host is up, and add a mirror.",
    ),
    "SourceUnavailable": Handling(
        _TRANSIENT,
        "Nothing to do if it passes; else look at the host's status page, and add a mirror.",
    ),
    "SourceTimeout": Handling(
        _TRANSIENT,
        "Nothing to do if it passes; else add a mirror on a host that answers faster.",
    ),
    "SourceNameUnresolved": Handling(
        _TRANSIENT,
        "Check the spelling of the host in CONTROL_SOURCES; if it is right, its DNS is down.",
    ),
    "SourceGarbage": Handling(
        _TRANSIENT,
        "Nothing to do if it passes; else check the repository there with `git fsck`.",
    ),
    "SourceTlsFailure": Handling(
        _HUMAN,
        "Renew the host's certificate, or check that nothing stands between and that the host's"
        " name is right.",
    ),
    "SourceNotFound": Handling(
        _HUMAN,
        "Check owner and name of the repository; if it is private, give CONTROL_TOKEN or"
        " CONTROL_SSH_KEY read access to it.",
    ),
    "SourceUnauthorized": Handling(
        _HUMAN,
        "Check that the token (CONTROL_TOKEN, or the one in this source's URL) or the deploy key"
        " (CONTROL_SSH_KEY) is valid and may read this repository.",
    ),
    "SourceKeyUnusable": Handling(
        _HUMAN,
        "Set CONTROL_SSH_KEY to the base64 of an unencrypted OpenSSH ed25519 private key"
        " (`ssh-keygen -t ed25519 -N ''`).",
    ),
    "SourceHostKeyMismatch": Handling(
        _HUMAN,
        "Compare the fingerprint with the one the host publishes; if it is the same, update"
        " CONTROL_KNOWN_HOSTS, else somebody may be listening.",
    ),
    "SourceNotGit": Handling(
        _HUMAN,
        "Use the URL that `git clone` takes, not that of a web page.",
    ),
    "SourceUnsupported": Handling(
        _HUMAN,
        "Use a host that speaks Git's smart protocol and a repository in the SHA-1 format.",
    ),
    "SourceRefused": Handling(
        _HUMAN,
        "Read what the host says; it refused a plain shallow fetch.",
    ),
    "SourceRefMissing": Handling(
        _HUMAN,
        "Push that branch, tag or commit, or name another one after # in CONTROL_SOURCES.",
    ),
    "SourceEmpty": Handling(
        _HUMAN,
        "Push a commit with the control file to the default branch, or name a branch after # in"
        " CONTROL_SOURCES.",
    ),
    "SourceFileMissing": Handling(
        _HUMAN,
        "Commit the control file under that path, or name its path as #ref:path in"
        " CONTROL_SOURCES.",
    ),
    "SourceTooLarge": Handling(
        _HUMAN,
        "Keep the control file under 256 KiB, in a repository of its own if the host offers no"
        " partial fetch.",
    ),
    "SourceRedirectLoop": Handling(
        _HUMAN,
        "Put the repository's final URL into CONTROL_SOURCES.",
    ),
    "SourceRedirectRefused": Handling(
        _HUMAN,
        "If the new place is right, put its URL into CONTROL_SOURCES.",
    ),
    "SourcePrivateAddress": Handling(
        _HUMAN,
        "If that host is meant, name it by its private address in CONTROL_SOURCES, or look at who"
        " changed its DNS.",
    ),
    "SourceBug": Handling(
        Reaction.BUG,
        "Report this sentence to the authors of p2p-fleet; other sources are not affected.",
    ),
}
"""Every code, with what it calls for."""


class SourceFault(Exception):  # noqa: N818 (the fault is the source's, not this program's)
    """A source cannot be read; `predicate` completes the sentence "Source … <predicate>."."""

    def __init__(self, code: str, predicate: str) -> None:
        super().__init__(f"{code}: {predicate}")
        self.code = code
        self.predicate = predicate


def garbage(what: str) -> SourceFault:
    """Return the fault of a host that sends nonsense."""
    return SourceFault("SourceGarbage", f"sends {what}")


def failure_of(label: str, fault: SourceFault) -> Failure:
    """Return the failure that reports show, with the source's name in its one sentence."""
    reaction, remedy = FAULTS[fault.code]
    return Failure(fault.code, f"Source {label} {fault.predicate}.", reaction, remedy)


def printable(text: str | bytes, limit: int = 200) -> str:
    """Return foreign text as it is safe to show: one line, nothing unprintable, bounded."""
    if isinstance(text, bytes):
        text = text[: 4 * limit].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:limit]


def foreign_words(text: str | bytes) -> str:
    """Return what a host said so that it fits inside a sentence of ours."""
    return printable(text).rstrip(".")
