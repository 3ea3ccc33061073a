"""`ct`: packets are looked up in the table of connections, and noted there.

Source: linux/tc_act/tc_ct.h, net/sched/act_ct.c, tc-ct(8).
"""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    be16,
    binary,
    boolean,
    enum,
    ip,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, lacks, parms_of, refers, said

LABELS_SIZE = 16
HELPER_LIMIT = 15  # NF_CT_HELPER_NAME_LEN, with the NUL


class TCA_CT(Constants):
    """Attributes of `ct`."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_CT_ACT_*": "what is done: CtFlag"}

    UNSPEC = 0
    PARMS = 1
    TM = 2
    ACTION = 3
    ZONE = 4
    MARK = 5
    MARK_MASK = 6
    LABELS = 7
    LABELS_MASK = 8
    NAT_IPV4_MIN = 9
    NAT_IPV4_MAX = 10
    NAT_IPV6_MIN = 11
    NAT_IPV6_MAX = 12
    NAT_PORT_MIN = 13
    NAT_PORT_MAX = 14
    PAD = 15
    HELPER_NAME = 16
    HELPER_FAMILY = 17
    HELPER_PROTO = 18


class CtFlag(FlagSet, prefix="TCA_CT_ACT_"):
    """What is done."""

    COMMIT = 1
    FORCE = 2
    CLEAR = 4
    NAT = 8
    NAT_SRC = 16
    NAT_DST = 32


class CtNat(Enumeration):
    """Which addresses are replaced: the source's or the destination's by new ones (`SRC`, `DST`), or those of a
    connection of which they were before (`RESTORE`)."""

    RESTORE = 0
    SRC = 1
    DST = 2


class CtParms(Parms, c="tc_ct"):
    """The struct of `ct`."""


class CtAttributes(Record):
    """The attributes of `ct`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CT, policy="ct_policy")

    zone: int | None = attr(TCA_CT.ZONE, u16)
    mark: int | None = attr(TCA_CT.MARK, u32)
    mark_mask: int | None = attr(TCA_CT.MARK_MASK, u32)
    labels: bytes | None = attr(TCA_CT.LABELS, binary(LABELS_SIZE))
    labels_mask: bytes | None = attr(TCA_CT.LABELS_MASK, binary(LABELS_SIZE))
    nat_address: takes.Ip[str | None] = attr(TCA_CT.NAT_IPV4_MIN, ip, ip6=TCA_CT.NAT_IPV6_MIN)
    nat_address_last: takes.Ip[str | None] = attr(TCA_CT.NAT_IPV4_MAX, ip, ip6=TCA_CT.NAT_IPV6_MAX)
    nat_port: int | None = attr(TCA_CT.NAT_PORT_MIN, be16)
    nat_port_last: int | None = attr(TCA_CT.NAT_PORT_MAX, be16)
    flags: takes.Flags[CtFlag | None] = attr(TCA_CT.ACTION, enum(CtFlag, u16))
    helper: str | None = attr(TCA_CT.HELPER_NAME, string(HELPER_LIMIT))
    helper_family: int | None = attr(TCA_CT.HELPER_FAMILY, u8)
    helper_protocol: int | None = attr(TCA_CT.HELPER_PROTO, u8)
    parms: takes.Nested[CtParms | None] = attr(TCA_CT.PARMS, struct(CtParms))
    times: takes.Nested[Times | None] = attr(TCA_CT.TM, struct(Times), read_only=True)


