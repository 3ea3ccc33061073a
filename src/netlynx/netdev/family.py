"""The family ``netdev``: its commands and notifications."""

from __future__ import annotations

from netlynx.generic import Family, do, dump, event
from netlynx.netdev.constants import NETDEV_CMD
from netlynx.netdev.device import Device, DeviceKey
from netlynx.netdev.dmabuf import Binding, ReceiveBinding, TransmitBinding
from netlynx.netdev.napi import Napi, NapiFilter, NapiKey, NapiSettings
from netlynx.netdev.page_pool import (
    PagePool,
    PagePoolFilter,
    PagePoolKey,
    PagePoolStatistics,
    PagePoolStatisticsKey,
)
from netlynx.netdev.queue import Queue, QueueFilter, QueueKey, QueueRequest
from netlynx.netdev.statistics import Statistics, StatisticsFilter


class Netdev(Family, name="netdev", version=1):
    """The family ``netdev``. Source: linux/netdev.h, net/core/netdev-genl.c."""

    get_device = do(NETDEV_CMD.DEV_GET, request=DeviceKey, reply=Device, required=("index",))
    list_devices = dump(NETDEV_CMD.DEV_GET, reply=Device)
    get_page_pool = do(NETDEV_CMD.PAGE_POOL_GET, request=PagePoolKey, reply=PagePool, required=("id",))
    list_page_pools = dump(NETDEV_CMD.PAGE_POOL_GET, request=PagePoolFilter, reply=PagePool, match=("index",))
    get_page_pool_statistics = do(
        NETDEV_CMD.PAGE_POOL_STATS_GET, request=PagePoolStatisticsKey, reply=PagePoolStatistics, required=("info",)
    )
    list_page_pool_statistics = dump(
        NETDEV_CMD.PAGE_POOL_STATS_GET, request=PagePoolStatisticsKey, reply=PagePoolStatistics, match=("info",)
    )
    get_queue = do(NETDEV_CMD.QUEUE_GET, request=QueueKey, reply=Queue, required=("index", "type", "id"))
    list_queues = dump(NETDEV_CMD.QUEUE_GET, request=QueueFilter, reply=Queue, match=("index",))
    create_queue = do(
        NETDEV_CMD.QUEUE_CREATE,
        request=QueueRequest,
        reply=Queue,
        required=("index", "type", "lease"),
        privileged=True,
    )
    get_napi = do(NETDEV_CMD.NAPI_GET, request=NapiKey, reply=Napi, required=("id",))
    list_napis = dump(NETDEV_CMD.NAPI_GET, request=NapiFilter, reply=Napi, match=("index",))
    set_napi = do(NETDEV_CMD.NAPI_SET, request=NapiSettings, required=("id",), privileged=True)
    list_statistics = dump(NETDEV_CMD.QSTATS_GET, request=StatisticsFilter, reply=Statistics, match=("index",))
    bind_receive = do(
        NETDEV_CMD.BIND_RX,
        request=ReceiveBinding,
        reply=Binding,
        required=("index", "fd", "queues"),
        privileged="namespace",
    )
    bind_transmit = do(NETDEV_CMD.BIND_TX, request=TransmitBinding, reply=Binding, required=("index", "fd"))

    added = event(NETDEV_CMD.DEV_ADD_NTF, Device, group="mgmt")
    deleted = event(NETDEV_CMD.DEV_DEL_NTF, Device, group="mgmt")
    changed = event(NETDEV_CMD.DEV_CHANGE_NTF, Device, group="mgmt")
    page_pool_added = event(NETDEV_CMD.PAGE_POOL_ADD_NTF, PagePool, group="page-pool")
    page_pool_deleted = event(NETDEV_CMD.PAGE_POOL_DEL_NTF, PagePool, group="page-pool")
    page_pool_changed = event(NETDEV_CMD.PAGE_POOL_CHANGE_NTF, PagePool, group="page-pool")
