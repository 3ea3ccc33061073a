"""`netlynx capture`: files of what was said over netlink, read and recorded."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from netlynx.cli.commands import App
from netlynx.cli.form import COLUMNS, Form, failed, misused
from netlynx.cli.options import Lines, Netns, namespace_of
from netlynx.cli.output import coloured, form_of, paint
from netlynx.cli.stdout import note, tell, write
from netlynx.cli.terminal import is_terminal
from netlynx.errors import DecodeError, EncodeError

if TYPE_CHECKING:
    from netlynx.capture.captured import Captured
    from netlynx.capture.filtering import Wanted
    from netlynx.capture.reader import Reader

commands = App()

_Columns = Annotated[
    Form | None,
    typer.Option("--format", metavar="FORM", help="Print columns, a row a message: arrow, parquet or csv."),
]


@commands.callback()
def about() -> None:
    """Read captures of netlink, as tcpdump, Wireshark and netlynx record them, and record what is said."""


@commands.command()
def read(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A capture, pcap or pcapng; - for standard input.")],
    conditions: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE…", help="Only messages for which all hold; of values with commas, one."),
    ] = None,
    lines: Lines = False,
    format: _Columns = None,
) -> None:
    """Print what a capture says, a line a message: when, which way, what, and what is in it.

    A line has > for what goes to the kernel and < for what comes from there. Captures of nlmon devices do not say
    which: what has the flag REQUEST is taken for a request.

    Keys are family (route, netfilter, ethtool …), type (newlink), kind (new, delete, get, set, other; ack, error,
    done), dev (a name that the capture tells, or an index), port, sequence, error (ENOENT), direction (sent,
    received). With --lines a message is an object, those that nothing decodes too; with --format a row, whose column
    `record` has columns of its own where all messages are of one kind, and is JSON elsewhere.
    """
    from netlynx.capture.filtering import Wanted

    form = form_of(False, lines, format)
    if form in (Form.TABLE, Form.JSON) and format is not None:
        raise misused(f"{form.value} is not how messages are printed: arrow, parquet, csv, or --lines", "--format")
    try:
        wanted = Wanted(conditions or ())
    except EncodeError as error:
        raise misused(str(error), "KEY=VALUE") from None
    with _opened(file) as source:
        reader = _reader(source)
        if form in COLUMNS:
            from netlynx.cli.capture_columns import write_columns

            end = write_columns(reader, wanted, form)
            if end is not None:
                raise ended(end, file)
        else:
            put = _put_json if form is Form.LINES else _Text()
            for said in _chosen(reader, wanted, file):
                put(said)
                if file == "-":  # what records it may still be at work
                    sys.stdout.flush()
    _tell_rest(reader, wanted)


@commands.command("write")
def write_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What to write, in pcap; - for standard output.")],
    dev: Annotated[
        str | None,
        typer.Option("--dev", metavar="NAME", help="Read this nlmon device, instead of one that is made."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", metavar="N", min=0, help="Stop after so many seconds.")
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", metavar="N", min=1, help="Stop behind so many messages.")
    ] = None,
    netns: Netns = None,
) -> None:
    """Record what is said over netlink in a network namespace, until Ctrl-C.

    An nlmon device tells of both directions and of all programs: of rtnetlink, netfilter, generic netlink, sock_diag,
    xfrm and usersock. One is made, and removed at the end, which takes CAP_NET_ADMIN. Where the kernel has no such
    devices, or lets none be made, all is subscribed to that can be: that is what the kernel tells unasked, without
    requests and answers to them. Which of the two it is, is said. The file begins with what the controller says of the
    families of generic netlink, so that whoever reads it knows their names.
    """
    from netlynx.capture.writer import Writer
    from netlynx.cli import capture_recording as recording

    if file == "-" and is_terminal(sys.stdout):
        raise misused("a capture is not for terminals: give a FILE, or send it to a program", "FILE")
    with contextlib.ExitStack() as stack:
        over = stack.enter_context(recording.ended())
        where = namespace_of(netns)
        families = recording.told_families(where)
        sources = stack.enter_context(recording.sources(dev, where))
        writer = stack.enter_context(Writer(sys.stdout.buffer if file == "-" else file))
        for each in families:
            writer.write("generic", each, direction="received")
        found = recording.record(sources, writer, over, seconds=seconds, count=count)
        lost = [said for source in sources if (said := source.lost())]
    to = "standard output" if file == "-" else file
    note(f"netlynx: {found} message{'' if found == 1 else 's'} went to {to}; {'; '.join(lost) or 'none was lost'}")


@contextlib.contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        if sys.stdin is None:
            raise failed("standard input is closed: give a FILE")
        yield sys.stdin.buffer
        return
    with open(file, "rb") as source:
        yield source


def _reader(source: BinaryIO) -> Reader:
    from netlynx import capture

    return capture.read(source)


def _chosen(reader: Reader, wanted: Wanted, file: str) -> Iterator[Captured]:
    """The messages that are wanted. What ends a file too early is told when what is before it was."""
    from netlynx.capture.captured import messages
    from netlynx.engine.decoding import Decoder

    decoder = Decoder()
    try:
        for datagram in reader:
            for said in messages(datagram, decoder):
                if wanted.holds(said):
                    yield said
    except DecodeError as error:
        raise ended(error, file) from None


def ended(error: DecodeError, file: str) -> Exception:
    """The end of a command whose file cannot be read any further."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    return failed(f"{'standard input' if file == '-' else file}: byte {error.offset}: {error.message}")


def _tell_rest(reader: Reader, wanted: Wanted) -> None:
    if reader.skipped:
        note(f"netlynx: {reader.skipped} packets of other devices than netlink's were left out")
    for name in wanted.unknown():
        tell(f"dev={name}: nothing in this capture tells which interface is called so: give its index")


def _put_json(said: Captured) -> None:
    from netlynx.capture.captured import as_json

    write(as_json(said).decode("utf-8", "replace"))


class _Text:
    """Prints messages as lines, wrapped where standard output is a terminal."""

    def __init__(self) -> None:
        self._colours = coloured()
        self._width: int | None = None
        if is_terminal(sys.stdout):
            import shutil

            self._width = max(shutil.get_terminal_size().columns, 40)

    def __call__(self, said: Captured) -> None:
        from netlynx.capture.captured import line_of

        head, words, wrong = line_of(said)
        whole = " ".join(word for word in (head, words, wrong) if word)
        if self._width is None or len(whole) <= self._width:
            before = " ".join(word for word in (head, words) if word)
            if wrong:
                write(f"{before} ", paint(wrong, "red", self._colours))
            else:
                write(before)
            return
        write(head)
        for text, colour in ((words, None), (wrong, "red")):
            for line in _wrapped(text, self._width):
                write(paint(line, colour, self._colours))


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
