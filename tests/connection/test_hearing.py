"""How a subscription listens: descriptors for other loops, lost messages, other namespaces; on virtual kernels."""

from __future__ import annotations

import errno
import select
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import anyio
import pytest

import netlynx
from netlynx.client.hearing import Hearing
from netlynx.engine.operation import Event, NamespaceEvent, Overrun
from netlynx.kernel import Capability, VirtualKernel
from netlynx.wire.constants import NETLINK_OPTION
from netlynx.wire.message import Message
from toy import ENTRIES, NEW, Entry, Table, payload

ON = [
    ({"broadcast_errors": True}, NETLINK_OPTION.BROADCAST_ERROR),
    ({"overruns": False}, NETLINK_OPTION.NO_ENOBUFS),
    ({"all_namespaces": True}, NETLINK_OPTION.LISTEN_ALL_NSID),
]


def readable(descriptor: Any) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])


def subscribed(kernel: VirtualKernel, **how: Any) -> Iterator[Any]:
    """What both shells subscribe to, in turn."""
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(ENTRIES, **how) as events:
        yield events
    connection = netlynx.aconnect(kernel=kernel)
    yield connection.subscribe(ENTRIES, **how)
    connection.close()


@pytest.mark.parametrize(("how", "option"), ON)
def test_what_is_asked_for_is_set_on_the_socket(
    kernel: VirtualKernel, table: Table, how: dict[str, Any], option: int
) -> None:
    for events in subscribed(kernel, **how):
        (sock,) = [sock for sock in kernel.sockets() if sock.portid == events._inbox.leases[0].portid]
        assert [number for _, number in ON if sock.option(number)] == [option]
    for _ in subscribed(kernel):
        assert not [number for sock in kernel.sockets() for _, number in ON if sock.option(number)]


def test_both_shells_take_the_same_arguments() -> None:
    import inspect

    for verb in (netlynx.Connection.subscribe, netlynx.AsyncConnection.subscribe):
        parameters = inspect.signature(verb).parameters
        assert {name: parameters[name].default for name in Hearing._fields} == Hearing()._asdict()


def test_without_overruns_nothing_is_told_of_losses_but_they_are_counted(kernel: VirtualKernel, table: Table) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        for overruns in (True, False):
            before = nl.statistics.dropped
            with nl.subscribe(ENTRIES, overruns=overruns, receive_buffer=1) as events:
                for number in range(200):
                    table.tell(number)
                heard = events.drain()
            assert 0 < len(heard) < 200
            assert any(isinstance(each, Overrun) for each in heard) is overruns
            lost = 200 - sum(isinstance(each, Event) for each in heard)
            assert nl.statistics.dropped - before == lost


def test_with_broadcast_errors_the_kernels_side_is_told_of_losses(kernel: VirtualKernel, table: Table) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        with nl.subscribe(ENTRIES, receive_buffer=1):
            for number in range(200):
                table.tell(number)
        with nl.subscribe(ENTRIES, receive_buffer=1, broadcast_errors=True), pytest.raises(netlynx.BufferOverrun):
            any(map(table.tell, range(200)))


def test_a_descriptor_is_readable_while_there_is_something_to_hand_out(kernel: VirtualKernel, table: Table) -> None:
    for events in subscribed(kernel):
        assert not readable(events)
        for number in range(3):
            table.tell(number)
        assert readable(events)
        assert len(events.drain(1)) == 1
        assert readable(events)  # two that were taken from the socket with it
        assert len(events.drain()) == 2
        assert not readable(events)
        table.tell(7)
        assert readable(events)
        assert len(events.drain()) == 1
        kernel.faults.overrun(table.service.sock.protocol)
        assert readable(events)
        assert events.drain() == [Overrun(1)]
        events.close()
        assert readable(events)
        with pytest.raises(netlynx.ConnectionClosed):
            events.drain()
        assert readable(events)


def test_events_that_were_there_before_the_descriptor_count_too(kernel: VirtualKernel, table: Table) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(ENTRIES) as events:
        for number in range(3):
            table.tell(number)
        seen = [next(events), events.get(timeout=0)]
        assert readable(events)
        seen.append(next(events))
        assert [each.record.number for each in seen] == [0, 1, 2]
        assert not readable(events)
        table.tell(3)
        assert events.get(timeout=0).record.number == 3
        assert not readable(events)


def test_an_error_in_the_stream_is_something_to_hand_out(kernel: VirtualKernel, table: Table) -> None:
    for events in subscribed(kernel):
        assert not readable(events)
        table.tell(1)
        table.service.sock.multicast(Message(NEW, 0, 0, 0, payload(Entry(number=1))[:3]), group=1)
        assert len(events.drain()) == 1
        assert readable(events)
        with pytest.raises(netlynx.DecodeError):
            events.drain()
        assert not readable(events)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_task_that_waits_and_a_descriptor_agree(kernel: VirtualKernel, table: Table, backend: str) -> None:
    async def main() -> None:
        async with netlynx.aconnect(kernel=kernel) as nl, nl.subscribe(ENTRIES) as events:
            for number in range(2):
                table.tell(number)
            assert readable(events)
            assert (await events.get()).record.number == 0
            assert readable(events)
            assert (await events.get()).record.number == 1
            assert not readable(events)

    anyio.run(main, backend=backend)


def test_each_event_says_in_which_namespace_it_happened(kernel: VirtualKernel, table: Table) -> None:
    blue, red = kernel.namespace("blue"), kernel.namespace("red")
    sides = {}
    for namespace in (blue, red):
        sides[namespace] = namespace.serve(table.service.sock.protocol)
    kernel.initial.set_id(blue, 5)
    for events in subscribed(kernel, all_namespaces=True):
        table.tell(1)
        for number, side in enumerate(sides.values(), 2):
            side.sock.multicast(Message(NEW, 0, 0, 0, payload(Entry(number=number))), group=1)
        table.tell(4)
        heard = events.drain()
        assert [(each.record.number, each.nsid) for each in heard] == [(1, None), (2, 5), (4, None)]  # red has no ID
        assert [type(each) for each in heard] == [Event, NamespaceEvent, Event]
    for events in subscribed(kernel):
        sides[blue].sock.multicast(Message(NEW, 0, 0, 0, payload(Entry(number=2))), group=1)
        assert not events.drain()


def test_hearing_all_namespaces_takes_a_privilege_which_is_named(table: Table, kernel: VirtualKernel) -> None:
    kernel.credentials = replace(kernel.credentials, capabilities=frozenset(Capability) - {Capability.NET_BROADCAST})
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.PermissionDenied, match="CAP_NET_BROADCAST"):
        nl.subscribe(ENTRIES, all_namespaces=True)


def test_a_feed_of_another_sort_has_all_that_subscriptions_ask_of_one() -> None:
    from netlynx.engine.subscription import SubscriptionFeed
    from netlynx.uevent.feed import UeventFeed

    asked = {name for name in dir(SubscriptionFeed) if not name.startswith("_")} - {"renumber"}  # of families alone
    assert asked - {*dir(UeventFeed)} == set()


def test_what_is_told_per_namespace_is_refused_for_all(kernel: VirtualKernel) -> None:
    from netlynx import uevent

    kernel.protocol(15, None)
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NotSupported, match="one namespace") as caught:
        nl.subscribe(uevent.KERNEL, all_namespaces=True)
    assert caught.value.errno == errno.EOPNOTSUPP
