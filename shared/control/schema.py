"""Write `docs/control.schema.json`: the JSON Schema of a control document, from its types.

    python -m shared.control.schema > docs/control.schema.json

An editor checks a document against it while it is written; the parser checks more.
"""

import json
import sys
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from shared.control.document import ControlDocument
from shared.control.fleet import FleetTemplate, RegionOverrides
from shared.control.fleet_values import PortRange
from shared.control.written import JsonSchema
from shared.instants import Duration

_HEAD: Final[JsonSchema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:p2p-fleet:control.schema.json",
    "title": "p2p-fleet control document",
}
_INSTANT_START: Final[JsonSchema] = {
    "required": ["start"],
    "properties": {"start": {"not": {"const": "now"}}},
}
_RULES: Final[JsonSchema] = {
    "not": {"required": ["stop", "run_duration"]},
    "if": _INSTANT_START,
    "then": {"not": {"required": ["start_offset"]}},
}
"""What ties keys together, as far as a schema can say it."""


class _InWrittenForm(GenerateJsonSchema):
    """Writes defaults as an operator would, and leaves out titles that only repeat the key."""

    def encode_default(self, dft: Any) -> Any:  # noqa: ANN401 -- pydantic's signature
        if isinstance(dft, Duration | PortRange):
            return str(dft)
        if isinstance(dft, tuple | list):
            return [self.encode_default(item) for item in dft]
        return super().encode_default(dft)

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401 -- as above
        del schema
        return False


def control_schema() -> JsonSchema:
    """Return the JSON Schema (draft 2020-12) of a control document."""
    schema = ControlDocument.model_json_schema(schema_generator=_InWrittenForm)
    definitions: dict[str, JsonSchema] = schema["$defs"]
    for definition in (schema, *definitions.values()):
        definition["properties"] = {
            key: _without_null(value) for key, value in definition["properties"].items()
        }
    overrides = definitions[RegionOverrides.__name__]["properties"]
    template = definitions[FleetTemplate.__name__]["properties"]
    for key in overrides.keys() & template.keys():
        overrides[key]["description"] = f"Instead of `fleet.{key}`."
    return {**_HEAD, **{key: schema[key] for key in schema if key not in _HEAD}, **_RULES}


def _without_null(schema: JsonSchema) -> JsonSchema:
    """Leave out null, which is how the types say that a key is absent: nobody may write it."""
    schema = {
        key: value for key, value in schema.items() if not (key == "default" and value is None)
    }
    choices = schema.pop("anyOf", None)
    if choices is None:
        return schema
    [only] = [choice for choice in choices if choice != {"type": "null"}]
    return {**only, **schema}


def document_as_text() -> str:
    """Return the schema as the file holds it."""
    return json.dumps(control_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document_as_text())
