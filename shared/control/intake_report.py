"""How reports tell of the commit and the window that a run went by. Pure."""

from __future__ import annotations

from shared.control.choose import Choice
from shared.control.intent import Intent, Verdict
from shared.report import CommitReport, WindowReport


def commit_report(choice: Choice) -> CommitReport | None:
    """Return the commit that counted, None where none did."""
    if choice.chosen is None:
        return None
    answer = choice.chosen.answer
    return CommitReport(
        answer.commit.sha, answer.commit.committed_at, answer.source.label, signed_by=None
    )


def window_report(verdict: Verdict) -> WindowReport | None:
    """Return the run window, None while the document is held."""
    if not isinstance(verdict, Intent):
        return None
    return WindowReport(verdict.window.start, verdict.window.stop)
