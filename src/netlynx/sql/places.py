"""Which network namespaces a statement is about, by what its rows have in the column `netns`, and their connections."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from netlynx.client.connection import Connection, connect
from netlynx.errors import NetlinkError
from netlynx.transport.default_kernel import other_kernel

if TYPE_CHECKING:
    from netlynx.netns import NetworkNamespace, Where
    from netlynx.transport.base import Kernel

_PROCESS = re.compile(r"pid (\d+)")


class Places:
    """The connection that a session has, and those to other namespaces, opened when they are named.

    A namespace is called by its name, ``pid 42`` where it has none and that process is in it, or as it was given. One's
    own that has no name is ``""``.
    """

    def __init__(self, netns: Where | None, kernel: Kernel | str | None, timeout: float) -> None:
        self._here: NetworkNamespace | None = None
        self._open: list[Connection] = []
        self._others: dict[str, Connection] = {}
        self._kernel = kernel
        self._timeout = timeout
        self._given = netns
        self._here = self._where_we_are() if netns is None else None
        self._nl = self._connected(netns)
        self._own: str | None = None
        self._returning: Connection | None = None

    def __del__(self) -> None:
        self.close()  # of a table that is registered elsewhere, or of a frame: when nobody has it any more

    @property
    def own(self) -> str:
        """What one's own is called."""
        if self._own is None:
            self._own = self._called()
        return self._own

    def connection(self, name: str) -> Connection:
        """The connection to a namespace. Raises NetlinkError where there is none of that name."""
        from netlynx.netns import Pid

        if name == self.own:
            return self._own_connection()
        if name not in self._others:
            process = _PROCESS.fullmatch(name)
            where: Where = Pid(process[1]) if process else name
            self._others[name] = self._connected(where)
        return self._others[name]

    def everywhere(self) -> tuple[tuple[str, ...], int]:
        """All namespaces that can be found, one's own first; and of how many processes it is not known where they are.

        Raises ValueError for a kernel that is not this host's.
        """
        from netlynx import netns

        if not self._of_host:
            raise ValueError("all namespaces are those of this host: name those of another kernel, netns = 'NAME'")
        found, mine = netns.find(), self._inode()
        others = (str(each) for each in found.namespaces if each.inode != mine)
        return (self.own, *others), found.unseen

    def close(self) -> None:
        """Close all connections."""
        for each in self._open:
            each.close()
        if self._here is not None:
            self._here.close()

    def _connected(self, where: Where | None) -> Connection:
        self._open.append(connect(netns=where, kernel=self._kernel, timeout=self._timeout))
        return self._open[-1]

    def _where_we_are(self) -> NetworkNamespace | None:
        """The namespace of this thread; None where the kernel is not this host's."""
        from netlynx import netns

        return netns.current() if self._of_host else None

    def _own_connection(self) -> Connection:
        """One's own. Sockets are opened in the thread that needs them, which an engine may have begun elsewhere: in
        another namespace than that where the session was made."""
        if self._here is None or self._where_we_are() == self._here:
            return self._nl
        if self._returning is None:
            self._returning = self._connected(self._here)
        return self._returning

    @property
    def _of_host(self) -> bool:
        return other_kernel(self._given, self._kernel) is None

    def _inode(self) -> int:
        from netlynx import netns

        if self._here is not None:
            return self._here.inode
        assert self._given is not None
        with netns.open(self._given) as own:
            return own.inode

    def _called(self) -> str:
        from netlynx import netns

        if isinstance(self._given, str | os.PathLike):
            return os.fspath(self._given)
        if not self._of_host:
            return ""
        mine = self._inode()
        for name in netns.list():
            with suppress(NetlinkError), netns.open(name) as named:  # removed meanwhile, or only the file is left
                if named.inode == mine:
                    return name
        return ""
