"""NETLINK_GENERIC: families that are found by name. The controller that knows them, and families declared here.

    from netlynx import generic

    for family in nl.dump(generic.families()):
        print(family.id, family.name)

Source: linux/genetlink.h, net/netlink/genetlink.c.
"""

from __future__ import annotations

from netlynx.generic.constants import GenericHeader, OperationFlags
from netlynx.generic.declaration import DoCommand, DumpCommand, Family, do, dump, event
from netlynx.generic.spec import (
    AttributeSpec,
    CommandSpec,
    EnumSpec,
    EventSpec,
    FamilySpec,
    MemberSpec,
    OperationSpec,
    SetSpec,
    StructSpec,
)

__all__ = [
    "AttributeSpec",
    "CommandSpec",
    "DoCommand",
    "DumpCommand",
    "EnumSpec",
    "EventSpec",
    "Family",
    "FamilySpec",
    "GenericHeader",
    "MemberSpec",
    "OperationFlags",
    "OperationSpec",
    "SetSpec",
    "StructSpec",
    "do",
    "dump",
    "event",
]
