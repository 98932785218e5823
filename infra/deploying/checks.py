"""Whether everything is there that a deployment needs: every lack at once, each in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from infra.deploying.cloud import FunctionCompute
from infra.deploying.packages import PackageMissingError, archives, ensure_packages, layer_package
from infra.deploying.rules.every import faults
from infra.deploying.rules.names import name_faults, region_faults
from infra.deploying.rules.template import Template, TemplateError, parse_template
from infra.deploying.surroundings import to_resolve
from infra.deploying.tool import ServerlessDevs, ToolError, find_tool
from infra.deploying.world import World
from infra.packaging.errors import PackagingError
from shared.cloud.endpoints import fc_host
from shared.cloud.ram import Ram
from shared.cloud.session import CallFailedError, DeadlinePassedError, Session
from shared.cloud.sts import Sts
from shared.failure import Failure
from shared.instants import format_instant, parse_instant
from shared.naming import CLEARING_TAG
from shared.settings import CloudSettings, SettingsError, cloud_settings_from

_NO_TIME = "the cloud did not answer in time; check the network and try again"


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything is there: the tool, the resolved s.yaml, the key and what it opens."""

    tool: ServerlessDevs
    template: Template
    settings: CloudSettings
    account_id: str
    cloud: FunctionCompute

    @property
    def fleet(self) -> str:
        """The fleet's name."""
        return self.template.vars["fleet"]

    @property
    def region(self) -> str:
        """Where the functions are."""
        return self.template.vars["region"]


@dataclass(slots=True)
class _Findings:
    """What has been found so far; None where it could not be."""

    lacks: list[str] = field(default_factory=list)
    tool: ServerlessDevs | None = None
    template: Template | None = None
    settings: CloudSettings | None = None
    account_id: str | None = None


def check(world: World, *, for_removal: bool = False) -> Ready | tuple[str, ...]:
    """Look at everything; return what was found, or every lack.

    `for_removal`: what only a deployment needs may be missing.
    """
    found = _Findings()
    _find_tool(world, found)
    _find_key(world, found)
    if not for_removal:
        _find_packages(world, found)
    _find_template(world, found, for_removal=for_removal)
    session = world.session(found.settings) if found.settings is not None else None
    if session is not None:
        _find_account(session, found)
    if session is not None and found.account_id is not None and not for_removal:
        _find_roles(session, found)
        _find_removal(world, session, found)
    return _ready(found, session) or tuple(dict.fromkeys(found.lacks))


def _ready(found: _Findings, session: Session | None) -> Ready | None:
    if (
        found.lacks
        or session is None
        or found.tool is None
        or found.template is None
        or found.settings is None
        or found.account_id is None
    ):
        return None
    cloud = FunctionCompute(session, found.template.vars["region"])
    return Ready(found.tool, found.template, found.settings, found.account_id, cloud)


def _find_tool(world: World, found: _Findings) -> None:
    try:
        found.tool = find_tool(world.environment, world.root)
    except ToolError as error:
        found.lacks.append(str(error))


def _find_key(world: World, found: _Findings) -> None:
    try:
        found.settings = cloud_settings_from(world.environment)
    except SettingsError as error:
        found.lacks.append(str(error))


def _find_packages(world: World, found: _Findings) -> None:
    try:
        ensure_packages(world)
        layer_package(world.root)
    except (PackagingError, PackageMissingError) as error:
        found.lacks.append(f"The packages cannot be built: {error}")
    except OSError as error:
        found.lacks.append(f"The packages cannot be built: {error.strerror} ({error.filename}).")


def _find_template(world: World, found: _Findings, *, for_removal: bool) -> None:
    if found.tool is None:
        return
    endpoint_url = found.settings.endpoint_url if found.settings is not None else None
    try:
        text = found.tool.preview(to_resolve(world.environment, endpoint_url))
        template = parse_template(text)
    except ToolError as error:
        found.lacks.append(str(error))
    except TemplateError as error:
        found.lacks.extend(f"infra/s.yaml: {sentence}" for sentence in error.sentences)
    else:
        found.template = template
        if for_removal:
            wrong = (*region_faults(template), *name_faults(template))
        else:
            wrong = faults(template, archives(world.root))
        found.lacks.extend(f"infra/s.yaml: {sentence}" for sentence in wrong)


def _find_account(session: Session, found: _Findings) -> None:
    try:
        found.account_id = Sts(session).account_id()
    except (CallFailedError, DeadlinePassedError) as error:
        found.lacks.append(f"The access key cannot be used: {_said(error)}")


def _find_roles(session: Session, found: _Findings) -> None:
    """The functions' roles must exist before the functions do."""
    if found.template is None:
        return
    try:
        missing = list(_missing_roles(Ram(session), found.template))
    except (CallFailedError, DeadlinePassedError) as error:
        found.lacks.append(f"The functions' roles cannot be looked at: {_said(error)}")
        return
    if missing:
        found.lacks.append(f"There is no role {' and no role '.join(missing)}: p2p-fleet prepare.")


def _missing_roles(ram: Ram, template: Template) -> Iterator[str]:
    for _, function in template.functions:
        name = function.role.rpartition("/")[2]
        if ram.role(name) is None:
            yield name


def _find_removal(world: World, session: Session, found: _Findings) -> None:
    if found.template is None or found.settings is None:
        return
    region, fleet = found.template.vars.get("region", ""), found.template.vars.get("fleet", "")
    if fc_host(region) is None:
        return
    try:
        fault = removal_fault(FunctionCompute(session, region), fleet, world.now(found.settings))
    except (CallFailedError, DeadlinePassedError) as error:
        fault = f"Function Compute cannot be asked: {_said(error)}"
    if fault is not None:
        found.lacks.append(fault)


def removal_fault(cloud: FunctionCompute, fleet: str, now: datetime) -> str | None:
    """Say that the fleet is being destroyed, if it is.

    A deployment would take the tag off that keeps the watcher from building what goes. Raises
    `CallFailedError` or `DeadlinePassedError`.
    """
    arn = cloud.function_arn(f"{fleet}-watcher")
    until = cloud.tags(arn).get(CLEARING_TAG) if arn else None
    try:
        is_under_way = until is not None and parse_instant(until) > now
    except ValueError:
        return None  # not ours; the deployment takes it off
    if not is_under_way:
        return None
    return (
        f"The fleet is being destroyed, until {until} at the latest (now {format_instant(now)}):"
        " wait for its end."
    )


def _said(error: CallFailedError | DeadlinePassedError) -> str:
    if isinstance(error, DeadlinePassedError):
        return f"{_NO_TIME}."
    return failure_sentence(error.failure)


def failure_sentence(failure: Failure) -> str:
    """Say what went wrong and what to do."""
    return f"{failure.code}: {failure.message} {failure.remedy}"
