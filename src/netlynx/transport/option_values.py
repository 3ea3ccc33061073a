"""Numbers and layouts of a socket's options, and how a packet filter is put on one.

Source: socket(7); numbers from asm-generic/socket.h, struct sock_filter and sock_fprog of linux/filter.h.
"""

from __future__ import annotations

import array
import errno
import socket
import struct

from netlynx.errors import refuse

SO_PASSCRED = 16  # asm-generic/socket.h, this one and the next
SO_ATTACH_FILTER = 26
SO_DETACH_FILTER = 27
SO_SNDBUFFORCE = 32
SO_RCVBUFFORCE = 33
SO_LOCK_FILTER = 44
SO_MEMINFO = 55

MEMINFO = struct.Struct("=9I")  # what SO_MEMINFO tells, SK_MEMINFO_* of linux/sock_diag.h

INSTRUCTION = struct.Struct("=HBBI")  # struct sock_filter: code, jt, jf, k
_PROGRAM = struct.Struct("HP")  # struct sock_fprog: how many, where

DROP_ALL = INSTRUCTION.pack(0x06, 0, 0, 0)  # BPF_RET | BPF_K, keep 0 bytes


def attach(sock: socket.socket, code: bytes) -> None:
    """Attach packed `struct sock_filter` instructions to any socket."""
    program = array.array("B", code)  # an array tells its address; it lives until the kernel has copied it
    address, size = program.buffer_info()
    count = size // INSTRUCTION.size
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, _PROGRAM.pack(count, address))


def attached_code(value: bytes) -> bytes:
    """The packed instructions that a value of SO_ATTACH_FILTER points to; the caller keeps them alive meanwhile.

    Raises OSError: EINVAL, it is no `struct sock_fprog`.
    """
    if len(value) != _PROGRAM.size:
        raise refuse(errno.EINVAL)
    count, address = _PROGRAM.unpack(value)
    import ctypes

    return ctypes.string_at(address, count * INSTRUCTION.size)


def instructions_of(code: bytes) -> list[tuple[int, int, int, int]]:
    """Packed instructions as ``(code, jt, jf, k)``. Raises OSError: EINVAL, the last one is cut short."""
    if len(code) % INSTRUCTION.size:
        raise refuse(errno.EINVAL)
    return list(INSTRUCTION.iter_unpack(code))


def set_forced(sock: socket.socket, forced: int, plain: int, size: int) -> None:
    """Set a size past its limit where that is allowed, else as far as it goes."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, forced, size)
    except OSError as error:
        if error.errno != errno.EPERM:
            raise
        sock.setsockopt(socket.SOL_SOCKET, plain, size)


def dropped(memory: bytes) -> int:
    """What SO_MEMINFO says of messages that were dropped because the queue was full."""
    return int(MEMINFO.unpack(memory)[-1])
