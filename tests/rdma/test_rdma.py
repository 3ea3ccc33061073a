"""RDMA on a virtual kernel: what each operation sends, what is refused, names, all devices as one listing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import rdma
from netlynx.codec._codec import decode, encode
from netlynx.errors import EncodeError, NotFound
from netlynx.kernel import VirtualKernel
from netlynx.rdma import request as tables
from netlynx.rdma.listing import number
from netlynx.rdma.numbers import RDMA_NL, RDMA_NL_LS_OP
from netlynx.rdma.numbers import RDMA_NLDEV_ATTR as A
from netlynx.rdma.numbers import RDMA_NLDEV_CMD as C
from netlynx.rdma.request import Wanted
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK

DETAILS = [
    rdma.DriverValue(name="sqid", type="u32", value=7),
    rdma.DriverValue(name="flags", hex=True, type="u64", value=1 << 40),
    rdma.DriverValue(name="odp", type="string", value="explicit"),
    rdma.DriverValue(name="less", type="s32", value=-1),
    rdma.DriverValue(name="least", type="s64", value=-(1 << 40)),
]


class Devices(dict[int, rdma.Device]):
    """A virtual kernel with devices, and what it was asked."""

    def __init__(self) -> None:
        super().__init__({0: rdma.Device(index=0, name="rxe0", ports=1), 3: rdma.Device(index=3, name="mlx", ports=2)})
        self.asked: list[Any] = []
        self.kernel = VirtualKernel()
        service = self.kernel.serve(NETLINK.RDMA)

        def heard(record: Any) -> Any:
            self.asked.append(record)
            return record

        @service.dump(number(C.GET), record=Wanted, reply=number(C.GET))
        def devices(request: Any) -> Iterator[Any]:
            yield from self.values()

        @service.do(number(C.GET), record=Wanted, reply=number(C.GET), get=True)
        def device(request: Any) -> Any:
            return self[request.record.device]

        @service.dump(number(C.PORT_GET), record=Wanted, reply=number(C.PORT_GET))
        def links(request: Any) -> Iterator[Any]:
            of = self[request.record.device]
            for port in range(1, (of.ports or 0) + 1):
                yield rdma.Link(index=of.index, name=of.name, port=port, state="ACTIVE")

        @service.dump(number(C.RES_QP_GET), record=Wanted, reply=number(C.RES_QP_GET))
        def pairs(request: Any) -> Iterator[Any]:
            of = self[heard(request.record).device]
            pair = rdma.QueuePair(number=17, type="RC", state="RTS", remote=18, pid=7, details=DETAILS)
            yield tables.QueuePairs(index=of.index, name=of.name, entries=[pair, {"number": 1, "kernel": "ib_core"}])
            yield tables.QueuePairs(index=of.index, name=of.name, entries=[{"number": 99}])

        for command in (C.SET, C.NEWLINK, C.DELLINK, C.NEWDEV, C.DELDEV):
            service.do(number(command), record=rdma.Device)(lambda request: heard(request.record) and None)
        service.do(number(C.SYS_SET), record=rdma.System)(lambda request: heard(request.record) and None)
        service.do(number(C.FRMR_POOLS_SET), record=rdma.FrmrPool)(lambda request: heard(request.record) and None)

        @service.do(number(C.STAT_SET), record=Wanted, reply=number(C.STAT_SET))
        def bound(request: Any) -> Any:
            asked = heard(request.record)
            return rdma.Bound(index=asked.device, port=asked.port, counter=asked.counter or 5, qp=asked.qp)

        @service.do(number(C.STAT_DEL), record=Wanted, reply=number(C.STAT_SET))
        def unbound(request: Any) -> Any:
            return rdma.Bound(counter=heard(request.record).counter)

        @service.do(number(C.STAT_GET_STATUS), record=Wanted, reply=number(C.STAT_GET_STATUS), get=True)
        def countables(request: Any) -> Any:
            each = [{"name": "always", "index": 0}, {"name": "cc", "index": 4, "enabled": False}]
            return rdma.Countables(
                index=request.record.device, port=1, each=[*each, {"name": "dd", "index": 9, "enabled": True}]
            )

        @service.dump(number(C.RES_SRQ_GET_RAW), record=Wanted, reply=number(C.RES_SRQ_GET_RAW))
        def raw(request: Any) -> Iterator[Any]:
            yield tables.RawSharedReceiveQueues(index=0, name="rxe0", entries=[{"data": b"\1\2"}, {"data": b"\3"}])

        @service.dump(number(C.FRMR_POOLS_GET), record=Wanted, reply=number(C.FRMR_POOLS_GET))
        def pools(request: Any) -> Iterator[Any]:
            entries = [rdma.FrmrPool(ats=True, access=7, dma_blocks=64, pinned=2)]
            yield tables.FrmrPools(index=request.record.device, name="x", entries=entries)

        service.do(number(RDMA_NL_LS_OP.SET_TIMEOUT, RDMA_NL.LS), record=rdma.Timeout)(
            lambda request: heard(request.record) and None
        )


@pytest.fixture
def devices() -> Devices:
    return Devices()


@pytest.fixture
def nl(devices: Devices) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=devices.kernel) as connection:
        yield connection


def test_all_devices_are_one_listing(nl: netlynx.Connection, devices: Devices) -> None:
    assert [(each.name, each.port) for each in nl.dump(rdma.links())] == [("rxe0", 1), ("mlx", 1), ("mlx", 2)]
    assert [(each.name, each.number) for each in nl.dump(rdma.queue_pairs())] == [
        *(("rxe0", number) for number in (17, 1, 99)),
        *(("mlx", number) for number in (17, 1, 99)),
    ]
    assert nl.count(rdma.queue_pairs()) == len(nl.table(rdma.queue_pairs())) == 6
    assert [each.name for each in nl.dump(rdma.queue_pairs().where(kernel="ib_core"))] == ["rxe0", "mlx"]
    assert [each.number for each in nl.dump(rdma.queue_pairs().where(index="mlx", type="RC"))] == [17]
    devices.clear()
    assert nl.dump(rdma.links()).all() == nl.dump(rdma.queue_pairs()).all() == nl.dump(rdma.devices()).all() == []


def test_a_name_is_as_good_as_an_index(nl: netlynx.Connection, devices: Devices) -> None:
    assert nl.do(rdma.device("mlx")) == nl.do(rdma.device(3))
    assert nl.dump(rdma.links("mlx")).all() == nl.dump(rdma.links(3)).all()
    nl.dump(rdma.queue_pairs("mlx", port=2, details=True)).all()
    assert devices.asked == [Wanted(device=3, port=2, details=True)]
    for asked in (rdma.device("none"), rdma.change(rdma.Device(name="none", dim=True))):
        with pytest.raises(NotFound, match="no RDMA device is called 'none' here; there are rxe0, mlx"):
            nl.do(asked)
    with pytest.raises(EncodeError, match="'' is no name of an RDMA device"):
        rdma.device("")


def test_names_are_asked_for_anew_once_devices_were_changed(nl: netlynx.Connection, devices: Devices) -> None:
    nl.batch([rdma.change(rdma.Device(index="mlx", dim=True)), rdma.change(rdma.Device(index="rxe0", name="mlx1"))])
    assert [each.index for each in devices.asked] == [3, 0]


def test_a_record_that_was_read_is_changed_and_set(nl: netlynx.Connection, devices: Devices) -> None:
    device = nl.do(rdma.device("mlx"))
    nl.do(rdma.change(device.replace(name="mlx1")))
    nl.do(rdma.change(device.replace(dim=True)))
    assert [(each.index, each.name, each.dim) for each in devices.asked] == [(3, "mlx1", None), (3, None, True)]
    with pytest.raises(EncodeError, match="protocol: the kernel tells this"):
        rdma.change(device.replace(protocol="ib"))


def test_what_drivers_know_stands_in_pairs(nl: netlynx.Connection) -> None:
    pair = nl.dump(rdma.queue_pairs("rxe0")).all()[0]
    assert [str(each) for each in pair.details or ()] == [
        *("sqid=7", "flags=0x10000000000", "odp=explicit", "less=-1", f"least={-(1 << 40)}")
    ]
    payload = encode(plan_of(rdma.QueuePair), pair)
    assert decode(plan_of(rdma.QueuePair), payload) == pair
    cut = rdma.QueuePair(unknown=()).replace(number=1)
    assert cut.details is None


@pytest.mark.parametrize(
    ("operation", "command", "sent"),
    [
        (
            rdma.add(rdma.Device(name="rxe1", driver="rxe", netdev="eth0")),
            C.NEWLINK,
            {A.DEV_NAME: b"rxe1\0", A.LINK_TYPE: b"rxe\0", A.NDEV_NAME: b"eth0\0"},
        ),
        (rdma.change(rdma.Device(index=3, name="x")), C.SET, {A.DEV_INDEX: b"\3\0\0\0", A.DEV_NAME: b"x\0"}),
        (rdma.change(rdma.Device(index=3, dim=False)), C.SET, {A.DEV_INDEX: b"\3\0\0\0", A.DEV_DIM: b"\0"}),
        (rdma.set_system(rdma.System(netns="exclusive")), C.SYS_SET, {A.SYS_NETNS_MODE: b"\0"}),
        (rdma.set_system(rdma.System(privileged_qkey=True)), C.SYS_SET, {A.SYS_PRIVILEGED_QKEY_MODE: b"\1"}),
        (
            rdma.set_frmr_pool(rdma.FrmrPool(index=3, aging=60)),
            C.FRMR_POOLS_SET,
            {A.DEV_INDEX: b"\3\0\0\0", A.FRMR_POOLS_AGING_PERIOD: b"<\0\0\0"},
        ),
        (
            rdma.bind(3, 17),
            C.STAT_SET,
            {
                A.DEV_INDEX: b"\3\0\0\0",
                A.PORT_INDEX: b"\1\0\0\0",
                A.RES_LQPN: b"\x11\0\0\0",
                A.STAT_MODE: b"\2\0\0\0",
                A.STAT_RES: b"\x13\0\0\0",
            },
        ),
    ],
)
def test_what_is_sent(operation: Any, command: int, sent: dict[int, bytes]) -> None:
    """Attributes, of which the kernel's policy takes no longer and no shorter ones."""
    assert operation.message_type == number(command)
    said, payload = {}, operation.payload
    while payload:
        length, kind = int.from_bytes(payload[:2], "little"), int.from_bytes(payload[2:4], "little")
        said[kind], payload = payload[4:length], payload[length + 3 & ~3 :]
    assert said == sent


