"""Conditions on a number or on bytes of a packet: `cmp`, `nbyte`, `u32`, `text`. Source: linux/tc_ematch/tc_em_*.h."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Enumeration, FlagSet, Layout, bits, chars, enum, member, takes, u8, u16, u32
from netlynx.tc.u32_match import U32Match


class Layer(Enumeration, prefix="TCF_LAYER_"):
    """Where in a packet offsets count from."""

    LINK = 0
    NETWORK = 1
    TRANSPORT = 2


class Operand(Enumeration, prefix="TCF_EM_OPND_"):
    """How a number compares."""

    EQ = 0
    GT = 1
    LT = 2


class Width(Enumeration, prefix="TCF_EM_ALIGN_"):
    """How many bits a number of a packet has."""

    U8 = 1
    U16 = 2
    U32 = 4


class CompareFlag(FlagSet, prefix="TCF_EM_CMP_"):
    """`trans`: the number stands in the packet in the byte order of this machine."""

    TRANS = 1


class Compare(Layout, c="tcf_em_cmp"):
    """`cmp`: a number of the packet, those of its bits that `mask` has (0: all), is `operand` `value`."""

    value: int = member(u32, c="val")
    mask: int = member(u32)
    offset: int = member(u16, c="off")
    width: takes.Member[Width] = member(enum(Width, bits(u8, 4)), c="align", default=Width.U32)
    flags: takes.Flags[CompareFlag] = member(enum(CompareFlag, bits(u8, 4)))
    layer: takes.Member[Layer] = member(enum(Layer, bits(u8, 4)))
    operand: takes.Member[Operand] = member(enum(Operand, bits(u8, 4)), c="opnd")


class _WithPattern:
    """A struct behind which the pattern stands that it tells the length of."""

    __slots__ = ()

    __besides__: ClassVar[frozenset[str]] = frozenset(("pattern",))

    @property
    def pattern(self) -> bytes:
        """The bytes that are looked for."""
        return self.tail[: self.length]  # type: ignore[attr-defined, no-any-return]  # a layout's

    @classmethod
    def __beside__(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = dict(values)
        pattern = values.pop("pattern")
        made = pattern.encode("utf-8", "surrogateescape") if isinstance(pattern, str) else bytes(pattern)
        if len(made) > 0xFFF:
            raise EncodeError(f"a pattern has up to 4095 bytes, not {len(made)}", f"{cls.__name__}.pattern")
        return {**values, "tail": made, "length": len(made)}


class Bytes(Layout, _WithPattern, c="tcf_em_nbyte"):
    """`nbyte`: the packet has `pattern` at an offset. The pattern is given so, and is `tail` in JSON."""

    __differs__: ClassVar[dict[str, str]] = {"layer": "a byte in name, it stands in what is left of the u16"}

    offset: int = member(u16, c="off")
    length: int = member(bits(u16, 12), c="len")
    layer: takes.Member[Layer] = member(enum(Layer, bits(u16, 4)))


class Text(Layout, _WithPattern, c="tcf_em_text"):
    """`text`: `pattern` stands somewhere between two offsets. `algorithm` is one of the kernel's: kmp, bm, fsm."""

    algorithm: str = member(chars(16), c="algo")
    from_offset: int = member(u16)
    to_offset: int = member(u16)
    length: int = member(u16, c="pattern_len")
    from_layer: takes.Member[Layer] = member(enum(Layer, bits(u8, 4)))
    to_layer: takes.Member[Layer] = member(enum(Layer, bits(u8, 4)))
    pad: int = member(u8)


__all__ = ["Bytes", "Compare", "CompareFlag", "Layer", "Operand", "Text", "U32Match", "Width"]
