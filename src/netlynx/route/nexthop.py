"""Nexthop objects, which routes and forwarding entries refer to by ID: single ones and groups.

Source: linux/nexthop.h, net/ipv4/nexthop.c.
"""

from __future__ import annotations

import struct as _struct
from operator import attrgetter
from typing import Any, ClassVar

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, Event, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.arguments import family_filter, index_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily, Scope
from netlynx.route.encap import Encap, EncapType, encap
from netlynx.route.route_names import NextHopFlags, RouteProtocol
from netlynx.route.unsaid import by_links, fence
from netlynx.route.verbs import Verbs, heard, register
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    be16,
    enum,
    flag,
    head,
    hook,
    interface,
    ip,
    member,
    multi,
    nest,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
    uint,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.wire.constants import NETLINK, NLM_F


class NHA(Constants):
    """Attributes of a nexthop message."""

    UNSPEC = 0
    ID = 1
    GROUP = 2
    GROUP_TYPE = 3
    BLACKHOLE = 4
    OIF = 5
    GATEWAY = 6
    ENCAP_TYPE = 7
    ENCAP = 8
    GROUPS = 9
    MASTER = 10
    FDB = 11
    RES_GROUP = 12
    RES_BUCKET = 13
    OP_FLAGS = 14
    GROUP_STATS = 15
    HW_STATS_ENABLE = 16
    HW_STATS_USED = 17
    DST_PORT = 18


class NHA_RES_GROUP(Constants):
    """Attributes of a resilient group."""

    UNSPEC = 0
    BUCKETS = 1
    IDLE_TIMER = 2
    UNBALANCED_TIMER = 3
    UNBALANCED_TIME = 4


class NHA_RES_BUCKET(Constants):
    """Attributes of one bucket of a resilient group."""

    UNSPEC = 0
    INDEX = 1
    IDLE_TIME = 2
    NH_ID = 3


class NHA_GROUP_STATS(Constants):
    """The nest around the statistics of a group's members."""

    UNSPEC = 0
    ENTRY = 1


class NHA_GROUP_STATS_ENTRY(Constants):
    """Attributes of the statistics of one member."""

    UNSPEC = 0
    ID = 1
    PACKETS = 2
    PACKETS_HW = 3


class NextHopGroupType(Enumeration, prefix="NEXTHOP_GRP_TYPE_", renamed={"RESILIENT": "NEXTHOP_GRP_TYPE_RES"}):
    """How a group chooses among its members: by hash over the weights, or by a table that keeps flows in place."""

    MPATH = 0
    RESILIENT = 1


class NextHopOptions(FlagSet, prefix="NHA_OP_FLAG_"):
    """What to answer besides: counters of the software path and of the hardware."""

    DUMP_STATS = 0x01
    DUMP_HW_STATS = 0x02
    RESP_GRP_RESVD_0 = 0x8000_0000  # answer: reserved bytes of the group's members are 0


