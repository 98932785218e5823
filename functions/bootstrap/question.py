"""A question to the cloud comes to a value: the answer, or the failure that stands in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from shared.cloud.session import CallFailedError, DeadlinePassedError
from shared.failure import Failure, Reaction

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
NO_TIME: Final = Failure(
    "DeadlinePassed",
    "There was no time left to ask.",
    Reaction.TRANSIENT,
    "Ask for fewer regions at once (--regions), or raise DEADLINE_S.",
)


def ask(
    question: Callable[_Asked, _Answer], *args: _Asked.args, **kwargs: _Asked.kwargs
) -> _Answer | Failure:
    """Return the answer to a question, or the failure that stands in its place."""
    try:
        return question(*args, **kwargs)
    except CallFailedError as error:
        return error.failure
    except DeadlinePassedError:
        return NO_TIME
