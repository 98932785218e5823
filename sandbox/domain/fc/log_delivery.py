"""Function logs on their way to the Simple Log Service.

Topics and fields are those that readers of real logstores go by: Serverless Devs, in its queries
and in the index that it makes, and the page "Request-level metric logs". A line bears no request
id, but for what it says itself. Not known are the delay until logs arrive, which is none here, and
the exact time of a line, which is the end of the attempt here. Metrics per instance are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.domain.fc.errors import invalid_argument
from sandbox.domain.fc.records import Launch, Logging, Outcome
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.neighbours import LogFields

_MS = 1000


def read_logging(settings: Mapping[str, Any]) -> Logging:
    """Where a function's log goes, by its settings."""
    config = settings.get("logConfig") or {}
    project, logstore = config.get("project") or "", config.get("logstore") or ""
    if not project or not logstore:
        return Logging()
    return Logging(project, logstore, bool(config.get("enableRequestMetrics", True)))


def check_logging(region: FcRegion, settings: Mapping[str, Any]) -> None:
    """Raises ApiError `InvalidArgument` where a log would go to something that is not there.

    The sentences are those that Serverless Devs waits on, for a project that it has just made.
    """
    target = read_logging(settings)
    if not target.project:
        return
    log = region.world.neighbours.log
    if not log.project_exists(region.region_id, target.project):
        raise invalid_argument(f"project '{target.project}' does not exist")
    if not log.logstore_exists(region.region_id, target.project, target.logstore):
        raise invalid_argument(f"logstore '{target.logstore}' does not exist")


def deliver_log(region: FcRegion, launch: Launch, outcome: Outcome) -> None:
    """Writes what an attempt has logged; it is lost where project or logstore cannot be reached."""
    target = launch.logging
    if not target.project:
        return
    write = region.world.neighbours.log.write
    lines = list(_lines(launch, outcome))
    if lines:
        topic = f"FCLogs:{launch.function_name}"
        write(region.region_id, target.project, target.logstore, topic, lines)
    if target.request_metrics:
        topic = f"FCRequestMetrics:/{launch.function_name}"
        metrics = [_request_metrics(launch, outcome)]
        write(region.region_id, target.project, target.logstore, topic, metrics)


def _lines(launch: Launch, outcome: Outcome) -> Iterator[LogFields]:
    for line in outcome.log.decode("utf-8", "replace").splitlines():
        yield {
            "functionName": launch.function_name,
            "instanceID": launch.instance_id,
            "message": line,
            "qualifier": "LATEST",
            "versionId": "",
        }


def _request_metrics(launch: Launch, outcome: Outcome) -> LogFields:
    started_ms = int(launch.started_at.timestamp() * _MS)
    accepted_ms = int(launch.invocation.accepted_at.timestamp() * _MS)
    return {
        "durationMs": f"{outcome.duration_ms:.2f}",
        **({} if outcome.error_type is None else {"errorType": outcome.error_type}),
        "functionName": launch.function_name,
        "hasFunctionError": str(outcome.error_type is not None).lower(),
        "instanceID": launch.instance_id,
        "invocationStartTimestamp": str(started_ms),
        "invocationType": "Sync" if launch.invocation.sync else "Async",
        "invokeFunctionLatencyMs": f"{outcome.duration_ms:.2f}",
        "invokeFunctionStartTimestamp": str(accepted_ms),
        "isColdStart": "true",
        "memoryMB": str(launch.memory_mb),
        "memoryUsageMB": f"{outcome.peak_memory_mb:.2f}",
        "operation": "InvokeFunction",
        "qualifier": "LATEST",
        "requestId": launch.invocation.request_id,
        "resourceMode": "OnDemand",
    }
