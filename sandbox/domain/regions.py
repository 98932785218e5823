# ruff: noqa: RUF001  (full-width brackets are part of the Chinese names)
"""The public regions with their zones, and which host serves which product where.

Sources: the ECS region and zone lists of mid 2026, the endpoint maps of the official SDKs and the
endpoint lists of the OpenAPI metadata. A host that is not derived from this table does not exist.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class EssEndpoint(enum.Enum):
    """Under which names Auto Scaling is reached in a region."""

    CENTRAL = "central"
    """Only `ess.aliyuncs.com`; `ess.<region>.aliyuncs.com` does not resolve."""
    REGIONAL = "regional"
    """Only `ess.<region>.aliyuncs.com`."""
    BOTH = "both"
    """Either: the SDKs use the central name, the metadata lists a regional one too."""


@dataclass(frozen=True, slots=True)
class Region:
    """One public region. `zone_letters` are its zones' last letters.

    `sts`, `fc`, `logs` and `eventbridge`: whether these products have an endpoint of their own
    there. `closing`: being shut down by Alibaba.
    """

    region_id: str
    english_name: str
    chinese_name: str
    zone_letters: str
    ess: EssEndpoint
    sts: bool = True
    fc: bool = True
    logs: bool = True
    eventbridge: bool = True
    closing: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        """Zone ids: `cn-hangzhou-b` in China, `eu-central-1a` elsewhere."""
        hyphen = "-" if self.region_id.startswith("cn-") else ""
        return tuple(f"{self.region_id}{hyphen}{letter}" for letter in self.zone_letters)

    @property
    def ess_host(self) -> str:
        """The host that the SDKs' endpoint maps name for Auto Scaling."""
        if self.ess is EssEndpoint.REGIONAL:
            return f"ess.{self.region_id}.aliyuncs.com"
        return CENTRAL_ESS_HOST


CENTRAL_ESS_HOST: Final = "ess.aliyuncs.com"
CENTRAL_STS_HOST: Final = "sts.aliyuncs.com"

