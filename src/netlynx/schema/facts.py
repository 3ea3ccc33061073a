"""What a declaration can be compared with: the names under which the kernel keeps the same facts.

The test of declarations reads these class attributes; nothing else does.

| class attribute | on | meaning |
|---|---|---|
| `__facts__` | Record, Layout | `Facts`, a tuple of them (one for each set the record covers), or `NoFacts(why)` |
| `__omitted__` | Record, Constants, Enumeration, FlagSet | C name → why it is not declared |
| `__differs__` | Record, Layout | field → why its kind is not the one in the kernel's description |
| `__not_in_headers__` | Constants, Enumeration, FlagSet | C name → where else its number is from |

A C name in `__omitted__` may end in ``*``: all that begin so and are not declared. Attribute 0 (``…_UNSPEC``)
and padding (``…_PAD``) need no reason to be left out.
"""

from __future__ import annotations

import msgspec

from netlynx.wire.names import Constants


class Facts(msgspec.Struct, frozen=True):
    """The kernel's own description of a record's attributes.

    `attributes` is the set of constants that the record covers; `policy` the `nla_policy` tables that check them
    in the kernel; `spec` the YAML specification and the attribute set in it.
    """

    attributes: type[Constants]
    policy: str | tuple[str, ...] = ()
    spec: tuple[str, str] | tuple[()] = ()


class NoFacts(msgspec.Struct, frozen=True):
    """The kernel's headers describe no such record or struct; `reason` says why, or where it is described."""

    reason: str
