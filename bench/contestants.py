"""The contestants in Python: each runs in a process of its own, `python -m bench.contestants NAME ARGUMENT... MODE`.

"check" prints the result, one line a record; "serve" measures one round for each line on standard input and prints
the seconds. The garbage collector is as Python starts it; before a round it collects what the last one left.
"""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

import netlynx
from netlynx import Dump, diag, ipset, nftables, route, tc
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import Message, parse_messages

from . import ip_sets, operations, set_elements, tc_filters, transactions
from .flows import of_pyroute2
from .measure import ABSENT, NOT_THERE, Wrong
from .reference import as_line, plain, records
from .views import brief, of_columns


@dataclass
class Work:
    """`run` is what is timed; `lines` says what came of it; `after` clears up, untimed."""

    run: Callable[[], object]
    lines: Callable[[], Iterable[str]]
    after: Callable[[], object] = lambda: None


def leave(status: int, why: str) -> NoReturn:
    print(why, file=sys.stderr)
    sys.exit(status)


def needs(owner: object, method: str) -> Any:  # Any: a method that this netlynx may not have
    found = getattr(owner, method, None)
    if found is None:
        leave(NOT_THERE, f"{type(owner).__name__} has no {method}()")
    return found


# ------------------------------------------------------------------------------------------------ dumps


Ways = Callable[[netlynx.Connection, Dump[Any]], object]


def _dumped(way: Ways, operation: str, times: str) -> tuple[Callable[[], object], netlynx.Connection, Dump[Any]]:
    """What a round runs: a table read in one way, `times` times."""
    nl, wanted = netlynx.connect(), operations.dump(operation)
    if times == "1":
        return lambda: way(nl, wanted), nl, wanted

    def run() -> None:
        for _ in range(int(times)):
            way(nl, wanted)

    return run, nl, wanted


def _lines(found: Iterable[netlynx.Record], every: str) -> Iterator[str]:
    return (as_line(plain(record)) for record in islice(found, None, None, int(every)))


def kept(operation: str, every: str, times: str = "1") -> Work:
    """All records at once, in a list."""
    run, nl, wanted = _dumped(lambda nl, wanted: nl.dump(wanted).all(), operation, times)
    return Work(run, lambda: _lines(nl.dump(wanted).all(), every))


def streamed(operation: str, every: str, times: str = "1") -> Work:
    """One record after the other."""

    def stream(nl: netlynx.Connection, wanted: Dump[Any]) -> None:
        for _ in nl.dump(wanted):
            pass

    run, nl, wanted = _dumped(stream, operation, times)
    return Work(run, lambda: _lines(nl.dump(wanted), every))


def columns(operation: str, every: str, times: str = "1") -> Work:
    run, nl, wanted = _dumped(lambda nl, wanted: nl.table(wanted), operation, times)
    return Work(run, lambda: of_columns(nl.table(wanted), wanted.reply, int(every)))


def count(operation: str, times: str = "1") -> Work:
    run, nl, wanted = _dumped(lambda nl, wanted: nl.count(wanted), operation, times)
    return Work(run, lambda: [str(nl.count(wanted))])


def filtered(operation: str, field: str, value: str, times: str = "1") -> Work:
    """Only the records whose field has the value."""
    everything = operations.dump(operation)
    wanted: Dump[Any] = needs(everything, "where")(**{field: value})
    run, nl, _ = _dumped(lambda nl, _: nl.dump(wanted).all(), operation, times)
    return Work(run, lambda: _lines(nl.dump(wanted).all(), "1"))


def one_port(port: str) -> Work:
    """Own ends of the TCP sockets that have a port: the kernel compares."""
    nl = netlynx.connect()
    wanted = diag.tcp(diag.where.source_port == int(port), family="inet", states="established")
    return Work(
        lambda: nl.dump(wanted).all(),
        lambda: (f"{each.source}:{each.source_port}" for each in nl.dump(wanted)),
    )


