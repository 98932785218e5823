"""Functions' roles: which are taken, and the key that a function runs with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.domain.account import TemporaryKey
from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from tests.sandbox.domain.fc_user import REGION, START, SUCCESS, FcUser
from tests.sandbox.roles import assume, make_role, statement


@pytest.fixture
def fc() -> FcUser:
    """A user of Function Compute in an empty account."""
    return FcUser(Cloud(seed=1, start=START, regions=[REGION]))


def key_of_next_run(fc: FcUser) -> TemporaryKey | None:
    """Invokes the function and runs it; returns the key that it ran with."""
    fc.invoke()
    launch = fc.start()
    assert launch is not None
    fc.cloud.functions.finish(launch, SUCCESS)
    return launch.key


def arn(fc: FcUser, name: str) -> str:
    """The ARN of a role, there or not."""
    return f"acs:ram::{fc.cloud.account.account_id}:role/{name}"


def test_a_function_runs_with_a_key_of_its_role(fc: FcUser) -> None:
    """For 36 hours, in a session of the function's name; the account knows the key."""
    fc.create(role=make_role(fc.cloud))
    key = key_of_next_run(fc)
    assert key is not None
    assert key == fc.cloud.temporary_key(key.access_key_id)
    holder = key.holder
    assert (holder.role_name, holder.session_name, holder.session_policy) == (
        "runner",
        "fc-poll",
        None,
    )
    assert key.expires_at == START + timedelta(hours=36)
    assert key.access_key_id.startswith("STS.")


def test_a_function_without_a_role_has_no_key(fc: FcUser) -> None:
    """An empty role is none; one can be given, and taken away."""
    fc.create(role="")
    assert key_of_next_run(fc) is None
    fc.call("UpdateFunction", functionName="poll", body={"role": make_role(fc.cloud)})
    assert key_of_next_run(fc) is not None
    fc.call("UpdateFunction", functionName="poll", body={"role": ""})
    assert key_of_next_run(fc) is None


@pytest.mark.parametrize("action", ["CreateFunction", "UpdateFunction"])
def test_roles_that_are_not_taken(fc: FcUser, action: str) -> None:
    """What is no ARN, what does not exist, and what trusts somebody else."""
    fc.create("old")
    make_role(fc.cloud, "of-ecs", trusts="ecs.aliyuncs.com")
    name = {"functionName": "old"} if action == "UpdateFunction" else {}
    body = fc.body if action == "CreateFunction" else lambda **settings: settings
    refusals = [
        fc.refusal(action, **name, body=body(role=role))
        for role in ("runner", arn(fc, "nobody"), arn(fc, "of-ecs"))
    ]
    assert refusals == [
        (
            "InvalidArgument",
            400,
            "role 'runner' is not of the form acs:ram::<account>:role/<name>",
        ),
        ("InvalidArgument", 400, f"role '{arn(fc, 'nobody')}' does not exist"),
        (
            "AccessDenied",
            403,
            "Function Compute (fc.aliyuncs.com) is not authorized to assume role "
            f"'{arn(fc, 'of-ecs')}'",
        ),
    ]


def test_a_new_role_may_not_be_known_yet(fc: FcUser) -> None:
    """For as long as RAM takes to tell the others, its role does not exist for FC."""
    fc.set_faults(variants={"role_visible_s": 5})
    role = make_role(fc.cloud)
    assert fc.refusal("CreateFunction", body=fc.body(role=role))[2].endswith("does not exist")
    fc.wait(5)
    assert fc.create(role=role)["role"] == role


def test_fc_may_look_at_the_role_only_when_it_runs_the_function(fc: FcUser) -> None:
    """Then a synchronous caller is told, and an asynchronous invocation fails without a retry."""
    fc.set_faults(variants={"function_role_checked": "at_invocation"})
    fc.create(role=arn(fc, "nobody"))
    with pytest.raises(ApiError) as caught:
        fc.invoke(kind="Sync")
    assert (caught.value.code, caught.value.http_status) == ("AccessDenied", 403)
    fc.invoke(kind="Async")
    assert fc.start() is None
    (invocation,) = fc.state()["invocations"]
    assert (invocation["status"], invocation["attempts"]) == ("Failed", 0)
    assert "is not authorized to assume role" in invocation["error"]
    make_role(fc.cloud, "nobody")
    assert key_of_next_run(fc) is not None


