"""Authentication: keys, signatures, dates and nonces, each right and wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from sandbox.domain.account import AssumedRole, Caller, RamUser, TemporaryKey
from sandbox.domain.errors import ApiError
from sandbox.wire.authentication import Authenticator, Credentials, own_parameters
from sandbox.wire.messages import Request
from sandbox.wire.signature import (
    acs3_canonical_request,
    acs3_signature,
    acs3_string_to_sign,
    rpc_signature,
    rpc_string_to_sign,
)

USER = RamUser("1", "2", "operator")
WATCHER = AssumedRole("1", "3", "watcher", "session")
CREDENTIALS = Credentials("LTAI5tExample", "ExampleSecret", USER)
NOW = datetime(2026, 11, 23, 8, 56, 27, tzinfo=UTC)
QUERY = "RegionId=eu-central-1"


class Stopwatch:
    """A real time that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now


TEMPORARY = TemporaryKey(
    "STS.Example", "OtherSecret", "CAISexample", NOW + timedelta(hours=1), WATCHER
)


def authenticator(real_now: Stopwatch | None = None) -> Authenticator:
    """One that knows CREDENTIALS, and TEMPORARY as issued."""
    issued = {TEMPORARY.access_key_id: TEMPORARY}
    return Authenticator(CREDENTIALS, real_now or Stopwatch(), issued.get)


def acs3_request(
    *,
    key: str = CREDENTIALS.access_key_id,
    secret: str = CREDENTIALS.access_key_secret,
    date: str = "2026-11-23T08:56:27Z",
    nonce: str = "n1",
    body: bytes = b"",
    **more_headers: str,
) -> Request:
    """A V3 request that is right unless told otherwise."""
    headers = {
        "host": "ess.eu-central-1.aliyuncs.com",
        "x-acs-action": "DescribeScalingGroups",
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        **{name.replace("_", "-"): value for name, value in more_headers.items()},
    }
    request = Request("POST", headers["host"], True, "/", QUERY, headers, body)
    canonical = acs3_canonical_request(request, tuple(headers), request.query_pairs())
    signature = acs3_signature(acs3_string_to_sign(canonical), secret)
    authorization = (
        f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={';'.join(headers)},Signature={signature}"
    )
    return replace(request, headers={**headers, "authorization": authorization})


def rpc_request(
    method: str = "HMAC-SHA1", secret: str = CREDENTIALS.access_key_secret, **changes: str | None
) -> Request:
    """An RPC 1.0 request that is right unless told otherwise; a change to None leaves one out."""
    values = {
        "Action": "DescribeScalingGroups",
        "RegionId": "eu-central-1",
        "AccessKeyId": CREDENTIALS.access_key_id,
        "SignatureMethod": method,
        "SignatureVersion": "1.0",
        "SignatureNonce": "n1",
        "Timestamp": "2026-11-23T08:56:27Z",
        **changes,
    }
    pairs = tuple((name, value) for name, value in values.items() if value is not None)
    known = method if method in {"HMAC-SHA1", "HMAC-SHA256"} else "HMAC-SHA1"
    signature = rpc_signature(rpc_string_to_sign("GET", pairs), secret, known)
    query = urlencode((*pairs, ("Signature", signature)))
    return Request("GET", "ess.aliyuncs.com", True, "/", query, {}, b"")


def admit(request: Request, by: Authenticator | None = None) -> Caller:
    """Admits, or raises ApiError."""
    return (by or authenticator()).admit(request, request.query_pairs(), request.form_pairs())


def refusal(request: Request, by: Authenticator | None = None) -> tuple[int, str, str]:
    """Status, code and message with which a request is refused."""
    with pytest.raises(ApiError) as caught:
        admit(request, by)
    return caught.value.http_status, caught.value.code, caught.value.message


