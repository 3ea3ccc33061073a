"""Sets and entries: how they may be spelt, their bytes, their lines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netlynx
from netlynx import ipset
from netlynx.ipset.changes import MAKERS
from netlynx.ipset.parsing import entry_of, set_of, words_of
from netlynx.ipset.ports import ICMP, ICMPV6, port_of, port_text
from netlynx.ipset.text import element_text
from netlynx.schema.from_json import from_json

# What is given, and the fields that it is.
SPELT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"address": "10.0.0.0/8"}, {"address": "10.0.0.0", "prefixlen": 8}),
    ({"address": "2001:DB8::0/32"}, {"address": "2001:db8::", "prefixlen": 32}),
    ({"address": "10.0.0.1-10.0.0.9"}, {"address": "10.0.0.1", "last_address": "10.0.0.9"}),
    ({"address2": "10.0.0.0/8"}, {"address2": "10.0.0.0", "prefixlen2": 8}),
    ({"port": "80"}, {"port": 80}),
    ({"port": "80-90"}, {"port": 80, "last_port": 90}),
    ({"port": "udp:53"}, {"protocol": "udp", "port": 53}),
    ({"port": "17:53"}, {"protocol": "udp", "port": 53}),
    ({"port": "47:0"}, {"protocol": 47, "port": 0}),
    ({"port": "tcp:http"}, {"protocol": "tcp", "port": 80}),
    ({"port": "icmp:ping"}, {"protocol": "icmp", "port": 0x0800}),
    ({"port": "icmp:3/1"}, {"protocol": "icmp", "port": 0x0301}),
    ({"port": "icmpv6:128/0"}, {"protocol": "icmpv6", "port": 0x8000}),
    ({"port": "ipv6-icmp:redirect"}, {"protocol": "ipv6-icmp", "port": 0x8900}),
    ({"skbmark": 7}, {"skbmark": ipset.SkbMark(mark=7, mask=0xFFFFFFFF)}),
    ({"skbmark": "0x7/0xf"}, {"skbmark": ipset.SkbMark(mark=7, mask=0xF)}),
    ({"skbprio": "1:10"}, {"skbprio": 0x10010}),
    ({"flags": "nomatch"}, {"flags": ipset.EntryFlags.NOMATCH}),
    ({"mac": "02-00-00-00-00-0A"}, {"mac": "02:00:00:00:00:0a"}),
]


@pytest.mark.parametrize(("given", "fields"), SPELT, ids=str)
def test_one_text_may_say_several_fields(given: dict[str, Any], fields: dict[str, Any]) -> None:
    assert ipset.Entry(**given) == ipset.Entry(**fields)
    assert ipset.Entry(set="x").replace(**given) == ipset.Entry(set="x", **fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"address": "10.0.0.0/8", "prefixlen": 9}, "Entry.prefixlen"),
        ({"address": "10.0.0.0/x"}, "no net"),
        ({"port": "frob:1"}, "no protocol"),
        ({"port": "icmp:frob"}, "no type of icmp"),
        ({"port": "udp:nosuchservice"}, "no port"),
        ({"port": "udp:5", "protocol": 6}, "Entry.protocol"),
        ({"skbmark": "a/b"}, "no mark"),
        ({"skbprio": "zz:1"}, "no priority"),
    ],
    ids=str,
)
def test_what_says_nothing_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(netlynx.EncodeError, match=said):
        ipset.Entry(**fields)


@pytest.mark.parametrize(
    ("verb", "fields", "said"),
    [
        ("add", {}, "Entry.set"),
        ("add", {"set": "x" * 32}, "31"),
        ("add", {"set": "x", "address": "10.0.0.1-10.0.0.9", "prefixlen": 8}, "Entry.prefixlen"),
        ("add", {"set": "x", "last_address": "10.0.0.9"}, "Entry.last_address"),
        ("add", {"set": "x", "last_port": 9}, "Entry.last_port"),
        ("add", {"set": "x", "reference": "y"}, "Entry.reference"),
        ("add", {"set": "x", "address": "10.0.0.1", "flags": "physdev"}, "Entry.flags: physdev is about the interface"),
        ("add", {"set": "x", "name": "y", "flags": "nomatch"}, "nomatch is about the address"),
        ("add", {"set": "x", "name": "y", "flags": "before"}, "before is about the reference"),
        ("add", {"set": "x", "address": "10.0.0.1", "version": 6}, "Entry.version"),
        ("add", {"set": "x", "address": "10.0.0.1", "timeout": 2_147_484}, "Entry.timeout"),
        ("replace", {"set": "x", "address": "10.0.0.1", "port": "gre:5"}, "gre has no ports"),
        ("add", {"set": "x", "address": "10.0.0.1", "port": "icmpv6:3/1"}, "other family"),
        ("add", {"set": "x", "address": "::1", "port": "icmp:3/1"}, "other family"),
        ("add", {"set": "x", "address": "10.0.0.1", "port": "icmp:3/1", "last_port": 999}, "no ranges"),
        ("delete", {"set": "x", "address": "10.0.0.1", "timeout": 4}, "Entry.timeout.*deletes"),
        ("delete", {"set": "x", "address": "10.0.0.1", "flags": "nomatch"}, "Entry.flags: nomatch"),
        ("test", {"set": "x", "address": "10.0.0.1", "comment": ""}, "Entry.comment.*looks"),
    ],
    ids=str,
)
def test_what_the_kernel_would_not_look_at_is_refused(verb: str, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(netlynx.EncodeError, match=said):
        getattr(ipset, verb)(ipset.Entry(**fields))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"type": "hash:ip"}, "Set.name"),
        ({"name": "x"}, "Set.type"),
        ({"name": "x", "type": "hash:frob"}, "Set.family"),
        ({"name": "x", "type": "hash:net", "netmask": 24}, "Set.netmask"),
        ({"name": "x", "type": "hash:ip", "netmask": 33}, "Set.netmask"),
        ({"name": "x", "type": "hash:ip", "netmask": 24, "bitmask": "255.0.0.0"}, "Set.bitmask"),
        ({"name": "x", "type": "bitmap:ip"}, "Set.first"),
        ({"name": "x", "type": "bitmap:port", "first_port": 4}, "Set.last_port"),
        ({"name": "x", "type": "bitmap:port", "first_port": "1-4", "family": "ipv4"}, "Set.family"),
        ({"name": "x", "type": "list:set", "flags": "forceadd"}, "Set.flags"),
        ({"name": "x", "type": "hash:ip", "timeout": 2_147_484}, "Set.timeout"),
        ({"name": "x", "type": "hash:ip", "bucketsize": 13}, "Set.bucketsize"),
        ({"name": "x", "type": "hash:ip", "size": 4}, "Set.size"),
        ({"name": "x", "type": "hash:ip", "family": "arp"}, "Set.family"),
        ({"name": "x", "type": "hash:ip", "entries": 4}, "Set.entries"),
    ],
    ids=str,
)
def test_what_a_set_of_the_type_has_not_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(netlynx.EncodeError, match=said):
        ipset.create(ipset.Set(**fields))
    with pytest.raises(netlynx.EncodeError, match="no range"):
        ipset.Set(first="10.0.0.1-x")


ADDRESSES = {"ipv4": st.ip_addresses(v=4).map(str), "ipv6": st.ip_addresses(v=6).map(str)}
COMMENTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"'), max_size=20)
NAMES = st.text("abcxyz-_.09", min_size=1, max_size=15).filter(lambda name: not name.startswith("-"))
EXTENSIONS = st.fixed_dictionaries(
    {},
    optional={
        "timeout": st.integers(0, 2_147_483),
        "packets": st.integers(0, 2**64 - 1),
        "bytes": st.integers(0, 2**64 - 1),
        "comment": COMMENTS,
        "skbmark": st.builds(ipset.SkbMark, mark=st.integers(0, 2**32 - 1), mask=st.integers(0, 2**32 - 1)),
        "skbprio": st.integers(0, 2**32 - 1),
        "skbqueue": st.integers(0, 2**16 - 1),
    },
)


@st.composite
def entries(draw: st.DrawFn) -> tuple[str, ipset.Entry]:
    """A type, and an entry as the kernel would tell it."""
    kind = draw(st.sampled_from(sorted(ipset.TYPES)))
    family = draw(st.sampled_from(sorted(ADDRESSES)))
    most = 32 if family == "ipv4" else 128
    fields: dict[str, Any] = {"set": draw(NAMES), **draw(EXTENSIONS)}
    for part in ipset.TYPES[kind].parts:
        if part in ("address", "net", "address2", "net2"):
            second = "2" if part.endswith("2") else ""
            fields[f"address{second}"] = draw(ADDRESSES[family])
            if part.startswith("net"):
                fields[f"prefixlen{second}"] = draw(st.integers(1, most))
                fields["flags"] = draw(st.sampled_from([None, ipset.EntryFlags.NOMATCH]))
        elif part == "port":
            fields["port"] = draw(st.integers(0, 2**16 - 1))
            if kind != "bitmap:port":
                fields["protocol"] = draw(st.sampled_from([1, 6, 17, 47, 58, 132, 136, 200]))
                fields["protocol"] = {1: "icmp", 58: "icmp"}.get(fields["protocol"], fields["protocol"])
                if family == "ipv6" and fields["protocol"] == "icmp":
                    fields["protocol"] = "icmpv6"
                fields["port"] *= fields["protocol"] not in (47, 200)
        elif part == "mac":
            fields["mac"] = draw(st.binary(min_size=6, max_size=6)).hex(":")
        elif part == "mark":
            fields["mark"] = draw(st.integers(0, 2**32 - 1))
        else:
            fields[part] = draw(NAMES)
    return kind, ipset.Entry(**fields)


@given(entries())
@settings(max_examples=60, deadline=None)
def test_entries_are_the_same_from_bytes_and_from_lines(made: tuple[str, ipset.Entry]) -> None:
    kind, entry = made
    assert ipset.Entry.from_bytes(entry.to_bytes()) == entry
    assert from_json(ipset.Entry, entry.to_dict()) == entry
    words = words_of(ipset.entry_line(entry))
    again = entry_of(words[1], kind, words[2], words[3:])
    length = {"prefixlen": entry.prefixlen, "prefixlen2": entry.prefixlen2}  # that of an address is not written
    assert again.replace(**length) == entry
    sent = ipset.Entry.from_bytes(MAKERS["add"](entry).payload)
    assert sent == entry.replace(version=7, request_line=0)


def test_types_and_codes_have_names_both_ways() -> None:
    for protocol, table in ((1, ICMP), (58, ICMPV6)):
        for name, number in table.items():
            assert port_text(protocol, number).endswith(f":{name}")
            assert port_of(port_text(protocol, number), "x") == {"protocol": protocol, "port": number}
    assert port_text(1, 0x0309 + 0xF0) == "icmp:3/249"


def test_sets_are_the_same_from_their_lines() -> None:
    for line in (
        "create b bitmap:ip range 192.0.2.0-192.0.2.255 netmask 30 timeout 100 counters comment skbinfo",
        "create p bitmap:port range 1000-2000",
        "create h hash:ip family inet hashsize 64 maxelem 1000 timeout 0 forceadd bucketsize 8 initval 0x00001234",
        "create m hash:ip family inet6 hashsize 1024 maxelem 65536 bitmask ffff:: bucketsize 12 initval 0x70db2343",
        "create q hash:ip,port family inet hashsize 64 maxelem 5 bucketsize 12 initval 0x251a8214 netmask 24",
        "create k hash:ip,mark family inet markmask 0x0000ffff hashsize 64 maxelem 5 bucketsize 12 initval 0x00000000",
        "create l list:set size 8 counters",
    ):
        words = words_of(line)
        assert ipset.set_line(set_of(words[1], words[2], words[3:])) == line


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (ipset.Entry(set="x", address="10.0.0.1", comment='a"b'), "comment"),
        (ipset.Entry(set="x", address="10.0.0.1", comment="a\nadd y 10.0.0.2"), "comment"),
        (ipset.Entry(set="x y", address="10.0.0.1"), "set"),
        (ipset.Entry(set="x", name="a b"), "name"),
        (ipset.Set(name="x\ny", type="hash:ip"), "name"),
    ],
    ids=str,
)
def test_no_line_says_anything_else_than_its_record(record: Any, path: str) -> None:
    with pytest.raises(netlynx.EncodeError, match=f"{path}: .*cannot stand in a line"):
        ipset.entry_line(record) if isinstance(record, ipset.Entry) else ipset.set_line(record)


def test_an_entry_is_written_as_ipset_writes_it() -> None:
    entry = ipset.Entry(set="s", address="10.0.0.1-10.0.0.9", port="udp:1-2", address2="10.0.0.0/8")
    assert element_text(entry) == "10.0.0.1-10.0.0.9,udp:1-2,10.0.0.0/8"
    listed = ipset.Entry(set="l", name="a", reference="b", flags="before")
    assert ipset.entry_line(listed) == "add l a before b"
