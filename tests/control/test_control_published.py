"""What is published about the control document: schema, specification, examples."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from cli.main import p2p_fleet
from shared.control.capacity import capacity_of
from shared.control.document import ControlDocument
from shared.control.parse import parse_document
from shared.control.schema import control_schema, document_as_text

ROOT = Path(__file__).parents[2]
SPECIFICATION = (ROOT / "docs" / "control-document.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "control-repository"
DOCUMENTS = sorted({*EXAMPLE.rglob("*.yaml"), *EXAMPLE.glob("documents/*.json")})
SCHEMA = Draft202012Validator(control_schema())


class CoreLoader(yaml.SafeLoader):
    """Reads instants as text, as YAML 1.2 and so the editors do."""


CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def blocks(language: str) -> list[str]:
    """The code blocks of the specification that are marked with `language`."""
    return re.findall(rf"```{language}\n(.*?)```", SPECIFICATION, re.DOTALL)


def schema_errors(text: str) -> list[str]:
    """What an editor would mark in a document."""
    loaded = yaml.load(text.replace("\t", "  "), Loader=CoreLoader)  # noqa: S506 -- a SafeLoader
    return [error.message for error in SCHEMA.iter_errors(loaded)]


@pytest.mark.parametrize("path", ["docs", "examples/control-repository"])
def test_the_published_schema_is_current(path: str) -> None:
    """Both copies are what the types generate; `python -m shared.control.schema` writes them."""
    published = (ROOT / path / "control.schema.json").read_text(encoding="utf-8")

    assert published == document_as_text()


def test_the_schema_is_written_to_standard_output() -> None:
    """The command that the documentation names gives the file, and no warning."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "shared.control.schema"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (run.stdout, run.stderr) == (document_as_text(), "")


def test_the_schema_is_one_of_draft_2020_12_and_describes_every_key() -> None:
    """An editor shows a description wherever the operator hovers."""
    schema = control_schema()
    Draft202012Validator.check_schema(schema)
    silent = [
        f"{name}.{key}"
        for name, part in {"": schema, **schema["$defs"]}.items()
        for key, value in part["properties"].items()
        if "description" not in value
    ]

    assert silent == ["OpenPorts.tcp", "OpenPorts.udp"]  # described where they are used


WRONG: list[dict[str, Any]] = [
    {},
    {"capacity": -1},
    {"capacity": 1.9},
    {"capacity": True},
    {"capacity": None},
    {"capacity": []},
    {"capacity": {}},
    {"capacity": "many"},
    {"capacity": {"aliyun": 3}},
    {"capacity": {"aliyum": {"all": 3}}},
    {"capacity": {"aliyun": {"eu-centrl-1": 3}}},
    {"capacity": 1_000_001},
    {"capcity": 1},
    {"capacity": 1, "start": "tomorrow"},
    {"capacity": 1, "start": "2026-12-01T18:00:00"},
    {"capacity": 1, "start": "2026-12-01T18:00:00Z", "start_offset": "1 hour"},
    {"capacity": 1, "stop": "2026-12-01T18:00:00Z", "run_duration": "1 hour"},
    {"capacity": 1, "stop": None},
    {"capacity": 1, "run_duration": "7d"},
    {"capacity": 1, "start_version": 0},
    {"capacity": 1, "poll_every": "7 minutes"},
    {"capacity": 1, "regions": []},
    {"capacity": 1, "regions": {}},
    {"capacity": 1, "regions": ["eu-central-1", "eu-central-1"]},
    {"capacity": 1, "regions": {"eu-central-1": {"zones": None}}},
    {"capacity": 1, "regions": {"all": {"zones": 1}}},
    {"capacity": 1, "exclude": ["nowhere"]},
    {"capacity": 1, "suspend": "yes"},
    {"capacity": 1, "fleet": {"disk_size_gb": 10}},
    {"capacity": 1, "fleet": {"instance_types": []}},
    {"capacity": 1, "fleet": {"open_ports": {"tcp": ["http"]}}},
    {"capacity": 1, "fleet": {"tags": {"a": 1}}},
    {"capacity": 1, "agent": {"type": "bash"}},
    {"capacity": 1, "agent": {"schedule": "often"}},
]


@pytest.mark.parametrize("wrong", WRONG, ids=json.dumps)
def test_the_schema_refuses_what_the_parser_refuses(wrong: dict[str, Any]) -> None:
    """What an editor can know, it marks before the commit."""
    assert isinstance(parse_document(json.dumps(wrong).encode()), tuple)
    assert not SCHEMA.is_valid(wrong)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_example_is_right(path: Path) -> None:
    """The parser accepts it without a complaint, and so does the schema."""
    text = path.read_text(encoding="utf-8")

    assert isinstance(parse_document(text.encode()), ControlDocument)
    assert schema_errors(text) == []


def test_the_example_repository_points_editors_to_its_schema() -> None:
    """The first line of `control.yaml` names the schema that lies beside it."""
    first, _, _ = (EXAMPLE / "control.yaml").read_text(encoding="utf-8").partition("\n")

    assert first == "# yaml-language-server: $schema=./control.schema.json"


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_document_in_the_specification_is_right(text: str) -> None:
    """What the page shows as a document is one, for the parser and for the schema."""
    assert isinstance(parse_document(text.encode()), ControlDocument)
    assert schema_errors(text) == []


@pytest.mark.parametrize(
    ("text", "expected"), [*zip(blocks("yaml wrong"), blocks("text"), strict=True)]
)
def test_every_wrong_document_in_the_specification_is_refused_as_shown(
    text: str, expected: str
) -> None:
    """The page shows the very words that the operator gets."""
    complaints = parse_document(text.encode())

    assert isinstance(complaints, tuple)
    assert [str(complaint) for complaint in complaints] == expected.splitlines()


def test_the_worked_table_of_capacities_is_true() -> None:
    """Each row of the specification's table is what the parser makes of it."""
    table = SPECIFICATION[SPECIFICATION.index("| `capacity` | eu-central-1") :].split("\n\n")[0]
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
    ]
    regions = head[1:]

    for written, *said in rows:
        document = parse_document(f"capacity: {written.strip('`')}".encode())
        assert isinstance(document, ControlDocument)
        counts = [capacity_of(document, region) for region in regions]
        assert ["unmanaged" if count is None else str(count) for count in counts] == said
    assert len(rows) == 6


def test_the_specification_names_every_key() -> None:
    """No key of any section is left out of the page."""
    sections = (control_schema(), *control_schema()["$defs"].values())
    keys = {key for section in sections for key in section["properties"]}

    assert [key for key in sorted(keys) if f"`{key}`" not in SPECIFICATION] == []


def test_every_command_that_an_operator_is_told_to_run_exists() -> None:
    """The specification and the control repository name no command that this version lacks."""
    pages = [*EXAMPLE.rglob("*.md"), *EXAMPLE.rglob("*.yaml")]
    texts = [SPECIFICATION, *(page.read_text(encoding="utf-8") for page in pages)]
    named = {name for text in texts for name in re.findall(r"(?<=p2p-fleet )[a-z]+\b(?= )", text)}

    assert "validate" in named
    assert named - p2p_fleet.commands.keys() == set()
