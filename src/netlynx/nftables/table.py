"""Tables: what chains, sets and objects belong to.

Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import NetfilterHeader, netfilter_change
from netlynx.nftables.comments import comment_in
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, USERDATA_LENGTH, Family
from netlynx.nftables.naming import check_named, differing, identity, whole
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
from netlynx.nftables.verbs import NEW, WITHOUT, Verbs, register
from netlynx.schema import Constants, FlagSet, Record, attr, be32, be64, binary, enum, head, string, takes
from netlynx.schema.facts import Facts
from netlynx.schema.record import was_read
from netlynx.schema.sending import only, own, told


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

    @property
    def comment(self) -> str | None:
        """The comment that nft shows; see `nftables.comment` for how one is given."""
        return comment_in(self.userdata)


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


def _prepare(record: Table, verb: str) -> Record:
    if verb == "add":
        made = whole(record, ("name",))
        if made.flags is not None and made.flags & TableFlags.PERSIST and not made.flags & TableFlags.OWNER:
            raise EncodeError("it says what becomes of a table whose owner goes: set owner too", "Table.flags")
        return made
    if verb == "change":
        return _change(record)
    if verb == "flush":
        return _flush(record)
    return identity(record, ())


def _change(record: Table) -> Table:
    made = differing(record, ("name",))
    if "name" in own(record) and was_read(record):
        raise EncodeError("the kernel cannot rename a table", "Table.name")
    if made.flags is None:
        raise EncodeError("of a table, flags can be changed: set them", "Table.flags")
    only(made, ("family", "name", "flags"), "Table", "the kernel keeps that of the table that is there: leave it out")
    return made


def _flush(record: Table) -> Record:
    """All rules of a table. The request is a rule's."""
    from netlynx.nftables.rule import Rule

    check_named(record, ("name",), "Table")
    if not was_read(record):
        only(record, ("family", "name"), "Table", "the kernel does not look at it when it removes rules: leave it out")
    return Rule(family=told(record, "family") or record.family, table=told(record, "name") or record.name)


register(
    Table,
    Verbs(
        messages={
            "add": (NFT_MSG.NEWTABLE, NEW),
            "change": (NFT_MSG.NEWTABLE, 0),
            "delete": (NFT_MSG.DELTABLE, 0),
            "destroy": (NFT_MSG.DESTROYTABLE, 0),
            "flush": (NFT_MSG.DELRULE, 0),
        },
        told=NFT_MSG.NEWTABLE,
        prepare=_prepare,
        without=WITHOUT,
    ),
)


def flush_ruleset(*, family: Family | str | int | None = None) -> Do[None]:
    """Remove all tables with all that is in them, or those of a family; those that another process owns stay.

    Raises EncodeError for a family that tables have not.
    """
    request = Table(family=any_family(family, "nftables.flush_ruleset(family)"))
    made: Do[None] = netfilter_change("nftables.flush_ruleset", NFNL_SUBSYS.NFTABLES, NFT_MSG.DELTABLE, request)
    return made
