"""Numbers of packet queues. Source: linux/netfilter/nfnetlink_queue.h, linux/netfilter.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet


class NFQNL_MSG(Constants):
    """Messages of NFNL_SUBSYS_QUEUE."""

    PACKET = 0
    VERDICT = 1
    CONFIG = 2
    VERDICT_BATCH = 3


class NFQA(Constants):
    """Attributes of packets and verdicts."""

    UNSPEC = 0
    PACKET_HDR = 1
    VERDICT_HDR = 2
    MARK = 3
    TIMESTAMP = 4
    IFINDEX_INDEV = 5
    IFINDEX_OUTDEV = 6
    IFINDEX_PHYSINDEV = 7
    IFINDEX_PHYSOUTDEV = 8
    HWADDR = 9
    PAYLOAD = 10
    CT = 11
    CT_INFO = 12
    CAP_LEN = 13
    SKB_INFO = 14
    EXP = 15
    UID = 16
    GID = 17
    SECCTX = 18
    VLAN = 19
    L2HDR = 20
    PRIORITY = 21
    CGROUP_CLASSID = 22


class NFQA_VLAN(Constants):
    """Attributes of a VLAN tag."""

    UNSPEC = 0
    PROTO = 1
    TCI = 2


class NFQA_CFG(Constants):
    """Attributes of a queue's configuration."""

    UNSPEC = 0
    CMD = 1
    PARAMS = 2
    QUEUE_MAXLEN = 3
    MASK = 4
    FLAGS = 5


class QueueCommand(Enumeration, prefix="NFQNL_CFG_CMD_"):
    """What is to be done with a queue. Those with PF do nothing since Linux 3.8."""

    NONE = 0
    BIND = 1
    UNBIND = 2
    PF_BIND = 3
    PF_UNBIND = 4


class CopyMode(Enumeration, prefix="NFQNL_COPY_"):
    """How much of a packet is handed over: nothing, what is known of it, or its bytes too."""

    NONE = 0
    META = 1
    PACKET = 2


class QueueFlags(FlagSet, prefix="NFQA_CFG_F_"):
    """FAIL_OPEN: packets go on when the queue is full. CONNTRACK: with the connection. GSO: large packets are handed
    over as they are, not cut to the interface's MTU. UID_GID: with who sent it. SECCTX: with the security context."""

    FAIL_OPEN = 0x01
    CONNTRACK = 0x02
    GSO = 0x04
    UID_GID = 0x08
    SECCTX = 0x10


class PacketInfo(FlagSet, prefix="NFQA_SKB_"):
    """CSUMNOTREADY: checksums are not filled in yet, and right all the same. GSO: it is larger than the MTU, to be cut
    later. CSUM_NOTVERIFIED: nobody has checked them."""

    CSUMNOTREADY = 0x01
    GSO = 0x02
    CSUM_NOTVERIFIED = 0x04


class VerdictKind(Enumeration, prefix="NF_"):
    """What becomes of a packet. REPEAT: it comes to the same hook again. STOP accepts as ACCEPT does, since Linux 4.8.

    STOLEN is for who takes packets over for good: nobody in user space.
    """

    DROP = 0
    ACCEPT = 1
    STOLEN = 2
    QUEUE = 3
    REPEAT = 4
    STOP = 5

    __omitted__: ClassVar[dict[str, str]] = {
        "NF_MAX_VERDICT": "only marks the end",
        "NF_VERDICT_*": "parts of the number",
        "NF_NETDEV_*": "hooks of devices",
    }
