"""Function Compute 2.0's signature, as its documentation and its official SDKs make it."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from sandbox.wire.messages import Request

_HEADER: Final = re.compile(r"FC ([^:\s]+):(\S+)")


@dataclass(frozen=True, slots=True)
class Fc2Authorization:
    """The parts of an `Authorization: FC …` header."""

    access_key_id: str
    signature: str


def parse_fc2(header: str) -> Fc2Authorization | None:
    """The parts of the header, or None where it is not of the documented form."""
    match = _HEADER.fullmatch(header)
    return None if match is None else Fc2Authorization(match[1], match[2])


def fc2_string_to_sign(request: Request) -> str:
    """What is covered: method, digest, type, date, the `x-fc-` headers, and the path decoded."""
    headers = request.headers
    own = sorted(name for name in headers if name.startswith("x-fc-"))
    return "\n".join(
        (
            request.method,
            headers.get("content-md5", ""),
            headers.get("content-type", ""),
            headers.get("date", ""),
            *(f"{name}:{headers[name]}" for name in own),
            unquote(request.path),
        )
    )


def fc2_signature(string_to_sign: str, access_key_secret: str) -> str:
    """The signature in base64."""
    digest = hmac.digest(access_key_secret.encode(), string_to_sign.encode(), "sha256")
    return base64.b64encode(digest).decode()
