"""Resource management (ResourceManager, version 2020-03-31): resource groups of the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from shared.cloud.answers import Item, tags_at, text
from shared.cloud.api import ACCOUNT, Api, Rows, tag_list
from shared.cloud.endpoints import RESOURCE_MANAGER_HOST
from shared.cloud.session import Session
from shared.cloud.stack_records import ResourceGroup
from shared.naming import Tag

_VERSION: Final = "2020-03-31"


class ResourceManager:
    """The resource manager, one for the whole account, behind a session.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`).
    """

    def __init__(self, session: Session) -> None:
        self._api = Api(session, _VERSION, lambda _: RESOURCE_MANAGER_HOST, regional=False)

    def groups(self, name: str, *, tagged: str = Tag.FLEET) -> tuple[ResourceGroup, ...]:
        """Resource groups with this name or this tag key (ListResourceGroups).

        All pages are listed and matched here: the service's own filter by name is fuzzy.
        """
        action = "ListResourceGroups"
        params = {"IncludeTags": True}
        found = self._api.numbered(ACCOUNT, action, params, _GROUPS, page_size=100)
        return tuple(group for group in found if group.name == name or tagged in group.tags)

    def create_group(self, name: str, tags: Mapping[str, str]) -> str:
        """Make a resource group and return its id (CreateResourceGroup).

        An account has 30 at most; it is usable once its status is `OK`.
        """
        params = {"Name": name, "DisplayName": name, "Tag": tag_list(tags)}
        action = "CreateResourceGroup"
        return self._api.made(ACCOUNT, action, params, lambda it: text(it["ResourceGroup"], "Id"))

    def delete_group(self, group_id: str) -> None:
        """Delete an empty resource group (DeleteResourceGroup); one that is gone is fine."""
        settled = ["EntityNotExists.ResourceGroup"]
        params = {"ResourceGroupId": group_id}
        self._api.write(ACCOUNT, "DeleteResourceGroup", params, settled=settled)

    def untag_group(self, group_id: str, keys: Iterable[str]) -> None:
        """Take tags off a resource group (UntagResources); one that it has not is fine."""
        params = {
            "ResourceType": "ResourceGroup",
            "ResourceId": [group_id],
            "TagKey": list(keys),
        }
        self._api.write(ACCOUNT, "UntagResources", params)

    def create_service_linked_role(self, service: str) -> None:
        """Let a service act for the account (CreateServiceLinkedRole); if it may, that is fine.

        `service` such as `cloudmonitor.aliyuncs.com`.
        """
        settled = ["EntityAlreadyExists.Role"]
        params = {"ServiceName": service}
        self._api.write(ACCOUNT, "CreateServiceLinkedRole", params, settled=settled)


def _group(item: Item) -> ResourceGroup:
    return ResourceGroup(
        group_id=text(item, "Id"),
        name=text(item, "Name"),
        status=text(item, "Status"),
        tags=tags_at(item, "Tags", "Tag"),
    )


_GROUPS: Final = Rows(("ResourceGroups", "ResourceGroup"), _group)
