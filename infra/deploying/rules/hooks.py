"""Hooks: what must run before and after, at the place where Serverless Devs looks for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from infra.deploying.rules.template import Template

_WANTED: Final = {
    "pre-deploy": "publish",
    "success-deploy": "schedule",
    "pre-remove": "unschedule",
}


def hook_faults(template: Template) -> Iterator[str]:
    """Say which hook is missing, or would never run."""
    for name in template.actions:
        if name not in _WANTED:
            yield f"actions.{name} is no hook that is known here; take it out, or teach the rules."
    for name, command in _WANTED.items():
        runs = [hook.run for hook in template.actions.get(name, ())]
        if not any(f"-m infra.deploying {command} " in run for run in runs):
            yield f"actions.{name} must run `python -m infra.deploying {command}`."
