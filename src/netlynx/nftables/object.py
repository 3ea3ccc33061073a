"""Objects: counters, quotas, limits and the like that have a name, and that many rules and elements use.

Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.comments import comment_in
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, USERDATA_LENGTH, Family
from netlynx.nftables.expressions.counting import ConnectionLimit, Counter, Limit, Quota
from netlynx.nftables.expressions.tracking import Synproxy
from netlynx.nftables.naming import check_named, differing, identity, whole
from netlynx.nftables.object_data import CtExpectation, CtHelper, CtTimeout, Secmark, TunnelKeyData
from netlynx.nftables.object_types import ObjectType
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
from netlynx.nftables.verbs import NEW, WITHOUT, Verbs, register
from netlynx.schema import (
    Constants,
    Record,
    attr,
    be32,
    be64,
    binary,
    enum,
    head,
    nest,
    replace_fields,
    select,
    string,
    takes,
)
from netlynx.schema.arguments import member_of
from netlynx.schema.facts import Facts
from netlynx.schema.record import class_of, was_read
from netlynx.schema.sending import only, told


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

    @property
    def comment(self) -> str | None:
        """The comment that nft shows; see `nftables.comment` for how one is given."""
        return comment_in(self.userdata)


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


_TYPES = {cls: each for each, cls in OBJECTS.items()}


def _prepare(record: Object, verb: str) -> Object:
    if verb in ("delete", "destroy"):
        return identity(record, ("table", "type"))
    if verb == "reset":
        return _putting_back(record)
    sort = _TYPES.get(class_of(record.data))
    if record.type is None and sort is not None:
        record = replace_fields(record, type=sort)
    names = ("table", "name", "type")
    made = whole(record, (*names, "data")) if verb == "add" else differing(record, names)
    if verb == "change":
        _check_change(record, made)
    return made


def _check_change(record: Object, made: Object) -> None:
    if was_read(record) and told(record, "name") != record.name:
        raise EncodeError("the kernel cannot rename an object", "Object.name")
    if not isinstance(made.data, Quota):
        raise EncodeError("the kernel would leave it as it is: a quota alone can be changed", "Object.data")
    before = told(record, "data")
    if made.data.consumed is not None and made.data.consumed != getattr(before, "consumed", None):
        raise EncodeError("the kernel goes on counting: leave it out", "Object.data.consumed")
    only(
        made, ("family", "table", "name", "type", "data"), "Object", "the kernel keeps that of the object: leave it out"
    )


def _putting_back(record: Object) -> Object:
    """The kernel finds what it puts back by its name alone."""
    check_named(record, ("table", "name", "type"), "Object")
    if was_read(record):
        return Object(**{name: told(record, name) for name in ("family", "table", "name", "type")})
    only(record, ("family", "table", "name", "type"), "Object", "the kernel does not look at it: leave it out")
    return record


register(
    Object,
    Verbs(
        messages={
            "add": (NFT_MSG.NEWOBJ, NEW),
            "change": (NFT_MSG.NEWOBJ, 0),
            "delete": (NFT_MSG.DELOBJ, 0),
            "destroy": (NFT_MSG.DESTROYOBJ, 0),
        },
        told=NFT_MSG.NEWOBJ,
        prepare=_prepare,
        without={**WITHOUT, "flush": "nftables.reset puts its state back to the beginning"},
        reset=NFT_MSG.GETOBJ_RESET,
    ),
)
