"""Many entries to a message.

The kernel takes a message of many as far as the first that it refuses. Each has its place there for its line, which the
kernel's answer has again: so what was done, and what was not, is known to the entry.

Source: ip_set_uadd and call_ad in net/netfilter/ipset/ip_set_core.c.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from netlynx.engine.batch import BatchResult, OnError
from netlynx.engine.operation import Do, Talk, in_words
from netlynx.errors import EncodeTypeError, NetlinkError, NetlynxError
from netlynx.ipset import hints
from netlynx.ipset.changes import made
from netlynx.ipset.constants import IPSET_CADT, IPSET_ERR
from netlynx.ipset.entries import ROWS, Entry
from netlynx.ipset.operations import set_
from netlynx.ipset.types import TYPES

_BYTES = 16 << 10  # of a message; an error has it all, and goes into the 32 KiB that are received at a time
_NUMBERED = 8  # bytes of an entry's line

Result = BatchResult[None]
Steps = Generator[Any, Any, Result]


def add_all(entries: Iterable[Entry], *, on_error: OnError = "raise") -> Talk[Result]:
    """Put many entries into their sets, some hundreds to a message: ``nl.do(ipset.add_all(…))``.

    Any iterable will do; a message's worth is held at a time. The result says what became of each, as that of `batch`;
    an error names the entry. What `on_error` means is as there: with "raise" and "stop" none behind one that is refused
    is added, with "continue" all others are. Raises as `add`; whatever ends it has the result so far as its `batch`.
    """
    return _talk("add", entries, on_error)


def replace_all(entries: Iterable[Entry], *, on_error: OnError = "raise") -> Talk[Result]:
    """Put many entries into their sets, or change those that are there, as `replace` does; otherwise as `add_all`."""
    return _talk("replace", entries, on_error)


def delete_all(entries: Iterable[Entry], *, on_error: OnError = "raise") -> Talk[Result]:
    """Take many entries out of their sets, as `delete` does; otherwise as `add_all`."""
    return _talk("delete", entries, on_error)


def check_iterable(given: object, path: str, item: type) -> None:
    """Raises EncodeTypeError for what no several values can be taken from, and for a list with others in it."""
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        raise EncodeTypeError(f"expected a list, or another iterable, not {type(given).__name__} {given!r}", path)
    if isinstance(given, list | tuple):
        for place, each in enumerate(given):
            if not isinstance(each, item):
                raise EncodeTypeError(f"[{place}] is no {item.__name__}, but {type(each).__name__} {each!r}", path)


def _talk(verb: str, entries: Iterable[Entry], on_error: OnError) -> Talk[Result]:
    if on_error not in ("raise", "stop", "continue"):
        raise ValueError(f"on_error is 'raise', 'stop' or 'continue', not {on_error!r}")
    check_iterable(entries, f"ipset.{verb}_all(entries)", Entry)

    def steps() -> Steps:
        result: Result = BatchResult()
        try:
            for lot in _lots(verb, entries):
                yield from lot.carried_out(result, on_error == "continue")
                if result.errors and on_error != "continue":
                    break
            if on_error == "raise":
                result.raise_first()
            return result
        except BaseException as error:
            if not isinstance(error, GeneratorExit):
                result.told_by(error)
            raise

    return Talk(f"ipset.{verb}_all", steps)


class Lot:
    """Entries of one set that go in one message."""

    def __init__(self, first: Do[None], entry: Entry) -> None:
        self.operation = first
        self.entries = [entry]
        self.payloads = [first.payload]
        self.size = len(first.payload) + _NUMBERED

    def takes(self, operation: Do[None], entry: Entry) -> bool:
        """Take one more in, if the same is to be done with it, in the same set, and there is room."""
        size = self.size + len(operation.payload) + _NUMBERED
        if entry.set != self.entries[0].set or size > _BYTES or operation.name != self.operation.name:
            return False
        self.entries.append(entry)
        self.payloads.append(operation.payload)
        self.size = size
        return True

    def carried_out(self, result: Result, keep_going: bool) -> Generator[Any, Any, None]:
        """Send them; those behind one that is refused go again, if told to."""
        at = 0
        while at < len(self.entries):
            try:
                yield self._message(at)
            except NetlinkError as error:
                place = error.line or (yield from self._misfit(at, error))
                if not place:
                    self._all_refused(at, error, result, keep_going)
                    return
                result.carried_out(place - 1)
                at += place
                result.refused((yield from self._explained(self.entries[at - 1], error)))
                if not keep_going:
                    return
            except BaseException:
                result.may_have_sent(len(self.entries) - at)
                raise
            else:
                result.carried_out(len(self.entries) - at)
                return

    def _message(self, at: int) -> Do[None]:
        payload = ROWS.joined(self.payloads[at:], number=IPSET_CADT.CADT_LINENO)
        model = self.operation
        return Do(model.name, model.protocol, model.message_type, model.flags, self.entries[at], payload)

    def _all_refused(self, at: int, error: NetlinkError, result: Result, keep_going: bool) -> None:
        """No entry is to blame: there is no such set, no privilege …"""
        if error.errno == IPSET_ERR.PROTOCOL:
            result.may_have_sent(len(self.entries) - at)
            raise error
        for _ in range(len(self.entries) - at if keep_going else 1):
            result.refused(error)

    def _misfit(self, at: int, error: NetlinkError) -> Generator[Any, Any, int]:
        """The place of the first entry that has what its set does not take, for which the kernel tells no line."""
        if error.errno != IPSET_ERR.PROTOCOL:
            return 0
        found = yield set_(self.entries[at].set or "")
        if found.type not in TYPES:
            return 0
        known = TYPES[found.type]
        return next((i + 1 for i, entry in enumerate(self.entries[at:]) if known.misfit(entry, found.family)), 0)

    def _explained(self, entry: Entry, error: NetlinkError) -> Generator[Any, Any, NetlinkError]:
        """The error with the words that its number has for the set's type, and with the entry."""
        message, symbol, hint = error.message, error.symbol, error.hint
        unclear = (error.errno or 0) >= IPSET_ERR.TYPE_SPECIFIC and len(hints.kinds_of(entry)) > 1
        if unclear or error.errno == IPSET_ERR.PROTOCOL:
            try:
                found = yield set_(entry.set or "")
            except NetlynxError:
                pass  # it is gone meanwhile
            else:
                kinds = hints.kinds_of(found)
                command = self.operation.message_type & 0xFF
                symbol, message = hints.in_words(error.errno or 0, command, kinds)
                hint = hints.advice(error.errno or 0, command, kinds)
                if found.type in TYPES and (misfit := TYPES[found.type].misfit(entry, found.family)):
                    message = f"{message}: sets of type {found.type} {misfit}"
                    hint = ""
        return type(error)(
            error.errno or 0,
            message,
            asked=f"{self.operation.name}({in_words(entry)})",
            hint=hint,
            symbol=symbol,
            line=entry.line or 0,
        )


def _lots(verb: str, entries: Iterable[Entry]) -> Iterator[Lot]:
    lot = None
    rest = iter(entries)
    while True:
        try:
            entry = next(rest)
            operation = made(verb, entry)
        except BaseException as error:
            if lot is not None:  # what came before it is carried out first
                yield lot
            if isinstance(error, StopIteration):
                return
            raise
        if lot is None or not lot.takes(operation, entry):
            if lot is not None:
                yield lot
            lot = Lot(operation, entry)