def test_what_is_done_to_devices(nl: netlynx.Connection, devices: Devices) -> None:
    nl.do(rdma.add(rdma.Device(name="smi0", type="smi", parent="mlx")))
    nl.do(rdma.change(rdma.Device(name="mlx", netns_fd="/proc/self/ns/net")))
    added, moved = devices.asked
    assert (added.index, added.name, added.type, added.parent) == (3, "smi0", rdma.DeviceType.SMI, None)
    assert (moved.index, moved.name) == (3, None)
    assert moved.netns_fd > 0
    devices[5] = rdma.Device(index=5, name="smi0", type="smi", parent="mlx")
    devices.asked.clear()
    for gone in (rdma.Device(name="smi0"), rdma.Device(index="mlx"), devices[0]):
        nl.do(rdma.delete(gone))
    assert [each.index for each in devices.asked] == [5, 3, 0]
    with pytest.raises(NotFound, match="its name is mlx, not other"):
        nl.do(rdma.delete(rdma.Device(index=3, name="other")))


def test_counting(nl: netlynx.Connection, devices: Devices) -> None:
    assert nl.do(rdma.bind("mlx", 17, port=2)).counter == 5
    assert nl.do(rdma.unbind("mlx", 17, 5)).counter == 5
    nl.do(rdma.set_counting(rdma.Counting(index="mlx", port=2, criteria=["type", "pid"])))
    nl.do(rdma.set_counting(rdma.Counting(name="mlx", mode="none")))
    assert [(each.mode, each.criteria) for each in devices.asked[2:]] == [(1, 3), (1, 0)]
    devices.asked.clear()
    nl.do(rdma.set_optional_counters("mlx", ["cc", "dd"]))
    nl.do(rdma.set_optional_counters("mlx", []))
    assert [each.counters for each in devices.asked] == [(4, 9), ()]
    for name, why in (("always", "is counted always; on demand: cc, dd"), ("ee", "is none of what it counts")):
        with pytest.raises(EncodeError, match=why):
            nl.do(rdma.set_optional_counters("mlx", name))


