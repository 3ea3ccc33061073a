"""Expressions that do something with a packet."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.constants import Family
from netlynx.nftables.expressions.expression import Expression, without_effect
from netlynx.nftables.registers import Register, register
from netlynx.schema import Constants, Enumeration, FlagSet, attr, be16, be32, enum, string, takes, u8
from netlynx.schema.facts import Facts


class NFTA_LOG(Constants):
    """Attributes of logging."""

    UNSPEC = 0
    GROUP = 1
    PREFIX = 2
    SNAPLEN = 3
    QTHRESHOLD = 4
    LEVEL = 5
    FLAGS = 6


class NFTA_REJECT(Constants):
    """Attributes of an answer that refuses a packet."""

    UNSPEC = 0
    TYPE = 1
    ICMP_CODE = 2


class NFTA_QUEUE(Constants):
    """Attributes of handing a packet to a process."""

    UNSPEC = 0
    NUM = 1
    TOTAL = 2
    FLAGS = 3
    SREG_QNUM = 4


class NFTA_DUP(Constants):
    """Attributes of a copy."""

    UNSPEC = 0
    SREG_ADDR = 1
    SREG_DEV = 2


class NFTA_FWD(Constants):
    """Attributes of sending a packet elsewhere."""

    UNSPEC = 0
    SREG_DEV = 1
    SREG_ADDR = 2
    NFPROTO = 3


class NFTA_TPROXY(Constants):
    """Attributes of a transparent proxy."""

    UNSPEC = 0
    FAMILY = 1
    REG_ADDR = 2
    REG_PORT = 3


class LogLevel(Enumeration, prefix="NFT_LOGLEVEL_"):
    """How urgent a line in the kernel's log is; AUDIT: it goes to the audit system."""

    EMERG = 0
    ALERT = 1
    CRIT = 2
    ERR = 3
    WARNING = 4
    NOTICE = 5
    INFO = 6
    DEBUG = 7
    AUDIT = 8


class LogFlags(FlagSet, prefix="NF_LOG_"):
    """What a line in the kernel's log says besides."""

    TCPSEQ = 0x01
    TCPOPT = 0x02
    IPOPT = 0x04
    UID = 0x08
    NFLOG = 0x10
    MACDECODE = 0x20

    __omitted__: ClassVar[dict[str, str]] = {"NF_LOG_PREFIXLEN": "a length"}


class RejectType(Enumeration, prefix="NFT_REJECT_"):
    """How a packet is refused: by ICMP or ICMPv6, by a TCP reset, or by either ICMP in a table of both families."""

    ICMP_UNREACH = 0
    TCP_RST = 1
    ICMPX_UNREACH = 2


class IcmpxCode(Enumeration, prefix="NFT_REJECT_ICMPX_"):
    """Codes of ICMPX_UNREACH, which fit both families."""

    NO_ROUTE = 0
    PORT_UNREACH = 1
    HOST_UNREACH = 2
    ADMIN_PROHIBITED = 3


class QueueFlags(FlagSet, prefix="NFT_QUEUE_FLAG_"):
    """BYPASS: go on where no process listens; CPU_FANOUT: one queue for each CPU."""

    BYPASS = 1
    CPU_FANOUT = 2


class Log(Expression):
    """`log`: a line in the kernel's log, or, with `group`, a copy for a process (see `netlynx.netfilter.log`).

    Source: net/netfilter/nft_log.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_LOG, policy="nft_log_policy")

    prefix: str | None = attr(NFTA_LOG.PREFIX, string(127))
    group: int | None = attr(NFTA_LOG.GROUP, be16)
    snaplen: int | None = attr(NFTA_LOG.SNAPLEN, be32)  # bytes of the packet
    qthreshold: int | None = attr(NFTA_LOG.QTHRESHOLD, be16)  # packets that are told together
    level: takes.Member[LogLevel | None] = attr(NFTA_LOG.LEVEL, enum(LogLevel, be32))
    flags: takes.Flags[LogFlags | None] = attr(NFTA_LOG.FLAGS, enum(LogFlags, be32))

    def __sent__(self) -> Log:
        """Refuses what only a process could make use of."""
        if self.group is None:
            without_effect(self, "a line in the kernel's log has none, it is for a group", "snaplen", "qthreshold")
        return self


class Reject(Expression):
    """`reject`: refuse a packet, and tell its sender. `icmp_code` is of ICMP, of ICMPv6, or an `IcmpxCode`.

    Source: net/netfilter/nft_reject.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_REJECT, policy="nft_reject_policy")

    type: takes.Member[RejectType | None] = attr(NFTA_REJECT.TYPE, enum(RejectType, be32))
    icmp_code: int | None = attr(NFTA_REJECT.ICMP_CODE, u8)


class Queue(Expression):
    """`queue`: a process decides: that which listens to queue `num`, one of `total`, or the one numbered in a register.

    Source: net/netfilter/nft_queue.c; the other half is `netlynx.netfilter.queue`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_QUEUE, policy="nft_queue_policy")

    num: int | None = attr(NFTA_QUEUE.NUM, be16)
    total: int | None = attr(NFTA_QUEUE.TOTAL, be16)
    flags: takes.Flags[QueueFlags | None] = attr(NFTA_QUEUE.FLAGS, enum(QueueFlags, be16))
    sreg_qnum: takes.Member[Register | None] = attr(NFTA_QUEUE.SREG_QNUM, register)


class Dup(Expression):
    """`dup`: send a copy to the address, or by the interface, that is in a register.

    Source: net/ipv4/netfilter/nft_dup_ipv4.c, net/ipv6/netfilter/nft_dup_ipv6.c, net/netfilter/nft_dup_netdev.c.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=NFTA_DUP, policy=("nft_dup_ipv4_policy", "nft_dup_ipv6_policy", "nft_dup_netdev_policy")
    )

    sreg_addr: takes.Member[Register | None] = attr(NFTA_DUP.SREG_ADDR, register)
    sreg_dev: takes.Member[Register | None] = attr(NFTA_DUP.SREG_DEV, register)


class Forward(Expression):
    """`fwd`: send the packet by the interface that is in a register, to the neighbour that is in another.

    Source: net/netfilter/nft_fwd_netdev.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_FWD, policy="nft_fwd_netdev_policy")

    sreg_dev: takes.Member[Register | None] = attr(NFTA_FWD.SREG_DEV, register)
    sreg_addr: takes.Member[Register | None] = attr(NFTA_FWD.SREG_ADDR, register)
    nfproto: takes.Member[Family | None] = attr(NFTA_FWD.NFPROTO, enum(Family, be32))

    def __sent__(self) -> Forward:
        """Refuses the family of no address."""
        if self.sreg_addr is None:
            without_effect(self, "it is the family of an address, and there is none", "nfproto")
        return self


class TProxy(Expression):
    """`tproxy`: give the packet to the socket of another address and port. Source: net/netfilter/nft_tproxy.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_TPROXY, policy="nft_tproxy_policy")

    family: takes.Member[Family | None] = attr(NFTA_TPROXY.FAMILY, enum(Family, be32))
    reg_addr: takes.Member[Register | None] = attr(NFTA_TPROXY.REG_ADDR, register)
    reg_port: takes.Member[Register | None] = attr(NFTA_TPROXY.REG_PORT, register)
