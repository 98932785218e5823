"""The operator of a fleet, with no more permissions than `deployer.json` grants."""

from __future__ import annotations

import base64
import hmac
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Final

import requests
from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config

from cli.demo_deployment import BOOTSTRAP, FLEET, REGION, WATCHER, Deployment
from infra.ram.documents import as_text, policy_document
from sandbox.server import RunningSandbox
from shared.cloud.logs import Logs
from shared.cloud.session import Session
from shared.deadline import Deadline
from shared.settings import CloudSettings, cloud_settings_from
from tests.cli.operator import Ended, run

ROLE: Final = "deployer"
"""What the operator calls as: a RAM user's part is played by a role, whose policies are judged."""
_COMMANDS_WITHIN_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator at a terminal; `environment` is that of commands."""

    sandbox: RunningSandbox
    environment: dict[str, str]

    def command(self, *arguments: str) -> Ended:
        """Run `p2p-fleet`; its exit code must be 0."""
        ended = run(self.environment, *arguments)
        assert ended.code == 0, (arguments, ended.out, ended.err)
        return ended

    def session(self) -> Session:
        """Open a session, as `make deploy` does."""
        settings = self.settings
        return Session(
            settings.cloud,
            Deadline.after(_COMMANDS_WITHIN_S, time.monotonic),
            endpoint_url=settings.endpoint_url,
            sleep=time.sleep,
            rng=random.Random(1),
        )

    @property
    def settings(self) -> CloudSettings:
        """The environment, parsed."""
        return cloud_settings_from(self.environment)

    @property
    def client(self) -> Client:
        """Function Compute as the SDK reaches it."""
        key = self.settings.cloud
        return Client(
            Config(
                access_key_id=key.access_key_id,
                access_key_secret=key.access_key_secret,
                security_token=key.security_token,
                endpoint=f"fcv3.{REGION}.aliyuncs.com",
                protocol="http",
                http_proxy=self.sandbox.endpoint,
            )
        )

    def deploy(self, functions: Deployment) -> None:
        """Send what `s deploy` sends, twice: for new functions and for those that are there.

        The order is that of its component `fc3`; the code goes along instead of over a bucket.
        """
        for name in (WATCHER, BOOTSTRAP):
            self._look(name)
        self._ask_for_bucket()
        functions.deploy()
        for name in (WATCHER, BOOTSTRAP):
            self._configure(name)
            self._look(name)
            self._configure(name)

    def undeploy(self) -> None:
        """Send what `s remove` sends."""
        for name in (WATCHER, BOOTSTRAP):
            self._look(name)
            client = self.client
            client.list_scaling_configs(models.ListScalingConfigsRequest(function_name=name))
            client.list_aliases(name, models.ListAliasesRequest())
            client.list_function_versions(name, models.ListFunctionVersionsRequest())
            listed = models.ListAsyncInvokeConfigsRequest(function_name=name)
            client.list_async_invoke_configs(listed)
            client.delete_async_invoke_config(name, models.DeleteAsyncInvokeConfigRequest())
            client.delete_concurrency_config(name)
            client.delete_function(name)

    def keep_logs(self, wait: Callable[[], object]) -> None:
        """Send what `logConfig: auto` sends before anything else; a new project takes a while."""
        logs, place = Logs(self.session()), (REGION, f"serverless-{REGION}-of-{ROLE}")
        if logs.project(*place) is None:
            logs.create_project(*place, description="of the functions", resource_group_id="")
            wait()
        if logs.logstore(*place, "default-logs") is None:
            logs.create_logstore(*place, "default-logs", ttl_days=30)
        if not logs.index_exists(*place, "default-logs"):
            logs.ensure_index(*place, "default-logs")

    def _ask_for_bucket(self) -> None:
        """Get what the code is uploaded with, from the older API with its own signature."""
        key, path = self.settings.cloud, "/2016-08-15/tempBucketToken"
        host = f"{self.sandbox.account_id}.{REGION}.fc.aliyuncs.com"
        headers = {
            "date": formatdate(usegmt=True),
            "x-fc-security-token": str(key.security_token),
        }
        told = f"x-fc-security-token:{headers['x-fc-security-token']}"
        signed = "\n".join(("GET", "", "", headers["date"], told, path))
        digest = hmac.digest(key.access_key_secret.encode(), signed.encode(), "sha256")
        signature = base64.b64encode(digest).decode()
        headers["authorization"] = f"FC {key.access_key_id}:{signature}"
        proxies = {"http": self.sandbox.endpoint}
        answer = requests.get(f"http://{host}{path}", headers=headers, proxies=proxies, timeout=10)
        assert answer.status_code == 200, answer.text

    def _look(self, name: str) -> None:
        client = self.client
        looks: tuple[Callable[[], Any], ...] = (
            lambda: client.get_function(name, models.GetFunctionRequest()),
            lambda: client.list_triggers(name, models.ListTriggersRequest()),
            lambda: client.get_async_invoke_config(name, models.GetAsyncInvokeConfigRequest()),
            lambda: client.list_vpc_bindings(name),
            lambda: client.get_scaling_config(name, models.GetScalingConfigRequest()),
            lambda: client.get_concurrency_config(name),
        )
        for look in looks:
            try:
                look()
            except AlibabaCloudException as error:
                if error.status_code != 404:  # what is not there yet
                    raise

    def _configure(self, name: str) -> None:
        """What differs is sent, and the function itself always."""
        client = self.client
        arn = client.get_function(name, models.GetFunctionRequest()).body.function_arn
        owner = models.Tag(key="p2p-fleet", value=FLEET)
        tagged = models.TagResourcesInput(resource_type="FUNCTION", resource_id=[arn], tag=[owner])
        client.tag_resources(models.TagResourcesRequest(body=tagged))
        untagged = models.UntagResourcesRequest(
            resource_type="function", resource_id=[arn], tag_key=["of-somebody"]
        )
        client.untag_resources(untagged)
        body = models.UpdateFunctionInput(description="A function of p2p-fleet.")
        client.update_function(name, models.UpdateFunctionRequest(body=body))
        alone = models.PutConcurrencyInput(reserved_concurrency=3)
        client.put_concurrency_config(name, models.PutConcurrencyConfigRequest(body=alone))


def hire(sandbox: RunningSandbox, control_source: str) -> Operator:
    """Return an operator whom an administrator has just given `deployer.json`."""
    account = {"RAM": [f"acs:ram::{sandbox.account_id}:root"]}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": account}
    named = {"RoleName": ROLE, "PolicyName": ROLE, "PolicyType": "Custom"}
    role = _administer(
        sandbox,
        "ram",
        "CreateRole",
        RoleName=ROLE,
        AssumeRolePolicyDocument=json.dumps({"Version": "1", "Statement": [trust]}),
    )["Role"]
    document = as_text(policy_document("deployer", FLEET))
    _administer(sandbox, "ram", "CreatePolicy", PolicyName=ROLE, PolicyDocument=document)
    _administer(sandbox, "ram", "AttachPolicyToRole", **named)
    session = {"RoleArn": role["Arn"], "RoleSessionName": "terminal"}
    key = _administer(sandbox, "sts", "AssumeRole", **session)["Credentials"]
    environment = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key["AccessKeyId"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key["AccessKeySecret"],
        "ALIBABA_CLOUD_SECURITY_TOKEN": key["SecurityToken"],
        "ALIBABA_CLOUD_ENDPOINT_URL": sandbox.endpoint,
        "P2P_FLEET_CLOCK_URL": sandbox.endpoint,
        "CONTROL_SOURCES": control_source,
        "WATCHER_FUNCTION": WATCHER,
        "BOOTSTRAP_FUNCTION": BOOTSTRAP,
        "FC_REGION": REGION,
    }
    return Operator(sandbox, environment)


def _administer(
    sandbox: RunningSandbox, product: str, action: str, **params: object
) -> dict[str, Any]:
    return sandbox.cloud.call(product, action, None, params)
