"""The layer: published when its content is new, and remembered where Serverless Devs finds it.

Layers are no resource of s.yaml, and a version's ARN is known only once it is published. Values of
s.yaml are read before its first hook runs, so a hook cannot hand them on: the ARN goes through
infra/.env, which the tool reads before it reads s.yaml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from infra.deploying.cloud import FunctionCompute, LayerVersion
from infra.deploying.packages import LayerPackage
from infra.deploying.rules.names import layer_name
from infra.deploying.surroundings import with_layer, without_layer

_DOTENV: Final = Path("infra") / ".env"
_ONLY_OWNER: Final = 0o600  # secrets may stand there, too


def publish(cloud: FunctionCompute, fleet: str, package: LayerPackage) -> tuple[LayerVersion, bool]:
    """Return the version with this content, and whether it had to be published.

    Raises `CallFailedError` or `DeadlinePassedError`.
    """
    layer = layer_name(fleet)
    newest = next(iter(cloud.layer_versions(layer)), None)
    if newest is not None and newest.checksum == package.checksum:
        return newest, False
    description = f"Packages of p2p-fleet, sha256 {package.sha256[:16]}"
    content = package.path.read_bytes()
    return cloud.publish_layer(layer, content, package.runtime, description), True


def delete_all(cloud: FunctionCompute, fleet: str) -> None:
    """Delete every version. Raises as `publish` does."""
    for version in cloud.layer_versions(layer_name(fleet)):
        cloud.delete_layer_version(layer_name(fleet), version.number)


def remember(root: Path, arn: str) -> None:
    """Write the layer's ARN into infra/.env; other lines stay."""
    _rewrite(root / _DOTENV, with_layer(_read(root / _DOTENV), arn))


def forget(root: Path) -> None:
    """Take the layer's ARN out of infra/.env; other lines stay."""
    old = _read(root / _DOTENV)
    if old:
        _rewrite(root / _DOTENV, without_layer(old))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""


def _rewrite(path: Path, text: str) -> None:
    scratch = path.with_name(f"{path.name}.new")
    scratch.touch(_ONLY_OWNER)
    scratch.write_text(text, "utf-8")
    scratch.replace(path)
