"""Tun and tap links: network devices whose other end is a program, through /dev/net/tun.

Rtnetlink shows them (`route.Tun`), changes and deletes them, but does not make them: this does.

    with tun.open("t0", netns="blue") as device:        # ends with the block
        packet = device.read()                          # what the host sends out through it: a whole IP packet
        device.write(answer)                            # what it receives

    tun.create("tap0", kind="tap", owner=1000)          # stays until it is deleted (route.delete)

A tun link carries IP packets, a tap link Ethernet frames. Making one takes CAP_NET_ADMIN in the user namespace that
owns the network namespace; opening one that is there already, and persists, only to be its `owner` or in its `group`.
Source: Documentation/networking/tuntap.rst, linux/if_tun.h, drivers/net/tun.c.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import os
import select
import socket
import struct
import threading
from time import monotonic
from typing import Literal, NoReturn, Self

from netlynx import limits
from netlynx import netns as namespaces
from netlynx.errors import ConnectionClosed, NetlinkError, RequestTimeout, from_errno
from netlynx.netns.privileges import lacking

Kind = Literal["tun", "tap"]  # packets of IP, or frames of Ethernet

PATH = "/dev/net/tun"  # the device whose file descriptors are the other ends

# linux/if_tun.h; as x86, Arm and RISC-V number them
_TUNSETIFF, _TUNSETPERSIST, _TUNSETOWNER, _TUNSETGROUP = 0x400454CA, 0x400454CB, 0x400454CC, 0x400454CE
_TUNSETQUEUE, _TUNSETCARRIER = 0x400454D9, 0x400454E2
_IFF_KINDS = {"tun": 0x0001, "tap": 0x0002}
_IFF_MULTI_QUEUE, _IFF_NO_PI, _IFF_VNET_HDR, _IFF_TUN_EXCL = 0x0100, 0x1000, 0x4000, 0x8000
_IFF_ATTACH_QUEUE, _IFF_DETACH_QUEUE = 0x0200, 0x0400

_IFREQ = struct.Struct("=16sH22x")  # struct ifreq: the name, and flags at the beginning of its union
_NAME_MOST = 15  # bytes: IFNAMSIZ without the NUL
_READ_MOST = 65536 + 256  # a packet, and what headers may stand before it
_NOBODY = (1 << 32) - 1  # uid_t and gid_t: no ID, to the kernel
_DEVICE = (10, 200)  # the numbers of /dev/net/tun: misc, tun


class Device:
    """One open end of a tun or tap link; made by `open`. The link is gone once its last one is closed, unless it
    persists.

    Has `fileno()`, for select, epoll and event loops: readable when a packet waits. Closed by ``with``, by `close`, or
    when it is collected. Several threads may use it; one that waits in `read` is woken when another one closes it.
    """

    def __init__(self, fd: int, name: str, flags: int, namespace: namespaces.NetworkNamespace | None) -> None:
        self.name = name  # as the kernel chose it, where it had a choice
        self._fd = fd
        self._flags = flags
        self._namespace = namespace  # where further queues are opened
        self._bell = -1  # an eventfd that wakes those who wait, once somebody does
        self._waiting = 0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<tun.Device {self.name} {'closed' if self._fd < 0 else f'fd={self._fd}'}>"

    @property
    def kind(self) -> Kind:
        """Whether it carries IP packets (``"tun"``) or Ethernet frames (``"tap"``)."""
        return "tap" if self._flags & _IFF_KINDS["tap"] else "tun"

    @property
    def closed(self) -> bool:
        """Whether the descriptor was given back."""
        return self._fd < 0

    def fileno(self) -> int:
        """The file descriptor, -1 once closed."""
        return self._fd

    def close(self) -> None:
        """Give the descriptor back; the second time does nothing."""
        with self._lock:
            fd, self._fd = self._fd, -1
            if fd >= 0 and self._waiting:  # whoever waits has it, and closes it
                os.eventfd_write(self._bell, 1)
            elif fd >= 0:
                self._release(fd)
        if self._namespace is not None:
            self._namespace.close()

    def _release(self, fd: int) -> None:
        os.close(fd)
        if self._bell >= 0:
            os.close(self._bell)
            self._bell = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def read(self, timeout: float | None = None) -> bytes:
        """The next packet that goes out through the link, whole, with the headers that were asked for before it.

        Waits `timeout` seconds, 0 not at all, None for ever.

        Raises:
            RequestTimeout: (a `TimeoutError`) none came.
            NetlinkError: EBADFD, the link was deleted; EIO, it is down.
            ConnectionClosed: the device is closed.
        """
        asked = f"read a packet from {self.name}"
        timeout = limits.optional_seconds("timeout", timeout)
        end = None if timeout is None else monotonic() + timeout
        while True:
            fd = self._open_descriptor()
            try:
                return os.read(fd, _READ_MOST)
            except BlockingIOError:
                pass
            except OSError as error:
                raise self._refused(error, asked) from None
            if not self._wait(None if end is None else max(0, end - monotonic())):
                raise RequestTimeout(f"{asked}: none came within {timeout} s")

    def _wait(self, seconds: float | None) -> bool:
        """Whether there is a packet, or an end, within that time."""
        with self._lock:
            fd = self._open_descriptor()
            if self._bell < 0:
                self._bell = os.eventfd(0)
            self._waiting += 1
        try:
            poller = select.poll()
            poller.register(fd, select.POLLIN)
            poller.register(self._bell, select.POLLIN)
            return bool(poller.poll(None if seconds is None else seconds * 1000))
        finally:
            with self._lock:
                self._waiting -= 1
                if self._fd < 0 and not self._waiting:
                    self._release(fd)

    def write(self, packet: bytes | bytearray | memoryview) -> None:
        """Have the link receive a packet, whole, with the headers that were asked for before it.

        Raises:
            NetlinkError: EINVAL, it is no such packet; EIO, the link is down; EBADFD, it was deleted.
            ConnectionClosed: the device is closed.
        """
        fd = self._open_descriptor()
        try:
            os.write(fd, packet)
        except OSError as error:
            raise self._refused(error, f"write a packet of {len(packet)} bytes to {self.name}") from None

    def queue(self) -> Device:
        """Another end of the same link, with a queue of packets of its own; it takes ``multi_queue=True``.

        Raises NetlinkError, ConnectionClosed.
        """
        self._open_descriptor()
        if self._namespace is None:
            raise from_errno(
                errno.EINVAL,
                "it was opened with one queue alone",
                asked=f"open another queue of {self.name}",
                hint="Open it with multi_queue=True",
            )
        return _attached(self.name, self._flags & ~_IFF_TUN_EXCL, self._namespace)

    def attach(self, attached: bool = True) -> None:
        """Have this queue get packets, or none until it is attached again; it takes ``multi_queue=True``."""
        flags = _IFF_ATTACH_QUEUE if attached else _IFF_DETACH_QUEUE
        self._set(_TUNSETQUEUE, _IFREQ.pack(b"", flags), "attach or detach a queue of")

    def set_carrier(self, on: bool) -> None:
        """Have the link show a carrier, or none. Raises NetlinkError: EINVAL, it is down."""
        self._set(_TUNSETCARRIER, struct.pack("=i", on), "set the carrier of")

    def persist(self, stays: bool = True) -> None:
        """Have the link stay when its last end is closed, or not. Raises NetlinkError, ConnectionClosed."""
        self._set(_TUNSETPERSIST, int(stays), "make persistent")

    def _own(self, owner: int | None, group: int | None) -> None:
        if owner is not None:
            self._set(_TUNSETOWNER, owner, "set the owner of")
        if group is not None:
            self._set(_TUNSETGROUP, group, "set the group of")

    def _set(self, request: int, value: int | bytes, what: str) -> None:
        fd = self._open_descriptor()
        try:
            fcntl.ioctl(fd, request, value)
        except OSError as error:
            raise self._refused(error, f"{what} {self.name}") from None

    def _open_descriptor(self) -> int:
        if self._fd < 0:
            raise ConnectionClosed(f"{self.name} is closed here")
        return self._fd

    def _refused(self, error: OSError, asked: str) -> NetlinkError:
        message = {errno.EBADFD: "the link was deleted", errno.EIO: "the link is down"}.get(error.errno or 0, "")
        hint = lacking() if error.errno == errno.EPERM else ""
        return from_errno(error.errno or errno.EIO, message, asked=asked, hint=hint)


def open(
    name: str = "",
    *,
    kind: Kind = "tun",
    netns: namespaces.Where | None = None,
    packet_information: bool = False,
    vnet_header: bool = False,
    multi_queue: bool = False,
    exclusive: bool = False,
    owner: int | None = None,
    group: int | None = None,
    persist: bool = False,
) -> Device:
    """Make a link, or open the one of this name that persists; `Device.name` tells how it is called.

    Without a `name` the kernel chooses one (tun0, tap0 …); a ``%d`` in it stands for the first free number. It is made
    in the calling thread's network namespace, or in `netns`. With `exclusive` one that is there is refused.

    Before each packet stands what was asked for: with `vnet_header` a `struct virtio_net_hdr` of 10 bytes, which tells
    of checksums and of segments to be made; with `packet_information` a `struct tun_pi`, the flags and the EtherType of
    two bytes each, without which a tun link tells IPv4 and IPv6 by the packet's first byte.
    One that is there has to be opened as it was made, in kind and `multi_queue`. `owner` and `group` are the IDs of
    who may open it from then on, which makes sense for a link that stays (`persist`).

    Raises:
        NotSupported: there is no /dev/net/tun, or no driver behind it; the error says what to do.
        PermissionDenied: (a `PermissionError`) a capability is lacking, or the right to open /dev/net/tun.
        Busy: (a `BlockingIOError`) the link is open already and has one queue, or is there and `exclusive` was asked.
        NetlinkError: EINVAL, the name is another kind of link's, or it was made with other options.
        ValueError: a name that no link can have, a kind that there is not, or what is no ID of a user or group.
        TypeError: what is no text, or no number.
    """
    if limits.text("kind", kind) not in _IFF_KINDS:
        raise ValueError(f"kind is 'tun' or 'tap', not {kind!r}")
    size = len(os.fsencode(limits.text("name", name)))
    if size > _NAME_MOST or name in (".", "..") or any(each in "/:\0" or each.isspace() for each in name):
        raise ValueError(f"a link's name has up to {_NAME_MOST} bytes, without '/', ':' and blanks; {name!r} is none")
    for what, number in (("owner", owner), ("group", group)):
        if number is not None and not 0 <= limits.number(what, number) < _NOBODY:
            raise ValueError(f"{what} is a number from 0 on, below {_NOBODY}, not {number}")
    flags = _IFF_KINDS[kind]
    flags |= 0 if packet_information else _IFF_NO_PI
    flags |= _IFF_VNET_HDR if vnet_header else 0
    flags |= _IFF_MULTI_QUEUE if multi_queue else 0
    flags |= _IFF_TUN_EXCL if exclusive else 0
    namespace = namespaces.current() if netns is None else namespaces.open(netns)
    try:
        device = _attached(name, flags, namespace)
    except BaseException:
        namespace.close()
        raise
    if not multi_queue:
        namespace.close()
    try:
        device._own(owner, group)
        if persist:
            device.persist()
    except BaseException:
        device.close()
        raise
    return device


def create(
    name: str = "",
    *,
    kind: Kind = "tun",
    netns: namespaces.Where | None = None,
    packet_information: bool = False,
    vnet_header: bool = False,
    multi_queue: bool = False,
    owner: int | None = None,
    group: int | None = None,
) -> str:
    """Make a link that stays, for programs to open: as ``ip tuntap add``. Returns its name.

    ``nl.do(route.delete(route.Link(name=…)))`` removes it. The arguments and errors are those of `open`; one that is
    there is refused (`Busy`).
    """
    with open(
        name,
        kind=kind,
        netns=netns,
        packet_information=packet_information,
        vnet_header=vnet_header,
        multi_queue=multi_queue,
        exclusive=True,
        owner=owner,
        group=group,
        persist=True,
    ) as device:
        return device.name


def _attached(name: str, flags: int, namespace: namespaces.NetworkNamespace) -> Device:
    """An open end of the link of this name in a namespace, which is made if it is not there."""
    asked = f"open the {'tap' if flags & _IFF_KINDS['tap'] else 'tun'} link {name or '(any name)'}"

    def attach() -> tuple[int, bytes]:
        try:
            fd = os.open(PATH, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            _no_device(error, asked)
        try:
            return fd, fcntl.ioctl(fd, _TUNSETIFF, _IFREQ.pack(os.fsencode(name), flags))
        except OSError as error:
            os.close(fd)
            _no_link(error, asked, name)

    with namespaces.current() as here:  # moving there takes a privilege, being there none
        fd, answer = attach() if here == namespace else namespaces.run_in(namespace, attach)
    called = os.fsdecode(_IFREQ.unpack(answer)[0].rstrip(b"\0"))
    own = namespaces.open(namespace) if flags & _IFF_MULTI_QUEUE else None
    return Device(fd, called, flags, own)


def _no_device(error: OSError, asked: str) -> NoReturn:
    """What to do when /dev/net/tun cannot be opened."""
    hint, number = "", error.errno or errno.EIO
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        number = errno.EOPNOTSUPP
        numbers = " ".join(map(str, _DEVICE))
        if not _has_driver():
            hint = "This kernel has no tun driver at present: `modprobe tun` loads it, where it is a module"
        else:
            folder = os.path.dirname(PATH)
            hint = f"The driver is there: `mkdir -p {folder} && mknod -m 666 {PATH} c {numbers}` makes the file"
        raise from_errno(number, f"there is no {PATH}", asked=asked, hint=hint) from None
    if number == errno.EACCES:
        hint = f"Who may open {PATH} follows from its mode"
    elif number == errno.EPERM:
        hint = "A container's manager may have to be told to let it use this device"
    raise from_errno(number, f"{PATH} cannot be opened", asked=asked, hint=hint) from None


def _has_driver() -> bool:
    try:
        with builtins.open("/proc/misc") as file:
            return any(line.split() == [str(_DEVICE[1]), "tun"] for line in file)
    except OSError:
        return False


def _no_link(error: OSError, asked: str, name: str) -> NoReturn:
    """What to say, in the namespace, when the driver refuses a name and its options (tun_set_iff)."""
    number = error.errno or errno.EIO
    message = hint = ""
    if number == errno.EBUSY:
        message = "a link of this name is there: another program has it open, or it was to be made anew"
    elif number == errno.EINVAL and _is_there(name):
        message = "a link of this name is there, of another kind or made with other options"
    elif number == errno.EINVAL:
        message = "the kernel takes no such name"
    elif number == errno.EPERM:
        hint = lacking() or "The link has an owner or a group, who alone may open it"
    raise from_errno(number, message, asked=asked, hint=hint) from None


def _is_there(name: str) -> bool:
    """Whether this thread's network namespace has a link of this name."""
    try:
        return socket.if_nametoindex(name) > 0
    except OSError:
        return False
