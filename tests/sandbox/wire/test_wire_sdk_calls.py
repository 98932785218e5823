"""Every action through the vendor's own, unmodified SDK."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alibabacloud_ess20220222 import models
from alibabacloud_ess20220222.client import Client as EssClient
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from sandbox.domain.setup import Surroundings
from sandbox.server import RunningSandbox

REGION = "ap-southeast-7"
REQUEST_ID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


def rpc(action: str, version: str, **more: str) -> Params:
    """How the generic client names an RPC action."""
    return Params(
        action=action,
        version=version,
        protocol="HTTP",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type=more.get("req_body_type", "formData"),
        body_type="json",
    )


def create_group(ess: EssClient, there: Surroundings) -> str:
    """A new, inactive group; returns its id."""
    request = models.CreateScalingGroupRequest(
        region_id=REGION,
        scaling_group_name="p2p-agent-ap-southeast-7",
        min_size=0,
        max_size=5,
        launch_template_id=there.template_id,
        launch_template_version="Latest",
        v_switch_ids=list(there.vswitch_ids),
        scaling_policy="forceRelease",
        multi_azpolicy="COMPOSABLE",
        capacity_options=models.CreateScalingGroupRequestCapacityOptions(
            on_demand_base_capacity=0, compensate_with_on_demand=True
        ),
        launch_template_overrides=[
            models.CreateScalingGroupRequestLaunchTemplateOverrides(
                instance_type="ecs.e-c1m1.large"
            )
        ],
        tags=[
            models.CreateScalingGroupRequestTags(key="p2p-fleet", value="ü & = +", propagate=True)
        ],
    )
    group_id: str = ess.create_scaling_group(request).body.scaling_group_id
    return group_id


def describe(ess: EssClient) -> list[Any]:
    """All groups of the region."""
    request = models.DescribeScalingGroupsRequest(region_id=REGION, page_size=50)
    groups: list[Any] = ess.describe_scaling_groups(request).body.scaling_groups
    return groups


def test_life_of_a_group(
    ess: EssClient, sandbox: RunningSandbox, admin: AdminCall, surroundings: Surroundings
) -> None:
    """Create, enable, scale, look, protect, disable and delete: all through the SDK."""
    group_id = create_group(ess, surroundings)
    created = describe(ess)[0].to_map()
    assert {
        name: created[name]
        for name in ("ScalingGroupId", "LifecycleState", "MinSize", "MaxSize", "Tags")
    } == {
        "ScalingGroupId": group_id,
        "LifecycleState": "Inactive",
        "MinSize": 0,
        "MaxSize": 5,
        "Tags": [{"TagKey": "p2p-fleet", "TagValue": "ü & = +", "Propagate": True}],
    }
    ess.enable_scaling_group(models.EnableScalingGroupRequest(scaling_group_id=group_id))
    ess.modify_scaling_group(
        models.ModifyScalingGroupRequest(scaling_group_id=group_id, min_size=2, max_size=2)
    )
    admin(sandbox, "POST", "clock", {"advance_s": 600})
    instances = ess.describe_scaling_instances(
        models.DescribeScalingInstancesRequest(region_id=REGION, scaling_group_id=group_id)
    ).body
    assert [item.lifecycle_state for item in instances.scaling_instances] == ["InService"] * 2
    activities = ess.describe_scaling_activities(
        models.DescribeScalingActivitiesRequest(region_id=REGION, scaling_group_id=group_id)
    ).body
    assert [item.status_code for item in activities.scaling_activities] == ["Successful"]
    detail = ess.describe_scaling_group_detail(
        models.DescribeScalingGroupDetailRequest(region_id=REGION, scaling_group_id=group_id)
    ).body
    assert (detail.scaling_group.active_capacity, detail.scaling_group.lifecycle_state) == (
        2,
        "Active",
    )
    for protected in (True, False):
        ess.set_group_deletion_protection(
            models.SetGroupDeletionProtectionRequest(
                region_id=REGION, scaling_group_id=group_id, group_deletion_protection=protected
            )
        )
        assert describe(ess)[0].group_deletion_protection is protected
    ess.disable_scaling_group(models.DisableScalingGroupRequest(scaling_group_id=group_id))
    assert describe(ess)[0].lifecycle_state == "Inactive"
    ess.delete_scaling_group(
        models.DeleteScalingGroupRequest(
            region_id=REGION, scaling_group_id=group_id, force_delete=True
        )
    )
    admin(sandbox, "POST", "clock", {"advance_s": 600})
    assert describe(ess) == []


def test_scheduled_tasks(
    ess: EssClient, sandbox: RunningSandbox, surroundings: Surroundings
) -> None:
    """A scheduled task is created, changed, found and deleted."""
    group_id = create_group(ess, surroundings)
    tomorrow = f"{sandbox.cloud.clock.now + timedelta(days=1):%Y-%m-%dT%H:%MZ}"
    task_id = ess.create_scheduled_task(
        models.CreateScheduledTaskRequest(
            region_id=REGION,
            scaling_group_id=group_id,
            scheduled_task_name="p2p-agent-ap-southeast-7-start",
            launch_time=tomorrow,
            min_value=1,
            max_value=1,
        )
    ).body.scheduled_task_id
    ess.modify_scheduled_task(
        models.ModifyScheduledTaskRequest(
            region_id=REGION, scheduled_task_id=task_id, min_value=2, max_value=3
        )
    )

    def tasks() -> list[dict[str, object]]:
        request = models.DescribeScheduledTasksRequest(region_id=REGION, scaling_group_id=group_id)
        found = ess.describe_scheduled_tasks(request).body.scheduled_tasks
        return [task.to_map() for task in found]

    assert tasks() == [
        {
            "ScheduledTaskId": task_id,
            "ScheduledTaskName": "p2p-agent-ap-southeast-7-start",
            "ScalingGroupId": group_id,
            "LaunchTime": tomorrow,
            "LaunchExpirationTime": 600,
            "MinValue": 2,
            "MaxValue": 3,
            "TaskEnabled": True,
        }
    ]
    ess.delete_scheduled_task(
        models.DeleteScheduledTaskRequest(region_id=REGION, scheduled_task_id=task_id)
    )
    assert tasks() == []


def test_processes_and_tags(ess: EssClient, surroundings: Surroundings) -> None:
    """Processes are suspended and resumed, tags set, listed and removed."""
    group_id = create_group(ess, surroundings)
    processes = ["ScaleIn", "ScaleOut"]
    ess.suspend_processes(
        models.SuspendProcessesRequest(scaling_group_id=group_id, processes=processes)
    )
    assert sorted(describe(ess)[0].suspended_processes) == processes
    ess.resume_processes(
        models.ResumeProcessesRequest(scaling_group_id=group_id, processes=processes)
    )
    assert describe(ess)[0].suspended_processes == []
    target = {"region_id": REGION, "resource_type": "scalinggroup", "resource_ids": [group_id]}
    ess.tag_resources(
        models.TagResourcesRequest(
            **target, tags=[models.TagResourcesRequestTags(key="k", value="v")]
        )
    )
    ess.untag_resources(models.UntagResourcesRequest(**target, tag_keys=["p2p-fleet"]))
    listed = ess.list_tag_resources(models.ListTagResourcesRequest(**target)).body.tag_resources
    assert [(item.resource_id, item.tag_key, item.tag_value) for item in listed] == [
        (group_id, "k", "v")
    ]


def test_limits_and_regions(ess: EssClient) -> None:
    """Actions without a region answer too."""
    limits = ess.describe_limitation(models.DescribeLimitationRequest()).body
    assert limits.max_number_of_scaling_groups > 0
    regions = ess.describe_regions(models.DescribeRegionsRequest(accept_language="en-US")).body
    names = {region.region_id: region.region_endpoint for region in regions.regions}
    assert names[REGION] == "ess.ap-southeast-7.aliyuncs.com"


def test_caller_identity(sts: OpenApiClient, sandbox: RunningSandbox) -> None:
    """The generic client asks STS who it is."""
    answer = sts.call_api(
        rpc("GetCallerIdentity", "2015-04-01"), OpenApiRequest(), RuntimeOptions()
    )
    assert answer["statusCode"] == 200
    assert answer["body"]["AccountId"] == sandbox.account_id


def test_answers_carry_their_request_id(ess: EssClient) -> None:
    """The request id is an upper-case UUID, the same in header and body."""
    answer = ess.describe_regions(models.DescribeRegionsRequest())
    assert REQUEST_ID.fullmatch(answer.body.request_id)
    assert answer.headers["x-acs-request-id"] == answer.body.request_id


def test_form_body_of_40_kb(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """Parameters may travel in a form body, large ones too, and are checked as in the query."""
    client = OpenApiClient(config_for(sandbox, endpoint="ess.ap-southeast-7.aliyuncs.com"))

    def describe_with(**body: object) -> Any:  # noqa: ANN401 (the SDK's untyped answer)
        return client.call_api(
            rpc("DescribeScalingGroups", "2022-02-22"),
            OpenApiRequest(query={"RegionId": REGION}, body=body),
            RuntimeOptions(),
        )["body"]

    answer = describe_with(ScalingGroupName="é+&=%" * 8000, PageSize=7, Tags=[{"Key": "k"}])
    assert (answer["TotalCount"], answer["PageSize"]) == (0, 7)
    with pytest.raises(ClientException) as caught:
        describe_with(PageSize=51)
    assert (caught.value.code, caught.value.status_code) == ("InvalidParameter", 400)


def test_query_of_a_megabyte(ess: EssClient) -> None:
    """The same in the query, where the request line grows far over 64 KiB."""
    request = models.DescribeScalingGroupsRequest(
        region_id=REGION, scaling_group_name="é" * 150_000
    )
    assert ess.describe_scaling_groups(request).body.total_count == 0


def test_old_signature(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """The SDK's switch to the RPC 1.0 signature works, in query and in body."""
    client = OpenApiClient(
        config_for(sandbox, endpoint="ess.ap-southeast-7.aliyuncs.com", signature_algorithm="v2")
    )
    request = OpenApiRequest(query={"RegionId": REGION}, body={"PageSize": 5})
    answer = client.call_api(rpc("DescribeScalingGroups", "2022-02-22"), request, RuntimeOptions())
    assert answer["body"]["PageSize"] == 5


def test_security_token(sandbox: RunningSandbox, config_for: ConfigFor) -> None:
    """Temporary credentials, as Function Compute hands them out, are accepted."""
    client = EssClient(config_for(sandbox, security_token="token"))
    assert client.describe_regions(models.DescribeRegionsRequest()).status_code == 200


def test_base_url_as_endpoint(
    sandbox: RunningSandbox, config_for: ConfigFor, surroundings: Surroundings
) -> None:
    """Without proxy, the sandbox's own address as endpoint serves every product."""
    endpoint = sandbox.endpoint.removeprefix("http://")
    client = EssClient(config_for(sandbox, endpoint=endpoint, http_proxy=None))
    group_id = create_group(client, surroundings)
    client.modify_scaling_group(
        models.ModifyScalingGroupRequest(scaling_group_id=group_id, max_size=7)
    )
    assert describe(client)[0].max_size == 7
    generic = OpenApiClient(config_for(sandbox, endpoint=endpoint, http_proxy=None))
    answer = generic.call_api(
        rpc("GetCallerIdentity", "2015-04-01"), OpenApiRequest(), RuntimeOptions()
    )
    assert answer["body"]["AccountId"] == sandbox.account_id
