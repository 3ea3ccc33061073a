"""Entries of sets. What each type of set has in them, `netlynx.ipset.types` says.

Source: linux/netfilter/ipset/ip_set.h, ip_set_get_extensions in net/netfilter/ipset/ip_set_core.c, the `uadt` of each
type beside it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.ipset.constants import IPSET_ADT, IPSET_ATTR, IPSET_CADT, IPSET_IPADDR, EntryFlags
from netlynx.ipset.ports import port_of, priority_of
from netlynx.ipset.protocols import IpProtocol
from netlynx.ipset.sets import CREATE_POLICIES, NAME_SIZE, net16, net32, net_address
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.schema import (
    Layout,
    Record,
    attr,
    be32,
    be64,
    enum,
    mac,
    member,
    network,
    string,
    struct,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.schema.rows import Rows

net64 = network(be64)

_ENTRY = (IPSET_ATTR.ADT, IPSET_ATTR.DATA)
OF_SETS = (  # which the kernel says before the first entries of a set
    *(IPSET_ATTR.PROTOCOL, IPSET_ATTR.TYPENAME, IPSET_ATTR.REVISION, IPSET_ATTR.FAMILY, IPSET_ATTR.DATA),
    IPSET_ATTR.INDEX,
)
ROWS = Rows(NetfilterHeader, *_ENTRY)

_POLICIES = tuple(each.replace("create", "adt") for each in CREATE_POLICIES)


class SkbMark(Layout):
    """The mark that a packet gets (`mark`, in the bits of `mask`). Also taken: a number, or ``"0x10/0xff"``."""

    __facts__: ClassVar[NoFacts] = NoFacts("two numbers in one of 64 bits (ip_set_get_skbinfo)")

    mark: int = member(be32)
    mask: int = member(be32)

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        if isinstance(value, str):
            mark, slash, mask = value.partition("/")
            try:
                return cls(mark=int(mark, 0), mask=int(mask, 0) if slash else 0xFFFFFFFF)
            except ValueError:
                raise EncodeError(f"{value!r} is no mark such as 0x10 or 0x10/0xff") from None
        if isinstance(value, int) and not isinstance(value, bool):
            return cls(mark=value, mask=0xFFFFFFFF)
        return value


class Entry(Record, header=NetfilterHeader):
    """An entry of the set that is called `set`.

    | field | meaning |
    |---|---|
    | `address`, `prefixlen` | an address, or a net; ``address="10.0.0.0/8"`` sets both |
    | `last_address` | of a request: all from `address` to this one; also ``address="10.0.0.1-10.0.0.9"`` |
    | `protocol`, `port`, `last_port` | ``port="udp:53"`` sets two, ``"80-90"`` others; ICMP has type and code there |
    | `mac`, `mark`, `interface` | a hardware address, a packet's mark, the interface that it came or goes by |
    | `address2`, `prefixlen2`, `last_address2` | the second address, or net |
    | `name` | of lists of sets: the set; `reference` is one that it is put behind, or before (`flags`) |
    | `flags` | nomatch, physdev, wildcard, before |
    | `timeout` | seconds until it goes; 0: never. None in a request: what the set says |
    | `packets`, `bytes` | what matched, in sets with counters |
    | `comment` | in sets with comments |
    | `skbmark`, `skbprio`, `skbqueue` | what packets that match get, in sets with skbinfo; also ``skbprio="1:10"`` |

    Of a net the kernel keeps the bits of its prefix alone: 10.1.2.3/8 becomes 10.0.0.0/8.

    `line` is a number of the caller's, which the error of one of many has again.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IPSET_ATTR, policy="ip_set_adt_policy"),
        Facts(attributes=IPSET_CADT, policy=_POLICIES),
        Facts(attributes=IPSET_ADT, policy=_POLICIES),
        Facts(attributes=IPSET_IPADDR, policy="ipaddr_policy"),
    )
    __differs__: ClassVar[dict[str, str]] = {"skbmark": "a mark and its mask, in one number (ip_set_get_skbinfo)"}
    __omitted__: ClassVar[dict[str, str]] = {
        "IPSET_ATTR_MARKMASK": "of sets",
        "IPSET_ATTR_BITMASK": "of sets",
        "IPSET_ATTR_TYPENAME": "of sets",
        "IPSET_ATTR_SETNAME2": "of requests for two sets",
        "IPSET_ATTR_REVISION": "of sets",
        "IPSET_ATTR_FAMILY": "of sets",
        "IPSET_ATTR_FLAGS": "of requests for listings",
        "IPSET_ATTR_REVISION_MIN": "of types",
        "IPSET_ATTR_PROTOCOL_MIN": "of the answer that tells the kernel's versions",
        "IPSET_ATTR_INDEX": "of sets",
    }

    version: int | None = attr(IPSET_ATTR.PROTOCOL, u8, read_only=True)
    set: str | None = attr(IPSET_ATTR.SETNAME, string(NAME_SIZE), always=True)
    request_line: int | None = attr(IPSET_ATTR.LINENO, u32, read_only=True)
    address: takes.Ip[str | None] = attr(
        (*_ENTRY, IPSET_CADT.IP, IPSET_IPADDR.IPV4), net_address, ip6=IPSET_IPADDR.IPV6
    )
    last_address: takes.Ip[str | None] = attr(
        (*_ENTRY, IPSET_CADT.IP_TO, IPSET_IPADDR.IPV4), net_address, ip6=IPSET_IPADDR.IPV6
    )
    prefixlen: int | None = attr((*_ENTRY, IPSET_CADT.CIDR), u8)
    protocol: takes.Member[IpProtocol | int | None] = attr((*_ENTRY, IPSET_CADT.PROTO), enum(IpProtocol, u8))
    port: takes.Takes[int | None, int | str | None] = attr((*_ENTRY, IPSET_CADT.PORT), net16)
    last_port: int | None = attr((*_ENTRY, IPSET_CADT.PORT_TO), net16)
    mac: str | None = attr((*_ENTRY, IPSET_ADT.ETHER), mac(6))
    mark: int | None = attr((*_ENTRY, IPSET_CADT.MARK), net32)
    address2: takes.Ip[str | None] = attr(
        (*_ENTRY, IPSET_ADT.IP2, IPSET_IPADDR.IPV4), net_address, ip6=IPSET_IPADDR.IPV6
    )
    last_address2: takes.Ip[str | None] = attr(
        (*_ENTRY, IPSET_ADT.IP2_TO, IPSET_IPADDR.IPV4), net_address, ip6=IPSET_IPADDR.IPV6
    )
    prefixlen2: int | None = attr((*_ENTRY, IPSET_ADT.CIDR2), u8)
    interface: str | None = attr((*_ENTRY, IPSET_ADT.IFACE), string(15))
    name: str | None = attr((*_ENTRY, IPSET_ADT.NAME), string(NAME_SIZE))
    reference: str | None = attr((*_ENTRY, IPSET_ADT.NAMEREF), string(NAME_SIZE))
    flags: takes.Flags[EntryFlags | None] = attr((*_ENTRY, IPSET_CADT.CADT_FLAGS), enum(EntryFlags, net32))
    timeout: int | None = attr((*_ENTRY, IPSET_CADT.TIMEOUT), net32)  # seconds
    packets: int | None = attr((*_ENTRY, IPSET_ADT.PACKETS), net64)
    bytes: int | None = attr((*_ENTRY, IPSET_ADT.BYTES), net64)
    comment: str | None = attr((*_ENTRY, IPSET_ADT.COMMENT), string(255))
    skbmark: takes.Natural[SkbMark | None] = attr((*_ENTRY, IPSET_ADT.SKBMARK), network(struct(SkbMark)))
    skbprio: takes.Takes[int | None, int | str | None] = attr((*_ENTRY, IPSET_ADT.SKBPRIO), net32)
    skbqueue: int | None = attr((*_ENTRY, IPSET_ADT.SKBQUEUE), net16)
    line: int | None = attr((*_ENTRY, IPSET_CADT.CADT_LINENO), u32)

    @classmethod
    def __spelt__(cls, values: dict[str, Any]) -> dict[str, Any]:
        for first, last, length in (
            ("address", "last_address", "prefixlen"),
            ("address2", "last_address2", "prefixlen2"),
        ):
            values = _parts(values, first, last, length)
        if isinstance(values.get("port"), str):
            values = _with(values, "port", port_of(values["port"], "Entry.port"))
        if isinstance(values.get("skbprio"), str):
            values = {**values, "skbprio": priority_of(values["skbprio"], "Entry.skbprio")}
        return values


def _parts(values: dict[str, Any], first: str, last: str, length: str) -> dict[str, Any]:
    """The values with what stands behind an address in a field of its own."""
    given = values.get(first)
    if not isinstance(given, str):
        return values
    if "/" in given:
        start, _, bits = given.partition("/")
        if not (bits.isascii() and bits.isdecimal()):
            raise EncodeError(f"{given!r} is no net such as 10.0.0.0/8", f"Entry.{first}")
        return _with(values, first, {first: start, length: int(bits)})
    if "-" in given:
        start, _, end = (part.strip() for part in given.partition("-"))
        if not start or not end:
            raise EncodeError(f"{given!r} has one end: a range is said as FIRST-LAST", f"Entry.{first}")
        return _with(values, first, {first: start, last: end})
    return values


def _with(values: dict[str, Any], name: str, parts: dict[str, Any]) -> dict[str, Any]:
    """The values with those that one of them says. Raises EncodeError where another says otherwise."""
    for each, value in parts.items():
        if each != name and values.get(each) not in (None, value):
            raise EncodeError(f"{name}={values[name]!r} says another: leave one of the two out", f"Entry.{each}")
    return {**values, **parts}
