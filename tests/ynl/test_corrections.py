"""The numbers that kernel specs give their attributes are those of the headers, once corrected."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from facts.book import ABSENT, FOLDER
from netlynx import ynl
from netlynx.codec._codec import decode, encode
from netlynx.schema.compile import plan_of
from netlynx.ynl.corrections import byte_order, corrected
from netlynx.ynl.reader import read

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)

SPECS = sorted(FOLDER.glob("specs/*.yaml"))
ALIASES = {("nl80211", "frequency-attrs", "NO_IBSS")}  # the spec means the one with underscores before it


def constants() -> dict[str, Any]:
    headers = json.loads((FOLDER / "facts" / "constants.json").read_text())
    return {name: value for header in headers.values() for name, value in header.items()}


def test_attributes_have_the_numbers_of_the_headers() -> None:
    known, compared = constants(), 0
    beginnings = defaultdict(list)  # by what follows them
    for name in known:
        for at, letter in enumerate(name):
            if letter == "_":
                beginnings[name[at + 1 :]].append(name[: at + 1])
    for path in SPECS:
        spec = ynl.load(path)
        for attribute_set in read(path.read_bytes(), path.name).attribute_sets or ():
            numbers = {
                name.upper().replace("-", "_"): each.number
                for name, each in spec.records.attributes(attribute_set.name, "").items()
            }
            ends = Counter(prefix for end in numbers for prefix in beginnings[end])
            likely = [prefix for prefix, count in ends.items() if count >= max(3, 0.6 * len(numbers))]
            agreeing = {
                prefix: sum(known.get(prefix + end) == number for end, number in numbers.items()) for prefix in likely
            }
            if not agreeing or max(agreeing.values()) < 2:
                continue  # its names are not those of a header
            prefix = max(agreeing, key=lambda each: agreeing[each])
            for end, number in numbers.items():
                if prefix + end in known and (spec.name, attribute_set.name, end) not in ALIASES:
                    assert known[prefix + end] == number, (spec.name, attribute_set.name, end)
                    compared += 1
    assert compared > 1000


def test_a_spec_that_is_mended_is_left_alone() -> None:
    assert corrected("nftables", "setelem-attrs", "key-end", 9) == 10
    assert corrected("nftables", "setelem-attrs", "key-end", 10) == 10
    assert corrected("nftables", "setelem-attrs", "key", 1) == 1
    assert corrected("other", "setelem-attrs", "key-end", 9) == 9


# What netfilter's families have in the order of the host all the same.
HOST_ORDER = {("conntrack", "filter-attrs", "orig-flags"), ("conntrack", "filter-attrs", "reply-flags")}


@pytest.mark.parametrize("name", ["nftables", "conntrack"])
def test_integers_of_netfilter_are_in_network_byte_order(name: str) -> None:
    path = FOLDER / "specs" / f"{name}.yaml"
    spec, compared = ynl.load(path), 0
    for attribute_set in read(path.read_bytes(), path.name).attribute_sets or ():
        for attribute, each in spec.records.attributes(attribute_set.name, "").items():
            if each.text.type in ("u16", "u32", "u64", "s16", "s32", "s64"):
                host = (name, attribute_set.name, attribute) in HOST_ORDER
                assert (each.text.byte_order == "big-endian") is not host, (attribute_set.name, attribute)
                compared += 1
    assert compared > 20


def test_a_byte_order_that_a_spec_has_is_left_alone() -> None:
    assert byte_order("nftables", "setelem-attrs", "timeout", None) == "big-endian"
    assert byte_order("nftables", "setelem-attrs", "timeout", "little-endian") == "little-endian"
    assert byte_order("nftables", "setelem-attrs", "key", None) is None
    assert byte_order("other", "setelem-attrs", "timeout", None) is None


def test_elements_of_concatenated_ranges_are_read() -> None:
    """As ``nft add set inet t s '{type ipv4_addr . inet_service; flags interval; elements = {…}}'`` has them."""
    record: Any = ynl.load(FOLDER / "specs" / "nftables.yaml").records["setelem-attrs"]
    key, end = bytes.fromhex("0a00000000500000"), bytes.fromhex("0affffff005a0000")
    payload = b"".join(bytes([16, 0, number, 0x80, 12, 0, 1, 0]) + value for number, value in ((1, key), (10, end)))
    found = decode(plan_of(record), payload)
    assert (found.key.value, found.key_end.value, found.unknown) == (key, end, ())
    assert decode(plan_of(record), encode(plan_of(record), found)) == found
