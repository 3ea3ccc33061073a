"""A lab of three namespaces: two hosts and a router between them, with a slow way out of the router."""

import os

from pyroute2 import IPRoute, NetNS, netns

CABLES = [("left", "l0", "10.1.0.2"), ("right", "r0", "10.2.0.2")]


def setup(ns, name, address):
    index = ns.link_lookup(ifname=name)[0]
    ns.addr("add", index=index, address=address, prefixlen=24)
    ns.link("set", index=index, state="up")
    return index


for name in ("router", "left", "right"):
    netns.create(name)
with IPRoute() as ipr, NetNS("router") as router:
    for host, device, address in CABLES:
        ipr.link("add", ifname=device, kind="veth", peer=f"{device}p")
        index = ipr.link_lookup(ifname=device)[0]
        ipr.link("set", index=index, net_ns_fd=host)
        index = ipr.link_lookup(ifname=f"{device}p")[0]
        ipr.link("set", index=index, net_ns_fd="router")
        gateway = address.rpartition(".")[0] + ".1"
        index = setup(router, f"{device}p", gateway)
        router.tc("add", "htb", index, 0x10000, default=0x10)
        router.tc("add-class", "htb", index, 0x10010, parent=0x10000, rate="2mbit", ceil="4mbit")
        with NetNS(host) as ns:
            setup(ns, device, address)
            ns.link("set", index=1, state="up")
            ns.route("add", dst="default", gateway=gateway)
netns.setns("router")
with open("/proc/sys/net/ipv4/ip_forward", "w") as setting:
    setting.write("1\n")
os._exit(0)
