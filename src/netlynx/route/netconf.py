"""Settings of interfaces that decide about forwarding, as /proc/sys/net has them; they can be read here, not written.

Source: linux/netconf.h, inet_netconf_fill_devconf in net/ipv4/devinet.c, inet6_netconf_fill_devconf in
net/ipv6/addrconf.c, mpls_netconf_fill_devconf in net/mpls/af_mpls.c.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.arguments import family_filter
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.unsaid import fence
from netlynx.schema import Constants, Enumeration, Layout, Record, attr, enum, head, member, named, s32, takes, u8
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK

ALL_INTERFACES = -1
"""The index under which the settings of all interfaces together are told (NETCONFA_IFINDEX_ALL)."""
DEFAULT_INTERFACE = -2
"""The index under which those are told that new interfaces begin with (NETCONFA_IFINDEX_DEFAULT)."""


class NETCONFA(Constants):
    """Attributes of settings."""

    UNSPEC = 0
    IFINDEX = 1
    FORWARDING = 2
    RP_FILTER = 3
    MC_FORWARDING = 4
    PROXY_NEIGH = 5
    IGNORE_ROUTES_WITH_LINKDOWN = 6
    INPUT = 7
    BC_FORWARDING = 8
    FORCE_FORWARDING = 9


class ReversePathFilter(Enumeration):
    """Whether a packet is taken whose sender would not be answered the way it came (RFC 3704)."""

    OFF = 0
    STRICT = 1  # not unless the answer would leave where it came in
    LOOSE = 2  # not unless there is any way back


class NetconfMessage(Layout, c="netconfmsg"):
    """The fixed header of settings."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="ncm_family")


_bool = enum(bool, s32)


class Netconf(Record, header=NetconfMessage):
    """Settings of one family on one interface (`netconfmsg` + `NETCONFA_*`), each as the sysctl of its name has it.

    `index` is that of an interface, `ALL_INTERFACES` or `DEFAULT_INTERFACE`. Each family has some of them: IPv4 lacks
    `input` and `force_forwarding`, IPv6 has no `rp_filter` and no `bc_forwarding`, MPLS has `input` alone. A
    notification has what changed, and nothing else.

    To change one, write to /proc/sys/net: the kernel takes no such message. Source: linux/netconf.h.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=NETCONFA,
        policy=("devconf_ipv4_policy", "devconf_ipv6_policy", "devconf_mpls_policy"),
    )

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)
    index: takes.Name[int | None] = attr(NETCONFA.IFINDEX, named(s32, "interface"), always=True)
    forwarding: bool | None = attr(NETCONFA.FORWARDING, _bool)
    rp_filter: takes.Member[ReversePathFilter | None] = attr(NETCONFA.RP_FILTER, enum(ReversePathFilter, s32))
    mc_forwarding: bool | None = attr(NETCONFA.MC_FORWARDING, _bool)  # a daemon routes multicast
    bc_forwarding: bool | None = attr(NETCONFA.BC_FORWARDING, _bool)  # directed broadcasts are forwarded
    proxy_neigh: bool | None = attr(NETCONFA.PROXY_NEIGH, _bool)  # proxy_arp, proxy_ndp
    ignore_routes_with_linkdown: bool | None = attr(NETCONFA.IGNORE_ROUTES_WITH_LINKDOWN, _bool)
    input: bool | None = attr(NETCONFA.INPUT, _bool)  # MPLS: labelled packets are taken
    force_forwarding: bool | None = attr(NETCONFA.FORCE_FORWARDING, _bool)  # IPv6, whatever `all` says


NETCONFS: Group[Netconf] = Group(
    "route.NETCONFS",
    NETLINK.ROUTE,
    (RTNLGRP.IPV4_NETCONF, RTNLGRP.IPV6_NETCONF, RTNLGRP.MPLS_NETCONF),
    {RTM.NEWNETCONF: (EventKind.NEW, Netconf), RTM.DELNETCONF: (EventKind.DELETE, Netconf)},
)
"""Settings that change, and those that go with their interface."""


def _in_part(listing: Dump[Netconf], record: Netconf) -> None:
    """What is told has one setting, as a rule: the table is read again."""


_MIRRORED = Mirrored(
    NETCONFS,
    key=attrgetter("family", "index"),
    lookups={("index",): None, ("family", "index"): None},
    belongs=_in_part,
    fence=fence,
)
_FAMILIES = (AddressFamily.INET, AddressFamily.INET6, AddressFamily.MPLS)


def netconfs(*, family: AddressFamily | str | None = None) -> Dump[Netconf]:
    """Settings of all interfaces, of all families or one; the kernel filters by it.

    Behind the interfaces come `ALL_INTERFACES` and `DEFAULT_INTERFACE`. Raises EncodeError and EncodeTypeError for what
    is no family with such settings.
    """
    wanted = family_filter(family, "route.netconfs(family)", *_FAMILIES)
    request = Netconf(family=wanted or AddressFamily.UNSPEC)
    match: tuple[tuple[str, Any], ...] = () if wanted is None else (("family", wanted),)
    return make_dump(
        "route.netconfs",
        NETLINK.ROUTE,
        RTM.GETNETCONF,
        request,
        Netconf,
        RTM.NEWNETCONF,
        match=match,
        mirrored=_MIRRORED,
    )


@by_name(index="interface")
def netconf(index: int | str, *, family: AddressFamily | str = AddressFamily.INET) -> Do[Netconf]:
    """Settings of one family on one interface, or of `ALL_INTERFACES` or `DEFAULT_INTERFACE`.

    Fails with errno ENODEV (of older kernels EINVAL) where there is no such interface, or it does not speak that
    protocol. Raises EncodeError and EncodeTypeError for
    what is no index, and no family with such settings.
    """
    wanted = family_filter(family, "route.netconf(family)", *_FAMILIES)
    if wanted is None:
        raise EncodeError(f"one of {', '.join(each.label for each in _FAMILIES)} is needed", "route.netconf(family)")
    if isinstance(index, bool) or not isinstance(index, int):
        raise EncodeTypeError(
            f"expected an interface index, not {type(index).__name__} {index!r}", "route.netconf(index)"
        )
    if not (0 < index < 1 << 31 or index in (ALL_INTERFACES, DEFAULT_INTERFACE)):
        raise EncodeError(f"{index} is no interface index (1 to 2147483647, -1 for all)", "route.netconf(index)")
    request = Netconf(family=wanted, index=index)
    return make_do("route.netconf", NETLINK.ROUTE, RTM.GETNETCONF, request, reply=Netconf, reply_type=RTM.NEWNETCONF)
