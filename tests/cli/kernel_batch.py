"""A virtual kernel that prints the changes it is asked for, with links and routes to change."""

from __future__ import annotations

from netlynx import route
from netlynx.engine.operation import in_words
from netlynx.errors import AlreadyExists, NotFound
from netlynx.kernel import Request, VirtualKernel
from netlynx.route.constants import RTM
from netlynx.wire.constants import NETLINK

kernel = VirtualKernel()
service = kernel.serve(NETLINK.ROUTE)

names = {"lo": 1, "eth0": 2}
destinations = {"192.0.2.0/24"}


@service.do(RTM.GETLINK, record=route.Link, reply=RTM.NEWLINK, get=True)
def link(request: Request) -> route.Link:
    name = request.record.name
    print(f"look up {name}")
    if name not in names:
        raise NotFound(19, "nobody knows it", attribute="Link.name")
    return route.Link(index=names[name], name=name)


@service.do(RTM.NEWLINK, record=route.Link)
def new_link(request: Request) -> None:
    print(f"link {request.record.name}")
    names[request.record.name] = 10 * (len(names) + 1)


@service.do(RTM.DELLINK, record=route.Link)
def delete_link(request: Request) -> None:
    print(f"no link {request.record.name}")
    del names[request.record.name]


@service.do(RTM.NEWROUTE, record=route.Route)
def new_route(request: Request) -> None:
    if request.record.destination in destinations:
        raise AlreadyExists(17, "it is there", attribute="Route.destination")
    destinations.add(request.record.destination)
    hops = " ".join(f"hop {in_words(hop)}" for hop in request.record.multipath)
    print(f"route {request.record.destination} oif {request.record.oif} {hops}".rstrip())


@service.do(RTM.DELROUTE, record=route.Route)
def delete_route(request: Request) -> None:
    if request.record.destination not in destinations:
        raise NotFound(3, "it is not there")
    print(f"no route {request.record.destination}")
    destinations.remove(request.record.destination)
