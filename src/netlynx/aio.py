"""The async shell: `AsyncConnection`, on asyncio or trio. The same operations and verbs as `Connection`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

import anyio
from anyio.lowlevel import checkpoint_if_cancelled

from netlynx.aio_dump_iterator import AsyncDumpIterator
from netlynx.aio_subscription import AsyncSubscription
from netlynx.aio_waiting import FRESH, ROUTE, SLOW, AsyncWaiting
from netlynx.deadline import Deadline
from netlynx.engine.batch import BatchExchange, BatchResult, OnError, Unlocated
from netlynx.engine.dumping import CountPlan, DumpPlan, Interrupted
from netlynx.engine.exchange import DoExchange
from netlynx.engine.guarding import Declined, Flushing, Unsettled, settling
from netlynx.errands import under_way
from netlynx.errors import NetlinkError, NetlynxError
from netlynx.exchanging import BatchSockets, Wait, ask, note_sent
from netlynx.expecting import check_groups, each_of, unexpected
from netlynx.hearing import RECEIVE_BUFFER, Hearing, HearingArguments
from netlynx.named import NamedDo, NamedDump
from netlynx.operation import Call, Do, Dump, Flush, Group, Guarded, Talk, Transaction
from netlynx.transport.choose import chosen_kernel
from netlynx.transport.pool import SocketPool

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


def aconnect(
    *, netns: Where | None = None, kernel: Kernel | str | None = None, timeout: float = 30.0, retries: int = 10
) -> AsyncConnection:
    """An async connection; see `netlynx.connect` for the arguments. Use it with ``async with``."""
    return AsyncConnection(chosen_kernel(netns, kernel), timeout=timeout, retries=retries)


class AsyncConnection(AsyncWaiting):
    """Requests, dumps, batches and subscriptions to one kernel, for any number of tasks of one event loop.

    Every wait can be cancelled: the socket that waited is closed, the connection stays usable. What may take a kernel
    long is sent by threads, so that the event loop goes on; see docs/waiting.md.

    A kernel mostly answers while it is asked, so that there is nothing to wait for. Then a call lets other tasks run,
    and sees whether its own was cancelled, only when the connection's last turn is a millisecond ago: a loop of
    requests neither starves others nor pays a turn of the event loop for each. So what a task asks within a
    millisecond of its cancellation may yet be carried out.
    """

    def __init__(self, kernel: Kernel, *, timeout: float = 30.0, retries: int = 10) -> None:
        self.retries = retries
        super().__init__(SocketPool(kernel, timeout, parting=False))
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
        self._changing.close()
        self._reading.close()
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
    async def do(self, operation: Do[T] | Talk[T] | Call[T], *, deadline: float | None = None) -> T: ...
    @overload
    async def do(self, operation: Flush[Any], *, deadline: float | None = None) -> int: ...
    @overload
    async def do(self, operation: Transaction, *, deadline: float | None = None) -> None: ...
    async def do(
        self, operation: Do[T] | Talk[T] | Call[T] | Flush[Any] | Transaction, *, deadline: float | None = None
    ) -> T | int | None:
        """Carry out one operation and return its answer; a flush returns how many it removed.

        `deadline` is as for `netlynx.Connection.do`; cancelling it (``anyio.fail_after``) bounds it as well.

        Raises NetlinkError (what the kernel said), RequestTimeout, ConnectionClosed, DecodeError.
        """
        if deadline is None and type(operation) is Do and not operation.family:
            return await self._do(operation)  # without another coroutine between
        answer: T | int | None = await self._carry_out(operation, Deadline.of(deadline))
        return answer

    async def _carry_out(self, operation: Any, deadline: Deadline | None) -> Any:  # Any: as `do` has it
        if type(operation) is Do and not operation.family:
            return await self._do(operation, deadline)
        if isinstance(operation, Flush):
            listed = await AsyncDumpIterator(self, DumpPlan(operation.dump, "retry", self.retries, deadline)).all()
            flushing = Flushing(operation, listed, monotonic)
            while not flushing.over:
                flushing.take(await self._carry_out_all(flushing.operations(), "continue", None, deadline))
            return flushing.removed
        if isinstance(operation, NamedDo):
            from netlynx.naming import carried_out

            operation = carried_out(operation)
        if isinstance(operation, Talk):
            return await self._talk(operation, deadline)
        if isinstance(operation, Guarded):
            return await self._talk(settling(operation), deadline)
        if isinstance(operation, Transaction):
            await self._transact(operation, deadline)
            return None
        if isinstance(operation, Call):
            return await self._call(operation, deadline)
        if not isinstance(operation, Do):
            raise unexpected("do", operation)
        if operation.family:
            return await self._do_in_family(operation, deadline)
        return await self._do(operation, deadline)

    async def _do(self, operation: Do[T], deadline: Deadline | None = None) -> T:
        began = monotonic()
        if began >= self._due:
            await self._let_others_run()
            began = monotonic()
        if deadline is not None:
            deadline.check(operation)
        pool = self._pool
        kind = operation.message_type
        if pool.lasting and not (
            began < self._trusted.get(kind, 0.0) and operation.protocol == ROUTE and not under_way()
        ):
            lease, exchange, came = await self._begin_do(operation, deadline)
        else:
            lease = pool.lease(operation.protocol)
            try:
                exchange = DoExchange(operation, lease.next_sequence(), lease.portid)
                came = ask(lease, exchange.request, operation)
            except BaseException:
                pool.discard(lease)
                raise
            now = monotonic()
            if now - began < SLOW:
                self._trusted[kind] = now + FRESH
            else:
                self._took(now - began, kind)
        try:
            if came is None or not exchange.settle(lease.buffer, *came):
                await self._carry_on(lease, exchange, came, operation, deadline)
        except BaseException:
            pool.discard(lease)
            raise
        pool.give_back(lease)
        return exchange.result()

    def dump(
        self, operation: Dump[T], *, interrupted: Interrupted = "retry", deadline: float | None = None
    ) -> AsyncDumpIterator[T]:
        """Read a table: ``async for`` over the result, or ``await`` its `all()` for a list.

        What it promises of interrupted dumps, how long it may take, and what it raises, is said at
        `netlynx.Connection.dump`.
        """
        return AsyncDumpIterator(self, DumpPlan(operation, interrupted, self.retries, Deadline.of(deadline)))

    async def count(
        self, operation: Dump[Any], *, interrupted: Interrupted = "retry", deadline: float | None = None
    ) -> int:
        """How many records a table has, or how many of them fit; see `netlynx.Connection.count`."""
        plan = CountPlan(operation, interrupted, self.retries, Deadline.of(deadline))
        return (await self._read_whole(plan, plan.counter)).count

    async def table(
        self,
        operation: Dump[T],
        *,
        addresses: Addresses = "text",
        interrupted: Interrupted = "retry",
        deadline: float | None = None,
    ) -> Table[T]:
        """Read a table into Arrow columns; see `netlynx.Connection.table`."""
        from netlynx.table import TablePlan

        plan: TablePlan[T] = TablePlan(operation, interrupted, self.retries, addresses, Deadline.of(deadline))
        return plan.table(await self._read_whole(plan, plan.columns))

    async def batch(
        self,
        operations: Iterable[Do[T]],
        *,
        on_error: OnError = "raise",
        window: int | None = None,
        deadline: float | None = None,
    ) -> BatchResult[T]:
        """Carry out many operations, many to a datagram; see `netlynx.Connection.batch`.

        The operations are taken from the iterable by the task that waits. The datagram that is with the kernel when the
        task is cancelled is carried out all the same; a moment is given to it, to know what became of it.

        A cancellation, like anything else that ends it, has the `BatchResult` as its attribute `batch`: catch
        `anyio.get_cancelled_exc_class()` (asyncio.CancelledError, trio.Cancelled), look, and raise it again.
        """
        return await self._carry_out_all(operations, on_error, window, Deadline.of(deadline))

    async def _carry_out_all(
        self, operations: Iterable[Do[T]], on_error: OnError, window: int | None, deadline: Deadline | None
    ) -> BatchResult[T]:
        result: BatchResult[T] = BatchResult()
        try:
            rest = each_of(operations)
            while True:
                try:
                    await self._batch(rest, result, on_error, window, deadline)
                    break
                except Unlocated as found:
                    rest = await self._found(found, rest, result, deadline)
                    if result.errors and on_error != "continue":
                        break
                except Unsettled as found:
                    rest = found.following(await self._talk(found.looking(), deadline), monotonic)
                except Declined as declined:
                    result.refused(declined.error)
                    if on_error != "continue":
                        break
            if self._generic is not None:
                self._generic.after_batch(rest, result)
            if on_error == "raise":
                result.raise_first()
            return result
        except BaseException as error:
            result.told_by(error)
            raise

    async def _found(
        self, found: Unlocated, rest: Iterator[Do[T]], result: BatchResult[T], deadline: Deadline | None
    ) -> Iterator[Do[T]]:
        """Ask for what a batch lacks to go on; returns the operations that are left."""
        if isinstance(found.operation, Do):
            await self._family(found.operation, deadline)
            return self._families.following(found, rest)
        from netlynx.naming import Resolved

        resolved = found.by if isinstance(found.by, Resolved) else Resolved(found, rest)
        try:
            await self._talk(resolved.asking(), deadline)
        except NetlinkError as error:
            result.refused(error)
            resolved.skip()
        return rest if resolved is found.by else resolved

    async def _batch(
        self,
        rest: Iterator[Do[T]],
        result: BatchResult[T],
        on_error: OnError,
        window: int | None,
        deadline: Deadline | None,
    ) -> None:
        sockets = BatchSockets(self._pool, ahead=window != 1)
        try:
            for exchange in BatchExchange.pack(rest, result, on_error, window):
                await self._turn()
                if deadline is not None:
                    deadline.check(exchange)
                lease, came = await self._ask(sockets, exchange, deadline)
                await self._carry_on(lease, exchange, came, exchange, deadline)
                sockets.done()
            sockets.end()
        except BaseException as error:
            await self._settle(sockets, error)
            raise
        finally:
            self._leave(sockets)

    @overload
    def subscribe(self, group: Group[A], /, **how: Unpack[HearingArguments]) -> AsyncSubscription[A]: ...
    @overload
    def subscribe(self, a: Group[A], b: Group[B], /, **how: Unpack[HearingArguments]) -> AsyncSubscription[A | B]: ...
    @overload
    def subscribe(
        self, a: Group[A], b: Group[B], c: Group[C], /, **how: Unpack[HearingArguments]
    ) -> AsyncSubscription[A | B | C]: ...
    @overload
    def subscribe(self, *groups: Group[Any], **how: Unpack[HearingArguments]) -> AsyncSubscription[Any]: ...
    def subscribe(
        self,
        *groups: Group[Any],
        receive_buffer: int = RECEIVE_BUFFER,
        broadcast_errors: bool = False,
        overruns: bool = True,
        all_namespaces: bool = False,
    ) -> AsyncSubscription[Any]:
        """Listen to notifications: ``async for`` over the result; see `netlynx.Connection.subscribe`.

        It listens from the moment this returns. A generic netlink family that is met for the first time is asked for
        on the spot: kernels answer that while it is sent. One that another process serves is waited for by the next
        call of the subscription, which raises what goes wrong; and whatever this connection is asked afterwards waits
        until it listens.
        """
        check_groups(groups)
        hearing = Hearing(receive_buffer, broadcast_errors, overruns, all_namespaces)
        return AsyncSubscription(self, groups, hearing)

    def _known(self, groups: Iterable[Group[Any]]) -> dict[str, FamilyInfo]:
        """The families of generic netlink that groups name, asked for here and now where they are not known."""
        return {
            group.family: self._families.at_once(group, self._pool, self.timeout) for group in groups if group.family
        }

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

    async def _family(self, asked: Do[Any] | Dump[Any], deadline: Deadline | None) -> FamilyInfo:
        """What is known of the family of an operation, asked for on first use. Raises NotSupported."""
        known = self._families.get(asked.family)
        return known if known is not None else await self._look_up(asked, deadline)

    async def _look_up(self, asked: Do[Any] | Dump[Any], deadline: Deadline | None) -> FamilyInfo:
        return self._families.learn(asked.family, await self._talk(self._families.looking_up(asked), deadline))

    async def _moved(self, asked: Do[Any] | Dump[Any], before: FamilyInfo, deadline: Deadline | None) -> bool:
        """Whether a family that the kernel denied has another number by now. Raises NotSupported if it is gone."""
        return (await self._look_up(asked, deadline)).id != before.id

    async def _do_in_family(self, operation: Do[T], deadline: Deadline | None) -> T:
        info = await self._family(operation, deadline)
        try:
            return await self._do(self._families.located(operation, info), deadline)
        except self._families.STALE:
            if not await self._moved(operation, info, deadline):
                raise
        return await self._do(self._families.located(operation, await self._family(operation, deadline)), deadline)

    async def _transact(self, transaction: Transaction, deadline: Deadline | None) -> None:
        from netlynx.engine.transaction import TransactionExchange  # on first use

        exchange = TransactionExchange(transaction)
        lease = await self._lease(exchange.protocol, transaction, deadline)
        request = exchange.start(lease.sequence, lease.transport.portid)
        lease.sequence = exchange.last_sequence
        try:
            await self._send(lease, request, exchange, deadline)
            wait = Wait(exchange)
            while not exchange.feed(lease.buffer, *await self._receive(lease, exchange, deadline, wait)):
                pass
        except BaseException as error:
            self._pool.discard(lease)
            note_sent(error, lease, request, exchange)
            raise
        finally:
            lease.traffic.strayed(exchange.strays)
        self._pool.give_back(lease)
        exchange.finish()

    async def _call(self, call: Call[T], deadline: Deadline | None) -> T:
        from netlynx.engine.call import CallExchange  # on first use

        if deadline is not None:
            deadline.check(call)
        lease = await self._lease(call.protocol, call, deadline)
        try:
            exchange = CallExchange(call, lease.next_sequence(), lease.portid)
            await self._strays(lease, call, deadline)  # what nobody waited for any more
            await self._send(lease, exchange.request, call, deadline)
            if not exchange.done:
                await self._carry_on(lease, exchange, None, call, deadline)
        except BaseException:
            self._pool.discard(lease)
            raise
        self._pool.give_back(lease)
        return exchange.result()

    async def _talk(self, talk: Talk[T], deadline: Deadline | None) -> T:
        steps = talk.steps()
        try:
            operation = next(steps)
            while True:
                try:
                    if isinstance(operation, Dump | NamedDump):
                        plan = DumpPlan(operation, "retry", self.retries, deadline)
                        answer: Any = await AsyncDumpIterator(self, plan).all()
                    else:
                        answer = await self._carry_out(operation, deadline)
                except NetlynxError as error:
                    operation = steps.throw(error)
                else:
                    operation = steps.send(answer)
        except StopIteration as end:
            value: T = end.value
            return value

    # -- reading tables -------------------------------------------------------------------------------------------

    async def _name(self, plan: DumpPlan[Any]) -> None:
        """Find the numbers for the names in what is to be read. Raises NotFound."""
        if not isinstance(plan.operation, Dump):
            from netlynx.naming import resolution

            plan.operation = await self._talk(resolution(plan.operation), plan.deadline)

    async def _read_whole(self, plan: DumpPlan[Any], sink: Callable[[], S]) -> S:
        """The whole table, read into a sink made by `sink`, and again into another when it was interrupted."""
        await self._name(plan)
        if not plan.operation.family:
            return await self._read_table(plan, sink)
        info = await self._family(plan.operation, plan.deadline)
        plan.operation = self._families.located(plan.operation, info)
        try:
            return await self._read_table(plan, sink)
        except self._families.STALE:
            if not await self._moved(plan.operation, info, plan.deadline):
                raise
        plan.operation = self._families.located(plan.operation, await self._family(plan.operation, plan.deadline))
        return await self._read_table(plan, sink)

    async def _read_table(self, plan: DumpPlan[Any], sink: Callable[[], S]) -> S:
        pool, operation, deadline = self._pool, plan.operation, plan.deadline
        for attempt in plan.attempts(sink):
            await checkpoint_if_cancelled()
            lease = await self._lease(operation.protocol, operation, deadline)
            exchange = attempt.start(lease.next_sequence(), lease.portid)
            wait = Wait(exchange)
            if attempt.number > 1:
                lease.traffic.retried()
            try:
                await self._send(lease, exchange.request, operation, deadline)
                while not exchange.done:
                    attempt.feed(lease.buffer, *await self._receive(lease, operation, deadline, wait))
            except BaseException as error:
                pool.discard(lease)
                note_sent(error, lease, exchange.request, exchange)
                raise
            finally:
                lease.traffic.strayed(exchange.strays)
            pool.give_back(lease)
            attempt.finish()
            if attempt.pause:
                await anyio.sleep(attempt.pause)
        return attempt.sink
