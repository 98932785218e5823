"""What goes wrong in the cloud, on demand: the JSON of `/_sandbox/faults` as records.

`rules` spoil requests on their way and are played by whoever carries requests (the wire layer, a
simulation); `stock`, `account` and `variants` change how the model itself behaves.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from sandbox.domain.variants import Variants

Glob = Annotated[str, Field(min_length=1)]
"""A shell pattern: `*`, `?` and `[…]` stand for characters."""

QuotaName = Literal[
    "ess:scaling_groups",
    "ess:scheduled_tasks",
    "ecs:instances",
    "vpc:vpcs",
    "vpc:vswitches",
    "vpc:route_entries",
    "ecs:vcpus",
    "ecs:security_groups",
    "ecs:security_group_rules",
    "ecs:launch_templates",
    "ecs:launch_template_versions",
    "ram:roles",
    "ram:policies",
    "ram:policy_versions",
    "ram:role_policies",
    "resourcemanager:resource_groups",
    "log:projects",
    "log:logstores",
    "log:machine_groups",
    "log:configs",
    "fc:instances",
    "eventbridge:event_buses",
    "eventbridge:event_sources",
    "eventbridge:rules",
    "eventbridge:targets",
]
"""What an account may have only so many of: per region, those of global products in all.

`log:projects` counts in all regions together, the other `log:` quotas in each project.
"""

_STRICT = ConfigDict(extra="forbid", strict=True)


class FaultsSyntaxError(ValueError):
    """The JSON of faults is wrong; the message is one sentence that says where."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault that hits requests whose product, action and region match the globs.

    `fault` None is latency only. `code`, `message` and `retry_after_ms` stand in the answer where
    the API still gives one: `error` needs a code, `throttle` and `http_500` have their own unless
    told otherwise. `delay_ms` is spent first. `times` is how often the rule hits, None for ever.
    Raises ValueError for a rule that does nothing.
    """

    __pydantic_config__ = _STRICT

    product: Glob = "*"
    action: Glob = "*"
    region: Glob = "*"
    fault: (
        Literal[
            "throttle",
            "http_500",
            "timeout_before",
            "timeout_after",
            "html",
            "reset",
            "dns",
            "error",
        ]
        | None
    ) = None
    code: Annotated[str, Field(min_length=1)] | None = None
    message: str | None = None
    retry_after_ms: Annotated[int, Field(ge=0)] | None = None
    delay_ms: Annotated[int, Field(ge=0)] | None = None
    times: Annotated[int, Field(ge=1)] | None = None

    def __post_init__(self) -> None:
        if self.fault is None and self.delay_ms is None:
            raise ValueError("a rule needs a fault or a delay_ms, else it does nothing")
        if self.fault == "error" and self.code is None:
            raise ValueError("the fault error needs a code")

    def matches(self, product: str, action: str, region: str) -> bool:
        """Whether the rule is about such a request."""
        return (
            fnmatchcase(product.lower(), self.product.lower())
            and fnmatchcase(action, self.action)
            and fnmatchcase(region, self.region)
        )


@dataclass(frozen=True, slots=True)
class StockRule:
    """Whether there is stock where all four globs match."""

    __pydantic_config__ = _STRICT

    region: Glob = "*"
    zone: Glob = "*"
    instance_type: Glob = "*"
    disk: Glob = "*"
    available: bool = False

    def matches(self, region: str, zone: str, instance_type: str, disk: str) -> bool:
        """Whether the rule is about such an instance."""
        return (
            fnmatchcase(region, self.region)
            and fnmatchcase(zone, self.zone)
            and fnmatchcase(instance_type, self.instance_type)
            and fnmatchcase(disk, self.disk)
        )


@dataclass(frozen=True, slots=True)
class AccountFaults:
    """What the account may not do.

    `risk_control`: Alibaba's risk control forbids new instances. `denied_actions`: globs of RAM
    actions (`ess:ModifyScalingGroup`, `log:GetLogStoreLogs`), or of products with their API's
    actions (`log:GetLogs`), compared without case. `unauthorized_types`: globs
    of instance types. `quotas`: overrides of the usual quotas, per region. `real_name_verified`:
    false for an account whose owner has not proved who they are, which gets no instances in
    mainland China. `images_missing_in`: globs of regions that have no images.
    `foreign_log_projects`: globs of names of log projects that other accounts have; one namespace
    serves all accounts.
    """

    __pydantic_config__ = _STRICT

    risk_control: bool = False
    denied_actions: tuple[Glob, ...] = ()
    unauthorized_types: tuple[Glob, ...] = ()
    quotas: Mapping[QuotaName, Annotated[int, Field(ge=0)]] = field(default_factory=dict)
    real_name_verified: bool = True
    images_missing_in: tuple[Glob, ...] = ()
    foreign_log_projects: tuple[Glob, ...] = ()

    def denies(self, action: str) -> bool:
        """Whether RAM refuses an action such as `ess:ModifyScalingGroup`, whoever asks for it."""
        return any(fnmatchcase(action.lower(), glob.lower()) for glob in self.denied_actions)

    def may_use(self, instance_type: str) -> bool:
        """Whether the account is authorised for the instance type."""
        return not any(fnmatchcase(instance_type, glob) for glob in self.unauthorized_types)

    def has_images(self, region_id: str) -> bool:
        """Whether the region has its images."""
        return not any(fnmatchcase(region_id, glob) for glob in self.images_missing_in)

    def is_foreign_log_project(self, name: str) -> bool:
        """Whether somebody else has a log project of this name."""
        return any(fnmatchcase(name, glob) for glob in self.foreign_log_projects)


@dataclass(frozen=True, slots=True)
class Faults:
    """Everything that is wrong with the cloud just now; by default nothing.

    Among `rules` and among `stock` the first match wins; what no stock rule is about is available.
    The record itself never changes; beside it, `_hits` counts how often each rule has hit and
    `_stock_answers` remembers answers.
    """

    __pydantic_config__ = _STRICT

    rules: tuple[Rule, ...] = ()
    stock: tuple[StockRule, ...] = ()
    account: AccountFaults = field(default_factory=AccountFaults)
    variants: Variants = field(default_factory=Variants)
    _hits: Counter[int] = field(default_factory=Counter, init=False, repr=False, compare=False)
    _stock_answers: dict[tuple[str, str, str, str], bool] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def parse(cls, document: object) -> Faults:
        """Reads the JSON form, already decoded; raises FaultsSyntaxError."""
        try:
            return _adapter().validate_json(json.dumps(_without_nulls(document)))
        except ValidationError as error:
            raise FaultsSyntaxError(_sentence(error)) from None
        except (TypeError, ValueError) as error:
            raise FaultsSyntaxError(f"Faults must be plain JSON: {error}.") from None

    def render(self) -> dict[str, Any]:
        """The JSON form, complete with defaults; `parse` reads it back."""
        rendered: dict[str, Any] = _adapter().dump_python(
            self, mode="json", exclude={"_hits", "_stock_answers"}
        )
        return rendered

    def match(self, product: str, action: str, region: str | None) -> Rule | None:
        """The rule that hits this request, if any; the hit counts toward its `times`."""
        for position, rule in enumerate(self.rules):
            spent = rule.times is not None and self._hits[position] >= rule.times
            if not spent and rule.matches(product, action, region or ""):
                self._hits[position] += 1
                return rule
        return None

    def in_stock(self, region: str, zone: str, instance_type: str, disk: str) -> bool:
        """Whether such an instance can be bought."""
        wanted = (region, zone, instance_type, disk)
        answer = self._stock_answers.get(wanted)
        if answer is None:  # asked anew by every retry of every group without stock
            answer = next((rule.available for rule in self.stock if rule.matches(*wanted)), True)
            self._stock_answers[wanted] = answer
        return answer


def _without_nulls(document: object) -> object:
    """Drop keys whose value is null, which says as much as leaving them out."""
    if isinstance(document, dict):
        return {key: _without_nulls(it) for key, it in document.items() if it is not None}
    if isinstance(document, list):
        return [_without_nulls(item) for item in document]
    return document


@functools.cache
def _adapter() -> TypeAdapter[Faults]:
    return TypeAdapter(Faults)


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    steps = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]]
    where = "faults" + "".join(step for step in steps if step != ".[key]")
    match first["type"]:
        case "unexpected_keyword_argument":
            return f"{where} is not a known key."
        case "value_error":
            return f"{where}: {first['ctx']['error']}."
        case _:
            wanted = first["msg"].replace("Input should be", "must be")
            return f"{where} {wanted}, not {json.dumps(first['input'])[:80]}."
