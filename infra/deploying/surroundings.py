"""What Serverless Devs is started with: its environment, and `infra/.env`, which it reads. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infra.deploying.rules.names import NO_LAYER
from shared.cloud.endpoints import fc_host
from shared.settings import CloudSettings

ACCESS: Final = "p2p_fleet_serverless_devs_key"
"""Name of the key that the tool finds in a variable of this name, which must end so."""
LAYER: Final = "P2P_FLEET_LAYER"
_MISLEADING: Final = frozenset(
    {
        # Where this is the function's region, the component uploads to a host that only machines
        # of Alibaba Cloud reach. Operators set it for p2p-fleet's own commands.
        "FC_REGION",
        # These three together come before every other key.
        "AccountID",
        "AccessKeyID",
        "AccessKeySecret",
    }
)
_NO_LOGS: Final = '{project: "", logstore: ""}'
"""For the sandbox: the component sends what `auto` needs to the real Simple Log Service."""
_HEADING: Final = """\
# Serverless Devs reads this before s.yaml, and Git ignores it: a place for CONTROL_TOKEN and the
# like. `make deploy` writes the line with the layer.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to, with which layer (its ARN); `python` runs the hooks."""

    account_id: str
    region: str
    layer: str
    python: str


def to_resolve(environment: Mapping[str, str], endpoint_url: str | None) -> dict[str, str]:
    """Return the environment in which s.yaml is resolved only to be looked at.

    No layer: that of an earlier deployment, in infra/.env, says nothing about this one.
    """
    kept = {name: value for name, value in environment.items() if name not in _MISLEADING}
    kept[LAYER] = NO_LAYER
    if endpoint_url is not None:
        kept |= {"P2P_FLEET_SANDBOX": endpoint_url, "FUNCTION_LOGS": _NO_LOGS}
    return kept


def to_deploy(
    environment: Mapping[str, str], settings: CloudSettings, target: Target
) -> dict[str, str]:
    """Return the environment in which the tool deploys or removes.

    It signs with the key that everything else here uses.
    """
    key = {
        "AccountID": target.account_id,
        "AccessKeyID": settings.cloud.access_key_id,
        "AccessKeySecret": settings.cloud.access_key_secret,
    }
    if settings.cloud.security_token:
        key["SecurityToken"] = settings.cloud.security_token
    surroundings = to_resolve(environment, settings.endpoint_url)
    surroundings |= {
        ACCESS: json.dumps(key),
        LAYER: target.layer,
        "P2P_FLEET_PYTHON": target.python,
    }
    host = fc_host(target.region)
    if settings.endpoint_url is not None:
        # Nothing but the host, or here the path, says which region a request is for.
        surroundings["FC_CLIENT_CUSTOM_ENDPOINT"] = f"{settings.endpoint_url}/{target.region}"
        surroundings["FC_CODE_TEMP_OSS_ENDPOINT"] = settings.endpoint_url
    elif host is not None and host != f"fcv3.{target.region}.aliyuncs.com":
        surroundings["FC_CLIENT_CUSTOM_ENDPOINT"] = f"https://{host}"
    return surroundings


def with_layer(dotenv: str, layer: str) -> str:
    """Return the text of infra/.env with this layer in it; everything else stays as it is."""
    line = f"{LAYER}={layer}"
    old = re.compile(rf"^[ \t]*(?:export[ \t]+)?{LAYER}[ \t]*=.*$", re.MULTILINE)
    if old.search(dotenv):
        return old.sub(line, dotenv)
    ending = "" if not dotenv or dotenv.endswith("\n") else "\n"
    return f"{dotenv or _HEADING}{ending}{line}\n"


def without_layer(dotenv: str) -> str:
    """Return the text of infra/.env without a layer."""
    return re.sub(rf"^[ \t]*(?:export[ \t]+)?{LAYER}[ \t]*=.*\n?", "", dotenv, flags=re.MULTILINE)
