"""What of the locked distributions the layer leaves out, and why: the one place to say so.

The tests follow every import statement, those inside of functions too, from the handlers through
the finished layer: each one that leads to something left out has to be named here, with the reason
why no function of ours gets there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SOURCE_ONLY: Final = ("alibabacloud-tea", "aliyun-log-python-sdk")
"""Published without a wheel; pure Python, so that a wheel built anywhere is the target's too."""


@dataclass(frozen=True, slots=True)
class Omission:
    """A distribution, or files (glob patterns of paths in the layer), that stay out.

    `importers`: modules of the layer that import it, each in a place that is never run.
    """

    what: str
    reason: str
    importers: tuple[str, ...] = ()


_LOG_TOOLS: Final = "LogClient.es_migration alone, which copies from Elasticsearch, leads to it"
_LOG_TIMES: Final = "aliyun.log reads dates in words with it; the functions read no logs"

DISTRIBUTIONS: Final = (
    Omission("alibabacloud-ess20220222", "ESS is called through the generic client"),
    Omission("alibabacloud-tea-util", "a dependency by name of alibabacloud-tea-openapi"),
    Omission("anyio", "of elasticsearch"),
    Omission("dateparser", _LOG_TIMES, ("aliyun.log.util",)),
    Omission("elastic-transport", "of elasticsearch"),
    Omission("elasticsearch", _LOG_TOOLS),
    Omission("pycparser", "cffi parses C with it; finished extensions need no parser"),
    Omission("pytz", "of dateparser"),
    Omission("regex", "of dateparser"),
    Omission("sniffio", "of elastic-transport"),
    Omission("tzdata", "of python-dateutil; every instant here is in UTC"),
)
"""Whole distributions; test_package_closure.py proves the list."""

FILES: Final = (
    Omission("*.dist-info/*", "records of installers, licences"),
    Omission("*/tests/*", "tests of libraries"),
    Omission("google/protobuf/testdata/*", "as above"),
    Omission("multidict/_testcapi*", "as above"),
    Omission("*.pyi", "stubs of types"),
    Omission("*/py.typed", "as above"),
    Omission("*.[ch]", "sources of what is compiled"),
    Omission("*.p[xy][xdi]", "as above"),
    Omission("aliyun/log/es_migration/*", _LOG_TOOLS, ("aliyun.log.logclient",)),
    Omission("cffi/*", "compiles C; finished extensions need _cffi_backend alone"),
    Omission("dulwich/cli.py", "a terminal program"),
    Omission("dulwich/porcelain/*", "commands for people"),
    Omission("lz4/frame/*", "aliyun.log compresses with lz4.block alone"),
    Omission("pydantic/mypy.py", "a plug-in of mypy"),
    Omission(
        "pydantic/v1/*",
        "pydantic's old interface, asked for where a type of it is met while models are defined;"
        " all of ours are when their modules are imported",
        ("pydantic._internal._generate_schema",),
    ),
)
"""Files of the distributions that are in the layer."""

KEPT_FILES: Final = ("*.dist-info/METADATA", "*.dist-info/entry_points.txt")
"""Exceptions from the patterns: what importlib.metadata reads."""
