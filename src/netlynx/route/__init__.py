"""rtnetlink: links, addresses, routes, nexthops, neighbours, forwarding databases, rules and namespace IDs.

Records (`Link`, `Route` …), operations that list (`links()`, `routes()` …) and get one (`link(name="eth0")` …), the
verbs `add`, `append`, `replace`, `change`, `delete` and `flush`, and groups to subscribe to (`LINKS`, `ROUTES` …)::

    nl.do(route.add(route.Address(index=2, address="192.0.2.1/24")))

Source: linux/rtnetlink.h and the headers beside it, rtnetlink(7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.route.address import ADDRESSES as ADDRESSES
    from netlynx.route.address import ANYCAST_ADDRESSES as ANYCAST_ADDRESSES
    from netlynx.route.address import FOREVER as FOREVER
    from netlynx.route.address import MULTICAST_ADDRESSES as MULTICAST_ADDRESSES
    from netlynx.route.address import Address as Address
    from netlynx.route.address import AddressCacheInfo as AddressCacheInfo
    from netlynx.route.address import AddressFlags as AddressFlags
    from netlynx.route.address import AddressProtocol as AddressProtocol
    from netlynx.route.address import address as address
    from netlynx.route.address import addresses as addresses
    from netlynx.route.address import anycast_addresses as anycast_addresses
    from netlynx.route.address import multicast_addresses as multicast_addresses
    from netlynx.route.address_label import AddressLabel as AddressLabel
    from netlynx.route.address_label import address_label as address_label
    from netlynx.route.address_label import address_labels as address_labels
    from netlynx.route.can_gateway import CanCrc8 as CanCrc8
    from netlynx.route.can_gateway import CanCrc8Profile as CanCrc8Profile
    from netlynx.route.can_gateway import CanFdFlag as CanFdFlag
    from netlynx.route.can_gateway import CanFdModification as CanFdModification
    from netlynx.route.can_gateway import CanFilter as CanFilter
    from netlynx.route.can_gateway import CanFramePart as CanFramePart
    from netlynx.route.can_gateway import CanGateway as CanGateway
    from netlynx.route.can_gateway import CanGatewayFlags as CanGatewayFlags
    from netlynx.route.can_gateway import CanGatewayType as CanGatewayType
    from netlynx.route.can_gateway import CanModification as CanModification
    from netlynx.route.can_gateway import CanXorChecksum as CanXorChecksum
    from netlynx.route.can_gateway import can_crc8_table as can_crc8_table
    from netlynx.route.can_gateway import can_gateways as can_gateways
    from netlynx.route.constants import AddressFamily as AddressFamily
    from netlynx.route.constants import Scope as Scope
    from netlynx.route.discovery_options import CaptivePortal as CaptivePortal
    from netlynx.route.discovery_options import DiscoveryOption as DiscoveryOption
    from netlynx.route.discovery_options import DnsSearchList as DnsSearchList
    from netlynx.route.discovery_options import DnsServers as DnsServers
    from netlynx.route.discovery_options import Nat64Prefix as Nat64Prefix
    from netlynx.route.discovery_options import PrefixInformation as PrefixInformation
    from netlynx.route.encap import BpfEncap as BpfEncap
    from netlynx.route.encap import BpfProgram as BpfProgram
    from netlynx.route.encap import Encap as Encap
    from netlynx.route.encap import EncapType as EncapType
    from netlynx.route.encap import ErspanOption as ErspanOption
    from netlynx.route.encap import GeneveOptions as GeneveOptions
    from netlynx.route.encap import IlaChecksum as IlaChecksum
    from netlynx.route.encap import IlaEncap as IlaEncap
    from netlynx.route.encap import IlaHook as IlaHook
    from netlynx.route.encap import IlaIdentifier as IlaIdentifier
    from netlynx.route.encap import Ip6Encap as Ip6Encap
    from netlynx.route.encap import IpEncap as IpEncap
    from netlynx.route.encap import MplsEncap as MplsEncap
    from netlynx.route.encap import TunnelFlags as TunnelFlags
    from netlynx.route.encap import TunnelOptions as TunnelOptions
    from netlynx.route.encap import VxlanOption as VxlanOption
    from netlynx.route.encap import XfrmEncap as XfrmEncap
    from netlynx.route.ensuring import Ensured as Ensured
    from netlynx.route.ensuring import ensure as ensure
    from netlynx.route.kinds.bond import AdSelect as AdSelect
    from netlynx.route.kinds.bond import ArpAllTargets as ArpAllTargets
    from netlynx.route.kinds.bond import ArpValidate as ArpValidate
    from netlynx.route.kinds.bond import Bond as Bond
    from netlynx.route.kinds.bond import BondAdInfo as BondAdInfo
    from netlynx.route.kinds.bond import BondMember as BondMember
    from netlynx.route.kinds.bond import BondMemberLink as BondMemberLink
    from netlynx.route.kinds.bond import BondMemberState as BondMemberState
    from netlynx.route.kinds.bond import BondMode as BondMode
    from netlynx.route.kinds.bond import FailOverMac as FailOverMac
    from netlynx.route.kinds.bond import LacpChurn as LacpChurn
    from netlynx.route.kinds.bond import LacpRate as LacpRate
    from netlynx.route.kinds.bond import LacpState as LacpState
    from netlynx.route.kinds.bond import PrimaryReselect as PrimaryReselect
    from netlynx.route.kinds.bond import XmitHashPolicy as XmitHashPolicy
    from netlynx.route.kinds.bridge import Bridge as Bridge
    from netlynx.route.kinds.bridge import BridgeId as BridgeId
    from netlynx.route.kinds.bridge import BridgeOption as BridgeOption
    from netlynx.route.kinds.bridge import BridgeOptions as BridgeOptions
    from netlynx.route.kinds.bridge import BridgeQuerierState as BridgeQuerierState
    from netlynx.route.kinds.bridge import MulticastRouter as MulticastRouter
    from netlynx.route.kinds.bridge import StpMode as StpMode
    from netlynx.route.kinds.bridge import StpState as StpState
    from netlynx.route.kinds.bridge_port import BridgePort as BridgePort
    from netlynx.route.kinds.bridge_port import BridgePortState as BridgePortState
    from netlynx.route.kinds.can import Can as Can
    from netlynx.route.kinds.can import CanBitTiming as CanBitTiming
    from netlynx.route.kinds.can import CanBitTimingLimits as CanBitTimingLimits
    from netlynx.route.kinds.can import CanClock as CanClock
    from netlynx.route.kinds.can import CanDelayCompensation as CanDelayCompensation
    from netlynx.route.kinds.can import CanErrors as CanErrors
    from netlynx.route.kinds.can import CanMode as CanMode
    from netlynx.route.kinds.can import CanModes as CanModes
    from netlynx.route.kinds.can import CanPulseWidth as CanPulseWidth
    from netlynx.route.kinds.can import CanState as CanState
    from netlynx.route.kinds.can import CanStatistics as CanStatistics
    from netlynx.route.kinds.geneve import Geneve as Geneve
    from netlynx.route.kinds.geneve import GenevePortRange as GenevePortRange
    from netlynx.route.kinds.gre import ErspanDirection as ErspanDirection
    from netlynx.route.kinds.gre import Gre as Gre
    from netlynx.route.kinds.gre import GreFlag as GreFlag
    from netlynx.route.kinds.gre import Ip6Gre as Ip6Gre
    from netlynx.route.kinds.hsr import Hsr as Hsr
    from netlynx.route.kinds.hsr import HsrProtocol as HsrProtocol
    from netlynx.route.kinds.macsec import Macsec as Macsec
    from netlynx.route.kinds.macsec import MacsecCipher as MacsecCipher
    from netlynx.route.kinds.macsec import MacsecOffload as MacsecOffload
    from netlynx.route.kinds.macsec import MacsecSci as MacsecSci
    from netlynx.route.kinds.macsec import MacsecValidation as MacsecValidation
    from netlynx.route.kinds.macvlan import Ipvlan as Ipvlan
    from netlynx.route.kinds.macvlan import IpvlanFlag as IpvlanFlag
    from netlynx.route.kinds.macvlan import IpvlanMode as IpvlanMode
    from netlynx.route.kinds.macvlan import Macvlan as Macvlan
    from netlynx.route.kinds.macvlan import MacvlanCommand as MacvlanCommand
    from netlynx.route.kinds.macvlan import MacvlanFlag as MacvlanFlag
    from netlynx.route.kinds.macvlan import MacvlanMode as MacvlanMode
    from netlynx.route.kinds.mobile import Gtp as Gtp
    from netlynx.route.kinds.mobile import GtpRole as GtpRole
    from netlynx.route.kinds.mobile import Ppp as Ppp
    from netlynx.route.kinds.mobile import Rmnet as Rmnet
    from netlynx.route.kinds.mobile import RmnetFlag as RmnetFlag
    from netlynx.route.kinds.mobile import RmnetFlags as RmnetFlags
    from netlynx.route.kinds.mobile import Wwan as Wwan
    from netlynx.route.kinds.overlay import Amt as Amt
    from netlynx.route.kinds.overlay import AmtMode as AmtMode
    from netlynx.route.kinds.overlay import Bareudp as Bareudp
    from netlynx.route.kinds.overlay import Batadv as Batadv
    from netlynx.route.kinds.overlay import Dsa as Dsa
    from netlynx.route.kinds.overlay import Ipoib as Ipoib
    from netlynx.route.kinds.overlay import IpoibMode as IpoibMode
    from netlynx.route.kinds.overlay import Ovpn as Ovpn
    from netlynx.route.kinds.overlay import OvpnMode as OvpnMode
    from netlynx.route.kinds.tun import Tun as Tun
    from netlynx.route.kinds.tun import TunType as TunType
    from netlynx.route.kinds.tunnel import EncapsulationFlag as EncapsulationFlag
    from netlynx.route.kinds.tunnel import EncapsulationType as EncapsulationType
    from netlynx.route.kinds.tunnel import Ip6Tunnel as Ip6Tunnel
    from netlynx.route.kinds.tunnel import Ip6TunnelFlag as Ip6TunnelFlag
    from netlynx.route.kinds.tunnel import Ipip as Ipip
    from netlynx.route.kinds.tunnel import Sit as Sit
    from netlynx.route.kinds.tunnel import SitFlag as SitFlag
    from netlynx.route.kinds.tunnel import TunnelProtocol as TunnelProtocol
    from netlynx.route.kinds.tunnel import Vti as Vti
    from netlynx.route.kinds.tunnel import Vti6 as Vti6
    from netlynx.route.kinds.veth import Netkit as Netkit
    from netlynx.route.kinds.veth import NetkitMode as NetkitMode
    from netlynx.route.kinds.veth import NetkitPairing as NetkitPairing
    from netlynx.route.kinds.veth import NetkitPolicy as NetkitPolicy
    from netlynx.route.kinds.veth import NetkitScrub as NetkitScrub
    from netlynx.route.kinds.veth import Veth as Veth
    from netlynx.route.kinds.veth import Vxcan as Vxcan
    from netlynx.route.kinds.vlan import Vlan as Vlan
    from netlynx.route.kinds.vlan import VlanFlag as VlanFlag
    from netlynx.route.kinds.vlan import VlanFlags as VlanFlags
    from netlynx.route.kinds.vlan import VlanProtocol as VlanProtocol
    from netlynx.route.kinds.vlan import VlanQosMapping as VlanQosMapping
    from netlynx.route.kinds.vrf import Vrf as Vrf
    from netlynx.route.kinds.vrf import VrfMember as VrfMember
    from netlynx.route.kinds.vrf import XfrmInterface as XfrmInterface
    from netlynx.route.kinds.vxlan import TunnelDontFragment as TunnelDontFragment
    from netlynx.route.kinds.vxlan import Vxlan as Vxlan
    from netlynx.route.kinds.vxlan import VxlanLabelPolicy as VxlanLabelPolicy
    from netlynx.route.kinds.vxlan import VxlanPortRange as VxlanPortRange
    from netlynx.route.link import IPV6_LINKS as IPV6_LINKS
    from netlynx.route.link import LINKS as LINKS
    from netlynx.route.link import Link as Link
    from netlynx.route.link import link as link
    from netlynx.route.link import links as links
    from netlynx.route.link_af import AddressGeneration as AddressGeneration
    from netlynx.route.link_af import AfSpec as AfSpec
    from netlynx.route.link_af import Icmp6Statistics as Icmp6Statistics
    from netlynx.route.link_af import Inet6CacheInfo as Inet6CacheInfo
    from netlynx.route.link_af import Inet6Flags as Inet6Flags
    from netlynx.route.link_af import Inet6Spec as Inet6Spec
    from netlynx.route.link_af import InetSpec as InetSpec
    from netlynx.route.link_af import MctpSpec as MctpSpec
    from netlynx.route.link_af import ipv4_settings as ipv4_settings
    from netlynx.route.link_bridge import BridgeFlags as BridgeFlags
    from netlynx.route.link_bridge import BridgeMode as BridgeMode
    from netlynx.route.link_bridge import BridgeSpec as BridgeSpec
    from netlynx.route.link_bridge import BridgeVlan as BridgeVlan
    from netlynx.route.link_bridge import BridgeVlanFlags as BridgeVlanFlags
    from netlynx.route.link_bridge import MstState as MstState
    from netlynx.route.link_bridge import VlanTunnel as VlanTunnel
    from netlynx.route.link_cfm import Cfm as Cfm
    from netlynx.route.link_cfm import CfmChecks as CfmChecks
    from netlynx.route.link_cfm import CfmDefect as CfmDefect
    from netlynx.route.link_cfm import CfmDirection as CfmDirection
    from netlynx.route.link_cfm import CfmDomain as CfmDomain
    from netlynx.route.link_cfm import CfmInterval as CfmInterval
    from netlynx.route.link_cfm import CfmMep as CfmMep
    from netlynx.route.link_cfm import CfmMepConfiguration as CfmMepConfiguration
    from netlynx.route.link_cfm import CfmMepStatus as CfmMepStatus
    from netlynx.route.link_cfm import CfmPeer as CfmPeer
    from netlynx.route.link_cfm import CfmPeerStatus as CfmPeerStatus
    from netlynx.route.link_cfm import CfmTransmission as CfmTransmission
    from netlynx.route.link_constants import ArpHardware as ArpHardware
    from netlynx.route.link_constants import LinkEvent as LinkEvent
    from netlynx.route.link_constants import LinkExtensions as LinkExtensions
    from netlynx.route.link_constants import LinkFlags as LinkFlags
    from netlynx.route.link_constants import LinkMode as LinkMode
    from netlynx.route.link_constants import OperState as OperState
    from netlynx.route.link_hardware import DevlinkPort as DevlinkPort
    from netlynx.route.link_hardware import DpllPin as DpllPin
    from netlynx.route.link_hardware import Xdp as Xdp
    from netlynx.route.link_hardware import XdpAttached as XdpAttached
    from netlynx.route.link_hardware import XdpFlags as XdpFlags
    from netlynx.route.link_mrp import Mrp as Mrp
    from netlynx.route.link_mrp import MrpInRole as MrpInRole
    from netlynx.route.link_mrp import MrpInRoleSetting as MrpInRoleSetting
    from netlynx.route.link_mrp import MrpInstance as MrpInstance
    from netlynx.route.link_mrp import MrpInState as MrpInState
    from netlynx.route.link_mrp import MrpInStateSetting as MrpInStateSetting
    from netlynx.route.link_mrp import MrpInTest as MrpInTest
    from netlynx.route.link_mrp import MrpPortRole as MrpPortRole
    from netlynx.route.link_mrp import MrpPortState as MrpPortState
    from netlynx.route.link_mrp import MrpRing as MrpRing
    from netlynx.route.link_mrp import MrpRingRole as MrpRingRole
    from netlynx.route.link_mrp import MrpRingRoleSetting as MrpRingRoleSetting
    from netlynx.route.link_mrp import MrpRingState as MrpRingState
    from netlynx.route.link_mrp import MrpRingStateSetting as MrpRingStateSetting
    from netlynx.route.link_mrp import MrpTest as MrpTest
    from netlynx.route.link_requests import add_alternative_names as add_alternative_names
    from netlynx.route.link_requests import delete_alternative_names as delete_alternative_names
    from netlynx.route.link_requests import down as down
    from netlynx.route.link_requests import set_bridge_port as set_bridge_port
    from netlynx.route.link_requests import up as up
    from netlynx.route.link_settings import Ipv4Settings as Ipv4Settings
    from netlynx.route.link_settings import Ipv6Settings as Ipv6Settings
    from netlynx.route.link_stats import LinkMap as LinkMap
    from netlynx.route.link_stats import LinkStatistics as LinkStatistics
    from netlynx.route.link_stats import LinkStatistics64 as LinkStatistics64
    from netlynx.route.link_vf import Port as Port
    from netlynx.route.link_vf import PortRequest as PortRequest
    from netlynx.route.link_vf import PortResponse as PortResponse
    from netlynx.route.link_vf import PortVsi as PortVsi
    from netlynx.route.link_vf import VfBroadcast as VfBroadcast
    from netlynx.route.link_vf import VfGuid as VfGuid
    from netlynx.route.link_vf import VfLinkState as VfLinkState
    from netlynx.route.link_vf import VfLinkStateSetting as VfLinkStateSetting
    from netlynx.route.link_vf import VfMac as VfMac
    from netlynx.route.link_vf import VfRate as VfRate
    from netlynx.route.link_vf import VfRssQuery as VfRssQuery
    from netlynx.route.link_vf import VfSpoofCheck as VfSpoofCheck
    from netlynx.route.link_vf import VfStatistics as VfStatistics
    from netlynx.route.link_vf import VfTrust as VfTrust
    from netlynx.route.link_vf import VfTxRate as VfTxRate
    from netlynx.route.link_vf import VfVlan as VfVlan
    from netlynx.route.link_vf import VfVlanInfo as VfVlanInfo
    from netlynx.route.link_vf import VirtualFunction as VirtualFunction
    from netlynx.route.link_vlans import Vlans as Vlans
    from netlynx.route.link_vlans import add_vlans as add_vlans
    from netlynx.route.link_vlans import delete_vlans as delete_vlans
    from netlynx.route.mctp import MCTP_ADDRESSES as MCTP_ADDRESSES
    from netlynx.route.mctp import MctpAddress as MctpAddress
    from netlynx.route.mctp import MctpFullAddress as MctpFullAddress
    from netlynx.route.mctp import MctpNeighbour as MctpNeighbour
    from netlynx.route.mctp import MctpRoute as MctpRoute
    from netlynx.route.mctp import mctp_addresses as mctp_addresses
    from netlynx.route.mctp import mctp_neighbours as mctp_neighbours
    from netlynx.route.mctp import mctp_routes as mctp_routes
    from netlynx.route.mdb import MDB as MDB
    from netlynx.route.mdb import MdbEntry as MdbEntry
    from netlynx.route.mdb import MdbGroup as MdbGroup
    from netlynx.route.mdb import MdbPort as MdbPort
    from netlynx.route.mdb import MdbRouter as MdbRouter
    from netlynx.route.mdb import flush_mdb as flush_mdb
    from netlynx.route.mdb import mdb as mdb
    from netlynx.route.mdb import mdb_group as mdb_group
    from netlynx.route.mdb import mdb_routers as mdb_routers
    from netlynx.route.mdb_messages import FilterMode as FilterMode
    from netlynx.route.mdb_messages import MdbFlags as MdbFlags
    from netlynx.route.mdb_messages import MdbRouterPort as MdbRouterPort
    from netlynx.route.mdb_messages import MdbSource as MdbSource
    from netlynx.route.mdb_messages import MdbState as MdbState
    from netlynx.route.metrics import LockedMetrics as LockedMetrics
    from netlynx.route.metrics import Metrics as Metrics
    from netlynx.route.metrics import RouteFeatures as RouteFeatures
    from netlynx.route.mst import MstPort as MstPort
    from netlynx.route.mst import mst_states as mst_states
    from netlynx.route.mst import set_mst_state as set_mst_state
    from netlynx.route.multicast import CACHE_REPORTS as CACHE_REPORTS
    from netlynx.route.multicast import CacheReport as CacheReport
    from netlynx.route.multicast import CacheReportType as CacheReportType
    from netlynx.route.multicast import MulticastInterface as MulticastInterface
    from netlynx.route.multicast import MulticastInterfaceFlags as MulticastInterfaceFlags
    from netlynx.route.multicast import MulticastTable as MulticastTable
    from netlynx.route.multicast import multicast_route as multicast_route
    from netlynx.route.multicast import multicast_routes as multicast_routes
    from netlynx.route.multicast import multicast_tables as multicast_tables
    from netlynx.route.neighbour import NEIGHBOURS as NEIGHBOURS
    from netlynx.route.neighbour import FdbAttributes as FdbAttributes
    from netlynx.route.neighbour import FdbNotify as FdbNotify
    from netlynx.route.neighbour import Neighbour as Neighbour
    from netlynx.route.neighbour import NeighbourCacheInfo as NeighbourCacheInfo
    from netlynx.route.neighbour import NeighbourExtendedFlags as NeighbourExtendedFlags
    from netlynx.route.neighbour import NeighbourFlags as NeighbourFlags
    from netlynx.route.neighbour import NeighbourState as NeighbourState
    from netlynx.route.neighbour import fdb as fdb
    from netlynx.route.neighbour import fdb_entry as fdb_entry
    from netlynx.route.neighbour import flush_fdb as flush_fdb
    from netlynx.route.neighbour import neighbour as neighbour
    from netlynx.route.neighbour import neighbours as neighbours
    from netlynx.route.neighbour_table import NeighbourTable as NeighbourTable
    from netlynx.route.neighbour_table import NeighbourTableConfig as NeighbourTableConfig
    from netlynx.route.neighbour_table import NeighbourTableStatistics as NeighbourTableStatistics
    from netlynx.route.neighbour_table import neighbour_tables as neighbour_tables
    from netlynx.route.netconf import ALL_INTERFACES as ALL_INTERFACES
    from netlynx.route.netconf import DEFAULT_INTERFACE as DEFAULT_INTERFACE
    from netlynx.route.netconf import NETCONFS as NETCONFS
    from netlynx.route.netconf import Netconf as Netconf
    from netlynx.route.netconf import ReversePathFilter as ReversePathFilter
    from netlynx.route.netconf import netconf as netconf
    from netlynx.route.netconf import netconfs as netconfs
    from netlynx.route.netns_id import NAMESPACE_IDS as NAMESPACE_IDS
    from netlynx.route.netns_id import NOT_ASSIGNED as NOT_ASSIGNED
    from netlynx.route.netns_id import NamespaceId as NamespaceId
    from netlynx.route.netns_id import namespace_id as namespace_id
    from netlynx.route.netns_id import namespace_ids as namespace_ids
    from netlynx.route.netns_id import namespace_names as namespace_names
    from netlynx.route.nexthop import NEXTHOPS as NEXTHOPS
    from netlynx.route.nexthop import NextHopBucket as NextHopBucket
    from netlynx.route.nexthop import NextHopGroupType as NextHopGroupType
    from netlynx.route.nexthop import NextHopMember as NextHopMember
    from netlynx.route.nexthop import NextHopObject as NextHopObject
    from netlynx.route.nexthop import NextHopOptions as NextHopOptions
    from netlynx.route.nexthop import NextHopStats as NextHopStats
    from netlynx.route.nexthop import ResilientGroup as ResilientGroup
    from netlynx.route.nexthop import nexthop as nexthop
    from netlynx.route.nexthop import nexthop_bucket as nexthop_bucket
    from netlynx.route.nexthop import nexthop_buckets as nexthop_buckets
    from netlynx.route.nexthop import nexthops as nexthops
    from netlynx.route.phonet import PHONET_ADDRESSES as PHONET_ADDRESSES
    from netlynx.route.phonet import PHONET_ROUTES as PHONET_ROUTES
    from netlynx.route.phonet import PhonetAddress as PhonetAddress
    from netlynx.route.phonet import PhonetRoute as PhonetRoute
    from netlynx.route.phonet import phonet_addresses as phonet_addresses
    from netlynx.route.phonet import phonet_routes as phonet_routes
    from netlynx.route.port_vlan import VLANS as VLANS
    from netlynx.route.port_vlan import PortVlan as PortVlan
    from netlynx.route.port_vlan import delete_vlan_tunnels as delete_vlan_tunnels
    from netlynx.route.port_vlan import port_vlans as port_vlans
    from netlynx.route.port_vlan import set_vlan_tunnels as set_vlan_tunnels
    from netlynx.route.route import MULTICAST_ROUTES as MULTICAST_ROUTES
    from netlynx.route.route import ROUTES as ROUTES
    from netlynx.route.route import NextHop as NextHop
    from netlynx.route.route import Route as Route
    from netlynx.route.route import route as route
    from netlynx.route.route import routes as routes
    from netlynx.route.route_names import RT_TABLE as RT_TABLE
    from netlynx.route.route_names import DeleteReason as DeleteReason
    from netlynx.route.route_names import IpProtocol as IpProtocol
    from netlynx.route.route_names import MulticastStats as MulticastStats
    from netlynx.route.route_names import NextHopFlags as NextHopFlags
    from netlynx.route.route_names import RouteCacheInfo as RouteCacheInfo
    from netlynx.route.route_names import RouteFlags as RouteFlags
    from netlynx.route.route_names import RouteProtocol as RouteProtocol
    from netlynx.route.route_names import RouterPreference as RouterPreference
    from netlynx.route.route_names import RouteType as RouteType
    from netlynx.route.router_discovery import ADVERTISEMENTS as ADVERTISEMENTS
    from netlynx.route.router_discovery import PREFIXES as PREFIXES
    from netlynx.route.router_discovery import AdvertisedPrefix as AdvertisedPrefix
    from netlynx.route.router_discovery import Advertisement as Advertisement
    from netlynx.route.router_discovery import PrefixFlags as PrefixFlags
    from netlynx.route.router_discovery import PrefixLifetimes as PrefixLifetimes
    from netlynx.route.rule import RULES as RULES
    from netlynx.route.rule import PortRange as PortRange
    from netlynx.route.rule import Rule as Rule
    from netlynx.route.rule import RuleAction as RuleAction
    from netlynx.route.rule import RuleFlags as RuleFlags
    from netlynx.route.rule import UidRange as UidRange
    from netlynx.route.rule import rules as rules
    from netlynx.route.segment_routing import Ioam6Encap as Ioam6Encap
    from netlynx.route.segment_routing import IoamMode as IoamMode
    from netlynx.route.segment_routing import RplEncap as RplEncap
    from netlynx.route.segment_routing import Seg6Action as Seg6Action
    from netlynx.route.segment_routing import Seg6BpfProgram as Seg6BpfProgram
    from netlynx.route.segment_routing import Seg6Counters as Seg6Counters
    from netlynx.route.segment_routing import Seg6Encap as Seg6Encap
    from netlynx.route.segment_routing import Seg6FlavorOptions as Seg6FlavorOptions
    from netlynx.route.segment_routing import Seg6Flavors as Seg6Flavors
    from netlynx.route.segment_routing import Seg6LocalEncap as Seg6LocalEncap
    from netlynx.route.segments import IoamTrace as IoamTrace
    from netlynx.route.segments import RplHeader as RplHeader
    from netlynx.route.segments import Seg6Mode as Seg6Mode
    from netlynx.route.segments import Seg6Tunnel as Seg6Tunnel
    from netlynx.route.segments import SegmentRoutingHeader as SegmentRoutingHeader
    from netlynx.route.stats import STATS as STATS
    from netlynx.route.stats import OffloadSets as OffloadSets
    from netlynx.route.stats import Stats as Stats
    from netlynx.route.stats import StatsSets as StatsSets
    from netlynx.route.stats import StatsSettings as StatsSettings
    from netlynx.route.stats import interface_stats as interface_stats
    from netlynx.route.stats import stats as stats
    from netlynx.route.stats_extended import BondStats as BondStats
    from netlynx.route.stats_extended import BothWays as BothWays
    from netlynx.route.stats_extended import BridgeMulticastStats as BridgeMulticastStats
    from netlynx.route.stats_extended import BridgeStats as BridgeStats
    from netlynx.route.stats_extended import BridgeStpStats as BridgeStpStats
    from netlynx.route.stats_extended import BridgeVlanStats as BridgeVlanStats
    from netlynx.route.stats_extended import ExtendedStats as ExtendedStats
    from netlynx.route.stats_extended import HardwareStats as HardwareStats
    from netlynx.route.stats_extended import HardwareStatsInfo as HardwareStatsInfo
    from netlynx.route.stats_extended import MplsStats as MplsStats
    from netlynx.route.stats_extended import OffloadStats as OffloadStats
    from netlynx.route.verbs import add as add
    from netlynx.route.verbs import append as append
    from netlynx.route.verbs import change as change
    from netlynx.route.verbs import delete as delete
    from netlynx.route.verbs import flush as flush
    from netlynx.route.verbs import replace as replace
    from netlynx.route.vlan_options import VlanOptions as VlanOptions
    from netlynx.route.vlan_options import vlan_options as vlan_options
    from netlynx.route.vni import VNIS as VNIS
    from netlynx.route.vni import Vni as Vni
    from netlynx.route.vni import vnis as vnis

# Where each public name lives. Loaded on first use: importing the room costs next to nothing.
_HOMES = {
    "stats_extended": (
        "BondStats BothWays BridgeMulticastStats BridgeStats BridgeStpStats BridgeVlanStats ExtendedStats "
        "HardwareStats HardwareStatsInfo MplsStats OffloadStats"
    ),
    "stats": "OffloadSets STATS Stats StatsSets StatsSettings interface_stats stats",
    "router_discovery": "ADVERTISEMENTS AdvertisedPrefix Advertisement PREFIXES PrefixFlags PrefixLifetimes",
    "netconf": "ALL_INTERFACES DEFAULT_INTERFACE NETCONFS Netconf ReversePathFilter netconf netconfs",
    "multicast": (
        "CACHE_REPORTS CacheReport CacheReportType MulticastInterface MulticastInterfaceFlags "
        "MulticastTable multicast_route multicast_routes multicast_tables"
    ),
    "discovery_options": "CaptivePortal DiscoveryOption DnsSearchList DnsServers Nat64Prefix PrefixInformation",
    "address": (
        "ADDRESSES ANYCAST_ADDRESSES Address AddressCacheInfo AddressFlags AddressProtocol FOREVER "
        "MULTICAST_ADDRESSES address addresses anycast_addresses multicast_addresses"
    ),
    "can_gateway": (
        "CanCrc8 CanCrc8Profile CanFdFlag CanFdModification CanFilter CanFramePart CanGateway CanGatewayFlags "
        "CanGatewayType CanModification CanXorChecksum can_crc8_table can_gateways"
    ),
    "constants": "AddressFamily Scope",
    "encap": (
        "BpfEncap BpfProgram Encap EncapType ErspanOption GeneveOptions IlaChecksum IlaEncap IlaHook IlaIdentifier "
        "Ip6Encap IpEncap MplsEncap TunnelFlags TunnelOptions VxlanOption XfrmEncap"
    ),
    "address_label": "AddressLabel address_label address_labels",
    "ensuring": "Ensured ensure",
    "kinds.bond": (
        "AdSelect ArpAllTargets ArpValidate Bond BondAdInfo BondMember BondMemberLink BondMemberState BondMode "
        "FailOverMac LacpChurn LacpRate LacpState PrimaryReselect XmitHashPolicy"
    ),
    "kinds.bridge": ("Bridge BridgeId BridgeOption BridgeOptions BridgeQuerierState MulticastRouter StpMode StpState"),
    "kinds.bridge_port": "BridgePort BridgePortState",
    "kinds.can": (
        "Can CanBitTiming CanBitTimingLimits CanClock CanDelayCompensation CanErrors CanMode CanModes "
        "CanPulseWidth CanState CanStatistics"
    ),
    "kinds.geneve": "Geneve GenevePortRange",
    "kinds.gre": "ErspanDirection Gre GreFlag Ip6Gre",
    "kinds.hsr": "Hsr HsrProtocol",
    "kinds.macsec": "Macsec MacsecCipher MacsecOffload MacsecValidation MacsecSci",
    "kinds.macvlan": "Ipvlan IpvlanFlag IpvlanMode Macvlan MacvlanCommand MacvlanFlag MacvlanMode",
    "kinds.mobile": "Gtp GtpRole Ppp Rmnet RmnetFlag RmnetFlags Wwan",
    "kinds.overlay": "Amt AmtMode Bareudp Batadv Dsa Ipoib IpoibMode Ovpn OvpnMode",
    "kinds.tun": "Tun TunType",
    "kinds.tunnel": (
        "EncapsulationFlag EncapsulationType Ip6Tunnel Ip6TunnelFlag Ipip Sit SitFlag TunnelProtocol Vti Vti6"
    ),
    "kinds.veth": "Netkit NetkitMode NetkitPairing NetkitPolicy NetkitScrub Veth Vxcan",
    "kinds.vlan": "Vlan VlanFlag VlanFlags VlanProtocol VlanQosMapping",
    "kinds.vrf": "Vrf VrfMember XfrmInterface",
    "kinds.vxlan": "TunnelDontFragment Vxlan VxlanLabelPolicy VxlanPortRange",
    "link": "IPV6_LINKS LINKS Link link links",
    "link_af": (
        "AddressGeneration AfSpec Icmp6Statistics Inet6CacheInfo Inet6Flags Inet6Spec InetSpec MctpSpec ipv4_settings"
    ),
    "link_bridge": "BridgeFlags BridgeMode BridgeSpec BridgeVlan BridgeVlanFlags MstState VlanTunnel",
    "link_cfm": (
        "Cfm CfmChecks CfmDefect CfmDirection CfmDomain CfmInterval CfmMep CfmMepConfiguration CfmMepStatus "
        "CfmPeer CfmPeerStatus CfmTransmission"
    ),
    "link_constants": "ArpHardware LinkEvent LinkExtensions LinkFlags LinkMode OperState",
    "link_hardware": "DevlinkPort DpllPin Xdp XdpAttached XdpFlags",
    "link_mrp": (
        "Mrp MrpInRole MrpInRoleSetting MrpInState MrpInStateSetting MrpInTest MrpInstance MrpPortRole "
        "MrpPortState MrpRing MrpRingRole MrpRingRoleSetting MrpRingState MrpRingStateSetting MrpTest"
    ),
    "link_requests": "add_alternative_names delete_alternative_names down set_bridge_port up",
    "link_settings": "Ipv4Settings Ipv6Settings",
    "link_stats": "LinkMap LinkStatistics LinkStatistics64",
    "link_vf": (
        "Port PortRequest PortResponse PortVsi VfBroadcast VfGuid VfLinkState VfLinkStateSetting VfMac VfRate "
        "VfRssQuery VfSpoofCheck VfStatistics VfTrust VfTxRate VfVlan VfVlanInfo VirtualFunction"
    ),
    "link_vlans": "Vlans add_vlans delete_vlans",
    "mdb": "MDB MdbEntry MdbGroup MdbPort MdbRouter flush_mdb mdb mdb_group mdb_routers",
    "mdb_messages": "FilterMode MdbFlags MdbRouterPort MdbSource MdbState",
    "mctp": (
        "MCTP_ADDRESSES MctpAddress MctpFullAddress MctpNeighbour MctpRoute mctp_addresses mctp_neighbours mctp_routes"
    ),
    "metrics": "LockedMetrics Metrics RouteFeatures",
    "mst": "MstPort mst_states set_mst_state",
    "neighbour": (
        "FdbAttributes FdbNotify NEIGHBOURS Neighbour NeighbourCacheInfo NeighbourExtendedFlags NeighbourFlags "
        "NeighbourState fdb fdb_entry flush_fdb neighbour neighbours"
    ),
    "neighbour_table": "NeighbourTable NeighbourTableConfig NeighbourTableStatistics neighbour_tables",
    "netns_id": "NAMESPACE_IDS NOT_ASSIGNED NamespaceId namespace_id namespace_ids namespace_names",
    "nexthop": (
        "NEXTHOPS NextHopBucket NextHopGroupType NextHopMember NextHopObject NextHopOptions NextHopStats "
        "ResilientGroup nexthop nexthop_bucket nexthop_buckets nexthops"
    ),
    "port_vlan": "PortVlan VLANS delete_vlan_tunnels port_vlans set_vlan_tunnels",
    "phonet": ("PHONET_ADDRESSES PHONET_ROUTES PhonetAddress PhonetRoute phonet_addresses phonet_routes"),
    "route": "MULTICAST_ROUTES NextHop ROUTES Route route routes",
    "route_names": (
        "DeleteReason IpProtocol MulticastStats NextHopFlags RT_TABLE RouteCacheInfo RouteFlags RouteProtocol "
        "RouteType RouterPreference"
    ),
    "rule": "PortRange RULES Rule RuleAction RuleFlags UidRange rules",
    "segment_routing": (
        "Ioam6Encap IoamMode RplEncap Seg6Action Seg6BpfProgram Seg6Counters Seg6Encap Seg6FlavorOptions "
        "Seg6Flavors Seg6LocalEncap"
    ),
    "segments": "IoamTrace RplHeader Seg6Mode Seg6Tunnel SegmentRoutingHeader",
    "verbs": "add append change delete flush replace",
    "vlan_options": "VlanOptions vlan_options",
    "vni": "VNIS Vni vnis",
}

__all__ = names_of(__name__, _HOMES)
