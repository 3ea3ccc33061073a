"""Tracked connections: a dump of them to records and to columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any  # of what pyroute2 gives

import netlynx
from netlynx.netfilter import TransportProtocol, conntrack
from netlynx.netfilter.conntrack import Flow, FlowStatus, TcpInfo, TcpState, Tuple

from . import namespace, operations
from .measure import Absent, Contestant, Samples, Served, Whole, python, take_turns
from .options import Options
from .reference import Plain, as_line, records
from .routes import COLUMNS, KEPT, NULL, PYROUTE2, STREAMED, null_lines, null_reader

CONNTRACK = "conntrack -L"
LIFE = 36_000  # seconds: none ends while it is measured
MIXED = 100  # of so many, one is UDP

_SAID = re.compile(r"^(\w+) .*? src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) .*?src=", re.M)


def run(options: Options) -> Samples:
    count = options.flows
    many_flows(count)
    samples = Samples("flows", f"Dump of {count:,} tracked connections", "ns/flow", NULL, "flow")
    wanted = operations.dump("flows")
    values = list(records(wanted))
    if len(values) != count:
        raise Absent(f"the kernel keeps {len(values):,} of {count:,} flows: see sysctl net.netfilter.nf_conntrack_max")
    brief = [_brief(each) for each in values]

    def worker(*arguments: object) -> Callable[[], list[str]]:
        return lambda: python("contestants", *arguments)

    def expected() -> Iterable[str]:
        return map(as_line, values)

    contestants: list[Contestant] = [
        Served(NULL, lambda: null_reader(wanted), lambda: null_lines(count, "flows")),
        Served(COLUMNS, worker("columns", "flows", 1), expected),
        Served(KEPT, worker("kept", "flows", 1), expected),
        Served(STREAMED, worker("streamed", "flows", 1), expected),
        Whole(
            CONNTRACK,
            ("conntrack", "-L"),
            _printed,
            lambda: brief,
            most_rounds=options.few_rounds,
            talks=True,
        ),
        Served(PYROUTE2, worker("pyroute2-flows"), lambda: brief, most_rounds=1),
    ]
    take_turns(samples, contestants, options.rounds, 1e9 / count)
    samples.notes.append(f"IPv4; one in {MIXED} is UDP, the others are established TCP connections")
    samples.notes.append("compared without what passes by itself: seconds to live and references held")
    return samples


@namespace.kept
def many_flows(count: int) -> None:
    """Fills a new namespace with tracked connections. Raises Absent where the kernel does not track any."""
    namespace.enter()
    with netlynx.connect() as nl:
        try:
            nl.do(conntrack.statistics())
        except netlynx.NetlinkError as error:
            raise Absent(f"this kernel does not track connections: {error}") from None
        nl.batch(conntrack.add(_flow(number)) for number in range(count))


def _flow(number: int) -> Flow:
    is_udp = number % MIXED == 0
    return Flow(
        original=Tuple(
            source=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            destination=f"192.0.2.{number % 250 + 1}",
            protocol=TransportProtocol.UDP if is_udp else TransportProtocol.TCP,
            source_port=1024 + number % 60_000,
            destination_port=53 if is_udp else 443,
        ),
        timeout=LIFE,
        mark=number % 16 or None,
        status=FlowStatus.ASSURED | FlowStatus.SEEN_REPLY,
        tcp=None if is_udp else TcpInfo(state=TcpState.ESTABLISHED),
    )


# -- what others say of a flow -----------------------------------------------------------------------------------


def _brief(values: Plain) -> str:
    original = values["original"]
    name = "udp" if original["protocol"] == TransportProtocol.UDP else "tcp"
    return _line(name, *(original[key] for key in ("source", "destination", "source_port", "destination_port")))


def _line(protocol: str, source: str, destination: str, source_port: object, destination_port: object) -> str:
    return f"{protocol} {source}:{source_port} {destination}:{destination_port}"


def _printed(text: str) -> Iterator[str]:
    return (_line(*found) for found in _SAID.findall(text))


def of_pyroute2(message: Any) -> str:
    """The line of one message of pyroute2's NFCTSocket."""
    original = message.get_attr("CTA_TUPLE_ORIG")
    addresses, ports = original.get_attr("CTA_TUPLE_IP"), original.get_attr("CTA_TUPLE_PROTO")
    return _line(
        "udp" if ports.get_attr("CTA_PROTO_NUM") == TransportProtocol.UDP else "tcp",
        addresses.get_attr("CTA_IP_V4_SRC"),
        addresses.get_attr("CTA_IP_V4_DST"),
        ports.get_attr("CTA_PROTO_SRC_PORT"),
        ports.get_attr("CTA_PROTO_DST_PORT"),
    )
