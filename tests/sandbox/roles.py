"""Roles that tests give to functions and callers, made as a person makes them in the console."""

from __future__ import annotations

import json
from typing import Any, Final

from sandbox.domain.account import TemporaryKey
from sandbox.domain.cloud import Cloud

FC: Final = "fc.aliyuncs.com"

Json = dict[str, Any]


def statement(
    *actions: str, effect: str = "Allow", resource: str = "*", condition: Json | None = None
) -> Json:
    """One statement of a policy."""
    said: Json = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return said if condition is None else {**said, "Condition": condition}


def policy(*statements: Json) -> str:
    """A policy document."""
    return json.dumps({"Version": "1", "Statement": list(statements)})


def make_role(cloud: Cloud, name: str = "runner", *statements: Json, trusts: str = FC) -> str:
    """A role that a service or a principal may assume, with a policy of its own; returns its ARN.

    Without statements it has no policy and may do nothing.
    """
    kind = "RAM" if trusts.startswith("acs:") else "Service"
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {kind: [trusts]}}
    role = cloud.call(
        "ram", "CreateRole", None, {"RoleName": name, "AssumeRolePolicyDocument": policy(trust)}
    )["Role"]
    if statements:
        own = {"PolicyName": name, "PolicyDocument": policy(*statements)}
        cloud.call("ram", "CreatePolicy", None, own)
        attach(cloud, name, name, "Custom")
    return str(role["Arn"])


def attach(cloud: Cloud, role: str, policy_name: str, kind: str = "System") -> None:
    """Attaches a policy to a role."""
    params = {"PolicyType": kind, "PolicyName": policy_name, "RoleName": role}
    cloud.call("ram", "AttachPolicyToRole", None, params)


def assume(cloud: Cloud, arn: str, **params: object) -> TemporaryKey:
    """A key of a role that trusts the account."""
    asked = {"RoleArn": arn, "RoleSessionName": "test", **params}
    given = cloud.call("sts", "AssumeRole", None, asked)["Credentials"]
    key = cloud.temporary_key(given["AccessKeyId"])
    assert key is not None
    return key
