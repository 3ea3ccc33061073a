"""Closing a connection or a subscription: who waits is woken, and nothing stays open. What forks leave to the child."""

from __future__ import annotations

import gc
import os
import select
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager

import pytest

import netlynx
from netlynx import netns
from netlynx.kernel import VirtualKernel
from netlynx.transport.host import HostKernel
from netlynx.transport.pool import Waker
from support import PATIENCE, Background, descriptors, until
from toy import ENTRIES, SILENT, Entry, Silent, Table, add, entries, entry, rows

AT_ONCE = PATIENCE / 2  # seconds: a busy machine wakes threads late, and no timeout would have woken them yet


def waiting_in_poll(call: Background) -> bool:
    """Whether the call's thread sleeps in the kernel, as far as its stack tells."""
    frame = sys._current_frames().get(call._thread.ident or 0)
    return frame is not None and any("poll.poll(" in (line.line or "") for line in traceback.extract_stack(frame)[-1:])


def closed_while_waiting(call: Background, close: Callable[[], None]) -> float:
    """Close in this thread while the call waits in its own; how long that took, its error raised."""
    until(lambda: waiting_in_poll(call))
    start = time.monotonic()
    close()
    try:
        call.result()
    finally:
        assert time.monotonic() - start < AT_ONCE
    return time.monotonic() - start


def test_closing_wakes_a_request_that_waits(kernel: VirtualKernel, nl: netlynx.Connection, silent: Silent) -> None:
    with pytest.raises(netlynx.ConnectionClosed):
        closed_while_waiting(Background(lambda: nl.do(entry(1, protocol=SILENT))), nl.close)
    assert kernel.sockets() == []


def test_closing_wakes_a_dump_that_waits(kernel: VirtualKernel, nl: netlynx.Connection, silent: Silent) -> None:
    with pytest.raises(netlynx.ConnectionClosed):
        closed_while_waiting(Background(lambda: nl.dump(entries(protocol=SILENT)).all()), nl.close)
    assert kernel.sockets() == []


def test_closing_wakes_a_batch_that_waits(kernel: VirtualKernel, nl: netlynx.Connection, silent: Silent) -> None:
    with pytest.raises(netlynx.ConnectionClosed):
        closed_while_waiting(Background(lambda: nl.batch([add(Entry(number=1), protocol=SILENT)])), nl.close)
    assert kernel.sockets() == []


def test_closing_wakes_everybody(nl: netlynx.Connection, silent: Silent) -> None:
    waiting = [Background(lambda: nl.do(entry(1, protocol=SILENT))) for _ in range(10)]
    for each in waiting:
        until(lambda each=each: waiting_in_poll(each))
    start = time.monotonic()
    nl.close()
    for each in waiting:
        with pytest.raises(netlynx.ConnectionClosed):
            each.result()
    assert time.monotonic() - start < AT_ONCE


