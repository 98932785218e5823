"""Capacity: how the levels resolve, and what is refused."""

from __future__ import annotations

import pytest

from shared.control.capacity import RegionCapacity, capacity_of, resolve_capacity
from shared.control.document import ControlDocument
from shared.control.parse import parse_document

REGIONS = ("eu-central-1", "us-east-1", "me-east-1")
WANTED = "write a whole number such as `3`, or `'-'` to leave the region unmanaged"
CLOUDS = (
    "all, aliyun, aws, azure, gcp, oci, yandex, akamai, digitalocean, exoscale, hetzner, scaleway,"
    " upcloud, vultr"
)


def resolved(text: str) -> tuple[RegionCapacity, ...]:
    """What a document says for three regions."""
    document = parse_document(text.encode())
    assert isinstance(document, ControlDocument), document
    return tuple(resolve_capacity(document, region) for region in REGIONS)


def complaints(text: str) -> list[str]:
    """What is wrong with a document, as the operator sees it."""
    parsed = parse_document(text.encode())
    assert isinstance(parsed, tuple), "the document was accepted"
    return [str(complaint) for complaint in parsed]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("capacity: 3", ((3, "capacity"),) * 3),
        ("capacity: 0", ((0, "capacity"),) * 3),
        ("capacity: 1000000", ((1_000_000, "capacity"),) * 3),
        ("capacity: '-'", ((None, "capacity"),) * 3),
        ("capacity: {all: -}", ((None, "capacity.all"),) * 3),
        (
            "capacity: {all: 3, aliyun: {all: 2, eu-central-1: 1}}",
            (
                (1, "capacity.aliyun.eu-central-1"),
                (2, "capacity.aliyun.all"),
                (2, "capacity.aliyun.all"),
            ),
        ),
        (
            "capacity: {all: 3, aliyun: {us-east-1: '-'}}",
            ((3, "capacity.all"), (None, "capacity.aliyun.us-east-1"), (3, "capacity.all")),
        ),
        (
            "capacity: {all: 3, aliyun: {all: '-', us-east-1: 0}}",
            (
                (None, "capacity.aliyun.all"),
                (0, "capacity.aliyun.us-east-1"),
                (None, "capacity.aliyun.all"),
            ),
        ),
        (
            "capacity: {aliyun: {eu-central-1: 1}, aws: {all: [nonsense]}, gcp: }",
            ((1, "capacity.aliyun.eu-central-1"), (None, None), (None, None)),
        ),
        ("capacity: {hetzner: 7}", ((None, None),) * 3),
        (
            "capacity: {all: 3}\nregions: {all: , eu-central-1: {capacity: 5}}",
            ((5, "regions.eu-central-1.capacity"), (3, "capacity.all"), (3, "capacity.all")),
        ),
        (
            "capacity: 3\nregions: {all: , eu-central-1: {capacity: '-'}}",
            ((None, "regions.eu-central-1.capacity"), (3, "capacity"), (3, "capacity")),
        ),
        ("capacity: '{\"all\": 3}'", ((3, "capacity.all"),) * 3),
        ("capacity: '3'", ((3, "capacity"),) * 3),
        (
            'capacity: " {\\"all\\": 3, \\"aliyun\\": {\\"eu-central-1\\": \\"-\\"}} "',
            ((None, "capacity.aliyun.eu-central-1"), (3, "capacity.all"), (3, "capacity.all")),
        ),
        (
            "capacity: {aliyun: {all: 1, eu-central-1: 4}}\nexclude: [eu-central-1]",
            (
                (4, "capacity.aliyun.eu-central-1"),
                (1, "capacity.aliyun.all"),
                (1, "capacity.aliyun.all"),
            ),
        ),
    ],
)
def test_the_first_level_that_speaks_counts(
    text: str, expected: tuple[tuple[int | None, str | None], ...]
) -> None:
    """Region, then `aliyun.all`, then `all`, else unmanaged; and which key said so."""
    assert resolved(text) == tuple(RegionCapacity(*one) for one in expected)


