"""Output that is cut off, redirected, or goes to a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from command import KERNEL, PATIENCE, environment

NETLYNX = [sys.executable, "-m", "netlynx"]


@pytest.mark.parametrize("arguments", [["links"], ["links", "--json"], ["rules", "--lines"], ["protocols"]])
def test_a_reader_that_goes_away_is_no_error(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb") as output:
        done = subprocess.run(
            [*NETLYNX, *arguments, "--kernel", KERNEL],
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            env=environment(),
        )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(("more", "colours"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_only_a_terminal_that_wants_colours_gets_them(more: dict[str, str], colours: bool) -> None:
    ours, theirs = pty.openpty()
    with open(theirs, "wb") as terminal:
        subprocess.run(
            [*NETLYNX, "links", "--kernel", KERNEL],
            stdout=terminal,
            timeout=PATIENCE,
            check=True,
            env=environment(**{"TERM": "xterm", **more}),
        )
        shown = os.read(ours, 65536)
    os.close(ours)
    assert (b"\x1b[32mUP\x1b[0m" in shown) is colours
    assert (b"\x1b" in shown) is colours


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b"a\x1b[31mb", "611b5b33316d62"),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "636166e9"),
        (b"add@/x\0ACTION=add\0", "add@/x ACTION=add"),
        (b"\0\0\0\0", "00000000"),
    ],
)
def test_a_payload_that_is_no_text_is_shown_in_hexadecimal(payload: bytes, shown: str, tmp_path) -> None:
    path = tmp_path / "strange.py"
    path.write_text(
        "from netlynx.kernel import VirtualKernel\n"
        "kernel = VirtualKernel()\n"
        f"kernel.protocol(25, lambda sock, message: sock.unicast({payload!r}, to=message.portid))\n"
    )
    done = subprocess.run(
        [*NETLYNX, "send", "25", "hi", "--count", "1", "--kernel", str(path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
        env=environment(),
    )
    assert done.stdout.endswith(f"  sequence 0  {shown}\n")
