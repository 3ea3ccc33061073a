"""Which kernel a connection talks to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.transport.default_kernel import other_kernel

if TYPE_CHECKING:
    from netlynx.netns import Where
    from netlynx.transport.base import Kernel


def chosen_kernel(netns: Where | None, kernel: Kernel | str | None) -> Kernel:
    """The kernel that was given or named, or this host's as seen from `netns` (None: the caller's namespace).

    Where another one stands in for this host's (`default_kernel`, NETLYNX_KERNEL), that. Raises ValueError as
    `other_kernel`, NetlinkError when the namespace cannot be opened.
    """
    other: Kernel | None = other_kernel(netns, kernel)
    if other is not None:
        return other
    from netlynx.transport.host import HostKernel

    return HostKernel(netns)
