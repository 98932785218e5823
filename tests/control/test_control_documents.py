"""Right documents and what they mean."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
import yaml

from shared.control.agent import AgentSettings
from shared.control.capacity import Capacity
from shared.control.compose import compose
from shared.control.document import ControlDocument
from shared.control.fleet import FleetTemplate, OpenPorts, RegionOverrides, vswitch_prefix
from shared.control.fleet_values import PortRange
from shared.control.parse import parse_document
from shared.instants import Duration
from shared.regions import CATALOGUE, OPEN_REGION_IDS

PUBLIC_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@host"
)


def document(text: str) -> ControlDocument:
    """The document that `text` holds; the test fails where it holds none."""
    parsed = parse_document(text.encode())
    assert isinstance(parsed, ControlDocument), parsed
    return parsed


def test_everything_but_capacity_has_a_default() -> None:
    """The smallest document means the seed's deployment in every open region."""
    smallest = document("capacity: 3")

    assert {name: getattr(smallest, name) for name in ControlDocument.model_fields} == {
        "start": "now",
        "start_offset": Duration(15, "minute"),
        "stop": None,
        "run_duration": Duration(7, "day"),
        "start_version": 1,
        "fleet": FleetTemplate(),
        "regions": dict.fromkeys(OPEN_REGION_IDS, RegionOverrides()),
        "exclude": (),
        "capacity": Capacity(3),
        "poll_every": Duration(5, "minute"),
        "suspend": False,
        "agent": AgentSettings(),
    }
    assert smallest.configured_regions == OPEN_REGION_IDS


