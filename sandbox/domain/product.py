"""What makes a product of the cloud: the one shape that all of them have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Params = Mapping[str, Any]
"""A call's parameters under their wire names, already typed."""

Handler = Callable[[str, Params], dict[str, Any]]
"""Carries out an action in a region; returns the answer without RequestId, raises ApiError."""


class Product(Protocol):
    """One product, all regions of it."""

    @property
    def actions(self) -> Mapping[str, Handler]:
        """What the product can do."""

    def region_of(self, params: Params) -> str:
        """The region that a call to a central endpoint means when it does not name one."""

    def state(self) -> dict[str, Any]:
        """Everything that the product holds, by region, as plain JSON."""
