"""The catalogue of public Alibaba Cloud regions, with the ESS endpoint of each.

Sources: the endpoint maps of the official SDKs, the ECS region list of mid 2026. Endpoints are a
table because no rule yields them: ten regions share `ess.aliyuncs.com`, and
`ess.cn-shanghai.aliyuncs.com`, which a rule would give, does not resolve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Region:
    """One public region.

    `mainland`: in mainland China (slow or blocked access to hosts outside).
    `closing`: being shut down by Alibaba; not part of `regions: all`, but may still be named.
    """

    region_id: str
    local_name: str
    ess_host: str
    mainland: bool
    closing: bool = False


_CENTRAL_ESS: Final = "ess.aliyuncs.com"

CATALOGUE: Final[tuple[Region, ...]] = (
    Region("cn-qingdao", "China (Qingdao)", _CENTRAL_ESS, mainland=True),
    Region("cn-beijing", "China (Beijing)", _CENTRAL_ESS, mainland=True),
    Region(
        "cn-zhangjiakou", "China (Zhangjiakou)", "ess.cn-zhangjiakou.aliyuncs.com", mainland=True
    ),
    Region("cn-huhehaote", "China (Hohhot)", "ess.cn-huhehaote.aliyuncs.com", mainland=True),
    Region("cn-wulanchabu", "China (Ulanqab)", "ess.cn-wulanchabu.aliyuncs.com", mainland=True),
    Region("cn-hangzhou", "China (Hangzhou)", _CENTRAL_ESS, mainland=True),
    Region("cn-shanghai", "China (Shanghai)", _CENTRAL_ESS, mainland=True),
    Region(
        "cn-nanjing", "China (Nanjing - Local Region)", _CENTRAL_ESS, mainland=True, closing=True
    ),
    Region(
        "cn-fuzhou",
        "China (Fuzhou - Local Region)",
        "ess.cn-fuzhou.aliyuncs.com",
        mainland=True,
        closing=True,
    ),
    Region("cn-shenzhen", "China (Shenzhen)", _CENTRAL_ESS, mainland=True),
    Region("cn-heyuan", "China (Heyuan)", "ess.cn-heyuan.aliyuncs.com", mainland=True),
    Region("cn-guangzhou", "China (Guangzhou)", "ess.cn-guangzhou.aliyuncs.com", mainland=True),
    Region("cn-chengdu", "China (Chengdu)", "ess.cn-chengdu.aliyuncs.com", mainland=True),
    Region(
        "cn-wuhan-lr", "China (Wuhan - Local Region)", "ess.cn-wuhan-lr.aliyuncs.com", mainland=True
    ),
    Region("cn-zhongwei", "China (Zhongwei)", "ess.cn-zhongwei.aliyuncs.com", mainland=True),
    Region("cn-hongkong", "China (Hong Kong)", _CENTRAL_ESS, mainland=False),
    Region("ap-northeast-1", "Japan (Tokyo)", "ess.ap-northeast-1.aliyuncs.com", mainland=False),
    Region(
        "ap-northeast-2", "South Korea (Seoul)", "ess.ap-northeast-2.aliyuncs.com", mainland=False
    ),
    Region("ap-southeast-1", "Singapore", _CENTRAL_ESS, mainland=False),
    Region(
        "ap-southeast-3",
        "Malaysia (Kuala Lumpur)",
        "ess.ap-southeast-3.aliyuncs.com",
        mainland=False,
    ),
    Region(
        "ap-southeast-5", "Indonesia (Jakarta)", "ess.ap-southeast-5.aliyuncs.com", mainland=False
    ),
    Region(
        "ap-southeast-6", "Philippines (Manila)", "ess.ap-southeast-6.aliyuncs.com", mainland=False
    ),
    Region(
        "ap-southeast-7", "Thailand (Bangkok)", "ess.ap-southeast-7.aliyuncs.com", mainland=False
    ),
    Region("ap-southeast-8", "Malaysia (Johor)", "ess.ap-southeast-8.aliyuncs.com", mainland=False),
    Region("us-east-1", "US (Virginia)", _CENTRAL_ESS, mainland=False),
    Region("us-west-1", "US (Silicon Valley)", _CENTRAL_ESS, mainland=False),
    Region("na-south-1", "Mexico", "ess.na-south-1.aliyuncs.com", mainland=False),
    Region("eu-central-1", "Germany (Frankfurt)", "ess.eu-central-1.aliyuncs.com", mainland=False),
    Region("eu-west-1", "UK (London)", "ess.eu-west-1.aliyuncs.com", mainland=False),
    Region("eu-west-2", "France (Paris)", "ess.eu-west-2.aliyuncs.com", mainland=False),
    Region(
        "me-central-1",
        "SAU (Riyadh - Partner Region)",
        "ess.me-central-1.aliyuncs.com",
        mainland=False,
    ),
    Region("me-east-1", "UAE (Dubai)", "ess.me-east-1.aliyuncs.com", mainland=False),
)

BY_ID: Final[dict[str, Region]] = {region.region_id: region for region in CATALOGUE}

OPEN_REGION_IDS: Final[tuple[str, ...]] = tuple(
    region.region_id for region in CATALOGUE if not region.closing
)
"""What `regions: all` means: every public region that is not being closed."""