def owned(_: str) -> Work:
    """TCP connections with the processes that have them."""
    nl = netlynx.connect()
    wanted = diag.tcp(states="established")

    def run() -> list[tuple[diag.TcpSocket, list[int]]]:
        held = diag.owners()
        return [(each, [process.pid for process, _ in held.holding(each.inode)]) for each in nl.dump(wanted)]

    return Work(
        run,
        lambda: sorted(
            f"{each.source}:{each.source_port} {' '.join(sorted(map(str, set(pids))))}" for each, pids in run()
        ),
    )


def psutil(_: str) -> Work:
    """TCP connections with the processes that have them, as psutil tells."""
    try:
        import psutil
    except ImportError:
        leave(ABSENT, "psutil is not installed: run make bench")
    return Work(
        lambda: psutil.net_connections("tcp"),
        lambda: sorted(
            f"{each.laddr.ip}:{each.laddr.port} {each.pid or ''}"
            for each in psutil.net_connections("tcp")
            if each.status == "ESTABLISHED"
        ),
    )


def pyroute2(_: str) -> Work:
    """IPv4 routes with pyroute2: messages, as its users get them."""
    try:
        from pyroute2 import IPRoute
    except ImportError:
        leave(ABSENT, "pyroute2 is not installed: run make bench")
    from socket import AF_INET

    connection = IPRoute()

    def run() -> list[Any]:
        return list(connection.get_routes(family=AF_INET))

    def lines() -> Iterator[str]:
        for found in run():
            yield brief(
                {
                    "destination": f"{found.get('dst')}/{found['dst_len']}",
                    "gateway": found.get("gateway"),
                    "oif": found.get("oif"),
                    "metric": found.get("priority"),
                }
            )

    return Work(run, lines)


def pyroute2_flows() -> Work:
    """Tracked connections with pyroute2: messages, as its users get them."""
    try:
        from pyroute2 import NFCTSocket
    except ImportError:
        leave(ABSENT, "pyroute2 is not installed: run make bench")
    connection = NFCTSocket()
    return Work(lambda: list(connection.dump()), lambda: map(of_pyroute2, connection.dump()))


# -------------------------------------------------------------------------------------------- one request


def request(index: str, times: str) -> Work:
    """One link, `times` times, the operation made once."""
    nl, wanted = netlynx.connect(), route.link(index=int(index))

    def run() -> None:
        for _ in range(int(times)):
            nl.do(wanted)

    return Work(run, lambda: [as_line(plain(nl.do(wanted)))])


def fresh_request(index: str, times: str) -> Work:
    """One link, `times` times, the operation made anew each time."""
    nl, number = netlynx.connect(), int(index)

    def run() -> None:
        for _ in range(int(times)):
            nl.do(route.link(index=number))

    return Work(run, lambda: [as_line(plain(nl.do(route.link(index=number))))])


def async_request(index: str, times: str) -> Work:
    """One link, `times` times, awaited one after the other on asyncio; the operation made once."""
    nl, wanted = netlynx.aconnect(), route.link(index=int(index))
    loop = asyncio.new_event_loop()

    async def many() -> None:
        for _ in range(int(times)):
            await nl.do(wanted)

    return Work(
        lambda: loop.run_until_complete(many()), lambda: [as_line(plain(loop.run_until_complete(nl.do(wanted))))]
    )


def pyroute2_request(index: str, times: str) -> Work:
    try:
        from pyroute2 import IPRoute
    except ImportError:
        leave(ABSENT, "pyroute2 is not installed: run make bench")
    connection = IPRoute()

    def run() -> None:
        for _ in range(int(times)):
            connection.get_links(int(index))

    def lines() -> Iterator[str]:
        (found,) = connection.get_links(int(index))
        yield f"{found['index']} {found.get('ifname')} {found.get('mtu')} {found.get('address')}"

    return Work(run, lines)


# ---------------------------------------------------------------------------------------------------- adds


def batch(oif: str, routes: str) -> Work:
    """Routes added in one batch, made on the way."""
    nl = netlynx.connect()

    def made(verb: Callable[[Any], Any]) -> Iterator[Any]:
        return (verb(record) for record in operations.added_routes(int(oif), int(routes)))

    def clear() -> None:
        nl.batch(made(lambda record: route.delete(record.replace(flags=None))))  # the kernel does not look at flags

    def lines() -> Iterator[str]:
        nl.batch(made(route.add))
        yield from map(brief, records(operations.dump("routes")))
        clear()

    return Work(lambda: nl.batch(made(route.add)), lines, clear)


