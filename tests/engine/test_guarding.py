"""Guarded deletions without a kernel: what is asked, when, and what is sent then."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import route
from netlynx.codec._codec import decode, encode
from netlynx.engine.guarding import AGE, Declined, Flushing, Settled, Unsettled, settling
from netlynx.engine.operation import Do, Guarded
from netlynx.errors import Ambiguous, Busy, NotFound, PermissionDenied
from netlynx.schema.compile import plan_of

PLAIN = {"family": 2, "tos": 0, "flags": 0, "scope": "link", "type": "unicast", "protocol": "static", "table": 100}


def read(**fields: Any) -> route.Route:
    """A route as it is read."""
    record: route.Route = decode(plan_of(route.Route), encode(plan_of(route.Route), route.Route(**PLAIN, **fields)))
    return record


DEVICE = read(destination="10.0.0.0/24", oif=3)
TUNED = read(destination="10.0.0.0/24", oif=3, metrics=route.Metrics(mtu=1400))
OTHER = read(destination="10.1.0.0/24", oif=3)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_single_deletion_looks_at_what_competes_with_it() -> None:
    operation = route.delete(DEVICE)
    assert isinstance(operation, Guarded)
    steps = settling(operation).steps()
    asked = next(steps)
    assert dict(asked.match)["destination"] == "10.0.0.0/24"  # type: ignore[union-attr]
    chosen = steps.send([DEVICE, TUNED])
    assert type(chosen) is Do
    assert chosen.payload == operation.payload
    steps = settling(operation).steps()
    next(steps)
    with pytest.raises(Ambiguous, match="mtu=1400"):
        steps.send([TUNED, DEVICE])


def test_a_table_that_is_not_there_has_no_rivals() -> None:
    steps = settling(route.delete(DEVICE)).steps()  # type: ignore[arg-type]
    next(steps)
    assert steps.throw(NotFound(2)).payload == route.delete(DEVICE).payload  # type: ignore[union-attr]


def test_a_batch_asks_once_and_keeps_count_of_what_it_removes() -> None:
    settled = Settled(map(route.delete, [TUNED, DEVICE, OTHER]), Clock())
    with pytest.raises(Unsettled) as found:
        next(settled)
    assert found.value.following([TUNED, DEVICE, OTHER], Clock()) is settled
    assert [type(each) for each in settled] == [Do, Do, Do]


def test_a_batch_goes_on_behind_what_must_not_be_sent() -> None:
    settled = Settled(map(route.delete, [DEVICE, OTHER]), Clock())
    with pytest.raises(Unsettled):
        next(settled)
    settled.take([TUNED, DEVICE, OTHER])
    with pytest.raises(Declined):
        next(settled)
    assert len(list(settled)) == 1


def test_a_batch_asks_anew_for_what_it_changed_and_after_a_while() -> None:
    clock = Clock()
    settled = Settled([route.delete(OTHER), route.add(DEVICE), route.delete(DEVICE), route.delete(OTHER)], clock)
    with pytest.raises(Unsettled):
        next(settled)
    settled.take([OTHER])
    assert [next(settled).name, next(settled).name] == ["route.delete", "route.add"]
    with pytest.raises(Unsettled):
        next(settled)
    settled.take([DEVICE, OTHER])
    next(settled)
    clock.now += AGE
    with pytest.raises(Unsettled):
        next(settled)


def test_a_flush_of_a_whole_table_asks_no_more_and_begins_again_with_what_had_to_wait() -> None:
    listed = [DEVICE, TUNED]
    flushing = Flushing(route.flush(route.routes(table=100, family="inet")), [TUNED, DEVICE], Clock())
    assert len(list(flushing.operations())) == 2
    flushing = Flushing(route.flush(route.routes(table=100, family="inet")), listed[::-1], Clock())
    flushing._pending = [(DEVICE, 1), (TUNED, 1)]
    result: netlynx.BatchResult[None] = netlynx.BatchResult()
    operations = flushing.operations()
    operations._rivals.clear()
    operations._hold([TUNED, DEVICE])
    with pytest.raises(Declined) as declined:
        next(operations)
    result.refused(declined.value.error)
    next(operations)
    result._answered = result._begun = 2
    flushing.take(result)
    assert (flushing.over, flushing.removed, flushing._pending) == (False, 1, [(DEVICE, 1)])


def test_the_error_of_a_flush_has_the_batch_that_it_is_of() -> None:
    flushing = Flushing(route.flush(route.routes(table=100, family="inet")), [TUNED, DEVICE, OTHER], Clock())
    first: netlynx.BatchResult[None] = netlynx.BatchResult()
    refused = PermissionDenied(1)
    first.answered(3, {0: refused, 1: Busy(16)}, {})
    flushing.take(first)
    assert not flushing.over
    later: netlynx.BatchResult[None] = netlynx.BatchResult()
    later.answered(1, {}, {})
    with pytest.raises(PermissionDenied) as raised:
        flushing.take(later)
    assert (raised.value, raised.value.batch, flushing.removed) == (refused, first, 2)
    assert raised.value.__notes__ == ["route.flush(route.routes(family=inet, table=100)): 2 were removed"]


def test_a_flush_of_what_was_sorted_out_asks() -> None:
    flushing = Flushing(route.flush(route.routes(table=100).where(metrics=None)), [DEVICE], Clock())
    with pytest.raises(Unsettled):
        next(flushing.operations())
