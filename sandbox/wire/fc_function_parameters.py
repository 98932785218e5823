"""The body of CreateFunction and UpdateFunction (Function Compute, version 2023-03-30).

Names, types, required, lengths and list limits are those of the official OpenAPI metadata, but for
`NEWER`, which only the SDK knows. Ranges and choices are in descriptions, with error codes of FC's
own: the domain checks them.
"""

from __future__ import annotations

from typing import Final

from sandbox.wire.parameters import Kind, Param, Style, boolean, integer, number, text


def array(
    name: str,
    item: Param,
    *,
    max_items: int | None = None,
    required: bool = False,
    style: Style = Style.PLAIN,
) -> Param:
    """A list inside JSON, or of its own with style JSON."""
    return Param(name, Kind.ARRAY, required=required, item=item, max_items=max_items, style=style)


def record(name: str, *members: Param) -> Param:
    """An object inside JSON."""
    return Param(name, Kind.OBJECT, members=members)


def mapping(name: str) -> Param:
    """An object inside JSON with names of the caller's choice."""
    return Param(name, Kind.OBJECT, open=True)


def body(*members: Param, required: bool = True) -> Param:
    """The JSON object that is a request's body."""
    return Param("body", Kind.OBJECT, required=required, members=members, style=Style.JSON)


CODE: Final = record(
    "code",
    text("checksum"),
    text("ossBucketName", max_length=63),
    text("ossObjectName"),
    text("zipFile"),
)
TAG: Final = record("", text("Key"), text("Value"))

NEWER: Final = (
    text("disableInjectCredentials"),
    boolean("enableLongLiving"),
    integer("idleTimeout"),
    text("instanceIsolationMode"),
    text("resourceGroupId"),
    text("sessionAffinity"),
    text("sessionAffinityConfig"),
)
"""Settings of the SDK's models that the metadata does not have yet; UpdateFunction knows them too,
but for `resourceGroupId`.
"""

_HEALTH_CHECK: Final = record(
    "healthCheckConfig",
    integer("failureThreshold"),
    text("httpGetUrl"),
    integer("initialDelaySeconds"),
    integer("periodSeconds"),
    integer("successThreshold"),
    integer("timeoutSeconds"),
)
_CUSTOM_CONTAINER: Final = record(
    "customContainerConfig",
    record("accelerationInfo", text("status")),
    text("accelerationType"),
    text("acrInstanceId"),
    array("command", text("")),
    array("entrypoint", text("")),
    _HEALTH_CHECK,
    text("image"),
    integer("port"),
    record(
        "registryConfig",
        record("authConfig", text("password"), text("userName")),
        record("certConfig", boolean("insecure"), text("rootCaCertBase64")),
        record("networkConfig", text("securityGroupId"), text("vSwitchId"), text("vpcId")),
    ),
    text("resolvedImageUri"),
)
_CUSTOM_DNS: Final = record(
    "customDNS",
    array("dnsOptions", record("", text("name", max_length=256), text("value", max_length=256))),
    array("nameServers", text("")),
    array("searches", text("")),
)
_LIFECYCLE: Final = record(
    "instanceLifecycleConfig",
    record("initializer", text("handler", max_length=128), integer("timeout")),
    record("preStop", text("handler", max_length=128), integer("timeout")),
)
_LOGS: Final = record(
    "logConfig",
    boolean("enableInstanceMetrics"),
    boolean("enableRequestMetrics"),
    text("logBeginRule"),
    text("logstore", max_length=63),
    text("project", max_length=63),
)
_NAS_MOUNT: Final = record(
    "",
    boolean("enableTLS"),
    text("mountDir", max_length=64),
    text("serverAddr", max_length=128),
)
_OSS_MOUNT: Final = record(
    "",
    text("bucketName", max_length=64),
    text("bucketPath", max_length=128),
    text("endpoint", max_length=128),
    text("mountDir", max_length=64),
    boolean("readOnly"),
)
_VPC: Final = record(
    "vpcConfig",
    text("securityGroupId", max_length=50),
    array("vSwitchIds", text(""), max_items=10),
    text("vpcId", max_length=50),
    text("role"),
)

_SETTINGS: Final = (
    CODE,
    number("cpu"),
    _CUSTOM_CONTAINER,
    _CUSTOM_DNS,
    record(
        "customRuntimeConfig",
        array("args", text("")),
        array("command", text("")),
        _HEALTH_CHECK,
        integer("port"),
    ),
    text("description", max_length=256),
    boolean("disableOndemand"),
    integer("diskSize"),
    mapping("environmentVariables"),
    record("gpuConfig", integer("gpuMemorySize"), text("gpuType", max_length=128)),
    integer("instanceConcurrency"),
    _LIFECYCLE,
    boolean("internetAccess"),
    array("layers", text("")),
    _LOGS,
    integer("memorySize"),
    record(
        "nasConfig",
        integer("groupId"),
        array("mountPoints", _NAS_MOUNT, max_items=5),
        integer("userId"),
    ),
    record("ossMountConfig", array("mountPoints", _OSS_MOUNT, max_items=5)),
    text("role", max_length=300),
    integer("timeout"),
    record("tracingConfig", mapping("params"), text("type")),
    _VPC,
)

CREATE_FUNCTION_BODY: Final = body(
    text("functionName", required=True, max_length=128),
    text("handler", required=True, max_length=128),
    text("runtime", required=True),
    array("tags", TAG),
    *_SETTINGS,
    *NEWER,
)
UPDATE_FUNCTION_BODY: Final = body(
    text("handler", max_length=128),
    text("runtime"),
    *_SETTINGS,
    *(setting for setting in NEWER if setting.name != "resourceGroupId"),
)
