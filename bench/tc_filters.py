"""Filters of traffic control, each with an action: many added in a batch, and listed, beside tc(8).

They are of `u32`, in the buckets of a hash table, with `mirred`: what kernels have that lack `flower`.
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Iterable, Iterator

import netlynx
from netlynx import tc
from netlynx.tc.ethertypes import EtherType
from netlynx.tc.filters.u32 import SelectorFlag

from . import namespace, operations
from .commands import NETLYNX
from .measure import Contestant, Samples, Served, Whole, python, take_turns
from .options import Options
from .reference import messages
from .routes import COLUMNS, KEPT, NULL, null_reader

BATCH = "netlynx: batch"
TC_BATCH = "tc -batch"
TC_LIST = "tc -j filter show"
JSON = "netlynx filters --json"

PRIORITY, TABLE = 10, 0x2 << 20
PEER = f"{namespace.DEVICE}p"


def _made() -> None:
    """A new namespace with a table for filters of what arrives at its device."""
    namespace.empty()
    with netlynx.connect() as nl:
        nl.do(tc.add(tc.Qdisc(index=namespace.DEVICE, parent="clsact", kind="clsact")))
        nl.do(tc.add(table()))


def table() -> tc.Filter:
    """The hash table of the filters."""
    place = {"index": namespace.DEVICE, "parent": "ingress", "protocol": "ip", "priority": PRIORITY}
    return tc.Filter(**place, handle="2:", data=tc.U32(divisor=256))  # type: ignore[arg-type]


def filters(count: int) -> Iterator[tc.Filter]:
    """So many of them, a destination each; the device is looked up once."""
    index = socket.if_nametoindex(namespace.DEVICE)
    actions = (tc.Action(data=tc.Mirred(redirect=socket.if_nametoindex(PEER))),)
    parent, terminal = tc.FilterParent.of("ingress"), SelectorFlag.TERMINAL
    for number in range(count):
        match = tc.U32Match(mask=0xFFFF_FFFF, value=10 << 24 | number, offset=16)
        selector = tc.U32Selector(flags=terminal, count=1, matches=(match,))
        bucket = tc.FilterHandle(TABLE | (number & 255) << 12)
        yield tc.Filter(
            index=index,
            parent=parent,
            protocol=EtherType.IP,
            priority=PRIORITY,
            kind="u32",
            data=tc.U32(hash=bucket, selector=selector, actions=actions),
        )


@namespace.kept
def empty_table(count: int) -> None:
    """A new namespace with a table without filters."""
    _made()


@namespace.kept
def filled_table(count: int) -> None:
    """A new namespace with a table of so many filters."""
    _made()
    with netlynx.connect() as nl:
        nl.batch(map(tc.add, filters(count)))


def addresses(count: int) -> list[str]:
    """What the filters match, in order."""
    return sorted(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}" for number in range(count))


def matched() -> list[str]:
    """The same of those that the kernel has."""
    with netlynx.connect() as nl:
        wanted = operations.dump("filters")
        return sorted(_address(one.value) for each in nl.dump(wanted) for one in each.data.matches)


def clear() -> None:
    """Remove the filters, and make the table anew."""
    with netlynx.connect() as nl:
        nl.do(tc.delete(tc.Filter(index=namespace.DEVICE, parent="ingress", priority=PRIORITY)))
        nl.do(tc.add(table()))


def _address(value: int) -> str:
    return socket.inet_ntoa(value.to_bytes(4, "big"))


def run_added(options: Options) -> Samples:
    count = options.filters
    empty_table(count)
    samples = Samples("tc-filters", f"{count:,} filters with an action added", "µs/filter", TC_BATCH, "filter")
    expected = addresses(count)
    with tempfile.NamedTemporaryFile("w", suffix=".tc") as lines:
        for number in range(count):
            place = f"dev {namespace.DEVICE} ingress protocol ip pref {PRIORITY}"
            match = f"ht 2:{number & 255:x}: match ip dst {_address(10 << 24 | number)}/32"
            lines.write(f"filter add {place} u32 {match} action mirred egress redirect dev {PEER}\n")
        lines.flush()
        contestants: list[Contestant] = [
            Served(BATCH, lambda: python("contestants", "batch-filters", count), lambda: expected),
            Whole(TC_BATCH, ("tc", "-batch", lines.name), lambda _: matched(), lambda: expected, clear),
        ]
        take_turns(samples, contestants, options.few_rounds, 1e6 / count)
    samples.notes.append("u32 in a hash table, each with a mirred; records made on the way, tc reads a file")
    return samples


def run_json(options: Options) -> Samples:
    """The same list as JSON, both as whole processes: of as many filters, it is the start of Python that shows."""
    count = options.filters
    filled_table(count)
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
        options_of = [row["options"] for row in json.loads(text) if "match" in row.get("options", ())]
        return sorted(_address(int(each["match"]["value"], 16)) for each in options_of)

    command = ("tc", "-j", "filter", "show", "dev", namespace.DEVICE, "ingress")
    return Whole(TC_LIST, command, printed, lambda: expected, most_rounds=options.few_rounds)


def run_listed(options: Options) -> Samples:
    count = options.filters
    filled_table(count)
    samples = Samples("tc-filters-list", f"Dump of {count:,} filters with an action", "ns/filter", NULL, "filter")
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
    samples.notes.append("u32 in a hash table, each with a mirred")
    return samples
