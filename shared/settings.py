"""The environment of the functions, parsed once into one frozen record.

A wrong value is one sentence that names the variable; its content is never repeated where it
could be a secret.
"""

from __future__ import annotations

import base64
import ipaddress
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from shared.cloud.session import CloudCredentials
from shared.control.git import Credentials, Source, SourceSyntaxError, parse_sources
from shared.deploy_key import deploy_key_refusal
from shared.naming import FLEET_NAME
from shared.rails import Rails
from shared.regions import BY_ID

_DEADLINE_S: Final = 45.0
_MAX_CONCURRENCY: Final = 32
_FUNCTION_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_ACCOUNT_ID: Final = re.compile(r"[0-9]{1,20}")
_WORD: Final = re.compile(r"[!-~]+")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_TRUE: Final = frozenset({"true", "1", "yes"})
_FALSE: Final = frozenset({"false", "0", "no", ""})


Scheduler = Literal["eventbridge", "timer"]
"""What invokes the watcher: EventBridge, or a time trigger of Function Compute itself."""


class SettingsError(ValueError):
    """The environment is wrong; the message is one sentence that names the variable."""


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """What it takes to ask the cloud: enough for whoever reads no control document.

    `endpoint_url` sends all products' traffic through one URL (the sandbox); `clock_url` is the
    base URL of a sandbox whose clock is to be used. `fc_region` is where the fleet's functions and
    their schedule are, None where that is not known. Times in seconds.
    """

    cloud: CloudCredentials
    endpoint_url: str | None
    clock_url: str | None
    fleet: str
    fc_region: str | None
    deadline_s: float
    max_concurrency: int


@dataclass(frozen=True, slots=True)
class Settings(CloudSettings):
    """Everything that is decided at deployment, out of reach of the control repository.

    `repository_key`: private key with which the nodes read the repository of what they run.
    """

    sources: tuple[Source, ...]
    git: Credentials = field(repr=False)
    rails: Rails
    allow_rewind: bool
    bootstrap_function: str | None
    watcher_function: str | None
    account_id: str | None
    scheduler: Scheduler
    repository_key: bytes | None = field(default=None, repr=False)

    @property
    def watcher_arn(self) -> str | None:
        """ARN of the watcher's function, whose tags hold its memory; None where it is not known."""
        if self.watcher_function is None or self.fc_region is None or self.account_id is None:
            return None
        return f"acs:fc:{self.fc_region}:{self.account_id}:functions/{self.watcher_function}"


def settings_from(environment: Mapping[str, str], *, deadline_s: float = _DEADLINE_S) -> Settings:
    """Parse the environment; `deadline_s` counts where DEADLINE_S does not say.

    Raises:
        SettingsError: a variable is missing or wrong; the first one found is named.
    """
    _refuse_what_would_be_ignored(environment)
    cloud = cloud_settings_from(environment, deadline_s=deadline_s)
    return Settings(
        cloud=cloud.cloud,
        endpoint_url=cloud.endpoint_url,
        clock_url=cloud.clock_url,
        fleet=cloud.fleet,
        fc_region=cloud.fc_region,
        deadline_s=cloud.deadline_s,
        max_concurrency=cloud.max_concurrency,
        sources=_sources(environment),
        git=_git(environment),
        rails=Rails(
            max_nodes_per_region=_whole(environment, "MAX_NODES_PER_REGION", 20, least=0),
            max_nodes=_whole(environment, "MAX_NODES", 200, least=0),
            max_usd_per_day=_amount(environment, "MAX_USD_PER_DAY"),
        ),
        allow_rewind=_switch(environment, "CONTROL_ALLOW_REWIND"),
        bootstrap_function=_function(environment, "BOOTSTRAP_FUNCTION"),
        watcher_function=_function(environment, "WATCHER_FUNCTION"),
        account_id=_account_id(environment),
        scheduler=_scheduler(environment),
        repository_key=_repository_key(environment),
    )


def cloud_settings_from(
    environment: Mapping[str, str], *, deadline_s: float = _DEADLINE_S
) -> CloudSettings:
    """Parse the part of the environment that is about the cloud; the rest may be unset.

    Raises:
        SettingsError: a variable is missing or wrong; the first one found is named.
    """
    endpoint_url = _loopback_or_none(environment, "ALIBABA_CLOUD_ENDPOINT_URL", must_loop=False)
    return CloudSettings(
        cloud=_cloud(environment),
        endpoint_url=endpoint_url,
        clock_url=_clock_url(environment, endpoint_url),
        fleet=_fleet(environment),
        fc_region=_fc_region(environment),
        deadline_s=_seconds(environment, "DEADLINE_S", deadline_s),
        max_concurrency=_whole(environment, "MAX_CONCURRENCY", _MAX_CONCURRENCY, least=1),
    )


def _refuse_what_would_be_ignored(environment: Mapping[str, str]) -> None:
    """Whoever lists trusted keys must not believe that unsigned commits are refused."""
    for name in ("CONTROL_TRUSTED_KEYS", "CONTROL_REVOKED_KEYS"):
        if environment.get(name):
            raise SettingsError(
                f"{name} is set, but this version does not verify signatures yet; unset it, and"
                " protect the branch at the Git host instead."
            )


