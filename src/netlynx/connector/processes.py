"""Which process events to hear: what `subscribe` takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from netlynx.engine.operation import Group
from netlynx.errors import EncodeError
from netlynx.schema.arguments import flags_of
from netlynx.wire.constants import NETLINK

from .constants import ALL, CN_IDX, NONE, Kinds
from .events import Comm, Coredump, Exec, Exit, Fork, Gid, Ptrace, Sid, Uid, Unknown
from .feed import ProcessFeed

ProcessEvent: TypeAlias = Fork | Exec | Uid | Gid | Sid | Ptrace | Comm | Coredump | Exit | Unknown
"""Whatever a process does."""

RECORDS: dict[Kinds, type[ProcessEvent]] = {
    Kinds.FORK: Fork,
    Kinds.EXEC: Exec,
    Kinds.UID: Uid,
    Kinds.GID: Gid,
    Kinds.SID: Sid,
    Kinds.PTRACE: Ptrace,
    Kinds.COMM: Comm,
    Kinds.COREDUMP: Coredump,
    Kinds.EXIT: Exit,
}


class Processes(Group[ProcessEvent], frozen=True):
    """Process events; made by `processes`. `messages` maps what an event is (`Kinds`), not the type of a message."""

    kinds: Kinds = ALL


def processes(*kinds: str | int | Kinds | Iterable[str | int | Kinds]) -> Group[ProcessEvent]:
    """What processes do, to subscribe to: all of it, or these kinds.

    A kind is ``"fork"``, ``"exec"``, ``"uid"``, ``"gid"``, ``"sid"``, ``"ptrace"``, ``"comm"``, ``"coredump"``,
    ``"exit"``, or ``"nonzero-exit"``: ends with an exit code other than 0. `Event.kind` is such a word too (``"exit"``
    for both), `Event.record` the record of that name, `Unknown` for what a newer kernel tells (only where all is
    wanted; its `Event.kind` is ``"unknown"``).

    Kernels since 6.6 filter by kind; what others say besides is left out here. Events that were lost are one
    `Overrun` where they would have stood, which says how many (`lost`): the kernel counts what the subscription's queue
    had no room for, and where it does not filter, missing numbers tell also what it had no memory to make. Two
    subscriptions with different kinds share a queue, where they are made by one `subscribe`.

    Subscribing raises NotSupported in other network, PID and user namespaces than the initial ones, where the kernel
    says nothing; PermissionDenied before Linux 6.6 without CAP_NET_ADMIN. Raises EncodeError for what is no kind, and
    where none is left. Source: drivers/connector/cn_proc.c.
    """
    wanted = flags_of(Kinds, _flat(kinds), "connector.processes(kinds)") if kinds else ALL
    if not wanted or wanted & ~ALL:
        names = ", ".join(str(kind) for kind in Kinds)
        raise EncodeError(f"{wanted!r} is no set of kinds: they are {names}", "connector.processes(kinds)")
    told = Kinds.EXIT if wanted & Kinds.NONZERO_EXIT else Kinds(0)
    messages = {int(kind): (str(kind), record) for kind, record in RECORDS.items() if (wanted | told) & kind}
    if wanted == ALL:
        messages[NONE] = "unknown", Unknown
    return Processes(
        name="connector.processes",
        protocol=NETLINK.CONNECTOR,
        numbers=(int(CN_IDX.PROC),),
        messages=messages,
        initial_only=True,
        initial_process=("PID", "user"),
        feed=ProcessFeed,
        kinds=wanted,
    )


def _flat(kinds: Iterable[object]) -> list[object]:
    """The kinds, those in lists and sets too."""
    flat: list[object] = []
    for each in kinds:
        flat += _flat(each) if isinstance(each, list | tuple | set | frozenset) else [each]
    return flat


PROCESSES = processes()  # all that is told of processes
