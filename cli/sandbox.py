"""`p2p-fleet sandbox`: an Alibaba Cloud on loopback, in the foreground."""

from __future__ import annotations

import click
