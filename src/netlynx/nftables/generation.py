"""The generation of the ruleset: a number that every transaction which changes something makes another.

Source: linux/netfilter/nf_tables.h, nf_tables_fill_gen_info in net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import NetfilterHeader, netfilter_do
from netlynx.nftables.constants import NFT_MSG
from netlynx.schema import Constants, Record, attr, be32, string
from netlynx.schema.facts import Facts


class NFTA_GEN(Constants):
    """Attributes of a generation."""

    UNSPEC = 0
    ID = 1
    PROC_PID = 2
    PROC_NAME = 3


class Generation(Record, header=NetfilterHeader):
    """A generation of the ruleset of a network namespace (`nfgenmsg` + `NFTA_GEN_*`): `id` is its number.

    `pid` and `process` are a thread's number, in the first PID namespace, and its name: of the one that made the
    generation where the kernel tells of a new one, and of the one that asks in the answer to `generation()`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_GEN)

    id: int | None = attr(NFTA_GEN.ID, be32, always=True)
    pid: int | None = attr(NFTA_GEN.PROC_PID, be32)
    process: str | None = attr(NFTA_GEN.PROC_NAME, string)


def generation() -> Do[Generation]:
    """Which generation the ruleset is of: what `transaction` takes to be sure that nobody changed anything since."""
    return netfilter_do(
        "nftables.generation",
        NFNL_SUBSYS.NFTABLES,
        NFT_MSG.GETGEN,
        Generation(),
        reply=Generation,
        reply_message=NFT_MSG.NEWGEN,
    )
