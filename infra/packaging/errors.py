"""The one error of packaging."""

from __future__ import annotations


class PackagingError(Exception):
    """One sentence: what is wrong, where, what to do."""
