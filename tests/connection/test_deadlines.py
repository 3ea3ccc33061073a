"""The whole of a call ends with its deadline, also where answers keep coming; sync, and async on asyncio and trio."""

from __future__ import annotations

import itertools
import math
from collections.abc import Awaitable, Callable, Generator, Iterator
from typing import Any

import pytest

import netlynx
from netlynx.engine.operation import Do, Dump, Talk
from netlynx.kernel import Request, VirtualKernel
from toy import GET, NEW, PROTOCOL, SILENT, Entry, Silent, add, entries, entry, flush

LIMIT = 0.05


@pytest.fixture(autouse=True)
def endless(kernel: VirtualKernel) -> None:
    """A table that never ends, whose parts are there at once."""
    service = kernel.serve(PROTOCOL)

    @service.dump(GET, reply=NEW)
    def listed(request: Request) -> Iterator[Entry]:
        return (Entry(number=number, filler=bytes(2000)) for number in itertools.count())

    @service.do(GET, record=Entry, reply=NEW, get=True)
    def one(request: Request) -> Entry:
        return Entry(number=1)

    @service.do(NEW, record=Entry)
    def added(request: Request) -> None:
        pass


def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
    while True:
        yield entry(1)


def additions() -> Iterator[Do[None]]:
    return (add(Entry(number=number)) for number in itertools.count())


Call = Callable[[netlynx.Connection, float], Any]
CALLS: dict[str, Call] = {
    "a stream": lambda nl, limit: [None for _ in nl.dump(entries(), deadline=limit)],
    "a list": lambda nl, limit: nl.dump(entries(), deadline=limit).all(),
    "json": lambda nl, limit: [None for _ in nl.dump(entries(), deadline=limit).json()],
    "what is left out": lambda nl, limit: nl.dump(entries().where(number=-1 & 0xFFFFFFFF), deadline=limit).all(),
    "a count": lambda nl, limit: nl.count(entries(), deadline=limit),
    "a table": lambda nl, limit: nl.table(entries(), deadline=limit),
    "a batch": lambda nl, limit: nl.batch(additions(), deadline=limit),
    "one by one": lambda nl, limit: nl.batch(additions(), window=1, deadline=limit),
    "a talk": lambda nl, limit: nl.do(Talk("toy.talk", steps), deadline=limit),
    "a flush": lambda nl, limit: nl.do(flush(), deadline=limit),
    "no answer": lambda nl, limit: nl.do(entry(1, protocol=SILENT), deadline=limit),
    "no answer to a batch": lambda nl, limit: nl.batch([add(Entry(number=1), protocol=SILENT)], deadline=limit),
    "no end of a dump": lambda nl, limit: nl.dump(entries(protocol=SILENT), deadline=limit).all(),
}


async def streamed(pieces: Any) -> None:
    async for _ in pieces:
        pass


AsyncCall = Callable[[netlynx.AsyncConnection, float], Awaitable[Any]]
ASYNC_CALLS: dict[str, AsyncCall] = {
    "a stream": lambda nl, limit: streamed(nl.dump(entries(), deadline=limit)),
    "json": lambda nl, limit: streamed(nl.dump(entries(), deadline=limit).json()),
    **{what: call for what, call in CALLS.items() if what not in ("a stream", "json")},  # type: ignore[dict-item]
}


@pytest.mark.parametrize("limit", [LIMIT, 0])
@pytest.mark.parametrize("what", CALLS)
def test_a_call_that_never_ends_does_at_its_deadline(
    kernel: VirtualKernel, nl: netlynx.Connection, silent: Silent, what: str, limit: float
) -> None:
    with pytest.raises(netlynx.RequestTimeout, match=f"not done within its deadline of {limit} s"):
        CALLS[what](nl, limit)
    assert nl.do(entry(1)).number == 1
    assert all(sock.protocol == PROTOCOL for sock in kernel.sockets())  # the ones that waited are closed


@pytest.mark.anyio
@pytest.mark.parametrize("limit", [LIMIT, 0])
@pytest.mark.parametrize("what", ASYNC_CALLS)
async def test_so_does_an_async_call(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, silent: Silent, what: str, limit: float
) -> None:
    with pytest.raises(netlynx.RequestTimeout, match=f"not done within its deadline of {limit} s"):
        await ASYNC_CALLS[what](anl, limit)
    assert (await anl.do(entry(1))).number == 1
    assert all(sock.protocol == PROTOCOL for sock in kernel.sockets())


@pytest.mark.parametrize("what", CALLS)
@pytest.mark.parametrize("limit", [-1, math.nan])
def test_a_time_that_is_none_is_refused(nl: netlynx.Connection, what: str, limit: float) -> None:
    with pytest.raises(ValueError, match="deadline takes a number of seconds"):
        CALLS[what](nl, limit)


def test_what_is_done_in_time_is_not_disturbed(nl: netlynx.Connection) -> None:
    assert nl.do(entry(1), deadline=100).number == 1
    assert len(nl.batch(itertools.islice(additions(), 1000), deadline=100)) == 1000
    assert next(nl.dump(entries(), deadline=math.inf)).number == 0
