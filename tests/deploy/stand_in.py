"""What the component fc3 does with one function, in short: create or update it, or delete it.

The order comes on standard input from component/index.js; what stands afterwards goes to standard
output, where the tool shows it.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

from alibabacloud_fc20230330.client import Client
from alibabacloud_fc20230330.models import (
    CreateFunctionInput,
    CreateFunctionRequest,
    GetFunctionRequest,
    PutAsyncInvokeConfigInput,
    PutAsyncInvokeConfigRequest,
    PutConcurrencyConfigRequest,
    PutConcurrencyInput,
    UpdateFunctionInput,
    UpdateFunctionRequest,
)
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config

Json = dict[str, Any]
_OTHERWISE = ("region", "code", "asyncInvokeConfig", "concurrencyConfig")
"""Properties that fc3 sends in other requests, or not as they stand."""


def main() -> None:
    """Carry out one order."""
    order = json.load(sys.stdin)
    if os.environ.get("STAND_IN_FAILS") == order["command"]:
        sys.exit("the component does not want to")
    client = _client(order)
    name = order["props"]["functionName"]
    if order["command"] == "deploy":
        _deploy(client, name, order)
    else:
        _remove(client, name)
    json.dump({"environmentVariables": order["props"]["environmentVariables"]}, sys.stdout)


def _client(order: Json) -> Client:
    endpoint, _, region = os.environ["FC_CLIENT_CUSTOM_ENDPOINT"].rpartition("/")
    return Client(
        Config(
            access_key_id=order["access_key_id"],
            access_key_secret=order["access_key_secret"],
            endpoint=f"fcv3.{region}.aliyuncs.com",
            protocol="http",
            http_proxy=endpoint,
        )
    )


def _deploy(client: Client, name: str, order: Json) -> None:
    props: Json = order["props"]
    body = {key: value for key, value in props.items() if key not in _OTHERWISE}
    code = (Path(order["folder"]) / props["code"]).read_bytes()
    body["code"] = {"zipFile": base64.b64encode(code).decode()}
    body["tags"] = [{"Key": tag["key"], "Value": tag["value"]} for tag in props["tags"]]
    account = props["layers"][0].split(":")[3]
    body["role"] = f"acs:ram::{account}:role/{props['role']}"
    if _there_is(client, name):
        update = UpdateFunctionInput().from_map(body)
        client.update_function(name, UpdateFunctionRequest(body=update))
    else:
        create = CreateFunctionInput().from_map(body)
        client.create_function(CreateFunctionRequest(body=create))
    asynchronous = PutAsyncInvokeConfigInput().from_map(props["asyncInvokeConfig"])
    client.put_async_invoke_config(name, PutAsyncInvokeConfigRequest(body=asynchronous))
    reserved = PutConcurrencyInput().from_map(props["concurrencyConfig"])
    client.put_concurrency_config(name, PutConcurrencyConfigRequest(body=reserved))


def _remove(client: Client, name: str) -> None:
    if _there_is(client, name):
        client.delete_function(name)


def _there_is(client: Client, name: str) -> bool:
    try:
        client.get_function(name, GetFunctionRequest())
    except AlibabaCloudException as error:
        if error.code != "FunctionNotFound":
            raise
        return False
    return True


if __name__ == "__main__":
    main()
