"""The device behind an event: its attributes in sysfs, and events asked for on purpose.

Source: sysfs(5), Documentation/ABI/testing/sysfs-uevent (synthetic events), lib/kobject_uevent.c.
"""

from __future__ import annotations

import errno
import os
import uuid as uuids
from collections.abc import Iterator
from pathlib import Path

from netlynx.errors import NotFound, NotSupported, from_errno

from .event import Uevent

_SYSFS = Path("/sys")


class Device:
    """A device in sysfs, by an event, a path below /sys (``/devices/virtual/net/lo``) or one of the links to it.

    sysfs shows the network devices of the namespace for which it was mounted. The device of an event that was heard in
    another one may be something else here: then give the `sysfs` that was mounted there, or, for a device that is the
    same everywhere, the event's `devpath`.

    Raises NotFound: there is no such device (any more). NotSupported: the event is of another network namespace than
    the one that /sys shows.
    """

    def __init__(self, device: Uevent | str | os.PathLike[str], *, sysfs: str | os.PathLike[str] = _SYSFS) -> None:
        self._sysfs = Path(sysfs).resolve()
        if isinstance(device, Uevent) and device.namespace is not None and self._sysfs == _SYSFS:
            _check_place(device, device.namespace)
        given = device.devpath if isinstance(device, Uevent) else os.fspath(device)
        below = given.removeprefix(str(self._sysfs)).lstrip("/")
        self.path = (self._sysfs / below).resolve()
        if not self.path.is_relative_to(self._sysfs):
            raise ValueError(f"{given} is not below {self._sysfs}")
        if not self.path.is_dir():
            raise NotFound(errno.ENOENT, asked=f"find the device {given} in {self._sysfs}")

    def __repr__(self) -> str:
        return f"<Device {self.devpath}>"

    @property
    def devpath(self) -> str:
        """The path below /sys, as events give it."""
        return "/" + str(self.path.relative_to(self._sysfs))

    @property
    def subsystem(self) -> str:
        """What kind of device; empty for none."""
        link = self.path / "subsystem"
        return link.resolve().name if link.is_symlink() else ""

    @property
    def parent(self) -> Device | None:
        """The device that this one is on."""
        for above in self.path.parents:
            if above == self._sysfs or not above.is_relative_to(self._sysfs):
                return None
            if (above / "uevent").exists():
                return Device(above, sysfs=self._sysfs)
        return None

    def attribute(self, name: str) -> str:
        """The text of an attribute, such as ``mtu`` or ``queue/rotational``, without the newline at its end.

        Raises NotFound, PermissionDenied, NetlinkError: whatever errno reading it ends with (EINVAL: it has no value
        now).
        """
        try:
            data = self._inside(name).read_bytes()
        except OSError as error:
            raise from_errno(error.errno or errno.EIO, asked=f"read {name} of {self.devpath}") from error
        return data.decode("utf-8", "surrogateescape").removesuffix("\n")

    def attributes(self) -> dict[str, str]:
        """All attributes of the device itself that can be read now, by name; those that cannot are left out."""
        found = {}
        for name in self._names():
            try:
                found[name] = self.attribute(name)
            except OSError:
                continue
        return found

    def properties(self) -> dict[str, str]:
        """What the next event of the device would say of it (its file ``uevent``)."""
        pairs = (line.partition("=") for line in self.attribute("uevent").splitlines())
        return {key: value for key, equals, value in pairs if equals}

    def trigger(self, action: str = "change", *, uuid: str | uuids.UUID | None = None, **arguments: str) -> str:
        """Have the kernel send an event of the device, and return its UUID, by default a new one.

        The event carries it as SYNTH_UUID, and each of the `arguments` as SYNTH_ARG_KEY (keys and values of ASCII
        letters and digits). Takes write access to the device's file ``uevent``; what listens acts as on any event.

        Raises PermissionDenied; NetlinkError: EINVAL, the kernel does not know the action, or an argument has other
        letters.
        """
        identity = str(uuids.UUID(str(uuid)) if uuid is not None else uuids.uuid4())
        line = " ".join([action, identity, *(f"{key}={value}" for key, value in arguments.items())])
        try:
            self._inside("uevent").write_text(line)
        except OSError as error:
            hint = "Actions are add, remove, change, move, online, offline, bind and unbind"
            asked = f"trigger {line!r} of {self.devpath}"
            invalid = error.errno == errno.EINVAL
            raise from_errno(error.errno or errno.EIO, asked=asked, hint=hint if invalid else "") from error
        return identity

    def _inside(self, name: str) -> Path:
        path = self.path / name
        if not path.resolve().is_relative_to(self._sysfs):
            raise ValueError(f"{name} leads out of {self._sysfs}")
        return path

    def _names(self) -> Iterator[str]:
        with os.scandir(self.path) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_file(follow_symlinks=False) and entry.name != "uevent":
                    yield entry.name


def _check_place(event: Uevent, namespace: int) -> None:
    """Raises NotSupported where /sys does not show the namespace of an event."""
    from netlynx.netns.seeing import shows

    if not shows(str(_SYSFS), namespace):
        raise NotSupported(
            errno.EOPNOTSUPP,
            f"the event was heard in network namespace {namespace}, and /sys is another one's",
            asked=f"find the device {event.devpath}",
            hint="Device(event, sysfs=PATH) reads a sysfs mounted in it, Device(event.devpath) the path in /sys",
        )
