"""The kernel's balancer: its services with their destinations, what was counted of them, daemons, timeouts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.form import Form, misused
from netlynx.cli.options import Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of, write_found, write_rows, write_table
from netlynx.cli.stdout import write
from netlynx.cli.tables import text

if TYPE_CHECKING:
    from netlynx.ipvs import Daemon, Destination, Pool, Service, ServiceKey, Statistics

_POOLS = (
    Column("SERVICE"),
    Column("SCHEDULER", spare=1),
    Column("FORWARDING", spare=3),
    Column("WEIGHT", right=True),
    Column("ACTIVE", right=True),
    Column("INACTIVE", right=True, spare=2),
    Column("FLAGS", spare=4),
)
_COUNTED = ("connections", "packets_in", "packets_out", "bytes_in", "bytes_out")
_RATES = ("connection_rate", "packet_rate_in", "packet_rate_out", "byte_rate_in", "byte_rate_out")
_DAEMONS = (
    Column("STATE"),
    Column("INTERFACE"),
    Column("SYNC ID", right=True),
    Column("LENGTH", right=True),
    Column("GROUP"),
    Column("PORT", right=True),
    Column("TTL", right=True),
)
_TIMEOUTS = (Column("TCP", right=True), Column("TCP FIN", right=True), Column("UDP", right=True))


def ipvs(
    stats: Annotated[bool, typer.Option("--stats", help="Show how much came since they were made, or zeroed.")] = False,
    rates: Annotated[bool, typer.Option("--rates", help="Show how much comes a second.")] = False,
    daemons: Annotated[
        bool, typer.Option("--daemons", help="List the daemons that tell other balancers of connections.")
    ] = False,
    timeouts: Annotated[
        bool, typer.Option("--timeouts", help="Show for how many seconds connections are kept without packets.")
    ] = False,
    zero: Annotated[bool, typer.Option("--zero", help="Have all services count anew, and list nothing.")] = False,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List the services of IPVS, each with its destinations. It takes CAP_NET_ADMIN."""
    from netlynx import ipvs as room

    form = form_of(json, lines, wide=wide)
    given = {"--stats": stats, "--rates": rates, "--daemons": daemons, "--timeouts": timeouts, "--zero": zero}
    wanted = [name for name, value in given.items() if value]
    if len(wanted) > 1:
        raise misused(f"give one of them: {' or '.join(wanted)}")
    with connection(netns, kernel) as nl:
        if zero:
            nl.do(room.zero())
            write("all services count anew")
        elif daemons:
            found = nl.dump(room.daemons()).all()
            write_found(found, form, _DAEMONS, map(_daemon, found), wide=wide)
        elif timeouts:
            each = nl.do(room.timeouts())
            row = [text(each.tcp), text(each.tcp_fin), text(each.udp)]
            write_found([each], form, _TIMEOUTS, [row], wide=wide)
        else:
            _write_pools(nl.do(room.pools()), form, wide, _COUNTED if stats else _RATES if rates else ())


def _write_pools(pools: list[Pool], form: Form, wide: bool, counted: tuple[str, ...]) -> None:
    if form is not Form.TABLE:
        write_rows(map(_as_row, pools), form)
    elif counted:
        titles = (Column(each.replace("_", " ").upper(), right=True) for each in counted)
        write_table((Column("SERVICE"), *titles), _numbers(pools, counted), wide=wide)
    else:
        write_table(_POOLS, _rows(pools), wide=wide)


def _as_row(pool: Pool) -> dict[str, Any]:
    """A service as its record is printed, with its destinations beside its own fields."""
    import msgspec

    from netlynx.codec._codec import to_json

    return {
        **msgspec.json.decode(to_json(pool.service)),
        "destinations": [msgspec.json.decode(to_json(each)) for each in pool.destinations],
    }


def _rows(pools: list[Pool]) -> Iterator[Row]:
    for pool in pools:
        yield [_name(pool.service), text(pool.service.scheduler), "", "", "", "", _flags(pool.service)]
        for each in pool.destinations:
            tunnel = "" if not each.tunnel_type else f" {each.tunnel_type}"
            yield [
                _end(each),
                "",
                f"{text(each.forwarding)}{tunnel}",
                text(each.weight),
                text(each.active_connections),
                text(each.inactive_connections),
                _thresholds(each),
            ]


def _numbers(pools: list[Pool], counted: tuple[str, ...]) -> Iterator[Row]:
    def of(stats: Statistics | None) -> list[str]:
        return [text(getattr(stats, name, None)) for name in counted]

    for pool in pools:
        yield [_name(pool.service), *of(pool.service.stats)]
        for each in pool.destinations:
            yield [_end(each), *of(each.stats)]


def _name(service: Service | ServiceKey) -> str:
    if service.fwmark:
        return f"fwmark {service.fwmark} {text(service.family)}"
    return f"{text(service.protocol)} {_joined(service.address, service.port)}"


def _end(destination: Destination) -> str:
    return f"  {_joined(destination.address, destination.port)}"


def _joined(address: str | None, port: int | None) -> str:
    return f"[{address}]:{text(port)}" if ":" in text(address) else f"{text(address)}:{text(port)}"


def _flags(service: Service) -> str:
    words = [] if service.flags is None else [label for label in service.flags.flags.labels if label != "hashed"]
    if "persistent" in words:
        words[words.index("persistent")] = f"persistent {text(service.timeout)} s"
    if service.persistence_engine:
        words.append(service.persistence_engine)
    return ", ".join(words)


def _thresholds(destination: Destination) -> str:
    upper, lower = destination.upper_threshold, destination.lower_threshold
    return f"at most {upper}{f', again from {lower}' if lower else ''}" if upper else ""


def _daemon(daemon: Daemon) -> Row:
    return [
        text(daemon.state),
        text(daemon.interface),
        text(daemon.sync_id),
        text(daemon.max_length),
        text(daemon.group),
        text(daemon.port),
        text(daemon.ttl),
    ]
