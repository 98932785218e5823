"""An account without functions, and `prepare` at work in it.

Everything is real but the cloud, which is the sandbox, and waiting: whoever waits moves the
account's clock instead.
"""

from __future__ import annotations

import json
import random
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cli.function_roles import Outcome, Target, prepare_roles, remove_roles
from cli.role_work import RoleWork
from sandbox.server import RunningSandbox, start_sandbox
from shared.cloud.session import CloudCredentials
from shared.deadline import Deadline
from tests.bootstrap.yard import WatchedSession
from tests.poll.sessions import ProcessKilledError
from tests.sandbox.fc_packages import encoded

FLEET: Final = "p2p-agent"
SINGAPORE: Final = "ap-southeast-1"
MEXICO: Final = "na-south-1"
"""Has no Function Compute."""
WRITES: Final = ("Create", "Update", "Attach", "Detach", "Delete", "Put", "Tag", "Untag")

Json = dict[str, Any]
Hook = Callable[[str], None]

_NOON: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def _nothing(_action: str) -> None:
    pass


@dataclass(slots=True)
class RoleAccount:
    """One account; `requests` are those of the last run."""

    sandbox: RunningSandbox
    requests: list[Json]

    def prepare(
        self,
        *,
        dry_run: bool = False,
        region: str = SINGAPORE,
        fleet: str = FLEET,
        before: Hook = _nothing,
        after: Hook = _nothing,
    ) -> Outcome:
        """Let the roles stand; `before` each request, and `after` each that succeeds."""
        with ThreadPoolExecutor(1) as executor:
            work = self._work(before, after, dry_run=dry_run)
            return self._run(lambda: prepare_roles(work, executor, Target(fleet, region)))

    def remove(
        self, *, dry_run: bool = False, before: Hook = _nothing, after: Hook = _nothing
    ) -> Outcome:
        """Remove the roles, as `prepare`."""
        with ThreadPoolExecutor(1) as executor:
            work = self._work(before, after, dry_run=dry_run)
            return self._run(lambda: remove_roles(work, executor, Target(FLEET, SINGAPORE)))

    @property
    def writes(self) -> list[str]:
        """What the last run changed, in order."""
        return [
            one["action"]
            for one in self.requests
            if one["status"] == 200 and one["action"].startswith(WRITES)
        ]

    @property
    def environment(self) -> dict[str, str]:
        """What a terminal needs."""
        return {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.sandbox.access_key_secret,
            "ALIBABA_CLOUD_ENDPOINT_URL": self.sandbox.endpoint,
        }

    def _run(self, run: Callable[[], Outcome]) -> Outcome:
        seen = len(self.admin("requests"))
        try:
            return run()
        finally:
            self.requests = self.admin("requests")[seen:]

    def _work(self, before: Hook, after: Hook, *, dry_run: bool) -> RoleWork:
        session = WatchedSession(
            CloudCredentials(self.sandbox.access_key_id, self.sandbox.access_key_secret),
            Deadline.after(30, time.monotonic),
            endpoint_url=self.sandbox.endpoint,
            sleep=self._wait,
            rng=random.Random(1),
        )
        session.before, session.after = before, after
        return RoleWork(session, self._wait, dry_run)

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.admin("clock", {"advance_s": seconds})

    # --- the account ------------------------------------------------------------------------------

    def console(self, product: str, action: str, **params: object) -> Json:
        """Do what a person does in the cloud's console."""
        self.admin("clock")  # the model is brought to the present only by whoever comes over HTTP
        return self.sandbox.cloud.call(product, action, SINGAPORE, params)

    def deploy(self, function: str) -> None:
        """Create a function."""
        body = {"functionName": function, "handler": "index.handler", "runtime": "python3.12"}
        code = {"zipFile": encoded({"index.py": "def handler(event, context):\n    pass\n"})}
        self.console("fc", "CreateFunction", body={**body, "code": code})

    def standing(self) -> Json:
        """Return every role and policy that there is: who is trusted, what is attached."""
        kept = self.admin("state")["products"]["ram"].get("global", {"roles": [], "policies": []})
        roles = {one["RoleName"]: self._said_role(one) for one in kept["roles"]}
        policies = {one["PolicyName"]: self._said_policy(one) for one in kept["policies"]}
        return {"roles": roles, "policies": policies}

    def document(self, policy: str) -> Json:
        """Return the document of a policy that is in force."""
        named = {"PolicyName": policy, "PolicyType": "Custom"}
        version = self.console("ram", "GetPolicy", **named)["DefaultPolicyVersion"]
        document: Json = json.loads(version["PolicyDocument"])
        return document

    def versions(self, policy: str) -> list[str]:
        """Return the ids of a policy's versions."""
        named = {"PolicyName": policy, "PolicyType": "Custom"}
        answer = self.console("ram", "ListPolicyVersions", **named)
        return [one["VersionId"] for one in answer["PolicyVersions"]["PolicyVersion"]]

    def faults(self, *rules: Mapping[str, object], **others: object) -> None:
        """Replace everything that is wrong in the cloud; no argument: all is well."""
        self.admin("faults", {"rules": list(rules), **others})

    def deny(self, *actions: str) -> None:
        """Let RAM refuse some actions."""
        self.faults(account={"denied_actions": list(actions)})

    def admin(self, what: str, body: object = None) -> Any:  # noqa: ANN401 (any JSON)
        """Call the sandbox's admin interface."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.sandbox.endpoint}/_sandbox/{what}"
        request = urllib.request.Request(url, data)  # noqa: S310 (loopback)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (loopback)
            return json.load(answer)

    @staticmethod
    def _said_role(role: Json) -> str:
        trusted = json.loads(role["AssumeRolePolicyDocument"])["Statement"][0]["Principal"]
        owner = role["Tags"].get("p2p-fleet", "nobody")
        policies = ", ".join(sorted(role["Policies"])) or "nothing"
        return f"for {', '.join(trusted['Service'])} with {policies}, of {owner}"

    @staticmethod
    def _said_policy(policy: Json) -> str:
        owner = policy["Tags"].get("p2p-fleet", "nobody")
        count = len(policy["Versions"])
        return f"{count} version{'s' if count > 1 else ''}, of {owner}"


def prepared(fleet: str = FLEET) -> Json:
    """What stands where a fleet is prepared and nothing else was ever done."""
    own = {
        f"{fleet}-{one}": f"for fc.aliyuncs.com with Custom:{fleet}-{one}, of {fleet}"
        for one in ("watcher", "bootstrap")
    }
    linked = {
        "AliyunServiceRoleForFC": "for fc.aliyuncs.com with System:"
        "AliyunServiceRolePolicyForFC, of nobody",
        "AliyunServiceRoleForAutoScaling": "for ess.aliyuncs.com with System:"
        "AliyunServiceRolePolicyForAutoScaling, of nobody",
    }
    return {"roles": own | linked, "policies": dict.fromkeys(own, f"1 version, of {fleet}")}


def unprepared() -> Json:
    """What stands after a removal: the account's own service-linked roles."""
    linked = {name: said for name, said in prepared()["roles"].items() if name.startswith("Aliyun")}
    return {"roles": linked, "policies": {}}


class AtWrite:
    """Lets something happen at the n-th write of a run, from 0.

    Before a request, the harmless questions about permissions count as well; after it, only what
    succeeded does.
    """

    def __init__(self, number: int, happening: Callable[[], object]) -> None:
        self._left = number
        self._happening = happening

    def __call__(self, action: str) -> None:
        """Count a write, or let it happen."""
        if not action.startswith(WRITES):
            return
        self._left -= 1
        if self._left == -1:
            self._happening()


def die() -> None:
    """Be dead: nothing in the process may catch this."""
    raise ProcessKilledError


def deeds(outcome: Outcome) -> list[str]:
    """Say what was done in words."""
    return [f"{one.verb} {one.kind} {one.name}" for one in outcome.deeds]


@contextmanager
def opened_role_account() -> Iterator[RoleAccount]:
    """Open an empty account at noon."""
    regions = (SINGAPORE, MEXICO)
    with start_sandbox(seed=1, start=_NOON, regions=regions) as sandbox:
        yield RoleAccount(sandbox, [])
