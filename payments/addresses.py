"""Whose request this is: the address that our outermost proxy saw, never one that a client claims."""

from collections.abc import Mapping
from ipaddress import AddressValueError, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

# What one household, office or cheap block of a card tester usually holds.
_NETWORK_BITS = {4: 24, 6: 48}


def client_address(request: HttpRequest) -> str:
    """Return the address that reached our outermost proxy; "" when nothing valid is known."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """Return the same of a WSGI environment.

    Each proxy appends the peer that it saw to X-Forwarded-For, so with `TRUSTED_PROXY_COUNT`
    proxies of ours the entry that many places from the right was written by us, and everything left
    of it may be forged. A header that is too short did not pass all our proxies and is not read.
    """
    trusted = settings.TRUSTED_PROXY_COUNT
    peer = environ.get("REMOTE_ADDR", "")
    header = environ.get("HTTP_X_FORWARDED_FOR", "")
    if trusted and header:
        seen = header.split(",")
        if len(seen) >= trusted:
            peer = seen[-trusted]
    return _canonical(peer)


def network_of(address: str) -> str:
    """Return the /24 (IPv4) or /48 (IPv6) around `address`; "" stays ""."""
    if not address:
        return ""
    bits = _NETWORK_BITS[ip_address(address).version]
    return str(ip_network(f"{address}/{bits}", strict=False))


def _canonical(text: str) -> str:
    """Return one spelling per address: no port, no zone, no IPv4 address wrapped into IPv6."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except (AddressValueError, ValueError):
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address)