class Ct(Controlled):
    """`ct`: a packet is looked up among the connections of a `zone`; a filter of another chain can then ask for what
    was found (``Ct(zone=5, control="goto chain 1")``).

    With `commit` a connection that is new is noted, with `force` even where it is the answer's direction; a `mark` (of
    it, the bits in `mark_mask`) and `labels` (16 bytes) are noted with it. `nat` says which address is replaced:
    ``src`` or ``dst`` by one of those from `nat_address` to `nat_address_last`, with a port of those from `nat_port` to
    `nat_port_last`; ``restore`` does it for packets of a connection that is noted. `helper` (of a family, such as 2,
    and a protocol, such as 6) follows what a connection says of others. `clear` forgets what was found.

    Source: tcf_ct_fill_params in net/sched/act_ct.c, tc-ct(8).
    """

    zone: int | None = attr(6, u16)
    commit: bool | None = attr(7, boolean)
    force: bool | None = attr(8, boolean)
    clear: bool | None = attr(9, boolean)
    mark: int | None = attr(10, u32)
    mark_mask: int | None = attr(11, u32)
    labels: bytes | None = attr(12, binary(LABELS_SIZE))
    labels_mask: bytes | None = attr(13, binary(LABELS_SIZE))
    nat: takes.Member[CtNat | None] = attr(14, enum(CtNat, u8))
    nat_address: takes.Ip[str | None] = attr(15, ip)
    nat_address_last: takes.Ip[str | None] = attr(16, ip)
    nat_port: int | None = attr(17, u16)
    nat_port_last: int | None = attr(18, u16)
    helper: str | None = attr(19, string(HELPER_LIMIT))
    helper_family: int | None = attr(20, u8)
    helper_protocol: int | None = attr(21, u8)

    @classmethod
    def __read__(cls, wire: CtAttributes) -> Self:
        flags = wire.flags or CtFlag(0)
        fields = {name: getattr(wire, name) for name in _SAME}
        for name in ("nat_address", "nat_port"):
            if fields[f"{name}_last"] == fields[name]:
                fields[f"{name}_last"] = None
        if fields["mark_mask"] == _ALL:
            fields["mark_mask"] = None
        if fields["labels_mask"] == b"\xff" * LABELS_SIZE:
            fields["labels_mask"] = None
        nat = None
        if flags & CtFlag.NAT:
            ways = {CtFlag.NAT_SRC: CtNat.SRC, CtFlag.NAT_DST: CtNat.DST}
            nat = ways.get(flags & (CtFlag.NAT_SRC | CtFlag.NAT_DST), CtNat.RESTORE)
        fields |= {name: True for name, flag in _FLAGS.items() if flags & flag}
        return cls(**said(wire.parms or CtParms(), wire.times), **fields, nat=nat)

    def __write__(self) -> CtAttributes:
        fields = {name: getattr(self, name) for name in _SAME}
        flags = CtFlag(0)
        for name, flag in _FLAGS.items():
            if getattr(self, name):
                flags |= flag
        if flags & CtFlag.CLEAR:
            lacks(self, "zone", "commit", "force", "nat", *_NOTED, *_PLACES, what="clear")
        if not flags & CtFlag.COMMIT:
            lacks(self, "force", *_NOTED, what="what commits no connection")
        if self.nat is None:
            lacks(self, *_PLACES, what="what replaces no address (nat)")
        else:
            flags |= CtFlag.NAT | {CtNat.SRC: CtFlag.NAT_SRC, CtNat.DST: CtFlag.NAT_DST}.get(self.nat, CtFlag(0))
            if self.nat is CtNat.RESTORE:
                lacks(self, *_PLACES, what="restore")
            elif not flags & CtFlag.COMMIT:
                raise EncodeError("addresses of a connection are replaced when it is noted: set commit", "nat")
        for name in ("nat_address", "nat_port"):
            if fields[f"{name}_last"] is None:
                fields[f"{name}_last"] = fields[name]
            elif fields[name] is None:
                raise EncodeError(f"it is the last, and there is no {name}", f"{name}_last")
        for name, whole in (("mark", _ALL), ("labels", b"\xff" * LABELS_SIZE)):
            mask = f"{name}_mask"
            if fields[name] is None and fields[mask] is not None:
                raise EncodeError(f"it is of {name}, and there is none", mask)
            if fields[name] is not None and fields[mask] is None:
                fields[mask] = whole
        for name in ("labels", "labels_mask"):
            if fields[name] is not None and len(fields[name]) != LABELS_SIZE:
                raise EncodeError(f"it has {LABELS_SIZE} bytes, not {len(fields[name])}", name)
        bare = refers(self) and not self.times
        return CtAttributes(parms=parms_of(CtParms, self), flags=None if bare else flags, times=self.times, **fields)


_ALL = 0xFFFF_FFFF
_FLAGS = {"commit": CtFlag.COMMIT, "force": CtFlag.FORCE, "clear": CtFlag.CLEAR}
_NOTED = ("mark", "mark_mask", "labels", "labels_mask", "helper", "helper_family", "helper_protocol")
_PLACES = ("nat_address", "nat_address_last", "nat_port", "nat_port_last")
_SAME = ("zone", *_NOTED, *_PLACES)
