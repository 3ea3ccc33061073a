"""What links of one kind have of their own: IFLA_INFO_DATA, IFLA_INFO_SLAVE_DATA and IFLA_INFO_XSTATS.

`DATA`, `SLAVE_DATA` and `XSTATS` map the name of a kind (``"vxlan"``) to how its data is read; `WITHOUT_DATA` lists the
kinds of link that have none. Attribute numbers (``IFLA_VXLAN``) are in the file of their kind.
"""

from __future__ import annotations

from typing import Final

from netlynx.route.kinds.bond import (
    AdSelect,
    ArpAllTargets,
    ArpValidate,
    Bond,
    BondAdInfo,
    BondMember,
    BondMemberLink,
    BondMemberState,
    BondMode,
    FailOverMac,
    LacpChurn,
    LacpRate,
    LacpState,
    PrimaryReselect,
    XmitHashPolicy,
)
from netlynx.route.kinds.bridge import (
    Bridge,
    BridgeId,
    BridgeOption,
    BridgeOptions,
    BridgeQuerierState,
    MulticastRouter,
    StpMode,
    StpState,
)
from netlynx.route.kinds.bridge_port import BridgePort, BridgePortState
from netlynx.route.kinds.can import (
    Can,
    CanBitTiming,
    CanBitTimingLimits,
    CanClock,
    CanDelayCompensation,
    CanErrors,
    CanMode,
    CanModes,
    CanPulseWidth,
    CanState,
    CanStatistics,
)
from netlynx.route.kinds.geneve import Geneve, GenevePortRange
from netlynx.route.kinds.gre import ErspanDirection, Gre, GreFlag, Ip6Gre
from netlynx.route.kinds.hsr import Hsr, HsrProtocol
from netlynx.route.kinds.macsec import Macsec, MacsecCipher, MacsecOffload, MacsecSci, MacsecValidation
from netlynx.route.kinds.macvlan import (
    Ipvlan,
    IpvlanFlag,
    IpvlanMode,
    Macvlan,
    MacvlanCommand,
    MacvlanFlag,
    MacvlanMode,
)
from netlynx.route.kinds.mobile import Gtp, GtpRole, Ppp, Rmnet, RmnetFlag, RmnetFlags, Wwan
from netlynx.route.kinds.overlay import Amt, AmtMode, Bareudp, Batadv, Dsa, Ipoib, IpoibMode, Ovpn, OvpnMode
from netlynx.route.kinds.tun import Tun, TunType
from netlynx.route.kinds.tunnel import (
    IFLA_IPTUN,
    EncapsulationFlag,
    EncapsulationType,
    Ip6Tunnel,
    Ip6TunnelFlag,
    Ipip,
    Sit,
    SitFlag,
    TunnelProtocol,
    Vti,
    Vti6,
)
from netlynx.route.kinds.veth import Netkit, NetkitMode, NetkitPairing, NetkitPolicy, NetkitScrub, Veth, Vxcan
from netlynx.route.kinds.vlan import Vlan, VlanFlag, VlanFlags, VlanProtocol, VlanQosMapping
from netlynx.route.kinds.vrf import Vrf, VrfMember, XfrmInterface
from netlynx.route.kinds.vxlan import TunnelDontFragment, Vxlan, VxlanLabelPolicy, VxlanPortRange
from netlynx.schema import Kind, nest, struct

