"""What a transaction changed is heard as one event, and copies of tables go from one generation to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx.codec._codec import encode
from netlynx.engine.gathering import Commit
from netlynx.engine.mirror import MirrorState
from netlynx.engine.operation import Event, EventKind, Overrun
from netlynx.kernel import VirtualKernel
from netlynx.netfilter import conntrack, log
from netlynx.netfilter.nfnetlink import transaction
from netlynx.schema.compile import plan_of
from netlynx.wire.message import Message
from support import PATIENCE
from virtual_nft import CHANGES, GROUP, NEWGEN, NEWTABLE, WRITER, Firewall, Gen, Table, add, delete, tables


@pytest.fixture
def nl(kernel: VirtualKernel, firewall: Firewall) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel) as connection:
        yield connection


def told(event: Any) -> Any:
    """An event of a transaction as its generation, and what is new or gone in it."""
    if isinstance(event, Overrun):
        return "overrun"
    if not isinstance(event.record, Commit):
        return f"{event.kind} {event.record.name}"
    said = event.record
    changes = [f"{each.kind} {each.record.name}" for each in said.changes]
    return (said.generation, changes) if said.complete else (said.generation, changes, "incomplete")


def test_a_transaction_is_one_event(nl: netlynx.Connection, firewall: Firewall) -> None:
    with nl.subscribe(CHANGES) as events:
        nl.do(transaction([add("a"), delete("there"), add("b")]))
        firewall.change("c")
        with pytest.raises(netlynx.TransactionError):
            nl.do(transaction([add("d"), add("a")]))
        nl.do(delete("a"))
        heard = [events.get(PATIENCE) for _ in range(3)]
    assert [told(event) for event in heard] == [
        (2, ["new a", "delete there", "new b"]),
        (3, ["new c"]),
        (4, ["delete a"]),
    ]
    assert isinstance(heard[0], Event)
    assert (heard[0].kind, heard[0].record.pid, heard[0].record.process) == ("commit", *WRITER)


def message(kind: int, record: Any, sequence: int, port: int = 1) -> Message:
    return Message(kind, 0, sequence, port, encode(plan_of(type(record)), record))


def test_what_is_of_no_transaction_is_an_event_by_itself(nl: netlynx.Connection, firewall: Firewall) -> None:
    with nl.subscribe(CHANGES) as events:
        firewall.sock.multicast(message(NEWTABLE, Table(name="a"), 1), group=GROUP)
        firewall.sock.multicast(message(NEWTABLE, Table(name="quota"), 0, 0), group=GROUP)
        firewall.sock.multicast(message(NEWTABLE, Table(name="b"), 0), group=GROUP)
        firewall.sock.multicast(message(NEWGEN, Gen(id=9), 1), group=GROUP)
        heard = [told(events.get(PATIENCE)) for _ in range(2)]
    assert heard == ["new quota", (9, ["new a", "new b"])]


@pytest.mark.parametrize("cut", range(1, 4))
def test_however_it_is_cut_into_datagrams(nl: netlynx.Connection, firewall: Firewall, cut: int) -> None:
    said = [message(NEWTABLE, Table(name=name), at) for at, name in enumerate("abc", 1)]
    said += [message(NEWGEN, Gen(id=2), 1), message(NEWTABLE, Table(name="d"), 1), message(NEWGEN, Gen(id=3), 1)]
    packed = [each.pack() for each in said]
    with nl.subscribe(CHANGES) as events:
        for at in range(0, len(packed), cut):
            firewall.sock.multicast(b"".join(packed[at : at + cut]), group=GROUP, raw=True)
        assert [told(events.get(PATIENCE)) for _ in range(2)] == [(2, ["new a", "new b", "new c"]), (3, ["new d"])]


def test_behind_a_loss_it_is_told_that_some_may_be_missing(nl: netlynx.Connection, firewall: Firewall) -> None:
    with nl.subscribe(CHANGES, receive_buffer=2304) as events:
        firewall.change(*(f"t{number}" for number in range(100)))
        assert told(events.get(PATIENCE)) == "overrun"
        assert events.drain() == []
        firewall.change("next")
        generation, changes, incomplete = told(events.get(PATIENCE))
        firewall.change("last")
        last = told(events.get(PATIENCE))
    assert (generation, changes[-1], incomplete) == (3, "new next", "incomplete")
    assert last == (4, ["new last"])


def test_other_groups_of_the_protocol_are_heard_as_ever(nl: netlynx.Connection, firewall: Firewall) -> None:
    with nl.subscribe(conntrack.FLOWS, CHANGES) as events:
        flow = conntrack.Flow(mark=7)
        firewall.sock.multicast(message(NEWTABLE, Table(name="a"), 1), group=GROUP)
        firewall.sock.multicast(message(0x0100, flow, 5), group=1)
        firewall.sock.multicast(message(NEWGEN, Gen(id=2), 1), group=GROUP)
        first, second = events.get(PATIENCE), events.get(PATIENCE)
    assert isinstance(first, Event)
    assert first.record.mark == 7
    assert told(second) == (2, ["new a"])


def test_what_cannot_be_read_on_one_socket_is_refused(nl: netlynx.Connection) -> None:
    with pytest.raises(ValueError, match=r"one at a time of .*CHANGES"):
        nl.subscribe(CHANGES, log.packets(1))
    with pytest.raises(netlynx.NotSupported, match="one namespace"):
        nl.subscribe(CHANGES, all_namespaces=True)


# ------------------------------------------------------------------------------------------------------- copies


def names(mirror: Any, listing: Any) -> list[str]:
    return sorted(table.name for table in mirror[listing])


def test_copies_go_from_generation_to_generation(nl: netlynx.Connection, firewall: Firewall) -> None:
    own, again = tables(), tables(again=True)  # one that takes in what it hears, one that is read again
    with nl.mirror(own, again) as mirror:
        mirror.settle(PATIENCE)
        for change in (["a", "b"], ["a", "there"], ["c"]):
            firewall.change(*change)
            mirror.settle(PATIENCE)
            snapshot = mirror.snapshot()
            assert {each.name for each in snapshot[own]} == set(firewall.tables)
            assert set(snapshot[own]) == set(snapshot[again])


def test_no_copy_is_ahead_of_another(nl: netlynx.Connection, firewall: Firewall) -> None:
    own, again = tables(), tables(again=True)
    with nl.mirror(own, again) as mirror:
        mirror.settle(PATIENCE)
        for number in range(100):
            firewall.change(f"a{number}", f"b{number}")
            snapshot = mirror.snapshot()
            assert set(snapshot[own]) == set(snapshot[again])
            assert len(snapshot[own]) % 2  # whole transactions of two, and the one that was there
        mirror.settle(PATIENCE)
        assert len(mirror[own]) == 201


class TestKeeping:
    """What a mirror makes of it, step by step: one copy takes in what it hears, the other has to be read again."""

    @pytest.fixture
    def state(self) -> MirrorState:
        state = MirrorState([tables(), tables(again=True)])
        assert state.begin(0.0) == (0, 1)
        there = [Table(name="there")]
        state.read({0: there, 1: there}, (), 0.0, 0.0, 1)
        return state

    @staticmethod
    def commit(generation: int, *changes: str, complete: bool = True) -> Event[Any]:
        told = tuple(Event(EventKind(each[:3].replace("del", "delete")), Table(name=each[4:])) for each in changes)
        return Event("commit", Commit(generation, 1, "x", told, complete))

    @staticmethod
    def seen(state: MirrorState) -> list[list[str]]:
        return [sorted(table.name for table in copy.records.values()) for copy in state.copies]

    def test_all_wait_for_the_one_that_is_to_be_read(self, state: MirrorState) -> None:
        state.events([self.commit(2, "new a"), self.commit(3, "new b", "del there")], 1.0)
        assert self.seen(state) == [["there"], ["there"]]
        assert not state.certain
        assert state.begin(2.0) == (1,)
        state.read({1: [Table(name="a"), Table(name="b")]}, (), 2.0, 2.0, 3)
        assert self.seen(state) == [["a", "b"], ["a", "b"]]
        assert state.certain

    def test_what_a_reading_had_already_is_not_taken_in_again(self, state: MirrorState) -> None:
        state.lost(1.0)
        assert state.begin(2.0) == (0, 1)
        heard = [self.commit(2, "new a"), self.commit(3, "del a")]
        state.read({0: [Table(name="b")], 1: [Table(name="b")]}, heard, 2.0, 2.0, 3)
        assert self.seen(state) == [["b"], ["b"]]
        assert state.certain

    def test_what_came_after_a_reading_waits_for_the_next(self, state: MirrorState) -> None:
        state.events([self.commit(2, "new a")], 1.0)
        assert state.begin(2.0) == (1,)
        later = [self.commit(3, "new b")]
        state.read({1: [Table(name="there"), Table(name="a")]}, later, 2.0, 2.0, 2)
        assert self.seen(state) == [["a", "there"], ["a", "there"]]
        assert state.begin(9.0) == (1,)

    def test_after_a_loss_all_are_read(self, state: MirrorState) -> None:
        state.events([Overrun(1), self.commit(7, "new a", complete=False)], 1.0)
        assert self.seen(state) == [["there"], ["there"]]
        assert state.begin(2.0) == (0, 1)

    def test_numbers_of_generations_begin_anew(self) -> None:
        state = MirrorState([tables()])
        state.begin(0.0)
        state.read({0: []}, (), 0.0, 0.0, 0xFFFFFFFF)
        state.events([self.commit(0xFFFFFFFF, "new old"), self.commit(1, "new a")], 1.0)
        assert self.seen(state) == [["a"]]


@pytest.mark.anyio
async def test_tasks_hear_and_keep_the_same(kernel: VirtualKernel, firewall: Firewall) -> None:
    listing = tables()
    async with (
        netlynx.aconnect(kernel=kernel) as nl,
        nl.mirror(listing) as mirror,
        nl.subscribe(CHANGES) as events,
    ):
        await nl.do(transaction([add("a"), delete("there")]))
        assert told(await events.get(PATIENCE)) == (2, ["new a", "delete there"])
        await mirror.settle(PATIENCE)
        assert names(mirror, listing) == ["a"]
