"""The records that bootstrap is made of; no I/O here.

A stack is an ordered list of resources. Of each, the cloud is asked what there is, and the answer
alone decides the next move: nothing that was done before is remembered anywhere else, so a run may
end at any request and the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from shared.cloud.records import ScalingGroup
from shared.cloud.stack_records import Image
from shared.control.fleet import FleetTemplate
from shared.failure import Failure
from shared.memory import Memory

Verb = Literal["found", "missing", "created", "changed", "removed", "left"]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, or found: `kind` is the resource's, `name` says which one.

    `missing`: the stack does without, and nothing can be done about it here. `along`: the request
    for the deed before it did it, too.
    """

    verb: Verb
    kind: str
    name: str
    along: bool = False

    @property
    def is_change(self) -> bool:
        """Whether something was written for it, or would be."""
        return self.verb not in {"found", "missing"}


@dataclass(frozen=True, slots=True)
class Offer:
    """What the cloud offers that the document wants, best first.

    `instance_types` have stock with this disk in at least one of `zones`. `last_resort`: all of it
    has failed lately, and there is nothing else.
    """

    instance_types: tuple[str, ...]
    disk_category: str
    zones: tuple[str, ...]
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands already, as the resources after it need it; None where nothing does.

    `strangers`: scaling groups with a name or tag like ours, which a removal leaves where they are.
    """

    resource_group_id: str | None = None
    offer: Offer | None = None
    image: Image | None = None
    vpc_id: str | None = None
    vpc_block: str | None = None
    gateway_id: str | None = None
    route_table_id: str | None = None
    vswitches: Mapping[str, str] = field(default_factory=dict)
    security_group_id: str | None = None
    template_id: str | None = None
    group: ScalingGroup | None = None
    strangers: tuple[ScalingGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class StackSpec:
    """What one region's stack is to be; `memory` is what a new group is born with.

    `user_data` is Base64. `shortage` is the code of a shortage that the watcher has seen. `logs`:
    some region of the fleet ships its logs.
    """

    template: FleetTemplate
    fingerprint: str
    memory: Memory
    user_data: str
    adopt: bool = False
    shortage: str | None = None
    logs_somewhere: bool = False
    metrics_somewhere: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """The resource stands as it should; `lacking` says what it has to do without."""

    lacking: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing of the resource is left that would have to go."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The cloud is at work; `what` says on what."""

    what: str


def _as_it_is(ground: Ground) -> Ground:
    return ground


@dataclass(frozen=True, slots=True)
class Write:
    """The one request that is due, and the deed that it does; `besides`: what it does along.

    For who only wants to know: `then` are the deeds that are bound to follow, and `foreseen` is
    what the ground will be like after all of them.
    """

    deed: Deed
    send: Callable[[], object]
    besides: tuple[Deed, ...] = ()
    then: tuple[Deed, ...] = ()
    foreseen: Callable[[Ground], Ground] = _as_it_is

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """Everything that comes of it, in order."""
        return (self.deed, *self.besides, *self.then)


@dataclass(frozen=True, slots=True)
class Stuck:
    """Nothing can be done here before something else changes."""

    failure: Failure


def due(*writes: Write | None) -> Write | None:
    """Return the first of several writes in a row, with the others as what is bound to follow."""
    row = [one for one in writes if one is not None]
    if not row:
        return None
    then = (deed for other in row[1:] for deed in other.deeds)
    return replace(row[0], then=(*row[0].then, *then))


BuildMove = Ready | Wait | Write | Stuck
DestroyMove = Gone | Wait | Write | Stuck


@dataclass(frozen=True, slots=True)
class Progress:
    """What a display is told: a deed, or what a region is waiting for."""

    region: str
    kind: str
    said: str
    at: datetime
