"""IPv6 routing headers as lightweight tunnels: segment routing and its endpoints, RPL, in-situ OAM.

Source: linux/seg6_iptunnel.h, linux/seg6_local.h, linux/rpl_iptunnel.h, linux/ioam6_iptunnel.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.segments import (
    IoamTrace,
    RplHeader,
    Seg6Tunnel,
    SegmentRoutingHeader,
    rpl_header,
    seg6_tunnel,
    segment_routing_header,
)
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    enum,
    interface,
    ip4,
    ip6,
    nest,
    routing_table,
    string,
    struct,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class SEG6_IPTUNNEL(Constants):
    """Attributes of a segment routing tunnel."""

    UNSPEC = 0
    SRH = 1
    SRC = 2
    TABLE = 3


class Seg6Encap(Record):
    """Segment routing. Source: linux/seg6_iptunnel.h, seg6_fill_encap_info in net/ipv6/seg6_iptunnel.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=SEG6_IPTUNNEL, policy="seg6_iptunnel_policy")

    tunnel: Seg6Tunnel | None = attr(SEG6_IPTUNNEL.SRH, seg6_tunnel)
    source: takes.Ip[str | None] = attr(SEG6_IPTUNNEL.SRC, ip6)
    table: takes.Name[int | None] = attr(SEG6_IPTUNNEL.TABLE, routing_table)  # for the lookup of the first segment


class SEG6_LOCAL(Constants):
    """Attributes of a segment routing endpoint."""

    UNSPEC = 0
    ACTION = 1
    SRH = 2
    TABLE = 3
    NH4 = 4
    NH6 = 5
    IIF = 6
    OIF = 7
    BPF = 8
    VRFTABLE = 9
    COUNTERS = 10
    FLAVORS = 11


class Seg6Action(
    Enumeration,
    prefix="SEG6_LOCAL_ACTION_",
    labels={
        "END": "End",
        "END_X": "End.X",
        "END_T": "End.T",
        "END_DX2": "End.DX2",
        "END_DX6": "End.DX6",
        "END_DX4": "End.DX4",
        "END_DT6": "End.DT6",
        "END_DT4": "End.DT4",
        "END_B6": "End.B6",
        "END_B6_ENCAP": "End.B6.Encaps",
        "END_BM": "End.BM",
        "END_S": "End.S",
        "END_AS": "End.AS",
        "END_AM": "End.AM",
        "END_BPF": "End.BPF",
        "END_DT46": "End.DT46",
    },
):
    """What an endpoint does with a packet, by the names of RFC 8986."""

    UNSPEC = 0
    END = 1
    END_X = 2
    END_T = 3
    END_DX2 = 4
    END_DX6 = 5
    END_DX4 = 6
    END_DT6 = 7
    END_DT4 = 8
    END_B6 = 9
    END_B6_ENCAP = 10
    END_BM = 11
    END_S = 12
    END_AS = 13
    END_AM = 14
    END_BPF = 15
    END_DT46 = 16


class SEG6_LOCAL_CNT(Constants):
    """Counters of an endpoint."""

    UNSPEC = 0
    PAD = 1
    PACKETS = 2
    BYTES = 3
    ERRORS = 4


class SEG6_LOCAL_FLV(Constants):
    """Attributes of an endpoint's flavours."""

    UNSPEC = 0
    OPERATION = 1
    LCBLOCK_BITS = 2
    LCNODE_FN_BITS = 3


class SEG6_LOCAL_BPF_PROG(Constants, renamed={"PROG": "SEG6_LOCAL_BPF_PROG"}):
    """Attributes of an endpoint's BPF program."""

    UNSPEC = 0
    PROG = 1
    NAME = 2


class Seg6Flavors(FlagSet):
    """Flavours of an endpoint: bit number = `SEG6_LOCAL_FLV_OP_*`."""

    PSP = 1 << 1
    USP = 1 << 2
    USD = 1 << 3
    NEXT_CSID = 1 << 4


class Seg6Counters(Record):
    """Packets, bytes and errors of an endpoint. In a request, zeros ask the kernel to count."""

    __facts__: ClassVar[Facts] = Facts(attributes=SEG6_LOCAL_CNT, policy="seg6_local_counters_policy")

    packets: int | None = attr(SEG6_LOCAL_CNT.PACKETS, u64)
    bytes: int | None = attr(SEG6_LOCAL_CNT.BYTES, u64)
    errors: int | None = attr(SEG6_LOCAL_CNT.ERRORS, u64)


