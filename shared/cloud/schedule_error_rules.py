"""The table of vendor error codes: what EventBridge answers, and Function Compute about triggers.

Sources: the "Error codes" page and the API reference of EventBridge, its published core (Apache
RocketMQ EventBridge), and the clients of Function Compute.
"""

from __future__ import annotations

from typing import Final

from shared.cloud.error_rules import Rule, same
from shared.failure import Reaction

_T: Final = Reaction.TRANSIENT
_H: Final = Reaction.HUMAN
_BUG: Final = Reaction.BUG

_AGAIN: Final = "Run bootstrap with the same action again: it goes on where this run ended."
_USE_TIMER: Final = "Set SCHEDULER=timer and run bootstrap's action schedule."
_ACTIVATE: Final = "Activate EventBridge once in the Alibaba Cloud console, or set SCHEDULER=timer."
_FULL: Final = "Delete what is not needed in the EventBridge console, or set SCHEDULER=timer."
_REPORT: Final = "Report this with the request id."

SCHEDULE_RULES: Final[tuple[Rule, ...]] = (
    Rule("TooManyRequests", _T, "Too many requests for this API.", _AGAIN),
    *same(
        _T,
        "A part of the schedule is not known yet, or gone.",
        _AGAIN,
        "EventBusNotExist",
        "EventSourceNotExist",
        "EventRuleNotExisted",
        "EventRuleNotExist",
        "EventTargetNotExist",
        "TriggerNotFound",
        lasting=True,
    ),
    *same(
        _T,
        "Somebody else has just made this part of the schedule.",
        _AGAIN,
        "EventBusAlreadyExist",
        "EventSourceAlreadyExist",
        "EventRuleAlreadyExist",
        "TriggerAlreadyExists",
        lasting=True,
    ),
    Rule(
        "CreateRelatedResourceFailed",
        _T,
        "A new service-linked role is not known everywhere yet.",
        _AGAIN,
        lasting=True,
    ),
    *same(
        _H,
        "EventBridge is not activated for this account.",
        _ACTIVATE,
        "ServiceNotEnable",
        "ServiceAccessDenied",
    ),
    *same(
        _H,
        "The account has as many of these in EventBridge as it may have.",
        _FULL,
        "EventBusCountExceedLimit",
        "EventSourceCountExceedLimit",
        "EventRuleCountExceedLimit",
        "EventTargetCountExceedLimit",
    ),
    *same(
        _H,
        "Somebody else uses the fleet's event bus.",
        "Remove the foreign rules and sources from it, then run bootstrap's action unschedule.",
        "EventBusRuleNotEmptyForDelete",
        "EventBusSourceNotEmptyForDelete",
    ),
    Rule("EventTarget*", _H, "EventBridge does not take the watcher as a target.", _USE_TIMER),
    *same(
        _BUG,
        None,
        _REPORT,
        "EventBusNameInvalid",
        "EventSourceNameInvalid",
        "EventSourceIneffectiveAttribute",
        "EventRuleNameInvalid",
        "EventRuleFilterPatternSchemaError",
    ),
)
"""Exact codes stand before their families."""
