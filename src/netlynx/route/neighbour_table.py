"""Neighbour tables: how ARP and neighbour discovery behave on each interface, and how many entries the tables keep.

Source: linux/neighbour.h, neightbl_fill_info, neightbl_fill_parms, neightbl_set and lookup_neigh_parms in
net/core/neighbour.c; include/net/neighbour.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Dump, make_dump
from netlynx.errors import EncodeError
from netlynx.route.arguments import family_filter
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.verbs import Verbs, register
from netlynx.schema import (
    Constants,
    Layout,
    Record,
    attr,
    between,
    enum,
    head,
    interface,
    member,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import given, is_set, own, settable
from netlynx.wire.constants import NETLINK


class NDTA(Constants):
    """Attributes of a neighbour table."""

    UNSPEC = 0
    NAME = 1
    THRESH1 = 2
    THRESH2 = 3
    THRESH3 = 4
    CONFIG = 5
    PARMS = 6
    STATS = 7
    GC_INTERVAL = 8
    PAD = 9


class NDTPA(Constants):
    """Attributes of the parameters of one interface, or of a table's own, in NDTA_PARMS."""

    UNSPEC = 0
    IFINDEX = 1
    REFCNT = 2
    REACHABLE_TIME = 3
    BASE_REACHABLE_TIME = 4
    RETRANS_TIME = 5
    GC_STALETIME = 6
    DELAY_PROBE_TIME = 7
    QUEUE_LEN = 8
    APP_PROBES = 9
    UCAST_PROBES = 10
    MCAST_PROBES = 11
    ANYCAST_DELAY = 12
    PROXY_DELAY = 13
    PROXY_QLEN = 14
    LOCKTIME = 15
    QUEUE_LENBYTES = 16
    MCAST_REPROBES = 17
    PAD = 18
    INTERVAL_PROBE_TIME_MS = 19


