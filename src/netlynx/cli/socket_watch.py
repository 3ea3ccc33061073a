"""`netlynx sockets --watch`: the table again and again, with what went through each connection meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

from netlynx import diag
from netlynx.cli.output import Column, Row
from netlynx.cli.socket_table import Besides, write_sockets
from netlynx.cli.stdout import clear, write

RATES = (
    Column("IN/S", right=True),
    Column("OUT/S", right=True),
    Column("RETRANS/S", right=True),
    Column("RTT", right=True),
)
_UNITS = ("", "K", "M", "G", "T", "P")


class Counted(NamedTuple):
    """What a connection has counted: bytes that came and that were acknowledged, segments sent again; and when."""

    received: int
    acked: int
    retransmits: int
    at: float


class Watching:
    """Remembers what connections had counted, and tells what they count in a second."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, int], Counted] = {}
        self._now: dict[tuple[str, int], Counted] = {}

    def round(self) -> None:
        """What was counted last is what was before: those that are gone are forgotten."""
        self._before, self._now = self._now, {}

    def cells(self, namespace: str, record: Any, at: float) -> Row:
        """The cells of `RATES`: nothing for what is no connection, and no rates for one that was not there before."""
        info = getattr(record, "info", None)
        if not isinstance(info, diag.TcpInfo) or record.state is diag.SocketState.LISTEN:
            return ["", "", "", ""]
        key = (namespace, record.cookie)
        self._now[key] = now = Counted(info.bytes_received, info.bytes_acked, info.total_retransmits, at)
        rtt = f"{info.rtt / 1000:.3g}ms" if info.rtt else ""
        before = self._before.get(key)
        if before is None or at <= before.at:
            return ["", "", "", rtt]
        seconds = at - before.at
        rates = [(new - old) / seconds for new, old in zip(now[:3], before[:3], strict=True)]
        return [scaled(rates[0]), scaled(rates[1]), f"{rates[2]:.3g}" if rates[2] else "", rtt]


def scaled(rate: float) -> str:
    """Bytes in a second: ``1.2M``; nothing for none."""
    if rate < 1:
        return ""
    for unit in _UNITS:
        if rate < 1000 or unit == _UNITS[-1]:
            break
        rate /= 1000
    return f"{rate:.3g}{unit}"


def watch(read: Callable[[Besides], list[Row]], every: float, rounds: int | None, wide: bool) -> None:
    """Draw the table every so many seconds, so often, or until Ctrl-C.

    `read` gives the rows; of each socket it has what the function that it is given says put behind.
    """
    watching = Watching()
    for number in count() if rounds is None else range(rounds):
        began = time.monotonic()
        rows = read(lambda namespace, record: watching.cells(namespace, record, time.monotonic()))
        watching.round()
        if not clear() and number:
            write("")
        write_sockets(rows, wide, RATES)
        sys.stdout.flush()
        if number + 1 != rounds:
            time.sleep(max(0.0, began + every - time.monotonic()))
