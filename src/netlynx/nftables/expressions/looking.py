"""Expressions that look up something about a packet elsewhere: routes, sockets, tunnels, IPsec, fingerprints."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.expressions.expression import Expression, without_effect
from netlynx.nftables.registers import Register, register
from netlynx.schema import Constants, Enumeration, FlagSet, attr, be32, enum, replace_fields, takes, u8
from netlynx.schema.facts import Facts


class NFTA_FIB(Constants):
    """Attributes of a lookup in the routing tables."""

    UNSPEC = 0
    DREG = 1
    RESULT = 2
    FLAGS = 3


class NFTA_RT(Constants):
    """Attributes of the route of a packet."""

    UNSPEC = 0
    DREG = 1
    KEY = 2


class NFTA_SOCKET(Constants):
    """Attributes of the socket of a packet."""

    UNSPEC = 0
    KEY = 1
    DREG = 2
    LEVEL = 3


class NFTA_TUNNEL(Constants):
    """Attributes of the tunnel of a packet."""

    UNSPEC = 0
    KEY = 1
    DREG = 2
    MODE = 3


class NFTA_XFRM(Constants):
    """Attributes of the IPsec state of a packet."""

    UNSPEC = 0
    DREG = 1
    KEY = 2
    DIR = 3
    SPNUM = 4


class NFTA_OSF(Constants):
    """Attributes of the fingerprint of an operating system."""

    UNSPEC = 0
    DREG = 1
    TTL = 2
    FLAGS = 3


class FibResult(Enumeration, prefix="NFT_FIB_RESULT_"):
    """What of a route is wanted."""

    UNSPEC = 0
    OIF = 1
    OIFNAME = 2
    ADDRTYPE = 3


class FibFlags(FlagSet, prefix="NFTA_FIB_F_"):
    """What the route is looked up by; PRESENT: whether there is one (1 or 0) instead of what it is."""

    SADDR = 0x01
    DADDR = 0x02
    MARK = 0x04
    IIF = 0x08
    OIF = 0x10
    PRESENT = 0x20


class RoutingKey(Enumeration, prefix="NFT_RT_"):
    """What of a packet's route is wanted."""

    CLASSID = 0
    NEXTHOP4 = 1
    NEXTHOP6 = 2
    TCPMSS = 3
    XFRM = 4


class SocketKey(Enumeration, prefix="NFT_SOCKET_"):
    """What of a packet's socket is wanted."""

    TRANSPARENT = 0
    MARK = 1
    WILDCARD = 2
    CGROUPV2 = 3


class TunnelKey(Enumeration, prefix="NFT_TUNNEL_"):
    """What of a packet's tunnel is wanted."""

    PATH = 0
    ID = 1


class TunnelMode(Enumeration, prefix="NFT_TUNNEL_MODE_"):
    """Of which tunnel: that a packet came by, or is to go by."""

    NONE = 0
    RX = 1
    TX = 2


class XfrmKey(Enumeration, prefix="NFT_XFRM_KEY_"):
    """What of an IPsec state is wanted."""

    UNSPEC = 0
    DADDR_IP4 = 1
    DADDR_IP6 = 2
    SADDR_IP4 = 3
    SADDR_IP6 = 4
    REQID = 5
    SPI = 6


class XfrmDirection(Enumeration, prefix="XFRM_POLICY_"):
    """Whether a packet came through IPsec, or is to go through it."""

    IN = 0
    OUT = 1

    __omitted__: ClassVar[dict[str, str]] = {"XFRM_POLICY_*": "nftables knows these two directions"}


class OsfFlags(FlagSet, prefix="NFT_OSF_F_"):
    """VERSION: the name with the version behind it."""

    VERSION = 1


class Fib(Expression):
    """`fib`: what the routing tables say to an address of the packet. Source: net/netfilter/nft_fib.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_FIB, policy="nft_fib_policy")

    flags: takes.Flags[FibFlags | None] = attr(NFTA_FIB.FLAGS, enum(FibFlags, be32))
    result: takes.Member[FibResult | None] = attr(NFTA_FIB.RESULT, enum(FibResult, be32))
    dreg: takes.Member[Register | None] = attr(NFTA_FIB.DREG, register)


class Routing(Expression):
    """`rt`: of the route that the packet has. Source: net/netfilter/nft_rt.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_RT, policy="nft_rt_policy")

    key: takes.Member[RoutingKey | None] = attr(NFTA_RT.KEY, enum(RoutingKey, be32))
    dreg: takes.Member[Register | None] = attr(NFTA_RT.DREG, register)


class Socket(Expression):
    """`socket`: of the socket that the packet is for; `level` counts control groups from the root (CGROUPV2).

    Source: net/netfilter/nft_socket.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_SOCKET, policy="nft_socket_policy")

    key: takes.Member[SocketKey | None] = attr(NFTA_SOCKET.KEY, enum(SocketKey, be32))
    dreg: takes.Member[Register | None] = attr(NFTA_SOCKET.DREG, register)
    level: int | None = attr(NFTA_SOCKET.LEVEL, be32)

    def __sent__(self) -> Socket:
        """Refuses a level where nothing has one; nft sends 0 in any case."""
        if self.key != SocketKey.CGROUPV2 and self.level:
            without_effect(self, "control groups alone have levels", "level")
        return self


class Tunnel(Expression):
    """`tunnel`: of the tunnel that the packet came by or goes by. Source: net/netfilter/nft_tunnel.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_TUNNEL, policy="nft_tunnel_policy")

    key: takes.Member[TunnelKey | None] = attr(NFTA_TUNNEL.KEY, enum(TunnelKey, be32))
    dreg: takes.Member[Register | None] = attr(NFTA_TUNNEL.DREG, register)
    mode: takes.Member[TunnelMode | None] = attr(NFTA_TUNNEL.MODE, enum(TunnelMode, be32))


class Xfrm(Expression):
    """`xfrm`: of an IPsec state of the packet, the one numbered `spnum`. Source: net/netfilter/nft_xfrm.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_XFRM, policy="nft_xfrm_policy")

    key: takes.Member[XfrmKey | None] = attr(NFTA_XFRM.KEY, enum(XfrmKey, be32))
    dir: takes.Member[XfrmDirection | None] = attr(NFTA_XFRM.DIR, enum(XfrmDirection, u8))
    spnum: int | None = attr(NFTA_XFRM.SPNUM, be32)
    dreg: takes.Member[Register | None] = attr(NFTA_XFRM.DREG, register)


class Osf(Expression):
    """`osf`: the name of the operating system that a SYN looks like. Source: net/netfilter/nft_osf.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_OSF, policy="nft_osf_policy")

    dreg: takes.Member[Register | None] = attr(NFTA_OSF.DREG, register)
    ttl: int | None = attr(NFTA_OSF.TTL, u8)  # how the TTL is compared: 0 as it is or less, 1 not at all, 2 exactly
    flags: takes.Flags[OsfFlags | None] = attr(NFTA_OSF.FLAGS, enum(OsfFlags, be32))

    def __sent__(self) -> Osf:
        """The kernel tells that no flag is set, and takes that by their absence alone."""
        return replace_fields(self, flags=self.flags or None)
