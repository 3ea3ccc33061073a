"""Many elements of a set: a million of them take no more memory than their bytes.

A list of elements is an attribute, of 64 KiB at most, so they go in several messages, which are made while they are
sent. Where nothing but the keys is different, what stands around a key is encoded once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from socket import AF_INET, AF_INET6, inet_pton
from typing import Any, ClassVar

from netlynx.codec._codec import encode
from netlynx.engine.operation import Bound, Series
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import NetfilterHeader, marks, message_type, netfilter_series
from netlynx.nftables.constants import NFT_MSG, NFTA_LIST
from netlynx.nftables.datatypes import Form
from netlynx.nftables.element import NFTA_SET_ELEM_LIST, ElementFlags, ElementList, WireElement, check_timeout
from netlynx.nftables.element_requests import datum, keyed
from netlynx.nftables.set import Set
from netlynx.nftables.set_type import OBJECT, SetType
from netlynx.nftables.userdata import ElementUserdata
from netlynx.nftables.verbs import NEW, Many, Verbs, register
from netlynx.schema import Record, attr, be32, binary, head, multi, nest, replace_fields, string
from netlynx.schema.compile import plan_of
from netlynx.schema.facts import NoFacts
from netlynx.wire.constants import NETLINK, NLM_F

_ROOM = 65_000  # bytes of a list in one message; an attribute has room for 65,531
_AT_ONCE = 64  # elements that are encoded together


class Pieces(Record):
    """Elements, one attribute each, and nothing around them."""

    __facts__: ClassVar[NoFacts] = NoFacts("it is what stands in NFTA_SET_ELEM_LIST_ELEMENTS")

    elements: tuple[WireElement, ...] = attr(NFTA_LIST.ELEM, multi(nest(WireElement)))


class PackedList(Record, header=NetfilterHeader):
    """An `ElementList` whose elements are bytes already."""

    __facts__: ClassVar[NoFacts] = NoFacts("it is an ElementList")

    family: int = head()
    table: str | None = attr(NFTA_SET_ELEM_LIST.TABLE, string)
    set: str | None = attr(NFTA_SET_ELEM_LIST.SET, string)
    set_id: int | None = attr(NFTA_SET_ELEM_LIST.SET_ID, be32)
    elements: bytes | None = attr(NFTA_SET_ELEM_LIST.ELEMENTS, binary)


class Elements(Many):
    """Elements of a set, any number of them: ``nftables.add(nftables.Elements(blocked, addresses))``.

    `keys` are those of `Element`, in any iterable; of a map a mapping from key to data, or pairs of both. `timeout`, in
    milliseconds, and `comment` are those of each. What the iterable gives is looked at while it is sent, all of it in
    one transaction; ``nftables.transaction([nftables.add(…)], split=BYTES)`` makes several of it. An iterator can be
    read but once, and so be sent but once. One that is there already refuses them all, unless `exist_ok`: then it stays
    what it is.

    Raises EncodeTypeError for what is no set, or no list.
    """

    __slots__ = ("_keys", "_spent", "comment", "exist_ok", "set", "timeout")

    def __init__(
        self,
        set: Set,
        keys: Iterable[Any],
        *,
        timeout: int | None = None,
        comment: str | None = None,
        exist_ok: bool = False,
    ) -> None:
        if not isinstance(set, Set):
            raise EncodeTypeError(f"expected a Set, not {type(set).__name__} {set!r}", "nftables.Elements(set)")
        if isinstance(keys, (str, bytes)) or not isinstance(keys, Iterable):
            raise EncodeTypeError(f"expected a list of keys, not {keys!r}", "nftables.Elements(keys)")
        self.set = set
        self.timeout = timeout
        self.comment = comment
        self.exist_ok = exist_ok
        self._keys = keys
        self._spent = False

    def __repr__(self) -> str:
        return f"<Elements of {self.set.name}>"

    def values(self, *, keys: bool = False) -> Iterator[Any]:
        """The keys, or the pairs of a map; of a mapping the keys alone, if those are wanted.

        Raises EncodeError for an iterator that was read already.
        """
        if self._spent:
            said = "they come from an iterator, which was read already: give a list"
            raise EncodeError(said, "nftables.Elements(keys)")
        self._spent = isinstance(self._keys, Iterator)
        return iter(self._keys.items() if isinstance(self._keys, Mapping) and not keys else self._keys)

    @property
    def common(self) -> WireElement:
        """What all of them have besides key and data."""
        said = None if self.comment is None else ElementUserdata(comment=self.comment)
        return WireElement(timeout=self.timeout, userdata=said)


def lists_of(given: Elements, *, deleting: bool = False) -> Iterator[tuple[ElementList, bytes]]:
    """The messages for many elements: each as a record that says which set, and as bytes.

    Raises EncodeError and EncodeTypeError, with the number of the key, for what the set cannot have.
    """
    owner = given.set
    around: dict[str, Any] = {"family": owner.family, "table": owner.table, "set": owner.name, "set_id": owner.id}
    content, plan = owner.content, plan_of(PackedList)
    named = ElementList(**around, type=str(content))
    common = WireElement() if deleting else _common(given)
    if content.is_map and not deleting:
        bodies = _gathered(_pairs(given, content, common))
    elif content.ranges:
        bodies = _gathered(_ranges(given, content, common))
    else:
        bodies = _keys(given, content, common)
    for body in bodies:
        yield named, encode(plan, PackedList(**around, elements=body))


def _common(given: Elements) -> WireElement:
    """What all have, as it is sent. Raises EncodeError and EncodeTypeError by the names that `Elements` has for it."""
    found = given.common
    if given.timeout:
        check_timeout(given.set, "Elements.timeout")
    try:
        encode(plan_of(WireElement), found)
    except EncodeError as error:
        error.path = "comment" if "userdata" in error.path else error.path.rpartition(".")[2]
        raise error.within("Elements") from error.__cause__
    return found


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of elements, as many together as a message has room for."""
    body: list[bytes] = []
    size = 0
    for piece in pieces:
        if size + len(piece) > _ROOM:
            yield b"".join(body)
            body, size = [], 0
        body.append(piece)
        size += len(piece)
    if body:
        yield b"".join(body)


