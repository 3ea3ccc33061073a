"""Links: a dump with all their nests, and one of them by itself."""

from __future__ import annotations

import socket

from netlynx import route

from . import namespace, operations, views
from .measure import Contestant, Samples, Served, Whole, program, python, take_turns
from .options import Options
from .reference import as_line, records
from .routes import KEPT, NULL, STREAMED, null_lines, null_reader

IP = "ip -d -j link"
DECODED = "C, same decode"
SYNC = "netlynx: do"
FRESH = "netlynx: do, operation made each time"
ASYNC = "netlynx: await do"
PYROUTE2 = "pyroute2"
LINK = "v0"  # the end of a veth pair


def run(options: Options) -> Samples:
    namespace.many_links(options.links)
    wanted = operations.dump("links")
    values = list(records(wanted))
    count = len(values)
    samples = Samples("links", f"Dump of {count:,} links, all nests decoded", "µs/link", NULL, "link")
    brief = [views.link_line(each["index"], each["name"], each.get("kind"), each["mtu"]) for each in values]

    contestants: list[Contestant] = [
        Served(
            NULL,
            lambda: null_reader(wanted),
            lambda: null_lines(count, "links"),
        ),
        Served(KEPT, lambda: python("contestants", "kept", "links", 1), lambda: map(as_line, values)),
        Served(STREAMED, lambda: python("contestants", "streamed", "links", 1), lambda: map(as_line, values)),
        Whole(IP, ("ip", "-d", "-j", "link"), views.ip_links, lambda: brief),
    ]
    take_turns(samples, contestants, options.rounds, 1e6 / count)
    samples.notes.append("ends of veth pairs, bridges and their ports, macvlans, ifb devices; all down")
    return samples


def run_request(options: Options) -> Samples:
    namespace.many_links(options.links)
    index, times = socket.if_nametoindex(LINK), options.requests
    wanted = route.link(index=index)
    (values,) = records(wanted)
    samples = Samples("request", "One link, asked for and decoded", "µs", DECODED)
    fields = ("index", "name", "kind", "mtu", "address")
    shown = " ".join(str(values[name]) for name in fields)
    received = values.get("stats64", {}).get("rx_bytes", 0)

    contestants = [
        Served(
            DECODED,
            lambda: [program("do_link"), *operations.for_c(wanted)],
            lambda: [f"{shown} {values['operstate']} {received}"],
            serve=("serve", times),
        ),
        Served(SYNC, lambda: python("contestants", "request", index, times), lambda: [as_line(values)]),
        Served(FRESH, lambda: python("contestants", "fresh-request", index, times), lambda: [as_line(values)]),
        Served(ASYNC, lambda: python("contestants", "async-request", index, times), lambda: [as_line(values)]),
        Served(
            PYROUTE2,
            lambda: python("contestants", "pyroute2-request", index, times),
            lambda: [" ".join(str(values[name]) for name in ("index", "name", "mtu", "address"))],
            most_rounds=3,
        ),
    ]
    take_turns(samples, contestants, options.rounds, 1e6 / times)
    samples.notes.append("the end of a veth pair; async on asyncio, one request after the other")
    return samples
