"""The one table from vendor error codes to reactions, plain sentences and remedies.

Sources: the ESS error pages of 2021 (with HTTP status), the RAM and VPC error lists, the retry
lists of the Terraform provider, and messages that live deployments of such fleets have recorded.
An unknown code is a matter for a person and is shown whole.
"""

from __future__ import annotations

import re
from typing import Final

from shared.cloud.error_rules import GENERAL_RULES, NEXT_POLL, Rule
from shared.cloud.passing_error_rules import PASSING_RULES
from shared.cloud.schedule_error_rules import SCHEDULE_RULES
from shared.cloud.stack_error_rules import STACK_RULES
from shared.failure import Failure, Reaction

# Order matters: the first rule that matches wins, so exact codes stand before their families.
RULES: Final[tuple[Rule, ...]] = (
    *PASSING_RULES,
    *STACK_RULES,
    *SCHEDULE_RULES,
    *GENERAL_RULES,
)

_UNKNOWN_REMEDY: Final = (
    "This code is not in our table: look it up with the request id at"
    " https://api.alibabacloud.com/troubleshoot"
)
# The SDK puts "code: 400, … request id: X" around the vendor's sentence.
_SDK_WRAPPING: Final = re.compile(r"^code: \d+, (?P<said>.*?)(?: request id: \S+)?$", re.DOTALL)
_MESSAGE_LIMIT: Final = 300
# Their messages repeat what was signed, with key ids and tokens in it.
_NEVER_QUOTED: Final = ("Signature", "InvalidSecurityToken", "SecurityToken", "InvalidAccessKeyId")


def rule_for(code: str) -> Rule | None:
    """Return the first rule that covers `code`, or None for a code we do not know."""
    for rule in RULES:
        if rule.code == code or (rule.code.endswith("*") and code.startswith(rule.code[:-1])):
            return rule
    return None


def failure_of(  # noqa: PLR0913 (what an error of the cloud consists of)
    code: str,
    vendor_message: str,
    *,
    region: str,
    http_status: int,
    action: str = "this action",
    request_id: str | None = None,
) -> Failure:
    """Turn a vendor error into a `Failure`; HTTP 5xx without a known code is transient.

    `action` is what a policy would have to allow, such as `ess:ModifyScalingGroup`.
    """
    said = _on_one_line(_unwrap(vendor_message))[:_MESSAGE_LIMIT]
    rule = rule_for(code)
    if rule is None and http_status >= 500:  # noqa: PLR2004 (HTTP's own border)
        rule = Rule(code, Reaction.TRANSIENT, None, NEXT_POLL)
    if rule is None:
        return Failure(code, said or "Unknown error.", Reaction.HUMAN, _UNKNOWN_REMEDY, request_id)
    message = (
        (said or "No reason was given.") if rule.said is None else rule.said.format(action=action)
    )
    if rule.said is not None and _is_quotable(rule, code, said):
        message = f"{message} ({said})"
    remedy = rule.remedy.format(region=region, action=action)
    return Failure(code, message, rule.reaction, remedy, request_id)


def _is_quotable(rule: Rule, code: str, said: str) -> bool:
    """Whether the vendor's words help a person: not secrets, not a verdict in JSON."""
    is_prose = bool(said) and not said.startswith(("{", "["))
    return is_prose and rule.reaction is Reaction.HUMAN and not code.startswith(_NEVER_QUOTED)


def refused_at_the_door(code: str) -> bool:
    """Whether a service has not even looked at a request, so that repeating it is safe."""
    return code.startswith(("Throttling", "Rejected.Throttling"))


def would_be_said_again(code: str) -> bool:
    """Whether the same request, repeated at once, would be answered with the same code."""
    rule = rule_for(code)
    return rule is not None and rule.lasting


def _on_one_line(text: str) -> str:
    """Return foreign text as it is safe to show: nothing that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _unwrap(message: str) -> str:
    found = _SDK_WRAPPING.match(message)
    return found["said"] if found else message
