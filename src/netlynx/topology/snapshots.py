"""`snapshot` and `asnapshot`: look at namespaces, one after the other, in a thread or in a task.

Which namespaces are asked for what is said once (`_looks`), as a conversation; the two drivers only wait.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx import netns as spaces
from netlynx.client.async_connection import aconnect
from netlynx.client.connection import connect
from netlynx.client.driving import AsyncWays, Ways, aadvance, advance
from netlynx.engine.operation import Talk
from netlynx.errors import NetlynxError, NotFound
from netlynx.netns import seeing
from netlynx.netns.opened import OWN
from netlynx.topology.building import Seen, build, needed_ids, wanted_ways
from netlynx.topology.looking import ids_of, listings, ways
from netlynx.topology.model import Topology
from netlynx.transport.default_kernel import other_kernel

if TYPE_CHECKING:
    from netlynx.diag import Owners
    from netlynx.netns import Found, Where
    from netlynx.transport.base import Kernel

_NOT_ASKED = "it was not asked for"
_ENDED = "it ended while it was looked into"
_OTHER = "kernel"  # the id of the one namespace of another kernel


class Ask(NamedTuple):
    """One namespace is to carry out a talk. None, where there is but the connection's own; `inode` is that of another,
    which its name or process must still have."""

    where: Where | None
    inode: int | None
    talk: Talk[Any]


class Call(NamedTuple):
    """Something is to be done that may take a moment: reading /proc."""

    function: Callable[[], Any]


_Looks = Generator[Ask | Call, Any, Topology]


def snapshot(
    *, netns: Where | None = None, kernel: Kernel | str | None = None, listeners: bool = True, owners: bool = True
) -> Topology:
    """How the links of this host hang together, over all network namespaces that can be found and entered.

        from netlynx import topology

        print(topology.text(topology.snapshot()))

    With `netns` only that namespace is looked into, and others are named where links lead to them. `kernel` is
    another kernel than the host's, as for `connect`: of it the one namespace is seen that a connection is in.
    `listeners` is whether sockets are listed, `owners` whether /proc is looked through for the processes that hold
    them.

    A namespace that cannot be entered, or ends meanwhile, is told of: `Namespace.unseen`, `Topology.notes`. Entering
    others takes CAP_SYS_ADMIN. Raises as a connection for the one that is asked for, or for the caller's own.
    """
    looks: Any = _looks(netns, kernel, listeners, owners)  # its steps are its own
    found: Topology = advance(looks, _WAYS, kernel).value
    return found


async def asnapshot(
    *, netns: Where | None = None, kernel: Kernel | str | None = None, listeners: bool = True, owners: bool = True
) -> Topology:
    """As `snapshot`, of asyncio and trio; /proc is read in a thread."""
    looks: Any = _looks(netns, kernel, listeners, owners)
    found: Topology = (await aadvance(looks, _AWAYS, kernel)).value
    return found


def _ask(kernel: Kernel | str | None, step: Ask, deadline: object) -> Any:
    with _opened(step) as where, connect(netns=where, kernel=kernel) as nl:
        return nl.do(step.talk)


async def _aask(kernel: Kernel | str | None, step: Ask, deadline: object) -> Any:
    with _opened(step) as where:
        async with aconnect(netns=where, kernel=kernel) as nl:
            return await nl.do(step.talk)


def _call(kernel: Kernel | str | None, step: Call, deadline: object) -> Any:
    return step.function()


async def _acall(kernel: Kernel | str | None, step: Call, deadline: object) -> Any:
    from anyio.to_thread import run_sync

    return await run_sync(step.function)


_WAYS: Ways = {Ask: _ask, Call: _call}
_AWAYS: AsyncWays = {Ask: _aask, Call: _acall}


class _opened:
    """The namespace of a question, held open: what had its name, or its process, may be another one by now."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._space: spaces.NetworkNamespace | None = None

    def __enter__(self) -> Where | None:
        if self._ask.where is None or self._ask.inode is None:
            return self._ask.where
        self._space = spaces.open(self._ask.where)
        if os.fstat(self._space.fileno()).st_ino != self._ask.inode:
            self._space.close()
            raise NotFound(2, asked="open a network namespace that has ended meanwhile")
        return self._space

    def __exit__(self, *exc: object) -> None:
        if self._space is not None:
            self._space.close()


