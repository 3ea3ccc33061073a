"""MCTP, by which the parts of a computer are managed: addresses of interfaces, routes, neighbours (`mctp`).

An endpoint has an ID (EID) from 8 to 254 in a network; which network a link is in, `MctpSpec` says.

Source: linux/mctp.h, net/mctp/device.c, net/mctp/route.c, net/mctp/neigh.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.engine.operation import Dump, EventKind, Group, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.address import IFA, AddressMessage
from netlynx.route.arguments import index_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily, Scope
from netlynx.route.metrics import RTAX
from netlynx.route.neighbour import NDA, NeighbourMessage, NeighbourState
from netlynx.route.route_names import RTA, RouteMessage, RouteProtocol, RouteType
from netlynx.route.verbs import Verbs, register
from netlynx.schema import Layout, Record, attr, head, interface, mac, member, struct, takes, u8, u32
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import deletes_no_less, settable
from netlynx.wire.constants import NETLINK

_NOT_OF_MCTP = "not of MCTP"


class MctpFullAddress(Layout, c="mctp_fq_addr"):
    """An endpoint of a network. A `network` of 0 in a request is the default one of the namespace."""

    network: int = member(u32, c="net")
    address: int = member(u8, c="eid")


class MctpAddress(Record, header=AddressMessage):
    """An address of an interface (`ifaddrmsg`): the ID that this host has as an endpoint there.

    Interfaces of MCTP's own kinds have them, and the loopback interface. Source: mctp_fill_addrinfo and
    mctp_rtm_newaddr in net/mctp/device.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFA, policy="ifa_mctp_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        **{
            f"IFA_{name}": _NOT_OF_MCTP for name in ("LABEL", "BROADCAST", "ANYCAST", "CACHEINFO", "MULTICAST", "FLAGS")
        },
        **{f"IFA_{name}": _NOT_OF_MCTP for name in ("RT_PRIORITY", "TARGET_NETNSID", "PROTO", "MC_USERS")},
    }

    family: takes.Member[AddressFamily] = head(default=AddressFamily.MCTP, read_only=True)
    index: takes.Name[int] = head(always=True)  # of the interface
    address: int | None = attr(IFA.LOCAL, u8, older=IFA.ADDRESS, always=True)


MCTP_ADDRESSES: Group[MctpAddress] = Group(
    "route.MCTP_ADDRESSES",
    NETLINK.ROUTE,
    (RTNLGRP.MCTP_IFADDR,),
    {RTM.NEWADDR: (EventKind.NEW, MctpAddress), RTM.DELADDR: (EventKind.DELETE, MctpAddress)},
)
"""MCTP's addresses that come and go. Of its routes and neighbours the kernel tells nothing unasked."""


class MctpRoute(Record, header=RouteMessage):
    """A route (`rtmsg`): which way the IDs from `destination` on go, `extent` more than that one.

    They lead to an interface, `oif`, or over a `gateway` (Linux 6.17). Those of type local are the kernel's, and come
    and go with addresses. A deletion is of a network, the interface's or the gateway's, and of these very IDs.

    Source: mctp_fill_rtinfo, mctp_newroute and mctp_delroute in net/mctp/route.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=RTA, policy="rta_mctp_policy"),
        Facts(attributes=RTAX, policy="rta_metrics_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {"RTA_*": _NOT_OF_MCTP, "RTAX_*": _NOT_OF_MCTP}

    family: takes.Member[AddressFamily] = head(default=AddressFamily.MCTP, read_only=True)
    type: takes.Member[RouteType] = head(default=RouteType.UNICAST, always=True)
    extent: int = head("dst_len", always=True)
    table: int = head(read_only=True)
    protocol: takes.Member[RouteProtocol] = head(default=RouteProtocol.UNSPEC, read_only=True)
    scope: takes.Member[Scope] = head(default=Scope.GLOBAL, read_only=True)
    destination: int | None = attr(RTA.DST, u8, always=True)
    mtu: int | None = attr((RTA.METRICS, RTAX.MTU), u32)  # of packets in bytes, header included; None: the interface's
    oif: takes.Name[int | None] = attr(RTA.OIF, interface, always=True)
    gateway: takes.Nested[MctpFullAddress | None] = attr(RTA.GATEWAY, struct(MctpFullAddress))


class MctpNeighbour(Record, header=NeighbourMessage):
    """A neighbour (`ndmsg`): where on a link an ID is. They are made by programs, none by the kernel.

    Source: mctp_fill_neigh, mctp_rtm_newneigh and mctp_rtm_delneigh in net/mctp/neigh.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NDA, policy="nd_mctp_policy")
    __omitted__: ClassVar[dict[str, str]] = {"NDA_*": _NOT_OF_MCTP}

    family: takes.Member[AddressFamily] = head(default=AddressFamily.MCTP, read_only=True)
    index: takes.Name[int] = head(always=True)
    state: takes.Flags[NeighbourState] = head(default=NeighbourState(0), read_only=True)
    type: takes.Member[RouteType] = head(default=RouteType.UNSPEC, read_only=True)
    destination: int | None = attr(NDA.DST, u8, always=True)
    address: str | None = attr(NDA.LLADDR, mac, always=True)  # of as many bytes as the link's addresses have


