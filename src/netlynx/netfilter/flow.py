"""A connection that the kernel tracks.

Source: linux/netfilter/nfnetlink_conntrack.h, linux/netfilter/nf_conntrack_common.h,
net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.netfilter.constants import NetfilterFamily
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.netfilter.protocols import CTA_PROTOINFO, DccpInfo, SctpInfo, TcpInfo
from netlynx.netfilter.tuples import Tuple
from netlynx.schema import (
    Constants,
    FlagSet,
    Record,
    attr,
    be16,
    be32,
    be64,
    binary,
    enum,
    head,
    ip,
    nest,
    string,
    takes,
    u32,
)
from netlynx.schema.facts import Facts


class CTA(Constants):
    """Attributes of a tracked connection."""

    UNSPEC = 0
    TUPLE_ORIG = 1
    TUPLE_REPLY = 2
    STATUS = 3
    PROTOINFO = 4
    HELP = 5
    NAT_SRC = 6
    TIMEOUT = 7
    MARK = 8
    COUNTERS_ORIG = 9
    COUNTERS_REPLY = 10
    USE = 11
    ID = 12
    NAT_DST = 13
    TUPLE_MASTER = 14
    SEQ_ADJ_ORIG = 15
    SEQ_ADJ_REPLY = 16
    SECMARK = 17
    ZONE = 18
    SECCTX = 19
    TIMESTAMP = 20
    MARK_MASK = 21
    LABELS = 22
    LABELS_MASK = 23
    SYNPROXY = 24
    FILTER = 25
    STATUS_MASK = 26
    TIMESTAMP_EVENT = 27


class CTA_COUNTERS(Constants):
    """Counters of one direction."""

    UNSPEC = 0
    PACKETS = 1
    BYTES = 2
    PAD = 5

    __omitted__: ClassVar[dict[str, str]] = {"CTA_COUNTERS32_*": "no kernel of today uses them"}


class CTA_HELP(Constants):
    """The helper that reads what a connection says, to expect others."""

    UNSPEC = 0
    NAME = 1
    INFO = 2


class CTA_TIMESTAMP(Constants):
    """When a connection began and ended."""

    UNSPEC = 0
    START = 1
    STOP = 2
    PAD = 3


class CTA_NAT(Constants):
    """How addresses are to be translated."""

    UNSPEC = 0
    V4_MINIP = 1
    V4_MAXIP = 2
    PROTO = 3
    V6_MINIP = 4
    V6_MAXIP = 5


class CTA_PROTONAT(Constants):
    """Ports, in CTA_NAT_PROTO."""

    UNSPEC = 0
    PORT_MIN = 1
    PORT_MAX = 2


class CTA_SEQADJ(Constants):
    """How TCP sequence numbers are shifted in one direction."""

    UNSPEC = 0
    CORRECTION_POS = 1
    OFFSET_BEFORE = 2
    OFFSET_AFTER = 3


class CTA_SECCTX(Constants):
    """The security context."""

    UNSPEC = 0
    NAME = 1


class CTA_SYNPROXY(Constants):
    """What the SYN proxy remembers."""

    UNSPEC = 0
    ISN = 1
    ITS = 2
    TSOFF = 3


class CTA_FILTER(Constants):
    """Which fields of the tuples a request selects by."""

    UNSPEC = 0
    ORIG_FLAGS = 1
    REPLY_FLAGS = 2


class FlowStatus(FlagSet, prefix="IPS_"):
    """What has become of a connection. Only SEEN_REPLY, ASSURED, FIXED_TIMEOUT and HELPER can be set by others."""

    EXPECTED = 0x0001
    SEEN_REPLY = 0x0002
    ASSURED = 0x0004
    CONFIRMED = 0x0008
    SRC_NAT = 0x0010
    DST_NAT = 0x0020
    SEQ_ADJUST = 0x0040
    SRC_NAT_DONE = 0x0080
    DST_NAT_DONE = 0x0100
    DYING = 0x0200
    FIXED_TIMEOUT = 0x0400
    TEMPLATE = 0x0800
    UNTRACKED = 0x1000
    HELPER = 0x2000
    OFFLOAD = 0x4000
    HW_OFFLOAD = 0x8000

    __omitted__: ClassVar[dict[str, str]] = {"IPS_*_BIT": "numbers of the bits", "IPS_*_MASK": "several together"}


class FilterFields(FlagSet):
    """Fields of a tuple that a request selects by.

    The kernel takes these bits from user space and names them in a header of its own (net/netfilter/nf_internals.h,
    CTA_FILTER_F_*).
    """

    SOURCE = 1 << 0
    DESTINATION = 1 << 1
    ZONE = 1 << 2
    PROTOCOL = 1 << 3
    SOURCE_PORT = 1 << 4
    DESTINATION_PORT = 1 << 5
    ICMP_TYPE = 1 << 6
    ICMP_CODE = 1 << 7
    ICMP_ID = 1 << 8
    ICMPV6_TYPE = 1 << 9
    ICMPV6_CODE = 1 << 10
    ICMPV6_ID = 1 << 11


class Nat(Record):
    """Addresses and ports to translate to, for a connection that is made: one of them, or a range (`CTA_NAT_*`)."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=CTA_NAT, policy="nat_nla_policy", spec=("conntrack", "nat-attrs")),
        Facts(attributes=CTA_PROTONAT, policy="protonat_nla_policy", spec=("conntrack", "nat-proto-attrs")),
    )

    __differs__: ClassVar[dict[str, str]] = {
        "last": "the specification counts the attributes in another order than the header"
    }

    first: takes.Ip[str | None] = attr(CTA_NAT.V4_MINIP, ip, ip6=CTA_NAT.V6_MINIP)
    last: takes.Ip[str | None] = attr(CTA_NAT.V4_MAXIP, ip, ip6=CTA_NAT.V6_MAXIP)
    first_port: int | None = attr((CTA_NAT.PROTO, CTA_PROTONAT.PORT_MIN), be16)
    last_port: int | None = attr((CTA_NAT.PROTO, CTA_PROTONAT.PORT_MAX), be16)


