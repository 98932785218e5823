"""The agent understands the document as the functions do."""

from __future__ import annotations

import pytest

from functions.bootstrap.node.agent.settings import Settings, settings_of
from shared.control.agent import AgentSettings
from shared.control.document import ControlDocument
from shared.control.mirrors import mirrors_of
from shared.control.parse import parse_document
from shared.regions import CATALOGUE

DOCUMENTS = [
    "capacity: 1",
    "capacity: 1\nagent: {}",
    "capacity: 1\nagent: {type: shell, main_run: ./go.sh --x, force_run: false, delay: 0}",
    "capacity: 1\nagent: {main_run: site.yaml, schedule: 1 day, pre_run: 'echo a\n\n b'}",
    "capacity: 1\nagent: {repository: 'git@host:a/b', post_run: 'on', schedule: 7 days}",
    "capacity: 1\nagent: {schedule: 90 minutes, delay: 3600, force_run: true}",
    'capacity: 1\nagent: {pre_run: "yes", post_run: "12:30", main_run: no.yml}',
    '{"capacity": 1, "agent": {"type": "shell", "main_run": "caf\\u00e9 \\"x\\""}}',
    "capacity: 1\nagent: {mirrors: {cn-*: {repositories: ['https://a.b/c']}, mainland: {}}}",
    "capacity: 1\nagent:\n  mirrors:\n"
    "    mainland: {repositories: ['https://a.b/c', 'git@d:e/f']}\n"
    "    cn-hangzhou: {repositories: ['https://g.h/i']}\n    '*-1': {packages: ['http://x/y']}",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_the_agent_reads_what_the_watcher_reads(text: str) -> None:
    """In every region: values, defaults and mirrors of a right document mean the same to both."""
    document = parse_document(text.encode())
    assert isinstance(document, ControlDocument), document

    read = {one.region_id: settings_of(text.encode(), one.region_id) for one in CATALOGUE}

    assert read == {one.region_id: as_node_sees(document.agent, one.region_id) for one in CATALOGUE}


def as_node_sees(agent: AgentSettings, region: str) -> Settings:
    """Return what the functions' types say, in the agent's."""
    assert agent.schedule.minutes is not None
    return Settings(
        repositories=(*mirrors_of(region, agent.mirrors).repositories, agent.repository),
        type=agent.type,
        main_run=agent.main_run,
        pre_run=agent.pre_run,
        post_run=agent.post_run,
        delay_s=agent.delay,
        force_run=agent.force_run,
        schedule_s=agent.schedule.minutes * 60,
    )


def test_keys_that_are_not_known_yet_are_passed_over() -> None:
    """A node may be older than the document; the watcher is the one that is strict."""
    newer = b"capacity: 1\nagent: {main_run: site.yml, nice: 19}\nsomething: new"

    assert settings_of(newer, "eu-central-1") == Settings(main_run="site.yml")
