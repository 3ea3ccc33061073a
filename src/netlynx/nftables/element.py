"""Elements of sets and maps. Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c.

A message has many elements of a set. An `Element` is one of them with what stands around it, and its values as its set
has them: which type that is, the kernel does not say, so `type` says it here. An `ElementList` is such a message.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from netlynx.codec._codec import decode
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFTA_LIST, Family
from netlynx.nftables.data import NFTA_DATA, Data
from netlynx.nftables.expressions.expression import Expression, any_expression
from netlynx.nftables.set import Set, SetFlags
from netlynx.nftables.set_type import SetType, set_type, verdict_text
from netlynx.nftables.userdata import ELEMENT_USERDATA, ElementUserdata
from netlynx.schema import (
    Constants,
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
    string,
    takes,
)
from netlynx.schema.compile import plan_of
from netlynx.schema.facts import Facts


class NFTA_SET_ELEM_LIST(Constants):
    """Attributes of a message with elements."""

    UNSPEC = 0
    TABLE = 1
    SET = 2
    ELEMENTS = 3
    SET_ID = 4
    TYPE = 0x3FF0  # where netlynx notes of which type elements are, beside what a message says

    __not_in_headers__: ClassVar[dict[str, str]] = {"NFTA_SET_ELEM_LIST_TYPE": "of no kernel: it is never sent"}


class NFTA_SET_ELEM(Constants):
    """Attributes of an element."""

    UNSPEC = 0
    KEY = 1
    DATA = 2
    FLAGS = 3
    TIMEOUT = 4
    EXPIRATION = 5
    USERDATA = 6
    EXPR = 7
    PAD = 8
    OBJREF = 9
    KEY_END = 10
    EXPRESSIONS = 11


class ElementFlags(FlagSet, prefix="NFT_SET_ELEM_"):
    """INTERVAL_END: a range is over here; CATCHALL: it stands for all keys that no other element has."""

    INTERVAL_END = 1
    CATCHALL = 2


class WireElement(Record):
    """An element as the kernel has it (`NFTA_SET_ELEM_*`): bytes of a key, and of what there is for it."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_SET_ELEM, policy="nft_set_elem_policy")
    __differs__: ClassVar[dict[str, str]] = {"expressions": "the policy is that of an expression's own attributes"}

    key: takes.Natural[Data | None] = attr(NFTA_SET_ELEM.KEY, nest(Data))
    key_end: takes.Natural[Data | None] = attr(NFTA_SET_ELEM.KEY_END, nest(Data))
    data: takes.Natural[Data | None] = attr(NFTA_SET_ELEM.DATA, nest(Data))
    flags: takes.Flags[ElementFlags | None] = attr(NFTA_SET_ELEM.FLAGS, enum(ElementFlags, be32))
    timeout: int | None = attr(NFTA_SET_ELEM.TIMEOUT, be64)
    expiration: int | None = attr(NFTA_SET_ELEM.EXPIRATION, be64)
    userdata: takes.Nested[ElementUserdata | None] = attr(NFTA_SET_ELEM.USERDATA, ELEMENT_USERDATA)
    object: str | None = attr(NFTA_SET_ELEM.OBJREF, string(NAME_LENGTH))
    expression: takes.Nested[Expression | None] = attr(NFTA_SET_ELEM.EXPR, any_expression)
    expressions: takes.Records[Expression] = attr((NFTA_SET_ELEM.EXPRESSIONS, NFTA_LIST.ELEM), multi(any_expression))


