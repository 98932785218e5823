"""OSS's dialect: its own signature, no body for a success, XML for an error."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from xml.sax.saxutils import escape

from sandbox.domain.account import Caller
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Rule
from sandbox.domain.fc.crc64 import crc64
from sandbox.wire.authentication import Authenticator
from sandbox.wire.decoding import decode
from sandbox.wire.messages import Answer, Request
from sandbox.wire.oss_authentication import admit_oss
from sandbox.wire.oss_rejections import internal_error, too_fast
from sandbox.wire.products import Product
from sandbox.wire.routing import Call

_XML: Final = "application/xml"


class OssDialect:
    """How OSS is spoken."""

    def admit(self, authenticator: Authenticator, request: Request, _call: Call) -> Caller:
        """As in `Dialect`."""
        return admit_oss(authenticator, request)

    def decode(self, request: Request, call: Call) -> dict[str, object]:
        """As in `Dialect`."""
        params = decode(call.product.actions[call.action], call.path_pairs)
        return {**params, "body": request.body}

    def success(
        self, request: Request, _call: Call, _result: Mapping[str, object], request_id: str
    ) -> Answer:
        """As in `Dialect`."""
        etag = hashlib.md5(request.body, usedforsecurity=False).hexdigest().upper()
        headers = (
            ("x-oss-request-id", request_id),
            ("ETag", f'"{etag}"'),
            ("x-oss-hash-crc64ecma", crc64(request.body)),
        )
        return Answer(HTTPStatus.OK, _XML, b"", headers)

    def failure(
        self, _product: Product | None, error: ApiError, host: str, request_id: str
    ) -> Answer:
        """As in `Dialect`."""
        members = (
            ("Code", error.code),
            ("Message", error.message),
            ("RequestId", request_id),
            ("HostId", host),
        )
        inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members)
        document = f'<?xml version="1.0" encoding="UTF-8"?><Error>{inside}</Error>'
        headers = (("x-oss-request-id", request_id),)
        return Answer(error.http_status, _XML, document.encode(), headers)

    def fault_error(self, rule: Rule, _action: str) -> ApiError:
        """As in `Dialect`."""
        match rule.fault:
            case "throttle":
                usual = too_fast()
            case "http_500":
                usual = internal_error()
            case _:
                said = f"The request was refused with {rule.code}."
                usual = ApiError("InvalidArgument", said, HTTPStatus.BAD_REQUEST)
        return ApiError(rule.code or usual.code, rule.message or usual.message, usual.http_status)
