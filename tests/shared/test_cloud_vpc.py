"""VPC through the session: a network's life, from the first request to the last."""

from __future__ import annotations

import pytest

from shared.cloud.session import CallFailedError, Session
from shared.cloud.stack_records import Gateway, Network, Route, VSwitch
from shared.cloud.vpc import Vpc
from shared.failure import Reaction
from tests.shared.conftest import REGION, PassTime, SetFaults

TAGS = {"p2p-fleet": "p2p-agent", "p2p-fleet-commit": "abc"}


@pytest.fixture
def vpc(session: Session) -> Vpc:
    """VPC as the session reaches it."""
    return Vpc(session)


@pytest.fixture
def gateway_id(vpc: Vpc, vpc_id: str, pass_time: PassTime) -> str:
    """The VPC's gateway, ready and enabled."""
    made = vpc.create_gateway(
        REGION, vpc_id=vpc_id, name="out", resource_group_id="", tags=TAGS, token="gateway"
    )
    pass_time(10)
    vpc.enable_gateway(REGION, made, "enable")
    pass_time(10)
    return made


def make_vswitch(vpc: Vpc, vpc_id: str, cidr_block: str = "10.20.30.0/26") -> str:
    """Create a vSwitch in the first zone."""
    return vpc.create_vswitch(
        REGION,
        vpc_id=vpc_id,
        zone="eu-central-1a",
        cidr_block=cidr_block,
        name="p2p-agent",
        tags=TAGS,
        token=f"vswitch {cidr_block}",
    )


def test_a_network_reads_back_as_it_was_made(vpc: Vpc, vpc_id: str) -> None:
    """Name, block and tags are those given; the resource group is the account's own."""
    (network,) = vpc.networks(REGION)

    assert network == Network(
        vpc_id, "p2p-agent", "Available", "10.20.30.0/24", TAGS, network.resource_group_id
    )


def test_the_same_token_makes_one_network(vpc: Vpc, vpc_id: str) -> None:
    """A creation that is repeated after its answer was lost answers with what was made."""
    again = vpc.create_network(
        REGION,
        name="p2p-agent",
        cidr_block="10.20.30.0/24",
        resource_group_id="",
        tags=TAGS,
        token="network",
    )

    assert (again, len(vpc.networks(REGION))) == (vpc_id, 1)


def test_networks_are_listed_over_all_pages(vpc: Vpc, set_faults: SetFaults) -> None:
    """A page holds 50 at most; an account may have more."""
    set_faults({"account": {"quotas": {"vpc:vpcs": 60}}})
    for number in range(55):
        vpc.create_network(
            REGION,
            name=f"n{number}",
            cidr_block="10.0.0.0/24",
            resource_group_id="",
            tags={},
            token=str(number),
        )

    assert {network.name for network in vpc.networks(REGION)} == {f"n{n}" for n in range(55)}


def test_a_vswitch_reads_back_as_it_was_made(vpc: Vpc, vpc_id: str, pass_time: PassTime) -> None:
    """It is pending first and then available, with zone, block and tags as given."""
    vswitch_id = make_vswitch(vpc, vpc_id)
    (pending,) = vpc.vswitches(REGION, vpc_id)
    pass_time(10)

    assert pending.status == "Pending"
    assert vpc.vswitches(REGION, vpc_id) == (
        VSwitch(
            vswitch_id,
            "p2p-agent",
            vpc_id,
            "eu-central-1a",
            "10.20.30.0/26",
            "Available",
            TAGS,
        ),
    )


def test_a_second_vswitch_must_wait_for_the_first(vpc: Vpc, vpc_id: str) -> None:
    """While one is pending another is refused, which passes by itself."""
    make_vswitch(vpc, vpc_id)

    with pytest.raises(CallFailedError) as caught:
        make_vswitch(vpc, vpc_id, "10.20.30.64/26")

    assert caught.value.failure.reaction is Reaction.TRANSIENT


def test_a_gateway_is_made_and_then_enabled(vpc: Vpc, vpc_id: str, gateway_id: str) -> None:
    """Two steps: a gateway that exists does nothing yet."""
    assert vpc.gateways(REGION, vpc_id) == (
        Gateway(gateway_id, "out", vpc_id, "Created", enabled=True, tags=TAGS),
    )


