"""What of netfilter is the whole machine's, or not in this host's kernel: helpers, fingerprints, hooks."""

from __future__ import annotations

import re
import shutil
import socket
from collections import Counter
from pathlib import Path

import pytest

import netlynx
from conftest import Ip
from netlynx import netns
from netlynx.netfilter import conntrack, fingerprints, helpers, hooks
from netlynx.netfilter.helpers import ExpectPolicy, Helper, HelperStatus
from support import load

pytestmark = [pytest.mark.guest, pytest.mark.namespace]


def need(tool: str, package: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"no `{tool}` to compare with: apt-get install {package}")


# -- helpers ---------------------------------------------------------------------------------------------------------

TNS = Helper(
    name="ours",
    family="ipv4",
    protocol="udp",
    queue=7,
    policies=[ExpectPolicy(name="one", most=3, timeout=60), ExpectPolicy(name="two", timeout=5)],
)


def test_helpers_come_change_and_go(nl: netlynx.Connection, ip: Ip) -> None:
    load("nfnetlink_cthelper")
    nl.do(helpers.flush())
    nl.do(helpers.add(TNS))
    (there,) = nl.dump(helpers.helpers())
    assert (there.name, there.queue, there.private_size, there.status) == ("ours", 7, 0, HelperStatus.ENABLED)
    assert there.policies == (
        ExpectPolicy(name="one", most=3, timeout=60),
        ExpectPolicy(name="two", most=255, timeout=5),
    )
    assert nl.do(helpers.helper("ours", protocol="udp")) == there
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(helpers.add(TNS))
    nl.do(helpers.change(there.replace(queue=9, status="disabled")))
    changed = nl.do(helpers.helper("ours", protocol="udp"))
    assert changed == there.replace(queue=9, status="disabled")
    policies = [ExpectPolicy(name="one", most=4, timeout=61), ExpectPolicy(name="two", most=2, timeout=6)]
    nl.do(helpers.change(Helper(name="ours", family="ipv4", protocol="udp", policies=policies)))
    assert nl.do(helpers.helper("ours", protocol="udp")).policies == tuple(policies)
    with pytest.raises(netlynx.EncodeError, match="one, two"):
        nl.do(helpers.change(TNS.replace(policies=policies[:1], private_size=None)))
    for name in ("none", "ours"):
        with pytest.raises(netlynx.NotFound):
            nl.do(helpers.delete(Helper(name=name, family="ipv6", protocol="udp")))
    nl.do(helpers.delete(there))
    assert nl.count(helpers.helpers()) == 0
    with pytest.raises(netlynx.NotFound):
        nl.do(helpers.delete(there))


def test_helpers_are_those_of_nfct(nl: netlynx.Connection, ip: Ip) -> None:
    need("nfct", "nfct conntrackd")
    load("nfnetlink_cthelper")
    nl.do(helpers.flush())
    try:
        ip("helper add tns inet tcp", tool="nfct")
        nl.do(helpers.add(TNS))
        listed = " ".join(ip("helper list", tool="nfct").split())
        found = nl.dump(helpers.helpers()).all()
        assert sorted(str(each.name) for each in found) == ["ours", "tns"]
        for each in found:
            assert each.family is not None
            assert each.protocol is not None
            for words in (
                f".name = {each.name}",
                f".queuenum = {each.queue}",
                f".l3protonum = {int(each.family)}, .l4protonum = {int(each.protocol)}",
                f".priv_data_len = {each.private_size}, .status = {each.status}",
            ):
                assert words in listed, listed
        ip("helper delete ours", tool="nfct")
        assert [each.name for each in nl.dump(helpers.helpers())] == ["tns"]
    finally:
        nl.do(helpers.flush())


def test_a_connection_has_its_helper(nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip) -> None:
    need("iptables", "iptables")
    load("nfnetlink_cthelper", "nf_conntrack_netlink")
    ip("link set lo up")
    nl.do(helpers.flush())
    nl.do(helpers.add(TNS.replace(status="disabled")))  # packets of an enabled one would wait for a verdict
    try:
        ip("-t raw -A OUTPUT -p udp --dport 9 -j CT --helper ours", tool="iptables")

        def send() -> None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"x", ("127.0.0.1", 9))

        netns.run_in(namespace, send)
        (flow,) = nl.dump(conntrack.flows(original=conntrack.Tuple(protocol="udp", destination_port=9)))
        assert flow.helper == "ours"
        with pytest.raises(netlynx.Busy):
            nl.do(helpers.delete(nl.do(helpers.helper("ours", protocol="udp"))))
    finally:
        ip("-t raw -F", tool="iptables")
        nl.do(helpers.flush())


