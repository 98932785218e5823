"""The signature of OSS in the Authorization header (version 1), as the server computes it."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from sandbox.wire.messages import Request
from sandbox.wire.oss_requests import bucket_of

_HEADER: Final = re.compile(r"OSS ([^:\s]+):(\S+)")


@dataclass(frozen=True, slots=True)
class OssAuthorization:
    """The parts of an `Authorization: OSS …` header."""

    access_key_id: str
    signature: str


def parse_oss(header: str) -> OssAuthorization | None:
    """The parts of the header, or None where it is not of the documented form."""
    match = _HEADER.fullmatch(header)
    return None if match is None else OssAuthorization(match[1], match[2])


def oss_string_to_sign(request: Request) -> str:
    """What is covered: no query is, as none is served.

    Where both dates are sent, `x-oss-date` is the one that counts; it is covered twice then.
    """
    headers = request.headers
    own = sorted(name for name in headers if name.startswith("x-oss-"))
    bucket = bucket_of(request)
    resource = (f"/{bucket}" if bucket is not None else "") + unquote(request.path)
    return "\n".join(
        (
            request.method,
            headers.get("content-md5", ""),
            headers.get("content-type", ""),
            oss_date(request),
            *(f"{name}:{headers[name].strip()}" for name in own),
            resource,
        )
    )


def oss_date(request: Request) -> str:
    """The date of a request, empty where it has none."""
    return request.headers.get("x-oss-date") or request.headers.get("date", "")


def oss_signature(string_to_sign: str, access_key_secret: str) -> str:
    """The signature in base64."""
    digest = hmac.digest(access_key_secret.encode(), string_to_sign.encode(), "sha1")
    return base64.b64encode(digest).decode()
