"""From a request to the API action that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sandbox.domain.endpoints import fc_host, resolve_host
from sandbox.domain.errors import unknown_action
from sandbox.wire import fc2_parameters, fc_parameters
from sandbox.wire.fc_requests import read_fc, read_fc2
from sandbox.wire.log_requests import read_log
from sandbox.wire.messages import Pairs, Request
from sandbox.wire.oss_requests import read_oss
from sandbox.wire.products import BY_VERSION, FC, FC_2, PRODUCTS, ApiStyle, Product
from sandbox.wire.rejections import (
    invalid_version,
    missing_parameter,
    unreadable_parameters,
    unsupported_method,
)

_FC_PATHS: Final = (f"/{fc_parameters.VERSION}/", fc2_parameters.PATH_PREFIX)
_OWN_HOSTS: Final = frozenset({"", "127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: a product, and its region where the host names one."""

    product: Product
    host_region: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for, before anything is known about its caller.

    `pairs` are the action's parameters as sent, path parameters included; `region` is the host's,
    else the one that the RegionId parameter claims.
    """

    product: Product
    action: str
    region: str | None
    query: Pairs
    form: Pairs
    path_pairs: Pairs

    @property
    def pairs(self) -> Pairs:
        """Every parameter that was sent."""
        return self.path_pairs + self.query + self.form


def is_own_host(request: Request) -> bool:
    """Whether the request is meant for the sandbox's own address, not for a cloud host."""
    return request.host in _OWN_HOSTS


def at_region(request: Request) -> Request:
    """The request as Function Compute's own host would get it, where its path names a region.

    `http://127.0.0.1:<port>/<region>` is an endpoint for tools that cannot use a proxy: nothing in
    Function Compute's requests but their host says which region they are for.
    """
    region, slash, rest = request.path.removeprefix("/").partition("/")
    host = fc_host(region)
    if not is_own_host(request) or host is None:
        return request
    return replace(request, host=host, path=slash + rest)


def find_target(request: Request) -> Target | None:
    """The product behind the request's host, or None where the host does not exist.

    A request to the sandbox's own address names its product by the API version it carries.
    Raises ApiError where a product is not served here or the version is nobody's.
    """
    if not is_own_host(request):
        resolved = resolve_host(request.host)
        if resolved is None:
            return None
        name, region = resolved
        product = PRODUCTS.get(name)
        if product is None:
            raise unknown_action()
        return Target(_at_path(request, product), _region_of_host(request, product, region))
    if request.path.startswith(_FC_PATHS):
        return Target(_at_path(request, FC), None)
    version = request.headers.get("x-acs-version") or _values(_query(request)).get("Version")
    product = BY_VERSION.get(version or "")
    if product is None:
        raise invalid_version()
    return Target(product, None)


def _at_path(request: Request, product: Product) -> Product:
    """Function Compute's host serves two versions, which begin their paths."""
    older = product is FC and request.path.startswith(fc2_parameters.PATH_PREFIX)
    return FC_2 if older else product


def _region_of_host(request: Request, product: Product, region: str | None) -> str | None:
    """The host's region, unless OSS's client has made the host up.

    Given an address for an endpoint it invents a host in cn-hangzhou for its bucket.
    """
    return None if product.style is ApiStyle.OSS and not request.via_proxy else region


def read_call(request: Request, target: Target) -> Call:
    """The action and parameters of a request to `target`.

    Raises ApiError: wrong method or version, unknown action, undecodable parameters.
    """
    query = _query(request)
    if target.product.style is not ApiStyle.RPC:
        return _read_roa(request, target, query)
    if request.method not in {"GET", "POST"}:
        raise unsupported_method()
    try:
        form = request.form_pairs()
    except UnicodeDecodeError:
        raise unreadable_parameters() from None
    values = _values(query + form)
    _check_version(request, target.product, values)
    action = request.headers.get("x-acs-action") or values.get("Action")
    if not action:
        raise missing_parameter("Action")
    if request.path != "/" or action not in target.product.actions:
        raise unknown_action()
    region = target.host_region or values.get("RegionId")
    return Call(target.product, action, region, query, form, ())


def _read_roa(request: Request, target: Target, query: Pairs) -> Call:
    found = _READERS[target.product.style](request)
    if found is None:
        raise unknown_action()
    action, pairs = found
    return Call(target.product, action, target.host_region, query, (), pairs)


_READERS: Final[Mapping[ApiStyle, Callable[[Request], tuple[str, Pairs] | None]]] = {
    ApiStyle.ROA: read_fc,
    ApiStyle.FC_2: read_fc2,
    ApiStyle.LOG: read_log,
    ApiStyle.OSS: read_oss,
}


def _check_version(request: Request, product: Product, values: Mapping[str, str]) -> None:
    version = request.headers.get("x-acs-version") or values.get("Version")
    if not version:
        raise missing_parameter("Version")
    if version != product.version:
        raise invalid_version()


def _query(request: Request) -> Pairs:
    try:
        return request.query_pairs()
    except UnicodeDecodeError:
        raise unreadable_parameters() from None


def _values(pairs: Pairs) -> dict[str, str]:
    return dict(pairs)