# -- fingerprints ----------------------------------------------------------------------------------------------------

LINES = (
    "S4:64:1:60:M*,S,T,N,W7:Linux:2.6:20:Linux 2.6.20",
    "16384:64:1:44:M1460:AIX:4.3::AIX 4.3",
    "%8192:128:0:48:M*,N,N,S:Windows:2000:SP4:Windows",
    "T2:255:1:*:M*,N,W%2,E,T0:Solaris:8::Solaris",
    "*:64:0:40:.:Other:1:2:details",
)


def test_fingerprints_are_the_very_same_as_those_of_nfnl_osf(nl: netlynx.Connection, ip: Ip, tmp_path: Path) -> None:
    need("nfnl_osf", "iptables")
    load("nfnetlink_osf")
    file = tmp_path / "pf.os"
    file.write_text("".join(f"{line}\n" for line in LINES))
    ip(f"-f {file}", tool="nfnl_osf")
    for line in LINES:
        with pytest.raises(netlynx.AlreadyExists):
            nl.do(fingerprints.add(line))
    ip(f"-d -f {file}", tool="nfnl_osf")
    for line in LINES:
        with pytest.raises(netlynx.NotFound):
            nl.do(fingerprints.remove(line))
        nl.do(fingerprints.add(line))
    ip(f"-d -f {file}", tool="nfnl_osf")
    for line in LINES:
        with pytest.raises(netlynx.NotFound):
            nl.do(fingerprints.remove(line))
        nl.do(fingerprints.add(fingerprints.parsed(line)))
        nl.do(fingerprints.remove(fingerprints.parsed(line)))


# -- hooks -----------------------------------------------------------------------------------------------------------

RULESET = """
table ip here {
    chain early { type filter hook input priority -150; }
    chain late { type filter hook input priority 20; }
    chain nat { type nat hook postrouting priority srcnat; }
}
table bridge there {
    chain forward { type filter hook forward priority 0; }
}
table netdev inner {
    chain earliest { type filter hook ingress device lo priority -5; }
}
"""


def by_nft(text: str) -> Counter[tuple[str, str, int, str]]:
    """Family, hook, priority and what stands there, of each line of `nft list hooks`."""
    found: Counter[tuple[str, str, int, str]] = Counter()
    family = hook = ""
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["family"]:
            family = words[1]
        elif words[:1] == ["hook"]:
            hook = words[1]
        elif words and re.fullmatch(r"[+-]?\d+", words[0]):
            found[family, hook, int(words[0]), re.sub(r" \[\w+\]$", "", " ".join(words[1:]))] += 1
    return found


def here(found: list[hooks.HookFunction]) -> Counter[tuple[str, str, int, str]]:
    names = {"ipv4": "ip", "ipv6": "ip6"}
    told: Counter[tuple[str, str, int, str]] = Counter()
    for each in found:
        hook = next(one.label for one in hooks.HOOKS[each.family] if one == each.hook)
        family = names.get(each.family.label, each.family.label)
        what = str(each.function)
        if isinstance(each.purpose, hooks.Chain):
            assert each.purpose.family is not None
            table = names.get(each.purpose.family.label, each.purpose.family.label)
            what = f"chain {table} {each.purpose.table} {each.purpose.name}"
        assert each.priority is not None
        told[family, hook, each.priority, what] += 1
    return told


def test_hooks_are_those_of_nft(nl: netlynx.Connection, ip: Ip) -> None:
    need("nft", "nftables")
    load("nfnetlink_hook")
    ip("link set lo up")
    ip("-f -", tool="nft", stdin=RULESET)
    found = nl.do(hooks.everything("lo"))
    ours = here(found)
    theirs = by_nft(ip("list hooks", tool="nft")) + by_nft(ip("list hooks netdev device lo", tool="nft"))
    assert ours == theirs
    assert ours["ip", "input", -150, "chain ip here early"] == 1
    assert ours["netdev", "ingress", -5, "chain netdev inner earliest"] == 1
    order = [each.priority for each in nl.dump(hooks.hooks("ipv4", "input"))]
    assert order == sorted(order, key=lambda priority: priority or 0)
    with pytest.raises(netlynx.NetlinkError, match="ENODEV"):
        nl.dump(hooks.hooks("netdev", "ingress", device="nonesuch")).all()
