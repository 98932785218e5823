"""What the access key may do of all that building and removing stacks needs, found out harmlessly.

As in `permissions`, an action is asked to do something with what cannot exist, and RAM's refusal
comes before any other. Nothing could come of it even where it is allowed: the resource that it is
about has an id that is never given out, what it would make has a name or a document that is never
accepted, and where the action knows a dry run, that is asked for besides.

Not asked, for nothing about it is harmless or tells anything: `ram:PassRole` (it shows only when a
role that exists is handed on) and the log service's actions (of a project that does not exist it
says just that, to whomever). A grant that names single resources does not cover those of these
questions, and counts as none: names begin as the fleet's do, for the sake of grants with a `*`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final

from shared.cloud.api import Api
from shared.cloud.endpoints import RAM_HOST, RESOURCE_MANAGER_HOST, ecs_host, vpc_host
from shared.cloud.session import CallFailedError, DeadlinePassedError, Session
from shared.naming import role_name
from shared.regions import BY_ID

_RAM_SAYS_NO: Final = frozenset(
    {"Forbidden.Unauthorized", "Forbidden.RAM", "Forbidden.SubUser", "NoPermission"}
)
"""What only RAM answers: of a plain `Forbidden` nobody knows that it is not about the id."""


@dataclass(frozen=True, slots=True)
class _Product:
    """A product as it is called, and `in_policies` as RAM policies name it."""

    in_policies: str
    version: str
    host_of: Callable[[str], str]
    regional: bool = True


_VPC: Final = _Product("vpc", "2016-04-28", vpc_host)
_ECS: Final = _Product("ecs", "2014-05-26", ecs_host)
_ESS: Final = _Product("ess", "2022-02-22", lambda region: BY_ID[region].ess_host)
_RAM: Final = _Product("ram", "2015-05-01", lambda _: RAM_HOST, regional=False)
_GROUPS: Final = _Product("ram", "2020-03-31", lambda _: RESOURCE_MANAGER_HOST, regional=False)


@dataclass(frozen=True, slots=True)
class Question:
    """One action, and what it is asked to do; `regional`: it takes RegionId."""

    product: _Product
    action: str
    params: Mapping[str, object] = field(default_factory=dict)
    regional: bool = True

    @property
    def name(self) -> str:
        """What a policy would have to allow, such as `vpc:CreateVpc`."""
        return f"{self.product.in_policies}:{self.action}"

    def is_denied(self, session: Session, region: str) -> bool:
        """Whether RAM refuses it in a region; whatever else is answered, RAM has let it pass.

        Asked once, as writes are: an answer that tells nothing names nothing.
        """
        product = self.product
        regional = self.regional and product.regional
        api = Api(session, product.version, product.host_of, regional)
        try:
            api.write(region, self.action, self.params)
        except CallFailedError as error:
            return error.failure.code in _RAM_SAYS_NO
        except DeadlinePassedError:
            return False
        return False


def denied_among(
    executor: Executor, session: Session, region: str, questions: Iterable[Question]
) -> tuple[str, ...]:
    """Return the names of the actions that RAM refuses, in the order of the questions."""
    asked = tuple(questions)
    answers = executor.map(lambda one: one.is_denied(session, region), asked)
    return tuple(one.name for one, denied in zip(asked, answers, strict=True) if denied)


def questions_of_building(fleet: str, *, metrics: bool) -> Sequence[Question]:
    """Return every action that building a stack, or bringing one up to date, may need."""
    return (
        *_looks_at_groups(fleet),
        Question(_GROUPS, "CreateResourceGroup", {"Name": _UNNAMED, "DisplayName": _UNNAMED}),
        *_builds_role(fleet),
        *([_LINKED_ROLE] if metrics else []),
        *_LOOKS_AT_STACK,
        *_LOOKS_AT_OFFERS,
        *_BUILDS_NETWORK,
        *_BUILDS_INSTANCES,
    )


def questions_of_removing(fleet: str) -> Sequence[Question]:
    """Return every action that removing a fleet may need."""
    role = _nobody(fleet)
    pair = {"PolicyType": "Custom", "PolicyName": role, "RoleName": role}
    version = {"PolicyName": role, "VersionId": "v1"}
    return (
        *_LOOKS_AT_STACK,
        *_REMOVES_STACK,
        *_looks_at_groups(fleet),
        Question(_RAM, "DetachPolicyFromRole", pair),
        Question(_RAM, "DeletePolicyVersion", version),
        Question(_RAM, "DeletePolicy", {"PolicyName": role}),
        Question(_RAM, "DeleteRole", {"RoleName": role}),
        Question(_GROUPS, "DeleteResourceGroup", {"ResourceGroupId": _NO_RESOURCE_GROUP}),
        Question(
            _GROUPS,
            "UntagResources",
            {
                "ResourceType": "ResourceGroup",
                "ResourceId": (_NO_RESOURCE_GROUP,),
                "TagKey": ("p2p-fleet",),
            },
        ),
    )


def _nobody(fleet: str) -> str:
    """Return a name that nothing bears, and that begins as those of the fleet's role do."""
    return f"{role_name(fleet)}-nobody"


