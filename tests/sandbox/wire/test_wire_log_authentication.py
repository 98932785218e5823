"""The log service's two signatures: computed as documented, compared, and refused in its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import requests
from aliyun.log import LogException
from aliyun.log.auth import AUTH_VERSION_1, AUTH_VERSION_4, AuthV1, AuthV4, make_auth
from aliyun.log.credentials import StaticCredentialsProvider

from sandbox.domain.account import AssumedRole, Caller, RamUser, TemporaryKey
from sandbox.domain.errors import ApiError
from sandbox.server import RunningSandbox
from sandbox.wire.authentication import Authenticator, Credentials
from sandbox.wire.log_authentication import admit_log
from sandbox.wire.log_signature import v1_signature, v1_string_to_sign
from sandbox.wire.messages import Request
from tests.sandbox.wire.log_client import PROJECT, REGION, log_client

AdminCall = Callable[..., Any]

USER: Final = RamUser("1", "2", "operator")
WATCHER: Final = AssumedRole("1", "3", "watcher", "session")
CREDENTIALS: Final = Credentials("AKID", "secret", USER)
HOST: Final = f"{PROJECT}.{REGION}.log.aliyuncs.com"
BODY: Final = b'{"description":"x"}'
TEMPORARY: Final = TemporaryKey(
    "STS.key", "temporary", "CAIStoken", datetime.now(UTC) + timedelta(hours=1), WATCHER
)


def signed(version: str, key: tuple[str, ...], **headers: str) -> Request:
    """A request signed by the vendor's SDK, changed by `headers` afterwards ("" leaves one out)."""
    auth = make_auth(StaticCredentialsProvider(*key), version, REGION)
    sent = {
        "Host": HOST,
        "Content-Type": "application/json",
        "x-log-apiversion": "0.6.0",
        "x-log-bodyrawsize": str(len(BODY)),
    }
    auth.sign_request("PUT", "/a b", {"query": "ü & = +", "empty": "", "n": 1}, sent, BODY)
    changed = {**{name.lower(): value for name, value in sent.items()}, **lowered(headers)}
    return Request(
        method="PUT",
        host=HOST,
        via_proxy=True,
        path="/a%20b",
        query="query=%C3%BC+%26+%3D+%2B&empty=&n=1",
        headers={name: value for name, value in changed.items() if value},
        body=BODY,
    )


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Keyword arguments as header names."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def verdict(
    request: Request, now: datetime | None = None, issued: TemporaryKey | None = None
) -> Caller | tuple[str, int]:
    """Who is admitted, or code and status of a refusal."""
    authenticator = Authenticator(
        CREDENTIALS,
        lambda: now or datetime.now(UTC),
        lambda key: issued if issued is not None and key == issued.access_key_id else None,
    )
    try:
        return admit_log(authenticator, request, REGION)
    except ApiError as error:
        return error.code, error.http_status


OURS: Final = ("AKID", "secret")


def test_the_documented_example_is_reproduced() -> None:
    """The signature of the example in the documentation of signatures comes out as printed."""
    request = Request(
        method="GET",
        host="ali-test-project.cn-hangzhou.log.aliyuncs.com",
        via_proxy=True,
        path="/logstores",
        query="logstoreName=&offset=0&size=1000",
        headers={
            "date": "Mon, 09 Nov 2015 06:11:16 GMT",
            "x-log-apiversion": "0.6.0",
            "x-log-signaturemethod": "hmac-sha1",
        },
        body=b"",
    )
    signature = v1_signature(
        v1_string_to_sign(request), "4fdO2fTDDnZPU/L7CHNdemB2Nsk=", "hmac-sha1"
    )
    assert signature == "jEYOTCJs2e88o+y5F4/S5IsnBJQ="


@pytest.mark.parametrize("version", [AUTH_VERSION_1, AUTH_VERSION_4])
def test_what_the_sdk_signs_is_admitted(version: str) -> None:
    """Both versions agree with the SDK on encoded paths, parameters and bodies."""
    assert verdict(signed(version, OURS)) == USER


def test_the_other_digest_of_version_1_is_admitted() -> None:
    """`hmac-sha256` is what the vendor's other SDKs use."""
    request = signed(AUTH_VERSION_1, OURS, x_log_signaturemethod="hmac-sha256")
    signature = v1_signature(v1_string_to_sign(request), "secret", "hmac-sha256")
    headers = {**request.headers, "authorization": f"LOG AKID:{signature}"}
    assert verdict(replace(request, headers=headers)) == USER


@pytest.mark.parametrize("version", [AUTH_VERSION_1, AUTH_VERSION_4])
def test_wrong_keys_are_refused(version: str) -> None:
    """An unknown key is Unauthorized, a wrong secret a signature that does not match."""
    assert verdict(signed(version, ("other", "secret"))) == ("Unauthorized", 401)
    assert verdict(signed(version, ("AKID", "wrong"))) == ("SignatureNotMatch", 401)


@pytest.mark.parametrize("version", [AUTH_VERSION_1, AUTH_VERSION_4])
@pytest.mark.parametrize(
    "change",
    [
        {"path": "/a"},
        {"query": "n=2"},
        {"method": "POST"},
        {"body": b'{"description":"y"}'},
    ],
)
def test_a_changed_request_is_refused(version: str, change: dict[str, Any]) -> None:
    """The signature covers method, path, parameters and body."""
    request = signed(version, OURS)
    changed = replace(request, **change)
    assert verdict(changed) == ("SignatureNotMatch", 401)


