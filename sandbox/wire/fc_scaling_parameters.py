"""The bodies of PutProvisionConfig and PutScalingConfig (Function Compute, version 2023-03-30).

Those of the first are in the official OpenAPI metadata; it names the second one's schema and does
not contain it, so that its members are those of the official SDK's models.
"""

from __future__ import annotations

from typing import Final

from sandbox.wire.fc_function_parameters import array, body, record
from sandbox.wire.parameters import boolean, integer, number, text

PROVISION_CONFIG_BODY: Final = body(
    array(
        "scheduledActions",
        record(
            "",
            text("endTime"),
            text("name", required=True),
            text("scheduleExpression", required=True),
            text("startTime"),
            integer("target", required=True),
            text("timeZone"),
        ),
    ),
    integer("defaultTarget"),
    boolean("alwaysAllocateCPU"),
    boolean("alwaysAllocateGPU"),
    array(
        "targetTrackingPolicies",
        record(
            "",
            text("endTime"),
            integer("maxCapacity", required=True),
            number("metricTarget", required=True),
            text("metricType", required=True),
            integer("minCapacity", required=True),
            text("name", required=True),
            text("startTime"),
            text("timeZone"),
        ),
    ),
    integer("target", required=True),
)
SCALING_CONFIG_BODY: Final = body(
    boolean("enableMixMode"),
    boolean("enableOnDemandScaling"),
    array(
        "horizontalScalingPolicies",
        record(
            "",
            text("endTime"),
            integer("maxInstances"),
            number("metricTarget"),
            text("metricType"),
            integer("minInstances"),
            text("name"),
            text("startTime"),
            text("timeZone"),
        ),
    ),
    integer("minInstances"),
    text("requestDispatchPolicy"),
    text("residentPoolId"),
    array(
        "scheduledPolicies",
        record(
            "",
            text("endTime"),
            text("name"),
            text("scheduleExpression"),
            text("startTime"),
            integer("target"),
            text("timeZone"),
        ),
    ),
    required=False,
)
