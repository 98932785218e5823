"""FC's limits of code packages and layers (its page "Quotas and limits")."""

from __future__ import annotations

from typing import Final

from infra.packaging.archive import Archive
from infra.packaging.errors import PackagingError

_MIB: Final = 1024 * 1024
ZIP_BYTES: Final = 100 * _MIB
"""In most regions, and everywhere for an archive that is sent through the API; 500 MB elsewhere."""
UNPACKED_BYTES: Final = 500 * _MIB


def require_room(archive: Archive) -> None:
    """Check an archive against the limits that hold in every region.

    Raises:
        PackagingError: it is over one.
    """
    for what, size, limit in (
        ("", archive.zip_bytes, ZIP_BYTES),
        (" unpacked", archive.unpacked_bytes, UNPACKED_BYTES),
    ):
        if size > limit:
            raise PackagingError(
                f"{archive.name} is{what} {size / _MIB:.1f} MiB, Function Compute takes"
                f" {limit // _MIB} MiB: leave something out in infra/packaging/contents.py"
            )
