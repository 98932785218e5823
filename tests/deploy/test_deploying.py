"""`make deploy`, `make undeploy` and a plain `s deploy`, with the real tool, into the sandbox.

Only the component that talks to Function Compute is stood in for (component/index.js).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from sandbox.git_host import ControlRepository
from sandbox.server import start_sandbox
from shared.instants import format_instant
from tests.deploy.deployer import (
    BOOTSTRAP,
    REGION,
    TOKEN,
    WATCHER,
    Deployer,
    check_out,
    lines_of_ours,
    put_layer,
    put_packages,
    run_deploying,
)
from tests.deploy.serverless_devs import ServerlessDevs
from tests.sandbox.witness import META_VARIABLE

FRANKFURT: Final = "eu-central-1"
NOBODY: Final = "capacity: 0\n"
COMPONENT_FAILED: Final = 101
"""How the tool ends where the component fails."""
EVERY_5_MINUTES: Final = "0 */5 * * * *"
CREATED: Final = (
    "created service-linked role AliyunServiceRoleForEventBridgeSendToFC; created event bus"
    " p2p-agent; created event source p2p-agent-poll; created event rule p2p-agent-poll (cron"
    f" {EVERY_5_MINUTES})"
)
REMOVED: Final = (
    "removed event rule p2p-agent-poll; removed event source p2p-agent-poll; removed event bus"
    " p2p-agent"
)
DEPLOYED: Final = [
    f"Deployed to {REGION}: {WATCHER} and {BOOTSTRAP}, with their schedule.",
    "Next: commit control.yaml, and look whether every region would start:",
    f"  FLEET_NAME=p2p-agent FC_REGION={REGION} WATCHER_FUNCTION={WATCHER} p2p-fleet status",
]
GONE: Final = [
    f"Removed from {REGION}: functions, schedule and layer.",
    "Left: the log project that all functions share, and the roles; to remove these: p2p-fleet"
    " prepare --remove --confirm p2p-agent",
]
STACKS_STAND: Final = (
    f"Stacks of p2p-agent still stand in 1 region ({FRANKFURT}): without the functions nobody"
    " drives them. Remove them first: p2p-fleet destroy --confirm p2p-agent"
)
OUR_VPC: Final = {
    "RegionId": FRANKFURT,
    "VpcName": "p2p-agent-eu-central-1",
    "CidrBlock": "10.20.30.0/24",
    "Tag": [{"Key": "p2p-fleet", "Value": "p2p-agent"}],
}


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make package` builds, in small."""
    folder = tmp_path_factory.mktemp("packages") / "package"
    put_packages(folder)
    return folder


@pytest.fixture
def deployer(tmp_path: Path, packages: Path, serverless_devs: ServerlessDevs) -> Iterator[Deployer]:
    """Somebody with a checkout, an account with roles, and a control repository."""
    serverless_devs.give_component(_schema())
    check_out(tmp_path / "checkout", packages)
    with start_sandbox(regions=[REGION, FRANKFURT]) as sandbox:
        control = ControlRepository(tmp_path / "control.git")
        control.commit(NOBODY, at=sandbox.cloud.clock.now)
        deployer = Deployer(
            tmp_path / "checkout", serverless_devs, sandbox, f"file://{control.path}"
        )
        deployer.prepare()
        yield deployer


def _schema() -> str:
    """The published schema of fc3 where it is at hand, else one that is content with all."""
    folder = os.environ.get(META_VARIABLE)
    return (Path(folder) / "fc3-schema.json").read_text("utf-8") if folder else "{}"


def test_everything_that_is_missing_is_named_at_once(tmp_path: Path, packages: Path) -> None:
    """One list for a fresh machine, and nothing else happens."""
    check_out(tmp_path / "checkout", packages)

    ended = run_deploying(tmp_path / "checkout", {"PATH": "/nowhere"})

    assert (ended.code, ended.lines) == (
        1,
        [
            "make deploy: 2 things are missing; nothing was changed.",
            "  - Node.js is not installed (no `node` on PATH); install version 18 or newer with"
            " npm: https://nodejs.org, or Debian: apt install npm.",
            "  - ALIBABA_CLOUD_ACCESS_KEY_ID is not set; set it to an access key id.",
        ],
    )


