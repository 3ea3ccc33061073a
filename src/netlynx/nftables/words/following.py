"""What is in the registers as a rule goes, followed from where something is loaded to where it is used."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.expressions.packet import Payload

from . import fields, loads
from .contents import Contents, items_of
from .context import Context
from .dependencies import Dependencies
from .layout import bits_of
from .nodes import (
    Computed,
    Constant,
    Items,
    Joined,
    Looked,
    Named,
    Raw,
)
from .registers import slot_of
from .statements import Shown
from .unknown import Unknown, given

_HOST: Any = sys.byteorder


class Masked:
    """What is in a register after bits were kept and turned: ``(of & mask) ^ xor``."""

    def __init__(self, of: Looked, mask: int, xor: int, length: int) -> None:
        self.of, self.mask, self.xor, self.length = of, mask, xor, length

    def looked(self) -> Looked:
        """As an operation that words have: and, then exclusive or, then or."""
        full = (1 << self.length * 8) - 1
        set_ = self.xor & ~self.mask
        turned, kept = self.xor ^ set_, (self.mask | set_) & full
        made = self.of
        if kept != full:
            made = Computed(made, "&", kept)
        if turned:
            made = Computed(made, "^", turned)
        return Computed(made, "|", set_) if set_ else made


Held = Looked | Masked | Constant


class Following:
    """The registers of one rule of a family, and its words so far; `sets` are those that have no name."""

    def __init__(self, family: str, sets: Mapping[str, Contents]) -> None:
        self.context = Context(family)
        self.family = family
        self.sets = sets
        self.held: dict[int, tuple[Held, bool]] = {}  # with whether its bytes were turned round
        self.fresh: list[int] = []
        self.pending: list[Expression] = []  # of which no word was said yet
        self._steps: list[Expression] = []  # those that are read just now
        self._behind: dict[int, list[Expression]] = {}  # what brought something into a slot
        self._taken: list[Expression] = []  # what brought all that the step took from slots
        self.statements = Dependencies(self.context)

    # Registers

    def begin(self, *steps: Expression) -> None:
        """Note which expressions are read now."""
        self._steps = list(steps)
        self._taken = []
        self.pending += steps

    def and_also(self, step: Expression) -> None:
        """Note that one more expression is read together with these."""
        self._steps.append(step)
        self.pending.append(step)

    def put(self, register: int | None, held: Held, *, turned: bool = False) -> None:
        """Note what is in a register from now on."""
        slot = slot_of(given(register))
        self.held[slot] = (held, turned)
        self._behind[slot] = self._taken + self._steps
        if slot not in self.fresh:
            self.fresh.append(slot)

    def take(self, register: int | None) -> Held:
        """What is in a register."""
        return self.both(register)[0]

    def both(self, register: int | None) -> tuple[Held, bool]:
        """What is in a register, and whether its bytes were turned round."""
        return self._at(slot_of(given(register)))

    def _at(self, slot: int) -> tuple[Held, bool]:
        found = self.held[slot]
        self._taken += self._behind[slot]
        return found

    def looked(self, register: int | None) -> Looked:
        """What is in a register, as something that is looked at."""
        held = self.take(register)
        if isinstance(held, Constant):
            raise Unknown
        return held.looked() if isinstance(held, Masked) else held

    def joined(self, register: int | None, before: int | None = None) -> Looked:
        """What begins in a register: several things where they stand one after the other."""
        slot = slot_of(given(register))
        end = None if before is None else slot_of(before)
        parts = [self.looked(register)]
        slot += slots(parts[0])
        while slot in self.fresh and slot != end:
            parts.append(self.looked_at(slot))
            slot += slots(parts[-1])
        return parts[0] if len(parts) == 1 else Joined(tuple(parts))

    def looked_at(self, slot: int) -> Looked:
        """What begins in a slot."""
        held = self._at(slot)[0]
        if isinstance(held, Constant):
            raise Unknown
        return held.looked() if isinstance(held, Masked) else held

    def load(self, expression: Any) -> None:  # Any: one of the classes that load
        """Note what an expression loads."""
        if isinstance(expression, Payload):
            self.put(expression.dreg, self.field(expression))
        else:
            self.put(expression.dreg, loads.LOADED[type(expression)](expression, self.family))

    def field(self, expression: Payload) -> Looked:
        """What bytes of a packet are."""
        base = given(loads.BASES.get(int(given(expression.base))))
        offset, length = given(expression.offset) * 8, given(expression.len) * 8
        return fields.exact(self.context, base, offset, length) or Raw(base, offset, length)

    # Words

    def say(self, statement: Any, *looked: Any) -> None:  # Any: a statement or an expression; Looked or a value
        """Add a word, for which the step and all that it took stood. What brought what nobody took is shown before."""
        stood = {id(each) for each in self._taken + self._steps}
        rest = tuple(each for each in self.pending if id(each) not in stood)
        if rest:
            self.statements.add(Shown(rest))
        self.pending.clear()
        self.fresh.clear()
        self.statements.add(statement, *looked)

    def contents(self, name: str | None, looked: Looked, like: Looked | None = None) -> Named | Items:
        """A set by its name or, of one without, what it has."""
        found = self.sets.get(given(name))
        return Named(given(name)) if found is None or found.named else items_of(looked, found)


def slots(looked: Looked) -> int:
    """How many slots something takes."""
    return -(-bits_of(looked).length // 4)


def number(looked: Looked, data: bytes) -> int:
    """Bytes as a number, in the order of what they are of."""
    return int.from_bytes(data, "big" if looked.order == "big" else _HOST)
