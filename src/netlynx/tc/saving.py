"""All of a namespace's traffic control at once; and what makes it again elsewhere, in order."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import NetlinkError
from netlynx.schema import Record, replace_fields
from netlynx.tc.action import Action, actions
from netlynx.tc.actions import ACTION_OPTIONS
from netlynx.tc.chain import Chain, chains, where_listed
from netlynx.tc.ematches.tree import Ematch
from netlynx.tc.ethertypes import VLAN_TAGS, EtherType
from netlynx.tc.filter import Filter, filters
from netlynx.tc.filters.flower import Flower
from netlynx.tc.filters.u32 import U32
from netlynx.tc.handle import EGRESS_HOOK, INGRESS_HOOK, ROOT
from netlynx.tc.qdisc import Qdisc, qdiscs
from netlynx.tc.qdiscs import CLASS_OPTIONS
from netlynx.tc.qdiscs.gred import Gred
from netlynx.tc.qdiscs.sfq import Sfq
from netlynx.tc.traffic_class import Class, classes
from netlynx.tc.verbs import add, change

Steps: TypeAlias = Generator[Do[Any] | Dump[Any], Any, Any]


class Setup(msgspec.Struct, frozen=True):
    """What traffic control of a namespace is: qdiscs that somebody put there, with their classes, chains and filters;
    and actions that are there by themselves, which filters share. Listed one after the other, not in one moment."""

    qdiscs: tuple[Qdisc, ...] = ()
    classes: tuple[Class, ...] = ()
    chains: tuple[Chain, ...] = ()
    filters: tuple[Filter, ...] = ()
    actions: tuple[Action, ...] = ()


def setup() -> Talk[Setup]:
    """List all of it: ``nl.do(tc.setup())``."""
    return Talk("tc.setup", _setup)


def _setup() -> Steps:
    put = [each for each in (yield qdiscs()) if each.handle]
    found: list[Class] = []
    for index in dict.fromkeys(each.index for each in put):
        found += yield classes(index=index)
    chained: list[Chain] = []
    filtered: list[Filter] = []
    for place in _places(put, found):
        listing = chains(**place)
        listed = yield listing
        chained += [where_listed(listing, each) for each in listed]
        if listed:
            filtered += yield filters(**place)
    shared: list[Action] = []
    for kind in ACTION_OPTIONS:
        try:
            shared += [each for each in (yield actions(kind=kind)) if _alone(each)]
        except NetlinkError:
            continue  # a kind that this kernel lacks has none
    return Setup(tuple(put), tuple(found), tuple(chained), tuple(filtered), tuple(shared))


def _places(put: Iterable[Qdisc], found: Iterable[Class]) -> Iterator[dict[str, Any]]:
    """Where chains and filters may be, each place once: a block is one, whoever shares it."""
    seen: set[int] = set()
    for each in put:
        blocks = {"ingress": each.ingress_block, "egress": each.egress_block}
        for block in blocks.values():
            if block is not None and block not in seen:
                seen.add(block)
                yield {"block": block}
        if each.kind == "clsact":
            hooks = {"ingress": INGRESS_HOOK, "egress": EGRESS_HOOK}
            for name, parent in hooks.items():
                if blocks[name] is None:
                    yield {"index": each.index, "parent": parent}
        elif each.kind != "ingress" or blocks["ingress"] is None:
            yield {"index": each.index, "parent": each.handle}
    for one in found:
        if one.kind in CLASS_OPTIONS:
            yield {"index": one.index, "parent": one.handle}


def _alone(action: Action) -> bool:
    """Whether it is there by itself, and not only in filters, which bring it along."""
    references, bindings = getattr(action.data, "references", None), getattr(action.data, "bindings", None)
    return references is not None and bindings is not None and references > bindings


def remade(found: Setup) -> list[Record]:
    """The records to make the same of, one after the other, in a namespace that has none of it: `remake` says how.

    What the kernel counts, and what it makes by itself (classes of `mq`, the first hash table of `u32`, chains that
    came with their filters) is not among them, nor is what it does not tell: how a rate is estimated, and tables of
    distributions of `netem`. Where it does not tell the tag within a tag that `flower` looks for, it is 802.1Q. Indexes
    of interfaces are those of where it was listed.
    """
    made: list[Record] = [_asked(each) for each in found.actions]
    waiting = list(found.qdiscs)
    known: set[tuple[int, int]] = set()
    while waiting:
        ready = [each for each in waiting if each.parent >= _PSEUDO or (each.index, each.parent) in known]
        if not ready:
            ready = [waiting[0]]  # below what makes its classes by itself
        for qdisc in ready:
            waiting.remove(qdisc)
            made += map(_asked, _steps(qdisc))
            within = [each for each in found.classes if _within(each, qdisc)]
            known.update((each.index, each.handle) for each in within)
            made += [_asked(each) for each in _downwards(within, qdisc) if _put(each)]
    made += [_asked(each) for each in found.chains if each.data is not None]
    made += [_asked(each) for each in _in_order(found.filters) if not _begins(each)]
    return made


def remake(record: Record) -> Do[None]:
    """The operation that makes one of the records of `remade`, behind those before it: it is added.

    But for a virtual queue of `gred`, with which a qdisc that was added is changed. Raises as `add` and `change`.
    """
    return change(record) if is_change(record) else add(record)


def is_change(record: Any) -> bool:
    """Whether a record of `remade` changes a qdisc that is there."""
    return isinstance(record, Qdisc) and isinstance(record.data, Gred) and bool(record.data.virtual_queues)


def _steps(qdisc: Qdisc) -> Iterator[Qdisc]:
    """A qdisc, or what it is made in: the kernel takes each virtual queue of `gred` in a change of its own."""
    if not isinstance(qdisc.data, Gred):
        yield qdisc
        return
    first, *queues = qdisc.data.steps
    yield replace_fields(qdisc, data=first)
    for each in queues:
        asked = [replace_fields(queue, counted=None, average=None) for queue in each.virtual_queues]
        yield Qdisc(index=qdisc.index, handle=qdisc.handle, parent=qdisc.parent, data=Gred(virtual_queues=asked))


def _put(each: Class) -> bool:
    """Whether somebody made it: bands of `ets` come with their qdisc, as does the class of `hfsc` that is all of it."""
    return each.kind in CLASS_OPTIONS and bool(each.data) and each.kind != "ets" and bool(each.handle.minor)


def _in_order(found: Iterable[Filter]) -> list[Filter]:
    """Filters of each priority together, and those of `u32` so that the kernel numbers their first tables as it did.

    It numbers them in the order in which priorities with such filters come to be, from ``800:`` on, and those of a
    device's two hooks together. Other tables come before the rules in them.
    """
    groups: dict[tuple[int, ...], list[Filter]] = {}
    for each in found:
        groups.setdefault((each.index, each.parent, each.chain or 0, each.priority, each.protocol), []).append(each)

    def first(group: list[Filter]) -> int:
        return min((int(each.handle) for each in group if _begins(each)), default=0)

    ordered = sorted(groups.values(), key=first)
    return [each for group in ordered for each in sorted(group, key=_rank)]


_PSEUDO = 0xFFFF_0000
"""From here on a parent is a place of the device: the root, ingress, clsact."""


def _within(each: Class, qdisc: Qdisc) -> bool:
    return each.index == qdisc.index and each.handle.major == qdisc.handle.major


def _downwards(found: list[Class], qdisc: Qdisc) -> Iterator[Class]:
    """Classes behind those that they are part of, otherwise by number."""
    waiting = sorted(found, key=lambda each: each.handle)
    there = {int(qdisc.handle), ROOT}
    while waiting:
        ready = [each for each in waiting if each.parent in there] or waiting[:1]
        for each in ready:
            waiting.remove(each)
            there.add(each.handle)
            yield each


def _rank(each: Filter) -> tuple[bool, int]:
    """Hash tables of u32 come before the rules in them, and before the links to them."""
    return not (isinstance(each.data, U32) and each.data.divisor is not None), int(each.handle)


def _begins(each: Filter) -> bool:
    """Whether it is the hash table with which `u32` begins by itself."""
    return (
        isinstance(each.data, U32)
        and each.data.divisor == 1
        and not int(each.handle) & 0xF_FFFF
        and (int(each.handle) >> 20 >= _FIRST_TABLE)
    )


_FIRST_TABLE = 0x800
"""The kernel numbers the first tables of u32 from here on (gen_new_htid in net/sched/cls_u32.c)."""


def _asked(record: Any) -> Record:
    """A record without what the kernel only tells, as it is sent to make it; what it counts stays behind."""
    if isinstance(record, Class):  # it tells the root as the parent of a class that is in no other
        major = record.handle.major << 16
        record = record if record.parent != ROOT else replace_fields(record, parent=type(record.parent)(major))
    if isinstance(record, Filter):
        record = replace_fields(record, listing=None, data=_options_asked(record))  # how it was asked for
    if (
        isinstance(record, Qdisc)
        and isinstance(record.data, Sfq)
        and (record.data.flows or 0) > (record.data.limit or 0)
    ):
        # Nobody has told it a limit, for it would have that many flows at most (sfq_change in net/sched/sch_sfq.c).
        record = replace_fields(record, data=replace_fields(record.data, limit=None))
    request: Any = remake(record).request
    if isinstance(record, Action):
        request = request.actions[0]
    asked: Record = replace_fields(request, unknown=())
    return asked


def _options_asked(record: Filter) -> Any:
    """A filter's options, less what the kernel tells in other words than it takes."""
    data: Any = record.data
    wrapped = VLAN_TAGS | {EtherType.PPP_SES}
    if isinstance(data, Flower) and record.protocol in wrapped and data.eth_type not in wrapped:
        # It tells what is behind tags and PPPoE (fl_dump_key in net/sched/cls_flower.c), and takes what is before.
        data = replace_fields(data, eth_type=None)
        if data.cvlan_ethtype is not None and data.vlan_ethtype is None:
            data = replace_fields(data, vlan_ethtype=EtherType.DOT1Q)  # it does not tell: the usual tag within a tag
    if getattr(data, "match", None) == Ematch():
        data = replace_fields(data, match=None)  # `cgroup` tells of a tree of no conditions
    return data
