"""A virtual kernel whose faults come at random: what is answered is right, or there is an error that says so."""

from __future__ import annotations

import errno
import random
import threading
from collections.abc import Iterator
from typing import Any

import netlynx
from netlynx.kernel import Request, VirtualKernel
from netlynx.operation import make_do, make_dump
from netlynx.schema import Record, attr, u32

from .tally import Tally

PROTOCOL = 25  # of tables
SINGLE = 26  # of single rows; its datagrams may be lost: nobody could tell that a part of a table is
NEW, GET = 0x10, 0x11
ROWS = 3000
TIMEOUT = 0.2  # seconds until an answer that was lost is given up
_REFUSALS = (errno.EBUSY, errno.EPERM, errno.ENOMEM)


class Row(Record):
    """Its square goes with a number, so that it is known when it is right."""

    number: int | None = attr(1, u32)
    square: int | None = attr(2, u32)


def row(number: int) -> Row:
    """The row of a number."""
    return Row(number=number, square=number * number & 0xFFFFFFFF)


def serve(kernel: VirtualKernel) -> None:
    """Rows that can be asked for one by one and all together."""
    service, single = kernel.serve(PROTOCOL), kernel.serve(SINGLE)

    @single.do(GET, record=Row, reply=NEW, get=True)
    def get(request: Request) -> Row:
        return row(request.record.number)

    @service.dump(GET, record=Row, reply=NEW)
    def table(request: Request) -> Iterator[Row]:
        return map(row, range(ROWS))


ALL = make_dump("soak.rows", PROTOCOL, GET, Row(), Row, NEW)


def run(chance: random.Random, tally: Tally, stop: threading.Event) -> None:
    """Ask until told to stop, from several threads, while faults happen."""
    with VirtualKernel() as kernel:
        serve(kernel)
        askers = [
            threading.Thread(
                target=tally.watch(lambda seed=seed: _ask(kernel, random.Random(seed), tally, stop), "asker")
            )
            for seed in [chance.random() for _ in range(3)]
        ]
        for asker in askers:
            asker.start()
        while not stop.wait(chance.uniform(0.001, 0.02)):
            _hurt(kernel, chance, tally)
        for asker in askers:
            asker.join()
        if kernel.sockets():
            tally.fault(f"{len(kernel.sockets())} sockets of the virtual kernel were left open")


def _hurt(kernel: VirtualKernel, chance: random.Random, tally: Tally) -> None:
    faults = kernel.faults
    what = chance.choice(("interrupt", "fail", "drop", "delay", "overrun"))
    tally.count(f"fault: {what}")
    match what:
        case "interrupt":
            faults.interrupt_dump(chance.randrange(1, 4))
        case "fail":
            faults.fail(chance.randrange(1, 10), chance.choice(_REFUSALS), "a fault of the soak's")
        case "drop":
            faults.drop(chance.randrange(1, 30), protocol=SINGLE)
        case "delay":
            faults.delay(chance.uniform(0, 0.02), chance.randrange(1, 10))
        case "overrun":
            faults.overrun()


def _ask(kernel: VirtualKernel, chance: random.Random, tally: Tally, stop: threading.Event) -> None:
    with netlynx.connect(kernel=kernel, timeout=TIMEOUT, retries=100) as nl:
        while not stop.is_set():
            tally.count("asked a virtual kernel")
            try:
                _ask_once(nl, chance, tally)
            except netlynx.RequestTimeout:
                tally.count("virtual: lost, and told by a timeout")
            except netlynx.DumpInterrupted:
                tally.count("virtual: interrupted too often, and told")
            except netlynx.NetlinkError as error:
                if error.errno not in (*_REFUSALS, errno.ENOBUFS):
                    raise
                tally.count("virtual: refused, or overrun, and told")


def _ask_once(nl: netlynx.Connection, chance: random.Random, tally: Tally) -> None:
    number = chance.randrange(1 << 20)
    get: netlynx.Do[Row] = make_do("soak.row", SINGLE, GET, Row(number=number), reply=Row, reply_type=NEW)
    match chance.randrange(3):
        case 0:
            found: list[Any] = [nl.do(get)]
            right = [row(number)]
        case 1:
            found, right = nl.dump(ALL).all(), [row(each) for each in range(ROWS)]
        case _:
            found, right = list(nl.dump(ALL)), [row(each) for each in range(ROWS)]
    if found != right:
        differ = len(set(map(repr, right)) ^ set(map(repr, found)))
        tally.fault(f"a virtual kernel's answer is wrong and nobody said so: {differ} rows of {len(right)} differ")
