"""`netlynx kernel`: virtual kernels for other processes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.commands import App
from netlynx.cli.options import kernel_in
from netlynx.cli.serving import until_interrupted
from netlynx.cli.stdout import note, write

if TYPE_CHECKING:
    from netlynx.kernel import VirtualKernel

commands = App()


@commands.callback()
def about() -> None:
    """Serve virtual kernels to other processes."""


def _mode(text: str | int) -> int:  # a default that is one already goes through it too
    try:
        mode = text if isinstance(text, int) else int(text, 8)
    except ValueError:
        mode = -1
    if not 0 <= mode <= 0o777:
        raise typer.BadParameter(f"{text!r} is no mode of a file: three octal digits")
    return mode


@commands.command()
def serve(
    file: Annotated[Path, typer.Argument(metavar="FILE.py", help="Names a VirtualKernel `kernel`.")],
    at: Annotated[str, typer.Option("--at", metavar="PATH", help="The Unix socket to make.")],
    mode: Annotated[
        int, typer.Option("--mode", parser=_mode, metavar="MODE", show_default="0600", help="Who may connect.")
    ] = 0o600,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="How many netlink sockets there may be.")
    ] = 1024,
    unprivileged: Annotated[
        bool, typer.Option("--unprivileged", help="Give capabilities to no client, not even to root.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not print the kernel's log on standard error.")] = False,
) -> None:
    """Serve a virtual kernel on a Unix socket until Ctrl-C; one line tells when it listens.

    Any program that uses netlynx talks to it with NETLYNX_KERNEL=unix:PATH, the commands with --kernel unix:PATH too:
    it cannot tell it from a real kernel. Clients of root and of your own user have every capability, others none.
    """
    from netlynx.kernel import Credentials, Server
    from netlynx.kernel.server import peer_credentials

    kernel = kernel_in(file)
    _raise_descriptors()
    rule = (lambda pid, uid, gid: Credentials(pid, uid, gid, frozenset())) if unprivileged else peer_credentials
    with (
        until_interrupted(),
        _followed(kernel, quiet),
        Server(kernel, at, mode=mode, limit=limit, credentials=rule) as server,
    ):
        write(f"serving {file} at unix:{server.path}", flush=True)
        server.wait()


def _raise_descriptors() -> None:
    """Let this process have as many descriptors as it may: each client takes one."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextlib.contextmanager
def _followed(kernel: VirtualKernel, quiet: bool) -> Iterator[None]:
    """Print the kernel's log on standard error, what is there and what comes, and close the kernel in the end."""

    def follow() -> None:
        for entry in kernel.messages.follow():
            note(f"kernel log: {entry}")

    thread = threading.Thread(target=follow, name="netlynx kernel log", daemon=True)
    if not quiet:
        thread.start()
    try:
        yield
    finally:
        kernel.close()
        if not quiet:
            thread.join()
