"""Filters of traffic control, each with an action: many added in a batch, and listed, beside tc(8).

They are of `u32`, in the buckets of a hash table, and of `flower`, where the kernel has it; the action is `mirred`.
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

import netlynx
from netlynx import tc
from netlynx.tc.ethertypes import EtherType
from netlynx.tc.filters.u32 import SelectorFlag

from . import namespace, operations
from .commands import NETLYNX
from .measure import Absent, Contestant, Samples, Served, Whole, python, take_turns
from .options import Options
from .reference import messages
from .routes import COLUMNS, KEPT, NULL, null_reader

BATCH = "netlynx: batch"
TC_BATCH = "tc -batch"
KERNEL = "messages made before"
TC_LIST = "tc -j filter show"
JSON = "netlynx filters --json"

PRIORITY, TABLE = 10, 0x2 << 20
PEER = f"{namespace.DEVICE}p"
U32, FLOWER = "u32", "flower"
SAID = {U32: "u32 in a hash table, each with a mirred", FLOWER: "flower, each with a mirred"}


def _made(kind: str) -> None:
    """A new namespace with a place for filters of what arrives at its device. Raises Absent for a kind that the kernel
    has not."""
    namespace.empty()
    with netlynx.connect() as nl:
        nl.do(tc.add(tc.Qdisc(index=namespace.DEVICE, parent="clsact", kind="clsact")))
        _prepare(nl, kind)
        if kind == FLOWER:
            try:
                nl.do(tc.add(next(filters(kind, 1))))
            except netlynx.NetlinkError as error:
                raise Absent(f"this kernel has no filters of flower ({error.symbol})") from None
            nl.do(tc.delete(_all()))


def _all() -> tc.Filter:
    return tc.Filter(index=namespace.DEVICE, parent="ingress", priority=PRIORITY)


def _prepare(nl: netlynx.Connection, kind: str) -> None:
    """Make the hash table that filters of `u32` go into."""
    if kind == U32:
        place = {"index": namespace.DEVICE, "parent": "ingress", "protocol": "ip", "priority": PRIORITY}
        nl.do(tc.add(tc.Filter(**place, handle="2:", data=tc.U32(divisor=256))))  # type: ignore[arg-type]


def filters(kind: str, count: int) -> Iterator[tc.Filter]:
    """So many of them, a destination each; the device is looked up once."""
    index = socket.if_nametoindex(namespace.DEVICE)
    actions = (tc.Action(data=tc.Mirred(redirect=socket.if_nametoindex(PEER))),)
    parent, terminal = tc.FilterParent.of("ingress"), SelectorFlag.TERMINAL
    for number in range(count):
        if kind == U32:
            match = tc.U32Match(mask=0xFFFF_FFFF, value=10 << 24 | number, offset=16)
            selector = tc.U32Selector(flags=terminal, count=1, matches=(match,))
            bucket = tc.FilterHandle(TABLE | (number & 255) << 12)
            data: Any = tc.U32(hash=bucket, selector=selector, actions=actions)
        else:
            data = tc.Flower(dst_ip=_address(10 << 24 | number), actions=actions)
        yield tc.Filter(index=index, parent=parent, protocol=EtherType.IP, priority=PRIORITY, kind=kind, data=data)


@namespace.kept
def empty(kind: str, count: int) -> None:
    """A new namespace with a place for filters, and none."""
    _made(kind)


@namespace.kept
def filled(kind: str, count: int) -> None:
    """A new namespace with so many filters."""
    _made(kind)
    with netlynx.connect() as nl:
        nl.batch(map(tc.add, filters(kind, count)))


def addresses(count: int) -> list[str]:
    """What the filters match, in order."""
    return sorted(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}" for number in range(count))


def matched() -> list[str]:
    """The same of those that the kernel has."""
    with netlynx.connect() as nl:
        found = [each.data for each in nl.dump(operations.dump("filters"))]
    return sorted(address for data in found for address in _matches(data))


def _matches(data: Any) -> list[Any]:
    return [data.dst_ip] if isinstance(data, tc.Flower) else [_address(each.value) for each in data.matches]


def clear(kind: str) -> None:
    """Remove the filters, and make anew what they go into."""
    with netlynx.connect() as nl:
        nl.do(tc.delete(_all()))
        _prepare(nl, kind)


def _address(value: int) -> str:
    return socket.inet_ntoa(value.to_bytes(4, "big"))


def _words(kind: str, number: int) -> str:
    """A line of tc(8)."""
    address = _address(10 << 24 | number)
    what = f"u32 ht 2:{number & 255:x}: match ip dst {address}/32" if kind == U32 else f"flower dst_ip {address}"
    place = f"dev {namespace.DEVICE} ingress protocol ip pref {PRIORITY}"
    return f"filter add {place} {what} action mirred egress redirect dev {PEER}\n"


def run_added(options: Options) -> Samples:
    return _run_added("tc-filters", U32, options)


def run_flower_added(options: Options) -> Samples:
    return _run_added("tc-flower", FLOWER, options)


def _run_added(group: str, kind: str, options: Options) -> Samples:
    count = options.filters
    empty(kind, count)
    samples = Samples(group, f"{count:,} filters of {kind} with an action added", "µs/filter", TC_BATCH, "filter")
    expected = addresses(count)
    with tempfile.NamedTemporaryFile("w", suffix=".tc") as lines:
        lines.writelines(_words(kind, number) for number in range(count))
        lines.flush()
        own = python("contestants", "batch-filters", kind, count)
        contestants: list[Contestant] = [
            Served(BATCH, lambda: own, lambda: expected),
            Served(KERNEL, lambda: python("contestants", "prepared-filters", kind, count), lambda: expected),
            Whole(TC_BATCH, ("tc", "-batch", lines.name), lambda _: matched(), lambda: expected, lambda: clear(kind)),
        ]
        take_turns(samples, contestants, options.few_rounds, 1e6 / count)
    samples.notes.append(
        f"{SAID[kind]}; records made on the way, tc reads a file; messages made before are the kernel's own time"
    )
    return samples


def run_json(options: Options) -> Samples:
    """The same list as JSON, both as whole processes: of as many filters, it is the start of Python that shows."""
    count = options.filters
    filled(U32, count)
    samples = Samples("tc-filters-json", f"{count:,} filters with an action as JSON, whole process", "ms", TC_LIST)
    expected = addresses(count)

    def printed(text: str) -> Iterable[str]:
        options_of = [row.get("data", {}) for row in json.loads(text)]
        matches = [match for data in options_of for match in data.get("selector", {}).get("matches", ())]
        return sorted(_address(match["value"]) for match in matches)

    place = ("--dev", namespace.DEVICE, "--parent", "ingress")
    contestants: list[Contestant] = [
        Whole(JSON, (NETLYNX, "filters", *place, "--json"), printed, lambda: expected, most_rounds=options.few_rounds),
        _tc_list(expected, options),
    ]
    take_turns(samples, contestants, options.rounds, 1e3)
    return samples


def _tc_list(expected: list[str], options: Options) -> Whole:
    def printed(text: str) -> Iterable[str]:
        options_of = [row["options"] for row in json.loads(text) if "options" in row]
        keys = [each["keys"]["dst_ip"] for each in options_of if "keys" in each]
        return sorted([*keys, *(_address(int(each["match"]["value"], 16)) for each in options_of if "match" in each)])

    command = ("tc", "-j", "filter", "show", "dev", namespace.DEVICE, "ingress")
    return Whole(TC_LIST, command, printed, lambda: expected, most_rounds=options.few_rounds)


def run_listed(options: Options) -> Samples:
    return _run_listed("tc-filters-list", U32, options)


def run_flower_listed(options: Options) -> Samples:
    return _run_listed("tc-flower-list", FLOWER, options)


def _run_listed(group: str, kind: str, options: Options) -> Samples:
    count = options.filters
    filled(kind, count)
    samples = Samples(group, f"Dump of {count:,} filters of {kind} with an action", "ns/filter", NULL, "filter")
    wanted = operations.dump("filters")
    expected = addresses(count)

    def worker(name: str) -> list[str]:
        return python("contestants", name, count)

    def discarded() -> Iterable[str]:
        found = [*messages(wanted)]
        return [str(len(found)), str(20 + sum((16 + len(each.payload) + 3) & ~3 for each in found))]

    contestants: list[Contestant] = [
        Served(NULL, lambda: null_reader(wanted), discarded),
        Served(KEPT, lambda: worker("filter-records"), lambda: expected),
        Served(COLUMNS, lambda: worker("filter-columns"), lambda: expected),
        _tc_list(expected, options),
    ]
    take_turns(samples, contestants, options.rounds, 1e9 / count)
    samples.notes.append(SAID[kind])
    return samples
