"""`netlynx family`: one family by the words of its operations, and typed Python rooms for families."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any  # Any: the context of the command-line library, records of any family

import typer

from netlynx.cli.aliases import ANY
from netlynx.cli.commands import App, Group
from netlynx.cli.families import families
from netlynx.cli.form import Form
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import form_of, write_json
from netlynx.cli.stdout import note, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netlynx.cli.rooms import Room
    from netlynx.client.connection import Connection
    from netlynx.ynl import Spec

_VERBS = ("do", "dump", "listen")


class _Families(Group):
    """A group in which every word that is no command is the name of a family."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words: those of one family are for the command that talks to it."""
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = [ANY, *args]
        return super().parse_args(ctx, args)


commands = App(cls=_Families, no_args_is_help=False)


@commands.callback()
def about() -> None:
    """Talk to a family by the words of its operations, or write a typed Python room for it."""


@commands.command(ANY)
def talk(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A family; none: all that there are.")] = None,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="do|dump|listen OPERATION FIELD=VALUE…",
            help="What to ask, with its fields; or which groups to hear. None: what there is.",
        ),
    ] = None,
    flags: Annotated[
        list[str] | None,
        typer.Option("--flag", metavar="NAME", help="A flag of the request: create, excl, replace, append …"),
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", metavar="N", min=1, help="Stop listening after so many notifications.")
    ] = None,
    duration: Annotated[
        float | None, typer.Option("--duration", metavar="SECONDS", min=0, help="Listen for so long.")
    ] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Ask a family, or hear what it tells: `netlynx family netdev dump queue-get index=lo`. Answers are JSON.

    Families are those that netlynx has a room for, then those whose kernel specs are found, then what the kernel
    itself tells of one: its operations are then called command-3, fields attribute_2. Without OPERATION there is a
    list of what can be asked; without more than the NAME, of what the kernel has, and of all families without that.

    Fields are those of the room or the spec; how values are written is the same as for `netlynx add`. Asking for a
    family may load its module.
    """
    if name is None or not words:
        for option, given in (("--flag", flags), ("--count", count), ("--duration", duration)):
            if given:
                raise typer.BadParameter(f"say what to do: {name or 'NAME'} do OPERATION", param_hint=option)
        from netlynx.cli.rooms import name_of

        families(None if name is None else name_of(name), json, lines, format, wide, netns, kernel)
        return
    verb, *rest = words
    if verb not in _VERBS:
        raise typer.BadParameter(f"{verb!r} is none of {', '.join(_VERBS)}", param_hint=verb)
    if verb != "listen":
        for option, given in (("--count", count), ("--duration", duration)):
            if given:
                raise typer.BadParameter(f"nothing is listened to by `{verb}`", param_hint=option)
    if (verb != "listen" and not rest) or wide:
        _list(name, verb, rest, wide, netns, kernel)
    elif verb == "listen":
        _listen(name, rest, count, duration, netns, kernel)
    else:
        _ask(name, verb, rest, flags or (), form_of(json, lines, format), netns, kernel)


def _told(nl: Connection, name: str) -> Spec | Room:
    """A family by its room or its spec, or as the kernel tells of it."""
    from netlynx import generate
    from netlynx.cli.rooms import described

    found = described(name)
    if found is not None:
        return found
    spec: Spec = nl.do(generate.from_kernel(name))
    note(f"netlynx: of {name} there is neither a room nor a spec: it is taken as the kernel tells of it, by numbers")
    return spec


def _list(name: str, verb: str, rest: list[str], wide: bool, netns: str | None, kernel: str) -> None:
    from netlynx.cli.ynl import write_operations

    if rest or verb == "listen":
        raise typer.BadParameter("it is for tables: answers are whole as they are", param_hint="--wide")
    with connection(netns, kernel) as nl:
        found = _told(nl, name)
    write_operations(found, wide)


def _listen(
    name: str, groups: list[str], count: int | None, duration: float | None, netns: str | None, kernel: str
) -> None:
    from netlynx.cli.ynl import follow

    with connection(netns, kernel) as nl:
        found = _told(nl, name)
        if not found.groups:
            raise typer.BadParameter(f"{name} has no groups: it tells nothing unasked", param_hint="listen")
        follow(nl, found, groups, count, duration)


def _ask(
    name: str, verb: str, rest: list[str], flags: Sequence[str], form: Form, netns: str | None, kernel: str
) -> None:
    operation, *fields = rest
    if form not in (Form.TABLE, Form.JSON, Form.LINES):
        raise typer.BadParameter("answers are JSON, or lines of it: --json, --lines", param_hint="--format")
    with connection(netns, kernel) as nl:
        found = _told(nl, name)
        values = _said(found, operation, verb, fields)
        if verb == "dump":
            listed = nl.dump(found.dump(operation, values, netlink_flags=flags))
            write_json(listed, Form.LINES if form is Form.LINES else Form.JSON)
            return
        answer = nl.do(found.do(operation, values, netlink_flags=flags))
        if answer is not None:
            write_json([answer], Form.LINES)


def _said(found: Spec | Room, operation: str, verb: str, fields: list[str]) -> Any:
    """What an operation is asked with. Raises SpecError for one that there is not, EncodeError for a value."""
    from netlynx.schema.from_words import from_words
    from netlynx.ynl import Spec

    if not isinstance(found, Spec):
        return found.said(operation, verb, fields)
    found.request_record(operation, verb)  # refuses what is no such verb
    return from_words(found.request_record(operation), fields)


@commands.command()
def generate(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A kernel spec, by name or path; a C header, .h; or a name, with --told."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", file_okay=False, help="The folder of the room, a Python package.")
    ],
    diff: Annotated[bool, typer.Option("--diff", help="Only show what would change.")] = False,
    told: Annotated[bool, typer.Option("--told", help="Of what a kernel tells of the family, not of a spec.")] = False,
    policies: Annotated[
        list[Path] | None,
        typer.Option("--policy", metavar="FILE.c", help="C with the policies and operations of a header's family."),
    ] = None,
    called: Annotated[
        str | None,
        typer.Option("--called", metavar="FAMILY", help="The family's name, where a header does not say it."),
    ] = None,
    facts: Annotated[
        bool, typer.Option("--facts", help="For rooms of netlynx itself: with what its tests compare records.")
    ] = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Write a typed Python room for a family or protocol: records, operations, groups, enumerations.

    What is generated is DIR/generated.py, or the files of DIR/generated where there is much of it; DIR/__init__.py is
    written once and is yours. Generated again, only what is different is written, and shown as a diff; a generated file
    that was changed by hand is left alone.

    Of a family without a spec, a kernel tells numbers and what requests may have (--told, of another kernel with
    --kernel): operations are then called command_3, fields attribute_2.

    Of a C header its enumerations are read, and of the C of its kernel side (--policy) policies, operations and groups;
    nothing is preprocessed, and what could not be read is said.
    """
    from netlynx import generate as making
    from netlynx import ynl

    width = making.width_of(out)
    remarks: tuple[str, ...] = ()
    is_header = source.endswith(".h")
    if netns is not None and not told:
        raise typer.BadParameter(f"nothing is asked in {netns}: it takes --told", param_hint="--netns")
    for option, given in (("--policy", policies), ("--called", called)):
        if given and not is_header:
            raise typer.BadParameter("it is for a C header, FILE.h", param_hint=option)
    if is_header:
        read = making.from_c(source, *(policies or ()), name=called or "")
        remarks = read.remarks
        made = making.room(read.spec, whence=Path(source).name, width=width, omissible=not policies)
    elif told or kernel != "host":
        with connection(netns, kernel) as nl:
            found = nl.do(making.from_kernel(source))
        made = making.room(found, whence="what the kernel tells of it", width=width, omissible=True)
    else:
        made = making.room(ynl.load(source), width=width, facts=facts)
    written = making.write(made, out, dry=diff)
    if written.changes:
        write_text(str(written).removesuffix("\n"))
    else:
        note(f"netlynx: {out} is as it would be generated")
    for remark in (*remarks, *made.remarks):
        note(f"netlynx: {made.name}: {remark}")
