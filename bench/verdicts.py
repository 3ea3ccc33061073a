"""Verdicts on queued packets (NFQUEUE): how fast packets that wait are read, looked into and let go or dropped.

There are two ways: a verdict after each packet, and, as programs with much to judge do, the verdicts on all that waits
in one datagram.

`python -m bench.verdicts PEER QUEUE COUNT MODE` is a contestant, as `build/queue_reader QUEUE COUNT TOGETHER MODE` is
the one in C. Each binds a queue of its own and sends itself the packets, untimed: UDP to the port of the queue's
number. One packet of ten is dropped, by what it contains.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import netlynx
from netlynx.netfilter import queue

from . import namespace
from .measure import ABSENT, Absent, Samples, Served, program, python, take_turns
from .options import Options

C, NETLYNX, FNFQUEUE = "C", "netlynx", "fnfqueue"
TOGETHER = 64  # packets whose verdicts go in one datagram
C_TOGETHER, NETLYNX_TOGETHER = f"C, {TOGETHER} together", f"netlynx, {TOGETHER} together"
QUEUES = {C: 9001, NETLYNX: 9002, FNFQUEUE: 9003, C_TOGETHER: 9004, NETLYNX_TOGETHER: 9005}
HEADERS = 28  # IPv4 and UDP
SIZE = 64  # bytes of a packet's content
ONE_DROPPED_OF = 10
SOCKET_BUFFER = 128 << 20
SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33  # asm-generic/socket.h


def run(options: Options) -> Samples:
    count = options.packets
    _make_rules()
    samples = Samples("verdicts", f"Verdicts on {count:,} queued packets", "µs/packet", C)
    kept = [str(number) for number in range(count) if not _is_dropped(number)]
    contestants = [
        *(
            Served(name, partial(_in_c, QUEUES[name], count, together), lambda: kept)
            for name, together in ((C, 1), (C_TOGETHER, TOGETHER))
        ),
        *(
            Served(name, partial(python, "verdicts", name, QUEUES[name], count), lambda: kept)
            for name in (NETLYNX, NETLYNX_TOGETHER, FNFQUEUE)
        ),
    ]
    take_turns(samples, contestants, options.rounds, 1e6 / count)
    samples.notes.append(f"UDP packets of {SIZE} bytes on the loopback interface; one of {ONE_DROPPED_OF} is dropped")
    samples.notes.append(f"together: up to {TOGETHER} packets are read, and their verdicts sent in one datagram")
    samples.notes.append("fnfqueue reads in a thread of its own while packets are sent, before its time is taken")
    return samples


def _in_c(*arguments: int) -> list[str]:
    return [program("queue_reader"), *map(str, arguments)]


def _make_rules() -> None:
    """A new namespace in which packets go to the queues. Raises Absent where none can be made."""
    namespace.empty()
    namespace.ip("link set lo up")
    reason = "iptables is not installed"
    for tool in ("iptables-legacy", "iptables-nft", "iptables"):
        if shutil.which(tool) is None:
            continue
        for number in QUEUES.values():
            rule = f"-A OUTPUT -p udp --dport {number} -j NFQUEUE --queue-num {number}"
            done = subprocess.run([tool, *rule.split()], capture_output=True, text=True)
            if done.returncode:
                reason = f"this kernel takes no NFQUEUE rules: {done.stderr.strip()}"
                break
        else:
            return
    raise Absent(reason)


def _is_dropped(number: int) -> bool:
    return (number + 1) % ONE_DROPPED_OF == 0


# -- the contestants ---------------------------------------------------------------------------------------------


def of_netlynx(number: int, count: int) -> Callable[[], None]:
    packets = _subscribed(number, count)

    def judge() -> None:
        for event in islice(packets, count):
            packets.send(_verdict(event))

    return judge


def of_netlynx_together(number: int, count: int) -> Callable[[], None]:
    packets = _subscribed(number, count)

    def judge() -> None:
        left = count
        while left:
            events = packets.drain(TOGETHER) or [packets.get()]
            packets.send(*map(_verdict, events))
            left -= len(events)

    return judge


def _subscribed(number: int, count: int) -> netlynx.Subscription[queue.Packet]:
    return netlynx.connect().subscribe(queue.packets(number, max_queued=count), receive_buffer=SOCKET_BUFFER)


def _verdict(event: netlynx.Event[queue.Packet] | netlynx.Overrun) -> netlynx.Do[None]:
    if isinstance(event, netlynx.Overrun):
        raise OSError("packets were lost: is the receive buffer as large as it was asked for?")
    packet = event.record
    assert packet.payload is not None
    content = int.from_bytes(packet.payload[HEADERS : HEADERS + 4], "big")
    return queue.drop(packet) if _is_dropped(content) else queue.accept(packet)


def of_fnfqueue(number: int, count: int) -> Callable[[], None]:
    try:
        import fnfqueue
    except ImportError:
        print("fnfqueue is not installed: run make bench", file=sys.stderr)
        sys.exit(ABSENT)
    connection = fnfqueue.Connection(packet_size=4096)
    with socket.socket(fileno=os.dup(connection._conn.fd)) as sock:  # it has no word for the receive buffer
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER)
    bound = connection.bind(number)
    bound.set_mode(0xFFFF, fnfqueue.COPY_PACKET)
    bound.set_maxlen(count)
    packets = iter(connection)

    def judge() -> None:
        for packet in islice(packets, count):
            content = int.from_bytes(packet.payload[HEADERS : HEADERS + 4], "big")
            if _is_dropped(content):
                packet.drop()
            else:
                packet.accept()

    return judge


PEERS = {NETLYNX: of_netlynx, NETLYNX_TOGETHER: of_netlynx_together, FNFQUEUE: of_fnfqueue}


class Packets:
    """The two ends between which packets go."""

    def __init__(self, port: int) -> None:
        self._sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sender.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, SOCKET_BUFFER)
        self._receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER)
        self._receiver.bind(("127.0.0.1", port))
        self._receiver.setblocking(False)
        self._sender.connect(("127.0.0.1", port))

    def send(self, count: int) -> None:
        for number in range(count):
            self._sender.send(number.to_bytes(4, "big") + bytes(SIZE - 4))

    def arrived(self) -> Iterator[int]:
        while True:
            try:
                yield int.from_bytes(self._receiver.recv(SIZE)[:4], "big")
            except BlockingIOError:
                return


def main(peer: str, number: str, packets: str, mode: str) -> None:
    count = int(packets)
    judge = PEERS[peer](int(number), count)
    ends = Packets(int(number))
    if mode == "check":
        ends.send(count)
        judge()
        for arrived in ends.arrived():
            print(arrived)
        return
    for _ in sys.stdin:
        ends.send(count)
        started = time.perf_counter()
        judge()
        print(time.perf_counter() - started, flush=True)
        list(ends.arrived())


if __name__ == "__main__":
    main(*sys.argv[1:])
