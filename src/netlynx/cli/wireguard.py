"""WireGuard devices and their peers; keys that are secret only on request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.form import Form
from netlynx.cli.options import Json, Kernel, Lines, Netns, SameDev, Wide, connection, one_device
from netlynx.cli.output import Column, form_of, write_json, write_table
from netlynx.cli.stdout import write

if TYPE_CHECKING:
    from netlynx.wireguard import Device, Peer

_DEVICES = (
    Column("NAME"),
    Column("PUBLIC KEY"),
    Column("PRIVATE KEY"),
    Column("PORT", right=True, spare=1),
    Column("FWMARK", spare=3),
    Column("PEERS", right=True, spare=2),
)
_PEERS = (
    Column("PEER"),
    Column("PRESHARED KEY"),
    Column("ENDPOINT"),
    Column("HANDSHAKE", spare=1),
    Column("RECEIVED", right=True, spare=3),
    Column("SENT", right=True, spare=3),
    Column("ALLOWED", wrap=True),
)


def wireguard(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this one, with its peers.")] = None,
    dev: SameDev = None,
    keys: Annotated[bool, typer.Option("--show-keys", help="Show private and preshared keys, too.")] = False,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List WireGuard devices, or show one with its peers. It takes CAP_NET_ADMIN."""
    from netlynx import wireguard as room

    form = form_of(json, lines, wide=wide)
    name = one_device(name, dev)
    with connection(netns, kernel) as nl:
        found = nl.do(room.devices()) if name is None else [nl.do(room.device(name))]
    shown = found if keys else [_without_keys(device) for device in found]
    if form is not Form.TABLE:
        write_json(shown, form)
        return
    write_table(_DEVICES, map(_device, shown), wide=wide)
    if name is not None and shown[0].peers:
        write("")
        write_table(_PEERS, map(_peer, shown[0].peers), wide=wide)


def _without_keys(device: Device) -> Device:
    from netlynx.schema.record import replace_fields

    peers = tuple(replace_fields(peer, preshared_key=None) for peer in device.peers)
    return replace_fields(device, private_key=None, peers=peers)


def _device(device: Device) -> list[str]:
    return [
        device.name or "",
        device.public_key or "",
        device.private_key or "",
        str(device.listen_port or ""),
        hex(device.fwmark) if device.fwmark else "",
        str(len(device.peers)),
    ]


def _peer(peer: Peer) -> list[str]:
    at = peer.last_handshake.seconds if peer.last_handshake is not None else 0
    return [
        peer.public_key or "",
        peer.preshared_key or "",
        peer.endpoint or "",
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at)) if at else "never",
        str(peer.rx_bytes or 0),
        str(peer.tx_bytes or 0),
        ", ".join(_networks(peer)),
    ]


def _networks(peer: Peer) -> Iterator[str]:
    return (each.network for each in peer.allowed_ips)