def test_every_key_is_read() -> None:
    """A document that gives every key arrives whole and in normal form."""
    full = document(f"""
start: 2026-12-01T19:00:00.5+01:00
run_duration: 3 months
start_version: 7
capacity: {{all: 3, aliyun: {{all: '-', us-east-1: 0}}, aws: ignored}}
poll_every: 1 hours
regions:
  us-east-1:
  eu-central-1: {{}}
  cn-nanjing: {{capacity: 2, adopt: true, zones: 1, cidr_block: 10.9.0.0/28, image: m-abc123,
               instance_types: [ecs.g7.large], disk_categories: [cloud_auto], disk_size_gb: 40,
               bandwidth_in_mbps: 50, bandwidth_out_mbps: 60, internet_charge_type: PayByTraffic}}
exclude: [us-east-1]
suspend: true
fleet:
  instance_types: [ecs.g7.large, ecs.e-c1m1.large]
  disk_categories: [cloud_essd]
  disk_size_gb: 2048
  bandwidth_in_mbps: 100
  bandwidth_out_mbps: 100
  internet_charge_type: PayByTraffic
  image: ubuntu_24_04_x64_20G_alibase_20260916.vhd
  cidr_block: 172.16.0.0/16
  zones: 8
  open_ports: {{tcp: [22, 4001-4010], udp: []}}
  allow_ssh: [198.51.100.7, 0.0.0.0/0]
  public_keys: [{PUBLIC_KEY}]
  logs: true
  logs_retention_days: 3650
  metrics: true
  tags: {{Project: P2P agent, "On": "yes"}}
agent:
  repository: git@github.com:p2p-way/p2p-agent-infra.git
  type: shell
  main_run: ./run.sh
  pre_run: |
    date
  post_run: ''
  delay: 0
  force_run: false
  schedule: 1 week
""")

    assert full == ControlDocument.model_construct(
        start=datetime(2026, 12, 1, 18, 0, 1, tzinfo=UTC),
        start_offset=Duration(15, "minute"),
        stop=None,
        run_duration=Duration(3, "month"),
        start_version=7,
        fleet=FleetTemplate.model_construct(
            instance_types=("ecs.g7.large", "ecs.e-c1m1.large"),
            disk_categories=("cloud_essd",),
            disk_size_gb=2048,
            bandwidth_out_mbps=100,
            bandwidth_in_mbps=100,
            internet_charge_type="PayByTraffic",
            image="ubuntu_24_04_x64_20G_alibase_20260916.vhd",
            zones=8,
            cidr_block="172.16.0.0/16",
            open_ports=OpenPorts.model_construct(
                tcp=(PortRange(22, 22), PortRange(4001, 4010)), udp=()
            ),
            allow_ssh=("198.51.100.7/32", "0.0.0.0/0"),
            public_keys=(PUBLIC_KEY,),
            logs=True,
            logs_retention_days=3650,
            metrics=True,
            tags={"Project": "P2P agent", "On": "yes"},
        ),
        regions={
            "cn-nanjing": RegionOverrides.model_construct(
                capacity=2,
                adopt=True,
                instance_types=("ecs.g7.large",),
                disk_categories=("cloud_auto",),
                disk_size_gb=40,
                bandwidth_out_mbps=60,
                bandwidth_in_mbps=50,
                internet_charge_type="PayByTraffic",
                image="m-abc123",
                zones=1,
                cidr_block="10.9.0.0/28",
            ),
            "us-east-1": RegionOverrides(),
            "eu-central-1": RegionOverrides(),
        },
        exclude=("us-east-1",),
        capacity=Capacity(3, "capacity.all", "-", {"us-east-1": 0}),
        poll_every=Duration(1, "hour"),
        suspend=True,
        agent=AgentSettings.model_construct(
            repository="git@github.com:p2p-way/p2p-agent-infra.git",
            type="shell",
            main_run="./run.sh",
            pre_run="date\n",
            post_run="",
            delay=0,
            force_run=False,
            schedule=Duration(1, "week"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("regions: all", OPEN_REGION_IDS),
        ("regions: [us-east-1, eu-central-1]", ("us-east-1", "eu-central-1")),
        ("regions: [eu-central-1, us-east-1]", ("us-east-1", "eu-central-1")),
        ("regions: [cn-fuzhou]", ("cn-fuzhou",)),
        (
            "regions: [all, cn-nanjing]",
            tuple(r.region_id for r in CATALOGUE if r.region_id != "cn-fuzhou"),
        ),
        ("regions: {all: , cn-nanjing: , cn-fuzhou: }", tuple(r.region_id for r in CATALOGUE)),
        ("regions: {all: {}}", OPEN_REGION_IDS),
        ("regions: {me-east-1: , cn-qingdao: {}}", ("cn-qingdao", "me-east-1")),
        ("regions: [eu-west-1, eu-west-2]\nexclude: [eu-west-1]", ("eu-west-2",)),
        ("regions: {eu-west-1: {zones: 1}, eu-west-2: }\nexclude: [eu-west-1]", ("eu-west-2",)),
        ("exclude: [cn-nanjing]", OPEN_REGION_IDS),
        ("exclude: [me-east-1]", OPEN_REGION_IDS[:-1]),
    ],
)
def test_the_configured_regions(text: str, expected: tuple[str, ...]) -> None:
    """Every form of `regions`, less `exclude`, in the order of the catalogue."""
    assert document(f"capacity: 1\n{text}").configured_regions == expected


def test_a_region_overrides_only_what_it_gives() -> None:
    """Its template is `fleet` with what stands under the region."""
    given = document("""
capacity: 1
fleet: {disk_size_gb: 40, zones: 2}
regions: {all: , eu-central-1: {zones: 1, instance_types: [ecs.u1-c1m2.large]}}
""")

    assert given.template_for("us-east-1") == given.fleet
    assert given.template_for("eu-central-1") == given.fleet.model_copy(
        update={"zones": 1, "instance_types": ("ecs.u1-c1m2.large",)}
    )


@pytest.mark.parametrize(
    ("block", "zones", "expected"),
    [
        ("10.20.30.0/24", 1, 24),
        ("10.20.30.0/24", 2, 25),
        ("10.20.30.0/24", 3, 26),
        ("10.0.0.0/28", 2, 29),
    ],
)
def test_the_block_is_split_into_equal_parts(block: str, zones: int, expected: int) -> None:
    """One part for each vSwitch, as many as there are zones."""
    template = document(f"capacity: 1\nfleet: {{cidr_block: {block}, zones: {zones}}}").fleet

    assert vswitch_prefix(template) == expected


@pytest.mark.parametrize("zones", range(1, 9))
@pytest.mark.parametrize("prefix", range(16, 29))
def test_a_block_is_accepted_exactly_when_its_parts_are_large_enough(
    prefix: int, zones: int
) -> None:
    """Each vSwitch gets at least a /29, or the document is refused."""
    parts = next(count for count in itertools.count() if 2**count >= zones)
    text = f"capacity: 1\nfleet: {{cidr_block: 10.0.0.0/{prefix}, zones: {zones}}}"

    assert isinstance(parse_document(text.encode()), ControlDocument) == (prefix + parts <= 29)


@pytest.mark.parametrize(
    "cadence",
    [f"{n} minutes" for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)]
    + [f"{n} hours" for n in (1, 2, 3, 4, 6, 8, 12, 24)]
    + ["1 minute", "1 hour", "24 hour"],
)
def test_every_cadence_that_cron_can_say_is_accepted(cadence: str) -> None:
    """The nineteen values of the specification, in singular and plural."""
    count, unit = cadence.split()

    assert str(document(f"capacity: 1\npoll_every: {cadence}").poll_every).split() == [
        count,
        unit.rstrip("s") + ("" if count == "1" else "s"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"capacity": 3, "suspend": true}',
        '{\n\t"capacity":\t3,\n\t"suspend":true\n}\n',
        '{"capacity":3,"suspend":true}',
        '\r\n{"capacity"\r\n:3,"suspend":true}\r\n',
        "---\ncapacity: 3\nsuspend: True\n...\n",
        "%YAML 1.2\n---\ncapacity: 3\nsuspend: true\n",
        "? capacity\n: 3\n? suspend\n: TRUE\n",
        "'capacity': 3\r\n\"suspend\": true # really\r\n",
    ],
)
def test_json_and_every_style_of_yaml_mean_the_same(text: str) -> None:
    """Quotes, braces, tabs inside JSON, line ends and document marks make no difference."""
    assert document(text) == document("capacity: 3\nsuspend: true\n")


