"""Addresses of interfaces. Source: linux/if_addr.h, net/ipv4/devinet.c, net/ipv6/addrconf.c, rtnetlink(7)."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

import msgspec

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import family_filter, family_of, index_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily, Scope
from netlynx.route.lacking import refuse
from netlynx.route.unsaid import by_links, fence
from netlynx.route.verbs import Verbs, register
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    head,
    interface,
    ip,
    ip4,
    ip6,
    member,
    s32,
    string,
    struct,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, deletes_no_less, taken_flags
from netlynx.wire.constants import NETLINK

FOREVER = 0xFFFFFFFF
"""A lifetime that does not end."""


class IFA(Constants):
    """Attributes of an address message."""

    UNSPEC = 0
    ADDRESS = 1
    LOCAL = 2
    LABEL = 3
    BROADCAST = 4
    ANYCAST = 5
    CACHEINFO = 6
    MULTICAST = 7
    FLAGS = 8
    RT_PRIORITY = 9
    TARGET_NETNSID = 10
    PROTO = 11
    MC_USERS = 12


class AddressFlags(FlagSet, prefix="IFA_F_"):
    """State and options of an address.

    The kernel sets `SECONDARY` (IPv4: behind another address of the subnet; IPv6, by its other name
    IFA_F_TEMPORARY: a privacy address), `DADFAILED`, `DEPRECATED`, `TENTATIVE`, `PERMANENT` and `STABLE_PRIVACY`.
    """

    SECONDARY = 0x01
    NODAD = 0x02
    OPTIMISTIC = 0x04
    DADFAILED = 0x08
    HOMEADDRESS = 0x10
    DEPRECATED = 0x20
    TENTATIVE = 0x40
    PERMANENT = 0x80
    MANAGETEMPADDR = 0x100
    NOPREFIXROUTE = 0x200
    MCAUTOJOIN = 0x400
    STABLE_PRIVACY = 0x800


class AddressProtocol(Enumeration, prefix="IFAPROT_"):
    """Who set an address; values from 4 on are free for programs and come back as plain numbers."""

    UNSPEC = 0
    KERNEL_LO = 1
    KERNEL_RA = 2
    KERNEL_LL = 3


class AddressMessage(Layout, c="ifaddrmsg"):
    """The fixed header of an address message."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="ifa_family")
    prefixlen: int = member(u8, c="ifa_prefixlen")
    flags: takes.Flags[AddressFlags] = member(enum(AddressFlags, u8), c="ifa_flags")
    scope: takes.Member[Scope] = member(enum(Scope, u8), c="ifa_scope")
    index: takes.Name[int] = member(interface, c="ifa_index")


class AddressCacheInfo(Layout, c="ifa_cacheinfo"):
    """Lifetimes of an address in seconds, `FOREVER` for no end; both are FOREVER unless given.

    `created` and `updated` are the kernel's, in hundredths of a second since boot.
    """

    preferred: int = member(u32, default=FOREVER, c="ifa_prefered")  # seconds until it is deprecated
    valid: int = member(u32, default=FOREVER, c="ifa_valid")  # seconds until it is removed
    created: int = member(u32, c="cstamp")
    updated: int = member(u32, c="tstamp")


