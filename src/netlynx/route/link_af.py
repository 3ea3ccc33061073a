"""What protocols say of a link: IFLA_AF_SPEC (IPv4, IPv6, MCTP), and IFLA_PROTINFO of IPv6.

Source: linux/if_link.h, net/ipv4/devinet.c, net/ipv6/addrconf.c, net/mctp/device.c.
"""

from __future__ import annotations

import struct as c_struct
from typing import ClassVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.link_settings import Ipv4Settings, Ipv6Settings
from netlynx.schema import (
    Attribute,
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    enum,
    ip6,
    member,
    nest,
    struct,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.schema.record import unknown_field


class IFLA_AF(Constants, prefix="AF_"):
    """Attributes of IFLA_AF_SPEC: the address families that have something to say of a link."""

    INET = 2
    INET6 = 10
    MCTP = 45


class IFLA_INET(Constants):
    """Attributes of IPv4's part."""

    UNSPEC = 0
    CONF = 1


class IFLA_INET6(Constants):
    """Attributes of IPv6's part."""

    UNSPEC = 0
    FLAGS = 1
    CONF = 2
    STATS = 3
    MCAST = 4
    CACHEINFO = 5
    ICMP6STATS = 6
    TOKEN = 7
    ADDR_GEN_MODE = 8
    RA_MTU = 9


class IFLA_MCTP(Constants):
    """Attributes of MCTP's part."""

    UNSPEC = 0
    NET = 1
    PHYS_BINDING = 2


class AddressGeneration(Enumeration, prefix="IN6_ADDR_GEN_MODE_"):
    """How the interface identifiers of IPv6 addresses are made."""

    EUI64 = 0
    NONE = 1
    STABLE_PRIVACY = 2
    RANDOM = 3


class Inet6Flags(FlagSet):
    """What IPv6 knows of a link's routers. Source: net/if_inet6.h, which programs do not see."""

    RS_SENT = 0x10  # routers were solicited
    RA_RECEIVED = 0x20  # a router advertised itself,
    RA_MANAGED = 0x40  # told to ask DHCPv6 for addresses,
    RA_OTHER = 0x80  # or for other configuration
    READY = 0x8000_0000


class Inet6CacheInfo(Layout, c="ifla_cacheinfo"):
    """Times of neighbour discovery on a link."""

    max_reassembly: int = member(u32, c="max_reasm_len")  # bytes: the longest datagram put together from fragments
    timestamp: int = member(u32, c="tstamp")  # last change, hundredths of a second since boot
    reachable_time: int = member(u32)  # ms
    retrans_time: int = member(u32)  # ms


class Icmp6Statistics(Layout):
    """ICMPv6 messages of a link (`ICMP6_MIB_*`). Source: linux/snmp.h, snmp6_fill_stats in net/ipv6/addrconf.c."""

    __facts__: ClassVar[NoFacts] = NoFacts("an array by the numbers of an enum, not a struct of the headers")

    count: int = member(u64)  # how many numbers these are, itself included
    in_messages: int = member(u64)
    in_errors: int = member(u64)
    out_messages: int = member(u64)
    out_errors: int = member(u64)
    checksum_errors: int = member(u64)
    rate_limited: int = member(u64)  # not sent


class InetSpec(Record):
    """What IPv4 says of a link. To set something, see `ipv4_settings`: the kernel takes another form than it sends.

    Source: linux/if_link.h, inet_fill_link_af in net/ipv4/devinet.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_INET, policy="inet_af_policy", spec=("rt-link", "ifla-attrs"))
    __differs__: ClassVar[dict[str, str]] = {"settings": "the policy is for requests, which carry a nest"}

    settings: takes.Nested[Ipv4Settings | None] = attr(IFLA_INET.CONF, struct(Ipv4Settings))


class Inet6Spec(Record):
    """What IPv6 says of a link. A request may set `token` and `address_generation`.

    `statistics` are counters by the numbers of the kernel's `IPSTATS_MIB_*`, an enum whose order kernel versions
    have changed: 0 is how many there are, 1 packets, 2 bytes received, 3 packets delivered. By name they are in
    ``/proc/net/dev_snmp6``. Source: linux/if_link.h, inet6_fill_ifla6_attrs in net/ipv6/addrconf.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_INET6, policy="inet6_af_policy", spec=("rt-link", "ifla6-attrs"))
    __omitted__: ClassVar[dict[str, str]] = {"IFLA_INET6_MCAST": "the kernel does not use it"}

    flags: takes.Flags[Inet6Flags | None] = attr(IFLA_INET6.FLAGS, enum(Inet6Flags, u32), read_only=True)
    cacheinfo: takes.Nested[Inet6CacheInfo | None] = attr(IFLA_INET6.CACHEINFO, struct(Inet6CacheInfo), read_only=True)
    settings: takes.Nested[Ipv6Settings | None] = attr(IFLA_INET6.CONF, struct(Ipv6Settings), read_only=True)
    statistics: takes.MaybeSeveral[int] = attr(IFLA_INET6.STATS, array(u64), read_only=True)
    icmp6_statistics: takes.Nested[Icmp6Statistics | None] = attr(
        IFLA_INET6.ICMP6STATS, struct(Icmp6Statistics), read_only=True
    )
    token: takes.Ip[str | None] = attr(IFLA_INET6.TOKEN, ip6)  # interface identifier for advertised prefixes
    address_generation: takes.Member[AddressGeneration | None] = attr(
        IFLA_INET6.ADDR_GEN_MODE, enum(AddressGeneration, u8)
    )
    ra_mtu: int | None = attr(IFLA_INET6.RA_MTU, u32, read_only=True)  # advertised by a router