class SequenceShift(Record):
    """How far sequence numbers of one direction are shifted, since a helper changed a payload's length."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=CTA_SEQADJ, policy="seqadj_policy", spec=("conntrack", "seqadj-attrs")
    )

    position: int | None = attr(CTA_SEQADJ.CORRECTION_POS, be32)  # sequence number of the last change
    before: int | None = attr(CTA_SEQADJ.OFFSET_BEFORE, be32)  # modulo 2³²
    after: int | None = attr(CTA_SEQADJ.OFFSET_AFTER, be32)


class SynProxy(Record):
    """What the SYN proxy needs to join two handshakes into one connection."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=CTA_SYNPROXY, policy="synproxy_policy", spec=("conntrack", "synproxy-attrs")
    )

    initial_sequence: int | None = attr(CTA_SYNPROXY.ISN, be32)
    initial_timestamp: int | None = attr(CTA_SYNPROXY.ITS, be32)
    timestamp_offset: int | None = attr(CTA_SYNPROXY.TSOFF, be32)


class Selection(Record):
    """Which fields of a request's tuples the kernel compares; all others of them may be anything."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=CTA_FILTER, policy="cta_filter_nla_policy", spec=("conntrack", "filter-attrs")
    )

    original: takes.Flags[FilterFields | None] = attr(CTA_FILTER.ORIG_FLAGS, enum(FilterFields, u32))
    reply: takes.Flags[FilterFields | None] = attr(CTA_FILTER.REPLY_FLAGS, enum(FilterFields, u32))


class Flow(Record, header=NetfilterHeader):
    """One tracked connection (`nfgenmsg` + `CTA_*`).

    `original` is how its first packet went, `reply` how an answer goes: where addresses are translated, the two are
    not each other's mirror (`source_nat`, `destination_nat`). `master` is the connection that announced this one.

    Counters are there if nf_conntrack_acct is on, `start` and `stop` if nf_conntrack_timestamp is (sysctl
    net.netfilter.*). `timeout` is how many seconds it lives on without packets. Only requests have `nat_source`,
    `nat_destination`, masks and `selection`.

    To add one, `original` and `timeout` are enough; `reply` is then the mirror.

    Source: linux/netfilter/nfnetlink_conntrack.h, ctnetlink_fill_info in net/netfilter/nf_conntrack_netlink.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=CTA, policy="ct_nla_policy", spec=("conntrack", "conntrack-attrs")),
        Facts(attributes=CTA_PROTOINFO, policy="protoinfo_policy", spec=("conntrack", "protoinfo-attrs")),
        Facts(attributes=CTA_HELP, policy="help_nla_policy", spec=("conntrack", "help-attrs")),
        Facts(attributes=CTA_COUNTERS, spec=("conntrack", "counter-attrs")),
        Facts(attributes=CTA_TIMESTAMP),
        Facts(attributes=CTA_SECCTX, spec=("conntrack", "secctx-attrs")),
    )
    __differs__: ClassVar[dict[str, str]] = dict.fromkeys(
        ("start", "stop"), "the kernel nests the two (ctnetlink_dump_timestamp), the specification has one number"
    )

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    original: takes.Nested[Tuple | None] = attr(CTA.TUPLE_ORIG, nest(Tuple), always=True)
    reply: takes.Nested[Tuple | None] = attr(CTA.TUPLE_REPLY, nest(Tuple), always=True)
    status: takes.Flags[FlowStatus | None] = attr(CTA.STATUS, enum(FlowStatus, be32))
    timeout: int | None = attr(CTA.TIMEOUT, be32)  # seconds
    mark: int | None = attr(CTA.MARK, be32)
    zone: int | None = attr(CTA.ZONE, be16)
    original_packets: int | None = attr((CTA.COUNTERS_ORIG, CTA_COUNTERS.PACKETS), be64)
    original_bytes: int | None = attr((CTA.COUNTERS_ORIG, CTA_COUNTERS.BYTES), be64)
    reply_packets: int | None = attr((CTA.COUNTERS_REPLY, CTA_COUNTERS.PACKETS), be64)
    reply_bytes: int | None = attr((CTA.COUNTERS_REPLY, CTA_COUNTERS.BYTES), be64)
    tcp: takes.Nested[TcpInfo | None] = attr((CTA.PROTOINFO, CTA_PROTOINFO.TCP), nest(TcpInfo))
    helper: str | None = attr((CTA.HELP, CTA_HELP.NAME), string(15))
    start: int | None = attr((CTA.TIMESTAMP, CTA_TIMESTAMP.START), be64)  # nanoseconds since 1970
    stop: int | None = attr((CTA.TIMESTAMP, CTA_TIMESTAMP.STOP), be64)  # nanoseconds since 1970
    id: int | None = attr(CTA.ID, be32)
    use: int | None = attr(CTA.USE, be32)  # references that the kernel holds
    labels: bytes | None = attr(CTA.LABELS, binary(16))  # bits, the lowest first
    master: takes.Nested[Tuple | None] = attr(CTA.TUPLE_MASTER, nest(Tuple), rare=True)
    dccp: takes.Nested[DccpInfo | None] = attr((CTA.PROTOINFO, CTA_PROTOINFO.DCCP), nest(DccpInfo), rare=True)
    sctp: takes.Nested[SctpInfo | None] = attr((CTA.PROTOINFO, CTA_PROTOINFO.SCTP), nest(SctpInfo), rare=True)
    helper_info: bytes | None = attr((CTA.HELP, CTA_HELP.INFO), binary, rare=True)
    sequence_shift: takes.Nested[SequenceShift | None] = attr(CTA.SEQ_ADJ_ORIG, nest(SequenceShift), rare=True)
    reply_sequence_shift: takes.Nested[SequenceShift | None] = attr(CTA.SEQ_ADJ_REPLY, nest(SequenceShift), rare=True)
    security_context: str | None = attr((CTA.SECCTX, CTA_SECCTX.NAME), string, rare=True)
    security_mark: int | None = attr(CTA.SECMARK, be32, rare=True)  # of kernels before 2.6.37
    synproxy: takes.Nested[SynProxy | None] = attr(CTA.SYNPROXY, nest(SynProxy), rare=True)
    event_time: int | None = attr(CTA.TIMESTAMP_EVENT, be64, rare=True)  # nanoseconds since 1970
    nat_source: takes.Nested[Nat | None] = attr(CTA.NAT_SRC, nest(Nat), rare=True)
    nat_destination: takes.Nested[Nat | None] = attr(CTA.NAT_DST, nest(Nat), rare=True)
    mark_mask: int | None = attr(CTA.MARK_MASK, be32, rare=True)
    labels_mask: bytes | None = attr(CTA.LABELS_MASK, binary(16), rare=True)
    status_mask: takes.Flags[FlowStatus | None] = attr(CTA.STATUS_MASK, enum(FlowStatus, be32), rare=True)
    selection: takes.Nested[Selection | None] = attr(CTA.FILTER, nest(Selection), rare=True)

    @property
    def source_nat(self) -> str | None:
        """The address that the source is translated to, if it or its port is."""
        if self.original is None or self.reply is None:
            return None
        before = self.original.source, self.original.source_port
        after = self.reply.destination, self.reply.destination_port
        return None if before == after else self.reply.destination

    @property
    def destination_nat(self) -> str | None:
        """The address that the destination is translated to, if it or its port is."""
        if self.original is None or self.reply is None:
            return None
        before = self.original.destination, self.original.destination_port
        after = self.reply.source, self.reply.source_port
        return None if before == after else self.reply.source