class NeighbourTableMessage(Layout, c="ndtmsg"):
    """The fixed header of a neighbour table's message."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="ndtm_family")
    pad1: int = member(u8, c="ndtm_pad1")
    pad2: int = member(u16, c="ndtm_pad2")


class NeighbourTableConfig(Layout, c="ndt_config"):
    """What a table is made of, in all namespaces; sizes in bytes, times in milliseconds."""

    key_length: int = member(u16, c="ndtc_key_len")  # of an address
    entry_size: int = member(u16, c="ndtc_entry_size")
    entries: int = member(u32, c="ndtc_entries")
    last_flush: int = member(u32, c="ndtc_last_flush")  # how long ago entries were removed for want of room
    last_rand: int = member(u32, c="ndtc_last_rand")  # how long ago `reachable_time` was drawn anew
    hash_random: int = member(u32, c="ndtc_hash_rnd")
    hash_mask: int = member(u32, c="ndtc_hash_mask")
    hash_chain_gc: int = member(u32, c="ndtc_hash_chain_gc")  # 0: not used by the kernel any more
    proxy_queue_length: int = member(u32, c="ndtc_proxy_qlen")  # packets that wait for a proxy's answer now


class NeighbourTableStatistics(Layout, c="ndt_stats"):
    """What a table has counted since the kernel started, in all namespaces."""

    allocations: int = member(u64, c="ndts_allocs")
    destroys: int = member(u64, c="ndts_destroys")
    hash_grows: int = member(u64, c="ndts_hash_grows")
    resolutions_failed: int = member(u64, c="ndts_res_failed")
    lookups: int = member(u64, c="ndts_lookups")
    hits: int = member(u64, c="ndts_hits")
    multicast_probes_received: int = member(u64, c="ndts_rcv_probes_mcast")
    unicast_probes_received: int = member(u64, c="ndts_rcv_probes_ucast")
    periodic_gc_runs: int = member(u64, c="ndts_periodic_gc_runs")
    forced_gc_runs: int = member(u64, c="ndts_forced_gc_runs")
    table_fulls: int = member(u64, c="ndts_table_fulls")  # how often there was no room


class NeighbourTable(Record, header=NeighbourTableMessage):
    """A neighbour table, or its parameters on one interface (`ndtmsg` + `NDTA_*` + `NDTPA_*`).

    The kernel tells each table once, ``arp_cache`` for IPv4 and ``ndisc_cache`` for IPv6, with `index` None: its
    thresholds, what it counted, and the parameters that new interfaces begin with. Then each interface, with `index`
    and its own parameters alone. (In the namespace that the host began with there is one more, of `index` 0: a device
    of the kernel's own that drops what is sent.)

    Times are in milliseconds. The kernel keeps them in clock ticks, of which it has CONFIG_HZ a second, and tells what
    those amount to: of 1 ms, 4 with 250 ticks a second.

    To change one, give `name`, `index` for the parameters of an interface, and what is to be different. Thresholds,
    `gc_interval` and the parameters of `index` None are one for all namespaces, and are changed in the first one only.

    Source: neightbl_fill_info, neightbl_fill_param_info and neightbl_set in net/core/neighbour.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NDTA, policy="nl_neightbl_policy"),
        Facts(attributes=NDTPA, policy="nl_ntbl_parm_policy"),
    )

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, always=True)
    name: str | None = attr(NDTA.NAME, string, always=True)
    index: takes.Name[int | None] = attr((NDTA.PARMS, NDTPA.IFINDEX), interface, always=True)
    threshold1: int | None = attr(NDTA.THRESH1, u32)  # entries up to which none is removed
    threshold2: int | None = attr(NDTA.THRESH2, u32)  # entries from which on those over 5 s old make room
    threshold3: int | None = attr(NDTA.THRESH3, u32)  # entries at most
    gc_interval: int | None = attr(NDTA.GC_INTERVAL, u64)
    config: takes.Nested[NeighbourTableConfig | None] = attr(NDTA.CONFIG, struct(NeighbourTableConfig), read_only=True)
    statistics: takes.Nested[NeighbourTableStatistics | None] = attr(
        NDTA.STATS, struct(NeighbourTableStatistics), read_only=True
    )
    references: int | None = attr((NDTA.PARMS, NDTPA.REFCNT), u32, read_only=True)
    reachable_time: int | None = attr((NDTA.PARMS, NDTPA.REACHABLE_TIME), u64, read_only=True)  # drawn from the next
    base_reachable_time: int | None = attr((NDTA.PARMS, NDTPA.BASE_REACHABLE_TIME), u64)
    retransmit_time: int | None = attr((NDTA.PARMS, NDTPA.RETRANS_TIME), u64)  # from probe to probe
    gc_stale_time: int | None = attr((NDTA.PARMS, NDTPA.GC_STALETIME), u64)  # unused entries are kept so long
    delay_probe_time: int | None = attr((NDTA.PARMS, NDTPA.DELAY_PROBE_TIME), u64)  # of a stale one in use
    # Of managed entries; the kernel looks at the table's own alone.
    interval_probe_time: int | None = attr((NDTA.PARMS, NDTPA.INTERVAL_PROBE_TIME_MS), between(u64, 1))
    queue_length: int | None = attr((NDTA.PARMS, NDTPA.QUEUE_LEN), u32)  # the next, in full Ethernet frames
    queue_length_bytes: int | None = attr((NDTA.PARMS, NDTPA.QUEUE_LENBYTES), u32)  # packets that wait for one
    app_probes: int | None = attr((NDTA.PARMS, NDTPA.APP_PROBES), u32)  # asked of a daemon in user space
    unicast_probes: int | None = attr((NDTA.PARMS, NDTPA.UCAST_PROBES), u32)
    multicast_probes: int | None = attr((NDTA.PARMS, NDTPA.MCAST_PROBES), u32)
    multicast_reprobes: int | None = attr((NDTA.PARMS, NDTPA.MCAST_REPROBES), u32)  # after the unicast ones
    anycast_delay: int | None = attr((NDTA.PARMS, NDTPA.ANYCAST_DELAY), u64)
    proxy_delay: int | None = attr((NDTA.PARMS, NDTPA.PROXY_DELAY), u64)
    proxy_queue_length: int | None = attr((NDTA.PARMS, NDTPA.PROXY_QLEN), u32)  # in packets
    lock_time: int | None = attr((NDTA.PARMS, NDTPA.LOCKTIME), u64)  # before another answer counts


