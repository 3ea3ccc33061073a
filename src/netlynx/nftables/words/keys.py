"""What rules look at besides headers: keys of packets' metadata, of connections, routes and sockets, header options.

One line a key, for writing and for reading. Source: linux/netfilter/nf_tables.h; the names are nft's (nft(8)).
"""

from __future__ import annotations

from dataclasses import dataclass

from .types import TYPES, Datatype, Order


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its number in the kernel, its datatype, size in bits and byte order; `bare` is shown without "meta"."""

    name: str
    number: int
    type: Datatype
    bits: int
    order: Order
    bare: bool = False


def _keys(*lines: str) -> dict[str, Key]:
    """Lines of ``name number datatype [bits] [big] [bare]``."""
    made = {}
    for line in lines:
        name, number, type_name, *rest = line.split()
        kind = TYPES[type_name]
        bits = next((int(each) for each in rest if each.isdecimal()), kind.bits)
        order: Order = "big" if "big" in rest else kind.order or "host"
        made[name] = Key(name, int(number), kind, bits, order, "bare" in rest)
    return made


META = _keys(  # NFT_META_*
    "length 0 integer 32",
    "protocol 1 ether_type",
    "priority 2 classid",
    "mark 3 mark",
    "iif 4 iface_index bare",
    "oif 5 iface_index bare",
    "iifname 6 ifname bare",
    "oifname 7 ifname bare",
    "iiftype 8 iface_type",
    "oiftype 9 iface_type",
    "skuid 10 uid",
    "skgid 11 gid",
    "nftrace 12 integer 8",
    "rtclassid 13 realm",
    "secmark 14 integer 32",
    "nfproto 15 nf_proto",
    "l4proto 16 inet_proto",
    "ibrname 17 ifname",
    "obrname 18 ifname",
    "pkttype 19 pkt_type",
    "cpu 20 integer 32",
    "iifgroup 21 devgroup bare",
    "oifgroup 22 devgroup bare",
    "cgroup 23 integer 32",
    "random 24 integer 32 big",
    "ipsec 25 boolean",
    "iifkind 26 ifname",
    "oifkind 27 ifname",
    "ibrpvid 28 integer 16",
    "ibrvproto 29 ether_type",
    "time 30 time_date",
    "day 31 day",
    "hour 32 hour",
    "sdif 33 iface_index",
    "sdifname 34 ifname",
)

CT = _keys(  # NFT_CT_*
    "state 0 ct_state",
    "direction 1 ct_dir",
    "status 2 ct_status",
    "mark 3 mark",
    "secmark 4 integer 32",
    "expiration 5 time",
    "helper 6 string 128",
    "l3proto 7 nf_proto",
    "protocol 10 inet_proto",
    "proto-src 11 inet_service",
    "proto-dst 12 inet_service",
    "label 13 ct_label",
    "packets 14 integer 64",
    "bytes 15 integer 64",
    "avgpkt 16 integer 64",
    "zone 17 integer 16",
    "event 18 ct_event",
    "ip-saddr 19 ipv4_addr",
    "ip-daddr 20 ipv4_addr",
    "ip6-saddr 21 ipv6_addr",
    "ip6-daddr 22 ipv6_addr",
    "id 23 integer 32 big",
    "saddr4 8 ipv4_addr",  # of the family that the rule has
    "daddr4 9 ipv4_addr",
    "saddr6 8 ipv6_addr",
    "daddr6 9 ipv6_addr",
)

RT = _keys(  # NFT_RT_*
    "classid 0 realm",
    "ip-nexthop 1 ipv4_addr",
    "ip6-nexthop 2 ipv6_addr",
    "mtu 3 integer 16",
    "ipsec 4 boolean",
)

SOCKET = _keys(  # NFT_SOCKET_*
    "transparent 0 integer 8",
    "mark 1 mark",
    "wildcard 2 integer 8",
    "cgroupv2 3 cgroupsv2",
)

IPSEC = _keys(  # NFT_XFRM_KEY_*
    "ip-daddr 1 ipv4_addr",
    "ip6-daddr 2 ipv6_addr",
    "ip-saddr 3 ipv4_addr",
    "ip6-saddr 4 ipv6_addr",
    "reqid 5 integer 32",
    "spi 6 integer 32 big",
)

FIB_RESULTS = _keys("oif 1 iface_index", "oifname 2 ifname", "type 3 fib_addrtype")  # NFT_FIB_RESULT_*
FIB_FLAGS = {"saddr": 1, "daddr": 2, "mark": 4, "iif": 8, "oif": 16}  # NFTA_FIB_F_*
FIB_PRESENT = 32

TUNNEL = _keys("path 0 boolean", "id 1 integer 32")  # NFT_TUNNEL_*


@dataclass(frozen=True, slots=True)
class OptionField:
    """A field of an option or of an extension header: bits from its start, size in bits."""

    name: str
    offset: int
    bits: int
    type: Datatype


@dataclass(frozen=True, slots=True)
class OptionKind:
    """An option or extension header: its number, and its fields."""

    name: str
    number: int
    fields: dict[str, OptionField]


def _option(name: str, number: int, *lines: str) -> OptionKind:
    """An option with fields ``name offset bits [datatype]``."""
    fields = {}
    for line in lines:
        field, offset, bits, *rest = line.split()
        fields[field] = OptionField(field, int(offset), int(bits), TYPES[rest[0] if rest else "integer"])
    return OptionKind(name, number, fields)


def _named(*options: OptionKind) -> dict[str, OptionKind]:
    return {each.name: each for each in options}


_KIND = ("kind 0 8", "length 8 8")
TCP_OPTIONS = _named(
    _option("eol", 0, "kind 0 8"),
    _option("nop", 1, "kind 0 8"),
    _option("maxseg", 2, *_KIND, "size 16 16"),
    _option("window", 3, *_KIND, "count 16 8"),
    _option("sack-perm", 4, *_KIND),
    _option("sack", 5, *_KIND, "left 16 32", "right 48 32"),
    _option("timestamp", 8, *_KIND, "tsval 16 32", "tsecr 48 32"),
    _option("md5sig", 19, *_KIND),
    _option("mptcp", 30, *_KIND, "subtype 16 4"),
    _option("fastopen", 34, *_KIND),
)

_TYPE = ("type 0 8", "length 8 8")
IP_OPTIONS = _named(
    _option("rr", 7, *_TYPE, "ptr 16 8", "addr 24 32 ipv4_addr"),
    _option("lsrr", 131, *_TYPE, "ptr 16 8", "addr 24 32 ipv4_addr"),
    _option("ssrr", 137, *_TYPE, "ptr 16 8", "addr 24 32 ipv4_addr"),
    _option("ra", 148, *_TYPE, "value 16 16"),
)

_NEXT = ("nexthdr 0 8 inet_proto", "hdrlength 8 8")
EXTENSIONS = _named(
    _option("hbh", 0, *_NEXT),
    _option("rt", 43, *_NEXT, "type 16 8", "seg-left 24 8"),
    _option("rt0", 43, "addr[1] 64 128 ipv6_addr"),
    _option("srh", 43, "last-entry 32 8", "flags 40 8", "tag 48 16", "sid[1] 64 128 ipv6_addr"),
    _option(
        "frag",
        44,
        "nexthdr 0 8 inet_proto",
        "reserved 8 8",
        "frag-off 16 13",
        "reserved2 29 2",
        "more-fragments 31 1",
        "id 32 32",
    ),
    _option("dst", 60, *_NEXT),
    _option("mh", 135, *_NEXT, "type 16 8 mh_type", "reserved 24 8", "checksum 32 16"),
)

_CHUNK = ("type 0 8", "flags 8 8", "length 16 16")
_INIT = (
    "init-tag 32 32",
    "a-rwnd 64 32",
    "num-outbound-streams 96 16",
    "num-inbound-streams 112 16",
    "initial-tsn 128 32",
)
SCTP_CHUNKS = _named(
    _option("data", 0, *_CHUNK, "tsn 32 32", "stream 64 16", "ssn 80 16", "ppid 96 32"),
    _option("init", 1, *_CHUNK, *_INIT),
    _option("init-ack", 2, *_CHUNK, *_INIT),
    _option("sack", 3, *_CHUNK, "cum-tsn-ack 32 32", "a-rwnd 64 32", "num-gap-ack-blocks 96 16", "num-dup-tsns 112 16"),
    _option("heartbeat", 4, *_CHUNK),
    _option("heartbeat-ack", 5, *_CHUNK),
    _option("abort", 6, *_CHUNK),
    _option("shutdown", 7, *_CHUNK, "cum-tsn-ack 32 32"),
    _option("shutdown-ack", 8, *_CHUNK),
    _option("error", 9, *_CHUNK),
    _option("cookie-echo", 10, *_CHUNK),
    _option("cookie-ack", 11, *_CHUNK),
    _option("ecne", 12, *_CHUNK, "lowest-tsn 32 32"),
    _option("cwr", 13, *_CHUNK, "lowest-tsn 32 32"),
    _option("shutdown-complete", 14, *_CHUNK),
    _option("asconf-ack", 0x80, *_CHUNK, "seqno 32 32"),
    _option("forward-tsn", 0xC0, *_CHUNK, "new-cum-tsn 32 32"),
    _option("asconf", 0xC1, *_CHUNK, "seqno 32 32"),
)

# Where an option stands: NFT_EXTHDR_OP_*, and the word before its name
OPTIONS: dict[str, tuple[int, dict[str, OptionKind]]] = {
    "": (0, EXTENSIONS),
    "tcp option": (1, TCP_OPTIONS),
    "ip option": (2, IP_OPTIONS),
    "sctp chunk": (3, SCTP_CHUNKS),
}

OBJECTS = {  # NFT_OBJECT_*
    "counter": 1,
    "quota": 2,
    "ct helper": 3,
    "limit": 4,
    "tunnel": 6,
    "ct timeout": 7,
    "secmark": 8,
    "ct expectation": 9,
    "synproxy": 10,
}
