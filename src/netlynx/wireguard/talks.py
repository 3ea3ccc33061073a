"""Reading and setting devices: the kernel spreads a device with many peers over messages, and so must who sets one.

Source: wireguard_get_device_dumpit and wireguard_set_device_doit in drivers/net/wireguard/netlink.c.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import msgspec

from netlynx import route
from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import EncodeError
from netlynx.generic import Family, do, dump
from netlynx.schema import Constants
from netlynx.schema.arguments import record_of
from netlynx.schema.record import replace_fields

from .device import Device, Peer, PeerFlags
from .requests import check_identity, needs_look, settable

_PEERS_BYTES = 24_000  # of peers in one message: an attribute holds 65,531
_PEER_BYTES = 256  # what a peer takes without its networks, at most
_NETWORK_BYTES = 52  # what a network takes, at most


class WG_CMD(Constants):
    """Commands."""

    GET_DEVICE = 0
    SET_DEVICE = 1


class WireGuard(Family, name="wireguard", version=1):
    """The family ``wireguard``: single messages. `device`, `devices` and `configure` put them together."""

    get = dump(WG_CMD.GET_DEVICE, request=Device, reply=Device, privileged="namespace")
    set = do(WG_CMD.SET_DEVICE, request=Device, privileged="namespace")


class Configured(msgspec.Struct, frozen=True):
    """How a device was set: in how many messages."""

    messages: int


def device(name: str | None = None, *, index: int | str | None = None) -> Talk[Device]:
    """One device with all its peers, by its name or its index. Raises EncodeError for none or both of them.

    While others change it, peers may be missing or there twice, as the kernel lists them in parts.
    """
    if (name is None) == (index is None):
        raise EncodeError("give the device's name or its index", "wireguard.device")

    which: dict[str, Any] = {"name": name} if index is None else {"index": index}
    asking = WireGuard.get(**which)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, Device]:
        return _joined((yield asking))

    return Talk("wireguard.device", steps)


def devices() -> Talk[list[Device]]:
    """All devices of the network namespace."""

    def steps() -> Generator[Do[Any] | Dump[Any], Any, list[Device]]:
        links = yield route.links(kind="wireguard")
        found = []
        for link in links:
            found.append(_joined((yield WireGuard.get(index=link.index))))
        return found

    return Talk("wireguard.devices", steps)


def configure(device: Device) -> Talk[Configured]:
    """Set what a record gives of the device that its `name` or `index` says, in as many messages as it takes.

    Peers are added to those that are there, or changed; with `DeviceFlags.REPLACE_PEERS` others go. Of a peer,
    `PeerFlags` say the same of its networks, and whether it goes itself. The first message that the kernel refuses
    ends it: what went before has been done.

    Of a device that was read, `index` says which it is, and its name has to be the same still; what the kernel alone
    says (handshakes, bytes) is not sent. A `public_key` follows from the private one: where it is neither that of the
    record's private key nor the device's own, this raises EncodeError before anything is set.

    Raises EncodeError for a device without name and index, a peer without a public key, a network that is none.
    """
    record_of(Device, device, "wireguard.configure")
    if device.name is None and device.index is None:
        raise EncodeError("give the device's name or its index", "Device")
    request = settable(device)
    parts = [WireGuard.set(part) for part in _parts(request)]
    compared = needs_look(device)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, Configured]:
        if compared:
            check_identity(device, _joined((yield WireGuard.get(name=request.name, index=request.index))))
        yield from parts
        return Configured(len(parts))

    return Talk("wireguard.configure", steps)


def _joined(messages: list[Device]) -> Device:
    """The parts of a device put together: a peer goes on in the next message under the same key."""
    peers: list[Peer] = []
    for message in messages:
        for peer in message.peers:
            if peers and peers[-1].public_key == peer.public_key:
                peers[-1] = replace_fields(peers[-1], allowed_ips=peers[-1].allowed_ips + peer.allowed_ips)
            else:
                peers.append(peer)
    return replace_fields(messages[0], peers=tuple(peers)) if messages else Device()


def _parts(device: Device) -> Iterator[Device]:
    """A device in messages that the kernel takes. Only the first says what is replaced."""
    bare = Device(name=device.name, index=device.index)
    shell, room = device, _PEERS_BYTES
    peers: list[Peer] = []
    for peer in _pieces(device.peers):
        size = _PEER_BYTES + _NETWORK_BYTES * len(peer.allowed_ips)
        if peers and size > room:
            yield replace_fields(shell, peers=tuple(peers))
            shell, room, peers = bare, _PEERS_BYTES, []
        peers.append(peer)
        room -= size
    yield replace_fields(shell, peers=tuple(peers))


def _pieces(peers: tuple[Peer, ...]) -> Iterator[Peer]:
    """Peers, those with very many networks in several pieces. Only the first of them says what is replaced."""
    most = (_PEERS_BYTES - _PEER_BYTES) // _NETWORK_BYTES
    for peer in peers:
        yield replace_fields(peer, allowed_ips=peer.allowed_ips[:most])
        for first in range(most, len(peer.allowed_ips), most):
            flags = PeerFlags.UPDATE_ONLY
            yield Peer(public_key=peer.public_key, flags=flags, allowed_ips=peer.allowed_ips[first : first + most])