class ElementList(Record, header=NetfilterHeader):
    """A message with elements of a set (`nfgenmsg` + `NFTA_SET_ELEM_LIST_*`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_SET_ELEM_LIST, policy="nft_set_elem_list_policy")

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    table: str | None = attr(NFTA_SET_ELEM_LIST.TABLE, string(NAME_LENGTH))
    set: str | None = attr(NFTA_SET_ELEM_LIST.SET, string(NAME_LENGTH))
    set_id: int | None = attr(NFTA_SET_ELEM_LIST.SET_ID, be32)
    type: str | None = attr(NFTA_SET_ELEM_LIST.TYPE, string)  # as that of an `Element`; never sent
    elements: takes.Records[WireElement] = attr((NFTA_SET_ELEM_LIST.ELEMENTS, NFTA_LIST.ELEM), multi(nest(WireElement)))


_IN = (NFTA_SET_ELEM_LIST.ELEMENTS, NFTA_LIST.ELEM)


def read_data(content: SetType | None, payload: bytes) -> Any:
    """What stands in NFTA_SET_ELEM_DATA: a value, bytes where the map's type is not known, or a verdict in words."""
    told: Data = decode(plan_of(Data), payload, strict=True)
    found = said(content, told)
    return NotImplemented if found is None else found


def said(content: SetType | None, told: Any) -> Any:
    """What a `Data` is: a value, or a verdict in words; None for what neither can say."""
    if told.unknown or (told.value is None) == (told.verdict is None):
        return None
    if told.value is not None:
        return told.value if content is None else content.read_data(told.value)
    given = told.verdict
    if given.code is None or given.unknown or given.chain_id is not None:
        return None
    return verdict_text(int(given.code), given.chain)


def _write_data(value: Any) -> bytes:
    raise EncodeError("elements are sent as an ElementList")


class Element(Record, header=NetfilterHeader):
    """An element of a set, or of a map: `family`, `table`, `set` and `key` tell it from others.

    `type` says of which type key and data are, as nft does: ``"ipv4_addr"``, ``"interval ipv4_addr : verdict"``. Where
    a `Set` is given as `set`, all that follows from it is. A key is an address as text, a number, the name of an
    interface; of a concatenation a tuple; in a set with ranges also a prefix, ``"80-90"``, ``"eth*"``, a `range`. Key
    ``"*"`` stands for all others, and is None with the flag CATCHALL when it is read. Of a type that nobody knows it is
    bytes. `data` is a value likewise, or a verdict: ``"accept"``, ``"jump CHAIN"``; of a map of objects `object` is the
    name of one. `timeout` is in milliseconds, and `expiration` what is left of it; of a set that has not the
    flag TIMEOUT, the kernel refuses both with EINVAL. `userdata` has nft's comment: ``userdata={"comment": "…"}``.

    Source: nf_tables_fill_setelem and nft_add_set_elem in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NFTA_SET_ELEM_LIST, policy="nft_set_elem_list_policy"),
        Facts(attributes=NFTA_SET_ELEM, policy="nft_set_elem_policy"),
    )
    __differs__: ClassVar[dict[str, str]] = {"expressions": "the policy is that of an expression's own attributes"}
    __omitted__: ClassVar[dict[str, str]] = {"NFTA_DATA_VERDICT": "`data` has it, in words"}

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    table: str | None = attr(NFTA_SET_ELEM_LIST.TABLE, string(NAME_LENGTH), always=True)
    set: takes.Natural[str | None] = attr(NFTA_SET_ELEM_LIST.SET, string(NAME_LENGTH), always=True)
    type: str | None = attr(NFTA_SET_ELEM_LIST.TYPE, string)
    key: Any = attr((*_IN, NFTA_SET_ELEM.KEY, NFTA_DATA.VALUE), hook(bytes, bytes, pure=True), always=True)
    key_end: bytes | None = attr((*_IN, NFTA_SET_ELEM.KEY_END, NFTA_DATA.VALUE), hook(bytes, bytes, pure=True))
    data: Any = attr((*_IN, NFTA_SET_ELEM.DATA), hook(partial(read_data, None), _write_data, pure=True))
    object: str | None = attr((*_IN, NFTA_SET_ELEM.OBJREF), string(NAME_LENGTH))
    flags: takes.Flags[ElementFlags | None] = attr((*_IN, NFTA_SET_ELEM.FLAGS), enum(ElementFlags, be32))
    timeout: int | None = attr((*_IN, NFTA_SET_ELEM.TIMEOUT), be64)
    expiration: int | None = attr((*_IN, NFTA_SET_ELEM.EXPIRATION), be64)
    userdata: takes.Nested[ElementUserdata | None] = attr((*_IN, NFTA_SET_ELEM.USERDATA), ELEMENT_USERDATA)
    expression: takes.Nested[Expression | None] = attr((*_IN, NFTA_SET_ELEM.EXPR), any_expression)
    expressions: takes.Records[Expression] = attr(
        (*_IN, NFTA_SET_ELEM.EXPRESSIONS, NFTA_LIST.ELEM), multi(any_expression)
    )
    set_id: int | None = attr(NFTA_SET_ELEM_LIST.SET_ID, be32)

    @classmethod
    def __settle__(cls, settled: dict[str, Any]) -> dict[str, Any]:
        owner = settled.get("set")
        if isinstance(owner, Set):
            settled = _of_set(owner, settled)
        if isinstance(settled.get("userdata"), dict):
            settled["userdata"] = ElementUserdata(**settled["userdata"])
        if settled.get("key") == "*":
            settled |= {"key": None, "flags": ElementFlags(settled.get("flags") or 0) | ElementFlags.CATCHALL}
        said = settled.get("type")
        if said is not None and not isinstance(said, str):
            raise EncodeTypeError(f"expected the type's name, not {type(said).__name__} {said!r}", "Element.type")
        try:
            content = None if said is None else set_type(said)
        except EncodeError as error:
            raise error.within("type").within("Element") from None
        for name, settle in (("key", _key), ("data", _data)):
            if settled.get(name) is not None:
                try:
                    settled[name] = settle(content, settled[name])
                except EncodeError as error:
                    raise _told(error, name, settled) from error.__cause__
        return settled


def _told(error: EncodeError, name: str, values: dict[str, Any]) -> EncodeError:
    """The error with the field's path, and the set whose element it would be."""
    where, said = values.get("set"), values.get("type")
    if where and said and said not in str(error):
        error.add_note(f"the set {where} has {said}")
    return error.within(name).within("Element")


