"""How sockets look in tables: the columns, what a socket of each kind has in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from netlynx import diag
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.output import Column, Row, write_table
from netlynx.cli.tables import text

_STATES = {"established": "green", "listen": "blue", "time-wait": "bright_black", "close-wait": "yellow"}
USUAL = (
    Column("NETNS", spare=1),
    Column("KIND"),
    Column("STATE", colours=_STATES),
    Column("RECV-Q", right=True, spare=2),
    Column("SEND-Q", right=True, spare=3),
    Column("LOCAL"),
    Column("PEER"),
    Column("PROCESS", wrap=True),
)
WIDE = (
    *USUAL,
    Column("UID", right=True),
    Column("INODE", right=True),
    Column("COOKIE", right=True),
    Column("MARK"),
    Column("TIMER"),
    Column("CGROUP", right=True),
    Column("MEMORY"),
    Column("MORE"),
)

Besides: TypeAlias = Callable[[str, Any], Row]
"""What gives the cells of further columns, of a namespace's name and a record."""

_LETTERS = {
    diag.SocketFamily.UNIX: "u",
    diag.SocketFamily.PACKET: "p",
    diag.SocketFamily.VSOCK: "v",
    diag.SocketFamily.TIPC: "ti",
}
_TYPES = {
    diag.SocketType.STREAM: "str",
    diag.SocketType.DGRAM: "dgr",
    diag.SocketType.SEQPACKET: "seq",
    diag.SocketType.RAW: "raw",
    diag.SocketType.RDM: "rdm",
}
_KINDS = {diag.SocketFamily.NETLINK: "nl"}


def rows(
    namespace: str,
    sockets: Sequence[Any],
    owners: diag.Owners | None,
    interfaces: Interfaces,
    wide: bool,
    besides: Besides = lambda namespace, record: (),
) -> Iterator[Row]:
    """The rows of a namespace's sockets. Peers of Unix sockets are called by their names, where those are listed.

    `besides` gives the cells of further columns.
    """
    names = {each.inode: each.name for each in sockets if isinstance(each, diag.UnixSocket)}
    for record in sockets:
        local, peer = _ends(record, interfaces, names)
        row = [
            namespace,
            kind(record),
            text(getattr(record, "state", None)),
            *(text(length or None) for length in queue_lengths(record)),
            local,
            peer,
            "" if owners is None else processes(owners.of(record.inode or 0)),
        ]
        yield [*row, *(_more(record) if wide else ()), *besides(namespace, record)]


def kind(record: Any) -> str:
    """What sort of socket: its protocol, or its family and its type as ss(8) writes them."""
    if isinstance(record, diag.InetSocket):
        return text(record.protocol)
    family, sort = record.family, getattr(record, "type", None)
    if family in _LETTERS and sort in _TYPES:
        return f"{_LETTERS[family]}_{_TYPES[sort]}"
    return _KINDS.get(family, text(family))


def queue_lengths(record: Any) -> tuple[int | None, int | None]:
    """What waits to be read and to be sent; of who listens, connections that wait and how many may."""
    if isinstance(record, diag.InetSocket):
        return record.receive_queue, record.send_queue
    queue = getattr(record, "queue", None)
    if queue is not None:
        return queue.receive, queue.send
    memory = getattr(record, "memory", None)
    return (None, None) if memory is None else (memory.receive_allocated, memory.send_allocated)


def processes(owners: Sequence[diag.Owner]) -> str:
    """Who holds a socket: ``nginx(812,813)``."""
    named: dict[str, list[int]] = {}
    for each in owners:
        named.setdefault(each.name or "?", []).append(each.pid)
    return ",".join(f"{name}({','.join(map(str, dict.fromkeys(pids)))})" for name, pids in named.items())


def end(address: str | None, port: int, device: str = "") -> str:
    """An address and a port: ``192.0.2.1:443``, ``[fe80::1]%eth0:22``, ``*`` for any of them."""
    host = "*" if address in (None, "0.0.0.0", "::") else f"[{address}]" if ":" in str(address) else str(address)
    return f"{host}{f'%{device}' if device else ''}:{port or '*'}"