def _cloud(environment: Mapping[str, str]) -> CloudCredentials:
    return CloudCredentials(
        _required_word(environment, "ALIBABA_CLOUD_ACCESS_KEY_ID", "an access key id"),
        _required_word(environment, "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "an access key secret"),
        _word(environment, "ALIBABA_CLOUD_SECURITY_TOKEN"),
    )


def _sources(environment: Mapping[str, str]) -> tuple[Source, ...]:
    text = _required(
        environment, "CONTROL_SOURCES", "where the control document is, e.g. https://host/repo.git"
    )
    try:
        return parse_sources(text)
    except SourceSyntaxError as error:
        raise SettingsError(f"CONTROL_SOURCES: {error}") from error


def _git(environment: Mapping[str, str]) -> Credentials:
    return Credentials(
        token=_word(environment, "CONTROL_TOKEN"),
        ssh_key=_key(environment, "CONTROL_SSH_KEY"),
        known_hosts=environment.get("CONTROL_KNOWN_HOSTS") or None,
        ca_file=environment.get("SSL_CERT_FILE") or None,
    )


def _repository_key(environment: Mapping[str, str]) -> bytes | None:
    """Read the key that goes to the nodes; one that they could not use is refused here."""
    name = "REPOSITORY_SSH_KEY"
    key = _key(environment, name)
    why = None if key is None else deploy_key_refusal(key)
    if why is not None:
        raise SettingsError(f"{name} {why}; `p2p-fleet keys` makes one.")
    return key


def _key(environment: Mapping[str, str], name: str) -> bytes | None:
    encoded = environment.get(name)
    try:
        return base64.b64decode(encoded, validate=True) if encoded else None
    except ValueError as error:  # of binascii for wrong letters, of its own for non-ASCII ones
        raise SettingsError(
            f"{name} is not base64; set it to the output of `base64 -w0 <private key file>`."
        ) from error


def _clock_url(environment: Mapping[str, str], endpoint_url: str | None) -> str | None:
    url = _loopback_or_none(environment, "P2P_FLEET_CLOCK_URL", must_loop=True)
    if url is None:
        return None
    if endpoint_url is None or not _is_loopback(endpoint_url):
        raise SettingsError(
            "P2P_FLEET_CLOCK_URL works only with a sandbox: ALIBABA_CLOUD_ENDPOINT_URL must be a"
            " loopback URL as well."
        )
    return url


def _loopback_or_none(environment: Mapping[str, str], name: str, *, must_loop: bool) -> str | None:
    url = environment.get(name, "").strip()
    if not url:
        return None
    if not _is_web_url(url):
        raise SettingsError(f"{name} must be a URL such as http://127.0.0.1:8800.")
    if must_loop and not _is_loopback(url):
        raise SettingsError(f"{name} must be on loopback, such as http://127.0.0.1:8800.")
    return url.rstrip("/")


def _is_web_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a malformed host, or a port that is no number up to 65535
        return False


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _fleet(environment: Mapping[str, str]) -> str:
    name = environment.get("FLEET_NAME") or "p2p-agent"
    if not FLEET_NAME.fullmatch(name):
        raise SettingsError(
            "FLEET_NAME must be 1 to 32 lower-case letters, digits and hyphens, beginning with a"
            f" letter, not {name[:40]!r}."
        )
    return name


def _function(environment: Mapping[str, str], name: str) -> str | None:
    function = environment.get(name, "").strip()
    if function and not _FUNCTION_NAME.fullmatch(function):
        raise SettingsError(
            f"{name} must be a function's name: 1 to 64 letters, digits, `_` and `-`, not"
            f" {function[:40]!r}."
        )
    return function or None


def _fc_region(environment: Mapping[str, str]) -> str | None:
    region = environment.get("FC_REGION", "").strip()
    if region and region not in BY_ID:
        raise SettingsError(f"FC_REGION must be the id of a region, not {region[:40]!r}.")
    return region or None


def _account_id(environment: Mapping[str, str]) -> str | None:
    account = environment.get("FC_ACCOUNT_ID", "").strip()
    if account and not _ACCOUNT_ID.fullmatch(account):
        raise SettingsError(
            f"FC_ACCOUNT_ID must be the digits of an account id, not {account[:40]!r}."
        )
    return account or None


def _scheduler(environment: Mapping[str, str]) -> Scheduler:
    match environment.get("SCHEDULER", "").strip():
        case "" | "eventbridge":
            return "eventbridge"
        case "timer":
            return "timer"
        case other:
            raise SettingsError(f"SCHEDULER must be eventbridge or timer, not {other[:40]!r}.")


def _word(environment: Mapping[str, str], name: str) -> str | None:
    """Return a secret that goes into a header, without ever repeating it."""
    value = environment.get(name, "").strip()
    if value and not _WORD.fullmatch(value):
        raise SettingsError(f"{name} must be one word of ASCII characters; copy it anew.")
    return value or None


def _required_word(environment: Mapping[str, str], name: str, what: str) -> str:
    return _word(environment, name) or _required(environment, name, what)


def _required(environment: Mapping[str, str], name: str, what: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set; set it to {what}.")
    return value


def _whole(environment: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not _WHOLE.fullmatch(text) or int(text) < least:
        raise SettingsError(
            f"{name} must be a whole number of at least {least}, not {text[:40]!r}."
        )
    return int(text)


def _amount(environment: Mapping[str, str], name: str) -> float | None:
    text = environment.get(name, "").strip()
    if text in {"", "off"}:
        return None
    amount = _number(text)
    if amount is None or amount < 0:
        raise SettingsError(
            f"{name} must be an amount such as 25 or 12.50, or off, not {text[:40]!r}."
        )
    return amount


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name, "").strip()
    if not text:
        return default
    seconds = _number(text)
    if seconds is None or not 1 <= seconds <= 86400:  # noqa: PLR2004 (FC's own limit)
        raise SettingsError(f"{name} must be seconds from 1 to 86400, not {text[:40]!r}.")
    return seconds


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _switch(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip().lower()
    if text not in _TRUE | _FALSE:
        raise SettingsError(f"{name} must be true or false, not {text[:40]!r}.")
    return text in _TRUE
