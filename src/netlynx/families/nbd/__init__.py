"""Block devices over a network: the family ``nbd``, which gives ``/dev/nbdN`` its sockets.

    from netlynx.families import nbd

    made = nl.do(nbd.connect([sock], size=1 << 20, block_size=4096))  # /dev/nbd0, where made.number is 0
    nl.do(nbd.device(made.number)).connected
    nl.do(nbd.disconnect(made.number))

The sockets are past the handshake with the server: what goes on from there is the kernel's. It takes CAP_SYS_ADMIN.
Source: linux/nbd-netlink.h, linux/nbd.h, drivers/block/nbd.c.
"""

from __future__ import annotations

import errno
from collections.abc import Generator, Iterable, Sequence
from typing import Any, ClassVar, Protocol

from netlynx import limits
from netlynx.engine.operation import Do, Dump, Group, Talk
from netlynx.errors import EncodeError, NotFound
from netlynx.generic import Family, GenericHeader, do, event
from netlynx.schema import Constants, FlagSet, Record, attr, boolean, enum, multi, nest, string, takes, u32, u64
from netlynx.schema.facts import Facts

__all__ = [
    "DEAD_LINKS",
    "NBD_ATTR",
    "NBD_CMD",
    "NBD_DEVICE",
    "NBD_DEVICE_LIST",
    "NBD_SOCK",
    "NBD_SOCK_LIST",
    "ClientFlags",
    "Device",
    "Nbd",
    "ServerFlags",
    "Settings",
    "Socket",
    "connect",
    "device",
    "devices",
    "disconnect",
    "reconfigure",
]

_HIGHEST = 0xFFFFF  # MINORMASK: of devices that have no partitions
_SMALLEST_BLOCK, _LARGEST_BLOCK = 512, 4096


class NBD_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    CONNECT = 1
    DISCONNECT = 2
    RECONFIGURE = 3
    LINK_DEAD = 4
    STATUS = 5


class NBD_ATTR(Constants):
    """Attributes."""

    UNSPEC = 0
    INDEX = 1
    SIZE_BYTES = 2
    BLOCK_SIZE_BYTES = 3
    TIMEOUT = 4
    SERVER_FLAGS = 5
    CLIENT_FLAGS = 6
    SOCKETS = 7
    DEAD_CONN_TIMEOUT = 8
    DEVICE_LIST = 9
    BACKEND_IDENTIFIER = 10


class NBD_DEVICE_LIST(Constants, prefix="NBD_DEVICE_"):
    """What devices of a list are held in."""

    ITEM_UNSPEC = 0
    ITEM = 1


class NBD_DEVICE(Constants):
    """Attributes of a device in a list."""

    UNSPEC = 0
    INDEX = 1
    CONNECTED = 2


class NBD_SOCK_LIST(Constants, prefix="NBD_SOCK_"):
    """What sockets of a list are held in."""

    ITEM_UNSPEC = 0
    ITEM = 1


class NBD_SOCK(Constants):
    """Attributes of a socket in a list."""

    UNSPEC = 0
    FD = 1


class ServerFlags(FlagSet, prefix="NBD_FLAG_"):
    """What a server can do, as it says in the handshake."""

    HAS_FLAGS = 1 << 0
    READ_ONLY = 1 << 1
    SEND_FLUSH = 1 << 2
    SEND_FUA = 1 << 3
    ROTATIONAL = 1 << 4
    SEND_TRIM = 1 << 5
    SEND_WRITE_ZEROES = 1 << 6
    CAN_MULTI_CONN = 1 << 8


class ClientFlags(FlagSet, prefix="NBD_CFLAG_"):
    """What becomes of a device: it goes when it is disconnected, it is disconnected when nobody has it open."""

    DESTROY_ON_DISCONNECT = 1 << 0
    DISCONNECT_ON_CLOSE = 1 << 1


class Socket(Record):
    """A connection to a server."""

    __facts__: ClassVar[Facts] = Facts(attributes=NBD_SOCK, policy="nbd_sock_policy")

    fd: int | None = attr(NBD_SOCK.FD, u32)


class Device(Record):
    """A device that there is, and whether it has a server."""

    __facts__: ClassVar[Facts] = Facts(attributes=NBD_DEVICE)

    number: int | None = attr(NBD_DEVICE.INDEX, u32)  # of /dev/nbdN
    connected: bool | None = attr(NBD_DEVICE.CONNECTED, boolean)


class Settings(Record, header=GenericHeader):
    """What a device is asked to be, and what is answered: its number, or the devices that there are."""

    __facts__: ClassVar[Facts] = Facts(attributes=NBD_ATTR, policy="nbd_attr_policy")

    number: int | None = attr(NBD_ATTR.INDEX, u32)
    size: int | None = attr(NBD_ATTR.SIZE_BYTES, u64)  # bytes
    block_size: int | None = attr(NBD_ATTR.BLOCK_SIZE_BYTES, u64)  # bytes
    timeout: int | None = attr(NBD_ATTR.TIMEOUT, u64)  # seconds for a request
    dead_timeout: int | None = attr(NBD_ATTR.DEAD_CONN_TIMEOUT, u64)  # seconds without any connection
    server_flags: takes.Flags[ServerFlags | None] = attr(NBD_ATTR.SERVER_FLAGS, enum(ServerFlags, u64))
    client_flags: takes.Flags[ClientFlags | None] = attr(NBD_ATTR.CLIENT_FLAGS, enum(ClientFlags, u64))
    sockets: takes.Several[Socket] = attr((NBD_ATTR.SOCKETS, NBD_SOCK_LIST.ITEM), multi(nest(Socket)))
    devices: takes.Several[Device] = attr((NBD_ATTR.DEVICE_LIST, NBD_DEVICE_LIST.ITEM), multi(nest(Device)))
    backend: str | None = attr(NBD_ATTR.BACKEND_IDENTIFIER, string)  # what has to be said again to reconfigure it


