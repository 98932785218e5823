"""Parameters of the ESS actions served here (product Ess, version 2022-02-22).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata;
choices and the bounds that the metadata's schema lacks come from its descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Param, boolean, flat, integer, integers, number, records
from sandbox.wire.parameters import text as string
from sandbox.wire.parameters import texts as strings

VERSION: Final = "2022-02-22"

_REGION: Final = string("RegionId", required=True)
_OPTIONAL_REGION: Final = string("RegionId")
_GROUP: Final = string("ScalingGroupId", required=True)
_CLIENT_TOKEN: Final = string("ClientToken", max_length=64)
_PAGE_NUMBER: Final = integer("PageNumber", 1)
_PAGE_SIZE: Final = integer("PageSize", 1, 50)

_PROCESSES: Final = strings(
    "Processes",
    "ScaleIn",
    "ScaleOut",
    "HealthCheck",
    "AlarmNotification",
    "ScheduledAction",
    max_items=100,
    required=True,
)

_LIFECYCLE_STATES: Final = (
    "InService",
    "Pending",
    "Pending:Wait",
    "Protected",
    "Standby",
    "Stopped",
    "Removing",
    "Removing:Wait",
)
_HEALTH: Final = ("Healthy", "Unhealthy")
_HEALTH_CHECKS: Final = ("NONE", "ECS", "LOAD_BALANCER")
_CREATION_TYPES: Final = ("AutoCreated", "Attached", "Managed")

_CAPACITY_OPTIONS: Final = flat(
    "CapacityOptions",
    integer("OnDemandBaseCapacity", 0, 1000),
    integer("OnDemandPercentageAboveBaseCapacity", 0, 100),
    boolean("CompensateWithOnDemand"),
    boolean("SpotAutoReplaceOnDemand"),
    string("PriceComparisonMode", "PricePerUnit", "PricePerVCpu"),
)

_OVERRIDES: Final = records(
    "LaunchTemplateOverrides",
    string("InstanceType"),
    integer("WeightedCapacity"),
    number("SpotPriceLimit"),
    max_items=20,
)

_GROUP_SETTINGS: Final = (
    string("ScalingGroupName"),
    string("LaunchTemplateId"),
    string("LaunchTemplateVersion"),
    integer("DefaultCooldown", 0, 86400),
    strings(
        "RemovalPolicies",
        "OldestInstance",
        "NewestInstance",
        "OldestScalingConfiguration",
        "CustomPolicy",
        max_items=2,
    ),
    string("MultiAZPolicy", "PRIORITY", "COST_OPTIMIZED", "BALANCE", "COMPOSABLE"),
    string("HealthCheckType", *_HEALTH_CHECKS),
    # Terraform sends forceRelease and the service takes it.
    string("ScalingPolicy", "recycle", "release", "forcerelease", "forcerecycle", any_case=True),
    integer("OnDemandBaseCapacity", 0, 1000),
    integer("OnDemandPercentageAboveBaseCapacity", 0, 100),
    boolean("SpotInstanceRemedy"),
    boolean("CompensateWithOnDemand"),
    integer("SpotInstancePools", 0, 10),
    integer("DesiredCapacity", 0),
    boolean("GroupDeletionProtection"),
    strings("VSwitchIds", max_items=8),
    _OVERRIDES,
    boolean("AzBalance"),
    string("AllocationStrategy", "priority", "lowestPrice"),
    string("SpotAllocationStrategy", "priority", "lowestPrice"),
    integer("MaxInstanceLifetime", 0),
    string("CustomPolicyARN"),
    strings("HealthCheckTypes", *_HEALTH_CHECKS, max_items=100),
    integer("StopInstanceTimeout", 30, 240),
    _CAPACITY_OPTIONS,
    string("BalanceMode", "BalancedBestEffort", "BalancedOnly"),
    boolean("AutoRebalance"),
)
"""What both CreateScalingGroup and ModifyScalingGroup take."""

_SERVER_WEIGHT: Final = integer("Weight", 0, 100)
_SERVER_PORT: Final = integer("Port", 1, 65535)

_CREATE_GROUP: Final = (
    *_GROUP_SETTINGS,
    string("InstanceId"),
    _REGION,
    integer("MinSize", 0, required=True),
    integer("MaxSize", 0, required=True),
    string("LoadBalancerIds"),
    string("DBInstanceIds"),
    string("VSwitchId"),
    _CLIENT_TOKEN,
    string("GroupType", "ECS", "ECI"),
    string("ContainerGroupId"),
    records(
        "LifecycleHooks",
        string("DefaultResult", "CONTINUE", "ABANDON"),
        string("LifecycleHookName"),
        string("LifecycleTransition", "SCALE_OUT", "SCALE_IN"),
        string("NotificationMetadata", max_length=4096),
        string("NotificationArn"),
        integer("HeartbeatTimeout", 30, 21600),
        max_items=100,
    ),
    records(
        "VServerGroups",
        records(
            "VServerGroupAttributes",
            string("VServerGroupId"),
            _SERVER_WEIGHT,
            _SERVER_PORT,
            max_items=100,
        ),
        string("LoadBalancerId"),
        max_items=100,
    ),
    records("Tags", string("Key"), string("Value"), boolean("Propagate"), max_items=21),
    records(
        "AlbServerGroups", string("AlbServerGroupId"), _SERVER_WEIGHT, _SERVER_PORT, max_items=100
    ),
    records(
        "ServerGroups",
        string("ServerGroupId"),
        string("Type", "ALB", "NLB"),
        _SERVER_WEIGHT,
        _SERVER_PORT,
        max_items=100,
    ),
    boolean("SyncAlarmRuleToCms"),
    string("ResourceGroupId"),
    records("LoadBalancerConfigs", string("LoadBalancerId"), _SERVER_WEIGHT, max_items=20),
    records(
        "DBInstances",
        string("DBInstanceId"),
        string("Type", "RDS", "Redis", "MongoDB"),
        string("AttachMode", "SecurityIp", "SecurityGroup"),
        max_items=5,
    ),
)

_MODIFY_GROUP: Final = (
    *_GROUP_SETTINGS,
    _GROUP,
    integer("MinSize", 0),
    integer("MaxSize", 0),
    string("ActiveScalingConfigurationId"),
    boolean("DisableDesiredCapacity"),
)

_TASK_SETTINGS: Final = (
    string("ScheduledTaskName"),
    string("Description"),
    string("ScheduledAction"),
    string("RecurrenceEndTime"),
    string("LaunchTime"),
    string("RecurrenceType", "Daily", "Weekly", "Monthly", "Cron"),
    string("RecurrenceValue"),
    boolean("TaskEnabled"),
    # The descriptions say at most 1800; the schema says 86400, which is what is checked here.
    integer("LaunchExpirationTime", 0, 86400),
    integer("MinValue", 0),
    integer("MaxValue", 0),
    integer("DesiredCapacity", 0),
    string("ScalingGroupId"),
)
"""What both CreateScheduledTask and ModifyScheduledTask take."""

_TAG_TARGET: Final = (_REGION, string("ResourceType", required=True))

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateScalingGroup": _CREATE_GROUP,
    "ModifyScalingGroup": _MODIFY_GROUP,
    "EnableScalingGroup": (
        _GROUP,
        string("ActiveScalingConfigurationId"),
        string("LaunchTemplateId"),
        string("LaunchTemplateVersion"),
        strings("InstanceIds", max_items=100),
        integers("LoadBalancerWeights", max_items=100),
        records(
            "LaunchTemplateOverrides",
            string("InstanceType"),
            integer("WeightedCapacity"),
            max_items=10,
        ),
        _OPTIONAL_REGION,
    ),
    "DisableScalingGroup": (_GROUP,),
    "DeleteScalingGroup": (_GROUP, boolean("ForceDelete"), _OPTIONAL_REGION),
    "SetGroupDeletionProtection": (
        boolean("GroupDeletionProtection", required=True),
        _GROUP,
        _OPTIONAL_REGION,
    ),
    "DescribeScalingGroups": (
        _REGION,
        _PAGE_NUMBER,
        _PAGE_SIZE,
        string("GroupType", "ECS", "ECI"),
        strings("ScalingGroupIds", max_items=20),
        strings("ScalingGroupNames", max_items=20),
        string("ScalingGroupName"),
        string("ResourceGroupId"),
        records("Tags", string("Key"), string("Value"), max_items=20),
    ),
    "DescribeScalingGroupDetail": (_REGION, _GROUP, string("OutputFormat")),
    "DescribeScalingInstances": (
        _REGION,
        string("ScalingGroupId"),
        string("ScalingConfigurationId"),
        string("HealthStatus", *_HEALTH),
        string("LifecycleState", *_LIFECYCLE_STATES),
        string("CreationType", *_CREATION_TYPES),
        _PAGE_NUMBER,
        integer("PageSize", 1, 100),
        string("ScalingActivityId"),
        strings("InstanceIds", max_items=200),
        strings("CreationTypes", *_CREATION_TYPES, max_items=10),
        strings("LifecycleStates", *_LIFECYCLE_STATES, max_items=10),
    ),
    "DescribeScalingActivities": (
        _REGION,
        _PAGE_NUMBER,
        _PAGE_SIZE,
        string("ScalingGroupId"),
        string("StatusCode", "Successful", "Warning", "Failed", "InProgress", "Rejected"),
        strings("ScalingActivityIds", max_items=20),
        string("InstanceRefreshTaskId"),
    ),
    "CreateScheduledTask": (*_TASK_SETTINGS, _REGION),
    "ModifyScheduledTask": (
        *_TASK_SETTINGS,
        string("ScheduledTaskId", required=True),
        _OPTIONAL_REGION,
    ),
    "DeleteScheduledTask": (string("ScheduledTaskId", required=True), _OPTIONAL_REGION),
    "DescribeScheduledTasks": (
        _REGION,
        _PAGE_NUMBER,
        _PAGE_SIZE,
        string("ScalingGroupId"),
        strings("ScheduledActions", max_items=20),
        strings("ScheduledTaskIds", max_items=20),
        strings("ScheduledTaskNames", max_items=20),
        string("TaskName"),
        string("RecurrenceType", "Daily", "Weekly", "Monthly", "Cron"),
        string("RecurrenceValue"),
        boolean("TaskEnabled"),
    ),
    "SetInstanceHealth": (
        string("InstanceId", required=True),
        string("HealthStatus", *_HEALTH, required=True),
    ),
    "SuspendProcesses": (_GROUP, _CLIENT_TOKEN, _PROCESSES, _OPTIONAL_REGION),
    "ResumeProcesses": (_GROUP, _CLIENT_TOKEN, _PROCESSES, _OPTIONAL_REGION),
    "TagResources": (
        *_TAG_TARGET,
        strings("ResourceIds", max_items=51, required=True),
        records(
            "Tags",
            string("Key"),
            string("Value"),
            boolean("Propagate"),
            max_items=21,
            required=True,
        ),
    ),
    "UntagResources": (
        *_TAG_TARGET,
        boolean("All"),
        strings("ResourceIds", max_items=51, required=True),
        strings("TagKeys", max_items=21),
    ),
    "ListTagResources": (
        *_TAG_TARGET,
        string("NextToken"),
        strings("ResourceIds", max_items=51),
        records("Tags", string("Key"), string("Value"), max_items=21),
    ),
    "DescribeLimitation": (),
    "DescribeRegions": (string("AcceptLanguage"),),
}
"""Action → the parameters it takes."""
