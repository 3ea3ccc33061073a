"""What the crypto layer means where the number of its error says little: only where no other cause is left."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.crypto.constants import CRYPTO_MSG
from netlynx.engine.operation import Do, Dump
from netlynx.errors import ENOTSUPP
from netlynx.wire.message import Acknowledgement

# By message type and errno: requests are checked before they are sent, and these have one cause then.
_MEANINGS = {
    (CRYPTO_MSG.GETALG, errno.ENOENT): (
        "None is registered that fits: the kernel makes one, or loads the module that has it, when it is used or added"
    ),
    (CRYPTO_MSG.NEWALG, errno.ENOENT): "Neither this kernel nor a module that it finds has such an algorithm",
    (CRYPTO_MSG.DELALG, errno.EINVAL): "No template made it: such an algorithm goes when its module is unloaded",
    (CRYPTO_MSG.DELALG, errno.EBUSY): "It is in use",
    (CRYPTO_MSG.DELRNG, errno.EBUSY): "It is in use",
    (CRYPTO_MSG.GETSTAT, ENOTSUPP): "This kernel does not count how algorithms are used; Linux does so no more",
}


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    return "" if answer.text else _MEANINGS.get((operation.message_type, answer.errno), "")
