"""A lab of three namespaces: two hosts and a router between them, with a slow way out of the router."""

from pathlib import Path

import netlynx
from netlynx import Connection, netns, route, tc

CABLES = [("left", "l0", "10.1.0.2"), ("right", "r0", "10.2.0.2")]


def setup(nl: Connection, name: str, address: str) -> None:
    nl.do(route.add(route.Address(index=name, address=f"{address}/24")))
    nl.do(route.up(name))


for name in ("router", "left", "right"):
    netns.create(name)
with netlynx.connect() as nl, netlynx.connect(netns="router") as router:
    for host, device, address in CABLES:
        peer = route.Link(name=f"{device}p", netns_fd="router")
        nl.do(route.add(route.Link(name=device, kind="veth", netns_fd=host, data=route.Veth(peer=peer))))
        gateway = address.rpartition(".")[0] + ".1"
        setup(router, f"{device}p", gateway)
        router.do(tc.add(tc.Qdisc(index=f"{device}p", handle="1:", data=tc.Htb(default=0x10))))
        slow = tc.HtbClass(rate="2mbit", ceil="4mbit")
        router.do(tc.add(tc.Class(index=f"{device}p", parent="1:", handle="1:10", data=slow)))
        with netlynx.connect(netns=host) as ns:
            setup(ns, device, address)
            ns.do(route.up("lo"))
            ns.do(route.add(route.Route(destination="default", gateway=gateway)))
with netns.inside("router"):
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1\n")
