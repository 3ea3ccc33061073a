"""How devices and ports are named: ``pci/0000:03:00.0``, ``pci/0000:03:00.0/1``, as devlink(8) does.

Every message says the bus, the device and, where it is of a port, the port's index, in attributes of their own.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, s32, string, u32, uint
from netlynx.schema.facts import Facts

OTHERS: dict[str, str] = {"DEVLINK_ATTR_*": "of other messages: all of the family share one set"}


class Handle(msgspec.Struct, frozen=True):
    """A device, or a port of it. Made of text (`parse`), and text again (`str`)."""

    bus: str
    device: str
    port: int | None = None

    def __str__(self) -> str:
        return f"{self.bus}/{self.device}" if self.port is None else f"{self.bus}/{self.device}/{self.port}"

    @classmethod
    def parse(cls, text: str, path: str = "handle") -> Handle:
        """The device, or port, of ``bus/device`` or ``bus/device/port``. Raises EncodeError, with that `path`."""
        parts = text.split("/")
        if len(parts) not in (2, 3) or not all(parts):
            raise EncodeError(f"{text!r} is no device (bus/device) and no port (bus/device/port)", path)
        if len(parts) == 2:
            return cls(parts[0], parts[1])
        if not (parts[2].isascii() and parts[2].isdecimal()) or int(parts[2]) >= 1 << 32:
            raise EncodeError(f"{parts[2]!r} is no index of a port", path)
        return cls(parts[0], parts[1], int(parts[2]))


class OfDevice(Record, header=GenericHeader):
    """What every message says: of which device. `device_index` is told since Linux 7.1, and tells a device alone."""

    __facts__: ClassVar[Facts | tuple[Facts, ...]] = Facts(attributes=DEVLINK_ATTR, spec=("devlink", "devlink"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    bus: str | None = attr(DEVLINK_ATTR.BUS_NAME, string)
    device: str | None = attr(DEVLINK_ATTR.DEV_NAME, string)
    device_index: int | None = attr(DEVLINK_ATTR.INDEX, uint)

    @property
    def handle(self) -> str:
        """The device, ``bus/device``; of what is of a port ``bus/device/port``."""
        return str(handle_of(self))


class OfPort(OfDevice):
    """What messages say that are of a port, or of a whole device where `port` is None."""

    port: int | None = attr(DEVLINK_ATTR.PORT_INDEX, u32)


class NestedDevice(Record):
    """A device that belongs to another one: the function behind a port, what a line card has.

    `netns_id` is the ID, here, of its network namespace; None: it is in this one.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=DEVLINK_ATTR)
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    bus: str | None = attr(DEVLINK_ATTR.BUS_NAME, string)
    device: str | None = attr(DEVLINK_ATTR.DEV_NAME, string)
    netns_id: int | None = attr(DEVLINK_ATTR.NETNS_ID, s32)

    @property
    def handle(self) -> str:
        """The device, ``bus/device``."""
        return f"{self.bus}/{self.device}"


def handle_of(record: Any) -> Handle:
    """The handle that a record's fields say."""
    return Handle(record.bus or "", record.device or "", getattr(record, "port", None))


def device_of(which: Any, path: str) -> dict[str, Any]:
    """The fields of a request that say of which device: that of a text, a `Handle`, or a record of this room.

    Raises EncodeError for a port, and for what tells no device, EncodeTypeError for what is none of these.
    """
    handle = _parsed(which, path)
    if handle.port is not None and not isinstance(which, Record):
        raise EncodeError(f"{handle} is a port: this is of the device {handle.bus}/{handle.device}", path)
    return {"bus": handle.bus, "device": handle.device}


def place_of(which: Any, path: str) -> dict[str, Any]:
    """The fields of a request that say of which device or port. Raises as `device_of`."""
    handle = _parsed(which, path)
    fields: dict[str, Any] = {"bus": handle.bus, "device": handle.device}
    return fields if handle.port is None else {**fields, "port": handle.port}


def _parsed(which: Any, path: str) -> Handle:
    if isinstance(which, str):
        return Handle.parse(which, path)
    if isinstance(which, Handle):
        return which
    if isinstance(which, OfDevice | NestedDevice):
        if not which.bus or not which.device:
            raise EncodeError(f"this {type(which).__name__} does not say of which device: set its bus and device", path)
        return handle_of(which)
    raise EncodeTypeError(f"expected a handle such as 'pci/0000:03:00.0', not {type(which).__name__} {which!r}", path)
