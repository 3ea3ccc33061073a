"""What a link has to do with its hardware: XDP programs, the devlink port and the DPLL pin behind it.

Source: linux/if_link.h, linux/devlink.h, linux/dpll.h, net/core/rtnetlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet, Record, attr, enum, s32, string, takes, u8, u32, uint
from netlynx.schema.facts import Facts, NoFacts


class IFLA_XDP(Constants):
    """Attributes of IFLA_XDP."""

    UNSPEC = 0
    FD = 1
    ATTACHED = 2
    FLAGS = 3
    PROG_ID = 4
    DRV_PROG_ID = 5
    SKB_PROG_ID = 6
    HW_PROG_ID = 7
    EXPECTED_FD = 8


class DEVLINK_ATTR(Constants):
    """The attributes of devlink that name a port."""

    BUS_NAME = 1
    DEV_NAME = 2
    PORT_INDEX = 3
    INDEX = 184


class DPLL_A_PIN(Constants):
    """The attribute of dpll that names a pin."""

    ID = 1


class XdpAttached(Enumeration, prefix="XDP_ATTACHED_"):
    """Where an XDP program runs: nowhere, in the driver, generically, in the hardware, in several of these."""

    NONE = 0
    DRV = 1
    SKB = 2
    HW = 3
    MULTI = 4


class XdpFlags(FlagSet, prefix="XDP_FLAGS_"):
    """How an XDP program is to be attached."""

    UPDATE_IF_NOEXIST = 1 << 0
    SKB_MODE = 1 << 1
    DRV_MODE = 1 << 2
    HW_MODE = 1 << 3
    REPLACE = 1 << 4  # only if the one that is there is `Xdp.expected_fd`


class Xdp(Record):
    """The XDP programs of a link. The kernel answers with their IDs; a request gives a file descriptor, -1 for none.

    Source: linux/if_link.h, rtnl_xdp_fill and dev_change_xdp_fd in net/core.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_XDP, policy="ifla_xdp_policy", spec=("rt-link", "xdp-attrs"))

    skb_program: int | None = attr(IFLA_XDP.SKB_PROG_ID, u32, read_only=True)
    driver_program: int | None = attr(IFLA_XDP.DRV_PROG_ID, u32, read_only=True)
    hardware_program: int | None = attr(IFLA_XDP.HW_PROG_ID, u32, read_only=True)
    attached: takes.Member[XdpAttached | None] = attr(IFLA_XDP.ATTACHED, enum(XdpAttached, u8), read_only=True)
    program: int | None = attr(IFLA_XDP.PROG_ID, u32, read_only=True)  # when there is only one
    fd: int | None = attr(IFLA_XDP.FD, s32)  # request only
    flags: takes.Flags[XdpFlags | None] = attr(IFLA_XDP.FLAGS, enum(XdpFlags, u32))  # request only
    expected_fd: int | None = attr(IFLA_XDP.EXPECTED_FD, s32)  # request only


class DevlinkPort(Record):
    """The devlink port that a link stands for; all None when there is none.

    Source: linux/devlink.h, devlink_nl_port_handle_fill in net/devlink.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("the handle of a port: a few of devlink's attributes, nested in a link")

    bus: str | None = attr(DEVLINK_ATTR.BUS_NAME, string)
    device: str | None = attr(DEVLINK_ATTR.DEV_NAME, string)
    port: int | None = attr(DEVLINK_ATTR.PORT_INDEX, u32)
    instance: int | None = attr(DEVLINK_ATTR.INDEX, uint)  # number of the devlink instance


class DpllPin(Record):
    """The DPLL pin that gives a link its clock; `id` is None when there is none.

    Source: linux/dpll.h, dpll_netdev_add_pin_handle in drivers/dpll.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("the handle of a pin: one of dpll's attributes, nested in a link")

    id: int | None = attr(DPLL_A_PIN.ID, u32)