def test_what_the_account_and_the_file_lack_stands_in_one_list(deployer: Deployer) -> None:
    """Roles, sources, sizes of the environment: all of it before anything is sent."""
    ended = deployer.deploying(FLEET_NAME="seeds", CONTROL_SOURCES="", MAX_NODES="many")

    assert (ended.code, ended.lines) == (
        1,
        [
            "make deploy: 2 things are missing; nothing was changed.",
            "  - infra/s.yaml: environmentVariables: CONTROL_SOURCES is not set; set it to where"
            " the control document is, e.g. https://host/repo.git.",
            "  - There is no role seeds-watcher and no role seeds-bootstrap: p2p-fleet prepare.",
        ],
    )
    assert deployer.names() == []


def test_a_fleet_is_deployed_kept_and_removed(deployer: Deployer) -> None:
    """Functions, layer and schedule come, stay as they are when nothing is new, and go."""
    first = deployer.deploying()
    assert first.code == 0, first.out
    dotenv = deployer.dotenv.read_text()
    deployed, buses, watcher = deployer.names(), deployer.buses(), deployer.function(WATCHER)
    again = deployer.deploying()
    removed = deployer.deploying("remove")

    layer = f"layer {deployer.arn(1)}: "
    kept = f"found event source p2p-agent-poll (cron {EVERY_5_MINUTES})"
    assert (first.code, lines_of_ours(first)) == (
        0,
        [f"{layer}published", f"{layer}unchanged", f"schedule: {CREATED}", *DEPLOYED],
    )
    assert f"P2P_FLEET_LAYER={deployer.arn(1)}\n" in dotenv
    assert (deployed, buses) == ([BOOTSTRAP, WATCHER], ["p2p-agent"])
    assert (watcher["timeout"], watcher["layers"][0]["arn"]) == (60, deployer.arn(1))
    assert watcher["environmentVariables"]["CONTROL_TOKEN"] == TOKEN
    assert (again.code, lines_of_ours(again)) == (
        0,
        [f"{layer}unchanged", f"schedule: {kept}", *DEPLOYED],
    )
    assert (removed.code, lines_of_ours(removed)) == (0, [f"schedule: {REMOVED}", *GONE])
    assert (deployer.names(), deployer.buses(), deployer.layer_versions()) == ([], [], 0)
    assert "P2P_FLEET_LAYER" not in deployer.dotenv.read_text()


def test_secrets_stand_in_a_file_that_git_ignores_and_are_not_printed(deployer: Deployer) -> None:
    """The tool reads infra/.env; of what it prints of the functions, secrets are blotted out."""
    deployer.dotenv.write_text("CONTROL_SSH_KEY=LS0tLS1CRUdJTg==\nP2P_FLEET_LAYER=old")

    ended = deployer.deploying()

    variables = deployer.function(BOOTSTRAP)["environmentVariables"]
    assert ended.code == 0
    assert variables["CONTROL_SSH_KEY"] == "LS0tLS1CRUdJTg=="
    assert "CONTROL_SSH_KEY" in ended.out
    for secret in ("LS0tLS1CRUdJTg==", TOKEN, deployer.sandbox.access_key_secret):
        assert secret not in ended.out
    assert deployer.dotenv.read_text() == (
        f"CONTROL_SSH_KEY=LS0tLS1CRUdJTg==\nP2P_FLEET_LAYER={deployer.arn(1)}"
    )


def test_a_plain_s_deploy_publishes_a_new_layer_and_asks_to_be_run_again(
    deployer: Deployer,
) -> None:
    """The tool reads s.yaml before its first hook, so a new layer stops the run before it sends."""
    first = deployer.plain("deploy")
    sent = deployer.names()
    second = deployer.plain("deploy")
    put_layer(deployer.root / "build" / "package", "two")
    third = deployer.plain("deploy")
    fourth = deployer.plain("deploy")

    def stopped(version: int, read: str) -> str:
        return (
            f"deploying: The layer is {deployer.arn(version)}; this run had read {read}. It stands"
            " in infra/.env now: run the same command again (and unset P2P_FLEET_LAYER, if you"
            " have set it yourself)."
        )

    assert (first.code != 0, lines_of_ours(first)) == (True, [stopped(1, "not-published")])
    assert sent == []
    assert (second.code, lines_of_ours(second)) == (
        0,
        [f"layer {deployer.arn(1)}: unchanged", f"schedule: {CREATED}"],
    )
    assert (third.code != 0, lines_of_ours(third)) == (True, [stopped(2, deployer.arn(1))])
    assert fourth.code == 0
    assert deployer.function(WATCHER)["layers"][0]["arn"] == deployer.arn(2)


