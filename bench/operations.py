"""The operations that are measured, by name, so that every contestant asks the kernel for the same."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import msgspec

import netlynx
from netlynx import Do, Dump, diag, generic, nftables, ovs, route, tc
from netlynx.netfilter import conntrack
from netlynx.route import Route, RouteFlags

from .namespace import DEVICE
from .reference import flags

DATAPATH = "dp0"
GATEWAY = "192.0.2.1"  # of the routes that are added; declared to be on the link


def dump(name: str) -> Dump[Any]:
    match name:
        case "routes":
            return route.routes(family="inet")
        case "all-routes":
            return route.routes()
        case "flows":
            return conntrack.flows()
        case "sockets":
            return diag.tcp(family="inet", states="established")
        case "elements":
            return nftables.elements(nftables.Set(family="ip", table="t", name="s", key_type="ipv4_addr"))
        case "vlans":
            return route.port_vlans()
        case "ovs-flows":
            return _located(ovs.flows(socket.if_nametoindex(DATAPATH)))
        case "links":
            return route.links()
        case "filters":
            return tc.filters(index=socket.if_nametoindex(DEVICE), parent="ingress")
    raise ValueError(f"no such dump: {name}")


def _located(wanted: Dump[Any]) -> Dump[Any]:
    """A dump of a family of generic netlink, with the family's number in its request."""
    with netlynx.connect() as nl:
        number = nl.do(generic.family(wanted.family)).id or 0
    return msgspec.structs.replace(wanted, message_type=number, reply_type=number, family="")


def for_c(operation: Dump[Any] | Do[Any]) -> list[str]:
    """The arguments with which the C programs make the same request."""
    return [str(int(operation.message_type)), str(int(flags(operation))), operation.payload.hex()]


def added_routes(oif: int, count: int) -> Iterator[Route]:
    """The routes that are added in a batch: the /32s from 10.0.0.0 on."""
    for number in range(count):
        yield Route(destination=added(number), gateway=GATEWAY, oif=oif, flags=RouteFlags.ONLINK)


def added(number: int) -> str:
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}/32"
