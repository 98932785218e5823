"""Parameters: what decodes to what, and what is refused with which code."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.domain.errors import ApiError
from sandbox.wire.decoding import decode
from sandbox.wire.parameters import (
    Param,
    boolean,
    flat,
    integer,
    integers,
    json_object,
    number,
    records,
    text,
    texts,
)

PARAMS: dict[str, Param] = {
    param.name: param
    for param in (
        text("RegionId", required=True),
        text("Token", max_length=4),
        text("Policy", "release", "forceRelease", any_case=True),
        text("Zone", "a", "b"),
        integer("Size", 0, 50),
        integer("Free"),
        number("Price"),
        boolean("Enabled"),
        texts("Ids", max_items=3),
        texts("Kinds", "x", "y", max_items=5),
        integers("Weights", max_items=2),
        records(
            "Tags",
            text("Key"),
            text("Value"),
            boolean("Propagate"),
            records("Inner", integer("Port"), max_items=2),
            max_items=2,
        ),
        flat("Options", integer("Base", 0, 100), boolean("Spot")),
        json_object("Overrides", number("Cpu"), boolean("Hook"), texts("Names", max_items=2)),
    )
}


def refusal(*pairs: tuple[str, str], region: bool = True) -> tuple[str, str]:
    """Code and message of the refusal that `pairs` meet."""
    given_region = (("RegionId", "r"),) if region else ()
    with pytest.raises(ApiError) as caught:
        decode(PARAMS, (*given_region, *pairs))
    assert caught.value.http_status == 400
    return caught.value.code, caught.value.message


def invalid(name: str) -> tuple[str, str]:
    """The refusal of a value."""
    return "InvalidParameter", f'The specified value of parameter "{name}" is not valid.'


def unknown(name: str) -> tuple[str, str]:
    """The refusal of a name."""
    return "InvalidParameter", f'The specified parameter "{name}" is not known to this action.'


def test_every_style_decodes() -> None:
    """Plain values, repeated and nested lists, flat objects and JSON text get their types."""
    pairs = (
        ("RegionId", "eu-central-1"),
        ("Size", "50"),
        ("Free", "-7"),
        ("Price", "0.125"),
        ("Enabled", "True"),
        ("Policy", "FORCERELEASE"),
        ("Ids.2", "b"),
        ("Ids.1", "a"),
        ("Weights.1", "3"),
        ("Tags.1.Key", "k"),
        ("Tags.1.Value", ""),
        ("Tags.1.Propagate", "fALSE"),
        ("Tags.2.Inner.1.Port", "80"),
        ("Options.Base", "0"),
        ("Options.Spot", "true"),
        ("Overrides", '{"Cpu": 2, "Hook": true, "Names": ["n"]}'),
    )
    assert decode(PARAMS, pairs) == {
        "RegionId": "eu-central-1",
        "Size": 50,
        "Free": -7,
        "Price": 0.125,
        "Enabled": True,
        "Policy": "FORCERELEASE",
        "Ids": ["a", "b"],
        "Weights": [3],
        "Tags": [
            {"Key": "k", "Value": "", "Propagate": False},
            {"Inner": [{"Port": 80}]},
        ],
        "Options": {"Base": 0, "Spot": True},
        "Overrides": {"Cpu": 2, "Hook": True, "Names": ["n"]},
    }


def test_missing_required_is_named_in_the_code() -> None:
    """An absent or empty required parameter is refused as the API gateway does it."""
    expected = ("MissingRegionId", "RegionId is mandatory for this action.")
    assert refusal(region=False) == expected
    assert refusal(("RegionId", ""), region=False) == expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("Nonsense", "1"), unknown("Nonsense")),
        (("Nonsense.1", "1"), unknown("Nonsense.1")),
        (("regionid", "1"), unknown("regionid")),
        (("RegionId.1", "1"), invalid("RegionId.1")),
        (("Token.x", "1"), unknown("Token.x")),
        (("Tags.1.Colour", "1"), unknown("Tags.1.Colour")),
        (("Options.Colour", "1"), unknown("Options.Colour")),
        (("Token", "12345"), invalid("Token")),
        (("Zone", "A"), invalid("Zone")),
        (("Size", "51"), invalid("Size")),
        (("Size", "-1"), invalid("Size")),
        (("Size", ""), invalid("Size")),
        (("Size", "1.0"), invalid("Size")),
        (("Size", "1e1"), invalid("Size")),
        (("Size", " 1"), invalid("Size")),
        (("Size", "\u0661"), invalid("Size")),
        (("Free", "2147483648"), invalid("Free")),
        (("Price", "nan"), invalid("Price")),
        (("Price", "1e400"), invalid("Price")),
        (("Enabled", "yes"), invalid("Enabled")),
        (("Enabled", "1"), invalid("Enabled")),
        (("Ids", "a"), invalid("Ids")),
        (("Ids.0", "a"), invalid("Ids.0")),
        (("Ids.01", "a"), invalid("Ids.01")),
        (("Ids.x", "a"), invalid("Ids.x")),
        (("Ids.2", "a"), invalid("Ids.1")),
        (("Kinds.1", "z"), invalid("Kinds.1")),
        (("Tags.1", "a"), invalid("Tags.1")),
        (("Options", "{}"), invalid("Options")),
        (("Overrides", "{"), invalid("Overrides")),
        (("Overrides", "[]"), invalid("Overrides")),
        (("Overrides", "[" * 200_000), invalid("Overrides")),
        (("Overrides.Cpu", "1"), invalid("Overrides")),
        (("Overrides", '{"Colour": 1}'), unknown("Overrides.Colour")),
        (("Overrides", '{"Cpu": true}'), invalid("Overrides.Cpu")),
        (("Overrides", '{"Cpu": Infinity}'), invalid("Overrides.Cpu")),
        (("Overrides", '{"Names": ["a","b","c"]}'), invalid("Overrides.Names")),
        (("Overrides", '{"Names": [1]}'), invalid("Overrides.Names.1")),
    ],
)
def test_wrong_parameter_is_refused(pair: tuple[str, str], expected: tuple[str, str]) -> None:
    """Each way to get one parameter wrong is a 400 that names it."""
    assert refusal(pair) == expected


def test_too_many_items_are_refused() -> None:
    """A list longer than the metadata allows is refused as a whole."""
    pairs = tuple((f"Ids.{index}", "a") for index in range(1, 5))
    assert refusal(*pairs) == invalid("Ids")


def test_gap_in_a_list_is_refused() -> None:
    """A list whose numbers skip one names the missing element."""
    assert refusal(("Ids.1", "a"), ("Ids.3", "b")) == invalid("Ids.2")


def test_repetition_counts_once_when_it_agrees() -> None:
    """The same name with the same value, as SDKs send it in query and body, is no error."""
    assert decode(PARAMS, (("RegionId", "r"), ("RegionId", "r"))) == {"RegionId": "r"}


def test_contradicting_repetition_is_refused() -> None:
    """The same name with two values is refused, plain or within a list."""
    assert refusal(("RegionId", "other")) == invalid("RegionId")
    assert refusal(("Ids.1", "a"), ("Ids.1", "b")) == invalid("Ids.1")
    assert refusal(("Ids.1", "a"), ("Ids", "b")) == invalid("Ids")
    assert refusal(("Ids", "b"), ("Ids.1", "a")) == invalid("Ids.1")


@settings(deadline=None)
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(
                ["RegionId", "Size", "Ids", "Ids.1", "Tags.1.Key", "Tags.1.Inner.1.Port", "Options"]
            )
            | st.from_regex(r"[A-Z][a-z]{2,6}(\.[A-Za-z0-9]{0,3}){0,3}", fullmatch=True),
            st.text(max_size=8),
        ),
        max_size=6,
    )
)
def test_any_input_is_decoded_or_refused(pairs: list[tuple[str, str]]) -> None:
    """Whatever is sent, the answer is a value for known parameters or an ApiError with 400."""
    try:
        known, status = set(decode(PARAMS, pairs)), 400
    except ApiError as error:
        known, status = set(), error.http_status
    assert known <= set(PARAMS)
    assert status == 400
