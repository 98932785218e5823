"""Whose cloud it is."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

_ALPHANUMERIC = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class RamUser:
    """The account's RAM user as a caller."""

    account_id: str
    user_id: str
    user_name: str

    @property
    def principal_arn(self) -> str:
        """The caller's Alibaba Cloud Resource Name."""
        return f"acs:ram::{self.account_id}:user/{self.user_name}"

    @property
    def label(self) -> str:
        """How the journal of requests calls the caller; an account has this one user."""
        return "user"


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A caller with a role's temporary key.

    `role_id` tells it from another role that has had, or will have, the same name;
    `session_policy`, where there is one, narrows down what the role allows.
    """

    account_id: str
    role_id: str
    role_name: str
    session_name: str
    session_policy: str | None = None

    @property
    def principal_id(self) -> str:
        """What identifies the session."""
        return f"{self.role_id}:{self.session_name}"

    @property
    def principal_arn(self) -> str:
        """The caller's Alibaba Cloud Resource Name."""
        return f"acs:ram::{self.account_id}:assumed-role/{self.role_name}/{self.session_name}"

    @property
    def label(self) -> str:
        """How the journal of requests calls the caller."""
        return f"role/{self.role_name}"


@dataclass(frozen=True, slots=True)
class TemporaryKey:
    """What STS has issued for a role; whoever uses it calls as `holder`."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str = field(repr=False)
    expires_at: datetime
    holder: AssumedRole


Caller = RamUser | AssumedRole
"""Who makes a call, as STS sees it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account and the access key of its one RAM user."""

    account_id: str
    access_key_id: str
    access_key_secret: str
    user_id: str
    user_name: str = "p2p-fleet"

    @property
    def caller(self) -> RamUser:
        """The RAM user as a caller."""
        return RamUser(self.account_id, self.user_id, self.user_name)


def make_account(random: Random) -> Account:
    """An account whose ids and keys have the form of real ones."""
    return Account(
        account_id="1" + _digits(random, 15),
        access_key_id="LTAI5t" + "".join(random.choices(_ALPHANUMERIC, k=18)),
        access_key_secret="".join(random.choices(_ALPHANUMERIC, k=30)),
        user_id="2" + _digits(random, 17),
    )


def _digits(random: Random, count: int) -> str:
    return "".join(random.choices(string.digits, k=count))
