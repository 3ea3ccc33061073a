"""The sync shell: `Connection`. It sends what the engine says and feeds it what arrives; it runs no event loop."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

from netlynx.deadline import Deadline
from netlynx.dump_iterator import DumpIterator
from netlynx.engine.batch import BatchExchange, BatchResult, OnError, Unlocated
from netlynx.engine.dumping import CountPlan, DumpAttempt, DumpPlan, Interrupted
from netlynx.engine.exchange import DoExchange
from netlynx.engine.guarding import Declined, Flushing, Unsettled, settling
from netlynx.errors import ConnectionClosed, NetlinkError, NetlynxError
from netlynx.exchanging import BatchSockets, Wait, ask, note_sent, strays
from netlynx.expecting import check_groups, each_of, unexpected
from netlynx.hearing import RECEIVE_BUFFER, Hearing, HearingArguments
from netlynx.named import NamedDo, NamedDump
from netlynx.operation import Call, Do, Dump, Flush, Group, Guarded, Talk, Transaction
from netlynx.subscription import Subscription
from netlynx.transport.choose import chosen_kernel
from netlynx.transport.pool import SocketPool
from netlynx.waiting import Waiting

if TYPE_CHECKING:
    from netlynx.families import Families
    from netlynx.generic.family import FamilyInfo
    from netlynx.mirror import Mirror
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
        self.retries = retries
        self._pool = SocketPool(kernel, timeout)
        self._generic: Families | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all sockets; whoever waits is woken and gets `ConnectionClosed`. May be called from any thread."""
        self._pool.close()

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
    def do(self, operation: Do[T] | Talk[T] | Call[T], *, deadline: float | None = None) -> T: ...
    @overload
    def do(self, operation: Flush[Any], *, deadline: float | None = None) -> int: ...
    @overload
    def do(self, operation: Transaction, *, deadline: float | None = None) -> None: ...
    def do(
        self, operation: Do[T] | Talk[T] | Call[T] | Flush[Any] | Transaction, *, deadline: float | None = None
    ) -> T | int | None:
        """Carry out one operation and return its answer; a flush returns how many it removed.

        `deadline` is how long, in seconds, the whole may take: all the requests of a flush, say. What the kernel does
        within the call that sends a request is waited for however long it takes: a process cannot end that.

        Raises NetlinkError (what the kernel said), RequestTimeout, ConnectionClosed, DecodeError.
        """
        if deadline is None and type(operation) is Do and not operation.family:
            return self._do(operation)
        answer: T | int | None = self._carry_out(operation, Deadline.of(deadline))
        return answer

    def _carry_out(self, operation: Any, deadline: Deadline | None) -> Any:  # Any: as `do` has it
        if type(operation) is Do and not operation.family:
            return self._do(operation, deadline)
        if isinstance(operation, Flush):
            listed = DumpIterator(self, DumpPlan(operation.dump, "retry", self.retries, deadline)).all()
            flushing = Flushing(operation, listed, monotonic)
            while not flushing.over:
                flushing.take(self._carry_out_all(flushing.operations(), "continue", None, deadline))
            return flushing.removed
        if isinstance(operation, NamedDo):
            from netlynx.naming import carried_out

            operation = carried_out(operation)
        if isinstance(operation, Talk):
            return self._talk(operation, deadline)
        if isinstance(operation, Guarded):
            return self._talk(settling(operation), deadline)
        if isinstance(operation, Transaction):
            self._transact(operation, deadline)
            return None
        if isinstance(operation, Call):
            return self._call(operation, deadline)
        if not isinstance(operation, Do):
            raise unexpected("do", operation)
        if operation.family:
            return self._do_in_family(operation, deadline)
        return self._do(operation, deadline)

    def _do(self, operation: Do[T], deadline: Deadline | None = None) -> T:
        if deadline is not None:
            deadline.check(operation)
        pool = self._pool
        lease = pool.lease(operation.protocol, deadline)
        try:
            exchange: DoExchange[T] = DoExchange(operation, lease.next_sequence(), lease.portid)
            came = ask(lease, exchange.request, operation)
            if came is None or not exchange.settle(lease.buffer, *came):
                self._carry_on(lease, exchange, came, operation, deadline)
        except BaseException:
            pool.discard(lease)
            raise
        pool.give_back(lease)
        return exchange.result()

    def dump(
        self, operation: Dump[T], *, interrupted: Interrupted = "retry", deadline: float | None = None
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
        plan = CountPlan(operation, interrupted, self.retries, Deadline.of(deadline))
        return (self._read_whole(plan, plan.counter)).count

    def table(
        self,
        operation: Dump[T],
        *,
        addresses: Addresses = "text",
        interrupted: Interrupted = "retry",
        deadline: float | None = None,
    ) -> Table[T]:
        """Read a table into Arrow columns, straight from the receive buffer: no Python object a row.

        Polars, pandas, pyarrow, duckdb … take the result as it is; `netlynx.Table` says which column becomes of which
        field. ``addresses="binary"`` gives addresses as bytes in network byte order (of fixed size where all of a
        column have the same) and prefixes as structs of `address` and `length`.

        `interrupted` and `deadline` are as for `dump`; the table is read again whatever its size. Raises NetlinkError,
        DumpInterrupted, RequestTimeout, ConnectionClosed, DecodeError; OverflowError where one column would hold more
        than 2 GiB of text.
        """
        from netlynx.table import TablePlan

        plan: TablePlan[T] = TablePlan(operation, interrupted, self.retries, addresses, Deadline.of(deadline))
        return plan.table(self._read_whole(plan, plan.columns))

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

        The connection's `timeout` is how long the answer to one datagram may take; `deadline` how long, in seconds, the
        whole batch: no datagram is begun after it, then RequestTimeout is raised.

        Raises NetlinkError, RequestTimeout, ConnectionClosed, DecodeError; an error of the iterable
        itself (an EncodeError, say) comes out when everything before it is carried out, and nothing of that refused.
        Whatever ends the batch, KeyboardInterrupt too, has the `BatchResult` as its attribute `batch`, and says in a
        note what was carried out, what was refused, and of how much that is unknown. What arrives right behind an
        interrupt is waited for.
        """
        return self._carry_out_all(operations, on_error, window, Deadline.of(deadline))

    def _carry_out_all(
        self, operations: Iterable[Do[T]], on_error: OnError, window: int | None, deadline: Deadline | None
    ) -> BatchResult[T]:
        result: BatchResult[T] = BatchResult()
        try:
            rest = each_of(operations)
            while True:
                try:
                    self._batch(rest, result, on_error, window, deadline)
                    break
                except Unlocated as found:
                    rest = self._found(found, rest, result, deadline)
                    if result.errors and on_error != "continue":
                        break
                except Unsettled as found:
                    rest = found.following(self._talk(found.looking(), deadline), monotonic)
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

    def _found(
        self, found: Unlocated, rest: Iterator[Do[T]], result: BatchResult[T], deadline: Deadline | None
    ) -> Iterator[Do[T]]:
        """Ask for what a batch lacks to go on; returns the operations that are left."""
        if isinstance(found.operation, Do):
            self._family(found.operation, deadline)
            return self._families.following(found, rest)
        from netlynx.naming import Resolved

        resolved = found.by if isinstance(found.by, Resolved) else Resolved(found, rest)
        try:
            self._talk(resolved.asking(), deadline)
        except NetlinkError as error:
            result.refused(error)
            resolved.skip()
        return rest if resolved is found.by else resolved

    def _batch(
        self,
        rest: Iterator[Do[T]],
        result: BatchResult[T],
        on_error: OnError,
        window: int | None,
        deadline: Deadline | None,
    ) -> None:
        with BatchSockets(self._pool, window != 1, deadline) as sockets:
            try:
                for exchange in BatchExchange.pack(rest, result, on_error, window):
                    if deadline is not None:
                        deadline.check(exchange)
                    lease, request = sockets.begin(exchange)
                    self._carry_on(lease, exchange, sockets.ask(lease, request, exchange), exchange, deadline)
                    sockets.done()
                sockets.end()
            except BaseException as error:
                self._settle(sockets, error)
                raise

    def _name(self, plan: DumpPlan[Any]) -> None:
        """Find the numbers for the names in what is to be read. Raises NotFound."""
        if not isinstance(plan.operation, Dump):
            from netlynx.naming import resolution

            plan.operation = self._talk(resolution(plan.operation), plan.deadline)

    def _read_whole(self, plan: DumpPlan[Any], sink: Callable[[], S]) -> S:
        """The whole table, read into a sink made by `sink`, and again into another when it was interrupted."""
        self._name(plan)
        for attempt in plan.attempts(sink):
            for _ in self._attempt(plan, attempt):
                pass
            attempt.finish()
            if attempt.pause:
                self._pool.pause(attempt.pause)
        return attempt.sink

    def _attempt(self, plan: DumpPlan[Any], attempt: DumpAttempt[Any]) -> Generator[Any, None, None]:
        """One attempt; yields what `feed` makes of each datagram."""
        if not plan.operation.family:
            yield from self._read(plan, attempt)
            return
        info = self._family(plan.operation, plan.deadline)
        plan.operation = self._families.located(plan.operation, info)
        begun = False
        try:
            for part in self._read(plan, attempt):
                begun = True
                yield part
            return
        except self._families.STALE:
            if begun or not self._moved(plan.operation, info, plan.deadline):
                raise
        plan.operation = self._families.located(plan.operation, self._family(plan.operation, plan.deadline))
        yield from self._read(plan, attempt)

    def _read(self, plan: DumpPlan[Any], attempt: DumpAttempt[Any]) -> Generator[Any, None, None]:
        pool, operation, deadline = self._pool, plan.operation, plan.deadline
        lease = pool.lease(operation.protocol, deadline)
        draining = lease.draining
        exchange = attempt.start(lease.next_sequence(), lease.portid)
        wait = Wait(exchange) if draining is None else None  # which reads what fits and what does not in one
        if attempt.number > 1:
            lease.traffic.retried()
        try:
            self._send(lease, exchange.request, operation, deadline)
            while not exchange.done:
                if lease.inherited:
                    raise ConnectionClosed("the dump is the parent process's: dump anew after a fork")
                if deadline is not None:
                    deadline.check(operation)
                if draining is not None:
                    yield attempt.feed(lease.buffer, *self._drain(draining, lease, exchange, attempt.stretch))
                    if exchange.done:
                        break
                    pool.check_open()
                    if draining.ahead or lease.inherited:
                        continue
                size, sender = self._receive(lease, operation, deadline, wait)
                yield attempt.feed(lease.buffer, size, sender)
        except BaseException as error:
            pool.discard(lease)
            note_sent(error, lease, exchange.request, exchange)
            raise
        finally:
            lease.traffic.strayed(exchange.strays)
        if draining is not None and draining.ahead:
            pool.discard(lease)
        else:
            pool.give_back(lease)

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
        hearing = Hearing(receive_buffer, broadcast_errors, overruns, all_namespaces)
        numbers = {group.family: self._family(group, None) for group in groups if group.family}
        return Subscription(self._pool, groups, hearing, numbers, self.timeout)

    def mirror(self, *listings: Dump[Any], receive_buffer: int = RECEIVE_BUFFER) -> Mirror:
        """Keep copies of tables in memory that are always up to date: ``with nl.mirror(route.links()) as mirror``.

        Raises TypeError for a listing whose changes the kernel does not tell. See `netlynx.Mirror`.
        """
        from netlynx.mirror import Mirror

        return Mirror(self, listings, receive_buffer)

    # -- generic netlink -----------------------------------------------------------------------------------------

    @property
    def _families(self) -> Families:
        if self._generic is None:
            from netlynx.families import Families

            self._generic = Families()
        return self._generic

    def _family(self, asked: Do[Any] | Dump[Any] | Group[Any], deadline: Deadline | None) -> FamilyInfo:
        """What is known of the family of an operation or group, asked for on first use. Raises NotSupported."""
        known = self._families.get(asked.family)
        return known if known is not None else self._look_up(asked, deadline)

    def _look_up(self, asked: Do[Any] | Dump[Any] | Group[Any], deadline: Deadline | None) -> FamilyInfo:
        return self._families.learn(asked.family, self._talk(self._families.looking_up(asked), deadline))

    def _moved(self, asked: Do[Any] | Dump[Any], before: FamilyInfo, deadline: Deadline | None) -> bool:
        """Whether a family that the kernel denied has another number by now. Raises NotSupported if it is gone."""
        return self._look_up(asked, deadline).id != before.id

    def _do_in_family(self, operation: Do[T], deadline: Deadline | None) -> T:
        info = self._family(operation, deadline)
        try:
            return self._do(self._families.located(operation, info), deadline)
        except self._families.STALE:
            if not self._moved(operation, info, deadline):
                raise
        return self._do(self._families.located(operation, self._family(operation, deadline)), deadline)

    def _transact(self, transaction: Transaction, deadline: Deadline | None) -> None:
        from netlynx.engine.transaction import TransactionExchange  # on first use

        exchange = TransactionExchange(transaction)
        lease = self._pool.lease(exchange.protocol, deadline)
        request = exchange.start(lease.sequence, lease.transport.portid)
        lease.sequence = exchange.last_sequence
        try:
            self._send(lease, request, exchange, deadline)
            wait = Wait(exchange)
            while not exchange.feed(lease.buffer, *self._receive(lease, exchange, deadline, wait)):
                pass
        except BaseException as error:
            self._pool.discard(lease)
            note_sent(error, lease, request, exchange)
            raise
        finally:
            lease.traffic.strayed(exchange.strays)
        self._pool.give_back(lease)
        exchange.finish()

    def _call(self, call: Call[T], deadline: Deadline | None) -> T:
        from netlynx.engine.call import CallExchange  # on first use

        if deadline is not None:
            deadline.check(call)
        lease = self._pool.lease(call.protocol, deadline)
        try:
            exchange = CallExchange(call, lease.next_sequence(), lease.portid)
            strays(lease, call)  # what nobody waited for any more
            self._send(lease, exchange.request, call, deadline)
            if not exchange.done:
                self._carry_on(lease, exchange, None, call, deadline)
        except BaseException:
            self._pool.discard(lease)
            raise
        self._pool.give_back(lease)
        return exchange.result()

    def _talk(self, talk: Talk[T], deadline: Deadline | None) -> T:
        steps = talk.steps()
        try:
            operation = next(steps)
            while True:
                try:
                    if isinstance(operation, Dump | NamedDump):
                        plan = DumpPlan(operation, "retry", self.retries, deadline)
                        answer: Any = DumpIterator(self, plan).all()
                    else:
                        answer = self._carry_out(operation, deadline)
                except NetlynxError as error:
                    operation = steps.throw(error)
                else:
                    operation = steps.send(answer)
        except StopIteration as end:
            value: T = end.value
            return value
