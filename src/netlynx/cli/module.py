"""`netlynx module`: kernel modules that speak a protocol or a family of one's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from netlynx.cli.commands import App
from netlynx.cli.stdout import note, write, write_text
from netlynx.cli.vm import guests_end_with_us, say

commands = App()

_Folder = Annotated[
    Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The folder that `module new` wrote.")
]


@commands.callback()
def about() -> None:
    """Write, regenerate and test kernel modules that speak a netlink protocol or a generic netlink family."""


@contextmanager
def _told() -> Iterator[None]:
    """Errors of many lines, such as a compiler's, are shown as they are."""
    from netlynx.module import ModuleError
    from netlynx.vm import MachineError

    try:
        yield
    except (ModuleError, MachineError) as error:
        say(str(error))
        raise typer.Exit(1) from None


@commands.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The module's name: small letters, digits, underscores.")],
    protocol: Annotated[
        int | None, typer.Option("--protocol", metavar="NUMBER", help="A netlink protocol number; 25 is free.")
    ] = None,
    family: Annotated[
        str | None,
        typer.Option(
            "--family",
            metavar="FILE.py[:CLASS]",
            help="A Python file or package that declares a generic netlink family.",
        ),
    ] = None,
    at: Annotated[Path | None, typer.Option("--at", metavar="DIR", help="The folder to write; NAME if none.")] = None,
) -> None:
    """Write the folder of a kernel module: C that compiles, a Makefile, a Python client and a test.

    With --protocol, the module of a raw protocol, which logs what it is sent, answers, and tells news to a group.

    With --family, the module of a declared family: header, policies and operations are generated, and again by
    `netlynx module regenerate`; NAME_handlers.c is for what the operations do.
    """
    from netlynx.module import new_family, new_protocol

    with _told():
        if protocol is not None and family is None:
            folder = new_protocol(name, protocol, at or Path(name))
        elif family is not None and protocol is None:
            folder = new_family(name, family, at or Path(name))
        else:
            raise typer.BadParameter("give either --protocol NUMBER or --family FILE.py")
    for file in sorted(folder.path.iterdir()):
        write(str(file))
    note(f"netlynx: next: netlynx module test {folder.path}")


@commands.command()
def regenerate(directory: _Folder) -> None:
    """Generate anew what follows from the declaration of a family; what you wrote stays as it is.

    The status is 1 if handlers are lacking: their declarations are printed.
    """
    from netlynx.module import Folder
    from netlynx.module import regenerate as generate

    with _told():
        folder = Folder.at(directory)
        changed, missing = generate(folder)
    for file in changed:
        write(str(directory / file))
    if missing:
        say(f"{folder.name}_handlers.c lacks {len(missing)}:")
        for declaration in missing:
            write_text(declaration)
        raise typer.Exit(1)


@commands.command()
def test(directory: _Folder) -> None:
    """Build a module; run its client and its test in a real kernel, in QEMU, with the kernel's log beside them.

    The first time, the kernel and its headers are fetched with this machine's apt, and kept (see `netlynx vm`).
    """
    from netlynx import vm
    from netlynx.module import Folder

    with _told():
        folder = Folder.at(directory)
        cache = vm.Cache.here()
        kernel, _ = vm.prepare(cache, say)
        release = kernel.release
        module = vm.build(directory, folder.name, release, cache, say)
        say(f"built {folder.name} for {release}; booting it")
        python = sys.executable
        command = vm.beside(module, [python, f"{folder.name}_client.py"], [python, "-m", "unittest", "-v"])
        with guests_end_with_us():
            status = vm.run(command, cache, say, directory=directory)
    raise typer.Exit(status)
