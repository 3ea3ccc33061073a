"""What routers advertise, as it is printed while it is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any  # Any: values of options

import msgspec

from netlynx.cli.form import json_text
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.engine.operation import Event
    from netlynx.route.discovery_options import DiscoveryOption
    from netlynx.route.router_discovery import AdvertisedPrefix, Advertisement

_FOREVER = 0xFFFFFFFF


def _prefix(prefix: AdvertisedPrefix, interfaces: Interfaces) -> list[Row]:
    lifetimes = prefix.lifetimes
    return [
        [
            text(prefix.prefix),
            interfaces.name(prefix.index),
            "" if lifetimes is None else _seconds(lifetimes.preferred),
            "" if lifetimes is None else _seconds(lifetimes.valid),
            " ".join(word for word, so in (("onlink", prefix.on_link), ("autoconf", prefix.autonomous)) if so),
        ]
    ]


def _seconds(number: int) -> str:
    return "forever" if number == _FOREVER else str(number)


PREFIXES = Table(
    (
        Column("PREFIX", bare=True),
        Column("DEV"),
        Column("PREFERRED", right=True),
        Column("VALID", right=True),
        Column("FLAGS"),
    ),
    _prefix,
)


def _option(said: Advertisement, interfaces: Interfaces) -> list[Row]:
    return [
        [interfaces.name(said.index), text(said.source), " ".join(_words(each) for each in said.options)],
    ]


def _words(option: DiscoveryOption) -> str:
    """``rdnss 2001:db8::1,2001:db8::2 lifetime 600``."""
    fields = _fields(option)
    word = fields.pop("option")
    named = [f"{name} {_value(value)}" for name, value in fields.items()]
    return " ".join((str(word), *named))


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return json_text(value) if isinstance(value, bool) else str(value)


def _fields(option: DiscoveryOption) -> dict[str, Any]:
    """What an option says: its name and its values; of one that is not known its number and its bytes."""
    said: dict[str, Any] = {"option": type(option).__struct_config__.tag}
    values = {name: value for name, value in msgspec.structs.asdict(option).items() if name not in ("type", "data")}
    return {**said, **(values or {"type": option.type, "data": option.data.hex()})}


OPTIONS = Table((Column("DEV", bare=True), Column("ROUTER"), Column("OPTION", bare=True)), _option)


def as_json(name: str, event: Event[Advertisement]) -> str:
    """The event's object, with the options in words."""
    said = event.record
    return json_text(
        {
            "event": str(event.kind),
            "object": name,
            "index": said.index,
            "source": said.source,
            "options": [_fields(each) for each in said.options],
        },
        compact=True,
    )
