"""`netlynx family`: one family by the words of its operations, and typed Python rooms for families."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any  # Any: the context of the command-line library

import typer

from netlynx.cli.commands import App, Group
from netlynx.cli.families import families
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.stdout import note, write_text

_TALK = "NAME"


class _Families(Group):
    """A group in which every word that is no command is the name of a family."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words: those of one family are for the command that talks to it."""
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = [_TALK, *args]
        return super().parse_args(ctx, args)


commands = App(cls=_Families, no_args_is_help=False)


@commands.callback()
def about() -> None:
    """Talk to a family of generic netlink by the words of its operations, or write a typed Python room for it."""


@commands.command(_TALK)
def talk(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A family; none: all that there are.")] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List families of generic netlink, or the operations of one."""
    families(name, json, lines, format, wide, netns, kernel)


@commands.command()
def generate(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A kernel spec, by name or path; with --told, a family's name.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", file_okay=False, help="The folder of the room, a Python package.")
    ],
    diff: Annotated[bool, typer.Option("--diff", help="Only show what would change.")] = False,
    told: Annotated[bool, typer.Option("--told", help="Of what a kernel tells of the family, not of a spec.")] = False,
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
    """
    from netlynx import generate as making
    from netlynx import ynl

    width = making.width_of(out)
    if told or kernel != "host":
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
    for remark in made.remarks:
        note(f"netlynx: {made.name}: {remark}")
