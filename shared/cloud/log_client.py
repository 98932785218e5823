"""The vendor's client of the Simple Log Service, without its own patience.

It repeats failing requests up to ten times, a second apart, and turns the reason why a host was
not reached into a text. Deadline and retries belong to the session, so the first failure leaves
at once. Its readers of answers know only some kinds of a thing; here an answer is plain JSON.

Heavy to import (a third of a second): only what makes log projects imports this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from aliyun.log import LogClient, LogException
from aliyun.log.auth import AUTH_VERSION_4
from requests.exceptions import InvalidJSONError

from shared.cloud.session import RefusedError, Session

_NOT_THE_SERVICE: Final = frozenset({"BadResponse", "LogRequestError"})
"""The SDK's own codes for an answer that is not the service's JSON."""


class LogServiceClient(LogClient):
    """SLS of one region, reached as the session reaches everything.

    Requests are signed in version 4, which names the region (and, unlike the older one, leaves
    the process's locale alone).
    """

    def __init__(self, session: Session, region: str, host: str) -> None:
        credentials = session.credentials
        super().__init__(
            session.url(host),
            credentials.access_key_id,
            credentials.access_key_secret,
            credentials.security_token,
            source="",  # else it looks up this machine's address
            auth_version=AUTH_VERSION_4,
            region=region,
        )
        self._http = session.http_session()
        self._timeouts_s = (0.0, 0.0)

    def exchange(
        self,
        method: str,
        project: str,
        path: str,
        document: Mapping[str, object] | None,
        timeouts_s: tuple[float, float],
    ) -> Any:  # noqa: ANN401 (JSON)
        """Send one request to a project and return the JSON of the answer, None where it is empty.

        `timeouts_s`: to connect, and to wait for more of the answer.

        Raises:
            RefusedError: the service refused.
            requests.RequestException: nobody answered, or something else than the service.
        """
        self._timeouts_s = timeouts_s
        body = None if document is None else json.dumps(document).encode()
        headers: dict[str, str] = {}
        if body is not None:
            headers = {"Content-Type": "application/json", "x-log-bodyrawsize": str(len(body))}
        send = self._send  # type: ignore[attr-defined]  # the SDK's type stubs leave it out
        answer, _ = send(method, project, body, path, {}, headers)
        return answer

    def _getHttpResponse(  # noqa: N802 (overrides the SDK's)
        self,
        method: str,
        url: str,
        params: Mapping[str, str],
        body: bytes | None,
        headers: dict[str, str],
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """Send one request; the SDK would turn every failure into a text."""
        headers["User-Agent"] = "p2p-fleet"
        answer = self._http.request(
            method, url, params=params, data=body, headers=headers, timeout=self._timeouts_s
        )
        return answer.status_code, answer.content, answer.headers

    def _sendRequest(self, *args: Any) -> Any:  # noqa: N802, ANN401 (overrides the SDK's, untyped)
        """Send one request and read its answer; the SDK would repeat what fails."""
        try:
            return super()._sendRequest(*args)  # type: ignore[misc]  # as `_send`
        except LogException as error:
            if error.get_error_code() in _NOT_THE_SERVICE:
                raise InvalidJSONError(error.get_error_message()) from error
            raise RefusedError(
                error.get_error_code(),
                error.get_error_message(),
                int(error.get_resp_status()),
                error.get_request_id() or None,
            ) from error
