"""Subscriptions over a connection to a virtual kernel: events, overruns, errors in their place."""

from __future__ import annotations

import time

import pytest

import netlynx
from netlynx.engine.operation import Event, EventKind, Group, Overrun
from netlynx.kernel import VirtualKernel
from netlynx.wire.message import Message
from support import PATIENCE, Background
from toy import DELETE, ENTRIES, NEW, SILENT, Entry, Table, add, delete, entries


def numbers(events: list[Event[Entry] | Overrun]) -> list[int | str | None]:
    return ["overrun" if isinstance(event, Overrun) else event.record.number for event in events]


def test_it_listens_from_the_moment_it_is_made(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        nl.do(add(Entry(number=1)))
        nl.do(delete(Entry(number=1)))
        assert events.get(PATIENCE) == Event(EventKind.NEW, Entry(number=1))
        assert next(events) == Event(EventKind.DELETE, Entry(number=1))
        assert events.drain() == []


def test_iterating_waits_for_what_comes(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        first = Background(lambda: next(iter(events)))
        table.tell(5)
        assert first.result() == Event(EventKind.NEW, Entry(number=5))


def test_nothing_in_time_is_a_timeout_and_the_subscription_goes_on(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        for timeout in (0, 0.01):
            start = time.monotonic()
            with pytest.raises(netlynx.RequestTimeout, match=f"within {timeout} s"):
                events.get(timeout)
            assert time.monotonic() - start >= timeout
        table.tell(5)
        assert numbers([events.get(0)]) == [5]


def test_a_stray_does_not_end_the_wait(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        getting = Background(lambda: events.get(PATIENCE))
        table.tell(1, 0x77)
        table.tell(2)
        assert numbers([getting.result()]) == [2]  # type: ignore[list-item]  # an event


def test_draining_takes_no_more_than_it_is_told(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        for number in range(200):
            table.tell(number)
        assert numbers(events.drain(150)) == list(range(150))
        assert numbers([events.get(PATIENCE)]) == [150]
        assert numbers(events.drain(1000)) == list(range(151, 200))
        assert events.drain(1) == []
        with pytest.raises(ValueError, match="1 or more, not 0"):
            events.drain(0)


def test_draining_takes_all_that_waits_however_much(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        for number in range(1000):
            table.tell(number)
        assert numbers(events.drain()) == list(range(1000))
        for number in range(200):
            table.tell(number, 0x77)  # strays
        table.tell(5)
        assert numbers(events.drain()) == [5]
        assert events.drain() == []


def test_an_event_that_was_taken_early_is_drained_first(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        for number in range(4):
            table.tell(number)
        assert numbers([events.get()]) == [0]
        table.tell(4)
        assert numbers(events.drain()) == [1, 2, 3, 4]


def test_what_was_taken_before_closing_is_still_handed_out(nl: netlynx.Connection, table: Table) -> None:
    events = nl.subscribe(ENTRIES)
    for number in range(3):
        table.tell(number)
    assert numbers([next(events)]) == [0]
    events.close()
    assert numbers(list(events)) == [1, 2]
    with pytest.raises(netlynx.ConnectionClosed):
        events.get()
    with pytest.raises(netlynx.ConnectionClosed):
        events.drain()


def test_groups_of_several_protocols_come_in_one_stream(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    others: Group[Entry] = Group("toy.OTHERS", SILENT, (3,), {NEW: (EventKind.NEW, Entry)})
    other = kernel.protocol(SILENT, None)
    with nl.subscribe(ENTRIES, others) as events:
        assert len(kernel.sockets()) == 2
        getting = Background(lambda: events.get(PATIENCE))
        other.multicast(Message(NEW, payload=bytes(4)), group=3)
        assert getting.result() == Event(EventKind.NEW, Entry())
        table.tell(1)
        assert numbers([next(events)]) == [1]
    assert kernel.sockets() == []


def test_several_threads_may_take_from_one_subscription(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        takers = [Background(lambda: [next(events) for _ in range(100)]) for _ in range(4)]
        for number in range(400):
            table.tell(number)
        taken = [event for taker in takers for event in taker.result()]  # type: ignore[attr-defined]  # lists
    assert sorted(numbers(taken)) == list(range(400))  # type: ignore[type-var]  # numbers


# ---------------------------------------------------------------------------------------------- what goes wrong


def test_lost_messages_are_one_overrun_in_the_stream_and_later_ones_arrive(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    with nl.subscribe(ENTRIES, receive_buffer=5000) as events:
        for number in range(1000):
            table.tell(number)
        first, *rest = events.drain()
        assert first == Overrun(1)
        assert numbers(rest) == list(range(len(rest)))  # those that there was room for
        assert 0 < len(rest) < 1000
        table.tell(2000)
        assert numbers([events.get(PATIENCE)]) == [2000]
        kernel.faults.overrun()
        assert events.get(PATIENCE) == Overrun(2)
        table.tell(2001)
        assert numbers([next(events)]) == [2001]


def test_a_malformed_notification_is_an_error_in_its_place(nl: netlynx.Connection, table: Table) -> None:
    broken = Message(NEW, payload=bytes(4) + b"\3\0\1\0")
    with nl.subscribe(ENTRIES) as events:
        table.tell(1)
        table.tell(2)
        table.service.sock.multicast(broken)
        table.tell(3)
        assert numbers([next(events), next(events)]) == [1, 2]
        with pytest.raises(netlynx.DecodeError, match="Entry"):
            next(events)
        assert numbers([next(events)]) == [3]
        table.tell(4)
        table.service.sock.multicast(broken)
        table.tell(5)
        assert numbers(events.drain()) == [4]
        with pytest.raises(netlynx.DecodeError):
            events.drain()
        assert numbers(events.drain()) == [5]


def test_a_notification_larger_than_the_buffer_is_an_error_and_not_cut(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES, receive_buffer=1 << 20) as events:
        table.service.sock.multicast(Message(NEW, payload=bytes(300_000)))
        table.tell(1)
        with pytest.raises(netlynx.DecodeError, match="300016 bytes was cut"):
            events.get(PATIENCE)
        assert numbers([events.get(PATIENCE)]) == [1]


def test_notifications_from_other_processes_are_not_believed(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    with nl.subscribe(ENTRIES) as events:
        forger = kernel.open(ENTRIES.protocol)
        forger.send(Message(DELETE, payload=bytes(4)).pack(), portid=kernel.sockets()[0].portid)
        table.tell(1)
        assert numbers(events.drain()) == [1]


def test_requests_and_notifications_never_share_a_socket(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    with nl.subscribe(ENTRIES) as events:
        for number in range(5):
            nl.do(add(Entry(number=number)))
        assert [bool(sock.groups) for sock in kernel.sockets()] == [True, False]
        assert len(nl.dump(entries()).all()) == 5
        assert len(events.drain()) == 5


def test_a_group_that_the_protocol_lacks_leaves_nothing_open(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    with pytest.raises(netlynx.NetlinkError, match=r"join group toy\.NONE"):
        nl.subscribe(Group("toy.NONE", ENTRIES.protocol, (1, 1000), ENTRIES.messages))
    assert kernel.sockets() == []
    with pytest.raises(ValueError, match="at least one group"):
        nl.subscribe()
