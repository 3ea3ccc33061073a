"""Rules in words beside nft: the same bytes for the same words, and the same text for what the kernel has."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import netlynx
from conftest import Ip
from netlynx import netns, nftables
from netlynx.codec._codec import decode, encode
from netlynx.nftables import words
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.element import ElementList, WireElement
from netlynx.nftables.requests import listing
from netlynx.nftables.words import text_of_rule
from netlynx.nftables.words.contents import Contents
from netlynx.nftables.words.rule_text import contents_of
from netlynx.schema import Record
from netlynx.schema.compile import plan_of
from nftables.tap import messages
from nftables.words_table import PRELUDE, Line, lines

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft"),
]

_TYPE = 10 << 8  # NFNL_SUBSYS_NFTABLES
_ELEMENTS = 3  # NFTA_SET_ELEM_LIST_ELEMENTS
WRITTEN = list(lines())


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All rules of the table as nft reads them, in one transaction."""
    path = tmp_path_factory.mktemp("nft") / "rules.nft"
    path.write_text("".join(f"add rule {each.family} t {each.chain} {each.written}\n" for each in WRITTEN))
    return path


def attributes(data: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Types and payloads."""
    while at < len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        yield kind & 0x3FFF, data[at + 4 : at + length]
        at += length + 3 & ~3


def elements_in(message: bytes) -> list[WireElement]:
    """The elements of a list, which nft numbers."""
    lists = (value for kind, value in attributes(message, 4) if kind == _ELEMENTS)
    return [decode(plan_of(WireElement), each) for found in lists for _, each in attributes(found)]


def again(record: Any) -> Any:
    """A record as it comes back from its bytes."""
    return decode(plan_of(type(record)), encode(plan_of(type(record)), record))


def numbered(rule: Any, names: dict[int, int]) -> Any:
    """The expressions with the numbers of sets as they come; nft gives them to sets with a name, too."""
    made = []
    for each in rule.expressions:
        if getattr(each, "set_id", None) is not None:
            each = replace(each, set_id=names.get(each.set_id))
        made.append(each)
    return tuple(made)


def test_words_are_the_bytes_that_nft_makes_of_them(ip: Ip, script: Path) -> None:
    ip("-f -", tool="nft", stdin=PRELUDE)
    told: list[tuple[list[Any], Any]] = []
    before: list[Any] = []
    for kind, payload in messages(ip(f"--debug=mnl -f {script}", tool="nft")):
        if kind == _TYPE | NFT_MSG.NEWSET:
            before.append(decode(plan_of(nftables.Set), payload))
        elif kind == _TYPE | NFT_MSG.NEWSETELEM:
            before.append(elements_in(payload))
        elif kind == _TYPE | NFT_MSG.NEWRULE:
            told.append((before, decode(plan_of(nftables.Rule), payload)))
            before = []
    assert len(told) == len(WRITTEN) > 100
    different: list[tuple[Line, Any, Any]] = []
    for line, (sets, theirs) in zip(WRITTEN, told, strict=True):
        *ours, rule = line.records
        names = {each.id: place for place, each in enumerate(ours) if isinstance(each, nftables.Set)}
        their_names = {each.id: place for place, each in enumerate(sets) if isinstance(each, nftables.Set)}
        pairs = [(numbered(again(rule), names), numbered(theirs, their_names))]
        for mine, other in zip(ours, sets, strict=True):
            if isinstance(mine, ElementList):
                pairs.append((again(mine).elements, tuple(other)))
            else:
                pairs.append((again(replace(mine, id=0)), replace(other, id=0)))
        different += [(line, *pair) for pair in pairs if pair[0] != pair[1]]
    assert not different


def test_rules_that_nft_made_read_as_nft_lists_them(ip: Ip, nl: netlynx.Connection, script: Path) -> None:
    ip("-f -", tool="nft", stdin=PRELUDE)
    ip(f"-f {script}", tool="nft")
    told: dict[tuple[str, str], list[str]] = {}
    family = chain = ""
    for text in ip("list ruleset", tool="nft").splitlines():
        said = text.split()
        if said[:1] == ["table"]:
            family = said[1]
        elif said[:1] == ["chain"]:
            chain = said[1]
        elif text.startswith("\t\t") and chain and not text.startswith("\t\ttype "):
            told.setdefault((family, chain), []).append(text.strip())
        elif text == "\t}":
            chain = ""
    sets: dict[str, dict[str, Contents]] = {}
    for each in nl.dump(nftables.sets()):
        asked = ElementList(family=each.family, table=each.table, set=each.name)
        rows: list[Record] = nl.dump(listing("elements", NFT_MSG.GETSETELEM, asked, NFT_MSG.NEWSETELEM)).all()
        sets.setdefault(each.family.name.lower(), {})[each.name] = contents_of(each, rows)  # type: ignore[arg-type]
    shown: dict[tuple[str, str], list[str]] = {}
    for rule in nl.dump(nftables.rules()):
        where = rule.family.name.lower()
        text = text_of_rule(rule, sets=sets.get(where, {}), interfaces={1: "lo"})
        shown.setdefault((where, rule.chain or ""), []).append(text)
    assert sum(map(len, told.values())) == len(WRITTEN)
    assert [each for where in told for each in zip(shown[where], told[where], strict=True) if each[0] != each[1]] == []


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("queue", words.queue()),
        ("queue to 1", words.queue(1)),
        ("queue flags bypass,fanout to 1-3", words.queue("1-3", flags="bypass,fanout")),
        ("queue flags bypass to numgen inc mod 4", words.queue(words.numgen("inc", 4), flags="bypass")),
    ],
)
def test_what_a_kernel_may_lack_is_sent_alike(
    namespace: netns.NetworkNamespace, ip: Ip, written: str, ours: Any
) -> None:
    ip("-f -", tool="nft", stdin=PRELUDE)
    asked = ["nft", "--debug=mnl", f"add rule ip t c {written}"]
    done = netns.run_in(namespace, subprocess.run, asked, capture_output=True, text=True, timeout=60)
    theirs = [payload for kind, payload in messages(done.stdout) if kind == _TYPE | NFT_MSG.NEWRULE]
    (rule,) = words.rule("t", "c", ours)
    assert decode(plan_of(nftables.Rule), theirs[-1]).expressions == again(rule).expressions
    assert str(rule) == (written if written != "queue" else "queue to 0")
