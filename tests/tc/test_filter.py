"""Filters and chains without a kernel: what is said of them, what is sent, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx import tc
from netlynx.errors import EncodeError
from netlynx.schema import paired
from netlynx.tc.u32_match import U32Match, matches_of, words_of
from worth import examples

PLACE = {"index": 1, "parent": "ingress"}
DROP = [tc.Gact(control="drop")]


def test_a_filter_stands_at_a_device_or_in_a_block() -> None:
    same = [tc.Filter(block=7), tc.Filter(block="b7"), tc.Filter(block="7"), tc.Filter(parent="b7")]
    assert {(each.index, each.parent, each.block) for each in same} == {(0xFFFF_FFFF, 7, 7)}
    assert tc.Filter(**PLACE).block is None
    assert same[0].to_dict()["parent"] == "b7"
    assert tc.Filter(**same[0].to_dict()) == same[0]
    assert tc.Chain(block=7, chain=1).block == 7
    for wrong in ({"block": 7, "index": 1}, {"block": 0}, {"block": 1 << 32}):
        with pytest.raises(EncodeError) as caught:
            tc.Filter(**wrong)  # type: ignore[arg-type]
        assert caught.value.path == "Filter.block"


def test_the_header_has_two_numbers_in_one() -> None:
    raw = tc.Filter(index=3, parent="egress", priority=10, protocol="ip", handle="800:1:801").to_bytes()
    assert raw[:20].hex() == "00000000" + "03000000" + "01180080" + "f3ffffff" + "08000a00"


HANDLES = {"1": 1, "0x10": 16, "800:": 0x80000000, "800::801": 0x80000801, "2:3:7": 0x00203007, ":3:": 0x3000}


def test_handles_of_filters_are_read_as_they_are_written() -> None:
    for text, number in HANDLES.items():
        handle = tc.FilterHandle.of(text)
        assert handle == number == tc.FilterHandle.of(handle.label), text
    for wrong in ("1000:", "1:100:", "1:1:1000", "1:1:1:1", "x", "", "-1", str(1 << 32)):
        with pytest.raises(EncodeError, match="no handle of a filter"):
            tc.FilterHandle.of(wrong)


REFUSED: list[tuple[Any, str, str]] = [
    (tc.Filter(parent="ingress", data=tc.MatchAll()), "add", "Filter.index"),
    (tc.Filter(**PLACE), "add", "Filter.kind"),
    (tc.Filter(**PLACE, data=tc.MatchAll()), "replace", "Filter.priority"),
    (tc.Filter(**PLACE, data=tc.MatchAll(), priority=1), "change", "Filter.handle"),
    (tc.Filter(**PLACE), "delete", "Filter.priority"),
    (tc.Filter(**PLACE, priority=1, data=tc.MatchAll()), "delete", "Filter.data"),
    (tc.Filter(**PLACE, data=tc.Fw(classid="1:1")), "add", "Filter.handle"),
    (tc.Filter(**PLACE, data=tc.CgroupFilter()), "add", "Filter.handle"),
    (tc.Filter(**PLACE, data=tc.FlowFilter(keys=["src"])), "add", "Filter.handle"),
    (tc.Filter(**PLACE, handle=1, data=tc.FlowFilter(mode="hash")), "add", "Filter.data.keys"),
    (tc.Filter(**PLACE, data=tc.RouteFilter(iif=1, from_realm=2)), "add", "Filter.data.iif"),
    (tc.Filter(**PLACE, data=tc.Bpf()), "add", "Filter.data.fd"),
    (tc.Filter(**PLACE, data=tc.Bpf(fd=1 << 20)), "add", "Filter.data.fd"),
    (tc.Filter(**PLACE, data=tc.MatchAll(flags="in_hw")), "add", "Filter.data.flags"),
    (tc.Chain(index=1), "add", "Chain.chain"),
    (tc.Chain(index=1, chain=1, data=tc.Flower()), "delete", "Chain.kind"),
]
FLOWER = {
    "dst_port": {"dst_port": 80},
    "tcp_flags": {"ip_proto": "udp", "tcp_flags": 2},
    "icmp_type": {"ip_proto": "icmpv6", "icmp_type": 8},
    "vlan_id": {"vlan_id": 5},
    "arp_op": {"arp_op": "request"},
    "mpls_label": {"mpls_label": 5},
    "src_ip": {"src_ip": "2001:db8::1"},
    "spi": {"ip_proto": "tcp", "spi": 5},
}


def test_what_the_kernel_would_not_carry_out_is_refused_by_the_fields_name() -> None:
    cases = [*REFUSED]
    for name, values in FLOWER.items():
        made = tc.Filter(**PLACE, protocol="ip", data=tc.Flower(**values))  # type: ignore[arg-type]
        cases.append((made, "add", f"Filter.data.{name}"))
    for record, verb, path in cases:
        with pytest.raises(EncodeError) as caught:
            getattr(tc, verb)(record)
        assert caught.value.path == path, (verb, record)


def test_flower_takes_its_protocol_from_the_filter() -> None:
    sent = tc.add(tc.Filter(**PLACE, protocol="ip", data=tc.Flower(dst_ip="192.0.2.1"))).request
    assert sent.data.eth_type == 0x800
    assert tc.add(tc.Filter(**PLACE, data=tc.Flower())).request.data.eth_type is None
    assert tc.add(tc.Filter(**PLACE, data=tc.Flower())).request.protocol == 3


def test_options_of_geneve_are_told_apart_where_one_nest_has_all() -> None:
    kind = paired(tc.Flower)
    assert kind.decoder is not None
    option = "06000100" + "01020000" + "05000200" + "80000000" + "08000300" + "01020304"
    nest = bytes.fromhex("38005400" + "34000100" + 2 * option)
    found = kind.decoder(nest).enc_options.geneve
    assert [(each.class_, each.type, each.data) for each in found] == 2 * [(0x102, 0x80, b"\1\2\3\4")]


def test_words_of_u32_mean_what_they_say() -> None:
    said = ["ip src 192.0.2.0/24", "ip protocol 6 0xff", "ip dport 80 0xffff"]
    assert words_of(matches_of(said)) == said
    six = ["ip6 dst 2001:db8::/47", "ip6 protocol 58 0xff"]
    assert words_of(matches_of(six), "ipv6") == six
    for wrong, why in (
        ("ip dport 80 0x1ffff", "no others"),
        ("ip src 2001:db8::", "no IPv4 address"),
        ("ip dport", "no match in tc's words"),
        ("u16 1 0xffff at 3", "multiple of 2"),
        ("u8 0x100 0xff at 0", "does not fit into 8 bits"),
    ):
        with pytest.raises(EncodeError, match=why) as caught:
            tc.U32(matches=["ip protocol 6 0xff", wrong])
        assert caught.value.path.endswith("matches[1]"), wrong
    with pytest.raises(EncodeError, match="nothing is both"):
        matches_of(["ip dport 80 0xffff", "ip dport 81 0xffff"])


@examples(40)
@given(
    st.lists(
        st.builds(
            U32Match,
            value=st.integers(0, 2**32 - 1),
            mask=st.sampled_from((0xFF, 0xFFFF, 0xFFFF0000, 0xFFFFFF00, 0xFFFFFFFF, 0xFF0000)),
            offset=st.sampled_from((0, 4, 8, 12, 16, 20, 24, 28, 40)),
            next_header=st.sampled_from((0, -1)),
        ),
        max_size=5,
        unique_by=lambda each: (each.offset, each.next_header),
    ),
    st.sampled_from(("ip", "ipv6", "arp")),
)
def test_any_match_of_u32_comes_back_from_its_words(matches: list[U32Match], protocol: str) -> None:
    meant = [each.replace(value=each.value & each.mask) for each in matches]
    assert list(matches_of(words_of(meant, protocol))) == meant


def leaf(number: int, inverted: bool) -> tc.Ematch:
    condition = {"left": "priority", "operand": "eq", "value": number}
    return tc.Ematch(meta=condition, inverted=True if inverted else None)


def trees() -> st.SearchStrategy[tc.Ematch]:
    def group(inner: st.SearchStrategy[tc.Ematch]) -> st.SearchStrategy[tc.Ematch]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.builds(
            lambda name, members, inverted: tc.Ematch(**{name: members}, inverted=inverted),
            st.sampled_from(("all_of", "any_of")),
            several,
            st.sampled_from((None, True)),
        )

    return st.recursive(st.builds(leaf, st.integers(0, 9), st.booleans()), group, max_leaves=8)


def true(one: tc.Ematch, packet: int) -> bool:
    """What a condition says of a packet of this priority."""
    if one.all_of:
        found = all(true(each, packet) for each in one.all_of)
    elif one.any_of:
        found = any(true(each, packet) for each in one.any_of)
    else:
        assert one.meta is not None
        found = one.meta.value == packet
    return found is not bool(one.inverted)


@examples(40)
@given(trees())
def test_a_tree_of_conditions_means_the_same_when_it_is_read(tree: tc.Ematch) -> None:
    read = tc.Basic.from_bytes(tc.Basic(match=tree).to_bytes()).match
    assert read is not None
    assert [true(read, packet) for packet in range(10)] == [true(tree, packet) for packet in range(10)]
    assert (
        tc.Basic(match=read).to_bytes()
        == tc.Basic(match=tc.Basic.from_bytes(tc.Basic(match=read).to_bytes()).match).to_bytes()
    )
