"""The life of a fleet from its first deployment to its end, nobody with more rights than needed.

It is lived twice: stacks are built, changed, examined and removed by the operator's commands at
first, and by the deployed functions the second time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cli.demo_deployment import BOOTSTRAP, FLEET, WATCHER, deployment
from infra.deploying.bootstrap import Bootstrap
from infra.deploying.cloud import FunctionCompute
from sandbox.git_host import ControlRepository
from shared.instants import format_instant
from tests.deploy.operator import Operator, hire
from tests.together.account import (
    DAY,
    FRANKFURT,
    HOUR,
    LONDON,
    MINUTE,
    SINGAPORE,
    Account,
    opened_place,
)

SMALL: Final = "ecs.e-c1m1.large"
BIG: Final = "ecs.g7.large"
TYPES: Final = f"instance_types: [{SMALL}, {BIG}]"
RARE: Final = "poll_every: 12 hours"
"""So that moving the clock does not run the watcher hundreds of times."""
RARER: Final = "poll_every: 24 hours"
LAYER: Final = f"{FLEET}-python"
POLL: Final = f"{FLEET}-poll"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Life:
    """What has become of it: every request, and the nodes' policies without and with logs."""

    requests: Sequence[Json]
    node_policies: tuple[Json, Json]
    account_id: str


@dataclass(frozen=True, slots=True)
class Hands:
    """Who builds, examines and removes stacks."""

    build: Callable[[], object]
    choose_anew: Callable[[], object]
    examine: Callable[[], object]
    remove: Callable[[], object]


def live(root: Path) -> Life:
    """Live through everything; whatever goes wrong raises."""
    with opened_fleet(root) as (account, operator):
        fc = FunctionCompute(operator.session(), SINGAPORE)
        operator.command("prepare")
        operator.keep_logs(wait=lambda: account.advance(MINUTE))
        operator.deploy(account.functions)
        fc.publish_layer(LAYER, _empty_archive(), "python3.12", "Packages")
        policies = _live_at_the_terminal(account, operator)
        another_day = replace(account, noon=_next_noon(account.now()))
        another_day.advance_to(another_day.noon)
        _live_by_functions(another_day, operator)
        operator.undeploy()
        for version in fc.layer_versions(LAYER):
            fc.delete_layer_version(LAYER, version.number)
        operator.command("prepare", "--remove", "--confirm", FLEET)
        return Life(account.admin("requests"), policies, account.sandbox.account_id)


@contextmanager
def opened_fleet(root: Path) -> Iterator[tuple[Account, Operator]]:
    """Open an empty account with an operator in it, and a control repository."""
    with opened_place(root) as place:
        source = place.host.url_of("control.git")
        operator = hire(place.sandbox, source)
        functions = replace(
            deployment(json.loads(place.sandbox.ready_line()), source),
            client=operator.client,
            operator=operator.settings,
        )
        repository = ControlRepository(root / "control.git")
        noon = _next_noon(place.sandbox.cloud.clock.now)
        account = Account(place.sandbox, place.host, repository, functions, noon)
        account.advance_to(noon)
        place.sandbox.cloud.add_group(LONDON, f"{FLEET}-{LONDON}", None)  # to be taken over
        yield account, operator


def _live_at_the_terminal(account: Account, operator: Operator) -> tuple[Json, Json]:
    """Let the operator's commands do what bootstrap does; the watcher cannot ask it."""
    account.configure(WATCHER, BOOTSTRAP_FUNCTION=None)
    hands = Hands(
        build=lambda: operator.command("bootstrap"),
        choose_anew=lambda: operator.command("bootstrap", "--regions", FRANKFURT),
        examine=lambda: operator.command("status"),
        remove=lambda: operator.command("destroy", "--confirm", FLEET),
    )
    account.commit(RARE)
    _start_schedule(operator)
    policies = _live_with_stacks(account, hands)
    trigger = {"cronExpression": "0 0 0 * * *", "enable": False, "payload": ""}
    config = {"triggerName": POLL, "triggerType": "timer", "triggerConfig": json.dumps(trigger)}
    account.console("fc", SINGAPORE, "CreateTrigger", functionName=WATCHER, body=config)
    hands.remove()
    account.rest()
    account.configure(WATCHER)
    return policies


