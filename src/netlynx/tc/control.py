"""What becomes of a packet when an action is done with it: ``"drop"``, ``"goto chain 5"``. Source: linux/pkt_cls.h."""

from __future__ import annotations

from typing import ClassVar, Final

from netlynx.errors import EncodeError
from netlynx.schema import Kind, Spelt, s32, spelt

_JUMP: Final = 1 << 28  # TC_ACT_JUMP
_GOTO: Final = 2 << 28  # TC_ACT_GOTO_CHAIN
_VALUE: Final = (1 << 28) - 1  # TC_ACT_EXT_VAL_MASK


class Control(Spelt):
    """What becomes of a packet: ``pass`` (``ok``), ``drop`` (``shot``), ``pipe`` (on to the next action of the filter),
    ``continue`` (on to the next filter), ``reclassify`` (from the first filter on, again), ``stolen``, ``queued``,
    ``repeat``, ``redirect``, ``trap`` (to the CPU, of hardware).

    ``goto chain 5`` goes on with the filters of a chain, ``jump 2`` with what stands behind the first two actions of
    the filter, wherever it stands itself. A number that has no name is its own text.
    """

    __slots__ = ()
    names: ClassVar[dict[str, int]] = {
        "continue": -1,
        "pass": 0,
        "ok": 0,
        "reclassify": 1,
        "drop": 2,
        "shot": 2,
        "pipe": 3,
        "stolen": 4,
        "queued": 5,
        "repeat": 6,
        "redirect": 7,
        "trap": 8,
    }
    shown: ClassVar[dict[int, str]] = {number: name for name, number in reversed(names.items())}

    @classmethod
    def parse(cls, text: str) -> int:
        """The number of a text. Raises EncodeError for one that says nothing of a packet."""
        words = text.strip().lower().split()
        if len(words) == 1 and words[0] in cls.names:
            return cls.names[words[0]]
        base = {"goto": _GOTO, "jump": _JUMP}.get(words[0]) if words else None
        if base is not None and words[1:-1] == (["chain"] if base == _GOTO else []) and words[-1].isdecimal():
            value = int(words[-1])
            if value > _VALUE:
                raise EncodeError(f"{text!r}: the number is at most {_VALUE}")
            return base | value
        if len(words) == 1 and words[0].removeprefix("-").isdecimal():
            return int(words[0])
        known = ", ".join(cls.names)
        raise EncodeError(f"{text!r} does not say what becomes of a packet: {known}, 'goto chain 5' or 'jump 2'")

    @property
    def label(self) -> str:
        """As tc writes it."""
        name = self.shown.get(self)
        if name is not None:
            return name
        value = self & _VALUE
        if self & ~_VALUE in (_GOTO, _JUMP):
            return f"goto chain {value}" if self & _GOTO else f"jump {value}"
        return str(int(self))


PASS, DROP, PIPE, STOLEN = (Control.of(each) for each in ("pass", "drop", "pipe", "stolen"))

CONTROL: Kind = spelt(Control, s32)
