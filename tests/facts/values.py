"""Constants, enumerations and flag sets: their numbers, and whether any is missing."""

from __future__ import annotations

from enum import IntFlag
from fnmatch import fnmatchcase
from typing import Any

from netlynx.schema import Constants

from .book import FactBook, same_number


def names_of(cls: Any) -> dict[str, int]:
    """C name → number of what a class declares; empty for an enumeration without names in C."""
    if issubclass(cls, Constants):
        return {name: int(value) for name, value in cls.__c_names__.items()}
    if cls.__prefix__ is None:
        return {}
    return {cls.__renamed__.get(name, cls.__prefix__ + name): int(member) for name, member in cls.__members__.items()}


def wrong_numbers(cls: Any, book: FactBook) -> list[str]:
    """Names that no header has, and numbers that are not the header's."""
    names = names_of(cls)
    elsewhere = getattr(cls, "__not_in_headers__", {})
    home = book.home(list(names))
    problems = []
    for name, value in names.items():
        headers = book.numbers.get(name)
        if headers is None:
            if not elsewhere.get(name):
                problems.append(f"{name}: no header has it (if it is right, say why in __not_in_headers__)")
            continue
        if name in elsewhere:
            problems.append(f"{name}: listed in __not_in_headers__, but {next(iter(headers))} has it")
        candidates = [headers[home]] if home in headers else list(headers.values())
        if not any(same_number(value, each) for each in candidates):
            problems.append(f"{name} is {candidates[0]} in {home or next(iter(headers))}, declared as {value}")
    problems += [f"{name}: in __not_in_headers__, but not declared" for name in elsewhere if name not in names]
    return problems


def wrong_globals(module: Any, book: FactBook) -> list[str]:
    """Numbers of a module that bear the name of a C constant and differ from it."""
    return [
        f"{name} is {sorted(set(book.numbers[name].values()))}, declared as {value}"
        for name, value in vars(module).items()
        if type(value) is int
        and name in book.numbers
        and not any(same_number(value, each) for each in book.numbers[name].values())
    ]


def missing_members(cls: Any, book: FactBook, others: list[Any]) -> list[str]:
    """Names of the header with the prefix of an enumeration that it neither has nor omits for a reason.

    A name that another class of `others` declares, or that falls under a longer prefix of theirs, is not its
    business, nor is another name for a number that it has, nor a union of bits.
    """
    names = names_of(cls)
    home = book.home(list(names))
    if not home:
        return []
    omitted = getattr(cls, "__omitted__", {})
    claimed = {name for other in others if other is not cls for name in names_of(other)}
    claimed |= {
        name
        for other in others
        if other is not cls and prefix_of(other) == cls.__prefix__
        for pattern in getattr(other, "__omitted__", ())
        for name in book.headers[home]
        if fnmatchcase(name, pattern)
    }
    longer = tuple({prefix for other in others for prefix in [prefix_of(other)] if len(prefix) > len(cls.__prefix__)})
    have = set(names.values())
    used = set()
    lacking = []
    for name, value in book.headers[home].items():
        pattern = next((each for each in omitted if fnmatchcase(name, each)), None)
        if not name.startswith(cls.__prefix__) or name in names:
            continue
        if pattern is not None:
            used.add(pattern)
        elif is_limit(name):
            continue
        elif name not in claimed and not name.startswith(longer) and not _covered(value, have, cls):
            lacking.append(f"{name} = {value}")
    problems = [f"lacks {', '.join(lacking)} of {home} (or a reason in __omitted__)"] if lacking else []
    problems += [f"__omitted__[{name!r}] gives no reason" for name, reason in omitted.items() if not reason.strip()]
    problems += [f"__omitted__[{name!r}] omits nothing" for name in omitted if name not in used]
    return problems


def missing_numbers(cls: type[Constants], book: FactBook) -> list[str]:
    """Numbers up to the set's ``…_MAX`` that no constant of an attribute set has."""
    names = names_of(cls)
    home = book.home(list(names))
    prefix = prefix_of(cls)
    if not home or not prefix:
        return []
    header = book.headers[home]
    top = header.get(f"{prefix}MAX", header.get(f"__{prefix}MAX", 0) - 1)
    have = set(names.values())
    missing = [number for number in range(1, top + 1) if number not in have]
    titles = {number: name for name, number in header.items() if name.startswith(prefix) and not is_limit(name)}
    omitted = getattr(cls, "__omitted__", {})
    lacking = [
        f"{titles[number]} = {number}"
        for number in missing
        if number in titles and not any(fnmatchcase(titles[number], each) for each in omitted)
    ]
    return [f"lacks {', '.join(lacking)} of {home}"] if lacking else []


def prefix_of(cls: Any) -> str:
    """The C prefix of a class; empty when its names share none."""
    if not issubclass(cls, Constants):
        return cls.__prefix__ or ""
    for name, value in vars(cls).items():
        c_name = getattr(value, "c_name", "")
        if c_name.endswith(name) and c_name != name:
            return c_name.removesuffix(name)
    return ""


def is_limit(name: str) -> bool:
    """Whether a name only marks the end of an enum."""
    return name.endswith(("_MAX", "_LAST", "_CNT", "_COUNT")) or name.startswith("_")


def _covered(value: int, have: set[int], cls: Any) -> bool:
    if any(same_number(each, value) for each in have):
        return True
    if not issubclass(cls, IntFlag):
        return False
    bits = value % 2**64 if value < 0 else value
    union = 0
    for each in have:
        union |= each
    return bits.bit_count() != 1 and bits & ~union == 0
