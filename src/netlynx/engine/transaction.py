"""Changes that take effect together: one datagram between two marks, of which the kernel carries out all or nothing.

    begin, operation, … operation, end ──> NLMSG_ERROR for each operation that fails, and for the last in any case
                                       ──> NLMSG_ERROR for `begin`: nothing was looked at (another generation, no such
                                           subsystem, no privilege)

The marks themselves are not acknowledged: kernels before Linux 6.10 never do, later ones not when something failed.
"""

from __future__ import annotations

from typing import Any

from netlynx.engine.batch import BatchExchange, BatchResult
from netlynx.engine.exchange import HEADER, HEADER_SIZE, KERNEL
from netlynx.engine.operation import Transaction
from netlynx.wire.constants import NLM_F

_REQUEST = int(NLM_F.REQUEST)


class TransactionExchange(BatchExchange[Any]):
    """The datagram of a transaction and what comes back. Feed it until done; then `finish()`."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.result: BatchResult[Any] = BatchResult()
        super().__init__([transaction.begin, *transaction.operations], self.result)

    def __str__(self) -> str:
        return str(self.transaction)

    def start(self, sequence: int, portid: int) -> bytes:
        """The datagram to send; its messages are numbered from `sequence` + 1."""
        request = super().start(sequence, portid)
        self.last_sequence += 1
        end = self.transaction.end
        length = HEADER_SIZE + len(end.payload)
        return request + HEADER.pack(length, end.message_type, _REQUEST, self.last_sequence, portid) + end.payload

    def feed(self, data: bytearray | memoryview, size: int, sender: int = KERNEL) -> bool:
        """Take in one datagram; True when it is known what became of the transaction. Raises DecodeError."""
        done = super().feed(data, size, sender)
        return done or 0 in self.result.errors

    def finish(self) -> None:
        """Raise what the kernel said of the first operation that it refused, if it did."""
        errors = self.result.errors
        if errors:
            first = min(errors)
            error = errors[first]
            where = f"operation {first} of the transaction" if first else "the transaction as a whole"
            error.add_note(f"{where}; nothing of it was carried out")
            raise error
