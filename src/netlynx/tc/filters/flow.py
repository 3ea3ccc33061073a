"""`flow`: a class out of parts of the packet. Source: net/sched/cls_flow.c, tc-flow(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet, Record, attr, between, enum, quantity, takes, u32
from netlynx.schema.facts import Facts
from netlynx.tc.action import ACTIONS_OF_A_FILTER, Action
from netlynx.tc.actions.police import POLICE, Police
from netlynx.tc.ematches import EMATCHES, Ematch
from netlynx.tc.handle import HANDLE, Handle
from netlynx.tc.units import Time

_seconds = quantity(Time, u32)


class TCA_FLOW(Constants):
    """Attributes of `flow`."""

    UNSPEC = 0
    KEYS = 1
    MODE = 2
    BASECLASS = 3
    RSHIFT = 4
    ADDEND = 5
    MASK = 6
    XOR = 7
    DIVISOR = 8
    ACT = 9
    POLICE = 10
    EMATCHES = 11
    PERTURB = 12


class FlowKey(FlagSet):
    """Parts of a packet, or of what the kernel knows of it. Source: FLOW_KEY_* in linux/pkt_cls.h, as bits."""

    SRC = 1 << 0
    DST = 1 << 1
    PROTO = 1 << 2
    PROTO_SRC = 1 << 3
    PROTO_DST = 1 << 4
    IIF = 1 << 5
    PRIORITY = 1 << 6
    MARK = 1 << 7
    NFCT = 1 << 8
    NFCT_SRC = 1 << 9
    NFCT_DST = 1 << 10
    NFCT_PROTO_SRC = 1 << 11
    NFCT_PROTO_DST = 1 << 12
    RT_CLASSID = 1 << 13
    SK_UID = 1 << 14
    SK_GID = 1 << 15
    VLAN_TAG = 1 << 16
    RXHASH = 1 << 17


class FlowMode(Enumeration, prefix="FLOW_MODE_"):
    """What is made of the keys: one of them, changed by numbers, or a hash of all."""

    MAP = 0
    HASH = 1


class FlowFilter(Record):
    """`flow`: `keys` as the class, from `base_class` on.

    With `mode` `map` there is one key, to which ``(key & mask ^ xor) >> rshift + addend`` is done; with `hash` a hash
    of all, anew every `perturb` seconds. The result is taken modulo `divisor`.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_FLOW, policy="flow_policy@net/sched/cls_flow.c", spec=("tc", "flow-attrs")
    )

    keys: takes.Flags[FlowKey | None] = attr(TCA_FLOW.KEYS, enum(FlowKey, u32))
    mode: takes.Member[FlowMode | None] = attr(TCA_FLOW.MODE, enum(FlowMode, u32))
    base_class: takes.Member[Handle | None] = attr(TCA_FLOW.BASECLASS, HANDLE)
    rshift: int | None = attr(TCA_FLOW.RSHIFT, between(u32, high=31))
    addend: int | None = attr(TCA_FLOW.ADDEND, u32)
    mask: int | None = attr(TCA_FLOW.MASK, u32)
    xor: int | None = attr(TCA_FLOW.XOR, u32)
    divisor: int | None = attr(TCA_FLOW.DIVISOR, u32)
    perturb: takes.Amount[Time | None] = attr(TCA_FLOW.PERTURB, _seconds)
    match: takes.Nested[Ematch | None] = attr(TCA_FLOW.EMATCHES, EMATCHES)
    actions: takes.MaybeSeveral[Action] = attr(TCA_FLOW.ACT, ACTIONS_OF_A_FILTER)
    police: takes.Nested[Police | None] = attr(TCA_FLOW.POLICE, POLICE)  # as filters had it before actions
