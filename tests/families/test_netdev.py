"""What drivers say of their devices: on the real kernel as far as its virtual devices have it, the rest as bytes."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

import netlynx
from netlynx import netdev, route
from netlynx.codec._codec import decode, encode
from netlynx.kernel import VirtualKernel
from netlynx.netdev import (
    Binding,
    Lease,
    Napi,
    Netdev,
    PagePool,
    PagePoolInfo,
    PagePoolStatistics,
    Queue,
    QueueId,
    QueueType,
    Statistics,
    StatisticsScope,
    Threaded,
    XdpFeatures,
)
from netlynx.schema import replace_fields
from netlynx.schema.compile import plan_of
from support import PATIENCE


@pytest.mark.every_kernel
def test_devices_are_told_of_and_announced(nl: netlynx.Connection) -> None:
    with nl.subscribe(netdev.DEVICES) as events:
        nl.do(route.add(route.Link(name="v0", kind="veth")))
        index = nl.do(route.link(name="v0")).index
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.kind == "added"
    found = nl.do(netdev.device(index=index))
    assert found in nl.dump(netdev.devices()).all()
    assert found.index == index
    assert found.xdp_features is not None
    assert XdpFeatures.BASIC in found.xdp_features
    with pytest.raises(netlynx.NotFound):
        nl.do(netdev.device(index=9999))


@pytest.mark.every_kernel
def test_queues_of_an_interface_are_listed_and_found(nl: netlynx.Connection) -> None:
    nl.do(route.up(1))
    listed = nl.dump(netdev.queues(index=1)).all()
    assert {queue.type for queue in listed} == {QueueType.RX, QueueType.TX}
    assert nl.do(netdev.queue(index=1, type="rx", id=0)) == next(q for q in listed if q.type == QueueType.RX)
    assert nl.dump(netdev.napis(index=1)).all() == []


@pytest.mark.every_kernel
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_same_asynchronously(
    backend: str, nl: netlynx.Connection, namespace: netlynx.netns.NetworkNamespace
) -> None:
    async def read() -> None:
        async with netlynx.aconnect(netns=namespace) as anl:
            assert await anl.dump(netdev.devices()).all() == nl.dump(netdev.devices()).all()
            assert await anl.dump(netdev.queues()).all() == nl.dump(netdev.queues()).all()

    nl.do(route.up(1))
    anyio.run(read, backend=backend)


@pytest.mark.every_kernel
def test_a_device_without_statistics_of_its_own_has_none(nl: netlynx.Connection) -> None:
    assert nl.dump(netdev.statistics(index=None, scope=StatisticsScope.QUEUE)).all() == []


@pytest.mark.every_kernel
def test_the_kernel_names_what_a_request_lacks(nl: netlynx.Connection) -> None:
    for operation, lacking in (
        (netdev.device(), "DeviceKey.index"),
        (netdev.queue(index=1, type="rx"), "QueueKey.id"),  # type: ignore[arg-type]  # names will do
        (netdev.page_pool(), "PagePoolKey.id"),
    ):
        with pytest.raises(netlynx.NetlinkError) as caught:
            nl.do(operation)
        assert caught.value.missing == lacking


@pytest.mark.parametrize(
    "record",
    [
        PagePool(
            id=7, index=2, napi_id=513, inflight=12, inflight_memory=1 << 40, io_uring=netdev.IoUring(buffer_size=4096)
        ),
        PagePoolStatistics(info=PagePoolInfo(id=7, index=2), alloc_fast=1 << 33, recycle_released_refcnt=3),
        Queue(id=0, index=2, type=QueueType.TX, napi_id=513, xsk=netdev.XskInfo()),
        Queue(id=1, index=9, type=QueueType.RX, lease=Lease(index=2, queue=QueueId(id=4, type=QueueType.RX), nsid=0)),
        Napi(index=2, id=513, irq=44, gro_flush_timeout=20_000, threaded=Threaded.BUSY_POLL),
        Statistics(index=2, queue_type=QueueType.RX, queue_id=0, rx_packets=1 << 35, tx_wake=1),
        Binding(id=1),
    ],
    ids=lambda record: type(record).__name__,
)
def test_records_come_back_from_their_bytes(record: netlynx.Record) -> None:
    plan = plan_of(type(record))
    data = encode(plan, record)
    assert decode(plan, data, 0, len(data)) == record


def test_a_virtual_driver_is_asked_as_a_real_one() -> None:
    kernel = VirtualKernel()
    settings: list[Threaded] = []
    family = kernel.family(Netdev)

    @family.handles(Netdev.list_queues)
    def queues(request: Any) -> list[Queue]:
        return [Queue(id=0, index=2, type=QueueType.RX, napi_id=513)]

    @family.handles(Netdev.set_napi)
    def set_napi(request: Any) -> None:
        settings.append(request.record.threaded)

    with netlynx.connect(kernel=kernel) as nl:
        assert [queue.napi_id for queue in nl.dump(netdev.queues(index=2))] == [513]
        assert nl.dump(netdev.queues(index=3)).all() == []  # what does not match is not believed
        nl.do(netdev.set_napi(id=513, threaded="busy-poll"))
        assert settings == [Threaded.BUSY_POLL]


def test_statistics_of_the_pools_of_an_interface_are_those_of_no_other() -> None:
    """Kernels list all pools, whatever is asked."""
    there = [PagePoolStatistics(info=PagePoolInfo(id=number, index=number % 2 + 1)) for number in range(1, 5)]
    with VirtualKernel() as kernel:
        kernel.family(Netdev).handles(Netdev.list_page_pool_statistics)(lambda request: iter(there))
        with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
            for wanted in (PagePoolInfo(index=2), PagePoolInfo(id=3), PagePoolInfo(id=1, index=2)):
                listed = nl.dump(netdev.page_pool_statistics(info=wanted)).all()
                fits = [each for each in there if wanted.id in (None, each.info.id)]  # type: ignore[union-attr]
                assert listed == [each for each in fits if wanted.index in (None, each.info.index)]  # type: ignore[union-attr]
            assert nl.dump(netdev.page_pool_statistics()).all() == there


@pytest.mark.parametrize(
    ("changes", "refused"),
    [({}, ""), ({"threaded": "enabled"}, ""), ({"irq": 8}, "Napi.irq"), ({"index": 3}, "Napi.index")],
)
def test_what_was_read_of_an_instance_can_be_sent_back(changes: dict[str, Any], refused: str) -> None:
    there = Napi(id=513, index=2, irq=7, defer_hard_irqs=1, gro_flush_timeout=20_000)
    asked: list[Any] = []
    with VirtualKernel() as kernel:
        family = kernel.family(Netdev)
        family.handles(Netdev.get_napi)(lambda request: there)
        family.handles(Netdev.set_napi)(lambda request: asked.append(request.record))
        with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
            wanted = replace_fields(nl.do(netdev.napi(id=513)), **changes)
            if refused:
                with pytest.raises(netlynx.EncodeError, match=rf"^{refused}: is only told, and it is"):
                    nl.do(netdev.set_napi(wanted))
                assert asked == []
            else:
                nl.do(netdev.set_napi(wanted))
                threaded = Threaded.ENABLED if changes else None
                assert [(each.id, each.gro_flush_timeout, each.threaded) for each in asked] == [(513, 20_000, threaded)]
