"""Elements: what is sent for them, one or many, and what is refused before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from netlynx.codec._codec import decode, encode_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.ipset import Entry
from netlynx.nftables.data import Data, Verdict
from netlynx.nftables.element import Element, ElementFlags, ElementList, WireElement
from netlynx.nftables.element_requests import list_of, wire
from netlynx.nftables.elements import elements, reading_of
from netlynx.nftables.many_elements import Elements, lists_of
from netlynx.nftables.set import Set, SetFlags
from netlynx.nftables.userdata import ElementUserdata
from netlynx.schema.compile import plan_of


def made(words: str, **fields: Any) -> Set:
    """A set that holds what stands in words."""
    key, _, data = words.partition(" : ")
    if key.startswith("interval "):
        fields["flags"] = [fields.get("flags", 0), SetFlags.INTERVAL]
    if data == "object":
        fields["object_type"] = "counter"
    elif data:
        fields["data_type"] = data.removeprefix("interval ")
        if data.startswith("interval "):
            fields["userdata"] = {"data_interval": True}
    return Set(family=2, table="t", name="s", key_type=key.removeprefix("interval "), **fields)


def sent(element: Element, *, deleting: bool = False) -> list[tuple[Any, ...]]:
    """What goes to the kernel, in short: key, what is behind it, flags."""
    return [
        (
            each.key and each.key.value.hex(),
            each.key_end and each.key_end.value.hex(),
            each.flags and each.flags.label,
        )
        for each in wire(element, deleting=deleting)
    ]


END = "interval-end"

# What `nft --debug=mnl` (1.0.6) sends for the same words, less the element that ends nothing.
SEEN: list[tuple[str, Any, list[tuple[Any, ...]]]] = [
    ("ipv4_addr", "1.2.3.4", [("01020304", None, None)]),
    ("interval ipv4_addr", "1.2.3.4", [("01020304", None, None), ("01020305", None, END)]),
    ("interval ipv4_addr", "10.0.0.0/24", [("0a000000", None, None), ("0a000100", None, END)]),
    ("interval ipv4_addr", "255.0.0.0/8", [("ff000000", None, None)]),
    ("interval ipv4_addr", "0.0.0.0/0", [("00000000", None, None)]),
    ("interval inet_service", "22-30", [("0016", None, None), ("001f", None, END)]),
    ("interval mark", 1, [("00000001", None, None), ("00000002", None, END)]),
    ("interval dscp", "cs7", [("38", None, None), ("39", None, END)]),
    (
        "interval ifname",
        "veth*",
        [("76657468" + "00" * 12, None, None), ("76657469" + "00" * 12, None, END)],
    ),
    (
        "interval ifname",
        "eth0",
        [("65746830" + "00" * 12, None, None), ("65746830" + "00" * 11 + "01", None, END)],
    ),
    (
        "interval ipv4_addr . inet_service",
        ("10.0.0.0/8", "80-90"),
        [("0a00000000500000", "0affffff005a0000", None)],
    ),
    ("interval ipv4_addr . inet_service", ("1.2.3.4", 22), [("0102030400160000", "0102030400160000", None)]),
    ("ipv4_addr", "*", [(None, None, "catchall")]),
    ("interval ipv4_addr", "*", [(None, None, "catchall")]),
]


@pytest.mark.parametrize(("words", "key", "elements"), SEEN, ids=lambda each: str(each)[:40])
def test_elements_are_those_of_nft(words: str, key: Any, elements: list[tuple[Any, ...]]) -> None:
    element = made(words).element(key)
    assert sent(element) == elements
    assert sent(element, deleting=True) == elements


def test_a_single_address_in_a_set_with_ranges_is_that_address() -> None:
    """Without its end it would be all addresses from there on."""
    assert len(list(wire(made("interval ipv4_addr").element("10.0.0.1")))) == 2


def test_a_range_to_the_highest_value_says_so_to_nft() -> None:
    (only,) = wire(made("interval ipv4_addr").element("255.0.0.0/8", userdata={"comment": "x"}))
    assert only.userdata == ElementUserdata(comment="x", open=True)
    (only,) = wire(made("interval ipv4_addr").element("255.0.0.0/8"), deleting=True)
    assert only.userdata is None or only.userdata.open


DATA = [
    ("ipv4_addr : verdict", "accept", Data(verdict=Verdict(code=1))),
    ("ipv4_addr : verdict", "jump c", Data(verdict=Verdict(code=-3, chain="c"))),
    ("ipv4_addr : mark", 5, Data(value=b"\5\0\0\0")),
    ("interval ipv4_addr : mark", 5, Data(value=b"\5\0\0\0")),
    ("ipv4_addr : ipv4_addr . inet_service", ("1.2.3.4", 33), Data(value=bytes.fromhex("0102030400210000"))),
    ("ipv4_addr : interval ipv4_addr", "10.0.0.1-10.0.0.9", Data(value=bytes.fromhex("0a0000010a000009"))),
    ("ipv4_addr : interval ipv4_addr", "9.9.9.9", Data(value=bytes.fromhex("0909090909090909"))),
    (
        "ipv4_addr : interval ipv4_addr . inet_service",
        ("10.0.0.1-10.0.0.9", "80-90"),
        Data(value=bytes.fromhex("0a000001005000000a000009005a0000")),
    ),
]


@pytest.mark.parametrize(("words", "value", "data"), DATA, ids=lambda each: str(each)[:40])
def test_data_is_that_of_nft(words: str, value: Any, data: Data) -> None:
    element = made(words).element("1.2.3.4", value)
    first, *rest = wire(element)
    assert first.data == data
    assert all(each.data is None for each in rest)
    assert element.data == value


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("ipv4_addr", {"key": "fe80::1"}, "Element.key", "'fe80::1' is no IPv4 address"),
    ("ipv4_addr", {"key": 5}, "Element.key", "expected an IPv4 address (ipv4_addr), not int 5"),
    ("ipv4_addr", {"key": "10.0.0.0/8"}, "Element.key", "the set has to have intervals"),
    ("ipv4_addr . mark", {"key": "1.2.3.4"}, "Element.key", "expected a tuple of 2 values (ipv4_addr . mark)"),
    (
        "ipv4_addr : verdict",
        {"key": "1.2.3.4", "data": "acept"},
        "Element.data",
        "'acept' is no verdict; known: accept",
    ),
    ("ipv4_addr : verdict", {"key": "1.2.3.4", "data": "jump"}, "Element.data", "say which chain: 'jump CHAIN'"),
    ("ipv4_addr : verdict", {"key": "1.2.3.4", "data": "drop c"}, "Element.data", "no chain belongs to it"),
    ("ipv4_addr : mark", {"key": "1.2.3.4", "data": "x"}, "Element.data", "'x' is no mark"),
    ("ipv4_addr : mark", {"key": "1.2.3.4"}, "Element.data", "a map has something for each key (ipv4_addr : mark)"),
    ("ipv4_addr", {"key": "1.2.3.4", "data": 5}, "Element.data", "the set is no map"),
    ("ipv4_addr : object", {"key": "1.2.3.4"}, "Element.object", "the name of one for each key"),
    ("ipv4_addr", {"key": "1.2.3.4", "object": "c"}, "Element.object", "the set has no objects"),
    ("ipv4_addr", {"key": None}, "Element.key", "an element needs it"),
    ("ipv4_addr", {"key": "1.2.3.4", "flags": "catchall"}, "Element.key", "for all other keys has none"),
    ("interval ipv4_addr", {"key": "1.2.3.4", "flags": "interval-end"}, "Element.flags", "a range is one element"),
    ("ipv4_addr", {"key": "1.2.3.4", "key_end": b"\1\2\3\5"}, "Element.key_end", "a range is one key"),
    ("interval ipv4_addr", {"key": "1.2.3.4", "key_end": b"\1\2\3\5"}, "Element.key_end", "a range is one key"),
    ("ipv4_addr", {"key": "*", "key_end": b"\1\2\3\5"}, "Element.key_end", "a range is one key"),
]


@pytest.mark.parametrize(("words", "fields", "path", "said"), REFUSED, ids=lambda each: str(each)[:60])
def test_what_the_set_cannot_have_is_refused(words: str, fields: dict[str, Any], path: str, said: str) -> None:
    with pytest.raises((EncodeError, EncodeTypeError)) as caught:
        list_of(Element(set=made(words), **fields))
    assert caught.value.path == path
    assert said in str(caught.value)


@pytest.mark.parametrize("field", ["timeout", "expiration", "userdata"])
def test_a_deletion_says_no_more_than_the_kernel_looks_at(field: str) -> None:
    element = made("ipv4_addr", flags=["timeout"]).element(
        "1.2.3.4", **{field: {"comment": "x"} if field == "userdata" else 5}
    )
    with pytest.raises(EncodeError, match="does not look at it when it deletes") as caught:
        list_of(element, deleting=True)
    assert caught.value.path == f"Element.{field}"


def test_without_its_set_a_key_is_bytes() -> None:
    element = Element(table="t", set="s", key=b"\1\2")
    assert sent(element) == [("0102", None, None)]
    assert sent(Element(table="t", set="s", key="0102", key_end=b"\1\3")) == [("0102", "0103", None)]
    with pytest.raises(EncodeTypeError, match="give the Set as `set`, or `type`"):
        Element(table="t", set="s", key="1.2.3.4")


def test_a_type_in_words_will_do_in_place_of_the_set() -> None:
    assert Element(family=2, table="t", set="s", type="ipv4_addr", key="1.2.3.4") == made("ipv4_addr").element(
        "1.2.3.4"
    )
    with pytest.raises(EncodeError, match="did you mean ipv4_addr") as caught:
        Element(table="t", set="s", type="ipv4_adr", key="1.2.3.4")
    assert caught.value.path == "Element.type"


def unpacked(given: Elements, *, deleting: bool = False) -> list[WireElement]:
    """The elements of all messages."""
    found: list[WireElement] = []
    for named, payload in lists_of(given, deleting=deleting):
        assert len(payload) < 65_536
        read: ElementList = decode(plan_of(ElementList), payload, strict=True)
        assert (read.family, read.table, read.set) == (named.family, named.table, named.set)
        assert read.elements
        found += read.elements
    return found


MANY: list[tuple[str, list[Any]]] = [
    ("ipv4_addr", [f"10.{i >> 8}.{i & 255}.1" for i in range(9000)]),
    ("ipv6_addr", [f"2001:db8::{i:x}" for i in range(5000)]),
    ("inet_service", list(range(5000))),
    ("ipv4_addr . inet_service", [("10.0.0.1", i) for i in range(5000)]),
    ("interval ipv4_addr", [f"10.{i >> 7}.{(i & 127) * 2}.0/24" for i in range(3000)] + ["255.0.0.0/8"]),
    ("interval ipv4_addr . inet_service", [("10.0.0.0/8", i) for i in range(3000)]),
    ("ipv4_addr : verdict", [(f"10.0.{i >> 8}.{i & 255}", "jump somewhere") for i in range(3000)]),
    ("ipv4_addr : object", [(f"10.0.{i >> 8}.{i & 255}", "counted") for i in range(3000)]),
    ("interval inet_service : mark", [(i * 2, i) for i in range(1000)]),
]


@pytest.mark.parametrize("extras", [{}, {"timeout": 5000, "comment": "many"}], ids=["plain", "more"])
@pytest.mark.parametrize(("words", "keys"), MANY, ids=[words for words, _ in MANY])
def test_many_are_what_each_would_be(words: str, keys: list[Any], extras: dict[str, Any]) -> None:
    owner = made(words, flags="timeout")
    fields = dict(extras)
    if "comment" in fields:
        fields["userdata"] = {"comment": fields.pop("comment")}
    each: list[WireElement] = []
    for key in keys[:50] + keys[-1:]:
        if owner.content.is_map:
            name = "object" if words.endswith("object") else "data"
            each += wire(owner.element(key[0], **{name: key[1]}, **fields))
        else:
            each += wire(owner.element(key, **fields))
    assert unpacked(Elements(owner, keys[:50] + keys[-1:], **extras)) == each
    rest: Any = ("*", keys[0][1]) if owner.content.is_map else "*"
    others = list(wire(owner.element("*", **({name: rest[1]} if owner.content.is_map else {}), **fields)))
    assert unpacked(Elements(owner, [rest], **extras)) == others
    assert others[0] in unpacked(Elements(owner, [keys[0], rest, keys[1]], **extras))
    whole = len(unpacked(Elements(owner, iter(keys), **extras)))
    assert whole == len(keys) * (2 if owner.content.paired else 1) - ("255.0.0.0/8" in keys)


def test_many_deletions_say_the_keys_alone() -> None:
    owner = made("ipv4_addr : verdict")
    for keys in (["1.2.3.4", "1.2.3.5"], {"1.2.3.4": "accept", "1.2.3.5": "drop"}):
        found = unpacked(Elements(owner, keys), deleting=True)
        assert [(each.key and each.key.value, each.data) for each in found] == [
            (b"\1\2\3\4", None),
            (b"\1\2\3\5", None),
        ]
    ranged = Elements(made("interval ipv4_addr : mark"), {"10.0.0.0/8": 1})
    assert [each.data for each in unpacked(ranged, deleting=True)] == [None, None]


@pytest.mark.parametrize(
    ("words", "keys", "path"),
    [
        ("ipv4_addr", ["1.2.3.4", "1.2.3.x"], "Elements.keys[1]"),
        ("ipv4_addr", ["1.2.3.4"] * 5000 + [7], "Elements.keys[5000]"),
        ("mark", [1, "x"], "Elements.keys[1]"),
        ("interval ipv4_addr", ["10.0.0.0/8", "10.0.0.5/8"], "Elements.keys[1]"),
        ("ipv4_addr : mark", [("1.2.3.4", 1), "1.2.3.5"], "Elements.keys[1]"),
        ("ipv4_addr : mark", [("1.2.3.4", 1), ("1.2.3.5", "x")], "Elements.keys[1]"),
    ],
)
def test_which_of_many_is_wrong_is_said(words: str, keys: list[Any], path: str) -> None:
    with pytest.raises((EncodeError, EncodeTypeError)) as caught:
        unpacked(Elements(made(words), keys))
    assert caught.value.path == path


@pytest.mark.parametrize(("words", "keys"), [("ipv4_addr", ["*", "1.2.3.x"]), ("mark", ["*", "x"])])
def test_a_key_for_all_others_is_counted_among_many(words: str, keys: list[Any]) -> None:
    with pytest.raises(EncodeError) as caught:
        unpacked(Elements(made(words), keys))
    assert caught.value.path == "Elements.keys[1]"


@pytest.mark.parametrize(
    ("common", "path"),
    [
        ({"timeout": -5}, "Elements.timeout"),
        ({"timeout": 1 << 64}, "Elements.timeout"),
        ({"timeout": "5"}, "Elements.timeout"),
        ({"comment": "x" * 300}, "Elements.comment"),
        ({"comment": 5}, "Elements.comment"),
    ],
    ids=lambda each: str(each)[:30],
)
@pytest.mark.parametrize("words", ["ipv4_addr", "interval ipv4_addr", "ipv4_addr : mark"])
def test_what_is_wrong_with_all_of_many_is_told_by_its_name(words: str, common: dict[str, Any], path: str) -> None:
    keys = [("1.2.3.4", 1)] if ":" in words else ["1.2.3.4"]
    with pytest.raises(EncodeError) as caught:
        unpacked(Elements(made(words), keys, **common))
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        *((words, {"key": key}) for words, key, _ in SEEN if key != "*"),
        *((words, {"data": value}) for words, value, _ in DATA),
    ],
    ids=lambda each: str(each)[:60],
)
def test_a_condition_on_an_element_is_what_is_read_of_it(words: str, fields: dict[str, Any]) -> None:
    """A condition is compared with the bytes that are read, so they have to mean the same."""
    owner = made(words)
    element = owner.element(**{"key": "1.2.3.4", **fields})
    kinds = dict(reading_of(owner.content).kinds)
    ((name, value),) = fields.items()
    if kinds[name].encoder is not None:  # the codec's own kinds are tried elsewhere
        assert kinds[name].decoder(kinds[name].encoder(value)) == getattr(element, name)


@pytest.mark.parametrize("wrong", [5, "acept", b"x", None.__class__])
def test_a_condition_on_data_that_can_match_nothing_is_refused(wrong: Any) -> None:
    listing = elements(made("ipv4_addr : verdict"))
    with pytest.raises(EncodeError) as caught:
        listing.where(data=wrong)
    assert caught.value.path == "Element.data"


def test_objects_of_ipaddress_are_addresses_among_many() -> None:
    from ipaddress import IPv4Address

    keys = [IPv4Address("1.2.3.4"), "1.2.3.5"]
    assert [each.key and each.key.value for each in unpacked(Elements(made("ipv4_addr"), keys))] == [
        b"\1\2\3\4",
        b"\1\2\3\5",
    ]


def test_an_iterator_is_read_once() -> None:
    def keys() -> Iterator[str]:
        yield "1.2.3.4"

    given = Elements(made("ipv4_addr"), keys())
    assert len(unpacked(given)) == 1
    with pytest.raises(EncodeError, match="read already: give a list"):
        unpacked(given)
    again = Elements(made("ipv4_addr"), ["1.2.3.4"])
    assert unpacked(again) == unpacked(again)


@pytest.mark.parametrize("keys", ["10.0.0.1", b"x", 5, None])
def test_what_is_no_list_of_keys_is_refused(keys: Any) -> None:
    with pytest.raises(EncodeTypeError, match="expected a list of keys"):
        Elements(made("ipv4_addr"), keys)


def test_an_element_is_sent_as_a_list_of_one() -> None:
    element = made("ipv4_addr", flags="timeout").element("1.2.3.4", timeout=10_000)
    assert encode_record(list_of(element)).hex() == (
        "02000000" "0600010074000000" "0600020073000000"
        "20000380" "1c000180" "0c00018008000100" "01020304" "0c000400" "0000000000002710"
    )  # fmt: skip


def test_flags_tell_what_an_element_is() -> None:
    assert made("ipv4_addr").element("*").flags is ElementFlags.CATCHALL
    assert made("ipv4_addr").element("*").key is None


@pytest.mark.parametrize("key", ["192.0.2.1-", "-192.0.2.1", "-"])
def test_half_a_range_is_said_to_be_one(key: str) -> None:
    ranged = Set(family="ip", table="t", name="s", key_type="ipv4_addr", flags=["interval"])
    with pytest.raises(EncodeError, match=r"Element\.key: '.*' has one end: a range is said as FIRST-LAST"):
        ranged.element(key)
    with pytest.raises(EncodeError, match=r"Entry\.address: '.*' has one end"):
        Entry(set="s", address=key)


def test_many_elements_end_only_in_a_set_whose_elements_do() -> None:
    lasting = Set(family="ip", table="t", name="s", key_type="ipv4_addr")
    ending = lasting.replace(flags=["timeout"])
    assert [*lists_of(Elements(ending, ["192.0.2.1"], timeout=1000))]
    with pytest.raises(EncodeError, match=r"Elements\.timeout: elements of s do not end"):
        [*lists_of(Elements(lasting, ["192.0.2.1"], timeout=1000))]
    assert ending.element("192.0.2.1", timeout=1000).timeout == 1000
    with pytest.raises(EncodeError, match=r"Element\.timeout: elements of s do not end"):
        lasting.element("192.0.2.1", timeout=1000)
