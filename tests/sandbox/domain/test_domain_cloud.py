"""The cloud as a whole: dispatch, regions, permissions, state, and a fleet's life."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from sandbox.domain.regions import BY_ID, OPEN_REGION_IDS
from tests.sandbox.domain.ess_user import REGION, START, EssUser

Refusal = tuple[str, int, str]


def refusal(
    cloud: Cloud, product: str, action: str, region: str | None, **params: object
) -> Refusal:
    """Code, status and text of a call that must be refused."""
    with pytest.raises(ApiError) as caught:
        cloud.call(product, action, region, params)
    return caught.value.code, caught.value.http_status, caught.value.message


def fleet_cloud(seed: int = 1) -> Cloud:
    """The whole world with a group of the fleet in every open region."""
    cloud = Cloud(seed=seed, start=START)
    cloud.add_fleet_groups()
    return cloud


def group_of(cloud: Cloud, region: str) -> dict[str, Any]:
    """The one group in a region."""
    (group,) = cloud.call("ess", "DescribeScalingGroups", region, {"RegionId": region})[
        "ScalingGroups"
    ]
    found: dict[str, Any] = group
    return found


def test_unknown_products_and_actions_are_not_found(ess: EssUser) -> None:
    """The gateway's own answer to a call that nobody serves."""
    expected = (
        "InvalidAction.NotFound",
        404,
        "Specified api is not found, please check your url and method.",
    )
    assert refusal(ess.cloud, "ess", "ScaleTheUniverse", REGION) == expected
    assert refusal(ess.cloud, "oss", "GetObject", REGION) == expected


@pytest.mark.parametrize(
    ("region", "params"),
    [
        ("atlantis-1", {}),
        ("eu-west-1", {}),
        (REGION, {"RegionId": "cn-hangzhou"}),
        (None, {"RegionId": "eu-west-1"}),
    ],
)
def test_a_region_that_is_not_there_is_not_found(
    ess: EssUser, region: str | None, params: dict[str, str]
) -> None:
    """Unknown, not in this cloud, or not the one that the host serves."""
    assert refusal(ess.cloud, "ess", "DescribeScalingGroups", region, **params) == (
        "InvalidRegionId.NotFound",
        404,
        "The specified region does not exist.",
    )


def test_a_resource_of_another_region_is_not_found(ess: EssUser) -> None:
    """An id means something in its own region only."""
    group_id = ess.create()
    where = "cn-hangzhou"
    got = refusal(ess.cloud, "ess", "DisableScalingGroup", where, ScalingGroupId=group_id)
    assert got[:2] == ("InvalidScalingGroupId.NotFound", 404)


def test_a_central_endpoint_finds_the_resource_by_its_id(ess: EssUser) -> None:
    """Calls without RegionId reach the region of their group, task or instance."""
    group_id = ess.create_active(MinSize=1)
    task_id = ess.schedule(group_id, "2026-11-24T08:00Z", MaxValue=1)
    (instance_id,) = ess.activities(group_id)[0]["CreatedInstances"]
    where = [
        ess.cloud.region_of("ess", "ModifyScalingGroup", None, {"ScalingGroupId": group_id}),
        ess.cloud.region_of("ess", "DeleteScheduledTask", None, {"ScheduledTaskId": task_id}),
        ess.cloud.region_of("ess", "SetInstanceHealth", None, {"InstanceId": instance_id}),
        ess.cloud.region_of("ess", "ModifyScalingGroup", None, {"ScalingGroupId": "asg-nowhere"}),
        ess.cloud.region_of("ess", "DescribeLimitation", None, {}),
        ess.cloud.region_of("sts", "GetCallerIdentity", None, {}),
    ]
    assert where == [REGION, REGION, REGION, "cn-hangzhou", "cn-hangzhou", REGION]
    ess.cloud.call("ess", "ModifyScalingGroup", None, {"ScalingGroupId": group_id, "MaxSize": 3})
    assert ess.bounds(group_id) == (1, 3, None)


def test_a_cloud_refuses_regions_that_do_not_exist() -> None:
    """A cloud without regions, or with invented ones, is a mistake of its maker."""
    with pytest.raises(ValueError, match="'atlantis-1' is not a public region of Alibaba Cloud"):
        Cloud(start=START, regions=["atlantis-1"])
    with pytest.raises(ValueError, match="at least one region"):
        Cloud(start=START, regions=[])


