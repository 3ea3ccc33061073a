"""One device event, and how the kernel writes it: ``ACTION@DEVPATH``, then ``KEY=VALUE`` strings, each with a NUL.

Source: lib/kobject_uevent.c, Documentation/ABI/testing/sysfs-uevent.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from netlynx.errors import DecodeError

ACTIONS = ("add", "remove", "change", "move", "online", "offline", "bind", "unbind")  # kobject_actions

_ARGUMENT = "SYNTH_ARG_"

Source = Literal["kernel", "udev"]


class Uevent(msgspec.Struct, frozen=True, gc=False):
    """What happened to a device. `source` is who said so: the kernel, or udev when it had carried out its rules.

    `devpath` is the device's path below /sys. `properties` are all strings as they came (UTF-8 with surrogateescape),
    those with attributes of their own too. `namespace` is the network namespace in which it was heard, by its inode,
    where that is known: of the host's kernel, with CAP_NET_ADMIN. A value, but for its hash: it has none.
    """

    action: str
    devpath: str
    source: Source = "kernel"
    properties: dict[str, str] = {}
    namespace: int | None = None

    @property
    def subsystem(self) -> str:
        """What kind of device: ``net``, ``block``, ``usb`` …; empty for none."""
        return self.properties.get("SUBSYSTEM", "")

    @property
    def devtype(self) -> str:
        """The kind within the subsystem: ``partition``, ``wlan`` …; empty for none."""
        return self.properties.get("DEVTYPE", "")

    @property
    def devname(self) -> str:
        """The node's name below /dev, as the kernel or udev gives it; empty for none."""
        return self.properties.get("DEVNAME", "")

    @property
    def name(self) -> str:
        """The device's own name: the last part of its path."""
        return self.devpath.rpartition("/")[2]

    @property
    def sequence(self) -> int | None:
        """The kernel's number of the event (SEQNUM), counted over all events of the machine."""
        return _number(self.properties.get("SEQNUM"))

    @property
    def device(self) -> tuple[int, int] | None:
        """Major and minor number of the device's node."""
        major, minor = _number(self.properties.get("MAJOR")), _number(self.properties.get("MINOR"))
        return None if major is None or minor is None else (major, minor)

    @property
    def uuid(self) -> str:
        """Who asked for the event by writing to a `uevent` file (SYNTH_UUID): its UUID, ``0`` if it gave none.

        Empty for events that just happened.
        """
        return self.properties.get("SYNTH_UUID", "")

    @property
    def arguments(self) -> dict[str, str]:
        """What was given along when the event was asked for, as `Device.trigger` takes it (SYNTH_ARG_KEY)."""
        pairs = self.properties.items()
        return {key.removeprefix(_ARGUMENT): value for key, value in pairs if key.startswith(_ARGUMENT)}


def parse(data: bytes | bytearray | memoryview) -> Uevent:
    """One of the kernel's messages.

    Raises DecodeError: it is not ``ACTION@DEVPATH`` and strings ``KEY=VALUE``, each with a NUL at its end.
    """
    text = str(data, "utf-8", "surrogateescape")
    if not text.endswith("\0"):
        raise DecodeError("a uevent does not end with a NUL", max(len(data) - 1, 0), "uevent")
    headline, _, rest = text.partition("\0")
    action, at, devpath = headline.partition("@")
    if not (at and action and devpath.startswith("/")):
        raise DecodeError(f"a uevent begins with {headline[:40]!r}, not with ACTION@/PATH", 0, "uevent")
    return Uevent(action, devpath, "kernel", properties_of(rest, len(headline.encode("utf-8", "surrogateescape")) + 1))


def properties_of(text: str, offset: int = 0) -> dict[str, str]:
    """The strings of a message, the first of which is `offset` bytes from its start. Raises DecodeError as `parse`."""
    properties: dict[str, str] = {}
    for line in text.split("\0")[:-1]:
        key, equals, value = line.partition("=")
        if not equals or not key:
            raise DecodeError(f"a uevent says {line[:40]!r}, not KEY=VALUE", offset, "uevent")
        properties[key] = value
        offset += len(line.encode("utf-8", "surrogateescape")) + 1
    return properties


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
