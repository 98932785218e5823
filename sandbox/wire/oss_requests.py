"""From the host and path of an OSS request to its action, bucket and object."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from sandbox.wire.messages import Pairs, Request

_BUCKET_HOST: Final = re.compile(r"([a-z0-9-]+)\.oss-[a-z0-9-]+\.aliyuncs\.com")


def read_oss(request: Request) -> tuple[str, Pairs] | None:
    """The action and its parameters; None for what is not served, PutObject being all there is."""
    bucket = bucket_of(request)
    is_plain_put = request.method == "PUT" and not request.query
    if bucket is None or not is_plain_put or request.path == "/":
        return None
    return "PutObject", (("bucket", bucket), ("object", unquote(request.path[1:])))


def bucket_of(request: Request) -> str | None:
    """The bucket that the host names, None where it names none."""
    match = _BUCKET_HOST.fullmatch(request.host)
    return None if match is None else match[1]