def test_a_role_that_is_gone_while_an_invocation_waits(fc: FcUser) -> None:
    """A synchronous invocation that has been accepted ends as failed, and gives its place back."""
    fc.create(role=make_role(fc.cloud))
    fc.call("PutConcurrencyConfig", functionName="poll", body={"reservedConcurrency": 1})
    fc.invoke(kind="Sync")
    fc.cloud.call("ram", "DeleteRole", None, {"RoleName": "runner"})
    fc.wait(600)
    assert fc.start() is None
    assert fc.statuses() == [("Failed", 0)]
    make_role(fc.cloud)
    assert fc.invoke(kind="Sync")


def test_the_old_identity_of_a_role_is_remembered_for_a_while(fc: FcUser) -> None:
    """A role that was deleted and made anew: for ten minutes the function's key opens nothing."""
    reading = statement("vpc:DescribeVpcs")
    fc.create(role=make_role(fc.cloud, "runner", reading))
    first = key_of_next_run(fc)
    named = {"PolicyType": "Custom", "PolicyName": "runner", "RoleName": "runner"}
    fc.cloud.call("ram", "DetachPolicyFromRole", None, named)
    fc.cloud.call("ram", "DeleteRole", None, {"RoleName": "runner"})
    fc.cloud.call("ram", "DeletePolicy", None, {"PolicyName": "runner"})
    make_role(fc.cloud, "runner", reading)
    fc.wait(599)
    stale = key_of_next_run(fc)
    assert stale == first
    assert stale is not None
    with pytest.raises(ApiError) as caught:
        fc.cloud.call("vpc", "DescribeVpcs", REGION, {}, stale.holder)
    assert caught.value.code == "Forbidden.Unauthorized"
    fc.wait(1)
    fresh = key_of_next_run(fc)
    assert fresh is not None
    assert fc.cloud.call("vpc", "DescribeVpcs", REGION, {}, fresh.holder)["TotalCount"] == 0


def test_two_functions_of_one_role_have_keys_of_their_own(fc: FcUser) -> None:
    """So that the journal of a real account can tell them apart."""
    role = make_role(fc.cloud)
    sessions = []
    for name in ("poll", "boot"):
        fc.create(name, role=role)
        fc.invoke(name)
        launch = fc.start()
        assert launch is not None
        assert launch.key is not None
        sessions.append(launch.key.holder.session_name)
    assert sessions == ["fc-poll", "fc-boot"]


def test_handing_over_the_role_takes_pass_role(fc: FcUser) -> None:
    """Whoever deploys functions needs ram:PassRole, for fc.aliyuncs.com and that role."""
    role = make_role(fc.cloud)
    to_fc = {"StringEquals": {"acs:Service": "fc.aliyuncs.com"}}
    root = f"acs:ram::{fc.cloud.account.account_id}:root"
    deploying = statement("fc:*")
    plain = make_role(fc.cloud, "plain", deploying, trusts=root)
    passing = statement("ram:PassRole", resource="acs:ram:*:*:role/runner", condition=to_fc)
    whole = make_role(fc.cloud, "whole", deploying, passing, trusts=root)

    def create(deployer: str, name: str = "poll", **settings: object) -> object:
        caller = assume(fc.cloud, deployer).holder
        body = {"body": fc.body(name, **settings)}
        return fc.cloud.call("fc", "CreateFunction", REGION, body, caller)

    with pytest.raises(ApiError) as caught:
        create(plain, role=role)
    assert (caught.value.http_status, "ram:PassRole" in caught.value.message) == (403, True)
    create(plain, name="without")
    create(whole, role=role)
