"""`netlynx sockets --kill` on a real kernel: those that were shown are closed, and no others; or nothing is."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys

import pytest
import typer

import netlynx
from child import child
from forking import forked
from netlynx import diag, netns
from netlynx.cli.socket_kill import closable
from netlynx.cli.socket_words import sorted_out
from netlynx.diag.everything import TABLES
from socket_maker import Maker
from support import needs_true_root

pytestmark = pytest.mark.namespace

# What is loaded on the way is loaded before: another user may not be able to read it.
UNPRIVILEGED = """
import os, sys
import netlynx.cli.app, netlynx.cli.wording, netlynx.diag.hints, netlynx.netns.privileges, difflib
netlynx.cli.app.run_all(["sockets", "tcp", "port=1", "--kill", "--dry-run"])
os.setgroups([])
os.setresgid(*[65534] * 3)
os.setresuid(*[65534] * 3)
sys.exit(netlynx.cli.app.run_all(sys.argv[1:]))
"""


@pytest.fixture
def ends(maker: Maker) -> tuple[socket.socket, socket.socket, str]:
    """Both ends of a connection, of two that there are, and the condition that means one of them."""
    listening = maker.listening()
    maker.connected(listening)
    one, other = maker.connected(listening)
    return one, other, f"sport={one.getsockname()[1]}"


def run(namespace: netns.NetworkNamespace, *words: str, stdin: str = os.devnull) -> subprocess.CompletedProcess[str]:
    return forked(["sockets", "tcp", "--kill", *words], where=namespace, opened={0: stdin})


def states(nl: netlynx.Connection) -> list[str]:
    return sorted(each.state.label for each in nl.dump(diag.tcp()))


ALL = ["established"] * 4 + ["listen"]


def test_those_that_were_shown_are_closed(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, ends: tuple[socket.socket, socket.socket, str]
) -> None:
    one, _, which = ends
    shown = run(namespace, which, "--dry-run")
    assert (shown.returncode, shown.stderr) == (0, "1 socket would be closed\n")
    assert which.removeprefix("sport=") in shown.stdout
    assert states(nl) == ALL
    done = run(namespace, which, "--yes")
    assert (done.returncode, done.stdout, done.stderr) == (0, shown.stdout, "1 of 1 socket closed\n")
    with pytest.raises(ConnectionAbortedError):
        one.recv(1)
    assert states(nl).count("established") < 4
    assert nl.count(diag.tcp(diag.where.source_port == int(which.removeprefix("sport=")))) == 0
    again = run(namespace, which, "--yes")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "there is none to close\n")


@pytest.mark.parametrize("kind", TABLES)
def test_a_kind_that_is_named_is_closed_or_refused_and_no_other_in_its_place(kind: str) -> None:
    try:
        diag.destroy(TABLES[kind].listing(None), dry_run=True)
    except netlynx.EncodeError:
        with pytest.raises(typer.BadParameter, match=f"the kernel closes no {kind} sockets"):
            closable([kind], {kind}, narrowed=True)
    else:
        assert closable([kind], {kind}, narrowed=True) == [kind]


def test_of_a_group_those_are_closed_that_can_be() -> None:
    kinds, named, _ = sorted_out(["inet"])
    assert (
        closable(kinds, named, narrowed=True) == closable([], set(), narrowed=True) == ["tcp", "udp", "udplite", "raw"]
    )


@pytest.mark.parametrize(("said", "closes"), [("y\n", True), ("yes\n", True), ("n\n", False), ("\n", False)])
def test_it_asks_first(
    nl: netlynx.Connection,
    namespace: netns.NetworkNamespace,
    ends: tuple[socket.socket, socket.socket, str],
    said: str,
    closes: bool,
) -> None:
    master, terminal = pty.openpty()
    try:
        os.write(master, said.encode())
        done = run(namespace, ends[2], stdin=os.ttyname(terminal))
    finally:
        os.close(master)
        os.close(terminal)
    assert done.stderr.splitlines()[0] == "close 1 socket? [y/N]"
    assert done.stderr.splitlines()[1] == ("1 of 1 socket closed" if closes else "nothing was closed")
    assert done.returncode == (0 if closes else 1)
    assert (states(nl) == ALL) is not closes


def test_without_a_terminal_nothing_is_closed(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, ends: tuple[socket.socket, socket.socket, str]
) -> None:
    done = run(namespace, ends[2])
    assert done.returncode == 2
    assert "standard input is no terminal to ask at" in done.stderr
    assert states(nl) == ALL


@needs_true_root
def test_without_the_privilege_nothing_is_closed(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, ends: tuple[socket.socket, socket.socket, str]
) -> None:
    words = [sys.executable, "-c", UNPRIVILEGED, "sockets", "tcp", "state=established", "--kill", "--yes"]
    with child(words, where=namespace) as process:
        out, err = process.communicate()
    assert process.returncode == 1
    assert "CAP_NET_ADMIN" in err
    assert "nothing of 4 sockets was closed" in err
    assert len(out.splitlines()) == 5
    assert states(nl) == ALL