def test_closing_the_connection_ends_its_subscriptions_and_their_sockets(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    iterated, got, idle = (nl.subscribe(ENTRIES) for _ in range(3))
    listing = Background(lambda: list(iterated))
    getting = Background(got.get)
    until(lambda: waiting_in_poll(getting))
    closed_while_waiting(listing, nl.close)
    assert listing.result() == []
    with pytest.raises(netlynx.ConnectionClosed):
        getting.result()
    assert list(idle) == []
    assert kernel.sockets() == []


def test_closing_a_subscription_wakes_who_waits_for_it_and_leaves_the_connection(
    nl: netlynx.Connection, table: Table
) -> None:
    events = nl.subscribe(ENTRIES)
    listing = Background(lambda: list(events))
    closed_while_waiting(listing, events.close)
    assert listing.result() == []
    nl.do(add(Entry(number=1)))


def test_a_closed_connection_refuses_everything(kernel: VirtualKernel, nl: netlynx.Connection, table: Table) -> None:
    dump = nl.dump(entries())
    nl.do(add(Entry(number=1)))
    nl.close()
    nl.close()
    assert nl.closed
    for attempt in (
        lambda: nl.do(entry(1)),
        lambda: list(dump),
        lambda: nl.dump(entries()).all(),
        lambda: nl.batch([add(Entry(number=2))]),
        lambda: nl.subscribe(ENTRIES),
    ):
        with pytest.raises(netlynx.ConnectionClosed):
            attempt()
    assert kernel.sockets() == []


def test_a_socket_that_is_opened_while_the_connection_closes_is_closed_again() -> None:
    class Slow:
        """A kernel that is so slow to open a socket that the connection is closed meanwhile."""

        def __init__(self, kernel: VirtualKernel) -> None:
            self.open_now = kernel.open

        def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> object:
            opened = self.open_now(protocol, port, groups)
            nl.close()
            return opened

    with VirtualKernel() as kernel:
        Table(kernel)
        nl = netlynx.connect(kernel=Slow(kernel))  # type: ignore[arg-type]  # `open` gives a transport
        with pytest.raises(netlynx.ConnectionClosed):
            nl.do(entry(1))
        assert kernel.sockets() == []
        nl = netlynx.connect(kernel=Slow(kernel))  # type: ignore[arg-type]
        with pytest.raises(netlynx.ConnectionClosed):
            nl.subscribe(ENTRIES)
        assert kernel.sockets() == []


# ------------------------------------------------------------------------------------------------- descriptors


@contextmanager
def collected_by_count_alone():  # type: ignore[no-untyped-def]  # a generator of nothing
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def fails(error: type[Exception], call: Callable[[], object]) -> None:
    """`pytest.raises` makes cycles of its own, of exceptions and frames."""
    try:
        call()
    except error:
        return
    pytest.fail(f"no {error.__name__}")


def use(kernel: VirtualKernel) -> None:
    """All that a connection can do, and how it can end."""
    with netlynx.connect(kernel=kernel, timeout=0) as nl:
        nl.do(entry(1))
        fails(netlynx.NotFound, lambda: nl.do(entry(1_000_000)))
        for _ in nl.dump(entries()):
            break
        fails(netlynx.RequestTimeout, lambda: nl.do(entry(1, protocol=SILENT)))
        fails(netlynx.RequestTimeout, lambda: nl.dump(entries(protocol=SILENT)).all())
        left_open = nl.subscribe(ENTRIES)
        nl.subscribe(ENTRIES)  # dropped
        with nl.subscribe(ENTRIES) as events:
            assert events.drain() == []
        none = netlynx.Group("toy.NONE", ENTRIES.protocol, (1, 1000), ENTRIES.messages)
        fails(netlynx.NetlinkError, lambda: nl.subscribe(none))
    assert list(left_open) == []


def test_descriptors_stay_flat_over_hundreds_of_connections(kernel: VirtualKernel, silent: Silent, full: bool) -> None:
    Table(kernel, rows(1000, 500))
    use(kernel)
    with collected_by_count_alone():
        before = descriptors()
        for _ in range(2000 if full else 400):
            use(kernel)
        assert descriptors() <= before
    assert kernel.sockets() == []


def test_descriptors_stay_flat_when_dumps_are_dropped(
    kernel: VirtualKernel, nl: netlynx.Connection, full: bool
) -> None:
    Table(kernel, rows(1000, 500))
    with collected_by_count_alone():
        before = descriptors()
        for _ in range(2000 if full else 400):
            next(nl.dump(entries()))
        assert descriptors() <= before


def test_a_connection_lets_go_of_its_namespace_when_it_is_closed() -> None:
    before = descriptors()
    nl = netlynx.connect(netns=netns.Pid(os.getpid()))
    assert descriptors() == before + 2  # the namespace, and what wakes its waiters
    nl.close()
    assert descriptors() == before + 1
    del nl
    assert descriptors() == before


def test_a_kernel_that_two_connections_share_outlives_the_first() -> None:
    shared = HostKernel(netns.Pid(os.getpid()))
    before = descriptors()
    with netlynx.connect(kernel=shared), netlynx.connect(kernel=shared):
        pass
    assert descriptors() == before
    shared.close()
    assert descriptors() == before - 1


# ------------------------------------------------------------------------------------------------------- forks


def in_child(work: Callable[[], None]) -> None:
    """Run something in a forked process; it fails as that does."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    ended = os.pidfd_open(child)
    try:
        assert select.select([ended], [], [], PATIENCE)[0], "the child did not end"
    finally:
        os.close(ended)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_child_opens_sockets_of_its_own(kernel: VirtualKernel, nl: netlynx.Connection, table: Table) -> None:
    nl.do(add(Entry(number=1)))
    (mine,) = kernel.sockets()

    def work() -> None:
        assert nl.do(entry(1)).number == 1
        assert mine.closed
        (own,) = kernel.sockets()
        assert own is not mine

    in_child(work)
    assert nl.do(entry(1)).number == 1
    assert kernel.sockets() == [mine]


def test_a_child_cannot_go_on_with_its_parents_dump_nor_its_subscription(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {row.number: row for row in rows(1000, 500)}
    dump = nl.dump(entries())
    next(dump)
    events = nl.subscribe(ENTRIES)

    def work() -> None:
        with pytest.raises(netlynx.ConnectionClosed, match="parent process"):
            list(dump)
        for read in (events.get, events.drain, lambda: next(events)):
            with pytest.raises(netlynx.ConnectionClosed, match="subscribe anew"):
                read()
        events.close()
        nl.subscribe(ENTRIES).close()
        nl.close()

    in_child(work)
    assert len(list(dump)) == 999
    table.tell(5)
    assert isinstance(events.get(PATIENCE), netlynx.Event)


def test_a_child_that_closes_the_connection_does_not_wake_its_parent(nl: netlynx.Connection, table: Table) -> None:
    events = nl.subscribe(ENTRIES)
    in_child(nl.close)
    in_child(events.close)
    for waker in (nl._pool.waker, events._waker):
        assert not select.select([waker], [], [], 0)[0]
    assert not nl.closed


def test_a_parent_that_closes_the_connection_does_not_wake_the_child(nl: netlynx.Connection) -> None:
    ours = nl._pool.waker

    def work() -> None:
        assert nl._pool.waker is not ours
        ours.wake()  # what is the parent's stays as it is
        assert not select.select([ours, nl._pool.waker], [], [], 0)[0]
        nl.close()
        assert select.select([nl._pool.waker], [], [], 0)[0]

    in_child(work)


def test_a_fork_while_another_thread_holds_the_lock_does_not_hang_the_child(
    nl: netlynx.Connection, table: Table
) -> None:
    table.rows = {1: Entry(number=1)}
    events = nl.subscribe(ENTRIES)

    def work() -> None:
        nl.close()
        events.close()

    with nl._pool._lock, events._inbox._lock:
        Background(lambda: in_child(work)).result()


def test_a_waker_that_never_came_to_be_closes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "eventfd", refuse)
    with pytest.raises(OSError, match="Too many"):
        Waker()


def test_where_there_is_no_eventfd_a_pipe_wakes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "eventfd")
    before = descriptors()
    waker = Waker()
    assert not select.select([waker], [], [], 0)[0]
    waker.wake()
    waker.wake()
    assert select.select([waker], [], [], 0)[0]
    del waker
    assert descriptors() == before
