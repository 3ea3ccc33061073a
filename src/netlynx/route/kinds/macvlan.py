"""Links that share another link's hardware: macvlan, macvtap, ipvlan, ipvtap.

Source: linux/if_link.h, drivers/net/macvlan.c, drivers/net/ipvlan/ipvlan_main.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Enumeration, FlagSet, Record, attr, enum, mac, multi, s32, takes, u16, u32
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields


class IFLA_MACVLAN(Constants):
    """Attributes of a macvlan or macvtap link."""

    UNSPEC = 0
    MODE = 1
    FLAGS = 2
    MACADDR_MODE = 3
    MACADDR = 4
    MACADDR_DATA = 5
    MACADDR_COUNT = 6
    BC_QUEUE_LEN = 7
    BC_QUEUE_LEN_USED = 8
    BC_CUTOFF = 9


class IFLA_IPVLAN(Constants):
    """Attributes of an ipvlan or ipvtap link."""

    UNSPEC = 0
    MODE = 1
    FLAGS = 2


class MacvlanMode(Enumeration, prefix="MACVLAN_MODE_"):
    """Whom a macvlan link may talk to."""

    PRIVATE = 1
    VEPA = 2
    BRIDGE = 4
    PASSTHRU = 8
    SOURCE = 16


class MacvlanFlag(FlagSet, prefix="MACVLAN_FLAG_"):
    """Options of a macvlan link."""

    NOPROMISC = 1
    NODST = 2


class MacvlanCommand(Enumeration, prefix="MACVLAN_MACADDR_"):
    """What a request does to the list of permitted source addresses (mode `source`)."""

    ADD = 0
    DEL = 1
    FLUSH = 2
    SET = 3


class IpvlanMode(Enumeration, prefix="IPVLAN_MODE_"):
    """At which layer an ipvlan link forwards."""

    L2 = 0
    L3 = 1
    L3S = 2


class IpvlanFlag(FlagSet, prefix="IPVLAN_F_"):
    """Whom an ipvlan link may talk to; none of them: all others of the same parent."""

    PRIVATE = 1
    VEPA = 2


class Macvlan(Record):
    """A macvlan or macvtap link. Source: linux/if_link.h, drivers/net/macvlan.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_MACVLAN, policy="macvlan_policy")

    mode: takes.Member[MacvlanMode | None] = attr(IFLA_MACVLAN.MODE, enum(MacvlanMode, u32))
    flags: takes.Flags[MacvlanFlag | None] = attr(IFLA_MACVLAN.FLAGS, enum(MacvlanFlag, u16))
    source_command: takes.Member[MacvlanCommand | None] = attr(  # requests only
        IFLA_MACVLAN.MACADDR_MODE, enum(MacvlanCommand, u32)
    )
    source: str | None = attr(IFLA_MACVLAN.MACADDR, mac(6))  # requests only: the address to add or delete
    source_count: int | None = attr(IFLA_MACVLAN.MACADDR_COUNT, u32, read_only=True)
    sources: takes.Several[str] = attr((IFLA_MACVLAN.MACADDR_DATA, IFLA_MACVLAN.MACADDR), multi(mac(6)))
    broadcast_queue_length: int | None = attr(IFLA_MACVLAN.BC_QUEUE_LEN, u32)  # packets, as asked for
    broadcast_queue_length_used: int | None = attr(IFLA_MACVLAN.BC_QUEUE_LEN_USED, u32, read_only=True)  # of the parent
    broadcast_cutoff: int | None = attr(IFLA_MACVLAN.BC_CUTOFF, s32)  # receivers; -1: none is set

    def __sent__(self) -> Macvlan:
        """The record with what is to be done with sources, without which the kernel would ignore them."""
        command = self.source_command
        if command is None and self.sources:
            return replace_fields(self, source_command=MacvlanCommand.SET)
        if self.source is not None and command not in (MacvlanCommand.ADD, MacvlanCommand.DEL):
            raise EncodeError("say in source_command what to do with it: add or del", "source")
        if self.sources and command is not MacvlanCommand.SET:
            raise EncodeError("these are all that there are to be: leave source_command out", "sources")
        return self

    def __again__(self) -> Macvlan:
        """What makes a link like this one: its sources are set."""
        return replace_fields(self, source_command=MacvlanCommand.SET if self.sources else None)


class Ipvlan(Record):
    """An ipvlan or ipvtap link. Source: linux/if_link.h, drivers/net/ipvlan/ipvlan_main.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_IPVLAN, policy="ipvlan_nl_policy")

    mode: takes.Member[IpvlanMode | None] = attr(IFLA_IPVLAN.MODE, enum(IpvlanMode, u16))
    flags: takes.Flags[IpvlanFlag | None] = attr(IFLA_IPVLAN.FLAGS, enum(IpvlanFlag, u16))
