"""Inside a guest: runs programs with a kernel module loaded, and shows the kernel's log beside what they print.

usage: python -m netlynx.vm.inside MODULE.ko [PARAMETER=VALUE ...] [-- COMMAND ...] ...

The status is that of the first command that failed. Source: Documentation/ABI/testing/dev-kmsg.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from codecs import getincrementaldecoder
from collections.abc import Sequence
from itertools import groupby

from netlynx.wire.shown import shown

_KERNEL, _PROGRAM = "kernel  | ", "program | "
_LONGEST_RECORD = 8192  # /dev/kmsg: CONSOLE_EXT_LOG_MAX


class _Log:
    """The kernel's log from now on, as it goes."""

    def __init__(self) -> None:
        self._file = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self._file, 0, os.SEEK_END)

    def fileno(self) -> int:
        return self._file

    def show(self) -> None:
        """Print the lines that are new."""
        with contextlib.suppress(BlockingIOError):
            while True:
                try:
                    record = os.read(self._file, _LONGEST_RECORD).decode(errors="backslashreplace")
                except BrokenPipeError:
                    _write(_KERNEL, "(lines were lost)")
                    continue
                _write(_KERNEL, record.partition(";")[2].splitlines()[0])


def _write(label: str, text: str) -> None:
    sys.stdout.write(f"{label}{shown(text.rstrip())}".rstrip() + "\n")
    sys.stdout.flush()


def _run(command: Sequence[str], log: _Log) -> int:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        assert program.stdout is not None  # it is a pipe
        output = program.stdout.fileno()
        decoder = getincrementaldecoder("utf-8")("backslashreplace")
        rest = ""
        while True:
            ready = select.select([log.fileno(), output], [], [])[0]
            # First what the kernel said: whatever made the program print came later.
            log.show()
            if output in ready:
                data = os.read(output, 65536)
                *lines, rest = (rest + decoder.decode(data, final=not data)).split("\n")
                for line in lines:
                    _write(_PROGRAM, line)
                if not data:
                    break
        if rest:
            _write(_PROGRAM, rest)
        return program.wait()


def main(arguments: Sequence[str]) -> int:
    """Load the module, run the commands, unload it; the exit status."""
    load, *commands = [list(words) for dash, words in groupby(arguments, lambda word: word == "--") if not dash]
    # Both write to one processor's worth of time: we come first whenever there is something to show, and so see
    # what happens in its order.
    os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    os.environ["PYTHONUNBUFFERED"] = "1"
    log = _Log()
    name = os.path.basename(load[0]).removesuffix(".ko")
    status = _run(["insmod", *load], log)
    if status:
        return status
    try:
        for command in commands:
            status = _run(command, log)
            if status:
                break
    finally:
        unloaded = _run(["rmmod", name], log)
        log.show()
    return status or unloaded


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
