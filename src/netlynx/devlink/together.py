"""What comes in parts, put together: formatted messages, memory, trees of resources, pipelines.

Source: net/devlink/health.c, region.c, resource.c, dpipe.c.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from netlynx.devlink.family import Devlink
from netlynx.devlink.fmsg import values_of
from netlynx.devlink.handle import device_of, place_of
from netlynx.devlink.listing import Which
from netlynx.devlink.pipeline import Entry, Header, Table
from netlynx.devlink.region import RegionData
from netlynx.devlink.resource import Resource
from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import DecodeError, EncodeError


def diagnose(where: Which, reporter: str) -> Talk[Any]:
    """What a reporter, of a device or a port, sees now: dicts, lists, ints, strings, bools and bytes.

    `NotSupported` for a reporter that diagnoses nothing. Raises EncodeError; DecodeError for what makes no sense.
    """
    return _told("devlink.diagnose", Devlink.diagnose(**place_of(where, "devlink.diagnose(where)"), name=reporter))


def health_dump(where: Which, reporter: str) -> Talk[Any]:
    """The dump that a reporter keeps; one is made where there is none. See `diagnose`, `clear_dump`."""
    place = place_of(where, "devlink.health_dump(where)")
    return _told("devlink.health_dump", Devlink.dump_of(**place, name=reporter))


def _told(name: str, asking: Dump[Any]) -> Talk[Any]:
    def steps() -> Generator[Do[Any] | Dump[Any], Any, Any]:
        parts = yield asking
        try:
            return values_of([piece for each in parts for piece in each.pieces or ()])
        except ValueError as error:
            raise DecodeError(f"{asking}: {error}") from None

    return Talk(name, steps)


def chunks(
    where: Which, region: str, snapshot: int | None = None, *, address: int | None = None, length: int | None = None
) -> Dump[RegionData]:
    """The memory of a region in parts, as it comes: iterate over it. Of a snapshot, or, without one, as it is now.

    From `address` on, `length` bytes; `address` and `length` go together, without them it is all of it. Not every
    region can be read as it is now. Raises EncodeError.
    """
    path = "devlink.chunks"
    if (address is None) != (length is None):
        raise EncodeError("the kernel wants both or neither: address and length", f"{path}(address)")
    place = place_of(where, f"{path}(where)")
    direct = snapshot is None
    return Devlink.read_region(**place, name=region, snapshot=snapshot, direct=direct, address=address, length=length)


def read(
    where: Which, region: str, snapshot: int | None = None, *, address: int | None = None, length: int | None = None
) -> Talk[bytes]:
    """The memory of a region, of a device or a port, as one value: see `chunks`."""
    asking = chunks(where, region, snapshot, address=address, length=length)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, bytes]:
        found = yield asking
        return b"".join(each.data for each in found)

    return Talk("devlink.read", steps)


def resources(where: Which) -> Talk[tuple[Resource, ...]]:
    """The resources of a device, or (since Linux 7.1) a port, each with its parts."""
    asking = Devlink.resources(**place_of(where, "devlink.resources(where)"))
    return _joined("devlink.resources", asking, "resources")


def tables(device: Which, name: str | None = None) -> Talk[tuple[Table, ...]]:
    """The tables of a device's pipeline, or the one of that name."""
    asking = Devlink.tables(**device_of(device, "devlink.tables(device)"), name=name)
    return _joined("devlink.tables", asking, "tables")


def entries(device: Which, table: str) -> Talk[tuple[Entry, ...]]:
    """The entries of a table."""
    asking = Devlink.entries(**device_of(device, "devlink.entries(device)"), name=table)
    return _joined("devlink.entries", asking, "entries")


def headers(device: Which) -> Talk[tuple[Header, ...]]:
    """The headers that a device's tables look at, with their fields."""
    asking = Devlink.headers(**device_of(device, "devlink.headers(device)"))
    return _joined("devlink.headers", asking, "headers")


def _joined(name: str, asking: Dump[Any], field: str) -> Talk[Any]:
    def steps() -> Generator[Do[Any] | Dump[Any], Any, Any]:
        parts = yield asking
        return tuple(row for each in parts for row in getattr(each, field))

    return Talk(name, steps)
