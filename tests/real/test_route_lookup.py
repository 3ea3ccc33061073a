"""`netlynx routes ADDRESS` beside `ip route get`: the same answers, and why there is none."""

from __future__ import annotations

import json
import shlex

import pytest

from conftest import Ip
from forking import forked
from netlynx import netns

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

HOST = (
    *("link set lo up", "link add v0 type veth peer name w0", "link set v0 up", "link set w0 up"),
    *("link add v1 type veth peer name w1", "link set v1 up", "link add v2 type veth peer name w2"),
    *("addr add 192.0.2.1/24 dev v0", "addr add 198.51.100.1/24 dev v1", "addr add 2001:db8::1/64 dev v0 nodad"),
    *("route add 10.1.0.0/16 via 192.0.2.2", "route add 10.1.1.0/24 dev v0 table 100"),
    *("route add blackhole 10.2.0.0/16", "route add prohibit 10.3.0.0/16", "route add unreachable 10.4.0.0/16"),
    *("route add throw 10.1.9.0/24 table 100", "route add prohibit 10.1.8.0/24 table 100"),
    *("route add prohibit 2001:db8:3::/48", "route add blackhole 2001:db8:4::/48"),
    *("route add unreachable 2001:db8:5::/48", "route add 2001:db8:6::/48 via 2001:db8::2"),
    *("rule add fwmark 7 prohibit prio 1000", "rule add fwmark 8 blackhole prio 1001"),
    *("rule add fwmark 9 unreachable prio 1002", "rule add from 192.0.2.0/24 table 100 prio 1003"),
    *("rule add uidrange 5-6 table 100 prio 1004", "rule add ipproto tcp dport 80 table 100 prio 1005"),
    *("rule add iif v0 table 100 prio 1006", "rule add not from all prohibit prio 1007"),
)

ANSWERS = {
    "10.1.1.1": "",
    "10.1.1.1 --source 192.0.2.1": "from 192.0.2.1",
    "10.1.1.1 --uid 5": "uid 5",
    "10.1.1.1 --mark 0x10": "mark 16",
    "10.1.1.1 --ip-proto tcp --dport 80": "ipproto tcp dport 80",
    "10.1.1.1 --ip-proto udp --sport 9 --dport 80": "ipproto udp sport 9 dport 80",
    "10.1.1.1 --tos 0x10": "tos 0x10",
    "10.1.1.1 --dev v0": "oif v0",
    "192.0.2.1 --source 192.0.2.9 --iif v0": "from 192.0.2.9 iif v0",
    "2001:db8:6::1 --source 2001:db8::1": "from 2001:db8::1",
}


@pytest.fixture
def host(ip: Ip) -> None:
    ip.all(HOST)


def asked(namespace: netns.NetworkNamespace, words: str, *more: str) -> tuple[int, str, str]:
    done = forked(["routes", *shlex.split(words), *more], where=namespace)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.usefixtures("host")
