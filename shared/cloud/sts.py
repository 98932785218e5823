"""Security tokens (STS, version 2015-04-01): who we are."""

from __future__ import annotations

from typing import Final

from shared.cloud.answers import text
from shared.cloud.api import ACCOUNT, Api
from shared.cloud.endpoints import STS_HOST
from shared.cloud.session import Session

_VERSION: Final = "2015-04-01"


class Sts:
    """STS, one for the whole account, behind a session."""

    def __init__(self, session: Session) -> None:
        self._api = Api(session, _VERSION, lambda _: STS_HOST, regional=False)

    def account_id(self) -> str:
        """Id of the account that the access key belongs to (GetCallerIdentity).

        Raises:
            CallFailedError: the service refused, or nobody answered.
            DeadlinePassedError: there was no time to ask.
        """
        return self._api.one(ACCOUNT, "GetCallerIdentity", {}, lambda it: text(it, "AccountId"))
