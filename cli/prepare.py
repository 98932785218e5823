"""`p2p-fleet prepare`: the roles of the two functions, before the first deployment."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import click

from cli.function_roles import Target, prepare_roles, remove_roles
from cli.interruption import leaving_at_once
from cli.prepare_words import Asked, as_json_text, print_outcome, status_of
from cli.role_work import RoleWork
from cli.stack_command import json_option
from cli.terminal import stdout_console
from shared.cloud.session import Session
from shared.deadline import Deadline
from shared.regions import BY_ID
from shared.report import EXIT_CODES
from shared.settings import CloudSettings, SettingsError, cloud_settings_from

_REGION: Final = "ap-southeast-1"
"""Where infra/s.yaml deploys unless DEPLOY_REGION says otherwise."""
_PATIENCE_S: Final = 15.0
"""How long a single look is repeated: a person waits."""
_AT_ONCE: Final = 8


@click.command()
@click.option("--fleet", metavar="NAME", help="The fleet's name, instead of FLEET_NAME.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--remove", is_flag=True, help="Remove the roles; the functions must be gone.")
@click.option(
    "--confirm",
    metavar="FLEET",
    help="With --remove, the fleet's name; without it nothing is removed, only listed.",
)
@json_option
def prepare(
    *, fleet: str | None, dry_run: bool, remove: bool, confirm: str | None, as_json: bool
) -> int:
    """Let the roles of the functions stand, and name all permissions that deploying lacks.

    Needs an access key and nothing else. Exit code 3: the roles stand, and the access key may not
    deploy; 4: they do not stand.
    """
    environment = {**os.environ, "FLEET_NAME": fleet} if fleet is not None else os.environ
    try:
        settings = cloud_settings_from(environment)
        target = Target(settings.fleet, _region(environment, settings))
    except SettingsError as error:
        raise click.ClickException(f"environment: {error}") from error
    _check_confirmation(settings.fleet, confirm, remove=remove)
    asked = Asked(target.fleet, remove=remove, dry_run=dry_run or (remove and confirm is None))
    work = RoleWork(_session(settings), time.sleep, asked.dry_run)
    do = remove_roles if remove else prepare_roles
    with leaving_at_once("run it again to go on"), ThreadPoolExecutor(_AT_ONCE) as executor:
        outcome = do(work, executor, target)
    if as_json:
        click.echo(as_json_text(asked, outcome))
    else:
        print_outcome(asked, outcome, stdout_console())
    return EXIT_CODES[status_of(outcome)]


def _check_confirmation(fleet: str, confirm: str | None, *, remove: bool) -> None:
    if confirm is not None and not remove:
        raise click.UsageError("--confirm goes with --remove.")
    if confirm is not None and confirm != fleet:
        raise click.UsageError(
            f"--confirm must be the fleet's name, {fleet}, not {confirm[:40]!r}."
        )


def _region(environment: Mapping[str, str], settings: CloudSettings) -> str:
    """Return where the functions are or will be; raises SettingsError."""
    named = settings.fc_region or environment.get("DEPLOY_REGION", "").strip() or _REGION
    if named not in BY_ID:
        raise SettingsError(f"DEPLOY_REGION must be the id of a region, not {named[:40]!r}.")
    return named


def _session(settings: CloudSettings) -> Session:
    return Session(
        settings.cloud,
        Deadline.after(settings.deadline_s, time.monotonic),
        endpoint_url=settings.endpoint_url,
        sleep=time.sleep,
        rng=random.Random(),
        patience_s=_PATIENCE_S,
    )
