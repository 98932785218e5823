"""Requests that the sandbox refuses, as the vendor's SDK reports them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import requests
from alibabacloud_ess20220222 import models
from alibabacloud_ess20220222.client import Client as EssClient
from alibabacloud_fc20230330 import models as fc_models
from alibabacloud_fc20230330.client import Client as FcClient
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from sandbox.server import RunningSandbox

REGION = "ap-southeast-7"

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


def describe(client: EssClient, region: str = REGION) -> object:
    """A describe of one region."""
    return client.describe_scaling_groups(models.DescribeScalingGroupsRequest(region_id=region))


def refused(call: Callable[[], object]) -> ClientException:
    """The 4xx that a call ends in."""
    with pytest.raises(ClientException) as caught:
        call()
    error: ClientException = caught.value
    return error


def generic(client: OpenApiClient, action: str, version: str, **query: str) -> object:
    """A call by the generic client."""
    params = Params(
        action=action,
        version=version,
        protocol="HTTP",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    return client.call_api(params, OpenApiRequest(query=query), RuntimeOptions())


def test_error_has_the_shape_of_the_real_one(ess: EssClient) -> None:
    """Code, Message, RequestId, HostId and Recommend, and the request id in the header's form."""
    error = refused(lambda: ess.describe_scaling_groups(models.DescribeScalingGroupsRequest()))
    # The SDK adds the status to what the body says.
    assert error.data == {
        "statusCode": 400,
        "Code": "MissingRegionId",
        "Message": "RegionId is mandatory for this action.",
        "RequestId": error.request_id,
        "HostId": "ess.ap-southeast-7.aliyuncs.com",
        "Recommend": (
            "https://api.alibabacloud.com/troubleshoot"
            f"?q=MissingRegionId&product=ess&requestId={error.request_id}"
        ),
    }


