"""What PMC-Sierra's MaxRAID adapters tell: changes of their configuration, and errors. It is only told.

    from netlynx.families import pmcraid

    with nl.subscribe(pmcraid.EVENTS) as events:
        for event in events:
            print(event.record.event.host, event.record.event.data.hex())

Source: drivers/scsi/pmcraid.c and pmcraid.h of the kernel.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.generic import Family, GenericHeader, event
from netlynx.schema import Constants, Layout, Record, attr, binary, member, raw, rest, struct, takes, u32
from netlynx.schema.facts import Facts, NoFacts

_WHY = "drivers/scsi/pmcraid.c of the kernel"


class PMCRAID_AEN_CMD(Constants):
    """Commands: what is told."""

    __not_in_headers__: ClassVar[dict[str, str]] = dict.fromkeys(
        ("PMCRAID_AEN_CMD_UNSPEC", "PMCRAID_AEN_CMD_EVENT"), _WHY
    )

    UNSPEC = 0
    EVENT = 1


class PMCRAID_AEN_ATTR(Constants):
    """Attributes."""

    __not_in_headers__: ClassVar[dict[str, str]] = dict.fromkeys(
        ("PMCRAID_AEN_ATTR_UNSPEC", "PMCRAID_AEN_ATTR_EVENT"), _WHY
    )

    UNSPEC = 0
    EVENT = 1


class AdapterEvent(Layout, c="pmcraid_aen_msg"):
    """The number of the SCSI host, and the message of the adapter's firmware (`length` bytes with the 16 before it)."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct pmcraid_aen_msg is in no header: drivers/scsi/pmcraid.h")

    host: int = member(u32, c="hostno")
    length: int = member(u32, c="length")  # bytes
    reserved: bytes = member(raw(8), c="reserved")
    data: bytes = member(rest(binary), c="data")


class Told(Record, header=GenericHeader):
    """What is told: one event."""

    __facts__: ClassVar[Facts] = Facts(attributes=PMCRAID_AEN_ATTR)

    event: takes.Nested[AdapterEvent | None] = attr(PMCRAID_AEN_ATTR.EVENT, struct(AdapterEvent))


class Pmcraid(Family, name="pmcraid", version=1):
    """The family ``pmcraid``."""

    event = event(PMCRAID_AEN_CMD.EVENT, Told, group="events")


EVENTS: Group[Told] = Pmcraid.notifications()
"""What all adapters tell."""
