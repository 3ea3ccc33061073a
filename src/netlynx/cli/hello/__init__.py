"""`netlynx hello`: four conversations over netlink, each a little longer than the one before, all of them checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from netlynx.cli.output import coloured, write

Say = Callable[[str], None]
"""Prints a line of a conversation, from whichever process it takes place in."""


class Failed(Exception):
    """Something was not what it had to be: what, in words."""


def check(what: str, found: object, expected: object) -> None:
    """Raise Failed unless the two are equal."""
    if found != expected:
        raise Failed(f"{what}: {found!r} where {expected!r} should be")


def hello() -> None:
    """Show what netlink is, in four conversations; fail if one goes wrong.

    No privileges are needed: what an ordinary user may not do is done in a user namespace of its own.
    """
    from netlynx.cli.hello import classical, processes, router
    from netlynx.cli.hello.children import Namespace

    def say(text: str) -> None:
        write(text, flush=True)

    failed: list[str] = []
    with _step(
        failed,
        "1. A user and a kernel",
        "Each end is a socket with a number, its port; number 0 is the kernel's. This kernel is a virtual one.",
    ):
        classical.talk(say)
    with Namespace() as namespace:
        with _step(
            failed,
            "2. Two processes, through the real kernel, and then three",
            "NETLINK_USERSOCK carries messages from process to process, and one message to a whole group.",
        ):
            processes.talk(say)
            namespace.run(processes.multicast, say)
        with _step(
            failed,
            "3. The real kernel's network configuration",
            "NETLINK_ROUTE makes, shows and announces interfaces, addresses and routes; here in a network of our own.",
        ):
            namespace.run(router.configure, say)
        with _step(
            failed,
            "4. The same, read asynchronously",
            "While one task waits for the kernel, others run: the same operations, awaited.",
        ):
            namespace.run(router.read_async, say)
    if failed:
        typer.echo(f"netlynx: {len(failed)} of 4 conversations failed", err=True)
        raise typer.Exit(1)
    write("\nAll four conversations went as they should.")


@contextmanager
def _step(failed: list[str], title: str, explanation: str) -> Iterator[None]:
    """Announce a conversation, and note its failure."""
    lead = "" if title.startswith("1") else "\n"
    write(lead + (typer.style(title, bold=True) if coloured() else title))
    write(f"   {explanation}", flush=True)
    try:
        yield
    except BrokenPipeError:
        raise
    except (Failed, OSError, ValueError) as error:
        failed.append(title)
        typer.echo(f"netlynx: conversation {title[0]} failed: {' '.join(str(error).split())}", err=True)
