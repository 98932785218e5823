"""Launch templates and their versions."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.sandbox.domain.ecs_user import EcsUser, Json

DATA: Json = {
    "ImageId": "an-image-that-nobody-has",
    "InstanceType": "ecs.none",
    "SecurityGroupIds": ["sg-unknown"],
    "SystemDisk": {"Category": "cloud_essd_entry", "Size": 20},
    "InternetMaxBandwidthOut": 5,
    "HttpTokens": "required",
    "UserData": base64.b64encode(b"#!/bin/sh").decode(),
    "Tag": [{"Key": "p2p-fleet", "Value": "p2p-agent"}],
    "NetworkInterface": [{"SecurityGroupIds": ["sg-1"], "InstanceType": "Primary"}],
}


def versions(ecs: EcsUser, template_id: str, **filters: object) -> list[Json]:
    """A template's versions as they are described."""
    answer = ecs.call("DescribeLaunchTemplateVersions", LaunchTemplateId=template_id, **filters)
    shown: list[Json] = answer["LaunchTemplateVersionSets"]["LaunchTemplateVersionSet"]
    return shown


def numbers(ecs: EcsUser, template_id: str, **filters: object) -> list[int]:
    """The numbers of these versions."""
    return [one["VersionNumber"] for one in versions(ecs, template_id, **filters)]


def names(ecs: EcsUser, **filters: object) -> list[str]:
    """The names of the templates that fit."""
    answer = ecs.call("DescribeLaunchTemplates", **filters)
    return [one["LaunchTemplateName"] for one in answer["LaunchTemplateSets"]["LaunchTemplateSet"]]


def test_a_template_keeps_what_it_is_given(ecs: EcsUser) -> None:
    """Unchecked, as version 1, which is the default; dotted names for the system disk."""
    template_id = ecs.add_template(
        "p2p-agent",
        VersionDescription="First",
        TemplateTag=[{"Key": "p2p-fleet", "Value": "p2p-agent"}],
        **DATA,
    )
    creator = ecs.cloud.account.account_id
    (template,) = ecs.call("DescribeLaunchTemplates", LaunchTemplateId=[template_id])[
        "LaunchTemplateSets"
    ]["LaunchTemplateSet"]
    assert template == {
        "LaunchTemplateId": template_id,
        "LaunchTemplateName": "p2p-agent",
        "DefaultVersionNumber": 1,
        "LatestVersionNumber": 1,
        "CreateTime": "2026-11-23T08:00:00Z",
        "ModifiedTime": "2026-11-23T08:00:00Z",
        "CreatedBy": creator,
        "ResourceGroupId": "",
        "Tags": {"Tag": [{"TagKey": "p2p-fleet", "TagValue": "p2p-agent"}]},
    }
    assert versions(ecs, template_id) == [
        {
            "LaunchTemplateId": template_id,
            "LaunchTemplateName": "p2p-agent",
            "VersionNumber": 1,
            "VersionDescription": "First",
            "DefaultVersion": True,
            "CreateTime": "2026-11-23T08:00:00Z",
            "ModifiedTime": "2026-11-23T08:00:00Z",
            "CreatedBy": creator,
            "LaunchTemplateData": {
                "ImageId": "an-image-that-nobody-has",
                "InstanceType": "ecs.none",
                "SecurityGroupIds": {"SecurityGroupId": ["sg-unknown"]},
                "SystemDisk.Category": "cloud_essd_entry",
                "SystemDisk.Size": 20,
                "InternetMaxBandwidthOut": 5,
                "HttpTokens": "required",
                "UserData": DATA["UserData"],
                "Tags": {"InstanceTag": [{"Key": "p2p-fleet", "Value": "p2p-agent"}]},
                "NetworkInterfaces": {
                    "NetworkInterface": [
                        {
                            "SecurityGroupIds": {"SecurityGroupId": ["sg-1"]},
                            "InstanceType": "Primary",
                        }
                    ]
                },
            },
        }
    ]
    assert "LaunchTemplateData" not in versions(ecs, template_id, DetailFlag=False)[0]