def _at(error: EncodeError, number: int) -> EncodeError:
    return error.within(f"keys[{number}]").within("Elements")


# -- what is different is the key alone --------------------------------------------------------------------------------


def _pieces(*elements: WireElement) -> bytes:
    return encode(plan_of(Pieces), Pieces(elements=elements))


@lru_cache(64)
def _frame(common: WireElement, *names: str, size: int) -> tuple[bytes, ...]:
    """What stands around the values of an element that has these of `size` bytes each."""
    filled = [
        _pieces(
            WireElement(
                **{each: getattr(common, each) for each in _COMMON} | dict.fromkeys(names, bytes((fill,)) * size)
            )
        )
        for fill in (0x55, 0xAA)
    ]
    parts, at = [], 0
    for _ in names:
        begin = next(i for i in range(at, len(filled[0])) if filled[0][i] != filled[1][i])
        parts.append(filled[0][at:begin])
        at = begin + size
    return (*parts, filled[0][at:])


_COMMON = ("flags", "timeout", "userdata")


def _keys(given: Elements, content: SetType, common: WireElement) -> Iterator[bytes]:
    """Elements with a key each, and nothing else that is their own."""
    before, behind = _frame(common, "key", size=content.key.length)
    count = _ROOM // (len(before) + content.key.length + len(behind))
    between, number, values = behind + before, 0, given.values(keys=True)
    while lot := list(islice(values, count)):
        encoded = _encoded(content, lot, number)
        body = before + between.join(encoded) + behind if encoded else b""
        yield body + _catchall(common) * (len(lot) - len(encoded))
        number += len(lot)


def _encoded(content: SetType, lot: list[Any], number: int) -> list[bytes]:
    """The bytes of keys, of which the first one has this number; less those that stand for all others."""
    quick = _QUICK.get(content.key.fields[0].datatype.form) if len(content.key.fields) == 1 else None
    if quick is not None:
        try:
            return quick(lot)
        except (OSError, TypeError, ValueError):
            pass  # one of them is something else than the text of an address, or wrong
    made = []
    for at, value in enumerate(lot, number):
        if _is_all(value):
            continue
        try:
            made.append(content.key.encode(value))
        except EncodeError as error:
            raise _at(error, at) from error.__cause__
    return made


def _is_all(key: Any) -> bool:
    """Whether a key stands for all that no other element has."""
    return isinstance(key, str) and key == "*"


