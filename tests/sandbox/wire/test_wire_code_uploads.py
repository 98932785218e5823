"""Code packages that come by object storage: the key for the upload, the upload, and its use."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
import requests
from alibabacloud_ess20220222 import models as ess_models
from alibabacloud_ess20220222.client import Client as EssClient
from alibabacloud_fc20230330 import models
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from sandbox.domain.fc.crc64 import crc64
from sandbox.server import RunningSandbox
from tests.sandbox.fc_packages import archive, encoded
from tests.sandbox.roles import assume, make_role
from tests.sandbox.wire.code_uploads import (
    REGION,
    Key,
    ask_for_grant,
    elsewhere,
    granted,
    key_of,
    put_object,
    uploaded,
)
from tests.sandbox.wire.fc_deployment import FcDeployer

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]

PACKAGE: Final = archive({"index.py": "def handler(event, context):\n    return 'by storage'\n"})


def hours_ago(hours: int) -> str:
    """A date of HTTP in the past."""
    return format_datetime(datetime.now(UTC) - timedelta(hours=hours), usegmt=True)


def deployer(sandbox: RunningSandbox, config_for: ConfigFor, region: str = REGION) -> FcDeployer:
    """The official FC client for a region."""
    return FcDeployer(config_for(sandbox, endpoint=f"fcv3.{region}.aliyuncs.com"))


def refused_by_storage(response: requests.Response) -> tuple[int, str]:
    """Status and code of OSS's refusal, which is an XML document."""
    document = ET.fromstring(response.text)  # noqa: S314 (the sandbox's own answer)
    assert [member.tag for member in document] == ["Code", "Message", "RequestId", "HostId"]
    return response.status_code, document.findtext("Code", "")


