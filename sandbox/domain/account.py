"""Whose cloud it is."""

from __future__ import annotations

import string
from dataclasses import dataclass
from random import Random

_ALPHANUMERIC = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call, as STS sees it."""

    access_key_id: str
    account_id: str
    user_id: str
    user_name: str

    @property
    def principal_arn(self) -> str:
        """The caller's Alibaba Cloud Resource Name."""
        return f"acs:ram::{self.account_id}:user/{self.user_name}"


@dataclass(frozen=True, slots=True)
class Account:
    """One account and the access key of its one RAM user."""

    account_id: str
    access_key_id: str
    access_key_secret: str
    user_id: str
    user_name: str = "p2p-fleet"

    @property
    def caller(self) -> Caller:
        """The RAM user as a caller."""
        return Caller(self.access_key_id, self.account_id, self.user_id, self.user_name)


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
