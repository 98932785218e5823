"""What Auto Scaling makes of the vSwitches and launch templates that others keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from sandbox.domain.account import make_account
from sandbox.domain.clock import VirtualClock
from sandbox.domain.ess.groups import (
    create_scaling_group,
    enable_scaling_group,
    modify_scaling_group,
)
from sandbox.domain.ess.queries import describe_scaling_activities, describe_scaling_instances
from sandbox.domain.ess.region import EssRegion
from sandbox.domain.ess.surroundings import AssumedSurroundings, Template
from sandbox.domain.ess.tasks import create_scheduled_task
from sandbox.domain.faults import Faults
from sandbox.domain.regions import BY_ID
from sandbox.domain.timing import Timing
from sandbox.domain.world import World
from tests.sandbox.domain.ess_user import REGION, START

USUAL = Template(("ecs.first", "ecs.second"), "cloud_auto")


@dataclass
class KeptTemplates:
    """Surroundings of an account that knows exactly which templates it has."""

    templates: dict[str, Template] = field(default_factory=lambda: {"lt-kept": USUAL})

    def zone_of(self, region_id: str, vswitch_id: str) -> str | None:
        """One vSwitch in the region's last zone."""
        return BY_ID[region_id].zones[-1] if vswitch_id == "vsw-kept" else None

    def vpc_of(self, region_id: str, _vswitch_id: str) -> str:
        """One VPC per region."""
        return f"vpc-{region_id}"

    def template(self, _region_id: str, template_id: str, _version: str) -> Template | None:
        """The template, while it is kept."""
        return self.templates.get(template_id)


def make_region(surroundings: KeptTemplates, **faults: object) -> EssRegion:
    """ESS in one region among such surroundings."""
    world = World(
        clock=VirtualClock(START),
        account=make_account(Random(1)),
        region_ids=(REGION,),
        timing=Timing(),
        seed=1,
        faults=Faults.parse(faults),
    )
    return EssRegion(REGION, world, surroundings, world.random("ess"))


def launch_one(region: EssRegion) -> dict[str, object]:
    """Creates and enables a group of one instance; returns its only activity's outcome."""
    settings = {"LaunchTemplateId": "lt-kept", "VSwitchIds": ["vsw-kept"]}
    group = create_scaling_group(region, {"MinSize": 1, "MaxSize": 1, **settings})
    enable_scaling_group(region, group)
    region.world.clock.advance_to(START.replace(minute=1))
    (activity,) = describe_scaling_activities(region, group)["ScalingActivities"][-1:]
    return {name: activity.get(name) for name in ("StatusCode", "ErrorCode")}


def test_a_template_decides_what_stock_is_asked_for() -> None:
    """Its instance types in their order, and its system disk's category."""
    done = {"StatusCode": "Successful", "ErrorCode": None}
    region = make_region(KeptTemplates(), stock=[{"instance_type": "ecs.first"}])
    assert launch_one(region) == done
    (instance,) = describe_scaling_instances(region, {})["ScalingInstances"]
    assert instance["ZoneId"] == BY_ID[REGION].zones[-1]
    no_disk = make_region(KeptTemplates(), stock=[{"disk": "cloud_auto"}])
    assert launch_one(no_disk) == {
        "StatusCode": "Failed",
        "ErrorCode": "RecommendEmpty.DiskTypeNoStock",
    }
    assert launch_one(make_region(KeptTemplates(), stock=[{"disk": "cloud_essd_entry"}])) == done


def test_a_template_that_vanishes_lets_activities_fail() -> None:
    """Nothing is launched after a template was deleted, and the activity says why."""
    surroundings = KeptTemplates()
    region = make_region(surroundings)
    group = create_scaling_group(
        region, {"LaunchTemplateId": "lt-kept", "MinSize": 0, "MaxSize": 1}
    )
    enable_scaling_group(region, group)
    task = {**group, "LaunchTime": "2026-11-23T08:01Z", "MinValue": 1}
    create_scheduled_task(region, task)
    surroundings.templates.clear()
    region.world.clock.advance_to(START.replace(minute=2))
    (activity,) = describe_scaling_activities(region, group)["ScalingActivities"]
    assert (activity["StatusCode"], activity["ErrorCode"]) == (
        "Failed",
        "LaunchTemplateSet.NotFound",
    )


def test_activities_that_nobody_can_see_any_more_are_forgotten() -> None:
    """A long history does not grow without end: 30 days are kept."""
    region = make_region(KeptTemplates())
    group = create_scaling_group(
        region, {"LaunchTemplateId": "lt-kept", "MinSize": 0, "MaxSize": 1}
    )
    enable_scaling_group(region, group)
    for day in range(100):
        region.world.clock.advance_to(START + timedelta(days=day))
        modify_scaling_group(region, {**group, "MinSize": (day + 1) % 2, "MaxSize": (day + 1) % 2})
    assert len(region.groups[group["ScalingGroupId"]].activities) == 31


def test_assumed_vswitches_stay_where_they_are() -> None:
    """An id's zone never changes, whatever was asked in between, unless it is placed."""
    assumed = AssumedSurroundings(USUAL)
    zone = assumed.zone_of(REGION, "vsw-a")
    assert zone in BY_ID[REGION].zones
    assert [assumed.zone_of(REGION, one) for one in ("vsw-a", "subnet-a")] == [zone, None]
    elsewhere = next(other for other in BY_ID[REGION].zones if other != zone)
    assumed.place("vsw-a", elsewhere)
    assert assumed.zone_of(REGION, "vsw-a") == elsewhere
    assert assumed.vpc_of(REGION, "vsw-a") != assumed.vpc_of("cn-hangzhou", "vsw-a")
