"""The errors of the Simple Log Service.

Codes, statuses and messages are those of its error code tables (API reference) and, where these
are silent, of the official SDKs' tests.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from sandbox.domain.errors import ApiError

_BAD: Final = HTTPStatus.BAD_REQUEST
_MISSING: Final = HTTPStatus.NOT_FOUND


def parameter_invalid(sentence: str) -> ApiError:
    """A parameter is missing, malformed or out of range."""
    return ApiError("ParameterInvalid", sentence, _BAD)


def project_exists(name: str) -> ApiError:
    """Somebody has a project of this name, in whatever account and region."""
    return ApiError("ProjectAlreadyExist", f"Project {name} already exist.", _BAD)


def project_missing(name: str) -> ApiError:
    """There is no project of this name in this region, or not yet."""
    return ApiError("ProjectNotExist", f"The Project does not exist : {name}", _MISSING)


def project_foreign() -> ApiError:
    """The project is another account's."""
    return ApiError("Unauthorized", "The project does not belong to you.", HTTPStatus.UNAUTHORIZED)


def project_quota_exceeded() -> ApiError:
    """The account has as many projects as it may have."""
    return ApiError("ProjectQuotaExceed", "Project Quota Exceed", HTTPStatus.FORBIDDEN)


def project_full() -> ApiError:
    """The project has as many logstores, machine groups or configurations as it may have."""
    return ApiError("ProjectQuotaExceed", "Project Quota Exceed", _BAD)


def logstore_exists(code: str, name: str) -> ApiError:
    """The project has a logstore of this name."""
    return ApiError(code, f"logstore {name} already exists", _BAD)


def logstore_missing(name: str) -> ApiError:
    """The project has no logstore of this name."""
    return ApiError("LogStoreNotExist", f"logstore {name} does not exist", _MISSING)


def logstore_invalid(sentence: str) -> ApiError:
    """A logstore cannot have such a name or setting."""
    return ApiError("LogStoreInfoInvalid", sentence, _BAD)


def index_exists() -> ApiError:
    """The logstore has an index."""
    return ApiError("IndexAlreadyExist", "log store index is already created", _BAD)


def index_missing() -> ApiError:
    """The logstore has no index to show, change or delete."""
    return ApiError("IndexConfigNotExist", "index config doesn't exist", _MISSING)


def index_needed() -> ApiError:
    """The logstore has no index to search."""
    return ApiError("IndexConfigNotExist", "logstore without index config", _BAD)


def index_invalid(sentence: str) -> ApiError:
    """An index cannot be like that."""
    return ApiError("IndexInfoInvalid", sentence, _BAD)


def machine_group_exists(name: str) -> ApiError:
    """The project has a machine group of this name."""
    return ApiError("MachineGroupAlreadyExist", f"group {name} already exists", _BAD)


def machine_group_missing(code: str, name: str) -> ApiError:
    """The project has no machine group of this name."""
    return ApiError(code, f"group {name} does not exist", _MISSING)


def machine_group_invalid() -> ApiError:
    """A machine group cannot be like that."""
    return ApiError("InvalidParameter", "invalid group resource json", _BAD)


def config_exists(name: str) -> ApiError:
    """The project has a Logtail configuration of this name."""
    return ApiError("ConfigAlreadyExist", f"config {name} already exists", _BAD)


def config_missing(name: str) -> ApiError:
    """The project has no Logtail configuration of this name."""
    return ApiError("ConfigNotExist", f"config {name} does not exist", _MISSING)


def config_invalid() -> ApiError:
    """A Logtail configuration cannot be like that."""
    return ApiError("InvalidParameter", "invalid config resource json", _BAD)


def config_mismatch() -> ApiError:
    """The configuration in the body has another name than the one in the path."""
    return ApiError("BadRequest", "config resource configname does not match with request", _BAD)


def no_logs() -> ApiError:
    """A group of logs that has none."""
    return ApiError("PostBodyInvalid", "Loggroup contains zero logs.", _BAD)


def shard_missing(shard_id: int) -> ApiError:
    """The logstore has no such shard."""
    return ApiError("ShardNotExist", f"shard {shard_id} is not exist.", _MISSING)


def cursor_invalid() -> ApiError:
    """The cursor is none of this shard's."""
    return ApiError("InvalidCursor", "this cursor is invalid", _BAD)


def time_range_invalid() -> ApiError:
    """A search must begin before it ends."""
    return ApiError("InvalidTimeRange", "request time range is invalid", _BAD)


def query_invalid(sentence: str) -> ApiError:
    """The search statement cannot be understood."""
    return ApiError("InvalidQueryString", f"query string is invalid: {sentence}", _BAD)


def key_not_indexed(key: str) -> ApiError:
    """The search statement names a field that the index does not cover."""
    return parameter_invalid(
        f"key ({key}) is not config as key value config,"
        'if symbol : is in your log,please wrap : with quotation mark "'
    )
