"""Sets and maps: which keys they have, and what for each. Source: linux/netfilter/nf_tables.h,
net/netfilter/nf_tables_api.c."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, NFTA_LIST, Family
from netlynx.nftables.datatypes import BITS, BY_NUMBER, VERDICT
from netlynx.nftables.expressions.expression import Expression, any_expression
from netlynx.nftables.keys import KeyType, key_type, key_type_of
from netlynx.nftables.object_types import ObjectType
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
from netlynx.nftables.set_type import SetType
from netlynx.nftables.userdata import SET_USERDATA, SetUserdata, fields_of
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    be32,
    be64,
    enum,
    head,
    hook,
    multi,
    nest,
    replace_fields,
    string,
    takes,
)
from netlynx.schema.facts import Facts

if TYPE_CHECKING:
    from netlynx.nftables.element import Element


class NFTA_SET(Constants):
    """Attributes of a set."""

    UNSPEC = 0
    TABLE = 1
    NAME = 2
    FLAGS = 3
    KEY_TYPE = 4
    KEY_LEN = 5
    DATA_TYPE = 6
    DATA_LEN = 7
    POLICY = 8
    DESC = 9
    ID = 10
    TIMEOUT = 11
    GC_INTERVAL = 12
    USERDATA = 13
    PAD = 14
    OBJ_TYPE = 15
    HANDLE = 16
    EXPR = 17
    EXPRESSIONS = 18
    TYPE = 19
    COUNT = 20


class NFTA_SET_DESC(Constants):
    """What is said of a set beforehand."""

    UNSPEC = 0
    SIZE = 1
    CONCAT = 2


class NFTA_SET_FIELD(Constants):
    """A field of a concatenation."""

    UNSPEC = 0
    LEN = 1


class SetFlags(
    FlagSet,
    prefix="NFT_SET_",
    labels={"EVAL": "dynamic"},
):
    """What a set is: of a rule's own (ANONYMOUS), never changed (CONSTANT), with ranges (INTERVAL), with something for
    each key (MAP), with elements that end (TIMEOUT) or that rules add (EVAL, nft's ``dynamic``), with an object for
    each key (OBJECT), with ranges in each field of a concatenation (CONCAT), with several expressions (EXPR)."""

    ANONYMOUS = 1
    CONSTANT = 2
    INTERVAL = 4
    MAP = 8
    TIMEOUT = 16
    EVAL = 32
    OBJECT = 64
    CONCAT = 128
    EXPR = 256


class SetPolicy(Enumeration, prefix="NFT_SET_POL_"):
    """What the kernel prefers where it has a choice: to be quick, or to use less memory."""

    PERFORMANCE = 0
    MEMORY = 1


def _words_of(payload: bytes) -> Any:
    """The types whose numbers a set has, without their sizes; a number that is none stays one."""
    number = int.from_bytes(payload, "big")
    if number == VERDICT:
        return "verdict"
    found = []
    left = number
    while left:
        kind = BY_NUMBER.get(left & (1 << BITS) - 1)
        if kind is None:
            return number
        found.append(kind.name)
        left >>= BITS
    return " . ".join(reversed(found)) if found else number


def _number_of(value: Any) -> bytes:
    if isinstance(value, int):
        return value.to_bytes(4, "big")
    if value == "verdict":
        return VERDICT.to_bytes(4, "big")
    return number_in(value).to_bytes(4, "big")


def number_in(words: str) -> int:
    """The number of a type in words, with its sizes or without. Raises EncodeError."""
    sized = " . ".join(_sized(part.strip()) for part in words.split("."))
    return key_type(sized).number


def _sized(part: str) -> str:
    kind = next((each for each in BY_NUMBER.values() if each.name == part), None)
    return f"{part}:4" if kind is not None and not kind.size else part


TYPE_NUMBER = hook(_words_of, _number_of, pure=True)
"""A type by its number in nft: read and written in words."""


class SetField(Record):
    """A field of a concatenation in which there may be ranges: its length in bytes."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_SET_FIELD, policy="nft_concat_policy")

    length: int | None = attr(NFTA_SET_FIELD.LEN, be32)


class Set(Record, header=NetfilterHeader):
    """A set, or a map (`nfgenmsg` + `NFTA_SET_*`): `family`, `table` and `name` tell it from others.

    To make one, these and `key_type` are needed: ``"ipv4_addr"``, ``"ipv4_addr . inet_service"``, ``"integer:2"``
    (see `netlynx.nftables.DATATYPES`). A map has a `data_type` (``"verdict"`` for a verdict map, ``"interval
    ipv4_addr"`` where there may be ranges), or an `object_type`. What follows from these is added when it is sent:
    lengths, the flags MAP, OBJECT and CONCAT, the lengths of fields, and the order of bytes in `userdata`, which nft
    needs.

    A set with ranges has the flag INTERVAL: without it ``10.0.0.0/8`` is no key. `timeout` is in milliseconds, and
    needs TIMEOUT; so is `gc_interval`. `size` is the most elements that it may have; `id` stands for the set in the
    transaction that makes it, and an anonymous one is called ``__set%d`` or ``__map%d`` there. `expressions` are
    carried out for each packet whose key is found (a counter, say); where there is but one, the kernel tells it as
    `expression`. `type` is how the kernel keeps it, `count` how many elements it has, both from newer kernels.

    `element` makes an element of it. Source: nf_tables_newset in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_SET, policy="nft_set_policy")
    __differs__: ClassVar[dict[str, str]] = {"expressions": "the policy is that of an expression's own attributes"}

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    table: str | None = attr(NFTA_SET.TABLE, string(NAME_LENGTH), always=True)
    name: str | None = attr(NFTA_SET.NAME, string(NAME_LENGTH), always=True)
    flags: takes.Flags[SetFlags | None] = attr(NFTA_SET.FLAGS, enum(SetFlags, be32))
    key_type: str | int | None = attr(NFTA_SET.KEY_TYPE, TYPE_NUMBER)
    key_len: int | None = attr(NFTA_SET.KEY_LEN, be32)  # bytes
    data_type: str | int | None = attr(NFTA_SET.DATA_TYPE, TYPE_NUMBER)
    data_len: int | None = attr(NFTA_SET.DATA_LEN, be32)  # bytes
    object_type: takes.Member[ObjectType | None] = attr(NFTA_SET.OBJ_TYPE, enum(ObjectType, be32))
    policy: takes.Member[SetPolicy | None] = attr(NFTA_SET.POLICY, enum(SetPolicy, be32))
    size: int | None = attr((NFTA_SET.DESC, NFTA_SET_DESC.SIZE), be32)
    fields: takes.Records[SetField] = attr((NFTA_SET.DESC, NFTA_SET_DESC.CONCAT, NFTA_LIST.ELEM), multi(nest(SetField)))
    id: int | None = attr(NFTA_SET.ID, be32)
    timeout: int | None = attr(NFTA_SET.TIMEOUT, be64)  # milliseconds
    gc_interval: int | None = attr(NFTA_SET.GC_INTERVAL, be32)  # milliseconds
    userdata: takes.Nested[SetUserdata | None] = attr(NFTA_SET.USERDATA, SET_USERDATA)
    handle: int | None = attr(NFTA_SET.HANDLE, be64)
    expression: takes.Nested[Expression | None] = attr(NFTA_SET.EXPR, any_expression)
    expressions: takes.Records[Expression] = attr((NFTA_SET.EXPRESSIONS, NFTA_LIST.ELEM), multi(any_expression))
    type: str | None = attr(NFTA_SET.TYPE, string, read_only=True)
    count: int | None = attr(NFTA_SET.COUNT, be32, read_only=True)

    @classmethod
    def __settle__(cls, settled: dict[str, Any]) -> dict[str, Any]:
        data = settled.get("data_type")
        if isinstance(data, str) and data.startswith("interval "):
            settled["data_type"] = data.removeprefix("interval ")
            told = settled.get("userdata") or SetUserdata()
            told = SetUserdata(**told) if isinstance(told, Mapping) else told
            settled["userdata"] = replace_fields(told, data_interval=True)
        for name in ("key_type", "data_type"):
            value = settled.get(name)
            if isinstance(value, str) and value != "verdict":
                try:
                    number_in(value)
                except EncodeError as error:
                    raise error.within(name).within(cls.__name__) from None
                settled[name] = " . ".join(part.strip() for part in value.split("."))
        if isinstance(settled.get("userdata"), Mapping):
            settled["userdata"] = SetUserdata(**settled["userdata"])
        return settled

    @property
    def content(self) -> SetType:
        """The types of its keys and data. What nobody knows is bytes."""
        return content_of(self)

    def element(self, key: Any, data: Any = None, **fields: Any) -> Element:
        """An element of this set: its key and, of a map, what there is for it; `fields` are those of `Element`.

        Raises EncodeError and EncodeTypeError with the path of the field for what the set cannot have.
        """
        from netlynx.nftables.element import Element

        if data is not None:
            fields["data"] = data
        return Element(set=self, key=key, **fields)


def sets(*, family: Family | str | int | None = None, table: str | None = None) -> Dump[Set]:
    """All sets and maps, or those of a family, of the tables of a name (the kernel filters).

    Raises EncodeError for a family that tables have not.
    """
    wanted = any_family(family, "nftables.sets(family)")
    request = Set(family=wanted, table=table)
    match = asked(family=wanted, table=table)
    return listing("nftables.sets", NFT_MSG.GETSET, request, NFT_MSG.NEWSET, match=match, mirrored="SETS")


def set_(table: str, name: str, *, family: Family | str | int = Family.IP) -> Do[Set]:
    """One set or map of a table. `NotFound` if there is none. Raises EncodeError for a name or family of none."""
    request = Set(
        family=one_family(family, "nftables.set_(family)"),
        table=a_name(table, "nftables.set_(table)"),
        name=a_name(name, "nftables.set_(name)"),
    )
    return single("nftables.set_", NFT_MSG.GETSET, request, NFT_MSG.NEWSET)


def content_of(given: Set) -> SetType:
    """What a set holds, whether it was read or is to be made."""
    flags, told = int(given.flags or 0), given.userdata
    order = 0 if told is None else int(told.key_order or 0)
    key = _typed(given.key_type, given.key_len, order, given, None if told is None else told.key_typeof)
    special = (
        "verdict" if given.data_type == "verdict" else "object" if flags & SetFlags.OBJECT or given.object_type else ""
    )
    ranges = bool(flags & SetFlags.INTERVAL)
    if special or given.data_type is None:
        return SetType(key, ranges, special=special)
    data_ranges = bool(told is not None and told.data_interval)
    length = given.data_len if given.data_len is None or not data_ranges else given.data_len // 2
    order = 0 if told is None else int(told.data_order or 0)
    data = _typed(given.data_type, length, order, None, None if told is None else told.data_typeof)
    return SetType(key, ranges, data, data_ranges)


def _typed(said: Any, length: int | None, order: int, given: Set | None, typeof: bytes | None) -> KeyType:
    """A type of which a set says the number and the length, or which is in words."""
    if isinstance(said, str) and ":" in said:
        return key_type(said)  # with its sizes
    if length is None:
        if not isinstance(said, str):
            raise EncodeError("say of which type its keys are", "Set.key_type")
        return key_type(said)
    number = said if isinstance(said, int) else 0 if said is None else number_in(said)
    sizes = () if given is None else tuple(int(each.length or 0) for each in given.fields)
    found = key_type_of(number, length, order, sizes, fields_of(typeof))
    return key_type(f"bytes:{length}") if found is None else found
