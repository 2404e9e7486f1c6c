"""Whose address a request comes from: the connection's own, or what a proxy that the office named says of it.

Nobody else's X-Forwarded-* is believed, and none of it reaches what lies behind this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)
_PROTO = "HTTP_X_FORWARDED_PROTO"


class ProxyMiddleware:
    """Sets REMOTE_ADDR to the client's address; a proxy's word on https is kept only when the proxy is named."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._trusted = read_networks(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        named = self._is_trusted(request.META.get("REMOTE_ADDR", ""))
        if named:
            request.META["REMOTE_ADDR"] = self._find_client(chain) or request.META["REMOTE_ADDR"]
        else:
            request.META.pop(_PROTO, None)
        for name in _FORWARDED:
            request.META.pop(name, None)
        return self.get_response(request)

    def _find_client(self, chain: Sequence[str]) -> str | None:
        """The last address that is no proxy of ours: what stands before it, anybody may have written."""
        for said in reversed(chain):
            address = _read_address(said)
            if address is None:
                return None
            if not self._is_trusted(str(address)):
                return str(address)
        return None

    def _is_trusted(self, said: str) -> bool:
        address = _read_address(said)
        return address is not None and any(address in network for network in self._trusted)


def read_networks(named: Sequence[str]) -> list[IPv4Network | IPv6Network]:
    """Addresses or networks, as "10.0.0.5" or "10.0.0.0/24"."""
    return [ip_network(name, strict=False) for name in named]


def _read_address(said: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(said.strip().strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
