"""Sets, and what is asked of them by name.

Source: linux/netfilter/ipset/ip_set.h, ip_set_create and ip_set_dump_do in net/netfilter/ipset/ip_set_core.c, the
`create` and `head` of each type beside it.
"""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.ipset.constants import IPSET_ATTR, IPSET_CADT, IPSET_CREATE, IPSET_IPADDR, Extensions, ListFlags
from netlynx.netfilter.constants import NetfilterFamily
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.schema import Record, attr, be16, be32, enum, ip, network, string, takes, u8, u32
from netlynx.schema.facts import Facts

MAX_TIMEOUT = 2_147_483  # seconds: what fits into a signed number of milliseconds
MAX_BUCKET = 12
NAME_SIZE = 31  # IPSET_MAXNAMELEN without its NUL

net16, net32 = network(be16), network(be32)
net_address = network(ip)

_DATA = IPSET_ATTR.DATA

CREATE_POLICIES = tuple(
    f"{each}_type.create_policy"
    for each in (
        "bitmap_ip",
        "bitmap_ipmac",
        "bitmap_port",
        "hash_ip",
        "hash_ipmac",
        "hash_ipmark",
        "hash_ipport",
        "hash_ipportip",
        "hash_ipportnet",
        "hash_mac",
        "hash_net",
        "hash_netiface",
        "hash_netnet",
        "hash_netport",
        "hash_netportnet",
        "list_set",
    )
)
# These have none of those attributes.
_OWN_POLICIES = tuple(each for each in CREATE_POLICIES if not each.startswith(("bitmap_ipmac", "bitmap_port")))


