"""Function Compute (FC 3.0): asynchronous invocations, and the tags of a function.

Each verb is one request and no more: who can afford to wait repeats it with `Session.persist`.
The SDK is imported inside: it costs CPU that a poll with nothing to ask for must not pay.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, TypeVar

from shared.cloud.answers import unexpected
from shared.cloud.endpoints import fc_host
from shared.cloud.session import CallFailedError, Session, unreadable
from shared.failure import Failure, Reaction

if TYPE_CHECKING:
    from alibabacloud_fc20230330.client import Client

_Answer = TypeVar("_Answer")
_RESOURCE_TYPE: Final = "function"
"""Short for ALIYUN::FC::FUNCTION, as the description of TagResource says."""


def invoke_async(
    session: Session, region: str, function: str, payload: Mapping[str, object]
) -> None:
    """Ask FC to run a function with a JSON payload, and do not wait for it (InvokeFunction).

    Raises:
        CallFailedError: FC did not take the invocation.
        DeadlinePassedError: there was no time to ask.
    """
    from alibabacloud_fc20230330.models import (  # noqa: PLC0415 (see above)
        InvokeFunctionHeaders,
        InvokeFunctionRequest,
    )

    request = InvokeFunctionRequest(body=BytesIO(json.dumps(payload).encode()))
    headers = InvokeFunctionHeaders(x_fc_invocation_type="Async")

    def ask(client: Client, runtime: Any) -> Any:  # noqa: ANN401 (the SDK's own types, untyped)
        return client.invoke_function_with_options(function, request, headers, runtime)

    _refuse_pages(region, "InvokeFunction", _send(session, region, "InvokeFunction", ask))


def function_tags(session: Session, region: str, arn: str) -> dict[str, str]:
    """Return the tags of the function with this ARN (ListTagResources, every page).

    Raises:
        CallFailedError: FC did not tell.
        DeadlinePassedError: there was no time to ask.
    """
    tags: dict[str, str] = {}
    token: str | None = None
    while True:
        page, token = _tags_page(session, region, arn, token)
        tags |= page
        if not token or not page:  # a page that brings nothing would never end
            return tags


def tag_function(session: Session, region: str, arn: str, tags: Mapping[str, str]) -> None:
    """Write tags on the function with this ARN, replacing equal keys (TagResources).

    Raises:
        CallFailedError: FC refused, or nobody answered.
        DeadlinePassedError: there was no time to ask.
    """
    from alibabacloud_fc20230330.models import (  # noqa: PLC0415 (see above)
        Tag,
        TagResourcesInput,
        TagResourcesRequest,
    )

    pairs = [Tag(key=key, value=value) for key, value in tags.items()]
    request = TagResourcesRequest(
        body=TagResourcesInput(resource_type=_RESOURCE_TYPE, resource_id=[arn], tag=pairs)
    )

    def ask(client: Client, runtime: Any) -> Any:  # noqa: ANN401 (as above)
        return client.tag_resources_with_options(request, {}, runtime)

    _refuse_pages(region, "TagResources", _send(session, region, "TagResources", ask))


def untag_function(session: Session, region: str, arn: str, keys: Sequence[str]) -> None:
    """Take tags off the function with this ARN; keys it does not bear are fine (UntagResources).

    Raises:
        CallFailedError: FC refused, or nobody answered.
        DeadlinePassedError: there was no time to ask.
    """
    from alibabacloud_fc20230330.models import UntagResourcesRequest  # noqa: PLC0415 (see above)

    request = UntagResourcesRequest(
        resource_type=_RESOURCE_TYPE, resource_id=[arn], tag_key=list(keys)
    )

    def ask(client: Client, runtime: Any) -> Any:  # noqa: ANN401 (as above)
        return client.untag_resources_with_options(request, {}, runtime)

    _refuse_pages(region, "UntagResources", _send(session, region, "UntagResources", ask))


def _tags_page(
    session: Session, region: str, arn: str, token: str | None
) -> tuple[dict[str, str], str | None]:
    from alibabacloud_fc20230330.models import ListTagResourcesRequest  # noqa: PLC0415 (see above)

    request = ListTagResourcesRequest(
        resource_type=_RESOURCE_TYPE, resource_id=[arn], next_token=token
    )

    def ask(client: Client, runtime: Any) -> tuple[dict[str, str], str | None]:  # noqa: ANN401
        try:
            body = client.list_tag_resources_with_options(request, {}, runtime).body
            tags = {str(tag.tag_key): str(tag.tag_value or "") for tag in body.tag_resources}
        except (AttributeError, TypeError) as error:  # the SDK's models read what they are given
            raise unexpected(region, "ListTagResources", str(error)) from error
        return tags, body.next_token

    return _send(session, region, "ListTagResources", ask)


def _send(
    session: Session, region: str, action: str, ask: Callable[[Client, Any], _Answer]
) -> _Answer:
    from alibabacloud_fc20230330.client import Client  # noqa: PLC0415 (see above)

    host = fc_host(region)
    if host is None:
        raise CallFailedError(_not_offered(region), perhaps_applied=False)
    client = Client(session.config(host))
    return session.send(region, host, action, lambda runtime: ask(client, runtime))


def _refuse_pages(region: str, action: str, answer: Any) -> None:  # noqa: ANN401 (as above)
    """FC answers these calls without a body, so nothing but the header tells a portal's page."""
    if "html" in answer.headers.get("content-type", ""):
        raise CallFailedError(unreadable(str(fc_host(region)), action), perhaps_applied=True)


def _not_offered(region: str) -> Failure:
    return Failure(
        "FunctionComputeNotOffered",
        f"Function Compute is not offered in {region}, so {region} has no functions to invoke.",
        Reaction.HUMAN,
        "Deploy the functions in a region that offers it, and set FC_REGION to that one.",
    )
