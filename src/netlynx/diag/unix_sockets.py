"""Sockets between processes of one host (AF_UNIX), as the kernel lists them.

Source: linux/unix_diag.h, net/unix/diag.c, unix(7).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.diag.asking import RequestHeader, list_sockets, look_up
from netlynx.diag.constants import NO_COOKIE, Shutdown, SocketFamily, SocketState, SocketType
from netlynx.diag.parts import COOKIE, SocketMemory
from netlynx.diag.states import States, asked_states
from netlynx.engine.operation import Do, Dump
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    enum,
    head,
    hook,
    member,
    struct,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class UNIX_DIAG(Constants):
    """Attributes of a socket."""

    NAME = 0
    VFS = 1
    PEER = 2
    ICONS = 3
    RQLEN = 4
    MEMINFO = 5
    SHUTDOWN = 6
    UID = 7


class UnixShow(FlagSet, prefix="UDIAG_SHOW_"):
    """What a request asks for."""

    NAME = 1
    VFS = 2
    PEER = 4
    ICONS = 8
    RQLEN = 16
    MEMINFO = 32
    UID = 64


class UnixMessage(Layout, c="unix_diag_msg", packed=True):
    """The fixed header of a socket's message (`unix_diag_msg`)."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="udiag_family")
    type: takes.Member[SocketType] = member(enum(SocketType, u8), c="udiag_type")
    state: takes.Member[SocketState] = member(enum(SocketState, u8), c="udiag_state")
    pad: int = member(u8, c="pad")
    inode: int = member(u32, c="udiag_ino")
    cookie: int = member(u64, c="udiag_cookie")


class UnixRequestHeader(RequestHeader, c="unix_diag_req", packed=True):
    """The fixed header of a request."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    states: int = member(u32, c="udiag_states")
    inode: int = member(u32, c="udiag_ino")
    show: takes.Flags[UnixShow] = member(enum(UnixShow, u32), c="udiag_show")
    cookie: int = member(u64, c="udiag_cookie")


class UnixRequest(Record, header=UnixRequestHeader):
    """What the kernel is asked for: all sockets, of some states, or the one with this inode."""

    family: takes.Member[SocketFamily] = head(default=SocketFamily.UNIX)
    states: int = head()
    inode: int = head()
    show: takes.Flags[UnixShow] = head(default=UnixShow(0))
    cookie: int = head()


def _name_text(payload: bytes) -> str:
    """Abstract names begin with a NUL, those of files end with one."""
    text = f"@{_text(payload[1:])}" if payload[:1] == b"\0" else _text(payload.rstrip(b"\0"))
    return text


def _name_bytes(name: str) -> bytes:
    data = name.encode("utf-8", "surrogateescape")
    return b"\0" + data[1:] if data[:1] == b"@" else data + b"\0"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class UnixFile(Layout, c="unix_diag_vfs"):
    """The file that a socket is bound to: its inode, and the device of its file system as /proc/PID/mountinfo has it.

    Some file systems (overlay, btrfs) tell stat(2) another one.
    """

    inode: int = member(u32, c="udiag_vfs_ino")
    device: int = member(u32, c="udiag_vfs_dev")

    @property
    def major(self) -> int:
        """The first number of the device, as `os.major` has it."""
        return self.device >> 20

    @property
    def minor(self) -> int:
        """The second one, as `os.minor` has it."""
        return self.device & 0xFFFFF


class UnixQueue(Layout, c="unix_diag_rqlen"):
    """Bytes that wait; of a socket that listens, connections that wait to be accepted, and how many may."""

    receive: int = member(u32, c="udiag_rqueue")
    send: int = member(u32, c="udiag_wqueue")


class UnixSocket(Record, header=UnixMessage):
    """A socket between processes of this host.

    `name` is the path that it is bound to, or ``@`` and an abstract name, as ss(8) has it; None without one. Only a
    path has a `file` (the `inode` of which is that in the file system, not the socket's), whatever its first letter.
    `peer` is the inode of the socket at the other end: 0 where no process has that open any more, or has not accepted
    it yet. `pending` are, of a socket that listens, the inodes of the sockets whose connections wait to be accepted,
    where they were asked for. A datagram socket with a peer is `established`, one without it `close`.

    Source: linux/unix_diag.h, sk_diag_fill in net/unix/diag.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=UNIX_DIAG)

    family: takes.Member[SocketFamily] = head(default=SocketFamily.UNIX)
    type: takes.Member[SocketType] = head()
    state: takes.Member[SocketState] = head()
    name: str | None = attr(UNIX_DIAG.NAME, hook(_name_text, _name_bytes, pure=True), always=True)
    peer: int | None = attr(UNIX_DIAG.PEER, u32, always=True)
    inode: int = head()
    uid: int | None = attr(UNIX_DIAG.UID, u32, always=True)
    cookie: int = head()
    queue: takes.Nested[UnixQueue | None] = attr(UNIX_DIAG.RQLEN, struct(UnixQueue))
    shutdown: takes.Flags[Shutdown | None] = attr(UNIX_DIAG.SHUTDOWN, enum(Shutdown, u8))
    file: takes.Nested[UnixFile | None] = attr(UNIX_DIAG.VFS, struct(UnixFile))
    pending: takes.MaybeSeveral[int] = attr(UNIX_DIAG.ICONS, array(u32))
    memory: takes.Nested[SocketMemory | None] = attr(UNIX_DIAG.MEMINFO, struct(SocketMemory))


_USUAL = UnixShow.NAME | UnixShow.VFS | UnixShow.PEER | UnixShow.RQLEN | UnixShow.MEMINFO | UnixShow.UID


def unix(*, states: States = None, pending: bool = False) -> Dump[UnixSocket]:
    """Sockets between processes, of this network namespace.

    `states`, one or several, is what the kernel filters by. `pending` asks, of sockets that listen, for the inodes of
    those that wait to be accepted: without it, `queue` has their number. A list that has them ends at a socket with
    more than 8,000 of them, and the kernel says nothing of it (so many take a larger `net.core.somaxconn` than usual).

    Raises EncodeError for what is no state.
    """
    bits, match = asked_states(states, "diag.unix(states)")
    request = UnixRequest(states=bits, show=_USUAL | (UnixShow.ICONS if pending else UnixShow(0)))
    return list_sockets("diag.unix", request, UnixSocket, match)


def unix_socket(inode: int, cookie: int = NO_COOKIE) -> Do[UnixSocket]:
    """The socket with this inode, with those that wait to be accepted by it; and with this cookie, if one is given.

    Raises NotFound: there is none. NetlinkError: ESTALE, its cookie is another one; EMSGSIZE, more than some 900 wait.
    """
    request = UnixRequest(inode=inode, cookie=cookie, show=_USUAL | UnixShow.ICONS)
    return look_up("diag.unix_socket", request, UnixSocket)
