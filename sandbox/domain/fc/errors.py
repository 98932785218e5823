"""How Function Compute refuses: its error codes.

Codes and status are those of FC's documentation ("Error codes") and of the clients that react to
them (the Terraform provider, Serverless Devs).
"""

from __future__ import annotations

from http import HTTPStatus

from sandbox.domain.errors import ApiError

_BAD = HTTPStatus.BAD_REQUEST
_MISSING = HTTPStatus.NOT_FOUND


def invalid_argument(message: str) -> ApiError:
    """A parameter that FC does not take; the message says which and why."""
    return ApiError("InvalidArgument", message, _BAD)


def role_not_found(arn: str) -> ApiError:
    """The function's role does not exist, or is not known to FC yet."""
    return invalid_argument(f"role '{arn}' does not exist")


def role_not_assumable(arn: str) -> ApiError:
    """The function's role does not trust FC, or is gone."""
    message = f"Function Compute (fc.aliyuncs.com) is not authorized to assume role '{arn}'"
    return ApiError("AccessDenied", message, HTTPStatus.FORBIDDEN)


def function_not_found(name: str) -> ApiError:
    """No such function in the region."""
    return ApiError("FunctionNotFound", f"function '{name}' does not exist", _MISSING)


def function_already_exists(name: str) -> ApiError:
    """The function's name is taken."""
    return ApiError(
        "FunctionAlreadyExists", f"function '{name}' already exists", HTTPStatus.CONFLICT
    )


def version_not_found(qualifier: str, function: str) -> ApiError:
    """Versions are numbers; none is ever published here, so that only LATEST exists."""
    message = f"version '{qualifier}' of function '{function}' does not exist"
    return ApiError("VersionNotFound", message, _MISSING)


def alias_not_found(qualifier: str, function: str) -> ApiError:
    """Every other qualifier is an alias."""
    message = f"alias '{qualifier}' of function '{function}' does not exist"
    return ApiError("AliasNotFound", message, _MISSING)


def trigger_not_found(name: str, function: str) -> ApiError:
    """The function has no such trigger."""
    message = f"trigger '{name}' does not exist in function '{function}'"
    return ApiError("TriggerNotFound", message, _MISSING)


def trigger_already_exists(name: str, function: str) -> ApiError:
    """The function has a trigger of this name."""
    message = f"trigger '{name}' already exists in function '{function}'"
    return ApiError("TriggerAlreadyExists", message, HTTPStatus.CONFLICT)


def async_config_not_found(function: str) -> ApiError:
    """Nothing is configured for asynchronous invocations."""
    message = f"async config of function '{function}' does not exist"
    return ApiError("AsyncConfigNotExists", message, _MISSING)


def concurrency_config_not_found(function: str) -> ApiError:
    """No concurrency is reserved."""
    message = f"concurrency config of function '{function}' does not exist"
    return ApiError("ConcurrencyConfigNotFound", message, _MISSING)


def scaling_config_not_found(function: str) -> ApiError:
    """No instances are kept warm: the sandbox knows on-demand instances only."""
    message = f"scaling config of function '{function}' does not exist"
    return ApiError("ScalingConfigNotFound", message, _MISSING)


def layer_not_found(name: str) -> ApiError:
    """No version of the layer was ever published."""
    return ApiError("LayerNotFound", f"layer '{name}' does not exist", _MISSING)


def layer_version_not_found(name: str, version: int) -> ApiError:
    """The layer has no such version."""
    message = f"version {version} of layer '{name}' does not exist"
    return ApiError("LayerVersionNotFound", message, _MISSING)


def payload_too_large(limit: int) -> ApiError:
    """An event is longer than this kind of invocation takes, in bytes."""
    message = f"payload size exceeds maximum allowed size ({limit} bytes)"
    return ApiError("EntityTooLarge", message, _BAD)


def resource_exhausted(limit: int) -> ApiError:
    """Every instance that the function may have is busy."""
    message = f"your request is denied because the limit of {limit} concurrent instances is reached"
    return ApiError("ResourceExhausted", message, HTTPStatus.TOO_MANY_REQUESTS)


def shutting_down() -> ApiError:
    """The sandbox is being stopped and runs nothing any more."""
    return ApiError(
        "ServiceUnavailable", "the service is unavailable", HTTPStatus.SERVICE_UNAVAILABLE
    )
