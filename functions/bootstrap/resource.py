"""What every resource of a stack has in common: find, know, build, destroy."""

from __future__ import annotations

from typing import Protocol, TypeVar

from functions.bootstrap.records import BuildMove, DestroyMove, Ground
from functions.bootstrap.site import Site

Found = TypeVar("Found")


class Resource(Protocol[Found]):
    """One kind of thing that a region stack consists of.

    `find` asks the cloud what there is and is false (None, empty) where nothing is; ownership tag
    and fleet name come first, a name alone proves nothing. `build` and `destroy` decide the next
    move from what was found, and nothing else: they send nothing themselves.
    """

    @property
    def kind(self) -> str:
        """What the resource is called in reports."""

    def find(self, site: Site) -> Found:
        """Ask the cloud; raises CallFailedError or DeadlinePassedError."""

    def know(self, ground: Ground, found: Found) -> Ground:
        """Return the ground with what was found on it."""

    def build(self, site: Site, found: Found) -> BuildMove:
        """Say what is to be done next for it to stand as the site's specification says."""

    def destroy(self, site: Site, found: Found) -> DestroyMove:
        """Say what is to be done next for it to be gone."""
