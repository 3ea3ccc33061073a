"""Numbers of thermal zones. Source: linux/thermal.h."""

from __future__ import annotations

from netlynx.schema import Constants, Enumeration, FlagSet


class THERMAL_GENL_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    TZ_GET_ID = 1
    TZ_GET_TRIP = 2
    TZ_GET_TEMP = 3
    TZ_GET_GOV = 4
    TZ_GET_MODE = 5
    CDEV_GET = 6
    THRESHOLD_GET = 7
    THRESHOLD_ADD = 8
    THRESHOLD_DELETE = 9
    THRESHOLD_FLUSH = 10


class THERMAL_GENL_EVENT(Constants):
    """Notifications of the group ``event``."""

    UNSPEC = 0
    TZ_CREATE = 1
    TZ_DELETE = 2
    TZ_DISABLE = 3
    TZ_ENABLE = 4
    TZ_TRIP_UP = 5
    TZ_TRIP_DOWN = 6
    TZ_TRIP_CHANGE = 7
    TZ_TRIP_ADD = 8
    TZ_TRIP_DELETE = 9
    CDEV_ADD = 10
    CDEV_DELETE = 11
    CDEV_STATE_UPDATE = 12
    TZ_GOV_CHANGE = 13
    CPU_CAPABILITY_CHANGE = 14
    THRESHOLD_ADD = 15
    THRESHOLD_DELETE = 16
    THRESHOLD_FLUSH = 17
    THRESHOLD_UP = 18
    THRESHOLD_DOWN = 19


class THERMAL_GENL_SAMPLING(Constants):
    """Notifications of the group ``sampling``."""

    TEMP = 0


class THERMAL_GENL_ATTR(Constants):
    """Attributes."""

    UNSPEC = 0
    TZ = 1
    TZ_ID = 2
    TZ_TEMP = 3
    TZ_TRIP = 4
    TZ_TRIP_ID = 5
    TZ_TRIP_TYPE = 6
    TZ_TRIP_TEMP = 7
    TZ_TRIP_HYST = 8
    TZ_MODE = 9
    TZ_NAME = 10
    TZ_CDEV_WEIGHT = 11
    TZ_GOV = 12
    TZ_GOV_NAME = 13
    CDEV = 14
    CDEV_ID = 15
    CDEV_CUR_STATE = 16
    CDEV_MAX_STATE = 17
    CDEV_NAME = 18
    GOV_NAME = 19
    CPU_CAPABILITY = 20
    CPU_CAPABILITY_ID = 21
    CPU_CAPABILITY_PERFORMANCE = 22
    CPU_CAPABILITY_EFFICIENCY = 23
    THRESHOLD = 24
    THRESHOLD_TEMP = 25
    THRESHOLD_DIRECTION = 26
    TZ_PREV_TEMP = 27


class TripType(Enumeration, prefix="THERMAL_TRIP_"):
    """What is done at a trip point: fans, slower processors, a word to the driver, an end."""

    ACTIVE = 0
    PASSIVE = 1
    HOT = 2
    CRITICAL = 3


class ThresholdWay(FlagSet, prefix="THERMAL_THRESHOLD_WAY_"):
    """Which way a temperature passes a threshold."""

    UP = 1
    DOWN = 2
