"""Numbers of ipset. Source: linux/netfilter/ipset/ip_set.h and the headers beside it, one for each family of types."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, FlagSet

PROTOCOL = 7
"""The version of the protocol that is spoken: kernels since Linux 4.20 know it, and 6 too."""


class IPSET_CMD(Constants):
    """Messages."""

    NONE = 0
    PROTOCOL = 1
    CREATE = 2
    DESTROY = 3
    FLUSH = 4
    RENAME = 5
    SWAP = 6
    LIST = 7
    SAVE = 8
    ADD = 9
    DEL = 10
    TEST = 11
    HEADER = 12
    TYPE = 13
    GET_BYNAME = 14
    GET_BYINDEX = 15


class IPSET_ATTR(Constants):
    """Attributes of a message."""

    UNSPEC = 0
    PROTOCOL = 1
    SETNAME = 2
    TYPENAME = 3
    SETNAME2 = 3
    REVISION = 4
    FAMILY = 5
    FLAGS = 6
    DATA = 7
    ADT = 8
    LINENO = 9
    REVISION_MIN = 10
    PROTOCOL_MIN = 10
    INDEX = 11


class IPSET_CADT(Constants, prefix="IPSET_ATTR_"):
    """Attributes in IPSET_ATTR_DATA, of sets and of entries."""

    UNSPEC = 0
    IP = 1
    IP_FROM = 1
    IP_TO = 2
    CIDR = 3
    PORT = 4
    PORT_FROM = 4
    PORT_TO = 5
    TIMEOUT = 6
    PROTO = 7
    CADT_FLAGS = 8
    CADT_LINENO = 9
    MARK = 10
    MARKMASK = 11
    BITMASK = 12


class IPSET_CREATE(Constants, prefix="IPSET_ATTR_"):
    """Attributes in IPSET_ATTR_DATA, of sets alone."""

    INITVAL = 17
    HASHSIZE = 18
    MAXELEM = 19
    NETMASK = 20
    BUCKETSIZE = 21
    RESIZE = 22
    SIZE = 23
    ELEMENTS = 24
    REFERENCES = 25
    MEMSIZE = 26


class IPSET_ADT(Constants, prefix="IPSET_ATTR_"):
    """Attributes in IPSET_ATTR_DATA, of entries alone."""

    ETHER = 17
    NAME = 18
    NAMEREF = 19
    IP2 = 20
    CIDR2 = 21
    IP2_TO = 22
    IFACE = 23
    BYTES = 24
    PACKETS = 25
    COMMENT = 26
    SKBMARK = 27
    SKBPRIO = 28
    SKBQUEUE = 29
    PAD = 30


class IPSET_IPADDR(Constants, prefix="IPSET_ATTR_IPADDR_"):
    """An address, in a nest of its own."""

    IPV4 = 1
    IPV6 = 2


class IPSET_ERR(Constants):
    """Error numbers of ipset's own: those of all types."""

    PRIVATE = 4096
    PROTOCOL = 4097
    FIND_TYPE = 4098
    MAX_SETS = 4099
    BUSY = 4100
    EXIST_SETNAME2 = 4101
    TYPE_MISMATCH = 4102
    EXIST = 4103
    INVALID_CIDR = 4104
    INVALID_NETMASK = 4105
    INVALID_FAMILY = 4106
    TIMEOUT = 4107
    REFERENCED = 4108
    IPADDR_IPV4 = 4109
    IPADDR_IPV6 = 4110
    COUNTER = 4111
    COMMENT = 4112
    INVALID_MARKMASK = 4113
    SKBINFO = 4114
    BITMASK_NETMASK_EXCL = 4115
    TYPE_SPECIFIC = 4352


class IPSET_ERR_BITMAP(Constants, prefix="IPSET_ERR_"):
    """Error numbers of the types that are bitmaps."""

    BITMAP_RANGE = 4352
    BITMAP_RANGE_SIZE = 4353


class IPSET_ERR_HASH(Constants, prefix="IPSET_ERR_"):
    """Error numbers of the types that are hashes."""

    HASH_FULL = 4352
    HASH_ELEM = 4353
    INVALID_PROTO = 4354
    MISSING_PROTO = 4355
    HASH_RANGE_UNSUPPORTED = 4356
    HASH_RANGE = 4357


class IPSET_ERR_LIST(Constants, prefix="IPSET_ERR_"):
    """Error numbers of lists of sets."""

    NAME = 4352
    LOOP = 4353
    BEFORE = 4354
    NAMEREF = 4355
    LIST_FULL = 4356
    REF_EXIST = 4357


class ListFlags(
    FlagSet, prefix="IPSET_FLAG_", renamed={"NAMES": "IPSET_FLAG_LIST_SETNAME", "HEADERS": "IPSET_FLAG_LIST_HEADER"}
):
    """What a listing leaves out."""

    NAMES = 1 << 1
    HEADERS = 1 << 2

    __omitted__: ClassVar[dict[str, str]] = {
        "IPSET_FLAG_BIT_*": "numbers of the bits",
        "IPSET_FLAG_EXIST": "said by NLM_F_EXCL",
        "IPSET_FLAG_SKIP_*": "for rules of iptables alone",
        "IPSET_FLAG_MATCH_COUNTERS": "for rules of iptables alone",
        "IPSET_FLAG_RETURN_NOMATCH": "for rules of iptables alone",
        "IPSET_FLAG_MAP_*": "for rules of iptables alone",
        "IPSET_FLAG_WITH_*": "of sets",
        "IPSET_FLAG_IFACE_WILDCARD": "of entries",
        "IPSET_FLAG_BEFORE": "of entries",
        "IPSET_FLAG_PHYSDEV": "of entries",
        "IPSET_FLAG_NOMATCH": "of entries",
    }


class Extensions(
    FlagSet,
    prefix="IPSET_FLAG_WITH_",
):
    """What the entries of a set may have besides, and `FORCEADD`: a full set drops an entry for a new one."""

    COUNTERS = 1 << 3
    COMMENT = 1 << 4
    FORCEADD = 1 << 5
    SKBINFO = 1 << 6


class EntryFlags(FlagSet, prefix="IPSET_FLAG_", renamed={"WILDCARD": "IPSET_FLAG_IFACE_WILDCARD"}):
    """What is special about an entry.

    | flag | of types | meaning |
    |---|---|---|
    | BEFORE | list:set | in a request: in front of the set `reference`, not behind it |
    | PHYSDEV | hash:net,iface | the interface is a port of a bridge |
    | NOMATCH | those with a net | packets of it do not match, though a larger net has them |
    | WILDCARD | hash:net,iface | all interfaces whose names begin so |
    """

    BEFORE = 1 << 0
    PHYSDEV = 1 << 1
    NOMATCH = 1 << 2
    WILDCARD = 1 << 7

    __omitted__: ClassVar[dict[str, str]] = {
        "IPSET_FLAG_BIT_*": "numbers of the bits",
        "IPSET_FLAG_EXIST": "of commands",
        "IPSET_FLAG_LIST_*": "of commands",
        "IPSET_FLAG_SKIP_*": "of commands",
        "IPSET_FLAG_MATCH_COUNTERS": "of commands",
        "IPSET_FLAG_RETURN_NOMATCH": "of commands",
        "IPSET_FLAG_MAP_*": "of commands",
        "IPSET_FLAG_WITH_*": "of sets",
    }
