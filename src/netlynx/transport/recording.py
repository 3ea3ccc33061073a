"""Recordings: what programs and a kernel said to each other, as values and as a file that people can read.

A file is lines of JSON. The first tells what it is; each other one is a step: a socket was opened, sent a datagram,
received one or an error, joined or left a group, was closed. Datagrams stand in hexadecimal, in `hex`; `says` beside
it is for people and not read back. Nothing of a file is ever executed.
"""

from __future__ import annotations

import errno
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from typing import Self

import msgspec

from netlynx.errors import DecodeError, NetlinkError, from_errno

FORMAT = 1  # of the lines of a file


class Heading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a file."""

    netlynx_recording: int  # FORMAT
    byteorder: str  # of the machine: netlink is in host byte order
    kernel: str = ""  # where it was made, for people


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error of a call: `errno` by name, and what netlynx knew besides when a socket could not be opened."""

    errno: str
    message: str = ""
    asked: str = ""
    hint: str = ""

    @classmethod
    def of(cls, error: OSError) -> Self:
        """The error that a call raised, as it is written down."""
        number = error.errno or errno.EIO
        name = errno.errorcode.get(number, str(number))
        if isinstance(error, NetlinkError):
            return cls(name, error.message, error.asked, error.hint)
        return cls(name)

    @property
    def number(self) -> int:
        """The errno as this machine numbers it."""
        return getattr(errno, self.errno, None) or int(self.errno)

    def error(self) -> OSError:
        """The error, to be raised again by a call of a socket."""
        return OSError(self.number, os.strerror(self.number))

    def opening(self) -> NetlinkError:
        """The error, to be raised again where a socket is opened."""
        return from_errno(self.number, self.message, asked=self.asked, hint=self.hint)


class Step(msgspec.Struct, tag_field="step", omit_defaults=True, eq=False, kw_only=True):
    """Something that happened at a socket; sockets are numbered from 1 in the order of their opening."""

    socket: int
    error: Refusal | None = None


class Open(Step, tag="open"):
    """A socket of a protocol was opened and got a port ID, or could not be."""

    protocol: int
    port: int = 0
    groups: tuple[int, ...] = ()


class Join(Step, tag="join"):
    """The socket became a member of a group."""

    group: int


class Leave(Step, tag="leave"):
    """The socket left a group."""

    group: int


class Send(Step, tag="send", kw_only=True):
    """A datagram was sent, to the kernel unless said otherwise."""

    says: tuple[str, ...] = ()  # its messages in words
    hex: str
    portid: int = 0
    group: int = 0

    @property
    def data(self) -> bytes:
        """The datagram."""
        return bytes.fromhex(self.hex)


class Receive(Step, tag="receive"):
    """A datagram was received, or an error was (`ENOBUFS`: messages were lost)."""

    says: tuple[str, ...] = ()
    hex: str = ""
    length: int = 0  # its true length where it was cut off
    sender: int = 0  # port ID
    groups: int = 0  # mask
    uid: int = 0  # of the sender, where the receiver wanted to know

    @property
    def data(self) -> bytes:
        """The datagram."""
        return bytes.fromhex(self.hex)


class Close(Step, tag="close"):
    """The socket was closed."""


AnyStep = Open | Join | Leave | Send | Receive | Close

_heading = msgspec.json.Decoder(Heading)
_step = msgspec.json.Decoder(AnyStep)


class Recording:
    """The steps of one conversation, in the order in which they happened."""

    def __init__(self, steps: Iterable[AnyStep] = (), name: str = "the recording") -> None:
        self.steps: list[AnyStep] = list(steps)
        self.name = name

    def __iter__(self) -> Iterator[AnyStep]:
        return iter(self.steps)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, in place of what is there; a new one is private (mode 0600). Raises OSError."""
        kernel = f"{platform.system()} {platform.release()}"
        lines = [msgspec.json.encode(Heading(FORMAT, sys.byteorder, kernel)), *map(msgspec.json.encode, self.steps)]
        with open(path, "wb", opener=_private) as file:
            file.writelines(line + b"\n" for line in lines)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Recording:
        """Read one from a file.

        Raises OSError, and DecodeError that names file and line for what is no recording, or not one that this
        version of netlynx or this machine understands.
        """
        name = os.fspath(path)
        with open(path, "rb") as file:
            lines = file.read().splitlines()
        number = 1
        try:
            heading = _heading.decode(lines[0] if lines else b"")
            if heading.netlynx_recording != FORMAT:
                raise ValueError(f"its format is {heading.netlynx_recording}, this netlynx reads {FORMAT}")
            if heading.byteorder != sys.byteorder:
                raise ValueError(f"it was made on a {heading.byteorder}-endian machine; this one is not: make it anew")
            steps: list[AnyStep] = []
            for number, line in enumerate(lines[1:], 2):  # noqa: B007 - the error below names it
                step = _step.decode(line)
                if isinstance(step, Send | Receive):
                    bytes.fromhex(step.hex)
                steps.append(step)
        except ValueError as error:  # msgspec's are ValueErrors too
            raise DecodeError(f"{name}, line {number}: not a recording of netlynx: {error}") from None
        return cls(steps, name)


def _private(path: str, flags: int) -> int:
    """Open a file; one that is made is private: what was said may hold keys and addresses."""
    return os.open(path, flags, 0o600)