def _of_set(owner: Set, settled: dict[str, Any]) -> dict[str, Any]:
    """What an element has from its set. Raises EncodeError for what that does not take."""
    for name in ("timeout", "expiration"):
        if settled.get(name):
            check_timeout(owner, f"Element.{name}")
    told: dict[str, Any] = {"family": owner.family, "table": owner.table, "set": owner.name, "type": str(owner.content)}
    if owner.id is not None:
        told["set_id"] = owner.id
    return {**told, **{name: value for name, value in settled.items() if name != "set"}}


def check_timeout(owner: Set, path: str) -> None:
    """Raises EncodeError for a set whose elements do not end (nft_add_set_elem in net/netfilter/nf_tables_api.c)."""
    if not SetFlags(owner.flags or 0) & SetFlags.TIMEOUT:
        raise EncodeError(
            f'elements of {owner.name or "the set"} do not end: the set has to have the flag "timeout"', path
        )


def _key(content: SetType | None, value: Any) -> Any:
    return _bytes(value) if content is None else content.key_of(value)


def _data(content: SetType | None, value: Any) -> Any:
    if content is not None:
        return content.data_of(value)
    return value if isinstance(value, str) and not _is_hex(value) else _bytes(value)


def _is_hex(text: str) -> bool:
    return len(text) % 2 == 0 and not set(text) - set("0123456789abcdef")


def _bytes(value: Any) -> bytes:
    """Of a type that nobody said: bytes, or the hexadecimal text that JSON has for them."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, str) and _is_hex(value):
        return bytes.fromhex(value)
    raise EncodeTypeError(
        f"of which type it is nobody said: give the Set as `set`, or `type`; expected bytes, not {value!r}"
    )
