"""How long things may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in seconds.

    `run_s`: one whole run, before the next one ends it. `side_s`: each of `pre_run` and
    `post_run`. `control_s`: one source of the control document. `fetch_s`: the repository, from
    one address.
    """

    run_s: float = 6 * 3600.0
    main_s: float = 5 * 3600.0
    side_s: float = 900.0
    control_s: float = 45.0
    fetch_s: float = 900.0


USUAL: Final = Limits()
