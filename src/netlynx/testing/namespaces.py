"""Real network namespaces for tests: made where that is allowed, and why not where it is not."""

from __future__ import annotations

import errno
import sys

from netlynx import netns
from netlynx.errors import NetlinkError

# Not allowed, none left (user.max_net_namespaces, which may be 0), not built in.
_REFUSED = (errno.EPERM, errno.EACCES, errno.ENOSPC, errno.EINVAL, errno.ENOSYS)


class NoNamespace(Exception):
    """No network namespace can be made here; the text says why and what would help."""


def new_namespace() -> netns.NetworkNamespace:
    """A namespace that nothing else is in, its loopback device down. Raises NoNamespace where there can be none."""
    if sys.platform != "linux":
        raise NoNamespace("network namespaces are Linux")
    try:
        return netns.anonymous()
    except NetlinkError as error:
        if error.errno not in _REFUSED:
            raise
        reason = f"{error.strerror} ({errno.errorcode[error.errno]})"
        help = "be root, or run pytest under `unshare -Urn`, where an ordinary user is root"
        if error.errno not in (errno.EPERM, errno.EACCES):
            help = "see /proc/sys/user/max_net_namespaces and CONFIG_NET_NS"
        raise NoNamespace(f"no network namespace can be made here: {reason}; {help}") from None
