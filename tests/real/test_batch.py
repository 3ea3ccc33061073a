"""Batches to the real kernel, whose next operations are made ready while it works."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

import netlynx
from netlynx import route
from netlynx.client import exchanging
from netlynx.engine.operation import Do
from netlynx.route import Route
from netlynx.transport._calls import Courier

COUNT = 1000


def hole(number: int) -> Route:
    return Route(destination=f"10.0.{number >> 8}.{number & 255}/32", type="blackhole")  # type: ignore[arg-type]


def holes() -> Iterator[Do[None]]:
    return (route.add(hole(number)) for number in range(COUNT))


def there(nl: netlynx.Connection) -> int:
    return nl.count(route.routes(family="inet").where(type="blackhole"))


def batch_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "netlynx batch"]


def test_every_outcome_finds_its_place(nl: netlynx.Connection) -> None:
    wrong = [0, 127, 128, 700, COUNT - 1]
    nl.batch(route.add(hole(number)) for number in wrong)
    result = nl.batch(holes(), on_error="continue")
    assert (len(result), there(nl)) == (COUNT, COUNT)
    assert list(result.errors) == wrong
    assert all(isinstance(error, FileExistsError) for error in result.errors.values())
    assert batch_threads() == []


def test_the_iterable_may_use_the_connection_meanwhile(nl: netlynx.Connection) -> None:
    nl.batch(holes())
    nl.batch(route.delete(found) for found in nl.dump(route.routes(family="inet").where(type="blackhole")))
    assert there(nl) == 0


def test_each_datagram_is_sent_right_behind_the_answer_to_the_one_before(
    nl: netlynx.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed = []

    class Watched(Courier):
        def carries(self, request: bytes | None = None) -> bool:
            carried = super().carries(request)
            if request is not None:
                followed.append(carried)
            return carried

    monkeypatch.setattr(exchanging, "Courier", Watched)
    nl.batch(holes())
    # The first is sent without a thread; from the second on they have twice as many operations.
    assert followed == [False, False, True, True, True]
    assert there(nl) == COUNT
    nl.do(route.delete(hole(500)))  # in the third of them; nothing follows it unseen
    nl.batch(map(route.delete, map(hole, range(COUNT))), on_error="continue")
    assert followed[5:] == [False, False, True, False, True]
    assert there(nl) == 0


def test_nothing_behind_a_datagram_with_a_refusal_is_sent(nl: netlynx.Connection) -> None:
    nl.do(route.add(hole(300)))
    with pytest.raises(FileExistsError):
        nl.batch(holes())
    assert there(nl) == 3 * 128
    assert batch_threads() == []
    nl.do(route.add(hole(900)))  # nothing of the batch is met later


def test_an_iterable_that_is_interrupted_leaves_no_thread_and_a_usable_connection(nl: netlynx.Connection) -> None:
    def interrupted() -> Iterator[Do[None]]:
        for number, operation in enumerate(holes()):
            if number == 500:
                raise KeyboardInterrupt
            yield operation

    with pytest.raises(KeyboardInterrupt):
        nl.batch(interrupted())
    assert batch_threads() == []
    assert there(nl) == 3 * 128
    nl.do(route.add(hole(900)))


def test_a_child_that_is_forked_by_the_iterable_does_not_wait_for_a_thread_of_its_parent(
    nl: netlynx.Connection,
) -> None:
    child, parent = 0, os.getpid()

    def forking() -> Iterator[Do[None]]:
        nonlocal child
        for number, operation in enumerate(holes()):
            if number == 400:
                child = os.fork()
            yield operation

    try:
        result = nl.batch(forking())
    except netlynx.ConnectionClosed:
        if os.getpid() == parent:
            raise
        os._exit(7)
    finally:
        if os.getpid() != parent:
            os._exit(8)
    assert len(result) == COUNT
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert there(nl) == COUNT


def test_without_a_thread_to_be_had_a_batch_is_carried_out_all_the_same(
    nl: netlynx.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def refuse(self: threading.Thread) -> None:
        if self.name == "netlynx batch":
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert len(nl.batch(holes())) == COUNT
    assert there(nl) == COUNT


def test_a_window_of_one_takes_an_operation_when_the_one_before_is_carried_out(nl: netlynx.Connection) -> None:
    seen = []

    def watching() -> Iterator[Do[None]]:
        for number in range(5):
            seen.append(there(nl))
            yield route.add(hole(number))

    nl.batch(watching(), window=1)
    assert seen == [0, 1, 2, 3, 4]


def test_all_operations_may_be_refused_with_words_and_none_is_lost(nl: netlynx.Connection) -> None:
    refused = (route.Route(destination=f"10.0.{n >> 8}.{n & 255}/32", gateway="192.0.2.1", oif=1) for n in range(3000))
    nl.do(route.up(1))
    result = nl.batch(map(route.add, refused), on_error="continue")
    assert len(result.errors) == 3000
    assert {error.message for error in result.errors.values()} == {"Nexthop has invalid gateway"}