def test_ram_refuses_denied_actions_and_nothing_happens(ess: EssUser) -> None:
    """The message is RAM's verdict as JSON, naming action and principal; other actions go on."""
    group_id = ess.create()
    ess.set_faults(account={"denied_actions": ["ESS:modify*"]})
    before = ess.cloud.state()
    code, status, message = refusal(
        ess.cloud, "Ess", "ModifyScalingGroup", REGION, ScalingGroupId=group_id, MaxSize=5
    )
    verdict = json.loads(message)
    detail = verdict["ramAuthResponseList"][0]["accessDeniedDetail"]
    account = ess.cloud.account
    assert (code, status) == ("Forbidden.Unauthorized", 403)
    assert verdict["effectMap"] == {"0": "DENY"}
    assert (detail["authAction"], detail["authPrincipalOwnerId"]) == (
        "ess:ModifyScalingGroup",
        account.account_id,
    )
    assert account.access_key_secret not in message
    assert ess.cloud.state() == before
    assert ess.group(group_id)["MaxSize"] == 10


def test_sts_knows_the_caller(ess: EssUser) -> None:
    """GetCallerIdentity answers with the account's RAM user."""
    account = ess.cloud.account
    assert ess.cloud.call("sts", "GetCallerIdentity", None, {}) == {
        "IdentityType": "RAMUser",
        "AccountId": account.account_id,
        "PrincipalId": account.user_id,
        "UserId": account.user_id,
        "Arn": f"acs:ram::{account.account_id}:user/p2p-fleet",
    }


def test_accounts_look_real_and_follow_from_the_seed() -> None:
    """Ids and keys have the form of real ones, differ between seeds, and are stable for one."""
    account = Cloud(seed=3, start=START, regions=[REGION]).account
    assert re.fullmatch(r"1\d{15}", account.account_id)
    assert re.fullmatch(r"LTAI5t\w{18}", account.access_key_id)
    assert re.fullmatch(r"\w{30}", account.access_key_secret)
    assert account == Cloud(seed=3, start=START, regions=["cn-beijing"]).account
    assert account != Cloud(seed=4, start=START, regions=[REGION]).account


@pytest.mark.parametrize("action", ["GetFunction", "InvokeFunction"])
def test_an_account_without_functions_says_so(ess: EssUser, action: str) -> None:
    """Function Compute answers as it does for a function that was never deployed."""
    for region in ("cn-hangzhou", None):
        assert refusal(ess.cloud, "fc", action, region, functionName="p2p-bootstrap") == (
            "FunctionNotFound",
            404,
            "function 'p2p-bootstrap' does not exist",
        )


def test_the_fleets_groups_are_as_bootstrap_leaves_them() -> None:
    """One Active, empty, tagged group in each open region, over up to three zones."""
    cloud = fleet_cloud()
    assert set(cloud.state()["products"]["ess"]) == set(OPEN_REGION_IDS)
    group = group_of(cloud, "cn-wulanchabu")
    wanted = {
        "ScalingGroupName": "p2p-agent-cn-wulanchabu",
        "LifecycleState": "Active",
        "MinSize": 0,
        "MaxSize": 0,
        "EnableDesiredCapacity": False,
        "TotalCapacity": 0,
        "Tags": [{"TagKey": "p2p-fleet", "TagValue": "p2p-agent", "Propagate": True}],
    }
    assert {name: group[name] for name in wanted} == wanted
    assert len(group["VSwitchIds"]) == 3
    assert len(group["LaunchTemplateOverrides"]) > 1
    assert group["LaunchTemplateId"].startswith("lt-")


def test_fleets_are_named_and_only_where_the_cloud_is() -> None:
    """Another fleet has other names and tags; regions that the cloud lacks get no group."""
    cloud = Cloud(start=START, regions=["cn-nanjing", REGION])
    cloud.add_fleet_groups("torrents")
    groups = cloud.state()["products"]["ess"]
    assert list(groups) == [REGION]
    assert groups[REGION]["scaling_groups"][0]["ScalingGroupName"] == f"torrents-{REGION}"
    assert groups[REGION]["scaling_groups"][0]["Tags"][0]["TagValue"] == "torrents"


def test_the_state_of_an_empty_account() -> None:
    """Plain JSON without secrets; regions that hold nothing are left out."""
    cloud = Cloud(seed=1, start=START)
    assert cloud.state() == {
        "account": {
            "account_id": cloud.account.account_id,
            "access_key_id": cloud.account.access_key_id,
        },
        "now": "2026-11-23T08:00:00.000Z",
        "products": {name: {} for name in cloud.actions},
    }


def test_answers_are_copies(ess: EssUser) -> None:
    """Nobody changes the account by changing an answer or the parameters of a finished call."""
    options = {"OnDemandBaseCapacity": 1}
    vswitches = ess.vswitch_ids[:1]
    group_id = ess.create(CapacityOptions=options, VSwitchIds=vswitches)
    before = ess.cloud.state()
    options["OnDemandBaseCapacity"] = 9
    vswitches.append("vsw-other")
    answer = ess.group(group_id)
    answer["CapacityOptions"].clear()
    answer["VSwitchIds"].clear()
    answer["RemovalPolicies"].clear()
    answer["Tags"].append("mine")
    assert ess.cloud.state() == before


