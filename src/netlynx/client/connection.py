"""The sync shell: `Connection`. What its verbs do is said in `netlynx.engine.carrying`; it runs no event loop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

from netlynx import limits
from netlynx.client.dump_iterator import DumpIterator
from netlynx.client.hearing import RECEIVE_BUFFER, Hearing, HearingArguments
from netlynx.client.subscription import Subscription
from netlynx.client.waiting import Waiting
from netlynx.engine.batch import BatchResult, OnError
from netlynx.engine.dumping import CountPlan, DumpPlan, Interrupted
from netlynx.engine.expecting import check_groups
from netlynx.engine.operation import Bound, Call, Do, Dump, Flush, Group, Series, Talk, Transaction
from netlynx.engine.several import Several
from netlynx.transport.choose import chosen_kernel
from netlynx.transport.deadline import Deadline
from netlynx.transport.pool import SocketPool

if TYPE_CHECKING:
    from netlynx.client.mirror import Mirror
    from netlynx.client.table import Addresses, Table
    from netlynx.codec._codec import Counter
    from netlynx.engine.transaction import Outcome
    from netlynx.netns import Where
    from netlynx.transport.base import Kernel

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


def connect(
    *, netns: Where | None = None, kernel: Kernel | str | None = None, timeout: float = 30.0, retries: int = 10
) -> Connection:
    """A connection to a kernel: this host's, in the caller's network namespace, unless told otherwise.

    `netns` names another namespace (see `netlynx.netns`); `kernel` is a `VirtualKernel` or another `Kernel`, or names
    one: ``"unix:PATH"`` is that which another process serves there (`netlynx kernel serve`), with its own namespaces;
    ``"host"`` is this host's. Without `kernel` the variable NETLYNX_KERNEL says which of the two.
    `timeout` is how long, in seconds, one answer may take: that to a request, to a datagram of a batch, or the next
    part of a dump. The verbs' `deadline` is how long the whole of a call may take. `retries` is how often an
    interrupted dump is read again.
    Sockets are opened when they are needed. Raises NetlinkError when the namespace cannot be opened, TypeError for a
    bare number (``netns.Pid(6)`` or ``netns.Fd(6)`` is meant), ValueError when `kernel` is no such name.
    """
    return Connection(chosen_kernel(netns, kernel), timeout=timeout, retries=retries)


class Connection(Waiting):
    """Requests, dumps, batches and subscriptions to one kernel. Any number of threads may share it.

    `close()` (or the end of a ``with`` block) ends everything that still waits, with `ConnectionClosed`.
    """

    def __init__(self, kernel: Kernel, *, timeout: float = 30.0, retries: int = 10) -> None:
        super().__init__(SocketPool(kernel, limits.seconds("timeout", timeout)), retries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all sockets; whoever waits is woken and gets `ConnectionClosed`. May be called from any thread."""
        self._pool.close()

    @overload
    def do(self, operation: Do[T] | Talk[T] | Call[T], *, deadline: float | None = None) -> T: ...
    @overload
    def do(self, operation: Flush[Any], *, deadline: float | None = None) -> int: ...
    @overload
    def do(self, operation: Transaction[T], *, deadline: float | None = None) -> Outcome[T]: ...
    @overload
    def do(self, operation: Series, *, deadline: float | None = None) -> None: ...
    def do(
        self,
        operation: Do[T] | Talk[T] | Call[T] | Flush[Any] | Transaction[T] | Series,
        *,
        deadline: float | None = None,
    ) -> T | int | Outcome[T] | None:
        """Carry out one operation and return its answer; a flush returns how many it removed, a transaction what was
        made (`Outcome`).

        `deadline` is how long, in seconds, the whole may take: all the requests of a flush, say. What the kernel does
        within the call that sends a request is waited for however long it takes: a process cannot end that.

        Raises NetlinkError (what the kernel said), RequestTimeout, ConnectionClosed, DecodeError.
        """
        if type(operation) is Do and not operation.family:  # the quick way
            return self._do(operation, None if deadline is None else Deadline.of(deadline))
        if type(operation) is Bound:
            return self._change(operation, None if deadline is None else Deadline.of(deadline))
        answer: T | int | Outcome[T] | None = self._run(self._carrier.carry_out(operation), Deadline.of(deadline))
        return answer

    def dump(
        self, operation: Dump[T] | Several[T], *, interrupted: Interrupted = "retry", deadline: float | None = None
    ) -> DumpIterator[T]:
        """Read a table: iterate over the result, or call its `all()` for a list.

        Iterating streams: the table is never held in memory. A table that arrives in a few datagrams is handed out
        only when it is complete, so a dump that the kernel flags as interrupted is read again unnoticed. Past that,
        records were handed out already, and the end of the iteration raises `DumpInterrupted`; `all()` reads again
        whatever the size, up to the connection's `retries`. ``interrupted="accept"`` takes what comes;
        ``interrupted="raise"`` never reads again.

        The connection's `timeout` is how long one part of the table may take to come: a dump that never ends is no
        matter of that. `deadline` is how long, in seconds from this call on, the whole may take, all attempts and
        what is done between two records included; then RequestTimeout is raised.

        A table with an object that is too large for a part of a dump, 32 KiB, fails with EMSGSIZE when it comes to
        that, whether the kernel says so or goes on with parts that are empty. Of lists that it ends without a word
        there is one, of routes of one family: see `netlynx.route.routes`.

        Raises (while iterating) NetlinkError, DumpInterrupted, RequestTimeout, ConnectionClosed, DecodeError.
        """
        return DumpIterator(self, DumpPlan(operation, interrupted, self.retries, Deadline.of(deadline)))

    def count(self, operation: Dump[Any], *, interrupted: Interrupted = "retry", deadline: float | None = None) -> int:
        """How many records a table has, or how many of them fit (`Dump.where`): counted as they arrive, none is made.

        Read again when it was interrupted; `deadline` as for `dump`; raises as that.
        """
        plan: CountPlan[Any] = CountPlan(operation, interrupted, self.retries, Deadline.of(deadline))
        counter: Counter = self._run(self._carrier.read(plan, plan.attempts, plan.counter), plan.deadline)
        return counter.count

    def table(
        self,
        operation: Dump[T],
        *,
        columns: Iterable[str] | None = None,
        addresses: Addresses = "text",
        interrupted: Interrupted = "retry",
        deadline: float | None = None,
    ) -> Table[T]:
        """Read a table into Arrow columns, straight from the receive buffer: no Python object a row.

        Polars, pandas, pyarrow, duckdb … take the result as it is; `netlynx.Table` says which column becomes of which
        field. With `columns` only these are made, in the record's order: what stands in a message for others is passed
        over, and goes unnoticed where it is malformed. ``addresses="binary"`` gives addresses as bytes in network byte
        order (of fixed size where all of a column have the same) and prefixes as structs of `address` and `length`.

        `interrupted` and `deadline` are as for `dump`; the table is read again whatever its size. Raises NetlinkError,
        DumpInterrupted, RequestTimeout, ConnectionClosed, DecodeError; OverflowError where one column would hold more
        than 2 GiB of text; TypeError for a column that there is not.
        """
        from netlynx.client.table import TablePlan

        plan: TablePlan[T] = TablePlan(operation, interrupted, self.retries, addresses, Deadline.of(deadline), columns)
        return plan.table(self._run(self._carrier.read(plan, plan.attempts, plan.columns), plan.deadline))

    def batch(
        self,
        operations: Iterable[Do[T]],
        *,
        on_error: OnError = "raise",
        window: int | None = None,
        deadline: float | None = None,
    ) -> BatchResult[T]:
        """Carry out many operations, many to a datagram. Takes any iterable and holds two datagrams' worth at most.

        While this host's kernel works on one datagram (in a thread that sends it), the operations of the next are
        taken from the iterable. The thread sends them when the answer is there and nothing was refused; so one more
        datagram may be carried out when something that comes from elsewhere, such as Ctrl-C, ends the batch.

        ``on_error="raise"`` raises the first `NetlinkError` and sends nothing further; ``"stop"`` does the same
        without raising; ``"continue"`` goes on. The kernel carries out all messages of a datagram, so some operations
        behind the failed one may have been carried out: the result says which. ``window=1`` takes and sends one at a
        time.

        Changes that a kernel's side takes in transactions alone (nftables) go as many to a transaction as to a
        datagram; what is refused of them is left out, and what was behind it was not carried out where that ends it.

        The connection's `timeout` is how long the answer to one datagram may take; `deadline` how long, in seconds, the
        whole batch: no datagram is begun after it, then RequestTimeout is raised.

        Raises NetlinkError, RequestTimeout, ConnectionClosed, DecodeError; an error of the iterable
        itself (an EncodeError, say) comes out when everything before it is carried out, and nothing of that refused.
        Whatever ends the batch, KeyboardInterrupt too, has the `BatchResult` as its attribute `batch`, and says in a
        note what was carried out, what was refused, and of how much that is unknown. What arrives right behind an
        interrupt is waited for.
        """
        result: BatchResult[T] = BatchResult()
        try:
            return self._run(self._carrier.batch(result, operations, on_error, window), Deadline.of(deadline))
        except BaseException as error:  # one that came between the end of the batch and here, too
            result.told_by(error)
            raise

    @overload
    def subscribe(self, group: Group[A], /, **how: Unpack[HearingArguments]) -> Subscription[A]: ...
    @overload
    def subscribe(self, a: Group[A], b: Group[B], /, **how: Unpack[HearingArguments]) -> Subscription[A | B]: ...
    @overload
    def subscribe(
        self, a: Group[A], b: Group[B], c: Group[C], /, **how: Unpack[HearingArguments]
    ) -> Subscription[A | B | C]: ...
    @overload
    def subscribe(self, *groups: Group[Any], **how: Unpack[HearingArguments]) -> Subscription[Any]: ...
    def subscribe(
        self,
        *groups: Group[Any],
        receive_buffer: int = RECEIVE_BUFFER,
        broadcast_errors: bool = False,
        overruns: bool = True,
        all_namespaces: bool = False,
    ) -> Subscription[Any]:
        """Listen to notifications: iterate over the result for `Event`s, and `Overrun` where some were lost.

        It listens from the moment this returns. `receive_buffer` is the queue to ask for, in bytes; the kernel may
        give less without CAP_NET_ADMIN.

        With `broadcast_errors` the kernel's side is told when this queue is full (NETLINK_BROADCAST_ERROR). Some then
        keep what they could not say and say it again, connection tracking above all; that takes its memory, and who
        reads slowly holds it up. ``overruns=False`` is for who does without being told of losses: no `Overrun` stands
        where some were lost (NETLINK_NO_ENOBUFS), `statistics` still counts them, and a full queue takes in again what
        fits at once. Without it the kernel drops everything until the queue is empty.

        `all_namespaces` hears every namespace that has an ID here besides this one (NETLINK_LISTEN_ALL_NSID;
        `route.NamespaceId`), and takes CAP_NET_BROADCAST: `Event.nsid` says which, None for this one,
        and `route.namespace_names` what these are called. An ID that is
        given later counts from then on. Events are taken one at a time, and device events and packets are not told so.

        Raises NetlinkError, ConnectionClosed, TypeError for what is no group. Source: netlink(7),
        net/netlink/af_netlink.c.
        """
        check_groups(groups)
        size = limits.bytes_of_queue("receive_buffer", receive_buffer)
        hearing = Hearing(size, broadcast_errors, overruns, all_namespaces)
        numbers = self._run(self._carrier.families(groups))
        return Subscription(self._pool, groups, hearing, numbers, self.timeout)

    def mirror(self, *listings: Dump[Any], receive_buffer: int = RECEIVE_BUFFER) -> Mirror:
        """Keep copies of tables in memory that are always up to date: ``with nl.mirror(route.links()) as mirror``.

        Raises TypeError for a listing whose changes the kernel does not tell. See `netlynx.Mirror`.
        """
        from netlynx.client.mirror import Mirror

        return Mirror(self, listings, limits.bytes_of_queue("receive_buffer", receive_buffer))
