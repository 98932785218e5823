"""How values stand in the document: what reads them, and how the JSON Schema describes them.

A reader takes what the tree holds (see `tree.plain_value`) and returns the typed value or raises
`WrongValueError`.
"""

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, NoReturn, TypeVar

from pydantic import ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from shared.control.complaint import Path, shown
from shared.control.tree import described

JsonSchema = dict[str, Any]

STRICT: Final = ConfigDict(frozen=True, strict=True, extra="forbid")
"""Every part of a document: immutable, no conversion of types, no unknown keys."""

MAX_TEXT: Final = 4096
"""Characters in a command or an address; the user data that carries them has 32 KB in all."""


class WrongValueError(ValueError):
    """A value is refused; the message is the rest of a sentence that begins with its key."""


@dataclass(frozen=True, slots=True, eq=False)  # hashed by identity, since a schema is a dict
class Written:
    """Annotates a type with its reader and with the JSON Schema of its written form."""

    read: Callable[[object], object]
    schema: JsonSchema

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return dict(self.schema)


def refuse(findings: Sequence[tuple[Path, str]]) -> NoReturn:
    """Raise several complaints at once, each at its own way below the value being read."""
    raise ValidationError.from_exception_data(
        "control document",
        [
            InitErrorDetails(
                type=PydanticCustomError("refused", "{sentence}", {"sentence": sentence}),
                loc=path,
                input="",
            )
            for path, sentence in findings
        ],
    )


def quotes_refusal(value: object) -> str:
    """Say what is wrong with a number or a truth value that stands in quotes."""
    return f"the quotes make `{value}` text, so remove them"


_Item = TypeVar("_Item")


def distinct(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    """Return `items`; refuse those that already stand before."""
    seen: set[_Item] = set()
    findings: list[tuple[Path, str]] = []
    for position, item in enumerate(items):
        if item in seen:
            findings.append(((position,), f"{described(str(item))} stands twice"))
        seen.add(item)
    if findings:
        refuse(findings)
    return items


def read_text(value: object) -> str:
    """Read a line or several of printable text."""
    if not isinstance(value, str):
        raise WrongValueError(f"must be text, not {described(value)}; put it in quotes")
    if len(value) > MAX_TEXT:
        raise WrongValueError(f"must be at most {MAX_TEXT} characters long, not {len(value)}")
    if not value.replace("\n", "").replace("\t", "").isprintable():
        raise WrongValueError("must be printable text without control characters")
    return value


def read_network(value: object) -> ipaddress.IPv4Network:
    """Read an IPv4 block such as `10.20.30.0/24`; a single address is a block of one."""
    if not isinstance(value, str):
        raise WrongValueError(
            f"must be an IPv4 block such as `10.20.30.0/24`, not {described(value)}"
        )
    try:
        network = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        raise WrongValueError(
            f"`{shown(value)}` is not an IPv4 block such as `10.20.30.0/24`"
        ) from None
    if "/" in value and str(network) != value:
        raise WrongValueError(
            f"`{shown(value)}` is not the first address of a block; did you mean `{network}`?"
        )
    return network


Text = Annotated[str, Written(read_text, {"type": "string", "maxLength": MAX_TEXT})]
