"""`csum`: checksums are computed anew, after `pedit` say. Source: linux/tc_act/tc_csum.h, tc-csum(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Constants, FlagSet, Record, attr, enum, member, struct, takes, u32
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Parms, Plain, Times
from netlynx.tc.control import PASS


class TCA_CSUM(Constants):
    """Attributes of `csum`."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_CSUM_UPDATE_FLAG_*": "which checksums: Checksum"}

    UNSPEC = 0
    PARMS = 1
    TM = 2
    PAD = 3


class Checksum(FlagSet, prefix="TCA_CSUM_UPDATE_FLAG_", labels={"IPV4HDR": "iph"}):
    """Of what checksums are computed."""

    IPV4HDR = 1
    ICMP = 2
    IGMP = 4
    TCP = 8
    UDP = 16
    UDPLITE = 32
    SCTP = 64


class CsumParms(Parms, c="tc_csum"):
    """The struct of `csum`."""

    update: takes.Flags[Checksum] = member(enum(Checksum, u32), c="update_flags")


class CsumAttributes(Record):
    """The attributes of `csum`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CSUM, policy="csum_policy")

    parms: takes.Nested[CsumParms | None] = attr(TCA_CSUM.PARMS, struct(CsumParms))
    times: takes.Nested[Times | None] = attr(TCA_CSUM.TM, struct(Times), read_only=True)


class Csum(Plain):
    """`csum`: ``Csum(update=["iph", "tcp"])``. Afterwards a packet passes, unless `control` says otherwise.

    Source: net/sched/act_csum.c, tc-csum(8).
    """

    __wire__ = CsumAttributes
    __parms__ = CsumParms
    __default__ = PASS

    update: takes.Flags[Checksum | None] = attr(6, enum(Checksum, u32))

    def __check__(self) -> None:
        if not self.update and self.index is None:
            raise EncodeError(f"say which checksums: {', '.join(each.label for each in Checksum)}", "update")
