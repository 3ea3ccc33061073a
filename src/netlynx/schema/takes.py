"""What type checkers are told of fields that take more than what is read from them.

    flags: takes.Flags[LinkFlags | None] = attr(…)

reads as ``LinkFlags | None``, and takes names, numbers and lists of them where a record is made. To a checker such a
field is a descriptor, which is read as one type and set, by the constructor, as another; mypy and pyright both
understand that (the `converter` of field specifiers, which says the same, is not known to mypy). At run time nothing is
different: annotations are not looked at, and the slot holds the canonical value (`netlynx.schema.settle`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar, overload

G = TypeVar("G", covariant=True)
S = TypeVar("S", contravariant=True)
X = TypeVar("X")


class Takes(Generic[G, S]):
    """A field that reads as the first type, and takes the second where a record is made."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> G: ...
        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: object, value: S) -> None: ...


Name: TypeAlias = Takes[X, X | str]
"""A number of something that has a name: an interface, a routing table."""

Member: TypeAlias = Takes[X, X | str | int]
"""A member of an enumeration, or a spelt number: or its name, or a number."""

Amount: TypeAlias = Takes[X, X | str | int | float]
"""A quantity: or a text with its unit, or a number of base units."""

Flags: TypeAlias = Takes[X, X | str | int | Sequence[str | int] | AbstractSet[str | int]]
"""Flags: or the name of one, a number, or several of those."""

Ip: TypeAlias = Takes[X, X | IPv4Address | IPv6Address | IPv4Interface | IPv6Interface]
"""The text of an address: or an object of `ipaddress`."""

Prefix: TypeAlias = Takes[X, X | IPv4Network | IPv6Network | IPv4Address | IPv6Address | IPv4Interface | IPv6Interface]
"""The text of a prefix: or an object of `ipaddress`."""

Nested: TypeAlias = Takes[X, X | Mapping[str, Any]]
"""A record or a struct: or its fields as a mapping."""

Natural: TypeAlias = Takes[X, Any]
"""A record that understands other spellings: see its `__natural__`."""

Several: TypeAlias = Takes[tuple[X, ...], Iterable[X] | None]
"""Several values: in any iterable."""

MaybeSeveral: TypeAlias = Takes[tuple[X, ...] | None, Iterable[X | Mapping[str, Any]] | None]
"""The same, of what may not be there at all."""

Records: TypeAlias = Takes[tuple[X, ...], Iterable[X | Mapping[str, Any]] | None]
"""Several records: or their fields as mappings, in any iterable."""
