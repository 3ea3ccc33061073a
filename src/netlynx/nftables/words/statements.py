"""What the words of a rule ask and do: values, all frozen. Expressions of the kernel stand among them as they are."""

from __future__ import annotations

from typing import Any

import msgspec

from .nodes import Looked


class Statement(msgspec.Struct, frozen=True):
    """Something that a rule asks or does."""


class Match(Statement, frozen=True):
    """Whether something is as it is said to be; `operator` is "" where nft has none, or ``==``, ``!=``, ``<`` …"""

    left: Looked
    operator: str
    right: Any  # Any: Right once it is settled; before, a value however spelt


class Verdicts(Statement, frozen=True):
    """The verdict that a map has for something: ``vmap(tcp.dport, {22: accept})``."""

    of: Looked
    to: Any  # Any: a dict, the name of a map, or Items


class Assign(Statement, frozen=True):
    """Something of a packet or connection is set: ``set_(meta.mark, 5)``."""

    left: Looked
    right: Any  # Any: Looked, or a value however spelt


class Change(Statement, frozen=True):
    """An element is put into a set of the table as packets go by, or taken out: `operator` add, update or delete."""

    operator: str
    name: str
    key: Looked
    data: Any = None  # Any: Looked, or a value
    timeout: int | None = None  # milliseconds
    statements: tuple[Any, ...] = ()  # Any: expressions of the kernel that keep a state
    meter: int | None = None  # the size, of a set that is a meter


class Nat(Statement, frozen=True):
    """Addresses are translated: `kind` is snat, dnat, masquerade, redirect or tproxy."""

    kind: str
    family: str = ""
    address: Any = None  # Any: Looked, a Range or Prefix of addresses, or one
    port: Any = None  # Any: Looked, or a port, or a Range of them
    flags: tuple[str, ...] = ()
    joined: bool = False  # the address is a map's, which has the port, too
    many: bool = False  # the address is a map's, which has ranges of them
    prefix: bool = False


class Send(Statement, frozen=True):
    """A copy of a packet (``dup``) or itself (``fwd``) goes elsewhere."""

    kind: str
    family: str = ""
    address: Any = None  # Any: Looked or an address
    device: Any = None  # Any: Looked or an interface's index


class ToQueue(Statement, frozen=True):
    """Packets go to a program, to the queue that is computed for each."""

    number: Looked
    flags: tuple[str, ...] = ()


class Refer(Statement, frozen=True):
    """A named counter, quota, limit … of the table is used: by name, or the one that a map has for something."""

    kind: str
    name: Any  # Any: a name or Mapped


class Refuse(Statement, frozen=True):
    """A packet is dropped, and its sender is told: `kind` is ``tcp reset``, ``icmp``, ``icmpv6``, ``icmpx`` or ""."""

    kind: str = ""
    code: Any = None  # Any: a number, or its name


class ResetOption(Statement, frozen=True):
    """An option of TCP is overwritten with others that do nothing."""

    name: str
    number: int | None = None


class Shown(Statement, frozen=True):
    """Expressions that nft has no words for, as they are."""

    expressions: tuple[Any, ...]