def test_functions_are_not_removed_while_stacks_stand(deployer: Deployer) -> None:
    """Nobody would drive those nodes any more; who wants that must say so."""
    deployer.deploying()
    deployer.call("vpc", "CreateVpc", region=FRANKFURT, **OUR_VPC)

    refused = deployer.deploying("remove")
    still = deployer.names()
    warned = deployer.deploying("unschedule", "--region", REGION, "--fleet", "p2p-agent")
    done = deployer.deploying("remove", "--leave-stacks")

    assert (refused.code, lines_of_ours(refused)) == (
        1,
        [
            STACKS_STAND,
            "make undeploy: nothing was removed; to leave them: python -m infra.deploying remove"
            " --leave-stacks",
        ],
    )
    assert still == [BOOTSTRAP, WATCHER]
    assert (warned.code, warned.lines) == (
        0,
        [f"schedule: {REMOVED}", f"WARNING: {STACKS_STAND}"],
    )
    assert (done.code, deployer.names()) == (0, [])


def test_nothing_is_deployed_while_the_fleet_is_being_destroyed(deployer: Deployer) -> None:
    """A deployment takes the tag off that says so, and the watcher would build what goes."""
    until = format_instant(deployer.sandbox.cloud.clock.now + timedelta(minutes=9))
    deployer.put_watcher({"p2p-fleet-clearing-until": until})

    made, plain = deployer.deploying(), deployer.plain("deploy")

    said = f"The fleet is being destroyed, until {until} at the latest (now "
    assert (made.code, plain.code != 0) == (1, True)
    assert made.lines[1].startswith(f"  - {said}")
    assert lines_of_ours(plain)[0].startswith(f"deploying: {said}")
    assert deployer.layer_versions() == 0


def test_the_tools_exit_code_is_passed_on(deployer: Deployer) -> None:
    """What failed stands in the tool's own words; the next run goes on."""
    ended = deployer.deploying(STAND_IN_FAILS="deploy")

    assert ended.code == COMPONENT_FAILED
    assert "the component does not want to" in ended.out
    assert lines_of_ours(ended)[-2:] == [
        f"make deploy: s deploy failed (exit code {COMPONENT_FAILED}); what it says stands above.",
        "Run make deploy again: what was done is found and kept.",
    ]


def test_a_function_that_does_not_go_is_no_success(deployer: Deployer) -> None:
    """The layer stays while a function that uses it is still there."""
    deployer.put_watcher({})
    deployer.plain("deploy")  # which ends with the layer published

    ended = deployer.deploying("remove", STAND_IN_FAILS="remove")

    assert ended.code == COMPONENT_FAILED
    assert lines_of_ours(ended) == [
        f"make undeploy: s remove failed: {WATCHER} still there; what it says stands above."
    ]
    assert deployer.layer_versions() == 1


def test_a_hook_for_a_region_without_functions_says_so(deployer: Deployer) -> None:
    """One sentence on standard error, which is what the tool shows."""
    where = ("--region", "cn-heyuan", "--fleet", "p2p-agent")

    ended = deployer.deploying("schedule", *where)

    assert (ended.code, ended.lines) == (
        1,
        ["deploying: Function Compute is not offered in cn-heyuan: see vars.region."],
    )


def test_a_document_that_cannot_be_read_leaves_the_schedule_to_be_made(deployer: Deployer) -> None:
    """The functions stand, and the exit code says that the last step is missing."""
    ended = deployer.deploying(CONTROL_SOURCES="file:///nowhere/control.git")

    said = next(line for line in lines_of_ours(ended) if line.startswith("deploying: "))
    assert ended.code != 0
    assert said.startswith(f"deploying: BootstrapRefused: {BOOTSTRAP} could not do it: ")
    assert (deployer.names(), deployer.buses()) == ([BOOTSTRAP, WATCHER], [])
