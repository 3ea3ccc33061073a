"""`netlynx nft`: the firewall of a network namespace, and what happens to it."""

from __future__ import annotations

from typing import Annotated

import typer

from netlynx.cli.commands import App
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listening import event_as_json, heard, label, listening
from netlynx.cli.options import JsonLines, Kernel, Netns, connection
from netlynx.cli.output import coloured, row_as_text
from netlynx.cli.stdout import write

commands = App()

_COUNT = Annotated[int | None, typer.Option("--count", metavar="N", min=1, max=1 << 32, help="Stop behind so many.")]


@commands.callback()
def about() -> None:
    """Show the firewall (nftables), and what happens to it."""


@commands.command("list")
def list_(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WHAT]",
            help="ruleset, tables, table [FAMILY] NAME, or chain, set, map, flowtable, counter … [FAMILY] TABLE NAME.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the records as JSON.")] = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List the ruleset, or a part of it, in nft's syntax: all of one generation."""
    from netlynx.cli.nft_ruleset import show, wanted

    chosen = wanted(what or ())
    with connection(netns, kernel) as nl:
        show(nl, chosen, json)


@commands.command()
def save(netns: Netns = None, kernel: Kernel = "host") -> None:
    """Print the ruleset as lines that make it again: operations, as `netlynx nft restore` and `batch` take them."""
    from netlynx.cli.nft_ruleset import save

    with connection(netns, kernel) as nl:
        save(nl)


@commands.command()
def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What save printed; - is standard input.")],
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Carry out the lines of a file, all in one transaction, or nothing.

    It adds to what there is: what is there already is refused, and then nothing is carried out.
    """
    from netlynx.cli.nft_ruleset import restore

    with connection(netns, kernel) as nl:
        restore(nl, file)


@commands.command()
def monitor(count: _COUNT = None, json: JsonLines = False, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Print each transaction that changes the firewall, until Ctrl-C: what is new or gone, and who did it.

    With --json a transaction is one object. A line that says `overrun` means that notifications were lost: what was
    listed before may be out of date.
    """
    from netlynx import nftables
    from netlynx.cli.nft_changes import by_whom, commit_as_json, kind_of, object_in_words

    colours = coloured()
    title = "listening to changes of the firewall"
    with connection(netns, kernel) as nl, nl.subscribe(nftables.CHANGES) as events, listening(nl, title):
        for seen, event in enumerate(heard(events, json, colours), 1):
            if json:
                write(commit_as_json("ruleset", event), flush=True)
            else:
                commit = event.record if isinstance(event.record, nftables.Commit) else None
                for each in (event,) if commit is None else commit.changes:
                    said = f"  {kind_of(each.record):<9}  {object_in_words(each.record)}"
                    write(label(each.kind, colours), said, flush=commit is None)
                if commit is not None:
                    write(label(event.kind, colours), f"  {by_whom(commit)}", flush=True)
            if seen == count:
                return


@commands.command()
def trace(count: _COUNT = None, json: JsonLines = False, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Print what becomes of packets, rule by rule, until Ctrl-C: of those that a rule marks (`meta nftrace set 1`).

    A line ends with the rule that it was, as `nft list` has it, if it is still there.
    """
    from netlynx import nftables
    from netlynx.cli.nft_changes import TRACES, Rules

    colours = coloured()
    title = "listening to steps of packets that are traced"
    with connection(netns, kernel) as nl, nl.subscribe(nftables.TRACES) as events, listening(nl, title):
        interfaces, rules = Interfaces(nl), Rules(nl)
        for seen, event in enumerate(heard(events, json, colours), 1):
            if json:
                write(event_as_json("trace", event), flush=True)
            else:
                (row,) = TRACES.rows(event.record, interfaces)
                said = rules.text(event.record)
                write(*row_as_text(TRACES.columns, row, colours=colours), f"  {said}" if said else "", flush=True)
            if seen == count:
                return
