"""`matchall`, `fw`, `route`, `bpf`, `basic`, `cgroup`, `flow`. Source: tc-matchall(8) and a manual page a kind."""

from __future__ import annotations

from typing import Any

from netlynx import tc
from netlynx.tc import Basic, Bpf, CgroupFilter, Ematch, FlowFilter, Fw, MatchAll, RouteFilter
from tc.both_ways import DEVICE, INDEX, Case
from tc.filtering import rule
from tc.filters_as_tc import shown_filter


def ematch(words: str, **more: Any) -> Case:
    """A basic filter of a condition."""
    return rule(f"basic match '{words}' classid 1:1", Basic(classid="1:1", match=Ematch(**more)))


def flow(words: str, **values: Any) -> Case:
    """A flow filter."""
    return rule(f"flow {words}", FlowFilter(**values), spelt="1", handle=1)


RETURN = [{"code": 6, "k": 0xFFFF}]
shown = shown_filter
CASES = [
    rule("matchall classid 1:1", MatchAll(classid="1:1"), "all"),
    rule("matchall skip_hw action gact drop", MatchAll(flags="skip_hw", actions=[tc.Gact(control="drop")])),
    rule("matchall skip_sw classid 1:1", MatchAll(flags="skip_sw", classid="1:1"), spelt="3", handle=3),
    rule("fw classid 1:1", Fw(classid="1:1"), spelt="5", handle=5),
    rule("fw classid 1:1", Fw(classid="1:1", mask=0xFF), spelt="5/0xff", handle=5),
    rule(f"fw indev {DEVICE} classid 1:1", Fw(classid="1:1", indev=DEVICE), spelt="6", handle=6),
    rule("fw action gact drop", Fw(actions=[tc.Gact(control="drop")]), spelt="7", handle=7),
    rule("route to 10 classid 1:1", RouteFilter(to=10, classid="1:1"), handle=0xFFFF000A),
    rule("route from 20 classid 1:1", RouteFilter(from_realm=20, classid="1:1"), handle=0x148000),
    rule("route to 10 from 20 classid 1:1", RouteFilter(to=10, from_realm=20, classid="1:1"), handle=0x14000A),
    rule(
        f"route fromif {DEVICE} classid 1:1",
        RouteFilter(iif=INDEX, classid="1:1"),
        handle=0x800A8000,
        only_sent="it speaks of a device",
    ),
    rule("bpf bytecode '1,6 0 0 65535' flowid 1:1", Bpf(instructions=RETURN, classid="1:1")),
    rule(
        "bpf bytecode '4,48 0 0 9,21 0 1 6,6 0 0 65535,6 0 0 0' flowid 1:1",
        Bpf(
            instructions=[
                {"code": 48, "k": 9},
                {"code": 21, "jt": 0, "jf": 1, "k": 6},
                {"code": 6, "k": 65535},
                {"code": 6},
            ],
            classid="1:1",
        ),
    ),
    rule("bpf bytecode '1,6 0 0 65535' skip_hw flowid 1:1", Bpf(instructions=RETURN, classid="1:1", flags="skip_hw")),
    rule(
        "bpf bytecode '1,6 0 0 65535' direct-action",
        Bpf(instructions=RETURN, program_flags="act_direct"),
    ),
    rule("bpf bytecode '1,6 0 0 65535' action gact drop", Bpf(instructions=RETURN, actions=[tc.Gact(control="drop")])),
    rule("cgroup", CgroupFilter(), spelt="1", handle=1),
    flow("hash keys src,dst divisor 1024", keys=["src", "dst"], mode="hash", divisor=1024),
    flow(
        "hash keys src,dst,proto,proto-src,proto-dst divisor 16 baseclass 1:1",
        keys=["src", "dst", "proto", "proto-src", "proto-dst"],
        mode="hash",
        divisor=16,
        base_class="1:1",
    ),
    flow(
        "hash keys nfct-src,nfct-dst,nfct-proto-src,nfct-proto-dst divisor 16",
        keys=["nfct-src", "nfct-dst", "nfct-proto-src", "nfct-proto-dst"],
        mode="hash",
        divisor=16,
    ),
    flow(
        "hash keys sk-uid,sk-gid,vlan-tag,rxhash,iif,priority,mark,nfct,rt-classid perturb 60 divisor 8",
        keys=["sk-uid", "sk-gid", "vlan-tag", "rxhash", "iif", "priority", "mark", "nfct", "rt-classid"],
        mode="hash",
        perturb="60s",
        divisor=8,
    ),
    flow("map key dst and 0xff", keys="dst", mode="map", mask=0xFF, xor=0),
    flow("map key dst rshift 8 addend 5 divisor 64", keys="dst", mode="map", rshift=8, addend=5, divisor=64),
    flow("map key mark or 0xf0", keys="mark", mode="map", mask=0xFFFFFF0F, xor=0xF0),
    flow("map key mark xor 0xf0 divisor 4", keys="mark", mode="map", mask=0xFFFFFFFF, xor=0xF0, divisor=4),
    rule("basic classid 1:1", Basic(classid="1:1")),
    rule("basic action gact drop", Basic(actions=[tc.Gact(control="drop")]), spelt="4", handle=4),
    ematch(
        "cmp(u16 at 3 layer 2 mask 0xff00 gt 20)",
        cmp={"width": "u16", "offset": 3, "layer": "transport", "mask": 0xFF00, "operand": "gt", "value": 20},
    ),
    ematch(
        "cmp(u8 at 9 layer 1 eq 6)", cmp={"width": "u8", "offset": 9, "layer": "network", "operand": "eq", "value": 6}
    ),
    ematch(
        "cmp(u32 at 12 layer network lt 5 trans)",
        cmp={"width": "u32", "offset": 12, "layer": "network", "operand": "lt", "value": 5, "flags": "trans"},
    ),
    ematch('nbyte("ababa" at 12 layer 1)', nbyte={"pattern": "ababa", "offset": 12, "layer": "network"}),
    ematch("u32(u16 0x1122 0xffff at 8)", u32="u16 0x1122 0xffff at 8"),
    ematch("u32(u8 5 0xf at nexthdr+4)", u32="u8 5 0xf at nexthdr+4"),
    ematch("meta(nf_mark gt 24)", meta={"left": "nfmark", "operand": "gt", "value": 24}),
    ematch("meta(nf_mark mask 0xff eq 5)", meta={"left": "nfmark", "left_mask": 0xFF, "operand": "eq", "value": 5}),
    ematch("meta(pkt_len shift 2 lt 100)", meta={"left": "pktlen", "left_shift": 2, "operand": "lt", "value": 100}),
    ematch("meta(priority eq tc_index)", meta={"left": "priority", "operand": "eq", "right": "tcindex"}),
    ematch("meta(vlan mask 0xfff eq 5)", meta={"left": "vlan_tag", "left_mask": 0xFFF, "operand": "eq", "value": 5}),
    ematch("canid(sff 0x123)", canid=[{"id": 0x123, "mask": 0x800007FF}]),
    ematch(
        "canid(sff 0x123:0x700 eff 0x12345678)",
        canid=[{"id": 0x123, "mask": 0x80000700}, {"id": 0x92345678, "mask": 0x9FFFFFFF}],
    ),
    ematch("not meta(nf_mark gt 24)", inverted=True, meta={"left": "nfmark", "operand": "gt", "value": 24}),
    ematch(
        "meta(nf_mark gt 24) and meta(pkt_len lt 100)",
        all_of=[
            {"meta": {"left": "nfmark", "operand": "gt", "value": 24}},
            {"meta": {"left": "pktlen", "operand": "lt", "value": 100}},
        ],
    ),
    ematch(
        "meta(nf_mark gt 24) or not meta(pkt_len lt 100) or cmp(u8 at 9 layer 1 eq 6)",
        any_of=[
            {"meta": {"left": "nfmark", "operand": "gt", "value": 24}},
            {"inverted": True, "meta": {"left": "pktlen", "operand": "lt", "value": 100}},
            {"cmp": {"width": "u8", "offset": 9, "layer": 1, "operand": "eq", "value": 6}},
        ],
    ),
    ematch(
        "meta(nf_mark gt 24) and (cmp(u8 at 9 layer 1 eq 6) or cmp(u8 at 9 layer 1 eq 17))",
        all_of=[
            {"meta": {"left": "nfmark", "operand": "gt", "value": 24}},
            {
                "any_of": [
                    {"cmp": {"width": "u8", "offset": 9, "layer": 1, "operand": "eq", "value": 6}},
                    {"cmp": {"width": "u8", "offset": 9, "layer": 1, "operand": "eq", "value": 17}},
                ]
            },
        ],
    ),
    ematch(
        "not (cmp(u8 at 9 layer 1 eq 6) or cmp(u8 at 9 layer 1 eq 17)) and meta(nf_mark gt 24)",
        all_of=[
            {
                "inverted": True,
                "any_of": [
                    {"cmp": {"width": "u8", "offset": 9, "layer": 1, "operand": "eq", "value": 6}},
                    {"cmp": {"width": "u8", "offset": 9, "layer": 1, "operand": "eq", "value": 17}},
                ],
            },
            {"meta": {"left": "nfmark", "operand": "gt", "value": 24}},
        ],
    ),
]
