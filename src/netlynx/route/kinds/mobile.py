"""Mobile networks: gtp, rmnet, wwan; and what serial lines speak: ppp.

Source: linux/if_link.h, linux/wwan.h, drivers/net/gtp.c, drivers/net/ethernet/qualcomm/rmnet/rmnet_config.c,
drivers/net/wwan/wwan_core.c, drivers/net/ppp/ppp_generic.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    boolean,
    enum,
    ip4,
    ip6,
    member,
    s32,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Masked


class IFLA_GTP(Constants):
    """Attributes of a GTP link."""

    UNSPEC = 0
    FD0 = 1
    FD1 = 2
    PDP_HASHSIZE = 3
    ROLE = 4
    CREATE_SOCKETS = 5
    RESTART_COUNT = 6
    LOCAL = 7
    LOCAL6 = 8


class IFLA_RMNET(Constants):
    """Attributes of an rmnet link."""

    UNSPEC = 0
    MUX_ID = 1
    FLAGS = 2


class IFLA_WWAN(Constants):
    """Attributes of a WWAN link."""

    UNSPEC = 0
    LINK_ID = 1


class IFLA_PPP(Constants):
    """Attributes of a PPP link."""

    UNSPEC = 0
    DEV_FD = 1


class GtpRole(Enumeration, prefix="GTP_ROLE_"):
    """Which end of GTP tunnels a link is."""

    GGSN = 0
    SGSN = 1


class RmnetFlag(FlagSet, prefix="RMNET_FLAGS_"):
    """How packets are put into frames for the modem."""

    INGRESS_DEAGGREGATION = 1
    INGRESS_MAP_COMMANDS = 2
    INGRESS_MAP_CKSUMV4 = 4
    EGRESS_MAP_CKSUMV4 = 8
    INGRESS_MAP_CKSUMV5 = 16
    EGRESS_MAP_CKSUMV5 = 32


class RmnetFlags(Layout, Masked, c="ifla_rmnet_flags"):
    """Options, and which of them a request means to set."""

    flags: takes.Flags[RmnetFlag] = member(enum(RmnetFlag, u32))
    mask: takes.Flags[RmnetFlag] = member(enum(RmnetFlag, u32))


class Gtp(Record):
    """A GTP link. Source: linux/if_link.h, drivers/net/gtp.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_GTP, policy="gtp_policy")

    socket0: int | None = attr(IFLA_GTP.FD0, u32)  # requests only: file descriptor of a UDP socket, GTP version 0
    socket1: int | None = attr(IFLA_GTP.FD1, u32)  # requests only: of GTP version 1
    hash_size: int | None = attr(IFLA_GTP.PDP_HASHSIZE, u32)  # buckets
    role: takes.Member[GtpRole | None] = attr(IFLA_GTP.ROLE, enum(GtpRole, u32))
    create_sockets: bool | None = attr(IFLA_GTP.CREATE_SOCKETS, boolean)  # requests only
    restart_count: int | None = attr(IFLA_GTP.RESTART_COUNT, u8)
    local: takes.Ip[str | None] = attr(IFLA_GTP.LOCAL, ip4)  # requests only
    local6: takes.Ip[str | None] = attr(IFLA_GTP.LOCAL6, ip6)  # requests only


class Rmnet(Record):
    """A Qualcomm rmnet link. Source: linux/if_link.h, rmnet_config.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_RMNET, policy="rmnet_policy")

    mux_id: int | None = attr(IFLA_RMNET.MUX_ID, u16)  # 0 to 254
    flags: takes.Natural[RmnetFlags | None] = attr(IFLA_RMNET.FLAGS, struct(RmnetFlags))


class Wwan(Record):
    """A data channel of a modem. Source: linux/wwan.h, drivers/net/wwan/wwan_core.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_WWAN, policy="wwan_rtnl_policy")

    id: int | None = attr(IFLA_WWAN.LINK_ID, u32)


class Ppp(Record):
    """A PPP link. The kernel never answers with it. Source: linux/if_link.h, drivers/net/ppp/ppp_generic.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_PPP, policy="ppp_nl_policy")

    device: int | None = attr(IFLA_PPP.DEV_FD, s32)  # file descriptor of /dev/ppp
