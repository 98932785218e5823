"""Security Token Service: who am I, and temporary keys for roles that trust the account."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, Protocol

from sandbox.domain.account import AssumedRole, Caller, TemporaryKey
from sandbox.domain.errors import ApiError
from sandbox.domain.instants import utc_second
from sandbox.domain.product import Handler, Params
from sandbox.domain.ram.documents import check_policy_document
from sandbox.domain.ram.records import Role
from sandbox.domain.world import World

TOKEN_PREFIX: Final = "CAIS"  # noqa: S105 (no secret: where every token begins)
"""How a security token begins."""

_ALPHANUMERIC: Final = string.ascii_letters + string.digits
_ROLE_ARN: Final = re.compile(r"acs:ram::(\d+):role/[A-Za-z0-9.-]{1,64}")
_SESSION_NAME: Final = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_EXTERNAL_ID: Final = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_LONGEST_POLICY: Final = 2048
_SHORTEST_SESSION_S: Final = 900
_USUAL_SESSION_S: Final = 3600
_SERVICE_SESSION_S: Final = 36 * 3600
"""How long a function's key is valid, which nobody can change (FC, "Function role")."""
_ASSUMING: Final = frozenset({"*", "sts:*", "sts:AssumeRole"})


class RoleDirectory(Protocol):
    """What STS asks of RAM."""

    def assumable_role(self, arn: str) -> Role | None:
        """The role of an ARN, None where there is none."""


class Sts:
    """STS as far as holders of plain access keys need it.

    `now` says when a temporary key expires: it is its own clock, because whoever holds such a key
    judges its age by the machine's, not by the account's.
    """

    def __init__(self, world: World, roles: RoleDirectory, now: Callable[[], datetime]) -> None:
        self._world = world
        self._roles = roles
        self._now = now
        self._random = world.random("sts")
        self._issued: dict[str, TemporaryKey] = {}
        self._actions: Mapping[str, Handler] = {
            "GetCallerIdentity": self._get_caller_identity,
            "AssumeRole": self._assume_role,
        }

    @property
    def actions(self) -> Mapping[str, Handler]:
        """GetCallerIdentity and AssumeRole."""
        return self._actions

    def region_of(self, _params: Params) -> str:
        """Any region: identities are global."""
        return self._world.region_ids[0]

    def state(self) -> dict[str, Any]:
        """Nothing: STS keeps no resources, and keys are nobody's business."""
        return {}

    def temporary_key(self, access_key_id: str) -> TemporaryKey | None:
        """A key that AssumeRole has issued, expired or not; None for any other."""
        return self._issued.get(access_key_id)

    def role_is_known(self, role_arn: str) -> bool:
        """Whether there is a role of this ARN."""
        return self._roles.assumable_role(role_arn) is not None

    def may_assume(self, service: str, role_arn: str) -> bool:
        """Whether a role exists and trusts a service such as `fc.aliyuncs.com`."""
        role = self._roles.assumable_role(role_arn)
        return role is not None and _trusts(role, "Service", {service})

    def key_for_service(
        self, service: str, role_arn: str, session_name: str
    ) -> TemporaryKey | None:
        """What a service gets for what it runs in a role's name; None where it may not."""
        role = self._roles.assumable_role(role_arn)
        if role is None or not _trusts(role, "Service", {service}):
            return None
        account_id = self._world.account.account_id
        holder = AssumedRole(account_id, role.role_id, role.name, session_name)
        return self.issue(holder, _SERVICE_SESSION_S)

    def issue(self, holder: AssumedRole, session_s: int) -> TemporaryKey:
        """A new temporary key of a holder, good for so many seconds; nothing is checked."""
        key = TemporaryKey(
            access_key_id="STS.N" + self._characters(24),
            access_key_secret=self._characters(44),
            security_token=TOKEN_PREFIX + self._characters(200),
            expires_at=self._now() + timedelta(seconds=session_s),
            holder=holder,
        )
        self._issued[key.access_key_id] = key
        return key

    def _get_caller_identity(self, _region: str, _params: Params) -> dict[str, Any]:
        """GetCallerIdentity; a user has a UserId, a role's session a RoleId."""
        caller = self._world.caller
        if isinstance(caller, AssumedRole):
            return {
                "IdentityType": "AssumedRoleUser",
                "AccountId": caller.account_id,
                "PrincipalId": caller.principal_id,
                "RoleId": caller.role_id,
                "Arn": caller.principal_arn,
            }
        return {
            "IdentityType": "RAMUser",
            "AccountId": caller.account_id,
            "PrincipalId": caller.user_id,
            "UserId": caller.user_id,
            "Arn": caller.principal_arn,
        }

    def _assume_role(self, _region: str, params: Params) -> dict[str, Any]:
        """AssumeRole, for roles that trust the account, its user, or the role that calls."""
        _check_texts(params)
        role = self._roles.assumable_role(params["RoleArn"])
        if role is None:
            raise ApiError(
                "EntityNotExist.Role", "The specified Role not exists .", HTTPStatus.NOT_FOUND
            )
        if not _trusts(role, "RAM", _principals(self._world.caller)):
            raise ApiError(
                "NoPermission",
                "You are not authorized to do this action. You should be authorized by RAM.",
                HTTPStatus.FORBIDDEN,
            )
        session_s = params.get("DurationSeconds", _USUAL_SESSION_S)
        if not _SHORTEST_SESSION_S <= session_s <= role.max_session_s:
            raise ApiError(
                "InvalidParameter.DurationSeconds",
                "The Min/Max value of DurationSeconds is 15min/1hr.",
                HTTPStatus.BAD_REQUEST,
            )
        session = params["RoleSessionName"]
        holder = AssumedRole(
            self._world.account.account_id, role.role_id, role.name, session, params.get("Policy")
        )
        key = self.issue(holder, session_s)
        return {
            "AssumedRoleUser": {
                "Arn": f"{role.arn}/{session}",
                "AssumedRoleId": f"{role.role_id}:{session}",
            },
            "Credentials": {
                "AccessKeyId": key.access_key_id,
                "AccessKeySecret": key.access_key_secret,
                "SecurityToken": key.security_token,
                "Expiration": utc_second(key.expires_at),
            },
            **({"SourceIdentity": params["SourceIdentity"]} if "SourceIdentity" in params else {}),
        }

    def _characters(self, count: int) -> str:
        return "".join(self._random.choices(_ALPHANUMERIC, k=count))


