"""What RAM judges about a call: the permissions that whoever makes it needs.

Most actions are called in policies as their API calls them. Sources of what differs: the "RAM
authorization" pages of the products, the `ramActions` of the Simple Log Service's metadata, and for
names of log actions that are not there the page "Actions" of its RAM guide.

Resources are known for Auto Scaling's groups, functions and layers, log projects and what is in
them, roles and policies. In their ARNs `*` stands where a call is about all of a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.domain.product import Params
from sandbox.domain.ram.system_policies import LINKED_SERVICES


@dataclass(frozen=True, slots=True)
class Asked:
    """A call to an account's API, its parameters already typed."""

    product: str
    action: str
    params: Params
    region_id: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """A RAM action, such as `ess:ModifyScalingGroup`, and what it is about.

    `resources` are ARNs, each of which has to be allowed; none where the call's parameters do not
    say what it is about. `conditions` are the values of the condition keys that are known.
    """

    action: str
    resources: tuple[str, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()


def permissions_for(asked: Asked) -> tuple[Permission, ...]:
    """Every permission that a call needs; none for what everybody may do."""
    name = (asked.product, asked.action)
    if name in _FREE:
        return ()
    code = "ram" if asked.product == "resourcemanager" else asked.product
    action = _OWN_NAMES.get(name, asked.action)
    find = _RESOURCES.get(asked.product)
    resources = () if find is None else find(asked)
    service = _linked_service(asked)
    conditions = () if service is None else (("ram:ServiceName", service),)
    return (Permission(f"{code}:{action}", resources, conditions), *_further(asked))


def action_names(product: str, action: str, params: Params) -> tuple[str, ...]:
    """The names of the RAM actions that a call needs."""
    return tuple(one.action for one in permissions_for(Asked(product, action, params)))


_FREE: Final = frozenset({("sts", "GetCallerIdentity"), ("oss", "PutObject")})
"""What the account's policies do not judge: the second is into Function Compute's own buckets."""

_OWN_NAMES: Final[Mapping[tuple[str, str], str]] = {
    ("fc", "PutAsyncInvokeConfig"): "PutFunctionAsyncInvokeConfig",
    ("fc", "GetAsyncInvokeConfig"): "GetFunctionAsyncInvokeConfig",
    ("fc", "DeleteAsyncInvokeConfig"): "DeleteFunctionAsyncInvokeConfig",
    ("fc", "ListAsyncInvokeConfigs"): "ListFunctionAsyncInvokeConfigs",
    ("log", "ApplyConfigToMachineGroup"): "ApplyConfigToGroup",
    ("log", "RemoveConfigFromMachineGroup"): "RemoveConfigFromGroup",
    ("log", "GetLogs"): "GetLogStoreLogs",
    ("log", "GetCursor"): "GetCursorOrData",
    ("log", "GetCursorTime"): "GetCursorOrData",
    ("log", "PullLogs"): "GetCursorOrData",
}

_LINKED_ROLES: Final = {one.role_name: one.service for one in LINKED_SERVICES.values()}


def _linked_service(asked: Asked) -> str | None:
    """The service whose linked role the resource manager is to make or to delete."""
    if asked.action == "CreateServiceLinkedRole":
        return str(asked.params.get("ServiceName", ""))
    if asked.action == "DeleteServiceLinkedRole":
        return _LINKED_ROLES.get(asked.params.get("RoleName", ""), "")
    return None


def _further(asked: Asked) -> tuple[Permission, ...]:
    """What a call needs besides the permission for itself."""
    if asked.action == "CreateServiceLinkedRoleForProduct":
        service = _LINKED_ROLES.get(asked.params.get("ProductName", ""), "")
        every_role = _ram_arn(asked, "role/*")
        conditions = (("ram:ServiceName", service),)
        return (Permission("ram:CreateServiceLinkedRole", (every_role,), conditions),)
    handed_over = _role_handed_over(asked)
    if handed_over is None:
        return ()
    service = f"{asked.product}.aliyuncs.com"
    role = _ram_arn(asked, f"role/{handed_over}")
    return (Permission("ram:PassRole", (role,), (("acs:Service", service),)),)


def _role_handed_over(asked: Asked) -> str | None:
    """The name of the role that the call itself gives to a service, None where it gives none."""
    if asked.product == "ecs":
        return asked.params.get("RamRoleName") or None
    if asked.product == "fc" and asked.action in {"CreateFunction", "UpdateFunction"}:
        arn = asked.params["body"].get("role") or ""
        return arn.rpartition("role/")[2] or None
    return None


def _ess_resources(asked: Asked) -> tuple[str, ...]:
    if asked.action == "CreateScalingGroup":
        ids = ["*"]
    elif "ScalingGroupId" in asked.params:
        ids = [asked.params["ScalingGroupId"]]
    else:
        ids = asked.params.get("ResourceIds", [])
    return tuple(_arn(asked, f"scalinggroup/{one}") for one in ids)


def _fc_resources(asked: Asked) -> tuple[str, ...]:
    params = asked.params
    body = params.get("body")
    named = {**body, **params} if isinstance(body, Mapping) else params
    if "ResourceId" in named:
        return tuple(named["ResourceId"])
    if asked.action == "ListFunctions":
        return (_arn(asked, "functions/*"),)
    if "layerName" in params:
        version = params.get("version", "*")
        return (_arn(asked, f"layers/{params['layerName']}/versions/{version}"),)
    if "functionName" not in named:
        return ()
    place = f"functions/{named['functionName']}"
    if "Trigger" in asked.action:
        place += f"/triggers/{named.get('triggerName', '*')}"
    return (_arn(asked, place),)


_LOG_KINDS: Final = {
    "logstore": "logstore",
    "logStore": "logstore",
    "logstoreName": "logstore",
    "machineGroup": "machinegroup",
    "groupName": "machinegroup",
    "configName": "logtailconfig",
}
"""Parameter → the kind of resource that it names; the first one present says what is asked for."""

_LOG_LISTS: Final = {
    "ListLogStores": "logstore",
    "ListMachineGroup": "machinegroup",
    "ListConfig": "logtailconfig",
}


def _log_resources(asked: Asked) -> tuple[str, ...]:
    body = asked.params.get("body")
    named = {**body, **asked.params} if isinstance(body, Mapping) else asked.params
    if asked.action == "ListProject":
        projects = ["*"]
    elif "resourceId" in named:
        projects = list(named["resourceId"])
    else:
        projects = [named.get("project") or named.get("projectName") or "*"]
    inside = ""
    if asked.action in _LOG_LISTS:
        inside = f"/{_LOG_LISTS[asked.action]}/*"
    else:
        for name, kind in _LOG_KINDS.items():
            if name in named:
                inside = f"/{kind}/{named[name]}"
                break
    return tuple(_arn(asked, f"project/{one}{inside}") for one in projects)


def _ram_resources(asked: Asked) -> tuple[str, ...]:
    params = asked.params
    found = []
    if "RoleName" in params:
        found.append(_ram_arn(asked, f"role/{params['RoleName']}"))
    if "PolicyName" in params:
        owner = "system" if params.get("PolicyType") == "System" else asked.account_id
        found.append(f"acs:ram:*:{owner}:policy/{params['PolicyName']}")
    if asked.action == "ListRoles":
        found.append(_ram_arn(asked, "role/*"))
    if asked.action == "ListPolicies":
        found.append(_ram_arn(asked, "policy/*"))
    kind = params.get("ResourceType", "")
    found.extend(_ram_arn(asked, f"{kind}/{name}") for name in params.get("ResourceNames", ()))
    return tuple(found)


def _resource_manager_resources(asked: Asked) -> tuple[str, ...]:
    if asked.action == "CreateServiceLinkedRole":
        return (_ram_arn(asked, "role/*"),)
    if asked.action == "DeleteServiceLinkedRole":
        return (_ram_arn(asked, f"role/{asked.params.get('RoleName', '')}"),)
    return ()


def _sts_resources(asked: Asked) -> tuple[str, ...]:
    arn = asked.params.get("RoleArn", "")
    return (_ram_arn(asked, f"role/{arn.rpartition('role/')[2]}"),)


_RESOURCES: Final[Mapping[str, Callable[[Asked], tuple[str, ...]]]] = {
    "ess": _ess_resources,
    "fc": _fc_resources,
    "log": _log_resources,
    "ram": _ram_resources,
    "resourcemanager": _resource_manager_resources,
    "sts": _sts_resources,
}


def _arn(asked: Asked, place: str) -> str:
    return f"acs:{asked.product}:{asked.region_id}:{asked.account_id}:{place}"


def _ram_arn(asked: Asked, place: str) -> str:
    return f"acs:ram:*:{asked.account_id}:{place}"
