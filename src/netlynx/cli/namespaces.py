"""Names of other network namespaces and of their interfaces, for people: events have numbers."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from netlynx.cli.interfaces import Interfaces
from netlynx.errors import NetlynxError

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Event


class Namespaces:
    """What namespaces with an ID here are called on this host, as far as they are: looked up when an ID is new.

    `named` is false for kernels of which this host's names say nothing.
    """

    def __init__(self, nl: Connection, *, named: bool) -> None:
        self._nl = nl
        self._named = named
        self._names: dict[int, str] = {}
        self._interfaces: dict[int | None, Interfaces] = {}

    def name(self, nsid: int | None) -> str:
        """The name, or the first of several; nothing where there is none."""
        if nsid is None or not self._named:
            return ""
        if nsid not in self._names:
            self._names.update(self._read())
        return self._names.setdefault(nsid, "")

    def label(self, nsid: int) -> str:
        """The ID, and the name beside it if there is one."""
        name = self.name(nsid)
        return f"nsid {nsid} ({name})" if name else f"nsid {nsid}"

    def interfaces(self, nsid: int | None) -> Interfaces:
        """Those of a namespace; None is the connection's own."""
        return self._interfaces.setdefault(nsid, Interfaces(self._nl, nsid))

    def learn(self, event: Event[Any]) -> None:
        """Take in that an ID was given or has ended: another namespace may have it now, and the ID another name."""
        if event.nsid is None and event.kind != "delete":  # of one that ended the name is gone, and known from before
            self._names.pop(event.record.nsid, None)
            self._interfaces.pop(event.record.nsid, None)

    def _read(self) -> dict[int, str]:
        with contextlib.suppress(NetlynxError):
            return first_names(self._nl)
        return {}


def first_names(nl: Connection) -> dict[int, str]:
    """The name of each namespace with an ID here that has one, or the first of several. Raises as a connection."""
    from netlynx import route

    return {nsid: names[0] for nsid, names in nl.do(route.namespace_names()).items()}


def have_names(kernel: str) -> bool:
    """Whether this host's names say something of the namespaces of a kernel, as `--kernel` names that."""
    return kernel in ("", "host")