def _catchall(common: WireElement) -> bytes:
    return _pieces(replace_fields(common, flags=ElementFlags.CATCHALL))


def _ipv4(lot: list[Any]) -> list[bytes]:
    return [inet_pton(AF_INET, each) for each in lot]


def _ipv6(lot: list[Any]) -> list[bytes]:
    return [inet_pton(AF_INET6, each) for each in lot]


_QUICK: dict[Form, Callable[[list[Any]], list[bytes]]] = {Form.IPV4: _ipv4, Form.IPV6: _ipv6}


def _ranges(given: Elements, content: SetType, common: WireElement) -> Iterator[bytes]:
    """Ranges, and nothing else that is their own."""
    size = content.key.length
    highest = b"\xff" * size
    if not content.paired:
        before, between, ended = _frame(common, "key", "key_end", size=size)
    else:
        before, behind = _frame(common, "key", size=size)
        ending, ended = _frame(WireElement(flags=ElementFlags.INTERVAL_END), "key", size=size)
        between = behind + ending
    for number, value in enumerate(given.values(keys=True)):
        if _is_all(value):
            yield _catchall(common)
            continue
        try:
            first, last = content.key.encode_range(value)
        except EncodeError as error:
            raise _at(error, number) from error.__cause__
        if not content.paired:
            yield before + first + between + last + ended
        elif last == highest:
            yield _pieces(*keyed(content, first + last, common))
        else:
            over = (int.from_bytes(last, "big") + 1).to_bytes(size, "big")
            yield before + first + between + over + ended


# -- data, too ---------------------------------------------------------------------------------------------------------


def _pairs(given: Elements, content: SetType, common: WireElement) -> Iterator[bytes]:
    """Elements of a map."""
    for number, value in enumerate(given.values()):
        try:
            if not isinstance(value, (tuple, list)) or len(value) != 2:
                raise EncodeTypeError(f"expected a pair of key and data, not {value!r}")
            key, data = value
            own = {"object": data} if content.special == OBJECT else {"data": datum(content, data)}
            said = WireElement(timeout=common.timeout, userdata=common.userdata, **own)
            yield _pieces(
                *(keyed(content, None, said, ElementFlags.CATCHALL) if _is_all(key) else keyed(content, key, said))
            )
        except EncodeError as error:
            raise _at(error, number) from error.__cause__


# -- the verbs ---------------------------------------------------------------------------------------------------------

_MESSAGES = {
    "add": (int(NFT_MSG.NEWSETELEM), int(NEW)),
    "delete": (int(NFT_MSG.DELSETELEM), 0),
    "destroy": (int(NFT_MSG.DESTROYSETELEM), 0),
}


def _make(given: Elements, verb: str, echo: bool) -> Series:
    """The change that takes several messages. Raises EncodeError for what the set itself lacks."""
    path = f"nftables.{verb}(Elements)"
    if echo:
        raise EncodeError("the kernel would tell each of them: list them instead", f"{path}.echo")
    for name in ("table", "name"):
        if getattr(given.set, name) is None and (name == "table" or given.set.id is None):
            raise EncodeError("it is needed to find the set", f"{path}.set.{name}")
    deleting = verb != "add"
    if deleting and given.common != WireElement():
        raise EncodeError("the kernel looks at the keys alone when it deletes", path)
    message, flags = _MESSAGES[verb]
    if given.exist_ok:
        if deleting:
            raise EncodeError("it is for adding: what need not be there, `destroy` removes", f"{path}.exist_ok")
        flags = int(NLM_F.CREATE)
    begin, end = marks(NFNL_SUBSYS.NFTABLES)
    number = message_type(NFNL_SUBSYS.NFTABLES, message)

    def bound() -> Iterator[Bound[None]]:
        for named, payload in lists_of(given, deleting=deleting):
            yield Bound(f"nftables.{verb}", _PROTOCOL, number, flags, named, payload, begin=begin, end=end)

    return netfilter_series(f"nftables.{verb}", NFNL_SUBSYS.NFTABLES, bound)


_PROTOCOL = int(NETLINK.NETFILTER)


def _prepare(given: Elements, verb: str) -> ElementList:
    raise NotImplementedError("elements take several messages")


register(Elements, Verbs(_MESSAGES, told=NFT_MSG.NEWSETELEM, prepare=_prepare, make=_make))
