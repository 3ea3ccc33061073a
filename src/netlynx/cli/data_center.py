"""`netlynx dcb`: Data Center Bridging of devices, in the words of dcb(8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import COLUMNS, ONE, Form, misused
from netlynx.cli.listed import show
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, SameDev, Wide, connection, one_device
from netlynx.cli.output import Column, Row, form_of
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.cli.interfaces import Interfaces
    from netlynx.dcb import Application, Device, Ets, Pfc

OBJECTS = ("ets", "pfc", "app", "apptrust", "rewr", "buffer", "maxrate", "qcn", "dcbx", "cee", "device")
_PEER = "peer "


def _mapped(values: Iterable[object]) -> str:
    return " ".join(f"{at}:{text(value)}" for at, value in enumerate(values))


def _bits(number: int) -> str:
    return " ".join(f"{at}:{'on' if number >> at & 1 else 'off'}" for at in range(8))


def _on(value: object) -> str:
    return "on" if value else "off"


def _ets(ets: Ets, peer: str = "") -> Iterator[tuple[str, str, str]]:
    yield "ets", f"{peer}willing", _on(ets.willing)
    yield "ets", f"{peer}ets-cap", text(ets.capacity)
    yield "ets", f"{peer}cbs", _on(ets.credit_based)
    for word, values in (
        ("tc-bw", ets.shares),
        ("pg-bw", ets.receive_shares),
        ("tc-tsa", ets.selection),
        ("prio-tc", ets.priority_classes),
        ("reco-tc-bw", ets.recommended_shares),
        ("reco-tc-tsa", ets.recommended_selection),
        ("reco-prio-tc", ets.recommended_priority_classes),
    ):
        yield "ets", f"{peer}{word}", _mapped(values)


def _pfc(pfc: Pfc, peer: str = "") -> Iterator[tuple[str, str, str]]:
    yield "pfc", f"{peer}pfc-cap", text(pfc.capacity)
    yield "pfc", f"{peer}macsec-bypass", _on(pfc.macsec_bypass)
    yield "pfc", f"{peer}delay", text(pfc.delay)
    yield "pfc", f"{peer}prio-pfc", _bits(pfc.enabled)
    yield "pfc", f"{peer}requests", _mapped(pfc.requests)
    yield "pfc", f"{peer}indications", _mapped(pfc.indications)


def _lines(table: Iterable[Application], of: str, peer: str = "") -> Iterator[tuple[str, str, str]]:
    """The lines of a table, those of a selector together; of rewriting, priorities stand first."""
    from netlynx.dcb import Selector

    found: dict[str, list[str]] = {}
    for line in table:
        label = text(line.selector)
        protocol = f"{line.protocol:#06x}" if line.selector is Selector.ETHERTYPE else text(line.protocol)
        if line.selector is Selector.PCP:
            protocol = f"{line.protocol & 7}{'de' if line.protocol & 8 else 'nd'}"
        if of == "rewr":
            found.setdefault(f"prio-{label}", []).append(f"{line.priority}:{protocol}")
        elif line.selector is Selector.ETHERTYPE and not line.protocol:
            found.setdefault("default-prio", []).append(text(line.priority))
        else:
            found.setdefault(f"{label}-prio", []).append(f"{protocol}:{line.priority}")
    yield from ((of, f"{peer}{word}", " ".join(said)) for word, said in found.items())


def _fields(record: Any, of: str, before: str = "") -> Iterator[tuple[str, str, str]]:
    """What a record or a struct says, by its fields."""
    for name in record.__declarations__:
        value = getattr(record, name)
        word = f"{before}{name.replace('_', '-')}"
        if hasattr(value, "__declarations__"):
            yield from _fields(value, of, f"{word}.")
        elif isinstance(value, tuple):
            yield of, word, _mapped(value)
        elif value is not None:
            yield of, word, text(value)


_REST = {  # the object, and the fields of a device that it is
    "qcn": ("congestion", "congestion_statistics"),
    "cee": (
        *("cee_sent", "cee_received", "cee_flow_control", "cee_features"),
        *("cee_peer_groups", "cee_peer_flow_control", "cee_peer"),
    ),
    "device": ("class_counts", "features", "backward_congestion", "capabilities"),
}


def _said(device: Device) -> Iterator[tuple[str, str, str]]:
    if device.ets is not None:
        yield from _ets(device.ets)
    if device.peer_ets is not None:
        yield from _ets(device.peer_ets, _PEER)
    if device.pfc is not None:
        yield from _pfc(device.pfc)
    if device.peer_pfc is not None:
        yield from _pfc(device.peer_pfc, _PEER)
    yield from _lines(device.applications or (), "app")
    yield from _lines(device.peer_applications, "app", _PEER)
    if device.trust is not None:
        yield "apptrust", "order", " ".join(map(text, device.trust))
    yield from _lines(device.rewrite or (), "rewr")
    if device.buffer is not None:
        yield "buffer", "prio-buffer", _mapped(device.buffer.priority_buffers)
        yield "buffer", "buffer-size", _mapped(device.buffer.sizes)
        yield "buffer", "total-size", text(device.buffer.total_size)
    if device.max_rates is not None:
        yield "maxrate", "tc-maxrate", _mapped(f"{rate}kbit" for rate in device.max_rates.rates)
    if device.dcbx is not None:
        yield "dcbx", "mode", " ".join(device.dcbx.labels)
    for of, names in _REST.items():
        for name in names:
            if (record := getattr(device, name)) is not None:
                yield from _fields(record, of, f"{name.replace('_', '-').removeprefix('cee-')}.")
    for each in device.cee_applications:
        yield "cee", "app", f"{each.id_type}:{each.protocol} {_bits(each.priorities or 0)}"
    yield from _lines(device.cee_peer_applications, "cee", _PEER)
    for name in ("state", "flow_control_state", "permanent_address"):
        if (value := getattr(device, name)) is not None:
            yield "device", name.replace("_", "-"), text(value)


def _rows(wanted: str | None) -> Any:  # Any: what a table calls for each record
    def rows(device: Device, interfaces: Interfaces) -> list[Row]:
        said = (row for row in _said(device) if wanted in (None, row[0]))
        return [[text(device.name), *row] for row in said]

    return rows


_COLUMNS = (
    Column("DEV", bare=True),
    Column("OBJECT", bare=True),
    Column("SETTING", bare=True),
    Column("VALUE", wrap=True),
)

TABLE = Table(_COLUMNS, _rows(None))


def dcb(
    device: Annotated[str | None, Argument("NAME", help="Of this device alone.")] = None,
    dev: SameDev = None,
    wanted: Annotated[
        str | None, Option("--object", metavar="OBJECT", help=f"In the table, this alone: {', '.join(OBJECTS)}.")
    ] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List what devices have of Data Center Bridging: priorities, classes, flow control, and what the other end has."""
    from netlynx import dcb as room

    form = form_of(json, lines, format, wide=wide)
    device = one_device(device, dev)
    if form in COLUMNS:
        raise misused(ONE)
    if wanted is not None and wanted not in OBJECTS:
        raise misused(f"{wanted!r} is none: there are {', '.join(OBJECTS)}", "--object")
    if wanted is not None and form is not Form.TABLE:
        raise misused("it chooses rows of the table: leave it out, as JSON has a field for each", "--object")
    with connection(netns, kernel) as nl:
        found = nl.do(room.devices()) if device is None else [nl.do(room.device(device))]
        show(nl, form, Table(_COLUMNS, _rows(wanted)), found, wide=wide)
