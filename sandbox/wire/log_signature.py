"""The two signatures of the Simple Log Service, computed as the server computes them.

`LOG` (version 1) signs with the secret itself, `SLS4-HMAC-SHA256` (version 4) with a key derived
from it for a day and a region. Both cover decoded paths and parameters: the SDKs sign before they
encode.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from sandbox.wire.messages import Request

V1_DIGESTS: Final = {"hmac-sha1": "sha1", "hmac-sha256": "sha256"}
"""Values of `x-log-signaturemethod`; the first is aliyun-log's, the second the other SDKs'."""

_V4_ALGORITHM: Final = "SLS4-HMAC-SHA256"
_V4_TERMINATOR: Final = "aliyun_v4_request"
_V1: Final = re.compile(r"LOG ([^:\s]+):(\S+)")
_V4: Final = re.compile(
    rf"{_V4_ALGORITHM} Credential=([^/\s]+)/(\d{{8}})/([a-z0-9-]*)/sls/{_V4_TERMINATOR}, ?"
    r"Signature=([0-9a-f]+)"
)


@dataclass(frozen=True, slots=True)
class V1Authorization:
    """The parts of an `Authorization: LOG …` header."""

    access_key_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class V4Authorization:
    """The parts of an `Authorization: SLS4-HMAC-SHA256 …` header; `day` is like 20261123."""

    access_key_id: str
    day: str
    region: str
    signature: str


def parse_authorization(header: str) -> V1Authorization | V4Authorization | None:
    """The parts of the header, or None where it is of neither documented form."""
    first = _V1.fullmatch(header)
    if first is not None:
        return V1Authorization(first[1], first[2])
    fourth = _V4.fullmatch(header)
    return V4Authorization(*fourth.groups()) if fourth is not None else None


def v1_string_to_sign(request: Request) -> str:
    """What version 1 covers.

    The MD5 sum is taken from the body itself where the client gives one, so that a body that was
    changed on the way never verifies. `x-log-date` is a copy that is added after signing.
    """
    headers = request.headers
    md5 = hashlib.md5(request.body, usedforsecurity=False).hexdigest().upper()
    lines = [
        request.method,
        md5 if "content-md5" in headers else "",
        headers.get("content-type", ""),
        headers.get("date", ""),
        *(f"{name}:{headers[name]}" for name in _own_headers(request) if name != "x-log-date"),
    ]
    query = "&".join(f"{name}={value}" for name, value in sorted(request.query_pairs()))
    resource = unquote(request.path) + (f"?{query}" if query else "")
    return "\n".join([*lines, resource])


def v1_signature(string_to_sign: str, access_key_secret: str, method: str) -> str:
    """Version 1 in base64; `method` is a key of V1_DIGESTS."""
    digest = hmac.digest(access_key_secret.encode(), string_to_sign.encode(), V1_DIGESTS[method])
    return base64.b64encode(digest).decode()


def v4_string_to_sign(request: Request, parts: V4Authorization) -> str:
    """What version 4 covers; the hash is taken from the body itself."""
    headers = request.headers
    names = sorted(
        [name for name in ("content-type", "host") if name in headers] + _own_headers(request)
    )
    payload_hash = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join(
        (
            request.method,
            unquote(request.path),
            "&".join(_assignment(*pair) for pair in sorted(request.query_pairs())),
            "".join(f"{name}:{headers[name].strip()}\n" for name in names),
            ";".join(names),
            payload_hash,
        )
    )
    scope = f"{parts.day}/{parts.region}/sls/{_V4_TERMINATOR}"
    canonical_hash = hashlib.sha256(canonical.encode()).hexdigest()
    return "\n".join((_V4_ALGORITHM, headers.get("x-log-date", ""), scope, canonical_hash))


def v4_signature(string_to_sign: str, access_key_secret: str, parts: V4Authorization) -> str:
    """Version 4 in hexadecimal."""
    key = f"aliyun_v4{access_key_secret}".encode()
    for step in (parts.day, parts.region, "sls", _V4_TERMINATOR):
        key = hmac.digest(key, step.encode(), "sha256")
    return hmac.digest(key, string_to_sign.encode(), "sha256").hex()


def _own_headers(request: Request) -> list[str]:
    return sorted(
        name
        for name in request.headers
        if name.startswith(("x-log-", "x-acs-")) and not name.startswith("x-log-meta-")
    )


def _assignment(name: str, value: str) -> str:
    return f"{name}={quote(value, safe='~')}" if value else name