CATALOGUE: Final[tuple[Region, ...]] = (
    Region("cn-qingdao", "China (Qingdao)", "华北1（青岛）", "bc", EssEndpoint.CENTRAL),
    Region("cn-beijing", "China (Beijing)", "华北2（北京）", "abcdefghijkl", EssEndpoint.CENTRAL),
    Region("cn-zhangjiakou", "China (Zhangjiakou)", "华北3（张家口）", "abc", EssEndpoint.REGIONAL),
    Region("cn-huhehaote", "China (Hohhot)", "华北5（呼和浩特）", "ab", EssEndpoint.REGIONAL),
    Region("cn-wulanchabu", "China (Ulanqab)", "华北6（乌兰察布）", "abcd", EssEndpoint.REGIONAL),
    Region("cn-hangzhou", "China (Hangzhou)", "华东1（杭州）", "befghijk", EssEndpoint.CENTRAL),
    Region("cn-shanghai", "China (Shanghai)", "华东2（上海）", "abcdefgklmno", EssEndpoint.CENTRAL),
    Region(
        "cn-nanjing",
        "China (Nanjing - Local Region)",
        "华东5（南京-本地地域-关停中）",
        "a",
        EssEndpoint.CENTRAL,
        fc=False,
        closing=True,
        eventbridge=False,
    ),
    Region(
        "cn-fuzhou",
        "China (Fuzhou - Local Region)",
        "华东6（福州-本地地域-关停中）",
        "a",
        EssEndpoint.REGIONAL,
        fc=False,
        closing=True,
        eventbridge=False,
    ),
    Region("cn-shenzhen", "China (Shenzhen)", "华南1（深圳）", "abcdef", EssEndpoint.CENTRAL),
    Region("cn-heyuan", "China (Heyuan)", "华南2（河源）", "abc", EssEndpoint.REGIONAL, fc=False),
    Region(
        "cn-guangzhou", "China (Guangzhou)", "华南3（广州）", "ab", EssEndpoint.REGIONAL, fc=False
    ),
    Region("cn-chengdu", "China (Chengdu)", "西南1（成都）", "abc", EssEndpoint.REGIONAL),
    Region(
        "cn-wuhan-lr",
        "China (Wuhan - Local Region)",
        "华中1（武汉-本地地域）",
        "a",
        EssEndpoint.REGIONAL,
        fc=False,
        logs=False,
        eventbridge=False,
    ),
    Region(
        "cn-zhongwei",
        "China (Zhongwei)",
        "西北2（中卫）",
        "ab",
        EssEndpoint.REGIONAL,
        sts=False,
        fc=False,
        logs=False,
        eventbridge=False,
    ),
    Region("cn-hongkong", "China (Hong Kong)", "中国香港", "bcd", EssEndpoint.BOTH),
    Region("ap-northeast-1", "Japan (Tokyo)", "日本（东京）", "abcde", EssEndpoint.REGIONAL),
    Region("ap-northeast-2", "South Korea (Seoul)", "韩国（首尔）", "abc", EssEndpoint.REGIONAL),
    Region("ap-southeast-1", "Singapore", "新加坡", "abcd", EssEndpoint.BOTH),
    Region(
        "ap-southeast-3",
        "Malaysia (Kuala Lumpur)",
        "马来西亚（吉隆坡）",
        "abc",
        EssEndpoint.REGIONAL,
    ),
    Region(
        "ap-southeast-5", "Indonesia (Jakarta)", "印度尼西亚（雅加达）", "abc", EssEndpoint.REGIONAL
    ),
    Region(
        "ap-southeast-6",
        "Philippines (Manila)",
        "菲律宾（马尼拉）",
        "ab",
        EssEndpoint.REGIONAL,
        sts=False,
        fc=False,
    ),
    Region("ap-southeast-7", "Thailand (Bangkok)", "泰国（曼谷）", "ab", EssEndpoint.REGIONAL),
    Region(
        "ap-southeast-8",
        "Malaysia (Johor)",
        "马来西亚（柔佛州）",
        "ab",
        EssEndpoint.REGIONAL,
        sts=False,
        fc=False,
        eventbridge=False,
    ),
    Region("us-east-1", "US (Virginia)", "美国（弗吉尼亚）", "ab", EssEndpoint.BOTH),
    Region("us-west-1", "US (Silicon Valley)", "美国（硅谷）", "ab", EssEndpoint.BOTH),
    Region(
        "na-south-1",
        "Mexico",
        "墨西哥",
        "ab",
        EssEndpoint.REGIONAL,
        fc=False,
        logs=False,
        eventbridge=False,
    ),
    Region("eu-central-1", "Germany (Frankfurt)", "德国（法兰克福）", "abc", EssEndpoint.REGIONAL),
    Region("eu-west-1", "UK (London)", "英国（伦敦）", "ab", EssEndpoint.REGIONAL),
    Region(
        "eu-west-2",
        "France (Paris)",
        "法国（巴黎）",
        "ab",
        EssEndpoint.REGIONAL,
        sts=False,
        fc=False,
        logs=False,
        eventbridge=False,
    ),
    Region(
        "me-central-1",
        "SAU (Riyadh - Partner Region)",
        "沙特（利雅得）",
        "ab",
        EssEndpoint.REGIONAL,
        eventbridge=False,
    ),
    Region(
        "me-east-1",
        "UAE (Dubai)",
        "阿联酋（迪拜）",
        "ab",
        EssEndpoint.REGIONAL,
        fc=False,
        eventbridge=False,
    ),
)

BY_ID: Final[dict[str, Region]] = {region.region_id: region for region in CATALOGUE}

OPEN_REGION_IDS: Final[tuple[str, ...]] = tuple(
    region.region_id for region in CATALOGUE if not region.closing
)
