"""`netlynx drops`: packets as they are dropped, why and where; and how many of which were, when it ends."""

from __future__ import annotations

import contextlib
import errno
import json as plain
import select
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from netlynx import limits
from netlynx.cli.form import failed, json_text, misused
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listening import event_as_json, label, write_overrun
from netlynx.cli.options import JsonLines, Kernel, connection
from netlynx.cli.output import Column, coloured, row_as_text, write_table
from netlynx.cli.stdout import check_output, note, write
from netlynx.errors import NetlinkError

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.client.subscription import Subscription
    from netlynx.drop_monitor import Drop, Session, Statistics, Summary, Symbols
    from netlynx.engine.operation import Event

_ONGOING = (
    "drops are monitored already, and cannot be told in another way meanwhile: --listen hears what is told, "
    "--stop ends it, whoever began it"
)
_COLUMNS = (
    Column("TIME", bare=True),
    Column("REASON", bare=True),
    Column("IN", bare=False),
    Column("DEV"),
    Column("PACKET", bare=True),
    Column("BYTES", right=True),
)
_COUNTED = (
    Column("DROPS", right=True, bare=True),
    Column("BY"),
    Column("REASON", bare=True),
    Column("IN"),
    Column("DEV"),
)


_LONGEST = 2**31 - 1  # milliseconds that poll(2) waits at once


class Place(NamedTuple):
    """What drops are counted by: what dropped them, why, in which function, and by which device they came in."""

    origin: str
    reason: str
    function: str
    device: str


def drops(
    software: Annotated[bool, typer.Option("--software", help="Only those of the kernel.")] = False,
    hardware: Annotated[bool, typer.Option("--hardware", help="Only those of devices, by their traps.")] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Have sums told by place, no packets; it is cheap.")
    ] = False,
    reasons: Annotated[
        list[str] | None, typer.Option("--reason", metavar="NAME", help="Only these reasons or traps: NO_SOCKET …")
    ] = None,
    truncate: Annotated[
        int | None,
        typer.Option("--truncate", metavar="BYTES", min=0, help="Have so much of each packet told; 0: all of it."),
    ] = None,
    queue: Annotated[
        int | None, typer.Option("--queue", metavar="N", min=1, help="Let so many packets of a CPU wait to be told.")
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", metavar="N", min=1, help="End after N packets, or sums.")
    ] = None,
    duration: Annotated[
        float | None, typer.Option("--duration", metavar="SECONDS", min=0, help="End after so long.")
    ] = None,
    counts: Annotated[bool, typer.Option("--counts", help="Print only how many there were, when it ends.")] = False,
    listen: Annotated[bool, typer.Option("--listen", help="Begin nothing: hear what something else began.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Show how drops are told, and how many were not.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop monitoring, whoever began it.")] = False,
    json: JsonLines = False,
    kernel: Kernel = "host",
) -> None:
    """Print packets that are dropped: when, why, in which function of the kernel or by which trap; until Ctrl-C.

    Then it stops the monitor, sets it up as it was, and prints how many there were of which reason. There is one for
    the whole machine: it tells of all network namespaces, and is asked in the initial one. Names of devices are those
    of this namespace. It takes CAP_SYS_ADMIN and CAP_NET_ADMIN, and the kernel's module drop_monitor.
    """
    from netlynx import drop_monitor as room

    _check(locals())
    if duration is not None:
        limits.seconds("--duration", duration)
    with contextlib.ExitStack() as stack:
        nl = stack.enter_context(connection(None, kernel))
        if status:
            _show(nl.do(room.configuration()), nl.do(room.statistics()), json)
            return
        both = software == hardware
        which = {"software": both or software, "hardware": both or hardware}
        if stop:
            nl.do(room.stop(**which))
            note(f"stopped monitoring drops of {_words(which)}")
            return
        check_output()
        over = stack.enter_context(_ended())
        events = stack.enter_context(nl.subscribe(room.DROPS))
        follow = _Following(nl, reasons or [], counts, json)
        before = nl.do(room.statistics())
        session = None if listen else _begun(nl, summary, truncate, queue, which)
        stack.callback(follow.finish)  # behind what the two below do
        stack.callback(lambda: _untold(before, nl.do(room.statistics())))
        if session is not None:
            stack.callback(lambda: nl.do(room.end(session)))
        note("listening to what is told of drops" if listen else f"listening to what is dropped by {_words(which)}")
        follow.until(events, over, count, duration)


