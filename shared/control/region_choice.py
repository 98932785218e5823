"""Reading `regions`: `all`, a list, or a mapping of regions to what differs there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from shared.control.complaint import Path
from shared.control.fleet import RegionOverrides
from shared.control.suggest import nearest, unknown_region
from shared.control.tree import described
from shared.control.written import JsonSchema, Written, WrongValueError, refuse
from shared.regions import BY_ID, CATALOGUE, OPEN_REGION_IDS

_ALL: Final = "all"
_AS_IN_FLEET: Final = RegionOverrides()

EVERYWHERE: Final[Mapping[str, RegionOverrides]] = MappingProxyType(
    dict.fromkeys(OPEN_REGION_IDS, _AS_IN_FLEET)
)
"""What `regions: all` means: every region that is not being closed, as `fleet` says."""

MAX_NAMES: Final = len(BY_ID) + 1
"""Every region, and `all`."""

_REGION_SCHEMA: Final[JsonSchema] = {"enum": list(BY_ID)}


def read_region(value: object) -> str:
    """Read a region id."""
    if not isinstance(value, str):
        raise WrongValueError(f"must be a region id such as `eu-central-1`, not {described(value)}")
    if value not in BY_ID:
        raise WrongValueError(unknown_region(value))
    return value


def _read_region_key(value: object) -> str:
    if value == "exclude":
        raise WrongValueError("`exclude` stands beside `regions`, not in it")
    return read_region(value)


def _expand(value: object) -> object:
    """Turn any written form into a mapping of region ids, in the order of the catalogue."""
    if value == _ALL:
        return EVERYWHERE
    if isinstance(value, str):
        region = nearest(value, BY_ID)
        hint = f"`[{region}]`" if region else f"`{_ALL}`"
        raise WrongValueError(
            f"{described(value)} is not `all`, a list or a mapping; did you mean {hint}?"
        )
    if isinstance(value, tuple):
        value = _from_list(value)
    if not isinstance(value, dict):
        raise WrongValueError(f"must be `all`, a list or a mapping, not {described(value)}")
    if not value:
        raise WrongValueError("names no region; to run nothing write `capacity: 0`")
    if len(value) > MAX_NAMES:
        raise WrongValueError(f"names {len(value)} regions; there are {len(BY_ID)}")
    _without_empty(value)
    given = {key: _AS_IN_FLEET if inner is None else inner for key, inner in value.items()}
    if _ALL in given:
        if given.pop(_ALL) not in (_AS_IN_FLEET, {}):
            refuse([((_ALL,), "takes no overrides; what holds everywhere stands in `fleet`")])
        given = {**EVERYWHERE, **given}
    ordered = [region.region_id for region in CATALOGUE if region.region_id in given]
    return {key: given[key] for key in dict.fromkeys((*ordered, *given))}


def _from_list(items: tuple[object, ...]) -> dict[str, object]:
    named: dict[str, object] = {}
    findings: list[tuple[Path, str]] = []
    for position, item in enumerate(items):
        if not isinstance(item, str):
            findings.append(((position,), f"must be a region id, not {described(item)}"))
        elif item in named:
            findings.append(((position,), f"{described(item)} stands twice"))
        else:
            named[item] = None
    if findings:
        refuse(findings)
    return named


def _without_empty(overrides: dict[str, object]) -> None:
    """Refuse overrides that stand without a value: None is how the model says `as in fleet`."""
    findings: list[tuple[Path, str]] = [
        ((region, key), "has no value; give it one, or remove the key")
        for region, inner in overrides.items()
        if isinstance(inner, dict)
        for key, value in inner.items()
        if value is None
    ]
    if findings:
        refuse(findings)


class _RegionsSchema:
    """Adds the short forms to the JSON Schema of the mapping."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        overrides = handler(core_schema)["additionalProperties"]
        names = [_ALL, *BY_ID]
        mapping = {
            "type": "object",
            "properties": {
                _ALL: {"enum": [None, {}]},
                **{region: {"oneOf": [{"type": "null"}, overrides]} for region in BY_ID},
            },
            "additionalProperties": False,
            "minProperties": 1,
        }
        some = {"type": "array", "items": {"enum": names}, "minItems": 1, "uniqueItems": True}
        return {"oneOf": [{"const": _ALL}, some, mapping]}


RegionId = Annotated[str, Written(read_region, _REGION_SCHEMA)]
Regions = Annotated[
    Mapping[Annotated[str, Written(_read_region_key, _REGION_SCHEMA)], RegionOverrides],
    BeforeValidator(_expand),
    AfterValidator(MappingProxyType),
    _RegionsSchema,
]
"""The regions that a document names, in the order of the catalogue, each with its overrides."""
