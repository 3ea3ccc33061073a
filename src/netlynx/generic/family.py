"""Families, as the controller tells of them: numbers, operations, groups.

Source: linux/genetlink.h, ctrl_fill_info in net/netlink/genetlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump, EventKind, Group
from netlynx.errors import EncodeError
from netlynx.generic.constants import (
    CONTROLLER,
    CONTROLLER_GROUP,
    CTRL_ATTR,
    CTRL_ATTR_MCAST_GRP,
    CTRL_ATTR_OP,
    CTRL_CMD,
    GENL_NAMSIZ,
    GenericHeader,
    OperationFlags,
)
from netlynx.generic.message import controller_do, controller_dump
from netlynx.schema import Record, attr, enum, indexed, nest, string, takes, u16, u32
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK


class OperationInfo(Record):
    """One operation of a family."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTRL_ATTR_OP, spec=("nlctrl", "op-attrs"))

    id: int | None = attr(CTRL_ATTR_OP.ID, u32)  # the command in the header of its messages
    flags: takes.Flags[OperationFlags | None] = attr(CTRL_ATTR_OP.FLAGS, enum(OperationFlags, u32))


class GroupInfo(Record):
    """One multicast group of a family."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTRL_ATTR_MCAST_GRP, spec=("nlctrl", "mcast-group-attrs"))

    id: int | None = attr(CTRL_ATTR_MCAST_GRP.ID, u32)  # its number, as sockets join it
    name: str | None = attr(CTRL_ATTR_MCAST_GRP.NAME, string)


class FamilyInfo(Record, header=GenericHeader):
    """One family that the kernel has (`genlmsghdr` + `CTRL_ATTR_*`).

    Names stay, numbers last as long as the family's module is loaded. `max_attribute` is 0 where each operation has
    a policy of its own: see `generic.policy`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=CTRL_ATTR, policy="ctrl_policy_family", spec=("nlctrl", "ctrl-attrs"))
    __omitted__: ClassVar[dict[str, str]] = {
        "CTRL_ATTR_POLICY": "in answers to CTRL_CMD_GETPOLICY only: PolicyPart",
        "CTRL_ATTR_OP_POLICY": "in answers to CTRL_CMD_GETPOLICY only: PolicyPart",
        "CTRL_ATTR_OP": "in CTRL_CMD_GETPOLICY only: PolicyPart",
    }

    name: str | None = attr(CTRL_ATTR.FAMILY_NAME, string(GENL_NAMSIZ - 1))
    id: int | None = attr(CTRL_ATTR.FAMILY_ID, u16)  # the type of its messages
    version: int | None = attr(CTRL_ATTR.VERSION, u32)
    header_size: int | None = attr(CTRL_ATTR.HDRSIZE, u32)  # bytes between the generic header and the attributes
    max_attribute: int | None = attr(CTRL_ATTR.MAXATTR, u32)
    operations: takes.Records[OperationInfo] = attr(
        CTRL_ATTR.OPS, indexed(nest(OperationInfo, bare=True), bare=True), default=()
    )
    groups: takes.Records[GroupInfo] = attr(
        CTRL_ATTR.MCAST_GROUPS, indexed(nest(GroupInfo, bare=True), bare=True), default=()
    )


FAMILIES: Group[FamilyInfo] = Group(
    "generic.FAMILIES",
    NETLINK.GENERIC,
    (),
    {},
    family=CONTROLLER,
    groups=(CONTROLLER_GROUP,),
    commands={
        CTRL_CMD.NEWFAMILY: (EventKind.NEW, FamilyInfo),
        CTRL_CMD.DELFAMILY: (EventKind.DELETE, FamilyInfo),
        CTRL_CMD.NEWMCAST_GRP: ("new-group", FamilyInfo),
        CTRL_CMD.DELMCAST_GRP: ("delete-group", FamilyInfo),
    },
)
"""Families that come and go with their modules, each group told of besides (its family's name and number, and it)."""


def families() -> Dump[FamilyInfo]:
    """All families that the kernel has in this network namespace."""
    return controller_dump("generic.families", CTRL_CMD.GETFAMILY, FamilyInfo(), FamilyInfo)


def family(name: str | None = None, *, id: int | None = None) -> Do[FamilyInfo]:
    """One family, by name or by number; the kernel loads the module that calls itself its provider.

    `NotFound` if there is none. Raises EncodeError unless exactly one of the two is given.
    """
    if (name is None) == (id is None):
        raise EncodeError("give a name or an id", "generic.family")
    return controller_do("generic.family", CTRL_CMD.GETFAMILY, FamilyInfo(name=name, id=id), FamilyInfo)
