"""What a family of generic netlink may mean where the number of its error says little."""

from __future__ import annotations

import errno
from typing import Any

from netlynx import privileges
from netlynx.operation import Do, Dump
from netlynx.wire.message import Acknowledgement


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number and words tell."""
    if answer.errno == errno.EPERM and not answer.text:
        return privileges.lacking() or _elsewhere()
    return ""


def _elsewhere() -> str:
    """Some commands (GENL_ADMIN_PERM) want the capability in the initial user namespace."""
    if privileges.is_initial() is False:
        return (
            "This process has CAP_NET_ADMIN where its network namespace belongs, but is not in the initial user "
            "namespace, where some commands take it: root of a container is not enough for those"
        )
    return ""