def neighbour_tables(*, family: AddressFamily | str | None = None) -> Dump[NeighbourTable]:
    """The neighbour tables, or that of one family, each followed by its interfaces; the kernel filters.

    Raises EncodeError and EncodeTypeError for what is no family with such a table.
    """
    wanted = family_filter(family, "route.neighbour_tables(family)", AddressFamily.INET, AddressFamily.INET6)
    request = NeighbourTable(family=wanted or AddressFamily.UNSPEC)
    match: tuple[tuple[str, object], ...] = () if wanted is None else (("family", wanted),)
    return make_dump(
        "route.neighbour_tables",
        NETLINK.ROUTE,
        RTM.GETNEIGHTBL,
        request,
        NeighbourTable,
        RTM.NEWNEIGHTBL,
        match=match,
    )


_WHICH = ("family", "name", "index")
_OF_ALL = ("threshold1", "threshold2", "threshold3", "gc_interval")
_TIMES = (
    "gc_interval",
    "base_reachable_time",
    "retransmit_time",
    "gc_stale_time",
    "delay_probe_time",
    "interval_probe_time",
    "anycast_delay",
    "proxy_delay",
    "lock_time",
)
_QUEUE = ("queue_length", "queue_length_bytes")
_MOST = 0x7FFFFFFF  # the kernel keeps an int
# It multiplies frames by what one takes there, 2 KiB or more, and msecs_to_jiffies cuts what is longer to 32 bits, or
# takes it for "for ever". Whole seconds are whole ticks everywhere, so that no more than this is told.
_LIMITS = {"queue_length": _MOST // 4096, **dict.fromkeys(_TIMES, _MOST // 1000 * 1000)}


def _prepare(record: NeighbourTable, verb: str) -> NeighbourTable:
    index, new = record.index, own(record)
    if record.name is None:
        raise EncodeError("which one? arp_cache is that of IPv4, ndisc_cache that of IPv6", "NeighbourTable.name")
    if index == 0:
        raise EncodeError("the kernel takes it for the table's own parameters: leave it out", "NeighbourTable.index")
    another = was_read(record) and not new.isdisjoint(_WHICH)  # which is to be all that this one is
    record = settable(record, "NeighbourTable", None if another else _WHICH)
    if is_set(record, "queue_length") and is_set(record, "queue_length_bytes"):
        if new.issuperset(("queue_length", "queue_length_bytes")):
            raise EncodeError("beside queue_length_bytes the kernel does not look at it", "NeighbourTable.queue_length")
        record = replace_fields(record, **{_QUEUE["queue_length" in new]: None})  # they say the same
    values = [name for name in given(record) if name not in _WHICH]
    if not values:
        raise EncodeError("it does not say what is to be different", "NeighbourTable")
    for name in values:
        if index is not None and name in _OF_ALL:
            raise EncodeError("a table has one for all interfaces: leave out the index", f"NeighbourTable.{name}")
        value, most = getattr(record, name), _LIMITS.get(name, _MOST)
        if name != "unknown" and value > most:
            raise EncodeError(f"{value} is more than the kernel can keep ({most})", f"NeighbourTable.{name}")
    if record.interval_probe_time == 0:  # which some kernels take, and then probe without a pause
        raise EncodeError("it takes at least a millisecond", "NeighbourTable.interval_probe_time")
    return record


_NO_OTHER = "the kernel makes and removes these tables itself, and their interfaces with the links: change them"

register(
    NeighbourTable,
    Verbs(
        new=RTM.SETNEIGHTBL,
        delete=RTM.SETNEIGHTBL,
        prepare=_prepare,
        without=dict.fromkeys(("add", "append", "replace", "delete"), _NO_OTHER),
        guards={"change": "netlynx.route.neighbour_table_rivals:CHANGED"},
    ),
)
