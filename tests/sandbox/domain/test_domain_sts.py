"""STS: who is calling, and temporary keys for roles that trust the account."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.domain.cloud import Cloud
from tests.sandbox.domain.identity_user import POLICY, REGIONS, START, TRUST, IdentityUser
from tests.sandbox.roles import assume, statement
from tests.sandbox.roles import make_role as role_with


@pytest.fixture
def sts() -> IdentityUser:
    """A user of STS in an account with the role p2p-admin, which trusts the account."""
    user = IdentityUser("sts")
    make_role(user, "p2p-admin", f"acs:ram::{user.cloud.account.account_id}:root")
    return user


def trusting(*statements: tuple[str, str]) -> str:
    """A trust document of statements: effect and RAM principal."""
    return json.dumps(
        {
            "Version": "1",
            "Statement": [
                {"Effect": effect, "Action": "sts:AssumeRole", "Principal": {"RAM": [principal]}}
                for effect, principal in statements
            ],
        }
    )


def make_role(sts: IdentityUser, name: str, principal: str) -> dict[str, Any]:
    """A role that trusts one RAM principal."""
    ram = IdentityUser("ram", sts.cloud)
    return ram.create_role(name, AssumeRolePolicyDocument=trusting(("Allow", principal)))


def arn(sts: IdentityUser, name: str = "p2p-admin") -> str:
    """A role's ARN."""
    return f"acs:ram::{sts.cloud.account.account_id}:role/{name}"


def session(sts: IdentityUser, **changes: object) -> dict[str, Any]:
    """What AssumeRole needs, unless told otherwise."""
    return {"RoleArn": arn(sts), "RoleSessionName": "poll", **changes}


def test_the_caller_is_the_accounts_user(sts: IdentityUser) -> None:
    """GetCallerIdentity names account, user and ARN."""
    account = sts.cloud.account
    assert sts.call("GetCallerIdentity") == {
        "IdentityType": "RAMUser",
        "AccountId": account.account_id,
        "PrincipalId": account.user_id,
        "UserId": account.user_id,
        "Arn": f"acs:ram::{account.account_id}:user/p2p-fleet",
    }


def test_a_role_is_assumed(sts: IdentityUser) -> None:
    """The answer has a key that the cloud knows from then on, for an hour."""
    answer = sts.call("AssumeRole", **session(sts, SourceIdentity="alice"))
    role_id = IdentityUser("ram", sts.cloud).call("GetRole", RoleName="p2p-admin")["Role"]["RoleId"]
    given = answer["Credentials"]
    key = sts.cloud.temporary_key(given["AccessKeyId"])
    assert key is not None
    assert answer == {
        "AssumedRoleUser": {
            "Arn": f"{arn(sts)}/poll",
            "AssumedRoleId": f"{role_id}:poll",
        },
        "Credentials": {
            "AccessKeyId": key.access_key_id,
            "AccessKeySecret": key.access_key_secret,
            "SecurityToken": key.security_token,
            "Expiration": "2026-11-23T09:00:00Z",
        },
        "SourceIdentity": "alice",
    }
    assert key.access_key_id.startswith("STS.")
    assert sts.cloud.temporary_key("STS.unknown") is None


def test_keys_differ_and_are_not_part_of_the_state(sts: IdentityUser) -> None:
    """Each session has a key of its own; no state shows any of them."""
    first = sts.call("AssumeRole", **session(sts))["Credentials"]
    second = sts.call("AssumeRole", **session(sts))["Credentials"]
    for part in ("AccessKeyId", "AccessKeySecret", "SecurityToken"):
        assert first[part] != second[part]
    shown = json.dumps(sts.cloud.state())
    assert not [part for part in (*first.values(), *second.values()) if part in shown]


def test_keys_expire_by_the_clock_that_is_given() -> None:
    """Where it is not virtual time, the account's clock has no say in Expiration."""
    noon = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
    sts = IdentityUser("sts", Cloud(start=START, regions=REGIONS, key_now=lambda: noon))
    make_role(sts, "p2p-admin", f"acs:ram::{sts.cloud.account.account_id}:root")
    answer = sts.call("AssumeRole", **session(sts, DurationSeconds=900))
    assert answer["Credentials"]["Expiration"] == "2030-01-01T12:15:00Z"


def test_a_role_may_trust_the_user_alone(sts: IdentityUser) -> None:
    """The user's own ARN in the trust document is enough; the ARN's case does not matter."""
    make_role(sts, "Own", sts.cloud.account.caller.principal_arn)
    sts.call("AssumeRole", **session(sts, RoleArn=arn(sts, "own")))


