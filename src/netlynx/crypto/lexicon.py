"""What the messages of the crypto layer are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from netlynx.crypto.algorithm import Algorithm, Nothing, Wanted
from netlynx.crypto.constants import CRYPTO_MSG
from netlynx.crypto.counted import Counted
from netlynx.engine.lexicon import Entry, Said, of_constants

_REQUESTS = of_constants(
    CRYPTO_MSG, {**dict.fromkeys(CRYPTO_MSG.__c_names__.values(), Wanted), CRYPTO_MSG.DELRNG: Nothing}
)
_ANSWERS = of_constants(
    CRYPTO_MSG, {**dict.fromkeys(CRYPTO_MSG.__c_names__.values(), Algorithm), CRYPTO_MSG.GETSTAT: Counted}
)


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    return (_ANSWERS if said.answer else _REQUESTS).get(said.message.type)
