"""Answers are read tolerantly where a field is not used, and never guessed at where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from shared.cloud.answers import tags_at
from shared.cloud.ecs import Ecs
from shared.cloud.launch_template import template_params
from shared.cloud.ram import Ram
from shared.cloud.session import CallFailedError
from shared.cloud.stack_records import AccountLimits, Network, SecurityRule, TemplateSpec
from shared.cloud.vpc import Vpc
from shared.failure import Failure, Reaction
from tests.shared.recording import RecordingSession, refusal

REGION: Final = "eu-central-1"


def vpc_item(number: int = 1, **changes: object) -> dict[str, object]:
    """A VPC as it is answered, with fields that nobody reads."""
    return {
        "VpcId": f"vpc-{number}",
        "VpcName": "n",
        "Status": "Available",
        "CidrBlock": "10.0.0.0/24",
        "ResourceGroupId": "rg-1",
        "Tags": {"Tag": [{"Key": "k", "Value": "v"}]},
        "IsDefault": False,
        **changes,
    }


def vpcs(*items: object, total: object = None) -> dict[str, object]:
    """A page of VPCs."""
    return {"Vpcs": {"Vpc": list(items)}, "TotalCount": len(items) if total is None else total}


def networks(*pages: Any) -> tuple[Network, ...]:  # noqa: ANN401 (answers of all shapes)
    """What is read from these pages."""
    return Vpc(RecordingSession({"DescribeVpcs": list(pages)})).networks(REGION)


def test_a_field_that_nobody_reads_may_become_anything() -> None:
    """An answer that changes elsewhere does no harm."""
    changed = vpc_item(IsDefault="perhaps", NatGatewayIds=7, Novelty={})

    assert networks(vpcs(changed)) == networks(vpcs(vpc_item()))


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ({}, "KeyError: 'Vpcs'"),
        ({"Vpcs": []}, "TypeError: list indices must be integers or slices, not str"),
        ({"Vpcs": {"Vpc": None}}, "TypeError: Vpcs.Vpc is not a list of objects"),
        ({"Vpcs": {"Vpc": ["vpc-1"]}}, "TypeError: Vpcs.Vpc is not a list of objects"),
        (vpcs(total="1"), "TypeError: TotalCount is not a number"),
        (vpcs(vpc_item(Status=None)), "TypeError: Status is not a text"),
        (vpcs(vpc_item(VpcName=7)), "TypeError: VpcName is not a text"),
        (vpcs(vpc_item(Tags={"Tag": {}})), "TypeError: Tag is not a list of objects"),
        (vpcs(vpc_item(Tags=["k"])), "AttributeError: 'list' object has no attribute 'get'"),
    ],
)
def test_a_field_that_is_read_must_be_what_it_should_be(answer: object, what: str) -> None:
    """Else the region is unknown, with the reason; nothing is assumed in its place."""
    with pytest.raises(CallFailedError) as caught:
        networks(answer)

    assert caught.value.failure == Failure(
        "AnswerUnexpected",
        f"DescribeVpcs of eu-central-1 answered in a shape that we do not understand: {what}.",
        Reaction.BUG,
        "The region is left as it is; report this, the API may have changed.",
    )


def test_what_the_service_leaves_out_is_empty() -> None:
    """No name, no tags, no resource group: all of them are optional."""
    bare = {"VpcId": "vpc-1", "Status": "Pending", "CidrBlock": "10.0.0.0/24"}

    assert networks(vpcs(bare)) == (Network("vpc-1", "", "Pending", "10.0.0.0/24", {}, ""),)


def test_counted_pages_are_read_until_all_have_come() -> None:
    """The total decides, not the length of a page."""
    pages = [vpcs(vpc_item(1), vpc_item(2), total=3), vpcs(vpc_item(3), total=3)]

    assert [one.vpc_id for one in networks(*pages)] == ["vpc-1", "vpc-2", "vpc-3"]


def test_fewer_items_than_promised_are_not_all_there_is() -> None:
    """A network that is overlooked would be made a second time."""
    with pytest.raises(CallFailedError, match="1 of 2 items came"):
        networks(vpcs(vpc_item(), total=2), vpcs(total=2))


def test_chained_pages_are_read_until_no_token_comes() -> None:
    """An empty token and a missing one both end the chain."""
    pages = [
        {"Instances": {"Instance": [instance(1)]}, "NextToken": "a"},
        {"Instances": {"Instance": [instance(2)]}, "NextToken": "b"},
        {"Instances": {"Instance": [instance(3)]}, "NextToken": ""},
    ]
    session = RecordingSession({"DescribeInstances": pages})

    found = Ecs(session).instances(REGION, "vpc-1")

    assert [one.instance_id for one in found] == ["i-1", "i-2", "i-3"]
    assert [call.params.get("NextToken") for call in session.sent] == [None, "a", "b"]


def test_a_chain_that_bites_its_tail_is_given_up() -> None:
    """The pages would never end."""
    page = {"Instances": {"Instance": []}, "NextToken": "a"}

    with pytest.raises(CallFailedError, match="NextToken came twice"):
        Ecs(RecordingSession({"DescribeInstances": page})).instances(REGION, "vpc-1")


def instance(number: int) -> dict[str, object]:
    """An instance as it is answered."""
    return {
        "InstanceId": f"i-{number}",
        "Status": "Running",
        "VpcAttributes": {"VpcId": "vpc-1"},
    }


@pytest.mark.parametrize(
    "tags",
    [
        [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}],
        [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": ""}],
        [{"Key": "a", "Value": "1"}, {"Key": "b"}],
        [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": None}],
    ],
)
def test_tags_are_the_same_however_a_product_calls_their_parts(tags: list[object]) -> None:
    """Some say Key and Value, some TagKey and TagValue; an empty value may be left out."""
    assert tags_at({"Tags": tags}, "Tags") == {"a": "1", "b": ""}


def zone(zone_status: tuple[str, str], type_status: tuple[str, str]) -> dict[str, object]:
    """A zone of DescribeAvailableResource with one instance type."""
    return {
        "ZoneId": "eu-central-1a",
        "Status": zone_status[0],
        "StatusCategory": zone_status[1],
        "AvailableResources": {
            "AvailableResource": [
                {
                    "Type": "InstanceType",
                    "SupportedResources": {
                        "SupportedResource": [
                            {
                                "Value": "ecs.e-c1m1.large",
                                "Status": type_status[0],
                                "StatusCategory": type_status[1],
                            }
                        ]
                    },
                }
            ]
        },
    }


@pytest.mark.parametrize(
    ("zone_status", "type_status", "counts"),
    [
        (("Available", "WithStock"), ("Available", "WithStock"), True),
        (("Available", "ClosedWithStock"), ("Available", "ClosedWithStock"), True),
        (("Available", "WithStock"), ("SoldOut", "WithoutStock"), False),
        (("Available", "WithStock"), ("Available", "WithoutStock"), False),
        (("Available", "WithStock"), ("Available", "ClosedWithoutStock"), False),
        (("SoldOut", "WithoutStock"), ("Available", "WithStock"), False),
    ],
)
def test_a_zone_counts_only_if_it_and_the_type_in_it_have_stock(
    zone_status: tuple[str, str], type_status: tuple[str, str], counts: object
) -> None:
    """Either may be sold out without the other saying so."""
    answer = {"AvailableZones": {"AvailableZone": [zone(zone_status, type_status)]}}
    ecs = Ecs(RecordingSession({"DescribeAvailableResource": answer}))

    found = ecs.zones_with_stock(REGION, "ecs.e-c1m1.large", "cloud_essd")

    assert found == (("eu-central-1a",) if counts else ())


def test_no_zones_at_all_is_no_stock() -> None:
    """Where nothing matches, the whole list may be missing."""
    ecs = Ecs(RecordingSession({"DescribeAvailableResource": {"RequestId": "0A"}}))

    assert ecs.zones_with_stock(REGION, "ecs.e-c1m1.large", "cloud_essd") == ()


def test_rules_are_read_as_we_write_them_and_others_are_left_out() -> None:
    """Letters in upper case and a lone address are the same rule; what denies is none of ours."""
    rule = {
        "Direction": "ingress",
        "IpProtocol": "TCP",
        "PortRange": "22/22",
        "SourceCidrIp": "198.51.100.7",
        "Policy": "Accept",
        "Description": "p2p-fleet",
    }
    others = [
        {**rule, "Policy": "Drop"},
        {**rule, "SourceCidrIp": "", "SourceGroupId": "sg-2"},
        {**rule, "SourceCidrIp": "", "SourcePrefixListId": "pl-1"},
    ]
    answer = {"Permissions": {"Permission": [rule, *others]}}
    ecs = Ecs(RecordingSession({"DescribeSecurityGroupAttribute": answer}))

    assert ecs.security_rules(REGION, "sg-1") == (
        SecurityRule("ingress", "tcp", "22/22", "198.51.100.7/32", "p2p-fleet"),
    )


def spec_of(data: dict[str, object]) -> TemplateSpec:
    """What is read from a version's data."""
    version = {"VersionNumber": 1, "DefaultVersion": True, "LaunchTemplateData": data}
    answer = {
        "LaunchTemplateVersionSets": {"LaunchTemplateVersionSet": [version]},
        "TotalCount": 1,
    }
    ecs = Ecs(RecordingSession({"DescribeLaunchTemplateVersions": answer}))
    (found,) = ecs.template_versions(REGION, "lt-1")
    return found.spec


