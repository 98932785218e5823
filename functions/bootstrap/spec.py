"""From an accepted document to what one region's stack is to be. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from functions.bootstrap.event import Event
from functions.bootstrap.node.parts import NodeIdentity, Secrets
from functions.bootstrap.node.user_data import user_data
from functions.bootstrap.records import StackSpec
from shared.control.document import ControlDocument
from shared.control.fleet import FleetTemplate
from shared.control.intent import Intent
from shared.control.mirrors import mirrors_of
from shared.failure import Failure
from shared.memory import Memory
from shared.naming import group_name
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Order:
    """A document that was accepted, the event that asks for its stacks, and what is deployed."""

    document: ControlDocument
    intent: Intent
    event: Event
    settings: Settings
    account_id: str


def stack_spec(order: Order, region: str) -> StackSpec | Failure:
    """Return what the region's stack is to be, or why it cannot be built so."""
    document = order.document
    template = document.template_for(region)
    packed = user_data(_identity(order, region, template))
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


def _identity(order: Order, region: str, template: FleetTemplate) -> NodeIdentity:
    settings = order.settings
    return NodeIdentity(
        fleet=settings.fleet,
        region=region,
        name=group_name(settings.fleet, region),
        account_id=order.account_id,
        public_keys=template.public_keys,
        sources=settings.sources,
        package_mirrors=mirrors_of(region, order.document.agent.mirrors).packages,
        logs=template.logs,
        metrics=template.metrics,
        secrets=Secrets(settings.git.token, settings.git.ssh_key, settings.repository_key),
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
