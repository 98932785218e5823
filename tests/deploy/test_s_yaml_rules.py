"""Our own rules for infra/s.yaml: each one refuses a copy that breaks it, with its sentence."""

from __future__ import annotations

from typing import Final

import pytest

from tests.deploy.broken import ELSEWHERE, GONE, RIGHT, TIMER, WATCHER, at, broken, said, timer


def test_nothing_is_said_of_what_is_right() -> None:
    """The document that all others here are broken copies of has no fault."""
    assert said(RIGHT) == []


SHAPES: Final = [
    ((("edition", "1.0.0"),), "edition must be '3.0.0'."),
    ((("validation", False),), "validation must be true."),
    (
        (("service", {}),),
        "service is unknown here; take it out, or teach infra/deploying/rules what it must keep"
        " to.",
    ),
    (
        (("resources/third", {}),),
        "resources.third is unknown here; take it out, or teach infra/deploying/rules what it must"
        " keep to.",
    ),
    ((("resources/bootstrap", GONE),), "resources.bootstrap is missing."),
    ((("resources/watcher/component", "fc"),), "resources.watcher.component must be 'fc3'."),
    ((("vars/max_nodes", 200),), "vars.max_nodes must be text: put it in quotes."),
    ((("actions", []),), "actions must be a mapping."),
    ((("actions/pre-deploy", "make"),), "actions.pre-deploy must be a list."),
    ((("resources/watcher", "fc3"),), "resources.watcher must be a mapping."),
    (((at("role"), GONE),), f"{WATCHER}.role is missing."),
    (
        ((at("memorysize"), 256),),
        f"{WATCHER}.memorysize is unknown here; did you mean `memorySize`?",
    ),
    (((at("memorySize"), "256"),), f"{WATCHER}.memorySize must be a whole number."),
    (((at("timeout"), 60.5),), f"{WATCHER}.timeout must be a whole number."),
    (((at("cpu"), "0.25"),), f"{WATCHER}.cpu must be a number."),
    (((at("internetAccess"), False),), f"{WATCHER}.internetAccess must be true."),
    (((at("layers"), "one"),), f"{WATCHER}.layers must be a list."),
    (
        ((at("logConfig"), {"project": "mine"}),),
        f"{WATCHER}.logConfig must be auto, or a project and a logstore with what fc3 lets them"
        " have.",
    ),
    (
        ((at("environmentVariables/MAX_NODES"), 200),),
        f"{WATCHER}.environmentVariables.MAX_NODES must be text: put it in quotes.",
    ),
    (
        ((at("asyncInvokeConfig/maxAsyncRetryAttempt"), 0),),
        f"{WATCHER}.asyncInvokeConfig.maxAsyncRetryAttempt is unknown here; did you mean"
        " `maxAsyncRetryAttempts`?",
    ),
    (
        ((at("triggers"), [{**TIMER, "triggerType": "http"}]),),
        f"{WATCHER}.triggers.0.triggerType must be 'timer'.",
    ),
    (
        ((at("triggers"), timer(cron="0 0 4 * * *")),),
        f"{WATCHER}.triggers.0.triggerConfig.cron is unknown here; did you mean `cronExpression`?",
    ),
    (
        ((at("triggers"), timer(enable="yes")),),
        f"{WATCHER}.triggers.0.triggerConfig.enable must be true or false.",
    ),
]

