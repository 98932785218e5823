"""ECS through the vendor's own, unmodified SDK and through its generic client."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Final

import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_ess20220222 import models as ess_models
from alibabacloud_ess20220222.client import Client as EssClient
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from sandbox.domain.setup import Surroundings
from sandbox.server import RunningSandbox

REGION: Final = "ap-southeast-7"
USER_DATA: Final = base64.b64encode(bytes(range(256)) * 128).decode()
"""The most that ECS takes: 32 KB, 44 KB encoded."""

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


@pytest.fixture
def ecs(sandbox: RunningSandbox, config_for: ConfigFor) -> EcsClient:
    """The official ECS client, for the empty sandbox."""
    return EcsClient(config_for(sandbox))


def test_life_of_a_security_group(ecs: EcsClient, surroundings: Surroundings) -> None:
    """Created, given rules, looked at, robbed of a rule and deleted: all through the SDK."""
    group_id = ecs.create_security_group(
        models.CreateSecurityGroupRequest(
            region_id=REGION,
            vpc_id=surroundings.vpc_id,
            security_group_name="p2p-agent",
            client_token="p2p-agent-sg",
            tag=[models.CreateSecurityGroupRequestTag(key="p2p-fleet", value="ü & = +")],
        )
    ).body.security_group_id
    target = {"region_id": REGION, "security_group_id": group_id}
    ecs.authorize_security_group(
        models.AuthorizeSecurityGroupRequest(
            **target,
            permissions=[
                models.AuthorizeSecurityGroupRequestPermissions(
                    ip_protocol=protocol, port_range="1024/65535", source_cidr_ip="0.0.0.0/0"
                )
                for protocol in ("TCP", "UDP")
            ],
        )
    )
    ecs.authorize_security_group_egress(
        models.AuthorizeSecurityGroupEgressRequest(
            **target,
            permissions=[
                models.AuthorizeSecurityGroupEgressRequestPermissions(
                    ip_protocol="ALL", port_range="-1/-1", dest_cidr_ip="0.0.0.0/0"
                )
            ],
        )
    )
    shown = ecs.describe_security_group_attribute(
        models.DescribeSecurityGroupAttributeRequest(**target)
    ).body.permissions.permission
    assert [(rule.direction, rule.ip_protocol, rule.port_range) for rule in shown] == [
        ("ingress", "TCP", "1024/65535"),
        ("ingress", "UDP", "1024/65535"),
        ("egress", "ALL", "-1/-1"),
    ]
    first = [shown[0].security_group_rule_id]
    ecs.revoke_security_group(
        models.RevokeSecurityGroupRequest(**target, security_group_rule_id=first)
    )
    listed = ecs.describe_security_groups(
        models.DescribeSecurityGroupsRequest(
            region_id=REGION,
            tag=[models.DescribeSecurityGroupsRequestTag(key="p2p-fleet", value="ü & = +")],
        )
    ).body.security_groups.security_group
    assert [(one.security_group_id, one.rule_count) for one in listed] == [(group_id, 2)]
    ecs.delete_security_group(models.DeleteSecurityGroupRequest(**target))
    with pytest.raises(ClientException) as gone:
        ecs.delete_security_group(models.DeleteSecurityGroupRequest(**target))
    assert (gone.value.code, gone.value.status_code) == ("InvalidSecurityGroup.NotFound", 404)


def create_template(sandbox: RunningSandbox, config_for: ConfigFor, there: Surroundings) -> str:
    """A launch template with the longest user data, sent in the form body; returns its id."""
    client = OpenApiClient(config_for(sandbox, endpoint=f"ecs.{REGION}.aliyuncs.com"))
    params = Params(
        action="CreateLaunchTemplate",
        version="2014-05-26",
        protocol="HTTP",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    body = {
        "LaunchTemplateName": "p2p-agent-ap-southeast-7",
        "ImageId": "ubuntu_24_04_x64_20G_alibase_20260916.vhd",
        "InstanceType": "ecs.e-c1m1.large",
        "SecurityGroupIds.1": there.security_group_id,
        "SystemDisk.Category": "cloud_essd",
        "SystemDisk.Size": 20,
        "InternetMaxBandwidthOut": 5,
        "HttpTokens": "required",
        "Tag.1.Key": "p2p-fleet",
        "Tag.1.Value": "p2p-agent",
        "TemplateTag.1.Key": "p2p-fleet",
        "TemplateTag.1.Value": "p2p-agent",
        "UserData": USER_DATA,
    }
    request = OpenApiRequest(query={"RegionId": REGION}, body=body)
    answer = client.call_api(params, request, RuntimeOptions())["body"]
    return str(answer["LaunchTemplateId"])


def test_user_data_travels_in_the_form_body(
    ecs: EcsClient, sandbox: RunningSandbox, config_for: ConfigFor, surroundings: Surroundings
) -> None:
    """44 KB of it, RegionId alone in the query; it comes back whole, with what stood beside it."""
    template_id = create_template(sandbox, config_for, surroundings)
    (version,) = ecs.describe_launch_template_versions(
        models.DescribeLaunchTemplateVersionsRequest(
            region_id=REGION, launch_template_id=template_id
        )
    ).body.launch_template_version_sets.launch_template_version_set
    data = version.launch_template_data
    assert data.user_data == USER_DATA
    assert data.security_group_ids.security_group_id == [surroundings.security_group_id]
    assert [(tag.key, tag.value) for tag in data.tags.instance_tag] == [("p2p-fleet", "p2p-agent")]


def test_a_template_is_found_by_its_tag(
    ecs: EcsClient, sandbox: RunningSandbox, config_for: ConfigFor, surroundings: Surroundings
) -> None:
    """TemplateTag is the template's own, Tag its instances'; a second version becomes default."""
    template_id = create_template(sandbox, config_for, surroundings)
    target = {"region_id": REGION, "launch_template_id": template_id}
    ecs.create_launch_template_version(
        models.CreateLaunchTemplateVersionRequest(
            **target,
            system_disk=models.CreateLaunchTemplateVersionRequestSystemDisk(size=40),
        )
    )
    ecs.modify_launch_template_default_version(
        models.ModifyLaunchTemplateDefaultVersionRequest(**target, default_version_number=2)
    )
    ecs.delete_launch_template_version(
        models.DeleteLaunchTemplateVersionRequest(**target, delete_version=["1"])
    )
    (template,) = ecs.describe_launch_templates(
        models.DescribeLaunchTemplatesRequest(
            region_id=REGION,
            template_tag=[
                models.DescribeLaunchTemplatesRequestTemplateTag(key="p2p-fleet", value="p2p-agent")
            ],
        )
    ).body.launch_template_sets.launch_template_set
    assert (template.launch_template_id, template.default_version_number) == (template_id, 2)
    ecs.delete_launch_template(models.DeleteLaunchTemplateRequest(**target))
    with pytest.raises(ClientException) as gone:
        ecs.delete_launch_template(models.DeleteLaunchTemplateRequest(**target))
    assert gone.value.code == "InvalidLaunchTemplate.NotFound"


def test_a_dry_run_is_an_error_that_says_all_is_well(
    ecs: EcsClient, surroundings: Surroundings
) -> None:
    """DryRunOperation, with 400; a type that does not exist has another code."""

    def code(**settings: object) -> tuple[str, int]:
        request = models.RunInstancesRequest(
            region_id=REGION,
            dry_run=True,
            launch_template_id=surroundings.template_id,
            v_switch_id=surroundings.vswitch_ids[0],
            **settings,
        )
        with pytest.raises(ClientException) as caught:
            ecs.run_instances(request)
        return caught.value.code, caught.value.status_code

    assert code() == ("DryRunOperation", 400)
    assert code(instance_type="ecs.none") == ("InvalidInstanceType.ValueNotSupported", 400)
    disk = models.RunInstancesRequestSystemDisk(category="cloud_ssd", size="20")
    assert code(system_disk=disk) == ("InvalidInstanceType.NotSupportDiskCategory", 403)


def test_what_is_on_offer(ecs: EcsClient) -> None:
    """Zones, stock, images, quotas and prices, as the SDK reads them."""
    zones = ecs.describe_zones(models.DescribeZonesRequest(region_id=REGION)).body.zones.zone
    assert [zone.zone_id for zone in zones] == [f"{REGION}a", f"{REGION}b"]
    stock = ecs.describe_available_resource(
        models.DescribeAvailableResourceRequest(
            region_id=REGION,
            destination_resource="InstanceType",
            instance_type="ecs.e-c1m1.large",
            system_disk_category="cloud_essd",
        )
    ).body.available_zones.available_zone
    assert [(zone.zone_id, zone.status_category) for zone in stock] == [
        (f"{REGION}a", "WithStock"),
    ]
    image = ecs.describe_image_from_family(
        models.DescribeImageFromFamilyRequest(region_id=REGION, image_family="acs:ubuntu_24_04_x64")
    ).body.image
    assert image.image_id == "ubuntu_24_04_x64_20G_alibase_20260916.vhd"
    attributes = ecs.describe_account_attributes(
        models.DescribeAccountAttributesRequest(
            region_id=REGION, attribute_name=["real-name-authentication"]
        )
    ).body.account_attribute_items.account_attribute_item
    assert attributes[0].attribute_values.value_item[0].value == "yes"
    price = ecs.describe_price(
        models.DescribePriceRequest(
            region_id=REGION,
            instance_type="ecs.e-c1m1.large",
            system_disk=models.DescribePriceRequestSystemDisk(category="cloud_essd_entry", size=20),
        )
    ).body.price_info.price
    assert (price.trade_price, price.currency) == (0.02202, "USD")


def test_instances_that_auto_scaling_makes(
    ecs: EcsClient,
    ess: EssClient,
    sandbox: RunningSandbox,
    admin: AdminCall,
    surroundings: Surroundings,
) -> None:
    """Seen, tagged and found through ECS; a wrong JSON list of ids is refused."""
    group_id = ess.create_scaling_group(
        ess_models.CreateScalingGroupRequest(
            region_id=REGION,
            min_size=2,
            max_size=2,
            launch_template_id=surroundings.template_id,
            v_switch_ids=list(surroundings.vswitch_ids),
        )
    ).body.scaling_group_id
    ess.enable_scaling_group(ess_models.EnableScalingGroupRequest(scaling_group_id=group_id))
    admin(sandbox, "POST", "clock", {"advance_s": 60})
    request = models.DescribeInstancesRequest(region_id=REGION, vpc_id=surroundings.vpc_id)
    shown = ecs.describe_instances(request).body.instances.instance
    assert [one.status for one in shown] == ["Running", "Running"]
    ecs.tag_resources(
        models.TagResourcesRequest(
            region_id=REGION,
            resource_type="instance",
            resource_id=[shown[0].instance_id],
            tag=[models.TagResourcesRequestTag(key="k", value="v")],
        )
    )
    request.tag = [models.DescribeInstancesRequestTag(key="k", value="v")]
    found = ecs.describe_instances(request).body.instances.instance
    assert [one.instance_id for one in found] == [shown[0].instance_id]
    interfaces = ecs.describe_network_interfaces(
        models.DescribeNetworkInterfacesRequest(region_id=REGION, instance_id=shown[1].instance_id)
    ).body.network_interface_sets.network_interface_set
    assert [one.v_switch_id for one in interfaces] == [surroundings.vswitch_ids[0]]
    wrong = models.DescribeInstancesRequest(region_id=REGION, instance_ids="i-1")
    with pytest.raises(ClientException) as caught:
        ecs.describe_instances(wrong)
    assert caught.value.code == "InvalidParameter"


def test_a_region_of_another_host_is_not_known(ecs: EcsClient) -> None:
    """ECS hosts serve one region each."""
    with pytest.raises(ClientException) as caught:
        ecs.describe_zones(models.DescribeZonesRequest(region_id="eu-central-1"))
    assert caught.value.code == "InvalidRegionId.NotFound"
