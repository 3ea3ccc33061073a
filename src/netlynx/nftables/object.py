"""Objects: counters, quotas, limits and the like that have a name, and that many rules and elements use.

Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, USERDATA_LENGTH, Family
from netlynx.nftables.expressions.counting import ConnectionLimit, Counter, Limit, Quota
from netlynx.nftables.expressions.tracking import Synproxy
from netlynx.nftables.object_data import CtExpectation, CtHelper, CtTimeout, Secmark, TunnelKeyData
from netlynx.nftables.object_types import ObjectType
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
from netlynx.schema import Constants, Record, attr, be32, be64, binary, enum, head, nest, select, string, takes
from netlynx.schema.arguments import member_of
from netlynx.schema.facts import Facts


class NFTA_OBJ(Constants):
    """Attributes of an object."""

    UNSPEC = 0
    TABLE = 1
    NAME = 2
    TYPE = 3
    DATA = 4
    USE = 5
    HANDLE = 6
    PAD = 7
    USERDATA = 8


OBJECTS: dict[ObjectType, type[Record]] = {
    ObjectType.COUNTER: Counter,
    ObjectType.QUOTA: Quota,
    ObjectType.CT_HELPER: CtHelper,
    ObjectType.LIMIT: Limit,
    ObjectType.CONNLIMIT: ConnectionLimit,
    ObjectType.TUNNEL: TunnelKeyData,
    ObjectType.CT_TIMEOUT: CtTimeout,
    ObjectType.SECMARK: Secmark,
    ObjectType.CT_EXPECT: CtExpectation,
    ObjectType.SYNPROXY: Synproxy,
}
"""The class of an object's data, by its type."""


class Object(Record, header=NetfilterHeader):
    """An object (`nfgenmsg` + `NFTA_OBJ_*`): `family`, `table`, `type` and `name` tell it from others.

    To make one, these are needed, and `data` of the type's class (`Counter`, `Quota` …). Of one that is there, that of
    a quota alone can be changed.

    Source: nf_tables_newobj in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_OBJ, policy="nft_obj_policy")

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    table: str | None = attr(NFTA_OBJ.TABLE, string(NAME_LENGTH), always=True)
    name: str | None = attr(NFTA_OBJ.NAME, string(NAME_LENGTH), always=True)
    type: takes.Member[ObjectType | None] = attr(NFTA_OBJ.TYPE, enum(ObjectType, be32), always=True)
    data: takes.Nested[Record | bytes | None] = attr(
        NFTA_OBJ.DATA, select("type", {each: nest(cls) for each, cls in OBJECTS.items()})
    )
    use: int | None = attr(NFTA_OBJ.USE, be32, read_only=True)  # rules and elements that use it
    handle: int | None = attr(NFTA_OBJ.HANDLE, be64)
    userdata: bytes | None = attr(NFTA_OBJ.USERDATA, binary(USERDATA_LENGTH))


def objects(
    *,
    family: Family | str | int | None = None,
    table: str | None = None,
    type: ObjectType | str | int | None = None,
) -> Dump[Object]:
    """All objects, or those of a family, of the tables of a name, of a type (the kernel filters).

    Raises EncodeError for a family that tables have not, and for what is no type.
    """
    wanted = any_family(family, "nftables.objects(family)")
    sort = None if type is None else member_of(ObjectType, type, "nftables.objects(type)")
    request = Object(family=wanted, table=table, type=sort)
    match = asked(family=wanted, table=table, type=sort)
    return listing("nftables.objects", NFT_MSG.GETOBJ, request, NFT_MSG.NEWOBJ, match=match, mirrored="OBJECTS")


def object(
    table: str, name: str, type: ObjectType | str | int, *, family: Family | str | int = Family.IP
) -> Do[Object]:
    """One object of a table. `NotFound` if there is none. Raises EncodeError for a name, type or family of none."""
    request = Object(
        family=one_family(family, "nftables.object(family)"),
        table=a_name(table, "nftables.object(table)"),
        name=a_name(name, "nftables.object(name)"),
        type=member_of(ObjectType, type, "nftables.object(type)"),
    )
    return single("nftables.object", NFT_MSG.GETOBJ, request, NFT_MSG.NEWOBJ)
