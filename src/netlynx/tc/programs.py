"""BPF programs that are loaded already: by the path at which one is pinned, by its name, or by its number.

Filters and actions take the descriptor of one. Loading a program is another's work (libbpf, bpftool). Source: bpf(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator
from typing import Final, Self

from netlynx.errors import Ambiguous, EncodeError, NotFound, NotSupported

_GET, _NEXT_ID, _BY_ID, _INFO = 7, 11, 13, 15  # BPF_OBJ_GET, BPF_PROG_GET_NEXT_ID, …_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD
_CALLS: Final = {
    "x86_64": 321,
    "aarch64": 280,
    "riscv64": 280,
    "loongarch64": 280,
    "s390x": 351,
    "ppc64le": 361,
    "armv7l": 386,
    "i686": 357,
}
_ABOUT = 80  # bytes of struct bpf_prog_info up to the end of the name


class Program:
    """A program that is open: `tc.Bpf` takes it for `fd`. It is closed with `close`, or at the end of a `with`.

    `id` is its number, `name` is up to 15 letters of what it is called, `tag` a hash of what it does.
    """

    def __init__(self, fd: int) -> None:
        """Of an open descriptor, which belongs to this object from now on."""
        self.fd = fd
        about = ctypes.create_string_buffer(_ABOUT)
        _bpf(_INFO, struct.pack("=IIQ", fd, _ABOUT, ctypes.addressof(about)))
        self.id: int = struct.unpack_from("=I", about.raw, 4)[0]
        self.tag: bytes = about.raw[8:16]
        self.name: str = about.raw[64:80].split(b"\0")[0].decode("utf-8", "surrogateescape")

    def fileno(self) -> int:
        """The descriptor; -1 when it is closed."""
        return self.fd

    def close(self) -> None:
        """Close the descriptor. Filters that have the program keep it."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Program {self.name or '(no name)'}, id {self.id}{'' if self.fd >= 0 else ', closed'}>"


def program(*, pinned: str | os.PathLike[str] | None = None, name: str | None = None, id: int | None = None) -> Program:
    """Open a program: the one that is `pinned` at a path (of a mounted bpffs), that has a `name`, or a number.

    Raises NotFound for one that there is not, Ambiguous for a name that several have, EncodeError if not one of the
    three is given, NotSupported where this package does not know how to ask, PermissionError without the right to.
    """
    given = [each for each in (pinned, name, id) if each is not None]
    if len(given) != 1:
        raise EncodeError("say which program: by one of pinned, name and id", "tc.program(pinned)")
    asked = f"tc.program({'pinned' if pinned is not None else 'name' if name is not None else 'id'}={given[0]!r})"
    if name is not None:
        return _by_name(name, asked)
    try:
        if pinned is not None:
            path = ctypes.create_string_buffer(os.fsencode(pinned))
            return Program(_bpf(_GET, struct.pack("=QII", ctypes.addressof(path), 0, 0)))
        return Program(_bpf(_BY_ID, struct.pack("=III", given[0], 0, 0)))
    except FileNotFoundError:
        raise NotFound(errno.ENOENT, "there is no such program", asked=asked) from None


def _by_name(name: str, asked: str) -> Program:
    found: list[Program] = []
    for number in _numbers():
        try:
            one = Program(_bpf(_BY_ID, struct.pack("=III", number, 0, 0)))
        except FileNotFoundError:
            continue  # it went meanwhile
        if one.name == name[:15]:
            found.append(one)
        else:
            one.close()
    if len(found) == 1:
        return found[0]
    for one in found:
        one.close()
    if not found:
        raise NotFound(errno.ENOENT, "there is no such program", asked=asked)
    numbers = ", ".join(str(one.id) for one in found)
    raise Ambiguous(errno.ENOTUNIQ, f"several programs are called so: {numbers}", asked=asked)


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        attributes = ctypes.create_string_buffer(struct.pack("=III", number, 0, 0), 12)
        try:
            _call(_NEXT_ID, attributes)
        except FileNotFoundError:
            return
        number = struct.unpack_from("=I", attributes.raw, 4)[0]
        yield number


def _bpf(command: int, attributes: bytes) -> int:
    return _call(command, ctypes.create_string_buffer(attributes, len(attributes)))


def _call(command: int, attributes: ctypes.Array[ctypes.c_char]) -> int:
    number = _CALLS.get(platform.machine())
    if number is None:
        raise NotSupported(errno.ENOSYS, f"the number of bpf(2) on {platform.machine()} is not known")
    libc = ctypes.CDLL(None, use_errno=True)
    done: int = libc.syscall(number, command, ctypes.byref(attributes), len(attributes))
    if done < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return done
