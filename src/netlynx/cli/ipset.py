"""`netlynx ipset`: sets and their entries listed, saved as ipset(8) does, and made of what it saved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from netlynx.cli.commands import App
from netlynx.cli.files import opened
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import show_listed
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of
from netlynx.cli.stdout import Reported, note, tell, write
from netlynx.cli.tables import Table, text
from netlynx.cli.terminal import binary, is_terminal

if TYPE_CHECKING:
    from netlynx.ipset import Entry, Set

commands = App()

_LINES = 4096  # written together

Name = Annotated[str | None, typer.Argument(metavar="[SET]", help="Only this one.")]


@commands.callback()
def about() -> None:
    """List, save, restore, rename and swap ipset's sets, in which rules look packets up."""


@commands.command("list")
def list_(
    name: Annotated[str | None, typer.Argument(metavar="[SET]", help="List what is in this one.")] = None,
    entries: Annotated[bool, typer.Option("--entries", help="List what is in all sets.")] = False,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List the sets with their options, or what is in one of them, or in all."""
    from netlynx import ipset

    form = form_of(json, lines, format, wide=wide)
    with connection(netns, kernel) as nl:
        if name is None and not entries:
            show_listed(nl, form, SETS, ipset.sets(), wide=wide)
        else:
            show_listed(nl, form, ENTRIES, ipset.entries(name), wide=wide)


@commands.command()
def save(name: Name = None, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Print the lines that make the sets, or one of them, and fill it again, as `ipset save` does.

    What `ipset save` leaves out, forceadd, is printed too; `ipset restore` reads it. A name or a comment that no such
    line can have ends it.
    """
    from netlynx import ipset

    with connection(netns, kernel) as nl:
        out = None if is_terminal(sys.stdout) else binary(sys.stdout)
        for each in nl.dump(ipset.sets()).all() if name is None else [nl.do(ipset.set_(name))]:
            held = [_line(ipset.set_line, each)]
            for entry in nl.dump(ipset.entries(each.name)):
                held.append(_line(ipset.entry_line, entry))
                if len(held) >= _LINES:
                    _write(held, out)
                    held.clear()
            _write(held, out)


@commands.command()
def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The lines, as `save` prints them; - is standard input.")],
    exist: Annotated[bool, typer.Option("--exist", help="What is there already is no error.")] = False,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Go on after what is refused.")] = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Carry out lines as `ipset restore` does: create, add, del, flush, destroy, rename, swap.

    Every line that is refused, or cannot be understood, is told of with its number. Unless told to go on, nothing
    behind the first of them is carried out; all before it is. The status is then 1, and the last line says how many
    there were.
    """
    from netlynx import ipset
    from netlynx.cli.wording import words

    with opened(file) as source, connection(netns, kernel) as nl:
        lines = (line.decode("utf-8", "surrogateescape") for line in source)
        done = nl.do(ipset.restore(lines, exist_ok=exist, on_error="continue" if keep_going else "stop"))
    for number, error in sorted(done.errors.items()):
        if not tell(f"line {number}: {words(error, asked=False)}"):
            break
    note(f"{done}")
    if done.errors:
        raise Reported


@commands.command()
def rename(
    name: Annotated[str, typer.Argument(metavar="SET", help="The set.")],
    to: Annotated[str, typer.Argument(metavar="NAME", help="What it is to be called.")],
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Give a set another name. It must not be in use."""
    from netlynx import ipset

    with connection(netns, kernel) as nl:
        nl.do(ipset.rename(name, to))
    write(f"renamed {name} to {to}")


@commands.command()
def swap(
    name: Annotated[str, typer.Argument(metavar="SET", help="A set.")],
    other: Annotated[str, typer.Argument(metavar="SET", help="Another one, of a type like it.")],
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Exchange two sets: what refers to the name of one has the other then."""
    from netlynx import ipset

    with connection(netns, kernel) as nl:
        nl.do(ipset.swap(name, other))
    write(f"swapped {name} and {other}")


def _line(write_as: Any, record: Any) -> str:
    """A record's line. Raises OSError for one that has none: what was asked for is all of them."""
    from netlynx.errors import EncodeError

    try:
        line: str = write_as(record)
    except EncodeError as error:
        raise OSError(f"{record.name if hasattr(record, 'type') else record.set}: {error.message}") from None
    return line


def _write(lines: list[str], out: BinaryIO | None) -> None:
    if out is None:
        for line in lines:
            write(line)
    elif lines:
        sys.stdout.flush()
        out.write(("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))


def _set(each: Set, _: Interfaces) -> list[Row]:
    from netlynx.ipset.text import header_text

    return [
        [
            text(each.name),
            text(each.type),
            text(each.entries),
            text(each.references),
            text(each.memory),
            header_text(each),
        ]
    ]


def _entry(entry: Entry, _: Interfaces) -> list[Row]:
    from netlynx.ipset.text import element_text

    mark = entry.skbmark
    return [
        [
            text(entry.set),
            element_text(entry),
            ",".join(label for label in (entry.flags.labels if entry.flags else ()) if label != "physdev"),
            text(entry.timeout),
            text(entry.packets),
            text(entry.bytes),
            "" if mark is None else f"{mark.mark:#x}/{mark.mask:#x}",
            "" if entry.skbprio is None else f"{entry.skbprio >> 16:x}:{entry.skbprio & 0xFFFF:x}",
            text(entry.skbqueue),
            text(entry.comment),
        ]
    ]


SETS = Table(
    (
        Column("NAME", bare=True),
        Column("TYPE"),
        Column("ENTRIES", right=True),
        Column("REFERENCES", right=True, spare=1),
        Column("MEMORY", right=True, spare=2),
        Column("OPTIONS", wrap=True),
    ),
    _set,
)
ENTRIES = Table(
    (
        Column("SET", bare=True),
        Column("ENTRY", bare=True),
        Column("FLAGS", spare=1),
        Column("TIMEOUT", right=True, spare=2),
        Column("PACKETS", right=True, spare=3),
        Column("BYTES", right=True, spare=4),
        Column("SKBMARK", spare=5),
        Column("SKBPRIO", spare=6),
        Column("SKBQUEUE", right=True, spare=7),
        Column("COMMENT", wrap=True),
    ),
    _entry,
)
