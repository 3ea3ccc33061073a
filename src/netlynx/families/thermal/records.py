"""Thermal zones and what belongs to them. Source: linux/thermal.h, drivers/thermal/thermal_netlink.c.

The kernel's lists have no nest for each of what they list: its attributes follow one another, and the first of them
that is there already begins the next.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar  # Any: whatever it is a list of

from netlynx.families.thermal.constants import THERMAL_GENL_ATTR as A
from netlynx.families.thermal.constants import ThresholdWay, TripType
from netlynx.generic import GenericHeader
from netlynx.schema import Record, array, attr, enum, hook, nest, s32, string, takes, u32
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import Kind

R = TypeVar("R", bound=Record)

_HEADER = struct.Struct("=HH")
_POLICY = "thermal_genl_policy"
_OTHER = {"THERMAL_GENL_ATTR_*": "of another record"}
_SIGNED = "it is below zero at times: the kernel puts an int there"
_LONGEST = 20  # THERMAL_NAME_LENGTH


def _one_after_another(cls: type[R]) -> Kind:
    """A list whose records have no nests of their own."""

    def read(payload: bytes) -> tuple[R, ...]:
        parts: list[list[bytes]] = []
        seen: set[int] = set()
        at = 0
        while at < len(payload):
            length, kind = _HEADER.unpack_from(payload, at)
            if length < _HEADER.size or at + length > len(payload):
                raise ValueError(f"an attribute of {length} bytes, where there are {len(payload) - at}")
            if not parts or kind in seen:
                parts.append([])
                seen.clear()
            seen.add(kind)
            parts[-1].append(payload[at : at + length].ljust((length + 3) & ~3, b"\0"))
            at += (length + 3) & ~3
        return tuple(cls.from_bytes(b"".join(each)) for each in parts)

    def write(records: Any) -> bytes:
        return b"".join(each.to_bytes() for each in records)

    return hook(read, write, array(nest(_later(cls))))


def _later(cls: type[R]) -> Callable[[], type[R]]:
    return lambda: cls


class Zone(Record):
    """A thermal zone."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    id: int | None = attr(A.TZ_ID, u32)  # of /sys/class/thermal/thermal_zoneN
    name: str | None = attr(A.TZ_NAME, string(_LONGEST))  # what kind of zone it is: acpitz


class Trip(Record):
    """A trip point of a zone: what happens at which temperature, and how much below it that ends."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER
    __differs__: ClassVar[dict[str, str]] = {"temperature": _SIGNED}

    id: int | None = attr(A.TZ_TRIP_ID, u32)
    type: takes.Member[TripType | None] = attr(A.TZ_TRIP_TYPE, enum(TripType, u32))
    temperature: int | None = attr(A.TZ_TRIP_TEMP, s32)  # thousandths of a degree Celsius
    hysteresis: int | None = attr(A.TZ_TRIP_HYST, u32)  # the same


class CoolingDevice(Record):
    """What cools."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    id: int | None = attr(A.CDEV_ID, u32)  # of /sys/class/thermal/cooling_deviceN
    name: str | None = attr(A.CDEV_NAME, string(_LONGEST))  # what kind it is: Processor, Fan


class Capability(Record):
    """What a CPU can do now, of 1023: the firmware says so by what is hot."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    cpu: int | None = attr(A.CPU_CAPABILITY_ID, u32)
    performance: int | None = attr(A.CPU_CAPABILITY_PERFORMANCE, u32)
    efficiency: int | None = attr(A.CPU_CAPABILITY_EFFICIENCY, u32)


class Threshold(Record, header=GenericHeader):
    """A temperature that a user wants to hear of, when a zone passes it."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER
    __differs__: ClassVar[dict[str, str]] = {"temperature": _SIGNED}

    zone: int | None = attr(A.TZ_ID, u32)
    temperature: int | None = attr(A.THRESHOLD_TEMP, s32)  # thousandths of a degree Celsius
    way: takes.Flags[ThresholdWay | None] = attr(A.THRESHOLD_DIRECTION, enum(ThresholdWay, u32))


class Limit(Record):
    """A threshold as a list has it."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER
    __differs__: ClassVar[dict[str, str]] = {"temperature": _SIGNED}

    temperature: int | None = attr(A.THRESHOLD_TEMP, s32)  # thousandths of a degree Celsius
    way: takes.Flags[ThresholdWay | None] = attr(A.THRESHOLD_DIRECTION, enum(ThresholdWay, u32))


class Listed(Record, header=GenericHeader):
    """What lists are asked with (`zone`) and answered: one of them is there."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    zone: int | None = attr(A.TZ_ID, u32)
    zones: takes.MaybeSeveral[Zone] = attr(A.TZ, _one_after_another(Zone))
    trips: takes.MaybeSeveral[Trip] = attr(A.TZ_TRIP, _one_after_another(Trip))
    cooling_devices: takes.MaybeSeveral[CoolingDevice] = attr(A.CDEV, _one_after_another(CoolingDevice))
    thresholds: takes.MaybeSeveral[Limit] = attr(A.THRESHOLD, _one_after_another(Limit))


class Temperature(Record, header=GenericHeader):
    """How warm a zone is."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER
    __differs__: ClassVar[dict[str, str]] = {"temperature": _SIGNED}

    zone: int | None = attr(A.TZ_ID, u32)
    temperature: int | None = attr(A.TZ_TEMP, s32)  # thousandths of a degree Celsius

    @property
    def celsius(self) -> float | None:
        """The temperature in degrees Celsius."""
        return None if self.temperature is None else self.temperature / 1000


class Governor(Record, header=GenericHeader):
    """What decides how a zone is cooled."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    zone: int | None = attr(A.TZ_ID, u32)
    name: str | None = attr(A.TZ_GOV_NAME, string(_LONGEST))  # step_wise, power_allocator …


class Event(Record, header=GenericHeader):
    """What happened: of a zone and its trip points, or of what cools, as `Event.kind` says."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER
    __differs__: ClassVar[dict[str, str]] = dict.fromkeys(("temperature", "trip_temperature", "threshold"), _SIGNED)

    zone: int | None = attr(A.TZ_ID, u32)
    name: str | None = attr(A.TZ_NAME, string(_LONGEST))
    temperature: int | None = attr(A.TZ_TEMP, s32)  # thousandths of a degree Celsius
    previous: int | None = attr(A.TZ_PREV_TEMP, s32)  # of a threshold that is passed
    trip: int | None = attr(A.TZ_TRIP_ID, u32)
    trip_type: takes.Member[TripType | None] = attr(A.TZ_TRIP_TYPE, enum(TripType, u32))
    trip_temperature: int | None = attr(A.TZ_TRIP_TEMP, s32)
    hysteresis: int | None = attr(A.TZ_TRIP_HYST, u32)
    governor: str | None = attr(A.GOV_NAME, string(_LONGEST))
    cooler: int | None = attr(A.CDEV_ID, u32)
    cooler_name: str | None = attr(A.CDEV_NAME, string(_LONGEST))
    state: int | None = attr(A.CDEV_CUR_STATE, u32)
    most: int | None = attr(A.CDEV_MAX_STATE, u32)  # the highest state that what cools has
    capabilities: takes.MaybeSeveral[Capability] = attr(A.CPU_CAPABILITY, _one_after_another(Capability))
    threshold: int | None = attr(A.THRESHOLD_TEMP, s32)
    way: takes.Flags[ThresholdWay | None] = attr(A.THRESHOLD_DIRECTION, enum(ThresholdWay, u32))
