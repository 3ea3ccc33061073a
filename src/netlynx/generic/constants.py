"""The numbers of generic netlink itself and its fixed header. Source: linux/genetlink.h."""

from __future__ import annotations

from netlynx.schema import Constants, FlagSet, Layout, member, u8, u16

GENL_NAMSIZ = 16  # bytes of a family's or group's name, the NUL at its end included
GENL_MIN_ID = 0x10  # message types of families …
GENL_MAX_ID = 1023
GENL_ID_CTRL = 0x10  # the controller's message type, and the number of its group
GENL_ID_VFS_DQUOT = 0x11
GENL_ID_PMCRAID = 0x12
GENL_START_ALLOC = 0x13  # the first that is given to whoever registers

CONTROLLER = "nlctrl"  # the family that tells of all families
CONTROLLER_GROUP = "notify"
CONTROLLER_VERSION = 2

# Families without `netnsok` in their genl_family: where there are any, the initial network namespace alone has them.
INITIAL_ALONE = frozenset(
    {
        "802.15.4 MAC",
        "MAC802154_HWSIM",
        "NCSI",
        "NET_DM",
        "NLBL_CALIPSO",
        "NLBL_CIPSOv4",
        "NLBL_MGMT",
        "NLBL_UNLBL",
        "VFS_DQUOT",
        "acpi_event",
        "cifs",
        "nfc",
        "pmcraid",
        "reg_event",
        "thermal",
        "vdpa",
    }
)


class CTRL_CMD(Constants):
    """Commands of the controller."""

    UNSPEC = 0
    NEWFAMILY = 1
    DELFAMILY = 2
    GETFAMILY = 3
    NEWOPS = 4
    DELOPS = 5
    GETOPS = 6
    NEWMCAST_GRP = 7
    DELMCAST_GRP = 8
    GETMCAST_GRP = 9
    GETPOLICY = 10


class CTRL_ATTR(Constants):
    """Attributes of the controller's messages."""

    UNSPEC = 0
    FAMILY_ID = 1
    FAMILY_NAME = 2
    VERSION = 3
    HDRSIZE = 4
    MAXATTR = 5
    OPS = 6
    MCAST_GROUPS = 7
    POLICY = 8
    OP_POLICY = 9
    OP = 10


class CTRL_ATTR_OP(Constants):
    """Attributes of one operation of a family."""

    UNSPEC = 0
    ID = 1
    FLAGS = 2


class CTRL_ATTR_MCAST_GRP(Constants):
    """Attributes of one multicast group of a family."""

    UNSPEC = 0
    NAME = 1
    ID = 2


class CTRL_ATTR_POLICY(Constants):
    """Which policies check an operation's requests."""

    UNSPEC = 0
    DO = 1
    DUMP = 2


class OperationFlags(FlagSet, prefix="GENL_"):
    """What an operation can, and what it takes: CAP_NET_ADMIN in the initial user namespace (ADMIN_PERM) or in that
    of the network namespace (UNS_ADMIN_PERM)."""

    __omitted__ = {"GENL_MAX_ID": "the highest number of a family"}  # noqa: RUF012  # no member: a dunder name

    ADMIN_PERM = 0x01
    CMD_CAP_DO = 0x02
    CMD_CAP_DUMP = 0x04
    CMD_CAP_HASPOL = 0x08
    UNS_ADMIN_PERM = 0x10


class GenericHeader(Layout, c="genlmsghdr"):
    """What comes before the attributes of every message: the operation, and the version of the family's messages."""

    command: int = member(u8, c="cmd")
    version: int = member(u8, c="version")
    reserved: int = member(u16, c="reserved")
