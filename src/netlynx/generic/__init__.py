"""NETLINK_GENERIC: families that are found by name. The controller that knows them, and families declared here.

    from netlynx import generic

    for family in nl.dump(generic.families()):
        print(family.id, family.name)

Source: linux/genetlink.h, net/netlink/genetlink.c.
"""

from __future__ import annotations

from netlynx.generic.constants import GenericHeader, OperationFlags
from netlynx.generic.declaration import DoCommand, DumpCommand, Family, PartsCommand, do, dump, event, parts
from netlynx.generic.family import FAMILIES, FamilyInfo, GroupInfo, OperationInfo, families, family
from netlynx.generic.policy import FamilyPolicy, OperationPolicy, policy
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
from netlynx.schema.policy import AttributePolicy, AttributeType

__all__ = [
    "FAMILIES",
    "AttributePolicy",
    "AttributeSpec",
    "AttributeType",
    "CommandSpec",
    "DoCommand",
    "DumpCommand",
    "EnumSpec",
    "EventSpec",
    "Family",
    "FamilyInfo",
    "FamilyPolicy",
    "FamilySpec",
    "GenericHeader",
    "GroupInfo",
    "MemberSpec",
    "OperationFlags",
    "OperationInfo",
    "OperationPolicy",
    "OperationSpec",
    "PartsCommand",
    "SetSpec",
    "StructSpec",
    "do",
    "dump",
    "event",
    "families",
    "family",
    "parts",
    "policy",
]
