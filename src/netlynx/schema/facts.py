"""What a record's declaration can be compared with: the names under which the kernel keeps the same facts."""

from __future__ import annotations

from dataclasses import dataclass

from netlynx.wire.names import Constants


@dataclass(frozen=True, slots=True)
class Facts:
    """The kernel's own description of a record's attributes.

    `attributes` is the set of constants that the record covers; `policy` the `nla_policy` tables that check them
    in the kernel; `spec` the YAML specification and the attribute set in it.
    """

    attributes: type[Constants]
    policy: str | tuple[str, ...] = ()
    spec: tuple[str, str] | tuple[()] = ()