OURS: Final = TemplateSpec(
    image_id="m-1",
    instance_type="ecs.e-c1m1.large",
    security_group_id="sg-1",
    disk_category="cloud_essd",
    disk_size_gb=20,
    bandwidth_in_mbps=5,
    bandwidth_out_mbps=5,
    internet_charge_type="PayByBandwidth",
    role_name="",
    resource_group_id="",
    user_data="",
    tags=(),
)


def test_a_version_that_says_nothing_is_read_all_the_same() -> None:
    """A person may have made it in the console."""
    assert spec_of({}) == TemplateSpec("", "", "", "", 0, 0, 0, "", "", "", "", (), hardened=False)


def test_a_security_group_may_be_answered_as_a_list_of_one() -> None:
    """It is the same group."""
    spec = spec_of({"SecurityGroupIds": {"SecurityGroupId": ["sg-1"]}})

    assert spec.security_group_id == "sg-1"


def test_a_version_without_hardening_never_equals_one_of_ours() -> None:
    """So a version that somebody weakened is replaced by a new one."""
    hardened = spec_of({"HttpEndpoint": "enabled", "HttpTokens": "required"})
    weakened = spec_of({"HttpEndpoint": "enabled", "HttpTokens": "optional"})

    assert (hardened.hardened, hardened == weakened) == (True, False)
    with pytest.raises(ValueError, match="always hardens"):
        template_params(weakened)