def test_sessions_are_as_long_as_the_role_allows(sts: IdentityUser) -> None:
    """From 15 minutes up to the role's MaxSessionDuration."""
    IdentityUser("ram", sts.cloud).call(
        "UpdateRole", RoleName="p2p-admin", NewMaxSessionDuration=7200
    )
    for seconds, expiration in ((900, "08:15"), (7200, "10:00")):
        answer = sts.call("AssumeRole", **session(sts, DurationSeconds=seconds))
        assert answer["Credentials"]["Expiration"] == f"2026-11-23T{expiration}:00Z"
    for seconds in (899, 7201):
        got = sts.refusal("AssumeRole", **session(sts, DurationSeconds=seconds))
        assert got == ("InvalidParameter.DurationSeconds", 400)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"RoleArn": "p2p-admin"}, "InvalidParameter.RoleArn"),
        ({"RoleSessionName": "p"}, "InvalidParameter.RoleSessionName"),
        ({"RoleSessionName": "a poll"}, "InvalidParameter.RoleSessionName"),
        ({"RoleSessionName": "p" * 65}, "InvalidParameter.RoleSessionName"),
        ({"ExternalId": "x"}, "InvalidParameter.ExternalId"),
        ({"Policy": "{}"}, "InvalidParameter.PolicyGrammar"),
        ({"Policy": " " * 2049}, "InvalidParameter.PolicySize"),
    ],
)
def test_wrong_sessions_are_refused(sts: IdentityUser, changes: dict[str, str], code: str) -> None:
    """ARN, names and policies of a wrong form are 400, each with its code."""
    assert sts.refusal("AssumeRole", **session(sts, **changes)) == (code, 400)


def test_a_session_may_have_a_policy_and_an_external_id(sts: IdentityUser) -> None:
    """Both are taken where they are well formed."""
    answer = sts.call("AssumeRole", **session(sts, Policy=POLICY, ExternalId="abcd-1234"))
    assert "Credentials" in answer


def test_an_unknown_role_is_not_found(sts: IdentityUser) -> None:
    """Neither another account's role nor one that is not visible yet."""
    expected = ("EntityNotExist.Role", 404)
    assert sts.refusal("AssumeRole", **session(sts, RoleArn=arn(sts, "none"))) == expected
    foreign = "acs:ram::1234567890123456:role/p2p-admin"
    assert sts.refusal("AssumeRole", **session(sts, RoleArn=foreign)) == expected
    sts.set_faults(variants={"role_visible_s": 5})
    assert sts.refusal("AssumeRole", **session(sts)) == expected
    sts.wait(5)
    sts.call("AssumeRole", **session(sts))


def test_only_who_is_trusted_assumes_a_role(sts: IdentityUser) -> None:
    """Roles of services, of other accounts, and those that deny the user are refused."""
    ram = IdentityUser("ram", sts.cloud)
    account = sts.cloud.account
    root = f"acs:ram::{account.account_id}:root"
    documents = {
        "service": TRUST,
        "foreign": trusting(("Allow", "acs:ram::1234567890123456:root")),
        "denying": trusting(("Allow", root), ("Deny", account.caller.principal_arn)),
        "federated": trusting(("Allow", root)).replace("sts:AssumeRole", "sts:AssumeRoleWithSAML"),
    }
    for name, text in documents.items():
        ram.create_role(name, AssumeRolePolicyDocument=text)
        got = sts.refusal("AssumeRole", **session(sts, RoleArn=arn(sts, name)))
        assert got == ("NoPermission", 403)


def test_a_role_may_assume_another_one(sts: IdentityUser) -> None:
    """A session whose role may call AssumeRole gets a key of a role that trusts its own."""
    cloud = sts.cloud
    root = f"acs:ram::{cloud.account.account_id}:root"
    first = role_with(cloud, "first", statement("sts:AssumeRole"), trusts=root)
    second = role_with(cloud, "second", trusts=first)
    caller = assume(cloud, first).holder
    asked = session(sts, RoleArn=second)
    answer = cloud.call("sts", "AssumeRole", None, asked, caller)
    key = cloud.temporary_key(answer["Credentials"]["AccessKeyId"])
    assert key is not None
    assert key.holder.role_name == "second"
    assert sts.refusal("AssumeRole", **asked) == ("NoPermission", 403)


def test_a_role_for_a_service_is_nobody_elses(sts: IdentityUser) -> None:
    """What trusts Function Compute only, the account's user cannot assume."""
    role = role_with(sts.cloud, "of-fc")
    assert sts.refusal("AssumeRole", **session(sts, RoleArn=role)) == ("NoPermission", 403)


def test_no_key_shows_its_secrets(sts: IdentityUser) -> None:
    """Neither secret nor token is in a key's own words."""
    key = assume(sts.cloud, arn(sts))
    assert key.access_key_secret not in repr(key)
    assert key.security_token not in repr(key)
