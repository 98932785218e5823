"""Signatures: the vendor's documented examples, and whatever its SDK signs."""

from __future__ import annotations

from urllib.parse import urlencode

from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.wire.messages import Request
from sandbox.wire.signature import (
    Acs3Authorization,
    acs3_canonical_request,
    acs3_signature,
    acs3_string_to_sign,
    parse_acs3,
    rpc_signature,
    rpc_string_to_sign,
)

EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

PARAMETERS = st.dictionaries(
    st.from_regex(r"[A-Za-z][A-Za-z0-9.]{0,20}", fullmatch=True), st.text(max_size=60), max_size=8
)


def test_acs3_documented_example() -> None:
    """The V3 example of the vendor's documentation (RunInstances) yields the printed signature."""
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": EMPTY_SHA256,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai"
    request = Request("POST", headers["host"], False, "/", query, headers, b"")
    string_to_sign = acs3_string_to_sign(
        acs3_canonical_request(request, tuple(headers), request.query_pairs())
    )
    assert string_to_sign == (
        "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
    )
    assert acs3_signature(string_to_sign, "YourAccessKeySecret") == (
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_rpc_documented_example() -> None:
    """The RPC 1.0 example of the documentation (DescribeRegions) yields the printed signature."""
    pairs = (
        ("Timestamp", "2016-02-23T12:46:24Z"),
        ("Format", "XML"),
        ("AccessKeyId", "testid"),
        ("Action", "DescribeRegions"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
        ("Version", "2014-05-26"),
        ("SignatureVersion", "1.0"),
    )
    string_to_sign = rpc_string_to_sign("GET", pairs)
    assert rpc_signature(string_to_sign, "testsecret", "HMAC-SHA1") == (
        "OLeaidS1JvxuMvnyHOwuJ+uX5qY="
    )


@settings(deadline=None)
@given(parameters=PARAMETERS, body=st.binary(max_size=200))
def test_acs3_agrees_with_the_sdk(parameters: dict[str, str], body: bytes) -> None:
    """For any parameters and body, the server computes the signature that the SDK sent."""
    signed = DaraRequest()
    signed.method = "POST"
    signed.pathname = "/"
    signed.query = parameters
    signed.headers = {"host": "ess.aliyuncs.com", "x-acs-date": "2026-11-23T08:56:27Z"}
    payload = Utils.hash(body, "ACS3-HMAC-SHA256").hex()
    authorization = Utils.get_authorization(signed, "ACS3-HMAC-SHA256", payload, "id", "secret")

    parts = parse_acs3(authorization)
    assert parts is not None
    request = Request(
        "POST", "ess.aliyuncs.com", True, "/", urlencode(parameters), signed.headers, body
    )
    canonical = acs3_canonical_request(request, parts.signed_headers, request.query_pairs())
    assert acs3_signature(acs3_string_to_sign(canonical), "secret") == parts.signature


@settings(deadline=None)
@given(parameters=PARAMETERS)
def test_rpc_agrees_with_the_sdk(parameters: dict[str, str]) -> None:
    """For any parameters, the server computes the RPC 1.0 signature that the SDK sent."""
    string_to_sign = rpc_string_to_sign("POST", tuple(parameters.items()))
    assert rpc_signature(string_to_sign, "secret", "HMAC-SHA1") == Utils.get_rpcsignature(
        parameters, "POST", "secret"
    )


def test_authorization_header_is_taken_apart() -> None:
    """Key, signed headers and signature are read from the header, with or without spaces."""
    header = "ACS3-HMAC-SHA256 Credential=AK,SignedHeaders=host;x-acs-date, Signature=ab12"
    assert parse_acs3(header) == Acs3Authorization("AK", ("host", "x-acs-date"), "ab12")


def test_other_authorization_headers_are_not_taken() -> None:
    """Other schemes, missing parts and empty parts are no ACS3 authorization."""
    wrong = (
        "",
        "Bearer abc",
        "ACS3-HMAC-SM3 Credential=AK,SignedHeaders=host,Signature=ab",
        "ACS3-HMAC-SHA256 Credential=AK,Signature=ab",
        "ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=ab",
        "ACS3-HMAC-SHA256 Credential=AK,SignedHeaders=host,Signature=ab,Extra=1",
    )
    assert [parse_acs3(header) for header in wrong] == [None] * len(wrong)