def test_tags_of_a_template_are_a_set() -> None:
    """ECS answers them in an order of its own, which is no reason for a new version."""
    tags = [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]

    assert spec_of({"Tags": {"InstanceTag": tags}}).tags == (("a", "1"), ("b", "2"))


@pytest.mark.parametrize(
    ("said", "verified"),
    [("yes", True), ("unnecessary", True), ("none", False), ("maybe", None)],
)
def test_limits_that_are_not_told_are_none(said: str, verified: object) -> None:
    """An account attribute that is missing or new is unknown, not zero."""
    attribute = {
        "AttributeName": "real-name-authentication",
        "AttributeValues": {"ValueItem": [{"Value": said}]},
    }
    empty = {"AttributeName": "max-security-groups", "AttributeValues": {"ValueItem": []}}
    answer = {"AccountAttributeItems": {"AccountAttributeItem": [attribute, empty]}}
    ecs = Ecs(RecordingSession({"DescribeAccountAttributes": answer}))

    assert ecs.account_limits(REGION) == AccountLimits(None, None, None, verified)  # type: ignore[arg-type]


def dry_run(session: RecordingSession) -> Failure | None:
    """Try an instance."""
    return Ecs(session).would_run(
        REGION, template_id="lt-1", version=1, vswitch_id="vsw-1", instance_type="t"
    )


def test_a_dry_run_that_ran_is_alarming() -> None:
    """An instance may have been made that nobody asked for."""
    with pytest.raises(CallFailedError, match="did not say what it would do"):
        dry_run(RecordingSession({"RunInstances": {"InstanceIdSets": {}}}))


def test_passing_trouble_says_nothing_about_whether_it_would_run() -> None:
    """Only what a person or another offer can mend is an answer."""
    with pytest.raises(CallFailedError, match="ServiceUnavailable"):
        dry_run(
            RecordingSession({"RunInstances": refusal("ServiceUnavailable", Reaction.TRANSIENT)})
        )


def test_a_price_in_another_currency_is_no_price_in_dollars() -> None:
    """Accounts of the China site pay in CNY; nothing is converted."""
    answer = {"PriceInfo": {"Price": {"TradePrice": 0.18, "Currency": "CNY"}}}
    ecs = Ecs(RecordingSession({"DescribePrice": answer}))

    assert ecs.price_usd_per_hour(REGION, OURS) is None


LOOK_UPS: Final[list[tuple[str, Callable[[Ram], object]]]] = [
    ("GetRole", lambda ram: ram.role("n")),
    ("GetPolicy", lambda ram: ram.policy("n")),
]


@pytest.mark.parametrize(("action", "look_up"), LOOK_UPS)
def test_a_look_up_that_is_refused_is_not_an_absence(
    action: str, look_up: Callable[[Ram], object]
) -> None:
    """Else what exists would be made again."""
    with pytest.raises(CallFailedError, match="NoPermission"):
        look_up(Ram(RecordingSession({action: refusal("NoPermission")})))
