"""Device events as they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.form import json_text
from netlynx.cli.listening import heard, label, listening
from netlynx.cli.options import JsonLines, Kernel, Netns, connection
from netlynx.cli.output import coloured
from netlynx.cli.stdout import write

if TYPE_CHECKING:
    from netlynx.uevent import Uevent

_SAID_ALREADY = ("ACTION", "DEVPATH", "SUBSYSTEM", "SEQNUM")


def uevents(
    udev: Annotated[bool, typer.Option("--udev", help="What udev sends on once it has carried out its rules.")] = False,
    subsystem: Annotated[
        list[str] | None, typer.Option("--subsystem", metavar="NAME", help="Only of such devices: net, block …")
    ] = None,
    action: Annotated[
        list[str] | None, typer.Option("--action", metavar="NAME", help="Only these: add, remove, change …")
    ] = None,
    properties: Annotated[
        list[str] | None, typer.Option("--property", metavar="KEY=VALUE", help="Only those that have all of these.")
    ] = None,
    json: JsonLines = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Print events of devices as they come and go, until Ctrl-C.

    Network devices are heard of only in their own network namespace. A line that says `overrun` means that events
    were lost.
    """
    from netlynx import uevent

    wanted = uevent.events(
        "udev" if udev else "kernel", subsystem=subsystem, action=action, properties=_pairs(properties or [])
    )
    colours = coloured()
    title = f"listening to events of {'udev' if udev else 'the kernel'}"
    with connection(netns, kernel) as nl, nl.subscribe(wanted) as events, listening(nl, title):
        for event in heard(events, json, colours):
            if json:
                write(as_json(event.record), flush=True)
            else:
                write(label(event.record.action, colours), f"  {words(event.record)}", flush=True)


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not (key and equals):
            raise typer.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="--property")
        pairs[key] = value
    return pairs


def as_json(event: Uevent) -> str:
    """One object: what happened, to which device, and all its properties."""
    shown: dict[str, Any] = {"event": event.action, "object": "uevent", "source": event.source}
    return json_text(shown | {"devpath": event.devpath, "properties": event.properties})


def words(event: Uevent) -> str:
    """The device of an event and what is said of it, for a line."""
    more = (f"{key}={value}" for key, value in event.properties.items() if key not in _SAID_ALREADY)
    return " ".join([event.subsystem or "-", event.devpath, *more])
