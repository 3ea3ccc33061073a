"""Runs programs of examples/: to their end in this process, or in one of their own while a test looks on."""

from __future__ import annotations

import runpy
import subprocess
import sys
from contextlib import AbstractContextManager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest import mock

import netlynx
from child import child
from netlynx import netns, route

FOLDER = Path(__file__).parents[1] / "examples"


def run(where: netns.Where, name: str, *words: str, stdin: str = "") -> tuple[int, str, str]:
    """The exit status of a program in a namespace, and what it wrote to both streams; one that ends by itself."""
    out, err = StringIO(), StringIO()

    def program() -> int:
        with (
            mock.patch("sys.argv", [f"{name}.py", *words]),
            mock.patch("sys.stdin", StringIO(stdin)),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
            except SystemExit as end:  # as the interpreter ends of it
                if isinstance(end.code, str):
                    print(end.code, file=sys.stderr)
                    return 1
                return end.code or 0
        return 0

    status = netns.run_in(where, program)
    return status, out.getvalue(), err.getvalue()


def pair(nl: netlynx.Connection, name: str, *addresses: str) -> None:
    """A link that is up, with these addresses, and another of its name with `-peer` behind it."""
    nl.do(route.add(route.Link(name=name, kind="veth", data=route.Veth(peer=route.Link(name=f"{name}-peer")))))
    nl.batch([route.up(name), route.up(f"{name}-peer")])
    flags = {True: "nodad", False: None}  # an IPv6 address is of use at once
    nl.batch(route.add(route.Address(index=name, address=each, flags=flags[":" in each])) for each in addresses)


def started(where: netns.Where, name: str, *words: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """A program that goes on, in a process of its own; it is gone afterwards."""
    return child([sys.executable, str(FOLDER / f"{name}.py"), *words], where=where)
