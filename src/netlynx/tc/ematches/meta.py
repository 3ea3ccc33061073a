"""`meta`: what the kernel knows of a packet, its socket or the system. Source: net/sched/em_meta.c, tc-ematch(8)."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    Layout,
    Record,
    attr,
    binary,
    enum,
    member,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.schema.simplified import simpler
from netlynx.tc.ematches.compared import Operand

_INT, _VAR = 1, 0  # TCF_META_TYPE_*


class TCA_EM_META(Constants):
    """Attributes of `meta`."""

    UNSPEC = 0
    HDR = 1
    LVALUE = 2
    RVALUE = 3


class MetaId(Enumeration, prefix="TCF_META_ID_"):
    """What is compared; `value` is a number or text that the condition itself has."""

    __omitted__: ClassVar[dict[str, str]] = {"TCF_META_ID_MASK": "the bits that hold it"}
    VALUE = 0
    RANDOM = 1
    LOADAVG_0 = 2
    LOADAVG_1 = 3
    LOADAVG_2 = 4
    DEV = 5
    PRIORITY = 6
    PROTOCOL = 7
    PKTTYPE = 8
    PKTLEN = 9
    DATALEN = 10
    MACLEN = 11
    NFMARK = 12
    TCINDEX = 13
    RTCLASSID = 14
    RTIIF = 15
    SK_FAMILY = 16
    SK_STATE = 17
    SK_REUSE = 18
    SK_BOUND_IF = 19
    SK_REFCNT = 20
    SK_SHUTDOWN = 21
    SK_PROTO = 22
    SK_TYPE = 23
    SK_RCVBUF = 24
    SK_RMEM_ALLOC = 25
    SK_WMEM_ALLOC = 26
    SK_OMEM_ALLOC = 27
    SK_WMEM_QUEUED = 28
    SK_RCV_QLEN = 29
    SK_SND_QLEN = 30
    SK_ERR_QLEN = 31
    SK_FORWARD_ALLOCS = 32
    SK_SNDBUF = 33
    SK_ALLOCS = 34
    SK_HASH = 36
    SK_LINGERTIME = 37
    SK_ACK_BACKLOG = 38
    SK_MAX_ACK_BACKLOG = 39
    SK_PRIO = 40
    SK_RCVLOWAT = 41
    SK_RCVTIMEO = 42
    SK_SNDTIMEO = 43
    SK_SENDMSG_OFF = 44
    SK_WRITE_PENDING = 45
    VLAN_TAG = 46
    RXHASH = 47


class MetaValue(Layout, c="tcf_meta_val"):
    """One side: `kind` is a type (a number or bytes) in 4 bits, an id in 12; numbers are shifted right by `shift`."""

    kind: int = member(u16)
    shift: int = member(u8)
    operand: takes.Member[Operand] = member(enum(Operand, u8), c="op")


class MetaHeader(Layout, c="tcf_meta_hdr"):
    """Both sides; the operand is the left one's."""

    left: takes.Nested[MetaValue | None] = member(struct(MetaValue))
    right: takes.Nested[MetaValue | None] = member(struct(MetaValue))


class MetaAttributes(Record):
    """The condition as the message has it. Source: net/sched/em_meta.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_EM_META, policy="meta_policy")

    header: takes.Nested[MetaHeader | None] = attr(TCA_EM_META.HDR, struct(MetaHeader))
    left: bytes | None = attr(TCA_EM_META.LVALUE, binary)
    right: bytes | None = attr(TCA_EM_META.RVALUE, binary)


class Meta(Record):
    """`meta`: `left` is `operand` `right`, or `value`: a number, or the text of a device.

    Of numbers, the bits of a mask count, after they were shifted right.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("what people write of MetaAttributes")

    left: takes.Member[MetaId | None] = attr(1, enum(MetaId, u16))
    left_shift: int | None = attr(2, u8)
    left_mask: int | None = attr(3, u32)
    operand: takes.Member[Operand | None] = attr(4, enum(Operand, u8))
    right: takes.Member[MetaId | None] = attr(5, enum(MetaId, u16))
    right_shift: int | None = attr(6, u8)
    right_mask: int | None = attr(7, u32)
    value: int | None = attr(8, u32)
    text: bytes | None = attr(9, binary)

    @classmethod
    def __read__(cls, wire: MetaAttributes) -> Meta:
        header = wire.header or MetaHeader()
        left, right = header.left or MetaValue(), header.right or MetaValue()
        values: dict[str, Any] = {"left": _id(left.kind), "operand": left.operand}
        if left.shift:
            values["left_shift"] = left.shift
        values["left_mask"] = _number(wire.left) or None
        if right.shift:
            values["right_shift"] = right.shift
        if right.kind & 0xFFF:
            values["right"] = _id(right.kind)
            values["right_mask"] = _number(wire.right) or None
        elif right.kind >> 12 == _INT:
            values["value"] = _number(wire.right) or 0
        else:
            values["text"] = wire.right or b""
        return cls(**values)

    def __write__(self) -> MetaAttributes:
        if self.left is None:
            raise EncodeError("say what is compared", "Meta.left")
        said = [name for name in ("right", "value", "text") if getattr(self, name) is not None]
        if len(said) != 1:
            raise EncodeError("say what it is compared with: one of right, value and text", "Meta.value")
        type_ = _VAR if self.text is not None or (self.left == MetaId.DEV and self.value is None) else _INT
        operand = Operand.EQ if self.operand is None else self.operand
        left = MetaValue(kind=type_ << 12 | int(self.left), shift=self.left_shift or 0, operand=operand)
        right = MetaValue(kind=type_ << 12 | int(self.right or 0), shift=self.right_shift or 0)
        number = self.value if said == ["value"] else self.right_mask
        value = self.text if self.text is not None else _packed(number or 0)
        return MetaAttributes(
            header=MetaHeader(left=left, right=right),
            left=_packed(self.left_mask or 0) if type_ == _INT else None,
            right=value,
        )


def _id(kind: int) -> MetaId | int:
    number = kind & 0xFFF
    return MetaId(number) if number in MetaId._value2member_map_ else number


def _number(raw: bytes | None) -> int | None:
    return int.from_bytes(raw, sys.byteorder) if raw is not None and len(raw) in (4, 8) else None


def _packed(number: int) -> bytes:
    return number.to_bytes(4, sys.byteorder)


META = simpler(Meta, MetaAttributes)
