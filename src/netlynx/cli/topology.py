"""`netlynx topology`: how links hang together over namespaces, as a tree, a picture, JSON, or a page that is live."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.form import misused
from netlynx.cli.options import Kernel, target
from netlynx.cli.stdout import write_json_text, write_script, write_text

if TYPE_CHECKING:
    from netlynx.topology import Topology


class Picture(enum.Enum):
    """How a topology is drawn."""

    TEXT = "text"
    SVG = "svg"
    DOT = "dot"
    MERMAID = "mermaid"
    JSON = "json"


Netns = Annotated[
    str | None,
    typer.Option(
        "--netns",
        metavar="NAME|PATH|PID",
        help="Look into this network namespace alone; without it, into all that can be found and entered.",
    ),
]
Form = Annotated[
    Picture,
    typer.Option("--format", metavar="FORM", help="Print this: text, svg, dot (Graphviz), mermaid or json."),
]
Unfold = Annotated[bool, typer.Option("--unfold", help="Draw each link and namespace, however many of them are alike.")]
Serve = Annotated[
    str | None,
    typer.Option(
        "--serve",
        metavar="ADDRESS:PORT",
        help="Show the picture as a page that follows what happens, until Ctrl-C: 127.0.0.1:0 takes any free port.",
    ),
]
Public = Annotated[
    bool, typer.Option("--public", help="With --serve: let it be an address that others than this host can reach.")
]


def topology(
    format: Form = Picture.TEXT,
    netns: Netns = None,
    unfold: Unfold = False,
    serve: Serve = None,
    public: Public = False,
    kernel: Kernel = "host",
) -> None:
    """Show how links hang together: namespaces, bridges, bonds, pairs, VLANs, VRFs, tunnels, and who listens.

    Of many links alike the first few are drawn, and how many more there are; JSON has all of them.
    """
    from netlynx import topology as room

    if serve is not None:
        from netlynx.cli.topology_page import run

        if kernel not in ("", "host"):
            raise misused("the live page is of this host: another kernel is drawn once, without --serve", "--serve")
        if format is not Picture.TEXT:
            raise misused("the page has a form of its own: leave it out", "--format")
        run(serve, netns, public=public, unfold=unfold)
        return
    if public:
        raise misused("it goes with --serve", "--public")
    where = target(kernel, netns)
    found: Topology = room.snapshot(netns=where.get("netns"), kernel=where.get("kernel"))
    fold = None if unfold else room.FOLD
    if format is Picture.JSON:
        write_json_text(room.as_json(found) + b"\n")
    elif format is Picture.TEXT:
        from netlynx.cli.plain import width

        write_text(room.text(found, width=width(), fold=fold))
    else:
        draw = {Picture.SVG: room.svg, Picture.DOT: room.dot, Picture.MERMAID: room.mermaid}[format]
        write_script(draw(found, fold=fold))
