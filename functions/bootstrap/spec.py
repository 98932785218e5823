"""From an accepted document to what one region's stack is to be. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from functions.bootstrap.event import Event
from functions.bootstrap.records import StackSpec
from functions.bootstrap.user_data import user_data
from shared.control.document import ControlDocument
from shared.control.intent import Intent
from shared.failure import Failure
from shared.memory import Memory
from shared.naming import group_name


@dataclass(frozen=True, slots=True)
class Order:
    """A document that was accepted, and the event that asks for its stacks."""

    document: ControlDocument
    intent: Intent
    event: Event
    fleet: str
    account_id: str


def stack_spec(order: Order, region: str) -> StackSpec | Failure:
    """Return what the region's stack is to be, or why it cannot be built so."""
    document = order.document
    template = document.template_for(region)
    packed = user_data(
        fleet=order.fleet,
        region=region,
        name=group_name(order.fleet, region),
        account_id=order.account_id,
        public_keys=template.public_keys,
        logs=template.logs,
    )
    if isinstance(packed, Failure):
        return packed
    return StackSpec(
        template=template,
        fingerprint=order.intent.stacks[region],
        memory=birth_memory(order.intent, order.event),
        user_data=packed,
        adopt=region in order.intent.adopting,
        shortage=order.event.shortages.get(region),
        logs_somewhere=document.fleet.logs,
        metrics_somewhere=document.fleet.metrics,
    )


def birth_memory(intent: Intent, event: Event) -> Memory:
    """Return what a new group remembers from its first moment.

    Commit and window as the watcher has resolved them; by ourselves only where the document has
    been changed since, or nobody has asked on the watcher's behalf.
    """
    resolved = event.resolved
    if resolved is not None and resolved.commit.sha == intent.commit.sha:
        return resolved.memory
    return Memory(intent.commit, intent.window, None, intent.resolved_now)
