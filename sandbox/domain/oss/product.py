"""Object storage with one bucket per region: Function Compute's own, for code on its way.

The buckets belong to Function Compute's account, not to the user's: only the keys that Function
Compute gives out open them, each for objects under the name of the account it was given to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sandbox.domain.account import AssumedRole
from sandbox.domain.instants import utc_second
from sandbox.domain.neighbours import Member
from sandbox.domain.oss.errors import (
    invalid_object_name,
    no_right,
    no_such_bucket,
    other_endpoint,
)
from sandbox.domain.product import Handler, Params
from sandbox.domain.ram.judgement import Verdict, judge
from sandbox.domain.ram_actions import Permission
from sandbox.domain.world import World

CODE_OWNER_ID: Final = "1000000000000001"
"""The account behind the buckets; the real one's id is nobody's business."""

_MAX_NAME_BYTES: Final = 1023


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object; it is replaced as a whole."""

    content: bytes
    modified_at: datetime


@dataclass(slots=True, eq=False)
class Bucket:
    """A bucket with its objects by name."""

    name: str
    region_id: str
    objects: dict[str, StoredObject] = field(default_factory=dict)


def code_bucket_name(region_id: str) -> str:
    """The bucket for code packages on their way to Function Compute; the real name is not known."""
    return f"fc-code-upload-{region_id}"


def upload_policy(bucket: str, folder: str) -> str:
    """What a key for uploads may do: put objects into one folder of one bucket."""
    resource = f"acs:oss:*:*:{bucket}/{folder}/*"
    return (
        '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:PutObject", '
        f'"Resource": "{resource}"}}]}}'
    )


class ObjectStorage:
    """PutObject into Function Compute's buckets; objects stay until the account is emptied."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buckets = {
            bucket.name: bucket
            for bucket in (Bucket(code_bucket_name(one), one) for one in world.region_ids)
        }
        self._actions: Mapping[str, Handler] = {"PutObject": self._put_object}

    @property
    def actions(self) -> Mapping[str, Handler]:
        """PutObject."""
        return self._actions

    def region_of(self, params: Params) -> str:
        """The region of the bucket that a call names, else any."""
        bucket = self._buckets.get(params.get("bucket", ""))
        return self._world.region_ids[0] if bucket is None else bucket.region_id

    def object_content(self, region_id: str, bucket: str, name: str) -> bytes | None:
        """An object of a bucket in a region, None where there is none."""
        found = self._buckets.get(bucket)
        if found is None or found.region_id != region_id or name not in found.objects:
            return None
        return found.objects[name].content

    def state(self) -> dict[str, Any]:
        """Buckets that hold anything: names, sizes and times, no contents."""
        return {
            bucket.region_id: {
                bucket.name: [
                    {"name": name, "size": len(one.content), "at": utc_second(one.modified_at)}
                    for name, one in bucket.objects.items()
                ]
            }
            for bucket in self._buckets.values()
            if bucket.objects
        }

    def members_of(self, _group_id: str) -> Sequence[Member]:
        """Nothing: no bucket is in a resource group of the account."""
        return ()

    def _put_object(self, region_id: str, params: Params) -> dict[str, Any]:
        """PutObject: an object of the same name is replaced."""
        name: str = params["object"]
        if not name or name[0] in "/\\" or len(name.encode()) > _MAX_NAME_BYTES:
            raise invalid_object_name(name)
        bucket = self._buckets.get(params["bucket"])
        if bucket is None:
            raise no_such_bucket()
        if bucket.region_id != region_id:
            raise other_endpoint()
        if not self._lets_put(bucket, name):
            raise no_right()
        bucket.objects[name] = StoredObject(params["body"], self._world.clock.now)
        return {}

    def _lets_put(self, bucket: Bucket, name: str) -> bool:
        caller = self._world.caller
        if not isinstance(caller, AssumedRole) or caller.account_id != CODE_OWNER_ID:
            return False
        documents = [] if caller.session_policy is None else [caller.session_policy]
        permission = Permission("oss:PutObject", (f"acs:oss:*:*:{bucket.name}/{name}",))
        return judge(documents, permission) is Verdict.ALLOWED