@pytest.mark.parametrize("version", [AUTH_VERSION_1, AUTH_VERSION_4])
def test_a_changed_header_is_refused(version: str) -> None:
    """The signature covers the service's own headers and the content type."""
    for change in ({"x_log_bodyrawsize": "7"}, {"x_acs_new": "1"}, {"content_type": "text/plain"}):
        assert verdict(signed(version, OURS, **change)) == ("SignatureNotMatch", 401)


@pytest.mark.parametrize("version", [AUTH_VERSION_1, AUTH_VERSION_4])
def test_a_clock_that_is_off_is_refused(version: str) -> None:
    """Fifteen minutes are tolerated either way, sixteen are not."""
    request = signed(version, OURS)
    for minutes, expected in (
        (14, USER),
        (-14, USER),
        (16, ("RequestTimeTooSkewed", 400)),
        (-16, ("RequestTimeTooSkewed", 400)),
    ):
        assert verdict(request, datetime.now(UTC) + timedelta(minutes=minutes)) == expected


@pytest.mark.parametrize(
    ("version", "change", "code"),
    [
        (AUTH_VERSION_1, {"authorization": ""}, "MissAccessKeyId"),
        (AUTH_VERSION_1, {"authorization": "LOG AKID"}, "ParameterInvalid"),
        (AUTH_VERSION_4, {"authorization": "SLS4-HMAC-SHA256 Credential=AKID"}, "ParameterInvalid"),
        (AUTH_VERSION_1, {"x_log_apiversion": ""}, "MissingAPIVersion"),
        (AUTH_VERSION_1, {"x_log_apiversion": "0.4.0"}, "InvalidAPIVersion"),
        (AUTH_VERSION_1, {"x_log_signaturemethod": ""}, "MissingSignatureMethod"),
        (AUTH_VERSION_1, {"x_log_signaturemethod": "hmac-md5"}, "InvalidSignatureMethod"),
        (AUTH_VERSION_1, {"date": ""}, "MissingDate"),
        (AUTH_VERSION_1, {"date": "2026-11-23T08:00:00Z"}, "InvalidDateFormat"),
        (AUTH_VERSION_4, {"x_log_date": ""}, "MissingDate"),
        (AUTH_VERSION_4, {"x_log_date": "Mon, 09 Nov 2015 06:11:16 GMT"}, "InvalidDateFormat"),
    ],
)
def test_what_is_missing_or_malformed_has_a_code(
    version: str, change: dict[str, str], code: str
) -> None:
    """Headers that every request needs are asked for by name."""
    assert verdict(signed(version, OURS, **change)) == (code, 400)


def test_version_4_is_for_one_region() -> None:
    """A signature for another region than the host's does not match."""
    auth = AuthV4(StaticCredentialsProvider("AKID", "secret"), "eu-central-1")
    headers = {"x-log-apiversion": "0.6.0", "Host": HOST}
    auth.sign_request("GET", "/", {}, headers, None)
    sent = {name.lower(): value for name, value in headers.items()}
    assert verdict(Request("GET", HOST, True, "/", "", sent, b"")) == ("SignatureNotMatch", 401)


@pytest.mark.parametrize("version", [AUTH_VERSION_1, AUTH_VERSION_4])
def test_a_temporary_key_needs_its_token(version: str) -> None:
    """A key that STS has issued is admitted with its own token, until it expires."""
    right = (TEMPORARY.access_key_id, TEMPORARY.access_key_secret, TEMPORARY.security_token)
    assert verdict(signed(version, right), issued=TEMPORARY) == WATCHER
    wrong = (TEMPORARY.access_key_id, TEMPORARY.access_key_secret, "CAISother")
    assert verdict(signed(version, wrong), issued=TEMPORARY) == ("Unauthorized", 401)
    late = TEMPORARY.expires_at + timedelta(seconds=1)
    assert verdict(signed(version, right), late, TEMPORARY) == ("Unauthorized", 401)


def test_wrong_credentials_over_the_wire(sandbox: RunningSandbox) -> None:
    """The SDK reads these refusals as its own exceptions, and does not try again."""
    cases = {
        ("Unauthorized", "AccessKeyId not found: nobody"): {"accessKeyId": "nobody"},
        ("SignatureNotMatch", None): {"accessKey": "wrong"},
    }
    for (code, message), settings in cases.items():
        with log_client(sandbox, **settings) as client:
            with pytest.raises(LogException) as caught:
                client.get_project(PROJECT)
            error = caught.value
            assert (error.get_error_code(), error.get_resp_status()) == (code, 401)
            assert message in {None, error.get_error_message()}


def test_skew_is_judged_by_real_time(
    sandbox: RunningSandbox, admin: AdminCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moving the account's clock does not make the SDK's dates wrong; a wrong date does."""
    admin(sandbox, "POST", "clock", {"advance_s": 86400})
    with log_client(sandbox) as client:
        assert client.list_project().get_count() == 0
        late = datetime.now(UTC) - timedelta(minutes=16)
        date = late.strftime("%a, %d %b %Y %H:%M:%S GMT")
        monkeypatch.setattr(AuthV1, "_getGMT", staticmethod(lambda: date))
        with pytest.raises(LogException) as caught:
            client.list_project()
    assert caught.value.get_error_code() == "RequestTimeTooSkewed"


def test_a_request_without_any_signature(sandbox: RunningSandbox) -> None:
    """Somebody without an SDK is answered in the service's dialect, too."""
    response = requests.get(
        f"http://{REGION}.log.aliyuncs.com/", proxies={"http": sandbox.endpoint}, timeout=5
    )
    assert (response.status_code, response.json()) == (
        400,
        {
            "errorCode": "MissingAPIVersion",
            "errorMessage": "x-log-apiversion does not exist in http header.",
        },
    )
    assert response.headers["x-log-requestid"]
