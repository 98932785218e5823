"""Laws of the parser over generated documents and arbitrary bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shared.control.capacity import capacity_of
from shared.control.document import ControlDocument
from shared.control.parse import parse_document
from shared.control.schema import control_schema
from shared.control.timing import POLL_CHOICES
from shared.regions import BY_ID, OPEN_REGION_IDS

LAW = settings(deadline=None)
SCHEMA = Draft202012Validator(control_schema())
WORDS = ("Input", "pydantic", "Extra inputs", "Field required", "value_error", "Value error")
"""What would show that a library's words reached the operator."""

LEVELS = st.one_of(st.integers(min_value=0, max_value=1_000_000), st.just("-"))
REGION_IDS = st.sampled_from(tuple(BY_ID))
DURATIONS = st.builds(
    "{} {}".format,
    st.integers(min_value=10, max_value=100),
    st.sampled_from(("minutes", "hours", "days", "weeks", "months", "minute", "day")),
)
OVERRIDES = st.fixed_dictionaries(
    {},
    optional={
        "adopt": st.booleans(),
        "zones": st.integers(min_value=1, max_value=8),
        "disk_size_gb": st.integers(min_value=20, max_value=2048),
        "instance_types": st.lists(
            st.sampled_from(("ecs.g7.large", "ecs.e-c1m1.large", "ecs.u1-c1m2.xlarge")),
            min_size=1,
            unique=True,
        ),
    },
)


