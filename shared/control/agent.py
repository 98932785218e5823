"""What the VMs run: the keys of `agent`."""

import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from shared.control.timing import DURATION_SCHEMA, read_duration
from shared.control.tree import described
from shared.control.written import MAX_TEXT, STRICT, Text, Written, WrongValueError, read_text
from shared.instants import Duration

MAX_DELAY_S: Final = 3600
MAX_SCHEDULE_MINUTES: Final = 7 * 24 * 60
_SCP_LIKE: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^\s:-][^\s:]*", re.ASCII
)
_PLAYBOOK: Final = re.compile(r"[^\s/][^\n]*\.ya?ml")
_DEFAULT_PLAYBOOK: Final = "ansible/playbook.yml"


def _read_repository(value: object) -> str:
    """Check the address of a Git repository; a sentence never repeats it: it may hold a secret."""
    text = read_text(value)
    if _SCP_LIKE.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
        host, path = parts.hostname or "-", parts.path.strip("/")
        secret = parts.password is not None or (parts.scheme == "https" and parts.username)
    except ValueError:
        raise WrongValueError("is not the address of a Git repository") from None
    if secret:
        raise WrongValueError(
            "holds credentials: take them out of the repository, replace them, and use a deploy key"
        )
    # A host that begins with a hyphen would be an option to the programs that it is passed to.
    named = host[0].isalnum() and path and text.split() == [text]
    if parts.scheme not in {"https", "ssh"} or not named:
        raise WrongValueError(
            "must be a Git repository such as `https://host/owner/name` or `git@host:owner/name`"
        )
    return text


def _read_schedule(value: object) -> Duration:
    duration = read_duration(value)
    if duration.minutes is None or duration.minutes > MAX_SCHEDULE_MINUTES:
        raise WrongValueError(f"`{duration}` is too rare; at most `7 days`")
    return duration


class AgentSettings(BaseModel):
    """What the agent on each VM runs, and how often."""

    model_config = STRICT

    repository: Annotated[
        str, Written(_read_repository, {"type": "string", "maxLength": MAX_TEXT})
    ] = Field(
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
