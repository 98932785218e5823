"""Somebody who deploys: a checkout with its packages, an account, and the commands of make."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from infra.packaging.archive import describe
from infra.packaging.functions import FUNCTIONS, function_files
from sandbox.server import RunningSandbox
from tests.cli.operator import run as run_command
from tests.deploy.serverless_devs import ROOT, TEMPLATE, Ended, ServerlessDevs

Json = dict[str, Any]

REGION: Final = "ap-southeast-1"
WATCHER: Final = "p2p-agent-watcher"
BOOTSTRAP: Final = "p2p-agent-bootstrap"
LAYER: Final = "p2p-agent-python"
TOKEN: Final = "glpat-s3cr3t"
_RUN_S: Final = 110
_OURS: Final = (
    "make ",
    "  - ",
    "layer ",
    "schedule: ",
    "deploying: ",
    "Deployed ",
    "Next: ",
    "  FLEET_NAME",
    "Removed ",
    "Left: ",
    "Run make ",
    "Stacks ",
    "WARNING: ",
)
"""What lines of this project begin with; all others are the tool's."""


@dataclass(frozen=True, slots=True)
class Deployer:
    """The repository's folder `root`, the tool, and the account that is deployed to."""

    root: Path
    tool: ServerlessDevs
    sandbox: RunningSandbox
    sources: str

    @property
    def environment(self) -> dict[str, str]:
        """What the shell has: a key, where the sandbox is, and what s.yaml needs."""
        return {
            **self.tool.environment,
            "PYTHONPATH": str(ROOT),
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.sandbox.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.sandbox.access_key_secret,
            "ALIBABA_CLOUD_ENDPOINT_URL": self.sandbox.endpoint,
            "P2P_FLEET_CLOCK_URL": self.sandbox.endpoint,
            "STAND_IN_PYTHON": sys.executable,
            # A stray value of p2p-fleet's own commands: the component must not see it.
            "FC_REGION": REGION,
            "CONTROL_SOURCES": self.sources,
            "CONTROL_TOKEN": TOKEN,
        }

    def deploying(self, *arguments: str, **variables: str) -> Ended:
        """Run `python -m infra.deploying`, which `make deploy` and `make undeploy` are."""
        return run_deploying(self.root, {**self.environment, **variables}, *arguments)

    def plain(self, command: str, **variables: str) -> Ended:
        """Run the tool itself, as somebody does who knows it, with a key of the tool's kind."""
        account = {
            "AccountID": self.sandbox.account_id,
            "AccessKeyID": self.sandbox.access_key_id,
            "AccessKeySecret": self.sandbox.access_key_secret,
        }
        surroundings = {
            **self.environment,
            "my_serverless_devs_key": json.dumps(account),
            "FC_CLIENT_CUSTOM_ENDPOINT": f"{self.sandbox.endpoint}/{REGION}",
            "P2P_FLEET_PYTHON": sys.executable,
            "P2P_FLEET_SANDBOX": self.sandbox.endpoint,
            "FUNCTION_LOGS": '{project: "", logstore: ""}',
        }
        arguments = (command, "-y", "-t", "infra/s.yaml", "-a", "my_serverless_devs_key")
        return self.tool.run(
            *arguments, folder=self.root, environment={**surroundings, **variables}
        )

    def prepare(self) -> None:
        """Let the functions' roles stand, as `p2p-fleet prepare` does."""
        ended = run_command(self.environment, "prepare")
        assert ended.code == 0, (ended.out, ended.err)

    @property
    def dotenv(self) -> Path:
        """The file in which the tool finds the layer, and the operator's secrets."""
        return self.root / "infra" / ".env"

    def arn(self, version: int) -> str:
        """The ARN of a version of the layer."""
        account = self.sandbox.account_id
        return f"acs:fc:{REGION}:{account}:layers/{LAYER}/versions/{version}"

    def call(self, product: str, action: str, *, region: str = REGION, **params: object) -> Json:
        """Do what a person does in the cloud's console."""
        return self.sandbox.cloud.call(product, action, region, params)

    def function(self, name: str) -> Json:
        """A function as the console shows it."""
        return self.call("fc", "GetFunction", functionName=name)

    def put_watcher(self, tags: Mapping[str, str]) -> None:
        """Let the watcher stand already, with some code or other, and tags."""
        code = base64.b64encode((self.root / "build/package/layer.zip").read_bytes()).decode()
        body = {
            "functionName": WATCHER,
            "runtime": "python3.12",
            "handler": "functions/watcher/handler.handler",
            "code": {"zipFile": code},
            "tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        self.call("fc", "CreateFunction", body=body)

    def names(self) -> list[str]:
        """The names of all functions."""
        functions: list[Json] = self.call("fc", "ListFunctions")["functions"]
        return sorted(one["functionName"] for one in functions)

    def layer_versions(self) -> int:
        """How many versions of the layer there are."""
        layers: list[Json] = self.call("fc", "ListLayers")["layers"]
        return len([one for one in layers if one["layerName"] == LAYER])

    def buses(self) -> list[str]:
        """The names of the event buses that somebody has made."""
        buses: list[Json] = self.call("eventbridge", "ListEventBuses")["Data"]["EventBuses"]
        return [one["EventBusName"] for one in buses if one["EventBusName"] != "default"]


def run_deploying(folder: Path, environment: Mapping[str, str], *arguments: str) -> Ended:
    """Run `python -m infra.deploying` in a folder; both outputs together."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.deploying", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_RUN_S,
        check=False,
    )
    return Ended(done.returncode, done.stdout)


def lines_of_ours(ended: Ended) -> list[str]:
    """What this project says; the tool says it once more where a hook fails."""
    lines = [line for line in ended.lines if line.startswith(_OURS)]
    return list(dict.fromkeys(lines))


def check_out(root: Path, packages: Path) -> None:
    """Put into a folder what a deployment finds there: s.yaml, and packages."""
    (root / "infra").mkdir(parents=True)
    shutil.copy(TEMPLATE, root / "infra" / "s.yaml")
    shutil.copytree(packages, root / "build" / "package")


def put_layer(folder: Path, content: str) -> None:
    """Put a layer with other content in the place of the one that is there."""
    with zipfile.ZipFile(folder / "layer.zip", "w") as archive:
        archive.writestr("python/content.txt", content)
    layer = asdict(describe(folder / "layer.zip"))
    manifest = {"runtime": "python3.12", "artefacts": {"layer": layer}}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def put_packages(folder: Path) -> None:
    """Build the functions' code from this checkout, and a layer with next to nothing in it.

    The sandbox runs functions with the packages of the interpreter that runs the sandbox.
    """
    folder.mkdir(parents=True)
    for name in FUNCTIONS:
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file, content in _code_of(name):
                archive.writestr(file, content)
    put_layer(folder, "one")


@cache
def _code_of(function: str) -> tuple[tuple[str, bytes], ...]:
    files = function_files(ROOT, function)
    return tuple((str(file), (ROOT / file).read_bytes()) for file in files)