SIZES: Final = [
    *(
        (
            ((at("cpu"), cpu), (at("memorySize"), memory_mb)),
            f"{WATCHER}.cpu must be a multiple of 0.05 from 0.05 to 16 vCPU, not {cpu}.",
        )
        for cpu, memory_mb in ((0.28, 512), (0.04, 128), (16.05, 32768))
    ),
    *(
        (
            ((at("cpu"), cpu), (at("memorySize"), memory_mb)),
            f"{WATCHER}.memorySize must be a multiple of 64 from 128 to 32768 MB, not {memory_mb}.",
        )
        for cpu, memory_mb in ((0.25, 300), (0.05, 64), (16.0, 32832))
    ),
    (
        ((at("cpu"), 0.05),),
        f"{WATCHER}.memorySize must be 1 to 4 GB for each vCPU: 0.05 vCPU go with 51 to 205 MB, not"
        " 256.",
    ),
    (
        ((at("cpu"), 0.3),),
        f"{WATCHER}.memorySize must be 1 to 4 GB for each vCPU: 0.3 vCPU go with 307 to 1229 MB,"
        " not 256.",
    ),
    (((at("diskSize"), 1024),), f"{WATCHER}.diskSize must be 512 or 10240 MB, not 1024."),
    (
        ((at("timeout"), 86401),),
        f"{WATCHER}.timeout must be 1 to 86400 seconds, not 86401.",
    ),
    (
        ((at("timeout"), 59),),
        f"{WATCHER}.timeout must leave 15 s for a cold start beside DEADLINE_S: at least 60, not"
        " 59.",
    ),
    (
        ((at("environmentVariables/DEADLINE_S"), GONE),),
        f"{WATCHER}.environmentVariables.DEADLINE_S must be whole seconds in quotes.",
    ),
    (
        ((at("concurrencyConfig/reservedConcurrency"), 1),),
        f"{WATCHER}.concurrencyConfig.reservedConcurrency must be at least 2, so that one that"
        " hangs does not keep a person out, not 1.",
    ),
    (
        ((at("asyncInvokeConfig/maxAsyncRetryAttempts"), 3),),
        f"{WATCHER}.asyncInvokeConfig.maxAsyncRetryAttempts must be 0: the next poll is the"
        " repetition, not 3.",
    ),
    (
        ((at("asyncInvokeConfig/maxAsyncEventAgeInSeconds"), 0),),
        f"{WATCHER}.asyncInvokeConfig.maxAsyncEventAgeInSeconds must be 1 to 2592000 seconds, not"
        " 0.",
    ),
]

NAMES: Final = [
    (
        (("vars/region", "moon-1"),),
        "vars.region (DEPLOY_REGION) is no region of Alibaba Cloud: 'moon-1'.",
    ),
    (
        (("vars/region", "cn-heyuan"),),
        f"Function Compute is not offered in cn-heyuan: {ELSEWHERE}; it reaches every region.",
    ),
    (
        ((at("region"), "eu-central-1"), (at("layers"), ["not-published"])),
        f"{WATCHER}.region must be that of vars.region, ap-southeast-1, not 'eu-central-1'.",
    ),
    (
        (
            (at("functionName"), "p2p-watcher"),
            (at("environmentVariables/WATCHER_FUNCTION"), "p2p-watcher"),
        ),
        f"{WATCHER}.functionName must be p2p-agent-watcher, as roles and commands have it, not"
        " 'p2p-watcher'.",
    ),
    (
        ((at("role"), "p2p-agent-node"),),
        f"{WATCHER}.role must be p2p-agent-watcher, which `p2p-fleet prepare` makes, not"
        " 'p2p-agent-node'.",
    ),
    (
        ((at("tags"), [{"key": "p2p-fleet", "value": "other"}]),),
        f"{WATCHER}.tags must name the owner: key p2p-fleet, value p2p-agent.",
    ),
    (
        (
            (
                at("tags"),
                [
                    *RIGHT["resources"]["watcher"]["props"]["tags"],
                    {"key": "p2p-fleet", "value": "b"},
                ],
            ),
        ),
        f"{WATCHER}.tags must be at most 20, each with a key of its own.",
    ),
    (
        ((at("layers"), [*RIGHT["resources"]["watcher"]["props"]["layers"], "latest"]),),
        f"{WATCHER}.layers: 'latest' is not the ARN of a layer's version.",
    ),
    (
        ((at("layers"), ["acs:fc:us-east-1:1:layers/p2p-agent-python/versions/1"]),),
        f"{WATCHER}.layers: acs:fc:us-east-1:1:layers/p2p-agent-python/versions/1 is in another"
        " region than the function.",
    ),
    (
        ((at("layers"), ["acs:fc:ap-southeast-1:1:layers/other/versions/1"]),),
        f"{WATCHER}.layers must contain p2p-agent-python, which `make deploy` publishes.",
    ),
    (
        ((at("layers"), ["not-published"] * 6),),
        f"{WATCHER}.layers must be 1 to 5, not 6.",
    ),
]

