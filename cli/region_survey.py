"""What an account may run in each region: all regions are asked at once, under one deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TypeVar

from functions.bootstrap.question import ask
from shared.cloud.ecs import Ecs
from shared.cloud.ess import Ess
from shared.cloud.session import Session
from shared.control.fleet import FleetTemplate
from shared.failure import Failure

_Answer = TypeVar("_Answer")
Offered = Mapping[tuple[str, str], tuple[str, ...]]
"""Zones with stock, by instance type and category of system disk."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """What the account may have in a region and has; None where the cloud does not tell.

    Where several regions share one Auto Scaling host, it does not say whose its limits are.
    """

    max_vcpus: int | None = None
    used_vcpus: int | None = None
    max_security_groups: int | None = None
    max_scaling_groups: int | None = None
    used_scaling_groups: int | None = None
    max_scheduled_tasks: int | None = None
    used_scheduled_tasks: int | None = None
    real_name_verified: bool | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of every region; `templates` says whose stock, None asks for none."""

    zones: bool = False
    templates: Mapping[str, FleetTemplate] | None = None
    quotas: bool = False


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """What one region answered, None where it was not asked or failed; `failures` say why."""

    region: str
    zones: tuple[str, ...] | None = None
    offered: Offered | None = None
    quotas: Quotas | None = None
    failures: tuple[Failure, ...] = ()


@dataclass(slots=True)
class _Inquiry:
    """One region being asked; each code that it fails with counts once."""

    region: str
    failures: dict[str, Failure] = field(default_factory=dict)

    def answered(self, answer: _Answer | Failure) -> _Answer | None:
        """Return an answer, or None after noting the failure in its place."""
        if isinstance(answer, Failure):
            self.failures.setdefault(answer.code, answer)
            return None
        return answer


def survey(
    session: Session,
    regions: Sequence[str],
    questions: Questions,
    *,
    max_concurrency: int,
    finished: Callable[[str], None] = lambda _region: None,
) -> Sequence[RegionFacts]:
    """Ask every region; what fails in one changes nothing for the others. In the order given.

    `finished` hears of each region that has answered.
    """
    ecs, ess = Ecs(session), Ess(session)
    with ThreadPoolExecutor(max_concurrency, "region") as pool:
        asked = {pool.submit(_facts, ecs, ess, region, questions): region for region in regions}
        for done in as_completed(asked):
            finished(asked[done])
        return [done.result() for done in asked]


def _facts(ecs: Ecs, ess: Ess, region: str, questions: Questions) -> RegionFacts:
    inquiry = _Inquiry(region)
    zones = inquiry.answered(ask(ecs.zones, region)) if questions.zones else None
    templates = questions.templates
    offered = None if templates is None else _offered(ecs, inquiry, templates[region])
    quotas = _quotas(ecs, ess, inquiry) if questions.quotas else None
    return RegionFacts(region, zones, offered, quotas, tuple(inquiry.failures.values()))


def _offered(ecs: Ecs, inquiry: _Inquiry, template: FleetTemplate) -> Offered | None:
    """Ask for each instance type with each disk; what a region refuses once it is not asked again.

    None where the region did not tell of every one.
    """
    offered: dict[tuple[str, str], tuple[str, ...]] = {}
    for instance_type in template.instance_types:
        for disk in template.disk_categories:
            answer = ask(ecs.zones_with_stock, inquiry.region, instance_type, disk)
            zones = inquiry.answered(answer)
            if zones is None:
                return None
            offered[instance_type, disk] = zones
    return offered


def _quotas(ecs: Ecs, ess: Ess, inquiry: _Inquiry) -> Quotas | None:
    """Ask both products; None where neither of them answers."""
    region = inquiry.region
    account = inquiry.answered(ask(ecs.account_limits, region))
    limits = inquiry.answered(ask(ess.limits, region))
    if account is None and limits is None:
        return None
    groups = tasks = None
    if limits is not None:
        groups = inquiry.answered(ask(ess.group_ids, region))
        tasks = inquiry.answered(ask(ess.task_count, region))
    return Quotas(
        max_vcpus=account.max_vcpus if account else None,
        used_vcpus=account.used_vcpus if account else None,
        max_security_groups=account.max_security_groups if account else None,
        max_scaling_groups=limits.get("MaxNumberOfScalingGroups") if limits else None,
        used_scaling_groups=len(groups) if groups is not None else None,
        max_scheduled_tasks=limits.get("MaxNumberOfScheduledTasks") if limits else None,
        used_scheduled_tasks=tasks,
        real_name_verified=account.real_name_verified if account else None,
    )
