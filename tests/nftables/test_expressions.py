"""Rules as nft sends them, and as no nft ever would: what is read goes back byte for byte."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import attribute, nested
from netlynx import Record, nftables, to_json
from netlynx.codec._codec import decode
from netlynx.nftables import EXPRESSIONS, Compare, Payload, Register, Rule, UnknownExpression
from netlynx.schema.compile import plan_of
from netlynx.schema.from_json import from_json
from strategies import records
from worth import examples

CAPTURED: dict[str, str] = json.loads((Path(__file__).parent / "captured_rules.json").read_text())
"""The NFT_MSG_NEWRULE that nft 1.0.6 sends for ``add rule …``, without its netlink header."""
HEADER = bytes((1, 0, 0, 0))
names = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)


def strangers(value: Any) -> list[Any]:
    """What is unknown in a record and all within it."""
    if isinstance(value, tuple):
        return [found for each in value for found in strangers(each)]
    if not isinstance(value, Record):
        return []
    own = [value] if value.unknown or isinstance(value, UnknownExpression) else []
    return own + [found for name in value.__declarations__ for found in strangers(getattr(value, name))]


@pytest.mark.parametrize("words", CAPTURED)
def test_a_rule_of_nft_is_read_whole_and_goes_back_byte_for_byte(words: str) -> None:
    payload = bytes.fromhex(CAPTURED[words])
    rule = decode(plan_of(Rule), payload)
    assert strangers(rule) == []
    assert rule.to_bytes() == payload
    assert from_json(Rule, json.loads(to_json(rule))) == rule
    assert Rule(**{name: getattr(rule, name) for name in Rule.__declarations__}) == rule


def test_what_nft_makes_of_one_rule() -> None:
    rule = decode(plan_of(Rule), bytes.fromhex(CAPTURED["inet t_inet c tcp dport 22 accept"]))
    assert rule.expressions[2:] == (
        Payload(dreg=Register.REG_1, base="transport-header", offset=2, len=2),
        Compare(sreg="reg-1", op="eq", data=b"\0\x16"),
        nftables.Immediate(dreg="verdict", data="accept"),
    )


def test_all_expressions_of_this_kernel_are_among_them() -> None:
    """But for those that it lacks, that nft 1.0.6 does not know, or that iptables-nft alone makes."""
    rules = [decode(plan_of(Rule), bytes.fromhex(payload)) for payload in CAPTURED.values()]
    seen = {type(each) for rule in rules for each in rule.expressions}
    lacking = {name for name, cls in EXPRESSIONS.items() if cls not in seen}
    assert lacking == {"flow_offload", "inner", "last", "match", "queue", "target", "tunnel"}


@examples(40)
@given(st.lists(st.tuples(names, st.binary(max_size=40), st.booleans()), min_size=1, max_size=4))
def test_expressions_that_are_not_known_go_back_byte_for_byte(given: list[tuple[str, bytes, bool]]) -> None:
    elements = b"".join(
        nested(1, attribute(1, f"{name}~\0".encode()), attribute(2, payload) if data else b"")
        for name, payload, data in given
    )
    payload = HEADER + nested(4, elements)
    rule = decode(plan_of(Rule), payload)
    assert [each.name for each in rule.expressions] == [f"{name}~" for name, _, _ in given]
    assert rule.to_bytes() == payload
    assert from_json(Rule, json.loads(to_json(rule))).to_bytes() == payload


@examples(40)
@given(records(Rule), st.binary(max_size=12), st.integers(60, 0x3FFF), st.data())
def test_attributes_that_are_not_known_stay_where_they_are(rule: Rule, extra: bytes, number: int, data: Any) -> None:
    """In the expression that has them, in the rule, and beside the expressions."""
    known = list(EXPRESSIONS.values())
    one = data.draw(records(data.draw(st.sampled_from(known)), depth=2))
    inside = one.to_bytes() + attribute(number, extra)
    name = next(name for name, cls in EXPRESSIONS.items() if cls is type(one))
    element = nested(1, attribute(1, f"{name}\0".encode()), nested(2, inside))
    payload = rule.replace(expressions=()).to_bytes() + nested(4, element) + attribute(number + 1 & 0x3FFF, extra)
    found = decode(plan_of(Rule), payload)
    assert decode(plan_of(Rule), found.to_bytes()) == found
    (expression,) = found.expressions
    assert type(expression) is type(one) or not one.__declarations__
    assert nested(2, inside) in found.to_bytes()


def test_every_expression_can_be_given_with_its_name() -> None:
    for name, cls in EXPRESSIONS.items():
        data = {"data": {}} if cls.__declarations__ else {}
        rule = Rule(family="inet", table="t", chain="c", expressions=[{"name": name, **data}])
        assert rule.expressions == (cls(),)
        assert decode(plan_of(Rule), rule.to_bytes()) == rule


def test_a_verdict_is_given_by_its_name() -> None:
    jump = nftables.Verdict(code="jump", chain="other")
    assert nftables.Immediate(dreg=0, data={"verdict": jump}).data == nftables.Data(verdict=jump)
    for code in nftables.VerdictCode:
        assert nftables.Immediate(dreg=0, data=code.label).data == nftables.Data(verdict=nftables.Verdict(code=code))
        sent = struct.pack(">i", code)
        assert sent in nftables.Immediate(dreg=0, data=code).to_bytes()


def test_comments_are_kept_in_userdata() -> None:
    rule = decode(plan_of(Rule), bytes.fromhex(CAPTURED['inet t_inet c counter comment "x"']))
    assert rule.comment == "x"
    assert rule.userdata == nftables.comment("x")
    assert [Rule(userdata=each).comment for each in (None, b"", b"\0\5x\0", b"other")] == [None] * 4
