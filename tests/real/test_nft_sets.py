"""Sets and elements beside `nft`: what it makes is read and made again, and what is made here is what it makes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from netlynx import netns, nftables
from netlynx.errors import AlreadyExists, EncodeError, NetlinkError, NotFound, TransactionError
from netlynx.nftables import Counter, Element, ElementList, Elements, Lookup, Payload, Rule, Set
from netlynx.schema.from_json import from_json

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.every_kernel,
    pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft"),
]

Run = Callable[..., str]

# What `nft` (1.0.6) can make: each line a set `@`, then its elements.
FORMS = """
set @ { type ipv4_addr; } · 1.2.3.4, 1.2.3.5
set @ { type ipv4_addr; comment "hello"; } · 1.2.3.4 comment "foo"
set @ { type ipv4_addr; flags interval; } · 10.0.0.0/24, 10.0.1.0-10.0.1.5, 10.0.1.6, 255.0.0.0/8, 1.2.3.4
set @ { type ipv4_addr; flags interval; } · 0.0.0.0/0
set @ { type ipv4_addr; flags interval; auto-merge; } · 10.0.0.0/24, 10.0.1.0/24, 0.0.0.0-1.0.0.0
set @ { type ipv6_addr; flags interval; } · 2001:db8::/32, ::1, ffff::/16
set @ { type ipv6_addr; } · ::1, 2001:db8::1
set @ { type ether_addr; } · 00:11:22:33:44:55
set @ { type ether_addr; flags interval; } · 00:11:22:33:44:00-00:11:22:33:44:ff
set @ { type inet_service; } · 22, 80
set @ { type inet_service; flags interval; } · 22, 80-90, 60000-65535, 0-5
set @ { type inet_proto; } · tcp, udp
set @ { type mark; } · 1, 0x100
set @ { type mark; flags interval; } · 1, 16-255, 0xffffff00-0xffffffff
set @ { type ifname; } · "eth0", "lo"
set @ { type ifname; flags interval; } · "eth0", "veth*", "w*"
set @ { type ct_state; } · new, established
set @ { type tcp_flag; } · syn, syn|ack
set @ { type icmp_type . icmp_code; } · echo-request . 0
set @ { type dscp; flags interval; } · cs1, cs7
set @ { type boolean; } · exists
set @ { type realm; } · 5
set @ { type classid; } · 1:2
set @ { type devgroup; } · 5
set @ { type time; } · 1h
set @ { type arp_op; } · request
set @ { type iface_type; } · ether
set @ { type mh_type; } · home-test
set @ { type ecn; } · ect0, ce
set @ { type uid . gid; } · 1000 . 1000
set @ { type ipv4_addr . inet_service; } · 1.2.3.4 . 22
set @ { type ipv4_addr . inet_service; flags interval; } · 10.0.0.0/8 . 80-90, 1.2.3.4 . 22
set @ { type ipv4_addr . inet_service; flags interval; } · 0.0.0.0/0 . 0-65535 comment "x"
set @ { type ipv6_addr . inet_service . ifname; flags interval; } · ::1 . 22 . "eth0", ::2 . 22 . "eth*"
set @ { type ipv4_addr . mark; flags interval; } · 1.2.3.4 . 5-6
set @ { type ipv4_addr . ipv4_addr . inet_proto . inet_service; } · 1.2.3.4 . 5.6.7.8 . tcp . 22
set @ { type ipv4_addr; flags timeout; } · 1.2.3.4 timeout 1h, 1.2.3.5
set @ { type ipv4_addr; flags interval, timeout; timeout 1h; gc-interval 10s; } · 10.0.0.0/8 timeout 30m, 11.0.0.0/8
set @ { type ipv4_addr . inet_service; flags interval, timeout; timeout 1h; } · 10.0.0.0/8 . 22 timeout 30m
set @ { type ipv4_addr; size 1024; policy memory; } · 1.2.3.4
set @ { type ipv4_addr; flags dynamic, timeout; size 65535; counter; } · * timeout 1h
set @ { type ipv4_addr; counter; } · 1.2.3.4 counter packets 1 bytes 2, 1.2.3.5
set @ { type ipv4_addr; flags interval; counter; } · 1.2.3.0/24 counter packets 1 bytes 2
set @ { type ipv4_addr; limit rate 10/second; } · 1.2.3.4, 1.2.3.5 limit rate 5/second
set @ { type ipv4_addr; quota 5 mbytes; } · 1.2.3.4
set @ { type ipv4_addr; counter; quota 5 mbytes; } ·
set @ { type ipv4_addr; ct count over 5; } ·
set @ { type ipv4_addr; flags constant; elements = { 1.2.3.4 } } ·
set @ { typeof ip saddr . meta mark; } · 1.2.3.4 . 0x10
set @ { typeof ip saddr . meta mark; flags interval; } · 1.2.3.4 . 5-6
set @ { typeof tcp option maxseg size; } · 1460
set @ { typeof vlan id; } · 5
set @ { typeof vlan id . ip saddr; } · 5 . 1.2.3.4
set @ { typeof ip version; } · 4
set @ { typeof ip length; } · 1000
set @ { typeof frag frag-off; } · 8
set @ { typeof meta day; } · "Monday"
set @ { typeof meta hour; } · "10:00"
set @ { typeof meta time; } · "2022-01-01 10:00:00"
set @ { typeof meta length; } · 1000
set @ { typeof ct zone; } · 5
set @ { typeof ct helper; } · "ftp"
set @ { typeof ct state . meta pkttype; } · new . host
set @ { typeof fib saddr type; } · local
set @ { typeof ip dscp . ip saddr; } · cs1 . 1.2.3.4
set @ { typeof iif . tcp dport; } · lo . 22
set @ { typeof ct mark . meta mark . tcp dport; } · 1 . 2 . 22
set @ { typeof @nh,0,32; } · 5
set @ { typeof @th,16,8 . @ih,0,24; } ·
map @ { type ipv4_addr : verdict; } · 1.2.3.4 : accept, 1.2.3.5 : jump c, 1.2.3.6 : goto c, 1.2.3.7 : return
map @ { type ipv4_addr : verdict; } · 1.2.3.4 : drop, 1.2.3.5 : continue, * : drop
map @ { type ipv4_addr : verdict; flags interval; } · 1.2.3.0/24 : drop, 255.255.255.255 : accept
map @ { type ifname : verdict; flags interval; } · "eth*" : accept, "lo" : drop
map @ { type ifname . inet_service : verdict; } · "eth0" . 22 : accept
map @ { type inet_service : ipv4_addr . inet_service; flags interval; } · 22-30 : 1.2.3.4 . 3, 60000-65535 : 1.1.1.1 . 1
map @ { type mark : mark; } · 1 : 2
map @ { type ipv4_addr : mark; flags interval; counter; } · 10.0.0.0/8 comment "c" : 5, 255.255.255.255 : 7
map @ { type ipv4_addr : counter; } · 1.2.3.4 : "cnt"
map @ { type ipv4_addr . inet_service : quota; flags interval; } · 1.2.3.0/24 . 80-90 : "quo"
map @ { type ipv4_addr : interval ipv4_addr; } · 1.2.3.4 : 10.0.0.1-10.0.0.9, 1.2.3.5 : 10.0.1.0/24
map @ { type ipv4_addr : interval mark; } · 1.2.3.4 : 5-6
map @ { type ipv4_addr : interval ipv4_addr . inet_service; flags interval; } · 1.2.3.8/30 : 10.0.1.0/24 . 22
map @ { typeof ip saddr : ip saddr . tcp dport; } · 1.2.3.4 : 6.7.8.9 . 10
map @ { typeof ip saddr . udp dport : ip daddr . tcp dport; } · 1.2.3.4 . 5 : 6.7.8.9 . 10
map @ { type ipv4_addr : dscp; } · 1.2.3.4 : cs1
map @ { type ipv4_addr : verdict; flags timeout; timeout 1d; } · 1.2.3.4 timeout 1h : accept
""".strip().splitlines()

FAMILIES = ("inet", "ip", "ip6", "arp", "bridge", "netdev")
AROUND = "add table {0} t\nadd chain {0} t c\nadd counter {0} t cnt\nadd quota {0} t quo {{ over 5 mbytes }}\n"


def script(family: str = "inet") -> str:
    """All that `nft` is told."""
    lines = []
    for number, line in enumerate(FORMS):
        declared, _, elements = line.partition(" · ")
        name = f"s{number:02}"
        lines.append("add " + declared.replace(" @ ", f" {family} t {name} ").removesuffix(" ·"))
        if elements:
            lines.append(f"add element {family} t {name} {{ {elements} }}")
    return AROUND.format(family) + "\n".join(lines) + "\n"


@pytest.fixture
def nft(ip: Any) -> Run:
    def run(command: str, stdin: str | None = None) -> str:
        return str(ip(command, tool="nft", stdin=stdin))

    return run


@pytest.fixture
def other() -> Iterator[netns.NetworkNamespace]:
    with netns.anonymous() as made:
        yield made


def listed(run: Run) -> dict[str, Any]:
    """What `nft -j` lists of sets, by name: without what a kernel numbers, without what of a time is left."""
    found = json.loads(run("-j list ruleset"))["nftables"]
    return {each["name"]: bare(each) for kind in found for sort, each in kind.items() if sort in ("set", "map")}


def bare(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: bare(each) for name, each in value.items() if name not in ("handle", "expires")}
        if isinstance(kept.get("elem"), list):
            kept["elem"] = sorted(kept["elem"], key=str)  # a hash table has no order
        return kept
    return [bare(each) for each in value] if isinstance(value, list) else value


def in_other(other: netns.NetworkNamespace) -> Run:
    from conftest import Ip

    ip = Ip(other)
    return lambda command, stdin=None: ip(command, tool="nft", stdin=stdin)


@pytest.mark.parametrize("how", ["records", "json", "many"])
def test_every_form_is_read_and_made_again(
    nl: netlynx.Connection, nft: Run, other: netns.NetworkNamespace, how: str
) -> None:
    nft("-f -", script())
    there = in_other(other)
    there("-f -", AROUND.format("inet"))
    with netlynx.connect(netns=other) as copy:
        for found in nl.dump(nftables.sets(family="inet", table="t")).all():
            listing = nl.dump(nftables.elements(found)).all()
            copy.do(nftables.add(found))
            if how == "json":
                listing = [from_json(Element, json.loads(netlynx.to_json(each))) for each in listing]
            if how == "many" and not any(each.flags or each.timeout or each.expression for each in listing):
                pairs = [(each.key, each.object if each.data is None else each.data) for each in listing]
                if not any(each.userdata and each.userdata.comment for each in listing):
                    keys = pairs if found.content.is_map else [key for key, _ in pairs]
                    if keys:
                        copy.do(nftables.add(Elements(found, keys)))
                    continue
            copy.batch(nftables.add(each) for each in listing)
    made, wanted = listed(there), listed(nft)
    assert len(wanted) == len(FORMS)
    for name, each in wanted.items():
        assert made[name] == each, FORMS[int(name[1:])]


def test_what_is_not_named_is_as_it_would_be_in_a_file(nl: netlynx.Connection, nft: Run) -> None:
    """Sets that no type tells netlynx of are read as bytes, and deleted and added as such."""
    nft("-f -", "add table inet t\nadd set inet t s { type ipv4_addr; }\nadd element inet t s { 1.2.3.4 }\n")
    found = nl.do(nftables.set_("t", "s", family="inet"))
    unknown = found.replace(key_type=0)
    (each,) = nl.dump(nftables.elements(unknown))
    assert (each.type, each.key) == ("bytes:4", b"\1\2\3\4")
    nl.do(nftables.delete(each))
    nl.do(nftables.add(unknown.element(b"\1\2\3\5")))
    assert [each.key for each in nl.dump(nftables.elements(found))] == ["1.2.3.5"]


# What is said here, and what nft is told.
SAID: list[tuple[dict[str, Any], list[Any], str]] = [
    ({"key_type": "ipv4_addr"}, ["1.2.3.4"], "set @ { type ipv4_addr; } · 1.2.3.4"),
    (
        {"key_type": "ipv4_addr", "flags": "interval"},
        ["10.0.0.0/24", "1.2.3.4"],
        "set @ { type ipv4_addr; flags interval; } · 10.0.0.0/24, 1.2.3.4",
    ),
    (
        {"key_type": "inet_service", "flags": "interval"},
        ["22", range(80, 91)],
        "set @ { type inet_service; flags interval; } · 22, 80-90",
    ),
    ({"key_type": "mark", "flags": "interval"}, [1, "16-255"], "set @ { type mark; flags interval; } · 1, 16-255"),
    (
        {"key_type": "ifname", "flags": "interval"},
        ["eth0", "veth*"],
        'set @ { type ifname; flags interval; } · "eth0", "veth*"',
    ),
    (
        {"key_type": "ipv4_addr . inet_service", "flags": "interval"},
        [("10.0.0.0/8", "80-90")],
        "set @ { type ipv4_addr . inet_service; flags interval; } · 10.0.0.0/8 . 80-90",
    ),
    (
        {"key_type": "ct_state"},
        ["new", ["established", "related"]],
        "set @ { type ct_state; } · new, established|related",
    ),
    (
        {"key_type": "ipv4_addr", "userdata": {"comment": "c", "auto_merge": True}, "flags": "interval"},
        ["1.2.3.4"],
        'set @ { type ipv4_addr; flags interval; auto-merge; comment "c"; } · 1.2.3.4',
    ),
    (
        {"key_type": "ipv4_addr", "size": 99, "policy": "memory", "timeout": 3_600_000, "flags": "timeout"},
        ["1.2.3.4"],
        "set @ { type ipv4_addr; flags timeout; size 99; policy memory; timeout 1h; } · 1.2.3.4",
    ),
    (
        {"key_type": "ipv4_addr", "gc_interval": 10_000, "flags": "timeout"},
        ["1.2.3.4"],
        "set @ { type ipv4_addr; flags timeout; gc-interval 10s; } · 1.2.3.4",
    ),
    (
        {"key_type": "ipv4_addr", "flags": ["dynamic"], "size": 99, "expressions": [Counter()]},
        ["*"],
        "set @ { type ipv4_addr; flags dynamic; size 99; counter; } · *",
    ),
    (
        {"key_type": "ipv4_addr", "data_type": "verdict"},
        [("1.2.3.4", "accept"), ("1.2.3.5", "jump c")],
        "map @ { type ipv4_addr : verdict; } · 1.2.3.4 : accept, 1.2.3.5 : jump c",
    ),
    (
        {"key_type": "ipv4_addr", "data_type": "ipv4_addr . inet_service"},
        [("1.2.3.4", ("6.7.8.9", 10))],
        "map @ { type ipv4_addr : ipv4_addr . inet_service; } · 1.2.3.4 : 6.7.8.9 . 10",
    ),
    (
        {"key_type": "ipv4_addr", "data_type": "interval ipv4_addr"},
        [("1.2.3.4", "10.0.0.0/24")],
        "map @ { type ipv4_addr : interval ipv4_addr; } · 1.2.3.4 : 10.0.0.0/24",
    ),
    (
        {"key_type": "ipv4_addr", "object_type": "counter"},
        [("1.2.3.4", "cnt")],
        'map @ { type ipv4_addr : counter; } · 1.2.3.4 : "cnt"',
    ),
]


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_said_here_is_what_nft_makes(nl: netlynx.Connection, nft: Run, family: str) -> None:
    nft("-f -", AROUND.format(family))
    lines = []
    for number, (fields, keys, said) in enumerate(SAID):
        declared, _, elements = said.partition(" · ")
        lines.append("add " + declared.replace(" @ ", f" {family} t n{number:02} "))
        lines.append(f"add element {family} t n{number:02} {{ {elements} }}")
        made = Set(family=family, table="t", name=f"m{number:02}", **fields)
        nl.do(nftables.add(made))
        if keys == ["*"]:
            nl.do(nftables.add(made.element("*")))
        else:
            nl.do(nftables.add(Elements(made, keys)))
    nft("-f -", "\n".join(lines) + "\n")
    found = listed(nft)
    for number, (_, _, said) in enumerate(SAID):
        ours, theirs = found[f"m{number:02}"], found[f"n{number:02}"]
        assert {**ours, "name": ""} == {**theirs, "name": ""}, said


def test_what_cannot_be_is_refused_and_nothing_is_changed(nl: netlynx.Connection, nft: Run) -> None:
    nft("-f -", AROUND.format("inet"))
    ranges = Set(family="inet", table="t", name="r", key_type="ipv4_addr", flags="interval")
    nl.do(nftables.add(ranges))
    nl.do(nftables.add(ranges.element("10.0.0.0/8")))
    before = nft("-j list ruleset")
    with pytest.raises(AlreadyExists, match=re.escape("10.1.0.0/16 is there already, or something that overlaps it")):
        nl.do(nftables.add(ranges.element("10.1.0.0/16")))
    with pytest.raises(
        TransactionError, match=re.escape("10.2.0.0/16 is there already, or something that overlaps it")
    ):
        nl.do(nftables.add(Elements(ranges, ["11.0.0.0/8", "10.2.0.0/16", "12.0.0.0/8"])))
    with pytest.raises(NotFound, match=re.escape("key=99.0.0.0/8")):
        nl.do(nftables.delete(ranges.element("99.0.0.0/8")))
    with pytest.raises(NotFound, match=re.escape("Element.set")):
        nl.do(nftables.add(ranges.replace(name="nope").element("1.2.3.4")))
    assert nft("-j list ruleset") == before
    nl.do(nftables.destroy(ranges.element("99.0.0.0/8")))


def test_one_that_is_there_may_be_added_again(nl: netlynx.Connection, nft: Run) -> None:
    nft("-f -", AROUND.format("inet"))
    made = Set(family="inet", table="t", name="s", key_type="ipv4_addr")
    nl.do(nftables.add(made))
    nl.do(nftables.add(Elements(made, ["1.2.3.4"])))
    with pytest.raises(NetlinkError, match="EEXIST"):
        nl.do(nftables.add(Elements(made, ["1.2.3.4", "1.2.3.5"])))
    nl.do(nftables.add(Elements(made, ["1.2.3.4", "1.2.3.5"], exist_ok=True)))
    assert {each.key for each in nl.dump(nftables.elements(made))} == {"1.2.3.4", "1.2.3.5"}
    nl.do(nftables.flush(made))
    assert nl.count(nftables.elements(made)) == 0


def test_a_set_is_changed_and_removed(nl: netlynx.Connection, nft: Run) -> None:
    nft("-f -", AROUND.format("ip"))
    nl.do(nftables.add(Set(family="ip", table="t", name="s", key_type="ipv4_addr", flags="timeout", timeout=1000)))
    found = nl.do(nftables.set_("t", "s"))
    assert (found.timeout, found.key_len, str(found.content)) == (1000, 4, "ipv4_addr")
    nl.do(nftables.change(found.replace(timeout=2000)))
    assert nl.do(nftables.set_("t", "s")).timeout == 2000
    nl.do(nftables.delete(found))
    with pytest.raises(NotFound):
        nl.do(nftables.set_("t", "s"))
    nl.do(nftables.destroy(Set(family="ip", table="t", name="s")))


def test_all_ways_of_reading_agree(nl: netlynx.Connection, nft: Run) -> None:
    nft("-f -", script())
    for found in nl.dump(nftables.sets(family="inet", table="t")).all():
        wanted = nftables.elements(found)
        records = nl.dump(wanted).all()
        assert nl.count(wanted) == len(records) == nl.table(wanted).num_rows
        for each in records:
            if each.key is not None:
                assert [other.key for other in nl.dump(wanted.where(key=each.key))] == [each.key]


def test_many_more_than_a_message_holds(nl: netlynx.Connection, nft: Run) -> None:
    nft("-f -", AROUND.format("inet"))
    made = Set(family="inet", table="t", name="s", key_type="ipv4_addr", flags="interval")
    nl.do(nftables.add(made))
    keys = [f"10.{i >> 7}.{(i & 127) * 2}.0/24" for i in range(6000)]
    nl.do(nftables.add(Elements(made, keys)))
    assert [each.key for each in nl.dump(nftables.elements(made))] == keys
    nl.do(nftables.delete(Elements(made, keys[:3000])))
    assert [each.key for each in nl.dump(nftables.elements(made))] == keys[3000:]


def test_a_set_without_a_name_belongs_to_a_rule_of_its_transaction(nl: netlynx.Connection, nft: Run) -> None:
    nft("-f -", "add table ip t\nadd chain ip t c\n")
    ports = Set(family="ip", table="t", name="__set%d", key_type="inet_service", flags=["anonymous", "constant"], id=7)
    rule = Rule(
        family="ip",
        table="t",
        chain="c",
        expressions=[
            Payload(dreg="reg-1", base="transport-header", offset=2, len=2),
            Lookup(set="__set%d", set_id=7, sreg="reg-1"),
        ],
    )
    nl.do(nftables.transaction([nftables.add(ports), nftables.add(Elements(ports, [22, 80])), nftables.add(rule)]))
    (found,) = nl.dump(nftables.sets(family="ip", table="t")).all()
    assert found.name == "__set0"
    assert sorted(each.key for each in nl.dump(nftables.elements(found))) == [22, 80]
    assert "{ 22, 80 }" in nft("list ruleset")
    with pytest.raises(EncodeError, match="nothing but it names an anonymous set to a rule"):
        nftables.add(ports.replace(id=None))


def test_events_tell_of_elements_as_a_listing_does(nl: netlynx.Connection, nft: Run) -> None:
    lines = script().splitlines(keepends=True)
    nft("-f -", "".join(line for line in lines if not line.startswith("add element")))
    with nl.subscribe(nftables.CHANGES) as events:
        nft("-f -", "".join(line for line in lines if line.startswith("add element")))
        event = events.get(timeout=10)
    assert isinstance(event, netlynx.Event)
    told = [each.record for each in event.record.changes if isinstance(each.record, ElementList)]
    for found in nl.dump(nftables.sets(family="inet", table="t")).all():
        if "constant" in str(found.flags):
            continue
        listed = [each.replace(expiration=None) for each in nl.dump(nftables.elements(found))]
        heard = [each.replace(expiration=None) for each in nftables.elements_in(found, told)]
        assert sorted(map(repr, heard)) == sorted(map(repr, listed)), FORMS[int(str(found.name)[1:])]


def test_that_no_map_leads_to_a_queue_is_said(nl: netlynx.Connection) -> None:
    nl.do(nftables.add(nftables.Table(family="inet", name="t")))
    ways = Set(family="inet", table="t", name="m", key_type="ipv4_addr", data_type="verdict")
    nl.do(nftables.add(ways))
    result = nl.batch([nftables.add(ways.element("192.0.2.1", "queue"))], on_error="continue")
    if not result.errors:
        pytest.skip("this kernel is an older one, whose maps may")
    assert "A map leads to no queue" in str(result.errors[0])
    nl.do(nftables.add(ways.element("192.0.2.1", "accept")))  # that is all that was wrong
