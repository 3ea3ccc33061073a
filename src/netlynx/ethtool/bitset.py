"""Sets of named bits: features, link modes, wake-on-LAN modes, message levels, private flags.

The kernel sends them bit by bit with names, or, asked for it, as words of bits; both read the same but for the names.
They are sent by name. Source: linux/ethtool_netlink_generated.h, net/ethtool/bitset.c,
Documentation/networking/ethtool-netlink.rst ("Bit sets").
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from netlynx.schema import (
    Constants,
    Kind,
    Record,
    attr,
    binary,
    flag,
    indexed,
    multi,
    nest,
    string,
    takes,
    translated,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts

_WORD = struct.Struct("=I")  # of compact bitsets


class ETHTOOL_A_BITSET(Constants):
    """Attributes of a bitset."""

    UNSPEC = 0
    NOMASK = 1
    SIZE = 2
    BITS = 3
    VALUE = 4
    MASK = 5


class ETHTOOL_A_BITSET_BITS(Constants):
    """Attributes of its bits."""

    UNSPEC = 0
    BIT = 1


class ETHTOOL_A_BITSET_BIT(Constants):
    """Attributes of one bit."""

    UNSPEC = 0
    INDEX = 1
    NAME = 2
    VALUE = 3


class Bit(Record):
    """One bit, known by its name or its number."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_BITSET_BIT, policy="bit_policy", spec=("ethtool", "bitset-bit")
    )

    index: int | None = attr(ETHTOOL_A_BITSET_BIT.INDEX, u32)
    name: str | None = attr(ETHTOOL_A_BITSET_BIT.NAME, string)
    value: bool = attr(ETHTOOL_A_BITSET_BIT.VALUE, flag)


