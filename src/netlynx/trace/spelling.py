"""Values as the Python that makes them."""

from __future__ import annotations

import ast
import enum
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from netlynx.schema.record import Layout, Record, class_of
from netlynx.schema.settle import kind_of

# Files that are public by themselves, beside the room's front.
_FILES = ("conntrack", "accounting", "compat", "fingerprints", "helpers", "hooks", "log", "queue", "timeouts")


class Spelling:
    """Spells records, and remembers which modules that takes.

    `interfaces` are names of interfaces by number: where a record has such a number, the name stands for it.
    """

    def __init__(self, interfaces: Mapping[int, str]) -> None:
        self.interfaces = interfaces
        self.modules: dict[str, ModuleType] = {}  # by what they are called in the program

    def module(self, module: ModuleType) -> str:
        """What a module is called."""
        name = module.__name__.rpartition(".")[2]
        self.modules[name] = module
        return name

    def imports(self) -> list[str]:
        """The lines that import the modules."""
        found: dict[str, list[str]] = {}
        for name, module in self.modules.items():
            found.setdefault(module.__name__.rpartition(".")[0], []).append(name)
        return [f"from {package} import {', '.join(sorted(names))}" for package, names in sorted(found.items())]

    def value(self, value: Any) -> str:
        """A value. Raises LookupError for one that no public name makes."""
        if isinstance(value, Record | Layout):
            return self.record(value)
        if isinstance(value, enum.Flag):
            return f"[{', '.join(quoted(name.lower()) for name in str(value).split(','))}]" if value else "0"
        if isinstance(value, enum.Enum):
            return quoted(str(value))
        if isinstance(value, tuple | list):
            return f"[{', '.join(map(self.value, value))}]"
        if isinstance(value, str):
            return quoted(value)
        if value is None or type(value) in (bool, int, float, bytes):
            return repr(value)
        if isinstance(value, int):  # one that is written in a way of its own, a handle say
            return quoted(str(value))
        raise LookupError(f"{type(value).__name__} has no spelling")

    def record(self, record: Record | Layout) -> str:
        """A record. Raises LookupError as `value`."""
        cls: Any = class_of(record)
        home = home_of(cls)
        if home is None:
            raise LookupError(f"{cls.__name__} has no public name")
        said = []
        for name, declaration in cls.__declarations__.items():
            value = getattr(record, name)
            if value is not None and value != declaration.default:
                said.append(f"{name}={self._field(cls, name, value)}")
        return f"{self.module(home)}.{cls.__name__}({', '.join(said)})"

    def _field(self, cls: Any, name: str, value: Any) -> str:
        if isinstance(value, int) and kind_of(cls, name).names == "interface" and value in self.interfaces:
            return quoted(self.interfaces[value])
        return self.value(value)

    def made(self, source: str) -> Any:
        """What a spelling makes. Raises as the records do that are in it.

        Nothing but literals, lists and records is looked at: what is spelt came from another program.
        """
        return self._made(ast.parse(source, mode="eval").body)

    def _made(self, node: ast.expr) -> Any:
        if isinstance(node, ast.List):
            return [self._made(each) for each in node.elts]
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            made = getattr(self.modules[node.func.value.id], node.func.attr)
            return made(**{each.arg: self._made(each.value) for each in node.keywords if each.arg is not None})
        return ast.literal_eval(node)


def quoted(text: str) -> str:
    """A text as it stands in a program."""
    return repr(text) if '"' in text or "'" in text or not text.isprintable() else f'"{text}"'


def home_of(cls: type) -> ModuleType | None:
    """The public module that offers a class; None where none does."""
    parts = cls.__module__.split(".")
    rooms = [".".join(parts[:length]) for length in range(2, len(parts) + 1)]
    public = [f"netlynx.netfilter.{each}" for each in _FILES] if rooms[0] == "netlynx.netfilter" else []
    for name in (*rooms, *public):
        module = import_module(name)
        if (hasattr(module, "__path__") or name in public) and getattr(module, cls.__name__, None) is cls:
            return module
    return None