class Address(Record, header=AddressMessage):
    """One address of an interface (`ifaddrmsg` + `IFA_*`).

    Ordinarily `address` is the interface's own address, and an IPv4 one carries it in `local` too. On a
    point-to-point link with a peer `local` is the interface's own address and `address` the peer's. So
    ``a.local or a.address`` is the own address in every case.

    To add one, `index` and `address` are enough: ``Address(index=2, address="192.0.2.1/24")``. A length may stand
    behind the address or in `prefixlen`; without either the address is a host's (/32, /128). No broadcast address is
    made up. Without a `scope`, IPv4 loopback addresses get host, the others global. Without `prefixlen`
    an IPv4 address is deleted whatever its length; an IPv6 address must match it (128 if not given). Where the kernel
    would take IPv4 addresses along that are secondary to it (unless the interface's sysctl `promote_secondaries` is
    set), the deletion is refused: `Ambiguous` names them. The temporary addresses that the kernel made of an IPv6
    address (MANAGETEMPADDR) go with it. Of `flags` the kernel takes NOPREFIXROUTE and MCAUTOJOIN, of
    IPv6 also NODAD, OPTIMISTIC (where a sysctl allows that), HOMEADDRESS and MANAGETEMPADDR; DEPRECATED is a preferred
    lifetime of 0. The others are the kernel's own, and refused in a record made by hand.

    Attributes go out in the order of the IPv4 dump; IPv6 has `local` first and `flags` and `protocol` last.

    Source: linux/if_addr.h, inet_fill_ifaddr and inet6_fill_ifaddr in net/ipv4/devinet.c, net/ipv6/addrconf.c.
    """

    # MCTP and Phonet have tables of their own; 0 is what nobody says.
    __families__: ClassVar[tuple[int, ...]] = (AddressFamily.UNSPEC, AddressFamily.INET, AddressFamily.INET6)
    __facts__: ClassVar[Facts] = Facts(
        attributes=IFA, policy=("ifa_ipv4_policy", "ifa_ipv6_policy"), spec=("rt-addr", "addr-attrs")
    )
    __elsewhere__: ClassVar[dict[str, tuple[str, ...]]] = {"": ("target_netnsid",)}

    index: takes.Name[int] = head(default=0, always=True)  # of the interface
    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)
    prefixlen: int | None = head(default=None, always=True)
    scope: takes.Member[Scope | None] = head(default=None, always=True)
    target_netnsid: int | None = attr(IFA.TARGET_NETNSID, s32)  # the namespace that was asked about
    address: takes.Ip[str | None] = attr(IFA.ADDRESS, ip, always=True)  # the peer's when `local` is another
    local: takes.Ip[str | None] = attr(IFA.LOCAL, ip)  # the interface's own
    broadcast: takes.Ip[str | None] = attr(IFA.BROADCAST, ip4)
    label: str | None = attr(IFA.LABEL, string(15), always=True)  # IPv4: interface name, or name:something
    protocol: takes.Member[AddressProtocol | None] = attr(IFA.PROTO, enum(AddressProtocol, u8))
    flags: takes.Flags[AddressFlags | None] = attr(
        IFA.FLAGS, enum(AddressFlags, u32), header="flags", overflow=-1, always=True
    )
    metric: int | None = attr(IFA.RT_PRIORITY, u32)  # of the prefix route that comes with the address
    cacheinfo: takes.Nested[AddressCacheInfo | None] = attr(IFA.CACHEINFO, struct(AddressCacheInfo))
    multicast: takes.Ip[str | None] = attr(IFA.MULTICAST, ip)  # only from `multicast_addresses`
    anycast: takes.Ip[str | None] = attr(IFA.ANYCAST, ip6)  # only from `anycast_addresses`
    multicast_users: int | None = attr(IFA.MC_USERS, u32)  # how many joined


ADDRESSES: Group[Address] = Group(
    "route.ADDRESSES",
    NETLINK.ROUTE,
    (RTNLGRP.IPV4_IFADDR, RTNLGRP.IPV6_IFADDR),
    {RTM.NEWADDR: (EventKind.NEW, Address), RTM.DELADDR: (EventKind.DELETE, Address)},
)
"""Addresses that come, change and go, IPv4 and IPv6."""


MULTICAST_ADDRESSES: Group[Address] = Group(
    "route.MULTICAST_ADDRESSES",
    NETLINK.ROUTE,
    (RTNLGRP.IPV4_MCADDR, RTNLGRP.IPV6_MCADDR),
    {RTM.NEWMULTICAST: (EventKind.NEW, Address), RTM.DELMULTICAST: (EventKind.DELETE, Address)},
)
"""Multicast addresses that interfaces begin and cease to listen to, in `Address.multicast`. From Linux 6.15 on."""

ANYCAST_ADDRESSES: Group[Address] = Group(
    "route.ANYCAST_ADDRESSES",
    NETLINK.ROUTE,
    (RTNLGRP.IPV6_ACADDR,),
    {RTM.NEWANYCAST: (EventKind.NEW, Address), RTM.DELANYCAST: (EventKind.DELETE, Address)},
)
"""IPv6 anycast addresses that come and go, in `Address.anycast`. From Linux 6.16 on."""


def _is_announced(listing: Dump[Address], record: Address) -> bool:
    """An IPv6 address is announced when it was found to be nobody else's, or to be."""
    state = record.flags or AddressFlags(0)
    return not state & AddressFlags.TENTATIVE or bool(state & (AddressFlags.DADFAILED | AddressFlags.OPTIMISTIC))


def _identity(record: Address) -> tuple[object, ...]:
    own = record.local or record.address
    if record.family == AddressFamily.INET6:
        return record.index, own
    return record.index, own, record.address, record.prefixlen


def _own(record: Address) -> tuple[tuple[str | None], ...]:
    return ((record.local or record.address,),)


def _place(record: Address) -> tuple[tuple[int, str | None]]:
    return ((record.index, record.local or record.address),)


_MIRRORED = Mirrored(
    ADDRESSES,
    key=_identity,
    lookups={
        ("address",): _own,
        ("index",): None,
        ("index", "family"): None,
        ("index", "address"): _place,
        ("label",): None,
    },
    belongs=_is_announced,
    volatile=("cacheinfo",),
    causes=by_links,
    fence=fence,
)


