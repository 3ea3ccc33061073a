"""What devices there are and how their links are, as `ethtool` lists them when it is asked of none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from netlynx.cli.output import Column

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Dump

COLUMNS = (
    Column("INDEX", right=True, spare=4),
    Column("NAME"),
    Column("LINK", {"up": "green", "down": "red"}),
    Column("WHY NOT"),
    Column("Mbit/s", right=True),
    Column("DUPLEX", spare=2),
    Column("AUTONEG", spare=3),
    Column("PORT", spare=1),
)


def devices(nl: Connection) -> Iterator[dict[str, Any]]:
    """A row for each device, with the same keys; what its driver does not say is None."""
    from netlynx import ethtool as room

    states = nl.dump(room.linkstates()).all()
    modes, infos = _of_each(nl, room.all_linkmodes()), _of_each(nl, room.linkinfos())
    for state in states:
        speaks, info = modes.get(_key(state)), infos.get(_key(state))
        yield {
            "index": state.device_index,
            "device": state.device,
            "link": state.link,
            "reason": _label(state.reason),
            "speed": None if speaks is None or speaks.speed == room.UNKNOWN_SPEED else speaks.speed,
            "duplex": _label(speaks.duplex) if speaks is not None else None,
            "autonegotiation": speaks.autonegotiation if speaks is not None else None,
            "port": _label(info.port) if info is not None else None,
        }


def cells(row: dict[str, Any]) -> list[str]:
    """One of those rows for people, by `COLUMNS`."""
    return [
        str(row["index"] or ""),
        row["device"] or "",
        {True: "up", False: "down", None: ""}[row["link"]],
        row["reason"] or "",
        "" if row["speed"] is None else str(row["speed"]),
        row["duplex"] or "",
        {True: "on", False: "off", None: ""}[row["autonegotiation"]],
        row["port"] or "",
    ]


def _of_each(nl: Connection, wanted: Dump[Any]) -> dict[Any, Any]:
    from netlynx import NotSupported

    try:
        return {_key(record): record for record in nl.dump(wanted)}
    except NotSupported:  # no device here has it
        return {}


def _key(record: Any) -> Any:
    return record.device_index or record.device


def _label(value: Any) -> str | None:
    return None if value is None else str(value)