def _looks_at_groups(fleet: str) -> Sequence[Question]:
    role = _nobody(fleet)
    policy = {"PolicyName": role, "PolicyType": "Custom"}
    return (
        Question(_GROUPS, "ListResourceGroups", {"PageSize": 1}),
        Question(_RAM, "GetRole", {"RoleName": role}),
        Question(_RAM, "GetPolicy", policy),
        Question(_RAM, "ListPolicyVersions", policy),
        Question(_RAM, "ListPoliciesForRole", {"RoleName": role}),
        Question(_RAM, "ListTagResources", {"ResourceType": "role", "PageSize": 1}),
    )


def _builds_role(fleet: str) -> Sequence[Question]:
    role = _nobody(fleet)
    pair = {"PolicyType": "Custom", "PolicyName": role, "RoleName": role}
    version = {"PolicyName": role, "VersionId": "v1"}
    return (
        Question(_RAM, "CreateRole", {"RoleName": role, "AssumeRolePolicyDocument": _NO_DOCUMENT}),
        Question(_RAM, "CreatePolicy", {"PolicyName": role, "PolicyDocument": _NO_DOCUMENT}),
        Question(_RAM, "AttachPolicyToRole", pair),
        Question(_RAM, "CreatePolicyVersion", {"PolicyName": role, "PolicyDocument": _NO_DOCUMENT}),
        Question(_RAM, "DeletePolicyVersion", version),
    )


_UNNAMED: Final = "-"
"""A name that is too short, and does not begin with a letter (error lists of the two actions)."""
_NO_DOCUMENT: Final = "{}"
"""A policy without version and statements, which RAM calls malformed."""
_NO_RESOURCE_GROUP: Final = "rg-000000000000000"
_NO_VPC: Final = "vpc-00000000000000000000"
_NO_VSWITCH: Final = "vsw-00000000000000000000"
_NO_GATEWAY: Final = "ipv4gw-00000000000000000000"
_NO_TABLE: Final = "vtb-00000000000000000000"
_NO_SECURITY_GROUP: Final = "sg-00000000000000000000"
_NO_TEMPLATE: Final = "lt-00000000000000000000"
_NO_GROUP: Final = "asg-00000000000000000000"
_NO_TASK: Final = "00000000-0000-0000-0000-000000000000"
_BLOCK: Final = "10.20.30.0/24"
_NO_BLOCK: Final = "127.0.0.0/8"
"""A block that no VPC may have (CreateVpc)."""
_TAG: Final = ({"Key": "p2p-fleet", "Value": "nobody"},)
_RULE: Final = {"IpProtocol": "TCP", "PortRange": "22/22", "Policy": "accept"}
_IN_NO_VPC: Final = {"VpcId": _NO_VPC}
_OF_NO_SECURITY_GROUP: Final = {"SecurityGroupId": _NO_SECURITY_GROUP}
_OF_NO_TEMPLATE: Final = {"LaunchTemplateId": _NO_TEMPLATE}
_OF_NO_GROUP: Final = {"ScalingGroupId": _NO_GROUP}
_ROUTE: Final = {"RouteTableId": _NO_TABLE, "DestinationCidrBlock": "0.0.0.0/0"}
_ON_NO_TEMPLATE: Final = {"ResourceType": "launchtemplate", "ResourceId": (_NO_TEMPLATE,)}
_ON_NO_GROUP: Final = {"ResourceType": "scalinggroup", "ResourceIds": (_NO_GROUP,)}
_CHANGES_GROUP: Final = Question(_ESS, "ModifyScalingGroup", _OF_NO_GROUP, regional=False)

