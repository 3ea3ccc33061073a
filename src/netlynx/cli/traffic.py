"""Traffic control: qdiscs and classes, and what they have counted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import misused
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing, show
from netlynx.cli.options import Dev, Json, Kernel, Netns, connection
from netlynx.cli.output import Column, Row, form_of
from netlynx.cli.stdout import note
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.engine.operation import Group
    from netlynx.tc import Class, Qdisc

_LINE = 42  # characters of options in a line: with what stands before them, 80


def said(data: Any, within: str = "") -> Iterator[str]:
    """The options of a kind in words: its fields and what they are; bytes of a kind that is not known as they are."""
    if isinstance(data, bytes):
        yield data.hex()
        return
    for name in getattr(data, "__declarations__", ()):
        value = getattr(data, name)
        declared = data.__declarations__[name]
        usual = declared.default
        if (
            declared.read_only
            or value is None
            or value == ()
            or (value == usual and not isinstance(value, int))
            or value is False
        ):
            continue
        word = f"{within}{name.replace('_', '-')}"
        if hasattr(value, "__declarations__"):
            yield from said(value, f"{word}.")
        elif value is True:
            yield word
        elif isinstance(value, tuple):
            yield f"{word} {','.join(_short(each) for each in value)}"
        else:
            yield f"{word} {_short(value)}"


def _short(value: Any) -> str:
    if hasattr(value, "__declarations__"):
        return f"({' '.join(said(value))})"
    return value.hex() if isinstance(value, bytes) else str(value)


def lines_of(words: Iterator[str], width: int = _LINE) -> list[str]:
    """Words in lines of at most so many characters, where they are not longer themselves; one line at least."""
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines


def _counted(record: Any) -> Iterator[str]:
    """What was sent, dropped, and waits now, in words: of that what is not 0."""
    from netlynx.tc.units import Size

    statistics = record.statistics
    if statistics is None:
        return
    basic, queue = statistics.basic, statistics.queue
    packets = statistics.packets if statistics.packets is not None or basic is None else basic.packets
    if packets:
        yield f"sent {packets} ({Size(basic.bytes)})"
    if queue is not None:
        yield from (f"{word} {value}" for word, value in (("dropped", queue.drops), ("waiting", queue.qlen)) if value)


def rows_of(before: list[str], words: Iterator[str]) -> list[Row]:
    """The rows of a record: what tells it in the first, its options in as many as they take."""
    return [[*(before if not at else [""] * len(before)), line] for at, line in enumerate(lines_of(words))]


def _qdisc(qdisc: Qdisc, interfaces: Interfaces) -> list[Row]:
    who = [interfaces.name(qdisc.index), text(qdisc.kind), text(qdisc.handle), text(qdisc.parent)]
    return rows_of(who, chain(said(qdisc.data), _counted(qdisc)))


def _class(class_: Class, interfaces: Interfaces) -> list[Row]:
    leaf = "" if not class_.leaf else text(class_.leaf)
    who = [interfaces.name(class_.index), text(class_.kind), text(class_.handle), text(class_.parent), leaf]
    return rows_of(who, chain(said(class_.data), _counted(class_)))


_WHO = (Column("DEV"), Column("KIND"), Column("HANDLE"), Column("PARENT"))
_WHAT = Column("OPTIONS, WHAT WAS SENT")
QDISCS = Table([*_WHO, _WHAT], _qdisc)
CLASSES = Table([*_WHO, Column("LEAF"), _WHAT], _class)


def watched(name: str) -> tuple[Group[Any], Table]:
    """What tells of a kind of object when it changes, and how that looks."""
    from netlynx import tc

    known: dict[str, tuple[Group[Any], Table]] = {"qdisc": (tc.QDISCS, QDISCS), "class": (tc.CLASSES, CLASSES)}
    return known[name]


@listing(QDISCS)
def qdiscs(
    dev: Dev = None,
    invisible: Annotated[
        bool, Option("--invisible", help="Also those that devices begin with and nobody put there.")
    ] = False,
) -> Asked:
    """List qdiscs: how packets wait on each device; how many were sent and dropped, and how many wait now."""
    from netlynx import tc

    return tc.qdiscs(index=dev, invisible=invisible)


@listing(CLASSES)
def classes(
    dev: Dev = None,
    parent: Annotated[str | None, Option("--parent", metavar="HANDLE", help="Only those of this qdisc: 1:")] = None,
) -> Asked:
    """List the classes of a device's qdiscs."""
    from netlynx import tc

    if dev is None:
        raise misused("the kernel lists those of one device: say of which", "--dev")
    return tc.classes(index=dev, parent=parent)


def impair(
    dev: Annotated[str, Argument("NAME", help="What leaves this device.")],
    delay: Annotated[str | None, Option("--delay", metavar="TIME", help="So much later: 100ms")] = None,
    jitter: Annotated[str | None, Option("--jitter", metavar="TIME", help="Up to so much more or less.")] = None,
    distribution: Annotated[
        str | None, Option("--distribution", metavar="NAME", help="Of the delays: normal, pareto, paretonormal …")
    ] = None,
    loss: Annotated[str | None, Option("--loss", metavar="SHARE", help="So many of them are lost: 1%")] = None,
    duplicate: Annotated[str | None, Option("--duplicate", metavar="SHARE", help="So many go twice.")] = None,
    corrupt: Annotated[str | None, Option("--corrupt", metavar="SHARE", help="So many have a bit turned.")] = None,
    reorder: Annotated[
        str | None, Option("--reorder", metavar="SHARE", help="So many overtake those that are delayed.")
    ] = None,
    rate: Annotated[str | None, Option("--rate", metavar="RATE", help="So much a second: 10mbit")] = None,
    limit: Annotated[str | None, Option("--limit", metavar="PACKETS", help="So many wait at most: 1000")] = None,
    undo: Annotated[bool, Option("--undo", help="End it.")] = False,
    json: Json = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Impair what leaves a device: delay, lose, duplicate, corrupt, reorder packets, or slow them down.

    One command is one impairment: another one takes the place of the former. No other qdisc is replaced.
    """
    from netlynx import tc

    words = {
        "delay": delay,
        "jitter": jitter,
        "distribution": distribution,
        "loss": loss,
        "duplicate": duplicate,
        "corrupt": corrupt,
        "reorder": reorder,
        "rate": rate,
    }
    given: dict[str, Any] = {name: value for name, value in words.items() if value is not None}
    if limit is not None:
        if not (limit.isascii() and limit.isdecimal()):
            raise misused(f"{limit!r} is no number of packets", "--limit")
        given["limit"] = int(limit)
    if undo and given:
        raise misused("it ends all of it: leave the others out", "--undo")
    if not undo and not given.keys() - {"limit"}:
        raise misused("say what is to happen to packets: --delay 100ms, --loss 1%, --rate 10mbit …; or --undo")
    form = form_of(json, False, None)
    with connection(netns, kernel) as nl:
        if not undo:
            show(nl, form, QDISCS, [nl.do(tc.impair(dev, **given))])
            return
        ended = nl.do(tc.unimpair(dev))
        if ended is None:
            note(f"{dev} was not impaired")
        else:
            show(nl, form, QDISCS, [ended])
