"""Which kernel a connection or a socket talks to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from netlynx.netns import Where
    from netlynx.transport.base import Kernel
    from netlynx.transport.bridge import BridgeKernel

VARIABLE = "NETLYNX_KERNEL"

_K = TypeVar("_K")


def chosen_kernel(netns: Where | None, kernel: Kernel | str | None) -> Kernel:
    """The kernel that was given, or this host's as seen from `netns` (None: the caller's namespace).

    Raises ValueError as `other_kernel`, NetlinkError when the namespace cannot be opened.
    """
    other = other_kernel(netns, kernel)
    if other is None:
        from netlynx.transport.host import HostKernel

        return HostKernel(netns)
    return other


def other_kernel(netns: Where | None, kernel: _K | str | None) -> _K | BridgeKernel | None:
    """The kernel that was given or named, None for this host's.

    ``"host"`` and ``"unix:PATH"`` are names; None is what the variable NETLYNX_KERNEL says, this host's without it.
    `netns` belongs to this host's kernel, or is the name of a namespace of the one behind the path.

    Raises ValueError: it is no such name, or `netns` is given with a kernel that is an object.
    """
    if kernel is None:
        name, said = os.environ.get(VARIABLE, ""), f"{VARIABLE}="
    elif isinstance(kernel, str):
        name, said = kernel, "kernel="
    elif netns is None:
        return kernel
    else:
        raise ValueError("netns is a namespace of this host; a kernel that is given has its own")
    if name in ("", "host"):
        return None
    from netlynx.transport.bridge import PREFIX, BridgeKernel

    if not name.startswith(PREFIX):
        raise ValueError(
            f"{said}{name}: give host or {PREFIX}PATH; a virtual kernel in a file is served with "
            f"`netlynx kernel serve FILE.py --at PATH`"
        )
    if netns is not None and (not isinstance(netns, str) or "/" in netns):
        raise ValueError(f"netns={netns!r}: a kernel behind {PREFIX} has namespaces of its own, which have names")
    return BridgeKernel(name, netns or "")
