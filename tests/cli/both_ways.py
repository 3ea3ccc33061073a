"""Run by test_quick.py: carries out command lines by the quick way and by the whole command line.

Reads a JSON list of command lines; prints for each, and for each way, the status (null: it was left to the other way),
and what came out on standard output and standard error. Each runs in a process of its own, forked from this one; the
library of the whole command line is loaded when all that is quick is done, and has been used once then.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from netlynx.cli.quick import LISTINGS, run
from netlynx.cli.terminal import take_over

LEFT = 99  # the status of a process that did nothing

Outcome = tuple[int | None, str, str]


def outcome(way: Callable[[list[str]], Any], arguments: list[str]) -> Outcome:
    """What one way makes of a command line."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            status = LEFT
            take_over()
            if arguments and arguments[0].startswith("NETLYNX_"):
                os.environ.update([arguments.pop(0).split("=", 1)])
            try:
                way(arguments)
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else int(end.code is not None)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return None if status == LEFT else status, out.read().decode(), err.read().decode()


def quick(arguments: list[str]) -> None:
    status = run(arguments)
    if status is not None:
        sys.exit(status)


def main() -> None:
    lines = json.load(sys.stdin)
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        for listing in sorted(LISTINGS):  # what they load is loaded once
            run([listing])
            run([listing, "--lines"])
    quickly = [outcome(quick, line) for line in lines]
    assert "typer" not in sys.modules
    from netlynx.cli.app import run_all

    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        for words in (["links", "--help"], ["links", "--kind"], *([listing] for listing in LISTINGS)):
            run_all(words)  # so does this
    gc.freeze()
    wholly = [outcome(lambda line: sys.exit(run_all(line)), line) for line in lines]
    json.dump([quickly, wholly], sys.stdout)


main()
