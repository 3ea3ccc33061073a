"""Batches that something ends: what was carried out is on the error, whatever that is, in both shells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import anyio
import pytest

import netlynx
from netlynx import BatchResult
from netlynx.engine.batch import BatchExchange
from netlynx.engine.operation import Do
from netlynx.kernel import VirtualKernel
from support import until
from toy import PROTOCOL, SILENT, Entry, Silent, Table, add

WINDOW = BatchExchange.WINDOW
ROW = 2 * WINDOW + 10  # of the operation at which something happens


class Frozen(BaseException):
    """What refuses attributes, as exceptions of frozen classes do."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


def adds(count: int, happens: Callable[[], object] = bool, *, protocol: int = PROTOCOL) -> Iterator[Do[None]]:
    for number in range(count):
        if number == ROW:
            happens()
        yield add(Entry(number=number), protocol=protocol)


def raising(error: BaseException) -> Callable[[], None]:
    def happens() -> None:
        raise error

    return happens


def result_of(error: BaseException) -> BatchResult[None]:
    result: BatchResult[None] = error.batch  # type: ignore[attr-defined]  # put there by the batch
    assert isinstance(result, BatchResult)
    assert any(str(result) in note for note in error.__notes__)
    return result


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, ValueError, netlynx.EncodeError, OSError, Frozen])
def test_an_error_of_the_iterable_tells_what_was_carried_out(
    nl: netlynx.Connection, table: Table, kind: type[BaseException]
) -> None:
    table.rows[3] = Entry(number=3)
    error = kind("enough")
    with pytest.raises(kind) as caught:
        nl.batch(adds(1000, raising(error)), on_error="continue", window=WINDOW)
    assert caught.value is error
    result = result_of(error)
    # An Exception waits until all before it is carried out, anything else does not wait.
    assert len(result) == (ROW if isinstance(error, Exception) else 2 * WINDOW)
    assert (list(result.errors), result.done, result.unknown) == ([3], len(result) - 1, 0)
    assert len(table.rows) == len(result)


@pytest.mark.anyio
@pytest.mark.parametrize("kind", [SystemExit, ValueError, Frozen])
async def test_so_it_does_in_the_async_shell(
    anl: netlynx.AsyncConnection, table: Table, kind: type[BaseException]
) -> None:
    error = kind("enough")
    with pytest.raises(kind):
        await anl.batch(adds(1000, raising(error)), window=WINDOW)
    assert len(result_of(error)) == len(table.rows) == (ROW if isinstance(error, Exception) else 2 * WINDOW)


@pytest.mark.anyio
async def test_a_cancellation_tells_what_was_carried_out(anl: netlynx.AsyncConnection, table: Table) -> None:
    result = None
    with anyio.CancelScope() as scope:
        try:
            await anl.batch(adds(1000, scope.cancel), window=WINDOW)
        except anyio.get_cancelled_exc_class() as error:
            result = result_of(error)
            raise
    assert scope.cancelled_caught
    assert result is not None
    assert len(result) == len(table.rows) == 2 * WINDOW
    assert result.unknown == 0


@pytest.mark.anyio
async def test_what_is_on_its_way_when_it_is_cancelled_is_unknown(
    anl: netlynx.AsyncConnection, silent: Silent, table: Table
) -> None:
    operations = [*adds(5), *adds(7, protocol=SILENT), *adds(5)]
    with anyio.move_on_after(0.05):
        try:
            await anl.batch(operations)
        except anyio.get_cancelled_exc_class() as error:
            result = result_of(error)
            raise
    assert (len(result), result.unknown) == (5, 7)
    assert str(result) == "5 carried out, 0 refused, 7 unknown: their answers never came"
    assert len(silent.requests) == 7


def test_what_is_not_answered_in_time_is_unknown(kernel: VirtualKernel, silent: Silent, table: Table) -> None:
    with netlynx.connect(kernel=kernel, timeout=0.02) as nl:
        with pytest.raises(netlynx.RequestTimeout) as caught:
            nl.batch([*adds(5), *adds(7, protocol=SILENT)])
        result = caught.value.batch
    assert result is not None
    assert (len(result), result.unknown) == (5, 7)
    assert caught.value.__notes__[-1] == "of the batch: 5 carried out, 0 refused, 7 unknown: their answers never came"


def test_an_answer_that_comes_right_behind_an_interrupt_is_waited_for(
    nl: netlynx.Connection, silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer() -> None:
        until(lambda: interrupted)
        silent.acknowledge()

    interrupted: list[int] = []

    def interrupt(*arguments: object) -> object:
        interrupted.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr(nl, "_receive", interrupt)
    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        nl.batch(adds(7, protocol=SILENT))
    thread.join()
    assert (len(result_of(caught.value)), result_of(caught.value).unknown) == (7, 0)


def test_a_refusal_that_is_raised_has_the_result_too(nl: netlynx.Connection, table: Table) -> None:
    table.rows[3] = Entry(number=3)
    with pytest.raises(netlynx.AlreadyExists) as caught:
        nl.batch(adds(1000))
    assert caught.value.batch is not None
    assert (caught.value.batch.done, len(caught.value.batch)) == (WINDOW - 1, WINDOW)
    assert caught.value.__notes__[-1] == f"operation 4 of the batch; {WINDOW - 1} carried out, 1 refused"


def test_the_attribute_is_there_without_a_batch() -> None:
    assert netlynx.NetlynxError("x").batch is None
