"""Batches that are ended in the middle: what they report is what the kernel has, wherever that happened."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dis import opname
from types import FrameType
from typing import Any

import anyio
import pytest

import netlynx
from netlynx import BatchResult, netns, route
from netlynx.client import async_threads as aio_threads
from netlynx.client import async_waiting as aio_waiting
from netlynx.engine.operation import Do
from netlynx.route import Route
from netlynx.transport.errands import under_way
from support import rounds

REFUSED = {0, 5, 300}  # there already


def hole(number: int) -> Route:
    return Route(destination=f"10.0.{number >> 8}.{number & 255}/32", type="blackhole")  # type: ignore[arg-type]


def holes(count: int) -> Iterator[Do[None]]:
    return (route.add(hole(number)) for number in range(count))


def check(nl: netlynx.Connection, result: BatchResult[None] | None, before: set[int], *, waits: bool = True) -> None:
    """The report against the kernel's table, which is emptied. Who `waits` for what is on its way knows of all."""
    agree(nl, result, before)
    if not waits and result is not None and result.unknown:  # what a thread was at goes on, and is in the table then
        over = time.monotonic() + 60
        while at_work() and time.monotonic() < over:
            time.sleep(0.001)
        assert not at_work()
        agree(nl, result, before)
    assert not (waits and result is not None and result.unknown)
    nl.batch(map(route.delete, nl.dump(route.routes(family="inet").where(type="blackhole")).all()))


def at_work() -> bool:
    """Whether a thread still does something for a batch, or is to."""
    return under_way() > 0 or any(thread.name == "netlynx batch" for thread in threading.enumerate())


def agree(nl: netlynx.Connection, result: BatchResult[None] | None, before: set[int]) -> None:
    """What a report says is what the table has, as far as it knows."""
    listed = nl.dump(route.routes(family="inet").where(type="blackhole")).all()
    answered = 0 if result is None else len(result)
    errors = {} if result is None else result.errors
    assert len({found.destination for found in listed}) == len(listed)
    unknown = 0 if result is None else result.unknown
    assert 0 <= len(listed) - len(before) - (answered - len(errors)) <= unknown
    assert set(errors) == {number for number in before if number < answered}
    assert all(isinstance(error, FileExistsError) for error in errors.values())


class Interrupter:
    """Raises KeyboardInterrupt before the n-th instruction of the library's code that carries out batches."""

    FILES = ("connection.py", "waiting.py", "driving.py", "exchanging.py", "engine/carrying.py", "engine/batch.py")

    # A signal is looked for behind calls and jumps, so never right before a return, nor on the way to and from a
    # generator that another one waits for.
    NEVER = ("RETURN_VALUE", "RETURN_GENERATOR", "SEND", "JUMP_BACKWARD_NO_INTERRUPT")

    def __init__(self, number: int) -> None:
        self.left = number

    @contextmanager
    def installed(self) -> Iterator[None]:
        sys.settrace(self)
        try:
            yield
        finally:
            sys.settrace(None)

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:  # Any: a trace function's
        if not frame.f_code.co_filename.endswith(self.FILES) or frame.f_code.co_name == "_nth":  # a long loop
            return None
        frame.f_trace_opcodes = True
        code, at = frame.f_code.co_code, frame.f_lasti
        passed_on = opname[code[at]] == "YIELD_VALUE" and opname[code[at - 2]] == "SEND"
        if event == "opcode" and not passed_on and opname[code[at]] not in self.NEVER:
            self.left -= 1
            if self.left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return self


# A socket that was just opened may be closed by nobody but its destructor.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("window", [None, 1, 200])
@pytest.mark.parametrize("before", [set(), REFUSED])
def test_an_interrupt_before_any_instruction_leaves_nothing_unsaid(
    nl: netlynx.Connection, window: int | None, before: set[int], full: bool
) -> None:
    count = 8 if window == 1 else 700
    before = {number for number in before if number < count}
    step = int(os.environ.get("NETLYNX_STEP", "149" if full else "449"))
    number = random.randint(1, step)
    while True:
        nl.batch(route.add(hole(number)) for number in before)
        interrupter, result = Interrupter(number), None
        try:
            with interrupter.installed():
                result = nl.batch(holes(count), on_error="continue", window=window)
        except KeyboardInterrupt as error:
            result = getattr(error, "batch", None)  # without one it was not begun
        check(nl, result, before)
        if interrupter.left > 0:
            break
        number += step
    assert result is not None
    assert len(result) == count


# Where it comes between a socket being made and being kept, nobody but the garbage collector can close that.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("before", [set(), set(range(0, 20_000, 37))])
def test_ctrl_c_at_any_time_leaves_nothing_unsaid(nl: netlynx.Connection, before: set[int]) -> None:
    for _ in rounds(4):
        nl.batch(route.add(hole(number)) for number in before)
        delay = threading.Timer(random.uniform(0.001, 0.2), os.kill, (os.getpid(), signal.SIGINT))
        result = None
        try:
            delay.start()
            result = nl.batch(holes(20_000), on_error="continue")
            delay.join()
        except KeyboardInterrupt as error:
            result = getattr(error, "batch", result)
        check(nl, result, before)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("before", [set(), set(range(0, 20_000, 37))])
@pytest.mark.parametrize("by", ["the loop", "threads", "threads that are left"])
def test_a_cancellation_at_any_time_leaves_nothing_unsaid(
    nl: netlynx.Connection,
    namespace: netns.NetworkNamespace,
    backend: str,
    before: set[int],
    by: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result: BatchResult[None] | None = None
    if by != "the loop":  # threads receive answers, too: as while the kernel is held up
        monkeypatch.setattr(aio_threads, "FRESH", -1.0)
    if by == "threads that are left":  # with what they do: as where the kernel takes longer than is waited for it
        monkeypatch.setattr(aio_waiting, "GRACE", 0.0)

    async def add(seconds: float) -> None:
        nonlocal result
        async with netlynx.aconnect(netns=namespace) as anl:
            with anyio.move_on_after(seconds):
                try:
                    result = await anl.batch(holes(20_000), on_error="continue")
                except anyio.get_cancelled_exc_class() as error:
                    result = getattr(error, "batch", None)
                    raise

    for _ in rounds(4 if by == "the loop" else 12):
        nl.batch(route.add(hole(number)) for number in before)
        result = None
        anyio.run(add, random.uniform(0.001, 0.2 if by == "the loop" else 0.05), backend=backend)
        check(nl, result, before, waits=False)
