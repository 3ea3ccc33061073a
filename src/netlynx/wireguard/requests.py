"""What of a device can be set: the kernel takes the rest of a record and forgets it, or says no more than EINVAL.

Source: wg_set_device, set_peer and set_allowedip in drivers/net/wireguard/netlink.c.
"""

from __future__ import annotations

import errno
import ipaddress
from typing import Any

from netlynx.errors import EncodeError, NotFound
from netlynx.generic.told import same
from netlynx.route.constants import AddressFamily
from netlynx.schema import replace_fields
from netlynx.schema.sending import own

from .curve import public_bytes
from .device import AllowedIp, Device, Peer
from .texts import key_bytes

_TOLD = ("last_handshake", "tx_bytes", "rx_bytes")


def settable(device: Device) -> Device:
    """The record as the kernel takes it. Raises EncodeError with the path of what it would forget or not understand."""
    peers = tuple(_peer(peer, f"Device.peers[{number}]") for number, peer in enumerate(device.peers))
    name = device.name if device.index is None else None  # the kernel takes one of them
    return replace_fields(device, name=name, public_key=None, peers=peers)


def needs_look(device: Device) -> bool:
    """Whether the device has to be read before it is set, to see whether what the record says of it is true."""
    if device.name is not None and device.index is not None:
        return True
    return device.public_key is not None and not _follows(device)


def check_identity(device: Device, found: Device) -> None:
    """Raises NotFound where the device is called otherwise by now, EncodeError for a public key that it will not have.

    The public key that the device has may stand beside a new private one: it is what was read.
    """
    if device.index is not None and device.name is not None and found.name != device.name:
        raise NotFound(errno.ENODEV, f"the device with index {device.index} is called {found.name} by now")
    if device.public_key is None or _follows(device):
        return
    if not same(Device, "public_key", device.public_key, found.public_key):
        raise EncodeError("follows from the private key: it cannot be set", "Device.public_key")


def _follows(device: Device) -> bool:
    """Whether the record has the private key of its public one."""
    if device.private_key is None or device.public_key is None:
        return False
    return public_bytes(key_bytes(device.private_key)) == key_bytes(device.public_key)


def _peer(peer: Peer, path: str) -> Peer:
    if peer.public_key is None:
        raise EncodeError("a peer is known by its public key", f"{path}.public_key")
    for name in _TOLD:
        if getattr(peer, name) is not None and name in own(peer):
            raise EncodeError("the kernel alone says it: it cannot be set", f"{path}.{name}")
    networks = tuple(_network(each, f"{path}.allowed_ips[{number}]") for number, each in enumerate(peer.allowed_ips))
    return replace_fields(peer, **dict.fromkeys(_TOLD), allowed_ips=networks)


def _network(each: AllowedIp, path: str) -> AllowedIp:
    for name in ("address", "prefixlen"):
        if getattr(each, name) is None:
            raise EncodeError("a network is an address and the length of its prefix", f"{path}.{name}")
    address: Any = ipaddress.ip_address(str(each.address))
    if not 0 <= int(each.prefixlen or 0) <= address.max_prefixlen:
        raise EncodeError(
            f"{each.prefixlen} is no prefix of an address of {address.max_prefixlen} bits", f"{path}.prefixlen"
        )
    family = AddressFamily.INET if address.version == 4 else AddressFamily.INET6
    if each.family not in (None, family):
        raise EncodeError(f"{address} is of {family}", f"{path}.family")
    return replace_fields(each, family=family)
