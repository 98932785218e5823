"""Which host serves which product in which region.

Sources: the endpoint maps of the official SDKs and the endpoint lists of the OpenAPI metadata.
Products that are not offered everywhere answer None rather than a host that would not resolve.
ESS's hosts follow no rule and stand in the region catalogue.
"""

from __future__ import annotations

from typing import Final

RAM_HOST: Final = "ram.aliyuncs.com"
"""Global; the SDK's own map leads to hosts that do not exist in regions younger than it."""
RESOURCE_MANAGER_HOST: Final = "resourcemanager.aliyuncs.com"
STS_HOST: Final = "sts.aliyuncs.com"
"""Serves every region; the regional hosts of STS are missing in the youngest ones."""

_NO_FC: Final = frozenset(
    {
        "ap-southeast-6",
        "ap-southeast-8",
        "cn-fuzhou",
        "cn-guangzhou",
        "cn-heyuan",
        "cn-nanjing",
        "cn-wuhan-lr",
        "cn-zhongwei",
        "eu-west-2",
        "me-east-1",
        "na-south-1",
    }
)
_NO_LOGS: Final = frozenset({"cn-wuhan-lr", "cn-zhongwei", "eu-west-2", "na-south-1"})
_NO_EVENTBRIDGE: Final = frozenset(
    {
        "ap-southeast-8",
        "cn-fuzhou",
        "cn-nanjing",
        "cn-wuhan-lr",
        "cn-zhongwei",
        "eu-west-2",
        "me-central-1",
        "me-east-1",
        "na-south-1",
    }
)
_OWN_FC_HOST: Final = "me-central-1"
_PRODUCT_OF_FIRST_LABEL: Final = {
    "ecs-cn-hangzhou": "ecs",
    "eventbridge-console": "eventbridge",
    "fcv3": "fc",
    "resourcemanager": "ram",  # resource groups and service-linked roles are RAM's in policies
}


def ecs_host(region: str) -> str:
    """Return the host of ECS; one region has its own form."""
    if region == "cn-hangzhou":
        return "ecs-cn-hangzhou.aliyuncs.com"
    return f"ecs.{region}.aliyuncs.com"


def vpc_host(region: str) -> str:
    """Return the host of VPC; one region has its own form."""
    if region == "cn-hangzhou":
        return "vpc.aliyuncs.com"
    return f"vpc.{region}.aliyuncs.com"


def fc_host(region: str) -> str | None:
    """Return the host of Function Compute 3.0, None where it is not offered."""
    if region in _NO_FC:
        return None
    if region == _OWN_FC_HOST:
        return f"{region}.fc.aliyuncs.com"
    return f"fcv3.{region}.aliyuncs.com"


def log_host(region: str) -> str | None:
    """Return the host of the Simple Log Service, None where it is not known to be offered.

    Each project has a host of its own, the project's name in front of this one.
    """
    return None if region in _NO_LOGS else f"{region}.log.aliyuncs.com"


def eventbridge_host(region: str) -> str | None:
    """Return the host of EventBridge, None where it is not offered."""
    return None if region in _NO_EVENTBRIDGE else f"eventbridge-console.{region}.aliyuncs.com"


def product_of(host: str) -> str:
    """Return the product behind a host, by the name that it bears in RAM policies."""
    labels = host.split(".")
    if labels[-3] in {"fc", "log"}:  # <region>.fc.…, <region>.log.…, <project>.<region>.log.…
        return labels[-3]
    return _PRODUCT_OF_FIRST_LABEL.get(labels[0], labels[0])
