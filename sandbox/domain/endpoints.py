"""Which host serves which product where: a host that does not follow from here does not exist.

Sources: the endpoint maps of the official SDKs and the endpoint lists of the OpenAPI metadata.
"""

from __future__ import annotations

import re
from typing import Final

from sandbox.domain.regions import (
    BY_ID,
    CATALOGUE,
    CENTRAL_ESS_HOST,
    CENTRAL_STS_HOST,
    EssEndpoint,
    Region,
)

_CENTRAL: Final = {
    CENTRAL_ESS_HOST: "ess",
    CENTRAL_STS_HOST: "sts",
    "ram.aliyuncs.com": "ram",
    "resourcemanager.aliyuncs.com": "resourcemanager",
}
"""Hosts that serve more than one region, or none: RAM and the resource manager are global."""

_FC_ACCOUNT_HOST: Final = re.compile(r"\d+\.([a-z0-9-]+)\.fc\.aliyuncs\.com")
_OSS_HOST: Final = re.compile(r"(?:[a-z0-9-]+\.)?oss-([a-z0-9-]+)\.aliyuncs\.com")
_OSS_ACCELERATION: Final = "accelerate"  # where a region would stand
_LOG_PROJECT_HOST: Final = re.compile(r"[a-z0-9-]+\.([a-z0-9-]+\.log\.aliyuncs\.com)")


def _fc_host(region: Region) -> str:
    if region.region_id == "me-central-1":  # the one region that breaks the rule
        return "me-central-1.fc.aliyuncs.com"
    return f"fcv3.{region.region_id}.aliyuncs.com"


def _hosts_of(region: Region) -> dict[str, str]:
    """The hosts of one region, with the product of each."""
    name = region.region_id
    hosts = {f"ecs.{name}.aliyuncs.com": "ecs", f"vpc.{name}.aliyuncs.com": "vpc"}
    if name == "cn-hangzhou":  # where the SDKs' maps know another name too
        hosts |= {"ecs-cn-hangzhou.aliyuncs.com": "ecs", "vpc.aliyuncs.com": "vpc"}
    if region.ess is not EssEndpoint.CENTRAL:
        hosts[f"ess.{name}.aliyuncs.com"] = "ess"
    if region.sts:
        hosts[f"sts.{name}.aliyuncs.com"] = "sts"
    if region.fc:
        hosts[_fc_host(region)] = "fc"
    if region.logs:
        hosts[f"{name}.log.aliyuncs.com"] = "log"
    if region.eventbridge:
        hosts[f"eventbridge-console.{name}.aliyuncs.com"] = "eventbridge"
    return hosts


def _hosts() -> dict[str, tuple[str, str | None]]:
    hosts: dict[str, tuple[str, str | None]] = {
        host: (product, None) for host, product in _CENTRAL.items()
    }
    for region in CATALOGUE:
        for host, product in _hosts_of(region).items():
            hosts[host] = (product, region.region_id)
    return hosts


_HOSTS: Final = _hosts()


def resolve_host(host: str) -> tuple[str, str | None] | None:
    """The product behind a host name and, where the host serves just one, its region.

    Products bear their names in RAM actions: `log` is the Simple Log Service, each of whose
    projects has a host of its own, as each bucket of `oss` has. None means that the name does not
    resolve. `host` carries no port; case does not matter.
    """
    name = host.lower()
    account_host = _FC_ACCOUNT_HOST.fullmatch(name)
    if account_host is not None:
        region = BY_ID.get(account_host[1])
        return ("fc", region.region_id) if region is not None and region.fc else None
    storage_host = _OSS_HOST.fullmatch(name)
    if storage_host is not None:
        place = storage_host[1]
        if place == _OSS_ACCELERATION:
            return ("oss", None)
        return ("oss", place) if place in BY_ID else None
    project_host = _LOG_PROJECT_HOST.fullmatch(name)
    return _HOSTS.get(project_host[1] if project_host else name)


def fc_host(region_id: str) -> str | None:
    """Function Compute's host for a region, None where there is no such region or host."""
    region = BY_ID.get(region_id)
    return _fc_host(region) if region is not None and region.fc else None


def host_serves(host: str, region_id: str) -> bool:
    """Whether an existing host answers for a region; else `InvalidRegionId.NotFound` is due.

    `ess.aliyuncs.com` serves the ten regions whose endpoint it is.
    """
    resolved = resolve_host(host)
    region = BY_ID.get(region_id)
    if resolved is None or region is None:
        return False
    product, host_region = resolved
    if host_region is not None:
        return host_region == region_id
    return product != "ess" or region.ess is not EssEndpoint.REGIONAL
