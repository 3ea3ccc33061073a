"""Tables, chains, rules and objects beside `nft`, both ways: what it made is read here, what is made here it lists."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import NotFound, Record, netns, nftables, route
from netlynx.netfilter.nfnetlink import netfilter_change
from netlynx.nftables import NFT_MSG, Chain, Counter, Object, Rule, Table, UnknownExpression
from netlynx.schema.from_json import from_json
from netlynx.testing.namespaces import new_namespace
from netlynx.wire.constants import NLM_F
from nft_program import Nft

pytestmark = pytest.mark.namespace

RULES = (Path(__file__).parent.parent / "nftables" / "rules.nft").read_text()
"""A rule for each thing that nft 1.0.6 can say of one and that this kernel takes, and objects of every sort."""


@pytest.fixture
def nft(namespace: netns.NetworkNamespace) -> Nft:
    return Nft(namespace)


@pytest.fixture
def elsewhere() -> Iterator[netns.NetworkNamespace]:
    with new_namespace() as made:
        yield made


def listed(nl: netlynx.Connection) -> list[Any]:
    """All that is there, in the order in which one needs another."""
    everything = (nftables.tables, nftables.chains, nftables.objects, nftables.rules)
    return [record for listing in everything for record in nl.dump(listing())]


def within(value: Any) -> Iterator[Record]:
    if isinstance(value, tuple):
        for each in value:
            yield from within(each)
    elif isinstance(value, Record):
        yield value
        for name in value.__declarations__:
            yield from within(getattr(value, name))


def handless(nft: Nft) -> list[dict[str, Any]]:
    """The ruleset as nft has it, without handles."""
    return [{kind: {**fields, "handle": 0} for kind, fields in each.items()} for each in nft.ruleset()]


def again(record: Any) -> Any:
    """The record of what `to_json` makes of it, as what a listing printed."""
    return from_json(type(record), json.loads(netlynx.to_json(record)), read=True)


def test_a_ruleset_of_nft_is_read_whole_and_made_again_elsewhere(
    nl: netlynx.Connection, nft: Nft, elsewhere: netns.NetworkNamespace
) -> None:
    nft(RULES)
    found = listed(nl)
    parts = [each for record in found for each in within(record)]
    assert [each for each in parts if each.unknown or isinstance(each, UnknownExpression)] == []
    saved = [again(record) for record in found]
    assert saved == found
    with netlynx.connect(netns=elsewhere) as other:
        other.do(nftables.transaction([nftables.add(record) for record in saved]))
        assert handless(Nft(elsewhere)) == handless(nft)
        assert [each.replace(handle=0) for each in listed(other) if not isinstance(each, Rule)] == [
            each.replace(handle=0) for each in found if not isinstance(each, Rule)
        ]


def test_what_is_made_here_nft_lists(nl: netlynx.Connection, nft: Nft) -> None:
    changes = [
        nftables.add(Table(family="netdev", name="t", userdata=nftables.comment("mine"))),
        nftables.add(
            Chain(
                family="netdev",
                table="t",
                name="in",
                type="filter",
                hook="ingress",
                priority="filter - 5",
                devices=["lo"],
            )
        ),
        nftables.add(Table(family="bridge", name="t", flags="dormant")),
        nftables.add(
            Chain(family="bridge", table="t", name="c", type="filter", hook="forward", priority="filter", policy="drop")
        ),
        nftables.add(Table(family="inet", name="t")),
        nftables.add(Object(family="inet", table="t", name="seen", data=Counter(packets=1, bytes=2))),
        nftables.add(Chain(family="inet", table="t", name="c")),
        nftables.add(
            Rule(
                family="inet",
                table="t",
                chain="c",
                expressions=[
                    nftables.Meta(key="l4proto", dreg="reg-1"),
                    nftables.Compare(sreg="reg-1", op="eq", data=b"\6"),
                    nftables.ObjectReference(imm_type="counter", imm_name="seen"),
                    nftables.Limit(rate=5, unit=60, burst=3, type="pkts", flags="inv"),
                    nftables.Immediate(dreg="verdict", data="drop"),
                ],
                userdata=nftables.comment("slowly"),
            )
        ),
    ]
    nl.do(nftables.transaction(changes))
    pairs = [pair for each in nft.ruleset() for pair in each.items()]
    seen = {(kind, fields["family"], fields.get("name", "")): fields for kind, fields in pairs}
    assert {key for key in seen if key[0] == "chain"} == {
        ("chain", "netdev", "in"),
        ("chain", "bridge", "c"),
        ("chain", "inet", "c"),
    }
    assert 'type filter hook ingress device "lo" priority filter - 5;' in nft.text()
    assert seen["chain", "bridge", "c"]["prio"] == -200
    assert seen["chain", "bridge", "c"]["policy"] == "drop"
    assert seen["counter", "inet", "seen"]["packets"] == 1
    (rule,) = [each["rule"] for each in nft.ruleset() if "rule" in each]
    assert rule["comment"] == "slowly"
    assert rule["expr"] == [
        {"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "tcp"}},
        {"counter": "seen"},
        {"limit": {"rate": 5, "burst": 3, "per": "minute", "inv": True}},
        {"drop": None},
    ]
    assert nl.do(nftables.table("t", family="netdev")).comment == "mine"


def test_rules_have_places(nl: netlynx.Connection, nft: Nft) -> None:
    nl.do(nftables.add(Table(family="ip", name="t")))
    nl.do(nftables.add(Chain(family="ip", table="t", name="c")))

    def rule(number: int, **more: Any) -> Rule:
        step = nftables.Immediate(dreg="reg-1", data=bytes([number, 0, 0, 0]))
        return Rule(family="ip", table="t", chain="c", expressions=[step], **more)

    def order() -> list[int]:
        return [each.expressions[0].data.value[0] for each in nl.dump(nftables.rules(table="t", chain="c"))]

    first = nl.do(nftables.add(rule(1), echo=True))
    assert first.handle
    nl.do(nftables.add(rule(2)))
    nl.do(nftables.insert(rule(3)))
    nl.do(nftables.add(rule(4, position=first.handle)))
    nl.do(nftables.insert(rule(5, position=first.handle)))
    assert order() == [3, 5, 1, 4, 2]
    nl.do(nftables.replace(rule(6, handle=first.handle)))
    found = nl.dump(nftables.rules(table="t", chain="c")).all()
    assert order() == [3, 5, 6, 4, 2]
    nl.do(nftables.delete(found[0]))
    nl.do(nftables.destroy(found[1]))
    nl.do(nftables.destroy(found[1]))
    with pytest.raises(NotFound):
        nl.do(nftables.delete(found[1]))
    assert order() == [6, 4, 2]
    nl.do(nftables.add(found[-1]))
    assert order() == [6, 4, 2, 2]
    nl.do(nftables.flush(Chain(family="ip", table="t", name="c")))
    assert order() == []


def test_what_is_there_is_changed(nl: netlynx.Connection, nft: Nft) -> None:
    nft(
        "table ip t { chain c { type filter hook input priority 0; policy accept;\n }\n"
        "quota q { over 5 bytes\n }\n chain rest { counter\n }\n }"
    )
    chain, rest = nl.dump(nftables.chains())
    nl.do(nftables.change(chain.replace(policy="drop")))
    nl.do(nftables.change(rest.replace(name="others")))
    table = nl.do(nftables.table("t"))
    nl.do(nftables.change(table.replace(flags="dormant")))
    quota = nl.do(nftables.object("t", "q", "quota"))
    nl.do(nftables.change(quota.replace(data=nftables.Quota(bytes=9, flags="inv"))))
    text = nft.text()
    for words in ("flags dormant", "policy drop", "chain others", "quota q {\n\t\tover 9 bytes"):
        assert words in text
    nl.do(nftables.change(nl.do(nftables.table("t")).replace(flags=0)))
    assert "flags dormant" not in nft.text()


def test_devices_come_and_go(nl: netlynx.Connection, nft: Nft) -> None:
    nl.do(route.add(route.Link(name="v0", kind="veth")))
    nft("table netdev t { chain c { type filter hook ingress device lo priority 0;\n }\n }")
    (chain,) = nl.dump(nftables.chains())
    assert (chain.devices, chain.device) == (("lo",), "lo")
    nl.do(nftables.change(chain.replace(devices=("lo", "v0"))))
    (chain,) = nl.dump(nftables.chains())
    assert (sorted(chain.devices), chain.device) == (["lo", "v0"], None)
    nl.do(nftables.delete(Chain(family="netdev", table="t", name="c", devices=["lo"])))
    (chain,) = nl.dump(nftables.chains())
    assert chain.devices == ("v0",)
    nl.do(nftables.delete(chain))
    assert nl.count(nftables.chains()) == 0


def test_counters_are_told_and_put_back(nl: netlynx.Connection, nft: Nft) -> None:
    nft(
        "table ip t { counter a { packets 3 bytes 4\n }\n counter b { packets 5 bytes 6\n }\n"
        "chain c { counter packets 7 bytes 8\n }\n }\n table ip other { counter a { packets 9 bytes 9\n }\n }"
    )
    a = nl.do(nftables.object("t", "a", "counter"))
    assert nl.do(nftables.reset(a)).data == Counter(packets=3, bytes=4)
    told = nl.dump(nftables.reset(nftables.objects(table="t", type="counter"))).all()
    assert [each.data.packets for each in told] == [0, 5]
    (rule,) = nl.dump(nftables.rules())
    assert nl.do(nftables.reset(rule)).expressions == (Counter(bytes=8, packets=7),)
    assert nl.dump(nftables.reset(nftables.rules(table="t"))).all()[0].expressions == (Counter(bytes=0, packets=0),)
    assert [each.data.packets for each in nl.dump(nftables.objects())] == [0, 0, 9]


def test_all_goes_at_once(nl: netlynx.Connection, nft: Nft) -> None:
    nft("table ip t { chain c { counter\n }\n }\n table ip6 t { chain c { counter\n }\n }")
    nl.do(nftables.flush(Table(family="ip", name="t")))
    assert [each.family.label for each in nl.dump(nftables.rules())] == ["ip6"]
    nl.do(nftables.flush_ruleset(family="ip"))
    assert [each.family.label for each in nl.dump(nftables.tables())] == ["ip6"]
    nl.do(nftables.flush_ruleset())
    assert nft.ruleset() == []


def test_an_error_names_the_expression(nl: netlynx.Connection, nft: Nft) -> None:
    nft("table ip t { chain c {\n }\n }")
    jump = nftables.Immediate(dreg="verdict", data={"verdict": {"code": "jump", "chain": "nowhere"}})
    for steps, where in (
        ([Counter(), nftables.Lookup(set="nothing", sreg="reg-1")], r"Rule.expressions\[1\]"),
        ([jump], r"Rule.expressions\[0\]"),
        ([UnknownExpression(name="nonsense", data=b"")], r"Rule.expressions\[0\]"),
    ):
        with pytest.raises(netlynx.NetlinkError, match=where):
            nl.do(nftables.add(Rule(family="ip", table="t", chain="c", expressions=steps)))
    with pytest.raises(NotFound, match=r"Rule\.chain"):
        nl.do(nftables.add(Rule(family="ip", table="t", chain="d", expressions=[Counter()])))
    with pytest.raises(NotFound, match=r"Chain\.table"):
        nl.do(nftables.add(Chain(family="ip", table="u", name="c")))


LOST: list[tuple[str, str, nftables.Expression, str]] = [
    ("inet", "filter", nftables.Log(level="info", snaplen=5), "snaplen"),
    ("inet", "filter", nftables.Log(prefix="x", qthreshold=5), "qthreshold"),
    ("inet", "filter", nftables.Hash(type="sym", dreg=1, modulus=4, sreg=2), "sreg"),
    ("inet", "filter", nftables.Hash(type="sym", dreg=1, modulus=4, len=4), "len"),
    ("inet", "filter", nftables.Hash(type="sym", dreg=1, modulus=4, seed=4), "seed"),
    ("inet", "filter", nftables.Payload(base=1, offset=0, len=4, dreg=1, csum_type="inet"), "csum_type"),
    ("inet", "filter", nftables.Payload(base=1, offset=0, len=4, dreg=1, csum_offset=4), "csum_offset"),
    ("inet", "filter", nftables.Payload(base=1, offset=0, len=4, dreg=1, csum_flags=1), "csum_flags"),
    ("inet", "filter", nftables.Socket(key="mark", dreg=1, level=2), "level"),
    ("ip", "nat", nftables.Masquerade(reg_proto_max=1), "reg_proto_max"),
    ("ip", "nat", nftables.Nat(type="snat", family="ip", reg_addr_min=1, reg_proto_max=1), "reg_proto_max"),
    ("ip", "nat", nftables.Nat(type="snat", family="ip", reg_proto_min=1, reg_addr_max=1), "reg_addr_max"),
    ("netdev", "filter", nftables.Forward(sreg_dev=1, nfproto="ip"), "nfproto"),
    ("netdev", "filter", nftables.Dup(sreg_dev=1, sreg_addr=2), "sreg_addr"),
]
HOOKS = {"nat": "postrouting", "filter": "prerouting"}


def test_what_the_kernel_would_take_and_forget_is_refused(nl: netlynx.Connection, nft: Nft) -> None:
    """Sent all the same, it is not there when the rule is read."""
    zero = nftables.Immediate(dreg="reg-1", data=bytes(16))
    other = nftables.Immediate(dreg="reg-2", data=bytes(16))
    for family, sort, expression, field in LOST:
        base = {"hook": "ingress", "devices": ["lo"]} if family == "netdev" else {"hook": HOOKS[sort]}
        table, chain = (
            Table(family=family, name=sort),
            Chain(family=family, table=sort, name="c", type=sort, **base, priority=0),
        )
        rule = Rule(family=family, table=sort, chain="c", expressions=[zero, other, expression])
        with pytest.raises(netlynx.EncodeError, match=rf"Rule\.expressions\[2\]\.{field}"):
            nftables.add(rule)
        sent = netfilter_change("sent", 10, NFT_MSG.NEWRULE, rule, flags=NLM_F.CREATE | NLM_F.APPEND)
        nl.do(nftables.transaction([nftables.add(table), nftables.add(chain), sent]))
        (found,) = nl.dump(nftables.rules())
        assert getattr(found.expressions[2], field) is None, expression
        nl.do(nftables.flush_ruleset())


NEWER: list[tuple[str, list[nftables.Expression]]] = [
    ("last", [nftables.Last(set=0)]),
    ("connlimit", [nftables.ConnectionLimit(count=5, flags="inv")]),
    (
        "inner",
        [
            nftables.Inner(
                num=0,
                type="vxlan",
                flags=["hdrsize", "ll", "nh", "th"],
                hdrsize=8,
                expr=nftables.Payload(dreg=1, base="network-header", offset=12, len=4),
            )
        ],
    ),
    (
        "bitwise",
        [
            nftables.Immediate(dreg=1, data=bytes(4)),
            nftables.Immediate(dreg=2, data=bytes(4)),
            nftables.Bitwise(sreg=1, sreg2=2, dreg=1, op="and", len=4),
        ],
    ),
    ("match", [nftables.Match(name="mark", rev=1, info=bytes(12))]),
]


def test_what_nft_does_not_know_is_read_as_it_was_made(nl: netlynx.Connection, nft: Nft) -> None:
    """Or the kernel does not know it, and says so of the expression."""
    nl.do(nftables.add(Table(family="inet", name="t")))
    nl.do(nftables.add(Chain(family="inet", table="t", name="c", hook="input", priority=0)))
    refused: list[tuple[str, bool]] = []
    for name, steps in NEWER:
        rule = Rule(family="inet", table="t", chain="c", expressions=steps)
        try:
            told = nl.do(nftables.add(rule, echo=True))
        except netlynx.NetlinkError as error:
            refused.append((name, f"Rule.expressions[{len(steps) - 1}]" in str(error)))
            continue
        last, meant = told.expressions[-1], steps[-1]
        for field in meant.__declarations__:
            wanted, found = getattr(meant, field), getattr(last, field)
            assert wanted is None or found == wanted or (field == "info" and found.startswith(wanted)), (name, field)
    assert all(named for _, named in refused), refused


IPTABLES = """
iptables-nft -A INPUT -p tcp -m multiport --dports 1,2 -m comment --comment hi -j ACCEPT
iptables-nft -A INPUT -m mark --mark 1 -j DROP
iptables-nft -t mangle -A PREROUTING -j MARK --set-mark 5
iptables-nft -A OUTPUT ! -p icmp -m conntrack --ctstate NEW -j LOG
iptables-nft -A FORWARD -p udp -m statistic --mode random --probability 0.5 -j NFQUEUE --queue-num 3
"""


def test_rules_of_iptables_are_read_whole_and_made_again_elsewhere(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, elsewhere: netns.NetworkNamespace
) -> None:
    if shutil.which("iptables-nft") is None:
        pytest.skip("no `iptables-nft` to compare with: apt-get install iptables")
    here, there = Ip(namespace), Ip(elsewhere)
    made = 0
    for line in IPTABLES.strip().splitlines():
        program, _, words = line.partition(" ")
        try:
            here(words, tool=program)
            made += 1
        except RuntimeError:
            pass  # the kernel lacks that match or target
    assert made
    found = listed(nl)
    parts = [each for record in found for each in within(record)]
    assert [each for each in parts if each.unknown or isinstance(each, UnknownExpression)] == []
    assert any(isinstance(each, nftables.Target | nftables.Match) for each in parts)
    with netlynx.connect(netns=elsewhere) as other:
        other.do(nftables.transaction([nftables.add(again(record)) for record in found]))
    saved = [text_of(each("", tool="iptables-nft-save")) for each in (here, there)]
    assert saved[0] == saved[1] != []


def text_of(saved: str) -> list[str]:
    return [line for line in saved.splitlines() if not line.startswith("#")]


def test_chains_that_go_with_a_rule_are_made_again_elsewhere(
    nl: netlynx.Connection, nft: Nft, elsewhere: netns.NetworkNamespace
) -> None:
    nft("table ip t { chain c { tcp dport 1 jump { counter\n drop\n }\n tcp dport 2 goto { reject\n }\n accept\n }\n }")
    found = listed(nl)
    inner = {each.name for each in found if isinstance(each, Chain) and each.flags}
    assert len(inner) == 2
    rules = [each for each in found if isinstance(each, Rule)]
    closed = [each for each in rules if each.chain in inner]
    rest = [each for each in rules if each.chain not in inner]
    order = [*(each for each in found if not isinstance(each, Rule)), *closed, *rest]
    with netlynx.connect(netns=elsewhere) as other:
        other.do(nftables.transaction([nftables.add(again(record)) for record in order]))
    texts = [re.sub("[0-9]+", "", each.text()) for each in (nft, Nft(elsewhere))]
    assert texts[0] == texts[1]
    assert texts[0].count("{") == 4


def test_a_table_goes_with_its_owner(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    with netlynx.connect(netns=namespace) as owner:
        owner.do(nftables.add(Table(family="ip", name="mine", flags="owner")))
        (table,) = nl.dump(nftables.tables())
        assert table.flags == nftables.TableFlags.OWNER
        assert table.owner
        with pytest.raises(netlynx.PermissionDenied):
            nl.do(nftables.delete(table))
        nl.do(nftables.flush_ruleset())
        assert nl.count(nftables.tables()) == 1
    assert nl.count(nftables.tables()) == 0
