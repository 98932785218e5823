"""A resolved infra/s.yaml without fault, copies of it with one, and what the rules say."""

from __future__ import annotations

import copy
import json
from typing import Any, Final

from infra.deploying.rules.every import faults
from infra.deploying.rules.template import TemplateError, parse_template
from tests.deploy.resolved import ARCHIVES, SOURCES, Json, resolved

RIGHT: Final = resolved(
    "ap-southeast-1",
    "p2p-agent",
    "acs:fc:ap-southeast-1:1234567890123456:layers/p2p-agent-python/versions/3",
    "auto",
    CONTROL_SOURCES=SOURCES,
)
GONE: Final = object()
WATCHER: Final = "resources.watcher.props"
TIMER: Final = {
    "triggerName": "nightly",
    "triggerType": "timer",
    "triggerConfig": {"cronExpression": "0 0 4 * * *", "enable": True, "payload": "{}"},
}
ELSEWHERE: Final = (
    "choose another in vars.region (DEPLOY_REGION), e.g. ap-southeast-1, eu-central-1, us-west-1"
)


def broken(*changes: tuple[str, object]) -> Json:
    """A copy with other values at some places; GONE takes one away."""
    document = copy.deepcopy(RIGHT)
    for path, value in changes:
        *folders, name = path.split("/")
        part: Any = document
        for folder in folders:
            part = part[int(folder)] if isinstance(part, list) else part[folder]
        if value is GONE:
            del part[name]
        else:
            part[name] = value
    return document


def said(document: Json) -> list[str]:
    """What the rules say to a document."""
    try:
        template = parse_template(json.dumps(document))
    except TemplateError as error:
        return list(error.sentences)
    return list(faults(template, ARCHIVES))


def at(name: str, resource: str = "watcher") -> str:
    """The path of one property of a function."""
    return f"resources/{resource}/props/{name}"


def timer(**config: object) -> list[Json]:
    """One trigger with something else in what it says."""
    return [{**TIMER, "triggerConfig": {**TIMER["triggerConfig"], **config}}]  # type: ignore[dict-item]
