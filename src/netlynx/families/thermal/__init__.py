"""Temperatures: thermal zones, their trip points and governors, what cools them. The family ``thermal``.

    from netlynx.families import thermal

    for zone in nl.do(thermal.zones()):
        print(zone.name, nl.do(thermal.temperature(zone.id)).celsius, nl.do(thermal.trips(zone.id)))
    with nl.subscribe(thermal.EVENTS) as events:
        print(events.get())  # trip-up of a zone …

It is in the initial network namespace alone, and told to all. Thresholds of one's own are of Linux 6.13 and newer.
Source: linux/thermal.h, drivers/thermal/thermal_netlink.c.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from netlynx import limits
from netlynx.engine.operation import Do, Dump, Group, Talk
from netlynx.families.thermal.constants import (
    THERMAL_GENL_ATTR,
    THERMAL_GENL_CMD,
    THERMAL_GENL_EVENT,
    THERMAL_GENL_SAMPLING,
    ThresholdWay,
    TripType,
)
from netlynx.families.thermal.records import (
    Capability,
    CoolingDevice,
    Event,
    Governor,
    Limit,
    Listed,
    Temperature,
    Threshold,
    Trip,
    Zone,
)
from netlynx.generic import Family, do, dump, event

__all__ = [
    "EVENTS",
    "SAMPLES",
    "THERMAL_GENL_ATTR",
    "THERMAL_GENL_CMD",
    "THERMAL_GENL_EVENT",
    "THERMAL_GENL_SAMPLING",
    "Capability",
    "CoolingDevice",
    "Event",
    "Governor",
    "Limit",
    "Listed",
    "Temperature",
    "Thermal",
    "Threshold",
    "ThresholdWay",
    "Trip",
    "TripType",
    "Zone",
    "add_threshold",
    "cooling_devices",
    "delete_threshold",
    "flush_thresholds",
    "governor",
    "temperature",
    "thresholds",
    "trips",
    "zones",
]

_CMD, _EVENT = THERMAL_GENL_CMD, THERMAL_GENL_EVENT


class Thermal(Family, name="thermal", version=1, netnsok=False):
    """The family ``thermal``."""

    zones = dump(_CMD.TZ_GET_ID, reply=Listed)
    trips = do(_CMD.TZ_GET_TRIP, request=Listed, reply=Listed)
    temperature = do(_CMD.TZ_GET_TEMP, request=Temperature, reply=Temperature)
    governor = do(_CMD.TZ_GET_GOV, request=Governor, reply=Governor)
    cooling_devices = dump(_CMD.CDEV_GET, reply=Listed)
    thresholds = do(_CMD.THRESHOLD_GET, request=Listed, reply=Listed)
    add_threshold = do(_CMD.THRESHOLD_ADD, request=Threshold)
    delete_threshold = do(_CMD.THRESHOLD_DELETE, request=Threshold)
    flush_thresholds = do(_CMD.THRESHOLD_FLUSH, request=Threshold)

    sampled = event(THERMAL_GENL_SAMPLING.TEMP, Temperature, group="sampling")
    created = event(_EVENT.TZ_CREATE, Event, group="event")
    deleted = event(_EVENT.TZ_DELETE, Event, group="event")
    disabled = event(_EVENT.TZ_DISABLE, Event, group="event")
    enabled = event(_EVENT.TZ_ENABLE, Event, group="event")
    trip_up = event(_EVENT.TZ_TRIP_UP, Event, group="event")
    trip_down = event(_EVENT.TZ_TRIP_DOWN, Event, group="event")
    trip_changed = event(_EVENT.TZ_TRIP_CHANGE, Event, group="event")
    trip_added = event(_EVENT.TZ_TRIP_ADD, Event, group="event")
    trip_deleted = event(_EVENT.TZ_TRIP_DELETE, Event, group="event")
    cooler_added = event(_EVENT.CDEV_ADD, Event, group="event")
    cooler_deleted = event(_EVENT.CDEV_DELETE, Event, group="event")
    cooler_changed = event(_EVENT.CDEV_STATE_UPDATE, Event, group="event")
    governor_changed = event(_EVENT.TZ_GOV_CHANGE, Event, group="event")
    capabilities_changed = event(_EVENT.CPU_CAPABILITY_CHANGE, Event, group="event")
    threshold_added = event(_EVENT.THRESHOLD_ADD, Event, group="event")
    threshold_deleted = event(_EVENT.THRESHOLD_DELETE, Event, group="event")
    thresholds_flushed = event(_EVENT.THRESHOLD_FLUSH, Event, group="event")
    threshold_up = event(_EVENT.THRESHOLD_UP, Event, group="event")
    threshold_down = event(_EVENT.THRESHOLD_DOWN, Event, group="event")


EVENTS: Group[Event] = Thermal.notifications("event")
"""What happens to zones, trip points, governors, and what cools; what CPUs can do changes."""

SAMPLES: Group[Temperature] = Thermal.notifications("sampling")
"""Temperatures, as often as a zone is looked at."""


def zones() -> Talk[tuple[Zone, ...]]:
    """The thermal zones."""
    return _listed("thermal.zones", Thermal.zones(), "zones")


def cooling_devices() -> Talk[tuple[CoolingDevice, ...]]:
    """What can cool: fans, processors that run slower."""
    return _listed("thermal.cooling_devices", Thermal.cooling_devices(), "cooling_devices")


def trips(zone: int) -> Talk[tuple[Trip, ...]]:
    """The trip points of a zone; the kernel says EINVAL where there is no such zone."""
    return _listed("thermal.trips", Thermal.trips(zone=_zone(zone)), "trips")


def temperature(zone: int) -> Do[Temperature]:
    """The temperature of a zone, measured now."""
    return Thermal.temperature(zone=_zone(zone))


def governor(zone: int) -> Do[Governor]:
    """What decides how a zone is cooled."""
    return Thermal.governor(zone=_zone(zone))


def thresholds(zone: int) -> Talk[tuple[Limit, ...]]:
    """The thresholds of a zone that users added. Linux 6.13 and newer."""
    return _listed("thermal.thresholds", Thermal.thresholds(zone=_zone(zone)), "thresholds")


def add_threshold(zone: int, temperature: int, way: ThresholdWay | int | str) -> Do[None]:
    """Be told when a zone comes over a temperature (thousandths of a degree), or under it. Linux 6.13 and newer."""
    return Thermal.add_threshold(Threshold(zone=_zone(zone), temperature=temperature, way=way))


def delete_threshold(zone: int, temperature: int, way: ThresholdWay | int | str) -> Do[None]:
    """Be told of it no more. Linux 6.13 and newer."""
    return Thermal.delete_threshold(Threshold(zone=_zone(zone), temperature=temperature, way=way))


def flush_thresholds(zone: int) -> Do[None]:
    """Take away all thresholds of a zone. Linux 6.13 and newer."""
    return Thermal.flush_thresholds(Threshold(zone=_zone(zone)))


def _zone(number: int) -> int:
    return limits.whole("zone", number, 0, 0x7FFFFFFF)


def _listed(name: str, asking: Do[Listed] | Dump[Listed], field: str) -> Talk[Any]:
    """What an answer has in one of its lists."""

    def steps() -> Generator[Do[Any] | Dump[Any], Any, tuple[Any, ...]]:
        told = yield asking
        each = told if isinstance(told, list) else [told]
        return tuple(found for answer in each for found in getattr(answer, field) or ())

    return Talk(name, steps)
