"""What becomes of packets, rule by rule: told of those for which a rule says ``meta nftrace set 1``.

Source: net/netfilter/nf_tables_trace.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.netfilter.constants import NFNL_SUBSYS, NFNLGRP, Direction, NetfilterFamily
from netlynx.netfilter.flow import FlowStatus
from netlynx.netfilter.nfnetlink import NetfilterHeader, message_type
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, Family
from netlynx.nftables.data import Verdict, VerdictCode
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    be16,
    be32,
    be64,
    binary,
    enum,
    head,
    nest,
    sbe32,
    string,
    takes,
    u8,
)
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK


class NFTA_TRACE(Constants):
    """Attributes of a step."""

    UNSPEC = 0
    TABLE = 1
    CHAIN = 2
    RULE_HANDLE = 3
    TYPE = 4
    VERDICT = 5
    ID = 6
    LL_HEADER = 7
    NETWORK_HEADER = 8
    TRANSPORT_HEADER = 9
    IIF = 10
    IIFTYPE = 11
    OIF = 12
    OIFTYPE = 13
    MARK = 14
    NFPROTO = 15
    POLICY = 16
    PAD = 17
    CT_ID = 18
    CT_DIRECTION = 19
    CT_STATUS = 20
    CT_STATE = 21


class TraceType(Enumeration, prefix="NFT_TRACETYPE_"):
    """What a step was: a RULE that matched, a RETURN from a chain, the POLICY of a base chain at its end."""

    UNSPEC = 0
    POLICY = 1
    RETURN = 2
    RULE = 3


class Trace(Record, header=NetfilterHeader):
    """One step of a packet that is traced (`nfgenmsg` + `NFTA_TRACE_*`).

    `id` is the same for all steps of a packet. `table`, `chain` and `rule` (its handle) are where it was; `verdict` is
    what the rule said or how it left the chain, `policy` what became of it where no rule decided. `family` is that of
    the table, `protocol` that of the packet. The first step in each base chain also has what the packet is: the headers
    `link` (up to 20 bytes), `network` (up to 40) and `transport` (up to 20), its devices, and its connection where that
    is tracked (from Linux 6.17 on): `connection` is `Flow.id`, `connection_state` has the bits of ``ct state``.

    Source: nft_trace_notify in net/netfilter/nf_tables_trace.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_TRACE)

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    id: int | None = attr(NFTA_TRACE.ID, be32, always=True)
    type: takes.Member[TraceType | None] = attr(NFTA_TRACE.TYPE, enum(TraceType, be32), always=True)
    table: str | None = attr(NFTA_TRACE.TABLE, string(NAME_LENGTH))
    chain: str | None = attr(NFTA_TRACE.CHAIN, string(NAME_LENGTH))
    rule: int | None = attr(NFTA_TRACE.RULE_HANDLE, be64)
    verdict: takes.Natural[Verdict | None] = attr(NFTA_TRACE.VERDICT, nest(Verdict))
    policy: takes.Member[VerdictCode | None] = attr(NFTA_TRACE.POLICY, enum(VerdictCode, sbe32))
    protocol: takes.Member[NetfilterFamily | None] = attr(NFTA_TRACE.NFPROTO, enum(NetfilterFamily, be32))
    mark: int | None = attr(NFTA_TRACE.MARK, be32)
    input: int | None = attr(NFTA_TRACE.IIF, be32)
    input_type: int | None = attr(NFTA_TRACE.IIFTYPE, be16)  # ARPHRD_*
    output: int | None = attr(NFTA_TRACE.OIF, be32)
    output_type: int | None = attr(NFTA_TRACE.OIFTYPE, be16)
    link: bytes | None = attr(NFTA_TRACE.LL_HEADER, binary)
    network: bytes | None = attr(NFTA_TRACE.NETWORK_HEADER, binary)
    transport: bytes | None = attr(NFTA_TRACE.TRANSPORT_HEADER, binary)
    connection: int | None = attr(NFTA_TRACE.CT_ID, be32)
    direction: takes.Member[Direction | None] = attr(NFTA_TRACE.CT_DIRECTION, enum(Direction, u8))
    status: takes.Flags[FlowStatus | None] = attr(NFTA_TRACE.CT_STATUS, enum(FlowStatus, be32))
    connection_state: int | None = attr(NFTA_TRACE.CT_STATE, be32)


TRACES: Group[Trace] = Group(
    "nftables.TRACES",
    int(NETLINK.NETFILTER),
    (int(NFNLGRP.NFTRACE),),
    {message_type(NFNL_SUBSYS.NFTABLES, NFT_MSG.TRACE): ("trace", Trace)},
)
"""The steps of packets through the ruleset, those for which a rule says ``meta nftrace set 1``: events of `Trace`."""
