"""Client tokens: a request that is repeated with its token is answered, not carried out, again."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from sandbox.domain.errors import ApiError
from sandbox.domain.product import Params

_LONGEST_TOKEN: Final = 64


@dataclass(frozen=True, slots=True)
class _Use:
    """A client token's first request and its answer."""

    action: str
    request: str
    answer: dict[str, Any]


class ClientTokens:
    """The tokens that one product has seen in one region.

    A request that was refused leaves no trace: its token may be used again.
    """

    def __init__(self) -> None:
        self._uses: dict[str, _Use] = {}

    def once(
        self, action: str, params: Params, carry_out: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Carries out a request the first time, and answers the same ever after.

        Raises ApiError `IdempotentParameterMismatch` where the token stood for another request,
        `InvalidParameter` for a malformed token, and whatever `carry_out` raises.
        """
        token = params.get("ClientToken")
        if token is None:
            return carry_out()
        if not token.isascii() or not 1 <= len(token) <= _LONGEST_TOKEN:
            raise ApiError(
                "InvalidParameter",
                "The specified parameter ClientToken is not valid.",
                HTTPStatus.BAD_REQUEST,
            )
        request = json.dumps(params, sort_keys=True)
        use = self._uses.get(token)
        if use is None:
            use = _Use(action, request, carry_out())
            self._uses[token] = use
        elif (use.action, use.request) != (action, request):
            raise ApiError(
                "IdempotentParameterMismatch",
                "The request uses the same client token as a previous, but non-identical request.",
                HTTPStatus.BAD_REQUEST,
            )
        return copy.deepcopy(use.answer)