class Set(Record, header=NetfilterHeader):
    """A set: its type, its options, and what the kernel counts of it.

    | field | of types | meaning |
    |---|---|---|
    | `name`, `type` | all | as `ipset create` has them; `revision` of the type, the newest unless given |
    | `family` | those with addresses | ipv4 unless given; the others have none |
    | `first`, `last` | bitmap:ip, bitmap:ip,mac | the addresses that fit in; `first` also takes a prefix, or a range |
    | `first_port`, `last_port` | bitmap:port | the ports; `first_port` also takes a range such as ``"1000-2000"`` |
    | `flags` | all | what entries may have besides: counters, comment, skbinfo; and forceadd, of hashes |
    | `timeout` | all | seconds after which an entry goes, unless it says another; 0: never; None: entries have none |
    | `hashsize`, `maxelem`, `bucketsize`, `initval` | hash:… | buckets at first, most entries, most of a bucket, seed |
    | `netmask`, `bitmask` | hash:ip, hash:ip,port, hash:net,net; netmask of bitmap:ip | which bits of addresses count |
    | `markmask` | hash:ip,mark | which bits of marks count |
    | `size` | list:set | most members; the kernel has no such bound since Linux 4.3 and tells what was given |
    | `entries`, `references`, `memory` | all | how many it has, who uses it, bytes: the kernel tells them |
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IPSET_ATTR, policy=("ip_set_create_policy", "ip_set_index_policy")),
        Facts(attributes=IPSET_CADT, policy=CREATE_POLICIES),
        Facts(attributes=IPSET_CREATE, policy=_OWN_POLICIES),
        Facts(attributes=IPSET_IPADDR, policy="ipaddr_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "IPSET_ATTR_ADT": "of entries",
        "IPSET_ATTR_LINENO": "of entries",
        "IPSET_ATTR_CADT_LINENO": "of entries",
        "IPSET_ATTR_FLAGS": "of requests for listings",
        "IPSET_ATTR_CIDR": "a prefix is said by its first and last address, which is what the kernel tells",
        "IPSET_ATTR_PROTO": "no type looks at it",
        "IPSET_ATTR_RESIZE": "no kernel looks at it",
        "IPSET_ATTR_MARK": "of entries",
        "IPSET_ATTR_PROTOCOL_MIN": "of the answer that tells the kernel's versions",
        "IPSET_ATTR_REVISION_MIN": "of the answer that tells a type's revisions",
        "IPSET_ATTR_SETNAME2": "of requests for two sets",
    }

    version: int | None = attr(IPSET_ATTR.PROTOCOL, u8, read_only=True)
    name: str | None = attr(IPSET_ATTR.SETNAME, string(NAME_SIZE), always=True)
    type: str | None = attr(IPSET_ATTR.TYPENAME, string(NAME_SIZE), always=True)
    family: takes.Member[NetfilterFamily | None] = attr(IPSET_ATTR.FAMILY, enum(NetfilterFamily, u8))
    revision: int | None = attr(IPSET_ATTR.REVISION, u8)
    index: int | None = attr(IPSET_ATTR.INDEX, net16, read_only=True)
    first: takes.Ip[str | None] = attr(
        (_DATA, IPSET_CADT.IP_FROM, IPSET_IPADDR.IPV4), net_address, ip6=IPSET_IPADDR.IPV6
    )
    last: takes.Ip[str | None] = attr((_DATA, IPSET_CADT.IP_TO, IPSET_IPADDR.IPV4), net_address, ip6=IPSET_IPADDR.IPV6)
    first_port: takes.Takes[int | None, int | str | None] = attr((_DATA, IPSET_CADT.PORT_FROM), net16)
    last_port: int | None = attr((_DATA, IPSET_CADT.PORT_TO), net16)
    hashsize: int | None = attr((_DATA, IPSET_CREATE.HASHSIZE), net32)
    maxelem: int | None = attr((_DATA, IPSET_CREATE.MAXELEM), net32)
    netmask: int | None = attr((_DATA, IPSET_CREATE.NETMASK), u8)
    bitmask: takes.Ip[str | None] = attr(
        (_DATA, IPSET_CADT.BITMASK, IPSET_IPADDR.IPV4), net_address, ip6=IPSET_IPADDR.IPV6
    )
    markmask: int | None = attr((_DATA, IPSET_CADT.MARKMASK), network(u32))  # told in host byte order, not taken so
    size: int | None = attr((_DATA, IPSET_CREATE.SIZE), net32)
    timeout: int | None = attr((_DATA, IPSET_CADT.TIMEOUT), net32)  # seconds
    flags: takes.Flags[Extensions | None] = attr((_DATA, IPSET_CADT.CADT_FLAGS), enum(Extensions, net32))
    bucketsize: int | None = attr((_DATA, IPSET_CREATE.BUCKETSIZE), u8)
    initval: int | None = attr((_DATA, IPSET_CREATE.INITVAL), net32)
    entries: int | None = attr((_DATA, IPSET_CREATE.ELEMENTS), net32, read_only=True)
    references: int | None = attr((_DATA, IPSET_CREATE.REFERENCES), net32, read_only=True)
    memory: int | None = attr((_DATA, IPSET_CREATE.MEMSIZE), net32, read_only=True)  # bytes

    @classmethod
    def __spelt__(cls, values: dict[str, Any]) -> dict[str, Any]:
        return range_of(range_of(values, "Set", "first", "last"), "Set", "first_port", "last_port")


def range_of(values: dict[str, Any], record: str, first: str, last: str) -> dict[str, Any]:
    """The values with both ends of what one text says: a prefix, or two ends with a dash between.

    Raises EncodeError, with the field's path, for what is neither, and where the other end is said besides.
    """
    given = values.get(first)
    if not isinstance(given, str) or not ({"/", "-"} & set(given) or given.isdecimal()):
        return values
    path = f"{record}.{first}"
    if values.get(last) is not None:
        raise EncodeError(f"{given!r} says both ends: leave {last} out", path)
    try:
        if "/" in given:
            net = ipaddress.ip_network(given, strict=False)
            ends: tuple[Any, Any] = str(net[0]), str(net[-1])
        else:
            low, _, high = given.partition("-")
            ends = (int(low), int(high or low)) if low.strip().isdecimal() else (_address(low), _address(high))
    except ValueError as error:
        raise EncodeError(f"{given!r} is no range: {error}", path) from None
    return {**values, first: ends[0], last: ends[1]}


def _address(text: str) -> str:
    return str(ipaddress.ip_address(text.strip()))


class SetRequest(Record, header=NetfilterHeader):
    """What is asked of a set by its name, of two, or of all."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IPSET_ATTR,
        policy=("ip_set_setname_policy", "ip_set_setname2_policy", "ip_set_dump_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "IPSET_ATTR_*": "of other requests",
    }

    version: int | None = attr(IPSET_ATTR.PROTOCOL, u8, read_only=True)
    name: str | None = attr(IPSET_ATTR.SETNAME, string(NAME_SIZE))
    other: str | None = attr(IPSET_ATTR.SETNAME2, string(NAME_SIZE))
    flags: takes.Flags[ListFlags | None] = attr(IPSET_ATTR.FLAGS, enum(ListFlags, net32))


class SetType(Record, header=NetfilterHeader):
    """The revisions of a type that a kernel knows, for one family of addresses."""

    __facts__: ClassVar[Facts] = Facts(attributes=IPSET_ATTR, policy="ip_set_type_policy")
    __omitted__: ClassVar[dict[str, str]] = {"IPSET_ATTR_*": "of other requests"}

    version: int | None = attr(IPSET_ATTR.PROTOCOL, u8, read_only=True)
    type: str | None = attr(IPSET_ATTR.TYPENAME, string(NAME_SIZE))
    family: takes.Member[NetfilterFamily | None] = attr(IPSET_ATTR.FAMILY, enum(NetfilterFamily, u8))
    revision: int | None = attr(IPSET_ATTR.REVISION, u8)  # the newest
    oldest: int | None = attr(IPSET_ATTR.REVISION_MIN, u8)


class Protocol(Record, header=NetfilterHeader):
    """The versions of the protocol that a kernel speaks: from `oldest` to `version`."""

    __facts__: ClassVar[Facts] = Facts(attributes=IPSET_ATTR, policy="ip_set_protocol_policy")
    __omitted__: ClassVar[dict[str, str]] = {"IPSET_ATTR_*": "of other requests"}

    version: int | None = attr(IPSET_ATTR.PROTOCOL, u8, read_only=True)
    oldest: int | None = attr(IPSET_ATTR.PROTOCOL_MIN, u8)
