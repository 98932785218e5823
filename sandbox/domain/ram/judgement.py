"""Whether policies grant a permission, as RAM judges it: a Deny that fits wins, then an Allow.

Sources: "Policy structure and syntax", "Policy elements" and "Policy evaluation process" in the RAM
documentation. Two rules are stricter than RAM's, so that what passes here passes there:

* A condition whose key or operator is not known here keeps an Allow from applying, and lets a Deny
  apply. Known keys are `acs:Service` and `ram:ServiceName`, known operators those on strings.
* Where a call does not say what it is about, an Allow applies whatever resources it names; a Deny
  applies only if it names all of them (`*`).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sandbox.domain.ram.documents import Grant, read_policy_document
from sandbox.domain.ram_actions import Permission


class Verdict(enum.Enum):
    """What RAM says of a permission; the values are what it calls the lack of one."""

    ALLOWED = ""
    NOT_ALLOWED = "ImplicitDeny"
    """No policy allows it."""
    DENIED = "ExplicitDeny"
    """Some policy forbids it."""


def judge(documents: Iterable[str], permission: Permission) -> Verdict:
    """What the policies of one identity say together of a permission."""
    action = permission.action.lower()
    values = {key.lower(): value for key, value in permission.conditions}
    grants = [
        grant
        for text in documents
        for grant, actions in _read(text)
        if (actions.fullmatch(action) is None) == grant.excludes and _is_met(grant, values)
    ]
    verdicts = [_of_resource(grants, one) for one in permission.resources or (None,)]
    for worst in (Verdict.DENIED, Verdict.NOT_ALLOWED):
        if worst in verdicts:
            return worst
    return Verdict.ALLOWED


def _of_resource(grants: Sequence[Grant], resource: str | None) -> Verdict:
    effects = {grant.allows for grant in grants if _covers(grant, resource)}
    if False in effects:
        return Verdict.DENIED
    return Verdict.ALLOWED if True in effects else Verdict.NOT_ALLOWED


def _is_met(grant: Grant, values: Mapping[str, str]) -> bool:
    """Whether the conditions of a statement are, given values by condition keys in lower case."""
    return all(
        _holds(operator, key, wanted, values, unknown=not grant.allows)
        for operator, tests in grant.conditions.items()
        for key, wanted in tests.items()
    )


def _covers(grant: Grant, resource: str | None) -> bool:
    if resource is None:
        return grant.allows or "*" in grant.resources
    return any(_names(pattern, resource) for pattern in grant.resources)


def _names(pattern: str, resource: str) -> bool:
    """Whether a pattern stands for an ARN; `acs:ram::…` is the same as `acs:ram:*:…`."""
    if pattern == "*":
        return True
    wanted, parts = (text.split(":", _ARN_PARTS - 1) for text in (pattern, resource))
    if len(wanted) != len(parts):
        return False
    return all(
        _fits(one, part) or (one, part) == ("", "*")
        for one, part in zip(wanted, parts, strict=True)
    )


_ARN_PARTS: Final = 5

_KNOWN_KEYS: Final = frozenset({"acs:service", "ram:servicename"})


def _equal(wanted: str, value: str) -> bool:
    return wanted == value


def _equal_in_any_case(wanted: str, value: str) -> bool:
    return wanted.lower() == value.lower()


def _like(wanted: str, value: str) -> bool:
    return _fits(wanted, value)


_OPERATORS: Final[Mapping[str, tuple[Callable[[str, str], bool], bool]]] = {
    "StringEquals": (_equal, True),
    "StringNotEquals": (_equal, False),
    "StringEqualsIgnoreCase": (_equal_in_any_case, True),
    "StringNotEqualsIgnoreCase": (_equal_in_any_case, False),
    "StringLike": (_like, True),
    "StringNotLike": (_like, False),
}
"""How a value is compared, and whether one of the wanted values, or none of them, has to fit."""


def _holds(
    operator: str, key: str, wanted: object, values: Mapping[str, str], *, unknown: bool
) -> bool:
    """Whether a condition is met; `unknown` is the answer where that cannot be told."""
    if operator not in _OPERATORS or key.lower() not in _KNOWN_KEYS:
        return unknown
    fits, is_wanted = _OPERATORS[operator]
    value = values.get(key.lower())
    found = value is not None and any(fits(str(one), value) for one in _listed(wanted))
    return found == is_wanted


def _listed(wanted: object) -> Sequence[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[tuple[Grant, re.Pattern[str]], ...]:
    """A document's statements, each with its actions as one pattern in lower case.

    Remembered, because the same few documents are judged again and again.
    """
    return tuple(
        (grant, re.compile("|".join(_expression(one.lower()) for one in grant.actions)))
        for grant in read_policy_document(text)
    )


def _fits(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_expression(pattern), re.DOTALL)


def _expression(pattern: str) -> str:
    """A pattern of RAM, where `*` stands for any characters and `?` for one."""
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
