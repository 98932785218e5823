"""The programs that are measured, as source: each runs in a fresh interpreter."""

from __future__ import annotations

BASELINE = """
import os
import alibabacloud_credentials.client
import alibabacloud_fc20230330.client
from alibabacloud_ess20220222.client import Client
from alibabacloud_ess20220222.models import DescribeScalingGroupsRequest
from alibabacloud_tea_openapi.utils_models import Config

config = Config(
    access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
    access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    region_id="eu-central-1",
    protocol="http",
    http_proxy=os.environ["ALIBABA_CLOUD_ENDPOINT_URL"],
)
Client(config).describe_scaling_groups(DescribeScalingGroupsRequest(region_id="eu-central-1"))
"""
"""What a watcher of one region does today: import its three SDK clients, make one describe."""

IMPORTS = "import functions.watcher.__main__"
"""Everything that a poll imports before it begins."""

GIT = """
import os, time
import functions.watcher.__main__
from shared.control.git import Answer, Credentials, Limits, parse_sources, read_sources

began = time.perf_counter()
sources = parse_sources(os.environ["CONTROL_SOURCES"])
[answer] = read_sources(sources, Credentials(), Limits(), monotonic=time.monotonic)
if not isinstance(answer, Answer):
    raise SystemExit(answer.failure.message)
open(os.environ["BENCH_RESULT"], "w").write(str(time.perf_counter() - began))
"""
"""The Git part of a poll alone; writes its seconds to the file that BENCH_RESULT names."""

WARM = """
import os, resource, time
from functions.watcher.entry import run
from functions.watcher.event import parse_event

run(os.environ, parse_event("{}"))
used = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
cpu, wall = used(), time.perf_counter()
report = run(os.environ, parse_event("{}"))
cpu, wall = used() - cpu, time.perf_counter() - wall
if report.exit_code:
    raise SystemExit(report.exit_code)
open(os.environ["BENCH_RESULT"], "w").write(f"{cpu} {wall}")
"""
"""A second poll in the same process; writes its CPU and wall seconds."""

PHASES = """
import time
from shared import cold_start
marks = [("interpreter", time.process_time())]
def mark(name):
    marks.append((name, time.process_time()))
import alibabacloud_tea_openapi.client
mark("SDK: the generic client and what it imports (aiohttp, requests, cryptography, apscheduler)")
import pydantic, yaml
from pydantic import BaseModel
mark("pydantic and PyYAML")
import shared.control.parse
mark("the control document's types")
import functions.watcher.handler
mark("the rest of the watcher")
import os
from functions.watcher.entry import run
from functions.watcher.event import parse_event
report = run(os.environ, parse_event("{}"))
mark(f"the poll itself: Git, {report.totals.calls} signed calls, 30 decisions")
with open(os.environ["BENCH_RESULT"], "w") as out:
    before = 0.0
    for name, at in marks:
        print(f"{at - before:.4f} {name}", file=out)
        before = at
"""
"""A cold poll with the CPU clock read between its parts."""