@st.composite
def written_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Documents as an operator may write them, all of them right."""
    regions = draw(st.lists(REGION_IDS, min_size=1, max_size=6, unique=True))
    document: dict[str, Any] = {"regions": {region: draw(OVERRIDES) for region in regions}}
    levels = draw(st.dictionaries(st.sampled_from(regions), LEVELS))
    aliyun = levels | draw(st.fixed_dictionaries({}, optional={"all": LEVELS}))
    mapping = {"all": draw(LEVELS), "hetzner": draw(LEVELS)} | (
        {"aliyun": aliyun} if aliyun else {}
    )
    document["capacity"] = draw(st.one_of(LEVELS, st.just(mapping), st.just(json.dumps(mapping))))
    if draw(st.booleans()):
        document["start"] = "2026-12-01T18:00:00+01:00"
    elif draw(st.booleans()):
        document |= {"start": "now", "start_offset": draw(DURATIONS)}
    end = draw(st.sampled_from(("stop", "run_duration", None)))
    if end == "stop":
        document["stop"] = "2027-01-01 00:00:00z"
    elif end is not None:
        document[end] = draw(st.one_of(DURATIONS, st.just("forever")))
    optional = {
        "start_version": st.integers(min_value=1, max_value=1_000_000),
        "poll_every": st.sampled_from([str(choice) for choice in POLL_CHOICES]),
        "suspend": st.booleans(),
        "exclude": st.lists(st.sampled_from(regions), max_size=len(regions) - 1, unique=True),
        "fleet": st.just({"zones": 2, "tags": {"yes": "no", "n": "1"}, "allow_ssh": ["10.0.0.1"]}),
        "agent": st.just({"type": "shell", "main_run": "on", "pre_run": "a: b # c\n'd'\n"}),
    }
    return document | draw(st.fixed_dictionaries({}, optional=optional))


def parsed(text: str) -> ControlDocument:
    """The document that `text` holds; the test fails where it holds none."""
    document = parse_document(text.encode())
    assert isinstance(document, ControlDocument), document
    return document


@LAW
@given(written_documents())
def test_however_it_is_written_a_document_means_the_same(written: dict[str, Any]) -> None:
    """JSON, JSON with tabs, block YAML, flow YAML and another order of keys all read alike."""
    backwards = dict(reversed(written.items()))
    texts = (
        json.dumps(written, indent="\t"),
        yaml.safe_dump(written),
        yaml.safe_dump(written, default_flow_style=True),
        yaml.safe_dump(backwards, sort_keys=False, width=20),
    )

    assert {text: parsed(text) for text in texts} == dict.fromkeys(
        texts, parsed(json.dumps(written))
    )


@LAW
@given(written_documents())
def test_the_schema_accepts_what_the_parser_accepts(written: dict[str, Any]) -> None:
    """An editor never marks a right document."""
    assert [error.message for error in SCHEMA.iter_errors(written)] == []


@LAW
@given(written_documents())
def test_every_configured_region_is_named_and_has_a_capacity_or_none(
    written: dict[str, Any],
) -> None:
    """What is configured is what is named less what is excluded, and 0 is never made up."""
    document = parsed(json.dumps(written))
    named = [region for region in BY_ID if region in written["regions"]]
    capacity = written["capacity"]
    if isinstance(capacity, str) and capacity != "-":
        capacity = json.loads(capacity)
    if not isinstance(capacity, dict):
        capacity = {"all": capacity}
    aliyun = capacity.get("aliyun", {})

    assert document.configured_regions == tuple(
        region for region in named if region not in written.get("exclude", ())
    )
    for region in named:
        said = aliyun.get(region, aliyun.get("all", capacity["all"]))
        assert capacity_of(document, region) == (None if said == "-" else said)


UPSTREAM = (
    b"1.9", b"true", b"false", b"1e3", b"99999999", b'{"aliyun":3}', b'{"aliyun": true}',
    b'{"all": "3"}', b"null", b"", b"-1", b"<html>503</html>", b"0x10", b"Infinity", b"NaN",
)  # fmt: skip
"""Values that watchers of other kinds have read as some number, or passed over in silence."""


@pytest.mark.parametrize("value", UPSTREAM)
def test_what_others_read_as_a_number_is_refused(value: bytes) -> None:
    """As a value and as a string that holds it: nothing is converted, nothing ignored."""
    quoted = json.dumps(value.decode()).encode()

    assert isinstance(parse_document(b"capacity: " + value), tuple)
    assert isinstance(parse_document(b"capacity: " + quoted), tuple)


WORDS_OF_DOCUMENTS = (
    *ControlDocument.model_fields,
    *("all", "aliyun", "aws", "zones", "tags", *OPEN_REGION_IDS[:3]),
    *("true", "1e3", "-1", "3", "'-'", "7 days", "now", "forever", "2026-12-01T18:00:00Z", "no"),
    *(":", ": ", "\n", "\n  ", "- ", "{", "}", "[", "]", ",", '"', "'", "#", "&a", "*a", "!!x"),
    *("|\n", "?", "\t", "\0", "\ufeff", "\u2028", "é", "\\", "%", "---", "...", "<<"),
)
FRAGMENTS = st.sampled_from(WORDS_OF_DOCUMENTS)


@settings(LAW, max_examples=500)
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(FRAGMENTS, max_size=40).map("".join).map(str.encode)
    )
)
@example(b"capacity: 1.9")
@example(b"capacity: true")
@example(b"capacity: 1e3")
@example(b'capacity: {"aliyun":3}')
@example(b"\xed\xa0\x80")
@example(b'capacity: "\\ud800"')
@example(b'{"capacity": 1, "agent": {"main_run": "\\ud83d\\ude00"}}')
@example(b"? {a: b}\n: c")
@example(b"capacity: {aliyun: {? [a] : 1}}")
@example(b"regions: [[], {}, null, 1, 1.5, *a]\ncapacity: [[]]")
def test_no_bytes_ever_raise(text: bytes) -> None:
    """Whatever stands in the file: a document, or sentences with places, in order, in our words."""
    answer = parse_document(text)

    if isinstance(answer, tuple):
        lines = text.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert answer == tuple(sorted(answer))
        assert len({(one.line, one.column) for one in answer}) == len(answer) > 0
        for one in answer:
            assert 1 <= one.line <= len(lines) + 1
            assert one.column >= 1
            assert one.message.isprintable()
            assert not any(word in one.message for word in WORDS)


SHAPES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
PLACES = st.sampled_from(
    [(key,) for key in ControlDocument.model_fields]
    + [
        (part, key)
        for part in ("fleet", "agent")
        for key in ("tags", "zones", "type", "open_ports")
    ]
    + [("capacity", "aliyun"), ("capacity", "all"), ("regions", "eu-central-1")]
    + [("regions", "eu-central-1", key) for key in ("capacity", "zones", "image", "adopt")]
    + [("fleet", "open_ports", "tcp"), ("fleet", "public_keys"), ("agent", "repository")]
)


@settings(LAW, max_examples=500)
@given(PLACES, SHAPES)
def test_any_shape_in_any_place_is_answered_in_our_words(
    place: tuple[str, ...], shape: object
) -> None:
    """Every kind of wrong value that a key can be given has its own sentence."""
    written: Any = shape
    for key in reversed(place):
        written = {key: written}
    answer = parse_document(json.dumps({"capacity": 1} | written).encode())

    if isinstance(answer, tuple):
        said = " ".join(one.message for one in answer)
        assert not any(word in said for word in (*WORDS, "docs/control-document.md"))
