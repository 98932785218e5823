"""Code packages on their way to Function Compute by object storage, as its tools send them.

Signatures are made here as the documentation of both services says, apart from the sandbox's own.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

import requests

from sandbox.server import RunningSandbox

REGION: Final = "ap-southeast-1"
TOKEN_PATH: Final = "/2016-08-15/tempBucketToken"
TIMEOUT_S: Final = 20


@dataclass(frozen=True, slots=True)
class Key:
    """An access key; `token` for a temporary one."""

    access_key_id: str
    access_key_secret: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Where a package may be put, and the key for that."""

    key: Key
    bucket: str
    name: str


def key_of(sandbox: RunningSandbox) -> Key:
    """The key of the account's user."""
    return Key(sandbox.access_key_id, sandbox.access_key_secret)


def ask_for_grant(
    sandbox: RunningSandbox, key: Key | None = None, *, date: str | None = None, host: str = ""
) -> requests.Response:
    """Asks where to put a package, through the proxy, signed in FC 2.0's way."""
    key = key or key_of(sandbox)
    headers = {"date": date or _now(), "x-fc-account-id": sandbox.account_id}
    if key.token:
        headers["x-fc-security-token"] = key.token
    own = [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-fc-")]
    text = "\n".join(["GET", "", "", headers["date"], *own, TOKEN_PATH])
    signature = _sign(key.access_key_secret, text, "sha256")
    headers["authorization"] = f"FC {key.access_key_id}:{signature}"
    host = host or f"{sandbox.account_id}.{REGION}.fc.aliyuncs.com"
    return _send(sandbox, "GET", f"http://{host}{TOKEN_PATH}", headers)


def granted(sandbox: RunningSandbox) -> Grant:
    """Where the account's user may put a package."""
    return read_grant(sandbox, ask_for_grant(sandbox))


def read_grant(sandbox: RunningSandbox, response: requests.Response) -> Grant:
    """Where an answer says that a package may be put: below the account's id."""
    answer: dict[str, Any] = response.json()
    given = answer["credentials"]
    key = Key(given["AccessKeyId"], given["AccessKeySecret"], given["SecurityToken"])
    return Grant(key, answer["ossBucket"], f"{sandbox.account_id}/{answer['objectName']}")


def put_object(  # noqa: PLR0913 (each one is a thing that can be wrong with an upload)
    sandbox: RunningSandbox,
    grant: Grant,
    content: bytes,
    *,
    endpoint: str = f"oss-{REGION}.aliyuncs.com",
    date: str | None = None,
    digest: str | None = None,
    query: str = "",
) -> requests.Response:
    """Puts an object at a grant's place, signed with its key in OSS's way."""
    headers = {"content-type": "application/zip", "x-oss-date": date or _now()}
    if grant.key.token:
        headers["x-oss-security-token"] = grant.key.token
    if digest is not None:
        headers["content-md5"] = digest
    own = [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-oss-")]
    resource = f"/{grant.bucket}/{grant.name}"
    text = "\n".join(
        ["PUT", digest or "", "application/zip", headers["x-oss-date"], *own, resource]
    )
    signature = _sign(grant.key.access_key_secret, text, "sha1")
    headers["authorization"] = f"OSS {grant.key.access_key_id}:{signature}"
    url = f"http://{grant.bucket}.{endpoint}/{grant.name}{query}"
    return _send(sandbox, "PUT", url, headers, content)


def uploaded(sandbox: RunningSandbox, content: bytes) -> dict[str, str]:
    """A package that has been put where it may be, as an InputCodeLocation."""
    grant = granted(sandbox)
    assert put_object(sandbox, grant, content).status_code == 200
    return {"ossBucketName": grant.bucket, "ossObjectName": grant.name}


def elsewhere(grant: Grant, name: str) -> Grant:
    """The same key for another object."""
    return replace(grant, name=name)


def _send(
    sandbox: RunningSandbox, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        proxies = {"http": sandbox.endpoint}
        return session.request(
            method, url, headers=dict(headers), data=body, proxies=proxies, timeout=TIMEOUT_S
        )


def _now() -> str:
    return format_datetime(datetime.now(UTC), usegmt=True)


def _sign(secret: str, text: str, digest: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), digest)).decode()
