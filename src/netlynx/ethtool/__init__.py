"""What network devices can do and how they are set up: the family ``ethtool``.

    from netlynx import ethtool

    print(nl.do(ethtool.features("eth0")).active.names)
    nl.do(ethtool.set_features(ethtool.Features(device="eth0", wanted={"tx-tcp-segmentation": False})))
    nl.do(ethtool.set_rings(ethtool.Rings(device="eth0", rx=512)))
    for channels in nl.dump(ethtool.all_channels()):
        print(channels.device, channels.combined)

Devices are known by name or by index. What a device cannot do is `NotSupported` for one, and missing in a dump of all.
Source: Documentation/networking/ethtool-netlink.rst, net/ethtool/, ethtool(8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.ethtool.bitset import Bit as Bit
    from netlynx.ethtool.bitset import Bits as Bits
    from netlynx.ethtool.bitset import Bitset as Bitset
    from netlynx.ethtool.cable import CableCode as CableCode
    from netlynx.ethtool.cable import CableMethod as CableMethod
    from netlynx.ethtool.cable import CableReport as CableReport
    from netlynx.ethtool.cable import CableStatus as CableStatus
    from netlynx.ethtool.cable import CableTdr as CableTdr
    from netlynx.ethtool.cable import CableTest as CableTest
    from netlynx.ethtool.cable import FaultPlace as FaultPlace
    from netlynx.ethtool.cable import Pair as Pair
    from netlynx.ethtool.cable import PairResult as PairResult
    from netlynx.ethtool.cable import TdrAmplitude as TdrAmplitude
    from netlynx.ethtool.cable import TdrConfig as TdrConfig
    from netlynx.ethtool.cable import TdrPulse as TdrPulse
    from netlynx.ethtool.cable import TdrRange as TdrRange
    from netlynx.ethtool.cable import TdrReport as TdrReport
    from netlynx.ethtool.channels import Channels as Channels
    from netlynx.ethtool.coalesce import Coalesce as Coalesce
    from netlynx.ethtool.coalesce import Moderation as Moderation
    from netlynx.ethtool.debug import Debug as Debug
    from netlynx.ethtool.eee import Eee as Eee
    from netlynx.ethtool.eeprom import ModuleEeprom as ModuleEeprom
    from netlynx.ethtool.family import Ethtool as Ethtool
    from netlynx.ethtool.features import Features as Features
    from netlynx.ethtool.fec import Fec as Fec
    from netlynx.ethtool.fec import FecBin as FecBin
    from netlynx.ethtool.fec import FecStatistics as FecStatistics
    from netlynx.ethtool.header import RequestFlags as RequestFlags
    from netlynx.ethtool.linkinfo import Crossover as Crossover
    from netlynx.ethtool.linkinfo import LinkInfo as LinkInfo
    from netlynx.ethtool.linkinfo import Port as Port
    from netlynx.ethtool.linkinfo import Transceiver as Transceiver
    from netlynx.ethtool.linkmodes import UNKNOWN_SPEED as UNKNOWN_SPEED
    from netlynx.ethtool.linkmodes import ClockConfig as ClockConfig
    from netlynx.ethtool.linkmodes import ClockState as ClockState
    from netlynx.ethtool.linkmodes import Duplex as Duplex
    from netlynx.ethtool.linkmodes import LinkModes as LinkModes
    from netlynx.ethtool.linkmodes import RateMatching as RateMatching
    from netlynx.ethtool.linkstate import LinkDownReason as LinkDownReason
    from netlynx.ethtool.linkstate import LinkState as LinkState
    from netlynx.ethtool.mm import MacMerge as MacMerge
    from netlynx.ethtool.mm import MmStatistics as MmStatistics
    from netlynx.ethtool.mm import VerifyStatus as VerifyStatus
    from netlynx.ethtool.module import FlashStatus as FlashStatus
    from netlynx.ethtool.module import Module as Module
    from netlynx.ethtool.module import ModuleFlash as ModuleFlash
    from netlynx.ethtool.module import PowerMode as PowerMode
    from netlynx.ethtool.module import PowerPolicy as PowerPolicy
    from netlynx.ethtool.mse import Mse as Mse
    from netlynx.ethtool.mse import MseCapabilities as MseCapabilities
    from netlynx.ethtool.mse import MseSnapshot as MseSnapshot
    from netlynx.ethtool.operations import EVENTS as EVENTS
    from netlynx.ethtool.operations import all_channels as all_channels
    from netlynx.ethtool.operations import all_coalesce as all_coalesce
    from netlynx.ethtool.operations import all_debug as all_debug
    from netlynx.ethtool.operations import all_eee as all_eee
    from netlynx.ethtool.operations import all_features as all_features
    from netlynx.ethtool.operations import all_fec as all_fec
    from netlynx.ethtool.operations import all_linkmodes as all_linkmodes
    from netlynx.ethtool.operations import all_mm as all_mm
    from netlynx.ethtool.operations import all_mse as all_mse
    from netlynx.ethtool.operations import all_pause as all_pause
    from netlynx.ethtool.operations import all_phc_vclocks as all_phc_vclocks
    from netlynx.ethtool.operations import all_plca as all_plca
    from netlynx.ethtool.operations import all_privflags as all_privflags
    from netlynx.ethtool.operations import all_pse as all_pse
    from netlynx.ethtool.operations import all_rings as all_rings
    from netlynx.ethtool.operations import all_rss as all_rss
    from netlynx.ethtool.operations import all_statistics as all_statistics
    from netlynx.ethtool.operations import all_tsconfig as all_tsconfig
    from netlynx.ethtool.operations import all_tsinfo as all_tsinfo
    from netlynx.ethtool.operations import all_tunnels as all_tunnels
    from netlynx.ethtool.operations import all_wol as all_wol
    from netlynx.ethtool.operations import channels as channels
    from netlynx.ethtool.operations import coalesce as coalesce
    from netlynx.ethtool.operations import create_rss as create_rss
    from netlynx.ethtool.operations import debug as debug
    from netlynx.ethtool.operations import delete_rss as delete_rss
    from netlynx.ethtool.operations import eee as eee
    from netlynx.ethtool.operations import eeprom as eeprom
    from netlynx.ethtool.operations import features as features
    from netlynx.ethtool.operations import fec as fec
    from netlynx.ethtool.operations import flash_module as flash_module
    from netlynx.ethtool.operations import linkinfo as linkinfo
    from netlynx.ethtool.operations import linkinfos as linkinfos
    from netlynx.ethtool.operations import linkmodes as linkmodes
    from netlynx.ethtool.operations import linkstate as linkstate
    from netlynx.ethtool.operations import linkstates as linkstates
    from netlynx.ethtool.operations import measure_cable as measure_cable
    from netlynx.ethtool.operations import mm as mm
    from netlynx.ethtool.operations import module as module
    from netlynx.ethtool.operations import modules as modules
    from netlynx.ethtool.operations import mse as mse
    from netlynx.ethtool.operations import pause as pause
    from netlynx.ethtool.operations import phc_vclocks as phc_vclocks
    from netlynx.ethtool.operations import phy as phy
    from netlynx.ethtool.operations import phys as phys
    from netlynx.ethtool.operations import plca as plca
    from netlynx.ethtool.operations import plca_status as plca_status
    from netlynx.ethtool.operations import plca_statuses as plca_statuses
    from netlynx.ethtool.operations import privflags as privflags
    from netlynx.ethtool.operations import pse as pse
    from netlynx.ethtool.operations import rings as rings
    from netlynx.ethtool.operations import rss as rss
    from netlynx.ethtool.operations import set_channels as set_channels
    from netlynx.ethtool.operations import set_coalesce as set_coalesce
    from netlynx.ethtool.operations import set_debug as set_debug
    from netlynx.ethtool.operations import set_eee as set_eee
    from netlynx.ethtool.operations import set_features as set_features
    from netlynx.ethtool.operations import set_fec as set_fec
    from netlynx.ethtool.operations import set_linkinfo as set_linkinfo
    from netlynx.ethtool.operations import set_linkmodes as set_linkmodes
    from netlynx.ethtool.operations import set_mm as set_mm
    from netlynx.ethtool.operations import set_module as set_module
    from netlynx.ethtool.operations import set_pause as set_pause
    from netlynx.ethtool.operations import set_plca as set_plca
    from netlynx.ethtool.operations import set_privflags as set_privflags
    from netlynx.ethtool.operations import set_pse as set_pse
    from netlynx.ethtool.operations import set_rings as set_rings
    from netlynx.ethtool.operations import set_rss as set_rss
    from netlynx.ethtool.operations import set_tsconfig as set_tsconfig
    from netlynx.ethtool.operations import set_wol as set_wol
    from netlynx.ethtool.operations import statistics as statistics
    from netlynx.ethtool.operations import string_sets as string_sets
    from netlynx.ethtool.operations import test_cable as test_cable
    from netlynx.ethtool.operations import tsconfig as tsconfig
    from netlynx.ethtool.operations import tsinfo as tsinfo
    from netlynx.ethtool.operations import tunnels as tunnels
    from netlynx.ethtool.operations import wol as wol
    from netlynx.ethtool.pause import Pause as Pause
    from netlynx.ethtool.pause import PauseStatistics as PauseStatistics
    from netlynx.ethtool.pause import StatisticsSource as StatisticsSource
    from netlynx.ethtool.phc import VirtualClocks as VirtualClocks
    from netlynx.ethtool.phy import Phy as Phy
    from netlynx.ethtool.phy import Upstream as Upstream
    from netlynx.ethtool.plca import Plca as Plca
    from netlynx.ethtool.privflags import PrivateFlags as PrivateFlags
    from netlynx.ethtool.pse import PodlAdmin as PodlAdmin
    from netlynx.ethtool.pse import PodlDetection as PodlDetection
    from netlynx.ethtool.pse import PoeAdmin as PoeAdmin
    from netlynx.ethtool.pse import PoeDetection as PoeDetection
    from netlynx.ethtool.pse import PoeReason as PoeReason
    from netlynx.ethtool.pse import PowerLimit as PowerLimit
    from netlynx.ethtool.pse import Pse as Pse
    from netlynx.ethtool.pse import PseEvents as PseEvents
    from netlynx.ethtool.pse import PseReport as PseReport
    from netlynx.ethtool.rings import DataSplit as DataSplit
    from netlynx.ethtool.rings import Rings as Rings
    from netlynx.ethtool.rss import FlowFields as FlowFields
    from netlynx.ethtool.rss import HashFields as HashFields
    from netlynx.ethtool.rss import HashInput as HashInput
    from netlynx.ethtool.rss import Rss as Rss
    from netlynx.ethtool.statistics import Bucket as Bucket
    from netlynx.ethtool.statistics import ControlCounter as ControlCounter
    from netlynx.ethtool.statistics import CounterGroup as CounterGroup
    from netlynx.ethtool.statistics import DriverPhyCounter as DriverPhyCounter
    from netlynx.ethtool.statistics import MacCounter as MacCounter
    from netlynx.ethtool.statistics import PhyCounter as PhyCounter
    from netlynx.ethtool.statistics import RmonCounter as RmonCounter
    from netlynx.ethtool.statistics import Statistics as Statistics
    from netlynx.ethtool.statistics import StatisticsGroup as StatisticsGroup
    from netlynx.ethtool.strings import StringEntry as StringEntry
    from netlynx.ethtool.strings import StringSet as StringSet
    from netlynx.ethtool.strings import StringSetId as StringSetId
    from netlynx.ethtool.strings import StringSets as StringSets
    from netlynx.ethtool.tsconfig import TimestampConfig as TimestampConfig
    from netlynx.ethtool.tsinfo import Provider as Provider
    from netlynx.ethtool.tsinfo import TimestampInfo as TimestampInfo
    from netlynx.ethtool.tsinfo import TimestampQuality as TimestampQuality
    from netlynx.ethtool.tsinfo import TimestampSource as TimestampSource
    from netlynx.ethtool.tsinfo import TimestampStatistics as TimestampStatistics
    from netlynx.ethtool.tunnels import TunnelPort as TunnelPort
    from netlynx.ethtool.tunnels import Tunnels as Tunnels
    from netlynx.ethtool.tunnels import TunnelTable as TunnelTable
    from netlynx.ethtool.tunnels import TunnelType as TunnelType
    from netlynx.ethtool.wol import WakeOnLan as WakeOnLan

# Where each public name lives. Loaded on first use: who lists one thing loads that.
_HOMES = {
    "bitset": "Bit Bits Bitset",
    "cable": (
        "CableCode CableMethod CableReport CableStatus CableTdr CableTest FaultPlace Pair PairResult TdrAmplitude "
        "TdrConfig TdrPulse TdrRange TdrReport"
    ),
    "channels": "Channels",
    "coalesce": "Coalesce Moderation",
    "debug": "Debug",
    "eee": "Eee",
    "eeprom": "ModuleEeprom",
    "family": "Ethtool",
    "features": "Features",
    "fec": "Fec FecBin FecStatistics",
    "header": "RequestFlags",
    "linkinfo": "Crossover LinkInfo Port Transceiver",
    "linkmodes": "ClockConfig ClockState Duplex LinkModes RateMatching UNKNOWN_SPEED",
    "linkstate": "LinkDownReason LinkState",
    "mm": "MacMerge MmStatistics VerifyStatus",
    "module": "FlashStatus Module ModuleFlash PowerMode PowerPolicy",
    "mse": "Mse MseCapabilities MseSnapshot",
    "operations": (
        "all_channels all_coalesce all_debug all_eee all_features all_fec all_linkmodes all_mm all_mse all_pause "
        "all_phc_vclocks all_plca all_privflags all_pse all_rings all_rss all_statistics all_tsconfig all_tsinfo "
        "all_tunnels all_wol channels coalesce create_rss debug delete_rss eee eeprom EVENTS features fec flash_module "
        "linkinfo linkinfos linkmodes linkstate linkstates measure_cable mm module modules mse pause phc_vclocks phy "
        "phys plca plca_status plca_statuses privflags pse rings rss set_channels set_coalesce set_debug set_eee "
        "set_features set_fec set_linkinfo set_linkmodes set_mm set_module set_pause set_plca set_privflags set_pse "
        "set_rings set_rss set_tsconfig set_wol statistics string_sets test_cable tsconfig tsinfo tunnels wol"
    ),
    "pause": "Pause PauseStatistics StatisticsSource",
    "phc": "VirtualClocks",
    "phy": "Phy Upstream",
    "plca": "Plca",
    "privflags": "PrivateFlags",
    "pse": "PodlAdmin PodlDetection PoeAdmin PoeDetection PoeReason PowerLimit Pse PseEvents PseReport",
    "rings": "DataSplit Rings",
    "rss": "FlowFields HashFields HashInput Rss",
    "statistics": (
        "Bucket ControlCounter CounterGroup DriverPhyCounter MacCounter PhyCounter RmonCounter Statistics "
        "StatisticsGroup"
    ),
    "strings": "StringEntry StringSet StringSetId StringSets",
    "tsconfig": "TimestampConfig",
    "tsinfo": "Provider TimestampInfo TimestampQuality TimestampSource TimestampStatistics",
    "tunnels": "TunnelPort Tunnels TunnelTable TunnelType",
    "wol": "WakeOnLan",
}

__all__ = names_of(__name__, _HOMES)
