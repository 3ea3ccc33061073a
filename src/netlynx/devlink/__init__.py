"""Devices beyond their network interfaces: the family ``devlink``.

    from netlynx import devlink

    for port in nl.dump(devlink.ports()):
        print(port.handle, port.netdev, port.flavour)
    nl.do(devlink.set_param("pci/0000:03:00.0", "enable_roce", False, mode="driverinit"))
    print(nl.do(devlink.health_dump("pci/0000:03:00.0", "fw")))
    for progress in devlink.flashing(nl, "pci/0000:03:00.0", "vendor/image.bin"):
        print(progress.message, progress.done, progress.total)

Source: linux/devlink.h, net/devlink/, devlink(8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.devlink.buffer import Binding as Binding
    from netlynx.devlink.buffer import Buffer as Buffer
    from netlynx.devlink.buffer import Pool as Pool
    from netlynx.devlink.buffer import PortPool as PortPool
    from netlynx.devlink.constants import ActionType as ActionType
    from netlynx.devlink.constants import EncapMode as EncapMode
    from netlynx.devlink.constants import EswitchMode as EswitchMode
    from netlynx.devlink.constants import FieldMapping as FieldMapping
    from netlynx.devlink.constants import FlashOverwrite as FlashOverwrite
    from netlynx.devlink.constants import FunctionCapabilities as FunctionCapabilities
    from netlynx.devlink.constants import FunctionOperation as FunctionOperation
    from netlynx.devlink.constants import FunctionState as FunctionState
    from netlynx.devlink.constants import HeaderId as HeaderId
    from netlynx.devlink.constants import InlineMode as InlineMode
    from netlynx.devlink.constants import LineCardState as LineCardState
    from netlynx.devlink.constants import MatchType as MatchType
    from netlynx.devlink.constants import ParamMode as ParamMode
    from netlynx.devlink.constants import PoolType as PoolType
    from netlynx.devlink.constants import PortFlavour as PortFlavour
    from netlynx.devlink.constants import PortType as PortType
    from netlynx.devlink.constants import RateType as RateType
    from netlynx.devlink.constants import ReloadAction as ReloadAction
    from netlynx.devlink.constants import ReloadActions as ReloadActions
    from netlynx.devlink.constants import ReloadLimit as ReloadLimit
    from netlynx.devlink.constants import ReloadLimits as ReloadLimits
    from netlynx.devlink.constants import ReporterState as ReporterState
    from netlynx.devlink.constants import ResourceScope as ResourceScope
    from netlynx.devlink.constants import ResourceUnit as ResourceUnit
    from netlynx.devlink.constants import SelftestStatus as SelftestStatus
    from netlynx.devlink.constants import ThresholdType as ThresholdType
    from netlynx.devlink.constants import TrapAction as TrapAction
    from netlynx.devlink.constants import TrapType as TrapType
    from netlynx.devlink.constants import ValueType as ValueType
    from netlynx.devlink.device import Device as Device
    from netlynx.devlink.device import Eswitch as Eswitch
    from netlynx.devlink.device import FlashProgress as FlashProgress
    from netlynx.devlink.device import Info as Info
    from netlynx.devlink.device import Overwrite as Overwrite
    from netlynx.devlink.device import ReloadActionSet as ReloadActionSet
    from netlynx.devlink.device import ReloadCount as ReloadCount
    from netlynx.devlink.device import Reloaded as Reloaded
    from netlynx.devlink.device import ReloadLimitSet as ReloadLimitSet
    from netlynx.devlink.device import ReloadStatistics as ReloadStatistics
    from netlynx.devlink.device import SelftestResult as SelftestResult
    from netlynx.devlink.device import SelftestResults as SelftestResults
    from netlynx.devlink.device import Selftests as Selftests
    from netlynx.devlink.device import Version as Version
    from netlynx.devlink.family import Devlink as Devlink
    from netlynx.devlink.fmsg import Piece as Piece
    from netlynx.devlink.fmsg import pieces_of as pieces_of
    from netlynx.devlink.fmsg import values_of as values_of
    from netlynx.devlink.handle import Handle as Handle
    from netlynx.devlink.handle import NestedDevice as NestedDevice
    from netlynx.devlink.health import FormattedMessage as FormattedMessage
    from netlynx.devlink.health import Reporter as Reporter
    from netlynx.devlink.linecard import LineCard as LineCard
    from netlynx.devlink.listing import binding as binding
    from netlynx.devlink.listing import bindings as bindings
    from netlynx.devlink.listing import buffer as buffer
    from netlynx.devlink.listing import buffers as buffers
    from netlynx.devlink.listing import device as device
    from netlynx.devlink.listing import devices as devices
    from netlynx.devlink.listing import eswitch as eswitch
    from netlynx.devlink.listing import info as info
    from netlynx.devlink.listing import infos as infos
    from netlynx.devlink.listing import linecard as linecard
    from netlynx.devlink.listing import linecards as linecards
    from netlynx.devlink.listing import param as param
    from netlynx.devlink.listing import params as params
    from netlynx.devlink.listing import pool as pool
    from netlynx.devlink.listing import pools as pools
    from netlynx.devlink.listing import port as port
    from netlynx.devlink.listing import port_pool as port_pool
    from netlynx.devlink.listing import port_pools as port_pools
    from netlynx.devlink.listing import ports as ports
    from netlynx.devlink.listing import rate as rate
    from netlynx.devlink.listing import rates as rates
    from netlynx.devlink.listing import region as region
    from netlynx.devlink.listing import regions as regions
    from netlynx.devlink.listing import reporter as reporter
    from netlynx.devlink.listing import reporters as reporters
    from netlynx.devlink.listing import selftests as selftests
    from netlynx.devlink.listing import trap as trap
    from netlynx.devlink.listing import trap_group as trap_group
    from netlynx.devlink.listing import trap_groups as trap_groups
    from netlynx.devlink.listing import trap_policer as trap_policer
    from netlynx.devlink.listing import trap_policers as trap_policers
    from netlynx.devlink.listing import traps as traps
    from netlynx.devlink.param import Param as Param
    from netlynx.devlink.param import ParamSetting as ParamSetting
    from netlynx.devlink.param import ParamValue as ParamValue
    from netlynx.devlink.pipeline import Action as Action
    from netlynx.devlink.pipeline import ActionValue as ActionValue
    from netlynx.devlink.pipeline import Entries as Entries
    from netlynx.devlink.pipeline import Entry as Entry
    from netlynx.devlink.pipeline import Field as Field
    from netlynx.devlink.pipeline import Header as Header
    from netlynx.devlink.pipeline import Headers as Headers
    from netlynx.devlink.pipeline import Match as Match
    from netlynx.devlink.pipeline import MatchValue as MatchValue
    from netlynx.devlink.pipeline import Table as Table
    from netlynx.devlink.pipeline import Tables as Tables
    from netlynx.devlink.pipeline import TableSettings as TableSettings
    from netlynx.devlink.port import Capabilities as Capabilities
    from netlynx.devlink.port import Port as Port
    from netlynx.devlink.port import PortFunction as PortFunction
    from netlynx.devlink.rate import ClassShare as ClassShare
    from netlynx.devlink.rate import Rate as Rate
    from netlynx.devlink.rate import RateParent as RateParent
    from netlynx.devlink.region import Chunk as Chunk
    from netlynx.devlink.region import Region as Region
    from netlynx.devlink.region import RegionData as RegionData
    from netlynx.devlink.region import RegionEvent as RegionEvent
    from netlynx.devlink.region import Snapshot as Snapshot
    from netlynx.devlink.resource import UNLIMITED as UNLIMITED
    from netlynx.devlink.resource import Resource as Resource
    from netlynx.devlink.resource import Resources as Resources
    from netlynx.devlink.resource import ResourceSize as ResourceSize
    from netlynx.devlink.setting import EVENTS as EVENTS
    from netlynx.devlink.setting import clear_dump as clear_dump
    from netlynx.devlink.setting import clear_occupancy as clear_occupancy
    from netlynx.devlink.setting import events as events
    from netlynx.devlink.setting import flash as flash
    from netlynx.devlink.setting import flashing as flashing
    from netlynx.devlink.setting import recover as recover
    from netlynx.devlink.setting import reload as reload
    from netlynx.devlink.setting import run_selftests as run_selftests
    from netlynx.devlink.setting import set_param as set_param
    from netlynx.devlink.setting import split as split
    from netlynx.devlink.setting import take_occupancy as take_occupancy
    from netlynx.devlink.setting import test_reporter as test_reporter
    from netlynx.devlink.setting import unsplit as unsplit
    from netlynx.devlink.together import chunks as chunks
    from netlynx.devlink.together import diagnose as diagnose
    from netlynx.devlink.together import entries as entries
    from netlynx.devlink.together import headers as headers
    from netlynx.devlink.together import health_dump as health_dump
    from netlynx.devlink.together import read as read
    from netlynx.devlink.together import resources as resources
    from netlynx.devlink.together import tables as tables
    from netlynx.devlink.trap import Trap as Trap
    from netlynx.devlink.trap import TrapGroup as TrapGroup
    from netlynx.devlink.trap import TrapPolicer as TrapPolicer
    from netlynx.devlink.verbs import add as add
    from netlynx.devlink.verbs import change as change
    from netlynx.devlink.verbs import delete as delete

# Where each public name lives. Loaded on first use: who lists one thing loads that.
_HOMES = {
    "buffer": "Binding Buffer Pool PortPool",
    "constants": (
        "ActionType EncapMode EswitchMode FieldMapping FlashOverwrite FunctionCapabilities FunctionOperation "
        "FunctionState HeaderId InlineMode LineCardState MatchType ParamMode PoolType PortFlavour PortType RateType "
        "ReloadAction ReloadActions ReloadLimit ReloadLimits ReporterState ResourceScope ResourceUnit SelftestStatus "
        "ThresholdType TrapAction TrapType ValueType"
    ),
    "device": (
        "Device Eswitch FlashProgress Info Overwrite ReloadActionSet ReloadCount Reloaded ReloadLimitSet "
        "ReloadStatistics SelftestResult SelftestResults Selftests Version"
    ),
    "family": "Devlink",
    "fmsg": "Piece pieces_of values_of",
    "handle": "Handle NestedDevice",
    "health": "FormattedMessage Reporter",
    "linecard": "LineCard",
    "listing": (
        "binding bindings buffer buffers device devices eswitch info infos linecard linecards param params pool pools "
        "port port_pool port_pools ports rate rates region regions reporter reporters selftests trap trap_group "
        "trap_groups trap_policer trap_policers traps"
    ),
    "param": "Param ParamSetting ParamValue",
    "pipeline": "Action ActionValue Entries Entry Field Header Headers Match MatchValue Table Tables TableSettings",
    "port": "Capabilities Port PortFunction",
    "rate": "ClassShare Rate RateParent",
    "region": "Chunk Region RegionData RegionEvent Snapshot",
    "resource": "Resource Resources ResourceSize UNLIMITED",
    "setting": (
        "clear_dump clear_occupancy EVENTS events flash flashing recover reload run_selftests set_param split "
        "take_occupancy test_reporter unsplit"
    ),
    "together": "chunks diagnose entries headers health_dump read resources tables",
    "trap": "Trap TrapGroup TrapPolicer",
    "verbs": "add change delete",
}

__all__ = names_of(__name__, _HOMES)
