"""RunInstances as a dry run, and what an instance costs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ecs_user import EcsUser, Json

READY = ("DryRunOperation", 400)
NEWEST = "ubuntu_24_04_x64_20G_alibase_20260916.vhd"


def dry_run(ecs: EcsUser, **params: object) -> tuple[str, int]:
    """What a dry run of the set-up's template answers, with some things said otherwise."""
    usual = {
        "DryRun": True,
        "LaunchTemplateId": ecs.there.template_id,
        "VSwitchId": ecs.there.vswitch_ids[0],
    }
    asked = {name: value for name, value in {**usual, **params}.items() if value is not None}
    return ecs.refusal("RunInstances", **asked)


def test_a_dry_run_says_when_all_is_well(ecs: EcsUser) -> None:
    """By template id, by its name, by a version, or with everything in the call itself."""
    assert dry_run(ecs) == READY
    assert dry_run(ecs, LaunchTemplateId=None, LaunchTemplateName="p2p") == READY
    assert dry_run(ecs, LaunchTemplateVersion=1, Amount=20, MinAmount=20) == READY
    own = {
        "LaunchTemplateId": None,
        "ImageFamily": "acs:ubuntu_24_04_arm64",
        "InstanceType": "ecs.g8y.large",
        "VSwitchId": ecs.there.vswitch_ids[1],
        "SecurityGroupId": ecs.there.security_group_id,
        "SystemDisk": {"Category": "cloud_auto", "Size": "20"},
    }
    assert dry_run(ecs, **own) == READY


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"LaunchTemplateId": "lt-unknown"}, ("InvalidLaunchTemplate.NotFound", 404)),
        ({"LaunchTemplateVersion": 9}, ("InvalidLaunchTemplateVersion.NotFound", 404)),
        ({"LaunchTemplateId": None}, ("MissingParameter", 400)),
        ({"ImageId": "beos.vhd"}, ("InvalidImageId.NotFound", 404)),
        (
            {"ImageId": "ubuntu_24_04_x64_20G_alibase_20251128.vhd"},
            ("OperationDenied.ImageNotValid", 403),
        ),
        (
            {"ImageFamily": "acs:ubuntu_24_04_x64"},
            ("UnexpectedImageFamily.ImageIdSupplied", 400),
        ),
        (
            {"LaunchTemplateId": None, "ImageFamily": "acs:beos"},
            ("InvalidImageFamily.MissingAvailableImage", 403),
        ),
        (
            {"LaunchTemplateId": None, "ImageId": NEWEST},
            ("MissingParameter", 400),
        ),
        ({"InstanceType": "ecs.none"}, ("InvalidInstanceType.ValueNotSupported", 400)),
        ({"InstanceType": "ecs.g8y.large"}, ("ImageNotSupportInstanceType", 403)),
        ({"VSwitchId": None}, ("MissingParameter", 400)),
        ({"VSwitchId": "vsw-unknown"}, ("InvalidVSwitchId.NotFound", 404)),
        ({"ZoneId": "eu-central-1c"}, ("InvalidParameter.VSwitchId", 400)),
        ({"SecurityGroupIds": ["sg-unknown"]}, ("InvalidSecurityGroupId.NotFound", 404)),
        ({"RamRoleName": "nobody"}, ("InvalidRamRole.NotFound", 404)),
        ({"UserData": "?"}, ("InvalidUserData.Base64FormatInvalid", 400)),
        (
            {"SystemDisk": {"Category": "floppy"}},
            ("InvalidSystemDiskCategory.ValueNotSupported", 400),
        ),
        (
            {"SystemDisk": {"Category": "cloud_essd", "Size": "10"}},
            ("InvalidSystemDiskSize.LessThanImageSize", 404),
        ),
        (
            {"SystemDisk": {"Category": "cloud_efficiency"}},
            ("InvalidInstanceType.NotSupportDiskCategory", 403),
        ),
        ({"Amount": 2, "MinAmount": 3}, ("InvalidParameter", 400)),
    ],
)
def test_a_dry_run_says_what_is_wrong(ecs: EcsUser, params: Json, refusal: tuple[str, int]) -> None:
    """What is missing, unknown, or does not go together has its documented code."""
    assert dry_run(ecs, **params) == refusal


def test_a_zone_that_does_not_sell_the_type_is_refused(ecs: EcsUser) -> None:
    """ARM types are sold in Frankfurt's zone b only."""
    arm = {
        "LaunchTemplateId": None,
        "ImageFamily": "acs:ubuntu_24_04_arm64",
        "InstanceType": "ecs.g8y.large",
        "SecurityGroupId": ecs.there.security_group_id,
    }
    assert dry_run(ecs, **arm) == ("InvalidInstanceType.ZoneNotSupported", 403)


