"""`netlynx vm`: a Linux kernel of one's own, to run something in that this machine's kernel is not for."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from netlynx.cli.commands import App
from netlynx.cli.stdout import note

commands = App()


@commands.callback()
def about() -> None:
    """Run a command on a Linux kernel of its own, in QEMU.

    The kernel is Debian's, with all its modules. The guest sees the files of this machine. What the command writes is
    gone with the guest, and nothing here can come to harm. The processor is emulated: that needs no privilege and
    works inside any other guest, but is slow.

    NETLYNX_VM_KERNEL boots a kernel of your own: it names the tree in which you ran `make`, or a folder with a
    boot/vmlinuz-RELEASE and its lib/modules/RELEASE.

    NETLYNX_VM_CACHE is where the kernel is kept (netlynx/vm among the user's caches), NETLYNX_VM_SHARE a directory
    that the guest may write to (it has the same variable, with the name it has there), NETLYNX_VM_TIMEOUT the seconds
    until a guest that still runs is ended (900), NETLYNX_VM_MEMORY its memory in MiB (2048), NETLYNX_VM_PROCESSORS how
    many processors it has (1), NETLYNX_VM_PARAMETERS what its kernel is told besides (`security=selinux`, say).
    """


def say(text: str) -> None:
    """Tell what goes on, beside the output."""
    first, *more = text.split("\n")
    note(f"netlynx: {first}")
    for line in more:  # such as a compiler's
        note(line)


@contextmanager
def guests_end_with_us() -> Iterator[None]:
    """Meanwhile a SIGTERM ends this process in an orderly way, which ends its guest too."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@commands.command()
def prepare() -> None:
    """Fetch the kernel with apt and make its initial file system; quick if that was done before."""
    from netlynx import vm

    vm.prepare(vm.Cache.here(), say)


@commands.command(context_settings={"allow_interspersed_args": False})
def run(
    command: Annotated[list[str], typer.Argument(metavar="COMMAND...", help="What to run, with its arguments.")],
) -> None:
    """Prepare, boot, and run a command as root in the current directory; its output and exit status.

    A guest that does not come up, panics or is ended gives the exit status 125 and the last lines of its console.
    """
    from netlynx import vm

    try:
        with guests_end_with_us():
            status = vm.run(command, vm.Cache.here(), say, share=os.environ.get("NETLYNX_VM_SHARE") or None)
    except vm.MachineError as error:
        say(str(error))
        status = vm.FAILED
    raise typer.Exit(status)
