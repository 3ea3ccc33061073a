"""Enums and flags as the kernel has them, with the names that people know them by.

Those are in lower case, their words parted by dashes. In capitals are only those that the program which everybody reads
shows so: `ip` the flags and states of links (``UP``, ``LOWER_UP``) and the states of neighbours (``REACHABLE``), where
those of routes are in lower case (``linkdown``); `tests/schema/test_labels.py` lists them. Requests take either case.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import EnumType, Flag, IntEnum, IntFlag
from functools import cache
from typing import Any, ClassVar


class _Body(dict[str, Any]):
    """What the body of a class says: no number twice."""

    def __setitem__(self, key: str, value: Any) -> None:  # Any: whatever a class may have
        if key in self and int in (type(value), type(self[key])):
            raise TypeError(f"{key!r} already defined as {self[key]!r}")
        super().__setitem__(key, value)


class _Members(EnumType):
    """Makes enums of plain numbers in one go: `enum` handles each member as if it were anything, and that was a third
    of what loading a room took.

    What has more than numbers and methods, or names that integers have, is left to `enum`.
    """

    @classmethod
    def __prepare__(metacls, name: str, bases: tuple[type, ...], **told: Any) -> Any:  # type: ignore[override]
        return _Body()

    def __new__(metacls, name: str, bases: tuple[Any, ...], body: dict[str, Any], **told: Any) -> Any:
        numbers = {key: value for key, value in body.items() if type(value) is int and key[0] != "_"}
        rest = {key: value for key, value in body.items() if key not in numbers}
        if not numbers or "boundary" in told or not _is_plain(bases, numbers, rest):
            whole = super().__prepare__(name, bases)
            for key, value in body.items():
                whole[key] = value
            return super().__new__(metacls, name, bases, whole, **told)
        flags = issubclass(bases[0], IntFlag)
        names: list[str] = []
        by_name: dict[str, Any] = {}
        by_value: dict[int, Any] = {}
        rest |= _tables(bases[0])
        rest.update(_member_names_=names, _member_map_=by_name, _value2member_map_=by_value)
        if "_hashable_values_" in rest:
            rest["_hashable_values_"] = list(dict.fromkeys(numbers.values()))
        if flags:
            rest.update(_of_flags(numbers.values()))
        plain: Any = rest  # a dict like any other will do for those
        made: Any = super().__new__(metacls, name, bases, plain, _simple=True, **told)
        for key, value in numbers.items():
            member = by_value.get(value)
            if member is None:
                member = by_value[value] = int.__new__(made, value)
                member._name_, member._value_, member._sort_order_ = key, value, len(names)
                member.__objclass__ = made
                if not flags or value.bit_count() == 1:
                    names.append(key)
            by_name[key] = member
            type.__setattr__(made, key, member)
        return made


_SPECIAL = frozenset({"__new__", "__init__", "_generate_next_value_", "_ignore_", "_order_"})


def _is_plain(bases: tuple[Any, ...], numbers: dict[str, int], rest: dict[str, Any]) -> bool:
    """Whether a class has numbers and methods alone, under names that its base has not."""
    return (
        len(bases) == 1
        and isinstance(bases[0], _Members)
        and not bases[0]._member_map_
        and _names_of(bases[0]).isdisjoint(numbers)
        and _SPECIAL.isdisjoint(rest)
        and all(key.startswith("__") or hasattr(value, "__get__") for key, value in rest.items())
        and (min(numbers.values()) >= 0 or not issubclass(bases[0], IntFlag))
    )


@cache
def _names_of(base: type) -> frozenset[str]:
    return frozenset().union(*(vars(each) for each in base.__mro__))


def _tables(base: type) -> dict[str, Any]:
    """What `enum` keeps of each class for values that no dict takes, in one Python or another: there are none."""
    tables = {"_unhashable_values_": list, "_unhashable_values_map_": dict, "_hashable_values_": list}
    return {key: make() for key, make in tables.items() if key in _names_of(base)}


def _of_flags(values: Iterable[int]) -> dict[str, Any]:
    """What `enum` keeps of flags besides."""
    known, single = 0, []
    for value in dict.fromkeys(values):
        known |= value
        if value.bit_count() == 1:
            single.append(value)
    found: dict[str, Any] = {"_flag_mask_": known, "_singles_mask_": sum(single), "_inverted_": None}
    found["_all_bits_"] = (1 << known.bit_length()) - 1
    if single != sorted(single):
        found["_iter_member_"] = Flag.__dict__["_iter_member_by_def_"]
    return found


class _Named:
    """What the classes of both are told when they are derived."""

    __prefix__: ClassVar[str | None]
    __upper__: ClassVar[bool]
    __renamed__: ClassVar[dict[str, str]]
    __labels__: ClassVar[dict[str, str]]

    def __init_subclass__(
        cls,
        prefix: str | None = None,
        upper: bool = False,
        renamed: dict[str, str] | None = None,
        labels: dict[str, str] | None = None,
    ) -> None:
        cls.__prefix__ = prefix
        cls.__upper__ = upper
        cls.__renamed__ = renamed or {}
        cls.__labels__ = labels or {}

    @classmethod
    def _label(cls, name: str) -> str:
        return cls.__labels__.get(name, name if cls.__upper__ else name.lower().replace("_", "-"))


class Enumeration(_Named, IntEnum, metaclass=_Members):
    """An enum of the kernel. `label` is its name in JSON and tables: lower case, or as it is with `upper=True`.

    `prefix` is the C prefix of its constants (``RTN_``), `renamed` gives the C names that differ from prefix + name;
    no prefix says that they have no names in the headers. `labels` gives the labels that no identifier can be
    (``{"LACP": "802.3ad"}``); they are understood in requests too.
    """

    @property
    def label(self) -> str:
        """The name shown to people and in JSON."""
        return self._label(self.name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    def __str__(self) -> str:
        return self.label


class FlagSet(_Named, IntFlag, metaclass=_Members):
    """A set of flags of the kernel; bits without a name are kept. `labels` are their names in JSON and tables.

    The parameters are those of `Enumeration`.
    """

    @property
    def labels(self) -> list[str]:
        """The names of the flags that are set; bits without a name as a hexadecimal number."""
        cls = type(self)
        names = [cls._label(member.name or "") for member in cls if member.value & self.value]
        rest = self.value & ~sum(member.value for member in cls)
        return [*names, hex(rest)] if rest else names

    @property
    def label(self) -> str:
        """The names joined by commas."""
        return ",".join(self.labels)

    def __repr__(self) -> str:
        names = "|".join(member.name or "" for member in type(self) if member.value & self.value)
        rest = self.value & ~sum(member.value for member in type(self))
        if not names or rest:
            return f"{type(self).__name__}({self.value:#x})"
        return f"{type(self).__name__}.{names}"

    def __str__(self) -> str:
        return self.label
