"""Timeouts of connections: policies and defaults, on the real kernel beside `nfct` and connections that have one."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import netlynx
from netlynx import netns
from netlynx.netfilter import NetfilterFamily, TransportProtocol, conntrack, timeouts
from netlynx.netfilter.timeouts import GENERIC, Generic, Gre, Icmp, Icmpv6, Policy, Sctp, Tcp, Udp
from netlynx.schema.sending import given
from support import PATIENCE

from .conftest import Run, runner

POLICIES = (
    Policy(name="a", family="ipv4", protocol="tcp", timeouts=Tcp(established=300, syn_sent=7)),
    Policy(name="b", family="ipv6", protocol="udp", timeouts=Udp(unreplied=3, replied=9)),
    Policy(name="c", family="ipv4", protocol="icmp", timeouts=Icmp(timeout=4)),
    Policy(name="d", family="ipv6", protocol="icmpv6", timeouts=Icmpv6(timeout=5)),
    Policy(name="e", family="ipv4", protocol="sctp", timeouts=Sctp(established=6)),
    Policy(name="f", family="ipv4", protocol="gre", timeouts=Gre(replied=8)),
    Policy(name="g", family="ipv4", protocol=GENERIC, timeouts=Generic(timeout=11)),
    Policy(name="h", family="ipv4", protocol="udplite", timeouts=Udp(replied=12)),
)


@pytest.fixture
def nfct(namespace: netns.NetworkNamespace) -> Run:
    if shutil.which("nfct") is None:
        pytest.skip("no `nfct` to compare with: apt-get install nfct")
    return runner(namespace, "nfct")


@pytest.fixture
def nl(namespace: netns.NetworkNamespace) -> Iterator[netlynx.Connection]:
    with netlynx.connect(netns=namespace, timeout=PATIENCE) as connection:
        try:
            connection.count(timeouts.policies())
        except netlynx.NetlinkError as error:
            if "nfnetlink_cttimeout" not in str(error):
                raise
            pytest.skip(str(error))
        yield connection


def test_policies_of_all_protocols_come_back(nl: netlynx.Connection) -> None:
    for each in POLICIES:
        nl.do(timeouts.add(each))
    found = {each.name: each for each in nl.dump(timeouts.policies())}
    assert found.keys() == {each.name for each in POLICIES}
    for each in POLICIES:
        there = found[each.name]
        assert (there.family, there.protocol, type(there.timeouts)) == (each.family, each.protocol, type(each.timeouts))
        for field in given(each.timeouts):
            assert getattr(there.timeouts, field) == getattr(each.timeouts, field)
        assert nl.do(timeouts.policy(str(each.name))) == there
        with pytest.raises(netlynx.AlreadyExists):
            nl.do(timeouts.add(each))
    nl.do(timeouts.delete("a"))
    nl.do(timeouts.delete(found["b"]))
    assert nl.count(timeouts.policies()) == len(POLICIES) - 2
    nl.do(timeouts.flush())
    assert nl.count(timeouts.policies()) == 0
    for each in found.values():  # what was read makes the same again
        nl.do(timeouts.add(each))
    assert {each.name: each for each in nl.dump(timeouts.policies())} == found


def test_both_say_the_same_of_what_each_made(nl: netlynx.Connection, nfct: Run) -> None:
    nfct("add timeout theirs inet tcp established 400 close 5")
    nl.do(timeouts.add(Policy(name="ours", family="ipv4", protocol="tcp", timeouts=Tcp(established=300))))
    found = {each.name: each for each in nl.dump(timeouts.policies())}
    for name in ("theirs", "ours"):
        told = " ".join(nfct(f"get timeout {name}").split())
        times = found[name].timeouts
        for field in given(times):
            word = {"unack": "UNACKNOWLEDGED"}.get(field, field.upper())
            assert f"{word} = {getattr(times, field)}" in told, told
    assert (found["theirs"].timeouts.established, found["theirs"].timeouts.close) == (400, 5)
    nfct("delete timeout ours")
    assert [each.name for each in nl.dump(timeouts.policies())] == ["theirs"]


def test_a_change_leaves_the_rest_and_replacing_does_not(nl: netlynx.Connection) -> None:
    nl.do(timeouts.add(POLICIES[0]))
    usual = nl.do(timeouts.default("tcp")).timeouts
    nl.do(timeouts.change(Policy(name="a", family="ipv4", protocol="tcp", timeouts=Tcp(close=77))))
    there = nl.do(timeouts.policy("a")).timeouts
    assert (there.established, there.syn_sent, there.close) == (300, 7, 77)
    nl.do(timeouts.replace(Policy(name="a", family="ipv4", protocol="tcp", timeouts=Tcp(close=78))))
    there = nl.do(timeouts.policy("a")).timeouts
    assert (there.established, there.syn_sent, there.close) == (usual.established, usual.syn_sent, 78)
    with pytest.raises(netlynx.EncodeError, match=r"the policy is of tcp"):
        nl.do(timeouts.change(Policy(name="a", family="ipv4", protocol="udp", timeouts=Udp(replied=1))))
    with pytest.raises(netlynx.NotFound):
        nl.do(timeouts.change(Policy(name="none", family="ipv4", protocol="udp", timeouts=Udp(replied=1))))
    with pytest.raises(netlynx.NotFound):
        nl.do(timeouts.delete("none"))


def test_what_holds_without_a_policy_is_what_proc_says(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace
) -> None:
    folder = Path("/proc/sys/net/netfilter")

    def of_proc(name: str) -> int:
        return int(netns.run_in(namespace, (folder / f"nf_conntrack_{name}").read_text))

    tcp = nl.do(timeouts.default("tcp")).timeouts
    for field in ("syn_sent", "established", "close_wait", "last_ack", "time_wait"):
        assert getattr(tcp, field) == of_proc(f"tcp_timeout_{field}")
    nl.do(timeouts.set_default(Policy(family="ipv4", protocol="tcp", timeouts=Tcp(established=4321))))
    assert of_proc("tcp_timeout_established") == 4321
    assert nl.do(timeouts.default("tcp")).timeouts == tcp.replace(established=4321)
    nl.do(timeouts.set_default(Policy(family="ipv4", protocol=GENERIC, timeouts=Generic(timeout=321))))
    assert of_proc("generic_timeout") == nl.do(timeouts.default(GENERIC)).timeouts.timeout == 321
    assert nl.do(timeouts.default("icmpv6")).family is NetfilterFamily.IPV6


def test_a_connection_has_the_timeout_of_its_policy(
    nl: netlynx.Connection, loopback: netns.NetworkNamespace, iptables: Run
) -> None:
    nl.do(timeouts.add(Policy(name="long", family="ipv4", protocol="udp", timeouts=Udp(unreplied=54321))))
    try:
        iptables("-t raw -A OUTPUT -p udp --dport 9 -j CT --timeout long")
    except RuntimeError as error:
        pytest.skip(f"this kernel takes no rules with policies: {error}")
    assert nl.do(timeouts.policy("long")).use == 2
    with pytest.raises(netlynx.Busy):
        nl.do(timeouts.delete("long"))

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"x", ("127.0.0.1", 9))

    netns.run_in(loopback, send)
    (flow,) = nl.dump(conntrack.flows(original=conntrack.Tuple(protocol="udp", destination_port=9)))
    assert flow.timeout is not None
    assert 54000 < flow.timeout <= 54321


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda: timeouts.add(Policy()), "Policy.protocol"),
        (lambda: timeouts.add(POLICIES[0].replace(name=None)), "Policy.name"),
        (lambda: timeouts.add(POLICIES[0].replace(family=None)), "Policy.family"),
        (lambda: timeouts.add(POLICIES[0].replace(family="arp")), "Policy.family"),
        (lambda: timeouts.add(POLICIES[3].replace(family="ipv4")), "Policy.family"),
        (lambda: timeouts.add(POLICIES[0].replace(timeouts=None)), "Policy.timeouts"),
        (lambda: timeouts.add(POLICIES[0].replace(timeouts=Tcp())), "Policy.timeouts"),
        (lambda: timeouts.add(POLICIES[0].replace(timeouts=Udp(replied=1))), "Policy.protocol"),
        (lambda: timeouts.add(POLICIES[0].replace(protocol=99)), "Policy.protocol"),
        (lambda: timeouts.add(POLICIES[0].replace(use=3)), "Policy.use"),
        (lambda: timeouts.set_default(POLICIES[0]), "Policy.name"),
        (lambda: timeouts.delete(POLICIES[0]), "Policy"),
        (lambda: timeouts.delete(""), "timeouts.delete(record)"),
        (lambda: timeouts.policy(""), "timeouts.policy(name)"),
        (lambda: timeouts.default("tcp", family="arp"), "timeouts.default(family)"),
        (lambda: timeouts.default("no-such"), "timeouts.default(protocol)"),
    ],
)
def test_what_would_mean_nothing_is_refused(ask: Callable[[], object], path: str) -> None:
    with pytest.raises(netlynx.EncodeError) as caught:
        ask()
    assert caught.value.path.startswith(path)


def test_every_protocol_of_the_tables_has_its_record() -> None:
    assert {TransportProtocol.TCP, TransportProtocol.UDP, GENERIC} <= timeouts.RECORDS.keys()
    assert timeouts.RECORDS.keys() - {GENERIC} == set(TransportProtocol)
