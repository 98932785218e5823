"""The actions on resource groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sandbox.domain.instants import utc_second
from sandbox.domain.product import Params
from sandbox.domain.ram.tagging import TagRules, carries, show_tags
from sandbox.domain.resource_manager.errors import (
    group_exists,
    group_in_use,
    invalid_name,
    invalid_parameter,
    missing_display_name,
    too_many_groups,
    too_many_tags,
    wrong_group_status,
    wrong_length,
)
from sandbox.domain.resource_manager.store import GroupStatus, GroupStore, ResourceGroup

TAG_RULES: Final = TagRules(128, invalid_parameter, too_many_tags)
"""Tag values of resource groups may have 128 characters."""

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_NAME_LENGTH: Final = range(2, 50 + 1)
_LONGEST_DISPLAY_NAME: Final = 50
_LARGEST_PAGE: Final = 100


def create_resource_group(store: GroupStore, params: Params) -> dict[str, Any]:
    """CreateResourceGroup: Creating at first, then OK."""
    name = params["Name"]
    if len(name) not in _NAME_LENGTH:
        raise wrong_length("Name")
    if not _NAME.fullmatch(name):
        raise invalid_name()
    display_name = _read_display_name(params, "DisplayName")
    tags = TAG_RULES.add({}, params.get("Tag", ()))
    if store.name_taken(name):
        raise group_exists()
    if len(store.made) >= store.quota:
        raise too_many_groups()
    group = ResourceGroup(
        store.mint_id(), name, display_name, GroupStatus.CREATING, store.now, tags
    )
    store.keep(group)
    store.world.clock.after(store.world.timing.resource_group_s, _ready(store, group.group_id))
    return {"ResourceGroup": _show_everywhere(store, group)}


def get_resource_group(store: GroupStore, params: Params) -> dict[str, Any]:
    """GetResourceGroup."""
    group = store.group(params)
    tags = {"Tags": show_tags(group.tags)} if params.get("IncludeTags", False) else {}
    return {"ResourceGroup": _show_everywhere(store, group) | tags}


def list_resource_groups(store: GroupStore, params: Params) -> dict[str, Any]:
    """ListResourceGroups: those that pass every filter, the default group first.

    Names match in part; ResourceGroupIds, where given, makes ResourceGroupId void.
    """
    number, size = params.get("PageNumber", 1), params.get("PageSize", 10)
    if number < 1:
        raise invalid_parameter("PageNumber")
    if not 1 <= size <= _LARGEST_PAGE:
        raise invalid_parameter("PageSize")
    found = [group for group in store.groups.values() if _passes(group, params)]
    with_tags = params.get("IncludeTags", False) or bool(params.get("Tag"))
    return {
        "ResourceGroups": {
            "ResourceGroup": [
                _show_with_status(store, group)
                | ({"Tags": show_tags(group.tags)} if with_tags else {})
                for group in found[(number - 1) * size : number * size]
            ]
        },
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": len(found),
    }


def update_resource_group(store: GroupStore, params: Params) -> dict[str, Any]:
    """UpdateResourceGroup: another display name; the name itself cannot be changed."""
    display_name = _read_display_name(params, "NewDisplayName")
    group = replace(store.group(params), display_name=display_name)
    store.keep(group)
    return {"ResourceGroup": _show(store, group)}


def delete_resource_group(store: GroupStore, params: Params) -> dict[str, Any]:
    """DeleteResourceGroup: an empty group is PendingDelete at first, then gone.

    It counts toward the quota until then. That the default group cannot be deleted is documented;
    the code is not.
    """
    group = store.group(params)
    if group.group_id == store.default_id:
        raise invalid_parameter("ResourceGroupId")
    if group.status is not GroupStatus.OK:
        raise wrong_group_status()
    if store.has_members(group.group_id):
        raise group_in_use()
    variants = store.world.faults.variants
    name = group.name
    if variants.resource_group_name_free == "at_deletion":
        name = f"{group.name}-{group.group_id}-{store.now:%Y%m%d}"
    store.keep(replace(group, name=name, status=GroupStatus.PENDING_DELETE))
    delay_s = variants.resource_group_deletion_s
    if delay_s is None:
        delay_s = store.world.timing.resource_group_deletion_s

    def finish() -> None:
        del store.groups[group.group_id]
        store.gone[group.name] = store.now

    store.world.clock.after(delay_s, finish)
    return {"ResourceGroup": _show_everywhere(store, store.groups[group.group_id])}


def _ready(store: GroupStore, group_id: str) -> Callable[[], None]:
    def finish() -> None:
        store.keep(replace(store.groups[group_id], status=GroupStatus.OK))

    return finish


def _read_display_name(params: Params, parameter: str) -> str:
    display_name: str = params.get(parameter, "")
    if not display_name:
        raise missing_display_name()
    if len(display_name) > _LONGEST_DISPLAY_NAME:
        raise wrong_length("DisplayName")
    return display_name


def _passes(group: ResourceGroup, params: Params) -> bool:
    ids = params.get("ResourceGroupIds") or [params.get("ResourceGroupId", group.group_id)]
    return (
        group.group_id in ids
        and params.get("Status") in {None, group.status.value}
        and params.get("Name", "") in group.name
        and params.get("DisplayName", "") in group.display_name
        and carries(group.tags, params.get("Tag", ()))
    )


def _show(store: GroupStore, group: ResourceGroup) -> dict[str, Any]:
    return {
        "Id": group.group_id,
        "Name": group.name,
        "DisplayName": group.display_name,
        "AccountId": store.world.account.account_id,
        "CreateDate": utc_second(group.created_at),
    }


def _show_with_status(store: GroupStore, group: ResourceGroup) -> dict[str, Any]:
    return _show(store, group) | {"Status": group.status.value}


def _show_everywhere(store: GroupStore, group: ResourceGroup) -> dict[str, Any]:
    regions = [
        {"RegionId": region_id, "Status": group.status.value}
        for region_id in store.world.region_ids
    ]
    return _show_with_status(store, group) | {"RegionStatuses": {"RegionStatus": regions}}
