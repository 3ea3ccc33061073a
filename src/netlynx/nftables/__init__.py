"""nftables: tables, chains, rules, and all that they have in them.

    from netlynx import nftables

    for rule in nl.dump(nftables.rules(family="inet", table="filter")):
        print(rule.chain, rule.handle, rule.expressions)

What a rule does is a row of expressions, a record each (`Payload`, `Compare`, `Counter` …), as the kernel has them.

Source: nft(8), linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.engine.gathering import Commit as Commit
    from netlynx.netfilter.constants import ArpHook as ArpHook
    from netlynx.netfilter.constants import BridgeHook as BridgeHook
    from netlynx.netfilter.constants import NetdevHook as NetdevHook
    from netlynx.nftables.chain import Chain as Chain
    from netlynx.nftables.chain import ChainFlags as ChainFlags
    from netlynx.nftables.chain import chain as chain
    from netlynx.nftables.chain import chains as chains
    from netlynx.nftables.comments import comment as comment
    from netlynx.nftables.constants import NFT_MSG as NFT_MSG
    from netlynx.nftables.constants import Family as Family
    from netlynx.nftables.data import Data as Data
    from netlynx.nftables.data import Verdict as Verdict
    from netlynx.nftables.data import VerdictCode as VerdictCode
    from netlynx.nftables.datatypes import DATATYPES as DATATYPES
    from netlynx.nftables.datatypes import Datatype as Datatype
    from netlynx.nftables.datatypes import Order as Order
    from netlynx.nftables.element import Element as Element
    from netlynx.nftables.element import ElementFlags as ElementFlags
    from netlynx.nftables.element import ElementList as ElementList
    from netlynx.nftables.element import WireElement as WireElement
    from netlynx.nftables.elements import elements as elements
    from netlynx.nftables.elements import elements_in as elements_in
    from netlynx.nftables.expressions.acting import Dup as Dup
    from netlynx.nftables.expressions.acting import Forward as Forward
    from netlynx.nftables.expressions.acting import IcmpxCode as IcmpxCode
    from netlynx.nftables.expressions.acting import Log as Log
    from netlynx.nftables.expressions.acting import LogFlags as LogFlags
    from netlynx.nftables.expressions.acting import LogLevel as LogLevel
    from netlynx.nftables.expressions.acting import Queue as Queue
    from netlynx.nftables.expressions.acting import QueueFlags as QueueFlags
    from netlynx.nftables.expressions.acting import Reject as Reject
    from netlynx.nftables.expressions.acting import RejectType as RejectType
    from netlynx.nftables.expressions.acting import TProxy as TProxy
    from netlynx.nftables.expressions.comparing import Compare as Compare
    from netlynx.nftables.expressions.comparing import CompareOp as CompareOp
    from netlynx.nftables.expressions.comparing import Lookup as Lookup
    from netlynx.nftables.expressions.comparing import LookupFlags as LookupFlags
    from netlynx.nftables.expressions.comparing import Range as Range
    from netlynx.nftables.expressions.comparing import RangeOp as RangeOp
    from netlynx.nftables.expressions.compat import Match as Match
    from netlynx.nftables.expressions.compat import Target as Target
    from netlynx.nftables.expressions.computing import Bitwise as Bitwise
    from netlynx.nftables.expressions.computing import BitwiseOp as BitwiseOp
    from netlynx.nftables.expressions.computing import Byteorder as Byteorder
    from netlynx.nftables.expressions.computing import ByteorderOp as ByteorderOp
    from netlynx.nftables.expressions.computing import Hash as Hash
    from netlynx.nftables.expressions.computing import HashType as HashType
    from netlynx.nftables.expressions.computing import Immediate as Immediate
    from netlynx.nftables.expressions.computing import Numgen as Numgen
    from netlynx.nftables.expressions.computing import NumgenType as NumgenType
    from netlynx.nftables.expressions.counting import ConnectionLimit as ConnectionLimit
    from netlynx.nftables.expressions.counting import ConnectionLimitFlags as ConnectionLimitFlags
    from netlynx.nftables.expressions.counting import Counter as Counter
    from netlynx.nftables.expressions.counting import Last as Last
    from netlynx.nftables.expressions.counting import Limit as Limit
    from netlynx.nftables.expressions.counting import LimitFlags as LimitFlags
    from netlynx.nftables.expressions.counting import LimitType as LimitType
    from netlynx.nftables.expressions.counting import Quota as Quota
    from netlynx.nftables.expressions.counting import QuotaFlags as QuotaFlags
    from netlynx.nftables.expressions.every import EXPRESSIONS as EXPRESSIONS
    from netlynx.nftables.expressions.every import Dynset as Dynset
    from netlynx.nftables.expressions.every import DynsetFlags as DynsetFlags
    from netlynx.nftables.expressions.every import DynsetOp as DynsetOp
    from netlynx.nftables.expressions.every import Inner as Inner
    from netlynx.nftables.expressions.every import InnerFlags as InnerFlags
    from netlynx.nftables.expressions.every import InnerType as InnerType
    from netlynx.nftables.expressions.every import UnknownExpression as UnknownExpression
    from netlynx.nftables.expressions.expression import Expression as Expression
    from netlynx.nftables.expressions.looking import Fib as Fib
    from netlynx.nftables.expressions.looking import FibFlags as FibFlags
    from netlynx.nftables.expressions.looking import FibResult as FibResult
    from netlynx.nftables.expressions.looking import Osf as Osf
    from netlynx.nftables.expressions.looking import OsfFlags as OsfFlags
    from netlynx.nftables.expressions.looking import Routing as Routing
    from netlynx.nftables.expressions.looking import RoutingKey as RoutingKey
    from netlynx.nftables.expressions.looking import Socket as Socket
    from netlynx.nftables.expressions.looking import SocketKey as SocketKey
    from netlynx.nftables.expressions.looking import Tunnel as Tunnel
    from netlynx.nftables.expressions.looking import TunnelKey as TunnelKey
    from netlynx.nftables.expressions.looking import TunnelMode as TunnelMode
    from netlynx.nftables.expressions.looking import Xfrm as Xfrm
    from netlynx.nftables.expressions.looking import XfrmDirection as XfrmDirection
    from netlynx.nftables.expressions.looking import XfrmKey as XfrmKey
    from netlynx.nftables.expressions.nat import Masquerade as Masquerade
    from netlynx.nftables.expressions.nat import Nat as Nat
    from netlynx.nftables.expressions.nat import NatFlags as NatFlags
    from netlynx.nftables.expressions.nat import NatType as NatType
    from netlynx.nftables.expressions.nat import Redirect as Redirect
    from netlynx.nftables.expressions.packet import ChecksumFlags as ChecksumFlags
    from netlynx.nftables.expressions.packet import ChecksumType as ChecksumType
    from netlynx.nftables.expressions.packet import ExtensionHeader as ExtensionHeader
    from netlynx.nftables.expressions.packet import ExtensionHeaderFlags as ExtensionHeaderFlags
    from netlynx.nftables.expressions.packet import ExtensionHeaderOp as ExtensionHeaderOp
    from netlynx.nftables.expressions.packet import Meta as Meta
    from netlynx.nftables.expressions.packet import MetaKey as MetaKey
    from netlynx.nftables.expressions.packet import Payload as Payload
    from netlynx.nftables.expressions.packet import PayloadBase as PayloadBase
    from netlynx.nftables.expressions.referring import ObjectReference as ObjectReference
    from netlynx.nftables.expressions.tracking import Conntrack as Conntrack
    from netlynx.nftables.expressions.tracking import ConntrackKey as ConntrackKey
    from netlynx.nftables.expressions.tracking import FlowOffload as FlowOffload
    from netlynx.nftables.expressions.tracking import NoTrack as NoTrack
    from netlynx.nftables.expressions.tracking import Synproxy as Synproxy
    from netlynx.nftables.expressions.tracking import SynproxyFlags as SynproxyFlags
    from netlynx.nftables.flowtable import Flowtable as Flowtable
    from netlynx.nftables.flowtable import FlowtableFlags as FlowtableFlags
    from netlynx.nftables.flowtable import flowtable as flowtable
    from netlynx.nftables.flowtable import flowtables as flowtables
    from netlynx.nftables.generation import Generation as Generation
    from netlynx.nftables.generation import generation as generation
    from netlynx.nftables.keys import KeyType as KeyType
    from netlynx.nftables.many_elements import Elements as Elements
    from netlynx.nftables.monitor import CHANGES as CHANGES
    from netlynx.nftables.object import OBJECTS as OBJECTS
    from netlynx.nftables.object import Object as Object
    from netlynx.nftables.object import object as object
    from netlynx.nftables.object import objects as objects
    from netlynx.nftables.object_data import CtExpectation as CtExpectation
    from netlynx.nftables.object_data import CtHelper as CtHelper
    from netlynx.nftables.object_data import CtTimeout as CtTimeout
    from netlynx.nftables.object_data import GeneveOption as GeneveOption
    from netlynx.nftables.object_data import Secmark as Secmark
    from netlynx.nftables.object_data import TunnelFlags as TunnelFlags
    from netlynx.nftables.object_data import TunnelKeyData as TunnelKeyData
    from netlynx.nftables.object_types import ObjectType as ObjectType
    from netlynx.nftables.registers import Register as Register
    from netlynx.nftables.rule import Rule as Rule
    from netlynx.nftables.rule import RuleCompat as RuleCompat
    from netlynx.nftables.rule import RuleCompatFlags as RuleCompatFlags
    from netlynx.nftables.rule import rule as rule
    from netlynx.nftables.rule import rules as rules
    from netlynx.nftables.ruleset import Ruleset as Ruleset
    from netlynx.nftables.ruleset import remade as remade
    from netlynx.nftables.ruleset import ruleset as ruleset
    from netlynx.nftables.set import Set as Set
    from netlynx.nftables.set import SetField as SetField
    from netlynx.nftables.set import SetFlags as SetFlags
    from netlynx.nftables.set import SetPolicy as SetPolicy
    from netlynx.nftables.set import set_ as set_
    from netlynx.nftables.set import sets as sets
    from netlynx.nftables.set_type import SetType as SetType
    from netlynx.nftables.table import Table as Table
    from netlynx.nftables.table import TableFlags as TableFlags
    from netlynx.nftables.table import flush_ruleset as flush_ruleset
    from netlynx.nftables.table import table as table
    from netlynx.nftables.table import tables as tables
    from netlynx.nftables.trace import TRACES as TRACES
    from netlynx.nftables.trace import Trace as Trace
    from netlynx.nftables.trace import TraceType as TraceType
    from netlynx.nftables.transaction import changing as changing
    from netlynx.nftables.transaction import transaction as transaction
    from netlynx.nftables.userdata import ElementUserdata as ElementUserdata
    from netlynx.nftables.userdata import SetUserdata as SetUserdata
    from netlynx.nftables.verbs import add as add
    from netlynx.nftables.verbs import change as change
    from netlynx.nftables.verbs import delete as delete
    from netlynx.nftables.verbs import destroy as destroy
    from netlynx.nftables.verbs import flush as flush
    from netlynx.nftables.verbs import insert as insert
    from netlynx.nftables.verbs import replace as replace
    from netlynx.nftables.verbs import reset as reset

# Where each public name lives. Loaded on first use: who lists one thing loads that.
_HOMES = {
    "chain": "Chain chain ChainFlags chains",
    "comments": "comment",
    "constants": "Family NFT_MSG",
    "data": "Data Verdict VerdictCode",
    "datatypes": "Datatype DATATYPES Order",
    "element": "Element ElementFlags ElementList WireElement",
    "elements": "elements elements_in",
    "expressions.acting": "Dup Forward IcmpxCode Log LogFlags LogLevel Queue QueueFlags Reject RejectType TProxy",
    "expressions.comparing": "Compare CompareOp Lookup LookupFlags Range RangeOp",
    "expressions.compat": "Match Target",
    "expressions.computing": "Bitwise BitwiseOp Byteorder ByteorderOp Hash HashType Immediate Numgen NumgenType",
    "expressions.counting": (
        "ConnectionLimit ConnectionLimitFlags Counter Last Limit LimitFlags LimitType Quota QuotaFlags"
    ),
    "expressions.every": "Dynset DynsetFlags DynsetOp EXPRESSIONS Inner InnerFlags InnerType UnknownExpression",
    "expressions.expression": "Expression",
    "expressions.looking": (
        "Fib FibFlags FibResult Osf OsfFlags Routing RoutingKey Socket SocketKey Tunnel TunnelKey TunnelMode Xfrm "
        "XfrmDirection XfrmKey"
    ),
    "expressions.nat": "Masquerade Nat NatFlags NatType Redirect",
    "expressions.packet": (
        "ChecksumFlags ChecksumType ExtensionHeader ExtensionHeaderFlags ExtensionHeaderOp Meta MetaKey Payload "
        "PayloadBase"
    ),
    "expressions.referring": "ObjectReference",
    "expressions.tracking": "Conntrack ConntrackKey FlowOffload NoTrack Synproxy SynproxyFlags",
    "flowtable": "Flowtable flowtable FlowtableFlags flowtables",
    "generation": "Generation generation",
    "keys": "KeyType",
    "many_elements": "Elements",
    "monitor": "CHANGES",
    "netlynx.engine.gathering": "Commit",
    "netlynx.netfilter.constants": "ArpHook BridgeHook NetdevHook",
    "object": "Object object OBJECTS objects",
    "object_data": "CtExpectation CtHelper CtTimeout GeneveOption Secmark TunnelFlags TunnelKeyData",
    "object_types": "ObjectType",
    "registers": "Register",
    "rule": "Rule rule RuleCompat RuleCompatFlags rules",
    "ruleset": "remade Ruleset ruleset",
    "set": "Set set_ SetField SetFlags SetPolicy sets",
    "set_type": "SetType",
    "table": "flush_ruleset Table table TableFlags tables",
    "trace": "Trace TRACES TraceType",
    "transaction": "changing transaction",
    "userdata": "ElementUserdata SetUserdata",
    "verbs": "add change delete destroy flush insert replace reset",
}

__all__ = names_of(__name__, _HOMES)