# ------------------------------------------------------------------------------------------------ elements


def add_elements(count: str) -> Work:
    """Elements of a set, added in one transaction, made on the way."""
    nl = netlynx.connect()

    def run() -> None:
        nl.do(nftables.add(nftables.Elements(set_elements.SET, set_elements.addresses(int(count)))))

    def clear() -> None:
        nl.do(nftables.flush(set_elements.SET))

    def lines() -> Iterator[str]:
        run()
        set_elements.settled()
        yield from sorted(each.key for each in nl.dump(operations.dump("elements")))
        clear()

    return Work(run, lines, clear)


def add_one_element(count: str, how: str) -> Work:
    """Elements added one after the other, a transaction each; the operations made once, or anew."""
    nl = netlynx.connect()
    keys, owner = set_elements.others(int(count)), set_elements.SET
    made = [nftables.add(owner.element(key)) for key in keys]

    def anew() -> None:
        for key in keys:
            nl.do(nftables.add(owner.element(key)))

    def run() -> None:
        if how == "anew":
            return anew()
        for operation in made:
            nl.do(operation)
        return None

    def clear() -> None:
        nl.do(nftables.delete(nftables.Elements(owner, keys)))

    def lines() -> Iterator[str]:
        run()
        wanted = {*keys}
        yield from sorted(each.key for each in nl.dump(operations.dump("elements")) if each.key in wanted)
        clear()

    return Work(run, lines, clear)


def element_columns(_: str) -> Work:
    nl, wanted = netlynx.connect(), operations.dump("elements")

    def lines() -> list[str]:
        return sorted(json.loads(line)["key"] for line in of_columns(nl.table(wanted), wanted.reply, 1))

    return Work(lambda: nl.table(wanted), lines)


def element_records(_: str) -> Work:
    nl, wanted = netlynx.connect(), operations.dump("elements")
    return Work(lambda: nl.dump(wanted).all(), lambda: sorted(each.key for each in nl.dump(wanted)))


def changes(count: str) -> Work:
    """Elements added to a set of nftables, a transaction each."""
    return Work(*transactions.adding(int(count), transactions.DO))


def changes_batch(count: str) -> Work:
    """The same as a batch."""
    return Work(*transactions.adding(int(count), transactions.BATCH))


# ------------------------------------------------------------------------------------------------ sets of ipset


def _filling(fill: Callable[[netlynx.Connection, Iterator[ipset.Entry]], Any], count: str) -> Work:
    nl = netlynx.connect()

    def run() -> None:
        fill(nl, (ipset.Entry(set=ip_sets.SET, address=each) for each in set_elements.addresses(int(count))))

    def clear() -> None:
        nl.do(ipset.flush(ip_sets.SET))

    def lines() -> Iterator[str]:
        run()
        yield from sorted(each.address or "" for each in nl.dump(ipset.entries(ip_sets.SET)))
        clear()

    return Work(run, lines, clear)


def add_entries(count: str) -> Work:
    """Entries of a set, hundreds to a message, made on the way."""
    return _filling(lambda nl, entries: nl.do(ipset.add_all(entries)), count)


def batch_entries(count: str) -> Work:
    """The same, a message each."""
    return _filling(lambda nl, entries: nl.batch(map(ipset.add, entries)), count)


def entry_columns(_: str) -> Work:
    nl, wanted = netlynx.connect(), ipset.entries(ip_sets.SET)

    def lines() -> list[str]:
        return sorted(json.loads(line)["address"] for line in of_columns(nl.table(wanted), wanted.reply, 1))

    return Work(lambda: nl.table(wanted), lines)


def entry_records(_: str) -> Work:
    nl, wanted = netlynx.connect(), ipset.entries(ip_sets.SET)
    return Work(lambda: nl.dump(wanted).all(), lambda: sorted(each.address or "" for each in nl.dump(wanted)))


# ------------------------------------------------------------------------------------------------ filters


