"""Switches for facts about Alibaba Cloud that nobody could verify."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field


def _accepted(value: object) -> object:
    """Take true and false for `accept` and `reject`."""
    return {True: "accept", False: "reject"}[value] if isinstance(value, bool) else value


@dataclass(frozen=True, slots=True)
class Variants:
    """One switch per unverified fact; a client must be right either way.

    The defaults are what the evidence makes more likely.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    desired_capacity_zero_at_create: Annotated[
        Literal["accept", "reject"], BeforeValidator(_accepted)
    ] = "accept"
    """Whether CreateScalingGroup takes DesiredCapacity=0; nothing in the schema forbids it."""

    modify_desired_capacity: Literal["enables", "ignored", "rejected"] = "enables"
    """What ModifyScalingGroup with DesiredCapacity does to a group that never had the feature.

    Documents of 2021 say that only creation can turn it on; deployed systems imply that this does.
    """

    filters_omit_inactive_groups: bool = True
    """Whether DescribeScalingGroups leaves Inactive groups out when asked by name or id.

    The metadata says so for the two list filters; assumed of the single name as well.
    """

    fired_task_kept: bool = True
    """Whether a one-shot scheduled task stays, and counts toward the quota, after it has fired."""

    launch_expiration_max_s: Literal[1800, 21600, 86400] = 1800
    """Longest LaunchExpirationTime in seconds: the description's, old documents', the schema's."""

    launch_time_error: Literal["InvalidParameter", "InvalidLaunchTime"] = "InvalidParameter"
    """The code for a LaunchTime that is over or too far ahead."""

    deletion_protection_error: Literal["InvalidOperation.Conflict", "OperationDenied"] = (
        "InvalidOperation.Conflict"
    )
    """The code for deleting a group whose deletion protection is on."""

    auto_suspend_after_days: Annotated[int, Field(ge=1)] = 7
    """After how many days of nothing but failure ESS suspends a group.

    The metadata says 7 days, the page on limits of June 2024 says 30.
    """

    role_visible_s: Annotated[float, Field(ge=0)] | None = None
    """For how many seconds a new RAM role is unknown to other products, None for the usual time.

    Clients see `InvalidRamRole.NotFound` for some seconds; how many is nowhere documented.
    """

    attached_policy_error: Literal["DeleteConflict.Role.Policy", "DeleteConflict.Policy.Role"] = (
        "DeleteConflict.Role.Policy"
    )
    """The code for deleting a policy that is attached to a role.

    The error list has one for users and groups only; deployed clients retry on the first.
    """

    resource_group_name_free: Literal["at_deletion", "when_gone", "after_a_day"] = "at_deletion"
    """When the name of a deleted resource group may be used again.

    The documentation says that the group is renamed to `<name>-<id>-<date>` while it is deleted.
    """

    resource_group_deletion_s: Annotated[float, Field(ge=0)] | None = None
    """For how many seconds a deleted resource group stays, None for the usual time.

    The documentation has said seven days and three.
    """

    zones_without_match: Literal["omitted", "sold_out"] = "omitted"
    """What DescribeAvailableResource does with a zone that has nothing of what is asked for."""

    template_disk_keys: Literal["dotted", "nested"] = "dotted"
    """How DescribeLaunchTemplateVersions writes the system disk: `SystemDisk.Size`, or an object.

    The metadata and its example have dotted keys, the official Python SDK reads an object.
    """

    vpc_visible_after_s: Annotated[float, Field(ge=0)] = 0.0
    """For how many seconds after CreateVpc every other action denies that there is such a VPC."""

    vswitches_in_parallel: bool = False
    """Whether CreateVSwitch works while another vSwitch of the VPC is Pending.

    Users have met `VSwitch Creation simultaneously is not supported.`
    """

    vswitch_conflict_error: Literal[
        "IncorrectVSwitchStatus",
        "TaskConflict",
        "OperationConflict",
        "OperationDenied.OtherSubnetCreating",
    ] = "IncorrectVSwitchStatus"
    """The code for that; the metadata lists three of these, deployed clients retry on the others.

    The first one has been seen.
    """

    ipv4_gateway_missing_in: tuple[str, ...] = ()
    """Ids of regions without IPv4 gateways; that there are any follows from error codes."""

    ipv4_gateway_already_active_error: Literal[
        "OperationFailed.Ipv4GatewayAlreadyActive.", "OperationFailed.Ipv4GatewayAlreadyActive"
    ] = "OperationFailed.Ipv4GatewayAlreadyActive."
    """The code for enabling an IPv4 gateway twice; the metadata ends it with a full stop."""

    unknown_vpc_filter_refused: bool = False
    """Whether DescribeVSwitches refuses a VpcId that does not exist, or answers an empty list.

    The error list has `Forbidden.VpcNotFound`.
    """

    foreign_log_project_error: Literal["Unauthorized", "ProjectNotExist"] = "Unauthorized"
    """The code for looking at a log project that belongs to another account.

    Users have met `The project does not belong to you`.
    """

    logstore_exists_error: Literal["LogStoreAlreadyExist", "LogstoreAlreadyExist"] = (
        "LogStoreAlreadyExist"
    )
    """The code for creating a logstore twice; old documents have the second."""

    machine_group_missing_error: Literal["MachineGroupNotExist", "GroupNotExist"] = (
        "MachineGroupNotExist"
    )
    """The code for a machine group that is not there; the documents have the second.

    The official Java and Go SDKs go by the first, Terraform's provider takes either.
    """

    timer_time_zones: Literal["accept", "reject"] = "accept"
    """Whether a time trigger of FC takes a cron that begins with `CRON_TZ=<zone>`."""

    function_role_checked: Literal["at_create", "at_invocation"] = "at_create"
    """When FC finds out that a function's role does not exist or does not trust it.

    Terraform's provider waits for new roles when it creates something in FC.
    """

    eventbridge_refusal: Literal["answer", "status"] = "answer"
    """Whether EventBridge refuses with status 200 and `Success: false`, or with an error status.

    The error list gives statuses (409); Terraform's provider reads the code of a 200 answer too.
    """

    eventbridge_fc_endpoint: Literal["both", "functions", "services"] = "both"
    """Which endpoints EventBridge takes for a function as a target.

    `acs:fc:<region>:<account>:functions/<f>` follows from Function Compute 3.0's own ARNs; every
    published example is of 2.0 (`…:services/<s>.LATEST/functions/<f>`).
    """

    eventbridge_role_checked: Literal["at_delivery", "at_target"] = "at_delivery"
    """When it comes to light that the service-linked role for sending to functions is missing.

    The console creates the role by itself, so that no document says what happens without it.
    """

    scheduled_user_data: Literal["absent", "data"] = "absent"
    """Where the UserData of a scheduled source lands in its events; no example has any."""
