"""What xfrm means where the number of its error says little: only where no other cause is left.

Source: net/xfrm/xfrm_user.c, net/xfrm/xfrm_state.c, net/xfrm/xfrm_policy.c.
"""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.wire.message import Acknowledgement
from netlynx.xfrm.constants import XFRM_MSG

# By message type and errno: requests are checked before they are sent, and these have one cause then.
_MEANINGS = {
    (XFRM_MSG.GETSA, errno.ESRCH): "There is no such state: xfrm.states() lists those that there are",
    (XFRM_MSG.DELSA, errno.ESRCH): "There is no such state: xfrm.states() lists those that there are",
    (XFRM_MSG.GETAE, errno.ESRCH): "There is no such state: xfrm.states() lists those that there are",
    (XFRM_MSG.NEWAE, errno.ESRCH): "There is no such state: xfrm.states() lists those that there are",
    (XFRM_MSG.GETPOLICY, errno.ENOENT): "There is no such policy: xfrm.policies() lists those that there are",
    (XFRM_MSG.DELPOLICY, errno.ENOENT): "There is no such policy: xfrm.policies() lists those that there are",
    (XFRM_MSG.ALLOCSPI, errno.ENOENT): "No SPI of this range is free",
    (XFRM_MSG.NEWSA, errno.EEXIST): "There is one with this destination, SPI, protocol and mark",
    (XFRM_MSG.NEWPOLICY, errno.EEXIST): "There is one with this selector, direction, mark, if_id and security context",
}


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    return "" if answer.text else _MEANINGS.get((operation.message_type, answer.errno), "")
