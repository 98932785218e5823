"""Security groups and their rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.domain.ecs_user import EcsUser, Json

P2P = {"IpProtocol": "tcp", "PortRange": "1024/65535", "SourceCidrIp": "0.0.0.0/0"}
SSH = {"IpProtocol": "TCP", "PortRange": "22/22", "SourceCidrIp": "192.0.2.7"}


def test_a_group_is_there_at_once(ecs: EcsUser) -> None:
    """Without rules, in its VPC, with what it was given."""
    resource_group = ecs.add_resource_group("fleet")
    group_id = ecs.add_security_group(
        SecurityGroupName="p2p-agent",
        Description="Peers",
        ResourceGroupId=resource_group,
        Tag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}, {"key": "old", "value": "style"}],
    )
    answer = ecs.call("DescribeSecurityGroups", SecurityGroupId=group_id)
    (group,) = answer.pop("SecurityGroups")["SecurityGroup"]
    assert answer == {"RegionId": "eu-central-1", "PageNumber": 1, "PageSize": 10, "TotalCount": 1}
    assert group == {
        "SecurityGroupId": group_id,
        "SecurityGroupName": "p2p-agent",
        "SecurityGroupType": "normal",
        "Description": "Peers",
        "VpcId": ecs.there.vpc_id,
        "CreationTime": "2026-11-23T08:00:10Z",
        "EcsCount": 0,
        "AvailableInstanceAmount": 1000,
        "RuleCount": 0,
        "GroupToGroupRuleCount": 0,
        "ResourceGroupId": resource_group,
        "ServiceManaged": False,
        "Tags": {
            "Tag": [
                {"TagKey": "p2p-fleet", "TagValue": "p2p-agent"},
                {"TagKey": "old", "TagValue": "style"},
            ]
        },
    }


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"VpcId": "vpc-unknown"}, ("InvalidVpcId.NotFound", 404)),
        ({"VpcId": ""}, ("InvalidVpcId.NotFound", 403)),
        ({"SecurityGroupName": "1st"}, ("InvalidSecurityGroupName.Malformed", 400)),
        ({"SecurityGroupName": "http://x"}, ("InvalidSecurityGroupName.Malformed", 400)),
        ({"Description": "x"}, ("InvalidDescription.Malformed", 400)),
        ({"SecurityGroupType": "gated"}, ("InvalidParams.GroupType", 400)),
        ({"ResourceGroupId": "rg-unknown"}, ("InvalidResourceGroup.NotFound", 404)),
        ({"Tag": [{"Key": "acs:mine"}]}, ("InvalidTagKey.Malformed", 400)),
        ({"Tag": [{"Key": "http://k"}]}, ("InvalidTagKey.Malformed", 400)),
        ({"Tag": [{"Key": "k", "Value": "v" * 129}]}, ("InvalidTagValue.Malformed", 400)),
        ({"Tag": [{"Key": "k"}, {"Key": "k"}]}, ("Duplicate.TagKey", 400)),
        ({"Tag": [{"Key": f"k{n}"} for n in range(21)]}, ("QuotaExceed.Tags", 403)),
    ],
)
def test_wrong_groups_are_refused(
    ecs: EcsUser, settings: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code, and nothing is created."""
    params = {"VpcId": ecs.there.vpc_id, **settings}
    assert ecs.refusal("CreateSecurityGroup", **params) == refusal


def test_a_client_token_makes_creation_repeatable(ecs: EcsUser) -> None:
    """The same request gets the same id, another one with the same token is refused."""
    first = ecs.add_security_group(ClientToken="token")
    assert ecs.add_security_group(ClientToken="token") == first
    assert ecs.add_security_group() != first
    other = {"VpcId": ecs.there.vpc_id, "ClientToken": "token", "Description": "Other"}
    assert ecs.refusal("CreateSecurityGroup", **other) == ("IdempotentParameterMismatch", 400)


def test_the_quota_of_groups(ecs: EcsUser) -> None:
    """A region holds so many groups and no more; the set-up has made one."""
    ecs.set_faults(account={"quotas": {"ecs:security_groups": 2}})
    ecs.add_security_group()
    refusal = ecs.refusal("CreateSecurityGroup", VpcId=ecs.there.vpc_id)
    assert refusal == ("QuotaExceed.SecurityGroup", 403)


