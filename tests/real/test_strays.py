"""Strays on the real kernel: what others send to the port of a socket that waits makes its wait no longer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

import netlynx
from netlynx import netns
from netlynx.client.exchanging import Wait
from netlynx.wire.message import Message
from support import PATIENCE
from toy import NEW, entries

pytestmark = pytest.mark.namespace

# Its kernel side says nothing at all to a request that is shorter than its own: nl_fib_input, net/ipv4/fib_frontend.c.
FIB_LOOKUP = 10
SILENCE = entries(protocol=FIB_LOOKUP)

READS: dict[str, Callable[[netlynx.Connection], object]] = {
    "all": lambda nl: nl.dump(SILENCE, deadline=PATIENCE).all(),
    "stream": lambda nl: next(nl.dump(SILENCE, deadline=PATIENCE)),
    "json": lambda nl: next(nl.dump(SILENCE, deadline=PATIENCE).json()),
    "count": lambda nl: nl.count(SILENCE, deadline=PATIENCE),
    "table": lambda nl: nl.table(SILENCE, deadline=PATIENCE),
}


@contextmanager
def strays_to(port: int, where: netns.NetworkNamespace, pause: float) -> Iterator[None]:
    """One message after the other to a port, from a socket of somebody else's, until the block ends."""
    begun, stop = threading.Event(), threading.Event()
    stray = Message(NEW, 0, 0, 0, bytes(4))

    def send() -> None:
        with netlynx.NetlinkSocket(FIB_LOOKUP, netns=where) as sock:
            while not stop.wait(pause):
                with suppress(OSError):  # it is full
                    sock.send(stray, to=port, timeout=0)
                begun.set()

    thread = threading.Thread(target=send)
    thread.start()
    begun.wait(PATIENCE)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def port_of(nl: netlynx.Connection) -> int:
    """The port of the socket that the connection will use next."""
    lease = nl._pool.lease(FIB_LOOKUP)
    nl._pool.give_back(lease)
    return lease.portid


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize("pause", [0.002, 0], ids=["now and then", "without end"])
def test_a_dump_that_gets_nothing_but_strays_ends_after_its_timeout(
    namespace: netns.NetworkNamespace, what: str, pause: float
) -> None:
    with netlynx.connect(netns=namespace, timeout=0.05) as nl, strays_to(port_of(nl), namespace, pause):
        with pytest.raises(netlynx.RequestTimeout, match=r"no answer within 0\.05 s"):
            READS[what](nl)
        assert nl.statistics.strays


def test_what_fits_gives_the_next_wait_its_whole_time() -> None:
    class Exchange:
        strays = 0

    exchange: Any = Exchange()
    wait = Wait(exchange)
    exchange.strays += 1
    began = wait.goes_on()
    assert began
    exchange.strays += 1
    assert wait.goes_on() == began
    exchange.strays += 1
    wait.renew()
    assert wait.goes_on() == 0.0
    exchange.strays += 1
    assert wait.goes_on() > began
