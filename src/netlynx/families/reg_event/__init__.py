"""What happens to voltage regulators: too much current, too little voltage, a failure. It is only told.

    from netlynx.families import reg_event

    with nl.subscribe(reg_event.EVENTS) as events:
        for event in events:
            print(event.record.event.regulator, event.record.event.happened)

Source: regulator/regulator.h, drivers/regulator/event.c of the kernel (CONFIG_REGULATOR_NETLINK_EVENTS, since 6.8).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.generic import Family, GenericHeader, event
from netlynx.schema import Constants, FlagSet, Layout, Record, attr, chars, enum, member, struct, takes, u64
from netlynx.schema.facts import Facts


class REG_GENL_CMD(Constants):
    """Commands: what is told."""

    UNSPEC = 0
    EVENT = 1


class REG_GENL_ATTR(Constants):
    """Attributes."""

    UNSPEC = 0
    EVENT = 1


class Happened(FlagSet, prefix="REGULATOR_EVENT_"):
    """What happened to a regulator."""

    UNDER_VOLTAGE = 1
    OVER_CURRENT = 2
    REGULATION_OUT = 4
    FAIL = 8
    OVER_TEMP = 16
    FORCE_DISABLE = 32
    VOLTAGE_CHANGE = 64
    DISABLE = 128
    PRE_VOLTAGE_CHANGE = 256
    ABORT_VOLTAGE_CHANGE = 512
    PRE_DISABLE = 1024
    ABORT_DISABLE = 2048
    ENABLE = 4096
    UNDER_VOLTAGE_WARN = 8192
    OVER_CURRENT_WARN = 16384
    OVER_VOLTAGE_WARN = 32768
    OVER_TEMP_WARN = 65536


class RegulatorEvent(Layout, c="reg_genl_event"):
    """A regulator's name, and what happened to it."""

    regulator: str = member(chars(32), c="reg_name")
    happened: takes.Flags[Happened] = member(enum(Happened, u64), c="event")


class Told(Record, header=GenericHeader):
    """What is told: one event."""

    __facts__: ClassVar[Facts] = Facts(attributes=REG_GENL_ATTR)

    event: takes.Nested[RegulatorEvent | None] = attr(REG_GENL_ATTR.EVENT, struct(RegulatorEvent))


class RegEvent(Family, name="reg_event", version=1):
    """The family ``reg_event``."""

    event = event(REG_GENL_CMD.EVENT, Told, group="reg_mc_group")


EVENTS: Group[Told] = RegEvent.notifications()
"""What happens to all regulators."""
