"""`infra/s.yaml` with its variables filled in, as `s preview -o json` prints it.

Exactly the properties that this project uses, so that a misspelt one is refused rather than
ignored. Names are those of Serverless Devs and of its component fc3, in snake case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from shared.control.suggest import did_you_mean


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, protected_namespaces=()
    )


class Tag(_Part):
    """One tag of a function."""

    key: str
    value: str


class LogConfig(_Part):
    """Where a function's log goes: a project and a logstore of the Simple Log Service."""

    project: str
    logstore: str
    enable_request_metrics: bool = False
    enable_instance_metrics: bool = False
    log_begin_rule: Literal["None", "DefaultRegex"] = "None"


class ConcurrencyConfig(_Part):
    """How many instances of a function there are at most; they are kept free for it."""

    reserved_concurrency: int


class AsyncInvokeConfig(_Part):
    """What becomes of asynchronous invocations that fail or wait; ages in seconds."""

    max_async_retry_attempts: int
    max_async_event_age_in_seconds: int


class TimerConfig(_Part):
    """What a time trigger says; the schema of the component does not look in here."""

    cron_expression: str
    enable: bool
    payload: str = ""


class Trigger(_Part):
    """A trigger beside the schedule; only those of the type timer make sense here."""

    trigger_name: str
    trigger_type: Literal["timer"]
    trigger_config: TimerConfig
    description: str = ""
    qualifier: str = "LATEST"


class Function(_Part):
    """The properties of one function; sizes in vCPU and MB, times in seconds."""

    function_name: str
    description: str
    region: str
    runtime: str
    handler: str
    code: str
    role: str
    cpu: float
    memory_size: int
    disk_size: int
    timeout: int
    instance_concurrency: Literal[1]
    internet_access: Literal[True]
    layers: tuple[str, ...]
    log_config: LogConfig | Literal["auto"]
    tags: tuple[Tag, ...]
    environment_variables: dict[str, str]
    concurrency_config: ConcurrencyConfig
    async_invoke_config: AsyncInvokeConfig
    triggers: tuple[Trigger, ...] = ()


class Extend(_Part):
    """From which part of `template` a resource takes its properties."""

    name: str


class Resource(_Part):
    """One resource: what is deployed by which component."""

    component: Literal["fc3"]
    extend: Extend
    props: Function


class Resources(_Part):
    """Everything that is deployed."""

    watcher: Resource
    bootstrap: Resource


class Hook(_Part):
    """A command that runs before or after; `path` is its folder, seen from s.yaml."""

    run: str
    path: str


class Template(_Part):
    """The whole file."""

    edition: Literal["3.0.0"]
    name: str
    access: str
    validation: Literal[True]
    vars: dict[str, str]
    template: dict[str, Any]
    resources: Resources
    actions: dict[str, tuple[Hook, ...]]

    @property
    def functions(self) -> tuple[tuple[str, Function], ...]:
        """Both functions, each with its place in the file."""
        return (
            ("resources.watcher.props", self.resources.watcher.props),
            ("resources.bootstrap.props", self.resources.bootstrap.props),
        )


class TemplateError(ValueError):
    """The file has not the shape above; `sentences` say where and why."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def parse_template(text: str) -> Template:
    """Read the resolved file from JSON text.

    Raises:
        TemplateError: a property is missing, unknown or of the wrong type.
    """
    try:
        return Template.model_validate_json(text)
    except ValidationError as error:
        raise TemplateError(tuple(dict.fromkeys(_sentences(error)))) from error


_EXPECTED: Final = {
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "model_type": "a mapping",
    "string_type": "text: put it in quotes",
    "tuple_type": "a list",
}


def _sentences(error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_url=False, include_input=False):
        yield _sentence(detail)


def _sentence(detail: ErrorDetails) -> str:
    where = [str(part) for part in detail["loc"]]
    place = ".".join(where)
    if "logConfig" in where:
        place = ".".join(where[: where.index("logConfig") + 1])
        return f"{place} must be auto, or a project and a logstore with what fc3 lets them have."
    match detail["type"]:
        case "missing":
            return f"{place} is missing."
        case "extra_forbidden":
            otherwise = "take it out, or teach infra/deploying/rules what it must keep to"
            hint = did_you_mean(where[-1], _known(), otherwise)
            return f"{place} is unknown here; {hint}" + ("" if hint.endswith("?") else ".")
        case "literal_error":
            return f"{place} must be {detail['ctx']['expected'].replace('True', 'true')}."
        case kind if kind in _EXPECTED:
            return f"{place} must be {_EXPECTED[kind]}."
        case _:
            return f"{place}: {detail['msg']}."


def _known() -> Iterator[str]:
    """Every name that may stand in the file."""
    parts = (Template, Resources, Resource, Function, Trigger, TimerConfig, Tag)
    for part in (*parts, ConcurrencyConfig, AsyncInvokeConfig):
        for name, field in part.model_fields.items():
            yield field.alias or name
