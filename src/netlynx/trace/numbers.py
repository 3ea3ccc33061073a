"""System calls by name: what each does with a descriptor, and its number on this machine.

Sources: asm/unistd_64.h, asm-generic/unistd.h (aarch64, which was not tried), linux/audit.h.
"""

from __future__ import annotations

import platform
from enum import Enum


class Deed(Enum):
    """What a system call does, to who traces it."""

    SENDS = "sends"
    RECEIVES = "receives"
    MAKES = "makes a descriptor"
    ASKS = "asks for an error"
    HIDES = "lets the kernel do what no call tells of"


class Machine:
    """The calls of one machine: their numbers by name, their names by number, and what the kernel calls the machine."""

    def __init__(self, audit: int, numbers: dict[str, int]) -> None:
        self.audit = audit
        self.numbers = numbers
        self.names = {number: name for name, number in numbers.items()}


DEEDS = {
    "sendto": Deed.SENDS,
    "sendmsg": Deed.SENDS,
    "sendmmsg": Deed.SENDS,
    "recvfrom": Deed.RECEIVES,
    "recvmsg": Deed.RECEIVES,
    "recvmmsg": Deed.RECEIVES,
    "write": Deed.SENDS,
    "writev": Deed.SENDS,
    "pwritev2": Deed.SENDS,
    "read": Deed.RECEIVES,
    "readv": Deed.RECEIVES,
    "preadv2": Deed.RECEIVES,
    "socket": Deed.MAKES,
    "dup": Deed.MAKES,
    "dup2": Deed.MAKES,
    "dup3": Deed.MAKES,
    "fcntl": Deed.MAKES,
    "pidfd_getfd": Deed.MAKES,
    "getsockopt": Deed.ASKS,
    "io_uring_setup": Deed.HIDES,
}

# Of any socket; the calls of FILES are of any file, and looked at where it is a socket of netlink alone.
SOCKETS = ("sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg")
FILES = ("read", "write", "readv", "writev", "preadv2", "pwritev2")
COPIES = ("dup", "dup2", "dup3")

_X86_64 = Machine(
    0xC000003E,
    {
        "read": 0,
        "write": 1,
        "readv": 19,
        "writev": 20,
        "dup": 32,
        "dup2": 33,
        "socket": 41,
        "sendto": 44,
        "recvfrom": 45,
        "sendmsg": 46,
        "recvmsg": 47,
        "getsockopt": 55,
        "fcntl": 72,
        "dup3": 292,
        "recvmmsg": 299,
        "sendmmsg": 307,
        "preadv2": 327,
        "pwritev2": 328,
        "io_uring_setup": 425,
        "pidfd_getfd": 438,
    },
)
_AARCH64 = Machine(
    0xC00000B7,
    {
        "dup": 23,
        "dup3": 24,
        "fcntl": 25,
        "read": 63,
        "write": 64,
        "readv": 65,
        "writev": 66,
        "socket": 198,
        "sendto": 206,
        "recvfrom": 207,
        "getsockopt": 209,
        "sendmsg": 211,
        "recvmsg": 212,
        "recvmmsg": 243,
        "sendmmsg": 269,
        "preadv2": 286,
        "pwritev2": 287,
        "io_uring_setup": 425,
        "pidfd_getfd": 438,
    },
)
_MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64}


def here() -> Machine | None:
    """This machine; None where its calls are not known."""
    return _MACHINES.get(platform.machine())
