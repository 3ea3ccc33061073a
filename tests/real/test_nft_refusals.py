"""What the kernel refuses of nftables says which operation, which attribute, and what to do; nothing is done."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import netns, nftables
from netlynx.nftables import (
    Chain,
    Data,
    Element,
    Family,
    Immediate,
    Lookup,
    ObjectReference,
    Payload,
    Rule,
    Set,
    Table,
    Verdict,
)
from netlynx.wire.constants import NLM_F
from nft_program import Nft, new

pytestmark = pytest.mark.every_kernel


def rule(*expressions: Any, table: str = "t", chain: str = "c") -> Any:
    own = Rule(family=Family.IP, table=table, chain=chain, expressions=expressions)
    return new(own, NLM_F.CREATE | NLM_F.APPEND)


SET = Set(family="ip", table="t", name="s", key_type="ipv4_addr", flags="interval")
MAP = Set(family="ip", table="t", name="m", key_type="ipv4_addr", data_type="verdict")
SOURCE = Payload(dreg="reg_1", base="network_header", offset=12, len=4)
REFUSED: dict[str, tuple[Any, type[netlynx.NetlinkError], str, str]] = {
    "a timeout of a set whose elements do not end": (
        nftables.add(Element(family="ip", table="t", set="s", type="ipv4_addr", key="10.0.0.1", timeout=1000)),
        netlynx.NetlinkError,
        "Element",
        "Whether elements of t/s may end was not looked at: it is so where the set has the flag timeout",
    ),
    "a table that is not there": (
        rule(table="none"),
        netlynx.NotFound,
        "Rule.table",
        "There is no table none of the family ip: make it before",
    ),
    "a chain that is not there": (
        rule(chain="none"),
        netlynx.NotFound,
        "Rule.chain",
        "There is no chain none in the table t of the family ip: make it before",
    ),
    "a set that is not there": (
        rule(SOURCE, Lookup(sreg="reg_1", set="none")),
        netlynx.NotFound,
        "Rule.expressions[1]",
        "There is no set none in the table t of the family ip",
    ),
    "an object that is not there": (
        rule(ObjectReference(imm_type="counter", imm_name="none")),
        netlynx.NotFound,
        "Rule.expressions[0]",
        "There is no counter object none in the table t",
    ),
    "an element of a set that is not there": (
        nftables.add(Element(set=SET.replace(name="none"), key="192.0.2.1")),
        netlynx.NotFound,
        "Element.set",
        "There is no set none in the table t of the family ip: make it before",
    ),
    "an element that overlaps one": (
        nftables.add(Element(set=SET, key="10.1.0.0/16")),
        netlynx.AlreadyExists,
        "",
        "10.1.0.0/16 is there already, or something that overlaps it",
    ),
    "an element that jumps to nowhere": (
        nftables.add(Element(set=MAP, key="192.0.2.1", data="jump none")),
        netlynx.NotFound,
        "",
        "There is no chain none in the table t of the family ip: make it before",
    ),
    "an element of an object that is not there": (
        nftables.add(
            Element(set=MAP.replace(name="o", data_type=None, object_type="counter"), key="192.0.2.1", object="none")
        ),
        netlynx.NotFound,
        "",
        "There is no object none of the map's type in the table t of the family ip: make it before",
    ),
    "a second element for all other keys": (
        nftables.add(Element(set=SET.replace(name="others", flags=None), key="*")),
        netlynx.AlreadyExists,
        "",
        "There is an element for all other keys already",
    ),
    "a jump to nowhere": (
        rule(Immediate(dreg="verdict", data=Data(verdict=Verdict(code="jump", chain="none")))),
        netlynx.NotFound,
        "Rule.expressions[0]",
        "There is no chain none in the table t",
    ),
    "a chain that is there": (
        new(Chain(family=Family.IP, table="t", name="c")),
        netlynx.AlreadyExists,
        "Chain.name",
        "Destroy it before, in the same transaction, or change",
    ),
    "a table that is there": (
        new(Table(family=Family.IP, name="t")),
        netlynx.AlreadyExists,
        "Table.name",
        "Destroy it before, in the same transaction, or change",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_says_why(nl: netlynx.Connection, namespace: netns.NetworkNamespace, what: str) -> None:
    operation, kind, attribute, advice = REFUSED[what]
    nft = Nft(namespace)
    nft("add table ip t\nadd chain ip t c")
    nft("add set ip t s { type ipv4_addr; flags interval; }\nadd element ip t s { 10.0.0.0/8 }")
    nft("add map ip t m { type ipv4_addr : verdict; }\nadd map ip t o { type ipv4_addr : counter; }")
    nft("add set ip t others { type ipv4_addr; }\nadd element ip t others { * }")
    before = nft.ruleset()
    with pytest.raises(kind) as alone:
        nl.do(operation)
    with pytest.raises(netlynx.TransactionError) as together:
        nl.do(nftables.transaction([rule(), operation]))
    for error in (alone.value, together.value.errors[1]):
        assert type(error) is kind
        assert not attribute or error.attribute == attribute
        assert advice in str(error)
    assert f"operation 2, {operation}" in str(together.value)
    assert nft.ruleset() == before
