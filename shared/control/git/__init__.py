"""Reading the control document over the Git protocol, from several mirrors at once.

Importing this package costs next to nothing: what speaks Git is imported when a source is asked,
and of the transports only those that the sources use.
"""

from shared.control.git.history import is_descendant, read_history, read_parent_files
from shared.control.git.reading import read_sources
from shared.control.git.records import Answer, Commit, Credentials, History, Limits, NoAnswer
from shared.control.git.source import Source, SourceSyntaxError, parse_sources

__all__ = [
    "Answer",
    "Commit",
    "Credentials",
    "History",
    "Limits",
    "NoAnswer",
    "Source",
    "SourceSyntaxError",
    "is_descendant",
    "parse_sources",
    "read_history",
    "read_parent_files",
    "read_sources",
]