class Nbd(Family, name="nbd", version=1):
    """The family ``nbd``."""

    connect = do(NBD_CMD.CONNECT, request=Settings, reply=Settings)
    disconnect = do(NBD_CMD.DISCONNECT, request=Settings)
    reconfigure = do(NBD_CMD.RECONFIGURE, request=Settings)
    status = do(NBD_CMD.STATUS, request=Settings, reply=Settings)

    link_dead = event(NBD_CMD.LINK_DEAD, Settings, group="nbd_mc_group")


DEAD_LINKS: Group[Settings] = Nbd.notifications()
"""A connection of a device, by its `number`, broke; told in the initial network namespace."""


class HasDescriptor(Protocol):
    """What has a file descriptor, such as a socket."""

    def fileno(self) -> int: ...


def connect(
    sockets: Iterable[int | HasDescriptor],
    *,
    size: int,
    number: int | None = None,
    block_size: int | None = None,
    timeout: int | None = None,
    dead_timeout: int | None = None,
    server_flags: ServerFlags | int | Sequence[str] | None = None,
    client_flags: ClientFlags | int | Sequence[str] | None = None,
    backend: str | None = None,
) -> Do[Settings]:
    """Give a device connections to its server; the answer has its `number`: the given one, or one that was free.

    `size` and `block_size` are in bytes, times in seconds. `Busy` where the device has a server. Raises EncodeError.
    """
    wanted = Settings(
        number=_number(number, "nbd.connect(number)"),
        size=limits.whole("size", size, 1, 1 << 63),
        block_size=_block(block_size, "nbd.connect(block_size)"),
        timeout=timeout,
        dead_timeout=dead_timeout,
        server_flags=server_flags,
        client_flags=client_flags,
        sockets=_sockets(sockets, "nbd.connect(sockets)"),
        backend=backend,
    )
    if not wanted.sockets:
        raise EncodeError("a device has at least one connection", "nbd.connect(sockets)")
    return Nbd.connect(wanted)


def reconfigure(
    number: int,
    *,
    sockets: Iterable[int | HasDescriptor] = (),
    size: int | None = None,
    block_size: int | None = None,
    timeout: int | None = None,
    dead_timeout: int | None = None,
    client_flags: ClientFlags | int | Sequence[str] | None = None,
    backend: str | None = None,
) -> Do[None]:
    """Change what a device is, or replace connections of its that broke.

    Each of `sockets` takes the place of one that broke: the kernel says nothing of more of them, and leaves them out.
    A device that was made with a `backend` wants the same here. Raises EncodeError.
    """
    wanted = Settings(
        number=_number(number, "nbd.reconfigure(number)"),
        size=None if size is None else limits.whole("size", size, 1, 1 << 63),
        block_size=_block(block_size, "nbd.reconfigure(block_size)"),
        timeout=timeout,
        dead_timeout=dead_timeout,
        client_flags=client_flags,
        sockets=_sockets(sockets, "nbd.reconfigure(sockets)"),
        backend=backend,
    )
    return Nbd.reconfigure(wanted)


def disconnect(number: int) -> Do[None]:
    """Take a device its server; the kernel says nothing where it has none. Raises EncodeError."""
    return Nbd.disconnect(number=_number(number, "nbd.disconnect(number)"))


def devices() -> Talk[tuple[Device, ...]]:
    """All devices."""
    asking = Nbd.status(Settings())

    def steps() -> Generator[Do[Any] | Dump[Any], Any, tuple[Device, ...]]:
        found: Settings = yield asking
        return found.devices

    return Talk("nbd.devices", steps)


def device(number: int) -> Talk[Device]:
    """One device; `NotFound` where there is none. Raises EncodeError."""
    asking = Nbd.status(number=_number(number, "nbd.device(number)"))

    def steps() -> Generator[Do[Any] | Dump[Any], Any, Device]:
        found: Settings = yield asking
        if not found.devices:
            raise NotFound(errno.ENODEV, f"there is no /dev/nbd{number}", asked=f"nbd.device({number})")
        return found.devices[0]

    return Talk("nbd.device", steps)


def _number(number: int | None, path: str) -> int | None:
    return None if number is None else limits.whole(path, number, 0, _HIGHEST)


def _block(size: int | None, path: str) -> int | None:
    if size is None:
        return None
    if not _SMALLEST_BLOCK <= size <= _LARGEST_BLOCK or size & (size - 1):
        raise EncodeError(f"a block has 512, 1024, 2048 or 4096 bytes, not {size}", path)
    return size


def _sockets(given: Iterable[int | HasDescriptor], path: str) -> tuple[Socket, ...]:
    found = [each if isinstance(each, int) else each.fileno() for each in given]
    for each in found:
        if each < 0:
            raise EncodeError(f"{each} is no open file descriptor", path)
    return tuple(Socket(fd=each) for each in found)
