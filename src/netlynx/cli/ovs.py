"""`netlynx ovs`: Open vSwitch's datapaths in the kernel, their ports and flows, meters, limits of connections."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

from netlynx.cli.commands import App
from netlynx.cli.declare import Argument
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing, show
from netlynx.cli.options import Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.ovs import Datapath, Flow, Meter, Vport, ZoneLimit

_Datapath = Annotated[str, Argument("DATAPATH", help="The name of its link, or the index.")]


def _datapath(datapath: Datapath, interfaces: Interfaces) -> list[Row]:
    counted, masks = datapath.statistics, datapath.masks
    return [
        [
            text(datapath.name),
            text(datapath.index),
            *(text(getattr(counted, name, None)) for name in ("flows", "hit", "missed", "lost")),
            *(text(getattr(masks, name, None)) for name in ("masks", "hit", "cache_hit")),
            text(datapath.masks_cache_size),
            text(datapath.features or None),
        ]
    ]


def _vport(vport: Vport, interfaces: Interfaces) -> list[Row]:
    counted, asked = vport.statistics, vport.upcalls
    options = []
    if vport.options is not None:
        options.append(f"port {vport.options.port}")
        if vport.options.extensions is not None and vport.options.extensions.gbp:
            options.append("gbp")
    return [
        [
            text(vport.number),
            text(vport.name),
            text(vport.type),
            " ".join(options),
            *(text(getattr(counted, name, None)) for name in ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes")),
            *(text(getattr(asked, name, None)) for name in ("success", "fail")),
            " ".join(str(pid) for pid in vport.upcall_pids or () if pid),
        ]
    ]


def _flow(flow: Flow, interfaces: Interfaces) -> list[Row]:
    from netlynx.ovs.words.key_writing import ufid_words

    counted = flow.statistics
    match = flow.match or ("" if flow.ufid is None else ufid_words(flow.ufid))
    return [
        [
            match,
            *(text(getattr(counted, name, None)) for name in ("packets", "bytes")),
            _since(flow.used),
            flow.words,
        ]
    ]


def _since(used: int | None) -> str:
    """How long ago a flow was used, by this host's clock, which is the kernel's."""
    return "never" if not used else f"{max(0, time.monotonic_ns() // 1_000_000 - used) / 1000:.3f}s"


def _meter(meter: Meter, interfaces: Interfaces) -> list[Row]:
    bands = meter.bands or ()
    counted = [each.statistics for each in bands if each.statistics is not None]
    return [
        [
            text(meter.id),
            *(text(getattr(meter.statistics, name, None)) for name in ("packets", "bytes")),
            " ".join(str(each.packets) for each in counted),
            " ".join(str(each.bytes) for each in counted),
        ]
    ]


def _limit(each: ZoneLimit, interfaces: Interfaces) -> list[Row]:
    zone, count = ("all others", "") if each.zone < 0 else (text(each.zone), text(each.count))
    return [[zone, text(each.limit) if each.limit else "none", count]]


DATAPATHS = Table(
    (
        Column("DATAPATH", bare=True),
        Column("INDEX", right=True, spare=5),
        Column("FLOWS", right=True),
        Column("HIT", right=True),
        Column("MISSED", right=True),
        Column("LOST", right=True),
        Column("MASKS", right=True),
        Column("MASKS HIT", right=True, spare=2),
        Column("CACHE HIT", right=True, spare=3),
        Column("CACHE", right=True, spare=1),
        Column("FEATURES", spare=4, wrap=True),
    ),
    _datapath,
)
VPORTS = Table(
    (
        Column("PORT", right=True, bare=True),
        Column("NAME", bare=True),
        Column("TYPE"),
        Column("OPTIONS"),
        Column("RX PACKETS", right=True, spare=1),
        Column("RX BYTES", right=True, spare=3),
        Column("TX PACKETS", right=True, spare=1),
        Column("TX BYTES", right=True, spare=3),
        Column("UPCALLS", right=True, spare=2),
        Column("FAILED", right=True, spare=4),
        Column("ASKS", spare=5),
    ),
    _vport,
)
FLOWS = Table(
    (
        Column("MATCH", bare=True, wrap=True),
        Column("PACKETS", right=True),
        Column("BYTES", right=True, spare=1),
        Column("USED", right=True, spare=2),
        Column("ACTIONS", wrap=True),
    ),
    _flow,
)
METERS = Table(
    (
        Column("METER", right=True),
        Column("PACKETS", right=True),
        Column("BYTES", right=True),
        Column("DROPPED", right=True),
        Column("DROPPED BYTES", right=True),
    ),
    _meter,
)
CT_LIMITS = Table((Column("ZONE", right=True), Column("LIMIT", right=True), Column("COUNT", right=True)), _limit)


def _which(datapath: str) -> int | str:
    return int(datapath) if datapath.isdecimal() else datapath


@listing(DATAPATHS)
def datapaths() -> Asked:
    """List the datapaths, and what they count."""
    from netlynx import ovs

    return ovs.datapaths()


@listing(VPORTS)
def ports(datapath: _Datapath) -> Asked:
    """List the ports of a datapath."""
    from netlynx import ovs

    return ovs.vports(_which(datapath))


@listing(FLOWS)
def flows(datapath: _Datapath) -> Asked:
    """List the flows of a datapath: which packets, and what becomes of them, in the words of ovs-dpctl."""
    from netlynx import ovs

    return ovs.flows(_which(datapath))


def meters(
    datapath: _Datapath,
    meter: Annotated[int, Argument("METER", help="Its number: the kernel tells of one at a time.")],
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show what a meter of a datapath counted."""
    from netlynx import ovs

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        show(nl, form, METERS, [nl.do(ovs.meter(_which(datapath), meter))], wide=wide)


def ct_limits(
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List how many connections zones may have, and have."""
    from netlynx import ovs

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        show(nl, form, CT_LIMITS, nl.do(ovs.ct_limits()).zones or (), wide=wide)


commands = App()


@commands.callback()
def about() -> None:
    """List Open vSwitch's datapaths in the kernel, their ports and flows, meters, limits of connections."""


for _command in (datapaths, ports, flows, meters, ct_limits):
    commands.command()(_command)
