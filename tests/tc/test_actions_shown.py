"""What tc(8) makes of actions as netlynx writes them: it says the words that were meant.

The messages are put into a file, which `tc monitor` reads as if a kernel had sent them.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from netlynx import tc
from netlynx.tc.actions.common import Times
from netlynx.tc.actions.pedit_words import keys_of
from netlynx.tc.statistics import BasicStatistics, QueueStatistics, Statistics
from support import PATIENCE
from tc.both_ways import Case, attributes, table

_NESTED = 0x8000
_COUNT = 3  # TCA_ROOT_COUNT
STATISTICS = Statistics(
    basic=BasicStatistics(bytes=100, packets=2), queue=QueueStatistics(drops=1, overlimits=3, requeues=4)
)
TIMES = Times(installed=500, last_used=40, expires=0, first_used=60)
# What tc prints otherwise than it takes it.
OTHERWISE = [
    (r" index \d+", ""),
    (r"(egress|ingress) (redirect|mirror) dev v0", r"\1 \2 to device if10"),
    (r"192.0.2.0/24", "192.0.2.0/32"),  # tc 6.1 counts the bits of the mask from the wrong end
    (r"egress 192.0.2.1 ", "egress 192.0.2.1/32 "),
    (r",0102:81:[0-9]+", ""),  # one nest has them all where a kernel tells them
    (r"egress any", "egress 0.0.0.0/0"),
    (r"ip4h", "iph"),
    (r" and ", " "),
    (r"cpmark 0xff ", "cpmark 0x000000ff "),
    (r"trunc ", "trunc_size "),
    (r" id 42", " key_id 42"),
    (r"conform-exceed ", ""),
    (r"drop/pass", "drop"),
    (r"mpu \d+ ", ""),
    (r"\b(burst|mtu) (\d+)([kmg])\b", r"\1 \2\3b"),
    (r"\b(overhead|mtu) (\d+)\b", r"\1 \2b"),
    (r"burst 10mb", "burst 10475000b"),  # tc 6.1 computes in whole microseconds
    (r"burst 1gb", "burst 1073740000b"),
    (r"^gate", "priority"),
    (r"base-time 200000000000", "base-time 200s"),
    (r"time 1000000000 ", "time 1s "),
    (r"-ext 5000000 ", "-ext 5ms "),
    (r"open 200000000 -1 8000 ", "open 200ms wildcard 8000b "),
    (r"close 100000000", "close 100ms"),
    (r"open 100ms 4 1000 ", "open 100ms 4 1000b "),
    (r"-1 -1", "wildcard"),
    (r"sched-entry", "gate-state"),
]
HEADERS = ("", "eth+", "ipv4+", "ipv6+", "tcp+", "udp+")


def unmarked(data: bytes) -> bytes:
    """Attributes without NLA_F_NESTED, as the kernel of these tells them: tc understands no others here."""
    made = b""
    for number, value in attributes(data):
        inner = unmarked(value) if number & _NESTED else value
        made += struct.pack("=HH", len(inner) + 4, number & ~_NESTED) + inner + bytes(-len(inner) % 4)
    return made


def told(case: Case, index: int) -> bytes:
    """The message in which a kernel would tell of an action."""
    data: Any = case.record.data
    data = data.replace(index=index, references=2, bindings=1, times=TIMES)
    payload = tc.ActionList(actions=[case.record.replace(data=data, statistics=STATISTICS)]).to_bytes()
    payload = payload[:4] + unmarked(payload[4:]) + struct.pack("=HHI", 8, _COUNT, 1)
    return struct.pack("=IHHII", len(payload) + 16, 48, 0, 0, 0) + payload


def words_of(text: str) -> list[str]:
    return re.sub("[()',\"]", " ", text.lower()).split()


def expected(case: Case) -> list[str]:
    """The words that tc has to print."""
    text = case.words.removeprefix("actions add action ")
    if text.startswith("pedit"):
        control = [text.rpartition(" ")[2]] if text.endswith(" pipe") else ["pass"]
        keys = [key for each in case.record.data.keys for key in keys_of(each)]
        for number, key in enumerate(keys):
            how = "add" if key.command else "val"
            place = f"{HEADERS[key.header]}{key.offset}:"
            control += words_of(f"key #{number} at {place} {how} {key.value:08x} mask {key.mask:08x}")
        return control
    for pattern, instead in OTHERWISE:
        text = re.sub(pattern, instead, text)
    return words_of(text)


@pytest.mark.skipif(shutil.which("tc") is None, reason="needs tc")
def test_tc_reads_what_was_meant(tmp_path: Path) -> None:
    cases = [case for name in ("actions", "police") for case in table(name).cases]
    (tmp_path / "told").write_bytes(b"".join(told(case, number) for number, case in enumerate(cases, 1)))
    command = ["tc", "-s", "-d", "monitor", "file", str(tmp_path / "told")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    shown = done.stdout.split("total acts 1")[1:]
    assert (len(shown), done.stderr) == (len(cases), "")
    wrong = {}
    for number, (case, text) in enumerate(zip(cases, shown, strict=True), 1):
        said = words_of(text)
        counted = f"index {number} ref 2 bind 1 installed 500 sec used 40 sec firstused 60 sec sent 100 bytes 2 pkt"
        lacking = [word for word in (*expected(case), *counted.split(), "3", "4") if word not in said]
        if lacking and not (text.split()[3] == "police" and {*lacking} <= {"index", str(number)}):
            wrong[case.words] = lacking, text
    assert not wrong, wrong