def test_a_route_leads_to_the_gateway(
    vpc: Vpc, vpc_id: str, gateway_id: str, pass_time: PassTime
) -> None:
    """The system table takes the default route; the routes of the system are not listed."""
    table_id = vpc.system_route_table(REGION, vpc_id)
    assert table_id is not None
    before = vpc.routes(REGION, table_id)
    vpc.create_route(
        REGION, table_id=table_id, destination="0.0.0.0/0", gateway_id=gateway_id, token="route"
    )
    pass_time(10)

    assert before == ()
    assert vpc.routes(REGION, table_id) == (
        Route("0.0.0.0/0", gateway_id, "Ipv4Gateway", "Available"),
    )


def test_everything_goes_again_and_twice_is_no_error(
    vpc: Vpc, vpc_id: str, gateway_id: str, pass_time: PassTime
) -> None:
    """Deleting what is gone already is as good as deleting it."""
    vswitch_id = make_vswitch(vpc, vpc_id)
    pass_time(10)
    table_id = vpc.system_route_table(REGION, vpc_id) or ""
    route = {"table_id": table_id, "destination": "0.0.0.0/0", "gateway_id": gateway_id}
    vpc.create_route(REGION, **route, token="route")
    pass_time(10)
    for attempt in ("first", "second"):
        vpc.delete_vswitch(REGION, vswitch_id)
        pass_time(10)
        vpc.delete_route(REGION, **route)
        pass_time(10)
        vpc.delete_gateway(REGION, gateway_id, attempt)
        pass_time(10)
    for _ in range(2):
        vpc.delete_network(REGION, vpc_id)
        pass_time(10)

    assert (vpc.networks(REGION), vpc.system_route_table(REGION, vpc_id)) == ((), None)


def test_a_network_with_something_in_it_stays(vpc: Vpc, vpc_id: str, pass_time: PassTime) -> None:
    """What depends on it is named as the reason, and passes once that is gone."""
    make_vswitch(vpc, vpc_id)
    pass_time(10)

    with pytest.raises(CallFailedError) as caught:
        vpc.delete_network(REGION, vpc_id)

    assert caught.value.failure.code == "DependencyViolation.VSwitch"
    assert caught.value.failure.reaction is Reaction.TRANSIENT


def test_tags_are_written_and_replaced(vpc: Vpc, vpc_id: str) -> None:
    """A key that is there gets its new value, others stay."""
    vpc.tag(REGION, "VPC", vpc_id, {"p2p-fleet-commit": "def", "more": ""})

    assert vpc.networks(REGION)[0].tags == {
        "p2p-fleet": "p2p-agent",
        "p2p-fleet-commit": "def",
        "more": "",
    }


def test_a_used_up_quota_says_what_to_do(vpc: Vpc, vpc_id: str, set_faults: SetFaults) -> None:
    """A person has to make room; the sentence says of what."""
    set_faults({"account": {"quotas": {"vpc:vpcs": 1}}})

    with pytest.raises(CallFailedError) as caught:
        vpc.create_network(
            REGION,
            name="n",
            cidr_block="10.0.0.0/24",
            resource_group_id="",
            tags={},
            token="another",
        )

    failure = caught.value.failure
    assert (failure.code, failure.reaction) == ("QuotaExceeded.Vpc", Reaction.HUMAN)
    assert failure.message.startswith("The region's VPCs are used up.")
    assert vpc_id in {network.vpc_id for network in vpc.networks(REGION)}


def test_a_denied_call_names_the_permission_that_is_missing(
    vpc: Vpc, set_faults: SetFaults
) -> None:
    """The remedy can be copied into a policy."""
    set_faults({"account": {"denied_actions": ["vpc:DescribeVpcs"]}})

    with pytest.raises(CallFailedError) as caught:
        vpc.networks(REGION)

    assert caught.value.failure.remedy == (
        "Grant vpc:DescribeVpcs to the identity whose access key is used, then try again."
    )


def test_hangzhou_is_reached_under_its_own_name(session: Session) -> None:
    """The one region whose VPC host follows no rule."""
    assert Vpc(session).networks("cn-hangzhou") == ()