def test_what_hardware_and_newer_kernels_have(nl: netlynx.Connection, devices: Devices) -> None:
    assert [each.data for each in nl.dump(rdma.raw_resources("srq", "rxe0"))] == [b"\1\2", b"\3"]
    pool = nl.dump(rdma.frmr_pools("mlx")).all()[0]
    assert (pool.index, pool.ats, pool.access, pool.dma_blocks, pool.pinned) == (3, True, 7, 64, 2)
    nl.do(rdma.set_frmr_pool(pool.replace(pinned=8)))
    assert devices.asked[0].pinned == 8
    nl.do(rdma.set_service_timeout(2000))
    assert devices.asked[1] == rdma.Timeout(timeout=2000)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: rdma.add(rdma.Device(name="x", driver="rxe")), "netdev: it is needed"),
        (lambda: rdma.add(rdma.Device(name="x", driver="rxe", netdev="e", dim=True)), "dim: the kernel does not look"),
        (lambda: rdma.add(rdma.Device(name="a%d", driver="rxe", netdev="e")), "no % or / in it"),
        (lambda: rdma.add(rdma.Device(name="x" * 64, driver="rxe", netdev="e")), "1 to 63 bytes"),
        (lambda: rdma.add(rdma.Device(name="x", type="smi")), "parent: it is needed"),
        (lambda: rdma.add(rdma.Device(name="x", driver="rxe", netdev="e", ports=1)), "ports: the kernel tells this"),
        (lambda: rdma.change(rdma.Device(index=0)), "say what is to change"),
        (lambda: rdma.change(rdma.Device(index=0, name="x", dim=True)), "does one at a time"),
        (lambda: rdma.change(rdma.Device(dim=True)), "name: it is needed"),
        (lambda: rdma.delete(rdma.Device()), "say which"),
        (lambda: rdma.delete(rdma.Device(index=0, driver="rxe")), "driver: nothing tells this"),
        (lambda: rdma.set_system(rdma.System(netns="shared", privileged_qkey=True)), "sets one at a time"),
        (lambda: rdma.set_system(rdma.System()), "say what is to be set"),
        (lambda: rdma.set_counting(rdma.Counting(index=0, mode="manual")), "bind a queue pair"),
        (lambda: rdma.set_counting(rdma.Counting(index=0, mode="auto")), "say by what"),
        (lambda: rdma.set_counting(rdma.Counting(index=0, mode="none", criteria="pid")), "nothing is bound by them"),
        (lambda: rdma.set_counting(rdma.Counting(mode="none")), "say which device"),
        (lambda: rdma.set_frmr_pool(rdma.FrmrPool(index=0)), "one of pinned and aging"),
        (lambda: rdma.raw_resources("pd"), "is none of qp, cq, mr, srq"),
        (lambda: rdma.raw_resources("cq", port=1), "only queue pairs are of a port"),
        (lambda: rdma.character_device("umad", port=1), "say of which device"),
        (lambda: rdma.set_service_timeout(1), "between 100 and 200000"),
        (lambda: rdma.Device(node_guid="1:2:3"), "is no GUID such as"),
    ],
)
def test_what_the_kernel_would_not_do_is_refused(make: Any, why: str) -> None:
    with pytest.raises(EncodeError, match=why):
        make()
