"""Which of several objects the kernel takes for a deletion, and which request takes the one that is meant.

What is here mirrors how the kernel compares. It looks through the objects of one key in the order in which it lists
them, and takes the first that fits; what a request does not say fits anything.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import msgspec

from netlynx.codec._codec import decode, encode_record
from netlynx.engine.guarding import Steps
from netlynx.engine.operation import Do, Dump, Guarded, bare, in_words
from netlynx.errors import Ambiguous, NotFound
from netlynx.schema.compile import plan_of
from netlynx.schema.record import Record, class_of, was_read


class Guard:
    """How the deletions of one kind of record are settled; each kind derives a class of its own and makes one.

    `record` is the class of what is listed.
    """

    record: type[Record]

    def was_read(self, record: Any) -> bool:
        """Whether the record is the whole of an object: it was read, or its fields are those of one that was."""
        return was_read(record)

    def concerns(self, operation: Do[Any]) -> bool:
        """Whether an operation may change what the deletions of this kind compete with."""
        return class_of(getattr(operation, "request", None)) is self.record

    def needed(self, record: Any, pattern: Any) -> bool:
        """Whether the kernel might take another one for the deletion of `record`, which goes out as `pattern`."""
        raise NotImplementedError

    def domain(self, operation: Guarded[Any]) -> Hashable:
        """What one listing has all of."""
        raise NotImplementedError

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        """What lists the domain, in the kernel's order."""
        raise NotImplementedError

    def around(self, operation: Guarded[Any]) -> Dump[Any] | Do[Any]:
        """What lists the rivals for one operation, or asks for the only one."""
        raise NotImplementedError

    def besides(self, operation: Guarded[Any], listed: list[Any]) -> Steps[Sequence[Any]]:
        """Ask what else there is to know, given what was listed: it goes along with that."""
        return ()
        yield

    def shelf(self) -> Any:
        """What holds the rivals of one key, by `append` in the order in which they are listed."""
        return []

    def covers(self, dump: Dump[Any]) -> bool:
        """Whether a listing has all rivals of each record in it."""
        return False

    def key_of(self, record: Any) -> Hashable:
        """What competes has the same."""
        raise NotImplementedError

    def key(self, operation: Do[Any]) -> Hashable:
        """The same of what a request is about."""
        return self.key_of(self.pattern(operation))

    def pattern(self, operation: Do[Any]) -> Any:
        """The request as the kernel would say it."""
        if type(operation) is Guarded:
            return operation.pattern
        return decode(plan_of(self.record), operation.payload)

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        """Whether `rival` is what is to be removed."""
        raise NotImplementedError

    def taken(self, pattern: Any, rivals: list[Any]) -> list[Any]:
        """Those of the rivals that the kernel would remove, or a part of them."""
        raise NotImplementedError

    def ways(self, operation: Guarded[Any]) -> Iterator[Any]:
        """Requests that could take what is meant, the usual one first."""
        yield operation.pattern

    def choose(self, operation: Guarded[Any], rivals: list[Any]) -> tuple[Do[Any], list[Any]]:
        """The operation to send, and the rivals that are left when it is carried out.

        Raises Ambiguous where none takes what is meant, NotFound where that is not there.
        """
        if len(rivals) == 1 and rivals[0] == operation.record:
            return _sent(operation, next(self.ways(operation))), []
        meant = [rival for rival in rivals if self.means(operation, rival)]
        first: list[Any] = []
        for pattern in self.ways(operation):
            taken = self.taken(pattern, rivals)
            if taken and all(any(each is one for one in meant) for each in taken):
                gone = {id(each) for each in taken}
                return _sent(operation, pattern), [each for each in rivals if id(each) not in gone]
            first = first or taken
        if not first:
            return bare(operation), rivals  # the kernel says in its words that there is none
        other = ", ".join(in_words(each) for each in first)
        if not meant:
            raise NotFound(
                errno.ESRCH,
                asked=str(operation),
                hint=f"Nothing was sent: the kernel would have removed {other} instead",
            )
        raise Ambiguous(
            errno.ENOTUNIQ,
            asked=str(operation),
            hint=f"Nothing was sent: the kernel would have removed {other}, which fits the request too and comes first",
        )


class ByKey(Guard):
    """Of objects that the kernel finds by a key which no two of them have: each is its own only rival."""

    def covers(self, dump: Dump[Any]) -> bool:
        """Any listing has the only one."""
        return True

    def taken(self, pattern: Any, rivals: list[Any]) -> list[Any]:
        """Whichever has the key."""
        return rivals


def _sent(operation: Guarded[Any], pattern: Any) -> Do[Any]:
    """The operation with one of the ways to say it."""
    plain = bare(operation)
    if pattern is operation.pattern:
        return plain
    return msgspec.structs.replace(plain, request=pattern, payload=encode_record(pattern))
