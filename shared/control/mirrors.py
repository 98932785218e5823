"""Where nodes get packages and repositories from: the key `mirrors` of `agent`.

Hosts outside mainland China are slow or blocked from within, so a region, or a group of regions,
can be told of nearer ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

from shared.control.repository import Repository
from shared.control.suggest import unknown_region
from shared.control.tree import described
from shared.control.written import MAX_TEXT, STRICT, Written, WrongValueError, distinct, read_text
from shared.regions import BY_ID, Region

MAX_MIRRORS: Final = 8
_WILDCARD: Final = "*"
_MAINLAND_GROUP: Final = "mainland"
"""All regions in mainland China; `cn-*` would have Hong Kong among them."""
_EXAMPLE: Final = "https://mirrors.aliyun.com/ubuntu"

MAINLAND_PACKAGES: Final = (
    "http://mirrors.cloud.aliyuncs.com/ubuntu",
    "https://mirrors.aliyun.com/ubuntu",
)
"""Alibaba's own mirrors of Ubuntu's archive: inside every VPC at no charge, and from anywhere."""


def _read_package_mirror(value: object) -> str:
    text = read_text(value)
    try:
        parts = urlsplit(text)
        plain = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    except ValueError:
        plain = False
    if not plain or text.split() != [text] or parts.query or parts.fragment:
        raise WrongValueError(f"must be the address of an Ubuntu archive such as `{_EXAMPLE}`")
    return text.rstrip("/")


def _read_region_group(value: object) -> str:
    if not isinstance(value, str):
        raise WrongValueError(f"must be a region id or a group such as `cn-*`, not {value}")
    if value in BY_ID or value == _MAINLAND_GROUP:
        return value
    if _WILDCARD not in value:
        raise WrongValueError(unknown_region(value))
    if not any(fnmatchcase(region, value) for region in BY_ID):
        raise WrongValueError(f"{described(value)} fits no region; `p2p-fleet regions` lists them")
    return value


_PackageMirror = Annotated[
    str, Written(_read_package_mirror, {"type": "string", "maxLength": MAX_TEXT})
]
_RegionGroup = Annotated[str, Written(_read_region_group, {"type": "string"})]


class Mirrors(BaseModel):
    """Addresses that stand for the usual ones, tried in this order before those."""

    model_config = STRICT

    packages: Annotated[tuple[_PackageMirror, ...], AfterValidator(distinct)] = Field(
        default=(),
        max_length=MAX_MIRRORS,
        description="Mirrors of Ubuntu's package archive, tried in this order.",
    )
    repositories: Annotated[tuple[Repository, ...], AfterValidator(distinct)] = Field(
        default=(),
        max_length=MAX_MIRRORS,
        description="Mirrors of `repository`, tried in this order before itself.",
    )


MirrorsByGroup = Annotated[Mapping[_RegionGroup, Mirrors], AfterValidator(MappingProxyType)]
"""Region ids, or groups of them (`us-*`, `mainland`), to their mirrors."""


def mirrors_of(region_id: str, mirrors: Mapping[str, Mirrors]) -> Mirrors:
    """Return what holds in a region: its own entry, else `mainland`, else the longest pattern.

    In mainland China packages come from Alibaba's mirrors where nothing else is said. The agent
    chooses by the same rule, without our catalogue.
    """
    region = BY_ID[region_id]
    fitting = [group for group in mirrors if _is_in(region, group)]
    if not fitting:
        return _MAINLAND if region.mainland else _NOTHING
    return mirrors[max(fitting, key=_narrowness)]


def _narrowness(group: str) -> tuple[int, int, str]:
    if _WILDCARD in group:
        return 0, len(group), group
    return (1 if group == _MAINLAND_GROUP else 2), 0, group


def _is_in(region: Region, group: str) -> bool:
    if group == _MAINLAND_GROUP:
        return region.mainland
    return fnmatchcase(region.region_id, group)


_NOTHING: Final = Mirrors()
_MAINLAND: Final = Mirrors(packages=MAINLAND_PACKAGES)
