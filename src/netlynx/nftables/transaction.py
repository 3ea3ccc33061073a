"""Changes of the ruleset that take effect together, and those that are made anew where somebody else was quicker.

Source: net/netfilter/nfnetlink.c (nfnetlink_rcv_batch), net/netfilter/nf_tables_api.c (nf_tables_commit).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any

import msgspec

from netlynx import limits
from netlynx.engine.operation import Bound, Do, Dump, Series, Talk, Transaction
from netlynx.engine.transaction import Outcome
from netlynx.errors import EncodeTypeError, StaleGeneration
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import message_type, transaction_of
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.generation import Generation, generation
from netlynx.schema.arguments import record_of
from netlynx.wire.constants import NLM_F

ATTEMPTS = 10
_NEWGEN = message_type(NFNL_SUBSYS.NFTABLES, NFT_MSG.NEWGEN)
_OBJECTS = {
    message_type(NFNL_SUBSYS.NFTABLES, number)
    for number in (
        NFT_MSG.NEWTABLE,
        NFT_MSG.NEWCHAIN,
        NFT_MSG.NEWRULE,
        NFT_MSG.NEWSET,
        NFT_MSG.NEWOBJ,
        NFT_MSG.NEWFLOWTABLE,
    )
}


def transaction(
    operations: Iterable[Do[Any] | Series],
    *,
    generation: Generation | int | None = None,
    split: int | None = None,
    echo: bool = True,
) -> Transaction[Any]:
    """Changes that take effect together or not at all: ``nl.do(nftables.transaction([nftables.add(…), …]))``.

    `do` returns an `Outcome`: for each operation the object that was made of it, with its handle, or None; elements are
    told only where `add` was asked for that. Its `generation` is the `Generation` that it made, where the first
    operation makes something. Without `echo` nothing is told but what the operations ask for themselves. Where the
    kernel refuses operations it carries out nothing, and `TransactionError` has the error of each of them.

    `generation` is the one that the changes were thought out for, as `generation()` told it or its number: is there
    another one by now, nothing is carried out and `StaleGeneration` is raised; `changing` reads and tries again then.

    All goes in one datagram, however large: its socket gets the room, if it may (root of the first user namespace),
    else as much as net.core.wmem_max says. What is larger is refused (EMSGSIZE), unless `split` says that it becomes
    several transactions of so many bytes at most: one after the other, each whole or not at all, up to the first that
    is refused.

    Raises EncodeError for no operations, for 0 as a generation, and for both `generation` and `split`.
    """
    made_for = generation.id if isinstance(generation, Generation) else generation
    given: Iterable[Any] = operations
    if echo and isinstance(operations, Iterable):
        given = [_telling(each) for each in operations]
    return transaction_of("nftables.transaction", given, NFNL_SUBSYS.NFTABLES, made_for, split, (_NEWGEN, Generation))


def _telling(operation: Any) -> Any:
    """An operation that has the kernel tell which object it made, if it makes one."""
    if not isinstance(operation, Bound) or operation.reply is not None or operation.message_type not in _OBJECTS:
        return operation
    flags = operation.flags | NLM_F.ECHO
    reply, told = type(operation.request), operation.message_type
    return msgspec.structs.replace(operation, flags=int(flags), reply=reply, reply_type=told)


def changing(
    make: Callable[..., Iterable[Do[Any] | Series]], *listings: Dump[Any], attempts: int = ATTEMPTS
) -> Talk[Outcome[Any] | None]:
    """Changes that depend on what there is: what `make` makes of it, and anew where somebody else changes something.

    ``nl.do(nftables.changing(make, nftables.rules(table="filter"), …))`` asks for the generation, reads the listings,
    and calls `make` with the list of each. What that returns is a transaction for this generation. If it is stale by
    then, all is done again, `attempts` times at most: so `make` may be called several times, and only makes operations.
    Are there none, nothing is sent and the answer is None, else it is the `Outcome`.

    Raises EncodeTypeError for a `make` that is no function, and for what is no listing; when it is carried out,
    StaleGeneration when others were quicker each time, TransactionError, and what `make` raises.
    """
    attempts = limits.whole("attempts", attempts, 1)
    given: object = make
    if not callable(given):
        raise EncodeTypeError(f"expected a function, not {type(given).__name__} {given!r}", "nftables.changing(make)")
    for listing in listings:
        record_of(Dump, listing, "nftables.changing(listings)")

    def steps() -> Generator[Any, Any, Outcome[Any] | None]:
        left = attempts
        while True:
            left -= 1
            before: Generation = yield generation()
            read = []
            for listing in listings:
                read.append((yield listing))
            operations = list(make(*read))
            if not operations:
                return None
            try:
                outcome: Outcome[Any] = yield transaction(operations, generation=before)
            except StaleGeneration:
                if not left:
                    raise
            else:
                return outcome

    return Talk("nftables.changing", steps)