def test_the_system_disk_may_be_an_object(ecs: EcsUser) -> None:
    """Variant: the SDK's models read an object where the metadata has dotted names."""
    template_id = ecs.add_template(SystemDisk={"Category": "cloud_essd", "Size": 40})
    ecs.set_faults(variants={"template_disk_keys": "nested"})
    (version,) = versions(ecs, template_id)
    assert version["LaunchTemplateData"] == {"SystemDisk": {"Category": "cloud_essd", "Size": 40}}


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"LaunchTemplateName": "x"}, ("InvalidLaunchTemplateName.Malformed", 400)),
        ({"LaunchTemplateName": "9lives"}, ("InvalidLaunchTemplateName.Malformed", 400)),
        ({"LaunchTemplateName": "p2p"}, ("LaunchTemplateName.Duplicated", 403)),
        ({"VersionDescription": "x"}, ("InvalidDescription.Malformed", 400)),
        ({"UserData": "not base64!"}, ("InvalidUserData.Base64FormatInvalid", 400)),
        (
            {"UserData": base64.b64encode(bytes(32 * 1024 + 1)).decode()},
            ("InvalidUserData.SizeExceeded", 400),
        ),
        (
            {"SecurityGroupId": "sg-1", "SecurityGroupIds": ["sg-2"]},
            ("InvalidParameter", 400),
        ),
        ({"TemplateTag": [{"Key": "aliyun-x"}]}, ("InvalidTagKey.Malformed", 400)),
        ({"Tag": [{"Key": "k"}, {"Key": "k"}]}, ("Duplicate.TagKey", 400)),
        ({"TemplateResourceGroupId": "rg-unknown"}, ("InvalidResourceGroup.NotFound", 404)),
    ],
)
def test_wrong_templates_are_refused(
    ecs: EcsUser, settings: dict[str, Any], refusal: tuple[str, int]
) -> None:
    """Each mistake has its documented code; `p2p` is the set-up's own template."""
    params = {"LaunchTemplateName": "mine", **settings}
    assert ecs.refusal("CreateLaunchTemplate", **params) == refusal


def test_user_data_of_the_longest_size_is_taken(ecs: EcsUser) -> None:
    """32 KB before encoding."""
    data = base64.b64encode(bytes(32 * 1024)).decode()
    template_id = ecs.add_template(UserData=data)
    assert versions(ecs, template_id)[0]["LaunchTemplateData"] == {"UserData": data}


def test_versions_are_numbered_on(ecs: EcsUser) -> None:
    """A new version is the latest and not the default; numbers are not given twice."""
    template_id = ecs.add_template()
    target = {"LaunchTemplateId": template_id}
    for number in (2, 3, 4):
        answer = ecs.call("CreateLaunchTemplateVersion", **target)
        assert answer == {**target, "LaunchTemplateVersionNumber": number}
    answer = ecs.call("ModifyLaunchTemplateDefaultVersion", **target, DefaultVersionNumber=3)
    assert answer == target
    assert ecs.call("DeleteLaunchTemplateVersion", **target, DeleteVersion=[4, 1]) == {
        "LaunchTemplateVersions": {
            "LaunchTemplateVersion": [
                {**target, "LaunchTemplateVersionNumber": 4},
                {**target, "LaunchTemplateVersionNumber": 1},
            ]
        }
    }
    assert numbers(ecs, template_id) == [3, 2]
    by_name = ecs.call("CreateLaunchTemplateVersion", LaunchTemplateName="mine")
    assert by_name["LaunchTemplateVersionNumber"] == 5
    assert numbers(ecs, template_id, DefaultVersion=True) == [3]
    assert numbers(ecs, template_id, LaunchTemplateVersion=[2, 5, 9]) == [5, 2]
    assert numbers(ecs, template_id, MinVersion=3, MaxVersion=4) == [3]
    assert numbers(ecs, template_id, PageNumber=2, PageSize=2) == [2]


