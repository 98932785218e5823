"""RAM actions and resources of the Simple Log Service, whose metadata publishes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pytest

from sandbox.domain.ram_actions import Asked, permissions_for
from sandbox.wire.parameters import Param
from sandbox.wire.products import LOG
from tests.sandbox.witness import sample

Json = dict[str, Any]

_VARIABLE: Final = re.compile(r"\{#\w+\}")
_FOR_ALL: Final = {"DeleteConfig": "acs:log:x:x:project/x/logtailconfig/x"}
"""Published with `*` as its resource, although it names one, as its neighbours do."""
PUBLISHED: Final = sorted(set(LOG.actions) - {"PostLogStoreLogs"})
"""The metadata has the sending of logs under another name, with no permission."""


def values(params: Mapping[str, Param]) -> Json:
    """A value for each parameter of a call: texts are `x`, tags are of one project."""
    given: Json = {name: sample(param) for name, param in params.items()}
    given.pop("resourceType", None)
    return given


@pytest.mark.parametrize("action", PUBLISHED)
def test_permissions_of_the_log_service(metadata: Mapping[str, Json], action: str) -> None:
    """The action's name in policies and the resource's form are the published ones, if any are."""
    asked = Asked("log", action, values(LOG.actions[action]), "x", "x")
    (needed,) = permissions_for(asked)
    published = [one["ramAction"] for one in metadata["log"]["apis"][action]["ramActions"]]
    assert [needed.action for _ in published] == [one["action"] for one in published]
    forms = [
        _FOR_ALL.get(action) or _VARIABLE.sub("x", resource["arn"])
        for one in published
        for resource in one["resources"]
    ]
    assert [one for one in needed.resources if published] == forms
