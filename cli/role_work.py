"""Looking at roles and working on them: only what is missing is done, and again after an accident.

A run may end at any request, be repeated, or run twice at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from infra.ram.documents import as_text
from shared.cloud.ram import Ram
from shared.cloud.resource_manager import ResourceManager
from shared.cloud.session import CallFailedError, Session
from shared.failure import FailureError, Reaction
from shared.naming import Tag
from shared.report import ResourceReport
from shared.roles import RoleAction, RoleStep, StandingRole, WantedRole, not_ours

Due = Callable[[WantedRole, StandingRole], tuple[RoleStep, ...]]
"""What is still to be done about a role."""

_PAUSES_S: Final = (0.0, 0.5, 1.5, 4.0, 8.0)
"""Before each look: what was created may take some seconds to be known."""
_PASSING: Final = ("AlreadyExist", "NotExist", "LimitExceeded.Policy.Version")
"""In codes of refusals that another look explains: somebody else was faster, or it is too new."""
_ROLE: Final = "function role"
_POLICY: Final = "role policy"
_ATTACHMENT: Final = "policy attachment"
_SAID: Final[Mapping[RoleAction, tuple[str, Literal["created", "changed", "removed"]]]] = {
    "CreateRole": (_ROLE, "created"),
    "UpdateRole": (_ROLE, "changed"),
    "CreatePolicy": (_POLICY, "created"),
    "CreatePolicyVersion": (_POLICY, "changed"),
    "DeletePolicyVersion": ("policy version", "removed"),
    "AttachPolicyToRole": (_ATTACHMENT, "created"),
    "DetachPolicyFromRole": (_ATTACHMENT, "removed"),
    "DeletePolicy": (_POLICY, "removed"),
    "DeleteRole": (_ROLE, "removed"),
}


@dataclass(frozen=True, slots=True)
class RoleWork:
    """Work on roles through a session; `deeds` is what was done, in a dry run what would be.

    Every method raises `CallFailedError` or `DeadlinePassedError` (see `Session.call`).
    """

    session: Session
    sleep: Callable[[float], None]
    dry_run: bool
    deeds: list[ResourceReport] = field(default_factory=list)

    def look(self, wanted: WantedRole) -> StandingRole:
        """See how a role stands (GetRole, GetPolicy, ListPoliciesForRole).

        Raises also:
            FailureError: a role or policy of this name is not the fleet's.
        """
        ram, name = Ram(self.session), wanted.name
        role = ram.role(name)
        standing = StandingRole(role, ram.policy(name), ram.policies_of(name) if role else ())
        foreign = not_ours(wanted.fleet, name, standing)
        if foreign is not None:
            raise FailureError(foreign)
        return standing

    def settle(self, wanted: WantedRole, due: Due) -> None:
        """Do what is due; after a refusal that may pass, look again and go on.

        Raises also:
            FailureError: as `look` raises it.
        """
        trouble: CallFailedError | None = None
        for pause_s in _PAUSES_S:
            self.sleep(pause_s)
            try:
                for step in due(wanted, self.look(wanted)):
                    self._do(step, wanted)
            except CallFailedError as error:
                if not _may_pass(error):
                    raise
                trouble = error
            else:
                return
        if trouble is not None:
            raise trouble

    def link(self, role: str, service: str) -> None:
        """Let a service act for the account (CreateServiceLinkedRole), unless it may already."""
        if Ram(self.session).role(role) is not None:
            return
        if not self.dry_run:
            ResourceManager(self.session).create_service_linked_role(service)
        self.deeds.append(ResourceReport("service-linked role", role, "created"))

    def _do(self, step: RoleStep, wanted: WantedRole) -> None:
        if not self.dry_run:
            self._send(step, wanted)
        kind, verb = _SAID[step.action]
        name = f"{wanted.name} {step.version_id}".rstrip()
        self.deeds.append(ResourceReport(kind, name, verb))

    def _send(self, step: RoleStep, wanted: WantedRole) -> None:
        ram, name = Ram(self.session), wanted.name
        trust, policy = as_text(wanted.trust), as_text(wanted.policy)
        tags = {Tag.FLEET.value: wanted.fleet}
        requests: Mapping[RoleAction, Callable[[], None]] = {
            "CreateRole": lambda: ram.create_role(name, trust, tags),
            "UpdateRole": lambda: ram.trust(name, trust),
            "CreatePolicy": lambda: ram.create_policy(name, policy, tags),
            "CreatePolicyVersion": lambda: ram.create_policy_version(name, policy),
            "DeletePolicyVersion": lambda: ram.delete_policy_version(name, step.version_id),
            "AttachPolicyToRole": lambda: ram.attach(name, name),
            "DetachPolicyFromRole": lambda: ram.detach(name, name),
            "DeletePolicy": lambda: ram.delete_policy(name),
            "DeleteRole": lambda: ram.delete_role(name),
        }
        requests[step.action]()


def _may_pass(error: CallFailedError) -> bool:
    failure = error.failure
    named = any(one in failure.code for one in _PASSING)
    return error.perhaps_applied or named or failure.reaction is Reaction.TRANSIENT
