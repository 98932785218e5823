"""What tests of the cloud's edge share: a sandbox, a session that reaches it, and its time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest
import requests

from sandbox.server import RunningSandbox, start_sandbox
from shared.cloud.ecs import Ecs
from shared.cloud.session import CloudCredentials, Session
from shared.cloud.stack_records import TemplateSpec
from shared.cloud.vpc import Vpc
from shared.deadline import Deadline

REGION: Final = "eu-central-1"

TYPE: Final = "ecs.e-c1m1.large"
FAMILY: Final = "acs:ubuntu_24_04_x64"

PassTime = Callable[[float], None]
SetFaults = Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What instances can be made from in a region: a template that works, and where they stand."""

    vpc_id: str
    vswitch_id: str
    template_id: str
    spec: TemplateSpec


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """An empty account in two regions, on a free port."""
    with start_sandbox(seed=1, regions=(REGION, "cn-hangzhou")) as running:
        yield running


@pytest.fixture
def session(sandbox: RunningSandbox) -> Session:
    """A session with the account's own key and a minute of time."""
    return Session(
        CloudCredentials(sandbox.access_key_id, sandbox.access_key_secret),
        Deadline.after(60, time.monotonic),
        endpoint_url=sandbox.endpoint,
        sleep=time.sleep,
        rng=random.Random(1),
    )


@pytest.fixture
def pass_time(sandbox: RunningSandbox) -> PassTime:
    """Moves the cloud's clock on by so many seconds."""

    def advance(seconds: float) -> None:
        _post(sandbox, "clock", {"advance_s": seconds})

    return advance


@pytest.fixture
def set_faults(sandbox: RunningSandbox) -> SetFaults:
    """Replaces everything that is wrong with the cloud."""

    def replace(faults: object) -> None:
        _post(sandbox, "faults", faults)

    return replace


def _post(sandbox: RunningSandbox, name: str, body: object) -> None:
    answer = requests.post(f"{sandbox.endpoint}/_sandbox/{name}", json=body, timeout=5)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def vpc_id(session: Session, pass_time: PassTime) -> str:
    """A VPC that is ready."""
    made = Vpc(session).create_network(
        REGION,
        name="p2p-agent",
        cidr_block="10.20.30.0/24",
        resource_group_id="",
        tags={"p2p-fleet": "p2p-agent", "p2p-fleet-commit": "abc"},
        token="network",
    )
    pass_time(10)
    return made


@pytest.fixture
def ground(session: Session, vpc_id: str, pass_time: PassTime) -> Ground:
    """A vSwitch, a security group and a launch template with the newest image."""
    vswitch_id = Vpc(session).create_vswitch(
        REGION,
        vpc_id=vpc_id,
        zone="eu-central-1a",
        cidr_block="10.20.30.0/26",
        name="p2p-agent",
        tags={},
        token="vswitch",
    )
    pass_time(10)
    ecs = Ecs(session)
    image = ecs.newest_image(REGION, FAMILY)
    assert image is not None
    group_id = ecs.create_security_group(
        REGION, vpc_id=vpc_id, name="p2p-agent", resource_group_id="", tags={}, token="group"
    )
    spec = TemplateSpec(
        image_id=image.image_id,
        instance_type=TYPE,
        security_group_id=group_id,
        disk_category="cloud_essd",
        disk_size_gb=20,
        bandwidth_in_mbps=5,
        bandwidth_out_mbps=5,
        internet_charge_type="PayByBandwidth",
        role_name="",
        resource_group_id="",
        user_data="IyEvYmluL3No",
        tags=(),
    )
    template_id = ecs.create_template(
        REGION, name="p2p-agent", spec=spec, tags={}, resource_group_id=""
    )
    return Ground(vpc_id, vswitch_id, template_id, spec)
