"""The address of a Git repository as a document gives it: public, so without secrets."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from shared.control.written import MAX_TEXT, Written, WrongValueError, read_text

_SCP_LIKE: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^\s:-][^\s:]*", re.ASCII
)


def _read_repository(value: object) -> str:
    """Check the address of a Git repository; a sentence never repeats it: it may hold a secret."""
    text = read_text(value)
    if _SCP_LIKE.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
        host, path = parts.hostname or "-", parts.path.strip("/")
        secret = parts.password is not None or (parts.scheme == "https" and parts.username)
    except ValueError:
        raise WrongValueError("is not the address of a Git repository") from None
    if secret:
        raise WrongValueError(
            "holds credentials: take them out of the repository, replace them, and use a deploy key"
        )
    # A host that begins with a hyphen would be an option to the programs that it is passed to.
    named = host[0].isalnum() and path and text.split() == [text]
    if parts.scheme not in {"https", "ssh"} or not named:
        raise WrongValueError(
            "must be a Git repository such as `https://host/owner/name` or `git@host:owner/name`"
        )
    return text


Repository = Annotated[str, Written(_read_repository, {"type": "string", "maxLength": MAX_TEXT})]