_LISTED: tuple[tuple[str, object], ...] = (("family", AddressFamily.MCTP),)


@by_name(index="interface")
def mctp_addresses(*, index: int | str | None = None) -> Dump[MctpAddress]:
    """MCTP's addresses, or those of an interface; the kernel filters. A kernel without MCTP has none.

    Raises EncodeError and EncodeTypeError for what is no index.
    """
    only = None if index is None else index_of(index, "route.mctp_addresses(index)")
    request = MctpAddress(index=only or 0)
    match = _LISTED if only is None else (*_LISTED, ("index", only))
    name = "route.mctp_addresses"
    return make_dump(name, NETLINK.ROUTE, RTM.GETADDR, request, MctpAddress, RTM.NEWADDR, match=match)


def mctp_routes() -> Dump[MctpRoute]:
    """MCTP's routes, those of this host's own addresses among them. A kernel without MCTP has none."""
    request = MctpRoute(type=RouteType.UNSPEC)
    return make_dump("route.mctp_routes", NETLINK.ROUTE, RTM.GETROUTE, request, MctpRoute, RTM.NEWROUTE, match=_LISTED)


@by_name(index="interface")
def mctp_neighbours(*, index: int | str | None = None) -> Dump[MctpNeighbour]:
    """MCTP's neighbours, or those of an interface; the kernel filters. A kernel without MCTP has none.

    Raises EncodeError and EncodeTypeError for what is no index.
    """
    only = None if index is None else index_of(index, "route.mctp_neighbours(index)")
    request = MctpNeighbour(index=only or 0)
    match = _LISTED if only is None else (*_LISTED, ("index", only))
    name = "route.mctp_neighbours"
    return make_dump(name, NETLINK.ROUTE, RTM.GETNEIGH, request, MctpNeighbour, RTM.NEWNEIGH, match=match)


def _check_id(value: object, path: str) -> None:
    """Refuse what is the ID of no endpoint; what is no number is refused when it is encoded."""
    if value is None or (isinstance(value, int) and not 8 <= value <= 254):
        raise EncodeError(f"{value} is the ID of no endpoint: those are 8 to 254", path)


def _check_index(record: Any, path: str) -> None:
    if not record.index:
        raise EncodeError("on which interface?", f"{path}.index")


def _prepare_address(record: MctpAddress, verb: str) -> Any:
    record = settable(record, "MctpAddress")
    _check_index(record, "MctpAddress")
    _check_id(record.address, "MctpAddress.address")
    return record


def _prepare_route(given: MctpRoute, verb: str) -> Any:
    record = settable(given, "MctpRoute")
    if record.type is not RouteType.UNICAST:
        raise EncodeError("the kernel makes and removes others itself, with addresses", "MctpRoute.type")
    _check_id(record.destination, "MctpRoute.destination")
    numbers = (record.destination, record.extent)
    if all(isinstance(each, int) for each in numbers) and sum(numbers) > 254:  # type: ignore[arg-type]  # they are
        raise EncodeError("it leads beyond 254, the last ID", "MctpRoute.extent")
    if (not record.oif) == (record.gateway is None):
        raise EncodeError("where to? an interface, or a gateway: one of them", "MctpRoute.oif")
    if record.gateway is not None:
        _check_id(record.gateway.address, "MctpRoute.gateway.address")
    if verb != "delete":
        return record
    if not was_read(given):
        deletes_no_less(record, "MctpRoute", unseen=("mtu",))
    return replace_fields(record, mtu=None)


def _prepare_neighbour(given: MctpNeighbour, verb: str) -> Any:
    record = settable(given, "MctpNeighbour")
    _check_index(record, "MctpNeighbour")
    _check_id(record.destination, "MctpNeighbour.destination")
    if verb != "delete":
        if record.address is None:
            raise EncodeError("where on the link is it?", "MctpNeighbour.address")
        return record
    if not was_read(given):
        deletes_no_less(record, "MctpNeighbour", unseen=("address",))
    return replace_fields(record, address=None)


def _without(what: str) -> dict[str, str]:
    why = f"the kernel has no such request for {what} of MCTP: delete it, and add another"
    return dict.fromkeys(("append", "replace", "change"), why)


def _unicast(listing: Dump[Any]) -> Dump[Any]:
    return listing.where(type=RouteType.UNICAST)


register(
    MctpAddress,
    Verbs(new=RTM.NEWADDR, delete=RTM.DELADDR, prepare=_prepare_address, without=_without("addresses")),
)
register(
    MctpRoute,
    Verbs(
        new=RTM.NEWROUTE,
        delete=RTM.DELROUTE,
        prepare=_prepare_route,
        without=_without("routes"),
        flushed=_unicast,
    ),
)
register(
    MctpNeighbour,
    Verbs(new=RTM.NEWNEIGH, delete=RTM.DELNEIGH, prepare=_prepare_neighbour, without=_without("neighbours")),
)