def test_json_escapes_of_any_character_are_read() -> None:
    """Two escapes that make one character are that character; an escaped backslash is not one."""
    given = document(
        r"""{"capacity": 1,
             "fleet" : {"tags": {"a": "\ud83d\uDE00\u00e9", "b": "\\ud83d\\ude00"}}}"""
    )

    assert given.fleet.tags == {"a": "\N{GRINNING FACE}é", "b": r"\ud83d\ude00"}


def test_a_document_cannot_be_changed() -> None:
    """It is one commit's intent, and the same for everybody who holds it."""
    given = document("capacity: 3\nfleet: {tags: {a: b}}")

    with pytest.raises(ValueError, match="frozen"):
        given.suspend = True
    with pytest.raises(TypeError, match="does not support item assignment"):
        given.fleet.tags["a"] = "c"  # type: ignore[index]  # a Mapping, so mypy forbids it too
    with pytest.raises(TypeError, match="does not support item assignment"):
        given.regions["eu-central-1"] = RegionOverrides()  # type: ignore[index]  # as above


@pytest.mark.parametrize(
    "text",
    [
        "capacity: {all: 3, aliyun: {all: '-'}}\nregions:\n  - eu-central-1\nfleet:\n  tags: {}\n",
        '{"capacity": "-", "regions": ["eu-central-1"]}',
        "# nothing\n",
        "a: &b 1\nc: *b\n",
        "a: !!int 1\na: 2\n<<: 3\n? [x]\n: 1",
        "a: 1\n---\nb: 1",
        "[" * 30,
        '{\n\t"a"\n:\t1, "b": "\\ud83d\\ude00"}',
    ],
)
def test_the_slow_parser_reads_the_same_tree(text: str) -> None:
    """Where PyYAML comes without libyaml, tree, places and complaints are the same."""
    assert compose(text, yaml.SafeLoader) == compose(text, yaml.CSafeLoader)
