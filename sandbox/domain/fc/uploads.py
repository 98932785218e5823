"""Code by way of object storage: the key for an upload, and the package that was uploaded.

GetTempBucketToken is the one action of FC 2.0's API that tools for FC 3.0 still call. No document
describes it: its answer is what the official Node.js SDK reads.
"""

from __future__ import annotations

from typing import Any, Final

from sandbox.domain.account import AssumedRole
from sandbox.domain.fc.packages import Package, read_package
from sandbox.domain.fc.region import FcRegion
from sandbox.domain.oss.product import CODE_OWNER_ID, code_bucket_name, upload_policy
from sandbox.domain.product import Params

_SESSION_S: Final = 3600
_ROLE_ID: Final = "300000000000000001"
_ROLE_NAME: Final = "fc-code-upload"


def get_temp_bucket_token(region: FcRegion, _params: Params) -> dict[str, Any]:
    """GetTempBucketToken: a key that puts objects into Function Compute's own bucket.

    The caller puts the package under `<account id>/<objectName>`, where only their account may.
    """
    account_id = region.world.account.account_id
    bucket = code_bucket_name(region.region_id)
    holder = AssumedRole(
        account_id=CODE_OWNER_ID,
        role_id=_ROLE_ID,
        role_name=_ROLE_NAME,
        session_name=account_id,
        session_policy=upload_policy(bucket, account_id),
    )
    key = region.world.neighbours.sts.issue(holder, _SESSION_S)
    return {
        "credentials": {
            "AccessKeyId": key.access_key_id,
            "AccessKeySecret": key.access_key_secret,
            "SecurityToken": key.security_token,
        },
        "ossRegion": f"oss-{region.region_id}",
        "ossBucket": bucket,
        "objectName": region.mint_uuid(),
    }


def read_code(region: FcRegion, code: Params) -> Package:
    """The package of an InputCodeLocation, which is in the call or in the region's storage.

    Raises ApiError as `read_package` does.
    """
    bucket, name = code.get("ossBucketName", ""), code.get("ossObjectName", "")
    stored = region.world.neighbours.oss.object_content(region.region_id, bucket, name)
    return read_package(code, stored)
