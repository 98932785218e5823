"""Somebody who uses Function Compute in one region of a cloud, in the fewest words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.domain.cloud import Cloud
from sandbox.domain.errors import ApiError
from sandbox.domain.faults import Faults
from sandbox.domain.fc.records import Launch, Outcome
from tests.sandbox.fc_packages import encoded

REGION: Final = "eu-central-1"
START: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CODE: Final = encoded({"index.py": "def handler(event, context):\n    return event\n"})
FAILURE: Final = Outcome("UnhandledInvocationError", b'{"errorMessage": "no"}')
SUCCESS: Final = Outcome(None, b"yes")

Json = dict[str, Any]


class FcUser:
    """Calls FC in REGION, plays the part of what runs functions, and waits on virtual time."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def call(self, action: str, **params: object) -> Json:
        """The answer to one call."""
        return self.cloud.call("fc", action, REGION, params)

    def refusal(self, action: str, **params: object) -> tuple[str, int, str]:
        """Code, HTTP status and message of a call that must be refused and change nothing."""
        before = self.cloud.state()
        try:
            answer = self.call(action, **params)
        except ApiError as error:
            assert self.cloud.state() == before
            return error.code, error.http_status, error.message
        raise AssertionError(f"{action} was not refused but answered {answer}")

    def create(self, name: str = "poll", **settings: object) -> Json:
        """Creates a Python function."""
        return self.call("CreateFunction", body=self.body(name, **settings))

    def body(self, name: str = "poll", **settings: object) -> Json:
        """What CreateFunction takes for a Python function."""
        usual = {"handler": "index.handler", "runtime": "python3.12", "code": {"zipFile": CODE}}
        return {"functionName": name, **usual, **settings}

    def invoke(self, name: str = "poll", kind: str = "Async", event: bytes = b"{}") -> str:
        """Invokes a function; returns the request id."""
        params = {"functionName": name, "x-fc-invocation-type": kind, "body": event}
        return str(self.call("InvokeFunction", **params)["invocation"].request_id)

    def start(self) -> Launch | None:
        """What is to be run next."""
        return self.cloud.functions.start_next()

    def run(self, outcome: Outcome) -> str:
        """Runs the next invocation, which must be there; returns its event."""
        launch = self.start()
        assert launch is not None
        self.cloud.functions.finish(launch, outcome)
        return launch.invocation.event.decode()

    def wait(self, seconds: float) -> None:
        """Lets so much virtual time pass."""
        self.cloud.clock.advance_to(self.cloud.clock.now + timedelta(seconds=seconds))

    def set_faults(self, **faults: object) -> None:
        """Replaces what is wrong with the cloud."""
        self.cloud.set_faults(Faults.parse(faults))

    def state(self) -> Json:
        """What the region holds."""
        held: Json = self.cloud.state()["products"]["fc"].get(REGION, {})
        return held

    def statuses(self) -> list[tuple[str, int]]:
        """Status and number of attempts of every invocation, those that have ended first."""
        return [(one["status"], one["attempts"]) for one in self.state()["invocations"]]
