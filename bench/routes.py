"""IPv4 routes: a plain dump to columns, to records, counted and filtered; and a dump of all shapes to records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from netlynx import Dump

from . import namespace, operations, views
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


def run(options: Options) -> Samples:
    return _plain(options, "routes", options.routes, 1)


def run_large(options: Options) -> Samples:
    return _plain(options, "routes-large", options.large, 10)


def _plain(options: Options, key: str, count: int, every: int) -> Samples:
    """All records are compared, or one of so many: those with the rare gateway are always among them."""
    namespace.plain_routes(count)
    samples = Samples(key, f"Dump of {count:,} IPv4 routes", "ns/route", NULL)
    wanted = operations.dump("routes")
    request = operations.for_c(wanted)
    values = list(records(wanted, every))

    def expect(view: Callable[[Plain], str], keep: Callable[[Plain], bool] = bool) -> Callable[[], Iterable[str]]:
        return lambda: (view(each) for each in values if keep(each))

    def worker(*arguments: object) -> Callable[[], list[str]]:
        return lambda: python("contestants", *arguments)

    everything = every == 1
    contestants: list[Contestant] = [
        Served(NULL, lambda: null_reader(wanted), lambda: null_lines(count)),
        Served(COLUMNS, worker("columns", "routes", every), expect(as_line)),
        Served(KEPT, worker("kept", "routes", every), expect(as_line)),
        Served(STREAMED, worker("streamed", "routes", every), expect(as_line)),
        Served(COUNT, worker("count", "routes"), lambda: [str(count)]),
        Served(
            FILTER,
            worker("filtered", "routes", "gateway", namespace.RARE_GATEWAY),
            expect(as_line, lambda each: each["gateway"] == namespace.RARE_GATEWAY),
        ),
    ]
    if not everything:
        contestants.append(Served(MEMORY, lambda: null_reader(wanted), lambda: null_lines(count), serve=_memory(count)))
    if everything:
        contestants.append(Served(MNL, lambda: [program("mnl_reader"), *request], expect(views.brief)))
        contestants.append(Whole(IP, ("ip", "-4", "route", "show"), views.ip_text, expect(views.brief)))
    if count < WITHOUT_PYROUTE2:
        contestants.append(Served(PYROUTE2, worker("pyroute2", "routes"), expect(views.brief), most_rounds=3))
    take_turns(samples, contestants, options.rounds if everything else options.few_rounds, 1e9 / count)
    samples.notes.append(f"one route in a hundred has the gateway that is filtered for, {namespace.RARE_GATEWAY}")
    return samples


def _memory(count: int) -> tuple[str, int]:
    return "serve", max(1, round(count * KEPT_BYTES / (1 << 20)))


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
    samples = Samples("mixed", f"Dump of {len(values):,} routes of mixed shapes, IPv4 and IPv6", "ns/route", NULL)

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
