"""Where the agent's files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """Every path that the agent uses, below one root; the root is `/` but in tests."""

    root: Path

    @property
    def node(self) -> Path:
        """Who this node is, written by cloud-init."""
        return self.root / "etc/p2p-fleet/node.json"

    @property
    def secrets(self) -> Path:
        """Folder of keys and token, for root alone."""
        return self.root / "etc/p2p-fleet/secrets"

    @property
    def state(self) -> Path:
        """Folder of what is remembered from run to run."""
        return self.root / "var/lib/p2p-fleet"

    @property
    def log(self) -> Path:
        """The one log file."""
        return self.root / "var/log/p2p-agent.log"

    @property
    def lock(self) -> Path:
        """Held by the run that is under way; gone after a boot."""
        return self.root / "run/p2p-agent.lock"

    @property
    def repositories(self) -> Path:
        """Folder of the checkouts; the one that playbooks of p2p-agent-infra know."""
        return self.root / "opt/p2p/repository"
