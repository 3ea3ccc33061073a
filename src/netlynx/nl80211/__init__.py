"""Wireless: radios, interfaces, stations, networks, connections: the family ``nl80211``.

    from netlynx import nl80211

    for network in nl.do(nl80211.scan("wlan0")):
        print(network.signal, network.ssid, network.security)
    for station in nl.dump(nl80211.stations("wlan0")):
        print(station.mac, station.signal, station.tx_rate.words)
    nl.do(nl80211.connect("wlan0", "a network that is open"))

What has words in this room is loaded as it is used; `Nl80211` has all commands of the kernel. Source: linux/nl80211.h,
net/wireless/nl80211.c, iw(8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.nl80211.band import Band as Band
    from netlynx.nl80211.band import BandCapabilities as BandCapabilities
    from netlynx.nl80211.band import Frequency as Frequency
    from netlynx.nl80211.band import RadioRate as RadioRate
    from netlynx.nl80211.band import WmmRule as WmmRule
    from netlynx.nl80211.band import channel_of as channel_of
    from netlynx.nl80211.bss import Bss as Bss
    from netlynx.nl80211.bss import BssFilter as BssFilter
    from netlynx.nl80211.bss import Scan as Scan
    from netlynx.nl80211.connection import Associate as Associate
    from netlynx.nl80211.connection import Authenticate as Authenticate
    from netlynx.nl80211.connection import Connect as Connect
    from netlynx.nl80211.connection import Disconnect as Disconnect
    from netlynx.nl80211.connection import Leave as Leave
    from netlynx.nl80211.connection import LinkEvent as LinkEvent
    from netlynx.nl80211.connection import Quality as Quality
    from netlynx.nl80211.control import ChannelChange as ChannelChange
    from netlynx.nl80211.control import Cookie as Cookie
    from netlynx.nl80211.control import CookieKey as CookieKey
    from netlynx.nl80211.control import FrameRegistration as FrameRegistration
    from netlynx.nl80211.control import FrameToSend as FrameToSend
    from netlynx.nl80211.control import PowerSaving as PowerSaving
    from netlynx.nl80211.control import Protocol as Protocol
    from netlynx.nl80211.control import ReceivedFrame as ReceivedFrame
    from netlynx.nl80211.control import StayOnChannel as StayOnChannel
    from netlynx.nl80211.control import Vendor as Vendor
    from netlynx.nl80211.elements.elements import Elements as Elements
    from netlynx.nl80211.elements.parts import BssLoad as BssLoad
    from netlynx.nl80211.elements.parts import ChannelSwitch as ChannelSwitch
    from netlynx.nl80211.elements.parts import Country as Country
    from netlynx.nl80211.elements.parts import CountryChannels as CountryChannels
    from netlynx.nl80211.elements.parts import EhtCapabilities as EhtCapabilities
    from netlynx.nl80211.elements.parts import EhtOperation as EhtOperation
    from netlynx.nl80211.elements.parts import HeCapabilities as HeCapabilities
    from netlynx.nl80211.elements.parts import HeOperation as HeOperation
    from netlynx.nl80211.elements.parts import HtCapabilities as HtCapabilities
    from netlynx.nl80211.elements.parts import HtOperation as HtOperation
    from netlynx.nl80211.elements.parts import MeshConfiguration as MeshConfiguration
    from netlynx.nl80211.elements.parts import RawElement as RawElement
    from netlynx.nl80211.elements.parts import Rsn as Rsn
    from netlynx.nl80211.elements.parts import Tim as Tim
    from netlynx.nl80211.elements.parts import VendorElement as VendorElement
    from netlynx.nl80211.elements.parts import VhtCapabilities as VhtCapabilities
    from netlynx.nl80211.elements.parts import VhtOperation as VhtOperation
    from netlynx.nl80211.elements.parts import Wps as Wps
    from netlynx.nl80211.enums.connecting import AclPolicy as AclPolicy
    from netlynx.nl80211.enums.connecting import ApSettings as ApSettings
    from netlynx.nl80211.enums.connecting import AuthType as AuthType
    from netlynx.nl80211.enums.connecting import ConnectFailure as ConnectFailure
    from netlynx.nl80211.enums.connecting import CqmEvent as CqmEvent
    from netlynx.nl80211.enums.connecting import CriticalProtocol as CriticalProtocol
    from netlynx.nl80211.enums.connecting import ExternalAuth as ExternalAuth
    from netlynx.nl80211.enums.connecting import HiddenSsid as HiddenSsid
    from netlynx.nl80211.enums.connecting import KeyMode as KeyMode
    from netlynx.nl80211.enums.connecting import KeyType as KeyType
    from netlynx.nl80211.enums.connecting import Mfp as Mfp
    from netlynx.nl80211.enums.connecting import SaePwe as SaePwe
    from netlynx.nl80211.enums.connecting import TdlsOperation as TdlsOperation
    from netlynx.nl80211.enums.connecting import TdlsPeer as TdlsPeer
    from netlynx.nl80211.enums.connecting import TimeoutReason as TimeoutReason
    from netlynx.nl80211.enums.connecting import WpaVersions as WpaVersions
    from netlynx.nl80211.enums.features import ApSmeFeature as ApSmeFeature
    from netlynx.nl80211.enums.features import ExtendedFeature as ExtendedFeature
    from netlynx.nl80211.enums.features import Feature as Feature
    from netlynx.nl80211.enums.features import ProbeResponseOffload as ProbeResponseOffload
    from netlynx.nl80211.enums.features import ProtocolFeature as ProtocolFeature
    from netlynx.nl80211.enums.found import BssStatus as BssStatus
    from netlynx.nl80211.enums.found import BssUnusable as BssUnusable
    from netlynx.nl80211.enums.found import BssUse as BssUse
    from netlynx.nl80211.enums.found import BssWidth as BssWidth
    from netlynx.nl80211.enums.found import ScanFlags as ScanFlags
    from netlynx.nl80211.enums.interfaces import BandId as BandId
    from netlynx.nl80211.enums.interfaces import ChannelType as ChannelType
    from netlynx.nl80211.enums.interfaces import ChannelWidth as ChannelWidth
    from netlynx.nl80211.enums.interfaces import GuardInterval as GuardInterval
    from netlynx.nl80211.enums.interfaces import InterfaceType as InterfaceType
    from netlynx.nl80211.enums.interfaces import MonitorFlag as MonitorFlag
    from netlynx.nl80211.enums.interfaces import PowerSave as PowerSave
    from netlynx.nl80211.enums.interfaces import SmpsMode as SmpsMode
    from netlynx.nl80211.enums.interfaces import TxPowerSetting as TxPowerSetting
    from netlynx.nl80211.enums.interfaces import TxRateSetting as TxRateSetting
    from netlynx.nl80211.enums.meshes import MeshPower as MeshPower
    from netlynx.nl80211.enums.meshes import MpathFlags as MpathFlags
    from netlynx.nl80211.enums.meshes import PlinkAction as PlinkAction
    from netlynx.nl80211.enums.meshes import PlinkState as PlinkState
    from netlynx.nl80211.enums.others import AccessCategory as AccessCategory
    from netlynx.nl80211.enums.others import CoalesceCondition as CoalesceCondition
    from netlynx.nl80211.enums.others import FtmFailure as FtmFailure
    from netlynx.nl80211.enums.others import FtmRequestType as FtmRequestType
    from netlynx.nl80211.enums.others import NanEnd as NanEnd
    from netlynx.nl80211.enums.others import NanFunction as NanFunction
    from netlynx.nl80211.enums.others import NanPublish as NanPublish
    from netlynx.nl80211.enums.others import P2pPowerSave as P2pPowerSave
    from netlynx.nl80211.enums.others import PmsrStatus as PmsrStatus
    from netlynx.nl80211.enums.others import PmsrType as PmsrType
    from netlynx.nl80211.enums.others import Preamble as Preamble
    from netlynx.nl80211.enums.others import RxMgmtFlags as RxMgmtFlags
    from netlynx.nl80211.enums.others import SarType as SarType
    from netlynx.nl80211.enums.others import TidConfig as TidConfig
    from netlynx.nl80211.enums.rates import EhtGuardInterval as EhtGuardInterval
    from netlynx.nl80211.enums.rates import EhtLtf as EhtLtf
    from netlynx.nl80211.enums.rates import EhtRu as EhtRu
    from netlynx.nl80211.enums.rates import HeGuardInterval as HeGuardInterval
    from netlynx.nl80211.enums.rates import HeLtf as HeLtf
    from netlynx.nl80211.enums.rates import HeRu as HeRu
    from netlynx.nl80211.enums.reasons import Reason as Reason
    from netlynx.nl80211.enums.reasons import Status as Status
    from netlynx.nl80211.enums.regulation import DfsRegion as DfsRegion
    from netlynx.nl80211.enums.regulation import DfsState as DfsState
    from netlynx.nl80211.enums.regulation import HintType as HintType
    from netlynx.nl80211.enums.regulation import RadarEvent as RadarEvent
    from netlynx.nl80211.enums.regulation import RegInitiator as RegInitiator
    from netlynx.nl80211.enums.regulation import RegType as RegType
    from netlynx.nl80211.enums.regulation import RuleFlags as RuleFlags
    from netlynx.nl80211.family import EVENTS as EVENTS
    from netlynx.nl80211.family import Nl80211 as Nl80211
    from netlynx.nl80211.frame import Frame as Frame
    from netlynx.nl80211.frame import make_frame as make_frame
    from netlynx.nl80211.interface import Interface as Interface
    from netlynx.nl80211.interface import InterfaceChange as InterfaceChange
    from netlynx.nl80211.interface import InterfaceKey as InterfaceKey
    from netlynx.nl80211.interface import InterfaceLink as InterfaceLink
    from netlynx.nl80211.interface import NewInterface as NewInterface
    from netlynx.nl80211.key import Key as Key
    from netlynx.nl80211.key import KeyFilter as KeyFilter
    from netlynx.nl80211.key import KeyState as KeyState
    from netlynx.nl80211.key import WepKey as WepKey
    from netlynx.nl80211.mesh import MeshConfig as MeshConfig
    from netlynx.nl80211.mesh import MeshJoin as MeshJoin
    from netlynx.nl80211.mesh import MeshPath as MeshPath
    from netlynx.nl80211.mesh import MeshPathKey as MeshPathKey
    from netlynx.nl80211.numbers.attributes import NL80211_ATTR as NL80211_ATTR
    from netlynx.nl80211.numbers.commands import NL80211_CMD as NL80211_CMD
    from netlynx.nl80211.parts.connections import CONNECTIONS as CONNECTIONS
    from netlynx.nl80211.parts.connections import add_key as add_key
    from netlynx.nl80211.parts.connections import associate as associate
    from netlynx.nl80211.parts.connections import authenticate as authenticate
    from netlynx.nl80211.parts.connections import connect as connect
    from netlynx.nl80211.parts.connections import deauthenticate as deauthenticate
    from netlynx.nl80211.parts.connections import delete_key as delete_key
    from netlynx.nl80211.parts.connections import disassociate as disassociate
    from netlynx.nl80211.parts.connections import disconnect as disconnect
    from netlynx.nl80211.parts.connections import key as key
    from netlynx.nl80211.parts.connections import set_key as set_key
    from netlynx.nl80211.parts.connections import set_quality as set_quality
    from netlynx.nl80211.parts.controls import cancel_frame_wait as cancel_frame_wait
    from netlynx.nl80211.parts.controls import cancel_remain_on_channel as cancel_remain_on_channel
    from netlynx.nl80211.parts.controls import frames as frames
    from netlynx.nl80211.parts.controls import power_save as power_save
    from netlynx.nl80211.parts.controls import protocol_features as protocol_features
    from netlynx.nl80211.parts.controls import remain_on_channel as remain_on_channel
    from netlynx.nl80211.parts.controls import send_frame as send_frame
    from netlynx.nl80211.parts.controls import set_channel as set_channel
    from netlynx.nl80211.parts.controls import set_power_save as set_power_save
    from netlynx.nl80211.parts.controls import vendor as vendor
    from netlynx.nl80211.parts.interfaces import add_interface as add_interface
    from netlynx.nl80211.parts.interfaces import change_interface as change_interface
    from netlynx.nl80211.parts.interfaces import delete_interface as delete_interface
    from netlynx.nl80211.parts.interfaces import interface as interface
    from netlynx.nl80211.parts.interfaces import interfaces as interfaces
    from netlynx.nl80211.parts.meshes import add_mesh_path as add_mesh_path
    from netlynx.nl80211.parts.meshes import delete_mesh_path as delete_mesh_path
    from netlynx.nl80211.parts.meshes import join_mesh as join_mesh
    from netlynx.nl80211.parts.meshes import leave_mesh as leave_mesh
    from netlynx.nl80211.parts.meshes import mesh_config as mesh_config
    from netlynx.nl80211.parts.meshes import mesh_paths as mesh_paths
    from netlynx.nl80211.parts.meshes import set_mesh_config as set_mesh_config
    from netlynx.nl80211.parts.meshes import set_mesh_path as set_mesh_path
    from netlynx.nl80211.parts.others import TESTMODE as TESTMODE
    from netlynx.nl80211.parts.radios import set_wiphy as set_wiphy
    from netlynx.nl80211.parts.radios import set_wiphy_namespace as set_wiphy_namespace
    from netlynx.nl80211.parts.radios import surveys as surveys
    from netlynx.nl80211.parts.radios import wiphy as wiphy
    from netlynx.nl80211.parts.radios import wiphys as wiphys
    from netlynx.nl80211.parts.regulations import regulation as regulation
    from netlynx.nl80211.parts.regulations import regulations as regulations
    from netlynx.nl80211.parts.regulations import reload_regulations as reload_regulations
    from netlynx.nl80211.parts.regulations import set_country as set_country
    from netlynx.nl80211.parts.regulations import set_regulation as set_regulation
    from netlynx.nl80211.parts.scans import SCANS as SCANS
    from netlynx.nl80211.parts.scans import abort_scan as abort_scan
    from netlynx.nl80211.parts.scans import scan as scan
    from netlynx.nl80211.parts.scans import scan_results as scan_results
    from netlynx.nl80211.parts.stations import add_station as add_station
    from netlynx.nl80211.parts.stations import delete_station as delete_station
    from netlynx.nl80211.parts.stations import set_station as set_station
    from netlynx.nl80211.parts.stations import station as station
    from netlynx.nl80211.parts.stations import stations as stations
    from netlynx.nl80211.rate import Rate as Rate
    from netlynx.nl80211.regulatory import Regulation as Regulation
    from netlynx.nl80211.regulatory import RegulationHint as RegulationHint
    from netlynx.nl80211.regulatory import RegulationKey as RegulationKey
    from netlynx.nl80211.regulatory import RegulationRules as RegulationRules
    from netlynx.nl80211.regulatory import Rule as Rule
    from netlynx.nl80211.request import Attributes as Attributes
    from netlynx.nl80211.station import QueueStatistics as QueueStatistics
    from netlynx.nl80211.station import Station as Station
    from netlynx.nl80211.station import StationFlagChange as StationFlagChange
    from netlynx.nl80211.station import StationFlags as StationFlags
    from netlynx.nl80211.station import StationKey as StationKey
    from netlynx.nl80211.station import StationRemoval as StationRemoval
    from netlynx.nl80211.station import StationSettings as StationSettings
    from netlynx.nl80211.station import TidStatistics as TidStatistics
    from netlynx.nl80211.suites import Akm as Akm
    from netlynx.nl80211.suites import Cipher as Cipher
    from netlynx.nl80211.suites import Suite as Suite
    from netlynx.nl80211.survey import Survey as Survey
    from netlynx.nl80211.survey import SurveyFilter as SurveyFilter
    from netlynx.nl80211.units import Bitrate as Bitrate
    from netlynx.nl80211.units import Command as Command
    from netlynx.nl80211.wiphy import FrameTypes as FrameTypes
    from netlynx.nl80211.wiphy import InterfaceCombination as InterfaceCombination
    from netlynx.nl80211.wiphy import InterfaceLimit as InterfaceLimit
    from netlynx.nl80211.wiphy import Radio as Radio
    from netlynx.nl80211.wiphy import RadioRange as RadioRange
    from netlynx.nl80211.wiphy import TypeAkms as TypeAkms
    from netlynx.nl80211.wiphy import VendorCommand as VendorCommand
    from netlynx.nl80211.wiphy import Wiphy as Wiphy
    from netlynx.nl80211.wiphy import WiphyKey as WiphyKey
    from netlynx.nl80211.wiphy import WiphyNamespace as WiphyNamespace
    from netlynx.nl80211.wiphy import WiphySettings as WiphySettings

_HOMES = {
    "band": "Band BandCapabilities channel_of Frequency RadioRate WmmRule",
    "bss": "Bss BssFilter Scan",
    "connection": "Associate Authenticate Connect Disconnect Leave LinkEvent Quality",
    "control": (
        "ChannelChange Cookie CookieKey FrameRegistration FrameToSend PowerSaving Protocol ReceivedFrame "
        "StayOnChannel Vendor"
    ),
    "elements.elements": "Elements",
    "elements.parts": (
        "BssLoad ChannelSwitch Country CountryChannels EhtCapabilities EhtOperation HeCapabilities HeOperation "
        "HtCapabilities HtOperation MeshConfiguration RawElement Rsn Tim VendorElement VhtCapabilities "
        "VhtOperation Wps"
    ),
    "enums.connecting": (
        "AclPolicy ApSettings AuthType ConnectFailure CqmEvent CriticalProtocol ExternalAuth HiddenSsid KeyMode "
        "KeyType Mfp SaePwe TdlsOperation TdlsPeer TimeoutReason WpaVersions"
    ),
    "enums.features": "ApSmeFeature ExtendedFeature Feature ProbeResponseOffload ProtocolFeature",
    "enums.found": "BssStatus BssUnusable BssUse BssWidth ScanFlags",
    "enums.interfaces": (
        "BandId ChannelType ChannelWidth GuardInterval InterfaceType MonitorFlag PowerSave SmpsMode TxPowerSetting "
        "TxRateSetting"
    ),
    "enums.meshes": "MeshPower MpathFlags PlinkAction PlinkState",
    "enums.others": (
        "AccessCategory CoalesceCondition FtmFailure FtmRequestType NanEnd NanFunction NanPublish P2pPowerSave "
        "PmsrStatus PmsrType Preamble RxMgmtFlags SarType TidConfig"
    ),
    "enums.rates": "EhtGuardInterval EhtLtf EhtRu HeGuardInterval HeLtf HeRu",
    "enums.reasons": "Reason Status",
    "enums.regulation": "DfsRegion DfsState HintType RadarEvent RegInitiator RegType RuleFlags",
    "family": "EVENTS Nl80211",
    "frame": "Frame make_frame",
    "interface": "Interface InterfaceChange InterfaceKey InterfaceLink NewInterface",
    "key": "Key KeyFilter KeyState WepKey",
    "mesh": "MeshConfig MeshJoin MeshPath MeshPathKey",
    "numbers.attributes": "NL80211_ATTR",
    "numbers.commands": "NL80211_CMD",
    "parts.connections": (
        "add_key associate authenticate connect CONNECTIONS deauthenticate delete_key disassociate disconnect key "
        "set_key set_quality"
    ),
    "parts.controls": (
        "cancel_frame_wait cancel_remain_on_channel frames power_save protocol_features remain_on_channel "
        "send_frame set_channel set_power_save vendor"
    ),
    "parts.interfaces": "add_interface change_interface delete_interface interface interfaces",
    "parts.meshes": (
        "add_mesh_path delete_mesh_path join_mesh leave_mesh mesh_config mesh_paths set_mesh_config set_mesh_path"
    ),
    "parts.others": "TESTMODE",
    "parts.radios": "set_wiphy set_wiphy_namespace surveys wiphy wiphys",
    "parts.regulations": "regulation regulations reload_regulations set_country set_regulation",
    "parts.scans": "abort_scan scan scan_results SCANS",
    "parts.stations": "add_station delete_station set_station station stations",
    "rate": "Rate",
    "regulatory": "Regulation RegulationHint RegulationKey RegulationRules Rule",
    "request": "Attributes",
    "station": (
        "QueueStatistics Station StationFlagChange StationFlags StationKey StationRemoval StationSettings TidStatistics"
    ),
    "suites": "Akm Cipher Suite",
    "survey": "Survey SurveyFilter",
    "units": "Bitrate Command",
    "wiphy": (
        "FrameTypes InterfaceCombination InterfaceLimit Radio RadioRange TypeAkms VendorCommand Wiphy WiphyKey "
        "WiphyNamespace WiphySettings"
    ),
}

__all__ = names_of(__name__, _HOMES)
