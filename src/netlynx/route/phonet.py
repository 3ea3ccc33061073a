"""Phonet, by which processors speak to modems: addresses of interfaces and routes.

An address is a number of 8 bits of which the low two are 0, such as 0x6c.

Source: linux/phonet.h, net/phonet/pn_netlink.c, net/phonet/pn_dev.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.engine.operation import Dump, EventKind, Group, make_dump
from netlynx.errors import EncodeError
from netlynx.route.address import IFA, AddressFlags, AddressMessage
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily, Scope
from netlynx.route.route_names import RT_TABLE, RTA, RouteMessage, RouteProtocol, RouteType
from netlynx.route.verbs import Verbs, register
from netlynx.schema import Record, attr, head, interface, takes, u8
from netlynx.schema.facts import Facts
from netlynx.schema.sending import settable
from netlynx.wire.constants import NETLINK

_NOT_OF_PHONET = "not of Phonet"


class PhonetAddress(Record, header=AddressMessage):
    """An address of an interface (`ifaddrmsg`). Any interface takes them; to change them takes CAP_SYS_ADMIN, too.

    Source: fill_addr and addr_doit in net/phonet/pn_netlink.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFA, policy="ifa_phonet_policy")
    __omitted__: ClassVar[dict[str, str]] = {"IFA_*": _NOT_OF_PHONET}

    family: takes.Member[AddressFamily] = head(default=AddressFamily.PHONET, read_only=True)
    index: takes.Name[int] = head(always=True)  # of the interface
    flags: takes.Flags[AddressFlags] = head(default=AddressFlags(0), read_only=True)
    scope: takes.Member[Scope] = head(default=Scope.GLOBAL, read_only=True)
    address: int | None = attr(IFA.LOCAL, u8, always=True)


class PhonetRoute(Record, header=RouteMessage):
    """A route (`rtmsg`): out of which interface what is sent to another host's address goes. There is one to each.

    Source: fill_route and route_doit in net/phonet/pn_netlink.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=RTA, policy="rtm_phonet_policy")
    __omitted__: ClassVar[dict[str, str]] = {"RTA_*": _NOT_OF_PHONET}

    family: takes.Member[AddressFamily] = head(default=AddressFamily.PHONET, read_only=True)
    bits: int = head("dst_len", read_only=True)  # of an address, which count: 6
    table: int = head(default=int(RT_TABLE.MAIN))
    protocol: takes.Member[RouteProtocol] = head(default=RouteProtocol.UNSPEC, read_only=True)
    scope: takes.Member[Scope] = head(default=Scope.GLOBAL, read_only=True)
    type: takes.Member[RouteType] = head(default=RouteType.UNICAST)
    destination: int | None = attr(RTA.DST, u8, always=True)
    oif: takes.Name[int | None] = attr(RTA.OIF, interface, always=True)


PHONET_ADDRESSES: Group[PhonetAddress] = Group(
    "route.PHONET_ADDRESSES",
    NETLINK.ROUTE,
    (RTNLGRP.PHONET_IFADDR,),
    {RTM.NEWADDR: (EventKind.NEW, PhonetAddress), RTM.DELADDR: (EventKind.DELETE, PhonetAddress)},
)
"""Phonet's addresses that come and go."""

PHONET_ROUTES: Group[PhonetRoute] = Group(
    "route.PHONET_ROUTES",
    NETLINK.ROUTE,
    (RTNLGRP.PHONET_ROUTE,),
    {RTM.NEWROUTE: (EventKind.NEW, PhonetRoute), RTM.DELROUTE: (EventKind.DELETE, PhonetRoute)},
)
"""Phonet's routes that come and go."""

_LISTED = (("family", AddressFamily.PHONET),)


def phonet_addresses() -> Dump[PhonetAddress]:
    """Phonet's addresses of all interfaces. A kernel in which the module phonet is not loaded has none."""
    name = "route.phonet_addresses"
    return make_dump(name, NETLINK.ROUTE, RTM.GETADDR, PhonetAddress(), PhonetAddress, RTM.NEWADDR, match=_LISTED)


def phonet_routes() -> Dump[PhonetRoute]:
    """Phonet's routes. A kernel in which the module phonet is not loaded has none."""
    request = PhonetRoute(table=0, type=RouteType.UNSPEC)
    name = "route.phonet_routes"
    return make_dump(name, NETLINK.ROUTE, RTM.GETROUTE, request, PhonetRoute, RTM.NEWROUTE, match=_LISTED)


def _check_number(value: object, path: str) -> None:
    """Refuse what is no address; what is no number is refused when it is encoded."""
    if value is None or (isinstance(value, int) and value & 3):
        raise EncodeError(f"{value} is no address of Phonet: those are multiples of 4, from 0 to 252", path)


def _prepare_address(record: PhonetAddress, verb: str) -> Any:
    record = settable(record, "PhonetAddress")
    if not record.index:
        raise EncodeError("of which interface?", "PhonetAddress.index")
    _check_number(record.address, "PhonetAddress.address")
    return record


def _prepare_route(record: PhonetRoute, verb: str) -> Any:
    record = settable(record, "PhonetRoute")
    if record.table != RT_TABLE.MAIN:
        raise EncodeError(f"Phonet has one table, main ({int(RT_TABLE.MAIN)})", "PhonetRoute.table")
    if record.type is not RouteType.UNICAST:
        raise EncodeError("Phonet has routes of type unicast alone", "PhonetRoute.type")
    _check_number(record.destination, "PhonetRoute.destination")
    if not record.oif:
        raise EncodeError("out of which interface?", "PhonetRoute.oif")
    return record


_WITHOUT = dict.fromkeys(
    ("append", "replace", "change"), "Phonet has no such request: delete what is there, and add another"
)

register(PhonetAddress, Verbs(new=RTM.NEWADDR, delete=RTM.DELADDR, prepare=_prepare_address, without=_WITHOUT))
register(PhonetRoute, Verbs(new=RTM.NEWROUTE, delete=RTM.DELROUTE, prepare=_prepare_route, without=_WITHOUT))
