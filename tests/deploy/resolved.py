"""What infra/s.yaml must come out as: written down a second time, so that both must agree."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

SOURCES: Final = "https://git.example.com/fleet.git"
ARCHIVES: Final = {
    f"../build/package/{name}.zip": frozenset({f"functions/{name}/handler.py"})
    for name in ("watcher", "bootstrap")
}
_TEXTS: Final = {
    "watcher": "Reads the control document and drives every region's scaling group.",
    "bootstrap": "Builds and removes region stacks, and the watcher's schedule.",
}
_TIMEOUT_S: Final = {"watcher": 60, "bootstrap": 600}
_DEADLINE_S: Final = {"watcher": "45", "bootstrap": "540"}
_AT_ONCE: Final = {"watcher": 2, "bootstrap": 3}
_EVENT_AGE_S: Final = {"watcher": 300, "bootstrap": 3600}


def resolved(region: str, fleet: str, layer: str, logs: object, **variables: str) -> Json:
    """The whole file; `variables` are those of the functions that are not as usual."""
    values = {
        "region": region,
        "control_sources": variables.get("CONTROL_SOURCES", ""),
        "max_nodes_per_region": variables.get("MAX_NODES_PER_REGION", "20"),
        "max_nodes": variables.get("MAX_NODES", "200"),
        "max_usd_per_day": variables.get("MAX_USD_PER_DAY", "off"),
        "notify_urls": variables.get("NOTIFY_URLS", ""),
        "fleet": fleet,
        "scheduler": variables.get("SCHEDULER", "eventbridge"),
        "layer": layer,
        "python": ".venv/bin/python",
    }
    shared = {
        "region": region,
        "runtime": "python3.12",
        "cpu": 0.25,
        "memorySize": 256,
        "diskSize": 512,
        "instanceConcurrency": 1,
        "internetAccess": True,
        "layers": [layer],
        "logConfig": logs,
        "tags": [{"key": "p2p-fleet", "value": fleet}],
        "environmentVariables": _environment(fleet, variables),
    }
    return {
        "edition": "3.0.0",
        "name": "p2p-fleet",
        "access": "default",
        "validation": True,
        "vars": values,
        "template": {"function": shared},
        "resources": {name: _resource(name, fleet, shared) for name in _TEXTS},
        "actions": _hooks(region, fleet, layer),
    }


def _environment(fleet: str, variables: dict[str, str]) -> Json:
    return {
        "FLEET_NAME": fleet,
        "WATCHER_FUNCTION": f"{fleet}-watcher",
        "BOOTSTRAP_FUNCTION": f"{fleet}-bootstrap",
        "SCHEDULER": "eventbridge",
        "CONTROL_SOURCES": "",
        "MAX_NODES_PER_REGION": "20",
        "MAX_NODES": "200",
        "MAX_USD_PER_DAY": "off",
        "NOTIFY_URLS": "",
        "CONTROL_TOKEN": "",
        "CONTROL_SSH_KEY": "",
        "CONTROL_KNOWN_HOSTS": "",
        "CONTROL_TRUSTED_KEYS": "",
        "CONTROL_REVOKED_KEYS": "",
        "CONTROL_ALLOW_REWIND": "false",
        "ALIBABA_CLOUD_ENDPOINT_URL": "",
        "P2P_FLEET_CLOCK_URL": "",
        **variables,
    }


def _resource(name: str, fleet: str, shared: Json) -> Json:
    function = {
        **shared,
        "environmentVariables": {
            **shared["environmentVariables"],
            "DEADLINE_S": _DEADLINE_S[name],
        },
        "functionName": f"{fleet}-{name}",
        "description": _TEXTS[name],
        "handler": f"functions/{name}/handler.handler",
        "code": f"../build/package/{name}.zip",
        "role": f"{fleet}-{name}",
        "timeout": _TIMEOUT_S[name],
        "concurrencyConfig": {"reservedConcurrency": _AT_ONCE[name]},
        "asyncInvokeConfig": {
            "maxAsyncRetryAttempts": 0,
            "maxAsyncEventAgeInSeconds": _EVENT_AGE_S[name],
        },
    }
    return {"component": "fc3", "extend": {"name": "function"}, "props": function}


def _hooks(region: str, fleet: str, layer: str) -> Json:
    def hook(command: str) -> list[Json]:
        return [{"run": f".venv/bin/python -m infra.deploying {command}", "path": ".."}]

    where = f"--region {region} --fleet {fleet}"
    return {
        "pre-deploy": hook(f"publish {where} --layer {layer}"),
        "success-deploy": hook(f"schedule {where}"),
        "pre-remove": hook(f"unschedule {where}"),
    }
