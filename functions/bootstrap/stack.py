"""The stack: which resources, in which order; and one region (or the account) brought there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from functions.bootstrap import engine
from functions.bootstrap.engine import Ledger, Patience
from functions.bootstrap.records import Ground
from functions.bootstrap.resource import Resource
from functions.bootstrap.resources.adopted_group import AdoptedGroup
from functions.bootstrap.resources.default_route import DefaultRoute
from functions.bootstrap.resources.gateway import Gateway
from functions.bootstrap.resources.image import ImageLookup
from functions.bootstrap.resources.instance_role import InstanceRole
from functions.bootstrap.resources.launch_template import LaunchTemplate
from functions.bootstrap.resources.log_project import Logs
from functions.bootstrap.resources.monitoring import MonitoringRole
from functions.bootstrap.resources.names import Names
from functions.bootstrap.resources.network import Network
from functions.bootstrap.resources.offer import OfferChoice
from functions.bootstrap.resources.orphan_tasks import OrphanTasks
from functions.bootstrap.resources.resource_group import ResourceGroup
from functions.bootstrap.resources.scaling_group import ScalingGroup
from functions.bootstrap.resources.security_group import SecurityGroup
from functions.bootstrap.resources.vacancy import Vacancy
from functions.bootstrap.resources.vswitches import VSwitches
from functions.bootstrap.site import Site

Parts = Sequence[Resource[Any]]

SHARED: Final[Parts] = (ResourceGroup(), InstanceRole(), MonitoringRole())
"""What the fleet has one of, whatever its regions."""

SHARED_PLACE: Final = "the account"
"""Stands for these where a region would."""

REGIONAL: Final[Parts] = (
    Names(),
    OfferChoice(),
    ImageLookup(),
    Network(),
    Gateway(),
    DefaultRoute(),
    VSwitches(),
    SecurityGroup(),
    LaunchTemplate(),
    Vacancy(),
    ScalingGroup(),
)
"""What every region has; nothing is created before the cloud was asked whether it can be had."""

BESIDES: Final[Parts] = (Logs(),)
"""What nodes can do without: it comes last, so that its failure keeps nothing else waiting."""

_ADOPTED: Final[Parts] = (AdoptedGroup(),)
_LEFT_BEHIND: Final[Parts] = (OrphanTasks(), AdoptedGroup())
"""What is only ever removed, before everything else."""


def build_stack(site: Site, patience: Patience, ledger: Ledger) -> Site:
    """Let a region's stack stand, or its adopted group be ours; raises as `engine.build`."""
    adopted = bool(AdoptedGroup().find(site))
    parts = _ADOPTED if adopted else (*REGIONAL, *BESIDES)
    return build_parts(parts, site, patience, ledger)


def build_parts(parts: Parts, site: Site, patience: Patience, ledger: Ledger) -> Site:
    """Let resources stand, one after the other, each on the ground of those before."""
    for part in parts:
        site = engine.build(part, site, patience, ledger)
    return site


def clear_stack(site: Site, patience: Patience, ledger: Ledger) -> None:
    """Let everything of ours in a region be gone; raises as `engine.destroy`.

    Should an accident have left several VPCs of ours, they go one after the other.
    """
    clear_parts(_LEFT_BEHIND, site, patience, ledger)
    networks: list[str | None] = [one.vpc_id for one in Network().find(site)]
    for vpc_id in networks or [None]:
        standing = survey(REGIONAL, site.with_ground(Ground(vpc_id=vpc_id)))
        clear_parts(REGIONAL, standing, patience, ledger)
    clear_parts(BESIDES, site, patience, ledger)


def clear_parts(parts: Parts, site: Site, patience: Patience, ledger: Ledger) -> None:
    """Let resources be gone, the last first; `site` knows what stands."""
    for part in reversed(parts):
        engine.destroy(part, site, patience, ledger)


def survey(parts: Parts, site: Site) -> Site:
    """Return the site with the ground that stands, whatever state it is in."""
    for part in parts:
        site = site.with_ground(part.know(site.ground, part.find(site)))
    return site
