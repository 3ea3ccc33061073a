"""Traffic control: qdiscs and classes, and what they have counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import misused
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing
from netlynx.cli.options import Dev
from netlynx.cli.output import Column, Row, phrases
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.engine.operation import Group
    from netlynx.tc import Action, ActionList, Chain, Class, Filter, Qdisc


def said(data: Any, within: str = "", but: Sequence[str] = ()) -> Iterator[str]:
    """The options of a kind in words: its fields and what they are; bytes of a kind that is not known as they are."""
    if isinstance(data, bytes):
        yield data.hex()
        return
    struct = hasattr(data, "tail")  # which has all its members always
    for name in getattr(data, "__declarations__", ()):
        value = getattr(data, name)
        if name in but or data.__declarations__[name].read_only or _is_nothing(value, struct):
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


def _is_nothing(value: Any, struct: bool) -> bool:
    """Whether nothing is said: not there, empty, off; in a struct, 0."""
    return value is None or value is False or value in ((), "") or (struct and value == 0) or str(value) == ""


def _short(value: Any) -> str:
    if hasattr(value, "__declarations__"):
        return f"({' '.join(said(value))})"
    return value.hex() if isinstance(value, bytes) else str(value)


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
    """The row of a record: what tells it, and its options."""
    return [[*before, phrases(words)]]


def _qdisc(qdisc: Qdisc, interfaces: Interfaces) -> list[Row]:
    who = [interfaces.name(qdisc.index), text(qdisc.kind), text(qdisc.handle), text(qdisc.parent)]
    return rows_of(who, chain(said(qdisc.data), _counted(qdisc)))


def _class(class_: Class, interfaces: Interfaces) -> list[Row]:
    leaf = "" if not class_.leaf else text(class_.leaf)
    who = [interfaces.name(class_.index), text(class_.kind), text(class_.handle), text(class_.parent), leaf]
    return rows_of(who, chain(said(class_.data), _counted(class_)))


def _where(record: Filter | Chain, interfaces: Interfaces) -> list[str]:
    if record.block is not None:
        return [f"block {record.block}", "", text(record.chain)]
    return [interfaces.name(record.index), text(record.parent), text(record.chain)]


def _filter(record: Filter, interfaces: Interfaces) -> list[Row]:
    which = [text(record.priority), text(record.protocol), text(record.kind), text(record.handle)]
    return rows_of([*_where(record, interfaces), *which], _filtering(record, interfaces))


def _filtering(record: Filter, interfaces: Interfaces) -> Iterator[str]:
    """The options of a filter in words, its actions by kind and with what they do."""
    data, aside = record.data, ["actions", "flags"]
    if hasattr(data, "words"):  # of u32, which has tc's own words for what it finds
        aside.append("selector")
        yield from (f"match {each}" for each in data.words(text(record.protocol)))
        selector = data.selector
        if selector is not None and selector.hash_mask:
            yield f"hash-mask {selector.hash_mask:#x} at {selector.hash_offset}"
    yield from said(data, but=aside)
    for each in getattr(data, "actions", None) or ():
        yield f"action {' '.join(_acting(each, interfaces))}"


def _acting(action: Action, interfaces: Interfaces) -> Iterator[str]:
    yield text(action.kind)
    data: Any = action.data
    for name in ("redirect", "mirror"):
        if (number := getattr(data, name, None)) is not None:
            yield f"{name} {interfaces.name(number)}"
    yield from said(data, but=("redirect", "mirror"))


def _chain(record: Chain, interfaces: Interfaces) -> list[Row]:
    return rows_of([*_where(record, interfaces), text(record.kind)], said(record.data))


def _action(record: Action | ActionList, interfaces: Interfaces) -> list[Row]:
    found = record.actions if hasattr(record, "actions") else (record,)
    rows: list[Row] = []
    for each in found:
        kind, *words = _acting(each, interfaces)
        index, users = (getattr(each.data, name, None) for name in ("index", "bindings"))
        shown = [word for word in words if not word.startswith("index ")]
        rows += rows_of([kind, text(index), text(users)], chain(shown, _counted(each)))
    return rows


_WHO = (Column("DEV"), Column("KIND"), Column("HANDLE"), Column("PARENT"))
_WHAT = Column("OPTIONS, WHAT WAS SENT", bare=True, wrap=True)
QDISCS = Table([*_WHO, _WHAT], _qdisc)
_PLACE = (Column("DEV"), Column("PARENT"), Column("CHAIN"))
_WHICH = (Column("PRIO"), Column("PROTOCOL"), Column("KIND"), Column("HANDLE"))
FILTERS = Table([*_PLACE, *_WHICH, Column("WHAT IT FINDS AND DOES", bare=True, wrap=True)], _filter)
CHAINS = Table([*_PLACE, Column("KIND"), Column("TEMPLATE", bare=True, wrap=True)], _chain)
ACTIONS = Table(
    [Column("KIND"), Column("INDEX"), Column("FILTERS"), Column("WHAT IT DOES", bare=True, wrap=True)], _action
)
CLASSES = Table([*_WHO, Column("LEAF"), _WHAT], _class)


def watched(name: str) -> tuple[Group[Any], Table]:
    """What tells of a kind of object when it changes, and how that looks."""
    from netlynx import tc

    known: dict[str, tuple[Group[Any], Table]] = {
        "qdisc": (tc.QDISCS, QDISCS),
        "class": (tc.CLASSES, CLASSES),
        "filter": (tc.FILTERS, FILTERS),
        "chain": (tc.CHAINS, CHAINS),
        "action": (tc.ACTIONS, ACTIONS),
    }
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


_Parent = Annotated[
    str | None,
    Option("--parent", metavar="HANDLE", help="Only those there: 1:, ingress, egress; the root unless told."),
]
_Block = Annotated[str | None, Option("--block", metavar="NUMBER", help="Those of a block that devices share.")]
_InChain = Annotated[str | None, Option("--chain", metavar="NUMBER", help="Only those of this chain.")]


def _place(dev: str | None, block: str | None) -> None:
    if (dev is None) == (block is None):
        raise misused("the kernel lists those of one device or block: say which, --dev or --block")


def _number(value: str | None, option: str) -> int | None:
    if value is not None and not (value.isascii() and value.isdecimal()):
        raise misused(f"{value!r} is no number", option)
    return None if value is None else int(value)


@listing(FILTERS)
def filters(dev: Dev = None, parent: _Parent = None, block: _Block = None, chain: _InChain = None) -> Asked:
    """List the filters at a place of a device: which packets they find, and what becomes of those."""
    from netlynx import tc

    _place(dev, block)
    return tc.filters(index=dev, parent=parent, block=_number(block, "--block"), chain=_number(chain, "--chain"))


@listing(CHAINS)
def chains(dev: Dev = None, parent: _Parent = None, block: _Block = None) -> Asked:
    """List the chains of filters at a place of a device."""
    from netlynx import tc

    _place(dev, block)
    return tc.chains(index=dev, parent=parent, block=_number(block, "--block"))


@listing(ACTIONS)
def actions(
    kind: Annotated[str | None, Argument("KIND", help="Only these: gact, mirred, police …")] = None,
) -> Asked:
    """List actions: those in filters, and those that are there by themselves for filters to share."""
    from netlynx import tc

    return tc.actions(kind=kind)
