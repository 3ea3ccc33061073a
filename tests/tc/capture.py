"""Write `captured/NAME.txt`: what tc(8) sends for the commands of tables, as strace sees it.

    cd tests && ../.venv/bin/python -m tc.capture tbf netem      # as root; all tables where none is named

Where the table says what tc lists of a record (`shown`), `captured/NAME.json` has what tc lists of its own message of a
qdisc, as if a kernel had told it: `replay.c`, preloaded, answers tc's question, and no kernel has to know the kind.
Where `hearing.py` has written what a kernel did tell, it is what tc lists of that instead.

In a network namespace of its own with a device `v0` of index 10. Whether the kernel then takes the request is of no
account: tc has written it before. Attributes that the table names in `APART` are left out.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from netlynx import netns
from netlynx.testing.namespaces import new_namespace
from tc.both_ways import DEVICE, HERE, INDEX, Case, Sent, captured, heard, names, repeated, table, told, without

_BYTES = re.compile(r"^ \| ([0-9a-f]+)  ((?:[0-9a-f]{2} +){1,16})")
_CHANGES = [*range(36, 45), 48, 49, 50, 100, 101, 102]  # RTM_*QDISC, *TCLASS, *TFILTER, *ACTION, *CHAIN
_ASKING = (38, 42, 46, 50, 102)
_ACTION = 48


def sent_by(space: netns.NetworkNamespace, words: str) -> Sent:
    """The last message of traffic control that the command sent. Raises ValueError where it sent none."""
    with tempfile.NamedTemporaryFile() as file:
        watched = ["strace", "-f", "-e", "trace=sendmsg,sendto", "-e", "write=all", "-o", file.name, "tc"]
        done = netns.run_in(space, subprocess.run, [*watched, *shlex.split(words)], capture_output=True, text=True)
        text = Path(file.name).read_text()
    messages: list[bytearray] = []
    for line in text.splitlines():
        if found := _BYTES.match(line):
            if not int(found[1], 16):
                messages.append(bytearray())
            messages[-1] += bytes.fromhex(found[2])
    for message in reversed(messages):
        length, kind, flags = struct.unpack_from("=IHH", message)
        if kind in _CHANGES and kind not in _ASKING and length == len(message):
            return Sent(kind, flags, bytes(message[16:]))
    raise ValueError(f"tc {words}: {done.stderr.strip() or 'nothing was sent'}")


def line_of(space: netns.NetworkNamespace, case: Case, apart: dict[str, str], heads: dict[str, int]) -> str:
    """The two lines of a case."""
    sent = sent_by(space, case.words)
    return f"{case.words}\n  {sent.type} {sent.flags:#x} {without(sent, apart, heads).hex()}\n"


def replayed(library: str, sent: Sent, messages: list[bytes], *words: str) -> Any:
    """What ``tc -j -s -d`` lists of messages like that one; None where that is no JSON."""
    with tempfile.NamedTemporaryFile() as file:
        for each in messages:
            file.write(struct.pack("=IHHII", len(each) + 16, sent.type, 0, 0, 0) + each + bytes(-len(each) % 4))
        file.flush()
        around = {**os.environ, "LD_PRELOAD": library, "REPLAY": file.name}
        done = subprocess.run(["tc", "-j", "-s", "-d", *words], capture_output=True, text=True, env=around)
    try:
        return json.loads(done.stdout, object_pairs_hook=repeated)
    except ValueError:
        return None


def listed_of(library: str, sent: Sent, heads: dict[str, int]) -> dict[str, Any] | None:
    """What tc lists of a qdisc's message."""
    found = replayed(library, sent, [told(sent, heads)], "qdisc", "show")
    if found is None:
        return None
    del found[0]["dev"]
    shown: dict[str, Any] = found[0]
    return shown


def listed_as_told(library: str, sent: Sent, messages: list[bytes]) -> list[Any] | None:
    """What tc lists of what a kernel told of actions or filters."""
    if sent.type == _ACTION:
        found = replayed(library, sent, messages, "actions", "list", "action", "gact")
        return found and [action for each in found for action in each.get("actions", ())]
    found = replayed(library, sent, messages, "filter", "show", "dev", DEVICE, "ingress")
    return found and [each for each in found if "options" in each]


def listings_of(name: str) -> None:
    """Write what tc lists of each qdisc's message of a table, or of what a kernel told."""
    found, sent, as_told = table(name), captured(name), heard(name)
    qdiscs = [each.words for each in found.cases if each.words.startswith("qdisc add")]
    if found.shown is None or not found.replayed or not (qdiscs or as_told):
        return
    with tempfile.TemporaryDirectory() as folder:
        library = f"{folder}/replay.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, HERE / "replay.c", "-ldl"], check=True)
        listed: dict[str, Any] = {words: listed_of(library, sent[words], dict(found.heads)) for words in qdiscs}
        listed |= {words: listed_as_told(library, sent[words], messages) for words, messages in as_told.items()}
    lines = ",\n".join(f"{json.dumps(words)}: {json.dumps(said)}" for words, said in listed.items() if said is not None)
    (HERE / "captured" / f"{name}.json").write_text(f"{{\n{lines}\n}}\n")


def main(wanted: list[str]) -> None:
    """Capture tables."""
    with new_namespace() as space:
        made = ["ip", "link", "add", DEVICE, "index", str(INDEX), "type", "veth", "peer", "v1"]
        netns.run_in(space, subprocess.run, made, check=True)
        for name in wanted or names():
            found = table(name)
            lines = [line_of(space, case, dict(found.apart), dict(found.heads)) for case in found.cases]
            (HERE / "captured" / f"{name}.txt").write_text("".join(lines))
            netns.run_in(space, listings_of, name)
            print(f"{name}: {len(lines)} commands")  # a program


if __name__ == "__main__":
    main(sys.argv[1:])
