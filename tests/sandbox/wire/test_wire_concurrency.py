"""Many clients at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from alibabacloud_ess20220222 import models
from alibabacloud_ess20220222.client import Client as EssClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

from sandbox.domain.setup import Surroundings
from sandbox.server import RunningSandbox

REGION = "ap-southeast-7"
CLIENTS = 32

AdminCall = Callable[..., Any]
ConfigFor = Callable[..., Config]


def test_32_clients_write_without_losing_anything(
    sandbox: RunningSandbox,
    config_for: ConfigFor,
    admin: AdminCall,
    surroundings: Surroundings,
) -> None:
    """Each client's groups all exist once, and every request is in the journal."""
    together = threading.Barrier(CLIENTS)

    def create_three(number: int) -> list[str]:
        client = EssClient(config_for(sandbox))
        together.wait(timeout=10)
        return [
            client.create_scaling_group(
                models.CreateScalingGroupRequest(
                    region_id=REGION,
                    scaling_group_name=f"group-{number}-{turn}",
                    min_size=0,
                    max_size=0,
                    v_switch_ids=list(surroundings.vswitch_ids),
                )
            ).body.scaling_group_id
            for turn in range(3)
        ]

    with ThreadPoolExecutor(CLIENTS) as pool:
        created = [group_id for ids in pool.map(create_three, range(CLIENTS)) for group_id in ids]
    groups = admin(sandbox, "GET", "state")["products"]["ess"][REGION]["scaling_groups"]
    assert Counter(group["ScalingGroupId"] for group in groups) == Counter(created)
    assert Counter(group["ScalingGroupName"] for group in groups) == Counter(
        f"group-{number}-{turn}" for number in range(CLIENTS) for turn in range(3)
    )
    journal = admin(sandbox, "GET", "requests")
    assert Counter(entry["status"] for entry in journal) == {200: 3 * CLIENTS}
    assert len({entry["request_id"] for entry in journal}) == 3 * CLIENTS


def test_a_name_is_given_to_one_of_many(
    sandbox: RunningSandbox, config_for: ConfigFor, surroundings: Surroundings
) -> None:
    """Of many clients that create the same name at once, one succeeds and all others are told."""
    together = threading.Barrier(CLIENTS)

    def create(_: int) -> str:
        client = EssClient(config_for(sandbox))
        request = models.CreateScalingGroupRequest(
            region_id=REGION,
            scaling_group_name="the-one",
            min_size=0,
            max_size=0,
            v_switch_ids=list(surroundings.vswitch_ids),
        )
        together.wait(timeout=10)
        try:
            client.create_scaling_group(request)
        except ClientException as error:
            return str(error.code)
        return "created"

    with ThreadPoolExecutor(CLIENTS) as pool:
        outcomes = Counter(pool.map(create, range(CLIENTS)))
    assert outcomes == {"created": 1, "InvalidScalingGroupName.Duplicate": CLIENTS - 1}