def test_wrong_versions_are_refused(ecs: EcsUser) -> None:
    """The default cannot go, what is not there cannot be chosen or go; nothing is half done."""
    target = {"LaunchTemplateId": ecs.add_template()}
    ecs.call("CreateLaunchTemplateVersion", **target)
    missing = ("InvalidLaunchTemplateVersion.NotFound", 404)
    for action, params, refusal in (
        (
            "DeleteLaunchTemplateVersion",
            {"DeleteVersion": [2, 1]},
            ("InvalidOperation.DeleteDefaultVersion", 403),
        ),
        ("DeleteLaunchTemplateVersion", {"DeleteVersion": [2, 7]}, missing),
        ("ModifyLaunchTemplateDefaultVersion", {"DefaultVersionNumber": 7}, missing),
        (
            "CreateLaunchTemplateVersion",
            {"UserData": "?"},
            ("InvalidUserData.Base64FormatInvalid", 400),
        ),
    ):
        assert ecs.refusal(action, **target, **params) == refusal


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("CreateLaunchTemplateVersion", {}),
        ("DescribeLaunchTemplateVersions", {}),
        ("ModifyLaunchTemplateDefaultVersion", {"DefaultVersionNumber": 1}),
        ("DeleteLaunchTemplateVersion", {"DeleteVersion": [1]}),
        ("DeleteLaunchTemplate", {}),
    ],
)
def test_unknown_templates_are_not_found(
    ecs: EcsUser, action: str, params: dict[str, object]
) -> None:
    """By id, by name, or by an id and a name that do not belong together; one is needed."""
    unknown = ("InvalidLaunchTemplate.NotFound", 404)
    other = {"LaunchTemplateId": ecs.there.template_id, "LaunchTemplateName": "other"}
    for target in ({"LaunchTemplateId": "lt-x"}, {"LaunchTemplateName": "x"}, other):
        assert ecs.refusal(action, **target, **params) == unknown
    assert ecs.refusal(action, **params) == ("MissingParameter", 400)


def test_the_quotas_of_templates_and_versions(ecs: EcsUser) -> None:
    """So many templates in a region, so many versions of each; deleting makes room."""
    quotas = {"ecs:launch_templates": 2, "ecs:launch_template_versions": 2}
    ecs.set_faults(account={"quotas": quotas})
    target = {"LaunchTemplateId": ecs.add_template()}
    refusal = ecs.refusal("CreateLaunchTemplate", LaunchTemplateName="third")
    assert refusal == ("LaunchTemplateLimitExceed", 403)
    ecs.call("CreateLaunchTemplateVersion", **target)
    refusal = ecs.refusal("CreateLaunchTemplateVersion", **target)
    assert refusal == ("LaunchTemplateVersionLimitExceed", 403)
    ecs.call("DeleteLaunchTemplateVersion", **target, DeleteVersion=[2])
    assert ecs.call("CreateLaunchTemplateVersion", **target)["LaunchTemplateVersionNumber"] == 3


def test_an_account_has_thirty_templates_of_thirty_versions(ecs: EcsUser) -> None:
    """The documented quotas, unless told otherwise."""
    for number in range(29):
        ecs.add_template(f"template-{number}")
    refusal = ecs.refusal("CreateLaunchTemplate", LaunchTemplateName="one-more")
    assert refusal == ("LaunchTemplateLimitExceed", 403)
    for _ in range(29):
        ecs.call("CreateLaunchTemplateVersion", LaunchTemplateName="template-0")
    refusal = ecs.refusal("CreateLaunchTemplateVersion", LaunchTemplateName="template-0")
    assert refusal == ("LaunchTemplateVersionLimitExceed", 403)


def test_templates_are_found_by_what_they_are(ecs: EcsUser) -> None:
    """By ids, names, tags and resource group; unknown ones are dropped silently."""
    resource_group = ecs.add_resource_group("fleet")
    mine = ecs.add_template(
        "mine",
        TemplateTag=[{"Key": "k", "Value": "v"}],
        TemplateResourceGroupId=resource_group,
    )
    assert names(ecs) == ["p2p", "mine"]
    assert names(ecs, LaunchTemplateId=[mine, "lt-unknown"]) == ["mine"]
    assert names(ecs, LaunchTemplateName=["p2p", "unknown"]) == ["p2p"]
    assert names(ecs, TemplateTag=[{"Key": "k", "Value": "v"}]) == ["mine"]
    assert names(ecs, TemplateTag=[{"Key": "k", "Value": "w"}]) == []
    assert names(ecs, TemplateResourceGroupId=resource_group) == ["mine"]
    assert names(ecs, PageNumber=2, PageSize=1) == ["mine"]


def test_a_deleted_template_takes_its_versions_along(ecs: EcsUser) -> None:
    """Its name is free again; instances and groups that were made with it do not hinder."""
    ecs.launch(1)
    target = {"LaunchTemplateName": "p2p"}
    ecs.call("CreateLaunchTemplateVersion", **target)
    assert ecs.call("DeleteLaunchTemplate", **target) == {
        "LaunchTemplateId": ecs.there.template_id,
        "LaunchTemplateVersionNumbers": {"versionNumbers": [1, 2]},
    }
    assert names(ecs) == []
    ecs.wait(60)
    assert [one["Status"] for one in ecs.instances()] == ["Running"]
    assert ecs.add_template("p2p") != ecs.there.template_id
