"""Which networks (VNIs) a VXLAN device takes frames of, where it filters them (`vni_filter`), and what each counts.

Source: linux/if_link.h, vxlan_vnifilter_dump_dev, vxlan_process_vni_filter and vxlan_vni_add_del in
drivers/net/vxlan/vxlan_vnifilter.c, bridge(8).
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from netlynx.engine.operation import Dump, EventKind, Group, make_dump
from netlynx.engine.unfolding import Unfolding
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import index_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.verbs import Verbs, register
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    head,
    interface,
    ip,
    member,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.schema.record import replace_fields
from netlynx.schema.sending import own, settable
from netlynx.wire.constants import NETLINK


class VXLAN_VNIFILTER(Constants):
    """Attributes of a message about the networks of a device."""

    UNSPEC = 0
    ENTRY = 1


class VXLAN_VNIFILTER_ENTRY(Constants):
    """Attributes of a network, or a range of them, in VXLAN_VNIFILTER_ENTRY."""

    UNSPEC = 0
    START = 1
    END = 2
    GROUP = 3
    GROUP6 = 4
    STATS = 5


class VNIFILTER_ENTRY_STATS(Constants):
    """Attributes of what a network counts."""

    UNSPEC = 0
    RX_BYTES = 1
    RX_PKTS = 2
    RX_DROPS = 3
    RX_ERRORS = 4
    TX_BYTES = 5
    TX_PKTS = 6
    TX_DROPS = 7
    TX_ERRORS = 8
    PAD = 9


class TunnelDumpFlags(FlagSet, prefix="TUNNEL_MSG_FLAG_"):
    """What a listing is to have."""

    STATS = 1


class TunnelMessage(Layout, c="tunnel_msg"):
    """The fixed header of a message about the networks of a device."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8))
    flags: takes.Flags[TunnelDumpFlags] = member(enum(TunnelDumpFlags, u8))
    reserved2: int = member(u16)
    index: takes.Name[int] = member(interface, c="ifindex")


_ENTRY = VXLAN_VNIFILTER.ENTRY
_STATS = (_ENTRY, VXLAN_VNIFILTER_ENTRY.STATS)


class VniRequest(Record, header=TunnelMessage):
    """What is asked for when networks are listed."""

    __facts__: ClassVar[NoFacts] = NoFacts("a header alone (vxlan_vnifilter_dump)")

    family: takes.Member[AddressFamily] = head(default=AddressFamily.BRIDGE)
    flags: takes.Flags[TunnelDumpFlags] = head(default=TunnelDumpFlags(0))
    index: takes.Name[int] = head()


