"""`netlynx hello`: four conversations over netlink, each a little longer than the one before, all of them checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from netlynx.cli.hello.steps import Failed
from netlynx.cli.output import coloured, paint
from netlynx.cli.stdout import tell, words, write


class Place(StrEnum):
    """Where there is a kernel's side for the classical exchange."""

    VIRTUAL = "virtual"
    USERSOCK = "usersock"
    VM = "vm"


def hello(
    on: Annotated[
        Place | None,
        typer.Option(
            "--on",
            help="Only the classical exchange: with a virtual kernel, with another process (NETLINK_USERSOCK), or "
            "with a kernel module in a virtual machine, whose kernel is fetched with apt the first time.",
        ),
    ] = None,
) -> None:
    """Show what netlink is, in four conversations; fail if one goes wrong.

    No privileges are needed: what an ordinary user may not do is done in a user namespace of its own.
    """
    if on is None:
        _show_all()
    else:
        _show_one(on)


def _show_one(on: Place) -> None:
    from netlynx.errors import NetlynxError

    try:
        if on is Place.VIRTUAL:
            from netlynx.cli.hello import classical

            classical.talk(write)
        elif on is Place.USERSOCK:
            from netlynx.cli.hello import processes

            processes.talk(write)
        else:
            from netlynx.cli.hello import machine
            from netlynx.cli.vm import guests_end_with_us, say

            with guests_end_with_us():
                machine.talk(say)
    except (Failed, NetlynxError, TimeoutError) as error:
        tell(words(error))
        raise typer.Exit(1) from None


def _show_all() -> None:
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
        tell(f"{len(failed)} of 4 conversations failed")
        raise typer.Exit(1)
    write("")
    write("All four conversations went as they should.")


@contextmanager
def _step(failed: list[str], title: str, explanation: str) -> Iterator[None]:
    """Announce a conversation, and note its failure."""
    if not title.startswith("1"):
        write("")
    write(paint(title, "bold", coloured()))
    write(f"   {explanation}", flush=True)
    try:
        yield
    except BrokenPipeError:
        raise
    except (Failed, OSError, ValueError) as error:
        failed.append(title)
        tell(f"conversation {title[0]} failed: {words(error)}")
