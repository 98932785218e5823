"""Every parameter that is ever sent is one that the vendor's own SDK sends."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import pytest

from shared.cloud.ecs import Ecs
from shared.cloud.ess import Ess
from shared.cloud.permissions import LAUNCH_ACTIONS, Permissions
from shared.cloud.ram import Ram
from shared.cloud.records import Capacity, ScalingGroup, TaskSpec
from shared.cloud.resource_manager import ResourceManager
from shared.cloud.session import Call, Session
from shared.cloud.stack_records import GroupSpec, SecurityRule, TemplateSpec
from shared.cloud.sts import Sts
from shared.cloud.vpc import Vpc
from shared.naming import TaskRole
from tests.sandbox.witness import model_errors, wire_types
from tests.shared.recording import RecordingSession, refusal

REGION: Final = "eu-central-1"
TAGS: Final = {"p2p-fleet": "p2p-agent"}
SPEC: Final = TemplateSpec(
    image_id="m-1",
    instance_type="ecs.e-c1m1.large",
    security_group_id="sg-1",
    disk_category="cloud_essd",
    disk_size_gb=20,
    bandwidth_in_mbps=5,
    bandwidth_out_mbps=5,
    internet_charge_type="PayByBandwidth",
    role_name="p2p-agent",
    resource_group_id="rg-1",
    user_data="IyEvYmluL3No",
    tags=(("p2p-fleet", "p2p-agent"),),
)
RULES: Final = (
    SecurityRule("egress", "all", "-1/-1", "0.0.0.0/0", "p2p-fleet"),
    SecurityRule("ingress", "tcp", "1024/65535", "0.0.0.0/0", "p2p-fleet"),
    SecurityRule("ingress", "udp", "1024/65535", "::/0", "p2p-fleet"),
)
GROUP: Final = ScalingGroup(
    group_id="asg-1",
    name="p2p-agent-eu-central-1",
    lifecycle_state="Active",
    system_suspended=False,
    suspended_processes=(),
    capacity=Capacity(0, 0, 0),
    active=0,
    pending=0,
    has_template=True,
    tags=TAGS,
)
TASK: Final = TaskSpec(TaskRole.START, datetime(2026, 12, 1, tzinfo=UTC), Capacity(3, 3, 3))
GROUP_SPEC: Final = GroupSpec(
    name="p2p-agent-eu-central-1",
    template_id="lt-1",
    template_version="1",
    instance_types=("ecs.e-c1m1.large", "ecs.e-c1m2.large"),
    vswitch_ids=("vsw-1", "vsw-2"),
    resource_group_id="rg-1",
    tags=TAGS,
    propagated_tags={"role": "node"},
)

MODELS: Final[Mapping[str, ModuleType]] = {
    version: import_module(f"alibabacloud_{product}{version.replace('-', '')}.models")
    for product, version in (
        ("ecs", "2014-05-26"),
        ("ess", "2022-02-22"),
        ("ram", "2015-05-01"),
        ("resourcemanager", "2020-03-31"),
        ("sts", "2015-04-01"),
        ("vpc", "2016-04-28"),
    )
}
EMPTY: Final[Mapping[str, Any]] = {
    "CreateIpv4Gateway": {"Ipv4GatewayId": "ipv4gw-1"},
    "CreateLaunchTemplate": {"LaunchTemplateId": "lt-1"},
    "CreateLaunchTemplateVersion": {"LaunchTemplateVersionNumber": 2},
    "CreateResourceGroup": {"ResourceGroup": {"Id": "rg-1"}},
    "CreateScalingGroup": {"ScalingGroupId": "asg-1"},
    "CreateSecurityGroup": {"SecurityGroupId": "sg-1"},
    "CreateVSwitch": {"VSwitchId": "vsw-1"},
    "CreateVpc": {"VpcId": "vpc-1"},
    "DescribeAccountAttributes": {"AccountAttributeItems": {"AccountAttributeItem": []}},
    "DescribeImages": {"Images": {"Image": []}, "TotalCount": 0},
    "DescribeInstanceTypes": {"InstanceTypes": {"InstanceType": []}},
    "DescribeInstances": {"Instances": {"Instance": []}},
    "DescribeLaunchTemplateVersions": {
        "LaunchTemplateVersionSets": {"LaunchTemplateVersionSet": []},
        "TotalCount": 0,
    },
    "DescribeLaunchTemplates": {"LaunchTemplateSets": {"LaunchTemplateSet": []}, "TotalCount": 0},
    "DescribeNetworkInterfaces": {"NetworkInterfaceSets": {"NetworkInterfaceSet": []}},
    "DescribePrice": {"PriceInfo": {"Price": {"TradePrice": 0.1, "Currency": "USD"}}},
    "DescribeRouteEntryList": {"RouteEntrys": {"RouteEntry": []}},
    "DescribeRouteTableList": {"RouterTableList": {"RouterTableListType": []}, "TotalCount": 0},
    "DescribeScalingActivities": {"ScalingActivities": []},
    "DescribeScalingGroups": {"ScalingGroups": [], "TotalCount": 0},
    "DescribeScheduledTasks": {"ScheduledTasks": [], "TotalCount": 0},
    "DescribeSecurityGroupAttribute": {"Permissions": {"Permission": []}},
    "DescribeSecurityGroups": {"SecurityGroups": {"SecurityGroup": []}},
    "DescribeVSwitches": {"VSwitches": {"VSwitch": []}, "TotalCount": 0},
    "DescribeVpcs": {"Vpcs": {"Vpc": []}, "TotalCount": 0},
    "DescribeZones": {"Zones": {"Zone": []}},
    "GetCallerIdentity": {"AccountId": "1"},
    "GetPolicy": {
        "Policy": {"AttachmentCount": 0},
        "DefaultPolicyVersion": {"PolicyDocument": "{}"},
    },
    "GetRole": {"Role": {"RoleName": "r", "Arn": "a", "AssumeRolePolicyDocument": "{}"}},
    "ListIpv4Gateways": {"Ipv4GatewayModels": []},
    "ListPoliciesForRole": {"Policies": {"Policy": []}},
    "ListPolicyVersions": {"PolicyVersions": {"PolicyVersion": []}},
    "ListResourceGroups": {"ResourceGroups": {"ResourceGroup": []}, "TotalCount": 0},
    "ListTagResources": {"TagResources": []},
    "RunInstances": refusal("DryRunOperation"),
}
"""The least that each action may answer."""

Verb = Callable[[Any], object]

VPC: Final[Mapping[str, Verb]] = {
    "networks": lambda it: it.networks(REGION),
    "create_network": lambda it: it.create_network(
        REGION,
        name="n",
        cidr_block="10.0.0.0/24",
        resource_group_id="rg-1",
        tags=TAGS,
        token="t",
    ),
    "delete_network": lambda it: it.delete_network(REGION, "vpc-1"),
    "vswitches": lambda it: it.vswitches(REGION, "vpc-1"),
    "create_vswitch": lambda it: it.create_vswitch(
        REGION,
        vpc_id="vpc-1",
        zone="eu-central-1a",
        cidr_block="10.0.0.0/26",
        name="n",
        tags=TAGS,
        token="t",
    ),
    "delete_vswitch": lambda it: it.delete_vswitch(REGION, "vsw-1"),
    "gateways": lambda it: it.gateways(REGION, "vpc-1"),
    "create_gateway": lambda it: it.create_gateway(
        REGION, vpc_id="vpc-1", name="n", resource_group_id="rg-1", tags=TAGS, token="t"
    ),
    "enable_gateway": lambda it: it.enable_gateway(REGION, "ipv4gw-1", "t"),
    "delete_gateway": lambda it: it.delete_gateway(REGION, "ipv4gw-1", "t"),
    "system_route_table": lambda it: it.system_route_table(REGION, "vpc-1"),
    "routes": lambda it: it.routes(REGION, "vtb-1"),
    "create_route": lambda it: it.create_route(
        REGION, table_id="vtb-1", destination="0.0.0.0/0", gateway_id="ipv4gw-1", token="t"
    ),
    "delete_route": lambda it: it.delete_route(
        REGION, table_id="vtb-1", destination="0.0.0.0/0", gateway_id="ipv4gw-1"
    ),
    "tag": lambda it: it.tag(REGION, "IPV4GATEWAY", "ipv4gw-1", TAGS),
}
ECS: Final[Mapping[str, Verb]] = {
    "zones": lambda it: it.zones(REGION),
    "instance_types": lambda it: it.instance_types(REGION),
    "zones_with_stock": lambda it: it.zones_with_stock(REGION, "ecs.e-c1m1.large", "cloud_essd"),
    "knows_type": lambda it: it.knows_type(REGION, "ecs.e-c1m1.large"),
    "vcpus": lambda it: it.vcpus(REGION, "ecs.e-c1m1.large"),
    "newest_image": lambda it: it.newest_image(REGION, "acs:ubuntu_24_04_x64"),
    "image": lambda it: it.image(REGION, "m-1"),
    "security_groups": lambda it: it.security_groups(REGION, "vpc-1"),
    "security_rules": lambda it: it.security_rules(REGION, "sg-1"),
    "create_security_group": lambda it: it.create_security_group(
        REGION, vpc_id="vpc-1", name="n", resource_group_id="rg-1", tags=TAGS, token="t"
    ),
    "add_rules": lambda it: it.add_rules(REGION, "sg-1", RULES, "t"),
    "remove_rules": lambda it: it.remove_rules(REGION, "sg-1", RULES[1:], "t"),
    "delete_security_group": lambda it: it.delete_security_group(REGION, "sg-1"),
    "templates": lambda it: it.templates(REGION, "n"),
    "template_versions": lambda it: it.template_versions(REGION, "lt-1"),
    "create_template": lambda it: it.create_template(
        REGION, name="n", spec=SPEC, tags=TAGS, resource_group_id="rg-1"
    ),
    "create_template_version": lambda it: it.create_template_version(REGION, "lt-1", SPEC),
    "set_default_version": lambda it: it.set_default_version(REGION, "lt-1", 2),
    "delete_template_version": lambda it: it.delete_template_version(REGION, "lt-1", 1),
    "delete_template": lambda it: it.delete_template(REGION, "lt-1"),
    "instances": lambda it: it.instances(REGION, "vpc-1"),
    "interfaces": lambda it: it.interfaces(REGION, "vpc-1"),
    "account_limits": lambda it: it.account_limits(REGION),
    "price_usd_per_hour": lambda it: it.price_usd_per_hour(REGION, SPEC),
    "would_run": lambda it: it.would_run(
        REGION,
        template_id="lt-1",
        version=1,
        vswitch_id="vsw-1",
        instance_type="ecs.e-c1m1.large",
        tags=TAGS,
    ),
    "tag": lambda it: it.tag(REGION, "launchtemplate", "lt-1", TAGS),
    "untag": lambda it: it.untag(REGION, "securitygroup", "sg-1", ["a", "b"]),
}
ESS: Final[Mapping[str, Verb]] = {
    "groups": lambda it: it.groups(REGION, named="n", tagged="k"),
    "group_ids": lambda it: it.group_ids(REGION),
    "tasks": lambda it: it.tasks(REGION, "asg-1"),
    "task_count": lambda it: it.task_count(REGION),
    "tasks_named": lambda it: it.tasks_named(REGION, "n"),
    "last_activities": lambda it: it.last_activities(REGION, "asg-1"),
    "limits": lambda it: it.limits(REGION),
    "create_group": lambda it: it.create_group(REGION, GROUP_SPEC, "t"),
    "enable_group": lambda it: it.enable_group(REGION, "asg-1"),
    "reshape_group": lambda it: it.reshape_group(
        REGION,
        "asg-1",
        template_id="lt-1",
        template_version="2",
        instance_types=GROUP_SPEC.instance_types,
        vswitch_ids=GROUP_SPEC.vswitch_ids,
    ),
    "delete_group": lambda it: it.delete_group(REGION, "asg-1"),
    "set_capacity": lambda it: it.set_capacity(REGION, "asg-1", Capacity(3, 3, 3)),
    "create_task": lambda it: it.create_task(REGION, GROUP, TASK),
    "modify_task": lambda it: it.modify_task(REGION, GROUP, "task-1", TASK),
    "delete_task": lambda it: it.delete_task(REGION, "task-1"),
    "tag_group": lambda it: it.tag_group(REGION, "asg-1", TAGS),
    "untag_group": lambda it: it.untag_group(REGION, "asg-1", ["a", "b"]),
}
RAM: Final[Mapping[str, Verb]] = {
    "role": lambda it: it.role("n"),
    "create_role": lambda it: it.create_role("n", "{}", TAGS),
    "delete_role": lambda it: it.delete_role("n"),
    "policy": lambda it: it.policy("n"),
    "create_policy": lambda it: it.create_policy("n", "{}", TAGS),
    "create_policy_version": lambda it: it.create_policy_version("n", "{}"),
    "delete_policy_version": lambda it: it.delete_policy_version("n", "v1"),
    "delete_policy": lambda it: it.delete_policy("n"),
    "attach": lambda it: it.attach("p", "r"),
    "trust": lambda it: it.trust("r", "{}"),
    "detach": lambda it: it.detach("p", "r"),
    "policies_of": lambda it: it.policies_of("r"),
}
RESOURCE_MANAGER: Final[Mapping[str, Verb]] = {
    "groups": lambda it: it.groups("n"),
    "create_group": lambda it: it.create_group("n", TAGS),
    "delete_group": lambda it: it.delete_group("rg-1"),
    "untag_group": lambda it: it.untag_group("rg-1", ["k"]),
    "create_service_linked_role": lambda it: it.create_service_linked_role("x.aliyuncs.com"),
}
STS: Final[Mapping[str, Verb]] = {"account_id": lambda it: it.account_id()}
PERMISSIONS: Final[Mapping[str, Verb]] = {
    "may": lambda it: [
        it.may(REGION, one, datetime(2026, 12, 1, tzinfo=UTC)) for one in LAUNCH_ACTIONS
    ]
}

PRODUCTS: Final[Mapping[Callable[[Session], object], Mapping[str, Verb]]] = {
    Vpc: VPC,
    Ecs: ECS,
    Ess: ESS,
    Ram: RAM,
    ResourceManager: RESOURCE_MANAGER,
    Sts: STS,
    Permissions: PERMISSIONS,
}
VERBS: Final = [
    pytest.param(product, verb, id=f"{product.__name__}.{name}")
    for product, verbs in PRODUCTS.items()
    for name, verb in verbs.items()
]


def calls_of(product: Callable[[Session], object], verb: Verb) -> list[Call]:
    """Everything that a verb sends when it is answered with nothing."""
    session = RecordingSession(EMPTY)
    verb(product(session))
    return session.sent


def complaints(call: Call) -> list[str]:
    """Where a call's parameters are unknown to the SDK's request model, or of another type."""
    models = MODELS[call.version]
    model = getattr(models, f"{call.action}Request", None)
    params = {**call.params, **call.body}
    if model is None:
        return [f"{call.action}: the SDK sends no {name}" for name in params]
    return list(model_errors(model, _decoded(call, params), call.action, models))


def _decoded(call: Call, params: Mapping[str, object]) -> dict[str, object]:
    """The parameters, with those decoded that the SDK encodes as JSON in its `ShrinkRequest`."""
    models = MODELS[call.version]
    shrunk = getattr(models, f"{call.action}ShrinkRequest", None)
    if shrunk is None:
        return dict(params)
    whole = wire_types(getattr(models, f"{call.action}Request"), models)
    encoded = wire_types(shrunk, models)
    return {
        name: json.loads(str(value)) if whole.get(name) != encoded.get(name) else value
        for name, value in params.items()
    }


@pytest.mark.parametrize(("product", "verb"), VERBS)
def test_every_parameter_is_one_that_the_vendors_sdk_sends(
    product: Callable[[Session], object], verb: Verb
) -> None:
    """Names, nesting and types are those of the SDK's request models."""
    calls = calls_of(product, verb)

    assert calls
    assert [complaint for call in calls for complaint in complaints(call)] == []


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.__name__)
def test_every_verb_of_a_product_is_held_against_the_sdk(
    product: Callable[[Session], object],
) -> None:
    """A verb that is added must be added to this test."""
    public = {
        name
        for name, _ in inspect.getmembers(product, inspect.isfunction)
        if not name.startswith("_")
    }

    assert set(PRODUCTS[product]) == public


