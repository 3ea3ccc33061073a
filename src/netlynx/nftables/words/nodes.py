"""What the words of a rule are: values, all frozen, that say what nft's words say.

What is looked at (`Looked`: a header's field, a key, what is computed of them), what it is compared with (`Value` and
its kin), and what is done (`Statement`). The expressions of the kernel stand among words as they are, too.
"""

from __future__ import annotations

from typing import Any, Union

import msgspec

from .headers import HEADERS, Place
from .keys import CT, FIB_RESULTS, IPSEC, META, OPTIONS, RT, SOCKET, TUNNEL, Key, OptionField
from .types import TYPES, Datatype, Order

Shape = tuple[Datatype, int, Order]


class Looked(msgspec.Struct, frozen=True):
    """Something of a packet, of its connection, or computed of these."""

    @property
    def shape(self) -> Shape:
        """Its datatype, its size in bits, and the byte order that it has in a register."""
        raise NotImplementedError

    @property
    def type(self) -> Datatype:
        """Its datatype."""
        return self.shape[0]

    @property
    def bits(self) -> int:
        """Its size in bits."""
        return self.shape[1]

    @property
    def order(self) -> Order:
        """The byte order that it has in a register."""
        return self.shape[2]

    def __and__(self, mask: Any) -> Computed:  # Any: a value of its datatype, however spelt
        return Computed(self, "&", mask)

    def __or__(self, bits: Any) -> Computed:  # Any: as above
        return Computed(self, "|", bits)

    def __xor__(self, bits: Any) -> Computed:  # Any: as above
        return Computed(self, "^", bits)

    def __lshift__(self, by: int) -> Computed:
        return Computed(self, "<<", by)

    def __rshift__(self, by: int) -> Computed:
        return Computed(self, ">>", by)


class Field(Looked, frozen=True):
    """A field of a header: ``ip.saddr``."""

    header: str
    field: str

    @property
    def place(self) -> Place:
        """Where it stands."""
        return HEADERS[self.header].fields[self.field]

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return self.place.type, self.place.bits, "big"


class Raw(Looked, frozen=True):
    """Bits of a packet: from the start of the link ("ll"), network ("nh") or transport header ("th")."""

    base: str
    offset: int
    length: int

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return TYPES["integer"], self.length, "big"


class _Keyed(Looked, frozen=True):
    @property
    def entry(self) -> Key:
        """Its line in the table of keys."""
        raise NotImplementedError

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return self.entry.type, self.entry.bits, self.entry.order


class Meta(_Keyed, frozen=True):
    """A packet's metadata: ``meta.mark``."""

    key: str

    @property
    def entry(self) -> Key:
        """Its line in the table of keys."""
        return META[self.key]


class Ct(_Keyed, frozen=True):
    """What connection tracking knows: ``ct.state``, ``ct.original.bytes``."""

    key: str
    direction: str = ""

    @property
    def entry(self) -> Key:
        """Its line in the table of keys."""
        return CT[self.key]


class Rt(_Keyed, frozen=True):
    """What routing knows: ``rt.mtu``."""

    key: str

    @property
    def entry(self) -> Key:
        """Its line in the table of keys."""
        return RT[self.key]


class Socket(_Keyed, frozen=True):
    """The socket of a packet: ``socket.mark``; `level` is that of a cgroup."""

    key: str
    level: int | None = None

    @property
    def entry(self) -> Key:
        """Its line in the table of keys."""
        return SOCKET[self.key]


class Ipsec(_Keyed, frozen=True):
    """What a packet's IPsec has: ``ipsec("in", "reqid")``; `number` is that of the transformation."""

    direction: str
    key: str
    number: int = 0

    @property
    def entry(self) -> Key:
        """Its line in the table of keys."""
        return IPSEC[self.key]


class Tunnel(_Keyed, frozen=True):
    """What a packet's tunnel says of it: ``tunnel.id``."""

    key: str

    @property
    def entry(self) -> Key:
        """Its line in the table of keys."""
        return TUNNEL[self.key]


class Fib(_Keyed, frozen=True):
    """What the routing table says of parts of a packet; `present`: whether it says anything."""

    flags: tuple[str, ...]
    result: str
    present: bool = False

    @property
    def entry(self) -> Key:
        """Its line in the table of keys."""
        if self.present:
            return Key("oif", 1, TYPES["boolean"], 32, "host")
        return FIB_RESULTS[self.result]


