"""Page pools: where drivers take the memory for received packets from."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.netdev.constants import NETDEV_A_IO_URING_PROVIDER_INFO, NETDEV_A_PAGE_POOL, NETDEV_A_PAGE_POOL_STATS
from netlynx.schema import Record, attr, interface, nest, takes, u32, uint
from netlynx.schema.facts import Facts

_POOL, _STATS = NETDEV_A_PAGE_POOL, NETDEV_A_PAGE_POOL_STATS
_TOLD = {"NETDEV_A_PAGE_POOL_*": "what is told of it, not what it is found by: PagePool"}


class IoUring(Record):
    """Memory that io_uring provides."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=NETDEV_A_IO_URING_PROVIDER_INFO, spec=("netdev", "io-uring-provider-info")
    )

    buffer_size: int | None = attr(NETDEV_A_IO_URING_PROVIDER_INFO.RX_BUF_LEN, uint)  # bytes


class PagePoolKey(Record, header=GenericHeader):
    """Which page pool."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_POOL, policy="netdev_page_pool_get_do_nl_policy", spec=("netdev", "page-pool")
    )
    __omitted__: ClassVar[dict[str, str]] = _TOLD

    id: int | None = attr(_POOL.ID, uint)


class PagePoolFilter(Record, header=GenericHeader):
    """Whose page pools."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_POOL, policy="netdev_page_pool_get_dump_nl_policy", spec=("netdev", "page-pool")
    )
    __omitted__: ClassVar[dict[str, str]] = _TOLD

    index: takes.Name[int | None] = attr(_POOL.IFINDEX, interface)


class PagePool(Record, header=GenericHeader):
    """One page pool."""

    __facts__: ClassVar[Facts] = Facts(attributes=_POOL, spec=("netdev", "page-pool"))

    id: int | None = attr(_POOL.ID, uint)
    index: takes.Name[int | None] = attr(_POOL.IFINDEX, interface)  # None: it is gone, memory is still out
    napi_id: int | None = attr(_POOL.NAPI_ID, uint)
    inflight: int | None = attr(_POOL.INFLIGHT, uint)  # pages that were taken and not given back
    inflight_memory: int | None = attr(_POOL.INFLIGHT_MEM, uint)  # bytes of them
    detached_at: int | None = attr(_POOL.DETACH_TIME, uint)  # seconds, CLOCK_BOOTTIME; None while a driver uses it
    dmabuf: int | None = attr(_POOL.DMABUF, u32)
    io_uring: takes.Nested[IoUring | None] = attr(_POOL.IO_URING, nest(IoUring))


class PagePoolInfo(Record):
    """Which page pool, inside statistics and requests for them."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_POOL, policy="netdev_page_pool_info_nl_policy", spec=("netdev", "page-pool-info")
    )
    __omitted__: ClassVar[dict[str, str]] = _TOLD

    id: int | None = attr(_POOL.ID, uint)
    index: takes.Name[int | None] = attr(_POOL.IFINDEX, interface)


class PagePoolStatisticsKey(Record, header=GenericHeader):
    """Whose statistics."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_STATS,
        policy=("netdev_page_pool_stats_get_do_nl_policy", "netdev_page_pool_stats_get_dump_nl_policy"),
        spec=("netdev", "page-pool-stats"),
    )
    __omitted__: ClassVar[dict[str, str]] = {"NETDEV_A_PAGE_POOL_STATS_*": "what is counted: PagePoolStatistics"}

    info: takes.Nested[PagePoolInfo | None] = attr(_STATS.INFO, nest(PagePoolInfo))


class PagePoolStatistics(Record, header=GenericHeader):
    """How often memory was taken and given back, and from and to where."""

    __facts__: ClassVar[Facts] = Facts(attributes=_STATS, spec=("netdev", "page-pool-stats"))

    info: takes.Nested[PagePoolInfo | None] = attr(_STATS.INFO, nest(PagePoolInfo))
    alloc_fast: int | None = attr(_STATS.ALLOC_FAST, uint)
    alloc_slow: int | None = attr(_STATS.ALLOC_SLOW, uint)
    alloc_slow_high_order: int | None = attr(_STATS.ALLOC_SLOW_HIGH_ORDER, uint)
    alloc_empty: int | None = attr(_STATS.ALLOC_EMPTY, uint)
    alloc_refill: int | None = attr(_STATS.ALLOC_REFILL, uint)
    alloc_waive: int | None = attr(_STATS.ALLOC_WAIVE, uint)
    recycle_cached: int | None = attr(_STATS.RECYCLE_CACHED, uint)
    recycle_cache_full: int | None = attr(_STATS.RECYCLE_CACHE_FULL, uint)
    recycle_ring: int | None = attr(_STATS.RECYCLE_RING, uint)
    recycle_ring_full: int | None = attr(_STATS.RECYCLE_RING_FULL, uint)
    recycle_released_refcnt: int | None = attr(_STATS.RECYCLE_RELEASED_REFCNT, uint)
