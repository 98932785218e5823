"""Somebody who uses VPC in one region of a cloud, in the fewest words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults

REGION: Final = "eu-central-1"
ZONE: Final = "eu-central-1a"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

Json = dict[str, Any]


class VpcUser:
    """Calls VPC in REGION and waits on virtual time."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def call(self, action: str, **params: object) -> Json:
        """The answer to one call."""
        return self.cloud.call("vpc", action, REGION, params)

    def refusal(self, action: str, **params: object) -> tuple[str, int]:
        """Code and HTTP status of a call that must be refused, and must not change anything."""
        before = self.cloud.state()
        try:
            answer = self.call(action, **params)
        except ApiError as error:
            assert self.cloud.state() == before
            return error.code, error.http_status
        raise AssertionError(f"{action} was not refused but answered {answer}")

    def set_faults(self, **faults: object) -> None:
        """Replaces what is wrong with the cloud."""
        self.cloud.set_faults(Faults.parse(faults))

    def vary(self, **variants: object) -> None:
        """Chooses among the unverified facts."""
        self.set_faults(variants=variants)

    def wait(self, seconds: float = 10.0) -> None:
        """Lets so much virtual time pass, by default enough for anything to settle."""
        self.cloud.clock.advance_to(self.cloud.clock.now + timedelta(seconds=seconds))

    def state(self, kind: str) -> list[Json]:
        """Everything of one kind in the region."""
        shown: list[Json] = self.cloud.state()["products"]["vpc"].get(REGION, {}).get(kind, [])
        return shown

    def vpc(self, cidr: str = "10.20.0.0/16", **settings: object) -> str:
        """Creates a VPC and waits until it is Available; returns its id."""
        vpc_id = self.call("CreateVpc", CidrBlock=cidr, **settings)["VpcId"]
        self.wait()
        return str(vpc_id)

    def vswitch(self, vpc_id: str, cidr: str = "10.20.30.0/24", **settings: object) -> str:
        """Creates a vSwitch and waits until it is Available; returns its id."""
        params = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": cidr, **settings}
        vswitch_id = self.call("CreateVSwitch", **params)["VSwitchId"]
        self.wait()
        return str(vswitch_id)

    def gateway(self, vpc_id: str, **settings: object) -> str:
        """Creates an IPv4 gateway and waits until it is Created; returns its id."""
        gateway_id = self.call("CreateIpv4Gateway", VpcId=vpc_id, **settings)["Ipv4GatewayId"]
        self.wait()
        return str(gateway_id)

    def table(self, vpc_id: str) -> str:
        """The id of a VPC's system route table."""
        answer = self.call("DescribeRouteTableList", VpcId=vpc_id)
        return str(answer["RouterTableList"]["RouterTableListType"][0]["RouteTableId"])

    def route(self, vpc_id: str, gateway_id: str, destination: str = "0.0.0.0/0") -> str:
        """Creates a route to an IPv4 gateway and waits until it is Available; returns its id."""
        answer = self.call("CreateRouteEntry", **self.route_params(vpc_id, gateway_id, destination))
        self.wait()
        return str(answer["RouteEntryId"])

    def route_params(
        self, vpc_id: str, gateway_id: str, destination: str = "0.0.0.0/0"
    ) -> dict[str, object]:
        """What CreateRouteEntry needs for a route to an IPv4 gateway."""
        return {
            "RouteTableId": self.table(vpc_id),
            "DestinationCidrBlock": destination,
            "NextHopType": "Ipv4Gateway",
            "NextHopId": gateway_id,
        }

    def vpc_status(self, vpc_id: str) -> str:
        """The status of a VPC."""
        return str(self.call("DescribeVpcAttribute", VpcId=vpc_id)["Status"])

    def vswitch_status(self, vswitch_id: str) -> str:
        """The status of a vSwitch."""
        return str(self.call("DescribeVSwitchAttributes", VSwitchId=vswitch_id)["Status"])

    def gateway_status(self, gateway_id: str) -> tuple[str, bool]:
        """Status of an IPv4 gateway, and whether it is enabled."""
        shown = self.call("GetIpv4GatewayAttribute", Ipv4GatewayId=gateway_id)
        return shown["Status"], shown["Enabled"]

    def routes(self, vpc_id: str, **filters: object) -> list[tuple[str, str, str]]:
        """Type, destination and status of the entries in a VPC's route table."""
        answer = self.call("DescribeRouteEntryList", RouteTableId=self.table(vpc_id), **filters)
        return [
            (entry["Type"], entry["DestinationCidrBlock"], entry["Status"])
            for entry in answer["RouteEntrys"]["RouteEntry"]
        ]


def new_user() -> VpcUser:
    """A user of VPC in an empty account with two regions."""
    return VpcUser(Cloud(seed=1, start=START, regions=[REGION, "cn-hangzhou"]))
