"""`netlynx tc save` and `restore`: all of a namespace's traffic control, as lines that make it again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netlynx.cli.batch import carry_out
from netlynx.cli.commands import App
from netlynx.cli.form import json_text
from netlynx.cli.operations import KINDS
from netlynx.cli.options import Kernel, Netns, connection
from netlynx.cli.stdout import write

commands = App()


@commands.callback()
def about() -> None:
    """Save traffic control, and make it again."""


@commands.command()
def save(netns: Netns = None, kernel: Kernel = "host") -> None:
    """Print all qdiscs, classes, chains, filters and shared actions as lines that make them again, in order.

    Interfaces have their names there. What devices begin with is not among them.
    """
    from netlynx import route, tc, to_json
    from netlynx.schema.wanted import telling
    from netlynx.tc.saving import is_change

    with connection(netns, kernel) as nl:
        found = nl.do(tc.setup())
        names = {each.index: each.name for each in nl.dump(route.links()) if each.name is not None}
        for record in tc.remade(found):
            verb = "change" if is_change(record) else "add"
            line = json_text({verb: {_kind(record): None}}, compact=True)[: -len("null}}")]
            write(line, to_json(telling(record, names)).decode(), "}}")


def _kind(record: Any) -> str:
    name = f"tc.{type(record).__name__}"
    return next(kind for kind, cls in KINDS.items() if cls == name)


@commands.command()
def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What save printed; - is standard input.")],
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Carry out the lines of a file, one after the other, as `netlynx batch` does.

    It adds to what there is. At the first line that the kernel refuses it stops, and says which one and how many were
    carried out: the kernel has no transactions of these.
    """
    kinds = [kind for kind, cls in KINDS.items() if cls.startswith("tc.")]
    carry_out(file, window=1, netns=netns, kernel=kernel, only=kinds)
