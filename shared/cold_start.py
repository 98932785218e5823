"""What makes a cold start cheap: imported before everything else.

A cold poll makes a quarter of a million objects, nearly all of them modules and types that live
as long as the process. Collecting among them again and again costs 60 ms of CPU, and once more
when the process ends. So collection waits until the imports are done, and then leaves them alone.

Pydantic looks through every installed package for plugins of its own, which costs 6 ms; there are
none.
"""

from __future__ import annotations

import gc
import os

gc.disable()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def imports_are_done() -> None:
    """Collect from now on, but never look at what has been imported."""
    gc.freeze()
    gc.enable()
