"""Packets as they arrive: queued for a verdict, or logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listening import event_as_json, heard, listening
from netlynx.cli.options import Kernel, Netns, connection
from netlynx.cli.output import Column, Row, coloured, row_as_text
from netlynx.cli.stdout import write
from netlynx.cli.tables import Table, text
from netlynx.wire.packets import Packet

if TYPE_CHECKING:
    from netlynx.client.subscription import Subscription
    from netlynx.engine.operation import Do, Group
    from netlynx.netfilter import log as log_room
    from netlynx.netfilter import queue as queue_room

_JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
_RANGE = Annotated[int | None, typer.Option("--range", metavar="BYTES", help="Hand over so much of each packet.")]
_COUNT = Annotated[int | None, typer.Option("--count", metavar="N", min=1, help="Stop behind so many packets.")]


def queue(
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", help="The queue that a rule sends packets to.", min=0, max=65535)
    ],
    accept: Annotated[bool, typer.Option("--accept", help="Let packets go on (unless told otherwise).")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Let packets vanish.")] = False,
    mark: Annotated[int | None, typer.Option("--mark", metavar="MARK", help="Let them go on with this mark.")] = None,
    range: _RANGE = None,
    count: _COUNT = None,
    json: _JSON = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show the packets of a queue (NFQUEUE) and give the same verdict on all, until Ctrl-C.

    When it ends, the kernel drops what waits, and what comes, unless the rule says bypass.
    """
    from netlynx.netfilter import queue as room

    if drop and (accept or mark is not None):
        raise typer.BadParameter("packets that are dropped are not accepted, and need no mark")
    wanted = room.packets(number, range=room.WHOLE if range is None else range, flags="gso")

    def verdict(packet: queue_room.Packet) -> Do[None]:
        return room.drop(packet) if drop else room.accept(packet, mark=mark)

    doing = "dropping" if drop else "accepting"
    _follow(wanted, f"{doing} the packets of queue {number}", verdict, count, json, netns, kernel)


def log(
    group: Annotated[
        int, typer.Argument(metavar="GROUP", help="The group that a rule logs packets to.", min=0, max=65535)
    ],
    range: _RANGE = None,
    count: _COUNT = None,
    json: _JSON = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show the packets that rules log to a group (NFLOG), until Ctrl-C."""
    from netlynx.netfilter import log as room

    wanted = room.packets(group, range=range or 0, threshold=1)
    _follow(wanted, f"listening to packets logged to group {group}", None, count, json, netns, kernel)


def _follow(
    wanted: Group[Any],
    title: str,
    verdict: Callable[[Any], Do[None]] | None,
    count: int | None,
    json: bool,
    netns: str | None,
    kernel: str,
) -> None:
    with connection(netns, kernel) as nl, nl.subscribe(wanted) as events, listening(nl, title):
        _show(events, Interfaces(nl), verdict, count, json)


def _show(
    events: Subscription[Any],
    interfaces: Interfaces,
    verdict: Callable[[Any], Do[None]] | None,
    count: int | None,
    json: bool,
) -> None:
    colours = coloured()
    for seen, event in enumerate(heard(events, json, colours), 1):
        if verdict is not None:
            events.send(verdict(event.record))
        if json:
            write(event_as_json("packet", event), flush=True)
        else:
            (row,) = PACKETS.rows(event.record, interfaces)
            write(*row_as_text(PACKETS.columns, row, colours=colours), flush=True)
        if seen == count:
            return


def _packet(packet: queue_room.Packet | log_room.Packet, interfaces: Interfaces) -> list[Row]:
    payload = packet.payload or b""
    return [
        [
            text(getattr(packet, "id", None)),
            text(getattr(packet, "prefix", None)),
            text(packet.hook),
            interfaces.name(packet.input),
            interfaces.name(packet.output),
            str(Packet.read(payload)),
            str(getattr(packet, "length", None) or len(payload)),
            text(packet.mark),
            text(packet.uid),
        ]
    ]


PACKETS = Table(
    (
        Column("ID", right=True, bare=True),
        Column("PREFIX", bare=True),
        Column("HOOK", bare=True),
        Column("IN"),
        Column("OUT"),
        Column("PACKET", bare=True),
        Column("BYTES", right=True),
        Column("MARK", right=True),
        Column("UID", right=True),
    ),
    _packet,
)
