"""Process events (NETLINK_CONNECTOR): what every process of the machine does, told by the kernel as it happens.

    from netlynx import connector

    with netlynx.connect() as nl, nl.subscribe(connector.processes("exec", "exit")) as events:
        for event in events:
            match event:
                case netlynx.Event(record=connector.Exec(pid=pid)): ...
                case netlynx.Event(record=connector.Exit(pid=pid, status=status)): ...
                case netlynx.Overrun(lost=lost): ...  # so many were lost here

Source: linux/cn_proc.h, drivers/connector/cn_proc.c. The kernel tells these in its initial namespaces alone: network,
PID and user.
"""

from .constants import Kinds
from .events import Comm, Coredump, Exec, Exit, Fork, Gid, Ptrace, Sid, Uid, Unknown
from .processes import PROCESSES, ProcessEvent, processes

__all__ = [
    "PROCESSES",
    "Comm",
    "Coredump",
    "Exec",
    "Exit",
    "Fork",
    "Gid",
    "Kinds",
    "ProcessEvent",
    "Ptrace",
    "Sid",
    "Uid",
    "Unknown",
    "processes",
]
