"""A session that sends nothing: it notes what would be sent, and answers from a list."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from shared.cloud.session import Call, CallFailedError, CloudCredentials, Session
from shared.deadline import Deadline
from shared.failure import Failure, Reaction

Json = Mapping[str, Any]
Answer = Json | CallFailedError


def refusal(code: str, reaction: Reaction = Reaction.HUMAN) -> CallFailedError:
    """A service's refusal with this code."""
    failure = Failure(code, "Refused.", reaction, "Nothing to do.")
    return CallFailedError(failure, perhaps_applied=False)


class RecordingSession(Session):
    """Answers each action with what it was given for it: one after the other, then the last."""

    def __init__(self, answers: Mapping[str, Answer | Sequence[Answer]]) -> None:
        super().__init__(
            CloudCredentials("id", "secret"),
            Deadline(lambda: 0.0, 60.0),
            endpoint_url=None,
            sleep=lambda _: None,
            rng=random.Random(1),
        )
        self.sent: list[Call] = []
        self._answers = answers

    def call(self, call: Call) -> Json:
        """Note the call, and answer or refuse it; without an answer for it, with nothing."""
        earlier = sum(one.action == call.action for one in self.sent)
        self.sent.append(call)
        answers = self._answers.get(call.action, {})
        answer = (
            answers[min(earlier, len(answers) - 1)] if isinstance(answers, Sequence) else answers
        )
        if isinstance(answer, CallFailedError):
            raise answer
        return answer
