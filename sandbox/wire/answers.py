"""API results and errors in the shapes that the vendor's SDKs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.domain.errors import ApiError
from sandbox.wire.messages import Answer, json_answer
from sandbox.wire.products import ApiStyle, Product

HTML_PAGE: Final = Answer(
    200,
    "text/html; charset=utf-8",
    b"<!DOCTYPE html><html><head><title>Sign in</title></head>"
    b"<body><h1>Welcome to this network</h1><p>Please sign in to continue.</p></body></html>",
)
"""What a captive portal or a broken proxy answers in the cloud's stead."""


def success(product: Product, result: Mapping[str, object], request_id: str) -> Answer:
    """A result; RPC products carry the request id in the body too, FC in headers only."""
    body = result if product.style is ApiStyle.ROA else {"RequestId": request_id, **result}
    return json_answer(200, body, _request_id_headers(product, request_id))


def failure(product: Product | None, error: ApiError, host: str, request_id: str) -> Answer:
    """An error; `product` is None where the request did not even name one."""
    body = {"Code": error.code, "Message": error.message, "RequestId": request_id}
    if product is None or product.style is ApiStyle.RPC:
        body["HostId"] = host
        body["Recommend"] = (
            "https://api.alibabacloud.com/troubleshoot"
            f"?q={error.code}&product={product.name if product else ''}&requestId={request_id}"
        )
    headers = _request_id_headers(product, request_id)
    if error.retry_after_ms is not None:
        headers = (*headers, ("x-acs-retry-after", str(error.retry_after_ms)))
    return json_answer(error.http_status, body, headers)


def _request_id_headers(product: Product | None, request_id: str) -> tuple[tuple[str, str], ...]:
    common = ("x-acs-request-id", request_id)
    if product is not None and product.style is ApiStyle.ROA:
        return (common, ("x-fc-request-id", request_id))
    return (common,)
