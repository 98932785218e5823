"""What the VMs run: the keys of `agent`."""

import re
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from shared.control.mirrors import MirrorsByGroup
from shared.control.repository import Repository
from shared.control.timing import DURATION_SCHEMA, read_duration
from shared.control.tree import described
from shared.control.written import STRICT, Text, Written, WrongValueError
from shared.instants import Duration

MAX_DELAY_S: Final = 3600
MAX_SCHEDULE_MINUTES: Final = 7 * 24 * 60
_PLAYBOOK: Final = re.compile(r"[^\s/][^\n]*\.ya?ml")
_DEFAULT_PLAYBOOK: Final = "ansible/playbook.yml"


def _read_schedule(value: object) -> Duration:
    duration = read_duration(value)
    if duration.minutes is None or duration.minutes > MAX_SCHEDULE_MINUTES:
        raise WrongValueError(f"`{duration}` is too rare; at most `7 days`")
    return duration


class AgentSettings(BaseModel):
    """What the agent on each VM runs, and how often."""

    model_config = STRICT

    repository: Repository = Field(
        default="https://github.com/p2p-way/p2p-agent-infra",
        description="Git repository with what the nodes run; a private one by deploy key.",
    )
    type: Literal["ansible", "shell"] = Field(
        default="ansible", description="What `main_run` is: a playbook or a shell command."
    )
    main_run: Text = Field(
        default=_DEFAULT_PLAYBOOK,
        validate_default=True,
        description="Playbook in the repository, or the command to run in it.",
    )
    pre_run: Text = Field(default="", description="Shell command before each run; may be empty.")
    post_run: Text = Field(default="", description="Shell command after each run; may be empty.")
    delay: int = Field(
        default=60,
        ge=0,
        le=MAX_DELAY_S,
        description="A run waits a random time of up to this many seconds, so that nodes do not"
        " all come at once.",
    )
    force_run: bool = Field(
        default=True, description="Run even when the repository has not changed."
    )
    schedule: Annotated[Duration, Written(_read_schedule, DURATION_SCHEMA)] = Field(
        default=Duration(15, "minute"), description="How often the agent runs."
    )
    mirrors: MirrorsByGroup = Field(
        default_factory=lambda: MappingProxyType({}),
        description="Nearer addresses of packages and repositories, by region, group of regions"
        " such as `us-*`, or `mainland` for those in mainland China.",
    )

    @field_validator("main_run")
    @classmethod
    def _main_run_fits_type(cls, main_run: str, info: ValidationInfo) -> str:
        is_playbook = bool(_PLAYBOOK.fullmatch(main_run)) and ".." not in main_run.split("/")
        kind = info.data.get("type")
        if kind == "shell" and (is_playbook or not main_run.strip()):
            raise WrongValueError("must be the command to run when `type` is `shell`")
        if kind == "ansible" and not is_playbook:
            raise WrongValueError(
                f"must be a playbook in the repository such as `{_DEFAULT_PLAYBOOK}`, not"
                f" {described(main_run)}"
            )
        return main_run