def test_capacity_of_gives_the_number_alone() -> None:
    """For callers that do not report which key decides."""
    document = parse_document(b"capacity: {aliyun: {eu-central-1: 2}}")
    assert isinstance(document, ControlDocument)

    assert [capacity_of(document, region) for region in REGIONS] == [2, None, None]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("1.9", "`1.9` is not a number of instances; " + WANTED),
        ("true", "`true` is not a number of instances; " + WANTED),
        ("false", "`false` is not a number of instances; " + WANTED),
        ("1e3", "`1e3` is not a number of instances; " + WANTED),
        ("no", "`no` is not a number of instances; " + WANTED),
        ("on", "`on` is not a number of instances; " + WANTED),
        ("0o17", "`0o17` is not a number of instances; " + WANTED),
        ("0x1F", "`0x1F` is not a number of instances; " + WANTED),
        ("017", "`017` is not a number of instances; " + WANTED),
        ("1_000", "`1_000` is not a number of instances; " + WANTED),
        ("+3", "`+3` is not a number of instances; " + WANTED),
        ("-0", "`-0` is not a number of instances; " + WANTED),
        (".inf", "`.inf` is not a number of instances; " + WANTED),
        ("12:30:00", "`12:30:00` is not a number of instances; " + WANTED),
        ("2026-12-01", "`2026-12-01` is not a number of instances; " + WANTED),
        ("three", "`three` is not a number of instances; " + WANTED),
        ("''", "empty text is not a number of instances; " + WANTED),
        ("'null'", "the text `null` is not a number of instances; " + WANTED),
        ("'1e3'", "the text `1e3` is not a number of instances; " + WANTED),
        ("'1 node'", "`1 node` is not a number of instances; " + WANTED),
        ("'{all: 3}'", 'the text `{all: 3}` is not JSON such as `{"all": 3}`'),
        ("–", "`–` is not a plain hyphen; did you mean `'-'`?"),
        ("-1", "must not be negative, as `-1` is"),
        ("1000001", "`1000001` is too large; at most 1000000"),
        ("99999999999999999999", "`99999999999999999999` is too large; at most 1000000"),
        ("-99999999999999999999", "must not be negative, as `-99999999999999999999` is"),
        ("'99999999999999999999'", "`99999999999999999999` is too large; at most 1000000"),
        ("9" * 40, f"`{'9' * 40}` is too large; at most 1000000"),
        ("", "has no value; give it one"),
        ("null", "has no value; give it one"),
        ("~", "has no value; give it one"),
    ],
)
def test_what_is_not_a_number_is_refused(value: str, what: str) -> None:
    """Everything that a lenient reader would have turned into some number."""
    column = 11 if value else 10

    assert complaints(f"capacity: {value}") == [f"1:{column}: capacity: {what}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("capacity: [1]", ["1:11: capacity: must be a number, `'-'` or a mapping, not a list"]),
        ("capacity:\n- 1", ["1:1: capacity: must be a number, `'-'` or a mapping, not a list"]),
        (
            "capacity: {all: '3'}",
            ["1:17: capacity.all: must be a number; the quotes make `3` text, so remove them"],
        ),
        ("capacity: {}", [f"1:11: capacity: says nothing; {WANTED}"]),
        (
            'capacity: {"aliyun":3}',
            [
                "1:21: capacity.aliyun: must be a mapping of `all` and regions; did you mean"
                " `{aliyun: {all: 3}}`?"
            ],
        ),
        (
            "capacity: {aliyun: '-'}",
            [
                "1:20: capacity.aliyun: must be a mapping of `all` and regions; did you mean"
                " `{aliyun: {all: '-'}}`?"
            ],
        ),
        (
            "capacity: {all: 1, aliyun: {}}",
            ["1:28: capacity.aliyun: must be a mapping of `all` and regions; this one has 0 keys"],
        ),
        (
            "capacity: {aliyun: many}",
            ["1:20: capacity.aliyun: must be a mapping of `all` and regions, not `many`"],
        ),
        (
            "capacity: {aliyum: {all: 3}}",
            ["1:12: capacity.aliyum: is not a known cloud; did you mean `aliyun`?"],
        ),
        (
            "capacity: {alibaba: {all: 3}, google: 1}",
            [
                "1:12: capacity.alibaba: is not a known cloud; did you mean `aliyun`?",
                "1:31: capacity.google: is not a known cloud; did you mean `gcp`?",
            ],
        ),
        (
            "capacity: {eu-central-1: 3}",
            [
                "1:12: capacity.eu-central-1: a region stands under `aliyun`; did you mean"
                " `{aliyun: {eu-central-1: 3}}`?"
            ],
        ),
        (
            "capacity: {eu-centrl-1: 3}",
            [
                "1:12: capacity.eu-centrl-1: is not a known cloud; regions such as"
                " `eu-central-1` stand under `aliyun`"
            ],
        ),
        (
            "capacity: {somewhere: 3}",
            [f"1:12: capacity.somewhere: is not a known cloud; the keys here are {CLOUDS}"],
        ),
        (
            "capacity: {aliyun: {eu-centrl-1: 3, all: 1.5}, all: -2}",
            [
                "1:21: capacity.aliyun.eu-centrl-1: `eu-centrl-1` is not a region of Alibaba"
                " Cloud; did you mean `eu-central-1`?",
                f"1:42: capacity.aliyun.all: `1.5` is not a number of instances; {WANTED}",
                "1:53: capacity.all: must not be negative, as `-2` is",
            ],
        ),
        (
            "capacity: {aliyun: {ap-southeast-2: 3}}",
            [
                "1:21: capacity.aliyun.ap-southeast-2: `ap-southeast-2` is not a region of"
                " Alibaba Cloud any more: Sydney was closed"
            ],
        ),
        (
            "capacity: {aliyun: {all: }}",
            [f"1:26: capacity.aliyun.all: has no value; {WANTED}"],
        ),
        (
            'capacity: \'{"all": 1e3, "all": 2}\'',
            ["1:11: capacity: the key `all` stands twice"],
        ),
        (
            "capacity: '{\"all\": NaN}'",
            [f"1:11: capacity.all: `NaN` is not a number of instances; {WANTED}"],
        ),
        (
            "capacity: '{\"aliyun\": 3}'",
            [
                "1:11: capacity.aliyun: must be a mapping of `all` and regions; did you mean"
                " `{aliyun: {all: 3}}`?"
            ],
        ),
        (
            "capacity: {aliyun: {eu-central-1: 1}}\nregions: [us-east-1]",
            [
                "1:35: capacity.aliyun.eu-central-1: speaks of a region that `regions` does not"
                " configure: it is not among them; name it there, or remove this key"
            ],
        ),
        (
            "capacity: {aliyun: {cn-nanjing: 1}}",
            [
                "1:33: capacity.aliyun.cn-nanjing: speaks of a region that `regions` does not"
                " configure: it is being closed and not part of `all`; name it there, or remove"
                " this key"
            ],
        ),
        (
            "capacity: {aliyun: {eu-central-1: 1}}\nregions: {eu-central-1: {capacity: 1}}",
            [
                "1:35: capacity.aliyun.eu-central-1: is also said by"
                " `regions.eu-central-1.capacity`; keep one of the two"
            ],
        ),
        (
            "capacity: -",
            ["1:11: a lone `-` or a list cannot stand here; write the dash as `'-'`"],
        ),
        (
            "start: now",
            ["1:1: capacity is missing; write how many instances each region shall run"],
        ),
    ],
)
def test_what_is_not_a_capacity_is_refused(text: str, expected: list[str]) -> None:
    """Each mistake has its place, its key and what was probably meant."""
    assert complaints(text) == expected


def test_json_text_that_nests_without_end_is_refused() -> None:
    """It can neither exhaust the stack nor pass."""
    deep = "capacity: '" + '{"aliyun":' * 20_000 + "1" + "}" * 20_000 + "'"
    shown = ('{"aliyun":' * 5)[:48]

    assert complaints(deep) == [
        f'1:11: capacity: the text `{shown}…` is not JSON such as `{{"all": 3}}`'
    ]