ENVIRONMENT: Final = [
    (
        ((at("environmentVariables/FC_REGION"), "eu-central-1"),),
        f"{WATCHER}.environmentVariables.FC_REGION is reserved: Function Compute sets it.",
    ),
    (
        ((at("environmentVariables/ALIBABA_CLOUD_ACCESS_KEY_ID"), "LTAI5t"),),
        f"{WATCHER}.environmentVariables.ALIBABA_CLOUD_ACCESS_KEY_ID is reserved: Function Compute"
        " sets it.",
    ),
    (
        ((at("environmentVariables/2ND"), ""),),
        f"{WATCHER}.environmentVariables.2ND: a name is letters, digits and `_`, beginning with a"
        " letter.",
    ),
    (
        ((at("environmentVariables/WATCHER_FUNCTION"), "another"),),
        f"{WATCHER}.environmentVariables must name p2p-agent-watcher as WATCHER_ or"
        " BOOTSTRAP_FUNCTION.",
    ),
    (
        ((at("environmentVariables/CONTROL_SOURCES"), ""),),
        "environmentVariables: CONTROL_SOURCES is not set; set it to where the control document is,"
        " e.g. https://host/repo.git.",
    ),
    (
        ((at("environmentVariables/MAX_NODES"), "many"),),
        "environmentVariables: MAX_NODES must be a whole number of at least 0, not 'many'.",
    ),
]

CODE: Final = [
    (
        ((at("runtime"), "python3.11"),),
        f"{WATCHER}.runtime must be one of python3.10, python3.12, not 'python3.11'.",
    ),
    (
        ((at("handler"), "functions.watcher.handler"),),
        f"{WATCHER}.handler must be folder/module.function, not 'functions.watcher.handler'.",
    ),
    (
        ((at("handler"), "functions/watcher/handle.handler"),),
        f"{WATCHER}.handler: ../build/package/watcher.zip has no functions/watcher/handle.py; run"
        " make package, or correct the handler.",
    ),
    (
        ((at("code"), "../build/watcher.zip"),),
        f"{WATCHER}.code: there is no package ../build/watcher.zip: run make package.",
    ),
]

TRIGGERS: Final = [
    (
        ((at("triggers"), [{**TIMER, "triggerName": "p2p-agent-poll"}]),),
        f"{WATCHER}.triggers.0.triggerName p2p-agent-poll is the schedule's own, which bootstrap"
        " keeps: every deployment would set its cadence back.",
    ),
    (
        ((at("triggers"), timer(cronExpression="*/5 * * * *")),),
        f"{WATCHER}.triggers.0.triggerConfig.cronExpression: it must have six fields, seconds"
        " first, such as `0 */5 * * * *`, not 5.",
    ),
    (
        ((at("triggers"), timer(payload="poll")),),
        f"{WATCHER}.triggers.0.triggerConfig.payload must be an event, such as {{}}, or nothing.",
    ),
]

HOOKS: Final = [
    (
        (("actions/post-deploy", []),),
        "actions.post-deploy is no hook that is known here; take it out, or teach the rules.",
    ),
    *(
        (
            ((f"actions/{name}", GONE),),
            f"actions.{name} must run `python -m infra.deploying {command}`.",
        )
        for name, command in (
            ("pre-deploy", "publish"),
            ("success-deploy", "schedule"),
            ("pre-remove", "unschedule"),
        )
    ),
]

EVERY: Final = [*SHAPES, *SIZES, *NAMES, *ENVIRONMENT, *CODE, *TRIGGERS, *HOOKS]


@pytest.mark.parametrize(("changes", "sentence"), EVERY, ids=[one for _, one in EVERY])
def test_a_copy_that_breaks_one_rule_is_refused_with_its_sentence(
    changes: tuple[tuple[str, object], ...], sentence: str
) -> None:
    """One fault, one sentence: no other rule speaks up beside it."""
    assert said(broken(*changes)) == [sentence]
