"""IPv4 routes: a plain dump to columns, to records, counted and filtered; and a dump of all shapes to records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from netlynx import Dump

from . import namespace, operations, priority, views
from .measure import Contestant, Samples, Served, Whole, program, python, take_turns
from .options import Options
from .reference import Plain, as_line, messages, records

NULL = "C null reader"  # receives and discards
MEMORY = "C null reader, memory"  # and has as much memory as the records that are kept
MNL = "C libmnl reader"  # every attribute to a struct
COLUMNS = "netlynx: columns"
KEPT = "netlynx: records, kept"
STREAMED = "netlynx: records, streamed"
COUNT = "netlynx: count"
FILTER = "netlynx: filter"
IP = "ip route show"
PYROUTE2 = "pyroute2"
KEPT_BYTES = 213  # of a record and its texts; the group "memory" measures them
WITHOUT_PYROUTE2 = 200_000  # from so many routes on pyroute2 takes minutes
FEW, SOME = 100, 10_000  # routes: of most hosts; of a router in a house, a node of a cluster


def run(options: Options) -> Samples:
    return _plain(options, "routes", options.routes)


def run_large(options: Options) -> Samples:
    return _plain(options, "routes-large", options.large, every=10)


def run_few(options: Options) -> Samples:
    return _plain(options, "routes-100", FEW, times=100)


def run_some(options: Options) -> Samples:
    return _plain(options, "routes-10000", SOME)


def run_on_one_core(options: Options) -> Samples:
    with priority.on_one_core():
        return _plain(options, "routes-one-core", options.routes, pinned=True)


def _plain(options: Options, key: str, count: int, every: int = 1, times: int = 1, pinned: bool = False) -> Samples:
    """All records are compared, or one of so many: those with the rare gateway are always among them.

    A round is so many dumps, one after the other: with a few routes a single one tells how cold the processor's caches
    are.
    """
    namespace.plain_routes(count)
    where = ", all on one core" if pinned else ""
    often = f", {times} times in a round" if times > 1 else ""
    samples = Samples(key, f"Dump of {count:,} IPv4 routes{where}{often}", "ns/route", NULL, "route")
    wanted = operations.dump("routes")
    request = operations.for_c(wanted)
    values = list(records(wanted, every))

    def expect(view: Callable[[Plain], str], keep: Callable[[Plain], bool] = bool) -> Callable[[], Iterable[str]]:
        return lambda: (view(each) for each in values if keep(each))

    def worker(*arguments: object) -> Callable[[], list[str]]:
        return lambda: python("contestants", *arguments)

    everything = every == 1
    contestants: list[Contestant] = [
        Served(NULL, lambda: null_reader(wanted), lambda: null_lines(count), serve=("serve", times)),
        Served(COLUMNS, worker("columns", "routes", every, times), expect(as_line)),
        Served(KEPT, worker("kept", "routes", every, times), expect(as_line)),
        Served(STREAMED, worker("streamed", "routes", every, times), expect(as_line)),
        Served(COUNT, worker("count", "routes", times), lambda: [str(count)]),
        Served(
            FILTER,
            worker("filtered", "routes", "gateway", namespace.RARE_GATEWAY, times),
            expect(as_line, lambda each: each["gateway"] == namespace.RARE_GATEWAY),
        ),
    ]
    if not everything:
        contestants.append(Served(MEMORY, lambda: null_reader(wanted), lambda: null_lines(count), serve=_memory(count)))
    if everything and times == 1:
        contestants.append(Served(MNL, lambda: [program("mnl_reader"), *request], expect(views.brief)))
    if key == "routes":
        contestants.append(Whole(IP, ("ip", "-4", "route", "show"), views.ip_text, expect(views.brief)))
        if count < WITHOUT_PYROUTE2:
            contestants.append(Served(PYROUTE2, worker("pyroute2", "routes"), expect(views.brief), most_rounds=3))
    take_turns(samples, contestants, options.rounds if everything else options.few_rounds, 1e9 / (count * times))
    samples.notes.append(f"one route in a hundred has the gateway that is filtered for, {namespace.RARE_GATEWAY}")
    return samples


def _memory(count: int) -> tuple[str, int, int]:
    return "serve", 1, max(1, round(count * KEPT_BYTES / (1 << 20)))


def null_reader(wanted: Dump[Any]) -> list[str]:
    return [program("null_reader"), str(int(wanted.protocol)), *operations.for_c(wanted)]


def null_lines(count: int, operation: str = "routes") -> list[str]:
    """What the null reader counts: messages, and the bytes of all datagrams."""
    size = sum(((16 + len(each.payload) + 3) & ~3) for each in messages(operations.dump(operation)))
    return [str(count), str(size + 20)]  # and NLMSG_DONE


def run_mixed(options: Options) -> Samples:
    count = options.mixed
    encapsulations = namespace.mixed_routes(count)
    wanted = operations.dump("all-routes")
    request = operations.for_c(wanted)
    values = list(records(wanted))
    samples = Samples(
        "mixed", f"Dump of {len(values):,} routes of mixed shapes, IPv4 and IPv6", "ns/route", NULL, "route"
    )

    contestants = [
        Served(NULL, lambda: null_reader(wanted), lambda: null_lines(len(values), "all-routes")),
        Served(MNL, lambda: [program("mnl_reader"), *request], lambda: map(views.brief, values)),
        Served(KEPT, lambda: python("contestants", "kept", "all-routes", 1), lambda: map(as_line, values)),
        Served(STREAMED, lambda: python("contestants", "streamed", "all-routes", 1), lambda: map(as_line, values)),
    ]
    take_turns(samples, contestants, options.rounds, 1e9 / len(values))
    shown = ", ".join(encapsulations) or "none that this kernel knows"
    samples.notes.append(f"multipath with two to four hops, metrics, IPv6 encapsulation ({shown})")
    return samples