def test_groups_are_found_by_what_they_are(ecs: EcsUser) -> None:
    """By id, ids, name, type, VPC and tag; unknown ids are dropped silently."""
    kept = ecs.there.security_group_id
    mine = ecs.add_security_group(
        SecurityGroupName="mine", SecurityGroupType="enterprise", Tag=[{"Key": "k", "Value": "v"}]
    )

    def found(**filters: object) -> list[str]:
        answer = ecs.call("DescribeSecurityGroups", **filters)
        return [one["SecurityGroupId"] for one in answer["SecurityGroups"]["SecurityGroup"]]

    assert found() == [kept, mine]
    assert found(SecurityGroupIds=f'["{mine}", "sg-unknown"]') == [mine]
    assert found(SecurityGroupName="mine") == [mine]
    assert found(SecurityGroupType="normal") == [kept]
    assert found(VpcId=ecs.there.vpc_id) == [kept, mine]
    assert found(VpcId="vpc-unknown") == []
    assert found(NetworkType="classic") == []
    assert found(ServiceManaged=True) == []
    assert found(ResourceGroupId="rg-unknown") == []
    assert found(Tag=[{"Key": "k"}]) == [mine]
    assert found(Tag=[{"Key": "k", "Value": "w"}]) == []
    for wrong, code in (
        ({"SecurityGroupIds": "sg-1"}, "InvalidSecurityGroupId.Malformed"),
        ({"SecurityGroupType": "gated"}, "InvalidParameter.SecurityGroupType"),
        ({"DryRun": True}, "DryRunOperation"),
    ):
        assert ecs.refusal("DescribeSecurityGroups", **wrong) == (code, 400)


def test_groups_come_in_pages_of_either_kind(ecs: EcsUser) -> None:
    """By number, or by token for who asks with MaxResults."""
    ids = [ecs.there.security_group_id, *(ecs.add_security_group() for _ in range(4))]
    seen: list[str] = []
    token: Json = {}
    for _ in range(3):
        answer = ecs.call("DescribeSecurityGroups", MaxResults=2, **token)
        seen += [one["SecurityGroupId"] for one in answer["SecurityGroups"]["SecurityGroup"]]
        token = {"NextToken": answer.get("NextToken")}
    assert (seen, token) == (ids, {"NextToken": None})
    answer = ecs.call("DescribeSecurityGroups", PageNumber=3, PageSize=2)
    last = [one["SecurityGroupId"] for one in answer["SecurityGroups"]["SecurityGroup"]]
    assert (last, answer["TotalCount"]) == (ids[4:], 5)


