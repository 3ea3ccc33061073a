"""Any family through its kernel spec."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx import limits
from netlynx.cli.form import Form
from netlynx.cli.lines import Unreadable, object_of
from netlynx.cli.listening import event_as_json, listening, write_overrun
from netlynx.cli.options import Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, write_json, write_table
from netlynx.cli.stdout import note, write

if TYPE_CHECKING:
    from netlynx.cli.rooms import Room
    from netlynx.client.connection import Connection
    from netlynx.ynl import Spec

_OPERATIONS = (Column("OPERATION"), Column("IS"), Column("REQUEST"), Column("ANSWER"))
_GROUPS = (Column("GROUP"),)
_SPECS = (Column("SPEC"), Column("FILE"), Column("TYPED IN"))


def ynl(
    family: Annotated[
        str | None, typer.Argument(metavar="FAMILY", help="Its spec: rt-link, netdev, ethtool …; none: list specs.")
    ] = None,
    do: Annotated[str | None, typer.Option("--do", metavar="OPERATION", help="Carry out one operation.")] = None,
    dump: Annotated[str | None, typer.Option("--dump", metavar="OPERATION", help="List a table.")] = None,
    subscribe: Annotated[
        list[str] | None, typer.Option("--subscribe", metavar="GROUP", help="Print notifications, until Ctrl-C.")
    ] = None,
    values: Annotated[
        str, typer.Option("--json", metavar="VALUES", help="What to ask with: a JSON object of attributes.")
    ] = "{}",
    flags: Annotated[
        list[str] | None,
        typer.Option("--flag", metavar="NAME", help="A flag of the request: create, excl, replace, append …"),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List operations and groups.")] = False,
    spec: Annotated[
        str | None, typer.Option("--spec", metavar="PATH", help="The spec's file, instead of the one of FAMILY.")
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", metavar="N", min=1, help="Stop after so many notifications.")
    ] = None,
    duration: Annotated[
        float | None, typer.Option("--duration", metavar="SECONDS", min=0, help="Listen for so long.")
    ] = None,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Talk to any family by the names of its kernel spec. Answers are JSON.

    Specs (Documentation/netlink/specs of the kernel) are looked for in the folders of NETLYNX_SPECS and where
    distributions put them. Names of attributes may be written with dashes, as in specs, or with underscores, as in
    answers. What netlynx has a room for works without a spec, by the same names of operations and groups; its answers
    have the room's names of fields, which --list shows.
    """
    if family is None and spec is None and (do or dump or subscribe or listing):
        raise typer.BadParameter("say of which family: FAMILY, or --spec PATH")
    if family is None and spec is None:
        _list_specs(wide)
        return
    if bool(do) + bool(dump) + bool(subscribe) + listing > 1:
        raise typer.BadParameter("give one of --do, --dump, --subscribe and --list")
    if wide and (do or dump or subscribe):
        raise typer.BadParameter("it is for tables: answers are whole as they are", param_hint="--wide")
    chosen = load(family or "") if spec is None else _load(spec)
    if do is None and dump is None and not subscribe:
        write_operations(chosen, wide)
        return
    if subscribe:
        with connection(netns, kernel) as nl:
            follow(nl, chosen, subscribe, count, duration)
        return
    given = _values(values)
    form = Form.LINES if lines else Form.JSON
    with connection(netns, kernel) as nl:
        if do is not None:
            answer = nl.do(chosen.do(do, given, netlink_flags=flags or ()))
            if answer is not None:
                write_json([answer], Form.LINES)
            return
        assert dump is not None
        write_json(nl.dump(chosen.dump(dump, given, netlink_flags=flags or ())), form)


def load(name: str) -> Spec | Room:
    """The family of that name: by its spec, or by the room that it has where no spec is found. Raises SpecError."""
    from netlynx.cli.rooms import room
    from netlynx.ynl import SpecError, find

    found = room(name)
    if found is not None:
        try:
            find(name)
        except SpecError:
            return found
    return _load(name)


def _load(name: str) -> Spec:
    from netlynx import ynl

    return ynl.load(name)


def _list_specs(wide: bool) -> None:
    """The specs that are here, and what is there without one; how to get specs where there is none."""
    from netlynx.ynl import finder

    found = finder.available()
    rows = [[path.name.split(".")[0], str(path), finder.ROOMS.get(name, "")] for name, path in found.items()]
    rows += [[name.replace("_", "-"), "", room] for name, room in finder.ROOMS.items() if name not in found]
    write_table(_SPECS, rows, wide=wide)
    if not found:
        how = f"{finder.WHENCE}; name the folder in {finder.VARIABLE}"
        note(f"netlynx: no kernel specs are here: these work without. {how}")


def _values(text: str) -> dict[str, Any]:
    """The object that `--json` is. Raises typer.BadParameter."""
    try:
        return object_of(os.fsencode(text))
    except Unreadable as error:
        raise typer.BadParameter(str(error).lstrip(":, "), param_hint="--json") from None


def write_operations(spec: Spec | Room, wide: bool) -> None:
    """List what can be asked of a family, and which groups it has."""
    rows = []
    for each in spec.operations.values():
        verbs = "notification" if not each.verbs else ", ".join(each.verbs)
        asked = dict.fromkeys(name for names in each.attributes.values() for name in names)
        told = dict.fromkeys(name for names in each.answers.values() for name in names)
        answer = f"as {each.notifies}" if each.notifies else " ".join(told)
        rows.append([each.name, verbs, " ".join(asked), answer])
    write_table(_OPERATIONS, rows, wide=wide)
    if spec.groups:
        write("")
        write_table(_GROUPS, ([name] for name in spec.groups))


def follow(nl: Connection, spec: Spec | Room, groups: list[str], count: int | None, duration: float | None) -> None:
    """Print what is told to groups of a family, to all of them without one."""
    from netlynx.engine.operation import Event

    with (
        nl.subscribe(*spec.subscribe(*groups)) as events,
        listening(nl, f"listening to {', '.join(groups or spec.groups)} of {spec.name}"),
    ):
        timer = threading.Timer(limits.seconds("--duration", duration or 0), nl.close)
        timer.daemon = True
        if duration is not None:
            timer.start()
        try:
            for seen, event in enumerate(events, 1):
                if isinstance(event, Event):
                    write(event_as_json(spec.name, event), flush=True)
                else:
                    write_overrun(event, True, False)
                if seen == count:
                    break
        finally:
            timer.cancel()