class NextHopObjectMessage(Layout, c="nhmsg"):
    """The fixed header of a nexthop message."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="nh_family")
    scope: takes.Member[Scope] = member(enum(Scope, u8), c="nh_scope")
    protocol: takes.Member[RouteProtocol] = member(enum(RouteProtocol, u8), c="nh_protocol")
    reserved: int = member(u8, c="resvd")
    flags: takes.Flags[NextHopFlags] = member(enum(NextHopFlags, u32), c="nh_flags")


class NextHopMember(Layout):
    """One member of a group: the ID of a single nexthop and its weight, 1 to 65536 (over 256 from Linux 6.12 on)."""

    __facts__: ClassVar[NoFacts] = NoFacts(
        "struct nexthop_grp, with the two bytes of the weight less one as a plain weight"
    )

    id: int = member(u32)
    weight: int = member(u32, default=1)


_MEMBER = _struct.Struct("=IBBxx")  # struct nexthop_grp: id, low and high byte of the weight less one


def _read_members(payload: bytes) -> tuple[NextHopMember, ...]:
    if len(payload) % _MEMBER.size:
        raise ValueError(f"{len(payload)} bytes are no multiple of {_MEMBER.size}")
    return tuple(NextHopMember(id=id_, weight=low + (high << 8) + 1) for id_, low, high in _MEMBER.iter_unpack(payload))


def _write_members(members: object) -> bytes:
    if not isinstance(members, (tuple, list)):
        raise EncodeTypeError(f"expected members of a group, not {members!r}")
    payload = b""
    for i, each in enumerate(members):
        if not isinstance(each, NextHopMember):
            raise EncodeTypeError(f"expected NextHopMember, not {each!r}", f"[{i}]")
        if not 0 < each.id < 1 << 32:
            raise EncodeError(f"{each.id} is no ID of a nexthop (1 to 4294967295)", f"[{i}].id")
        if not 1 <= each.weight <= 65536:
            raise EncodeError(f"{each.weight} is no weight (1 to 65536)", f"[{i}].weight")
        payload += _MEMBER.pack(each.id, (each.weight - 1) & 255, (each.weight - 1) >> 8)
    return payload


_members = hook(_read_members, _write_members, array(struct(NextHopMember)), pure=True)


class ResilientGroup(Record):
    """How a resilient group moves flows (`NHA_RES_GROUP_*`); times in clock ticks, hundredths of a second.

    Source: linux/nexthop.h, Documentation/networking/nexthop-group-resilient.rst.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NHA_RES_GROUP, policy="rtm_nh_res_policy_new")

    buckets: int | None = attr(NHA_RES_GROUP.BUCKETS, u16)
    idle_timer: int | None = attr(NHA_RES_GROUP.IDLE_TIMER, u32)  # a bucket unused for so long may move
    unbalanced_timer: int | None = attr(NHA_RES_GROUP.UNBALANCED_TIMER, u32)  # then busy ones move too; 0: never
    unbalanced_time: int | None = attr(NHA_RES_GROUP.UNBALANCED_TIME, u64, read_only=True)  # how long it is so already


class NextHopBucket(Record):
    """One bucket of a resilient group (`NHA_RES_BUCKET_*`). Source: linux/nexthop.h."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=NHA_RES_BUCKET, policy=("rtm_nh_res_bucket_policy_dump", "rtm_nh_res_bucket_policy_get")
    )

    index: int | None = attr(NHA_RES_BUCKET.INDEX, u16)
    nexthop_id: int | None = attr(NHA_RES_BUCKET.NH_ID, u32)  # where it leads
    idle_time: int | None = attr(NHA_RES_BUCKET.IDLE_TIME, u64)  # clock ticks, hundredths of a second


class NextHopStats(Record):
    """Packets that went to one member of a group (`NHA_GROUP_STATS_ENTRY_*`). Source: linux/nexthop.h."""

    __facts__: ClassVar[Facts] = Facts(attributes=NHA_GROUP_STATS_ENTRY)

    id: int | None = attr(NHA_GROUP_STATS_ENTRY.ID, u32)
    packets: int | None = attr(NHA_GROUP_STATS_ENTRY.PACKETS, uint)  # those of the hardware included
    hardware_packets: int | None = attr(NHA_GROUP_STATS_ENTRY.PACKETS_HW, uint)


class NextHopObject(Record, header=NextHopObjectMessage):
    """One nexthop object (`nhmsg` + `NHA_*`): a single next hop, a blackhole, or a group of single ones.

    To add a single one, `oif` and as a rule `gateway` are enough; ``blackhole=True`` with a `family` (IPv4 unless
    given) swallows packets, and `fdb` with a `gateway` is a tunnel end for VXLAN entries. A group has `group` and
    nothing of these. Without `id` the kernel chooses one; without `protocol` it is static. To delete one, its `id`
    is enough; what a record says besides has to be so, or nothing is deleted. The interface must be up.

    Source: linux/nexthop.h, nh_fill_node in net/ipv4/nexthop.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(
            attributes=NHA,
            policy=(
                "rtm_nh_policy_new",
                "rtm_nh_policy_get",
                "rtm_nh_policy_dump",
                "rtm_nh_policy_dump_bucket",
                "rtm_nh_policy_get_bucket",
            ),
        ),
        Facts(attributes=NHA_GROUP_STATS),
    )

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)  # unspec for a group
    scope: takes.Member[Scope] = head(default=Scope.GLOBAL, read_only=True)
    protocol: takes.Member[RouteProtocol | None] = head(default=None, always=True)  # who made it
    flags: takes.Flags[NextHopFlags] = head(default=NextHopFlags(0))  # ONLINK is the only one to set
    id: int | None = attr(NHA.ID, u32, always=True)
    fdb: bool = attr(NHA.FDB, flag)  # for forwarding entries, not for routes
    group_type: takes.Member[NextHopGroupType | None] = attr(NHA.GROUP_TYPE, enum(NextHopGroupType, u16))
    group: tuple[NextHopMember, ...] | None = attr(NHA.GROUP, _members)
    resilient: takes.Nested[ResilientGroup | None] = attr(NHA.RES_GROUP, nest(ResilientGroup))
    bucket: takes.Nested[NextHopBucket | None] = attr(NHA.RES_BUCKET, nest(NextHopBucket))  # from `nexthop_buckets`
    blackhole: bool = attr(NHA.BLACKHOLE, flag)
    destination_port: int | None = attr(NHA.DST_PORT, be16)  # UDP port of the tunnel end, with `fdb`
    oif: takes.Name[int | None] = attr(NHA.OIF, interface)  # interface index
    gateway: takes.Ip[str | None] = attr(NHA.GATEWAY, ip)
    encap: takes.Nested[Encap | None] = attr(NHA.ENCAP, encap)
    encap_type: takes.Member[EncapType | None] = attr(NHA.ENCAP_TYPE, enum(EncapType, u16))
    hardware_stats_enabled: bool | None = attr(NHA.HW_STATS_ENABLE, enum(bool, u32))
    hardware_stats_used: bool | None = attr(NHA.HW_STATS_USED, enum(bool, u32), read_only=True)
    group_stats: takes.Records[NextHopStats] = attr(
        (NHA.GROUP_STATS, NHA_GROUP_STATS.ENTRY), multi(nest(NextHopStats)), read_only=True
    )
    options: takes.Flags[NextHopOptions | None] = attr(NHA.OP_FLAGS, enum(NextHopOptions, u32))
    groups: bool = attr(NHA.GROUPS, flag)  # request: groups only
    master: takes.Name[int | None] = attr(NHA.MASTER, interface)  # request: those on ports of this interface only


