"""Which kernel a connection talks to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.default_kernel import stand_in

if TYPE_CHECKING:
    from netlynx.netns import Where
    from netlynx.transport.base import Kernel


def chosen_kernel(netns: Where | None, kernel: Kernel | None) -> Kernel:
    """The kernel that was given, or this host's as seen from `netns` (None: the caller's namespace).

    Where another one stands in for this host's (`default_kernel`), that. Raises ValueError when both are given,
    NetlinkError when the namespace cannot be opened.
    """
    if kernel is None:
        found: Kernel | None = stand_in(netns)
        if found is not None:
            return found
        from netlynx.transport.host import HostKernel

        return HostKernel(netns)
    if netns is not None:
        raise ValueError("netns is a namespace of this host; a kernel that is given has its own")
    return kernel