class Option(Looked, frozen=True):
    """A field of an option or extension header, or, without one, whether it is there.

    `where` is ``tcp option``, ``ip option``, ``sctp chunk`` or "" for an extension header of IPv6. `number` and `place`
    stand for one that has no name: bits from its start, and how many.
    """

    where: str
    name: str
    field: str = ""
    number: int | None = None
    place: tuple[int, int] | None = None

    @property
    def kind(self) -> int:
        """Its number."""
        return OPTIONS[self.where][1][self.name].number if self.number is None else self.number

    @property
    def spot(self) -> OptionField | None:
        """Where its field stands."""
        if self.place is not None:
            return OptionField("", self.place[0], self.place[1], TYPES["integer"])
        return OPTIONS[self.where][1][self.name].fields[self.field] if self.field else None

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        spot = self.spot
        return (TYPES["boolean"], 8, "host") if spot is None else (spot.type, spot.bits, "big")


class Numgen(Looked, frozen=True):
    """A number that is counted up (``inc``) or drawn (``random``)."""

    mode: str
    modulus: int
    offset: int = 0

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return TYPES["integer"], 32, "host"


class Hashed(Numgen, frozen=True):
    """A hash of something (``jhash``), or of the two ends of a flow alike (``symhash``, of None)."""

    of: Looked | None = None
    seed: int | None = None


class Osf(Looked, frozen=True):
    """The operating system that a packet seems to be of: `key` is ``name`` or ``version``, `ttl` how that is used."""

    key: str = "name"
    ttl: str = ""

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return TYPES["string"], 128, "host"


class Joined(Looked, frozen=True):
    """Several things one after the other: ``concat(ip.saddr, tcp.dport)``."""

    parts: tuple[Looked, ...]

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return TYPES["integer"], sum(-(-each.bits // 32) * 32 for each in self.parts), "big"


class Computed(Looked, frozen=True):
    """Something with an operation on its bits: ``meta.mark & 0xff``."""

    of: Looked
    operator: str
    by: Any  # Any: a value of the datatype, however spelt

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return self.of.shape


class Mapped(Looked, frozen=True):
    """What a map has for something: ``mapped(tcp.dport, {80: "10.0.0.1"})``; `like`: what its data are as, if known."""

    of: Looked
    to: Any  # Any: a dict, the name of a map, or Items
    like: Looked | None = None

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return (TYPES["integer"], 32, "big") if self.like is None else self.like.shape


class Prefix(msgspec.Struct, frozen=True):
    """All values that begin as one does."""

    value: int
    length: int


class Range(msgspec.Struct, frozen=True):
    """All values from one to another, both of them too."""

    low: int
    high: int


class Wild(msgspec.Struct, frozen=True):
    """All texts that begin with one."""

    start: str


class Either(msgspec.Struct, frozen=True):
    """Flags of which any may be set; in a set: all of them and no others."""

    flags: int


class Flagged(msgspec.Struct, frozen=True):
    """Of the flags of a mask, these are set and the others are not: ``syn / syn,ack``."""

    flags: int
    mask: int


class Together(msgspec.Struct, frozen=True):
    """Values one after the other, as the parts of what is looked at are."""

    parts: tuple[Scalar, ...]


class Anything(msgspec.Struct, frozen=True):
    """The element of a set or map that stands for what no other has: ``*``."""


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of a packet, as the data of a map."""

    code: str
    chain: str = ""


class Named(msgspec.Struct, frozen=True):
    """A set or map of the table, by name; `interval` whether it holds ranges."""

    name: str
    interval: bool = False


class Item(msgspec.Struct, frozen=True):
    """An element of a set that is written out: its key, what a map has for it, and its comment."""

    key: Scalar
    data: Scalar | Verdict | None = None
    comment: str = ""
    more: str = ""  # how else nft shows it: its time, counters


class Items(msgspec.Struct, frozen=True):
    """A set or map that is written out in a rule."""

    items: tuple[Item, ...]


Scalar = Union[int, str, Prefix, Range, Wild, Either, Flagged, Together, Anything]  # noqa: UP007 - named in annotations
Right = Union[Scalar, Named, Items]  # noqa: UP007


class Plain(Looked, frozen=True):
    """A value of a datatype, of which nothing else is known: a key or a datum of a set."""

    name: str
    size: int  # bits
    byte_order: str = "big"

    @property
    def shape(self) -> Shape:
        """As of all that is looked at."""
        return TYPES[self.name], self.size, "host" if self.byte_order == "host" else "big"


class Constant(msgspec.Struct, frozen=True):
    """Bytes that a rule has put into a register, of which nothing else is known."""

    value: bytes
