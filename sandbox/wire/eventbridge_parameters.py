"""Parameters of the EventBridge actions served here (version 2020-04-01).

Names, types, required, bounds, list limits and styles are those of the official OpenAPI metadata;
choices and the bounds that the metadata's schema lacks come from its descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.wire.parameters import Kind, Param, Style, boolean, integer
from sandbox.wire.parameters import json_object as from_json
from sandbox.wire.parameters import text as string

VERSION: Final = "2020-04-01"


def _member(name: str, *members: Param) -> Param:
    """An object inside JSON text."""
    return Param(name, Kind.OBJECT, members=members)


def _listed(name: str, item: Param) -> Param:
    """A list inside JSON text."""
    return Param(name, Kind.ARRAY, item=item)


def _json_list(name: str, item: Param, *, required: bool = False) -> Param:
    """One list sent as JSON text."""
    return Param(name, Kind.ARRAY, required=required, style=Style.JSON, item=item)


_BUS: Final = string("EventBusName", required=True)
_OPTIONAL_BUS: Final = string("EventBusName")
_RULE: Final = string("RuleName", required=True)
_SOURCE: Final = string("EventSourceName", required=True)
_LIMIT: Final = integer("Limit")
_NEXT_TOKEN: Final = string("NextToken")
_STATUS: Final = string("Status", "ENABLE", "DISABLE")
_PATTERN: Final = string("FilterPattern", required=True)

_SOURCE_SETTINGS: Final = (
    _SOURCE,
    string("Description"),
    boolean("LinkedExternalSource"),
    string("ExternalSourceType"),
    Param("ExternalSourceConfig", Kind.OBJECT, style=Style.JSON, open=True),
    _BUS,
    from_json(
        "SourceMNSParameters", string("RegionId"), string("QueueName"), boolean("IsBase64Decode")
    ),
    from_json(
        "SourceRocketMQParameters",
        string("RegionId"),
        string("InstanceId"),
        string("Topic"),
        string("Tag"),
        string("Offset"),
        integer("Timestamp"),
        string("GroupID"),
        string("InstanceType"),
        string("InstanceNetwork"),
        string("InstanceVpcId"),
        string("InstanceVSwitchIds"),
        string("InstanceSecurityGroupId"),
        string("AuthType"),
        string("InstanceEndpoint"),
        string("InstanceUsername"),
        string("InstancePassword"),
    ),
    from_json(
        "SourceRabbitMQParameters",
        string("RegionId"),
        string("InstanceId"),
        string("VirtualHostName"),
        string("QueueName"),
    ),
    from_json(
        "SourceSLSParameters",
        string("Project"),
        string("LogStore"),
        string("ConsumePosition"),
        string("RoleName"),
    ),
    from_json(
        "SourceHttpEventParameters",
        string("Type"),
        _listed("Method", string("")),
        string("SecurityConfig"),
        _listed("Ip", string("")),
        _listed("Referer", string("")),
    ),
    from_json(
        "SourceScheduledEventParameters",
        string("Schedule"),
        string("TimeZone"),
        string("UserData"),
    ),
    from_json(
        "SourceKafkaParameters",
        string("InstanceId"),
        string("ConsumerGroup"),
        string("Topic"),
        string("OffsetReset"),
        string("RegionId"),
        integer("MaximumTasks"),
        string("Network"),
        string("SecurityGroupId"),
        string("VSwitchIds"),
        string("VpcId"),
    ),
    from_json(
        "SourceOSSEventParameters",
        _listed("EventTypes", string("")),
        string("StsRoleArn"),
        _listed(
            "MatchRules",
            _listed(
                "",
                _member(
                    "",
                    string("Prefix"),
                    string("Suffix"),
                    string("Name"),
                    boolean("MatchState"),
                ),
            ),
        ),
    ),
)
"""What both CreateEventSource and UpdateEventSource take, in the form body."""

_TARGET: Final = _member(
    "",
    string("Id", required=True),
    string("Type", required=True),
    string("Endpoint"),
    string("PushRetryStrategy", "BACKOFF_RETRY", "EXPONENTIAL_DECAY_RETRY"),
    _member(
        "DeadLetterQueue",
        string("Arn"),
        string("Network"),
        string("VpcId"),
        string("VSwitchIds"),
        string("SecurityGroupId"),
    ),
    string("ErrorsTolerance", "ALL", "NONE"),
    _listed(
        "ParamList",
        _member("", string("ResourceKey"), string("Form"), string("Value"), string("Template")),
    ),
    _member("ConcurrentConfig", integer("Concurrency")),
)

ACTIONS: Final[Mapping[str, tuple[Param, ...]]] = {
    "CreateEventBus": (
        string("EventBusName", required=True, max_length=127),
        string("Description", max_length=255),
    ),
    "GetEventBus": (_BUS,),
    "ListEventBuses": (string("NamePrefix"), _LIMIT, _NEXT_TOKEN),
    "DeleteEventBus": (_BUS,),
    "CreateEventSource": _SOURCE_SETTINGS,
    "UpdateEventSource": _SOURCE_SETTINGS,
    "DeleteEventSource": (_OPTIONAL_BUS, _SOURCE),
    "ListUserDefinedEventSources": (string("NamePrefix"), _OPTIONAL_BUS, _LIMIT, _NEXT_TOKEN),
    "CreateRule": (
        _BUS,
        string("Description"),
        _RULE,
        _STATUS,
        _PATTERN,
        _json_list("EventTargets", _TARGET),
    ),
    "GetRule": (_BUS, _RULE),
    "UpdateRule": (_BUS, string("Description"), _RULE, _STATUS, _PATTERN),
    "ListRules": (string("RuleNamePrefix"), _LIMIT, _NEXT_TOKEN, _BUS),
    "EnableRule": (_BUS, _RULE),
    "DisableRule": (_BUS, _RULE),
    "DeleteRule": (_BUS, _RULE),
    "PutTargets": (_BUS, _RULE, _json_list("Targets", _TARGET, required=True)),
    "ListTargets": (_OPTIONAL_BUS, _LIMIT, string("RuleName"), _NEXT_TOKEN, string("Arn")),
    "DeleteTargets": (_BUS, _RULE, _json_list("TargetIds", string(""))),
    "CheckServiceLinkedRoleForProduct": (string("ProductName"),),
    "CreateServiceLinkedRoleForProduct": (string("ProductName", required=True),),
}
