"""The programs that `--python` prints do what the commands did: in a namespace like theirs, the same is there then."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from command import PATIENCE, environment
from netlynx import netns
from netlynx.trace.heard import Heard
from netlynx.trace.program import program_of
from netlynx.trace.reading import Reading
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Message
from tracing import refused, trace

LINK = "ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02"
SHOW = """
ip -d -j link; ip -4 -j address; ip -j route; ip -j rule; ip -4 -j neigh; tc -j qdisc
command -v nft >/dev/null && nft list ruleset
"""
COMMANDS = {
    "links": [LINK + " mtu 1400", "ip link set v1 alias other", "ip link set v0 up", "ip link show v0"],
    "addresses and routes": [
        LINK,
        "ip link set v0 up",
        "ip address add 192.0.2.1/24 dev v0",
        "ip route add 198.51.100.0/24 via 192.0.2.7 metric 5",
        "ip route replace 198.51.100.0/24 via 192.0.2.8 metric 5",
        "ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0",
        "ip rule add from 192.0.2.0/24 table 100 priority 70",
        "ip rule delete priority 32767",
        "ip address show dev v0",
    ],
    "traffic control": [
        LINK,
        "tc qdisc add dev v0 root handle 1: pfifo limit 10",
        "tc qdisc change dev v0 root handle 1: pfifo limit 20",
        "tc qdisc show dev v0",
    ],
    "the firewall": [
        "nft add table inet fw '{ chain c { type filter hook input priority 0; tcp dport 22 accept; }; }'",
        "nft add rule inet fw c ip saddr 192.0.2.0/24 counter drop",
        "nft list ruleset",
    ],
}


def shown(space: netns.NetworkNamespace) -> str:
    done = netns.run(space, ["sh", "-c", SHOW], capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout


@pytest.mark.namespace
@pytest.mark.skipif(refused() != "", reason=refused() or "nothing is in the way")
@pytest.mark.parametrize("what", COMMANDS)
def test_a_program_has_the_effects_of_the_commands(what: str, tmp_path: Path) -> None:
    if what == "the firewall" and shutil.which("nft") is None:
        pytest.skip("there is no nft")
    with netns.anonymous() as space:
        before = shown(space)
        done = trace(space, "-f", "--python", "--", "sh", "-ec", "\n".join(COMMANDS[what]))
        assert done.returncode == 0, done.stderr
        expected = shown(space)
    program = tmp_path / "program.py"
    program.write_text(done.stdout)
    assert "say(" not in done.stdout
    with netns.anonymous() as space:
        again = netns.run(
            space, [sys.executable, str(program)], capture_output=True, text=True, timeout=PATIENCE, env=environment()
        )
        assert (again.returncode, again.stderr) == (0, ""), done.stdout
        assert shown(space) == expected
    assert expected != before


def test_what_no_operation_says_is_sent_as_it_was(tmp_path: Path) -> None:
    data = Message(18, NLM_F.REQUEST | NLM_F.ACK, 7, 0, b"\0" * 16 + b"\x08\0\xff\x0f\1\0\0\0").pack()
    heard = Heard(0.0, 1, 1, "x", 3, 6, 0, True, "sendto", data, length=len(data))
    reading = Reading(dict)
    text = program_of([*reading.each(heard)], ["x", "a b"], reading.families)
    assert f'say("xfrm", "{data.hex()}")' in text
    assert text.startswith("# What `x 'a b'` does, with netlynx.\n")
    program = tmp_path / "program.py"
    program.write_text(text.replace('say("xfrm"', 'say("route"'))
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "sequence=7" in done.stdout


def test_what_was_refused_is_a_comment() -> None:
    asked = Message(18, NLM_F.REQUEST, 7, 0, bytes(16)).pack()
    answer = Message(2, 0, 7, 0, b"\xed\xff\xff\xff" + asked[:16]).pack()
    heard = [
        Heard(0.0, 1, 1, "x", 3, 0, 0, sent, "sendto", data, length=len(data))
        for sent, data in ((True, asked), (False, answer))
    ]
    reading = Reading(dict)
    text = program_of([told for each in heard for told in reading.each(each)], ["x"], reading.families)
    assert "    # refused, ENODEV: RTM_GETLINK Link()\n" in text
    assert "nl.do" not in text


def test_words_of_others_stay_comments() -> None:
    data = Message(9999, NLM_F.REQUEST, 7, 0, b"").pack()
    heard = Heard(0.0, 1, 1, "x", 3, 31, 0, True, "sendto", data, length=len(data))
    text = program_of([*Reading(dict).each(heard)], ["x", "a\nimport os\r\x1b\\", '"""'], {})
    compile(text, "program", "exec")
    assert all(line.startswith("#") for line in text.splitlines() if "import os" in line)
    assert "\x1b" not in text
