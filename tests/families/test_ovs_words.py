"""Flows of Open vSwitch in words: printed as they were read, from bytes, too; what is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from netlynx import EncodeError, ovs
from netlynx.ovs import Action, Flow, Key
from netlynx.ovs.words.key_writing import ufid_words
from ovs_words import ACTIONS, MATCHES, UNREAD


@pytest.mark.parametrize("words", MATCHES)
def test_a_match_is_printed_as_it_was_read(words: str) -> None:
    flow = Flow(match=words)
    assert flow.match == words
    assert Flow.from_bytes(flow.to_bytes()) == flow


@pytest.mark.parametrize("words", [*ACTIONS, *UNREAD])
def test_actions_are_printed_as_they_were_read(words: str) -> None:
    flow = Flow(actions=words)
    assert flow.words == words
    again = Flow.from_bytes(flow.to_bytes())
    assert (again.actions, again.words) == (flow.actions, words)


@pytest.mark.skipif(shutil.which("ovs-dpctl") is None, reason="no ovs-dpctl: apt-get install openvswitch-common")
@pytest.mark.parametrize("words", ACTIONS)
def test_ovs_dpctl_prints_the_same(words: str) -> None:
    """It needs no kernel for that."""
    done = subprocess.run(["ovs-dpctl", "parse-actions", words], capture_output=True, text=True)
    assert done.stdout.strip() == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("in_port(1)", "in_port(1)"),
        ("in_port(0x1),eth()", "in_port(1),eth()"),
        ("eth() eth_type(2048)", "eth(),eth_type(0x0800)"),
        ("ct_state(new|trk)", "ct_state(+new-est-rel-rpl-inv+trk-snat-dnat)"),
        ("tcp_flags(syn|ack)", "tcp_flags(syn|ack)"),
        ("tcp_flags(0x12/0x3f)", "tcp_flags(-fin+syn-rst-psh+ack-urg)"),
        ("ipv4(src=10.1.0.0/16)", "ipv4(src=10.1.0.0/255.255.0.0)"),
        ("ipv6(dst=2001:db8::/32)", "ipv6(dst=2001:db8::/ffff:ffff::)"),
        ("vlan(vid=10/0xff0,pcp=1/1)", "vlan(vid=10/0xff0,pcp=1/0x1)"),
        ("vlan(vid=0,cfi=0)", "vlan(vid=0,cfi=0)"),
        ("tunnel(flags(df))", "tunnel(flags(df))"),
        (
            "tunnel(geneve({class=0x102/0xff00,type=1,len=4,0x11/0xff}))",
            "tunnel(geneve({class=0x102/0xff00,type=0x1,len=4,0x00000011/0x000000ff}))",
        ),
    ],
)
def test_other_spellings_mean_the_same(given: str, words: str) -> None:
    flow = Flow(match=given)
    assert flow.match == words
    assert Flow(match=words) == flow


def test_what_words_say_is_in_the_fields() -> None:
    flow = Flow(datapath=3, match="in_port(1),eth(),eth_type(0x0800),ipv4(dst=10.0.0.0/8,frag=no)", actions="2,drop(0)")
    assert flow.key is not None
    assert flow.mask is not None
    assert (flow.key.in_port, flow.mask.in_port, flow.mask.eth_type) == (1, 0xFFFFFFFF, 0xFFFF)
    assert flow.key.ipv4 is not None
    assert flow.mask.ipv4 is not None
    assert (flow.key.ipv4.dst, flow.mask.ipv4.dst) == ("10.0.0.0", "255.0.0.0")
    assert (flow.key.ipv4.src, flow.mask.ipv4.src, flow.mask.ipv4.frag) == ("0.0.0.0", "0.0.0.0", 0xFF)
    assert flow.actions == (Action(output=2), Action(drop=0))
    assert Flow(actions=["2", {"drop": 0}]).actions == Flow(actions=[Action(output=2), Action(drop=0)]).actions
    assert Flow(key="in_port(1),eth()").key == Key(in_port=1, ethernet={})
    assert Flow(key="in_port(1),eth()").mask is None
    assert ovs.match("in_port(1)") == (Key(in_port=1), Key(in_port=0xFFFFFFFF))
    assert Flow(match="in_port(1)").replace(match="in_port(2)").key == Key(in_port=2)


def test_no_actions_are_sent_as_such() -> None:
    """An empty nest drops; none at all leaves actions as they are."""
    assert Flow.from_bytes(Flow(actions="drop").to_bytes()).actions == ()
    assert Flow.from_bytes(Flow().to_bytes()).actions is None
    assert Flow.from_bytes(Flow().to_bytes()).words == ""


def test_what_is_not_known_is_kept_and_shown() -> None:
    told = Flow.from_bytes(bytes.fromhex("00000000050000000c0002000800630001020304"))
    assert told.words == "action99(01020304)"
    assert told.actions is not None
    assert told.actions[0].unknown[0].payload == bytes.fromhex("01020304")
    assert told.to_bytes() == bytes.fromhex("00000000050000000c0002000800630001020304")


def test_malformed_actions_are_data() -> None:
    """An action that is longer than what holds it, or shorter than its own header."""
    for payload in ("ff000100", "02000100", "0000000000000000"):
        raw = bytes.fromhex(payload)
        message = bytes.fromhex("0000000005000000") + (4 + len(raw)).to_bytes(2, "little") + b"\x02\0" + raw
        told = Flow.from_bytes(message)
        assert told.actions is None
        assert told.unknown[0].payload == raw


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "it says nothing"),
        ("in_port", "has no brackets"),
        ("in_port(v0)", "is the name of a port: give its number"),
        ("in_port(1),in_port(2)", "in_port stands there twice"),
        ("in_port(4294967296)", "does not fit into 32 bits"),
        ("eth(source=1)", r"is no part of eth: it has `src=…`, `dst=…`"),
        ("eth(src=1)", "is no hardware address"),
        ("ipv4(src=2001::1)", "is no IPv4 address"),
        ("ipv4(src=1.2.3.4/33)", "the mask has 33 bits"),
        ("ipv4(frag=some)", "is no number"),
        ("tcp(src=70000)", "does not fit into 16 bits"),
        ("tcp_flags(+foo)", "is no flag of tcp_flags"),
        ("vlan(vid=4096)", "does not fit into 12 bits"),
        ("nonsense(1)", "is no part of a key"),
        ("in_port(1", "opens a bracket that it does not close"),
        ("in_port(1))", "closes a bracket that it does not open"),
        ("(" * 40 + ")" * 40, "more than 32 brackets"),
        ("tunnel(tun_id=1,flags(foo))", "is no flag of a tunnel"),
        ("tunnel(erspan(ver=1,hwid=1))", "of `ver=1` there is idx"),
        ("tunnel(geneve({class=1}))", "is no option such as"),
        ("nsh(c1=1,md2=0x01)", "of mdtype 1, md2 of mdtype 2"),
    ],
)
def test_matches_that_are_none_are_refused(words: str, why: str) -> None:
    with pytest.raises(EncodeError, match=why) as caught:
        Flow(match=words)
    assert caught.value.path == "Flow.match"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "it says nothing: drop"),
        ("foo", "is no action: there are ports by number"),
        ("2,drop", "drop stands alone"),
        ("set(ipv4(ttl=1),tcp(src=1))", "one header at a time"),
        ("set(ipv4())", "it writes nothing"),
        ("set(nsh(ttl=1))", "the kernel writes no nsh"),
        ("set(arp(op=1))", "the kernel writes no arp"),
        ("sample(sample=101%,actions(1))", "100% at most"),
        ("sample(sample=x,actions(1))", "a percentage"),
        ("sample(sample=5%)", "it has `sample=…`, actions"),
        ("check_pkt_len(size=1)", "it has `size=…`, gt"),
        ("hash(l5(1))", "it has l4"),
        ("ct(zone=70000)", "does not fit into 16 bits"),
        ("ct(foo)", "is no part of ct"),
        ("ct(nat(src=x))", "is no range"),
        ("ct(nat(src=1.2.3.4,dst=1.2.3.4))", "not of both"),
        ("userspace(foo=1)", "is no part of userspace"),
        ("userspace(pid=1,userdata(0))", "not bytes"),
        ("push_vlan", "lacks what stands in brackets"),
        ("pop_vlan(1)", "has nothing in brackets"),
        ("pop_mpls()", "pop_mpls has `eth_type"),
        ("psample(cookie=0x1)", "psample has `group"),
        ("dec_ttl(1)", "is no word"),
        ("trunc(x)", "is no number"),
    ],
)
def test_actions_that_are_none_are_refused(words: str, why: str) -> None:
    with pytest.raises(EncodeError, match=why) as caught:
        Flow(actions=words)
    assert caught.value.path.startswith("Flow.actions")


def test_an_action_is_one_thing() -> None:
    for action, why in ((Action(), "it says nothing"), (Action(output=1, pop_vlan=True), "more than one thing")):
        with pytest.raises(EncodeError, match=why) as caught:
            Flow(actions=[action]).to_bytes()
        assert caught.value.path == "Flow.actions[0]"
    for given, why in ((5, "expected actions such as"), ([5], r"expected an Action"), ([Key()], "expected an Action")):
        with pytest.raises(EncodeError, match=why):
            Flow(actions=given)


def test_an_identifier_is_written_as_ovs_dpctl_does() -> None:
    """It is four numbers of this host: what stands here is that of one that is little-endian."""
    assert ufid_words(b"other") == "ufid:6f74686572"
    if sys.byteorder == "little":
        assert ufid_words(bytes(range(16))) == "ufid:03020100-0706-0504-0b0a-09080f0e0d0c"


def test_a_match_stands_for_key_and_mask() -> None:
    with pytest.raises(EncodeError, match=r"Flow.match: it says the key and the mask: leave key out, or this"):
        Flow(match="in_port(1)", key=Key(in_port=1))
    with pytest.raises(EncodeError, match=r"a key has no mask: give it as match"):
        Flow(key="in_port(1/1)")
