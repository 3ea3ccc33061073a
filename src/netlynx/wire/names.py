"""Named kernel constants.

A set of constants is a class named like the C prefix, so that ``IFLA.MTU`` is C's ``IFLA_MTU``::

    class IFLA(Constants):
        MTU = 4

Every member is an ``int`` that remembers its C name: errors, traces and the declarations test use it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self


class Constant(int):
    """An integer of a kernel header that knows its C name (`str` gives the name, arithmetic the number)."""

    c_name: str

    def __new__(cls, value: int, c_name: str) -> Self:
        """The number `value`, called `c_name` in C."""
        self = super().__new__(cls, value)
        self.c_name = c_name
        return self

    def __reduce__(self) -> tuple[type[Constant], tuple[int, str]]:
        return (Constant, (int(self), self.c_name))

    def __repr__(self) -> str:
        return f"{self.c_name}({int(self)})"

    def __str__(self) -> str:
        return self.c_name

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec else self.c_name


class _Constants(type):
    """Names the constants before there is a class: one that is changed afterwards is slow to make."""

    def __new__(
        metacls,
        cls: str,
        bases: tuple[type, ...],
        body: dict[str, Any],  # Any: whatever a class may have
        prefix: str | None = None,
        renamed: dict[str, str] | None = None,
    ) -> _Constants:
        start = f"{cls}_" if prefix is None else prefix
        renamed = renamed or {}
        names: dict[str, int] = {}
        for name, value in body.items():
            if isinstance(value, int) and name[0] != "_":
                c_name = renamed.get(name) or start + name
                body[name] = names[c_name] = Constant(value, c_name)
        body["__c_names__"] = names
        return super().__new__(metacls, cls, bases, body)

    def __init__(cls, *args: object, **told: object) -> None:
        """All was said when it was made."""


class Constants(metaclass=_Constants):
    """A set of kernel constants; subclasses list them as plain integers.

    `prefix` is the C prefix when the class is not named after it; `renamed` maps a Python name to the C
    name that it stands for where the two differ (a C name that is no Python identifier, say).
    """

    __c_names__: ClassVar[dict[str, int]] = {}
