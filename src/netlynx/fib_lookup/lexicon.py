"""What a look-up is called and what it carries: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from netlynx.engine.lexicon import Entry, Said
from netlynx.fib_lookup import Found


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`: the kernel does not look at the type, and answers with the request."""
    return Entry("fib_lookup", Found)
