"""Traffic control: qdiscs and classes, and what they have counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli.declare import Option
from netlynx.cli.form import misused
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing
from netlynx.cli.options import Dev
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.engine.operation import Group
    from netlynx.tc import Class, Qdisc

_LINE = 44  # characters of options in a line: with what stands before them, 80
_COUNTED = (Column("PACKETS", right=True), Column("DROPPED", right=True), Column("WAITING", right=True))


def said(data: Any, within: str = "") -> Iterator[str]:
    """The options of a kind in words: its fields and what they are; bytes of a kind that is not known as they are."""
    if isinstance(data, bytes):
        yield data.hex()
        return
    for name in getattr(data, "__declarations__", ()):
        value = getattr(data, name)
        usual = data.__declarations__[name].default
        if value is None or value == () or (value == usual and not isinstance(value, int)) or value is False:
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


def _counted(record: Any) -> list[str]:
    statistics = record.statistics
    basic, queue = (None, None) if statistics is None else (statistics.basic, statistics.queue)
    packets = None if statistics is None else statistics.packets
    return [
        text(packets if packets is not None or basic is None else basic.packets),
        "" if queue is None else text(queue.drops),
        "" if queue is None else text(queue.qlen),
    ]


def rows_of(before: list[str], words: Iterator[str]) -> list[Row]:
    """The rows of a record: what tells it in the first, its options in as many as they take."""
    return [[*(before if not at else [""] * len(before)), line] for at, line in enumerate(lines_of(words))]


def _qdisc(qdisc: Qdisc, interfaces: Interfaces) -> list[Row]:
    who = [interfaces.name(qdisc.index), text(qdisc.kind), text(qdisc.handle), text(qdisc.parent)]
    return rows_of([*who, *_counted(qdisc)], said(qdisc.data))


def _class(class_: Class, interfaces: Interfaces) -> list[Row]:
    leaf = "" if not class_.leaf else text(class_.leaf)
    who = [interfaces.name(class_.index), text(class_.kind), text(class_.handle), text(class_.parent), leaf]
    return rows_of([*who, *_counted(class_)], said(class_.data))


_WHO = (Column("DEV"), Column("KIND"), Column("HANDLE"), Column("PARENT"))
QDISCS = Table([*_WHO, *_COUNTED, Column("OPTIONS")], _qdisc)
CLASSES = Table([*_WHO, Column("LEAF"), *_COUNTED, Column("OPTIONS")], _class)


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
