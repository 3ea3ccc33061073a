"""The same datagrams as strace sees, byte for byte: of iproute2, nft, ss, conntrack, busybox, in a script."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from netlynx import netns
from tracing import captured, refused, seen_by_strace, trace, without_numbers

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.skipif(refused() != "", reason=refused() or "nothing is in the way"),
    pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace"),
]

SCRIPT = """
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip address add 192.0.2.1/24 dev v0
tc qdisc add dev v0 root handle 1: pfifo
tc qdisc show dev v0
ss -tan
ip -batch - <<END
link set v0 up
link show nope
END
for each in 1 2; do ip route show table $each; done | cat
{more}
"""
MORE = {
    "nft": "nft add table inet fw; nft list ruleset",
    "conntrack": "conntrack -L",
    "busybox": "busybox ip link show lo; busybox ip address show lo",
}


def test_programs_say_what_strace_sees(tmp_path: Path) -> None:
    more = "\n".join(words for program, words in MORE.items() if shutil.which(program))
    command = ["sh", "-c", SCRIPT.replace("{more}", more) + "\ntrue"]
    with netns.anonymous() as space:
        done = trace(space, "-f", "--pcap", str(tmp_path / "trace.pcap"), "--", *command)
    assert done.returncode == 0
    with netns.anonymous() as space:
        expected = without_numbers(seen_by_strace(space, command, tmp_path / "strace.txt"))
    found = without_numbers(captured(tmp_path / "trace.pcap"))
    assert len(found) > 40
    assert found == expected
