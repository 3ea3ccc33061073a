"""Open vSwitch: what each verb sends, what it looks at first, what is refused, packets that are asked about."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import EncodeError, Event, ovs
from netlynx.generic.message import packed
from netlynx.kernel import Request, VirtualKernel
from netlynx.ovs import Band, Datapath, Flow, Key, Meter, Packet, Vport, ZoneLimit
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Message
from support import PATIENCE

FLOW = Flow(datapath=3, match="in_port(1),eth()", actions="2")


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


def test_what_is_sent() -> None:
    made: Any = ovs.add(Datapath(name="dp0"))
    assert (made.request.upcall_pid, int(made.request.features), made.flags) == (0, 0, 0)
    assert made.payload[:2] == bytes([1, 2])  # the command, and the version in which features are known
    port: Any = ovs.add(Vport(datapath=3, name="v0", type="netdev"))
    assert port.request.upcall_pids == (0,)
    for operation, flags in ((ovs.add(FLOW), NLM_F.CREATE), (ovs.replace(FLOW), 0)):
        sent: Any = operation
        assert (sent.request, sent.flags) == (FLOW, flags)
    told: Any = ovs.add(FLOW, echo=True)
    assert (told.reply, told.flags) == (Flow, NLM_F.CREATE | NLM_F.ECHO)
    meter: Any = ovs.set_meter(Meter(datapath=3, id=5, bands=[{"rate": 10}]))
    assert meter.request.bands == (Band(type="drop", rate=10, burst=10),)
    key: Any = ovs.delete(Flow(datapath=3, key="in_port(1),eth()"))
    assert key.request == Flow(datapath=3, key="in_port(1),eth()")
    ufid: Any = ovs.change(Flow(datapath=3, ufid=b"12", clear=True))
    assert ufid.request == Flow(datapath=3, ufid=b"12", clear=True)
    execute: Any = ovs.execute(Packet(datapath=3, packet=bytes(14), actions="2"))
    assert execute.request.key == Key()


@pytest.fixture
def stand_in(kernel: VirtualKernel) -> dict[str, list[Any]]:
    """A kernel with a datapath, a port, a flow and a meter, and what was asked of it that changes something."""
    asked: dict[str, list[Any]] = {}
    datapath = Datapath(index=3, name="dp0", features="vport_pids", masks_cache_size=256)
    port = Vport(datapath=3, number=1, name="v0", type="netdev", upcall_pids=[0], index=7)
    flow = FLOW.replace(statistics={"packets": 5, "bytes": 500}, used=17)
    listed = {ovs.OvsDatapath: datapath, ovs.OvsVport: port, ovs.OvsFlow: flow}
    for family, record in listed.items():
        service = kernel.family(family)
        service.handles(family.get)(lambda request, record=record: record)
        service.handles(family.list)(lambda request, record=record: iter([record]))
        for name in ("add", "change", "delete"):
            into = asked.setdefault(f"{name} {type(record).__name__}", [])
            service.handles(getattr(family, name))(lambda request, into=into: into.append(request.record))
    meters = kernel.family(ovs.OvsMeter)
    meters.handles(ovs.OvsMeter.delete)(
        lambda request: request.record.replace(id=request.record.id if request.record.id == 5 else None)
    )
    limits = kernel.family(ovs.OvsCtLimit)
    for name in ("set", "delete"):
        into = asked.setdefault(f"{name} limits", [])

        def keep(request: Request, into: list[Any] = into) -> ovs.CtLimits:
            into.append(request.record.zones)
            return ovs.CtLimits()

        limits.handles(getattr(ovs.OvsCtLimit, name))(keep)
    return asked


def test_what_was_read_is_looked_at_before_it_goes(kernel: VirtualKernel, stand_in: dict[str, list[Any]]) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        (datapath,) = nl.dump(ovs.datapaths())
        (port,) = nl.dump(ovs.vports(3))
        (flow,) = nl.dump(ovs.flows(3))
        for record in (datapath, port, flow):
            nl.do(ovs.delete(record))
        for wrong in (
            datapath.replace(masks_cache_size=0),
            port.replace(number=2),
            flow.replace(actions="3"),
            Vport(datapath=3, name="v0", type="internal"),
        ):
            with pytest.raises(netlynx.NotFound, match=r"has another (masks_cache_size|number|actions|type) by now"):
                nl.do(ovs.delete(wrong))
    assert stand_in["delete Datapath"] == [Datapath(name="dp0")]
    assert stand_in["delete Vport"] == [Vport(datapath=3, name="v0")]
    assert stand_in["delete Flow"] == [Flow(datapath=3, key="in_port(1),eth()")]


def test_what_is_not_said_stays_as_it_is(kernel: VirtualKernel, stand_in: dict[str, list[Any]]) -> None:
    """The kernel takes away the features that a request leaves out."""
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(ovs.change(Datapath(name="dp0", masks_cache_size=0)))
        nl.do(ovs.change(Datapath(index=3, features="unaligned")))
        with pytest.raises(EncodeError, match=r"Datapath.per_cpu_pids: they take the feature dispatch_upcall_per_cpu"):
            nl.do(ovs.change(Datapath(name="dp0", per_cpu_pids=[5])))
        (datapath,) = nl.dump(ovs.datapaths())
        nl.do(ovs.change(datapath.replace(features=["dispatch_upcall_per_cpu"], per_cpu_pids=[5, 6])))
        (port,) = nl.dump(ovs.vports(3))
        nl.do(ovs.change(port.replace(upcall_pids=[9])))
        nl.do(ovs.change(FLOW.replace(actions="drop")))
    assert stand_in["change Datapath"] == [
        Datapath(name="dp0", masks_cache_size=0, features="vport_pids"),
        Datapath(index=3, features="unaligned"),
        Datapath(name="dp0", features="dispatch_upcall_per_cpu", per_cpu_pids=[5, 6]),
    ]
    assert stand_in["change Vport"] == [Vport(datapath=3, name="v0", upcall_pids=[9])]
    assert stand_in["change Flow"] == [FLOW.replace(actions=())]


def test_flows_are_flushed_at_once_or_as_listed(kernel: VirtualKernel, stand_in: dict[str, list[Any]]) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(ovs.flush(3))
        assert nl.do(ovs.flush(ovs.flows(3).where(key={"in_port": 2}))) == 0
        assert nl.do(ovs.flush(ovs.flows(3).where(key={"in_port": 1}))) == 1
        assert nl.count(ovs.flows(3).where(statistics={"packets": 5})) == 1
    assert stand_in["delete Flow"] == [Flow(datapath=3), Flow(datapath=3, key="in_port(1),eth()")]


def test_a_meter_that_there_is_not_is_not_deleted(kernel: VirtualKernel, stand_in: dict[str, list[Any]]) -> None:
    """The kernel acknowledges that as well, and says nothing in its answer."""
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(ovs.delete(Meter(datapath=3, id=5)))
        with pytest.raises(netlynx.NotFound, match="there is no such meter"):
            nl.do(ovs.delete(Meter(datapath=3, id=6)))


def test_limits_go_together(kernel: VirtualKernel, stand_in: dict[str, list[Any]]) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(ovs.set_ct_limit(ZoneLimit(zone=-1, limit=9), ZoneLimit(zone=5, limit=3)))
        nl.do(ovs.delete_ct_limit(ZoneLimit(zone=5)))
    assert stand_in["set limits"] == [(ZoneLimit(zone=-1, limit=9), ZoneLimit(zone=5, limit=3))]
    assert stand_in["delete limits"] == [(ZoneLimit(zone=5),)]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: ovs.add(Datapath()), "Datapath.name: a datapath has a name"),
        (lambda: ovs.add(Datapath(name="d", index=5)), "Datapath.index: the kernel chooses it: wanted_index"),
        (lambda: ovs.add(Datapath(name="d", masks_cache_size=5)), "0 or a power of 2 up to 4096, not 5"),
        (lambda: ovs.add(Datapath(name="d", per_cpu_pids=[5])), "they take the feature dispatch_upcall_per_cpu"),
        (lambda: ovs.change(Datapath(name="d")), "features, masks_cache_size, per_cpu_pids can be changed"),
        (lambda: ovs.change(Datapath(name="d", upcall_pid=5)), "that of its local port, which is a Vport"),
        (lambda: ovs.delete(Datapath()), "say which datapath"),
        (lambda: ovs.add(Vport(name="v0", type="netdev")), "Vport.datapath: say in which datapath"),
        (lambda: ovs.add(Vport(datapath=3, name="v0")), "Vport.type: say what it is"),
        (lambda: ovs.add(Vport(datapath=3, name="v0", type="netdev", number=0)), "0 is the local port's"),
        (lambda: ovs.add(Vport(datapath=3, name="v0", type="netdev", number=65536)), "65536 is more than there are"),
        (lambda: ovs.add(Vport(datapath=3, name="v0", type="gre", options={"port": 1})), "gre ports have none"),
        (lambda: ovs.add(Vport(datapath=3, name="v0", type="vxlan")), "Vport.options.port: say the UDP port"),
        (
            lambda: ovs.add(Vport(datapath=3, name="g", type="geneve", options={"port": 1, "extensions": {}})),
            "Vport.options.extensions: geneve has none",
        ),
        (lambda: ovs.add(Vport(datapath=3, name="v0", type="netdev", index=5)), "Vport.index: it is for internal"),
        (lambda: ovs.change(Vport(name="v0", type="netdev")), "Vport.type: it cannot be changed"),
        (lambda: ovs.change(Vport(name="v0")), "give the port IDs of the sockets"),
        (lambda: ovs.delete(Vport(datapath=3, number=0)), "the local port goes with its datapath"),
        (lambda: ovs.delete(Vport(number=5)), "say which port: its name, or its datapath and its number"),
        (lambda: ovs.add(Flow(match="eth()", actions="1")), "Flow.datapath: say of which datapath"),
        (lambda: ovs.add(Flow(datapath=3, actions="1")), "Flow.match: say which packets"),
        (lambda: ovs.add(Flow(datapath=3, match="eth()")), "Flow.actions: say what becomes of them"),
        (
            lambda: ovs.add(Flow(datapath=3, key="eth(),eth_type(0x0806)", actions="1")),
            "packets of this protocol have arp",
        ),
        (lambda: ovs.add(FLOW.replace(clear=True)), "Flow.clear: it is for flows that are there"),
        (lambda: ovs.add(FLOW.replace(used=5)), "Flow.used: the kernel tells this and takes no other"),
        (lambda: ovs.add(FLOW.replace(ufid_flags="omit_key")), "give it to ovs.flows"),
        (lambda: ovs.change(Flow(datapath=3, ufid=b"1", actions="1")), "Flow.key: the kernel looks at actions with"),
        (lambda: ovs.change(Flow(datapath=3, ufid=b"1")), "say what is to be different"),
        (lambda: ovs.delete(Flow(datapath=3)), "Flow.key: say which one"),  # to the kernel it means all
        (lambda: ovs.set_meter(Meter(datapath=3, id=5)), "a meter without bands limits nothing"),
        (lambda: ovs.set_meter(Meter(datapath=3, id=5, bands=[{}])), r"Meter.bands\[0\].rate: a band has a rate"),
        (lambda: ovs.set_meter(Meter(datapath=3, bands=[{"rate": 1}])), "Meter.id: say which meter"),
        (lambda: ovs.delete(Meter(datapath=3, id=5, kbps=True)), "the kernel does not tell it"),
        (lambda: ovs.set_ct_limit(ZoneLimit(zone=70000, limit=1)), "zones are 0 to 65535, and -1"),
        (lambda: ovs.set_ct_limit(), "give a limit"),
        (lambda: ovs.set_ct_limit(ZoneLimit(zone=5, limit=1, count=1)), "the kernel counts itself"),
        (lambda: ovs.delete_ct_limit(ZoneLimit(zone=5, limit=1)), "the zone alone counts"),
        (lambda: ovs.execute(Packet(datapath=3, actions="1")), "Packet.packet: give the packet"),
        (lambda: ovs.execute(Packet(datapath=3, packet=bytes(14))), "Packet.actions: say what becomes of it"),
        (lambda: ovs.execute(Packet(datapath=3, packet=b"x", actions="1", data=b"1")), "that the kernel asks about"),
        (lambda: ovs.vport(), "give a name, or a datapath and the number"),
        (lambda: ovs.vport(number=5), "say in which datapath"),
        (lambda: ovs.flush(0), "say of which datapath"),
        (lambda: ovs.replace(Datapath(name="d")), "takes a record"),  # type: ignore[arg-type]  # that is refused
        (lambda: ovs.flush(ovs.datapaths()), "takes a listing of flows"),  # type: ignore[arg-type]  # that is refused
    ],
)
def test_what_the_kernel_would_not_look_at_is_refused(make: Any, why: str) -> None:
    with pytest.raises(EncodeError, match=why):
        make()


@pytest.mark.parametrize(
    ("operation", "number", "words"),
    [
        (ovs.datapath("d"), errno.ENODEV, "There is no such datapath"),
        (ovs.add(FLOW), errno.ENODEV, "There is no such datapath"),
        (ovs.add(FLOW), errno.EEXIST, "ovs.replace gives it other actions"),
        (ovs.delete(Flow(datapath=3, key="eth()")), errno.ENOENT, "No flow of this datapath has this key"),
        (ovs.delete(Flow(datapath=3, ufid=b"1")), errno.ENOENT, "No flow of this datapath has this UFID"),
        (ovs.vport("v0"), errno.ENODEV, "no such port"),
        (ovs.meter(3, 5), errno.ENOENT, "The datapath has no such meter"),
    ],
)
def test_refusals_say_why(kernel: VirtualKernel, operation: Any, number: int, words: str) -> None:
    family = getattr(ovs, operation.name.partition(".")[0])

    def refuse(request: Request) -> None:
        raise netlynx.NetlinkError(number)

    kernel.family(family).handles(getattr(family, operation.name.partition(".")[2]))(refuse)
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NetlinkError, match=words):
        nl.do(operation)


def test_a_program_is_asked_and_answers(kernel: VirtualKernel) -> None:
    """A kernel that asks the socket which a port names, once a flow is not there."""
    ports, packets, flows = (kernel.family(each) for each in (ovs.OvsVport, ovs.OvsPacket, ovs.OvsFlow))
    carried: list[Packet] = []
    added: list[Flow] = []
    flows.handles(ovs.OvsFlow.add)(lambda request: added.append(request.record))
    packets.handles(ovs.OvsPacket.execute)(lambda request: carried.append(request.record))
    told = Packet(datapath=3, packet=b"\x02" * 60, key="in_port(1),eth(),eth_type(0x0806)", hash=7)

    @ports.handles(ovs.OvsVport.change)
    def ask(request: Request) -> None:
        (pid,) = request.record.upcall_pids
        for command, record in (
            (ovs.OVS_PACKET_CMD.MISS, told),
            (ovs.OVS_PACKET_CMD.ACTION, told.replace(data=b"\1", actions="userspace(pid=5)", length=1514)),
        ):
            kernel.generic().socket().unicast(Message(packets.id, payload=packed(record, command, 1)), to=pid)

    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(ovs.UPCALLS) as upcalls:
        nl.do(ovs.change(Vport(name="v0", upcall_pids=[upcalls.portid])))
        miss, action = (upcalls.get(timeout=PATIENCE) for _ in range(2))
        assert isinstance(miss, Event)
        assert isinstance(action, Event)
        assert (miss.kind, action.kind) == ("miss", "action")
        assert miss.record == told
        assert (action.record.data, action.record.actions) == (b"\1", (ovs.Action(userspace={"pid": 5}),))
        nl.do(ovs.add(Flow(datapath=3, key=miss.record.key.replace(arp={}), actions="2")))  # type: ignore[union-attr]
        nl.do(ovs.execute(miss.record.replace(actions="2")))
        with pytest.raises(EncodeError, match="the kernel told a part of the packet alone"):
            nl.do(ovs.execute(action.record.replace(actions="2")))
        nl.do(ovs.execute(action.record.replace(actions="3", length=None)))
    assert [each.key for each in added] == [Key(in_port=1, ethernet={}, eth_type=0x0806, arp={})]
    assert carried == [told.replace(actions="2"), told.replace(actions="3")]


@pytest.mark.anyio
async def test_tasks_are_asked_as_well(kernel: VirtualKernel) -> None:
    kernel.family(ovs.OvsPacket)
    async with netlynx.aconnect(kernel=kernel) as nl, nl.subscribe(ovs.UPCALLS) as upcalls:
        assert upcalls.portid > 0


def test_a_port_is_of_one_socket(kernel: VirtualKernel) -> None:
    kernel.family(ovs.OvsPacket)
    with netlynx.connect(kernel=kernel) as nl:
        with nl.subscribe(ovs.UPCALLS) as upcalls:
            assert upcalls.portid > 0
        with pytest.raises(netlynx.ConnectionClosed):
            _ = upcalls.portid