def launch_everywhere(cloud: Cloud, nodes: int) -> None:
    """Arms start at 9:00 and stop at 18:00 in every region of the fleet."""
    for region in OPEN_REGION_IDS:
        group = group_of(cloud, region)
        for role, launch, size in (
            ("start", "2026-11-23T09:00Z", nodes),
            ("stop", "2026-11-23T18:00Z", 0),
        ):
            cloud.call(
                "ess",
                "CreateScheduledTask",
                region,
                {
                    "RegionId": region,
                    "ScheduledTaskName": f"{group['ScalingGroupName']}-{role}",
                    "ScalingGroupId": group["ScalingGroupId"],
                    "LaunchTime": launch,
                    "LaunchExpirationTime": 1800,
                    "MinValue": size,
                    "MaxValue": size,
                },
            )


def sizes(cloud: Cloud) -> set[tuple[int, int, int, int]]:
    """Min, max, active and total of every region's group, each combination once."""
    names = ("MinSize", "MaxSize", "ActiveCapacity", "TotalCapacity")
    groups = [group_of(cloud, region) for region in OPEN_REGION_IDS]
    return {
        (group[names[0]], group[names[1]], group[names[2]], group[names[3]]) for group in groups
    }


def test_a_whole_launch_without_anybody_watching() -> None:
    """Armed everywhere, the fleet starts and stops to the minute, and nothing else happens."""
    cloud = fleet_cloud()
    launch_everywhere(cloud, nodes=2)
    seen = []
    for hour, minute in ((8, 59), (9, 0), (9, 1), (17, 59), (18, 0), (18, 1)):
        cloud.clock.advance_to(datetime(2026, 11, 23, hour, minute, tzinfo=UTC))
        seen.append(sizes(cloud))
    assert seen == [
        {(0, 0, 0, 0)},
        {(2, 2, 0, 2)},
        {(2, 2, 2, 2)},
        {(2, 2, 2, 2)},
        {(0, 0, 0, 2)},
        {(0, 0, 0, 0)},
    ]


def test_idle_time_costs_nothing() -> None:
    """A fleet at rest plans no event at all, so that any leap of the clock is free."""
    cloud = fleet_cloud()
    assert cloud.clock.next_due is None
    launch_everywhere(cloud, nodes=2)
    cloud.clock.advance_to(START + timedelta(hours=12))
    assert cloud.clock.next_due is None
    cloud.clock.advance_to(START + timedelta(days=3650))
    assert sizes(cloud) == {(0, 0, 0, 0)}


def test_one_seed_one_history() -> None:
    """The same seed gives the same state to the last byte, another seed another one."""

    def run(seed: int) -> str:
        cloud = fleet_cloud(seed)
        launch_everywhere(cloud, nodes=2)
        cloud.clock.advance_to(START + timedelta(hours=2))
        return json.dumps(cloud.state())

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_what_happens_elsewhere_does_not_change_a_region() -> None:
    """A region's ids and boot times are its own, whatever other regions do."""

    def run(*, busy_neighbour: bool) -> object:
        cloud = Cloud(seed=2, start=START, regions=[REGION, "eu-west-1"])
        cloud.add_fleet_groups()
        if busy_neighbour:
            busy = {"ScalingGroupId": cloud.add_group("eu-west-1", "busy", None)}
            sizes = {"MinSize": 3, "MaxSize": 3}
            cloud.call("ess", "ModifyScalingGroup", "eu-west-1", {**busy, **sizes})
        group_id = group_of(cloud, REGION)["ScalingGroupId"]
        change = {"ScalingGroupId": group_id, "MinSize": 3, "MaxSize": 3}
        cloud.call("ess", "ModifyScalingGroup", REGION, change)
        cloud.clock.advance_to(START + timedelta(seconds=40))
        return cloud.state()["products"]["ess"][REGION]

    assert run(busy_neighbour=True) == run(busy_neighbour=False)


def test_faults_count_anew_when_replaced(ess: EssUser) -> None:
    """Replacing the faults, even by equal ones, makes used-up rules fresh."""
    document = {"rules": [{"fault": "dns", "times": 1}]}
    hits = []
    for _ in range(2):
        ess.cloud.set_faults(Faults.parse(document))
        hits += [ess.cloud.faults.match("ess", "Any", REGION) is not None for _ in range(2)]
    assert hits == [True, False, True, False]


def test_the_whole_catalogue_is_served_by_default() -> None:
    """A cloud without a list of regions has all public ones, the closing ones included."""
    assert Cloud(start=START).region_ids == tuple(BY_ID)