def _begun(nl: Connection, summary: bool, truncate: int | None, queue: int | None, which: dict[str, bool]) -> Session:
    """Begin to monitor. Raises typer.Exit where that goes on already."""
    from netlynx import drop_monitor as room

    mode = "summary" if summary else "packet"
    try:
        return nl.do(room.begin(mode=mode, truncation=truncate, queue_length=queue, **which))
    except NetlinkError as error:
        if error.errno in (errno.EBUSY, errno.EAGAIN):  # how it is told, and that it is
            raise failed(_ONGOING) from None
        raise


def _check(given: dict[str, Any]) -> None:
    """Raises typer.BadParameter for options that have no meaning together."""
    following = ("summary", "reasons", "truncate", "queue", "count", "duration", "counts", "listen")
    names = {"reasons": "reason"}
    for alone in ("status", "stop"):
        others = [*following, *({"status", "stop"} - {alone})] + (["software", "hardware"] if alone == "status" else [])
        for name in others:
            if given[alone] and _is_given(given[name]):
                raise misused(f"--{alone} follows nothing: leave it out", f"--{names.get(name, name)}")
    if given["listen"]:
        for name in ("summary", "truncate", "queue", "software", "hardware"):
            if _is_given(given[name]):
                raise misused("--listen begins nothing, and hears what is told: leave it out", f"--{name}")
    if given["summary"]:
        for name, why in (("truncate", "sums have no packets"), ("queue", "sums do not wait")):
            if given[name] is not None:
                raise misused(f"{why}: leave it out", f"--{name}")
        if given["reasons"] and (given["software"] or not given["hardware"]):
            raise misused("sums tell traps of hardware, and of software no reasons: add --hardware", "--reason")
    if given["stop"] and given["json"]:
        raise misused("--stop prints nothing: leave it out", "--json")


def _is_given(value: Any) -> bool:
    return value is not None and value is not False and value != []


def _words(which: dict[str, bool]) -> str:
    return " and ".join(name for name, told in which.items() if told)


def _show(configuration: Any, statistics: Statistics, json: bool) -> None:
    said = {
        **{name: value for name, value in configuration.to_dict().items() if name != "unknown"},
        "untold_software": statistics.software,
        "untold_hardware": statistics.hardware,
    }
    if json:
        write(json_text(said, compact=True))
        return
    for name, value in said.items():
        write(f"{name.replace('_', ' '):<18}{value}")


def _untold(before: Statistics, after: Statistics) -> None:
    """Say how many drops were not told."""
    missed = sum((getattr(after, name) or 0) - (getattr(before, name) or 0) for name in ("software", "hardware"))
    if missed > 0:
        note(f"{missed} more were dropped and not told, as the kernel's queue was full: --queue makes it longer")


@contextlib.contextmanager
def _ended() -> Iterator[select.poll]:
    """What tells of Ctrl-C, of a request to end, and of a reader of the output that went away."""
    from netlynx.cli.capture_recording import ended

    with ended() as over:
        poll = select.poll()
        poll.register(over, select.POLLIN)
        with contextlib.suppress(OSError, ValueError):  # no file: output that a test captures
            poll.register(sys.stdout.fileno(), 0)  # hang-ups and errors are reported unasked
        yield poll


