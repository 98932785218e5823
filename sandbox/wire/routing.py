"""From a request to the API action that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.domain.endpoints import resolve_host
from sandbox.domain.errors import unknown_action
from sandbox.wire.fc_requests import read_fc
from sandbox.wire.log_requests import read_log
from sandbox.wire.messages import Pairs, Request
from sandbox.wire.products import BY_VERSION, PRODUCTS, ApiStyle, Product
from sandbox.wire.rejections import (
    invalid_version,
    missing_parameter,
    unreadable_parameters,
    unsupported_method,
)

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
        return Target(product, region)
    version = request.headers.get("x-acs-version") or _values(_query(request)).get("Version")
    product = BY_VERSION.get(version or "")
    if product is None:
        raise invalid_version()
    return Target(product, None)


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
    read = read_fc if target.product.style is ApiStyle.ROA else read_log
    found = read(request)
    if found is None:
        raise unknown_action()
    action, pairs = found
    return Call(target.product, action, target.host_region, query, (), pairs)


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
