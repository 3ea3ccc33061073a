"""Operations in which names stand where the kernel wants numbers: ``route.routes(oif="v0", table="main")``.

They are values, as all operations: made and checked without asking anybody. A connection that is to carry one out
first finds the numbers (`netlynx.naming`) and has the operation made with them. So what is refused for other reasons
than its names is refused when it is made, with a number in each name's place that stands for any.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any, Generic, ParamSpec, TypeVar

import msgspec

from netlynx.errors import EncodeError
from netlynx.mirrored import Mirrored
from netlynx.operation import Do, Dump, in_words
from netlynx.schema.record import Layout, Record
from netlynx.schema.wanted import Numbers, Wanted, filled, stand_ins, wanted

T = TypeVar("T")
P = ParamSpec("P")

_A = {"table": "a routing table", "interface": "an interface", "namespace": "a network namespace"}


class NamedDo(msgspec.Struct, Generic[T], frozen=True):
    """A `Do` with names in it; `make` makes it when their numbers are known."""

    name: str
    protocol: int
    message_type: int
    words: str
    wanted: tuple[Wanted, ...]
    make: Callable[[Numbers], Do[T]]

    def __str__(self) -> str:
        return f"{self.name}({self.words})"


class NamedDump(msgspec.Struct, Generic[T], frozen=True):
    """A `Dump` with names in it; `make` makes it when their numbers are known."""

    name: str
    protocol: int
    words: str
    wanted: tuple[Wanted, ...]
    make: Callable[[Numbers], Dump[T]]
    reply: type[Record]
    mirrored: Mirrored | None = None

    def where(self, **fields: Any) -> NamedDump[T]:
        """As `Dump.where`."""
        self.make(stand_ins(self.wanted)).where(**fields)
        return msgspec.structs.replace(self, make=lambda numbers: self.make(numbers).where(**fields))

    def __str__(self) -> str:
        return f"{self.name}({self.words})"


_USUAL: Numbers = {("table", name): number for name, number in (("default", 253), ("main", 254), ("local", 255))}
"""What is called so everywhere: RT_TABLE_* of linux/rtnetlink.h."""


def by_record(name: str, make: Callable[[Any], Do[T]], record: Any) -> Do[T] | None:
    """The operation that `make` makes of a record, once the names in it have numbers; None if it has no names.

    Raises EncodeError for what cannot be sent whatever the numbers are.
    """
    names = wanted(record) if isinstance(record, Record | Layout) else ()
    return _later(names, lambda numbers: make(filled(record, numbers)), name, record) if names else None


def by_name(**sorts: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Have a function that makes operations take names: in records, and of a sort for some of its arguments."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(function)
        asked = f"route.{function.__name__}"

        @wraps(function)
        def made(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return function(*args, **kwargs)
            except (EncodeError, TypeError):
                given = signature.bind(*args, **kwargs).arguments
                names = tuple(_names_in(given, sorts, asked))
                if not names:
                    raise
            later: T = _later(names, partial(_made, function, given, sorts), asked, given)
            return later

        return made

    return decorate


def _names_in(given: dict[str, Any], sorts: dict[str, str], asked: str) -> Iterator[Wanted]:
    for argument, value in given.items():
        if isinstance(value, Record):
            yield from wanted(value)
        elif argument in sorts and isinstance(value, str):
            yield Wanted(sorts[argument], value, f"{asked}({argument})")


def _made(function: Callable[..., Any], given: dict[str, Any], sorts: dict[str, str], numbers: Numbers) -> Any:
    """What a function makes of its arguments with numbers in the place of names."""
    arguments = {}
    for argument, value in given.items():
        if isinstance(value, Record):
            value = filled(value, numbers)
        elif argument in sorts and isinstance(value, str):
            value = numbers[sorts[argument], value]
        arguments[argument] = value
    return function(**arguments)


def _later(names: tuple[Wanted, ...], make: Callable[[Numbers], Any], asked: str, given: Any) -> Any:
    """The operation that `make` makes when it knows the numbers of `names`. Raises EncodeError as that does."""
    for each in names:
        if not each.name:
            raise EncodeError(f"'' is no name of {_A[each.names]}", each.path)
    unknown = tuple(each for each in names if each[:2] not in _USUAL)
    try:
        model = make({**_USUAL, **stand_ins(unknown)})
    except EncodeError as error:
        raise error from None
    if not unknown:
        return model
    settled = lambda numbers: make({**_USUAL, **numbers})  # noqa: E731
    if isinstance(model, Do):
        said = in_words(given) if isinstance(given, Record | Layout) else _words(given)
        return NamedDo(asked, model.protocol, model.message_type, said, unknown, settled)
    return NamedDump(asked, model.protocol, _words(given), unknown, settled, model.reply)


def _words(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in arguments.items() if value is not None)
