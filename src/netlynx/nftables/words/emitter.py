"""Where things are loaded, computed and compared: the expressions of a rule so far, and its registers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netlynx.errors import EncodeError
from netlynx.nftables.data import Data
from netlynx.nftables.expressions.comparing import Compare, CompareOp, Lookup
from netlynx.nftables.expressions.computing import Bitwise, BitwiseOp, Byteorder, ByteorderOp, Immediate
from netlynx.nftables.expressions.expression import Expression

from .anonymous import Anonymous, anonymous, swaps
from .layout import bits_of, swapped, to_bytes
from .loading import computed, loaded, shifted
from .nodes import (
    Computed,
    Hashed,
    Items,
    Joined,
    Looked,
    Mapped,
    Named,
)
from .registers import Registers, register_of


class Emitter:
    """Makes the expressions of one rule; `sets` are those that have to be there before it."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self.expressions: list[Expression] = []
        self.sets: list[Anonymous] = []
        self._numbers = numbers
        self.registers = Registers()

    def add(self, expression: Expression) -> None:
        """Add one expression."""
        self.expressions.append(expression)

    def take(self, length: int) -> int:
        """A slot of registers for so many bytes."""
        return self.registers.take(length, "rule")

    def load(self, looked: Looked, *, swap: bool = False) -> int:
        """Load something, and tell where: with numbers turned round, if they are compared as ranges are."""
        if isinstance(looked, Joined):
            slot = place = self.take(looked.bits // 8)
            for part in looked.parts:
                self.expressions += loaded(part, place, joined=True)
                if swap and swapped(part):
                    self.swap(place, bits_of(part).length)
                place += -(-bits_of(part).length // 4)
            return slot
        if isinstance(looked, Hashed) and looked.of is not None:
            slot = self.take(4)
            source = self.load(looked.of)
            self.expressions += computed(looked, slot, source)
            return slot
        if isinstance(looked, Mapped):
            return self._mapped(looked)
        if isinstance(looked, Computed):
            return self._computed(looked)
        slot = self.take(bits_of(looked).length)
        self.expressions += loaded(looked, slot)
        if swap and swapped(looked):
            self.swap(slot, bits_of(looked).length)
        return slot

    def swap(self, slot: int, length: int) -> None:
        """Turn the bytes of a number round."""
        where = register_of(slot)
        self.add(Byteorder(sreg=where, dreg=where, op=ByteorderOp.HTON, len=length, size=length))

    def mask(self, slot: int, mask: bytes, xor: bytes, op: BitwiseOp | None = BitwiseOp.MASK_XOR) -> None:
        """Keep the bits of a mask, and turn others; nft leaves out `op` where it asks for flags, or for a prefix."""
        where = register_of(slot)
        self.add(
            Bitwise(
                sreg=where,
                dreg=where,
                len=len(mask),
                op=op,
                mask=Data(value=mask),
                xor=Data(value=xor),
            )
        )

    def compare(self, slot: int, op: CompareOp, value: bytes) -> None:
        """Go on if a register is as a value is."""
        self.add(Compare(sreg=register_of(slot), op=op, data=Data(value=value)))

    def constant(self, value: bytes) -> int:
        """A value in a register of its own."""
        slot = self.take(len(value))
        self.add(Immediate(dreg=register_of(slot), data=Data(value=value)))
        return slot

    def _computed(self, looked: Computed) -> int:
        chain: list[Computed] = []
        of: Looked = looked
        while isinstance(of, Computed):
            chain.insert(0, of)
            of = of.of
        if bits_of(of).mask:
            raise EncodeError("bits that are part of a byte cannot be computed with", "rule")
        slot = self.load(of)
        full = (1 << of.bits) - 1
        mask, xor, pending = full, 0, False
        for each in chain:
            if each.operator in ("<<", ">>"):
                if pending:
                    self.mask(slot, to_bytes(of, mask), to_bytes(of, xor))
                    mask, xor, pending = full, 0, False
                op = BitwiseOp.LSHIFT if each.operator == "<<" else BitwiseOp.RSHIFT
                self.add(shifted(slot, bits_of(of).length, op, each.by))
                continue
            by, pending = each.by, True
            if each.operator == "&":
                mask, xor = mask & by, xor & by
            elif each.operator == "|":
                mask, xor = mask & ~by, xor & ~by | by
            else:
                xor ^= by
        if pending:
            self.mask(slot, to_bytes(of, mask), to_bytes(of, xor))
        return slot

    def set_of(self, looked: Looked, to: Named | Items, **more: Any) -> tuple[str, int | None, bool]:
        """The name, the number and whether it has ranges, of a set that is named or written out."""
        if isinstance(to, Named):
            return to.name, None, to.interval
        made = anonymous(next(self._numbers), looked, to, "rule", **more)
        self.sets.append(made)
        return made.name, made.id, made.interval

    def _mapped(self, looked: Mapped) -> int:
        swap = looked.to.interval if isinstance(looked.to, Named) else swaps(looked.of, looked.to)
        slot = self.load(looked.of, swap=swap)
        name, number, _ = self.set_of(looked.of, looked.to, data=looked.like)
        where = register_of(slot)
        self.add(Lookup(sreg=where, dreg=where, set=name, set_id=number))
        return slot

    def put(self, value: Any, like: Looked) -> int:  # Any: Looked or a value
        """Load what is looked at, or a value of something's datatype."""
        return self.load(value) if isinstance(value, Looked) else self.constant(to_bytes(like, value))
