"""The async shell: `AsyncConnection`, on asyncio or trio. The same operations and verbs as `Connection`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

import anyio
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from netlynx.aio_dump_iterator import AsyncDumpIterator
from netlynx.aio_subscription import AsyncSubscription
from netlynx.engine.batch import BatchExchange, BatchResult, OnError, Unlocated
from netlynx.engine.dumping import DumpPlan, Interrupted
from netlynx.engine.exchange import DoExchange
from netlynx.errors import ConnectionClosed, NetlynxError, NotFound, RequestTimeout
from netlynx.event_loop import EventLoop
from netlynx.exchanging import GRACE, UNSENT, BatchSockets, Came, ask, note_sent, receive, send
from netlynx.listening import RECEIVE_BUFFER
from netlynx.operation import Do, Dump, Flush, Group, Talk, Transaction
from netlynx.transport.choose import chosen_kernel
from netlynx.transport.pool import Lease, SocketPool

if TYPE_CHECKING:
    from netlynx.aio_mirror import AsyncMirror
    from netlynx.families import Families
    from netlynx.generic.family import FamilyInfo
    from netlynx.netns import Where
    from netlynx.statistics import Statistics
    from netlynx.table import Addresses, Table
    from netlynx.transport.base import Kernel
    from netlynx.wire._codec import Sink

T = TypeVar("T")
S = TypeVar("S", bound="Sink")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")

_TURN = 0.001  # seconds for which answers that are there at once may keep the event loop: others want to run too


def aconnect(
    *, netns: Where | None = None, kernel: Kernel | str | None = None, timeout: float = 30.0, retries: int = 10
) -> AsyncConnection:
    """An async connection; see `netlynx.connect` for the arguments. Use it with ``async with``."""
    return AsyncConnection(chosen_kernel(netns, kernel), timeout=timeout, retries=retries)


class AsyncConnection:
    """Requests, dumps, batches and subscriptions to one kernel, for any number of tasks of one event loop.

    Every wait can be cancelled: the socket that waited is closed, the connection stays usable.

    A kernel mostly answers while it is asked, so that there is nothing to wait for. Then a call lets other tasks run,
    and sees whether its own was cancelled, only when the connection's last turn is a millisecond ago: a loop of
    requests neither starves others nor pays a turn of the event loop for each. So what a task asks within a
    millisecond of its cancellation may yet be carried out.
    """

    def __init__(self, kernel: Kernel, *, timeout: float = 30.0, retries: int = 10) -> None:
        self.timeout = timeout
        self.retries = retries
        self._pool = SocketPool(kernel)
        self._waiting: set[int] = set()
        self._loop: EventLoop | None = None  # of the task that waited last
        self._due = 0.0  # when others are to have their turn
        self._generic: Families | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all sockets; every task that waits is woken and gets `ConnectionClosed`.

        May be called from any thread; from another than the event loop's it does not wait for that to wake the tasks.
        """
        self._pool.close()
        self._in_loop(self._wake_all)

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._pool.closed

    @property
    def statistics(self) -> Statistics:
        """What went over its sockets so far: messages, bytes, overruns, retries, and what was ignored."""
        from netlynx.statistics import Statistics

        return Statistics.of(self._pool.traffic)

    @overload
    async def do(self, operation: Do[T] | Talk[T]) -> T: ...
    @overload
    async def do(self, operation: Flush[Any]) -> int: ...
    @overload
    async def do(self, operation: Transaction) -> None: ...
    async def do(self, operation: Do[T] | Talk[T] | Flush[Any] | Transaction) -> T | int | None:
        """Carry out one operation and return its answer; a flush returns how many it removed.

        Raises NetlinkError (what the kernel said), RequestTimeout, ConnectionClosed, DecodeError.
        """
        if type(operation) is Do and not operation.family:
            return await self._do(operation)
        if isinstance(operation, Flush):
            listed = await self.dump(operation.dump).all()
            return (await self.batch(map(operation.delete, listed), on_error="continue")).removed()
        if isinstance(operation, Talk):
            return await self._talk(operation)
        if isinstance(operation, Transaction):
            await self._transact(operation)
            return None
        if getattr(operation, "family", ""):
            return await self._do_in_family(operation)
        return await self._do(operation)

    async def _do(self, operation: Do[T]) -> T:
        if monotonic() >= self._due:
            await self._let_others_run()
        pool = self._pool
        lease = pool.lease(operation.protocol)
        try:
            exchange: DoExchange[T] = DoExchange(operation, lease.next_sequence(), lease.portid)
            came = ask(lease, exchange.request, operation)
            if came is None or not exchange.settle(lease.buffer, *came):
                await self._carry_on(lease, exchange, came, operation)
        except BaseException:
            pool.discard(lease)
            raise
        pool.give_back(lease)
        return exchange.result()

    def dump(self, operation: Dump[T], *, interrupted: Interrupted = "retry") -> AsyncDumpIterator[T]:
        """Read a table: ``async for`` over the result, or ``await`` its `all()` for a list.

        What it promises of interrupted dumps, and what it raises, is said at `netlynx.Connection.dump`.
        """
        return AsyncDumpIterator(self, DumpPlan(operation, interrupted, self.retries))

    async def count(self, operation: Dump[Any], *, interrupted: Interrupted = "retry") -> int:
        """How many records a table has, or how many of them fit; see `netlynx.Connection.count`."""
        plan = DumpPlan(operation, interrupted, self.retries)
        return (await self._read_whole(plan, plan.counter)).count

    async def table(
        self, operation: Dump[T], *, addresses: Addresses = "text", interrupted: Interrupted = "retry"
    ) -> Table[T]:
        """Read a table into Arrow columns; see `netlynx.Connection.table`."""
        from netlynx.table import TablePlan

        plan: TablePlan[T] = TablePlan(operation, interrupted, self.retries, addresses)
        return plan.table(await self._read_whole(plan, plan.columns))

    async def batch(
        self, operations: Iterable[Do[T]], *, on_error: OnError = "raise", window: int | None = None
    ) -> BatchResult[T]:
        """Carry out many operations, many to a datagram; see `netlynx.Connection.batch`.

        A cancellation, like anything else that ends it, has the `BatchResult` as its attribute `batch`: catch
        `anyio.get_cancelled_exc_class()` (asyncio.CancelledError, trio.Cancelled), look, and raise it again.
        """
        result: BatchResult[T] = BatchResult()
        try:
            rest = iter(operations)
            while True:
                try:
                    await self._batch(rest, result, on_error, window)
                    break
                except Unlocated as found:
                    await self._family(found.operation)
                    rest = self._families.following(found, rest)
            if self._generic is not None:
                self._generic.after_batch(rest, result)
            if on_error == "raise":
                result.raise_first()
            return result
        except BaseException as error:
            result.told_by(error)
            raise

    async def _batch(
        self, rest: Iterator[Do[T]], result: BatchResult[T], on_error: OnError, window: int | None
    ) -> None:
        with BatchSockets(self._pool, ahead=window != 1) as sockets:
            try:
                for exchange in BatchExchange.pack(rest, result, on_error, window):
                    await self._turn()
                    lease, request = sockets.begin(exchange)
                    await self._carry_on(lease, exchange, sockets.ask(lease, request, exchange), exchange)
                    sockets.done()
                sockets.end()
            except BaseException as error:
                with anyio.move_on_after(GRACE, shield=True), suppress(NetlynxError):
                    while (missing := sockets.settle(error)) and not self.closed:
                        await self._readable(missing.transport.fileno())
                raise

    @overload
    def subscribe(self, group: Group[A], /, *, receive_buffer: int = ...) -> AsyncSubscription[A]: ...
    @overload
    def subscribe(self, a: Group[A], b: Group[B], /, *, receive_buffer: int = ...) -> AsyncSubscription[A | B]: ...
    @overload
    def subscribe(
        self, a: Group[A], b: Group[B], c: Group[C], /, *, receive_buffer: int = ...
    ) -> AsyncSubscription[A | B | C]: ...
    @overload
    def subscribe(self, *groups: Group[Any], receive_buffer: int = ...) -> AsyncSubscription[Any]: ...
    def subscribe(self, *groups: Group[Any], receive_buffer: int = RECEIVE_BUFFER) -> AsyncSubscription[Any]:
        """Listen to notifications: ``async for`` over the result; see `netlynx.Connection.subscribe`.

        It listens from the moment this returns. A generic netlink family that is met for the first time is asked for
        on the spot: kernels answer that while it is sent.
        """
        known = {
            group.family: self._families.at_once(group, self._pool, self.timeout) for group in groups if group.family
        }
        return AsyncSubscription(self, groups, receive_buffer, known)

    def mirror(self, *listings: Dump[Any], receive_buffer: int = RECEIVE_BUFFER) -> AsyncMirror:
        """Keep copies of tables in memory that are always up to date; see `netlynx.Connection.mirror`."""
        from netlynx.aio_mirror import AsyncMirror

        return AsyncMirror(self, listings, receive_buffer)

    # -- generic netlink -----------------------------------------------------------------------------------------

    @property
    def _families(self) -> Families:
        if self._generic is None:
            from netlynx.families import Families

            self._generic = Families()
        return self._generic

    async def _family(self, asked: Do[Any] | Dump[Any]) -> FamilyInfo:
        """What is known of the family of an operation, asked for on first use. Raises NotSupported."""
        known = self._families.get(asked.family)
        return known if known is not None else await self._look_up(asked)

    async def _look_up(self, asked: Do[Any] | Dump[Any]) -> FamilyInfo:
        families, name = self._families, asked.family
        try:
            return families.learn(name, await self._do(families.asking(name)))
        except NotFound as error:
            raise families.absent(name, error, asked) from error

    async def _moved(self, asked: Do[Any] | Dump[Any], before: FamilyInfo) -> bool:
        """Whether a family that the kernel denied has another number by now. Raises NotSupported if it is gone."""
        return (await self._look_up(asked)).id != before.id

    async def _do_in_family(self, operation: Do[T]) -> T:
        info = await self._family(operation)
        try:
            return await self._do(self._families.located(operation, info))
        except self._families.STALE:
            if not await self._moved(operation, info):
                raise
        return await self._do(self._families.located(operation, await self._family(operation)))

    async def _transact(self, transaction: Transaction) -> None:
        from netlynx.engine.transaction import TransactionExchange  # on first use

        exchange = TransactionExchange(transaction)
        lease = self._pool.lease(exchange.protocol)
        request = exchange.start(lease.sequence, lease.transport.portid)
        lease.sequence = exchange.last_sequence
        try:
            await self._send(lease, request, exchange)
            while not exchange.feed(lease.buffer, *await self._receive(lease, exchange)):
                pass
        except BaseException as error:
            self._pool.discard(lease)
            note_sent(error, lease, request)
            raise
        finally:
            lease.traffic.strayed(exchange.strays)
        self._pool.give_back(lease)
        exchange.finish()

    async def _talk(self, talk: Talk[T]) -> T:
        steps = talk.steps()
        try:
            operation = next(steps)
            while True:
                try:
                    if isinstance(operation, Dump):
                        answer: Any = await self.dump(operation).all()
                    else:
                        answer = await self.do(operation)
                except NetlynxError as error:
                    operation = steps.throw(error)
                else:
                    operation = steps.send(answer)
        except StopIteration as end:
            value: T = end.value
            return value

    # -- waiting -------------------------------------------------------------------------------------------------

    async def _let_others_run(self) -> None:
        await checkpoint()
        self._due = monotonic() + _TURN

    async def _turn(self) -> None:
        """Let others run if it is time, and see in any case whether the task was cancelled."""
        if monotonic() >= self._due:
            await self._let_others_run()
        else:
            await checkpoint_if_cancelled()

    async def _carry_on(
        self, lease: Lease, exchange: DoExchange[Any] | BatchExchange[Any], came: Came | None, asked: Any
    ) -> None:
        """Feed an exchange what came, and what comes, until it is done."""
        if came is UNSENT:
            await self._send(lease, exchange.request, asked)
            came = None
        try:
            while not exchange.feed(lease.buffer, *(came or await self._receive(lease, asked))):
                came = None
        except NetlynxError as error:
            note_sent(error, lease, exchange.request)
            raise
        finally:
            lease.traffic.strayed(exchange.strays)

    async def _send(self, lease: Lease, request: bytes, asked: Any) -> None:
        if send(lease, request, asked):
            return
        with anyio.move_on_after(self.timeout):
            while True:
                await anyio.sleep(0.001)
                self._pool.check_open()
                if send(lease, request, asked):
                    return
        raise RequestTimeout(f"{asked}: could not be sent within {self.timeout} s")

    async def _receive(self, lease: Lease, asked: Any) -> Came:
        """The next datagram, which is in the lease's buffer."""
        while (came := receive(lease, asked)) is None:
            with anyio.move_on_after(self.timeout) as scope:
                await self._readable(lease.transport.fileno())
            if scope.cancelled_caught:
                raise RequestTimeout(f"{asked}: no answer within {self.timeout} s")
        if monotonic() >= self._due:
            await self._let_others_run()
        return came

    async def _read_whole(self, plan: DumpPlan[Any], sink: Callable[[], S]) -> S:
        """The whole table, read into a sink made by `sink`, and again into another when it was interrupted."""
        if not plan.operation.family:
            return await self._read_table(plan, sink)
        info = await self._family(plan.operation)
        plan.operation = self._families.located(plan.operation, info)
        try:
            return await self._read_table(plan, sink)
        except self._families.STALE:
            if not await self._moved(plan.operation, info):
                raise
        plan.operation = self._families.located(plan.operation, await self._family(plan.operation))
        return await self._read_table(plan, sink)

    async def _read_table(self, plan: DumpPlan[Any], sink: Callable[[], S]) -> S:
        pool, operation = self._pool, plan.operation
        for attempt in plan.attempts(sink):
            await checkpoint_if_cancelled()
            lease = pool.lease(operation.protocol)
            exchange = attempt.start(lease.next_sequence(), lease.portid)
            if attempt.number > 1:
                lease.traffic.retried()
            try:
                await self._send(lease, exchange.request, operation)
                while not exchange.done:
                    attempt.feed(lease.buffer, *await self._receive(lease, operation))
            except BaseException as error:
                pool.discard(lease)
                note_sent(error, lease, exchange.request)
                raise
            finally:
                lease.traffic.strayed(exchange.strays)
            pool.give_back(lease)
            attempt.finish()
            if attempt.pause:
                await anyio.sleep(attempt.pause)
        return attempt.sink

    async def _readable(self, descriptor: int) -> None:
        """Until there is something to receive. Raises ConnectionClosed when the connection or the waiter's socket is
        closed, BusyResourceError (of anyio) when another task waits for the same."""
        self._loop = EventLoop()  # before looking: who closes from now on will have it wake this task
        self._pool.check_open()
        if descriptor in self._waiting:
            raise anyio.BusyResourceError("receiving")
        self._waiting.add(descriptor)
        try:
            await anyio.wait_readable(descriptor)
        except anyio.ClosedResourceError:
            raise ConnectionClosed("the connection was closed while this waited") from None
        finally:
            self._waiting.discard(descriptor)
        self._pool.check_open()

    def _in_loop(self, function: Callable[[], None]) -> None:
        """Call something that concerns tasks that may wait, from any thread."""
        loop = self._loop
        if loop is None:
            function()
        else:
            loop.call(function)

    def _wake(self, descriptor: int) -> None:
        """Have the task that waits for a descriptor, if there is one, find that it is closed."""
        if descriptor in self._waiting:
            with suppress(RuntimeError):  # no loop runs: nobody can be woken
                anyio.notify_closing(descriptor)

    def _wake_all(self) -> None:
        for descriptor in tuple(self._waiting):
            self._wake(descriptor)
