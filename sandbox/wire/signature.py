"""The two request signatures of Alibaba Cloud, computed as the server computes them.

ACS3-HMAC-SHA256 ("V3") is what current SDKs send, in headers; RPC signature 1.0 is the older one,
in parameters.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from sandbox.wire.messages import Request

ACS3_ALGORITHM: Final = "ACS3-HMAC-SHA256"
RPC_DIGESTS: Final[Mapping[str, str]] = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}


@dataclass(frozen=True, slots=True)
class Acs3Authorization:
    """The parts of an `Authorization: ACS3-HMAC-SHA256 …` header."""

    access_key_id: str
    signed_headers: tuple[str, ...]
    signature: str


def parse_acs3(authorization: str) -> Acs3Authorization | None:
    """The parts of the header, or None where it is not of the documented form."""
    algorithm, _, rest = authorization.strip().partition(" ")
    if algorithm != ACS3_ALGORITHM:
        return None
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if set(parts) != {"Credential", "SignedHeaders", "Signature"} or not all(parts.values()):
        return None
    return Acs3Authorization(
        parts["Credential"], tuple(parts["SignedHeaders"].split(";")), parts["Signature"]
    )


def acs3_canonical_request(
    request: Request, signed_headers: Sequence[str], query: Iterable[tuple[str, str]]
) -> str:
    """What the V3 signature covers.

    The payload hash is taken from the body itself, not from the client's header, so that a body
    that was changed on the way never verifies.
    """
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed_headers)
    return "\n".join(
        (
            request.method,
            request.path or "/",
            _canonical_query(query),
            headers,
            ";".join(signed_headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )


def acs3_string_to_sign(canonical_request: str) -> str:
    """Algorithm and hash of the canonical request."""
    return f"{ACS3_ALGORITHM}\n{hashlib.sha256(canonical_request.encode()).hexdigest()}"


def acs3_signature(string_to_sign: str, access_key_secret: str) -> str:
    """The V3 signature in hexadecimal; the secret is the key, nothing is derived from it."""
    return hmac.new(access_key_secret.encode(), string_to_sign.encode(), hashlib.sha256).hexdigest()


def rpc_string_to_sign(method: str, pairs: Iterable[tuple[str, str]]) -> str:
    """What RPC signature 1.0 covers: every parameter of query and form but the signature."""
    signed = ((name, value) for name, value in pairs if name != "Signature")
    return f"{method}&%2F&{_percent(_canonical_query(signed))}"


def rpc_signature(string_to_sign: str, access_key_secret: str, method: str) -> str:
    """RPC signature 1.0 in base64; `method` is a key of RPC_DIGESTS."""
    key = f"{access_key_secret}&".encode()
    return base64.b64encode(hmac.digest(key, string_to_sign.encode(), RPC_DIGESTS[method])).decode()


def _canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{_percent(name)}={_percent(value)}" for name, value in sorted(pairs))


def _percent(text: str) -> str:
    return quote(text, safe="~")