@pytest.mark.parametrize(
    ("faults", "refusal"),
    [
        ({"stock": [{"zone": "*-1a"}]}, ("OperationDenied.NoStock", 403)),
        ({"account": {"risk_control": True}}, ("Forbidden.RiskControl", 403)),
        (
            {"account": {"unauthorized_types": ["ecs.e-*"]}},
            ("InvalidInstanceType.ValueUnauthorized", 400),
        ),
        ({"account": {"quotas": {"ecs:instances": 0}}}, ("QuotaExceed.ElasticQuota", 403)),
        ({"account": {"quotas": {"ecs:vcpus": 1}}}, ("QuotaExceed.ElasticQuota", 403)),
        ({"account": {"images_missing_in": ["*"]}}, ("InvalidImageId.NotFound", 404)),
        ({"account": {"real_name_verified": False}}, READY),
        ({"account": {"denied_actions": ["ecs:RunInstances"]}}, ("Forbidden.Unauthorized", 403)),
    ],
)
def test_a_dry_run_sees_what_is_wrong_with_the_account(
    ecs: EcsUser, faults: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Stock, quota, permissions and risk control: what an activity would stumble on."""
    ecs.set_faults(**faults)
    assert dry_run(ecs) == refusal


def test_mainland_china_asks_for_a_real_name(ecs: EcsUser) -> None:
    """The same account that may launch in Frankfurt may not in Hangzhou."""
    there = ecs.cloud.add_surroundings("cn-hangzhou", "p2p", None)
    ecs.set_faults(account={"real_name_verified": False})
    params = {
        "DryRun": True,
        "LaunchTemplateId": there.template_id,
        "VSwitchId": there.vswitch_ids[0],
    }
    with pytest.raises(Exception, match="RealNameAuthenticationError"):
        ecs.cloud.call("ecs", "RunInstances", "cn-hangzhou", params)


def test_networks_must_fit_together(ecs: EcsUser) -> None:
    """A vSwitch that is not ready, and a security group of another VPC."""
    vpc_id = ecs.cloud.call("vpc", "CreateVpc", "eu-central-1", {})["VpcId"]
    ecs.wait(10)
    subnet = {"VpcId": vpc_id, "ZoneId": "eu-central-1a", "CidrBlock": "172.16.1.0/24"}
    new = ecs.cloud.call("vpc", "CreateVSwitch", "eu-central-1", subnet)
    assert dry_run(ecs, **new) == ("IncorrectVSwitchStatus", 400)
    ecs.wait(10)
    assert dry_run(ecs, **new) == ("InvalidParameter.Mismatch", 400)


def test_instances_in_use_count_against_the_quota(ecs: EcsUser) -> None:
    """Three of four are there: one more is all right, two are not."""
    ecs.set_faults(account={"quotas": {"ecs:instances": 4}})
    ecs.launch(3)
    assert dry_run(ecs, Amount=1) == READY
    assert dry_run(ecs, Amount=2) == ("QuotaExceed.ElasticQuota", 403)


def test_nothing_is_launched_for_real(ecs: EcsUser) -> None:
    """Without DryRun the call is refused like one that lacks the permission."""
    assert dry_run(ecs, DryRun=None) == ("Forbidden.Unauthorized", 403)


# --- prices -----------------------------------------------------------------------------------


def price(ecs: EcsUser, **params: object) -> tuple[float, dict[str, float]]:
    """The price of an instance in USD, and of each of its parts."""
    asked = {"ResourceType": "instance", "InstanceType": "ecs.e-c1m1.large", **params}
    shown = ecs.call("DescribePrice", **asked)["PriceInfo"]["Price"]
    assert shown["Currency"] == "USD"
    details = shown["DetailInfos"]["DetailInfo"]
    return shown["TradePrice"], {one["Resource"]: one["TradePrice"] for one in details}


def test_the_three_known_prices(ecs: EcsUser) -> None:
    """What users paid for the usual node: by the hour, and for bandwidth by the month."""
    node = {
        "SystemDisk": {"Category": "cloud_essd_entry", "Size": 20},
        "InternetChargeType": "PayByBandwidth",
        "InternetMaxBandwidthOut": 5,
    }
    total, parts = price(ecs, **node)
    assert parts == {"instanceType": 0.0199, "systemDisk": 0.00212, "bandwidth": 0.023611}
    assert total == pytest.approx(sum(parts.values()), abs=1e-6)
    assert price(ecs, **node, PriceUnit="Month")[1]["bandwidth"] == 17
    assert price(ecs, **node, Amount=10)[1]["instanceType"] == 0.199


def test_other_prices_follow(ecs: EcsUser) -> None:
    """Twice the vCPUs, twice the price; paid by traffic, bandwidth itself costs nothing."""
    assert price(ecs, InstanceType="ecs.g7.xlarge")[1]["instanceType"] == 0.0398
    traffic = {"InternetChargeType": "PayByTraffic", "InternetMaxBandwidthOut": 100}
    assert price(ecs, **traffic)[1]["bandwidth"] == 0
    assert price(ecs, Period=2, PriceUnit="Year")[1]["instanceType"] == pytest.approx(343.872)


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"InstanceType": ""}, ("InvalidInstanceType.Missing", 404)),
        ({"InstanceType": "ecs.none"}, ("InvalidInstanceType.ValueNotSupported", 400)),
        (
            {"InstanceType": "ecs.t6-c1m1.large", "ZoneId": "eu-central-1b"},
            ("PriceNotFound", 400),
        ),
        ({"PriceUnit": "Fortnight"}, ("InvalidPriceUnit.ValueNotSupported", 400)),
        ({"Amount": 0}, ("InvalidAmount.Malformed", 403)),
        (
            {"SystemDisk": {"Category": "floppy"}},
            ("InvalidSystemDiskCategory.ValueNotSupported", 400),
        ),
        ({"SystemDisk": {"Size": 1}}, ("InvalidSystemDiskSize.LessThanImageSize", 400)),
        ({"InternetChargeType": "Free"}, ("InvalidInternetChargeType.ValueNotSupported", 400)),
        (
            {"InternetMaxBandwidthOut": 101},
            ("InvalidInternetMaxBandwidthOut.ValueNotSupported", 400),
        ),
        ({"ResourceType": "disk"}, ("Sandbox.NotModelled", 501)),
    ],
)
def test_wrong_questions_about_prices_are_refused(
    ecs: EcsUser, params: Json, refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code."""
    asked = {"InstanceType": "ecs.e-c1m1.large", **params}
    assert ecs.refusal("DescribePrice", **asked) == refusal
