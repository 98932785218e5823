"""The public images, and the actions that find them.

Ids, sizes and features follow what a live account shows; which release dates there are is
invented. Image ids are the same in all regions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from sandbox.domain.ecs.errors import invalid, unknown_value
from sandbox.domain.ecs.paging import page
from sandbox.domain.ecs.region import EcsRegion
from sandbox.domain.instance_types import TYPES_BY_NAME
from sandbox.domain.product import Params

IMAGE_SIZE_GIB: Final = 20

_STATES: Final = frozenset(
    {"Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated"}
)
_OWNERS: Final = frozenset({"system", "self", "others", "marketplace"})
_ARCHITECTURES: Final = frozenset({"i386", "x86_64", "arm64"})


@dataclass(frozen=True, slots=True)
class Image:
    """One public image; `released` is the date in its id, `20260916`."""

    release: str
    architecture: str
    released: str
    deprecated: bool = False

    @property
    def _name(self) -> str:
        short = "x64" if self.architecture == "x86_64" else "arm64"
        return f"ubuntu_{self.release.replace('.', '_')}_{short}"

    @property
    def image_id(self) -> str:
        """The id, from which users read what the image is."""
        return f"{self._name}_{IMAGE_SIZE_GIB}G_alibase_{self.released}.vhd"

    @property
    def family(self) -> str:
        """The family, whose newest image is what most want."""
        return f"acs:{self._name}"

    @property
    def state(self) -> str:
        """Available, or Deprecated."""
        return "Deprecated" if self.deprecated else "Available"

    def runs_on(self, instance_type: str) -> bool:
        """Whether the image is for the architecture of a known instance type."""
        arm = TYPES_BY_NAME[instance_type].architecture == "ARM"
        return arm == (self.architecture == "arm64")


IMAGES: Final = tuple(
    Image(release, architecture, released, deprecated=released < "20260301")
    for released in ("20260916", "20260713", "20260415", "20251128")
    for release in ("24.04", "22.04")
    for architecture in ("x86_64", "arm64")
)
"""Newest first."""


def find_image(region: EcsRegion, image_id: str) -> Image | None:
    """The image of an id, Deprecated or not; None where the region does not have it."""
    return next((image for image in _images_in(region) if image.image_id == image_id), None)


def newest_image(region: EcsRegion, family: str) -> Image | None:
    """A family's newest Available image, None where the region has none."""
    return next(
        (one for one in _images_in(region) if one.family == family and not one.deprecated), None
    )


def describe_images(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeImages: Available ones unless asked for others, newest first."""
    _check(params)
    states = params.get("Status", "Available").split(",")
    if not set(states) <= _STATES:
        raise invalid("InvalidParamter", "Status")
    found = [
        image for image in _images_in(region) if image.state in states and _matches(image, params)
    ]
    return {"RegionId": region.region_id, **page(params, found, "Images.Image", _show)}


def describe_image_from_family(region: EcsRegion, params: Params) -> dict[str, Any]:
    """DescribeImageFromFamily; the answer has no image where there is no such family."""
    image = newest_image(region, params["ImageFamily"])
    if image is None:
        return {}
    listed = _show(image)
    return {"Image": {name: value for name, value in listed.items() if name not in _ONLY_LISTED}}


def _images_in(region: EcsRegion) -> tuple[Image, ...]:
    return IMAGES if region.world.faults.account.has_images(region.region_id) else ()


def _check(params: Params) -> None:
    if params.get("ImageOwnerAlias", "system") not in _OWNERS:
        raise invalid("InvalidImageOwnerAlias.ValueNotSupported", "ImageOwnerAlias")
    if params.get("OSType", "linux") not in {"linux", "windows"}:
        raise unknown_value("InvalidOSType", "OSType")
    if params.get("Architecture", "x86_64") not in _ARCHITECTURES:
        raise unknown_value("InvalidArchitecture", "Architecture")
    if params.get("Usage", "none") not in {"instance", "none"}:
        raise unknown_value("InvalidUsage", "Usage")
    if params.get("InstanceType", "ecs.g7.large") not in TYPES_BY_NAME:
        raise invalid("InvalidInstanceType.ValueNotSupported", "InstanceType")


_MATCHES: Final[Mapping[str, Callable[[Image, Any], bool]]] = {
    "ImageId": lambda image, ids: image.image_id in ids.split(","),
    "ImageName": lambda image, name: fnmatchcase(image.image_id, name),
    "ImageFamily": lambda image, family: image.family == family,
    "ImageOwnerAlias": lambda _, alias: alias == "system",
    "OSType": lambda _, kind: kind == "linux",
    "Architecture": lambda image, architecture: image.architecture == architecture,
    "InstanceType": lambda image, instance_type: image.runs_on(instance_type),
    "IsSupportCloudinit": lambda _, supported: supported is True,
    "IsSupportIoOptimized": lambda _, supported: supported is True,
    "IsPublic": lambda _, community: community is False,
    "SnapshotId": lambda _, __: False,
    "Tag": lambda _, tags: not tags,
}
"""What public images are, and of what there is none: snapshots, tags, community images."""


def _matches(image: Image, params: Params) -> bool:
    return all(matches(image, params[name]) for name, matches in _MATCHES.items() if name in params)


_ONLY_LISTED: Final = frozenset(
    {"BootMode", "IsPublic", "LoginAsNonRootSupported", "Features", "OSNameEn"}
)
"""What the published schema of DescribeImageFromFamily lacks."""


def _show(image: Image) -> dict[str, Any]:
    bits = "64 bit ARM" if image.architecture == "arm64" else "64 bit"
    date = image.released
    return {
        "ImageId": image.image_id,
        "ImageName": image.image_id,
        "ImageFamily": image.family,
        "ImageVersion": "",
        "ImageOwnerAlias": "system",
        "Description": "",
        "CreationTime": f"{date[:4]}-{date[4:6]}-{date[6:]}T02:00:00Z",
        "Status": image.state,
        "Progress": "100%",
        "Architecture": image.architecture,
        "OSType": "linux",
        "OSName": f"Ubuntu  {image.release} {bits}",
        "OSNameEn": f"Ubuntu  {image.release} {bits}",
        "Platform": "Ubuntu",
        "Size": IMAGE_SIZE_GIB,
        "Usage": "none",
        "ProductCode": "",
        "IsCopied": False,
        "IsSubscribed": False,
        "IsSelfShared": "",
        "IsPublic": False,
        "IsSupportCloudinit": True,
        "IsSupportIoOptimized": True,
        "LoginAsNonRootSupported": True,
        "BootMode": "UEFI-Preferred",
        "Features": {"NvmeSupport": "supported", "ImdsSupport": "v2"},
        "DiskDeviceMappings": {"DiskDeviceMapping": []},
        "Tags": {"Tag": []},
    }