def test_rules_are_added_once(ecs: EcsUser) -> None:
    """What is there already is passed over in silence, however it is written."""
    group_id = ecs.add_security_group()
    target = {"SecurityGroupId": group_id}
    ecs.call("AuthorizeSecurityGroup", **target, Permissions=[P2P])
    shouted = {**P2P, "IpProtocol": "TCP", "Policy": "ACCEPT", "Priority": "1"}
    ecs.call("AuthorizeSecurityGroup", **target, Permissions=[shouted, SSH])
    ecs.call("AuthorizeSecurityGroup", **target, **SSH)
    ecs.call(
        "AuthorizeSecurityGroupEgress",
        **target,
        IpProtocol="all",
        PortRange="-1/-1",
        DestCidrIp="0.0.0.0/0",
        Policy="drop",
        Priority="100",
        Description="Nothing leaves",
    )
    said = {"IpProtocol": "TCP", "Policy": "Accept", "Priority": "1", "Direction": "ingress"}
    egress = {
        "IpProtocol": "ALL",
        "Policy": "Drop",
        "Priority": "100",
        "Direction": "egress",
        "PortRange": "-1/-1",
        "DestCidrIp": "0.0.0.0/0",
        "Description": "Nothing leaves",
    }
    ingress = [
        {**said, "PortRange": "1024/65535", "SourceCidrIp": "0.0.0.0/0"},
        {**said, "PortRange": "22/22", "SourceCidrIp": "192.0.2.7"},
    ]
    assert ecs.rules(group_id) == [*ingress, egress]
    assert ecs.rules(group_id, Direction="ingress") == ingress
    assert ecs.rules(group_id, Direction="egress") == [egress]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"IpProtocol": "carrier-pigeon"}, ("InvalidIpProtocol.ValueNotSupported", 400)),
        ({"PortRange": None}, ("InvalidPortRange.Malformed", 400)),
        ({"PortRange": "22"}, ("InvalidParam.PortRange", 400)),
        ({"PortRange": "23/22"}, ("InvalidParam.PortRange", 400)),
        ({"PortRange": "1/65536"}, ("InvalidParam.PortRange", 400)),
        ({"IpProtocol": "ICMP"}, ("OperationDenied", 400)),
        ({"Policy": "perhaps"}, ("InvalidPolicy.Malformed", 400)),
        ({"Priority": "high"}, ("InvalidPriority.Malformed", 400)),
        ({"Priority": "101"}, ("InvalidPriority.ValueNotSupported", 400)),
        ({"NicType": "token-ring"}, ("InvalidNicType.ValueNotSupported", 400)),
        ({"SourceCidrIp": None}, ("MissingParameter.Source", 400)),
        ({"SourceCidrIp": "anywhere"}, ("InvalidSourceCidrIp.Malformed", 400)),
        ({"SourceCidrIp": "::/0"}, ("InvalidSourceCidrIp.Malformed", 400)),
        ({"DestCidrIp": "10.0.0.0/40"}, ("InvalidDestCidrIp.Malformed", 400)),
        ({"Ipv6SourceCidrIp": "10.0.0.0/8"}, ("InvalidParam.Ipv6SourceCidrIp", 400)),
        ({"Ipv6DestCidrIp": "::/0"}, ("InvalidParameter.Conflict", 400)),
        ({"SourceGroupId": "sg-unknown"}, ("InvalidSourceGroupId.NotFound", 404)),
        ({"SourcePrefixListId": "pl-1"}, ("InvalidPrefixListId.NotFound", 404)),
        ({"PortRangeListId": "prl-1"}, ("InvalidPortRangeListId.NotFound", 400)),
        ({"Description": "d" * 513}, ("InvalidSecurityGroupDiscription.Malformed", 400)),
    ],
)
def test_wrong_rules_are_refused(
    ecs: EcsUser, change: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code, and no rule of the request is added."""
    wrong = {name: value for name, value in {**SSH, **change}.items() if value is not None}
    target = {"SecurityGroupId": ecs.there.security_group_id, "Permissions": [P2P, wrong]}
    assert ecs.refusal("AuthorizeSecurityGroup", **target) == refusal


def test_requests_for_rules_must_make_sense(ecs: EcsUser) -> None:
    """Some rule, each once, said in one way, for a group that exists."""
    target = {"SecurityGroupId": ecs.there.security_group_id}
    egress = {"IpProtocol": "TCP", "PortRange": "1/2", "SourceCidrIp": "0.0.0.0/0"}
    for action, params, refusal in (
        ("AuthorizeSecurityGroup", {}, ("MissingParameter", 400)),
        (
            "AuthorizeSecurityGroup",
            {"Permissions": [SSH], **SSH},
            ("InvalidParam.Permissions", 400),
        ),
        (
            "AuthorizeSecurityGroup",
            {"Permissions": [SSH, SSH]},
            ("InvalidParam.DuplicatePermissions", 400),
        ),
        (
            "AuthorizeSecurityGroup",
            {**SSH, "SecurityGroupId": "sg-unknown"},
            ("InvalidSecurityGroupId.NotFound", 404),
        ),
        ("AuthorizeSecurityGroupEgress", egress, ("MissingParameter.Dest", 400)),
    ):
        assert ecs.refusal(action, **{**target, **params}) == refusal


def test_the_quota_of_rules(ecs: EcsUser) -> None:
    """A group holds so many rules, and a request that brings too many adds none."""
    ecs.set_faults(account={"quotas": {"ecs:security_group_rules": 3}})
    target = {"SecurityGroupId": ecs.there.security_group_id}
    refusal = ecs.refusal("AuthorizeSecurityGroup", **target, Permissions=[P2P, SSH])
    assert refusal == ("AuthorizationLimitExceed", 403)


def test_rules_go_by_id_or_by_what_they_say(ecs: EcsUser) -> None:
    """What no rule says changes nothing; an unknown id, or one of an egress rule, is refused."""
    group_id = ecs.add_security_group()
    target = {"SecurityGroupId": group_id}
    ecs.call("AuthorizeSecurityGroup", **target, Permissions=[P2P, SSH])
    out = {"IpProtocol": "ALL", "PortRange": "-1/-1", "DestCidrIp": "0.0.0.0/0"}
    ecs.call("AuthorizeSecurityGroupEgress", **target, **out)
    answer = ecs.call("DescribeSecurityGroupAttribute", **target)
    rules = answer["Permissions"]["Permission"]
    ids = [rule["SecurityGroupRuleId"] for rule in rules]
    ecs.call("RevokeSecurityGroup", **target, Permissions=[{**SSH, "SourceCidrIp": "10.0.0.0/8"}])
    assert len(ecs.rules(group_id)) == 3
    for wrong, code in (
        ({"SecurityGroupRuleId": ["sgr-unknown"]}, "InvalidParam.SecurityGroupRuleId"),
        ({"SecurityGroupRuleId": ids[2:]}, "InvalidParam.SecurityGroupRuleId"),
        ({"SecurityGroupRuleId": ids[:1], "Permissions": [SSH]}, "InvalidParam.Permissions"),
    ):
        assert ecs.refusal("RevokeSecurityGroup", **target, **wrong) == (code, 400)
    ecs.call("RevokeSecurityGroup", **target, SecurityGroupRuleId=ids[:1])
    ecs.call("RevokeSecurityGroup", **target, Permissions=[SSH])
    assert [rule["Direction"] for rule in ecs.rules(group_id)] == ["egress"]


def test_rules_come_in_pages(ecs: EcsUser) -> None:
    """MaxResults and NextToken, at least ten to a page."""
    group_id = ecs.add_security_group()
    wanted = [{**SSH, "PortRange": f"{port}/{port}"} for port in range(1, 26)]
    ecs.call("AuthorizeSecurityGroup", SecurityGroupId=group_id, Permissions=wanted)
    target = {"SecurityGroupId": group_id, "MaxResults": 20}
    answer = ecs.call("DescribeSecurityGroupAttribute", **target)
    rest = ecs.call("DescribeSecurityGroupAttribute", **target, NextToken=answer["NextToken"])
    ports = [
        rule["PortRange"] for one in (answer, rest) for rule in one["Permissions"]["Permission"]
    ]
    assert (ports, "NextToken" in rest) == ([rule["PortRange"] for rule in wanted], False)


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"SecurityGroupId": "sg-unknown"}, ("InvalidSecurityGroupId.NotFound", 404)),
        ({"Direction": "sideways"}, ("InvalidParamter", 400)),
        ({"NicType": "token-ring"}, ("InvalidNicType.ValueNotSupported", 400)),
        ({"Attribute": "colour"}, ("InvalidParameter.AttributeNotSupported", 400)),
    ],
)
def test_wrong_questions_about_rules_are_refused(
    ecs: EcsUser, params: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code."""
    asked = {"SecurityGroupId": ecs.there.security_group_id, **params}
    assert ecs.refusal("DescribeSecurityGroupAttribute", **asked) == refusal


def test_rules_about_other_groups(ecs: EcsUser) -> None:
    """Of one VPC, for basic groups only; the group that is named cannot be deleted meanwhile."""
    mine, other = ecs.add_security_group(), ecs.add_security_group()
    rule = {"IpProtocol": "ALL", "PortRange": "-1/-1", "SourceGroupId": other}
    advanced = ecs.add_security_group(SecurityGroupType="enterprise")
    refusal = ecs.refusal("AuthorizeSecurityGroup", SecurityGroupId=advanced, **rule)
    assert refusal == ("InvalidGroupParameter.OperationDenied", 400)
    elsewhere = ecs.cloud.call("vpc", "CreateVpc", "eu-central-1", {})["VpcId"]
    ecs.wait(10)
    stranger = ecs.add_security_group(VpcId=elsewhere)
    refusal = ecs.refusal("AuthorizeSecurityGroup", SecurityGroupId=stranger, **rule)
    assert refusal == ("InvalidSourceGroupId.Mismatch", 400)
    ecs.call("AuthorizeSecurityGroup", SecurityGroupId=mine, **rule)
    assert ecs.refusal("DeleteSecurityGroup", SecurityGroupId=other) == ("DependencyViolation", 403)
    ecs.call("DeleteSecurityGroup", SecurityGroupId=mine)
    ecs.call("DeleteSecurityGroup", SecurityGroupId=other)


def test_a_group_cannot_go_while_instances_use_it(ecs: EcsUser) -> None:
    """Not before the last instance, and its network interface, is gone."""
    target = {"SecurityGroupId": ecs.there.security_group_id}
    group_id = ecs.launch(1)
    in_use = ("DependencyViolation", 403)
    assert ecs.refusal("DeleteSecurityGroup", **target) == in_use
    ecs.wait(60)
    ecs.scale(group_id, 0)
    ecs.wait(10)
    assert [one["Status"] for one in ecs.instances()] == ["Stopping"]
    assert ecs.refusal("DeleteSecurityGroup", **target) == in_use
    ecs.wait(60)
    ecs.call("DeleteSecurityGroup", **target)
    gone = ("InvalidSecurityGroup.NotFound", 404)
    assert ecs.refusal("DeleteSecurityGroup", **target) == gone


def test_a_vpc_waits_for_its_security_groups(ecs: EcsUser) -> None:
    """VPC asks ECS before it lets a network go."""
    vpc_id = ecs.cloud.call("vpc", "CreateVpc", "eu-central-1", {})["VpcId"]
    ecs.wait(10)
    group_id = ecs.add_security_group(VpcId=vpc_id)
    directory = ecs.call("DescribeSecurityGroups", VpcId=vpc_id)["SecurityGroups"]
    assert [one["SecurityGroupId"] for one in directory["SecurityGroup"]] == [group_id]
    with pytest.raises(Exception, match=r"DependencyViolation\.SecurityGroup"):
        ecs.cloud.call("vpc", "DeleteVpc", "eu-central-1", {"VpcId": vpc_id})
    ecs.call("DeleteSecurityGroup", SecurityGroupId=group_id)
    assert ecs.cloud.call("vpc", "DeleteVpc", "eu-central-1", {"VpcId": vpc_id}) == {}
