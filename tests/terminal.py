"""A command on a terminal, and all that it writes there."""

from __future__ import annotations

import os
import select
import signal
import time

import pytest

from forking import on_a_terminal
from support import PATIENCE


def on_terminal(arguments: list[str], until: str = "", **variables: str) -> str:
    """All that a command writes on a terminal, standard error with it; it is interrupted once it wrote `until`."""
    text, ends = b"", time.monotonic() + PATIENCE
    with on_a_terminal(arguments, **{"TERM": "xterm", **variables}) as (child, ours):
        while True:
            if not select.select([ours], [], [], max(0, ends - time.monotonic()))[0]:
                os.kill(child, signal.SIGKILL)
                pytest.fail(f"{arguments} went on for {PATIENCE} s: {text!r}")
            try:
                data = os.read(ours, 65536)
            except OSError:  # how Linux tells that nobody has the other end any more
                break
            if until and until not in text.decode(errors="replace") and until in (text + data).decode(errors="replace"):
                os.kill(child, signal.SIGINT)
            text += data
    return text.decode(errors="surrogateescape").replace("\r\n", "\n")
