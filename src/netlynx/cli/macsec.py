"""MACsec devices: whom they hear, by which associations, and what these counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import show, show_listed
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, SameDev, Wide, connection, index_of, one_device
from netlynx.cli.output import Column, Row, form_of
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.macsec import Association, Device


def macsec(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this one.")] = None,
    dev: SameDev = None,
    stats: Annotated[bool, typer.Option("--stats", help="Show what they counted.")] = False,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List MACsec devices, each with its associations and with the channels that it hears."""
    from netlynx import macsec as room

    form = form_of(json, lines, format, wide=wide)
    name = one_device(name, dev)
    table = COUNTERS if stats else DEVICES
    with connection(netns, kernel) as nl:
        if name is None:
            show_listed(nl, form, table, room.devices(), wide=wide)
        else:
            show(nl, form, table, [nl.do(room.device(index_of(nl, name, "NAME")))], wide=wide)


def _device(device: Device, interfaces: Interfaces) -> list[Row]:
    words = ", ".join(_settings(device))
    rows: list[Row] = [
        [interfaces.name(device.index), text(device.sci), "", "", "", "", text(device.cipher_suite), words]
    ]
    rows += [_association(each, device.encoding_sa) for each in device.associations]
    for channel in device.channels:
        rows.append(["", f"from {channel.sci}", "", _state(channel.active), "", "", "", ""])
        rows += [_association(each) for each in channel.associations]
    return rows


def _association(each: Association, used: int | None = None) -> Row:
    key_id = "" if each.key_id is None else each.key_id.rstrip(b"\0").hex() or "00"
    state = "in use" if each.active and each.an == used else _state(each.active)
    return ["", "", text(each.an), state, text(each.pn), key_id, "", "" if each.ssci is None else f"ssci {each.ssci}"]


def _state(active: bool | None) -> str:
    return "active" if active else "inactive"


def _settings(device: Device) -> Iterator[str]:
    """What of it is not as it is by itself, in the words of ip-macsec(8)."""
    yield "encrypt" if device.encrypt else "protect" if device.protect else "plain"
    if device.replay_protect:
        yield f"replay window {device.window}"
    if text(device.validation) != "strict":
        yield f"validate {device.validation}"
    for name, word in (("end_station", "end-station"), ("single_copy_broadcast", "scb")):
        if getattr(device, name):
            yield word
    if not device.include_sci:
        yield "no-sci"
    if device.icv_length != _ICV:
        yield f"icv {device.icv_length}"
    if device.offload:
        yield f"offload {device.offload}"


_ICV = 16  # MACSEC_STD_ICV_LEN


def _counted(device: Device, interfaces: Interfaces) -> list[Row]:
    rows: list[Row] = [[interfaces.name(device.index), "", "", _words(device.statistics)]]
    rows.append(["", text(device.sci), "", _words(device.transmit_statistics)])
    rows += [["", "", text(each.an), _words(each.statistics)] for each in device.associations]
    for channel in device.channels:
        rows.append(["", f"from {channel.sci}", "", _words(channel.statistics)])
        rows += [["", "", text(each.an), _words(each.statistics)] for each in channel.associations]
    return rows


def _words(statistics: Any) -> str:
    """What is more than 0 of it; "0" for nothing."""
    if statistics is None:
        return ""
    counted = {name: getattr(statistics, name) for name in statistics.__declarations__}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in counted.items() if value) or "0"


DEVICES = Table(
    (
        Column("NAME", bare=True),
        Column("CHANNEL", bare=True),
        Column("AN", right=True),
        Column("STATE", colours={"in use": "green", "active": "green", "inactive": "yellow"}),
        Column("PN", right=True),
        Column("KEY ID", spare=2),
        Column("CIPHER SUITE", spare=3),
        Column("SETTINGS", wrap=True, spare=1),
    ),
    _device,
)
COUNTERS = Table(
    (
        Column("NAME", bare=True),
        Column("CHANNEL", bare=True),
        Column("AN", right=True),
        Column("COUNTED", wrap=True, bare=True),
    ),
    _counted,
)
