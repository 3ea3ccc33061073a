"""What a family of generic netlink may mean where the number of its error says little."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.operation import Do, Dump
from netlynx.wire.message import Acknowledgement

_HINTS = {
    errno.EPERM: "It takes CAP_NET_ADMIN in the user namespace that owns the network namespace; some commands take it "
    "in the initial one, which root of a container has not",
    errno.EOPNOTSUPP: "What it is about does not support it: a device's driver, mostly; or this kernel is too old",
}


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    return _HINTS.get(answer.errno, "")
