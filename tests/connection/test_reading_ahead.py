"""Long dumps of a host's kernel are received ahead of who reads them, by a thread that nobody gets to see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import netlynx
from netlynx import route
from netlynx.netns import NetworkNamespace
from netlynx.testing.namespaces import NoNamespace, new_namespace
from support import PATIENCE, descriptors, threads, until

pytestmark = pytest.mark.namespace

ROUTES = 65_536  # in some 120 datagrams, which are two stretches of reading without Python


@pytest.fixture(scope="module")
def full() -> Iterator[NetworkNamespace]:
    try:
        made = new_namespace()
    except NoNamespace as reason:
        pytest.skip(str(reason))
    with made as namespace, netlynx.connect(netns=namespace) as nl:
        nl.do(route.up(1))
        nl.batch(route.add(route.Route(destination=f"10.{n >> 8}.{n & 255}.0/24", oif=1)) for n in range(ROUTES))
        yield namespace


@pytest.fixture
def reader(full: NetworkNamespace) -> Iterator[netlynx.Connection]:
    with netlynx.connect(netns=full) as nl:
        yield nl


def destinations(nl: netlynx.Connection) -> list[str]:
    return [each.destination for each in nl.dump(route.routes(table=254)).all()]


def test_all_ways_to_read_a_long_dump_agree_and_leave_no_thread(reader: netlynx.Connection) -> None:
    before = threads()
    streamed = [each.destination for each in reader.dump(route.routes(table=254))]
    assert len(streamed) == ROUTES
    assert destinations(reader) == streamed
    assert reader.table(route.routes(table=254)).num_rows == ROUTES
    assert reader.count(route.routes(table=254)) == ROUTES
    assert len(list(reader.dump(route.routes(table=254)).json())) > 1
    until(lambda: threads() <= before)


def test_one_socket_serves_many_long_dumps(reader: netlynx.Connection) -> None:
    expected = destinations(reader)
    open_files = descriptors()
    for _ in range(20):
        assert destinations(reader) == expected
        assert reader.do(route.link(index=1)).name == "lo"  # on the socket that the dump gave back
    assert descriptors() == open_files


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_long_dump_that_is_abandoned_ends_its_thread_and_closes_its_socket(
    reader: netlynx.Connection, pieces: int
) -> None:
    destinations(reader)
    before, open_files = threads(), descriptors()
    text = reader.dump(route.routes(table=254)).json(hold=0)
    for _ in range(pieces):
        next(text)
    assert descriptors() == open_files
    del text
    until(lambda: threads() <= before)
    assert descriptors() == open_files - 1
    assert len(destinations(reader)) == ROUTES


def test_a_stream_of_records_that_is_abandoned_far_in_ends_its_thread_and_closes_its_socket(
    reader: netlynx.Connection,
) -> None:
    expected = destinations(reader)
    before, open_files = threads(), descriptors()
    stream = reader.dump(route.routes(table=254))
    begun = [next(stream).destination for _ in range(ROUTES // 2)]
    assert begun == expected[: ROUTES // 2]
    assert len(threads() - before) == (len(os.sched_getaffinity(0)) > 1)
    del stream
    until(lambda: threads() <= before)
    assert descriptors() == open_files - 1
    assert destinations(reader) == expected


def test_who_has_one_processor_reads_by_itself(reader: netlynx.Connection) -> None:
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    try:
        before = threads()
        for _ in range(2):
            stream = reader.dump(route.routes(table=254))
            for _ in range(ROUTES // 2):
                next(stream)
            until(lambda: threads() <= before)
            assert len(list(stream)) == ROUTES - ROUTES // 2
    finally:
        os.sched_setaffinity(0, processors)


def test_closing_ends_a_long_dump_before_its_end(full: NetworkNamespace) -> None:
    nl = netlynx.connect(netns=full)
    before = threads()
    whole = 0
    ended = False
    reading = threading.Event()

    def read() -> None:
        nonlocal whole, ended
        try:
            while True:
                nl.table(route.routes(table=254))
                whole += 1
                reading.set()
        except netlynx.ConnectionClosed:
            ended = True

    thread = threading.Thread(target=read)
    thread.start()
    assert reading.wait(PATIENCE)
    nl.close()
    closed = whole
    thread.join(PATIENCE)
    assert ended
    assert whole <= closed + 1  # one that was at its end already
    until(lambda: threads() <= before)


def test_a_child_that_was_forked_meanwhile_is_told_and_the_parent_reads_on(reader: netlynx.Connection) -> None:
    expected = b"".join(reader.dump(route.routes(table=254)).json(hold=0))
    text = reader.dump(route.routes(table=254)).json(hold=0)
    begun = bytes(next(text))
    child = os.fork()
    if not child:
        status = 1
        try:
            next(text)
        except netlynx.ConnectionClosed:
            text.close()
            del text
            status = 0 if len(destinations(reader)) == ROUTES else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert begun + b"".join(text) == expected


def test_signals_in_the_middle_are_for_python_and_harm_nothing(reader: netlynx.Connection) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: heard.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        patience = time.monotonic() + PATIENCE
        while len(heard) <= 10:
            assert time.monotonic() < patience
            assert len(destinations(reader)) == ROUTES
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_INTERRUPTED = """
import itertools, os, signal, time, netlynx
from netlynx import route
class Enough(Exception): ...
def raise_(number, frame): raise Enough
signal.signal(signal.SIGALRM, raise_)
with netlynx.connect(netns="/proc/self/fd/0") as nl:
    whole = len(nl.dump(route.routes(table=254)).all())
    met, patience = 0, 500
    for n in itertools.count():  # a fast machine may be done before the signal comes
        if n >= 40 and met > 3:
            break
        try:
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0002 + 0.001 * (n % 40))
                nl.dump(route.routes(table=254)).all()
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except Enough:
            met += 1
    while len(os.listdir("/proc/self/task")) > 1 and (patience := patience - 1):
        time.sleep(0.01)
    assert patience
    assert len(nl.dump(route.routes(table=254)).all()) == whole
"""


def test_a_signal_handler_that_raises_leaves_a_connection_that_works(full: NetworkNamespace) -> None:
    with Path(f"/proc/self/fd/{full.fileno()}").open("rb") as namespace:
        done = subprocess.run(
            [sys.executable, "-c", _INTERRUPTED],
            stdin=namespace,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