def test_user_data_never_travels_in_the_url() -> None:
    """It is longer than servers take an address to be, so it goes into the body with the rest."""
    calls = [*calls_of(Ecs, ECS["create_template"]), *calls_of(Ecs, ECS["create_template_version"])]

    assert [dict(call.params) for call in calls] == [{"RegionId": REGION}, {"RegionId": REGION}]
    assert [call.body["UserData"] for call in calls] == [SPEC.user_data, SPEC.user_data]


def test_a_group_is_born_empty_with_the_desired_feature_off() -> None:
    """No DesiredCapacity at all: tasks that set only min and max work with it off."""
    (call,) = calls_of(Ess, ESS["create_group"])

    assert dict(call.params) == {
        "RegionId": REGION,
        "ScalingGroupName": "p2p-agent-eu-central-1",
        "MinSize": 0,
        "MaxSize": 0,
        "LaunchTemplateId": "lt-1",
        "LaunchTemplateVersion": "1",
        "LaunchTemplateOverrides": [
            {"InstanceType": "ecs.e-c1m1.large"},
            {"InstanceType": "ecs.e-c1m2.large"},
        ],
        "VSwitchIds": ["vsw-1", "vsw-2"],
        "MultiAZPolicy": "PRIORITY",
        "ScalingPolicy": "forceRelease",
        "HealthCheckType": "ECS",
        "RemovalPolicies": ["OldestInstance"],
        "ResourceGroupId": "rg-1",
        "Tags": [
            {"Key": "p2p-fleet", "Value": "p2p-agent", "Propagate": False},
            {"Key": "role", "Value": "node", "Propagate": True},
        ],
        "ClientToken": "t",
    }


