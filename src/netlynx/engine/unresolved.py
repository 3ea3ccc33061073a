"""Operations in which names stand where the kernel wants numbers: ``route.routes(oif="v0", table="main")``.

They are values, as all operations: made and checked without asking anybody. A connection that is to carry one out
first finds the numbers (`netlynx.engine.naming`) and has the operation made with them. So what is refused for other
reasons than its names is refused when it is made, with a number in each name's place that stands for any.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from netlynx.engine.named import NamedDo, NamedDump, settled
from netlynx.engine.operation import Dump, in_words
from netlynx.errors import EncodeError
from netlynx.schema.record import Layout, Record
from netlynx.schema.wanted import Numbers, Wanted, elsewhere, filled, wanted

T = TypeVar("T")
P = ParamSpec("P")


def by_record(name: str, make: Callable[[Any], T], record: Any) -> T | None:
    """The operation that `make` makes of a record, once the names in it have numbers; None if it has no names.

    Raises EncodeError for what cannot be sent whatever the numbers are.
    """
    names = wanted(record) if isinstance(record, Record | Layout) else ()
    if not names:
        return None
    later: T = _later(names, lambda numbers: make(filled(record, numbers)), name, record)
    return later


def by_name(**sorts: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Have a function that makes operations take names: in records, and of a sort for some of its arguments."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(function)
        asked = f"{function.__module__.split('.')[1]}.{function.__name__}"

        @wraps(function)
        def made(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return function(*args, **kwargs)
            except (EncodeError, TypeError):
                given = _given(signature, args, kwargs)
                names = tuple(_names_in(given, sorts, asked))
                if not names:
                    raise
            later: T = _later(names, partial(_made, function, given, sorts), asked, given)
            return later

        return made

    return decorate


def _given(signature: inspect.Signature, args: Any, kwargs: Any) -> dict[str, Any]:
    """The arguments by the names of their parameters; none where the function does not take these."""
    with suppress(TypeError):
        return signature.bind(*args, **kwargs).arguments
    return {}


def _names_in(given: dict[str, Any], sorts: dict[str, str], asked: str) -> Iterator[Wanted]:
    for argument, value in given.items():
        if isinstance(value, Record):
            yield from wanted(value)
        elif argument in sorts and isinstance(value, str):
            if given.get("target_netnsid") is not None:
                raise elsewhere("target_netnsid", f"{asked}({argument})")
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
    unknown, later, model = settled(names, make)
    if not unknown:
        return model
    words = in_words(given) if isinstance(given, Record | Layout) else _words(given)
    return (NamedDump if isinstance(model, Dump) else NamedDo)(asked, words, unknown, later, model)


def _words(arguments: dict[str, Any]) -> str:
    said = {name: in_words(value) if isinstance(value, Record) else value for name, value in arguments.items()}
    return ", ".join(f"{name}={value}" for name, value in said.items() if value is not None)