NEXTHOPS: Group[NextHopObject] = Group(
    "route.NEXTHOPS",
    NETLINK.ROUTE,
    (RTNLGRP.NEXTHOP,),
    {
        RTM.NEWNEXTHOP: (EventKind.NEW, NextHopObject),
        RTM.DELNEXTHOP: (EventKind.DELETE, NextHopObject),
        RTM.NEWNEXTHOPBUCKET: (EventKind.NEW, NextHopObject),
    },
)
"""Nexthop objects that come, change and go, and buckets that move (those have `bucket`)."""


def _is_told(listing: Dump[NextHopObject], record: NextHopObject) -> bool | None:
    asked: Any = listing.request
    if record.bucket is not None or (asked.groups and record.group is None):
        return False
    return None if asked.master is not None else True


def _removed(event: Event[NextHopObject]) -> bool:
    return event.kind == EventKind.DELETE  # its groups lose a member


_MIRRORED = Mirrored(
    NEXTHOPS,
    key=attrgetter("id"),
    lookups={("id",): None, ("oif",): None, ("gateway",): None},
    belongs=_is_told,
    volatile=("resilient.unbalanced_time", "hardware_stats_used", "group_stats", "options"),
    doubtful=_removed,
    causes=by_links,
    fence=fence,
)


@by_name(oif="interface", master="interface")
def nexthops(
    *,
    family: AddressFamily | str | None = None,
    oif: int | str | None = None,
    master: int | str | None = None,
    groups: bool = False,
    fdb: bool = False,
    stats: bool = False,
) -> Dump[NextHopObject]:
    """All nexthop objects, or those that the filters select; the kernel filters.

    By family or interface (these leave groups out), by the bridge or VRF of the interface, `groups` only, or those
    for forwarding entries (`fdb`) only: the kernel takes this last filter but lists all, so that the others are dropped
    on arrival. `stats` asks for the packets of groups (from Linux 6.9 on).

    Raises EncodeError and EncodeTypeError for values that are no family or index, and for filters that no object fits.
    """
    wanted = family_filter(family, "route.nexthops(family)", AddressFamily.INET, AddressFamily.INET6)
    if groups and (wanted, oif, master) != (None, None, None):
        raise EncodeError("groups have neither family nor interface: nothing can fit", "route.nexthops(groups)")
    request = NextHopObject(
        family=wanted or AddressFamily.UNSPEC,
        oif=None if oif is None else index_of(oif, "route.nexthops(oif)"),
        master=None if master is None else index_of(master, "route.nexthops(master)"),
        groups=groups,
        fdb=fdb,
        options=NextHopOptions.DUMP_STATS if stats else None,
    )
    match: list[tuple[str, object]] = []
    if wanted is not None:
        match.append(("family", wanted))
    if oif is not None:
        match.append(("oif", oif))
    if fdb:
        match.append(("fdb", True))
    return make_dump(
        "route.nexthops",
        NETLINK.ROUTE,
        RTM.GETNEXTHOP,
        request,
        NextHopObject,
        RTM.NEWNEXTHOP,
        match=tuple(match),
        mirrored=None if stats else _MIRRORED,
    )


