"""Tunnels of L2TP, and the sessions in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netlynx.cli.declare import Option
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.l2tp import Session, Statistics, Tunnel

_COUNTED = (
    Column("RX PACKETS", right=True, spare=2),
    Column("RX BYTES", right=True, spare=3),
    Column("TX PACKETS", right=True, spare=2),
    Column("TX BYTES", right=True, spare=3),
)


def _tunnel(tunnel: Tunnel, interfaces: Interfaces) -> list[Row]:
    ends = [_joined(tunnel.local, tunnel.local_port), _joined(tunnel.remote, tunnel.remote_port)]
    ids = [text(tunnel.id), text(tunnel.peer_id)]
    return [[*ids, *ends, text(tunnel.encapsulation), text(tunnel.version), *_counted(tunnel.statistics)]]


def _joined(address: str | None, port: int | None) -> str:
    if not port:
        return text(address)
    return f"[{address}]:{port}" if ":" in text(address) else f"{text(address)}:{port}"


def _session(session: Session, interfaces: Interfaces) -> list[Row]:
    words = [
        word
        for word, said in (
            ("lns", session.lns_mode),
            ("send-seq", session.send_sequence),
            ("receive-seq", session.receive_sequence),
            ("ipsec", session.using_ipsec),
            (f"reorder {session.reorder_timeout} ms", session.reorder_timeout),
        )
        if said
    ]
    ids = [f"{text(mine)} to {text(other)}" for mine, other in _ends(session)]
    cookies = [each.hex() if each else "" for each in (session.cookie, session.peer_cookie)]
    row = [text(session.name), *ids, text(session.pseudowire), *cookies, " ".join(words)]
    return [[*row, *_counted(session.statistics)]]


def _ends(session: Session) -> tuple[tuple[int | None, int | None], ...]:
    return (session.tunnel_id, session.peer_tunnel_id), (session.id, session.peer_id)


def _counted(statistics: Statistics | None) -> Row:
    names = ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes")
    return [text(getattr(statistics, name, None)) for name in names]


TABLES = {
    "Tunnel": Table(
        (
            Column("TUNNEL", right=True, bare=True),
            Column("PEER", right=True),
            Column("FROM"),
            Column("TO"),
            Column("IN"),
            Column("VERSION", right=True, spare=4),
            *_COUNTED,
        ),
        _tunnel,
    ),
    "Session": Table(
        (
            Column("NAME", bare=True),
            Column("TUNNEL", bare=True),
            Column("SESSION", bare=True),
            Column("CARRIES", spare=1),
            Column("COOKIE", spare=5),
            Column("PEER COOKIE", spare=5),
            Column("FLAGS", spare=4),
            *_COUNTED,
        ),
        _session,
    ),
}


@listing(TABLES)
def l2tp(
    sessions: Annotated[bool, Option("--sessions", help="List the sessions in them.")] = False,
) -> Asked:
    """List tunnels of L2TP, or the sessions in them. It takes CAP_NET_ADMIN."""
    from netlynx import l2tp as room

    return room.sessions() if sessions else room.tunnels()