def _looks(netns: Where | None, kernel: Kernel | str | None, listeners: bool, owners: bool) -> _Looks:
    if other_kernel(netns, kernel) is not None:
        listed = yield Ask(netns, None, listings(listeners=listeners))
        seen = [Seen(_OTHER, str(netns or _OTHER), own=True, listed=listed)]
        for wanted in wanted_ways(seen).values():
            seen[0].ways = yield Ask(netns, None, ways(wanted))
        return build(seen)
    everywhere = yield Call(spaces.find)
    notes = []
    if everywhere.unseen and netns is None:
        unseen = "1 process" if everywhere.unseen == 1 else f"{everywhere.unseen} processes"
        notes.append(f"the network namespace of {unseen} could not be seen: the kernel does not let this user look")
    chosen = None if netns is None else (yield Call(lambda: _inode(netns)))
    own = _inode(OWN)
    known = [(_seen(each, own), each) for each in everywhere.namespaces]
    sought = own if chosen is None else chosen
    if all(found.inode != sought for _, found in known):  # no name, and no process has its first thread there
        label = "here" if sought == own else netns if isinstance(netns, str) else f"namespace {sought}"
        known.insert(0, (Seen(str(sought), label, own=sought == own), spaces.Found(sought)))
    looked: list[tuple[Seen, Ask]] = []
    for each, found in known:
        if chosen is not None and found.inode != chosen:
            each.unseen = _NOT_ASKED
            continue
        where = netns if chosen is not None else None if each.own else found.where
        ask = Ask(where, None if where is None else found.inode, listings(listeners=listeners))
        try:
            each.listed = yield ask
        except NetlynxError as error:
            if chosen is not None or each.own:
                raise
            if isinstance(error, NotFound):
                notes.append(f"{each.label} ended before it was looked into")
                each.unseen = _ENDED
            else:
                each.unseen = _reason(error)
            continue
        looked.append((each, ask))
    yield from _identify(looked, known)
    yield from _look_up(looked)
    holders: Owners | None = None
    if owners and any(each.listed is not None and each.listed.sockets for each, _ in looked):
        from netlynx import diag

        holders = yield Call(diag.owners)
        if holders is not None and not holders.complete and not _all_held(holders, looked):
            notes.append(f"who listens is not known of all: {holders}")
    meant = {other for each, _ in looked for other in each.ids.values()}
    hidden = (_NOT_ASKED, _ENDED)
    kept = [each for each, _ in known if each.listed is not None or each.unseen not in hidden or each.id in meant]
    return build(kept, owners=holders, notes=notes)


def _all_held(holders: Owners, looked: list[tuple[Seen, Ask]]) -> bool:
    """Whether a process is known for every socket that was listed."""
    sockets = [socket for each, _ in looked if each.listed is not None for socket in each.listed.sockets]
    return all(holders.holding(socket.inode) for socket in sockets if socket.source_port)


def _identify(looked: list[tuple[Seen, Ask]], known: list[tuple[Seen, Found]]) -> Generator[Ask | Call, Any, None]:
    """Find out whom the IDs mean that links speak of. IDs are relative: each namespace is asked for its own."""
    others = [found for _, found in known if found.names or found.processes]
    for each, ask in looked:
        needed = needed_ids(each.listed) if each.listed is not None else frozenset()
        if needed:
            try:
                inodes: dict[int, int] = yield Ask(ask.where, ask.inode, ids_of(others, needed))
                each.ids = {nsid: str(inode) for nsid, inode in inodes.items()}
            except NotFound:
                each.listed, each.unseen = None, _ENDED


def _look_up(looked: list[tuple[Seen, Ask]]) -> Generator[Ask | Call, Any, None]:
    """Ask by which link the other ends of tunnels are reached."""
    asks = {each.id: (each, ask) for each, ask in looked}
    for where, wanted in wanted_ways(each for each, _ in looked).items():
        if where in asks:
            each, ask = asks[where]
            try:
                each.ways = yield Ask(ask.where, ask.inode, ways(wanted))
            except NotFound:
                each.listed, each.unseen = None, _ENDED


def _inode(where: Where) -> int:
    """What tells a namespace from others. Raises as `netns.open`."""
    with spaces.open(where) as opened:
        return os.fstat(opened.fileno()).st_ino


def _seen(found: Found, own: int) -> Seen:
    label = _label(found, found.inode == own)
    return Seen(str(found.inode), label, tuple(found.names), len(found.processes), found.inode == own)


def _label(found: Found, own: bool) -> str:
    """What to call a namespace: by its name, or by a process that is in it."""
    if found.names:
        return found.names[0]
    if seeing.is_initial(found.inode):
        return "host"
    if own:
        return "here"
    try:
        with open(f"/proc/{found.processes[0]}/comm") as file:
            return f"pid {found.processes[0]} ({file.read().rstrip()})"
    except OSError:
        return f"pid {found.processes[0]}"


def _reason(error: NetlynxError) -> str:
    return str(getattr(error, "strerror", None) or error)
