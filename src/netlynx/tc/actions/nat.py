"""`nat`: addresses are replaced one by one, without a table of connections.

Source: linux/tc_act/tc_nat.h, net/sched/act_nat.c, tc-nat(8).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, ip_network
from typing import Any, ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import Constants, FlagSet, Record, attr, boolean, enum, ip4, member, string, struct, takes, u32
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, needs, parms_of, refers, said
from netlynx.tc.control import PASS


class TCA_NAT(Constants):
    """Attributes of `nat`."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_NAT_FLAG_*": "flags of the struct: NatFlag"}

    UNSPEC = 0
    PARMS = 1
    TM = 2
    PAD = 3


class NatFlag(FlagSet, prefix="TCA_NAT_FLAG_"):
    """Which address is replaced: the source of packets that go out; else the destination of those that come in."""

    EGRESS = 1


class NatParms(Parms, c="tc_nat"):
    """The struct of `nat`."""

    old: str | None = member(ip4, c="old_addr")
    new: str | None = member(ip4, c="new_addr")
    mask: str | None = member(ip4)
    flags: takes.Flags[NatFlag] = member(enum(NatFlag, u32))


class NatAttributes(Record):
    """The attributes of `nat`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_NAT, policy="nat_policy")

    parms: takes.Nested[NatParms | None] = attr(TCA_NAT.PARMS, struct(NatParms))
    times: takes.Nested[Times | None] = attr(TCA_NAT.TM, struct(Times), read_only=True)


class Nat(Controlled):
    """`nat`: ``Nat(old="192.0.2.0/24", new="198.51.100.0", egress=True)`` gives packets that go out a source of
    198.51.100 for one of 192.0.2, the last byte as it was; without `egress` it is the destination of packets that come
    in.

    Other packets are left alone. Source: tcf_nat_act in net/sched/act_nat.c, tc-nat(8).
    """

    old: takes.Prefix[str | None] = attr(6, string)
    new: takes.Ip[str | None] = attr(7, ip4)
    egress: bool | None = attr(8, boolean)

    @classmethod
    def __spelt__(cls, values: dict[str, Any]) -> dict[str, Any]:
        old = values.get("old")
        if old is None:
            return values
        try:
            return {**values, "old": _text(ip_network(str(old), strict=False))}
        except ValueError:
            return values  # what is sent is looked at

    @classmethod
    def __read__(cls, wire: NatAttributes) -> Self:
        parms = wire.parms or NatParms()
        fields = said(parms, wire.times)
        if parms.mask is None or parms.old is None or (parms.new, parms.mask, parms.old) == ("0.0.0.0",) * 3:
            return cls(**fields)
        mask = int(IPv4Address(parms.mask))
        if mask & (mask ^ 0xFFFF_FFFF) >> 1:
            raise ValueError(f"{parms.mask} is no mask of a prefix")
        old = _text(IPv4Network((parms.old, parms.mask), strict=False))
        return cls(**fields, old=old, new=parms.new, egress=bool(parms.flags & NatFlag.EGRESS))

    def __write__(self) -> NatAttributes:
        if refers(self) or ((self.old, self.new) == (None, None) and self.index is not None):
            return NatAttributes(parms=parms_of(NatParms, self, PASS), times=self.times)
        needs(self, "old", "new", what="nat")
        try:
            network = ip_network(self.old or "")
        except ValueError:
            raise EncodeError(f"{self.old!r} is no address or prefix of IPv4", "old") from None
        if not isinstance(network, IPv4Network):
            raise EncodeError("the kernel replaces addresses of IPv4 alone", "old")
        flags = NatFlag.EGRESS if self.egress else NatFlag(0)
        parms = parms_of(
            NatParms,
            self,
            PASS,
            old=str(network.network_address),
            new=self.new,
            mask=str(network.netmask),
            flags=flags,
        )
        return NatAttributes(parms=parms, times=self.times)


def _text(network: Any) -> str:
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)
