"""Environment variables of the functions. Pure.

Limits: Function Compute 3.0, "Configure environment variables". The values are read here exactly as
the functions will read them, so that a wrong one shows before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from infra.deploying.rules.template import Function
from shared.settings import SettingsError, settings_from

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MOST_BYTES: Final = 4096
_RESERVED: Final = frozenset(
    {
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        "accessKeyID",
        "accessKeySecret",
        "securityToken",
        "topic",
    }
)
_SET_BY_FC: Final = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "token",
}
_SECRET: Final = re.compile(r"TOKEN|KEY|SECRET|NOTIFY")
_LONGEST_NAMED: Final = 3


def environment_faults(place: str, function: Function) -> Iterator[str]:
    """Say what Function Compute would refuse, and what the function itself would."""
    place, variables = f"{place}.environmentVariables", function.environment_variables
    for name in variables:
        if not _NAME.fullmatch(name):
            yield f"{place}.{name}: a name is letters, digits and `_`, beginning with a letter."
        if name.startswith("FC_") or name in _RESERVED:
            yield f"{place}.{name} is reserved: Function Compute sets it."
    size = size_of(variables)
    if size > _MOST_BYTES:
        longest = sorted(variables, key=lambda name: -len(variables[name]))[:_LONGEST_NAMED]
        yield (
            f"{place} takes {size} of the 4096 bytes that Function Compute allows; the longest are"
            f" {', '.join(longest)} (an ed25519 key is a tenth of an RSA one)."
        )
    names = {variables.get("WATCHER_FUNCTION"), variables.get("BOOTSTRAP_FUNCTION")}
    if function.function_name not in names:
        yield f"{place} must name {function.function_name} as WATCHER_ or BOOTSTRAP_FUNCTION."
    try:
        settings_from({**variables, **_SET_BY_FC, "FC_REGION": function.region})
    except SettingsError as error:
        yield f"environmentVariables: {error}"


def size_of(variables: Mapping[str, str]) -> int:
    """Bytes that names and values take, each pair with the two that keep it apart from others."""
    return sum(len(f"{name}={value}\0".encode()) for name, value in variables.items())


def secrets_in(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values that nobody but the functions must see."""
    return tuple(value for name, value in variables.items() if value and _SECRET.search(name))
