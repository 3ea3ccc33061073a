"""Traffic control: qdiscs, classes, filters and actions.

Records (`Qdisc`, `Class`, `Filter`, `Chain`, `Action`, and one for what each kind has of its own), operations that list
(`qdiscs()` …) and get one (`qdisc(index)` …), the verbs `add`, `replace`, `change`, `link`, `delete` and `flush`,
groups to subscribe to (`QDISCS` …); `impair` and `unimpair`, `setup`, `remade` and `remake`::

    nl.do(tc.add(tc.Qdisc(index="v0", data=tc.Tbf(rate="10mbit", burst="32kb", latency="50ms"))))

Source: linux/rtnetlink.h, linux/pkt_sched.h, linux/pkt_cls.h, tc(8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.tc.action import ACTIONS as ACTIONS
    from netlynx.tc.action import Action as Action
    from netlynx.tc.action import ActionList as ActionList
    from netlynx.tc.action import action as action
    from netlynx.tc.action import actions as actions
    from netlynx.tc.actions import ActionInstruction as ActionInstruction
    from netlynx.tc.actions import BpfAction as BpfAction
    from netlynx.tc.actions import Checksum as Checksum
    from netlynx.tc.actions import Connmark as Connmark
    from netlynx.tc.actions import Csum as Csum
    from netlynx.tc.actions import Ct as Ct
    from netlynx.tc.actions import Ctinfo as Ctinfo
    from netlynx.tc.actions import CtNat as CtNat
    from netlynx.tc.actions import Gact as Gact
    from netlynx.tc.actions import GactRandom as GactRandom
    from netlynx.tc.actions import Gate as Gate
    from netlynx.tc.actions import GateEntry as GateEntry
    from netlynx.tc.actions import Ife as Ife
    from netlynx.tc.actions import IfeDirection as IfeDirection
    from netlynx.tc.actions import IfeMetadata as IfeMetadata
    from netlynx.tc.actions import KeyErspan as KeyErspan
    from netlynx.tc.actions import KeyGeneve as KeyGeneve
    from netlynx.tc.actions import KeyOptions as KeyOptions
    from netlynx.tc.actions import KeyVxlan as KeyVxlan
    from netlynx.tc.actions import Mirred as Mirred
    from netlynx.tc.actions import Mpls as Mpls
    from netlynx.tc.actions import MplsAction as MplsAction
    from netlynx.tc.actions import Nat as Nat
    from netlynx.tc.actions import PacketType as PacketType
    from netlynx.tc.actions import Pedit as Pedit
    from netlynx.tc.actions import Police as Police
    from netlynx.tc.actions import Sample as Sample
    from netlynx.tc.actions import Simple as Simple
    from netlynx.tc.actions import Skbedit as Skbedit
    from netlynx.tc.actions import Skbmod as Skbmod
    from netlynx.tc.actions import TunnelKey as TunnelKey
    from netlynx.tc.actions import TunnelKeyAction as TunnelKeyAction
    from netlynx.tc.actions import Vlan as Vlan
    from netlynx.tc.actions import VlanAction as VlanAction
    from netlynx.tc.chain import CHAINS as CHAINS
    from netlynx.tc.chain import Chain as Chain
    from netlynx.tc.chain import chain as chain
    from netlynx.tc.chain import chains as chains
    from netlynx.tc.ematches import Ematch as Ematch
    from netlynx.tc.estimator import RateEstimator as RateEstimator
    from netlynx.tc.filter import FILTERS as FILTERS
    from netlynx.tc.filter import Filter as Filter
    from netlynx.tc.filter import filter_ as filter_
    from netlynx.tc.filter import filters as filters
    from netlynx.tc.filters import U32 as U32
    from netlynx.tc.filters import Basic as Basic
    from netlynx.tc.filters import Bpf as Bpf
    from netlynx.tc.filters import CgroupFilter as CgroupFilter
    from netlynx.tc.filters import Flower as Flower
    from netlynx.tc.filters import FlowFilter as FlowFilter
    from netlynx.tc.filters import Fw as Fw
    from netlynx.tc.filters import MatchAll as MatchAll
    from netlynx.tc.filters import RouteFilter as RouteFilter
    from netlynx.tc.filters import U32Match as U32Match
    from netlynx.tc.filters import U32Selector as U32Selector
    from netlynx.tc.handle import FilterHandle as FilterHandle
    from netlynx.tc.handle import FilterParent as FilterParent
    from netlynx.tc.handle import Handle as Handle
    from netlynx.tc.impairing import impair as impair
    from netlynx.tc.impairing import unimpair as unimpair
    from netlynx.tc.programs import Program as Program
    from netlynx.tc.programs import program as program
    from netlynx.tc.qdisc import QDISCS as QDISCS
    from netlynx.tc.qdisc import Qdisc as Qdisc
    from netlynx.tc.qdisc import qdisc as qdisc
    from netlynx.tc.qdisc import qdiscs as qdiscs
    from netlynx.tc.qdiscs import Cbs as Cbs
    from netlynx.tc.qdiscs import Drr as Drr
    from netlynx.tc.qdiscs import DrrClass as DrrClass
    from netlynx.tc.qdiscs import Dualpi2 as Dualpi2
    from netlynx.tc.qdiscs import Ets as Ets
    from netlynx.tc.qdiscs import EtsClass as EtsClass
    from netlynx.tc.qdiscs import Hfsc as Hfsc
    from netlynx.tc.qdiscs import HfscClass as HfscClass
    from netlynx.tc.qdiscs import Htb as Htb
    from netlynx.tc.qdiscs import HtbClass as HtbClass
    from netlynx.tc.qdiscs import Mq as Mq
    from netlynx.tc.qdiscs import Mqprio as Mqprio
    from netlynx.tc.qdiscs import Multiq as Multiq
    from netlynx.tc.qdiscs import Prio as Prio
    from netlynx.tc.qdiscs import Qfq as Qfq
    from netlynx.tc.qdiscs import QfqClass as QfqClass
    from netlynx.tc.qdiscs import Queues as Queues
    from netlynx.tc.qdiscs import ServiceCurve as ServiceCurve
    from netlynx.tc.qdiscs import Taprio as Taprio
    from netlynx.tc.qdiscs import TaprioStep as TaprioStep
    from netlynx.tc.qdiscs.cake import CAKE_LINKS as CAKE_LINKS
    from netlynx.tc.qdiscs.cake import Cake as Cake
    from netlynx.tc.qdiscs.cake import CakeAckFilter as CakeAckFilter
    from netlynx.tc.qdiscs.cake import CakeDiffserv as CakeDiffserv
    from netlynx.tc.qdiscs.cake import CakeFlowMode as CakeFlowMode
    from netlynx.tc.qdiscs.cake import CakeFraming as CakeFraming
    from netlynx.tc.qdiscs.cake import CakeMq as CakeMq
    from netlynx.tc.qdiscs.cake import CakeStatistics as CakeStatistics
    from netlynx.tc.qdiscs.cake import CakeTinStatistics as CakeTinStatistics
    from netlynx.tc.qdiscs.codel import Codel as Codel
    from netlynx.tc.qdiscs.codel import CodelStatistics as CodelStatistics
    from netlynx.tc.qdiscs.codel import FqCodel as FqCodel
    from netlynx.tc.qdiscs.codel import FqCodelFlowStatistics as FqCodelFlowStatistics
    from netlynx.tc.qdiscs.codel import FqCodelStatistics as FqCodelStatistics
    from netlynx.tc.qdiscs.fifo import Fifo as Fifo
    from netlynx.tc.qdiscs.fifo import PriorityMap as PriorityMap
    from netlynx.tc.qdiscs.fq import Fq as Fq
    from netlynx.tc.qdiscs.fq import FqStatistics as FqStatistics
    from netlynx.tc.qdiscs.gred import Gred as Gred
    from netlynx.tc.qdiscs.gred import GredQueue as GredQueue
    from netlynx.tc.qdiscs.hhf import Hhf as Hhf
    from netlynx.tc.qdiscs.hhf import HhfStatistics as HhfStatistics
    from netlynx.tc.qdiscs.netem import LossGilbertElliott as LossGilbertElliott
    from netlynx.tc.qdiscs.netem import LossState as LossState
    from netlynx.tc.qdiscs.netem import Netem as Netem
    from netlynx.tc.qdiscs.netem import NetemSlot as NetemSlot
    from netlynx.tc.qdiscs.netem import NetemStatistics as NetemStatistics
    from netlynx.tc.qdiscs.pie import FqPie as FqPie
    from netlynx.tc.qdiscs.pie import FqPieStatistics as FqPieStatistics
    from netlynx.tc.qdiscs.pie import Pie as Pie
    from netlynx.tc.qdiscs.pie import PieStatistics as PieStatistics
    from netlynx.tc.qdiscs.plain import Clsact as Clsact
    from netlynx.tc.qdiscs.plain import Ingress as Ingress
    from netlynx.tc.qdiscs.red import Choke as Choke
    from netlynx.tc.qdiscs.red import ChokeStatistics as ChokeStatistics
    from netlynx.tc.qdiscs.red import Red as Red
    from netlynx.tc.qdiscs.red import RedStatistics as RedStatistics
    from netlynx.tc.qdiscs.sfb import Sfb as Sfb
    from netlynx.tc.qdiscs.sfb import SfbStatistics as SfbStatistics
    from netlynx.tc.qdiscs.sfq import Sfq as Sfq
    from netlynx.tc.qdiscs.sfq import SfqFlowStatistics as SfqFlowStatistics
    from netlynx.tc.qdiscs.small import Blackhole as Blackhole
    from netlynx.tc.qdiscs.small import Etf as Etf
    from netlynx.tc.qdiscs.small import Plug as Plug
    from netlynx.tc.qdiscs.small import Skbprio as Skbprio
    from netlynx.tc.qdiscs.tbf import Tbf as Tbf
    from netlynx.tc.rates import LinkLayer as LinkLayer
    from netlynx.tc.saving import Setup as Setup
    from netlynx.tc.saving import remade as remade
    from netlynx.tc.saving import remake as remake
    from netlynx.tc.saving import setup as setup
    from netlynx.tc.stab import SizeTable as SizeTable
    from netlynx.tc.traffic_class import CLASSES as CLASSES
    from netlynx.tc.traffic_class import Class as Class
    from netlynx.tc.traffic_class import class_ as class_
    from netlynx.tc.traffic_class import classes as classes
    from netlynx.tc.units import Rate as Rate
    from netlynx.tc.units import Share as Share
    from netlynx.tc.units import Size as Size
    from netlynx.tc.units import Time as Time
    from netlynx.tc.verbs import add as add
    from netlynx.tc.verbs import change as change
    from netlynx.tc.verbs import delete as delete
    from netlynx.tc.verbs import flush as flush
    from netlynx.tc.verbs import link as link
    from netlynx.tc.verbs import replace as replace

# Where each public name lives. Loaded on first use: of some hundred kinds, a program uses a few.
_HOMES = {
    "action": "ACTIONS Action ActionList action actions",
    "actions": (
        "ActionInstruction BpfAction Checksum Connmark Csum Ct CtNat Ctinfo Gact GactRandom Gate GateEntry "
        "Ife IfeDirection IfeMetadata KeyErspan KeyGeneve KeyOptions KeyVxlan Mirred Mpls MplsAction Nat "
        "PacketType Pedit Police Sample Simple Skbedit Skbmod TunnelKey TunnelKeyAction Vlan VlanAction"
    ),
    "chain": "CHAINS Chain chain chains",
    "ematches": "Ematch",
    "estimator": "RateEstimator",
    "filter": "FILTERS Filter filter_ filters",
    "filters": "Basic Bpf CgroupFilter FlowFilter Flower Fw MatchAll RouteFilter U32 U32Match U32Selector",
    "handle": "FilterHandle FilterParent Handle",
    "impairing": "impair unimpair",
    "programs": "Program program",
    "qdisc": "QDISCS Qdisc qdisc qdiscs",
    "qdiscs": (
        "Cbs Drr DrrClass Dualpi2 Ets EtsClass Hfsc HfscClass Htb HtbClass Mq Mqprio Multiq Prio Qfq QfqClass "
        "Queues ServiceCurve Taprio TaprioStep"
    ),
    "qdiscs.cake": (
        "CAKE_LINKS Cake CakeAckFilter CakeDiffserv CakeFlowMode CakeFraming CakeMq CakeStatistics CakeTinStatistics"
    ),
    "qdiscs.codel": "Codel CodelStatistics FqCodel FqCodelFlowStatistics FqCodelStatistics",
    "qdiscs.fifo": "Fifo PriorityMap",
    "qdiscs.fq": "Fq FqStatistics",
    "qdiscs.gred": "Gred GredQueue",
    "qdiscs.hhf": "Hhf HhfStatistics",
    "qdiscs.netem": "LossGilbertElliott LossState Netem NetemSlot NetemStatistics",
    "qdiscs.pie": "FqPie FqPieStatistics Pie PieStatistics",
    "qdiscs.plain": "Clsact Ingress",
    "qdiscs.red": "Choke ChokeStatistics Red RedStatistics",
    "qdiscs.sfb": "Sfb SfbStatistics",
    "qdiscs.sfq": "Sfq SfqFlowStatistics",
    "qdiscs.small": "Blackhole Etf Plug Skbprio",
    "qdiscs.tbf": "Tbf",
    "rates": "LinkLayer",
    "saving": "Setup remade remake setup",
    "stab": "SizeTable",
    "traffic_class": "CLASSES Class class_ classes",
    "units": "Rate Share Size Time",
    "verbs": "add change delete flush link replace",
}

__all__ = names_of(__name__, _HOMES)
