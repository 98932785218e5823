"""Service-linked roles: they are RAM's, but the resource manager's API makes and deletes them.

A role counts as unused here: its deletion always succeeds, where RAM first asks the service.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from sandbox.domain.errors import ApiError
from sandbox.domain.product import Params
from sandbox.domain.ram.documents import read_trust_document
from sandbox.domain.ram.records import Role
from sandbox.domain.ram.roles import SHORTEST_SESSION_S
from sandbox.domain.ram.store import RamStore
from sandbox.domain.ram.system_policies import LINKED_SERVICES, LinkedService
from sandbox.domain.ram.views import show_known_role

_BAD: Final = HTTPStatus.BAD_REQUEST
_NOT_FOUND: Final = HTTPStatus.NOT_FOUND
_TASK_ID: Final = re.compile(r"task/acs-service-role/[^/]+/[^/]+/[0-9a-f-]+")
_TASK_ID_LENGTH: Final = range(26, 255 + 1)


def create_service_linked_role(store: RamStore, params: Params) -> dict[str, Any]:
    """CreateServiceLinkedRole; the quota of roles does not hold for these, as RAM documents."""
    service = LINKED_SERVICES.get(params["ServiceName"])
    if service is None:
        raise ApiError("EntityNotExist.Service", "The service does not exist.", _NOT_FOUND)
    if params.get("CustomSuffix"):
        raise ApiError(
            "InvalidParameter.CustomSuffix.NotAllowed",
            "Custom suffix is not allowed for this Service Linked Role.",
            _BAD,
        )
    if params.get("Description"):
        raise ApiError(
            "InvalidParameter.Description.NotAllowed",
            "Custom description is not allowed for default service linked role.",
            _BAD,
        )
    if service.role_name in store.roles:
        raise ApiError("EntityAlreadyExists.Role", "The role already exists.", HTTPStatus.CONFLICT)
    role = _new_role(store, service)
    store.keep_role(role)
    shown = show_known_role(role, store.principal_name(role))
    del shown["UpdateDate"], shown["MaxSessionDuration"]
    return {"Role": shown}


def delete_service_linked_role(store: RamStore, params: Params) -> dict[str, Any]:
    """DeleteServiceLinkedRole: starts a task, at whose end the role is gone."""
    role = store.roles.get(params["RoleName"])
    if role is None:
        raise ApiError("EntityNotExist.Role", "The role does not exist.", _NOT_FOUND)
    if role.linked_service is None:
        raise ApiError(
            "EntityNotExist.ServiceLinkedRole",
            "This role exists but is not a Service Linked Role.",
            _NOT_FOUND,
        )
    unique = UUID(int=store.random.getrandbits(128), version=4)
    task_id = f"task/acs-service-role/{role.linked_service}/{role.name}/{unique}"
    store.deletions[task_id] = False

    def finish() -> None:
        present = store.roles.get(role.name)
        # A role that was made anew under the name since then is not this task's business.
        if present is not None and present.role_id == role.role_id:
            del store.roles[role.name]
        store.deletions[task_id] = True

    store.world.clock.after(store.world.timing.linked_role_deletion_s, finish)
    return {"DeletionTaskId": task_id}


def get_service_linked_role_deletion_status(store: RamStore, params: Params) -> dict[str, Any]:
    """GetServiceLinkedRoleDeletionStatus."""
    task_id = params.get("DeletionTaskId", "")
    if len(task_id) not in _TASK_ID_LENGTH:
        raise ApiError(
            "InvalidParameter.DeletionTaskId.Length",
            "The length of DeletionTaskId must be between 26 and 255 characters.",
            _BAD,
        )
    if not _TASK_ID.fullmatch(task_id):
        raise ApiError("InvalidParameter.DeletionTaskId", "The DeletionTaskId is invalid.", _BAD)
    done = store.deletions.get(task_id)
    if done is None:
        raise ApiError(
            "EntityNotExist.ServiceLinkedRole.DeletionTask",
            "The deletion task for the given ID does not exist.",
            _NOT_FOUND,
        )
    return {"Status": "SUCCEEDED" if done else "IN_PROGRESS"}


def _new_role(store: RamStore, service: LinkedService) -> Role:
    """A role that only its service can assume; its ARN is in lower case, as the reference shows."""
    statement = {
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
        "Principal": {"Service": [service.service]},
    }
    trust_document = json.dumps({"Statement": [statement], "Version": "1"})
    return Role(
        role_id=store.mint_id(),
        name=service.role_name,
        arn=f"acs:ram::{store.world.account.account_id}:role/{service.role_name.lower()}",
        description=service.description,
        trust_document=trust_document,
        trusts=read_trust_document(trust_document),
        max_session_s=SHORTEST_SESSION_S,
        created_at=store.now,
        updated_at=store.now,
        attached={service.policy: store.now},
        linked_service=service.service,
    )
