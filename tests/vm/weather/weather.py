"""A family of stations that measure: what the tests of generated modules declare."""

from __future__ import annotations

from netlynx.generic import Family, do, dump, event
from netlynx.schema import (
    Bitfield32,
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    be16,
    be64,
    between,
    binary,
    bitfield32,
    boolean,
    enum,
    flag,
    indexed,
    ip,
    ip4,
    mac,
    masked,
    member,
    multi,
    nest,
    s8,
    s16,
    s32,
    s64,
    sint,
    string,
    struct,
    u8,
    u16,
    u32,
    u64,
    uint,
)


class WEATHER_A(Constants):
    STATION = 1
    TEMPERATURE = 2
    SKY = 3
    PLACE = 4
    READINGS = 5
    ALERT = 6


class Sky(Enumeration):
    """What is overhead."""

    CLEAR = 0
    CLOUDS = 1
    RAIN = 2


class Hazard(FlagSet):
    """What to be afraid of."""

    WIND = 1
    FLOOD = 2
    ICE = 4


class Place(Layout):
    """Where a station stands, in units of a ten-millionth of a degree."""

    latitude: int = member(s32)
    longitude: int = member(s32)
    height: int = member(s16)


class Reading(Record):
    """One measurement."""

    at: int | None = attr(1, u64)  # seconds since 1970
    value: int | None = attr(2, s32)


class Weather(Family, name="weather", version=2):
    """Stations that measure, and tell when something changes."""

    class Station(Record):
        """Which station."""

        station: str | None = attr(WEATHER_A.STATION, string(15))

    class Report(Record):
        """What a station measured."""

        station: str | None = attr(WEATHER_A.STATION, string(15))
        temperature: int | None = attr(WEATHER_A.TEMPERATURE, between(s32, -900, 600))  # tenths of a degree
        sky: Sky | None = attr(WEATHER_A.SKY, enum(Sky, u8))
        place: Place | None = attr(WEATHER_A.PLACE, struct(Place))
        readings: tuple[Reading, ...] | None = attr(WEATHER_A.READINGS, indexed(nest(Reading)))
        alert: bool = attr(WEATHER_A.ALERT, flag)

    class Everything(Record):
        """A field of every kind."""

        small: int | None = attr(1, u8)
        port: int | None = attr(2, be16)
        far: int | None = attr(3, between(u32, 1, 100000))
        cookie: int | None = attr(4, be64)
        auto: int | None = attr(5, uint)
        signed: int | None = attr(6, sint)
        deep: int | None = attr(7, between(s64, -100000, 5))
        tiny: int | None = attr(8, s8)
        hazards: Hazard | None = attr(9, enum(Hazard, u32))
        bits: int | None = attr(10, masked(u16, 0xF0))
        switches: Bitfield32 | None = attr(11, bitfield32)
        yes: bool | None = attr(12, boolean)
        blob: bytes | None = attr(13, binary(64))
        address: str | None = attr(14, ip)
        gateway: str | None = attr(15, ip4)
        hardware: str | None = attr(16, mac)
        names: tuple[str, ...] = attr(17, multi(string(8)))
        reading: Reading | None = attr(18, nest(Reading))
        default: int | None = attr(19, between(u16, 1, 4094))
        flagged: bool = attr(20, flag)
        low: int | None = attr(21, between(u64, 5, None))

    get = do(1, request=Station, reply=Report, required=("station",))
    set = do(2, request=Report, required=("station",), privileged=True)
    all = dump(1, request=Report, reply=Report)
    echo = do(3, request=Everything, reply=Everything)
    forget = do(4)
    changed = event(5, Report, group="changes")
