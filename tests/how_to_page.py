"""Follows a page of docs/how-to as its reader would, block by block, and prints what differs from what the page says.

    python how_to_page.py PAGE [--guest]

- A program of Python is run in a network namespace of its own; where a block of `text` follows, it has to print that.
- One that begins with `# name.py` is a file, and is written down (one of another language: `/* name.c */`).
- Of a `console` block the commands behind `$ ` are run, all of a page in one namespace; they print what stands below.
- What stands behind `<!-- guest -->` needs a kernel that has more than some: it is run with `--guest` alone.

`…` stands for whatever is printed there, within a line. tests/test_how_to.py starts this in a mount namespace of its
own, so that names of network namespaces are this process's alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from netlynx import netns

BLOCK = re.compile(r"(<!-- guest -->\n)?^```(\w+)\n(.*?)^```$(?:\n\n?```text\n(.*?)^```$)?", re.S | re.M)
FILE = re.compile(r"(?:# |/\* )([\w./-]+\.\w+)(?: \*/)?\n")
PATIENCE = 100.0  # seconds for a command


@dataclass
class Block:
    line: int
    guest: bool
    language: str
    code: str
    output: str | None


def blocks(page: str) -> Iterator[Block]:
    for found in BLOCK.finditer(page):
        yield Block(page[: found.start()].count("\n") + 1, bool(found[1]), found[2], found[3], found[4])


def write_files(page: Path, folder: Path) -> None:
    """The files that a page has its reader write."""
    for block in blocks(page.read_text()):
        if file := FILE.match(block.code):
            path = folder / file[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.code)


def differs(expected: str, printed: str) -> str:
    """What is wrong with what was printed, or "" if it is what was expected."""
    pattern = ".*".join(re.escape(part) for part in expected.rstrip().split("…"))
    if re.fullmatch(pattern, re.sub(r" +$", "", printed, flags=re.M).rstrip()):
        return ""
    return f"expected:\n{expected.rstrip()}\nprinted:\n{printed.rstrip()}"


def program(block: Block, name: str) -> str:
    out = StringIO()
    code = compile("\n" * block.line + block.code, name, "exec")
    with netns.anonymous() as space, redirect_stdout(out):
        try:
            netns.run_in(space, exec, code, {"__name__": "__main__"})
        except BaseException:
            return traceback.format_exc()
    return "" if block.output is None else differs(block.output, out.getvalue())


def commands(block: Block, space: netns.NetworkNamespace) -> str:
    for step in re.findall(r"^\$ .*\n(?:[^$\n].*\n|\n(?!\$))*", block.code, re.M):
        command, _, expected = step.removeprefix("$ ").partition("\n")
        done = netns.run(space, ["sh", "-c", command], stdout=-1, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
        if wrong := differs(expected, done.stdout):
            return f"$ {command}\n{wrong}"
    return ""


def main() -> None:
    page, guest = Path(sys.argv[1]), "--guest" in sys.argv
    failed = 0
    with tempfile.TemporaryDirectory() as folder, netns.anonymous() as space:
        import os

        text = page.read_text()
        os.chdir(folder)
        for block in blocks(text):
            if block.guest and not guest:
                continue
            if file := FILE.match(block.code):
                Path(file[1]).parent.mkdir(parents=True, exist_ok=True)
                Path(file[1]).write_text(block.code)
            elif block.language in ("python", "console"):
                what = program(block, page.name) if block.language == "python" else commands(block, space)
                if what:
                    failed += 1
                    print(f"{page.name}, line {block.line}:\n{what}\n")
        os.chdir("/")
    sys.exit(failed)


if __name__ == "__main__":
    main()
