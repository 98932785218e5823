"""ECS through the session: what is on offer, security groups, launch templates."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from shared.cloud.ecs import Ecs
from shared.cloud.session import CallFailedError, Session
from shared.cloud.stack_records import (
    SecurityGroup,
    SecurityRule,
    Template,
    TemplateSpec,
    TemplateVersion,
)
from shared.failure import Failure, Reaction
from tests.shared.conftest import FAMILY, REGION, TYPE, Ground, SetFaults

TAGS: Final = {"p2p-fleet": "p2p-agent"}
DISK: Final = "cloud_essd"
OPEN: Final = (
    SecurityRule("egress", "all", "-1/-1", "0.0.0.0/0", "p2p-fleet"),
    SecurityRule("ingress", "tcp", "1024/65535", "0.0.0.0/0", "p2p-fleet"),
    SecurityRule("ingress", "udp", "1024/65535", "0.0.0.0/0", "p2p-fleet"),
)
SSH: Final = SecurityRule("ingress", "tcp", "22/22", "198.51.100.7/32", "p2p-fleet")
SPEC: Final = TemplateSpec(
    image_id="m-1",
    instance_type=TYPE,
    security_group_id="sg-1",
    disk_category=DISK,
    disk_size_gb=20,
    bandwidth_in_mbps=5,
    bandwidth_out_mbps=5,
    internet_charge_type="PayByBandwidth",
    role_name="p2p-agent",
    resource_group_id="rg-1",
    user_data="IyEvYmluL3No",
    tags=(("role", "node"), ("p2p-fleet", "p2p-agent")),
)


@pytest.fixture
def ecs(session: Session) -> Ecs:
    """ECS as the session reaches it."""
    return Ecs(session)


@pytest.fixture
def group_id(ecs: Ecs, vpc_id: str) -> str:
    """A security group without rules of ours."""
    return ecs.create_security_group(
        REGION, vpc_id=vpc_id, name="p2p-agent", resource_group_id="", tags=TAGS, token="g"
    )


@pytest.fixture
def template_id(ecs: Ecs) -> str:
    """A launch template with one version."""
    return ecs.create_template(REGION, name="p2p-agent", spec=SPEC, tags=TAGS, resource_group_id="")


def test_zones_with_stock_are_those_that_have_type_and_disk(
    ecs: Ecs, set_faults: SetFaults
) -> None:
    """Out of stock in one zone leaves the others."""
    everywhere = ecs.zones_with_stock(REGION, TYPE, DISK)
    set_faults({"stock": [{"zone": "eu-central-1b", "instance_type": TYPE}]})

    assert everywhere == ("eu-central-1a", "eu-central-1b", "eu-central-1c")
    assert ecs.zones_with_stock(REGION, TYPE, DISK) == ("eu-central-1a", "eu-central-1c")


@pytest.mark.parametrize("variant", ["omitted", "sold_out"])
def test_no_zone_has_stock_however_the_cloud_says_so(
    ecs: Ecs, set_faults: SetFaults, variant: str
) -> None:
    """A zone without anything may be left out, or listed as sold out."""
    set_faults({"stock": [{"instance_type": TYPE}], "variants": {"zones_without_match": variant}})

    assert ecs.zones_with_stock(REGION, TYPE, DISK) == ()


def test_a_region_lists_its_zones_and_what_can_be_run_there(
    ecs: Ecs, set_faults: SetFaults
) -> None:
    """Types that no zone has in stock are not listed."""
    before = ecs.instance_types(REGION)
    set_faults({"stock": [{"instance_type": TYPE}]})

    assert ecs.zones(REGION) == ("eu-central-1a", "eu-central-1b", "eu-central-1c")
    assert set(before) - set(ecs.instance_types(REGION)) == {TYPE}


def test_a_type_that_is_sold_out_is_known_all_the_same(ecs: Ecs, set_faults: SetFaults) -> None:
    """A misspelt type and one without stock need different words."""
    set_faults({"stock": [{"instance_type": TYPE}]})

    assert (ecs.knows_type(REGION, TYPE), ecs.knows_type(REGION, "ecs.nonsense")) == (True, False)


def test_a_type_says_how_many_vcpus_it_takes_of_the_accounts(ecs: Ecs) -> None:
    """An unknown type takes none that anybody knew of."""
    assert (ecs.vcpus(REGION, TYPE), ecs.vcpus(REGION, "ecs.nonsense")) == (2, None)


def test_a_family_leads_to_its_newest_image(ecs: Ecs) -> None:
    """The image can then be looked up by its id, and says whether it runs user data."""
    image = ecs.newest_image(REGION, FAMILY)

    assert image is not None
    assert (image.size_gb, image.cloud_init, image.status) == (20, True, "Available")
    assert ecs.image(REGION, image.image_id) == image


def test_what_there_is_no_image_of_is_none(ecs: Ecs) -> None:
    """Neither an unknown family nor an unknown id is an error of ours."""
    assert (ecs.newest_image(REGION, "acs:nonsense"), ecs.image(REGION, "m-none")) == (None, None)


def test_a_security_group_reads_back_as_it_was_made(ecs: Ecs, vpc_id: str, group_id: str) -> None:
    """Groups are listed for one VPC."""
    assert ecs.security_groups(REGION, vpc_id) == (
        SecurityGroup(group_id, "p2p-agent", vpc_id, TAGS),
    )


def test_rules_read_back_as_they_were_added(ecs: Ecs, group_id: str) -> None:
    """Both directions, whatever letters the API writes protocols in; twice changes nothing."""
    for _ in range(2):
        ecs.add_rules(REGION, group_id, (*OPEN, SSH), "rules")

    assert set(ecs.security_rules(REGION, group_id)) == {*OPEN, SSH}


def test_removed_rules_are_gone_and_others_stay(ecs: Ecs, group_id: str) -> None:
    """Closing SSH leaves the P2P ports open."""
    ecs.add_rules(REGION, group_id, (*OPEN, SSH), "rules")
    ecs.remove_rules(REGION, group_id, [SSH], "close")

    assert set(ecs.security_rules(REGION, group_id)) == set(OPEN)


def test_only_rules_of_incoming_traffic_are_removed(ecs: Ecs, group_id: str) -> None:
    """Outgoing traffic is never closed: nodes could not be reached by their operator then."""
    with pytest.raises(ValueError, match="only rules of incoming traffic"):
        ecs.remove_rules(REGION, group_id, OPEN, "close")


def test_nothing_to_add_or_to_remove_is_no_request(ecs: Ecs, session: Session) -> None:
    """An empty list is refused by the API, and never sent."""
    ecs.add_rules(REGION, "sg-1", [], "t")
    ecs.remove_rules(REGION, "sg-1", [], "t")

    assert session.calls == 0


def test_a_security_group_goes_and_twice_is_no_error(ecs: Ecs, vpc_id: str, group_id: str) -> None:
    """Deleting what is gone already is as good as deleting it."""
    ecs.delete_security_group(REGION, group_id)
    ecs.delete_security_group(REGION, group_id)

    assert ecs.security_groups(REGION, vpc_id) == ()


def test_a_template_is_found_by_name_or_by_tag(ecs: Ecs, template_id: str) -> None:
    """A template of our name that is not ours must be seen too, and one that was renamed."""
    tagged = ecs.create_template(REGION, name="other", spec=SPEC, tags=TAGS, resource_group_id="")
    ecs.create_template(REGION, name="foreign", spec=SPEC, tags={}, resource_group_id="")

    found = ecs.templates(REGION, "p2p-agent")

    assert sorted(found, key=lambda one: one.name) == [
        Template(tagged, "other", 1, 1, TAGS),
        Template(template_id, "p2p-agent", 1, 1, TAGS),
    ]


@pytest.mark.parametrize("disk_keys", ["dotted", "nested"])
def test_a_version_reads_back_equal_to_what_it_was_made_from(
    ecs: Ecs, template_id: str, set_faults: SetFaults, disk_keys: str
) -> None:
    """Equality decides whether a new version is needed: it must survive the way there and back."""
    set_faults({"variants": {"template_disk_keys": disk_keys}})

    assert ecs.template_versions(REGION, template_id) == (TemplateVersion(1, True, SPEC),)


def test_a_new_version_becomes_the_default_when_it_is_chosen(ecs: Ecs, template_id: str) -> None:
    """Until then the old one is what instances are made from; then it can be deleted."""
    newer = replace(SPEC, bandwidth_out_mbps=10, tags=(), user_data="")
    number = ecs.create_template_version(REGION, template_id, newer)
    before = {one.number: one.default for one in ecs.template_versions(REGION, template_id)}
    ecs.set_default_version(REGION, template_id, number)
    after = {one.number: one.default for one in ecs.template_versions(REGION, template_id)}
    ecs.delete_template_version(REGION, template_id, 1)

    assert (number, before, after) == (2, {1: True, 2: False}, {1: False, 2: True})
    assert ecs.template_versions(REGION, template_id) == (TemplateVersion(2, True, newer),)


def test_user_data_of_full_size_is_taken(ecs: Ecs) -> None:
    """32 KB are more than an address may be long, and travel in the body."""
    full = replace(SPEC, user_data="QUJD" * (32 * 1024 // 3))
    template_id = ecs.create_template(
        REGION, name="large", spec=full, tags={}, resource_group_id=""
    )

    assert ecs.template_versions(REGION, template_id)[0].spec == full


def test_a_template_goes_and_twice_is_no_error(ecs: Ecs, template_id: str) -> None:
    """Deleting what is gone already is as good as deleting it."""
    ecs.delete_template(REGION, template_id)
    ecs.delete_template(REGION, template_id)

    assert ecs.templates(REGION, "p2p-agent") == ()


def test_tags_of_a_template_come_and_go(ecs: Ecs, template_id: str) -> None:
    """What is avoided is remembered there."""
    ecs.tag(REGION, "launchtemplate", template_id, {"a": "1", "b": "2"})
    ecs.untag(REGION, "launchtemplate", template_id, ["a", "never"])

    assert ecs.templates(REGION, "p2p-agent")[0].tags == {**TAGS, "b": "2"}


def test_the_account_says_what_it_may_run(ecs: Ecs, set_faults: SetFaults) -> None:
    """Limits are those of the region; an owner who is not verified gets nothing in China."""
    set_faults({"account": {"quotas": {"ecs:vcpus": 12}, "real_name_verified": False}})

    limits = ecs.account_limits(REGION)

    assert (limits.max_vcpus, limits.used_vcpus, limits.real_name_verified) == (12, 0, False)


def test_an_empty_network_has_neither_instances_nor_interfaces(ecs: Ecs, vpc_id: str) -> None:
    """What must be so before it can be deleted."""
    assert (ecs.instances(REGION, vpc_id), ecs.interfaces(REGION, vpc_id)) == ((), 0)


def test_an_instance_has_a_price_with_its_disk_and_bandwidth(ecs: Ecs) -> None:
    """More disk costs more; the rail on cost counts on it."""
    usual = ecs.price_usd_per_hour(REGION, SPEC)
    larger = ecs.price_usd_per_hour(REGION, replace(SPEC, disk_size_gb=200))

    assert usual is not None
    assert larger is not None
    assert 0 < usual < larger


def test_an_instance_without_a_price_has_none(ecs: Ecs, set_faults: SetFaults) -> None:
    """No price is not a price of nothing."""
    rule = {"product": "ecs", "action": "DescribePrice", "fault": "error", "code": "PriceNotFound"}
    set_faults({"rules": [rule]})

    assert ecs.price_usd_per_hour(REGION, SPEC) is None


def dry_run(ecs: Ecs, ground: Ground, version: int = 1) -> Failure | None:
    """What stands against one instance of this template."""
    return ecs.would_run(
        REGION,
        template_id=ground.template_id,
        version=version,
        vswitch_id=ground.vswitch_id,
        instance_type=TYPE,
        tags=TAGS,
    )


def test_what_would_run_has_nothing_against_it_and_makes_nothing(ecs: Ecs, ground: Ground) -> None:
    """A dry run finds out without an instance."""
    assert (dry_run(ecs, ground), ecs.instances(REGION, ground.vpc_id)) == (None, ())


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ({"account": {"risk_control": True}}, ("Forbidden.RiskControl", Reaction.HUMAN)),
        ({"stock": [{"instance_type": TYPE}]}, ("OperationDenied.NoStock", Reaction.SHORTAGE)),
    ],
)
def test_what_would_not_run_says_why(
    ecs: Ecs,
    ground: Ground,
    set_faults: SetFaults,
    faults: object,
    expected: tuple[str, Reaction],
) -> None:
    """Before a group exists, so that a person hears of it before the fleet is due."""
    set_faults(faults)

    failure = dry_run(ecs, ground)

    assert failure is not None
    assert (failure.code, failure.reaction) == expected


def test_a_missing_role_may_only_be_too_new(ecs: Ecs, ground: Ground) -> None:
    """RAM needs a while to tell the other products, so that passes and is raised."""
    spec = replace(ground.spec, role_name="nobody")
    version = ecs.create_template_version(REGION, ground.template_id, spec)

    with pytest.raises(CallFailedError) as caught:
        dry_run(ecs, ground, version)

    assert caught.value.failure.code == "InvalidRamRole.NotFound"