class Bitset(Record):
    """A bitset as it is sent: bit by bit, or compact in words of 32 bits."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_BITSET, policy="bitset_policy", spec=("ethtool", "bitset"))

    nomask: bool = attr(ETHTOOL_A_BITSET.NOMASK, flag)  # a list of the bits that are on, nothing about others
    size: int | None = attr(ETHTOOL_A_BITSET.SIZE, u32)  # how many bits there are
    bits: takes.Records[Bit] = attr((ETHTOOL_A_BITSET.BITS, ETHTOOL_A_BITSET_BITS.BIT), multi(nest(Bit)))
    value: bytes | None = attr(ETHTOOL_A_BITSET.VALUE, binary)
    mask: bytes | None = attr(ETHTOOL_A_BITSET.MASK, binary)


class Bits(Record):
    """Which of some named bits are on.

    `off` is None where only the bits that are on are listed; else `on` and `off` together are the mask: what a device
    can have, or what a request is about. A bit without a name is its number in digits.

    Where a record wants one, names or numbers are enough, and so is a mapping from name to whether it is on; `Bits.of`
    makes one of either, for who checks types::

        WakeOnLan(device="eth0", modes=["magic"])  # this and no other
        Features(device="eth0", wanted={"tx-generic-segmentation": False})  # the others stay
    """

    __facts__: ClassVar[NoFacts] = NoFacts("a value, never sent as it is: Bitset is what the kernel has for it")

    on: takes.Several[str] = attr(1, multi(string))
    off: takes.MaybeSeveral[str] = attr(2, indexed(string))

    @classmethod
    def of(cls, value: Bits | Mapping[str, bool] | Iterable[str]) -> Bits:
        """Bits from names, which are on and no others, or from a mapping. Raises TypeError for a plain string."""
        if isinstance(value, Bits):
            return value
        if isinstance(value, str):
            raise TypeError(f"a set of names is wanted: [{value!r}]")
        given: object = value  # whatever callers without a type checker hand over
        if not isinstance(given, Iterable) or isinstance(given, bytes):
            raise TypeError(f"a set of names is wanted, not {type(given).__name__}")
        if isinstance(value, Mapping):
            off = tuple(_spelled(name) for name, on in value.items() if not on)
            return cls(on=tuple(_spelled(name) for name, on in value.items() if on), off=off)
        return cls(on=tuple(map(_spelled, value)))

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        fields = isinstance(value, Mapping) and not any(isinstance(each, bool) for each in value.values())
        return value if fields else cls.of(value)

    @classmethod
    def __worded__(cls, text: str) -> dict[str, Any]:
        """What a command line says: ``a,b`` are on and no others, of ``a,-b`` others stay."""
        names = [name for name in text.split(",") if name]
        off = [name.removeprefix("-") for name in names if name.startswith("-")]
        on = [name for name in names if not name.startswith("-")]
        return {"on": on, "off": off} if off else {"on": on}

    def __contains__(self, name: object) -> bool:
        return name in self.on

    def __iter__(self) -> Iterator[str]:
        return iter(self.on)

    def __len__(self) -> int:
        return len(self.on)

    @property
    def names(self) -> frozenset[str]:
        """The bits that are on."""
        return frozenset(self.on)

    @property
    def mask(self) -> frozenset[str] | None:
        """The bits that this is about; None where only those that are on are listed."""
        return None if self.off is None else frozenset(self.on + self.off)

    def named(self, names: Mapping[int, str]) -> Bits:
        """The same bits by name: `names` maps their numbers, as `string_sets` gives them, to names."""

        def name_of(bit: str) -> str:
            return (names.get(int(bit)) or bit) if bit.isascii() and bit.isdigit() else bit

        off = None if self.off is None else tuple(map(name_of, self.off))
        return Bits(on=tuple(map(name_of, self.on)), off=off)


_NONE = _WORD.pack(0)


def bits_of(wire: Bitset) -> Bits:
    """What a bitset says, in either form; NotImplemented for parts of words."""
    if (len(wire.value or b"") | len(wire.mask or b"")) % _WORD.size:
        unknown: Bits = NotImplemented
        return unknown
    if wire.value is not None:
        on = _numbers(wire.value, wire.size)
        if wire.nomask or wire.mask is None:
            return Bits(on=tuple(map(str, on)))
        mask = _numbers(wire.mask, wire.size)
        return Bits(
            on=tuple(str(bit) for bit in mask if bit in on), off=tuple(str(bit) for bit in mask if bit not in on)
        )
    if wire.nomask:
        return Bits(on=tuple(map(_name, wire.bits)))
    return Bits(
        on=tuple(_name(bit) for bit in wire.bits if bit.value),
        off=tuple(_name(bit) for bit in wire.bits if not bit.value),
    )


def bitset_of(value: Bits | Mapping[str, bool] | Iterable[str]) -> Bitset:
    """A bitset to send. Raises TypeError for a plain string, ValueError for a bit that is both on and off."""
    bits = Bits.of(value)
    if not bits.on and not bits.off:  # a list without bits is none to the kernel
        return Bitset(nomask=bits.off is None, size=32, value=_NONE, mask=None if bits.off is None else _NONE)
    if bits.off is None:
        return Bitset(nomask=True, bits=tuple(map(_bit, bits.on)))
    if both := set(bits.on) & set(bits.off):
        raise ValueError(f"{', '.join(sorted(both))} cannot be both on and off")
    return Bitset(bits=(*(_bit(name, on=True) for name in bits.on), *map(_bit, bits.off)))


def _spelled(name: str | int) -> str:
    """The name of a bit; a number, such as a member of `StatisticsGroup`, is one in digits."""
    if not isinstance(name, str | int):
        raise TypeError(f"a bit has a name or a number, {name!r} is neither")
    return str(int(name)) if isinstance(name, int) else name


def _bit(name: str, on: bool = False) -> Bit:
    if name.isascii() and name.isdigit():
        return Bit(index=int(name), value=on)
    return Bit(name=name, value=on)


def _name(bit: Bit) -> str:
    return bit.name or str(bit.index)  # some features have an empty name


def _numbers(data: bytes, size: int | None) -> list[int]:
    """The bits that are set in words of 32 bits in host byte order."""
    words = [word for (word,) in _WORD.iter_unpack(data)]
    count = 32 * len(words) if size is None else min(size, 32 * len(words))
    return [bit for bit in range(count) if words[bit // 32] >> bit % 32 & 1]


bitset: Kind = translated(Bitset, bits_of, bitset_of, shown=nest(Bits))