def test_reshaping_a_group_says_nothing_of_its_capacity() -> None:
    """How many instances run is the watcher's business, never a template's."""
    (call,) = calls_of(Ess, ESS["reshape_group"])

    assert set(call.params) == {
        "ScalingGroupId",
        "LaunchTemplateId",
        "LaunchTemplateVersion",
        "LaunchTemplateOverrides",
        "VSwitchIds",
    }


def test_rules_of_one_direction_go_in_one_call_with_a_token_of_its_own() -> None:
    """Two different requests must never share a client token, and a repetition must."""
    first = calls_of(Ecs, ECS["add_rules"])
    again = calls_of(Ecs, ECS["add_rules"])

    assert [(call.action, len(call.params["Permissions"])) for call in first] == [  # type: ignore[arg-type]
        ("AuthorizeSecurityGroup", 2),
        ("AuthorizeSecurityGroupEgress", 1),
    ]
    assert first[0].params["ClientToken"] != first[1].params["ClientToken"]
    assert first == again


def test_every_template_of_ours_hardens_the_metadata_service() -> None:
    """Only requests that a web page cannot be tricked into may read an instance's credentials."""
    (call,) = calls_of(Ecs, ECS["create_template"])

    assert (call.body["HttpEndpoint"], call.body["HttpTokens"]) == ("enabled", "required")
