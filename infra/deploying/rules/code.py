"""Runtime, handler and package: what is named must be in what is sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from infra.deploying.rules.template import Function

_RUNTIMES: Final = ("python3.10", "python3.12")
_HANDLER: Final = re.compile(r"(?P<module>[A-Za-z_][\w/]*)\.(?P<function>[A-Za-z_]\w*)")

Archives = Mapping[str, AbstractSet[str]]
"""Which files are in which package, by the `code` that names it; those that exist."""


def code_faults(place: str, function: Function, archives: Archives) -> Iterator[str]:
    """Say what would keep Function Compute from finding and starting the handler."""
    if function.runtime not in _RUNTIMES:
        yield f"{place}.runtime must be one of {', '.join(_RUNTIMES)}, not {function.runtime!r}."
    handler = _HANDLER.fullmatch(function.handler)
    if handler is None:
        yield f"{place}.handler must be folder/module.function, not {function.handler[:80]!r}."
    files = archives.get(function.code)
    if files is None:
        yield f"{place}.code: there is no package {function.code}: run make package."
    elif handler is not None and f"{handler['module']}.py" not in files:
        yield (
            f"{place}.handler: {function.code} has no {handler['module']}.py; run make package, or"
            " correct the handler."
        )
