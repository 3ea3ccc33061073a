"""What routers advertise (RFC 4861), as the kernel tells it: prefixes, and options that it leaves to programs.

The kernel tells them when an advertisement comes, and keeps no list: who wants to know listens, or asks routers anew.

Source: linux/rtnetlink.h, include/net/if_inet6.h, inet6_fill_prefix in net/ipv6/addrconf.c, ndisc_ra_useropt and
ndisc_is_useropt in net/ipv6/ndisc.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import EventKind, Group
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.discovery_options import DiscoveryOption, read_options
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    head,
    ip6,
    member,
    named,
    prefix,
    s32,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK


class PREFIX(Constants):
    """Attributes of a prefix."""

    UNSPEC = 0
    ADDRESS = 1
    CACHEINFO = 2


class NDUSEROPT(Constants):
    """Attributes behind an option."""

    UNSPEC = 0
    SRCADDR = 1


class PrefixFlags(FlagSet):
    """What hosts are to do with a prefix, as the router says it (RFC 4861, 4.6.2; RFC 6275, 7.2; RFC 9762).

    Before Linux 6.8 the kernel had numbers of its own for the first two, and told no others (`IF_PREFIX_*` of
    include/net/if_inet6.h): `on_link` and `autonomous` of a prefix know both.
    """

    ONLINK = 0x80  # its addresses are reached without a router
    AUTOCONF = 0x40  # hosts make addresses of their own in it
    ROUTER_ADDRESS = 0x20  # the prefix is the router's own address
    PREFIX_DELEGATION = 0x10  # hosts had better ask for a prefix of their own
    OLD_ONLINK = 0x01
    OLD_AUTOCONF = 0x02


class PrefixMessage(Layout, c="prefixmsg"):
    """The fixed header of a prefix."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="prefix_family")
    pad1: int = member(u8, c="prefix_pad1")
    pad2: int = member(u16, c="prefix_pad2")
    index: takes.Name[int] = member(named(s32, "interface"), c="prefix_ifindex")
    type: int = member(u8, c="prefix_type")
    length: int = member(u8, c="prefix_len")
    flags: takes.Flags[PrefixFlags] = member(enum(PrefixFlags, u8), c="prefix_flags")
    pad3: int = member(u8, c="prefix_pad3")


class PrefixLifetimes(Layout, c="prefix_cacheinfo"):
    """How many seconds a prefix is good for; 4294967295: for ever."""

    preferred: int = member(u32, c="preferred_time")
    valid: int = member(u32, c="valid_time")


class AdvertisedPrefix(Record, header=PrefixMessage):
    """A prefix that a router advertised (`prefixmsg` + `PREFIX_*`): the prefix information option of RFC 4861, 4.6.2.

    Source: inet6_fill_prefix in net/ipv6/addrconf.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=PREFIX)

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)
    index: takes.Name[int] = head(always=True)
    type: int = head(default=0)  # of the option: 3
    prefix: takes.Prefix[str | None] = attr(PREFIX.ADDRESS, prefix("length"), always=True)
    flags: takes.Flags[PrefixFlags] = head(default=PrefixFlags(0), always=True)
    lifetimes: takes.Nested[PrefixLifetimes | None] = attr(PREFIX.CACHEINFO, struct(PrefixLifetimes))

    @property
    def on_link(self) -> bool:
        """Whether its addresses are reached without a router."""
        return bool(self.flags & (PrefixFlags.ONLINK | PrefixFlags.OLD_ONLINK))

    @property
    def autonomous(self) -> bool:
        """Whether hosts make addresses of their own in it."""
        return bool(self.flags & (PrefixFlags.AUTOCONF | PrefixFlags.OLD_AUTOCONF))


PREFIXES: Group[AdvertisedPrefix] = Group(
    "route.PREFIXES", NETLINK.ROUTE, (RTNLGRP.IPV6_PREFIX,), {RTM.NEWPREFIX: (EventKind.NEW, AdvertisedPrefix)}
)
"""Prefixes that routers advertise, each time that they do."""


class Advertisement(Layout, c="nduseroptmsg"):
    """An option of a router's advertisement that the kernel leaves to programs; `tail` has it, and `source`, as bytes.

    The kernel tells of each option by itself: DNS servers and search lists (RFC 8106), captive portals (RFC 8910),
    prefixes of NAT64 (RFC 8781), and prefixes once more, which `AdvertisedPrefix` tells of too (from Linux 6.6 on).
    """

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="nduseropt_family")
    pad1: int = member(u8, c="nduseropt_pad1")
    options_length: int = member(u16, c="nduseropt_opts_len")  # bytes
    index: takes.Name[int] = member(named(s32, "interface"), c="nduseropt_ifindex")
    icmp_type: int = member(u8, c="nduseropt_icmp_type")  # 134: a router's advertisement
    icmp_code: int = member(u8, c="nduseropt_icmp_code")
    pad2: int = member(u16, c="nduseropt_pad2")
    pad3: int = member(u32, c="nduseropt_pad3")

    @property
    def options(self) -> tuple[DiscoveryOption, ...]:
        """The options that it tells of; those that are not known here, or malformed, as their bytes."""
        return read_options(self.tail[: self.options_length])

    @property
    def source(self) -> str | None:
        """The address of the router."""
        return SourceAddress.from_bytes(self.tail[(self.options_length + 3) & ~3 :]).address


class SourceAddress(Record):
    """What stands behind an option. Source: ndisc_ra_useropt in net/ipv6/ndisc.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NDUSEROPT)

    address: takes.Ip[str | None] = attr(NDUSEROPT.SRCADDR, ip6)


ADVERTISEMENTS: Group[Advertisement] = Group(
    "route.ADVERTISEMENTS",
    NETLINK.ROUTE,
    (RTNLGRP.ND_USEROPT,),
    {RTM.NEWNDUSEROPT: (EventKind.NEW, Advertisement)},
)
"""Options that come with routers' advertisements: DNS servers and search lists, captive portals, prefixes of NAT64."""
