"""Rooms whose names are loaded as they are used: a table says where each of them lives."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False  # checkers take it for true; importing typing would take longer than all of the rest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


class Room(ModuleType):
    """A package with such a table. Where a name is a module's, too, it stays what the room offers.

    So ``route.link`` is the function: importing ``netlynx.route.link`` would put the module in its place.
    """

    __homes__: dict[str, str]

    def __getattr__(self, name: str) -> Any:  # Any: as many types as there are public names
        home = self.__homes__.get(name)
        if home is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(import_module(home), name)
        setattr(self, name, value)
        return value

    def __setattr__(self, name: str, value: Any) -> None:  # Any: as many types as there are public names
        if isinstance(value, ModuleType) and name in self.__homes__:
            if self.__homes__[name] != value.__name__:
                return
            value = getattr(value, name)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *self.__homes__})


def names_of(room: str, homes: Mapping[str, str]) -> list[str]:
    """Make a package a `Room`; called by its own file, with its name. Returns the names, for its ``__all__``.

    `homes` has the names, with blanks between them, of each module that has some: a module of the room, or the whole
    name of one elsewhere. Checkers are shown the same names as plain imports.
    """
    module = sys.modules[room]
    vars(module)["__homes__"] = {
        name: home if home.startswith("netlynx.") else f"{room}.{home}"
        for home, names in homes.items()
        for name in names.split()
    }
    module.__class__ = Room
    return sorted(vars(module)["__homes__"])


def found(module: str, name: str) -> Callable[[], Any]:  # Any: a class of records, mostly
    """What gives a name of a module, which is loaded when somebody asks: for fields that few messages have."""
    return lambda: getattr(import_module(module), name)