def test_wrong_credentials(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """A wrong key is 404, a wrong secret 400, and neither reaches the account."""
    nobody = EssClient(config_for(sandbox, access_key_id="LTAI5tNobody"))
    liar = EssClient(config_for(sandbox, access_key_secret="wrong"))
    assert [
        (error.status_code, error.code)
        for error in (refused(lambda: describe(nobody)), refused(lambda: describe(liar)))
    ] == [(404, "InvalidAccessKeyId.NotFound"), (400, "SignatureDoesNotMatch")]


def test_moved_clock_is_no_skew(ess: EssClient, sandbox: RunningSandbox, admin: AdminCall) -> None:
    """Requests dated by real time are admitted although the account lives a week later."""
    admin(sandbox, "POST", "clock", {"advance_s": 7 * 86400})
    describe(ess)


def test_skewed_request_is_expired(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """A request dated 20 minutes ago by real time is refused."""
    client = OpenApiClient(config_for(sandbox, endpoint="ess.ap-southeast-7.aliyuncs.com"))
    request = OpenApiRequest(
        query={"RegionId": REGION}, headers={"x-acs-date": "2026-01-01T00:00:00Z"}
    )
    params = Params(
        action="DescribeScalingGroups",
        version="2022-02-22",
        protocol="HTTP",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    error = refused(lambda: client.call_api(params, request, RuntimeOptions()))
    assert (error.status_code, error.code) == (400, "InvalidTimeStamp.Expired")


def test_host_that_does_not_exist_is_a_connection_error(
    sandbox: RunningSandbox, config_for: ConfigFor
) -> None:
    """A name that does not resolve in reality fails as a connection does, without a code."""
    for endpoint in ("ess.cn-shanghai.aliyuncs.com", "ess.nowhere-1.aliyuncs.com", "example.com"):
        client = EssClient(config_for(sandbox, endpoint=endpoint))
        with pytest.raises(UnretryableException, match="Remote end closed connection"):
            describe(client)


def test_https_through_the_proxy_is_refused(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """A client that insists on TLS is told so by the proxy, at once."""
    client = EssClient(config_for(sandbox, protocol="https", https_proxy=sandbox.endpoint))
    with pytest.raises(UnretryableException, match="405 Method Not Allowed"):
        describe(client)


def test_region_behind_another_host_is_not_found(
    sandbox: RunningSandbox, config_for: ConfigFor
) -> None:
    """A regional host knows its own region only, the central one the regions it serves."""
    regional = EssClient(config_for(sandbox))
    central = EssClient(config_for(sandbox, region="cn-hangzhou"))
    describe(central, "cn-hangzhou")
    for client, region in ((regional, "cn-hangzhou"), (central, REGION), (central, "nowhere-1")):
        error = refused(partial(describe, client, region))
        assert (error.status_code, error.code) == (404, "InvalidRegionId.NotFound")


def test_unknown_actions_and_versions(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """An action or version that the host's product has not is refused by name."""
    client = OpenApiClient(config_for(sandbox, endpoint="ess.ap-southeast-7.aliyuncs.com"))
    assert [
        (error.status_code, error.code)
        for error in (
            refused(lambda: generic(client, "DescribeEverything", "2022-02-22")),
            refused(lambda: generic(client, "DescribeScalingGroups", "2014-08-28")),
        )
    ] == [(404, "InvalidAction.NotFound"), (400, "InvalidVersion")]


def test_unknown_version_at_the_base_url(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """Without a host name, the version has to name the product."""
    endpoint = sandbox.endpoint.removeprefix("http://")
    client = OpenApiClient(config_for(sandbox, endpoint=endpoint, http_proxy=None))
    error = refused(lambda: generic(client, "DescribeInstances", "2014-05-25"))
    assert (error.status_code, error.code) == (400, "InvalidVersion")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"PageSize": "51"}, 'The specified value of parameter "PageSize" is not valid.'),
        ({"PageSize": "ten"}, 'The specified value of parameter "PageSize" is not valid.'),
        ({"Pagesize": "5"}, 'The specified parameter "Pagesize" is not known to this action.'),
    ],
)
def test_wrong_parameters(
    sandbox: RunningSandbox, config_for: ConfigFor, query: dict[str, str], message: str
) -> None:
    """Out of range, malformed and unknown parameters are 400 InvalidParameter."""
    client = OpenApiClient(config_for(sandbox, endpoint="ess.ap-southeast-7.aliyuncs.com"))
    error = refused(
        lambda: generic(client, "DescribeScalingGroups", "2022-02-22", RegionId=REGION, **query)
    )
    assert (error.code, error.data["Message"]) == ("InvalidParameter", message)


def test_unsigned_and_undecodable_requests(sandbox: RunningSandbox) -> None:
    """A request without signature, of another method, or not in UTF-8 is refused with a code."""
    proxies = {"http": sandbox.endpoint}
    url = "http://ess.ap-southeast-7.aliyuncs.com/?Action=DescribeRegions&Version=2022-02-22"

    def code(method: str, url: str) -> tuple[int, str]:
        answer = requests.request(method, url, proxies=proxies, timeout=5)
        return answer.status_code, answer.json()["Code"]

    assert code("GET", url) == (400, "MissingAccessKeyId")
    assert code("PUT", url) == (405, "UnsupportedHTTPMethod")
    assert code("GET", url + "&AcceptLanguage=%FF") == (400, "InvalidParameter")
    assert code("GET", "http://ess.aliyuncs.com/?Action=DescribeRegions") == (400, "MissingVersion")
    assert code("GET", "http://ess.aliyuncs.com/?Version=2022-02-22") == (400, "MissingAction")


def test_function_not_found_in_fcs_shape(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """An account without functions says so to the official FC client, get or invoke."""
    client = FcClient(config_for(sandbox, endpoint="fcv3.ap-southeast-7.aliyuncs.com"))
    errors = (
        refused(lambda: client.get_function("boot ü", fc_models.GetFunctionRequest())),
        refused(
            lambda: client.invoke_function("boot ü", fc_models.InvokeFunctionRequest(body=b"{}"))
        ),
    )
    for error in errors:
        assert error.data == {
            "statusCode": 404,
            "Code": "FunctionNotFound",
            "Message": "function 'boot ü' does not exist",
            "RequestId": error.request_id,
        }


def test_other_fc_paths_are_not_served(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """FC operations that the sandbox does not have are InvalidAction.NotFound."""
    client = FcClient(config_for(sandbox, endpoint="fcv3.ap-southeast-7.aliyuncs.com"))
    error = refused(lambda: client.list_custom_domains(fc_models.ListCustomDomainsRequest()))
    assert (error.status_code, error.code) == (404, "InvalidAction.NotFound")