__all__ = [
    "DATA",
    "IFLA_IPTUN",
    "SLAVE_DATA",
    "WITHOUT_DATA",
    "XSTATS",
    "AdSelect",
    "Amt",
    "AmtMode",
    "ArpAllTargets",
    "ArpValidate",
    "Bareudp",
    "Batadv",
    "Bond",
    "BondAdInfo",
    "BondMember",
    "BondMemberLink",
    "BondMemberState",
    "BondMode",
    "Bridge",
    "BridgeId",
    "BridgeOption",
    "BridgeOptions",
    "BridgePort",
    "BridgePortState",
    "BridgeQuerierState",
    "Can",
    "CanBitTiming",
    "CanBitTimingLimits",
    "CanClock",
    "CanDelayCompensation",
    "CanErrors",
    "CanMode",
    "CanModes",
    "CanPulseWidth",
    "CanState",
    "CanStatistics",
    "Dsa",
    "EncapsulationFlag",
    "EncapsulationType",
    "ErspanDirection",
    "FailOverMac",
    "Geneve",
    "GenevePortRange",
    "Gre",
    "GreFlag",
    "Gtp",
    "GtpRole",
    "Hsr",
    "HsrProtocol",
    "Ip6Gre",
    "Ip6Tunnel",
    "Ip6TunnelFlag",
    "Ipip",
    "Ipoib",
    "IpoibMode",
    "Ipvlan",
    "IpvlanFlag",
    "IpvlanMode",
    "LacpChurn",
    "LacpRate",
    "LacpState",
    "Macsec",
    "MacsecCipher",
    "MacsecOffload",
    "MacsecSci",
    "MacsecValidation",
    "Macvlan",
    "MacvlanCommand",
    "MacvlanFlag",
    "MacvlanMode",
    "MulticastRouter",
    "Netkit",
    "NetkitMode",
    "NetkitPairing",
    "NetkitPolicy",
    "NetkitScrub",
    "Ovpn",
    "OvpnMode",
    "Ppp",
    "PrimaryReselect",
    "Rmnet",
    "RmnetFlag",
    "RmnetFlags",
    "Sit",
    "SitFlag",
    "StpMode",
    "StpState",
    "Tun",
    "TunType",
    "TunnelDontFragment",
    "TunnelProtocol",
    "Veth",
    "Vlan",
    "VlanFlag",
    "VlanFlags",
    "VlanProtocol",
    "VlanQosMapping",
    "Vrf",
    "VrfMember",
    "Vti",
    "Vti6",
    "Vxcan",
    "Vxlan",
    "VxlanLabelPolicy",
    "VxlanPortRange",
    "Wwan",
    "XfrmInterface",
    "XmitHashPolicy",
]

DATA: Final[dict[str, Kind]] = {
    "amt": nest(Amt),
    "bareudp": nest(Bareudp),
    "batadv": nest(Batadv),
    "bond": nest(Bond),
    "bridge": nest(Bridge),
    "can": nest(Can),
    "dsa": nest(Dsa),
    "erspan": nest(Gre),
    "geneve": nest(Geneve),
    "gre": nest(Gre),
    "gretap": nest(Gre),
    "gtp": nest(Gtp),
    "hsr": nest(Hsr),
    "ip6erspan": nest(Ip6Gre),
    "ip6gre": nest(Ip6Gre),
    "ip6gretap": nest(Ip6Gre),
    "ip6tnl": nest(Ip6Tunnel),
    "ipip": nest(Ipip),
    "ipoib": nest(Ipoib),
    "ipvlan": nest(Ipvlan),
    "ipvtap": nest(Ipvlan),
    "macsec": nest(Macsec),
    "macvlan": nest(Macvlan),
    "macvtap": nest(Macvlan),
    "netkit": nest(Netkit),
    "ovpn": nest(Ovpn),
    "ppp": nest(Ppp),
    "rmnet": nest(Rmnet),
    "sit": nest(Sit),
    "tun": nest(Tun),
    "veth": nest(Veth),
    "vlan": nest(Vlan),
    "vrf": nest(Vrf),
    "vti": nest(Vti),
    "vti6": nest(Vti6),
    "vxcan": nest(Vxcan),
    "vxlan": nest(Vxlan),
    "wwan": nest(Wwan),
    "xfrm": nest(XfrmInterface),
}
"""IFLA_INFO_DATA by IFLA_INFO_KIND."""

SLAVE_DATA: Final[dict[str, Kind]] = {
    "bond": nest(BondMember),
    "bridge": nest(BridgePort),
    "vrf": nest(VrfMember),
}
"""IFLA_INFO_SLAVE_DATA by IFLA_INFO_SLAVE_KIND."""

XSTATS: Final[dict[str, Kind]] = {"can": struct(CanStatistics)}
"""IFLA_INFO_XSTATS by IFLA_INFO_KIND."""

WITHOUT_DATA: Final[frozenset[str]] = frozenset(
    {
        "dummy",
        "ifb",
        "lowpan",
        "netdevsim",
        "nlmon",
        "openvswitch",
        "pfcp",
        "team",
        "vcan",
        "virt_wifi",
        "vsockmon",
        "wireguard",
    }
)
"""Kinds of link of which rtnetlink says no more than their name."""
