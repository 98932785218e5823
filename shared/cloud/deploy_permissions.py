"""What the access key may do of all that preparing and deploying need, found out harmlessly.

As in `permissions`, an action is asked to do something with what cannot exist, or in a way that
is never accepted; RAM's refusal comes before any other. Names begin as the fleet's do, for the
sake of grants that name the fleet.

Not asked, for nothing about it is harmless or tells anything: `ram:PassRole`, which shows only
when a role is handed on; `ram:CreateServiceLinkedRole`, which is granted for single services; and
the log service's actions (of a project that does not exist it says just that, to whomever).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params

from shared.cloud.api import ACCOUNT, Api
from shared.cloud.endpoints import RAM_HOST, fc_host
from shared.cloud.session import CallFailedError, DeadlinePassedError, Session

_RAM_VERSION: Final = "2015-05-01"
_FC_VERSION: Final = "2023-03-30"
_RAM_SAYS_NO: Final = frozenset(
    {"AccessDenied", "Forbidden.RAM", "Forbidden.SubUser", "Forbidden.Unauthorized", "NoPermission"}
)
"""What only RAM answers; the first one is Function Compute's."""
_NO_DOCUMENT: Final = "{}"
"""A policy without version and statements, which RAM calls malformed."""
_NO_FUNCTION: Final = {"handler": "index.handler", "runtime": "python3.12", "memorySize": 1}
"""A function without code, and with less memory than any may have."""


@dataclass(frozen=True, slots=True)
class Question:
    """May the key do `name`, such as `ram:CreateRole`? `ask` tries it on nothing.

    `ask` raises CallFailedError or DeadlinePassedError (see `Session.call`).
    """

    name: str
    ask: Callable[[Session], object]

    def is_denied(self, session: Session) -> bool:
        """Whether RAM refuses it; whatever else is answered, RAM has let it pass."""
        try:
            self.ask(session)
        except CallFailedError as error:
            return error.failure.code in _RAM_SAYS_NO
        except DeadlinePassedError:
            return False
        return False


def denied_among(
    executor: Executor, session: Session, questions: Iterable[Question]
) -> tuple[str, ...]:
    """Return the names of the actions that RAM refuses, in the order of the questions."""
    asked = tuple(questions)
    answers = executor.map(lambda one: one.is_denied(session), asked)
    return tuple(one.name for one, denied in zip(asked, answers, strict=True) if denied)


def questions_of_looking(fleet: str) -> tuple[Question, ...]:
    """Return what it takes to see how a fleet's roles stand."""
    name = _nobody(fleet)
    policy = {"PolicyName": name, "PolicyType": "Custom"}
    return (
        _ram("GetRole", {"RoleName": name}),
        _ram("GetPolicy", policy),
        _ram("ListPolicyVersions", policy),
        _ram("ListPoliciesForRole", {"RoleName": name}),
        _ram("ListTagResources", {"ResourceType": "role", "PageSize": 1}),
    )


def questions_of_preparing(fleet: str) -> tuple[Question, ...]:
    """Return what it takes to create a fleet's roles, and to bring them up to date."""
    name = _nobody(fleet)
    document = {"PolicyName": name, "PolicyDocument": _NO_DOCUMENT}
    return (
        _ram("CreateRole", {"RoleName": name, "AssumeRolePolicyDocument": _NO_DOCUMENT}),
        _ram("UpdateRole", {"RoleName": name, "NewAssumeRolePolicyDocument": _NO_DOCUMENT}),
        _ram("CreatePolicy", document),
        _ram("CreatePolicyVersion", document),
        _ram("DeletePolicyVersion", {"PolicyName": name, "VersionId": "v1"}),
        _ram("AttachPolicyToRole", _pair(name)),
    )


def questions_of_removing_roles(fleet: str) -> tuple[Question, ...]:
    """Return what it takes to remove a fleet's roles."""
    name = _nobody(fleet)
    return (
        _ram("DetachPolicyFromRole", _pair(name)),
        _ram("DeletePolicyVersion", {"PolicyName": name, "VersionId": "v1"}),
        _ram("DeletePolicy", {"PolicyName": name}),
        _ram("DeleteRole", {"RoleName": name}),
    )


def questions_of_deploying(fleet: str, region: str) -> tuple[Question, ...]:
    """Return what it takes to deploy the functions in a region, and to invoke one of them.

    Nothing where the region has no Function Compute.
    """
    host = fc_host(region)
    if host is None:
        return ()
    name = _nobody(fleet)
    function, layer = f"/functions/{name}", f"/layers/{name}"

    def fc(action: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> Question:
        call = _FcCall(region, host, action, method, path, body)
        return Question(f"fc:{_IN_POLICIES.get(action, action)}", call.send)

    return (
        fc("ListLayerVersions", "GET", f"{layer}/versions"),
        fc("CreateLayerVersion", "POST", f"{layer}/versions", {}),
        fc("GetFunction", "GET", function),
        fc("CreateFunction", "POST", "/functions", {"functionName": name, **_NO_FUNCTION}),
        fc("UpdateFunction", "PUT", function, {}),
        fc("ListTriggers", "GET", f"{function}/triggers"),
        fc("ListVpcBindings", "GET", f"{function}/vpc-bindings"),
        fc("GetScalingConfig", "GET", f"{function}/scaling-config"),
        fc("GetAsyncInvokeConfig", "GET", f"{function}/async-invoke-config"),
        fc("PutAsyncInvokeConfig", "PUT", f"{function}/async-invoke-config", {}),
        fc("GetConcurrencyConfig", "GET", f"{function}/concurrency"),
        fc("PutConcurrencyConfig", "PUT", f"{function}/concurrency", {"reservedConcurrency": 1}),
        fc("InvokeFunction", "POST", f"{function}/invocations", {}),
    )


_IN_POLICIES: Final = {
    "GetAsyncInvokeConfig": "GetFunctionAsyncInvokeConfig",
    "PutAsyncInvokeConfig": "PutFunctionAsyncInvokeConfig",
}
"""Actions that policies call otherwise than the API (Function Compute's page on policies)."""


def _nobody(fleet: str) -> str:
    """Return a name that nothing bears, and that begins as those of the fleet do."""
    return f"{fleet}-nobody"


def _pair(name: str) -> Mapping[str, str]:
    return {"PolicyType": "Custom", "PolicyName": name, "RoleName": name}


def _ram(action: str, params: Mapping[str, object]) -> Question:
    def ask(session: Session) -> object:
        api = Api(session, _RAM_VERSION, lambda _: RAM_HOST, regional=False)
        # Once, as writes are: an answer that tells nothing names nothing.
        return api.write(ACCOUNT, action, params)

    return Question(f"ram:{action}", ask)


@dataclass(frozen=True, slots=True)
class _FcCall:
    """One request to Function Compute, through the generic client (see `fc_timers`)."""

    region: str
    host: str
    action: str
    method: str
    path: str
    body: Mapping[str, Any] | None

    def send(self, session: Session) -> object:
        """Send it once."""
        params = Params(
            action=self.action,
            version=_FC_VERSION,
            protocol="HTTPS",
            pathname=f"/{_FC_VERSION}{self.path}",
            method=self.method,
            auth_type="AK",
            style="ROA",
            req_body_type="json",
            body_type="none",
        )
        request = OpenApiRequest(headers={}, body=None if self.body is None else dict(self.body))
        client = Client(session.config(self.host))
        return session.send(
            self.region,
            self.host,
            self.action,
            lambda runtime: client.call_api(params, request, runtime),
        )
