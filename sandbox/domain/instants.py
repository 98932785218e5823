"""Instants as most of Alibaba Cloud's APIs write them."""

from __future__ import annotations

from datetime import datetime


def utc_second(instant: datetime) -> str:
    """A UTC instant exact to the second: `2026-11-23T08:30:00Z`."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