class _Following:
    """Prints drops, and counts them."""

    def __init__(self, nl: Connection, reasons: list[str], counts: bool, json: bool) -> None:
        self._interfaces = Interfaces(nl)
        self._reasons = {each.lower() for each in reasons}
        self._counts = counts
        self._json = json
        self._colours = coloured()
        self._counted: Counter[Place] = Counter()
        self._symbols: Symbols | None = None

    def until(self, events: Subscription[Any], over: select.poll, count: int | None, duration: float | None) -> None:
        """Print what comes until it is enough, or `over` tells of an end."""
        from netlynx.engine.operation import Event

        end = None if duration is None else time.monotonic() + duration
        over.register(events.fileno(), select.POLLIN)
        seen = 0
        while True:
            left = None if end is None else max(end - time.monotonic(), 0)
            ready = [number for number, _ in over.poll(None if left is None else min(left * 1000, _LONGEST))]
            for item in events.drain() if events.fileno() in ready else ():
                if not isinstance(item, Event):
                    write_overrun(item, self._json, self._colours)
                    continue
                seen += self._tell(item)
                if count is not None and seen >= count:
                    return
            if left == 0 or any(number != events.fileno() for number in ready):
                return

    def _tell(self, event: Event[Any]) -> int:
        """Print an event, and count it; how many of what is asked for it was."""
        if event.kind == "summary":
            return self._sums(event.record)
        drop: Drop = event.record
        reason = drop.trap or drop.reason or ""
        if self._reasons and reason.lower() not in self._reasons:
            return 0
        device = drop.device or self._interfaces.name(drop.index)
        origin = "" if drop.origin is None else str(drop.origin)
        self._counted[Place(origin, reason, drop.function, device)] += 1
        if self._counts:
            return 1
        if self._json:
            more = {"function": drop.function or None, "packet": str(drop.packet) or None}
            write(json_text({**plain.loads(event_as_json("drop", event)), **more}, compact=True), flush=True)
        else:
            row = [_when(drop.timestamp), reason, drop.function, device, str(drop.packet), str(drop.length or "")]
            parts = row_as_text(_COLUMNS, row, colours=self._colours)
            write(label(origin, self._colours), "  ", *parts, flush=True)
        return 1

    def _sums(self, summary: Summary) -> int:
        """Print the places of a second, a line each, and count what was dropped there."""
        found = [(Place("software", "", self._name(each.pc), ""), each.count) for each in summary.points]
        found += [(Place("hardware", each.trap or "", "", ""), each.count or 0) for each in summary.traps]
        told = [(place, many) for place, many in found if not self._reasons or place.reason.lower() in self._reasons]
        for place, many in told:
            self._counted[place] += many
            if self._counts:
                continue
            if self._json:
                write(json_text(_said("summary", place, many), compact=True), flush=True)
            else:
                parts = row_as_text(_COUNTED, _row(place._replace(origin=""), many), colours=self._colours)
                write(label(place.origin, self._colours), "  ", *parts, flush=True)
        return len(told)

    def _name(self, pc: int) -> str:
        """The function of an address; of unknown ones the address, which is said once."""
        if self._symbols is None:
            from netlynx.drop_monitor import Symbols

            self._symbols = Symbols()
            if not self._symbols.known:
                note("functions have no names: /proc/kallsyms shows addresses to who has CAP_SYSLOG")
        return self._symbols.name(pc)

    def finish(self) -> None:
        """Print how many there were of which."""
        found = self._counted.most_common()
        if self._json:
            for place, many in found:
                write(json_text(_said("counted", place, many), compact=True))
            return
        note(f"{self._counted.total()} dropped")
        if not self._counts and found:
            write("")
        write_table(_COUNTED, [_row(place, many) for place, many in found])


def _row(place: Place, many: int) -> list[str]:
    return [str(many), *place]


def _said(kind: str, place: Place, many: int) -> dict[str, Any]:
    named = {name: value or None for name, value in place._asdict().items()}
    return {"event": kind, "object": "drop", "count": many, **named}


_LAST = 253402300799  # the last second of 9999, behind which there are no dates


def _when(timestamp: int | None) -> str:
    if not timestamp:
        return ""
    seconds, rest = divmod(timestamp, 1_000_000_000)
    if seconds > _LAST:
        return str(timestamp)
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{rest // 1_000_000:03}"