def refused_by_fc(response: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal of FC 2.0's API."""
    assert set(response.json()) == {"ErrorCode", "ErrorMessage"}
    return response.status_code, response.json()["ErrorCode"]


def test_an_uploaded_package_is_run(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """Ask where to, put it there, create the function and a layer from it."""
    grant = granted(sandbox)
    put = put_object(sandbox, grant, PACKAGE)
    etag = hashlib.md5(PACKAGE, usedforsecurity=False).hexdigest().upper()
    assert (put.status_code, put.content) == (200, b"")
    assert (put.headers["ETag"], put.headers["x-oss-hash-crc64ecma"]) == (
        f'"{etag}"',
        crc64(PACKAGE),
    )
    place = models.InputCodeLocation(oss_bucket_name=grant.bucket, oss_object_name=grant.name)
    fc = deployer(sandbox, config_for)
    created = fc.create("", code=place)
    assert (created.code_checksum, created.code_size) == (crc64(PACKAGE), len(PACKAGE))
    assert fc.invoke().body.read() == b"by storage"
    body = models.CreateLayerVersionInput(code=place)
    layer = fc.client.create_layer_version("sdk", models.CreateLayerVersionRequest(body=body)).body
    assert layer.code_checksum == crc64(PACKAGE)


@pytest.mark.parametrize("endpoint", ["oss-accelerate.aliyuncs.com", "ip"])
def test_other_ways_to_the_bucket(sandbox: RunningSandbox, endpoint: str) -> None:
    """The accelerated host is no region's; at an address OSS's client invents a host."""
    grant = granted(sandbox)
    if endpoint != "ip":
        assert put_object(sandbox, grant, PACKAGE, endpoint=endpoint).status_code == 200
        return
    sent = put_object(sandbox, grant, PACKAGE).request
    host = f"{grant.bucket}.oss-cn-hangzhou.aliyuncs.com"
    url = f"{sandbox.endpoint}/{grant.name}"
    answer = requests.put(url, PACKAGE, headers={**sent.headers, "host": host}, timeout=5)
    assert answer.status_code == 200


def test_a_package_that_is_not_there(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """Never uploaded, or uploaded in another region, it cannot be read."""
    place = uploaded(sandbox, PACKAGE)
    elsewhere_place = {"ossBucketName": place["ossBucketName"], "ossObjectName": "no/such"}
    for region, code in ((REGION, elsewhere_place), ("eu-central-1", place)):
        with pytest.raises(ClientException) as refused:
            deployer(sandbox, config_for, region).create(
                "", code=models.InputCodeLocation().from_map(code)
            )
        assert (refused.value.status_code, refused.value.code) == (400, "InvalidArgument")
        assert f"code object '{code['ossObjectName']}' in OSS bucket" in str(refused.value)


def test_uploads_that_storage_refuses(sandbox: RunningSandbox) -> None:
    """OSS checks key, token, signature, date and digest, and whose bucket and folder it is."""
    grant = granted(sandbox)
    key = grant.key

    def code(grant: Any = grant, **settings: str) -> tuple[int, str]:  # noqa: ANN401 (any grant)
        return refused_by_storage(put_object(sandbox, grant, PACKAGE, **settings))

    forged = replace(key, access_key_secret="x")
    assert code(replace(grant, key=forged)) == (403, "SignatureDoesNotMatch")
    assert code(replace(grant, key=Key("LTAInobody", "x"))) == (403, "InvalidAccessKeyId")
    assert code(replace(grant, key=replace(key, token=""))) == (403, "InvalidSecurityToken")
    assert code(replace(grant, key=replace(key, token="CAISx"))) == (403, "InvalidSecurityToken")
    assert code(date=hours_ago(1)) == (403, "RequestTimeTooSkewed")
    assert code(date="yesterday") == (403, "AccessDenied")
    wrong = base64.b64encode(hashlib.md5(b"x", usedforsecurity=False).digest()).decode()
    assert code(digest=wrong) == (400, "InvalidDigest")
    assert code(elsewhere(grant, "1234567890/x")) == (403, "AccessDenied")
    assert code(replace(grant, bucket="somebody-elses")) == (404, "NoSuchBucket")
    assert code(replace(grant, key=key_of(sandbox))) == (403, "AccessDenied")
    assert code(endpoint="oss-eu-central-1.aliyuncs.com") == (403, "AccessDenied")
    assert sandbox.cloud.state()["products"]["oss"] == {}


def test_requests_that_storage_does_not_serve(sandbox: RunningSandbox) -> None:
    """Anonymous and malformed ones, other actions, and regions that do not exist."""
    grant = granted(sandbox)
    proxies = {"http": sandbox.endpoint}
    url = f"http://{grant.bucket}.oss-{REGION}.aliyuncs.com/{grant.name}"
    anonymous = requests.put(url, b"", proxies=proxies, timeout=5)
    assert refused_by_storage(anonymous) == (403, "AccessDenied")
    header = {"authorization": "Bearer x"}
    malformed = requests.put(url, b"", headers=header, proxies=proxies, timeout=5)
    assert refused_by_storage(malformed) == (400, "InvalidArgument")
    assert refused_by_storage(requests.get(url, proxies=proxies, timeout=5))[0] == 404
    with pytest.raises(requests.ConnectionError):
        put_object(sandbox, grant, PACKAGE, endpoint="oss-atlantis-1.aliyuncs.com")


def test_the_key_for_an_upload_opens_nothing_else(
    sandbox: RunningSandbox, config_for: ConfigFor
) -> None:
    """It is of a role in Function Compute's own account, which has no rights in this one."""
    key = granted(sandbox).key
    config = config_for(
        sandbox,
        access_key_id=key.access_key_id,
        access_key_secret=key.access_key_secret,
        security_token=key.token,
    )
    request = ess_models.DescribeScalingGroupsRequest(region_id="ap-southeast-7")
    with pytest.raises(ClientException) as refused:
        EssClient(config).describe_scaling_groups(request)
    assert refused.value.status_code == 403


def test_who_may_ask_where_to(sandbox: RunningSandbox, admin: AdminCall) -> None:
    """FC 2.0's signature is checked; a role may ask if its policies say so, a denied user not."""
    user = key_of(sandbox)
    assert refused_by_fc(ask_for_grant(sandbox, Key("LTAInobody", "x"))) == (
        403,
        "InvalidAccessKeyID",
    )
    forged = replace(user, access_key_secret="x")
    assert refused_by_fc(ask_for_grant(sandbox, forged)) == (403, "SignatureNotMatch")
    assert refused_by_fc(ask_for_grant(sandbox, date=hours_ago(1))) == (403, "AccessDenied")
    assert refused_by_fc(ask_for_grant(sandbox, date="now")) == (403, "AccessDenied")
    account = f"acs:ram::{sandbox.account_id}:root"
    key = assume(sandbox.cloud, make_role(sandbox.cloud, "idle", trusts=account))
    idle = Key(key.access_key_id, key.access_key_secret, key.security_token)
    assert refused_by_fc(ask_for_grant(sandbox, idle)) == (403, "AccessDenied")
    no_token = replace(idle, token="")
    assert refused_by_fc(ask_for_grant(sandbox, no_token)) == (403, "AccessDenied")
    admin(sandbox, "POST", "faults", {"account": {"denied_actions": ["fc:GetTempBucketToken"]}})
    assert refused_by_fc(ask_for_grant(sandbox)) == (403, "AccessDenied")


def test_a_request_without_the_headers_of_fc_2(sandbox: RunningSandbox) -> None:
    """The answer names the header that is missing; other paths of version 2.0 are gone."""
    url = f"{sandbox.endpoint}/{REGION}/2016-08-15/tempBucketToken"
    answer = requests.get(url, timeout=5)
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "ErrorCode": "MissingRequiredHeader",
            "ErrorMessage": "required HTTP header Authorization was not specified",
        },
    )
    unsigned = {"authorization": "Bearer x", "date": hours_ago(0)}
    assert refused_by_fc(requests.get(url, headers=unsigned, timeout=5)) == (403, "AccessDenied")
    services = requests.get(f"{sandbox.endpoint}/2016-08-15/services", timeout=5)
    assert services.status_code == 404


@pytest.mark.parametrize(
    ("fault", "token", "storage"),
    [
        ("throttle", (429, "ResourceThrottled"), (503, "TotalQpsLimitExceeded")),
        ("http_500", (500, "InternalServerError"), (500, "InternalError")),
        ("error", (400, "Odd"), (400, "Odd")),
    ],
)
def test_faults_speak_both_dialects(
    sandbox: RunningSandbox,
    admin: AdminCall,
    fault: str,
    token: tuple[int, str],
    storage: tuple[int, str],
) -> None:
    """A rule may hit the question for the key as well as the upload."""
    grant = granted(sandbox)
    odd = {"code": "Odd", "message": "odd"} if fault == "error" else {}
    rules = [
        {"product": product, "action": action, "fault": fault, **odd}
        for product, action in (("fc", "GetTempBucketToken"), ("oss", "PutObject"))
    ]
    admin(sandbox, "POST", "faults", {"rules": rules})
    assert refused_by_fc(ask_for_grant(sandbox)) == token
    assert refused_by_storage(put_object(sandbox, grant, PACKAGE)) == storage


def test_what_the_journal_and_the_state_tell(sandbox: RunningSandbox, admin: AdminCall) -> None:
    """Both calls are in the journal, the object's name and size are in the state; no secrets."""
    place = uploaded(sandbox, PACKAGE)
    calls = [
        (one["product"], one["action"], one["region"], one["status"])
        for one in admin(sandbox, "GET", "requests")
    ]
    assert calls == [
        ("fc", "GetTempBucketToken", REGION, 200),
        ("oss", "PutObject", REGION, 200),
    ]
    held = admin(sandbox, "GET", "state")["products"]["oss"][REGION]
    ((name, (stored,)),) = held.items()
    assert (name, stored["name"], stored["size"]) == (*place.values(), len(PACKAGE))
    assert not re.search(r"STS\.|CAIS", str(admin(sandbox, "GET", "requests")))


def test_a_large_package_in_the_request(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """Twenty megabytes are far below what Function Compute takes."""
    files = {"index.py": "def handler(event, context):\n    return 1\n", "big": "x" * 20_000_000}
    created = deployer(sandbox, config_for).create(
        "", code=models.InputCodeLocation(zip_file=encoded(files))
    )
    assert created.code_size > 20_000_000
