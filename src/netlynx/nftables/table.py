"""Tables: what chains, sets and objects belong to.

Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, USERDATA_LENGTH, Family
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
from netlynx.schema import Constants, FlagSet, Record, attr, be32, be64, binary, enum, head, string, takes
from netlynx.schema.facts import Facts


class NFTA_TABLE(Constants):
    """Attributes of a table."""

    UNSPEC = 0
    NAME = 1
    FLAGS = 2
    USE = 3
    HANDLE = 4
    PAD = 5
    USERDATA = 6
    OWNER = 7


class TableFlags(FlagSet, prefix="NFT_TABLE_F_"):
    """DORMANT: its chains see no packets; OWNER: it goes with the socket that made it, and none else may change it.

    PERSIST (with OWNER): it stays without an owner when that socket is closed.
    """

    DORMANT = 1
    OWNER = 2
    PERSIST = 4


class Table(Record, header=NetfilterHeader):
    """A table (`nfgenmsg` + `NFTA_TABLE_*`): `family` and `name` tell it from others.

    To make one, these two are needed. Of one that is there, `flags` can be changed: DORMANT comes and goes.

    Source: nf_tables_newtable in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_TABLE, policy="nft_table_policy")

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    name: str | None = attr(NFTA_TABLE.NAME, string(NAME_LENGTH), always=True)
    flags: takes.Flags[TableFlags | None] = attr(NFTA_TABLE.FLAGS, enum(TableFlags, be32))
    use: int | None = attr(NFTA_TABLE.USE, be32, read_only=True)  # chains, sets, objects and flowtables in it
    handle: int | None = attr(NFTA_TABLE.HANDLE, be64)
    userdata: bytes | None = attr(NFTA_TABLE.USERDATA, binary(USERDATA_LENGTH))
    owner: int | None = attr(NFTA_TABLE.OWNER, be32, read_only=True)  # port ID


def tables(*, family: Family | str | int | None = None) -> Dump[Table]:
    """All tables, or those of a family (the kernel filters). Raises EncodeError for a family that tables have not."""
    wanted = any_family(family, "nftables.tables(family)")
    request = Table(family=wanted)
    match = asked(family=wanted)
    return listing("nftables.tables", NFT_MSG.GETTABLE, request, NFT_MSG.NEWTABLE, match=match, mirrored="TABLES")


def table(name: str, *, family: Family | str | int = Family.IP) -> Do[Table]:
    """One table. `NotFound` if there is none of this name in the family (ip where none is given, as with `nft`).

    Raises EncodeError for a name or family that no table has.
    """
    request = Table(family=one_family(family, "nftables.table(family)"), name=a_name(name, "nftables.table(name)"))
    return single("nftables.table", NFT_MSG.GETTABLE, request, NFT_MSG.NEWTABLE)