class Seg6FlavorOptions(Record):
    """Flavours of an endpoint and the lengths that NEXT-C-SID needs."""

    __facts__: ClassVar[Facts] = Facts(attributes=SEG6_LOCAL_FLV, policy="seg6_local_flavors_policy")

    operations: takes.Flags[Seg6Flavors | None] = attr(SEG6_LOCAL_FLV.OPERATION, enum(Seg6Flavors, u32))
    block_bits: int | None = attr(SEG6_LOCAL_FLV.LCBLOCK_BITS, u8)  # locator block, bits
    node_function_bits: int | None = attr(SEG6_LOCAL_FLV.LCNODE_FN_BITS, u8)  # locator node and function, bits


class Seg6BpfProgram(Record):
    """The BPF program of an End.BPF endpoint: a file descriptor in requests, the program's ID in answers."""

    __facts__: ClassVar[Facts] = Facts(attributes=SEG6_LOCAL_BPF_PROG, policy="bpf_prog_policy@net/ipv6/seg6_local.c")

    program: int | None = attr(SEG6_LOCAL_BPF_PROG.PROG, u32)
    name: str | None = attr(SEG6_LOCAL_BPF_PROG.NAME, string(256))


class Seg6LocalEncap(Record):
    """A segment routing endpoint. Source: linux/seg6_local.h, seg6_local_fill_encap in net/ipv6/seg6_local.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=SEG6_LOCAL, policy="seg6_local_policy")

    action: takes.Member[Seg6Action | None] = attr(SEG6_LOCAL.ACTION, enum(Seg6Action, u32))
    header: SegmentRoutingHeader | None = attr(SEG6_LOCAL.SRH, segment_routing_header)
    table: takes.Name[int | None] = attr(SEG6_LOCAL.TABLE, routing_table)
    nexthop4: takes.Ip[str | None] = attr(SEG6_LOCAL.NH4, ip4)
    nexthop6: takes.Ip[str | None] = attr(SEG6_LOCAL.NH6, ip6)
    iif: takes.Name[int | None] = attr(SEG6_LOCAL.IIF, interface)  # interface index
    oif: takes.Name[int | None] = attr(SEG6_LOCAL.OIF, interface)  # interface index
    bpf: takes.Nested[Seg6BpfProgram | None] = attr(SEG6_LOCAL.BPF, nest(Seg6BpfProgram))
    vrf_table: takes.Name[int | None] = attr(SEG6_LOCAL.VRFTABLE, routing_table)
    counters: takes.Nested[Seg6Counters | None] = attr(SEG6_LOCAL.COUNTERS, nest(Seg6Counters))
    flavors: takes.Nested[Seg6FlavorOptions | None] = attr(SEG6_LOCAL.FLAVORS, nest(Seg6FlavorOptions))


class RPL_IPTUNNEL(Constants):
    """Attributes of an RPL source route."""

    UNSPEC = 0
    SRH = 1


class RplEncap(Record):
    """An RPL source route. Source: linux/rpl_iptunnel.h, net/ipv6/rpl_iptunnel.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=RPL_IPTUNNEL, policy="rpl_iptunnel_policy")

    header: RplHeader | None = attr(RPL_IPTUNNEL.SRH, rpl_header)


class IOAM6_IPTUNNEL(Constants):
    """Attributes of in-situ OAM."""

    UNSPEC = 0
    MODE = 1
    DST = 2
    TRACE = 3
    FREQ_K = 4
    FREQ_N = 5
    SRC = 6


class IoamMode(Enumeration, prefix="IOAM6_IPTUNNEL_MODE_"):
    """How the option comes into a packet."""

    INLINE = 1
    ENCAP = 2
    AUTO = 3


class Ioam6Encap(Record):
    """In-situ OAM: a trace option in `frequency_k` of every `frequency_n` packets.

    Source: linux/ioam6_iptunnel.h, ioam6_fill_encap_info in net/ipv6/ioam6_iptunnel.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IOAM6_IPTUNNEL, policy="ioam6_iptunnel_policy")

    frequency_k: int | None = attr(IOAM6_IPTUNNEL.FREQ_K, u32)
    frequency_n: int | None = attr(IOAM6_IPTUNNEL.FREQ_N, u32)
    mode: takes.Member[IoamMode | None] = attr(IOAM6_IPTUNNEL.MODE, enum(IoamMode, u8))
    source: takes.Ip[str | None] = attr(IOAM6_IPTUNNEL.SRC, ip6)
    destination: takes.Ip[str | None] = attr(IOAM6_IPTUNNEL.DST, ip6)
    trace: takes.Nested[IoamTrace | None] = attr(IOAM6_IPTUNNEL.TRACE, struct(IoamTrace))
