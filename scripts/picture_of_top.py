"""Draws docs/top.svg: `netlynx top` before a network namespace that this makes, with traffic in it. It takes root.

    unshare -n .venv/bin/python scripts/picture_of_top.py [FILE [PANE [COLUMNS ROWS]]]

The picture needs nothing from elsewhere: fonts that textual's own would fetch are left out. It is light where the
reader's system is, and dark where that is.
"""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import threading
from pathlib import Path

from netlynx import connect, route
from netlynx.cli.top.feed import Feed
from netlynx.cli.top.panes import PANES
from netlynx.cli.top.places import Place
from netlynx.cli.top.screen.app import Top
from netlynx.cli.top.view import View

FILE = Path(__file__).parents[1] / "docs" / "top.svg"
CABLES = ("wan0", "wan1", "lan0", "lan1", "dmz0")
FRAME = b"\xff" * 12 + b"\x88\xb5" + bytes(400)  # of a protocol for experiments
# What rich draws with, and what stands in its place on light and on dark.
INK, PAPER = "#c5c8c6", "#292929"
STYLE = """
    svg { --ink: #1f2328; --paper: #ffffff; }
    @media (prefers-color-scheme: dark) { svg { --ink: #c5c8c6; --paper: #1c1c1c; } }
"""


def build() -> None:
    """A few cables; the other end of one is down."""
    with connect() as nl:
        nl.do(route.up("lo"))
        for name in CABLES:
            nl.do(route.add(route.Link(name=name, kind="veth", data=route.Veth(peer=route.Link(name=f"{name}-peer")))))
            nl.do(route.up(name))
            nl.do(route.up(f"{name}-peer"))
        nl.do(route.add(route.Link(name="spare0", kind="veth", data=route.Veth(peer=route.Link(name="spare1")))))


def send(over: threading.Event) -> None:
    """Frames out of each, of some more than of others; nobody takes them at the other end, which counts as drops."""
    ends = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW) for _ in CABLES]
    for end, name in zip(ends, CABLES, strict=True):
        end.bind((name, 0))
    while not over.wait(0.05):
        for number, end in enumerate(ends):
            for _ in range(4**number):
                end.send(FRAME)


async def draw(pane: str, size: tuple[int, int]) -> str:
    """The screen as SVG, once it has rates."""
    app = Top(Place("this namespace", lambda: Feed(connect())), View(PANES[pane]), 1.0)
    async with app.run_test(size=size) as pilot:
        while app.view.round is None or not app.view.round.seconds:
            await pilot.pause(0.1)
        await pilot.pause()
        return app.export_screenshot(title="netlynx top")


def alone(svg: str) -> str:
    """The picture without what it would fetch, in colours of light and of dark."""
    kept = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.S)
    kept = re.sub(r"url\((#[\w-]+)\)", "", kept).replace(' clip-path=""', "")  # nothing is outside of it anyway
    kept = (
        kept.replace("rgba(255,255,255,0.35)", "#8c959f")
        .replace(INK, "var(--ink)")
        .replace(PAPER, "var(--paper)")
        .replace("Fira Code", "ui-monospace")
    )
    kept = re.sub(r"\s*<defs>.*?</defs>", "", kept, flags=re.S)
    kept = re.sub(r"<!--.*?-->\s*", "", kept, flags=re.S)
    return "\n".join(line.rstrip() for line in kept.replace("<style>", f"<style>{STYLE}", 1).splitlines()) + "\n"


def main(path: str = str(FILE), pane: str = "links", columns: str = "80", rows: str = "24") -> None:
    """Draw it."""
    build()
    over = threading.Event()
    thread = threading.Thread(target=send, args=(over,))
    thread.start()
    try:
        Path(path).write_text(alone(asyncio.run(draw(pane, (int(columns), int(rows))))))
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
