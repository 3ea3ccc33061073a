"""Changes of the ruleset that take effect together, and those that are made anew where somebody else was quicker.

Source: net/netfilter/nfnetlink.c (nfnetlink_rcv_batch), net/netfilter/nf_tables_api.c (nf_tables_commit).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from netlynx import limits
from netlynx.engine.operation import Do, Dump, Series, Talk, Transaction
from netlynx.engine.transaction import Outcome
from netlynx.errors import StaleGeneration
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import message_type, transaction_of
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.generation import Generation, generation

T = TypeVar("T")

ATTEMPTS = 10
_NEWGEN = message_type(NFNL_SUBSYS.NFTABLES, NFT_MSG.NEWGEN)


def transaction(
    operations: Iterable[Do[T] | Series], *, generation: Generation | int | None = None, split: int | None = None
) -> Transaction[T]:
    """Changes that take effect together or not at all: ``nl.do(nftables.transaction([nftables.add(…), …]))``.

    `do` returns an `Outcome`: for each operation what was made of it, with its handle, or None; its `generation` is
    the `Generation` that it made, where the first operation makes something. Where the kernel refuses operations it
    carries out nothing, and `TransactionError` has the error of each of them.

    `generation` is the one that the changes were thought out for, as `generation()` told it or its number: is there
    another one by now, nothing is carried out and `StaleGeneration` is raised; `changing` reads and tries again then.

    All goes in one datagram, however large: its socket gets the room, if it may (root of the first user namespace),
    else as much as net.core.wmem_max says. What is larger is refused (EMSGSIZE), unless `split` says that it becomes
    several transactions of so many bytes at most: one after the other, each whole or not at all, up to the first that
    is refused.

    Raises EncodeError for no operations, for 0 as a generation, and for both `generation` and `split`.
    """
    made_for = generation.id if isinstance(generation, Generation) else generation
    return transaction_of(
        "nftables.transaction", operations, NFNL_SUBSYS.NFTABLES, made_for, split, (_NEWGEN, Generation)
    )


def changing(
    make: Callable[..., Iterable[Do[T] | Series]], *listings: Dump[Any], attempts: int = ATTEMPTS
) -> Talk[Outcome[T] | None]:
    """Changes that depend on what there is: what `make` makes of it, and anew where somebody else changes something.

    ``nl.do(nftables.changing(make, nftables.rules(table="filter"), …))`` asks for the generation, reads the listings,
    and calls `make` with the list of each. What that returns is a transaction for this generation. If it is stale by
    then, all is done again, `attempts` times at most: so `make` may be called several times, and only makes operations.
    Are there none, nothing is sent and the answer is None, else it is the `Outcome`.

    Raises StaleGeneration when others were quicker each time, TransactionError, and what `make` raises.
    """
    attempts = limits.whole("attempts", attempts, 1)

    def steps() -> Generator[Any, Any, Outcome[T] | None]:
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
                outcome: Outcome[T] = yield transaction(operations, generation=before)
            except StaleGeneration:
                if not left:
                    raise
            else:
                return outcome

    return Talk("nftables.changing", steps)
