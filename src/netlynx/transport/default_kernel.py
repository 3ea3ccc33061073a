"""The kernel of whoever names none: this host's, unless another one was put in its place; and names of kernels.

`connect`, `aconnect` and `NetlinkSocket` ask here, and nobody else does.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from typing import Any, TypeVar

from netlynx.errors import NotFound

VARIABLE = "NETLYNX_KERNEL"

K = TypeVar("K")

_stand_in: Any = None  # a `Kernel`, a `SocketMaker` or both: whoever opens a socket knows which it needs


@contextlib.contextmanager
def default_kernel(kernel: K) -> Iterator[K]:
    """Have everything in this process that names no kernel use `kernel`, until the end of the block.

    For tests of programs that call ``netlynx.connect()``: all threads and tasks see it, child processes do not.
    ``connect(netns="blue")`` then means the kernel's own namespace of that name (`VirtualKernel.namespace`); only an
    opened `NetworkNamespace` is still one of this host.
    """
    global _stand_in
    before, _stand_in = _stand_in, kernel
    try:
        yield kernel
    finally:
        _stand_in = before


def stand_in(netns: Any = None) -> Any:
    """The kernel, or the namespace of it called `netns`, that stands in for this host's; None when none does.

    Raises NotFound for a namespace that it does not have, TypeError for what names none.
    """
    if isinstance(netns, int) and not hasattr(netns, "fileno"):
        from netlynx.netns import Pid, not_a_namespace

        if not isinstance(netns, Pid):
            raise not_a_namespace(netns)
    if _stand_in is None or hasattr(netns, "fileno"):
        return None
    if netns is None:
        return _stand_in
    named = {each.name: each for each in getattr(_stand_in, "namespaces", ()) if each.name}
    if netns in named:
        return named[netns]
    raise NotFound(
        errno.ENOENT,
        f"the kernel that stands in for this host's has no such namespace; it has {', '.join(named) or 'none'}",
        asked=f"open network namespace {os.fspath(netns) if isinstance(netns, os.PathLike) else netns!r}",
        hint="Make it with kernel.namespace(name), or pass an opened one of this host (netns.open)",
    )


def other_kernel(netns: Any, kernel: Any) -> Any:
    """The kernel that was given, named or put in place of this host's; None for this host's.

    ``"host"`` and ``"unix:PATH"`` are names. Without `kernel` it is the one that stands in, or else what the variable
    NETLYNX_KERNEL names. `netns` is a namespace of this host, or the name of one of the kernel behind the path.

    Raises ValueError: it is no such name, or `netns` is given with a kernel that is an object; NotFound and TypeError
    as `stand_in`.
    """
    if kernel is None:
        found = stand_in(netns)
        if found is not None or hasattr(netns, "fileno"):
            return found
        name, said = os.environ.get(VARIABLE, ""), f"{VARIABLE}="
    elif isinstance(kernel, str):
        name, said = kernel, "kernel="
    elif netns is None:
        return kernel
    else:
        raise ValueError("netns is a namespace of this host; a kernel that is given has its own")
    return None if name in ("", "host") else _served(name, said, netns)


def _served(name: str, said: str, netns: Any) -> Any:
    from netlynx.transport.bridge import PREFIX, BridgeKernel  # from above: a name is all that is known down here

    if not name.startswith(PREFIX):
        raise ValueError(
            f"{said}{name}: give host or {PREFIX}PATH; a virtual kernel in a file is served with "
            f"`netlynx kernel serve FILE.py --at PATH`"
        )
    if netns is not None and (not isinstance(netns, str) or "/" in netns):
        raise ValueError(f"netns={netns!r}: a kernel behind {PREFIX} has namespaces of its own, which have names")
    return BridgeKernel(name, netns or "")
