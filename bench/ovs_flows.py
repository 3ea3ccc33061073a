"""Flows of Open vSwitch: a dump of a datapath's to records and to columns. On kernels that have the module."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable

import netlynx
from netlynx import ovs

from . import namespace, operations
from .measure import Absent, Contestant, Samples, Served, Whole, python, take_turns
from .options import Options
from .reference import as_line, records
from .routes import COLUMNS, KEPT, NULL, null_lines, null_reader

DPCTL = "ovs-dpctl dump-flows"


def run(options: Options) -> Samples:
    count = options.ovs_flows
    many_flows(count)
    samples = Samples("ovs-flows", f"Dump of {count:,} flows of Open vSwitch", "ns/flow", NULL, "flow")
    wanted = operations.dump("ovs-flows")
    values = list(records(wanted))

    def worker(name: str) -> Callable[[], list[str]]:
        return lambda: python("contestants", name, "ovs-flows", 1)

    def expected() -> Iterable[str]:
        return map(as_line, values)

    destinations = sorted(_destination(each) for each in range(count))
    contestants: list[Contestant] = [
        Served(NULL, lambda: null_reader(wanted), lambda: null_lines(count, "ovs-flows")),
        Served(COLUMNS, worker("columns"), expected),
        Served(KEPT, worker("kept"), expected),
        Whole(
            DPCTL,
            ("ovs-dpctl", "dump-flows", operations.DATAPATH),
            lambda text: sorted(
                line.partition("dst=")[2].partition(",")[0] for line in text.splitlines() if "udp" in line
            ),
            lambda: destinations,
            most_rounds=options.few_rounds,
        ),
    ]
    take_turns(samples, contestants, options.rounds, 1e9 / count)
    samples.notes.append("each of UDP over IPv4 from one port to an address, with two actions")
    return samples


@namespace.kept
def many_flows(count: int) -> None:
    """Fills a datapath in a new namespace with flows. Raises Absent where the kernel has none."""
    namespace.enter()
    with netlynx.connect() as nl:
        try:
            nl.do(ovs.add(ovs.Datapath(name=operations.DATAPATH)))
        except netlynx.NetlinkError as error:
            raise Absent(f"this kernel has no datapaths of Open vSwitch ({error.symbol})") from None
        index = socket.if_nametoindex(operations.DATAPATH)
        nl.batch(ovs.add(_flow(index, number)) for number in range(count))


def _flow(index: int, number: int) -> ovs.Flow:
    match = f"in_port(0),eth(),eth_type(0x0800),ipv4(dst={_destination(number)},proto=17,frag=no),udp(dst=53)"
    return ovs.Flow(datapath=index, match=match, actions="set(ipv4(ttl=9)),0")


def _destination(number: int) -> str:
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
