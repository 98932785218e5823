"""What a running node costs a day, by the cloud's own list prices; asked before nodes go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from functions.bootstrap.question import ask
from functions.bootstrap.setting import Setting
from functions.bootstrap.site import Clouds
from shared.cloud.records import ScalingGroup
from shared.cloud.stack_records import TemplateSpec
from shared.failure import Failure

_HOURS_PER_DAY: Final = 24


def node_prices(setting: Setting, groups: Mapping[str, ScalingGroup]) -> Mapping[str, float | None]:
    """Return US dollars a day of one node, by region, for the regions in which nodes run.

    The dearest node counts that a group may have made: of any of its instance types, by any
    version of its launch template, for nodes outlive changes of both. None where the cloud tells
    no price, or one in another currency.
    """
    running = {region: group for region, group in groups.items() if group.active + group.pending}

    def price(region: str) -> float | None:
        return _usd_per_day(setting.clouds, region, running[region])

    return dict(zip(running, setting.pool.map(price, running), strict=True))


def _usd_per_day(clouds: Clouds, region: str, group: ScalingGroup) -> float | None:
    if group.template_id is None:
        return None
    versions = ask(clouds.ecs.template_versions, region, group.template_id)
    if isinstance(versions, Failure):
        return None
    dearest = 0.0
    for spec in _kinds(group, (version.spec for version in versions)):
        usd_per_hour = ask(clouds.ecs.price_usd_per_hour, region, spec)
        if usd_per_hour is None or isinstance(usd_per_hour, Failure):
            return None
        dearest = max(dearest, usd_per_hour * _HOURS_PER_DAY)
    return dearest or None


def _kinds(group: ScalingGroup, specs: Iterator[TemplateSpec]) -> Iterator[TemplateSpec]:
    """Yield one node of each kind that may have a price of its own."""
    seen = set()
    for spec in specs:
        for instance_type in group.instance_types or (spec.instance_type,):
            kind = (
                instance_type,
                spec.disk_category,
                spec.disk_size_gb,
                spec.bandwidth_out_mbps,
                spec.internet_charge_type,
            )
            if kind not in seen:
                seen.add(kind)
                yield replace(spec, instance_type=instance_type)
