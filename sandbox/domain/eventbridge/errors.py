"""EventBridge's errors.

Codes and texts are those of the API reference's examples (EventBusNotExist, EventRuleNotExisted,
EventSourceNotExist, EventRuleFilterPatternSchemaError, EventRuleTargetIdDuplicate,
EventTargetNotExist); where it has none, those of the service's published core (Apache RocketMQ
EventBridge), which answers all of them with 409.
"""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_CONFLICT = HTTPStatus.CONFLICT


def bus_not_found(name: str) -> ApiError:
    """No such bus in this region."""
    return ApiError("EventBusNotExist", f"The event bus [{name}] not existed!", _CONFLICT)


def bus_exists(name: str) -> ApiError:
    """The region has a bus of that name."""
    return ApiError("EventBusAlreadyExist", f"The event bus [{name}] already existed!", _CONFLICT)


def bus_name_invalid(name: str) -> ApiError:
    """The name is malformed or reserved."""
    return ApiError("EventBusNameInvalid", f"The event bus name [{name}] is invalid!", _CONFLICT)


def too_many_buses(count: int, quota: int) -> ApiError:
    """The region has as many custom buses as it may have."""
    return ApiError(
        "EventBusCountExceedLimit",
        f"The current count of event bus is [{count}], which will exceed the limit quota [{quota}]",
        _CONFLICT,
    )


def bus_has_rules(name: str) -> ApiError:
    """A bus goes only when its rules are gone."""
    return ApiError(
        "EventBusRuleNotEmptyForDelete",
        f"The rules of eventbus [{name}] exist, please delete them before delete event bus.",
        _CONFLICT,
    )


def bus_has_sources(name: str) -> ApiError:
    """A bus goes only when its sources are gone."""
    return ApiError(
        "EventBusSourceNotEmptyForDelete",
        f"The source of eventbus  [{name}] exist, please delete them before delete event bus.",
        _CONFLICT,
    )


def source_not_found() -> ApiError:
    """No such source on the bus."""
    return ApiError("EventSourceNotExist", "The event source in request is not exist! ", _CONFLICT)


def source_exists(name: str, bus: str) -> ApiError:
    """The bus has a source of that name."""
    return ApiError(
        "EventSourceAlreadyExist",
        f"The event source [{name}] of event bus [{bus}] already existed!",
        _CONFLICT,
    )


def source_name_invalid(name: str) -> ApiError:
    """The source's name is malformed."""
    return ApiError(
        "EventSourceNameInvalid", f"The event source name [{name}] is invalid!", _CONFLICT
    )


def source_setting_invalid(name: str, wanted: str) -> ApiError:
    """A setting of a source has not the form that it must have."""
    return ApiError(
        "EventSourceIneffectiveAttribute",
        f"The attribute [{name}] is ineffective, which effective attribute is [{wanted}].",
        _CONFLICT,
    )


def target_param_invalid(name: str, wanted: str) -> ApiError:
    """An argument of a target is missing, unknown, or has not the form that it must have."""
    return ApiError(
        "EventTargetIneffectiveAttribute",
        f"The attribute [{name}] is ineffective, which effective attribute is [{wanted}].",
        _CONFLICT,
    )


def too_many_sources(count: int, quota: int) -> ApiError:
    """The bus has as many sources as it may have."""
    return ApiError(
        "EventSourceCountExceedLimit",
        f"The current count of event source is [{count}], which will exceed the limit quota "
        f"[{quota}]",
        _CONFLICT,
    )


def rule_not_found() -> ApiError:
    """No such rule on the bus."""
    return ApiError("EventRuleNotExisted", "The event rule not existed!", _CONFLICT)


def rule_exists(name: str, bus: str) -> ApiError:
    """The bus has a rule of that name."""
    return ApiError(
        "EventRuleAlreadyExist",
        f"The event rule [{name}] of event bus [{bus}] already existed!",
        _CONFLICT,
    )


def rule_name_invalid(name: str) -> ApiError:
    """The rule's name is malformed or reserved."""
    return ApiError("EventRuleNameInvalid", f"The event rule name [{name}] is invalid!", _CONFLICT)


def too_many_rules(count: int, quota: int) -> ApiError:
    """The bus has as many rules as it may have."""
    return ApiError(
        "EventRuleCountExceedLimit",
        f"The current count of event rule is [{count}], which will exceed the limit quota "
        f"[{quota}]",
        _CONFLICT,
    )


def pattern_invalid(problem: str) -> ApiError:
    """The event pattern is no pattern."""
    return ApiError("EventRuleFilterPatternSchemaError", problem, _CONFLICT)


def target_id_duplicate() -> ApiError:
    """Two targets of one call have the same id."""
    return ApiError("EventRuleTargetIdDuplicate", "The id of event target is duplicate!", _CONFLICT)


def target_invalid(endpoint: str) -> ApiError:
    """The target's endpoint cannot be sent to; the reference has the text without a code."""
    return ApiError(
        "EventTargetIneffectiveAttribute",
        f"The target in event rule is invalid! Endpoint is {endpoint}",
        _CONFLICT,
    )


def target_not_found() -> ApiError:
    """The rule has no such target."""
    return ApiError("EventTargetNotExist", "The event target delete has not exist!", _CONFLICT)


def too_many_targets(count: int, quota: int) -> ApiError:
    """The rule would have more targets than it may have."""
    return ApiError(
        "EventTargetCountExceedLimit",
        f"The current count of event target is [{count}], which will exceed the limit quota "
        f"[{quota}]",
        _CONFLICT,
    )


def role_missing(role: str) -> ApiError:
    """The service-linked role with which events are sent does not exist."""
    return ApiError(
        "CreateRelatedResourceFailed",
        f"Create related resource failed, EntityNotExist.Role : The role not exists: {role}.",
        _CONFLICT,
    )


def invalid_argument(name: str) -> ApiError:
    """A parameter is out of range, or missing in this combination."""
    return ApiError(
        "InvalidArgument", f"Specified parameter {name} is not valid.", HTTPStatus.BAD_REQUEST
    )


def not_modelled(what: str) -> ApiError:
    """The real service can do it, this one cannot; said aloud rather than ignored."""
    return ApiError(
        "Sandbox.NotModelled",
        f"The sandbox does not model {what} of EventBridge.",
        HTTPStatus.NOT_IMPLEMENTED,
    )
