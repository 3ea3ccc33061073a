"""The async shell: `AsyncConnection`, on asyncio or trio. The same operations and verbs as `Connection`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

from netlynx import limits
from netlynx.client.async_dump_iterator import AsyncDumpIterator
from netlynx.client.async_subscription import AsyncSubscription
from netlynx.client.async_waiting import AsyncWaiting
from netlynx.client.hearing import RECEIVE_BUFFER, Hearing, HearingArguments
from netlynx.engine.batch import BatchResult, OnError
from netlynx.engine.dumping import CountPlan, DumpPlan, Interrupted
from netlynx.engine.expecting import check_groups
from netlynx.engine.operation import Call, Do, Dump, Flush, Group, Series, Talk, Transaction
from netlynx.engine.several import Several
from netlynx.transport.choose import chosen_kernel
from netlynx.transport.deadline import Deadline
from netlynx.transport.pool import SocketPool

if TYPE_CHECKING:
    from netlynx.client.async_mirror import AsyncMirror
    from netlynx.client.table import Addresses, Table
    from netlynx.codec._codec import Counter
    from netlynx.engine.transaction import Outcome
    from netlynx.generic.family import FamilyInfo
    from netlynx.netns import Where
    from netlynx.transport.base import Kernel

T = TypeVar("T")
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
        super().__init__(SocketPool(kernel, limits.seconds("timeout", timeout), parting=False), retries)

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

    @overload
    async def do(self, operation: Do[T] | Talk[T] | Call[T], *, deadline: float | None = None) -> T: ...
    @overload
    async def do(self, operation: Flush[Any], *, deadline: float | None = None) -> int: ...
    @overload
    async def do(self, operation: Transaction[T], *, deadline: float | None = None) -> Outcome[T]: ...
    @overload
    async def do(self, operation: Series, *, deadline: float | None = None) -> None: ...
    async def do(
        self,
        operation: Do[T] | Talk[T] | Call[T] | Flush[Any] | Transaction[T] | Series,
        *,
        deadline: float | None = None,
    ) -> T | int | Outcome[T] | None:
        """Carry out one operation and return its answer; a flush returns how many it removed, a transaction what was
        made (`Outcome`).

        `deadline` is as for `netlynx.Connection.do`; cancelling it (``anyio.fail_after``) bounds it as well.

        Raises NetlinkError (what the kernel said), RequestTimeout, ConnectionClosed, DecodeError.
        """
        if type(operation) is Do and not operation.family:  # the quick way
            return await self._do(operation, None if deadline is None else Deadline.of(deadline))
        answer: T | int | Outcome[T] | None = await self._run(self._carrier.carry_out(operation), Deadline.of(deadline))
        return answer

    def dump(
        self, operation: Dump[T] | Several[T], *, interrupted: Interrupted = "retry", deadline: float | None = None
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
        plan: CountPlan[Any] = CountPlan(operation, interrupted, self.retries, Deadline.of(deadline))
        counter: Counter = await self._run(self._carrier.read(plan, plan.attempts, plan.counter), plan.deadline)
        return counter.count

    async def table(
        self,
        operation: Dump[T],
        *,
        columns: Iterable[str] | None = None,
        addresses: Addresses = "text",
        interrupted: Interrupted = "retry",
        deadline: float | None = None,
    ) -> Table[T]:
        """Read a table into Arrow columns; see `netlynx.Connection.table`."""
        from netlynx.client.table import TablePlan

        plan: TablePlan[T] = TablePlan(operation, interrupted, self.retries, addresses, Deadline.of(deadline), columns)
        return plan.table(await self._run(self._carrier.read(plan, plan.attempts, plan.columns), plan.deadline))

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
        result: BatchResult[T] = BatchResult()
        return await self._run(self._carrier.batch(result, operations, on_error, window), Deadline.of(deadline))

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
        size = limits.bytes_of_queue("receive_buffer", receive_buffer)
        hearing = Hearing(size, broadcast_errors, overruns, all_namespaces)
        return AsyncSubscription(self, groups, hearing)

    def _known(self, groups: Iterable[Group[Any]]) -> dict[str, FamilyInfo]:
        """The families of generic netlink that groups name, asked for here and now where they are not known."""
        from netlynx.client.waiting import Waiting

        return Waiting(self._pool, self.retries)._run(self._carrier.families(groups))

    def mirror(self, *listings: Dump[Any], receive_buffer: int = RECEIVE_BUFFER) -> AsyncMirror:
        """Keep copies of tables in memory that are always up to date; see `netlynx.Connection.mirror`."""
        from netlynx.client.async_mirror import AsyncMirror

        return AsyncMirror(self, listings, limits.bytes_of_queue("receive_buffer", receive_buffer))
