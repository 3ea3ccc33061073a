"""How operations are carried out: every conversation with a kernel, as a generator of what it waits for.

Said once for both shells, which wait (`netlynx.client.driving`) and know nothing of operations. A kind of operation
that is added works in both: it is a `Talk`, or it is carried out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from netlynx.codec._codec import Sink
from netlynx.engine.awaited import Awaited
from netlynx.engine.batch import BatchExchange, BatchResult, Enclosed, OnError, Unlocated
from netlynx.engine.dumping import DumpAttempt, DumpPlan
from netlynx.engine.exchange import DoExchange
from netlynx.engine.expecting import each_of, unexpected
from netlynx.engine.guarding import Declined, Flushing, Unsettled, settling
from netlynx.engine.named import NamedDo, NamedDump
from netlynx.engine.operation import Bound, Call, Do, Dump, Flush, Group, Guarded, Series, Talk, Transaction
from netlynx.engine.several import Several, Together
from netlynx.engine.steps import (
    UNSENT,
    Ask,
    Came,
    Empty,
    Feed,
    Handed,
    Lend,
    Line,
    Lines,
    Pause,
    Receive,
    Send,
    Settle,
    Steps,
    Take,
)
from netlynx.engine.telling import note_sent
from netlynx.errors import BufferOverrun, NetlinkError, NetlynxError, NotSupported

if TYPE_CHECKING:
    from netlynx.engine.bound import Lots
    from netlynx.engine.call import CallExchange
    from netlynx.engine.transaction import Outcome, TransactionExchange
    from netlynx.generic.family import FamilyInfo
    from netlynx.generic.known import Families

T = TypeVar("T")
S = TypeVar("S", bound=Sink)


class Carrier:
    """The conversations of one connection, and what they have to know of each other: the numbers of families.

    `retries` is how often an interrupted dump is read again, `seconds` tells the time. Any number of threads may
    use it.
    """

    def __init__(self, lines: Lines, retries: int, seconds: Callable[[], float]) -> None:
        self.retries = retries
        self._lines = lines
        self._seconds = seconds
        self._generic: Families | None = None

    def carry_out(self, operation: Any) -> Steps[Any]:  # Any: as `Connection.do` has it
        """Carry out one operation, of whatever kind; returns its answer. Raises TypeError for what is none."""
        if isinstance(operation, NamedDo):
            from netlynx.engine.naming import carried_out

            operation = carried_out(operation)
        elif isinstance(operation, Guarded):
            operation = settling(operation)
        if isinstance(operation, Bound | Series):
            return (yield from self._change(operation))
        if isinstance(operation, Do):
            return (yield from self._do(operation))
        if isinstance(operation, Talk):
            return (yield from self._talk(operation))
        if isinstance(operation, Flush):
            return (yield from self._flush(operation))
        if isinstance(operation, Transaction):
            return (yield from self._transact(operation))
        if isinstance(operation, Call):
            return (yield from self._call(operation))
        if isinstance(operation, Awaited):
            return (yield from self._await(operation))
        raise unexpected("do", operation)

    def _do(self, operation: Do[T]) -> Steps[T]:
        answer: T
        if not operation.family:
            answer = yield operation
            return answer
        info = yield from self.family(operation)
        try:
            answer = yield self._families.located(operation, info)
            return answer
        except self._families.STALE:
            if not (yield from self._moved(operation, info)):
                raise
        info = yield from self.family(operation)
        answer = yield self._families.located(operation, info)
        return answer

    def _talk(self, talk: Talk[T]) -> Steps[T]:
        steps = talk.steps()
        try:
            operation: Any = next(steps)
            while True:
                try:
                    if isinstance(operation, Dump | NamedDump):
                        answer: Any = yield from self.list(operation)
                    else:
                        answer = yield from self.carry_out(operation)
                except NetlynxError as error:
                    operation = steps.throw(error)
                else:
                    operation = steps.send(answer)
        except StopIteration as end:
            value: T = end.value
            return value

    def _flush(self, flush: Flush[Any]) -> Steps[int]:
        flushing = Flushing(flush, (yield from self.list(flush.dump)), self._seconds)
        while not flushing.over:
            result: BatchResult[None] = BatchResult()
            flushing.take((yield from self.batch(result, flushing.operations(), "continue", None)))
        return flushing.removed

    def _transact(self, transaction: Transaction[T]) -> Steps[Outcome[T]]:
        from netlynx.engine.transaction import Outcome, exchanges  # on first use

        outcome: Outcome[T] = Outcome(len(transaction.operations))
        for exchange in exchanges(transaction):
            yield from self._together(exchange)
            outcome.take(exchange)
        return outcome

    def _change(self, change: Bound[T] | Series) -> Steps[T | None]:
        """One change, as a transaction of its own."""
        from netlynx.engine.transaction import alone, exchange_of

        if isinstance(change, Series):
            yield from self._transact(alone(change))
            return None
        exchange = exchange_of(change)
        yield from self._together(exchange)
        made: T | None = exchange.only()
        return made

    def changing_on(self, line: Line, change: Bound[T], sequence: int, came: Came | None) -> Steps[T | None]:
        """Go on with a change that was sent, with numbers from `sequence` + 1 on, and had another answer than most."""
        from netlynx.engine.transaction import exchange_of

        exchange = exchange_of(change)
        exchange.start(sequence, line.portid)
        yield from self._together(exchange, line, came)
        made: T | None = exchange.only()
        return made

    def _together(
        self, exchange: TransactionExchange, begun: Line | None = None, came: Came | None = None
    ) -> Steps[None]:
        """Carry out one datagram of changes; what became of them, it knows then. It may have been sent on a line, from
        which something came, or nothing yet."""
        line: Line = begun or (yield Lend(exchange.protocol, exchange.asked))
        try:
            if begun is None:
                request = exchange.start(line.sequence, line.portid)
                line.sequence = exchange.last_sequence
                yield Send(line, request, exchange, exchange.answers)
            try:
                yield from carrying_on(line, exchange, came, exchange)
            except BufferOverrun:
                exchange.spoilt = True
                while (came := (yield Take(line, exchange))) is not None:
                    exchange.feed(line.buffer, *came)
                if not exchange.known:
                    raise
        except BaseException as error:
            self._lines.discard(line)
            note_sent(error, line, exchange.request)
            raise
        if exchange.spoilt:
            self._lines.discard(line)
        else:
            self._lines.give_back(line)

    def _call(self, call: Call[T]) -> Steps[T]:
        from netlynx.engine.call import CallExchange  # on first use

        line: Line = yield Lend(call.protocol, call)
        try:
            exchange = CallExchange(call, line.next_sequence(), line.portid)
            yield Empty(line, call)  # what nobody waited for any more
            yield Send(line, exchange.request, call)
            if not exchange.done:
                yield from carrying_on(line, exchange, None, call)
        except BaseException:
            self._lines.discard(line)
            raise
        self._lines.give_back(line)
        return exchange.result()

    def _await(self, operation: Awaited[T]) -> Steps[T]:
        from netlynx.engine.awaiting import awaiting  # on first use

        request: Any = operation.request
        if not isinstance(request, Do):
            from netlynx.engine.naming import resolution

            request = yield from self._talk(resolution(request))
        info = yield from self.family(request)
        return (yield from awaiting(self._lines, operation, self._families.located(request, info), info))

    # -- batches -------------------------------------------------------------------------------------------------

    def batch(
        self, result: BatchResult[T], operations: Iterable[Do[T]], on_error: OnError, window: int | None
    ) -> Steps[BatchResult[T]]:
        """Carry out many operations; what becomes of them is in `result`, which whatever ends the batch tells of."""
        try:
            rest = each_of(operations)
            lots: Lots | None = None
            while True:
                try:
                    if lots is not None:
                        enclosed, lots = lots, None
                        yield from self._enclosed(enclosed, result, on_error)
                        if result.errors and on_error != "continue":
                            break
                        rest = enclosed.rest()
                    yield from self._datagrams(rest, result, on_error, window)
                    break
                except Enclosed as found:
                    from netlynx.engine.bound import Lots

                    lots = Lots(found.rest, window)
                except Unlocated as found:
                    rest = yield from self._found(found, rest, result)
                    if result.errors and on_error != "continue":
                        break
                except Unsettled as found:
                    rest = found.following((yield from self._talk(found.looking())), self._seconds)
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

    def _found(self, found: Unlocated, rest: Iterator[Do[T]], result: BatchResult[T]) -> Steps[Iterator[Do[T]]]:
        """Ask for what a batch lacks to go on; returns the operations that are left."""
        if isinstance(found.operation, Do):
            yield from self.family(found.operation)
            return self._families.following(found, rest)
        from netlynx.engine.naming import Resolved

        resolved = found.by if isinstance(found.by, Resolved) else Resolved(found, rest)
        try:
            yield from self._talk(resolved.asking())
        except NetlinkError as error:
            result.refused(error)
            resolved.skip()
        return rest if resolved is found.by else resolved

    def _enclosed(self, lots: Lots, result: BatchResult[Any], on_error: OnError) -> Steps[None]:
        """Carry out changes that the kernel takes between marks, a lot at a time."""
        from netlynx.engine.bound import Sifting

        for lot in lots:
            for exchange in Sifting(lot, result, on_error == "continue").exchanges():
                yield from self._together(exchange)
            if result.errors and on_error != "continue":
                return

    def _datagrams(
        self, rest: Iterator[Do[T]], result: BatchResult[T], on_error: OnError, window: int | None
    ) -> Steps[None]:
        lines = self._lines.gather(window != 1)
        try:
            for exchange in BatchExchange.pack(rest, result, on_error, window):
                line, came = yield Ask(lines, exchange)
                yield from carrying_on(line, exchange, came, exchange)
                lines.done()
            lines.end()
        except GeneratorExit:  # nobody waits any more
            raise
        except BaseException as error:
            yield Settle(lines, error)
            raise
        finally:
            lines.leave()

    # -- tables --------------------------------------------------------------------------------------------------

    def list(self, operation: Any) -> Steps[list[Any]]:  # Any: a `Dump`, or one with names in it
        """All that a table has."""
        plan: DumpPlan[Any] = DumpPlan(operation, "retry", self.retries)
        records: list[Any] = (yield from self.read(plan, plan.attempts, plan.records)).records
        return records

    def read(self, plan: DumpPlan[Any], attempts: Callable[..., Iterator[DumpAttempt[S]]], *how: Any) -> Steps[S]:
        """Read a table until one of the `attempts` ends well; returns its sink. What they hand out is `Handed`.

        `attempts` makes them, given `how`: a method of the plan.
        """
        if isinstance(plan.operation, Several):
            return self._read_several(plan, attempts, *how)
        if type(plan.operation) is Dump and not plan.operation.family:
            return self._read(plan, attempts, *how)  # without another generator between
        return self._read_elsewhere(plan, attempts, *how)

    def _read_several(
        self, plan: DumpPlan[Any], attempts: Callable[..., Iterator[DumpAttempt[S]]], *how: Any
    ) -> Steps[Any]:
        """Read several listings, one after the other; returns what they have together."""
        together = Together()
        plan.skipped.clear()
        lead = how[0] if attempts == plan.texts else b""  # what stands between one record and the next
        for operation in plan.operation.parts:
            part = plan.part(operation, lead if together.count else b"")
            own = [getattr(part, each.__name__) if getattr(each, "__self__", None) is plan else each for each in how]
            try:
                together.add((yield from self.read(part, getattr(part, attempts.__name__), *own)))
            except NotSupported as error:
                if not plan.operation.skips or part.begun:
                    raise
                plan.skipped.append(error)
        return together

    def _read_elsewhere(
        self, plan: DumpPlan[Any], attempts: Callable[..., Iterator[DumpAttempt[S]]], *how: Any
    ) -> Steps[S]:
        """Read what has names in it, or is a family's."""
        if not isinstance(plan.operation, Dump):
            from netlynx.engine.naming import resolution

            plan.operation = yield from self._talk(resolution(plan.operation))
        if not plan.operation.family:
            return (yield from self._read(plan, attempts, *how))
        info = yield from self.family(plan.operation)
        plan.operation = self._families.located(plan.operation, info)
        plan.begun = False
        try:
            return (yield from self._read(plan, attempts, *how))
        except self._families.STALE:
            if plan.begun or not (yield from self._moved(plan.operation, info)):
                raise
        info = yield from self.family(plan.operation)
        plan.operation = self._families.located(plan.operation, info)
        return (yield from self._read(plan, attempts, *how))

    def _read(self, plan: DumpPlan[Any], attempts: Callable[..., Iterator[DumpAttempt[S]]], *how: Any) -> Steps[S]:
        operation, lines = plan.operation, self._lines
        for attempt in attempts(*how):
            for asked in (operation, *operation.following):
                line: Line = lines.idle(operation.protocol) or (yield Lend(operation.protocol, operation))
                exchange = attempt.start(line.next_sequence(), line.portid, asked)
                if attempt.number > 1:
                    line.traffic.retried()
                try:
                    feed = Feed(line, attempt, exchange)
                    while not exchange.done:
                        part = yield feed
                        if part:
                            plan.begun = True
                            yield Handed(part)
                except BaseException as error:
                    lines.discard(line)
                    note_sent(error, line, exchange.request, exchange)
                    raise
                finally:
                    line.traffic.strayed(exchange.strays)
                if line.ahead:
                    lines.discard(line)
                else:
                    lines.give_back(line)
            rest = attempt.finish()
            if rest:
                yield Handed(rest)
            if attempt.pause:
                yield Pause(attempt.pause)
        return attempt.sink

    # -- generic netlink -----------------------------------------------------------------------------------------

    @property
    def _families(self) -> Families:
        if self._generic is None:
            from netlynx.generic.known import Families

            self._generic = Families()
        return self._generic

    def family(self, asked: Do[Any] | Dump[Any] | Group[Any]) -> Steps[FamilyInfo]:
        """What is known of the family of an operation or group, asked for on first use. Raises NotSupported."""
        known = self._families.get(asked.family)
        return known if known is not None else (yield from self._look_up(asked))

    def families(self, groups: Iterable[Group[Any]]) -> Steps[dict[str, FamilyInfo]]:
        """What is known of the families that groups name. Raises NotSupported."""
        found = {}
        for group in groups:
            if group.family:
                found[group.family] = yield from self.family(group)
        return found

    def _look_up(self, asked: Do[Any] | Dump[Any] | Group[Any]) -> Steps[FamilyInfo]:
        info = yield from self._talk(self._families.looking_up(asked))
        return self._families.learn(asked.family, info)

    def _moved(self, asked: Do[Any] | Dump[Any], before: FamilyInfo) -> Steps[bool]:
        """Whether a family that the kernel denied has another number by now. Raises NotSupported if it is gone."""
        return (yield from self._look_up(asked)).id != before.id


def carrying_on(
    line: Line,
    exchange: DoExchange[Any] | CallExchange[Any] | BatchExchange[Any] | TransactionExchange,
    came: Came | None,
    asked: Any,
) -> Steps[None]:
    """Feed an exchange what came, and what comes, until it is done; where it was `UNSENT`, send it first."""
    if came is UNSENT:
        yield Send(line, exchange.request, asked)
        came = None
    elif came is not None:
        line.last = came
    receive = Receive(line, asked, exchange)
    try:
        while not exchange.feed(line.buffer, *(came or (yield receive))):
            came = None
    except NetlynxError as error:
        note_sent(error, line, exchange.request, exchange)
        raise
    finally:
        line.traffic.strayed(exchange.strays)