def _live_by_functions(account: Account, operator: Operator) -> None:
    """Let the functions do everything, woken by EventBridge, a timer and the console."""
    hands = Hands(
        build=account.poll,
        choose_anew=account.poll,
        examine=lambda: account.invoke({"action": "status"}),
        remove=lambda: account.invoke({"action": "destroy", "confirm": FLEET}),
    )
    account.commit(RARE)
    _start_schedule(operator)
    bus = {"EventBusName": FLEET, "RuleName": POLL}
    account.console("eventbridge", SINGAPORE, "DisableRule", **bus)
    account.console("eventbridge", SINGAPORE, "DeleteTargets", **bus, TargetIds=["watcher"])
    _start_schedule(operator)
    _live_with_stacks(account, hands)
    _change_cadence(account, RARER)
    account.configure(BOOTSTRAP, SCHEDULER="timer")
    account.invoke({"action": "schedule"})
    _change_cadence(account, RARE)
    paused = {"cronExpression": "0 0 0 * * *", "enable": False, "payload": ""}
    account.console(
        "fc",
        SINGAPORE,
        "UpdateTrigger",
        functionName=WATCHER,
        triggerName=POLL,
        body={"triggerConfig": json.dumps(paused)},
    )
    account.invoke({"action": "schedule"})
    account.configure(BOOTSTRAP)
    account.invoke({"action": "schedule"})
    hands.remove()
    account.rest()


def _live_with_stacks(account: Account, hands: Hands) -> tuple[Json, Json]:
    """Build, change, run through a window with shortages, adopt a group and hand it back."""
    later = f"start: {format_instant(account.start + HOUR)}"  # armed tasks will have to move
    account.commit(RARE, later, f"fleet: {{{TYPES}}}")
    _do(account, hands.build)
    without_logs = _node_policy(account)
    _use_up_template_versions(account)
    account.commit(
        RARE, f"fleet: {{{TYPES}, logs: true, metrics: true, open_ports: {{tcp: [2000-65535]}}}}"
    )
    _do(account, hands.build)
    with_logs = _node_policy(account)
    account.commit(RARE, f"fleet: {{{TYPES}, logs: true, logs_retention_days: 9, metrics: true}}")
    _do(account, hands.build)
    account.poll()
    hands.examine()
    account.commit(RARE, "fleet: {logs: true, metrics: true}", f"regions: {_REGIONS}")
    _do(account, hands.build)
    _run_short_of(account, SMALL, account.start + MINUTE, hands.choose_anew)
    account.commit(RARE, "fleet: {logs: true, metrics: true}", f"regions: {_REGIONS}", capacity=3)
    _run_short_of(account, BIG, account.start + 3 * HOUR, hands.choose_anew)
    account.faults()
    account.advance(12 * MINUTE)
    account.poll()
    return without_logs, with_logs


_REGIONS: Final = f"{{{FRANKFURT}: {{{TYPES}}}, {LONDON}: {{adopt: true}}}}"


def _do(account: Account, build: Callable[[], object]) -> None:
    """Let stacks be built, and whatever follows from that."""
    build()
    account.rest()


def _run_short_of(
    account: Account, instance_type: str, at: datetime, build: Callable[[], object]
) -> None:
    """Let a type be out of stock when nodes are wanted, and have another one chosen."""
    account.faults(stock=[{"region": FRANKFURT, "instance_type": instance_type}])
    account.advance_to(at)
    account.poll()
    account.rest()
    account.advance(2 * MINUTE)
    build()
    account.rest()


def _change_cadence(account: Account, poll_every: str) -> None:
    """Commit another cadence, and wait for the schedule to fire."""
    account.commit(poll_every, "fleet: {logs: true, metrics: true}", f"regions: {_REGIONS}")
    account.advance(DAY + MINUTE)
    account.rest()


def _start_schedule(operator: Operator) -> None:
    """Do what the hook of a deployment does."""
    Bootstrap(FunctionCompute(operator.session(), SINGAPORE), FLEET).start_schedule()


def _use_up_template_versions(account: Account) -> None:
    """Let a person make so many versions that old ones have to go."""
    (template,) = account.kept("ecs", FRANKFURT)["launch_templates"]
    for _ in range(11):
        account.console(
            "ecs",
            FRANKFURT,
            "CreateLaunchTemplateVersion",
            LaunchTemplateId=template["LaunchTemplateId"],
        )


def _node_policy(account: Account) -> Json:
    """Return the policy of the nodes that is in force."""
    named: Mapping[str, str] = {"PolicyName": f"{FLEET}-node", "PolicyType": "Custom"}
    version = account.console("ram", None, "GetPolicy", **named)["DefaultPolicyVersion"]
    document: Json = json.loads(version["PolicyDocument"])
    return document


def _next_noon(now: datetime) -> datetime:
    return (now + DAY).replace(hour=12, minute=0, second=0, microsecond=0)


def _empty_archive() -> bytes:
    return b"PK\x05\x06" + bytes(18)