def test_answers_are_those_of_ip(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    names = {each["ifindex"]: each["ifname"] for each in ip.json("link")}
    for words, said in ANSWERS.items():
        status, out, error = asked(namespace, words, "--json")
        assert not status, error
        (found,) = json.loads(out)
        (known,) = ip.json(f"route get {words.partition(' ')[0]} {said}")
        assert found["type"] == known["type"]
        assert found.get("gateway") == known.get("gateway")
        assert names[found["oif"]] == known["dev"]
        assert str(found["table"]) == {"main": "254", "local": "255"}.get(known["table"], known["table"])
        assert found.get("preferred_source") == known.get("prefsrc")
    (match,) = json.loads(asked(namespace, "10.1.1.1 --source 192.0.2.1 --fibmatch", "--json")[1])
    assert (match["destination"], match["table"]) == ("10.1.1.0/24", 100)


REFUSALS = (
    ("10.1.1.1 --mark 7", "EACCES", "Rule 1000 says prohibit"),
    ("10.1.1.1 --mark 8", "EINVAL", "Rule 1001 says blackhole"),
    ("10.1.1.1 --mark 9", "ENETUNREACH", "Rule 1002 says unreachable"),
    ("10.2.0.1", "EINVAL", "The route 10.2.0.0/16 of table main is of type blackhole"),
    ("10.3.0.1", "EACCES", "The route 10.3.0.0/16 of table main is of type prohibit"),
    ("10.4.0.1", "EHOSTUNREACH", "The route 10.4.0.0/16 of table main is of type unreachable"),
    ("10.1.8.1 --uid 6", "EACCES", "The route 10.1.8.0/24 of table 100 is of type prohibit"),
    ("10.5.0.1 --uid 7", "ENETUNREACH", "No table that the rules have for such packets has a route to it"),
    ("10.1.1.1 --source 192.0.2.9", "", "192.0.2.9 is no address of this host"),
    ("10.1.1.1 --dev v2", "ENETUNREACH", "v2 is down"),
    ("10.1.1.1 --source 192.0.2.9 --iif v0", "EHOSTUNREACH", "v0 does not forward: `netlynx netconf` shows"),
    ("2001:db8:3::1", "EACCES", "The route 2001:db8:3::/48 of table main is of type prohibit"),
    ("2001:db8:4::1", "EINVAL", "The route 2001:db8:4::/48 of table main is of type blackhole"),
    ("2001:db8:5::1", "EHOSTUNREACH", "The route 2001:db8:5::/48 of table main is of type unreachable"),
    ("2001:db8:7::1", "ENETUNREACH", "No table that the rules have for such packets has a route to it"),
)


@pytest.mark.usefixtures("host")
def test_a_refusal_says_why(namespace: netns.NetworkNamespace) -> None:
    for words, said, why in REFUSALS:
        status, out, error = asked(namespace, words)
        assert (status, out) == (1, "")
        assert said in error
        assert why in error


@pytest.mark.usefixtures("host")
def test_a_cause_that_is_not_known_is_not_told(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    ip("rule add ipproto tcp table 100 prio 999")
    assert asked(namespace, "10.3.0.1")[2].endswith("(EACCES)\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--mark 7", "--mark: it is for a look-up: give an ADDRESS too"),
        ("--fibmatch", "--fibmatch: it is for a look-up"),
        ("10.0.0.1 --mark x", "--mark: 'x' is no number"),
        ("10.0.0.1 --sport 70000", "--sport: 70000 is out of range"),
        ("10.0.0.1 --ip-proto sctp", "--ip-proto: 'sctp' is none of icmp, tcp, udp, icmpv6"),
        ("10.0.0.1 --protocol static", "not filtered: leave --protocol out"),
        ("10.0.0.1 --iif none", "--iif none: No such device"),
        ("10.0.0.1 --source 10.0.0.0/8", "--source: '10.0.0.0/8' is not one address"),
    ],
)
def test_what_cannot_be_asked_is_refused(namespace: netns.NetworkNamespace, words: str, said: str) -> None:
    status, _, error = asked(namespace, words)
    assert status
    assert said in error


@pytest.mark.usefixtures("host")
def test_flags_of_routes_and_hops_are_those_of_ip(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    ip.all(["route add 10.9.0.0/16 nexthop via 192.0.2.3 onlink dev v0 nexthop via 198.51.100.9 dev v1"])
    known = {each["dst"]: each["flags"] for each in ip.json("route") if "nexthops" not in each}
    head, *rows = asked(namespace, "--family inet --table main --wide")[1].splitlines()
    at = head.index("FLAGS"), head.index("WEIGHT")
    shown = {row.split()[0]: row[slice(*at)].strip() for row in rows if row[0] != " "}
    assert {each.removesuffix("/32"): flags.split(",") if flags else [] for each, flags in shown.items()} == {
        **known,
        "10.9.0.0/16": [],
    }
    assert shown["198.51.100.0/24"] == "linkdown"
    assert [row[slice(*at)].strip() for row in rows if row[0] == " "] == ["onlink", "linkdown"]
