"""A function's configuration: defaults, ranges, and which values go together."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.domain.fc.errors import invalid_argument
from sandbox.domain.product import Params

RUNTIMES: Final = frozenset(
    {
        "nodejs8",
        "nodejs10",
        "nodejs12",
        "nodejs14",
        "nodejs16",
        "nodejs18",
        "nodejs20",
        "go1",
        "python3",
        "python3.9",
        "python3.10",
        "python3.12",
        "java8",
        "java11",
        "php7.2",
        "dotnetcore3.1",
        "custom",
        "custom.debian10",
        "custom.debian11",
        "custom.debian12",
        "custom-container",
    }
)
CONTAINER_RUNTIME: Final = "custom-container"
MAX_ENVIRONMENT_BYTES: Final = 4096

_NOT_SETTINGS: Final = frozenset({"functionName", "code", "layers", "tags", "resourceGroupId"})
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_VARIABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED_VARIABLES: Final = frozenset(
    {
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    }
)
_RANGES: Final = {
    "timeout": (1, 86400),
    "memorySize": (128, 32768),
    "instanceConcurrency": (1, 200),
}
_DISK_SIZES_MB: Final = (512, 10240)
_MEMORY_STEP_MB: Final = 64
_CPU_STEPS: Final = 20  # a vCPU, in steps of 0.05
_MAX_CPU: Final = 16
_MB_PER_GB: Final = 1024
_MAX_GB_PER_CPU: Final = 4
_MAX_HANDLER: Final = 128

_DEFAULTS: Final[Mapping[str, Any]] = {
    "description": "",
    "diskSize": 512,
    "environmentVariables": {},
    "instanceConcurrency": 1,
    "internetAccess": True,
    "memorySize": 512,
    "timeout": 3,
}


def check_name(name: str) -> str:
    """The function's name; raises ApiError for one that FC does not take."""
    if not _NAME.fullmatch(name):
        raise invalid_argument(
            f"functionName '{name}' must have 1 to 64 letters, digits, underscores and hyphens, "
            "and not begin with a digit or a hyphen"
        )
    return name


def new_settings(body: Params) -> dict[str, Any]:
    """The configuration of a new function, defaults included.

    Without `cpu` it gets the least that its memory allows, which is not documented. Raises
    ApiError `InvalidArgument`.
    """
    settings = {**_DEFAULTS, **_given(body)}
    if "cpu" not in settings:
        settings["cpu"] = _least_cpu(settings["memorySize"])
    return _checked(settings)


def changed_settings(present: Mapping[str, Any], body: Params) -> dict[str, Any]:
    """The configuration after an update: what is not sent stays; raises ApiError."""
    return _checked({**present, **_given(body)})


def _given(body: Params) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in _NOT_SETTINGS}


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    if settings["runtime"] not in RUNTIMES:
        raise invalid_argument(f"runtime '{settings['runtime']}' is not supported")
    if not 1 <= len(settings["handler"]) <= _MAX_HANDLER:
        raise invalid_argument(f"handler must have 1 to {_MAX_HANDLER} characters")
    for name, (least, most) in _RANGES.items():
        if not least <= settings[name] <= most:
            raise invalid_argument(f"{name} {settings[name]} must be from {least} to {most}")
    if settings["diskSize"] not in _DISK_SIZES_MB:
        raise invalid_argument(f"diskSize {settings['diskSize']} must be 512 or 10240")
    _check_size(settings["cpu"], settings["memorySize"])
    _check_environment(settings["environmentVariables"])
    return settings


def _least_cpu(memory_mb: int) -> float:
    steps = -(-memory_mb * _CPU_STEPS // (_MB_PER_GB * _MAX_GB_PER_CPU))
    return max(1, steps) / _CPU_STEPS


def _check_size(cpu: float, memory_mb: int) -> None:
    steps = round(cpu * _CPU_STEPS)
    in_steps = math.isclose(cpu * _CPU_STEPS, steps)
    if not in_steps or not 1 <= steps <= _MAX_CPU * _CPU_STEPS:
        raise invalid_argument(f"cpu {cpu} must be a multiple of 0.05 from 0.05 to {_MAX_CPU}")
    if memory_mb % _MEMORY_STEP_MB:
        raise invalid_argument(f"memorySize {memory_mb} must be a multiple of {_MEMORY_STEP_MB}")
    least_mb = steps * _MB_PER_GB / _CPU_STEPS
    if not least_mb <= memory_mb <= least_mb * _MAX_GB_PER_CPU:
        raise invalid_argument(
            f"the ratio of cpu {cpu} to memorySize {memory_mb} MB must be from 1:1 to 1:4 (in GB)"
        )


def _check_environment(variables: Mapping[str, Any]) -> None:
    for name, value in variables.items():
        if not isinstance(value, str):
            raise invalid_argument(f"environment variable '{name}' must have a string as its value")
        if not _VARIABLE.fullmatch(name):
            raise invalid_argument(
                f"environment variable '{name}' must begin with a letter and have letters, digits "
                "and underscores only"
            )
        if name.startswith("FC_") or name in _RESERVED_VARIABLES:
            raise invalid_argument(f"environment variable '{name}' is reserved")
    size = sum(len(f"{name}{value}".encode()) for name, value in variables.items())
    if size > MAX_ENVIRONMENT_BYTES:
        raise invalid_argument(
            f"environmentVariables have {size} bytes, over the limit of {MAX_ENVIRONMENT_BYTES}"
        )