def _ends(record: Any, interfaces: Interfaces, names: dict[int, str | None]) -> tuple[str, str]:
    if isinstance(record, diag.InetSocket | diag.SmcSocket):
        local = end(record.source, record.source_port, interfaces.name(record.index))
        return local, end(record.destination, record.destination_port)
    if isinstance(record, diag.UnixSocket):
        return record.name or str(record.inode), _unix_peer(record, names)
    if isinstance(record, diag.NetlinkSocket):
        groups = f" groups {','.join(map(str, record.groups))}" if record.groups else ""
        peer = f"{record.destination_portid}" if record.state is diag.NetlinkState.ESTABLISHED else ""
        return f"{text(record.protocol)}:{record.portid or 'kernel'}{groups}", peer
    if isinstance(record, diag.PacketSocket):
        index = record.info.index if record.info is not None else 0
        return f"{text(record.protocol)}:{interfaces.name(index) or '*'}", ""
    if isinstance(record, diag.VsockSocket):
        return _context(record.source, record.source_port), _context(record.destination, record.destination_port)
    if isinstance(record, diag.XdpSocket):
        return f"{interfaces.name(record.info.index)}:{record.info.queue}" if record.info is not None else "", ""
    connection = record.connection
    return f"{record.address}:{record.reference}", f"{connection.node}:{connection.socket}" if connection else ""


def _unix_peer(record: diag.UnixSocket, names: dict[int, str | None]) -> str:
    if not record.peer:
        return ""
    return names.get(record.peer) or str(record.peer)


def _context(context: int, port: int) -> str:
    return ":".join("*" if each == 0xFFFFFFFF else str(each) for each in (context, port))


def _more(record: Any) -> Row:
    timer = getattr(record, "timer", None)
    mark = getattr(record, "mark", None)
    return [
        text(getattr(record, "uid", None)),
        text(record.inode),
        f"{record.cookie or 0:x}",
        f"{mark:#x}" if mark else "",
        f"{text(timer)},{record.expires}ms,{record.retransmits}" if timer else "",
        text(getattr(record, "cgroup", None)),
        _memory(getattr(record, "memory", None)),
        _info(record),
    ]


def _memory(memory: Any) -> str:
    if memory is None:
        return ""
    return (
        f"r{memory.receive_allocated},rb{memory.receive_buffer},t{memory.send_allocated},tb{memory.send_buffer},"
        f"f{memory.forward_allocated},w{memory.send_queued},o{memory.options},bl{memory.backlog},d{memory.drops}"
    )


def _info(record: Any) -> str:
    """What TCP knows of a connection, in the words of ss(8); of others what they are set to."""
    info = getattr(record, "info", None)
    if not isinstance(info, diag.TcpInfo):
        flags = getattr(record, "flags", None) or getattr(info, "flags", None)
        return text(flags) if flags else ""
    said = {
        "cong": record.congestion,
        "rtt": f"{info.rtt / 1000:g}/{info.rttvar / 1000:g}" if info.rtt else None,
        "rto": f"{info.rto / 1000:g}",
        "mss": info.send_mss,
        "cwnd": info.cwnd,
        "acked": info.bytes_acked or None,
        "received": info.bytes_received or None,
        "retrans": f"{info.retransmitted}/{info.total_retransmits}" if info.total_retransmits else None,
        "lost": info.lost or None,
        "rate": info.delivery_rate or None,
        "minrtt": f"{info.min_rtt / 1000:g}" if info.min_rtt and info.min_rtt != 0xFFFFFFFF else None,
    }
    return " ".join(f"{name}:{value}" for name, value in said.items() if value is not None)


def write_sockets(rows: Iterable[Row], wide: bool, besides: Sequence[Column] = ()) -> None:
    """Print rows of sockets, with further columns: as wide as the terminal, or with all there is in a line each."""
    write_table((*(WIDE if wide else USUAL), *besides), rows, wide=wide)
