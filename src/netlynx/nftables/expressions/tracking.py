"""Expressions that know of connections."""

from __future__ import annotations

from typing import ClassVar

from netlynx.netfilter.constants import Direction
from netlynx.nftables.constants import NAME_LENGTH
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.registers import Register, register
from netlynx.schema import Constants, Enumeration, FlagSet, attr, be16, be32, enum, string, takes, u8
from netlynx.schema.facts import Facts


class NFTA_CT(Constants):
    """Attributes of what is known of a connection."""

    UNSPEC = 0
    DREG = 1
    KEY = 2
    DIRECTION = 3
    SREG = 4


class NFTA_FLOW(Constants):
    """Attributes of handing a connection to a flowtable."""

    UNSPEC = 0
    TABLE_NAME = 1


class NFTA_SYNPROXY(Constants):
    """Attributes of a SYN proxy."""

    UNSPEC = 0
    MSS = 1
    WSCALE = 2
    FLAGS = 3


class ConntrackKey(Enumeration, prefix="NFT_CT_"):
    """What is known of a connection."""

    STATE = 0
    DIRECTION = 1
    STATUS = 2
    MARK = 3
    SECMARK = 4
    EXPIRATION = 5
    HELPER = 6
    L3PROTOCOL = 7
    SRC = 8
    DST = 9
    PROTOCOL = 10
    PROTO_SRC = 11
    PROTO_DST = 12
    LABELS = 13
    PKTS = 14
    BYTES = 15
    AVGPKT = 16
    ZONE = 17
    EVENTMASK = 18
    SRC_IP = 19
    DST_IP = 20
    SRC_IP6 = 21
    DST_IP6 = 22
    ID = 23


class SynproxyFlags(FlagSet, prefix="NF_SYNPROXY_OPT_"):
    """Options of TCP that the proxy answers with."""

    MSS = 0x01
    WSCALE = 0x02
    SACK_PERM = 0x04
    TIMESTAMP = 0x08
    ECN = 0x10


class Conntrack(Expression):
    """`ct`: load what is known of the packet's connection to `dreg`, or set it from `sreg`.

    Source: net/netfilter/nft_ct.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_CT, policy="nft_ct_policy")

    key: takes.Member[ConntrackKey | None] = attr(NFTA_CT.KEY, enum(ConntrackKey, be32))
    dreg: takes.Member[Register | None] = attr(NFTA_CT.DREG, register)
    direction: takes.Member[Direction | None] = attr(NFTA_CT.DIRECTION, enum(Direction, u8))
    sreg: takes.Member[Register | None] = attr(NFTA_CT.SREG, register)


class NoTrack(Expression):
    """`notrack`: this packet's connection is not tracked. Source: net/netfilter/nft_ct.c."""


class FlowOffload(Expression):
    """`flow_offload`: from now on the flowtable forwards what is of the packet's connection.

    Source: net/netfilter/nft_flow_offload.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_FLOW, policy="nft_flow_offload_policy")

    table_name: str | None = attr(NFTA_FLOW.TABLE_NAME, string(NAME_LENGTH))


class Synproxy(Expression):
    """`synproxy`: answer a SYN for the server behind; also an object. Source: net/netfilter/nft_synproxy.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_SYNPROXY, policy="nft_synproxy_policy")

    mss: int | None = attr(NFTA_SYNPROXY.MSS, be16)
    wscale: int | None = attr(NFTA_SYNPROXY.WSCALE, u8)  # 0 to 14
    flags: takes.Flags[SynproxyFlags | None] = attr(NFTA_SYNPROXY.FLAGS, enum(SynproxyFlags, be32))