@by_name(index="interface")
def addresses(
    *,
    family: AddressFamily | str | None = None,
    index: int | str | None = None,
    target_netnsid: int | None = None,
) -> Dump[Address]:
    """All addresses, or those of a family or an interface; the kernel filters.

    `target_netnsid` asks about another namespace, by the ID that this one has for it. An `index` that no interface
    has is `NotFound`. Raises EncodeError and EncodeTypeError for values that are no family or index.
    """
    listing = _dump("addresses", RTM.GETADDR, RTM.NEWADDR, family, index, target_netnsid, _FAMILIES)
    return listing if target_netnsid is not None else msgspec.structs.replace(listing, mirrored=_MIRRORED)


@by_name(index="interface")
def multicast_addresses(
    *, family: AddressFamily | str = AddressFamily.INET6, index: int | str | None = None
) -> Dump[Address]:
    """Multicast addresses that interfaces listen to, in `Address.multicast`. IPv4's are listed from Linux 6.15 on.

    Raises as `addresses`.
    """
    return _dump("multicast_addresses", RTM.GETMULTICAST, RTM.GETMULTICAST, family, index)


@by_name(index="interface")
def anycast_addresses(*, index: int | str | None = None) -> Dump[Address]:
    """IPv6 anycast addresses of interfaces, in `Address.anycast`. Raises as `addresses`."""
    return _dump("anycast_addresses", RTM.GETANYCAST, RTM.GETANYCAST, AddressFamily.INET6, index)


@by_name(index="interface")
def address(address: str, *, index: int | str | None = None) -> Do[Address]:
    """One IPv6 address, looked up by the kernel, on interface `index` or on any.

    Fails with errno EADDRNOTAVAIL when no interface has it. The kernel has no such request for IPv4: list
    `addresses` of the interface instead. Raises EncodeError for an IPv4 address or an index that cannot be one.
    """
    if family_of(address) is AddressFamily.INET:
        raise EncodeError(
            f"the kernel looks up IPv6 addresses only, not {address!s}: list route.addresses()", "route.address"
        )
    request = Address(
        family=AddressFamily.INET6,
        address=address,
        index=0 if index is None else index_of(index, "route.address(index)"),
    )
    return make_do("route.address", NETLINK.ROUTE, RTM.GETADDR, request, reply=Address, reply_type=RTM.NEWADDR)


_FAMILIES = (AddressFamily.INET, AddressFamily.INET6)  # that interfaces have addresses of


def _dump(
    name: str,
    message_type: int,
    reply_type: int,
    family: AddressFamily | str | None,
    index: int | str | None,
    target_netnsid: int | None = None,
    families: tuple[AddressFamily, ...] = (AddressFamily.INET, AddressFamily.INET6),
) -> Dump[Address]:
    request = Address(target_netnsid=target_netnsid)
    match: list[tuple[str, object]] = []
    wanted = family_filter(family, f"route.{name}(family)", *families)
    if wanted is not None:
        request = msgspec.structs.replace(request, family=wanted)
        match.append(("family", wanted))
    if index is not None:
        request = msgspec.structs.replace(request, index=index_of(index, f"route.{name}(index)"))
        match.append(("index", index))
    return make_dump(f"route.{name}", NETLINK.ROUTE, message_type, request, Address, reply_type, match=tuple(match))


_ELSEWHERE = (
    "the kernel changes addresses of the namespace it is asked in only: connect(netns=...) to the one they are in"
)
_LISTED = "the kernel lists it, and takes none"
_NO_ADDRESS = {
    "target_netnsid": _ELSEWHERE,
    **dict.fromkeys(("multicast", "anycast", "multicast_users"), _LISTED),
}
# What a request can say; DEPRECATED becomes a lifetime (rtm_to_ifaddr in devinet.c, inet6_rtm_newaddr in addrconf.c).
_INET_FLAGS = AddressFlags.NOPREFIXROUTE | AddressFlags.MCAUTOJOIN | AddressFlags.DEPRECATED
_TAKEN = {
    AddressFamily.INET: _INET_FLAGS,
    AddressFamily.INET6: _INET_FLAGS
    | AddressFlags.NODAD
    | AddressFlags.OPTIMISTIC
    | AddressFlags.HOMEADDRESS
    | AddressFlags.MANAGETEMPADDR,
}
_LACKING: dict[AddressFamily, dict[str, str]] = {
    AddressFamily.INET: _NO_ADDRESS,
    AddressFamily.INET6: {
        **_NO_ADDRESS,
        **dict.fromkeys(("broadcast", "label"), "IPv6 addresses have none: the kernel would ignore it"),
    },
}


