"""Finding an image to launch from."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.domain.cloud import Cloud
from tests.sandbox.domain.ecs_user import EcsUser
from tests.sandbox.domain.ess_user import START

NOBLE = "acs:ubuntu_24_04_x64"
NEWEST = "ubuntu_24_04_x64_20G_alibase_20260916.vhd"


def ids(ecs: EcsUser, **filters: object) -> list[str]:
    """The images that fit."""
    answer = ecs.call("DescribeImages", PageSize=100, **filters)
    return [image["ImageId"] for image in answer["Images"]["Image"]]


def test_a_familys_newest_image_comes_first(ecs: EcsUser) -> None:
    """Listed from new to old; DescribeImageFromFamily answers the first of them."""
    assert ids(ecs, ImageFamily=NOBLE) == [
        f"ubuntu_24_04_x64_20G_alibase_{date}.vhd" for date in ("20260916", "20260713", "20260415")
    ]
    image = ecs.call("DescribeImageFromFamily", ImageFamily=NOBLE)["Image"]
    wanted = {
        "ImageId": NEWEST,
        "ImageFamily": NOBLE,
        "ImageOwnerAlias": "system",
        "Status": "Available",
        "Architecture": "x86_64",
        "OSType": "linux",
        "Platform": "Ubuntu",
        "Size": 20,
        "IsSupportCloudinit": True,
    }
    assert {name: image[name] for name in wanted} == wanted


def test_an_unknown_family_has_no_image(ecs: EcsUser) -> None:
    """The answer is empty, not an error."""
    assert ecs.call("DescribeImageFromFamily", ImageFamily="acs:beos_5") == {}
    assert ids(ecs, ImageFamily="acs:beos_5") == []


def test_old_images_are_deprecated(ecs: EcsUser) -> None:
    """They are shown to who asks for them only."""
    old = "ubuntu_24_04_x64_20G_alibase_20251128.vhd"
    assert ids(ecs, ImageId=old) == []
    assert ids(ecs, ImageId=old, Status="Available,Deprecated") == [old]
    assert ids(ecs, Status="Deprecated", ImageFamily=NOBLE) == [old]


def test_images_are_found_by_what_they_are(ecs: EcsUser) -> None:
    """Architecture, instance type, owner, name; of others' images there are none."""
    everything = ids(ecs)
    assert len(everything) == 12
    arm = [one for one in everything if "arm64" in one]
    assert ids(ecs, Architecture="arm64") == arm
    assert ids(ecs, InstanceType="ecs.g8y.large") == arm
    assert ids(ecs, ImageName="*_24_04_x64_*") == ids(ecs, ImageFamily=NOBLE)
    assert ids(ecs, ImageOwnerAlias="system", OSType="linux", IsSupportCloudinit=True) == everything
    for nobodys in (
        {"ImageOwnerAlias": "self"},
        {"OSType": "windows"},
        {"IsPublic": True},
        {"SnapshotId": "s-1"},
        {"Tag": [{"Key": "k"}]},
    ):
        assert ids(ecs, **nobodys) == []


def test_image_ids_are_the_same_everywhere(ecs: EcsUser) -> None:
    """A region knows the images that every other one knows."""
    answers = [
        ecs.cloud.call("ecs", "DescribeImages", region, {"PageSize": 100})["Images"]
        for region in ecs.cloud.region_ids
    ]
    assert answers[0] == answers[1]


def test_a_region_may_have_no_images(ecs: EcsUser) -> None:
    """A fault: neither list nor family shows any there."""
    ecs.set_faults(account={"images_missing_in": ["eu-*"]})
    assert (ids(ecs), ecs.call("DescribeImageFromFamily", ImageFamily=NOBLE)) == ([], {})
    elsewhere = ecs.cloud.call(
        "ecs", "DescribeImageFromFamily", "cn-hangzhou", {"ImageFamily": NOBLE}
    )
    assert elsewhere["Image"]["ImageId"] == NEWEST


def test_images_come_in_pages(ecs: EcsUser) -> None:
    """Ten to a page unless told otherwise."""
    answer = ecs.call("DescribeImages", PageNumber=2)
    assert len(answer.pop("Images")["Image"]) == 2
    assert answer == {
        "RegionId": "eu-central-1",
        "PageNumber": 2,
        "PageSize": 10,
        "TotalCount": 12,
    }


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"ImageOwnerAlias": "me"}, ("InvalidImageOwnerAlias.ValueNotSupported", 400)),
        ({"OSType": "plan9"}, ("InvalidOSType", 404)),
        ({"Architecture": "z80"}, ("InvalidArchitecture", 404)),
        ({"Usage": "sometimes"}, ("InvalidUsage", 404)),
        ({"Status": "Lost"}, ("InvalidParamter", 400)),
        ({"InstanceType": "ecs.none"}, ("InvalidInstanceType.ValueNotSupported", 400)),
        ({"PageNumber": 0}, ("InvalidParameter", 400)),
        ({"DryRun": True}, ("DryRunOperation", 400)),
    ],
)
def test_wrong_questions_about_images_are_refused(
    ecs: EcsUser, params: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code; a dry run only says that there is none."""
    assert ecs.refusal("DescribeImages", **params) == refusal


def test_the_fleets_templates_name_the_newest_image() -> None:
    """The set-up resolves the family, as templates take ids only."""
    cloud = Cloud(start=START, regions=["cn-hangzhou"])
    cloud.add_fleet_groups()
    (template,) = cloud.state()["products"]["ecs"]["cn-hangzhou"]["launch_templates"]
    assert template["Versions"][0]["LaunchTemplateData"]["ImageId"] == NEWEST
