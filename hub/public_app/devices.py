"""Knows a person's own phone again, and from where others try: what limits of guesses go by. Pure."""

import hmac
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from hub.public_app.citizens import derived
from hub.store.sealing import StoreKey

_USE = "citizen-device"
_IPV6_NETWORK = 64
"""What one household has; an address of it is drawn anew at will."""


@dataclass(frozen=True, slots=True)
class Source:
    """From where somebody signs in."""

    mark: str
    """Stands for a device or a network without saying which: 32 hexadecimal digits."""
    is_own: bool
    """A device on which the person has signed in before."""


def device_pass(key: StoreKey, citizen_key: str, device: str) -> str:
    """Make what a browser keeps of a sign-in: it proves this person's device and names nobody."""
    return f"{device}.{derived(key, _USE, citizen_key, device)}"


def source_of(key: StoreKey, citizen_key: str, *, address: str, kept: str) -> Source:
    """Tell from where a sign-in to a number comes; `kept`: what the browser brought, of anybody."""
    device, _, proof = kept.partition(".")
    is_own = hmac.compare_digest(derived(key, _USE, citizen_key, device).encode(), proof.encode())
    name = f"device|{device}" if is_own else f"network|{network_of(address)}"
    return Source(derived(key, "citizen-source", citizen_key, name)[:32], is_own)


def network_of(address: str) -> str:
    """Return the network that somebody at an address may choose from; what is no address as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ip_network((found, _IPV6_NETWORK), strict=False))
