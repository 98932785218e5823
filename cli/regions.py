"""`p2p-fleet regions`: the catalogue, and what an account may run in each region."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from cli.interruption import leaving_at_once
from cli.moving_line import moving_line
from cli.region_survey import Questions, RegionFacts, survey
from cli.region_tables import print_catalogue, print_facts
from cli.sentences import counted, print_sentence
from cli.stack_command import regions_option
from cli.terminal import stdout_console
from shared.cloud.session import Session
from shared.control.document import ControlDocument
from shared.control.fleet import FleetTemplate
from shared.control.parse import parse_document
from shared.control.suggest import unknown_region
from shared.deadline import Deadline
from shared.regions import BY_ID, CATALOGUE, OPEN_REGION_IDS
from shared.report import EXIT_CODES, Status, as_json_object, error_report
from shared.settings import CloudSettings, SettingsError, cloud_settings_from

_PATIENCE_S: Final = 10.0
"""How long a question is repeated: a person waits for the table."""


@click.command()
@click.option("--zones", is_flag=True, help="Ask for the zones of each region.")
@click.option("--types", is_flag=True, help="Ask for stock of the fleet's instance types.")
@click.option("--quotas", is_flag=True, help="Ask for the account's limits and what it uses.")
@click.option(
    "--document",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take regions and, for --types, instance types and disks from this control document.",
)
@regions_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def regions(  # noqa: PLR0913 (each one is an option)
    *,
    zones: bool,
    types: bool,
    quotas: bool,
    file: Path | None,
    regions: tuple[str, ...] | None,
    as_json: bool,
) -> int:
    """List the regions; --zones, --types and --quotas ask what the account may run there.

    Without these, nobody is asked and no credentials are needed. Exit code 3: some region did not
    answer; 4: none did.
    """
    document = None if file is None else _read(file)
    asks = zones or types or quotas
    chosen = _chosen(regions, document, default=OPEN_REGION_IDS if asks else tuple(BY_ID))
    if not asks:
        _print_catalogue(chosen, as_json=as_json)
        return 0
    templates = {region: _template(document, region) for region in chosen} if types else None
    questions = Questions(zones=zones, templates=templates, quotas=quotas)
    return _ask(chosen, questions, as_json=as_json)


def _read(file: Path) -> ControlDocument:
    try:
        document = parse_document(file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}; name a readable file.") from error
    if isinstance(document, ControlDocument):
        return document
    more = len(document) - 1
    rest = f" (and {more} more: p2p-fleet validate {file})" if more else ""
    raise click.ClickException(f"{file}:{document[0]}{rest}")


def _chosen(
    named: tuple[str, ...] | None, document: ControlDocument | None, default: Sequence[str]
) -> Sequence[str]:
    """Return the regions to tell of, in the order of the catalogue unless named."""
    for region in named or ():
        if region not in BY_ID:
            raise click.ClickException(f"--regions: {unknown_region(region)}")
    if named is not None:
        return tuple(dict.fromkeys(named))
    return default if document is None else document.configured_regions


def _template(document: ControlDocument | None, region: str) -> FleetTemplate:
    if document is None:
        return FleetTemplate()
    return document.template_for(region) if region in document.regions else document.fleet


def _print_catalogue(chosen: Sequence[str], *, as_json: bool) -> None:
    listed = [region for region in CATALOGUE if region.region_id in chosen]
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(region) for region in listed]))
    else:
        print_catalogue(listed, stdout_console())


def _ask(chosen: Sequence[str], questions: Questions, *, as_json: bool) -> int:
    try:
        settings = cloud_settings_from(os.environ)
    except SettingsError as error:
        raise click.ClickException(f"environment: {error}") from error
    began_s = time.monotonic()
    session = _session(settings)
    with leaving_at_once("nothing was written"), moving_line("looking") as line:
        line.expect(len(chosen))

        def finished(region: str) -> None:
            line.advance()
            line.hear(region)

        told = survey(
            session,
            chosen,
            questions,
            max_concurrency=settings.max_concurrency,
            finished=finished,
        )
    if as_json:
        click.echo(json.dumps([_json_object(questions, one) for one in told]))
    else:
        console = stdout_console()
        print_facts(questions, told, console)
        elapsed_s = time.monotonic() - began_s
        asked = f"{counted(len(told), 'region')}, {counted(session.calls, 'call')}"
        print_sentence(console, f"{asked}, {elapsed_s:.1f} s", "bold")
    return EXIT_CODES[_status(told)]


def _session(settings: CloudSettings) -> Session:
    return Session(
        settings.cloud,
        Deadline.after(settings.deadline_s, time.monotonic),
        endpoint_url=settings.endpoint_url,
        sleep=time.sleep,
        rng=random.Random(),
        patience_s=_PATIENCE_S,
    )


def _status(told: Sequence[RegionFacts]) -> Status:
    failed = sum(bool(one.failures) for one in told)
    if not failed:
        return Status.CONVERGED
    return Status.FAILED if failed == len(told) else Status.PARTIAL


def _json_object(questions: Questions, one: RegionFacts) -> dict[str, Any]:
    """Return the catalogue's entry with an answer to each question; null where there is none."""
    told: dict[str, Any] = dataclasses.asdict(BY_ID[one.region])
    if questions.zones:
        told["zones"] = one.zones
    if questions.templates is not None:
        told["types"] = one.offered and [
            {"instance_type": instance_type, "disk_category": disk, "zones": zones}
            for (instance_type, disk), zones in one.offered.items()
        ]
    if questions.quotas:
        told["quotas"] = one.quotas and dataclasses.asdict(one.quotas)
    told["errors"] = [as_json_object(error_report(failure)) for failure in one.failures]
    return told
