"""The kinds of field: how a payload becomes a Python value. One table, the same for attributes and C structs.

| kind | payload | value |
|---|---|---|
| `u8 … u64`, `s8 … s64` | integer in host byte order | `int` |
| `be16 be32 be64`, `sbe32` | integer in network byte order | `int` |
| `uint`, `sint` | integer of 4 or 8 bytes, the smaller that fits | `int` |
| `enum(E, kind)` | integer that stands for a member of an enum or set of flags | `E`; `int` for an unknown one |
| `spelt(S, kind)` | integer that has a way to be written | `S`, a `Spelt` |
| `quantity(Q, kind, unit)` | integer that counts a unit | `Q`, a `Quantity` |
| `boolean` | u8, 0 or 1 | `bool`; a plain `int` for any other number |
| `flag` | nothing: being there is the value | `bool` |
| `string`, `string(n)` | UTF-8 text with a NUL, at most n bytes before it | `str` (surrogateescape) |
| `binary`, `binary(n)` | bytes, at most n | `bytes` |
| `ip`, `ip4`, `ip6` | address of 4 or 16 bytes | `str` |
| `ip_of(field)` | 16 bytes of which the family says how many count, in another member or attribute | `str` |
| `bits(kind, n)` | bit field of a C struct, in an integer of that kind | `int` |
| `mac` | hardware address of any length | `str` such as ``02:00:00:00:00:01`` |
| `labels` | MPLS label stack | `str` such as ``100/200`` |
| `via` | struct rtvia: an address of another family | `str` |
| `bitfield32` | struct nla_bitfield32 | `Bitfield32` |
| `struct(S)` | fixed C layout, shorter and longer ones accepted | `S` |
| `nest(R)` | attributes (after R's fixed header, if it has one) | `R` |
| `tagged(R)` | the same, where R is a tag and what it stands for | what it stands for: see `netlynx.schema.tags` |
| `array(kind)` | values back to back | `tuple` |
| `indexed(kind)` | nest whose attribute types are indices | `tuple` |
| `keyed(kind)` | nest whose attribute types are keys | `dict` from key to value |
| `multi(kind)` | the attribute repeats | `tuple` |
| `sequence(R)` | records back to back, the length of each in its first two bytes; attributes, one a record | `tuple` |
| `select(field, {...})` | sub-message chosen by the value of another field, or `bytes` | as chosen |
| `hook(decode, encode)` | what is truly odd | as the hook says |
| `rest(kind)` | as `array`, to the end of a C struct of any length | `tuple`; of `binary`, `string` one value |
| `pair(form, …)` | two attributes: a key and its mask | text: see `netlynx.schema.pairs` |
| `paired(R)` | attributes, some of which are such pairs | `R` |
| `translated(R, read, write)` | attributes, those of R | what two functions make of an R |
| `network(kind)` | as `kind`; it is sent in network byte order, and marked so | as `kind` |
| `between(kind, low, high)`, `masked(kind, bits)` | as `kind` | as `kind`; what its kernel takes of it is less |

A payload that does not fit its kind is not an error: the record keeps it raw in `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace

from netlynx.codec._codec import TakenOver, decode, encode, plan_for

if TYPE_CHECKING:
    from inspect import Signature

    from netlynx.schema.masks import Form
    from netlynx.schema.quantities import Quantity
    from netlynx.schema.record import Layout, Record
    from netlynx.schema.spelling import Spelt

R = TypeVar("R")


class Code(IntEnum):
    """Which routine of the codec handles a field; the same numbers as in `codec/plan/plan.pxi`."""

    INTEGER = 1
    FLAG = 2
    STRING = 3
    BINARY = 4
    IP = 5
    MAC = 6
    PREFIX = 7
    STRUCT = 8
    NEST = 9
    ARRAY = 10
    INDEXED = 11
    SEQUENCE = 12
    SELECT = 13
    HOOK = 14
    LABELS = 15
    VIA = 16
    INLINE = 17
    BITS = 18


class Option:
    """Options of a field, plain numbers that are cheap to combine; the same as in `codec/plan/plan.pxi`."""

    BIG = 1
    SIGNED = 2
    MULTI = 4
    AUTO = 8
    DEFAULT = 16
    MASK = 32
    ALWAYS = 64
    BARE = 128
    FIXED = 256
    CONTEXT = 512
    HIDDEN = 1024
    KEYED = 2048
    NESTED = 8192
    ZERO = 16384
    WHOLE = 32768
    FAMILY = 65536
    TAGGED = 131072
    NETWORK = 262144
    SPELT = 524288
    REST = 1048576
    PAIR = 2097152


_PLAIN = 0
_HOLDING = (Code.NEST, Code.SELECT, Code.SEQUENCE, Code.HOOK)


class _Told(msgspec.StructMeta):
    """Tells editors and `help` its fields as they are written: the types of some are there for checkers alone."""

    @property
    def __signature__(cls) -> Signature:
        from netlynx.schema.describe import signature_as_written

        return signature_as_written(cls)


class Kind(msgspec.Struct, metaclass=_Told, frozen=True):
    """One kind of field. Made by the names of this module, not by hand.

    `width` is the size of an integer or a fixed field in bytes, or the largest payload (0: no limit). `low` and `high`
    are the range and `mask` the bits that the kernel's side takes (None: what the width allows). `names` says what may
    stand where the number goes until a connection sends it: the name of an "interface" or a "table", or a "namespace".
    `is_shown` says of a hook that its values are those of `shown`, not only in JSON; `carried` what those have as the
    message does.
    """

    code: Code
    name: str
    width: int = 0
    options: int = _PLAIN
    values: type[IntEnum] | type[IntFlag] | type[Spelt] | type[bool] | None = None
    target: Callable[[], type[Record] | type[Layout]] | None = None
    item: Kind | None = None
    first: int = 1
    selector: str = ""
    choices: Mapping[Any, Kind] | None = None
    decoder: Callable[[bytes], Any] | None = None
    encoder: Callable[..., bytes] | None = None  # of a value; of one with the option PAIR and its record
    length_field: str = ""
    low: int | None = None
    high: int | None = None
    mask: int | None = None
    shown: Kind | None = None
    is_shown: bool = False
    headless: bool = False
    names: str = ""
    family: str = ""
    bits: int = 0
    quantity: type[Quantity] | None = None
    form: Form | None = None
    pairs: tuple[tuple[int, int], ...] = ()
    carried: TakenOver | None = None

    @property
    def holds_records(self) -> bool:
        """Whether a value may be a record, or have some."""
        if self.item is not None:
            return self.item.holds_records
        return self.code in _HOLDING and self.quantity is None and not self.pairs

    @property
    def held(self) -> Any:  # Any: a class of records or of C structs
        """The class of what a value is, or of what it is a list of; None for what is no record and no struct."""
        target = self.target or (self.item.target if self.item is not None else None)
        return None if target is None else target()

    def __call__(self, limit: int) -> Kind:
        """The same kind with a limit on the payload in bytes (strings: without the NUL)."""
        if self.code not in (Code.STRING, Code.BINARY, Code.MAC):
            raise TypeError(f"{self.name} takes no limit")
        return replace(self, width=limit)


def _integer(name: str, width: int, options: int = _PLAIN) -> Kind:
    return Kind(Code.INTEGER, name, width, options)


u8 = _integer("u8", 1)  # one byte
u16 = _integer("u16", 2)  # two bytes in host byte order
u32 = _integer("u32", 4)  # four bytes in host byte order
u64 = _integer("u64", 8)  # eight bytes in host byte order
s8 = _integer("s8", 1, Option.SIGNED)  # one byte, signed
s16 = _integer("s16", 2, Option.SIGNED)  # two bytes, signed, in host byte order
s32 = _integer("s32", 4, Option.SIGNED)  # four bytes, signed, in host byte order
s64 = _integer("s64", 8, Option.SIGNED)  # eight bytes, signed, in host byte order
be16 = _integer("be16", 2, Option.BIG)  # two bytes in network byte order
be32 = _integer("be32", 4, Option.BIG)  # four bytes in network byte order
be64 = _integer("be64", 8, Option.BIG)  # eight bytes in network byte order
sbe32 = _integer("sbe32", 4, Option.BIG | Option.SIGNED)  # four bytes, signed, in network byte order
uint = _integer("uint", 8, Option.AUTO)  # four or eight bytes, the fewer that do
sint = _integer("sint", 8, Option.AUTO | Option.SIGNED)  # the same, signed
flag = Kind(Code.FLAG, "flag")  # nothing: being there is the value
string = Kind(Code.STRING, "string")  # text with a NUL; `string(15)` has so many bytes at most before it
binary = Kind(Code.BINARY, "binary")  # bytes; `binary(16)` has so many at most
ip = Kind(Code.IP, "ip")  # an address of IPv4 or IPv6
ip4 = Kind(Code.IP, "ip4", 4)  # an address of IPv4
ip6 = Kind(Code.IP, "ip6", 16)  # an address of IPv6
mac = Kind(Code.MAC, "mac")  # a hardware address of any length
labels = Kind(Code.LABELS, "labels")  # a stack of MPLS labels: `100/200`
via = Kind(Code.VIA, "via")  # an address of another family (struct rtvia)
boolean = Kind(Code.INTEGER, "boolean", 1, values=bool)  # a byte that is 0 or 1


def named(kind: Kind, names: str) -> Kind:
    """The same integer, in whose place a name may stand that the connection resolves (`netlynx.engine.unresolved`)."""
    if kind.code is not Code.INTEGER:
        raise TypeError(f"names stand for integers, not for {kind.name}")
    return replace(kind, names=names)


def network(kind: Kind) -> Kind:
    """The same, sent with NLA_F_NET_BYTEORDER: a few parts of the kernel refuse what is not marked so.

    What is read is the same with and without the mark. Of a `kind` in host byte order, it is read so and sent in
    network byte order all the same: a kernel may take a number in one and tell it in the other.
    """
    if kind.code not in (Code.IP, Code.STRUCT, Code.INTEGER):
        raise TypeError(f"{kind.name} has no byte order")
    return replace(kind, options=kind.options | Option.NETWORK)


interface = named(u32, "interface")  # the index of an interface, or its name
routing_table = named(u32, "table")  # the number of a routing table, or its name
namespace = named(u32, "namespace")  # a namespace by the number of an open file, or any way of naming one
"""Of what may tell one: see `netlynx.schema.namespaces`."""


def enum(values: type[IntEnum] | type[IntFlag] | type[bool], kind: Kind) -> Kind:
    """An integer that stands for a member of an enum, or for a set of flags."""
    if kind.code not in (Code.INTEGER, Code.BITS):
        raise TypeError(f"an enum is carried by an integer, not by {kind.name}")
    return replace(kind, values=values)


def spelt(values: type[Spelt], kind: Kind) -> Kind:
    """An integer that people write and read otherwise: as `values`, a class of such, says."""
    if kind.code is not Code.INTEGER:
        raise TypeError(f"a spelt number is carried by an integer, not by {kind.name}")
    return replace(kind, values=values, options=kind.options | Option.SPELT)


def ip_of(family: str) -> Kind:
    """A member of a C struct, or an attribute, that has room for either address: the struct's member, or the record's
    field in the same nest, that is called `family` says which one it holds. Of a struct it may be a member of one
    within: ``selector.family``.

    An IPv4 address stands in the first 4 of its 16 bytes; whatever else the family is, all of them are the address. In
    an attribute that is sent, those that count stand alone.
    """
    return Kind(Code.IP, "ip_of", 16, Option.FAMILY, family=family)


def bits(kind: Kind, count: int) -> Kind:
    """A bit field of a C struct: `count` bits of an integer of this kind, behind those of the bit field before it."""
    if kind.code is not Code.INTEGER or kind.options:
        raise TypeError(f"a bit field is part of an unsigned integer in host byte order, not of {kind.name}")
    return replace(kind, code=Code.BITS, name=f"bits of {kind.name}", bits=count)


def prefix(length: str, *, default: bool = False, whole: bool = False) -> Kind:
    """Address in the attribute, prefix length in the header's member `length`; ``192.0.2.0/24`` as a string.

    With `default` an absent attribute and a length of 0 read as ``0.0.0.0/0`` or ``::/0``. A prefix of everything is
    sent without its attribute, unless the kernel wants that (`whole`).
    """
    options = Option.CONTEXT | (Option.DEFAULT if default else _PLAIN) | (Option.WHOLE if whole else _PLAIN)
    return Kind(Code.PREFIX, "prefix", length_field=length, options=options)


def struct(target: type[Layout] | Callable[[], type[Layout]]) -> Kind:
    """A fixed C layout."""
    return Kind(Code.STRUCT, "struct", target=_lazy(target))


def nest(target: type[Record] | Callable[[], type[Record]], *, bare: bool = False, headless: bool = False) -> Kind:
    """Nested attributes. `target` may be a function, for records that refer to each other.

    `bare` sends it without NLA_F_NESTED, as a few old parsers want it. `headless` is for a record that is a message
    elsewhere: here its attributes stand without its fixed header, the fields of which are at their defaults.
    """
    options = Option.BARE if bare else _PLAIN
    return Kind(Code.NEST, "nest", target=_lazy(target), options=options, headless=headless)


def tagged(target: type[Record] | Callable[[], type[Record]]) -> Kind:
    """A nest of `target`, a record of a tag and what that chooses: the value is what is chosen, and its class the tag.

    What it is where the tag is not known, and in JSON, says `netlynx.schema.tags`.
    """
    return Kind(Code.NEST, "tagged", target=_lazy(target), options=Option.TAGGED)


def array(item: Kind, count: int = 0) -> Kind:
    """Values of fixed size back to back; `count` of them in a C struct (then of a size that the kind itself tells)."""
    if count and not item.width:
        raise TypeError(f"{count} times {item.name}: its size is not known here")
    return Kind(Code.ARRAY, "array", item.width * count, item=_element("array", item))


def rest(item: Kind) -> Kind:
    """The last member of a C struct: as many values as there are, to the end of what holds the struct.

    Of `binary` and `string` it is one value, of as many bytes.
    """
    if item.code in (Code.BINARY, Code.STRING) and not item.width:
        options = Option.REST | (Option.FIXED if item.code is Code.STRING else _PLAIN)
        return replace(item, name=f"rest of {item.name}", options=options)
    return replace(Kind(Code.ARRAY, "rest", item=_element("rest", item)), options=Option.REST)


def indexed(item: Kind, *, first: int = 1, bare: bool = False) -> Kind:
    """A nest whose attribute types are indices that count from `first`; `bare` sends it without NLA_F_NESTED."""
    options = Option.BARE if bare else _PLAIN
    return Kind(Code.INDEXED, "indexed", item=_element("indexed", item), first=first, options=options)


def keyed(item: Kind) -> Kind:
    """A nest whose attribute types are keys: a dict from number to value, in the order of the message."""
    return Kind(Code.INDEXED, "keyed", item=_element("keyed", item), options=Option.KEYED | Option.CONTEXT)


def multi(item: Kind) -> Kind:
    """An attribute that repeats."""
    return Kind(item.code, "multi", item=_element("multi", item), options=Option.MULTI)


def sequence(target: type[Record] | Callable[[], type[Record]]) -> Kind:
    """Records back to back, each with its length in its header's first two bytes.

    Records without a header are attributes, one each, of which several may have the same number: what stands in order.
    """
    return Kind(Code.SEQUENCE, "sequence", target=_lazy(target))


def select(selector: str, choices: Mapping[Any, Kind], default: Kind | None = None) -> Kind:
    """A sub-message chosen by the value of the field `selector`, of this record or one around it."""
    table = dict(choices)
    if default is not None:
        table[None] = default
    for choice in table.values():
        _element("select", choice)
    return Kind(Code.SELECT, "select", selector=selector, choices=table)


def hook(
    decode: Callable[[bytes], Any],
    encode: Callable[[Any], bytes],
    shown: Kind | None = None,
    *,
    pure: bool = False,
    size: int = 0,
) -> Kind:
    """A payload that two functions understand; of `size` bytes in a C struct.

    A ValueError, TypeError, LookupError … of `decode` becomes a DecodeError, one of `encode` an EncodeError, with the
    path of the field. `decode` may return NotImplemented for a payload that does not fit, which then stays raw.
    `shown` is a kind whose values have the same JSON; needed unless a value is a number or text.
    `pure` promises that a value depends on the payload alone and never changes: then rows of the same bytes share it.
    """
    options = (_PLAIN if pure else Option.CONTEXT) | (Option.FIXED if size else _PLAIN)
    return Kind(Code.HOOK, "hook", size, decoder=decode, encoder=encode, shown=shown, options=options)


def translated(
    target: type[R],
    read: Callable[[R], Any],
    write: Callable[[Any], R],
    shown: Kind | None = None,
    *,
    bare: bool = False,
) -> Kind:
    """A nest whose record says a simpler thing in many attributes: `read` makes a value of it, `write` the record.

    It may be a C struct, too, which is `bare`: not nested.

    What they raise, and `shown`, is as for `hook`. A value depends on the payload alone and never changes.
    """

    def decoder(payload: bytes) -> Any:
        return read(decode(plan_for(target), payload, strict=True))

    last: tuple[Any, bytes] = (None, b"")

    def encoder(value: Any) -> bytes:
        nonlocal last
        said, payload = last
        if said is not value:  # of many records that share one, it is written once
            payload = encode(plan_for(target), write(value))
            last = (value, payload)
        return payload

    options, lazy = _PLAIN if bare else Option.NESTED, _lazy(target)
    return Kind(Code.HOOK, "translated", decoder=decoder, encoder=encoder, target=lazy, shown=shown, options=options)


def between(kind: Kind, low: int | None = None, high: int | None = None) -> Kind:
    """The same kind, of which the kernel's side takes a range: of the value of an integer, of the bytes of others.

    For who declares a protocol's kernel side: its policies say so, and its refusals name the range. Either end may be
    left open. Nothing is refused before it is sent.
    """
    if kind.code not in (Code.INTEGER, Code.BINARY, Code.MAC, Code.IP):
        raise TypeError(f"{kind.name} takes no range")
    if low is not None and high is not None and low > high:
        raise ValueError(f"the range from {low} to {high} is empty")
    return replace(kind, low=low, high=high)


def masked(kind: Kind, bits: int) -> Kind:
    """The same kind (an integer or `bitfield32`), of which the kernel's side takes only these bits; see `between`."""
    if kind.code not in (Code.INTEGER, Code.STRUCT) or kind.options & (Option.SIGNED | Option.BIG):
        raise TypeError(f"{kind.name} takes no mask")
    return replace(kind, mask=int(bits))


def chars(size: int) -> Kind:
    """A char array of a C struct: text that ends at a NUL or at the array's end."""
    return Kind(Code.STRING, "chars", size, Option.FIXED)


def raw(size: int) -> Kind:
    """A byte array of a C struct."""
    return Kind(Code.BINARY, "raw", size, Option.FIXED)


def _element(owner: str, item: Kind) -> Kind:
    """The kind itself, unless it needs a slot of its own record to stand in."""
    alone = owner != "multi" and item.options & Option.TAGGED
    if item.code in (Code.SELECT, Code.PREFIX) or item.options & Option.MULTI or alone:
        raise TypeError(f"{owner} cannot be made of {item.name}: put it into a record of its own")
    return item


def _lazy(target: Any) -> Callable[[], Any]:  # Any: a class or a function that gives one
    return (lambda: target) if isinstance(target, type) else target