def _check_texts(params: Params) -> None:
    """Raises ApiError for a parameter of the wrong form."""
    forms = {
        "RoleArn": _ROLE_ARN,
        "RoleSessionName": _SESSION_NAME,
        "ExternalId": _EXTERNAL_ID,
    }
    for name, form in forms.items():
        if name in params and not form.fullmatch(params[name]):
            raise ApiError(
                f"InvalidParameter.{name}",
                f"The parameter {name} is wrongly formed.",
                HTTPStatus.BAD_REQUEST,
            )
    policy = params.get("Policy")
    if policy is None:
        return
    if len(policy.encode()) > _LONGEST_POLICY:
        raise ApiError(
            "InvalidParameter.PolicySize",
            "The size of Policy must be smaller than 2048 bytes.",
            HTTPStatus.BAD_REQUEST,
        )
    try:
        check_policy_document(policy)
    except ApiError:
        raise ApiError(
            "InvalidParameter.PolicyGrammar",
            "The parameter Policy has not passed grammar check.",
            HTTPStatus.BAD_REQUEST,
        ) from None


def _principals(caller: Caller) -> set[str]:
    """What a trust document may call a caller: the account, the user, or the role behind it."""
    account = f"acs:ram::{caller.account_id}:root"
    if isinstance(caller, AssumedRole):
        return {account, f"acs:ram::{caller.account_id}:role/{caller.role_name}"}
    return {account, caller.principal_arn}


def _trusts(role: Role, kind: str, principals: set[str]) -> bool:
    """Whether some statement allows one of the principals to assume the role, and none forbids.

    `kind` is theirs: `RAM` or `Service`.
    """
    verdicts = [
        trust.allows
        for trust in role.trusts
        if _ASSUMING.intersection(trust.actions)
        and principals.intersection(trust.principals.get(kind, ()))
    ]
    return bool(verdicts) and all(verdicts)
