"""What ACPI tells: buttons, lids, batteries, docks. The family ``acpi_event``, which is asked nothing.

    from netlynx.families import acpi_event

    with nl.subscribe(acpi_event.EVENTS) as events:
        event = events.get().record.event
        print(event.device_class, event.bus_id, event.type, event.data)

It is told in the initial network namespace; acpid hears the same. Source: drivers/acpi/event.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.generic import Family, GenericHeader, event
from netlynx.schema import Constants, Layout, Record, attr, chars, member, struct, takes, u32
from netlynx.schema.facts import NoFacts

__all__ = ["ACPI_GENL_ATTR", "ACPI_GENL_CMD", "EVENTS", "Acpi", "Event", "Told"]

_HERE = "drivers/acpi/event.c, as all of this"


class ACPI_GENL_CMD(Constants):
    """Commands."""

    __not_in_headers__: ClassVar[dict[str, str]] = {"ACPI_GENL_CMD_UNSPEC": _HERE, "ACPI_GENL_CMD_EVENT": _HERE}

    UNSPEC = 0
    EVENT = 1


class ACPI_GENL_ATTR(Constants):
    """Attributes."""

    __not_in_headers__: ClassVar[dict[str, str]] = {"ACPI_GENL_ATTR_UNSPEC": _HERE, "ACPI_GENL_ATTR_EVENT": _HERE}

    UNSPEC = 0
    EVENT = 1


class Told(Layout, c="acpi_genl_event"):
    """What happened to which device: ``button/power``, ``PWRF``, 0x80, and how often."""

    __facts__: ClassVar[NoFacts] = NoFacts("a struct of drivers/acpi/event.c, in no header")

    device_class: str = member(chars(20), c="device_class")  # ACPI's: button/power, ac_adapter, battery
    bus_id: str = member(chars(15), c="bus_id")  # the device's name: PNP0C0A:00
    type: int = member(u32, c="type")  # what happened, by the class
    data: int = member(u32, c="data")  # of buttons how often, of others their state


class Event(Record, header=GenericHeader):
    """An event of ACPI."""

    __facts__: ClassVar[NoFacts] = NoFacts("attributes of drivers/acpi/event.c, in no header")

    event: takes.Nested[Told | None] = attr(ACPI_GENL_ATTR.EVENT, struct(Told))


class Acpi(Family, name="acpi_event", version=1, netnsok=False):
    """The family ``acpi_event``."""

    told = event(ACPI_GENL_CMD.EVENT, Event, group="acpi_mc_group")


EVENTS: Group[Event] = Acpi.notifications()
"""What happens to devices of ACPI."""
