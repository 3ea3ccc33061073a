"""Enums and flags as the kernel has them, with the names that people know them by.

Those are in lower case, their words parted by dashes. In capitals are only those that the program which everybody reads
shows so: `ip` the flags and states of links (``UP``, ``LOWER_UP``) and the states of neighbours (``REACHABLE``), where
those of routes are in lower case (``linkdown``); `tests/schema/test_labels.py` lists them. Requests take either case.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import ClassVar


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


class Enumeration(_Named, IntEnum):
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


class FlagSet(_Named, IntFlag):
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
