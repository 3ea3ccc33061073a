"""Tracked connections: the command that lists them, and how they look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.form import Form
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import show_listed
from netlynx.cli.options import Family, Format, Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of, write_json, write_table
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.netfilter.conntrack import Expectation, Flow, Tuple

_FAMILIES = {"4": "ipv4", "6": "ipv6"}  # as everywhere on the command line
_HEADLINES = ("confirmed", "src-nat-done", "dst-nat-done")  # of a status, what nearly all connections have


def conntrack(
    family: Family = None,
    protocol: Annotated[
        str | None, typer.Option("--protocol", metavar="PROTOCOL", help="Only these: tcp, udp, icmp … or a number.")
    ] = None,
    source: Annotated[str | None, typer.Option("--from", metavar="ADDRESS", help="Only those that it opened.")] = None,
    destination: Annotated[
        str | None, typer.Option("--to", metavar="ADDRESS", help="Only those that were opened to it.")
    ] = None,
    source_port: Annotated[int | None, typer.Option("--sport", metavar="PORT", help="Only those from it.")] = None,
    destination_port: Annotated[int | None, typer.Option("--dport", metavar="PORT", help="Only those to it.")] = None,
    mark: Annotated[
        str | None, typer.Option("--mark", metavar="MARK[/MASK]", help="Only those with this mark, in these bits.")
    ] = None,
    zone: Annotated[int | None, typer.Option("--zone", metavar="ZONE", help="Only those of this zone.")] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="FLAG", help="Only with these: assured, seen-reply, src-nat …"),
    ] = None,
    expectations: Annotated[
        bool, typer.Option("--expectations", help="List the connections that are expected.")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Show how many there are, and what CPUs counted.")
    ] = False,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List tracked connections; `monitor flow` tells of those that begin, change and end."""
    from netlynx.netfilter import conntrack as room

    form = form_of(json, lines, format, wide=wide)
    tuple_fields: dict[str, Any] = {
        "protocol": int(protocol) if protocol is not None and protocol.isdecimal() else protocol,
        "source": source,
        "destination": destination,
        "source_port": source_port,
        "destination_port": destination_port,
    }
    given = {name: value for name, value in tuple_fields.items() if value is not None}
    name = None if family is None else _FAMILIES.get(family.lower().removeprefix("ipv"), family)
    with connection(netns, kernel) as nl:
        if statistics:
            found = [nl.do(room.statistics()), *nl.dump(room.cpu_statistics())]
            _write_statistics(found, form, wide)
            return
        if expectations:
            show_listed(nl, form, EXPECTATIONS, room.expectations(family=name), wide=wide)
            return
        value, mask = _mark(mark)
        wanted = room.flows(
            family=name,
            zone=zone,
            mark=value,
            mark_mask=mask,
            status=None if not status else list(status),  # type: ignore[arg-type]  # names are taken too
            original=room.Tuple(**given) if given else None,
        )
        show_listed(nl, form, FLOWS, wanted, wide=wide)


def _mark(given: str | None) -> tuple[int | None, int | None]:
    """The mark and the bits that are compared."""
    if given is None:
        return None, None
    value, slash, mask = given.partition("/")
    try:
        return int(value, 0), int(mask, 0) if slash else None
    except ValueError:
        raise typer.BadParameter(f"{given!r} is not MARK or MARK/MASK", param_hint="--mark") from None


def _write_statistics(found: list[Any], form: Form, wide: bool) -> None:
    if form is not Form.TABLE:
        write_json(found, form)
        return
    total, *cpus = found
    write_table(
        (Column("ENTRIES", right=True), Column("MOST", right=True)), [[str(total.entries), str(total.max_entries)]]
    )
    names = [name for name in type(cpus[0]).__struct_fields__ if name != "unknown"] if cpus else []
    columns = [Column(name.replace("_", "-").upper(), right=True, spare=at) for at, name in enumerate(names)]
    write_table(columns, ([text(getattr(cpu, name)) for name in names] for cpu in cpus), wide=wide)


def _ends(each: Tuple | None) -> tuple[str, str]:
    """Both ends of a direction, with ports, as people write them."""
    if each is None:
        return "", ""
    return _end(each.source, each.source_port), _end(each.destination, each.destination_port)


def _end(address: str | None, port: int | None) -> str:
    if port is None:
        return text(address)
    return f"[{address}]:{port}" if ":" in text(address) else f"{text(address)}:{port}"


def _state(flow: Flow) -> str:
    for info in (flow.tcp, flow.sctp, flow.dccp):
        if info is not None:
            return text(info.state)
    original = flow.original
    if original is not None and original.icmp_type is not None:
        return f"type {original.icmp_type} id {original.icmp_id}"
    if original is not None and original.icmpv6_type is not None:
        return f"type {original.icmpv6_type} id {original.icmpv6_id}"
    return ""


def _flow(flow: Flow, interfaces: Interfaces) -> list[Row]:
    source, destination = _ends(flow.original)
    back_from, back_to = _ends(flow.reply)
    translated = [] if flow.source_nat is None else [f"from {back_to}"]
    translated += [] if flow.destination_nat is None else [f"to {back_from}"]
    status = [] if flow.status is None else [label for label in flow.status.labels if label not in _HEADLINES]
    return [
        [
            text(None if flow.original is None else flow.original.protocol),
            source,
            destination,
            _state(flow),
            " ".join(translated),
            ",".join(status),
            text(flow.timeout),
            text(flow.mark or None),
            text(flow.zone),
            text(flow.helper),
            text(flow.original_packets),
            text(flow.original_bytes),
            text(flow.reply_packets),
            text(flow.reply_bytes),
        ]
    ]


def _expectation(each: Expectation, interfaces: Interfaces) -> list[Row]:
    source, destination = _ends(each.expected)
    master_source, master_destination = _ends(each.master)
    return [
        [
            text(None if each.expected is None else each.expected.protocol),
            source,
            destination,
            f"{master_source} > {master_destination}",
            text(each.timeout),
            text(each.helper),
            text(each.flags),
        ]
    ]


FLOWS = Table(
    (
        Column("PROTOCOL", bare=True),
        Column("FROM"),
        Column("TO"),
        Column("STATE", colours={"ESTABLISHED": "green", "SYN_SENT": "yellow", "CLOSE": "red"}),
        Column("TRANSLATED", spare=1),
        Column("STATUS", spare=8),
        Column("TIMEOUT", right=True, spare=6),
        Column("MARK", right=True, spare=4),
        Column("ZONE", right=True, spare=5),
        Column("HELPER", spare=9),
        Column("PACKETS", right=True, spare=7),
        Column("BYTES", right=True, spare=2),
        Column("PACKETS BACK", right=True, spare=7),
        Column("BYTES BACK", right=True, spare=3),
    ),
    _flow,
)
EXPECTATIONS = Table(
    (
        Column("PROTOCOL", bare=True),
        Column("FROM"),
        Column("TO"),
        Column("MASTER", spare=1),
        Column("TIMEOUT", right=True, spare=2),
        Column("HELPER", spare=3),
        Column("FLAGS", spare=4),
    ),
    _expectation,
)
