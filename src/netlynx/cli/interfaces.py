"""Names of interfaces, for people: records have indices."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from netlynx.errors import NetlynxError

if TYPE_CHECKING:
    from netlynx.client.connection import Connection


class Interfaces:
    """The names of a namespace's interfaces: all are read when the first one is asked for, new ones one by one.

    `nsid` is the ID that the namespace has in the connection's, None for that one itself.
    """

    def __init__(self, nl: Connection, nsid: int | None = None) -> None:
        self._nl = nl
        self._nsid = nsid
        self._names: dict[int, str] | None = None

    def name(self, index: int | None) -> str:
        """The name, ``if7`` for an interface 7 that is not there, nothing for no interface."""
        if not index:
            return ""
        if self._names is None:
            self._names = self._read()
        if index not in self._names:
            self._names[index] = self._look_up(index)
        return self._names[index]

    def learn(self, index: int, name: str | None) -> None:
        """Remember the name that a notification told."""
        if self._names is not None and name is not None:
            self._names[index] = name

    def _read(self) -> dict[int, str]:
        from netlynx import route

        with contextlib.suppress(NetlynxError):
            listed = self._nl.dump(route.links(statistics=False, target_netnsid=self._nsid), interrupted="accept")
            return {link.index: link.name or f"if{link.index}" for link in listed}
        return {}

    def _look_up(self, index: int) -> str:
        from netlynx import route

        with contextlib.suppress(NetlynxError):
            return self._nl.do(route.link(index, statistics=False, target_netnsid=self._nsid)).name or f"if{index}"
        return f"if{index}"
