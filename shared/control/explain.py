"""From what pydantic found to sentences for the operator; its own wording never shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from shared.control.agent import AgentSettings
from shared.control.complaint import KEY, Path, path_text, shown
from shared.control.document import ControlDocument
from shared.control.fleet import FleetTemplate, OpenPorts, RegionOverrides
from shared.control.mirrors import Mirrors
from shared.control.suggest import did_you_mean, nearest
from shared.control.tree import Oddity, described, is_quoted
from shared.control.written import quotes_refusal

_Error = Mapping[str, Any]
"""One entry of `ValidationError.errors()`."""

_CUTOFF_ELSEWHERE: Final = 0.85
"""A key of another section must be nearly spelt out before it is suggested."""

_REQUIRED: Final = "capacity"
"""The one key that has no default."""

_SECTIONS: Final[dict[str, type[BaseModel]]] = {"fleet": FleetTemplate, "agent": AgentSettings}


_LOOKED_AT: Final = 200
"""Errors that are searched for a misspelt `capacity`; a file with more is no slip."""


def without_echoes(errors: Sequence[_Error]) -> list[_Error]:
    """Leave out errors that only follow from others.

    A list counts as too short when its entries are refused, and `capacity` as missing when it is
    misspelt; what stands under a refused key need not be a mapping.
    """
    refused_keys = {error["loc"][:-1] for error in errors if error["loc"][-1:] == (KEY,)}
    misspelt = any(
        error["type"] == "extra_forbidden" and nearest(str(error["loc"][-1]), (_REQUIRED,))
        for error in errors[:_LOOKED_AT]
        if len(error["loc"]) == 1
    )
    return [
        error
        for error in errors
        if not (error["type"] == "missing" and misspelt)
        and not (error["type"] == "too_short" and error["input"])
        and not (error["type"] == "model_type" and error["loc"] in refused_keys)
    ]


def place(error: _Error) -> Path:
    """Return the way to what shall be shown of an error: an unknown key rather than its value."""
    path: Path = error["loc"]
    return (*path, KEY) if error["type"] == "extra_forbidden" else path


def sentence(error: _Error) -> str:
    """Return one error as a sentence that names its key."""
    path: Path = error["loc"]
    kind: str = error["type"]
    if kind == "missing":
        return f"{path_text(path)} is missing; write how many instances each region shall run"
    if kind == "extra_forbidden":
        return _unknown_key(path)
    name = path_text(tuple(step for step in path if step != KEY))
    if error["input"] is None and kind != "refused":
        remedy = "" if name == _REQUIRED else ", or remove the key"
        return f"{name}: has no value; give it one{remedy}"
    if kind in {"value_error", "refused"}:
        return f"{name}: {error['msg'] if kind == 'refused' else error['ctx']['error']}"
    describe = _KINDS.get(kind, _not_accepted)
    return f"{name}: {describe(error)}"


def _unknown_key(path: Path) -> str:
    """Say what an unknown key may have meant: a key beside it, or one of another section."""
    *parent, last = path
    key = str(last)
    known = _keys_of(tuple(parent))
    where = f"{path_text(tuple(parent))}: " if parent else ""
    unknown = f"{where}unknown key `{shown(key)}`"
    if nearest(key, known) is None:
        elsewhere = _keys_elsewhere()
        found = nearest(key, elsewhere, cutoff=_CUTOFF_ELSEWHERE)
        if found is not None:
            return f"{unknown}; did you mean `{elsewhere[found]}`?"
    return f"{unknown}; {did_you_mean(key, known, 'the keys here are ' + ', '.join(known))}"


def _keys_of(path: Path) -> tuple[str, ...]:
    """Return the keys that may stand in the mapping at `path`."""
    model: type[BaseModel] = ControlDocument
    match path:
        case (str(section),) if section in _SECTIONS:
            model = _SECTIONS[section]
        case ("fleet", "open_ports"):
            model = OpenPorts
        case ("regions", _):
            model = RegionOverrides
        case ("agent", "mirrors", _):
            model = Mirrors
    return tuple(model.model_fields)


def _keys_elsewhere() -> dict[str, str]:
    """Return every key of any section with the way to it."""
    inner = {
        key: f"{section}.{key}"
        for section, model in _SECTIONS.items()
        for key in model.model_fields
    }
    return inner | {key: key for key in ControlDocument.model_fields}


def _whole_number(error: _Error) -> str:
    return f"must be a whole number in plain digits{_but_is(error['input'], int)}"


def _truth(error: _Error) -> str:
    return f"must be `true` or `false`{_but_is(error['input'], bool)}"


def _but_is(value: object, wanted: type[int]) -> str:
    """Go on after what `value` must be: it only stands in quotes, or is something else."""
    return f"; {quotes_refusal(value)}" if is_quoted(value, wanted) else f", not {described(value)}"


def _text(error: _Error) -> str:
    return f"must be text, not {described(error['input'])}; put it in quotes"


def _list(error: _Error) -> str:
    return f"must be a list, not {_kind_of(error['input'])}"


def _mapping(error: _Error) -> str:
    return f"must be a mapping (lines of `key: value`), not {_kind_of(error['input'])}"


def _kind_of(value: object) -> str:
    """Describe a value without repeating it: what should be a list of keys may be a secret."""
    return "text" if isinstance(value, str | Oddity) else described(value)


def _at_least(error: _Error) -> str:
    return f"must be at least {error['ctx']['ge']}, not {described(error['input'])}"


def _at_most(error: _Error) -> str:
    return f"must be at most {error['ctx']['le']}, not {described(error['input'])}"


def _too_few(error: _Error) -> str:
    return f"must have at least {error['ctx']['min_length']} entry"


def _too_many(error: _Error) -> str:
    return f"must have at most {error['ctx']['max_length']} entries"


def _choice(error: _Error) -> str:
    choices = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    value = error["input"]
    listed = ", ".join(f"`{choice}`" for choice in choices[:-1]) + f" or `{choices[-1]}`"
    wanted = f"must be {listed}, not {described(value)}"
    near = nearest(value, choices) if isinstance(value, str) else None
    return f"{wanted}; did you mean `{near}`?" if near else wanted


def _not_accepted(error: _Error) -> str:
    return (
        f"does not accept {_kind_of(error['input'])}; docs/control-document.md says what it takes"
    )


_KINDS: Final[dict[str, Callable[[_Error], str]]] = {
    "int_type": _whole_number,
    "bool_type": _truth,
    "string_type": _text,
    "tuple_type": _list,
    "dict_type": _mapping,
    "mapping_type": _mapping,
    "model_type": _mapping,
    "greater_than_equal": _at_least,
    "less_than_equal": _at_most,
    "too_short": _too_few,
    "too_long": _too_many,
    "literal_error": _choice,
}
"""By pydantic's type of an error: what to say. Their union is all that the models can raise."""
