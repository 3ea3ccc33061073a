"""Open vSwitch: datapaths of the kernel, their ports and flows, packets that it asks about, meters, limits.

    from netlynx import ovs

    nl.do(ovs.add(ovs.Datapath(name="dp0")))
    nl.do(ovs.add(ovs.Vport(datapath="dp0", name="v0", type="netdev")))
    nl.do(ovs.add(ovs.Flow(datapath="dp0", match="in_port(1),eth()", actions="0")))
    for flow in nl.dump(ovs.flows("dp0")):
        print(flow.match, flow.statistics.packets, flow.words)

Source: linux/openvswitch.h, net/openvswitch/; the words are those of ovs-dpctl(8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.ovs.action import Action as Action
    from netlynx.ovs.action import AddMpls as AddMpls
    from netlynx.ovs.action import CheckLength as CheckLength
    from netlynx.ovs.action import Ct as Ct
    from netlynx.ovs.action import DecTtl as DecTtl
    from netlynx.ovs.action import Hash as Hash
    from netlynx.ovs.action import MaskedKey as MaskedKey
    from netlynx.ovs.action import Nat as Nat
    from netlynx.ovs.action import Psample as Psample
    from netlynx.ovs.action import PushMpls as PushMpls
    from netlynx.ovs.action import PushVlan as PushVlan
    from netlynx.ovs.action import Sample as Sample
    from netlynx.ovs.action import Userspace as Userspace
    from netlynx.ovs.constants import OVS_CT_LIMIT_CMD as OVS_CT_LIMIT_CMD
    from netlynx.ovs.constants import OVS_DP_CMD as OVS_DP_CMD
    from netlynx.ovs.constants import OVS_FLOW_CMD as OVS_FLOW_CMD
    from netlynx.ovs.constants import OVS_METER_CMD as OVS_METER_CMD
    from netlynx.ovs.constants import OVS_PACKET_CMD as OVS_PACKET_CMD
    from netlynx.ovs.constants import OVS_VPORT_CMD as OVS_VPORT_CMD
    from netlynx.ovs.ct_limit import DEFAULT_ZONE as DEFAULT_ZONE
    from netlynx.ovs.ct_limit import CtLimits as CtLimits
    from netlynx.ovs.ct_limit import ZoneLimit as ZoneLimit
    from netlynx.ovs.datapath import Datapath as Datapath
    from netlynx.ovs.datapath import DatapathStatistics as DatapathStatistics
    from netlynx.ovs.datapath import MaskStatistics as MaskStatistics
    from netlynx.ovs.family import DATAPATHS as DATAPATHS
    from netlynx.ovs.family import FLOWS as FLOWS
    from netlynx.ovs.family import UPCALLS as UPCALLS
    from netlynx.ovs.family import VPORTS as VPORTS
    from netlynx.ovs.family import OvsCtLimit as OvsCtLimit
    from netlynx.ovs.family import OvsDatapath as OvsDatapath
    from netlynx.ovs.family import OvsFlow as OvsFlow
    from netlynx.ovs.family import OvsMeter as OvsMeter
    from netlynx.ovs.family import OvsPacket as OvsPacket
    from netlynx.ovs.family import OvsVport as OvsVport
    from netlynx.ovs.flow import Flow as Flow
    from netlynx.ovs.header import FlowCounters as FlowCounters
    from netlynx.ovs.header import OvsHeader as OvsHeader
    from netlynx.ovs.key import Key as Key
    from netlynx.ovs.key import NshKey as NshKey
    from netlynx.ovs.key import TunnelKey as TunnelKey
    from netlynx.ovs.key import VxlanKey as VxlanKey
    from netlynx.ovs.layouts import ArpKey as ArpKey
    from netlynx.ovs.layouts import CtTuple4Key as CtTuple4Key
    from netlynx.ovs.layouts import CtTuple6Key as CtTuple6Key
    from netlynx.ovs.layouts import ErspanKey as ErspanKey
    from netlynx.ovs.layouts import EthernetKey as EthernetKey
    from netlynx.ovs.layouts import IcmpKey as IcmpKey
    from netlynx.ovs.layouts import Icmpv6Key as Icmpv6Key
    from netlynx.ovs.layouts import Ipv4Key as Ipv4Key
    from netlynx.ovs.layouts import Ipv6HeadersKey as Ipv6HeadersKey
    from netlynx.ovs.layouts import Ipv6Key as Ipv6Key
    from netlynx.ovs.layouts import NeighbourKey as NeighbourKey
    from netlynx.ovs.layouts import NshBaseKey as NshBaseKey
    from netlynx.ovs.layouts import NshContextKey as NshContextKey
    from netlynx.ovs.layouts import SctpKey as SctpKey
    from netlynx.ovs.layouts import TcpKey as TcpKey
    from netlynx.ovs.layouts import UdpKey as UdpKey
    from netlynx.ovs.listing import ct_limits as ct_limits
    from netlynx.ovs.listing import datapath as datapath
    from netlynx.ovs.listing import datapaths as datapaths
    from netlynx.ovs.listing import flow as flow
    from netlynx.ovs.listing import flows as flows
    from netlynx.ovs.listing import match as match
    from netlynx.ovs.listing import meter as meter
    from netlynx.ovs.listing import meter_features as meter_features
    from netlynx.ovs.listing import vport as vport
    from netlynx.ovs.listing import vports as vports
    from netlynx.ovs.masked import MaskedCtLabels as MaskedCtLabels
    from netlynx.ovs.masked import MaskedEthernet as MaskedEthernet
    from netlynx.ovs.masked import MaskedIpv4 as MaskedIpv4
    from netlynx.ovs.masked import MaskedIpv6 as MaskedIpv6
    from netlynx.ovs.masked import MaskedLabel as MaskedLabel
    from netlynx.ovs.masked import MaskedNumber as MaskedNumber
    from netlynx.ovs.masked import MaskedSctp as MaskedSctp
    from netlynx.ovs.masked import MaskedTcp as MaskedTcp
    from netlynx.ovs.masked import MaskedUdp as MaskedUdp
    from netlynx.ovs.meter import Band as Band
    from netlynx.ovs.meter import Meter as Meter
    from netlynx.ovs.packet import Packet as Packet
    from netlynx.ovs.values import BandType as BandType
    from netlynx.ovs.values import CtState as CtState
    from netlynx.ovs.values import DatapathFeatures as DatapathFeatures
    from netlynx.ovs.values import FragmentType as FragmentType
    from netlynx.ovs.values import HashAlgorithm as HashAlgorithm
    from netlynx.ovs.values import MplsPlace as MplsPlace
    from netlynx.ovs.values import UfidFlags as UfidFlags
    from netlynx.ovs.values import VportType as VportType
    from netlynx.ovs.verbs import add as add
    from netlynx.ovs.verbs import change as change
    from netlynx.ovs.verbs import delete as delete
    from netlynx.ovs.verbs import delete_ct_limit as delete_ct_limit
    from netlynx.ovs.verbs import execute as execute
    from netlynx.ovs.verbs import flush as flush
    from netlynx.ovs.verbs import replace as replace
    from netlynx.ovs.verbs import set_ct_limit as set_ct_limit
    from netlynx.ovs.verbs import set_meter as set_meter
    from netlynx.ovs.vport import TunnelOptions as TunnelOptions
    from netlynx.ovs.vport import UpcallStatistics as UpcallStatistics
    from netlynx.ovs.vport import Vport as Vport
    from netlynx.ovs.vport import VportStatistics as VportStatistics
    from netlynx.ovs.vport import VxlanExtensions as VxlanExtensions

_HOMES = {
    "action": "Action AddMpls CheckLength Ct DecTtl Hash MaskedKey Nat Psample PushMpls PushVlan Sample Userspace",
    "constants": "OVS_CT_LIMIT_CMD OVS_DP_CMD OVS_FLOW_CMD OVS_METER_CMD OVS_PACKET_CMD OVS_VPORT_CMD",
    "ct_limit": "CtLimits DEFAULT_ZONE ZoneLimit",
    "datapath": "Datapath DatapathStatistics MaskStatistics",
    "family": "DATAPATHS FLOWS OvsCtLimit OvsDatapath OvsFlow OvsMeter OvsPacket OvsVport UPCALLS VPORTS",
    "flow": "Flow",
    "header": "FlowCounters OvsHeader",
    "key": "Key NshKey TunnelKey VxlanKey",
    "layouts": (
        "ArpKey CtTuple4Key CtTuple6Key ErspanKey EthernetKey IcmpKey Icmpv6Key Ipv4Key Ipv6HeadersKey "
        "Ipv6Key NeighbourKey NshBaseKey NshContextKey SctpKey TcpKey UdpKey"
    ),
    "listing": "ct_limits datapath datapaths flow flows match meter meter_features vport vports",
    "masked": (
        "MaskedCtLabels MaskedEthernet MaskedIpv4 MaskedIpv6 MaskedLabel MaskedNumber MaskedSctp MaskedTcp MaskedUdp"
    ),
    "meter": "Band Meter",
    "packet": "Packet",
    "values": "BandType CtState DatapathFeatures FragmentType HashAlgorithm MplsPlace UfidFlags VportType",
    "verbs": "add change delete delete_ct_limit execute flush replace set_ct_limit set_meter",
    "vport": "TunnelOptions UpcallStatistics Vport VportStatistics VxlanExtensions",
}

__all__ = names_of(__name__, _HOMES)
