"""Notifications: how fast a subscription drains them, and whether it keeps up with a steady stream.

A C program adds and deletes routes, and the kernel announces each: so the events are the kernel's own.
`python -m bench.events` is the subscriber. It answers each line: "check" with the events that wait, one a line and
an empty one behind them; "drain" with their count and the seconds it took; "listen" at once, and again when LAST was
announced, with how many came before it and how many overruns.
"""

from __future__ import annotations

import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any  # of what select gives back

import netlynx
from netlynx import route
from netlynx.route.constants import RTM, RTNLGRP
from netlynx.wire.constants import NETLINK_OPTION, SOL_NETLINK
from netlynx.wire.message import parse_messages

from . import namespace
from .measure import Samples, Wrong, answer, ask, compare, program, python, start, stop, tell
from .options import Options
from .reference import as_line, decode, plain

Process = subprocess.Popen[str]

RECEIVE_BUFFER = 8 << 20
SO_RCVBUFFORCE = 33  # asm-generic/socket.h
RATE = 150_000
SPAN = 1_000  # routes that are added before they are deleted again
LAST = "198.18.0.0/15"  # a route that ends a stream of others
PATIENCE = 0.2  # seconds until LAST is announced again, as its event may be lost like any other
DRAINED, LOST, ARRIVED = "netlynx: drained", "netlynx: lost", "events offered"


def run(options: Options) -> Samples:
    samples = Samples("events", "Events decoded to records", "events/s")
    if not _may_buffer():
        reason = f"a receive buffer of {RECEIVE_BUFFER >> 20} MiB takes root, and not that of a user namespace"
        samples.missing = {DRAINED: reason, LOST: reason}
        return samples
    namespace.empty()
    source = start([program("event_source"), str(socket.if_nametoindex(namespace.DEVICE)), str(SPAN)])
    subscriber = start(python("events"))
    try:
        answer(subscriber)
        _check(source, subscriber)
        samples.values[DRAINED] = [_drain(source, subscriber, options.burst) for _ in range(options.rounds + 1)][1:]
        offered, lost = zip(*(_stream(source, subscriber, options.stream) for _ in range(3)), strict=True)
        samples.values[ARRIVED] = list(offered)
        if max(offered) < 0.9 * RATE:
            samples.missing[LOST] = f"this machine offered no more than {max(offered):,.0f}/s"
        else:
            samples.values[LOST] = [each for each, rate in zip(lost, offered, strict=True) if rate >= 0.9 * RATE]
    finally:
        stop(source)
        stop(subscriber)
    samples.notes.append(f"receive buffer {RECEIVE_BUFFER >> 20} MiB; drained: {options.burst:,} events that wait")
    samples.notes.append(f"lost: how many of {options.stream:,}, offered at {RATE:,}/s while they are read")
    return samples


def _may_buffer() -> bool:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        try:
            sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
        except PermissionError:
            return False
    return True


def _check(source: Process, subscriber: Process) -> None:
    """The events of a whole cycle against the reference decoder, which listens too."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.bind((0, 0))  # one without a port hears nothing
        sock.setsockopt(SOL_NETLINK, NETLINK_OPTION.ADD_MEMBERSHIP, RTNLGRP.IPV4_ROUTE)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
        ask(source, f"{2 * SPAN} 0")
        expected = list(_announced(sock))
    tell(subscriber, "check")
    compare(DRAINED, iter(lambda: answer(subscriber), ""), expected)


def _announced(sock: socket.socket) -> Iterator[str]:
    sock.setblocking(False)
    while True:
        try:
            data = sock.recv(65536)
        except BlockingIOError:
            return
        for message in parse_messages(data):
            kind = "new" if message.type == RTM.NEWROUTE else "delete"
            yield f"{kind} {as_line(decode(route.Route, message.payload))}"


def _drain(source: Process, subscriber: Process, count: int) -> float:
    """Events a second."""
    ask(source, f"{count} 0")
    drained, seconds = ask(subscriber, "drain").split()
    if int(drained) != count:
        raise Wrong(f"{DRAINED}: {drained} of {count} events; is the receive buffer {RECEIVE_BUFFER} bytes?")
    return count / float(seconds)


def _stream(source: Process, subscriber: Process, count: int) -> tuple[float, float]:
    """How many events a second were offered, and how many were lost."""
    ask(subscriber, "listen")
    seconds = float(ask(source, f"{count} {RATE}"))
    assert subscriber.stdout is not None
    answered: list[Any] = []
    while not answered:
        namespace.ip(f"route add {LAST} dev {namespace.DEVICE}", f"route del {LAST} dev {namespace.DEVICE}")
        answered, _, _ = select.select([subscriber.stdout], [], [], PATIENCE)
    came, overruns = answer(subscriber).split()
    if int(came) < count and overruns == "0":
        raise Wrong(f"{LOST}: {came} of {count} events, and no overrun was told")
    return count / seconds, count - int(came)


# --------------------------------------------------------------------------------------------- the subscriber


def subscribe() -> None:
    with netlynx.connect() as nl, nl.subscribe(route.ROUTES, receive_buffer=RECEIVE_BUFFER) as events:
        print("ready", flush=True)
        for line in sys.stdin:
            match line.split():
                case ["check"]:
                    for event in events.drain():
                        assert isinstance(event, netlynx.Event)
                        print(event.kind, as_line(plain(event.record)))
                    print(flush=True)
                case ["drain"]:
                    started = time.perf_counter()
                    drained = events.drain()
                    print(len(drained), time.perf_counter() - started, flush=True)
                    del drained
                case ["listen"]:
                    events.drain()
                    print("listening", flush=True)
                    print(*_listen(events), flush=True)


def _listen(events: netlynx.Subscription[route.Route]) -> tuple[int, int]:
    came = overruns = 0
    for event in events:
        if isinstance(event, netlynx.Overrun):
            overruns += 1
        elif event.record.destination == LAST:
            break
        else:
            came += 1
    return came, overruns


if __name__ == "__main__":
    subscribe()
