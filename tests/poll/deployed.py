"""Functions in the account: one to keep the watcher's memory, one to see what bootstrap is asked.

Made with the official SDK, as a deployment does.
"""

from __future__ import annotations

import json
import time
from typing import Final

from alibabacloud_fc20230330.client import Client
from alibabacloud_fc20230330.models import (
    CreateFunctionInput,
    CreateFunctionRequest,
    InputCodeLocation,
    PutConcurrencyConfigRequest,
    PutConcurrencyInput,
)
from alibabacloud_tea_openapi.utils_models import Config

from shared.cloud.fc import untag_function
from shared.deadline import Deadline
from shared.edges import edges_of
from shared.naming import ASKED_TAG
from shared.settings import settings_from
from tests.poll.launch import SINGAPORE, Json, Launch
from tests.sandbox.fc_packages import encoded

WATCHER: Final = "p2p-watcher"
BOOTSTRAP: Final = "p2p-bootstrap"
_HANDLER: Final = "def handler(event, context):\n    return 'seen'\n"


def deploy(launch: Launch) -> dict[str, str]:
    """Create both functions, and return the environment that makes the watcher use them."""
    for name in (WATCHER, BOOTSTRAP):
        _create(launch, name)
    launch.close_journal()
    return {
        "BOOTSTRAP_FUNCTION": BOOTSTRAP,
        "WATCHER_FUNCTION": WATCHER,
        "FC_REGION": SINGAPORE,
        "FC_ACCOUNT_ID": launch.sandbox.account_id,
    }


def asked(launch: Launch) -> list[Json]:
    """Return every event that bootstrap was invoked with, in order."""
    launch.sandbox.wait_until_idle(30)
    invocations = _kept(launch)["invocations"]
    return [json.loads(one["event"]) for one in invocations if one["function"] == BOOTSTRAP]


def memory(launch: Launch) -> dict[str, str]:
    """Return the tags of the watcher's function."""
    [function] = [one for one in _kept(launch)["functions"] if one["functionName"] == WATCHER]
    return {tag["Key"]: tag["Value"] for tag in function["tags"]}


def forget(launch: Launch, given: dict[str, str]) -> None:
    """Delete the watcher's memory, as bootstrap does when it leaves regions pending."""
    settings = settings_from(launch.environment | given)
    session = edges_of(settings).open_session(Deadline.after(10, time.monotonic))
    untag_function(session, SINGAPORE, str(settings.watcher_arn), [ASKED_TAG, "no-such-tag"])


def fc_requests(launch: Launch) -> list[str]:
    """Return the requests of the last poll to Function Compute, with the code of a refusal."""
    return [
        " ".join(word for word in (one["action"], one["code"]) if word)
        for one in launch.requests
        if one["product"] == "fc"
    ]


def _kept(launch: Launch) -> Json:
    kept: Json = launch.admin("state")["products"]["fc"][SINGAPORE]
    return kept


def _create(launch: Launch, name: str) -> None:
    client = Client(
        Config(
            access_key_id=launch.sandbox.access_key_id,
            access_key_secret=launch.sandbox.access_key_secret,
            endpoint=f"fcv3.{SINGAPORE}.aliyuncs.com",
            protocol="http",
            http_proxy=launch.sandbox.endpoint,
        )
    )
    client.create_function(
        CreateFunctionRequest(
            body=CreateFunctionInput(
                function_name=name,
                runtime="python3.10",
                handler="index.handler",
                code=InputCodeLocation(zip_file=encoded({"index.py": _HANDLER})),
            )
        )
    )
    # One instance, so that invocations end in the order in which they were asked for.
    alone = PutConcurrencyInput(reserved_concurrency=1)
    client.put_concurrency_config(name, PutConcurrencyConfigRequest(body=alone))