_LINKED_ROLE: Final = Question(
    _GROUPS, "CreateServiceLinkedRole", {"ServiceName": "nobody.aliyuncs.com"}
)
_LOOKS_AT_STACK: Final = (
    Question(_VPC, "DescribeVpcs", {"PageSize": 1}),
    Question(_VPC, "ListIpv4Gateways", _IN_NO_VPC),
    Question(_VPC, "DescribeRouteTableList", _IN_NO_VPC),
    Question(_VPC, "DescribeRouteEntryList", {"RouteTableId": _NO_TABLE}),
    Question(_VPC, "DescribeVSwitches", _IN_NO_VPC),
    Question(_ECS, "DescribeSecurityGroups", _IN_NO_VPC),
    Question(_ECS, "DescribeSecurityGroupAttribute", _OF_NO_SECURITY_GROUP),
    Question(_ECS, "DescribeLaunchTemplates", {"PageSize": 1}),
    Question(_ECS, "DescribeLaunchTemplateVersions", _OF_NO_TEMPLATE),
    Question(_ESS, "DescribeScalingGroups", {"PageSize": 1}),
    Question(_ESS, "DescribeScheduledTasks", _OF_NO_GROUP),
)
_LOOKS_AT_OFFERS: Final = (
    Question(_ECS, "DescribeAvailableResource", {"DestinationResource": "Zone"}),
    Question(
        _ECS, "DescribeInstanceTypes", {"InstanceTypes": ("ecs.nobody.large",)}, regional=False
    ),
    Question(_ECS, "DescribeImageFromFamily", {"ImageFamily": "nobody"}),
    Question(_ECS, "DescribeImages", {"ImageId": "m-00000000000000000000"}),
)
_BUILDS_NETWORK: Final = (
    Question(_VPC, "CreateVpc", {"CidrBlock": _NO_BLOCK, "DryRun": True}),
    Question(_VPC, "CreateIpv4Gateway", {**_IN_NO_VPC, "DryRun": True}),
    Question(_VPC, "EnableVpcIpv4Gateway", {"Ipv4GatewayId": _NO_GATEWAY, "DryRun": True}),
    Question(
        _VPC,
        "CreateRouteEntry",
        {
            **_ROUTE,
            "NextHopType": "Ipv4Gateway",
            "NextHopId": _NO_GATEWAY,
            "DryRun": True,
        },
    ),
    Question(_VPC, "CreateVSwitch", {**_IN_NO_VPC, "ZoneId": "nowhere", "CidrBlock": _BLOCK}),
    Question(_ECS, "CreateSecurityGroup", _IN_NO_VPC),
    Question(
        _ECS,
        "AuthorizeSecurityGroup",
        {**_OF_NO_SECURITY_GROUP, "Permissions": ({**_RULE, "SourceCidrIp": _BLOCK},)},
    ),
    Question(
        _ECS,
        "AuthorizeSecurityGroupEgress",
        {**_OF_NO_SECURITY_GROUP, "Permissions": ({**_RULE, "DestCidrIp": _BLOCK},)},
    ),
    Question(
        _ECS,
        "RevokeSecurityGroup",
        {**_OF_NO_SECURITY_GROUP, "Permissions": ({**_RULE, "SourceCidrIp": _BLOCK},)},
    ),
)
_BUILDS_INSTANCES: Final = (
    Question(_ECS, "CreateLaunchTemplate", {"LaunchTemplateName": _UNNAMED}),
    Question(_ECS, "CreateLaunchTemplateVersion", _OF_NO_TEMPLATE),
    Question(
        _ECS,
        "ModifyLaunchTemplateDefaultVersion",
        {**_OF_NO_TEMPLATE, "DefaultVersionNumber": 1},
    ),
    Question(_ECS, "DeleteLaunchTemplateVersion", {**_OF_NO_TEMPLATE, "DeleteVersion": (1,)}),
    Question(_ECS, "TagResources", {**_ON_NO_TEMPLATE, "Tag": _TAG}),
    Question(_ECS, "UntagResources", {**_ON_NO_TEMPLATE, "TagKey": ("p2p-fleet",)}),
    Question(
        _ESS,
        "CreateScalingGroup",
        {
            "MinSize": 0,
            "MaxSize": 0,
            "LaunchTemplateId": _NO_TEMPLATE,
            "VSwitchIds": (_NO_VSWITCH,),
        },
    ),
    Question(_ESS, "EnableScalingGroup", _OF_NO_GROUP),
    _CHANGES_GROUP,
    Question(_ESS, "TagResources", {**_ON_NO_GROUP, "Tags": _TAG}),
)
_REMOVES_STACK: Final = (
    Question(_ECS, "DescribeNetworkInterfaces", _IN_NO_VPC),
    Question(_ESS, "DeleteScheduledTask", {"ScheduledTaskId": _NO_TASK}),
    Question(_ESS, "DeleteScalingGroup", _OF_NO_GROUP),
    _CHANGES_GROUP,
    Question(_ESS, "UntagResources", {**_ON_NO_GROUP, "TagKeys": ("p2p-fleet",)}),
    Question(_ECS, "DeleteLaunchTemplate", _OF_NO_TEMPLATE),
    Question(_ECS, "DeleteSecurityGroup", _OF_NO_SECURITY_GROUP),
    Question(_VPC, "DeleteVSwitch", {"VSwitchId": _NO_VSWITCH}),
    Question(_VPC, "DeleteRouteEntry", {**_ROUTE, "NextHopId": _NO_GATEWAY}),
    Question(_VPC, "DeleteIpv4Gateway", {"Ipv4GatewayId": _NO_GATEWAY, "DryRun": True}),
    Question(_VPC, "DeleteVpc", {"VpcId": _NO_VPC, "DryRun": True}),
)
