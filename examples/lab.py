"""A network without a network: hosts and a router in namespaces of their own, and a command run on one of them.

    python lab.py client ping -c 1 10.0.2.2
    python lab.py client bash

The namespaces have no names and end with the command, however it ends, and so do their links: nothing is left to be
cleaned up. It needs root; `unshare -Ur python lab.py …` will do.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

import netlynx
from netlynx import netns, route
from netlynx.netns import NetworkNamespace

LINKS = {  # both ends, and their addresses
    ("client", "router"): ("10.0.1.2/24", "10.0.1.1/24"),
    ("router", "server"): ("10.0.2.1/24", "10.0.2.2/24"),
}
DEFAULT = {"client": "10.0.1.1", "server": "10.0.2.1"}
ROUTERS = ("router",)
HOSTS = sorted({name for ends in LINKS for name in ends})


def built(stack: ExitStack) -> dict[str, NetworkNamespace]:
    """The hosts; they last as long as the stack."""
    hosts = {name: stack.enter_context(netns.anonymous()) for name in HOSTS}
    kernels = {name: stack.enter_context(netlynx.connect(netns=space)) for name, space in hosts.items()}
    for nl in kernels.values():
        nl.do(route.up("lo"))
    for (left, right), addresses in LINKS.items():
        peer = route.Link(name=f"to-{left}", netns_fd=hosts[right])
        kernels[left].do(route.add(route.Link(name=f"to-{right}", kind="veth", data=route.Veth(peer=peer))))
        for host, other, address in ((left, right, addresses[0]), (right, left, addresses[1])):
            kernels[host].do(route.add(route.Address(index=f"to-{other}", address=address)))
            kernels[host].do(route.up(f"to-{other}"))
    for host, gateway in DEFAULT.items():
        kernels[host].do(route.add(route.Route(destination="default", gateway=gateway)))
    for host in ROUTERS:
        settings = route.AfSpec(inet=route.ipv4_settings(forwarding=1))
        kernels[host].batch(
            [route.change(link.replace(af_spec=settings)) for link in kernels[host].dump(route.links())]
        )
    return hosts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("host", choices=HOSTS)
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what is run there")
    options = parser.parse_args()
    if not options.command:
        parser.error("which command?")
    try:
        with ExitStack() as stack:
            hosts = built(stack)
            sys.exit(netns.run(hosts[options.host], options.command).returncode)
    except (OSError, netlynx.NetlynxError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
