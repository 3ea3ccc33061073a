"""Every declaration in the package."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import netlynx
from netlynx.schema import Constants, Enumeration, FlagSet, Layout, Record


def modules() -> tuple[dict[str, ModuleType], dict[str, Exception]]:
    """All modules of the package by name, and those that do not import with the reason."""
    found: dict[str, ModuleType] = {}
    broken: dict[str, Exception] = {}
    root = Path(netlynx.__path__[0])
    for path in sorted(root.rglob("*.py")):
        name = ".".join(["netlynx", *path.relative_to(root).with_suffix("").parts]).removesuffix(".__init__")
        if path.stem == "__main__":
            continue
        try:
            found[name] = importlib.import_module(name)
        except Exception as error:
            broken[name] = error
    return found, broken


MODULES, BROKEN = modules()


def declared(*bases: type) -> list[type]:
    """The classes derived from `bases` in the order of their modules, each where it is defined."""
    return [
        value
        for name, module in MODULES.items()
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, bases)
        and value not in (Constants, Enumeration, FlagSet, Layout, Record)
        and value.__module__ == name
    ]


def title(cls: type) -> str:
    """How a failing test names a class: ``route.link.IFLA``."""
    return f"{cls.__module__.removeprefix('netlynx.')}.{cls.__qualname__}"
