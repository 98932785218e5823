"""Policy documents as RAM reads them, right and wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.domain.errors import ApiError
from sandbox.domain.ram.documents import Trust, check_policy_document, read_trust_document
from sandbox.domain.ram.system_policies import SYSTEM_POLICIES

ALLOW = {"Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*"}
TRUSTING = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": ["ecs.aliyuncs.com"]},
}
ABSENT: Any = object()


def document(*statements: object, version: object = "1") -> str:
    """A document of these statements."""
    return json.dumps({"Version": version, "Statement": list(statements)})


def changed(statement: dict[str, Any], **changes: object) -> str:
    """A document whose one statement is changed; ABSENT leaves an element out."""
    merged = {**statement, **changes}
    return document({key: value for key, value in merged.items() if value is not ABSENT})


def problem(text: str, *, trust: bool = False) -> str:
    """The sentence with which a document is refused."""
    with pytest.raises(ApiError) as caught:
        (read_trust_document if trust else check_policy_document)(text)
    assert (caught.value.code, caught.value.http_status) == ("MalformedPolicyDocument", 400)
    return caught.value.message


@pytest.mark.parametrize(
    "statement",
    [
        ALLOW,
        {**ALLOW, "Effect": "Deny"},
        {**ALLOW, "Action": ["*", "log:PostLogStoreLogs", "*:List?"]},
        {**ALLOW, "Resource": ["acs:ess:*:1234567890123456:scalinggroup/asg-1", "acs:ecs:*:*:*"]},
        {"Effect": "Allow", "NotAction": ["ram:*"], "Resource": "*"},
        {**ALLOW, "Condition": {"IpAddress": {"acs:SourceIp": ["203.0.113.0/24"]}}},
    ],
)
def test_policies_are_read(statement: dict[str, Any]) -> None:
    """One value or a list, wildcards, NotAction, Deny and conditions are all policies."""
    check_policy_document(document(statement, ALLOW))


def test_every_system_policy_is_a_policy() -> None:
    """What the account begins with would be accepted from a client too."""
    for policy in SYSTEM_POLICIES.values():
        check_policy_document(policy.default_version.document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "The policy document is not valid JSON."),
        ("[" * 100_000, "The policy document is not valid JSON."),
        ("[]", "A policy document has the elements Version and Statement."),
        (
            json.dumps({"Version": "1", "Statement": [ALLOW], "Id": "x"}),
            "A policy document has the elements Version and Statement.",
        ),
        (document(ALLOW, version="2012-10-17"), 'The Version of a policy document must be "1".'),
        (document(ALLOW, version=1), 'The Version of a policy document must be "1".'),
        (document(), "Statement must be a list of at least one statement."),
        (
            json.dumps({"Version": "1", "Statement": ALLOW}),
            "Statement must be a list of at least one statement.",
        ),
        (document("Allow"), "A statement of a policy must be an object."),
        (changed(ALLOW, Effect="allow"), "The Effect of a statement must be Allow or Deny."),
        (changed(ALLOW, Effect=ABSENT), "The Effect of a statement must be Allow or Deny."),
        (
            changed(ALLOW, Action=ABSENT),
            "Add an Action or NotAction element to the policy statement.",
        ),
        (
            changed(ALLOW, NotAction="ram:*"),
            "Add an Action or NotAction element to the policy statement.",
        ),
        (changed(ALLOW, Action=[]), "Add the element Action to the policy statement."),
        (changed(ALLOW, Action="Describe*"), 'A value of Action is invalid: "Describe*".'),
        (changed(ALLOW, Action=["ecs:*", 7]), "A value of Action is invalid: 7."),
        (changed(ALLOW, Resource=ABSENT), "Add the element Resource to the policy statement."),
        (changed(ALLOW, Resource="arn:x"), 'A value of Resource is invalid: "arn:x".'),
        (
            changed(ALLOW, Principal={"RAM": "*"}),
            "The element Principal is not allowed in this statement.",
        ),
        (
            changed(ALLOW, Condition={"Bool": "true"}),
            "Condition must map operators to keys and values.",
        ),
    ],
)
def test_wrong_policies_are_malformed(text: str, expected: str) -> None:
    """The first mistake is named, whatever else is wrong."""
    assert problem(text) == expected


def test_trust_documents_are_read() -> None:
    """Each statement says whether it allows, what, and whom."""
    root = "acs:ram::1234567890123456:root"
    text = document(
        TRUSTING,
        {
            "Effect": "Deny",
            "Action": ["sts:AssumeRole"],
            "Principal": {"RAM": root, "Federated": f"{root[:-4]}oidc-provider/x"},
        },
    )
    assert read_trust_document(text) == (
        Trust(
            allows=True,
            actions=("sts:AssumeRole",),
            principals={"Service": ("ecs.aliyuncs.com",)},
        ),
        Trust(
            allows=False,
            actions=("sts:AssumeRole",),
            principals={
                "RAM": (root,),
                "Federated": ("acs:ram::1234567890123456:oidc-provider/x",),
            },
        ),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (changed(TRUSTING, Action="ecs:RunInstances"), "A value of Action is invalid: "),
        (changed(TRUSTING, Action=ABSENT), "Add the element Action to the policy statement."),
        (changed(TRUSTING, Resource="*"), "The element Resource is not allowed"),
        (changed(TRUSTING, Principal=ABSENT), "Add the element Principal to the policy statement."),
        (changed(TRUSTING, Principal="*"), "Add the element Principal to the policy statement."),
        (changed(TRUSTING, Principal={"AWS": "*"}), "A Principal is RAM, Service or Federated"),
        (changed(TRUSTING, Principal={"Service": "ec2.amazonaws.com"}), "A value of Service is"),
        (changed(TRUSTING, Principal={"RAM": "acs:ram::me:root"}), "A value of RAM is invalid"),
    ],
)
def test_wrong_trusts_are_malformed(text: str, expected: str) -> None:
    """A trust is about assuming, names principals of known kinds, and has no resources."""
    assert problem(text, trust=True).startswith(expected)