class Vni(Record, header=TunnelMessage):
    """A network that a VXLAN device takes frames of, or a range of networks that are alike.

    `index` is the device, made with `collect_metadata` and `vni_filter`. `vni` is the first network, `last` the last of
    a range, else None; `vnis` is all of them. What is to be flooded there goes to `group`, a multicast group or one
    tunnel end, else to the device's own. Counters are told where a listing asks for them.

    ``nl.do(route.replace(Vni(index="vx0", vni=10, last=20)))`` adds networks, or sets their group anew.

    Source: linux/if_link.h, drivers/net/vxlan/vxlan_vnifilter.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=VXLAN_VNIFILTER, policy="vni_filter_policy"),
        Facts(attributes=VXLAN_VNIFILTER_ENTRY, policy="vni_filter_entry_policy"),
        Facts(attributes=VNIFILTER_ENTRY_STATS),
    )

    index: takes.Name[int] = head(always=True)
    vni: int | None = attr((_ENTRY, VXLAN_VNIFILTER_ENTRY.START), u32, always=True)
    last: int | None = attr((_ENTRY, VXLAN_VNIFILTER_ENTRY.END), u32)
    group: takes.Ip[str | None] = attr((_ENTRY, VXLAN_VNIFILTER_ENTRY.GROUP), ip, ip6=VXLAN_VNIFILTER_ENTRY.GROUP6)
    rx_bytes: int | None = attr((*_STATS, VNIFILTER_ENTRY_STATS.RX_BYTES), u64, read_only=True)
    rx_packets: int | None = attr((*_STATS, VNIFILTER_ENTRY_STATS.RX_PKTS), u64, read_only=True)
    rx_drops: int | None = attr((*_STATS, VNIFILTER_ENTRY_STATS.RX_DROPS), u64, read_only=True)
    rx_errors: int | None = attr((*_STATS, VNIFILTER_ENTRY_STATS.RX_ERRORS), u64, read_only=True)
    tx_bytes: int | None = attr((*_STATS, VNIFILTER_ENTRY_STATS.TX_BYTES), u64, read_only=True)
    tx_packets: int | None = attr((*_STATS, VNIFILTER_ENTRY_STATS.TX_PKTS), u64, read_only=True)
    tx_drops: int | None = attr((*_STATS, VNIFILTER_ENTRY_STATS.TX_DROPS), u64, read_only=True)
    tx_errors: int | None = attr((*_STATS, VNIFILTER_ENTRY_STATS.TX_ERRORS), u64, read_only=True)
    family: takes.Member[AddressFamily] = head(default=AddressFamily.BRIDGE, read_only=True)

    @property
    def vnis(self) -> range:
        """All networks that it stands for."""
        first = self.vni or 0
        return range(first, (self.last or first) + 1)


_ROWS = Unfolding((_ENTRY,))

VNIS: Group[Vni] = Group(
    "route.VNIS",
    NETLINK.ROUTE,
    (RTNLGRP.TUNNEL,),
    {RTM.NEWTUNNEL: (EventKind.NEW, Vni), RTM.DELTUNNEL: (EventKind.DELETE, Vni)},
)
"""Networks that VXLAN devices take frames of, one by one. Of one that is added without a group, on a device that has
none either, the kernel says nothing."""


@by_name(index="interface")
def vnis(*, index: int | str | None = None, statistics: bool = False) -> Dump[Vni]:
    """The networks of all VXLAN devices that filter them, or of one; alike ones that follow each other as a range.

    With `statistics` each has its counters, and there are no ranges. Fails (EINVAL) for an interface that
    is no such device. Raises EncodeError and EncodeTypeError for what is no interface.
    """
    request = VniRequest(
        index=0 if index is None else index_of(index, "route.vnis(index)"),
        flags=TunnelDumpFlags.STATS if statistics else TunnelDumpFlags(0),
    )
    match = () if index is None else (("index", index),)
    listing = make_dump("route.vnis", NETLINK.ROUTE, RTM.GETTUNNEL, request, Vni, RTM.NEWTUNNEL, match=match)
    return msgspec.structs.replace(listing, reading=_ROWS)


# -- changes -----------------------------------------------------------------------------------------------------

_VNIS = 0xFFFFFF


def _prepare(record: Vni, verb: str) -> Vni:
    new = own(record)
    record = settable(record, "Vni")
    if record.index == 0:
        raise EncodeError("set the index of the VXLAN device", "Vni.index")
    if record.vni is None or not 1 <= record.vni <= _VNIS:
        raise EncodeError(f"{record.vni} is no network (1 to {_VNIS})", "Vni.vni")
    if record.last is not None and not record.vni < record.last <= _VNIS:
        raise EncodeError(f"{record.last} is no network behind {record.vni} (up to {_VNIS}): leave it out", "Vni.last")
    if verb == "delete":
        if "group" in new:
            raise EncodeError("the kernel does not look at it when it deletes: leave it out", "Vni.group")
        record = replace_fields(record, group=None)
    return record


_ANEW = "the kernel sets the group of a network that is there already anew: use route.replace"

register(
    Vni,
    Verbs(
        new=RTM.NEWTUNNEL,
        delete=RTM.DELTUNNEL,
        prepare=_prepare,
        flags={"replace": 0},
        without=dict.fromkeys(("add", "append", "change"), _ANEW),
        guard="netlynx.route.vni_rivals:VNIS",
        mute=lambda request, verb: "the networks of VXLAN devices",
    ),
)
