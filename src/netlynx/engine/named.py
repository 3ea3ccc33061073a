"""Operations as they stand before the numbers of the names in them are known. `netlynx.engine.unresolved` makes them.

A named operation has a `model`: what would be sent, with numbers that stand for any in the places of the names. What
it says, and whether it is equal to another, follows from that and from the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from netlynx.engine.conditions import in_words as conditions_in_words
from netlynx.errors import EncodeError
from netlynx.schema.record import Record
from netlynx.schema.wanted import Numbers, Wanted, filled_values, stand_ins, wanted_values

if TYPE_CHECKING:
    from netlynx.engine.mirrored import Mirrored
    from netlynx.engine.operation import Dump

T = TypeVar("T")

_A = {
    "table": "a routing table",
    "interface": "an interface",
    "namespace": "a network namespace",
    "rdma device": "an RDMA device",
}

USUAL_TABLES = {"default": 253, "main": 254, "local": 255}
"""What is called so everywhere: RT_TABLE_* of linux/rtnetlink.h."""

_USUAL: Numbers = {("table", name): number for name, number in USUAL_TABLES.items()}


@dataclass(frozen=True, eq=False, repr=False)
class _Named(Generic[T]):
    """What both have; `make` makes the operation when the numbers of the names that are `wanted` are known."""

    name: str
    words: str
    wanted: tuple[Wanted, ...]
    make: Callable[[Numbers], Any]
    model: Any
    conditions: str = ""  # what `where` was given, in words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Named) and (self.wanted, self.model) == (other.wanted, other.model)

    def __hash__(self) -> int:
        return hash((self.name, self.wanted))

    def __str__(self) -> str:
        return f"{self.name}({self.words}){self.conditions}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class NamedDo(_Named[T]):
    """A `Do`, or a `Talk`, with names in it."""


class NamedDump(_Named[T]):
    """A `Dump` with names in it."""

    @property
    def reply(self) -> type[Record]:
        """As `Dump.reply`."""
        reply: type[Record] = self.model.reply
        return reply

    @property
    def mirrored(self) -> Mirrored | str | None:
        """As `Dump.mirrored`."""
        how: Mirrored | str | None = self.model.mirrored
        return how

    def where(self, **fields: Any) -> NamedDump[T]:
        """As `Dump.where`."""
        names, make, model = settled(
            (*self.wanted, *wanted_values(self.reply, fields)),
            lambda numbers: self.make(numbers).where(**filled_values(self.reply, fields, numbers)),
        )
        conditions = self.conditions + conditions_in_words(self.reply, fields.items())
        return NamedDump(self.name, self.words, names, make, model, conditions)


def settled(
    names: Iterable[Wanted], make: Callable[[Numbers], Any]
) -> tuple[tuple[Wanted, ...], Callable[[Numbers], Any], Any]:
    """The names whose numbers are to be asked for, what makes the operation once they are known, and a model of it.

    Raises EncodeError for what cannot be sent whatever the numbers are.
    """
    unknown = []
    for each in names:
        if not each.name:
            raise EncodeError(f"'' is no name of {_A[each.names]}", each.path)
        if each[:2] not in _USUAL:
            unknown.append(each)
    try:
        model = make({**_USUAL, **stand_ins(unknown)})
    except EncodeError as error:
        raise error from None
    return tuple(unknown), lambda numbers: make({**_USUAL, **numbers}), model


def narrowed(listing: Dump[T], fields: dict[str, Any], words: str, conditions: str) -> Any:
    """A dump narrowed by fields with names for values: a `NamedDump`, or a `Dump` where all names are usual ones; None
    where there are no names. It is called what the listing is, with `words` and `conditions`, and with the fields.

    Raises EncodeError as `settled`.
    """
    names = wanted_values(listing.reply, fields)
    if not names:
        return None
    unknown, make, model = settled(
        names, lambda numbers: listing.where(**filled_values(listing.reply, fields, numbers))
    )
    said = conditions + conditions_in_words(listing.reply, fields.items())
    return NamedDump(listing.name, words, unknown, make, model, said) if unknown else model
