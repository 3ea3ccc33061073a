"""ip_queue: its messages as bytes, spoken from end to end on the virtual kernel, and what stands for it elsewhere."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import firewall
from netlynx.codec._codec import decode, encode
from netlynx.engine.operation import make_do
from netlynx.kernel import VirtualKernel
from netlynx.kernel.ip_queue import QUEUE_LENGTH, IpQueue
from netlynx.netfilter import Hook
from netlynx.netfilter.queue import VerdictKind
from netlynx.schema.compile import plan_of
from support import PATIENCE, Background

PACKET = struct.Struct("<QQqqI16s16s2sHB8s7xQ")  # struct ipq_packet_msg, natively aligned on 64 bits
VERDICT = struct.Struct("<I4xQQ")
MODE = struct.Struct("<B7xQ")


class Done:
    """What became of packets."""

    def __init__(self) -> None:
        self.verdicts: list[tuple[VerdictKind, bytes]] = []

    def __call__(self, verdict: VerdictKind, payload: bytes) -> None:
        self.verdicts.append((verdict, payload))


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as kernel:
        yield kernel


@pytest.fixture
def waiting(kernel: VirtualKernel) -> IpQueue:
    return IpQueue(kernel)


def test_a_packet_is_laid_out_as_the_struct_was() -> None:
    raw = PACKET.pack(7, 3, 1_700_000_000, 42, 1, b"eth0", b"", b"\x08\x00", 1, 6, bytes.fromhex("0200000000010000"), 5)
    packet = decode(plan_of(firewall.Packet), raw + b"hello")
    assert (packet.id, packet.mark, packet.seconds, packet.microseconds) == (7, 3, 1_700_000_000, 42)
    assert (packet.hook, packet.input, packet.output) == (Hook.INPUT, "eth0", "")
    assert (packet.protocol, packet.hardware_type, packet.address) == (0x0800, 1, "02:00:00:00:00:01")
    assert packet.payload == b"hello"
    assert encode(plan_of(firewall.Packet), packet) == raw + b"hello"


def test_requests_are_laid_out_as_the_structs_were() -> None:
    packet = firewall.Packet(id=9)
    assert firewall.mode("packet", range=100).payload == MODE.pack(2, 100)
    assert firewall.drop(packet).payload == VERDICT.pack(0, 9, 0)
    assert firewall.accept(packet, payload=b"new").payload == VERDICT.pack(1, 9, 3) + b"new"


def test_packets_wait_for_their_verdicts(kernel: VirtualKernel, waiting: IpQueue) -> None:
    done = Done()
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(firewall.packets()) as packets:
        for content in (b"keep", b"drop", b"change"):
            assert waiting.enqueue(content, then=done, input="eth0")
        assert len(waiting) == 3
        assert not done.verdicts
        keep, drop, change = (packets.get(PATIENCE).record for _ in range(3))  # type: ignore[union-attr]
        assert (keep.payload, keep.input, keep.hook) == (b"keep", "eth0", Hook.INPUT)
        packets.do(firewall.accept(change, payload=b"changed"))
        packets.do(firewall.drop(drop))
        packets.send(firewall.accept(keep))
    assert done.verdicts == [
        (VerdictKind.ACCEPT, b"changed"), (VerdictKind.DROP, b"drop"), (VerdictKind.ACCEPT, b"keep")
    ]  # fmt: skip


def test_only_as_much_is_handed_over_as_was_asked_for(kernel: VirtualKernel, waiting: IpQueue) -> None:
    done = Done()
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(firewall.packets(range=2)) as packets:
        waiting.enqueue(b"hello", then=done)
        short = packets.get(PATIENCE).record  # type: ignore[union-attr]
        packets.do(firewall.mode("meta"))
        waiting.enqueue(b"hello", then=done)
        known = packets.get(PATIENCE).record  # type: ignore[union-attr]
        assert (short.payload, known.payload) == (b"he", b"")
        packets.do(firewall.accept(short))
    assert done.verdicts[0] == (VerdictKind.ACCEPT, b"hello")  # whole, as nobody changed it


def test_what_waits_is_dropped_when_the_process_goes(kernel: VirtualKernel, waiting: IpQueue) -> None:
    done = Done()
    with netlynx.connect(kernel=kernel) as nl:
        with nl.subscribe(firewall.packets()):
            waiting.enqueue(b"hello", then=done)
        assert done.verdicts == [(VerdictKind.DROP, b"hello")]
        assert not waiting.enqueue(b"later", then=done)
        with nl.subscribe(firewall.packets()) as packets:  # the next one may have the queue
            assert waiting.enqueue(b"again", then=done)
            assert packets.get(PATIENCE).record.payload == b"again"  # type: ignore[union-attr]


def test_refusals_name_what_was_asked(kernel: VirtualKernel, waiting: IpQueue) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(firewall.packets()) as packets:
        with pytest.raises(netlynx.NotFound, match=r"firewall\.drop\(id=77\): no such packet waits"):
            packets.do(firewall.drop(firewall.Packet(id=77)))
        with pytest.raises(netlynx.Busy, match="another process gets the packets"):
            nl.subscribe(firewall.packets())
        packets.send(firewall.drop(firewall.Packet(id=77)))  # gone is no error to who does not wait
        done = Done()
        waiting.enqueue(b"hello", then=done)
        assert packets.get(PATIENCE).record.payload == b"hello"  # type: ignore[union-attr]


def test_a_refusal_that_nobody_waited_for_stands_among_the_packets(kernel: VirtualKernel, waiting: IpQueue) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(firewall.packets()) as packets:
        waiting.enqueue(b"first", then=Done())
        wrong = make_do("wrong", 3, firewall.IPQM.VERDICT, firewall.Verdict(verdict=77, id=1))  # type: ignore[arg-type]
        packets.send(wrong)
        waiting.enqueue(b"second", then=Done())
        assert packets.get(PATIENCE).record.payload == b"first"  # type: ignore[union-attr]
        with pytest.raises(netlynx.NetlinkError, match=r"wrong.*no such verdict"):
            packets.get(PATIENCE)
        assert packets.get(PATIENCE).record.payload == b"second"  # type: ignore[union-attr]


def test_a_full_queue_drops_and_says_so(kernel: VirtualKernel, waiting: IpQueue) -> None:
    done = Done()
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(firewall.packets()):
        asked = [waiting.enqueue(b"x", then=done) for _ in range(QUEUE_LENGTH + 1)]
        assert asked.count(False) == waiting.dropped == 1
        assert done.verdicts == [(VerdictKind.DROP, b"x")]


def test_lost_packets_are_reported_and_the_rest_goes_on(kernel: VirtualKernel, waiting: IpQueue) -> None:
    done = Done()
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(firewall.packets(), receive_buffer=1) as packets:
        while waiting.enqueue(b"x" * 500, then=done):
            pass
        events = packets.drain()
        assert any(isinstance(event, netlynx.Overrun) for event in events)
        assert waiting.enqueue(b"after", then=done)
        assert packets.get(PATIENCE).record.payload == b"after"  # type: ignore[union-attr]


def test_open_speaks_ip_queue_where_there_is_one(kernel: VirtualKernel, waiting: IpQueue) -> None:
    done = Done()
    with firewall.open(kernel=kernel) as packets:
        assert packets.protocol == "ip_queue"
        waiting.enqueue(b"good", then=done)
        waiting.enqueue(b"bad", then=done)
        for _ in range(2):
            packet = packets.get(PATIENCE)
            assert isinstance(packet, firewall.Packet)
            (packets.drop if packet.payload == b"bad" else packets.accept)(packet)
        assert done.verdicts == [(VerdictKind.ACCEPT, b"good"), (VerdictKind.DROP, b"bad")]
        iterating: Any = Background(lambda: list(packets))
        packets.close()
        assert iterating.result() == []


def test_a_kernel_without_either_says_so(kernel: VirtualKernel) -> None:
    with pytest.raises(netlynx.NotSupported):
        firewall.open(kernel=kernel)


@pytest.mark.anyio
async def test_packets_and_verdicts_in_an_event_loop(kernel: VirtualKernel, waiting: IpQueue) -> None:
    done = Done()
    async with netlynx.aconnect(kernel=kernel) as nl, nl.subscribe(firewall.packets()) as packets:
        for content in (b"one", b"two"):
            waiting.enqueue(content, then=done)
        async for event in packets:
            assert not isinstance(event, netlynx.Overrun)
            if event.record.payload == b"two":
                await packets.do(firewall.drop(event.record))
                break
            packets.send(firewall.accept(event.record))
        with pytest.raises(netlynx.NotFound):
            await packets.do(firewall.drop(firewall.Packet(id=77)))
    assert done.verdicts == [(VerdictKind.ACCEPT, b"one"), (VerdictKind.DROP, b"two")]


def test_real_kernels_name_what_replaced_it() -> None:
    with netlynx.connect() as nl, pytest.raises(netlynx.NotSupported, match=r"Linux 3\.5; NFQUEUE.*netfilter\.queue"):
        nl.subscribe(firewall.packets())


def test_a_subscription_that_only_listens_takes_no_requests(kernel: VirtualKernel, waiting: IpQueue) -> None:
    silent: netlynx.Group[Any] = netlynx.Group("silent", 3, (), {})
    with (
        netlynx.connect(kernel=kernel) as nl,
        nl.subscribe(silent) as events,
        pytest.raises(TypeError, match="only listens"),
    ):
        events.do(firewall.mode("meta"))


def test_nothing_is_no_packet() -> None:
    """To ip_queue, a length of 0 means the packet as it is."""
    with pytest.raises(netlynx.EncodeError, match=r"firewall.accept\(payload\)"):
        firewall.accept(firewall.Packet(id=1), payload=b"")
