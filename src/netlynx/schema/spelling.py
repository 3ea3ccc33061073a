"""Integers that people write and read in a way of their own: a handle of traffic control is ``1:10``."""

from __future__ import annotations

from typing import Any, ClassVar, Self


class Spelt(int):
    """A number with a spelling. A subclass says how it is read from text (`parse`) and written (`label`).

    In records it is a number that prints so; in JSON and columns it is the text. Where one is expected, the text and
    the number are both taken.
    """

    __slots__ = ()
    # What the codec asks of an enum: there are no members by name.
    __members__: ClassVar[dict[str, Any]] = {}
    _value2member_map_: ClassVar[dict[int, Any]] = {}

    @classmethod
    def parse(cls, text: str) -> int:
        """The number that a text spells. Raises EncodeError for one that spells none."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """The text that stands for the number."""
        raise NotImplementedError

    @classmethod
    def of(cls, value: Any) -> Any:
        """What a text or a number stands for; other things as they are, for the codec to refuse.

        Raises EncodeError for a text that spells none.
        """
        if type(value) is cls or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return cls(cls.parse(value))
        return cls(value) if hasattr(value, "__index__") else value

    def __str__(self) -> str:
        return self.label

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.label!r})"

    def __reduce__(self) -> tuple[type[Self], tuple[int]]:
        return type(self), (int(self),)
