"""What drivers say of their devices: XDP features, queues, NAPI instances, page pools, statistics.

    from netlynx import netdev

    for queue in nl.dump(netdev.queues(index=2)):
        print(queue.type, queue.id, queue.napi_id)
    nl.do(netdev.set_napi(id=513, gro_flush_timeout=20_000))

Source: linux/netdev.h, net/core/netdev-genl.c.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, overload

from netlynx.engine.operation import Do, Group, Talk
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError
from netlynx.generic.told import difference
from netlynx.netdev.constants import QueueType, StatisticsScope, Threaded, XdpFeatures, XdpMetadata, XskFeatures
from netlynx.netdev.device import Device
from netlynx.netdev.dmabuf import Binding
from netlynx.netdev.family import Netdev
from netlynx.netdev.napi import Napi, NapiSettings
from netlynx.netdev.page_pool import IoUring, PagePool, PagePoolInfo, PagePoolStatistics
from netlynx.netdev.queue import Lease, Queue, QueueId, XskInfo
from netlynx.netdev.statistics import Statistics
from netlynx.schema import fields_of

__all__ = [
    "DEVICES",
    "PAGE_POOLS",
    "Binding",
    "Device",
    "IoUring",
    "Lease",
    "Napi",
    "Netdev",
    "PagePool",
    "PagePoolInfo",
    "PagePoolStatistics",
    "Queue",
    "QueueId",
    "QueueType",
    "Statistics",
    "StatisticsScope",
    "Threaded",
    "XdpFeatures",
    "XdpMetadata",
    "XskFeatures",
    "XskInfo",
    "bind_receive",
    "bind_transmit",
    "create_queue",
    "device",
    "devices",
    "napi",
    "napis",
    "page_pool",
    "page_pool_statistics",
    "page_pool_statistics_of",
    "page_pools",
    "queue",
    "queues",
    "set_napi",
    "statistics",
]

DEVICES: Group[Device] = Netdev.notifications("mgmt")
"""Devices that come, go, and change what they can do."""

PAGE_POOLS: Group[PagePool] = Netdev.notifications("page-pool")
"""Page pools that come, go and change."""

device = Netdev.get_device  # (index=…): one device
devices = Netdev.list_devices  # all of this namespace
page_pool = Netdev.get_page_pool  # (id=…): one page pool
page_pools = Netdev.list_page_pools  # (index=…): all, or those of one interface
page_pool_statistics = Netdev.list_page_pool_statistics  # of all page pools; takes CONFIG_PAGE_POOL_STATS
queue = Netdev.get_queue  # (index=…, type=…, id=…): one queue
queues = Netdev.list_queues  # (index=…): all, or those of one interface; of interfaces that are up
create_queue = Netdev.create_queue  # (index=…, type=…, lease=…): one that leads to another device's; answers its id
napi = Netdev.get_napi  # (id=…): one instance
napis = Netdev.list_napis  # (index=…): all, or those of one interface
statistics = Netdev.list_statistics  # (index=…, scope=StatisticsScope.QUEUE): of devices, or of each queue
bind_receive = Netdev.bind_receive  # (index=…, fd=…, queues=…): receive into a dmabuf; answers its id
bind_transmit = Netdev.bind_transmit  # (index=…, fd=…): send from a dmabuf; answers its id


@overload
def set_napi(record: Napi, /) -> Talk[None]: ...
@overload
def set_napi(record: NapiSettings, /) -> Do[None]: ...
@overload
def set_napi(
    *,
    id: int,
    defer_hard_irqs: int | None = ...,
    gro_flush_timeout: int | None = ...,
    irq_suspend_timeout: int | None = ...,
    threaded: Threaded | str | int | None = ...,
) -> Do[None]: ...
def set_napi(record: Napi | NapiSettings | None = None, /, **values: Any) -> Do[None] | Talk[None]:
    """Set how one instance polls; what is None stays.

    Of a `Napi` that was read, what is only told (interface, interrupt, thread) is compared with what is there first:
    EncodeError where it differs. Raises EncodeError for a value that a field cannot have, TypeError for a field that
    there is not.
    """
    if not isinstance(record, Napi):
        return Netdev.set_napi(**values) if record is None else Netdev.set_napi(record, **values)
    return by_record("netdev.set_napi", _compared, record) or _compared(record)


def _compared(read: Napi) -> Talk[None]:
    told = [name for name in fields_of(read) if name not in NapiSettings.__declarations__ and name != "unknown"]
    operation = Netdev.set_napi(**{name: getattr(read, name) for name in NapiSettings.__declarations__})
    asking = Netdev.get_napi(id=read.id)

    def steps() -> Generator[Do[Any], Any, None]:
        found = yield asking
        if (name := difference(read, found, told)) is not None:
            raise EncodeError(f"is only told, and it is {getattr(found, name)} now: leave it out", f"Napi.{name}")
        yield operation

    return Talk("netdev.set_napi", steps)


def page_pool_statistics_of(id: int) -> Do[PagePoolStatistics]:
    """The statistics of one page pool. Raises EncodeError."""
    return Netdev.get_page_pool_statistics(info=PagePoolInfo(id=id))