def nexthop(id: int, *, stats: bool = False) -> Do[NextHopObject]:
    """The nexthop object with an ID; `NotFound` when there is none. `stats` as for `nexthops`.

    Raises EncodeError and EncodeTypeError for what is no ID.
    """
    request = NextHopObject(id=_id(id, "route.nexthop(id)"), options=NextHopOptions.DUMP_STATS if stats else None)
    return make_do(
        "route.nexthop", NETLINK.ROUTE, RTM.GETNEXTHOP, request, reply=NextHopObject, reply_type=RTM.NEWNEXTHOP
    )


@by_name(oif="interface")
def nexthop_buckets(
    *, id: int | None = None, oif: int | str | None = None, nexthop_id: int | None = None
) -> Dump[NextHopObject]:
    """The buckets of resilient groups, in `NextHopObject.bucket`; the kernel filters.

    Those of the group `id`, those that lead out of an interface, or those that lead to the nexthop `nexthop_id`.

    Raises EncodeError and EncodeTypeError for values that are no ID or index.
    """
    request = NextHopObject(
        id=None if id is None else _id(id, "route.nexthop_buckets(id)"),
        oif=None if oif is None else index_of(oif, "route.nexthop_buckets(oif)"),
        bucket=None
        if nexthop_id is None
        else NextHopBucket(nexthop_id=_id(nexthop_id, "route.nexthop_buckets(nexthop_id)")),
    )
    match: tuple[tuple[str, object], ...] = () if id is None else (("id", id),)
    return make_dump(
        "route.nexthop_buckets",
        NETLINK.ROUTE,
        RTM.GETNEXTHOPBUCKET,
        request,
        NextHopObject,
        RTM.NEWNEXTHOPBUCKET,
        match=match,
    )


def nexthop_bucket(id: int, number: int) -> Do[NextHopObject]:
    """One bucket of the resilient group `id`, by its number, in `NextHopObject.bucket`.

    `NotFound` when there is none. Raises EncodeError and EncodeTypeError for what is no ID and no number.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise EncodeTypeError(
            f"expected a number, not {type(number).__name__} {number!r}", "route.nexthop_bucket(number)"
        )
    if not 0 <= number < 1 << 16:
        raise EncodeError(f"{number} is no number of a bucket (0 to 65535)", "route.nexthop_bucket(number)")
    request = NextHopObject(id=_id(id, "route.nexthop_bucket(id)"), bucket=NextHopBucket(index=number))
    return make_do(
        "route.nexthop_bucket",
        NETLINK.ROUTE,
        RTM.GETNEXTHOPBUCKET,
        request,
        reply=NextHopObject,
        reply_type=RTM.NEWNEXTHOPBUCKET,
    )


def _id(value: int, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise EncodeTypeError(f"expected an ID, not {type(value).__name__} {value!r}", path)
    if not 0 < value < 1 << 32:
        raise EncodeError(f"{value} is no ID of a nexthop (1 to 4294967295)", path)
    return value


register(
    NextHopObject,
    Verbs(
        along=True,  # a group goes with its last member
        new=RTM.NEWNEXTHOP,
        delete=RTM.DELNEXTHOP,
        prepare="netlynx.route.nexthop_requests:prepare",
        flags={"change": NLM_F.REPLACE},
        without={"append": "nexthops have no order to append to: use route.add"},
        guard="netlynx.route.nexthop_rivals:NEXTHOPS",
        mute=heard,
    ),
)
