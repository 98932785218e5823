"""Reading `capacity`: a number, `-`, a mapping shared with other clouds, or JSON text of these."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any, Final

from shared.control.capacity import Capacity, Level
from shared.control.complaint import KEY, Path, shown
from shared.control.suggest import did_you_mean, latin, nearest, unknown_region
from shared.control.tree import INTEGER, Oddity, described, is_quoted
from shared.control.written import JsonSchema, WrongValueError, quotes_refusal, refuse
from shared.regions import BY_ID

MAX_CAPACITY: Final = 1_000_000
"""Far over what any rail or quota lets through: a slip of the keyboard, not an intent."""

OTHER_CLOUDS: Final = (
    "aws",
    "azure",
    "gcp",
    "oci",
    "yandex",
    "akamai",
    "digitalocean",
    "exoscale",
    "hetzner",
    "scaleway",
    "upcloud",
    "vultr",
)
"""Whose watchers read the same control repository; what stands under their names is theirs."""

_ALIASES: Final = {
    "alibaba": "aliyun",
    "alicloud": "aliyun",
    "alibabacloud": "aliyun",
    "default": "all",
    "amazon": "aws",
    "google": "gcp",
    "oracle": "oci",
    "linode": "akamai",
    "do": "digitalocean",
}
_MOST_KEYS: Final = len(BY_ID) + len(OTHER_CLOUDS)
"""More keys than this are no slip, and each unknown one costs time to find what it may mean."""
_WANTED: Final = "write a whole number such as `3`, or `'-'` to leave the region unmanaged"


LEVEL_SCHEMA: Final[JsonSchema] = {
    "oneOf": [{"type": "integer", "minimum": 0, "maximum": MAX_CAPACITY}, {"const": "-"}]
}

_ALIYUN_SCHEMA: Final[JsonSchema] = {
    "type": "object",
    "description": "Alibaba Cloud: `all`, and any region by its id.",
    "properties": dict.fromkeys(("all", *BY_ID), LEVEL_SCHEMA),
    "additionalProperties": False,
    "minProperties": 1,
}
CAPACITY_SCHEMA: Final[JsonSchema] = {
    "oneOf": [
        *LEVEL_SCHEMA["oneOf"],
        {
            "type": "object",
            "properties": {
                "all": LEVEL_SCHEMA,
                "aliyun": _ALIYUN_SCHEMA,
                **{cloud: {"description": "Another cloud's; not read."} for cloud in OTHER_CLOUDS},
            },
            "additionalProperties": False,
            "minProperties": 1,
        },
        {"type": "string", "pattern": r"^\s*(\{|\d+\s*$)", "description": "JSON of the above."},
    ]
}


def read_level(value: object) -> Level:
    """Read a number of instances or `-`.

    Raises:
        ValueError: it is neither; the message is the rest of a sentence.
    """
    if value == "-":
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise WrongValueError(f"must not be negative, as `{value}` is")
        if value > MAX_CAPACITY:
            raise WrongValueError(f"`{value}` is too large; at most {MAX_CAPACITY}")
        return value
    if value is None:
        raise WrongValueError(f"has no value; {_WANTED}")
    if isinstance(value, str) and latin(value).strip() == "-":
        raise WrongValueError(f"{described(value)} is not a plain hyphen; did you mean `'-'`?")
    if is_quoted(value, int):
        raise WrongValueError(f"must be a number; {quotes_refusal(value)}")
    raise WrongValueError(f"{described(value)} is not a number of instances; {_WANTED}")


def read_capacity(value: object) -> Capacity:
    """Read the whole of `capacity`: a level, a mapping, or a string that holds one as JSON.

    Raises:
        ValueError: it is none of these.
        ValidationError: several complaints, each at its own key.
    """
    if isinstance(value, str):
        value = _from_text(value)
    if isinstance(value, dict):
        return _read_mapping(value)
    if isinstance(value, tuple):
        raise WrongValueError("must be a number, `'-'` or a mapping, not a list")
    return Capacity(read_level(value))


def _from_text(text: str) -> object:
    """Return what text holds as JSON, in the shape of `tree.plain_value`; other text as it is."""
    if INTEGER.fullmatch(text.strip()):
        return int(text)
    if not text.lstrip().startswith("{"):
        return text
    try:
        return json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_float=Oddity,
            parse_int=lambda digits: int(digits) if INTEGER.fullmatch(digits) else Oddity(digits),
            parse_constant=Oddity,
        )
    except (json.JSONDecodeError, RecursionError):
        raise WrongValueError(
            f'the text {described(text)} is not JSON such as `{{"all": 3}}`'
        ) from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, inner in pairs:
        if key in value:
            raise WrongValueError(f"the key `{shown(key)}` stands twice")
        value[key] = inner
    return value


def _read_mapping(value: dict[str, object]) -> Capacity:
    findings: list[tuple[Path, str]] = []
    if not value:
        raise WrongValueError(f"says nothing; {_WANTED}")
    if len(value) > _MOST_KEYS:
        raise WrongValueError(f"has {len(value)} keys; there are not so many clouds")
    default = _level_at(value, "all", (), findings)
    aliyun: Level | None = None
    regions: dict[str, Level] = {}
    for key, inner in value.items():
        if key == "aliyun":
            aliyun, regions = _read_aliyun(inner, findings)
        elif key != "all" and key not in OTHER_CLOUDS:
            findings.append(((key, KEY), _unknown_key(key, inner)))
    if findings:
        refuse(findings)
    return Capacity(default, "capacity.all", aliyun, MappingProxyType(regions))


def _read_aliyun(
    value: object, findings: list[tuple[Path, str]]
) -> tuple[Level | None, dict[str, Level]]:
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST_KEYS:
        findings.append((("aliyun",), _not_a_mapping(value)))
        return None, {}
    regions: dict[str, Level] = {}
    for key in value:
        if key in BY_ID:
            level = _level_at(value, key, ("aliyun",), findings)
            if level is not None:
                regions[key] = level
        elif key != "all":
            findings.append((("aliyun", key, KEY), unknown_region(key)))
    return _level_at(value, "all", ("aliyun",), findings), regions


def _level_at(
    mapping: dict[str, object], key: str, path: Path, findings: list[tuple[Path, str]]
) -> Level | None:
    """Read the level under `key`, None where there is none or it is wrong (and noted)."""
    if key not in mapping:
        return None
    try:
        return read_level(mapping[key])
    except ValueError as error:
        findings.append(((*path, key), str(error)))
        return None


def _not_a_mapping(value: object) -> str:
    sentence = "must be a mapping of `all` and regions"
    if isinstance(value, dict):
        return f"{sentence}; this one has {len(value)} keys"
    try:
        level = read_level(value)
    except ValueError:
        return f"{sentence}, not {described(value)}"
    written = "'-'" if level == "-" else level
    return f"{sentence}; did you mean `{{aliyun: {{all: {written}}}}}`?"


def _unknown_key(key: str, value: object) -> str:
    if key in BY_ID:
        written = value if isinstance(value, int) else "…"
        return f"a region stands under `aliyun`; did you mean `{{aliyun: {{{key}: {written}}}}}`?"
    clouds = ("all", "aliyun", *OTHER_CLOUDS)
    alias = _ALIASES.get(key.casefold())
    if alias is not None:
        return f"is not a known cloud; did you mean `{alias}`?"
    region = nearest(key, BY_ID)
    if region is not None and nearest(key, clouds) is None:
        return f"is not a known cloud; regions such as `{region}` stand under `aliyun`"
    known = f"the keys here are {', '.join(clouds)}"
    return f"is not a known cloud; {did_you_mean(key, clouds, known)}"
