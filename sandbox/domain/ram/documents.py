"""Policy documents: the JSON text that says who may do what, read as RAM reads it.

Sources: "Policy structure and syntax" and "Edit the trust policy of a RAM role" in the RAM
documentation. RAM names the first mistake in a sentence; only few of its sentences are published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.domain.ram.errors import malformed_document

_VERSION: Final = "1"
_EFFECTS: Final = frozenset({"Allow", "Deny"})
_ACTION: Final = re.compile(r"\*|[A-Za-z0-9*-]+:[A-Za-z0-9*?]+")
_TRUST_ACTION: Final = re.compile(r"\*|sts:[A-Za-z*?]+")
_RESOURCE: Final = re.compile(r"\*|acs:[^:\s]*:[^:\s]*:[^:\s]*:\S+")
_PRINCIPALS: Final = {
    "RAM": re.compile(r"acs:ram::\d+:(root|(user|role)/\S+)"),
    "Service": re.compile(r"[a-z0-9.@-]+\.aliyuncs\.com"),
    "Federated": re.compile(r"acs:ram::\d+:(saml|oidc)-provider/\S+"),
}
_COMMON_KEYS: Final = frozenset({"Effect", "Action", "Condition"})
_POLICY_KEYS: Final = _COMMON_KEYS | {"NotAction", "Resource"}
_TRUST_KEYS: Final = _COMMON_KEYS | {"Principal"}


@dataclass(frozen=True, slots=True)
class Trust:
    """One statement of a trust document: who is allowed, or not, to assume the role.

    `principals` are `RAM`, `Service` and `Federated` with their values.
    """

    allows: bool
    actions: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement of a permission policy: what it allows, or denies.

    `excludes`: it is about all actions but `actions` (the element NotAction). `conditions` maps
    operators to condition keys with their values, as the document has them.
    """

    allows: bool
    actions: tuple[str, ...]
    excludes: bool
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]]


def check_policy_document(text: str) -> None:
    """Raises ApiError `MalformedPolicyDocument` unless the text is a permission policy."""
    read_policy_document(text)


def read_policy_document(text: str) -> tuple[Grant, ...]:
    """The statements of a permission policy; raises ApiError `MalformedPolicyDocument`."""
    return tuple(_grant(statement) for statement in _statements(text, _POLICY_KEYS))


def _grant(statement: Mapping[str, Any]) -> Grant:
    if ("Action" in statement) == ("NotAction" in statement):
        raise malformed_document("Add an Action or NotAction element to the policy statement.")
    key = "Action" if "Action" in statement else "NotAction"
    return Grant(
        allows=statement["Effect"] == "Allow",
        actions=_values(statement, key, _ACTION),
        excludes=key == "NotAction",
        resources=_values(statement, "Resource", _RESOURCE),
        conditions=statement.get("Condition", {}),
    )


def read_trust_document(text: str) -> tuple[Trust, ...]:
    """The statements of a trust document; raises ApiError `MalformedPolicyDocument`."""
    return tuple(
        Trust(
            allows=statement["Effect"] == "Allow",
            actions=_values(statement, "Action", _TRUST_ACTION),
            principals=_principals(statement),
        )
        for statement in _statements(text, _TRUST_KEYS)
    )


def _statements(text: str, keys: frozenset[str]) -> list[dict[str, Any]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise malformed_document("The policy document is not valid JSON.") from None
    if not isinstance(document, dict) or document.keys() - {"Version", "Statement"}:
        raise malformed_document("A policy document has the elements Version and Statement.")
    if document.get("Version") != _VERSION:
        raise malformed_document('The Version of a policy document must be "1".')
    statements = document.get("Statement")
    if not isinstance(statements, list) or not statements:
        raise malformed_document("Statement must be a list of at least one statement.")
    for statement in statements:
        _check_statement(statement, keys)
    return statements


def _check_statement(statement: object, keys: frozenset[str]) -> None:
    if not isinstance(statement, dict):
        raise malformed_document("A statement of a policy must be an object.")
    unknown = sorted(statement.keys() - keys)
    if unknown:
        raise malformed_document(f"The element {unknown[0]} is not allowed in this statement.")
    if statement.get("Effect") not in _EFFECTS:
        raise malformed_document("The Effect of a statement must be Allow or Deny.")
    condition = statement.get("Condition", {})
    if not isinstance(condition, dict) or not all(
        isinstance(tests, dict) for tests in condition.values()
    ):
        raise malformed_document("Condition must map operators to keys and values.")


def _values(holder: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """One text or a list of them, each of a form."""
    found = holder.get(key)
    values = [found] if isinstance(found, str) else found
    if not isinstance(values, list) or not values:
        raise malformed_document(f"Add the element {key} to the policy statement.")
    for value in values:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise malformed_document(f"A value of {key} is invalid: {json.dumps(value)[:80]}.")
    return tuple(values)


def _principals(statement: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    principal = statement.get("Principal")
    if not isinstance(principal, dict) or not principal:
        raise malformed_document("Add the element Principal to the policy statement.")
    unknown = sorted(principal.keys() - _PRINCIPALS)
    if unknown:
        raise malformed_document(f"A Principal is RAM, Service or Federated, not {unknown[0]}.")
    return {kind: _values(principal, kind, _PRINCIPALS[kind]) for kind in principal}