def _adding(kind: str, run: Callable[[], object]) -> Work:
    """Filters that `run` adds, and that are removed again."""

    def clear() -> None:
        tc_filters.clear(kind)

    def lines() -> Iterator[str]:
        run()
        yield from tc_filters.matched()
        clear()

    return Work(run, lines, clear)


def batch_filters(kind: str, count: str) -> Work:
    """Filters with an action, made on the way."""
    nl = netlynx.connect()
    return _adding(kind, lambda: nl.batch(map(tc.add, tc_filters.filters(kind, int(count)))))


def prepared_filters(kind: str, count: str) -> Work:
    """The same messages, put together before the time is taken: what is left is the kernel's own time, and that of a
    system call for each 128 of them."""
    wanted = list(map(tc.add, tc_filters.filters(kind, int(count))))
    requests = []
    for first in range(0, len(wanted), 128):
        some = wanted[first : first + 128]
        asked = [NLM_F.REQUEST] * (len(some) - 1) + [NLM_F.REQUEST | NLM_F.ACK]
        requests.append(
            b"".join(
                Message(each.message_type, each.flags | flags, first + 1, payload=each.payload).pack()
                for each, flags in zip(some, asked, strict=True)
            )
        )
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK.ROUTE)

    def run() -> None:
        for each in requests:
            sock.send(each)
            (answer,) = parse_messages(sock.recv(65536))
            if not answer.is_acknowledgement:
                raise Wrong(f"refused: {answer}")

    return _adding(kind, run)


def filter_records(_: str) -> Work:
    nl, wanted = netlynx.connect(), operations.dump("filters")
    return Work(lambda: nl.dump(wanted).all(), tc_filters.matched)


def filter_columns(_: str) -> Work:
    nl, wanted = netlynx.connect(), operations.dump("filters")
    return Work(lambda: nl.table(wanted), tc_filters.matched)


# ------------------------------------------------------------------------------------------------- VLANs


def vlan_columns(_: str) -> Work:
    nl, wanted = netlynx.connect(), operations.dump("vlans")

    def lines() -> list[str]:
        rows = [json.loads(line) for line in of_columns(nl.table(wanted), wanted.reply, 1)]
        return [str(sum((row.get("last") or row["vlan"]) - row["vlan"] + 1 for row in rows))]

    return Work(lambda: nl.table(wanted), lines)


def vlan_records(_: str) -> Work:
    nl, wanted = netlynx.connect(), operations.dump("vlans")
    return Work(lambda: nl.dump(wanted).all(), lambda: [str(sum(len(each.vlans) for each in nl.dump(wanted)))])


# ------------------------------------------------------------------------------------------------- the child

WORKS: dict[str, Callable[..., Work]] = {
    "kept": kept,
    "streamed": streamed,
    "columns": columns,
    "count": count,
    "filtered": filtered,
    "pyroute2": pyroute2,
    "one-port": one_port,
    "owned": owned,
    "psutil": psutil,
    "pyroute2-flows": pyroute2_flows,
    "request": request,
    "fresh-request": fresh_request,
    "async-request": async_request,
    "pyroute2-request": pyroute2_request,
    "batch": batch,
    "add-elements": add_elements,
    "add-one-element": add_one_element,
    "element-columns": element_columns,
    "element-records": element_records,
    "vlan-columns": vlan_columns,
    "vlan-records": vlan_records,
    "changes": changes,
    "changes-batch": changes_batch,
    "add-entries": add_entries,
    "batch-entries": batch_entries,
    "entry-columns": entry_columns,
    "entry-records": entry_records,
    "batch-filters": batch_filters,
    "prepared-filters": prepared_filters,
    "filter-records": filter_records,
    "filter-columns": filter_columns,
}


def main(name: str, *arguments: str) -> None:
    *arguments_of_it, mode = arguments
    work = WORKS[name](*arguments_of_it)
    if mode == "check":
        for line in work.lines():
            print(line)
        return
    for _ in sys.stdin:
        gc.collect(1)  # what is young; a walk through all objects would leave the caches to them alone
        started = time.perf_counter()
        result = work.run()
        seconds = time.perf_counter() - started
        del result
        work.after()
        print(seconds, flush=True)  # last of all: then it is somebody else's turn


if __name__ == "__main__":
    main(*sys.argv[1:])
