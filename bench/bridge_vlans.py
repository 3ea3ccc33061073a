"""The VLANs of a bridge's ports: all that there can be on each port, alike, and no two that are alike side by side.

What is alike the kernel tells as a range; there are few records then. Where a VLAN is another than the one before it,
each is a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import netlynx
from netlynx import route

from . import namespace, operations
from .measure import Absent, Contestant, Samples, Served, program, python, take_turns
from .options import Options
from .routes import COLUMNS, KEPT, NULL
from .set_elements import datagrams_of

VLANS = range(1, 4095)


@namespace.kept
def alike(ports: int) -> None:
    """A new namespace with a bridge and so many ports, each in all VLANs."""
    _fill(ports)


@namespace.kept
def unlike(ports: int) -> None:
    """The same, where frames of every other VLAN go out without a tag."""
    _fill(ports)
    with netlynx.connect() as nl:
        for port in _ports(ports):
            nl.batch(route.replace(route.PortVlan(index=port, vlan=vlan, flags="untagged")) for vlan in VLANS[1::2])


def _ports(ports: int) -> Iterator[str]:
    return (f"p{number}" for number in range(ports))


def _fill(ports: int) -> None:
    namespace.enter()
    with netlynx.connect() as nl:
        try:
            bridge = route.Bridge(vlan_filtering=True, vlan_default_pvid=0, multicast_snooping=False)
            nl.do(route.add(route.Link(name="br0", kind="bridge", data=bridge)))
            nl.dump(route.port_vlans()).all()
        except netlynx.NotSupported as error:
            said = f" ({error.symbol})" if error.symbol else ""
            raise Absent(f"this kernel's bridges have no VLANs{said}") from None
        for port in _ports(ports):
            nl.do(route.add(route.Link(name=port, kind="veth", master="br0")))
            nl.do(route.replace(route.PortVlan(index=port, vlan=VLANS[0], last=VLANS[-1])))


def run(options: Options) -> list[Samples]:
    return [_run("bridge-vlans", "alike", alike, options), _run("bridge-vlans-unlike", "unlike", unlike, options)]


def _run(key: str, which: str, fill: Callable[[int], None], options: Options) -> Samples:
    ports = options.ports
    fill(ports)
    count = ports * len(VLANS)
    title = f"List of {len(VLANS):,} VLANs on {ports} ports, {which}"
    samples = Samples(key, title, "ns/VLAN", NULL, "VLAN")
    wanted = operations.dump("vlans")
    expected = [str(count)]
    null = [program("null_reader"), str(int(wanted.protocol)), *operations.for_c(wanted)]
    contestants: list[Contestant] = [
        Served(NULL, lambda: null, lambda: datagrams_of(wanted)),
        Served(COLUMNS, lambda: python("contestants", "vlan-columns", count), lambda: expected),
        Served(KEPT, lambda: python("contestants", "vlan-records", count), lambda: expected),
    ]
    take_turns(samples, contestants, options.rounds, 1e9 / count)
    told = "a range is one record" if which == "alike" else "each is a record"
    samples.notes.append(f"what is alike the kernel tells as a range: {told}")
    return samples
