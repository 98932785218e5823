"""`python -m shared.report_schema`: the JSON schema of reports, generated from their types.

Never imported by a poll.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from shared.report import Report


def report_schema() -> dict[str, Any]:
    """Return the schema; fields may be added later, so other fields are not forbidden."""
    schema = TypeAdapter(Report).json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "p2p-fleet report",
        **schema,
    }


def main() -> None:
    """Write the schema to stdout."""
    json.dump(report_schema(), sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