def test_right_signatures_are_admitted() -> None:
    """V3, V3 with an STS token, and RPC 1.0 with either digest are the account's user's."""
    requests = (
        acs3_request(),
        acs3_request(x_acs_security_token="token", x_acs_accesskey_id="LTAI5tExample"),
        acs3_request(body=b"UserData=YQ"),
        rpc_request(),
        rpc_request("HMAC-SHA256", SecurityToken="token"),
    )
    assert [admit(request) for request in requests] == [USER] * 5


def test_unknown_key_is_not_found() -> None:
    """A key that nobody has is 404 in either protocol."""
    expected = (404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    assert refusal(acs3_request(key="LTAI5tOther")) == expected
    assert refusal(rpc_request(AccessKeyId="LTAI5tOther")) == expected


def test_wrong_secret_shows_what_the_server_signed() -> None:
    """The refusal of a wrong V3 signature shows string to sign and canonical request, no secret."""
    status, code, message = refusal(acs3_request(secret="wrong"))
    assert (status, code) == (400, "SignatureDoesNotMatch")
    assert message.startswith(
        "Specified signature does not match our calculation. "
        "server StringToSign is [ACS3-HMAC-SHA256\\n"
    )
    assert "server CanonicalRequest is [POST\\n/\\nRegionId=eu-central-1\\nhost:ess." in message
    assert CREDENTIALS.access_key_secret not in message


def test_wrong_secret_of_the_old_signature_does_not_match() -> None:
    """The refusal of a wrong RPC 1.0 signature shows its string to sign."""
    status, code, message = refusal(rpc_request(secret="wrong"))
    assert (status, code) == (400, "SignatureDoesNotMatch")
    assert "server StringToSign is [GET&%2F&AccessKeyId%3DLTAI5tExample%26Action" in message


@pytest.mark.parametrize(
    "change",
    [
        {"method": "GET"},
        {"path": "/other"},
        {"query": "RegionId=eu-west-1"},
        {"body": b"MinSize=5"},
    ],
)
def test_changed_request_does_not_match(change: dict[str, str | bytes]) -> None:
    """A request that was changed after signing is refused, whichever part was changed."""
    changed = replace(acs3_request(), **change)  # type: ignore[arg-type] # one field each
    assert refusal(changed)[:2] == (400, "SignatureDoesNotMatch")


def test_changed_header_does_not_match() -> None:
    """A signed header that was changed on the way is refused."""
    request = acs3_request()
    changed = replace(request, headers={**request.headers, "x-acs-action": "DeleteScalingGroup"})
    assert refusal(changed)[:2] == (400, "SignatureDoesNotMatch")


def test_missing_authentication_is_named() -> None:
    """Without any signature the gateway misses the parts of the old one, first the key."""
    bare = Request("POST", "ess.aliyuncs.com", True, "/", QUERY, {}, b"")
    assert refusal(bare) == (
        400,
        "MissingAccessKeyId",
        "AccessKeyId is mandatory for this action.",
    )
    assert refusal(rpc_request(Timestamp=None))[1] == "MissingTimestamp"
    assert refusal(rpc_request(SignatureNonce=None))[1] == "MissingSignatureNonce"
    assert refusal(acs3_request(nonce=""))[1] == "MissingSignatureNonce"


def test_malformed_authentication_is_incomplete() -> None:
    """Another scheme, a signed header that is absent, and an unknown digest are refused."""
    request = acs3_request()
    headers = {**request.headers, "authorization": "Bearer abc"}
    assert refusal(replace(request, headers=headers))[:2] == (400, "IncompleteSignature")
    without_action = {k: v for k, v in request.headers.items() if k != "x-acs-action"}
    assert refusal(replace(request, headers=without_action))[:2] == (400, "IncompleteSignature")
    assert refusal(rpc_request("HMAC-MD5"))[:2] == (400, "IncompleteSignature")


@pytest.mark.parametrize("minutes", [-16, 16])
def test_clock_skew_over_15_minutes_is_expired(minutes: int) -> None:
    """A date more than 15 minutes in the past or future of real time is refused."""
    date = (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    expected = (400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
    assert refusal(acs3_request(date=date)) == expected
    assert refusal(rpc_request(Timestamp=date)) == expected


def test_clock_skew_of_15_minutes_is_admitted() -> None:
    """The bound itself is still admitted."""
    date = (NOW - timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%SZ")
    admit(acs3_request(date=date))


def test_unreadable_date_is_refused() -> None:
    """A date in another format is refused as not well formatted."""
    for date in ("", "2026-11-23 08:56:27", "2026-11-23T08:56:27+00:00", "yesterday"):
        assert refusal(acs3_request(date=date))[:2] == (400, "InvalidTimeStamp.Format")


def test_replay_is_refused() -> None:
    """The same nonce is admitted once, in either protocol."""
    gate = authenticator()
    admit(acs3_request(nonce="once"), gate)
    expected = (400, "SignatureNonceUsed", "Specified signature nonce was used already.")
    assert refusal(acs3_request(nonce="once"), gate) == expected
    assert refusal(rpc_request(SignatureNonce="once"), gate) == expected


def test_failed_request_does_not_use_its_nonce() -> None:
    """A nonce that came with a wrong signature is still good for a right one."""
    gate = authenticator()
    assert refusal(acs3_request(secret="wrong"), gate)[1] == "SignatureDoesNotMatch"
    admit(acs3_request(), gate)


def test_nonces_are_forgotten_when_no_replay_can_succeed() -> None:
    """After half an hour a nonce may return, because every older date has expired."""
    watch = Stopwatch()
    gate = authenticator(watch)
    admit(acs3_request(), gate)
    watch.now = NOW + timedelta(minutes=30, seconds=1)
    admit(acs3_request(date=watch.now.strftime("%Y-%m-%dT%H:%M:%SZ")), gate)


def temporary_request(
    token: str | None = TEMPORARY.security_token, secret: str = TEMPORARY.access_key_secret
) -> Request:
    """A V3 request with the issued key; without token where that is None."""
    key = TEMPORARY.access_key_id
    if token is None:
        return acs3_request(key=key, secret=secret)
    return acs3_request(key=key, secret=secret, x_acs_security_token=token)


def test_issued_keys_are_admitted_with_their_token() -> None:
    """A temporary key, its own secret and its own token say that its role calls."""
    old = rpc_request(
        secret=TEMPORARY.access_key_secret,
        AccessKeyId=TEMPORARY.access_key_id,
        SecurityToken=TEMPORARY.security_token,
    )
    assert (admit(temporary_request()), admit(old)) == (WATCHER, WATCHER)


@pytest.mark.parametrize(
    ("token", "code", "message"),
    [
        (None, "MissingSecurityToken", "SecurityToken is mandatory for this action."),
        ("", "MissingSecurityToken", "SecurityToken is mandatory for this action."),
        ("token", "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed."),
        (
            "CAISother",
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        ),
    ],
)
def test_issued_keys_need_their_token(token: str | None, code: str, message: str) -> None:
    """No token, none that could be one, and that of another key are told apart."""
    assert refusal(temporary_request(token)) == (400, code, message)


def test_issued_keys_need_their_secret() -> None:
    """The account's secret does not sign for a temporary key."""
    wrong = temporary_request(secret=CREDENTIALS.access_key_secret)
    assert refusal(wrong)[:2] == (400, "SignatureDoesNotMatch")


def test_issued_keys_expire() -> None:
    """At its expiration, by real time, a temporary key has had its day."""
    watch = Stopwatch()
    watch.now = TEMPORARY.expires_at
    expected = (400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
    assert refusal(temporary_request(), authenticator(watch)) == expected


def test_own_parameters_leave_out_the_protocols() -> None:
    """What identifies and signs a request is not among the action's parameters."""
    request = rpc_request(SecurityToken="token")
    assert own_parameters(request.query_pairs()) == (("RegionId", "eu-central-1"),)