def _prepare(record: Address, verb: str) -> Address:
    if record.index == 0:
        raise EncodeError("set the index of the interface that the address belongs to", "Address.index")
    own, peer, length = record.local, record.address, record.prefixlen
    own, length = _split(own, length, "Address.local")
    peer, length = _split(peer, length, "Address.address")
    if own is None and peer is None:
        raise EncodeError("set the address", "Address.address")
    family = family_of(own or peer)
    if record.family not in (AddressFamily.UNSPEC, family):
        raise EncodeError(f"{own or peer} is of another family than {record.family.label}", "Address.address")
    refuse(record, _LACKING[family])
    record = msgspec.structs.replace(record, family=family)
    if family is AddressFamily.INET:
        own = own or peer
        if peer is None and (verb != "delete" or length is not None):
            peer = own  # as the kernel takes it; of a deletion, it looks at the length only along with this
        if verb == "delete" and length is None and own == peer:
            peer = None  # the kernel compares the length only along with IFA_ADDRESS
    if length is None:
        length = 32 if family is AddressFamily.INET else 128
    if verb == "delete":
        if not was_read(record) or "cacheinfo" in changed(record):
            deletes_no_less(record, "Address", unseen=("cacheinfo",))
    else:
        record = _deprecated(msgspec.structs.replace(record, flags=taken_flags(record, _TAKEN[family], "Address")))
        _check_lifetimes(record.cacheinfo)
    scope = record.scope
    if family is AddressFamily.INET6 and scope not in (None, _scope(str(own or peer))):
        raise EncodeError(f"that of {own or peer} follows from the address", "Address.scope")
    if scope is None and family is AddressFamily.INET and verb != "delete":
        scope = Scope.HOST if str(own).startswith("127.") else Scope.GLOBAL
    return msgspec.structs.replace(record, local=own, address=peer, prefixlen=length, scope=scope)


def _scope(address: str) -> Scope:
    """The scope of an IPv6 address. Source: ipv6_addr_scope2type in net/ipv6/addrconf_core.c, rt_scope."""
    own = ipaddress.IPv6Address(address)
    if own.is_loopback:
        return Scope.HOST
    return Scope.LINK if own.is_link_local else Scope.SITE if own.is_site_local else Scope.GLOBAL


def _split(address: object, length: int | None, path: str) -> tuple[str | None, int | None]:
    """An address without the prefix length behind it, and the length that this and `prefixlen` agree on."""
    if address is None:
        return None, length
    text, slash, bits = str(address).partition("/")
    if not slash:
        return text, length
    try:
        given = ipaddress.ip_interface(f"{text}/{bits}").network.prefixlen
    except ValueError:
        raise EncodeError(f"{address!s} is not an address such as 192.0.2.1/24", path) from None
    if length is not None and length != given:
        raise EncodeError(f"{address!s} contradicts prefixlen {length}", path)
    return text, given


def _deprecated(record: Address) -> Address:
    """The kernel deprecates an address because of its lifetime, which it does not tell of one that is permanent."""
    lifetimes = record.cacheinfo or AddressCacheInfo()
    if not (isinstance(record.flags, AddressFlags) and AddressFlags.DEPRECATED in record.flags):
        return record
    if lifetimes.preferred != FOREVER:
        return record
    return msgspec.structs.replace(record, cacheinfo=msgspec.structs.replace(lifetimes, preferred=0))


def _check_lifetimes(cacheinfo: AddressCacheInfo | None) -> None:
    if cacheinfo is None:
        return
    if cacheinfo.valid == 0:
        raise EncodeError("an address is valid for a second at least", "Address.cacheinfo.valid")
    if cacheinfo.preferred > cacheinfo.valid:
        raise EncodeError(
            f"{cacheinfo.preferred} seconds are more than the {cacheinfo.valid} it is valid",
            "Address.cacheinfo.preferred",
        )


def _flushed(listing: Dump[Address]) -> Dump[Address]:
    asked: Any = listing.request
    if asked.target_netnsid is not None:
        raise EncodeError(_ELSEWHERE, "route.addresses(target_netnsid)")
    return listing


_NO_CHANGE = "the kernel creates an address that it does not find: use route.replace"
_NO_APPEND = "addresses have no order to append to: use route.add"

register(
    Address,
    Verbs(
        new=RTM.NEWADDR,
        delete=RTM.DELADDR,
        prepare=_prepare,
        without={"change": _NO_CHANGE, "append": _NO_APPEND},
        flushed=_flushed,
        guard="netlynx.route.address_rivals:ADDRESSES",
        guards={"replace": "netlynx.route.address_rivals:REPLACED"},
        mute=lambda request, verb: "IPv6 addresses" if request.family == AddressFamily.INET6 else "",
    ),
)
