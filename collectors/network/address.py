"""Where a request may go: the one reading of an address, and which network addresses are public.

What is checked here early for a clear sentence is enforced again in the connection itself (network/wire.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urldefrag, urlsplit

from requests import PreparedRequest, RequestException

PORTS = frozenset({80, 443, 8080, 8443})
MAX_LENGTH = 8_000
_DEFAULT_PORT = {"http": 80, "https": 443}

# Python's own is_global changed its mind between patch releases (3.11.7 calls 192.0.0.9 private, 3.11.10 does not),
# so the ranges of the IANA special-purpose registries stand here.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    )
)  # fmt: skip
# Of IPv6 only 2000::/3 is given out. Mapped, NAT64 and compatible addresses lie outside it; Teredo, ORCHID,
# documentation and 6to4 lie inside and lead elsewhere than they say.
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(n) for n in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")
)


class AddressError(ValueError):
    """An address that is never asked; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """One address, read once: what is sent, and to whom."""

    url: str  # normalized, without fragment
    scheme: str
    host: str  # lower case, IDNA
    port: int
    place: str  # host:port, as `allow_hosts` names it

    @property
    def label(self) -> str:
        """The address as errors and logs may show it: a query can hold a secret or a citizen's words."""
        bare, _, query = self.url.partition("?")
        return (bare if len(bare) <= 200 else bare[:199] + "…") + ("?…" if query else "")


@lru_cache(maxsize=4096)
def parse_target(url: str) -> Target:
    """Read an address the way `requests` will; AddressError where it is not plain http or https."""
    if len(url) > MAX_LENGTH:
        raise AddressError(f"is longer than {MAX_LENGTH} characters")
    prepared = PreparedRequest()
    try:
        prepared.prepare_url(url.strip(), None)
        bare = urldefrag(prepared.url or "").url
        parts = urlsplit(bare)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except (RequestException, ValueError) as error:
        raise AddressError("is not an address") from error
    if parts.scheme not in _DEFAULT_PORT:
        raise AddressError(f"begins with {parts.scheme[:20]}:, and only http and https are fetched")
    if "@" in parts.netloc:
        raise AddressError("has a user name in it, which is not allowed")
    if not host:
        raise AddressError("names no host")
    port = _DEFAULT_PORT[parts.scheme] if port is None else port
    return Target(bare, parts.scheme, host, port, place(host, port))


def place(host: str, port: int) -> str:
    """`host:port` as `allow_hosts` spells it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    """True for an address of the open internet; False for anything inside, reserved or wrapped."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        return found in _PUBLIC_6 and not any(found in network for network in _NOT_PUBLIC_6)
    return not any(found in network for network in _NOT_PUBLIC_4)
