"""Rules in words: what is compiled reads as nft lists it, and what cannot be is refused with its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from netlynx import nftables
from netlynx.codec._codec import decode, encode
from netlynx.errors import EncodeError
from netlynx.nftables import words
from netlynx.nftables.words import (
    accept,
    concat,
    ct,
    ip,
    ip6,
    jump,
    limit,
    match,
    meta,
    numgen,
    rule,
    snat,
    tcp,
    text_of_rule,
    udp,
    vmap,
)
from netlynx.nftables.words.set_text import lines_of_set
from netlynx.schema.compile import plan_of
from nftables.words_table import lines, named


def test_every_rule_in_words_reads_as_nft_lists_it() -> None:
    different = []
    for line in lines():
        made, sets = named(line.records)
        listed = text_of_rule(made, sets=sets, interfaces={1: "lo"})
        if listed != line.listed:
            different.append((line.python, listed, line.listed))
    assert not different


def test_rules_in_words_come_back_from_their_bytes() -> None:
    for line in lines():
        *_, made = line.records
        assert decode(plan_of(nftables.Rule), encode(plan_of(nftables.Rule), made)) == made


def test_a_comment_is_nfts() -> None:
    (made,) = rule("filter", "input", match(tcp.dport, 22), accept, comment="ssh")
    assert made.userdata == b"\x00\x04ssh\x00"  # type: ignore[attr-defined]
    assert str(made) == 'tcp dport 22 accept comment "ssh"'


def test_sets_that_are_written_out_have_numbers_of_their_own() -> None:
    first = rule("filter", "input", match(tcp.dport, {22, 80}))
    second = rule("filter", "input", match(tcp.dport, {22, 80}))
    assert first[0].id != second[0].id  # type: ignore[attr-defined]
    assert first[-1].expressions[-1].set_id == first[0].id  # type: ignore[attr-defined]


def test_expressions_of_the_kernel_stand_among_words() -> None:
    (made,) = rule("filter", "input", match(tcp.dport, 22), nftables.Counter(packets=1, bytes=2), accept)
    assert str(made) == "tcp dport 22 counter packets 1 bytes 2 accept"


@pytest.mark.parametrize(
    ("expressions", "text"),
    [
        ((nftables.UnknownExpression(name="new", data=b"\x01\x02"),), "[ new 0102 ]"),
        (
            (nftables.Meta(key="mark", dreg="REG_1"), nftables.Counter(packets=1, bytes=2)),
            "[ meta key mark dreg reg-1 ] counter packets 1 bytes 2",
        ),
        ((nftables.Compare(sreg="REG_2", op="eq", data=b"\x01"),), "[ cmp sreg reg-2 op eq data 0x01 ]"),
        (
            (nftables.Target(name="TEE", rev=1, info=b"\x00"), nftables.Immediate(dreg="verdict", data="accept")),
            "[ target name TEE rev 1 info 0x00 ] accept",
        ),
        (
            (nftables.Bitwise(sreg="REG_1", sreg2="REG_2", dreg="REG_1", len=4, op="and"),),
            "[ bitwise sreg reg-1 sreg2 reg-2 dreg reg-1 op and len 4 ]",
        ),
    ],
)
def test_what_nft_has_no_words_for_is_in_brackets(expressions: tuple[Any, ...], text: str) -> None:
    assert str(nftables.Rule(family="ip", table="t", chain="c", expressions=expressions)) == text


@pytest.mark.parametrize(
    ("words", "family", "message"),
    [
        ((match(tcp.dport, "nothing"),), "ip", "words[0]: 'nothing' is no inet_service"),
        ((match(tcp.dport, 70000),), "ip", "words[0]: 70000 does not fit 16 bits"),
        ((match(ip.saddr, "10.0.0.1/8"),), "ip", "words[0]: '10.0.0.1/8' has bits behind its prefix"),
        ((match(ip.saddr, "::1"),), "ip", "words[0]: '::1' is no ipv4_addr"),
        ((accept, match(ip6.saddr, "::1")), "ip", "words[1]: ip6 is looked at where packets are of ip"),
        ((match(tcp.dport, 22), match(udp.dport, 22)), "ip", "words[1]: udp is looked at where packets are of tcp"),
        ((match(ct.state, "open"),), "ip", "words[0]: 'open' is no ct_state: it has invalid, new"),
        ((match(meta.iif, "eth0"),), "ip", "words[0]: 'eth0' is no iface_index"),
        ((match(tcp.dport, set()),), "ip", "words[0]: an empty set"),
        ((match(tcp.dport, "<", {1, 2}),), "ip", "words[0]: '<' compares with one value"),
        ((match(tcp.dport, "~", 1),), "ip", "words[0]: '~' is no operator"),
        ((match(tcp.dport, "90-80"),), "ip", "words[0]: '90-80' is a range from its higher to its lower end"),
        ((match(concat(ip.saddr, tcp.dport), {("10.0.0.1",)}),), "ip", "has 1 values for 2 things"),
        ((vmap(tcp.dport, {22: 5}),), "ip", "words[0]: expected a verdict"),
        ((vmap(tcp.dport, {}),), "ip", "words[0]: expected a dict with a key at least"),
        ((tcp.dport,), "ip", "words[0]: expected words of a rule, not Field"),
        (("accept",), "ip", "words[0]: expected words of a rule, not str"),
        ((snat(),), "ip", "words[0]: snat to where?"),
        ((match(ct.original.saddr, "10.0.0.1"),), "inet", "words[0]: of ip or ip6? Say ip_saddr or ip6_saddr"),
        ((accept,), "unspec", "say which family"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(words: tuple[Any, ...], family: str, message: str) -> None:
    with pytest.raises(EncodeError) as caught:
        rule("filter", "input", *words, family=family)
    assert message in str(caught.value)


def test_words_that_do_not_exist_are_told_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match=r"tcp has no dprt; did you mean dport\?"):
        _ = tcp.dprt
    with pytest.raises(EncodeError, match="is no rate such as"):
        limit("10 a second")
    with pytest.raises(EncodeError, match="'up' is no way to make numbers"):
        numgen("up", 2)


def test_a_state_that_nft_has_no_word_for_is_in_brackets_too() -> None:
    held = nftables.Set(
        family="ip", table="t", name="s", key_type="ipv4_addr", expressions=[nftables.UnknownExpression(name="new")]
    )
    assert "\t[ new ]" in list(lines_of_set(held, []))


def test_a_range_of_python_ends_before_its_stop() -> None:
    (made,) = rule("filter", "input", match(tcp.dport, range(80, 91)), jump("web"))
    assert str(made) == "tcp dport 80-90 jump web"


def test_the_page_names_every_word() -> None:
    page = (Path(__file__).parents[2] / "docs" / "nftables.md").read_text()
    said = page[page.index("## Rules in words") : page.index("## The whole ruleset")]
    known = [name for name, value in vars(words).items() if not name.startswith("_") and callable(value)]
    assert len(known) > 40
    assert [name for name in known if not re.search(rf"\b{name}\b", said)] == []
