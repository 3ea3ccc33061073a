"""`ynl`: any family by the names of its spec."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from command import Run
from forking import forked

SPECS = Path(__file__).parents[1] / "ynl"
KERNEL = f"""
import sys
sys.path.insert(0, {str(SPECS.parent / "generic")!r})
from greeter import Greeted
from netlynx.kernel import VirtualKernel

kernel = VirtualKernel()
served = Greeted(kernel)
"""
SPEAKING = """
import threading

from greeter import Greeter

def speak():
    if served.service.has_listeners(Greeter.said):
        served.service.said(Greeter.Greeting(text="heard"))
    again = threading.Timer(0.02, speak)
    again.daemon = True
    again.start()

speak()
"""


def kernel_file(folder: Path, more: str = "") -> str:
    path = folder / "kernel.py"
    path.write_text(KERNEL + more)
    return str(path)


def variables(folder: Path) -> dict[str, str]:
    return {"NETLYNX_SPECS": str(SPECS), "XDG_CACHE_HOME": str(folder / "caches")}


def test_an_operation_is_carried_out(run: Run, tmp_path: Path) -> None:
    done = run("ynl", "greeter", "--do", "hello", "--json", '{"text": "you"}', "--kernel", kernel_file(tmp_path),
               **variables(tmp_path))  # fmt: skip
    assert json.loads(done.stdout) == {"text": "hello you", "count": 3}


def test_a_table_is_listed(run: Run, tmp_path: Path) -> None:
    kernel = kernel_file(tmp_path)
    asked = ("ynl", "greeter", "--dump", "listed", "--json", '{"mood": "bad"}', "--kernel", kernel)
    rows = json.loads(run(*asked, **variables(tmp_path)).stdout)
    lines = run(*asked, "--lines", **variables(tmp_path)).stdout.splitlines()
    assert rows == [json.loads(line) for line in lines]
    assert rows[0] == {"text": "n1", "mood": "bad"}


def test_notifications_are_printed_until_there_are_enough(run: Run, tmp_path: Path) -> None:
    kernel = kernel_file(tmp_path, SPEAKING)
    asked = ("ynl", "greeter", "--subscribe", "news", "--count", "2", "--kernel", kernel)
    lines = run(*asked, **variables(tmp_path)).stdout.splitlines()
    assert [json.loads(line) for line in lines] == [{"event": "said", "object": "greeter", "text": "heard"}] * 2


def test_listening_ends_in_time(run: Run, tmp_path: Path) -> None:
    asked = ("ynl", "greeter", "--subscribe", "news", "--duration", "0.1", "--kernel", kernel_file(tmp_path))
    assert run(*asked, **variables(tmp_path)).stdout == ""


def test_a_spec_is_listed(run: Run, tmp_path: Path) -> None:
    listed = run("ynl", "--spec", str(SPECS / "greeter.yaml"), **variables(tmp_path)).stdout
    assert [line.split()[:2] for line in listed.splitlines()[1:5]] == [
        ["hello", "do,"],
        ["said", "notification"],
        ["reset", "do"],
        ["listed", "dump"],
    ]
    assert listed.splitlines()[-2:] == ["GROUP", "news"]
    assert "greeter" in run("ynl", **variables(tmp_path)).stdout


def refused(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return forked(["ynl", *arguments], more=variables(tmp_path))


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    for arguments, status, words in (
        (("greter", "--list"), 1, "there is no spec of that name; did you mean greeter?"),
        (("greeter", "--do", "helo"), 1, "greeter has no operation 'helo'; did you mean hello?"),
        (("greeter", "--do", "hello", "--json", '{"txt": "a"}'), 2, "Greeting has no field 'txt'; did you mean"),
        (("greeter", "--do", "hello", "--json", "[1]"), 2, "Invalid value for --json: expected an object"),
        (("greeter", "--do", "hello", "--json", "{"), 2, "Invalid value for --json: column 2: no JSON: Expecting"),
        (("greeter", "--do", "hello", "--dump", "hello"), 2, "give one of --do, --dump, --subscribe and --list"),
        (("greeter", "--subscribe", "olds"), 1, "greeter has no group 'olds'"),
    ):
        done = refused(tmp_path, *arguments)
        told = done.stderr
        assert (done.returncode, words in told) == (status, True), told