class MctpSpec(Record):
    """What MCTP says of a link. Source: linux/if_link.h, mctp_fill_link_af in net/mctp/device.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_MCTP, policy="ifla_af_mctp_policy", spec=("rt-link", "mctp-attrs")
    )

    network: int | None = attr(IFLA_MCTP.NET, u32)
    physical_binding: int | None = attr(IFLA_MCTP.PHYS_BINDING, u8)  # number of DMTF's DSP0239


class AfSpec(Record):
    """What address families say of a link. Source: linux/if_link.h, rtnl_fill_link_af in net/core/rtnetlink.c."""

    __facts__: ClassVar[NoFacts] = NoFacts("its attributes are the address families that say something of links")

    mctp: takes.Nested[MctpSpec | None] = attr(IFLA_AF.MCTP, nest(MctpSpec))
    inet: takes.Nested[InetSpec | None] = attr(IFLA_AF.INET, nest(InetSpec))
    inet6: takes.Nested[Inet6Spec | None] = attr(IFLA_AF.INET6, nest(Inet6Spec))


def ipv4_settings(**settings: int) -> InetSpec:
    """IPv4 settings for a request: ``Link(index=2, af_spec=AfSpec(inet=ipv4_settings(arp_notify=1)))``.

    The names are those of `Ipv4Settings`; what is not named stays as it is. Raises TypeError for another name and
    EncodeError for a number that does not fit. Source: inet_set_link_af in net/ipv4/devinet.c.
    """
    names = tuple(Ipv4Settings.__declarations__)
    payload = b""
    for name, value in settings.items():
        if name not in names:
            raise unknown_field("Ipv4Settings", name, names)
        if isinstance(value, bool) or not isinstance(value, int):
            raise EncodeTypeError(f"expected a number, not {value!r}", f"ipv4_settings({name})")
        if not -(1 << 31) <= value < 1 << 31:
            raise EncodeError(f"{value} does not fit into 32 bits", f"ipv4_settings({name})")
        payload += c_struct.pack("=HHi", 8, names.index(name) + 1, value)
    return InetSpec(unknown=(Attribute(type=IFLA_INET.CONF, payload=payload),))
