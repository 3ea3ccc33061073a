"""Numbers of the connector and of its process events. Source: linux/connector.h, linux/cn_proc.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet


class CN_IDX(Constants):
    """Who speaks on the connector, and the multicast group that it speaks to."""

    PROC = 1
    CIFS = 2
    V86D = 4
    BB = 5
    DM = 7
    DRBD = 8


class CN_VAL(Constants):
    """What they speak of."""

    PROC = 1
    CIFS = 1
    V86D_UVESAFB = 1
    DRBD = 1
    DM_USERSPACE_LOG = 1


class Operation(Enumeration, prefix="PROC_CN_MCAST_"):
    """What a listener says: that it begins to listen, or that it does no more."""

    LISTEN = 1
    IGNORE = 2


class Kinds(FlagSet, prefix="PROC_EVENT_"):
    """Kinds of process events. `NONZERO_EXIT` are those ends whose exit code is not 0, `EXIT` all."""

    __omitted__: ClassVar[dict[str, str]] = {
        "PROC_EVENT_NONE": "no event: the kernel's acknowledgement of what a listener said",
        "PROC_EVENT_ALL": "all of them together",
    }

    FORK = 0x00000001
    EXEC = 0x00000002
    UID = 0x00000004
    GID = 0x00000040
    SID = 0x00000080
    PTRACE = 0x00000100
    COMM = 0x00000200
    NONZERO_EXIT = 0x20000000
    COREDUMP = 0x40000000
    EXIT = 0x80000000


ALL = Kinds(sum(Kinds))
NONE = 0  # PROC_EVENT_NONE
